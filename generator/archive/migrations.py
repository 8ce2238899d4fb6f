"""Archives of other formats and groupings: an older one is brought up to date when a pull opens it for writing.

Readers read every format that ever was, so a build needs no right to write.
"""

import sqlite3
from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any

from generator.archive.frames import Packer, Stored
from generator.archive.merge import hashed, insert_offer, natural, write_present
from generator.archive.schema import create_table, set_version
from generator.archive.staging import storable
from generator.register.model.json_text import Unread

KeyOf = Callable[[Any], str | None]


def migrate(connection: sqlite3.Connection, version: int, most: int) -> None:
    """Brings an archive to this program's format, within the caller's transaction."""
    for step in range(version, max(_STEPS) + 1):
        _STEPS[step](connection, Packer(most=most))
    set_version(connection)


def _from_1(connection: sqlite3.Connection, packer: Packer) -> None:
    """Format 1 had a digest of what is present in each offer's row; now a table says it, and frames have a hash."""
    connection.execute("ALTER TABLE offers RENAME TO offers_1")
    for table in ("offers", "present", "mappings"):
        create_table(connection, table)
    for row, key, first_pull, frame in connection.execute("SELECT rowid, key, first_pull, frame FROM offers_1"):
        values = (row, key, first_pull, *hashed(frame))
        connection.execute("INSERT INTO offers (rowid, key, first_pull, sha256, frame) VALUES (?, ?, ?, ?, ?)", values)
        write_present(connection, row, packer.read(frame, key, None))
    connection.execute("DROP TABLE offers_1")


_STEPS: dict[int, Callable[[sqlite3.Connection, Packer], None]] = {1: _from_1}


def regroup_offers(connection: sqlite3.Connection, key_of: KeyOf, most: int) -> None:
    """Files every document under the offer that `key_of` says, within the caller's transaction."""
    # By way of small frames in a temporary table, so that never more than one offer is in memory.
    quick, packer = Packer(level=1, most=most), Packer(most=most)
    connection.execute("CREATE TEMP TABLE parts (key TEXT NOT NULL, frame BLOB NOT NULL)")
    offers = connection.execute("SELECT key, frame, sha256 FROM offers ORDER BY first_pull, length(key), key")
    for key, frame, sha256 in offers:
        connection.executemany(
            "INSERT INTO parts VALUES (?, ?)",
            ((new_key, quick.pack(part)) for new_key, part in _parts(packer.read(frame, key, sha256), key_of).items()),
        )
    connection.execute("DELETE FROM present")
    connection.execute("DELETE FROM offers")
    rows = connection.execute("SELECT key, frame FROM parts ORDER BY key, rowid")
    for key, group in groupby(rows, key=lambda row: row[0]):
        documents = [document for _, frame in group for document in quick.unpack(frame, key)]
        documents.sort(key=lambda document: (document.seen[0][0], *natural(document.id)))
        row = insert_offer(connection, key, documents[0].seen[0][0], packer.pack(documents, key))
        write_present(connection, row, documents)
    connection.execute("DROP TABLE parts")


def _parts(documents: Iterable[Stored], key_of: KeyOf) -> dict[str, list[Stored]]:
    parts: dict[str, list[Stored]] = {}
    keys: dict[str, str] = {}
    for document in documents:
        value = document.parse()
        # What can't be read stays with the content of its `_id` that can, which comes before it.
        former = keys.get(document.id, "") if isinstance(value, Unread) else ""
        new_key = keys[document.id] = storable(key_of(value) or former or f"document:{document.id}")
        parts.setdefault(new_key, []).append(document)
    return parts
