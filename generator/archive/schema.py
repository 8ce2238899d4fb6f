"""The archive's tables, and how its file is opened.

One SQLite file, rollback journal: it works on network shares and from read-only media, where WAL does not.
"""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from generator.errors import ArchiveUnavailable, CheckError, TilbudsspejlError
from generator.private_files import create_file

VERSION = 2
APPLICATION_ID = 0x54696C53  # "TilS": `file` can tell the archive from any other SQLite file
BUSY_SECONDS = 60.0

TABLES = {
    "meta": """
CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID""",
    "pulls": """
CREATE TABLE pulls (
    number INTEGER PRIMARY KEY,
    started TEXT NOT NULL,             -- UTC, ISO 8601
    finished TEXT NOT NULL,
    is_complete INTEGER NOT NULL,      -- whether absence from it means gone
    receipt TEXT NOT NULL              -- JSON: source, proof, counts, digests
)""",
    "offers": """
CREATE TABLE offers (
    rowid INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,          -- the offer's id; for a document that tells none, 'document:' + its _id
    first_pull INTEGER NOT NULL REFERENCES pulls,
    sha256 BLOB NOT NULL,              -- of the frame: zstd does not look at every bit of it
    frame BLOB NOT NULL                -- zstd of NDJSON, see frames.py
)""",
    # Says nothing that the frames don't; but what has changed, and the digest, are found without unpacking them.
    "present": """
CREATE TABLE present (
    id TEXT PRIMARY KEY,               -- the _id of a document that is still served
    sha256 BLOB NOT NULL,              -- of its content
    offer INTEGER NOT NULL REFERENCES offers
) WITHOUT ROWID""",
    "mappings": """
CREATE TABLE mappings (
    sha256 TEXT PRIMARY KEY,           -- of the text
    text TEXT NOT NULL                 -- JSON: an answer to GET /<index>/_mapping
) WITHOUT ROWID""",
}


def open_for_writing(path: Path) -> sqlite3.Connection:
    """Opens the archive for writing, an empty one if there is none; raises ArchiveUnavailable or CheckError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ArchiveUnavailable(f"archive {path}: its folder can't be made: {error.strerror}") from error
    # SQLite would open it all the same, and say so only when everything has been pulled.
    if path.exists() and not os.access(path, os.W_OK):
        raise ArchiveUnavailable(f"archive {path}: can't be written to; check the rights to the file and its folder")
    make_file(path)
    connection = _connect(path, "rw")
    if not is_empty(connection):
        _check_version(connection, path)
    return connection


def make_file(path: Path) -> None:
    """Makes an empty database for the operator alone where there is none; raises ArchiveUnavailable."""
    try:
        create_file(path)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise TilbudsspejlError(f"archive {path}: {error.strerror}; make room on the disk and try again") from error
        raise ArchiveUnavailable(f"archive {path}: can't be made: {error.strerror}; check its folder") from error


def open_read_only(path: Path, *, immutable: bool = False) -> sqlite3.Connection:
    """Opens the archive for reading; `immutable` for a finished copy that nobody writes to."""
    if not path.is_file():
        raise ArchiveUnavailable(f"archive {path}: not there; run `tilbudsspejl pull` first, or correct archive.path")
    if not immutable and journal_of(path).exists():
        # A pull that was killed while publishing: only who may write can undo what it began.
        with suppress(ArchiveUnavailable):
            _connect(path, "rw").close()
    connection = _connect(path, "ro&immutable=1" if immutable else "ro")
    if is_empty(connection):
        connection.close()
        raise ArchiveUnavailable(f"archive {path}: empty; run `tilbudsspejl pull` first")
    _check_version(connection, path)
    return connection


def create_tables(connection: sqlite3.Connection) -> None:
    """Makes an empty file an archive, within the transaction that fills it: it is never there without a pull."""
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    for name in TABLES:
        create_table(connection, name)
    set_version(connection)


def create_table(connection: sqlite3.Connection, name: str) -> None:
    """One table as this version has it."""
    connection.execute(TABLES[name])


def version_of(connection: sqlite3.Connection) -> int:
    """The format that the file is in."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def set_version(connection: sqlite3.Connection) -> None:
    """Notes that the file is in this program's format."""
    connection.execute(f"PRAGMA user_version = {VERSION}")


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """A transaction for writing: all of the block, or none of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


def is_empty(connection: sqlite3.Connection) -> bool:
    """Whether there are no tables yet."""
    return bool(connection.execute("SELECT count(*) = 0 FROM sqlite_schema").fetchone()[0])


def journal_of(path: Path) -> Path:
    """The file in which SQLite keeps what an unfinished transaction has overwritten."""
    return path.with_name(f"{path.name}-journal")


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turns SQLite's errors into ours: one line with what to do."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
            raise TilbudsspejlError(f"archive {path}: {error}; make room on the disk and try again") from error
        if is_busy(error):
            raise ArchiveUnavailable(f"archive {path}: in use by another program ({error}); try again later") from error
        if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY):
            raise ArchiveUnavailable(f"archive {path}: {error}; check the rights to the file and its folder") from error
        raise CheckError(f"archive {path}: not an archive, or damaged ({error}); restore it from a backup") from error


def is_busy(error: Exception) -> bool:
    """Whether another program holds the file."""
    return (getattr(error, "sqlite_errorcode", 0) & 0xFF) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    with translated(path):
        uri = f"{path.resolve().as_uri()}?mode={mode}"
        connection = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            is_empty(connection)
        except UnicodeDecodeError as error:  # SQLite quotes a damaged schema, and Python can't read the quotation
            connection.close()
            raise CheckError(f"archive {path}: its schema is damaged; restore it from a backup") from error
        except sqlite3.DatabaseError:
            connection.close()
            raise
        return connection


def _check_version(connection: sqlite3.Connection, path: Path) -> None:
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if application == APPLICATION_ID and version <= VERSION:
        return
    connection.close()
    if application != APPLICATION_ID:
        raise ArchiveUnavailable(f"archive {path}: an SQLite file of another program; correct archive.path")
    raise ArchiveUnavailable(f"archive {path}: made by a newer Tilbudsspejl (format {version}); upgrade this one")
