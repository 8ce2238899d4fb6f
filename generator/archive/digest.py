"""The digest over everything that the source serves: SHA-256 over a line `_id TAB content hash` a document, sorted.

Anybody can check it: unpack the frames, write a line a document whose `seen` covers the pull, sort by byte, sha256sum.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterable
from heapq import merge

import orjson


def digest_of(connection: sqlite3.Connection, ended: Iterable[tuple[str, bytes]] = ()) -> str:
    """The digest of the table `present` and of what the pull itself saw superseded (`ended`)."""
    rows = connection.execute("SELECT id, sha256 FROM present ORDER BY id")
    return digest(merge(_encoded(rows), sorted(_encoded(ended))))


def digest(pairs: Iterable[tuple[bytes, bytes]]) -> str:
    """The digest of (`_id` in UTF-8, content hash), sorted."""
    hashed = hashlib.sha256()
    for id_, sha256 in pairs:
        hashed.update(b"%s\t%s\n" % (id_, sha256.hex().encode()))
    return hashed.hexdigest()


TABLES_NOTE = "tables"  # the key of the note below; versions before it pass it over


def write_seal(connection: sqlite3.Connection, digest: str | None = None) -> None:
    """Notes what the tables and the seal are now; the last thing in every transaction that changes the archive.

    `digest` is that of what is present, where it is known already.
    """
    note = {
        "pull": connection.execute("SELECT max(number) FROM pulls").fetchone()[0],
        "grouping": connection.execute("SELECT value FROM meta WHERE key = 'grouping'").fetchone()[0],
        "offers": offers_digest(connection),
        "present": present_digest(connection, digest),
    }
    text = orjson.dumps(note, option=orjson.OPT_SORT_KEYS).decode()
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (TABLES_NOTE, text))
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('seal', ?)", (seal_of(connection),))


def offers_digest(connection: sqlite3.Connection) -> str:
    """SHA-256 over a line `rowid TAB key TAB first pull TAB hash of the frame` an offer, by rowid."""
    hashed = hashlib.sha256()
    for row, key, first_pull, sha256 in connection.execute(
        "SELECT rowid, key, first_pull, sha256 FROM offers ORDER BY rowid"
    ):
        hashed.update(b"%d\t%s\t%d\t%s\n" % (row, key.encode(), first_pull, sha256.hex().encode()))
    return hashed.hexdigest()


def present_digest(connection: sqlite3.Connection, digest: str | None = None) -> str:
    """SHA-256 over the digest of what is present, a TAB, and the offers' rowids by `_id`, with commas between them.

    `digest` is that of `digest_of`, where it is known already: it is most of the work.
    """
    query = "SELECT group_concat(offer) FROM (SELECT offer FROM present ORDER BY id)"
    offers = connection.execute(query).fetchone()[0]
    return hashlib.sha256(f"{digest or digest_of(connection)}\t{offers or ''}".encode()).hexdigest()


# Of the tables that the note vouches for.
DIGESTS: dict[str, Callable[[sqlite3.Connection], str]] = {"offers": offers_digest, "present": present_digest}


def seal_of(connection: sqlite3.Connection) -> str:
    """SHA-256 over the archive's notes (`key TAB value LF`) and its last receipt, for which no later one vouches."""
    notes = connection.execute("SELECT key, value FROM meta WHERE key != 'seal' ORDER BY key")
    sealed = [f"{key}\t{value}\n" for key, value in notes]
    sealed += [str(row[0]) for row in connection.execute("SELECT receipt FROM pulls ORDER BY number DESC LIMIT 1")]
    return hashlib.sha256("".join(sealed).encode()).hexdigest()


def _encoded(pairs: Iterable[tuple[str, bytes]]) -> Iterable[tuple[bytes, bytes]]:
    return ((id_.encode(), sha256) for id_, sha256 in pairs)
