"""The archive's tables, and how its file is opened.

One SQLite file, rollback journal: it works on network shares and from read-only media, where WAL does not.
"""

import errno
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import zstandard

from generator.archive.traces import missing
from generator.archive_files import JOURNAL, beside
from generator.errors import ArchiveUnavailable, CheckError, TilbudsspejlError
from generator.private_files import create_file

VERSION = 2
APPLICATION_ID = 0x54696C53  # "TilS": `file` can tell the archive from any other SQLite file
BUSY_SECONDS = 60.0
WRITER_CACHE = 32_000  # kB
MOST_UNPACKED = 256_000_000  # bytes; what all versions of an offer may take, unless the configuration says otherwise
LEAST_ROW = 64_000_000  # bytes that a row may have whatever the configuration says: there are receipts too

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
# Of each format that ever was.
TABLES_OF = {
    1: {
        "meta": TABLES["meta"],
        "pulls": TABLES["pulls"],
        "offers": """
CREATE TABLE offers (
    rowid INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    first_pull INTEGER NOT NULL REFERENCES pulls,
    present BLOB NOT NULL,             -- sha256 over (_id, content hash) of the documents still served
    frame BLOB NOT NULL
)""",
    },
    2: TABLES,
}
# What damaged bytes may raise, in SQLite, zstandard, orjson, or in the code that takes them for what they were.
DAMAGE = (
    sqlite3.Error,
    zstandard.ZstdError,
    ValueError,
    ArithmeticError,
    LookupError,
    TypeError,
    AttributeError,
    RecursionError,
)
REMEDY = "it is damaged: restore it from a backup (`tilbudsspejl archive verify` names all that is wrong)"
_OF_UNIQUE = ("index", "sqlite_autoindex_offers_1", "offers")  # what SQLite makes of the word


def open_for_writing(path: Path, most: int = MOST_UNPACKED) -> sqlite3.Connection:
    """Opens the archive for writing, an empty one if there is none; raises ArchiveUnavailable or CheckError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ArchiveUnavailable(f"archive {path}: its folder can't be made: {error.strerror}") from error
    # SQLite would open it all the same, and say so only when everything has been pulled.
    if path.exists() and not os.access(path, os.W_OK):
        raise ArchiveUnavailable(f"archive {path}: can't be written to; check the rights to the file and its folder")
    make_file(path)
    connection = _connect(path, "rw", most)
    if not is_empty(connection):
        _check_version(connection, path)
        # What is more than this is written before the end, and from then on SQLite lets nobody read. With 2 MB, as it
        # has by itself, readers waited 1.2 s for a pull that changed 1 % of 107,620 documents; so 0.1 s (measured).
        connection.execute(f"PRAGMA cache_size = -{WRITER_CACHE}")
    return connection


def make_file(path: Path) -> None:
    """Makes an empty database for the operator alone where there is none; raises ArchiveUnavailable."""
    try:
        create_file(path)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise TilbudsspejlError(f"archive {path}: {error.strerror}; make room on the disk and try again") from error
        raise ArchiveUnavailable(
            f"archive {path}: can't be made: {error.strerror}; check the rights to the file and its folder"
        ) from error


def open_read_only(path: Path, *, immutable: bool = False, most: int = MOST_UNPACKED) -> sqlite3.Connection:
    """Opens the archive for reading; `immutable` for a finished copy that nobody writes to."""
    if not path.is_file():
        raise missing(path)
    if not immutable and journal_of(path).exists():
        # A pull that was killed while publishing: only who may write can undo what it began.
        with suppress(ArchiveUnavailable):
            _connect(path, "rw", most).close()
    connection = _connect(path, "ro&immutable=1" if immutable else "ro", most)
    if is_empty(connection):
        connection.close()
        raise missing(path)
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
    return beside(path.resolve(), JOURNAL)  # it lies beside the file itself, not beside a link to it


def misfits(connection: sqlite3.Connection, version: int) -> Iterator[str]:
    """What the file has otherwise than an archive of this format: tables, columns, triggers, views, indexes."""
    wanted = {("table", name, name): _plain(sql) for name, sql in TABLES_OF[version].items()} | {_OF_UNIQUE: ""}
    rows = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema").fetchall()
    here = {(str(kind), str(name), str(table)): _plain(sql) for kind, name, table, sql in rows}
    for kind, name, table in sorted(wanted.keys() | here.keys()):
        subject = f"{kind} {name}" if name == table else f"{kind} {name} on {table}"
        if (kind, name, table) not in here:
            yield f"{subject} is missing"
        elif (kind, name, table) not in wanted:
            yield f"{subject} is one too many"
        elif here[kind, name, table] != wanted[kind, name, table]:
            yield f"{subject} is not defined as it was made"
    if len(rows) > len(here):
        yield "a table is there twice"


def _plain(sql: str | None) -> str:
    """A definition without comments and line breaks, which mean nothing."""
    return " ".join(re.sub(r"--[^\n]*", "", str(sql or "")).split())


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turns SQLite's errors into ours: one line with what to do."""
    try:
        yield
    except sqlite3.Error as error:
        raise _ours(path, error) from error


