"""What was served at each pull, computed from the intervals alone: for checking receipts, and for a state's export.

The intervals lie in a temporary file that SQLite takes away again, so memory stays flat however many there are.
"""

import hashlib
import sqlite3
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import groupby

from generator.archive.frames import Interval, Stored

MOST_PULLS = 1 << 62  # an open interval reaches past every pull


class States:
    """Every interval of the documents that were added."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect("", isolation_level=None)  # a file without a name
        self._connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
        self._connection.execute(
            "CREATE TABLE seen (id BLOB, sha256 BLOB, first INTEGER, last INTEGER, offer INTEGER, place INTEGER)"
        )
        self._connection.execute("CREATE TABLE present (id BLOB, sha256 BLOB, offer INTEGER)")
        self._connection.execute("BEGIN")

    def close(self) -> None:
        """Takes the temporary file away."""
        self._connection.close()

    def add(self, offer: int, documents: Iterable[tuple[int, Stored]], only: int | None = None) -> None:
        """Takes documents of the offer in this row, each with its place in the frame; `only` of the state of a pull."""
        self._connection.executemany(
            "INSERT INTO seen VALUES (?, ?, ?, ?, ?, ?)",
            [
                (document.id.encode(), bytes.fromhex(document.sha256), first, last, offer, place)
                for place, document in documents
                for first, last in (document.seen if only is None else _at(document.seen, only))
            ],
        )

    # ---------------------------------------------------------------- the receipts' digests

    def digests(self, pulls: int) -> list[str]:
        """The digest of every pull from the first to this one, see digest.py."""
        # Only where something began or ended is there anything to compute.
        query = "SELECT first FROM seen UNION SELECT last + 1 FROM seen WHERE last IS NOT NULL ORDER BY 1"
        starts = [1, *(start for (start,) in self._connection.execute(query) if 1 < start <= pulls)]
        hashes = [hashlib.sha256() for _ in starts]
        rows = self._connection.execute("SELECT id, sha256, first, last FROM seen ORDER BY id, sha256")
        for id_, sha256, first, last in rows:
            line = b"%s\t%s\n" % (id_, sha256.hex().encode())
            for hashed in hashes[bisect_left(starts, first) : bisect_right(starts, last or MOST_PULLS)]:
                hashed.update(line)
        found = [hashed.hexdigest() for hashed in hashes]
        return [found[bisect_right(starts, number) - 1] for number in range(1, pulls + 1)]

    # ---------------------------------------------------------------- the table `present`

    def add_present(self, rows: Iterable[tuple[str, bytes, int]]) -> None:
        """Takes the archive's table `present`: id, content hash, the offer's row."""
        encoded = ((id_.encode(), sha256, offer) for id_, sha256, offer in rows)
        self._connection.executemany("INSERT INTO present VALUES (?, ?, ?)", encoded)

    def not_in_present(self) -> Iterator[str]:
        """The ids of documents that a frame has open and the table lacks, or has otherwise."""
        return self._ids(f"{_OPEN} EXCEPT {_PRESENT}")

    def not_in_frames(self) -> Iterator[str]:
        """The ids that the table has and no frame has open, or has otherwise."""
        return self._ids(f"{_PRESENT} EXCEPT {_OPEN}")

    def open_twice(self) -> Iterator[str]:
        """The ids that are open with more than one content."""
        return self._ids("SELECT id FROM seen WHERE last IS NULL GROUP BY id HAVING count(*) > 1")

    def _ids(self, query: str) -> Iterator[str]:
        return (row[0].decode() for row in self._connection.execute(query))

    # ---------------------------------------------------------------- one state

    def in_order(self) -> Iterator[tuple[int, list[tuple[int, str]]]]:
        """The offers' rows with their documents' places and hashes, in the order in which they were added.

        Where one `_id` has two contents in the state, the one that stayed comes after everything else.
        """
        rows = self._connection.execute(
            "SELECT offer, place, sha256 FROM seen "
            "ORDER BY last IS NULL AND id IN (SELECT id FROM seen GROUP BY id HAVING count(*) > 1), rowid"
        )
        for offer, group in groupby(rows, key=lambda row: row[0]):
            yield offer, [(place, sha256.hex()) for _, place, sha256 in group]


_OPEN = "SELECT id, sha256, offer FROM seen WHERE last IS NULL"
_PRESENT = "SELECT id, sha256, offer FROM present"


def _at(seen: Iterable[Interval], pull: int) -> list[Interval]:
    """What the intervals say of one pull: nothing, that it saw the document stay, or saw it replaced."""
    return [
        (pull, pull if last == pull else None)
        for first, last in seen
        if first <= pull and (last is None or last >= pull)
    ]
