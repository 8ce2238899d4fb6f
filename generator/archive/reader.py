"""Reading the archive: its pulls, and its offers batch by batch."""

import hashlib
import sqlite3
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from generator.archive.frames import Interval, Packer, Stored
from generator.archive.schema import make_file, open_read_only, translated, version_of
from generator.errors import ArchiveUnavailable, CheckError
from generator.register.documents import Observed, Pull


@dataclass(frozen=True, slots=True)
class Receipt:
    """What one pull left behind."""

    number: int
    started: datetime
    finished: datetime
    is_complete: bool
    details: dict[str, Any]

    @property
    def kind(self) -> str:
        """full, incremental or dump."""
        return str(self.details.get("kind", "dump"))

    @property
    def pull(self) -> Pull:
        """The part that the register's rules need."""
        return Pull(self.number, self.finished, self.is_complete)


class Archive:
    """An archive opened for reading; raises ArchiveUnavailable where there is none or it is empty."""

    def __init__(self, path: Path, *, immutable: bool = False) -> None:
        self.path = path
        self._connection = open_read_only(path, immutable=immutable)
        self._packer = Packer()

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def receipts(self) -> list[Receipt]:
        """All pulls, oldest first; raises ArchiveUnavailable if there is none."""
        with translated(self.path):
            receipts = read_receipts(self._connection)
        if not receipts:
            raise ArchiveUnavailable(f"archive {self.path}: empty; run `tilbudsspejl pull` first")
        return receipts

    @property
    def environment(self) -> str:
        """preprod, prod or demo: what the archive was bound to by its first pull."""
        with translated(self.path):
            return read_meta(self._connection, "environment") or ""

    @property
    def grouping(self) -> str:
        """What documents are grouped by; see Mapping.grouping."""
        with translated(self.path):
            return read_meta(self._connection, "grouping") or ""

    def source_mapping(self) -> dict[str, Any] | None:
        """The `_mapping` that the last pull from a server saw; None if there was none."""
        with translated(self.path):
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
        for row in rows:
            found = self._all("SELECT key, first_pull, frame FROM offers WHERE rowid = ?", row)
            if not found:
                raise CheckError(f"archive {self.path}: regrouped while it was read; run it again")
            [(key, first_pull, frame)] = found
            yield key, first_pull, list(self._packer.unpack(frame, key))

    def observed(self, rows: tuple[int, ...]) -> Iterator[tuple[str, int, list[Observed]]]:
        """The same, parsed, as the register reads it."""
        complete = [row[0] for row in self._all("SELECT number FROM pulls WHERE is_complete ORDER BY number")]
        for key, first_pull, documents in self.stored(rows):
            yield key, first_pull, [Observed(d.id, d.sha256, _sure(d.seen, complete), d.parse()) for d in documents]

    def present(self) -> list[tuple[str, bytes, int]]:
        """The table `present`: what is still served, with its content hash and its offer's row."""
        return self._all("SELECT id, sha256, offer FROM present")

    @property
    def format(self) -> int:
        """The format that the file is in."""
        with translated(self.path):
            return version_of(self._connection)

    def damage(self) -> list[str]:
        """What SQLite finds wrong with the file, without computing any hash; empty if nothing."""
        answers = [str(row[0]) for row in self._all("PRAGMA quick_check")]
        return [] if answers == ["ok"] else answers

    def snapshot(self, target: Path) -> None:
        """Copies the archive as it is at this moment, for the operator alone; a pull may be publishing meanwhile."""
        make_file(target)
        with translated(target), closing(sqlite3.connect(target)) as copy, translated(self.path):
            self._connection.backup(copy)

    def _all(self, query: str, *values: object) -> list[Any]:
        with translated(self.path):
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