@contextmanager
def reading(path: Path, place: str) -> Iterator[None]:
    """Turns whatever damaged bytes may raise into a CheckError that names the place; for blocks that only read."""
    try:
        yield
    except DAMAGE as error:
        said = " ".join(str(error).split()) or type(error).__name__
        problem = damaged(path, f"{place} can't be read ({said})")
        raise (_ours(path, error, problem) if isinstance(error, sqlite3.Error) else problem) from error


def damaged(path: Path, problem: str) -> CheckError:
    """The error for an archive that has this problem, with the way back."""
    return CheckError(f"archive {path}: {problem}; {REMEDY}")


def _ours(path: Path, error: sqlite3.Error, problem: CheckError | None = None) -> TilbudsspejlError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return TilbudsspejlError(f"archive {path}: {error}; make room on the disk and try again")
    if is_busy(error):
        return ArchiveUnavailable(f"archive {path}: in use by another program ({error}); try again later")
    if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY):
        return ArchiveUnavailable(f"archive {path}: {error}; check the rights to the file and its folder")
    if problem is not None and code != sqlite3.SQLITE_NOTADB:
        return problem
    return CheckError(f"archive {path}: not an archive, or damaged ({error}); restore it from a backup")


def is_busy(error: Exception) -> bool:
    """Whether another program holds the file."""
    return (getattr(error, "sqlite_errorcode", 0) & 0xFF) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _connect(path: Path, mode: str, most: int) -> sqlite3.Connection:
    uri = f"{path.resolve().as_uri()}?mode={mode}"
    with translated(path):
        connection = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, max(most, LEAST_ROW))  # a damaged row may claim any size
        try:
            with reading(path, "its schema"):
                is_empty(connection)
        except BaseException:
            connection.close()
            raise
        return connection


def _check_version(connection: sqlite3.Connection, path: Path) -> None:
    """Raises ArchiveUnavailable for another program's file or a newer one's, CheckError where it is but the header."""
    try:
        with reading(path, "its schema"):
            _check_header(connection, path)
    except BaseException:
        connection.close()
        raise


def _check_header(connection: sqlite3.Connection, path: Path) -> None:
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = version_of(connection)
    if application == APPLICATION_ID and version <= VERSION:
        return
    # A flipped bit in the header must not pass for another program's file, or for a newer one's.
    is_ours = not any(misfits(connection, VERSION))
    if application != APPLICATION_ID:
        if is_ours:
            raise damaged(path, f"its header names another program ({application:#x}), its tables are an archive's")
        raise ArchiveUnavailable(f"archive {path}: an SQLite file of another program; correct archive.path")
    newer = f"made by a newer Tilbudsspejl (format {version})"
    if is_ours:
        raise CheckError(
            f"archive {path}: {newer}, or damaged: its tables are those of format {VERSION}; "
            "upgrade this one, or restore it from a backup"
        )
    raise ArchiveUnavailable(f"archive {path}: {newer}; upgrade this one")
