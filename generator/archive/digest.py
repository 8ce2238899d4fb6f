"""The digest over everything that the source serves: SHA-256 over a line `_id TAB content hash` a document, sorted.

Anybody can check it: unpack the frames, write a line a document whose `seen` covers the pull, sort by byte, sha256sum.
"""

import hashlib
import sqlite3
from collections.abc import Iterable
from heapq import merge


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


def write_seal(connection: sqlite3.Connection) -> None:
    """Notes what the seal is now; the last thing in every transaction that changes the archive's notes or receipts."""
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('seal', ?)", (seal_of(connection),))


def seal_of(connection: sqlite3.Connection) -> str:
    """SHA-256 over the archive's notes (`key TAB value LF`) and its last receipt, for which no later one vouches."""
    notes = connection.execute("SELECT key, value FROM meta WHERE key != 'seal' ORDER BY key")
    sealed = [f"{key}\t{value}\n" for key, value in notes]
    sealed += [str(row[0]) for row in connection.execute("SELECT receipt FROM pulls ORDER BY number DESC LIMIT 1")]
    return hashlib.sha256("".join(sealed).encode()).hexdigest()


def _encoded(pairs: Iterable[tuple[str, bytes]]) -> Iterable[tuple[bytes, bytes]]:
    return ((id_.encode(), sha256) for id_, sha256 in pairs)
