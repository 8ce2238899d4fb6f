"""The archive's tables, and how its file is opened.

One SQLite file, rollback journal: it works on network shares and from read-only media, where WAL does not.
"""

import sqlite3
from pathlib import Path

from generator.errors import ArchiveUnavailable, CheckError

VERSION = 1
APPLICATION_ID = 0x54696C53  # "TilS": `file` can tell the archive from any other SQLite file
BUSY_SECONDS = 60.0

_SCHEMA = """
CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE pulls (
    number INTEGER PRIMARY KEY,
    started TEXT NOT NULL,             -- UTC, ISO 8601
    finished TEXT NOT NULL,
    is_complete INTEGER NOT NULL,      -- whether absence from it means gone
    receipt TEXT NOT NULL              -- JSON: source, counts, digests
);
CREATE TABLE offers (
    rowid INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,          -- the offer's id; for a document that tells none, 'document:' + its _id
    first_pull INTEGER NOT NULL REFERENCES pulls,
    present BLOB NOT NULL,             -- sha256 over (_id, content hash) of the documents still served
    frame BLOB NOT NULL                -- zstd of NDJSON, see frames.py
);
"""


def create(path: Path) -> sqlite3.Connection:
    """Opens the archive for writing, making it if it is not there; raises CheckError or ArchiveUnavailable."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = _connect(path, f"{path.resolve().as_uri()}?mode=rwc")
        if connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0:
            connection.executescript(
                f"PRAGMA page_size = 4096; PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION};"
                f"BEGIN; {_SCHEMA} COMMIT;"
            )
    except sqlite3.OperationalError as error:
        raise ArchiveUnavailable(f"archive {path}: can't be opened for writing: {error}") from error
    except OSError as error:
        raise ArchiveUnavailable(f"archive {path}: can't be made: {error.strerror}") from error
    _check_version(connection, path)
    return connection


def open_read_only(path: Path, *, immutable: bool = False) -> sqlite3.Connection:
    """Opens the archive for reading; `immutable` for a finished copy that nobody writes to."""
    if not path.is_file():
        raise ArchiveUnavailable(f"archive {path}: not there; run `tilbudsspejl pull` first, or correct archive.path")
    connection = _connect(path, f"{path.resolve().as_uri()}?mode=ro{'&immutable=1' if immutable else ''}")
    _check_version(connection, path)
    return connection


def _connect(path: Path, uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.DatabaseError as error:
        connection.close()
        if isinstance(error, sqlite3.OperationalError):
            raise
        raise CheckError(f"archive {path}: not an archive, or damaged ({error}); restore it from a backup") from error
    return connection


def _check_version(connection: sqlite3.Connection, path: Path) -> None:
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if application != APPLICATION_ID:
        raise ArchiveUnavailable(f"archive {path}: an SQLite file of another program; correct archive.path")
    if version > VERSION:
        raise ArchiveUnavailable(f"archive {path}: made by a newer Tilbudsspejl (format {version}); upgrade this one")
