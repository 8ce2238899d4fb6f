"""Reading the archive: its pulls, and its offers batch by batch."""

import hashlib
import sqlite3
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from generator.archive.digest import DIGESTS
from generator.archive.frames import Interval, Packer, Stored
from generator.archive.integrity import check, check_table, file_problems, offer_problems
from generator.archive.schema import (
    MOST_UNPACKED,
    damaged,
    make_file,
    open_read_only,
    reading,
    translated,
    version_of,
)
from generator.errors import CheckError
from generator.register.model.documents import Observed
from generator.register.model.json_text import MOST_READ
from generator.register.model.receipt import Receipt


class Archive:
    """An archive opened for reading; raises ArchiveUnavailable where there is none, CheckError if it is damaged.

    `most` is how many bytes an offer may take unpacked.
    """

    def __init__(self, path: Path, *, immutable: bool = False, most: int = MOST_UNPACKED) -> None:
        self.path = path
        self._is_immutable = immutable
        self._connection = open_read_only(path, immutable=immutable, most=most)
        try:
            self._pulls = check(self._connection, path)
            self._has_hashes = self.format > 1
        except BaseException:
            self._connection.close()
            raise
        self._packer = Packer(most=most)

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def receipts(self) -> list[Receipt]:
        """All pulls, oldest first."""
        with reading(self.path, "table pulls"):
            return read_receipts(self._connection)

    @property
    def environment(self) -> str:
        """preprod, prod or demo: what the archive was bound to by its first pull."""
        with reading(self.path, "table meta"):
            return read_meta(self._connection, "environment") or ""

    @property
    def grouping(self) -> str:
        """What documents are grouped by; see Mapping.grouping."""
        with reading(self.path, "table meta"):
            return read_meta(self._connection, "grouping") or ""

    def source_mapping(self) -> dict[str, Any] | None:
        """The `_mapping` that the last pull from a server saw; None if there was none."""
        with reading(self.path, "table mappings"):
            return read_source_mapping(self._connection)

    def state_digest(self) -> str:
        """Changes with every pull; the same archive gives the same digest."""
        digest = hashlib.sha256()
        for row in self._all("SELECT number, receipt FROM pulls ORDER BY number"):
            digest.update(repr(row).encode())
        return digest.hexdigest()

    def offer_count(self) -> int:
        """How many groups of documents there are."""
        return int(self._all("SELECT count(*) FROM offers")[0][0])

    def batches(self, size: int) -> list[tuple[int, ...]]:
        """The offers' row numbers, cut into batches, in the order (first pull, id): that order never changes."""
        numbers = [row[0] for row in self._all("SELECT rowid FROM offers ORDER BY first_pull, length(key), key")]
        return [tuple(numbers[start : start + size]) for start in range(0, len(numbers), size)]

    def stored(self, rows: tuple[int, ...]) -> Iterator[tuple[str, int, list[Stored]]]:
        """(key, first pull, documents) of the offers in these rows, in the order given."""
        sha256 = "sha256" if self._has_hashes else "NULL"
        for row in rows:
            found = self._all(f"SELECT key, first_pull, {sha256}, frame FROM offers WHERE rowid = ?", row)
            if not found and self._is_immutable:
                raise damaged(self.path, f"table offers: row {row} is there and can't be found")
            if not found:
                raise CheckError(f"archive {self.path}: regrouped while it was read; run it again")
            [(key, first_pull, frame_hash, frame)] = found
            documents = self._packer.read(frame, key, frame_hash)
            self._check_offer(key, first_pull, documents)
            yield key, first_pull, documents

    def _check_offer(self, key: str, first_pull: int, documents: list[Stored]) -> None:
        with reading(self.path, f"offer {key!r}"):
            for problem in offer_problems(key, first_pull, documents, self._pulls):
                raise damaged(self.path, problem)

    def observed(self, rows: tuple[int, ...], most: int = MOST_READ) -> Iterator[tuple[str, int, list[Observed]]]:
        """The same, parsed, as the register reads it; a document of more than `most` bytes is not."""
        complete = [row[0] for row in self._all("SELECT number FROM pulls WHERE is_complete ORDER BY number")]
        for key, first_pull, documents in self.stored(rows):
            yield key, first_pull, [Observed(d.id, d.sha256, _sure(d.seen, complete), d.parse(most)) for d in documents]

    @property
    def format(self) -> int:
        """The format that the file is in."""
        with reading(self.path, "its header"):
            return version_of(self._connection)

    def damage(self) -> str | None:
        """What is wrong with the file, frames compared with their hashes and nothing unpacked; None if nothing is."""
        return next(self._damage(), None)

    def _damage(self) -> Iterator[str]:
        with reading(self.path, "the file"):
            yield from file_problems(self._connection)
            problems: list[str] = []
            for table in DIGESTS if self._has_hashes else ():
                check_table(self._connection, table, self._pulls, problems.append)
            yield from problems
            hash_column = "sha256" if self._has_hashes else "NULL"
            for key, sha256, frame in self._connection.execute(f"SELECT key, {hash_column}, frame FROM offers"):
                if sha256 is not None and hashlib.sha256(frame).digest() != sha256:
                    yield f"offer {key!r}: its frame is not what its hash is of"

    def snapshot(self, target: Path) -> None:
        """Copies the archive as it is at this moment, for the operator alone; a pull may be publishing meanwhile."""
        make_file(target)
        with translated(target), closing(sqlite3.connect(target)) as copy, translated(self.path):
            self._connection.backup(copy)

    def _all(self, query: str, *values: object) -> list[Any]:
        with reading(self.path, "a table"):
            return self._connection.execute(query, values).fetchall()


def read_receipts(connection: sqlite3.Connection) -> list[Receipt]:
    """All pulls, oldest first."""
    rows = connection.execute("SELECT number, started, finished, is_complete, receipt FROM pulls ORDER BY number")
    return [
        Receipt(number, datetime.fromisoformat(a), datetime.fromisoformat(b), bool(complete), orjson.loads(details))
        for number, a, b, complete, details in rows
    ]


def read_source_mapping(connection: sqlite3.Connection) -> dict[str, Any] | None:
    """The `_mapping` that the last pull from a server saw; None if there was none."""
    for receipt in reversed(read_receipts(connection)):
        if digest := receipt.details.get("source_mapping"):
            row = connection.execute("SELECT text FROM mappings WHERE sha256 = ?", (digest,)).fetchone()
            answer: dict[str, Any] | None = orjson.loads(row[0]) if row else None
            return answer
    return None


def _sure(seen: list[Interval], complete: list[int]) -> tuple[Interval, ...]:
    """The intervals as far as it is sure that the document was there.

    A frame counts a document as there until a pull finds it gone, also through partial dumps that may have skipped it;
    a date for readers is that of the last complete pull.
    """
    sure = []
    for first, last in seen:
        place = 0 if last is None else bisect_right(complete, last)
        sure.append((first, None if last is None else max(first, complete[place - 1] if place else first)))
    return tuple(sure)


def read_meta(connection: sqlite3.Connection, key: str) -> str | None:
    """One of the archive's own notes."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return str(row[0]) if row else None
