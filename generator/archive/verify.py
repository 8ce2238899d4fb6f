"""Whether an archive still holds what its pulls stored: every hash is computed again, and all parts must agree.

It only reads, so it works on a read-only file in a read-only folder. Each problem is a line that names the record;
looking goes on after it, so that one answer tells all that is damaged.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
import zstandard

from generator.archive.canonical import NotJson, canonical_text
from generator.archive.digest import seal_of
from generator.archive.frames import Interval, Packer, Stored
from generator.archive.schema import TABLES, is_busy, open_read_only, translated, version_of
from generator.archive.states import MOST_PULLS, States
from generator.errors import CheckError

MOST_PROBLEMS = 100  # that are listed; the rest is counted
TABLES_OF = {1: {"meta", "pulls", "offers"}, 2: set(TABLES)}  # of each format that ever was
UNUSED_BITS = 0b0001_1000  # of a zstd frame's descriptor: decoders pass over one of them, and it is never set

Progress = Callable[[int, int], None]  # offers so far, offers in all


@dataclass(slots=True)
class Findings:
    """What verification has found; `problems` are lines, `more` is how many there were besides."""

    format: int = 0
    pulls: int = 0
    offers: int = 0
    documents: int = 0  # distinct contents
    recomputed: int = 0  # receipts whose digest was computed again
    not_recomputed: int = 0  # receipts whose digest could not be
    problems: list[str] = field(default_factory=list)
    more: int = 0

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def add(self, problem: str) -> None:
        """Takes a problem in."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)
        else:
            self.more += 1

    def as_json(self) -> dict[str, Any]:
        """The same for machines."""
        return {"is_sound": self.is_sound, **asdict(self)}


def verify(path: Path, progress: Progress = lambda done, total: None) -> Findings:
    """Checks the archive; raises ArchiveUnavailable if it is not there, CheckError if it can't even be opened."""
    with closing(open_read_only(path)) as connection, closing(States()) as states:
        connection.text_factory = _text
        with translated(path):
            return _Verification(connection, states, progress).all()


def _text(raw: bytes) -> str:
    """Text also where a flipped byte has made it no UTF-8: its hash tells."""
    return raw.decode("utf-8", "backslashreplace")


class _Verification:
    """One look at the whole archive."""

    def __init__(self, connection: sqlite3.Connection, states: States, progress: Progress) -> None:
        self.found = Findings(format=version_of(connection))
        self._connection = connection
        self._states = states
        self._progress = progress
        self._packer = Packer()
        self._has_every_document = True
        self._has_every_pull = False

    def all(self) -> Findings:
        """Every check, in one transaction: what a pull publishes meanwhile is not mixed in."""
        with self._reading("the file"):
            self._connection.execute("BEGIN")
            self._check_file()
        tables = TABLES_OF.get(self.found.format)
        if tables is None:
            self.found.add(f"the file: format {self.found.format} has never been written by any version")
            return self.found
        receipts = self._receipts()
        with self._reading("table offers"):
            self._check_offers()
        if "present" in tables:
            with self._reading("table present"):
                self._check_present()
        if "mappings" in tables:
            with self._reading("table mappings"):
                self._check_mappings(receipts)
        if self.found.format > 1:
            with self._reading("table meta"):
                self._check_seal()
        self._check_digests(receipts)
        return self.found

    @contextmanager
    def _reading(self, what: str) -> Iterator[None]:
        """What can't be read, or is not of the kind that it must be, is a problem like any other."""
        try:
            yield
        except (sqlite3.Error, ValueError, TypeError, AttributeError, OverflowError) as error:
            if is_busy(error):
                raise
            self._has_every_document = False
            self.found.add(f"{what}: can't be read ({error})")

    def _rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        return self._connection.execute(query)

    # ---------------------------------------------------------------- the file

    def _check_file(self) -> None:
        for (answer,) in self._rows(f"PRAGMA integrity_check({MOST_PROBLEMS})"):
            for line in str(answer).splitlines():
                if line != "ok" and not line.startswith("***"):
                    self.found.add(f"the file: SQLite finds: {line}")
        here = {str(name) for (name,) in self._rows("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        for name in sorted(TABLES_OF.get(self.found.format, here) ^ here):
            self.found.add(f"the file: table {name} is {'one too many' if name in here else 'missing'}")

    # ---------------------------------------------------------------- receipts

    def _receipts(self) -> list[dict[str, Any]]:
        """Every receipt, with its chain checked; an empty one where it can't be read."""
        receipts: list[dict[str, Any]] = []
        previous: str | None = None
        with self._reading("table pulls"):
            query = "SELECT number, started, finished, is_complete, receipt FROM pulls ORDER BY number"
            for number, started, finished, is_complete, text in self._rows(query):
                receipt = self._receipt(f"pull {number}", text)
                if number != len(receipts) + 1:
                    self.found.add(f"pull {number}: follows pull {len(receipts)}; there is one missing or too many")
                if receipt and receipt.get("previous") != previous:
                    self.found.add(f"pull {number}: the chain is broken: its receipt names another one before it")
                columns = {
                    "number": number,
                    "started": started,
                    "finished": finished,
                    "is_complete": _as_bool(is_complete),
                }
                self._check_receipt(receipt, columns)
                previous = hashlib.sha256(text if isinstance(text, bytes) else text.encode()).hexdigest()
                receipts.append(receipt)
            self._has_every_pull = True
        self.found.pulls = len(receipts)
        return receipts

    def _receipt(self, name: str, text: Any) -> dict[str, Any]:
        try:
            receipt = orjson.loads(text) if isinstance(text, str) else None
        except ValueError as error:
            self.found.add(f"{name}: its receipt is no JSON ({error})")
            return {}
        if not isinstance(receipt, dict):
            self.found.add(f"{name}: its receipt is no JSON object")
            return {}
        return receipt

    def _check_receipt(self, receipt: dict[str, Any], columns: dict[str, Any]) -> None:
        name = f"pull {columns['number']}"
        for column, value in columns.items():
            # Format 1 had these in the columns only.
            if receipt.get(column, value if _format_of(receipt) < 2 else None) != value or value is None:
                self.found.add(f"{name}: the column {column} ({value!r}) is not what its receipt says")
        try:
            started, finished = (datetime.fromisoformat(columns[column]) for column in ("started", "finished"))
            if started > finished:
                self.found.add(f"{name}: finished ({finished}) before it started ({started})")
        except (ValueError, TypeError) as error:
            self.found.add(f"{name}: no times at which it started and finished ({error})")

    def _check_seal(self) -> None:
        sealed = dict(self._rows("SELECT key, value FROM meta")).get("seal")
        if sealed != seal_of(self._connection):
            self.found.add(
                f"pull {self.found.pulls}: the seal over the archive's notes (table meta) and the last receipt is not "
                "theirs; one of them was changed"
            )

    # ---------------------------------------------------------------- offers

    def _check_offers(self) -> None:
        total = int(self._connection.execute("SELECT count(*) FROM offers").fetchone()[0])
        told = "sha256" if self.found.format > 1 else "NULL"
        for row, key, first_pull, sha256, frame in self._rows(
            f"SELECT rowid, key, first_pull, {told}, frame FROM offers ORDER BY rowid"
        ):
            self.found.offers += 1
            self._progress(self.found.offers, total)
            name = f"offer {key!r}"
            try:
                documents = list(self._packer.unpack(frame, str(key)))
                self._check_frame(name, sha256, frame)
            except (CheckError, zstandard.ZstdError, TypeError) as error:
                self._has_every_document = False
                self.found.add(f"{name}: its frame can't be unpacked ({error.__cause__ or error})")
                continue
            self.found.documents += len(documents)
            sound = [(place, d) for place, d in enumerate(documents) if self._is_sound(f"{name}, _id {d.id!r}", d)]
            self._states.add(row, sound)
            self._check_offer(name, key, first_pull, documents)

    def _check_frame(self, name: str, sha256: bytes | None, frame: bytes) -> None:
        if self.found.format > 1 and hashlib.sha256(frame).digest() != sha256:
            self.found.add(f"{name}: its frame is not what its hash is of, though it can be unpacked")
        elif not zstandard.get_frame_parameters(frame).has_checksum or frame[4] & UNUSED_BITS:
            self.found.add(f"{name}: its frame has another header than it was given")

    def _check_offer(self, name: str, key: Any, first_pull: Any, documents: list[Stored]) -> None:
        if not documents:
            self.found.add(f"{name}: has no documents")
            return
        least = min((d.seen[0][0] for d in documents if d.seen), default=None)
        if first_pull != least:
            self.found.add(f"{name}: first_pull is {first_pull!r}, its documents were first seen by pull {least}")
        contents = [document.content for document in documents]
        if len(set(contents)) != len(contents):
            self.found.add(f"{name}: has the same document twice")
        own = str(key).removeprefix("document:")
        if own != key and any(document.id != own for document in documents):
            self.found.add(f"{name}: holds a document with another _id")

    def _is_sound(self, name: str, document: Stored) -> bool:
        """Checks a document; says whether its id, hash and intervals can be used for the digests."""
        if hashlib.sha256(document.text).hexdigest() != document.sha256:
            self.found.add(f"{name}: its content is not what its hash ({document.sha256}) is of")
        try:
            content = canonical_text(document.text)
            if not document.is_raw and (content.is_raw or content.text != document.text):
                self.found.add(f"{name}: its content is not canonical")
        except NotJson as error:
            self.found.add(f"{name}: its content is no JSON ({error})")
        if problem := _fault_in(document.seen, self.found.pulls if self._has_every_pull else MOST_PULLS):
            self.found.add(f"{name}: seen {document.seen}: {problem}")
            self._has_every_document = False
            return False
        return True

    # ---------------------------------------------------------------- what must follow from the offers

    def _check_present(self) -> None:
        self._states.add_present(self._rows("SELECT id, sha256, offer FROM present"))
        if not self._has_every_document:
            return  # whatever is missing in the frames would be told once more
        problems = {
            "is open in its frame and not so in the table present": self._states.not_in_present(),
            "is in the table present and not so in a frame": self._states.not_in_frames(),
            "is open with two contents": self._states.open_twice(),
        }
        for problem, ids in problems.items():
            for id_ in ids:
                self.found.add(f"_id {id_!r}: {problem}")

    def _check_mappings(self, receipts: list[dict[str, Any]]) -> None:
        here = set()
        for sha256, text in self._rows("SELECT sha256, text FROM mappings"):
            here.add(sha256)
            if not isinstance(text, str) or hashlib.sha256(text.encode()).hexdigest() != sha256:
                self.found.add(f"mapping {sha256}: its text is not what its hash is of")
        for number, receipt in enumerate(receipts, start=1):
            wanted = receipt.get("source_mapping")
            if wanted is not None and wanted not in here:
                self.found.add(f"pull {number}: the _mapping that it saw ({wanted}) is not there")

    def _check_digests(self, receipts: list[dict[str, Any]]) -> None:
        if not (self._has_every_document and self._has_every_pull):
            self.found.not_recomputed = len(receipts)
            return
        # Format 1 dated the end of what one pull saw and replaced as that of what the next one found gone, so its
        # digests, which did not count the former, can't be had from the intervals.
        digests = self._states.digests(len(receipts))
        for number, (receipt, digest) in enumerate(zip(receipts, digests, strict=True), start=1):
            if _format_of(receipt) < 2:
                self.found.not_recomputed += 1
                continue
            self.found.recomputed += 1
            if receipt.get("digest") != digest:
                self.found.add(
                    f"pull {number}: its documents have the digest {digest}, its receipt says {receipt.get('digest')!r}"
                )


def _format_of(receipt: dict[str, Any]) -> int:
    told = receipt.get("format", 1)
    return told if isinstance(told, int) else 0


def _as_bool(value: Any) -> bool | None:
    return bool(value) if value in (0, 1) else None


def _fault_in(seen: Iterable[Interval], pulls: int) -> str | None:
    """What is wrong with a document's intervals; None if nothing is."""
    intervals = list(seen)
    if not intervals:
        return "no pull has seen it"
    numbers = [number for interval in intervals for number in interval]
    known = numbers[:-1] if numbers[-1] is None else numbers
    if not all(type(number) is int for number in known):
        return "an interval within the list is open, or not of numbers"
    if not all(type(number) is int and 1 <= number <= pulls for number in known):
        return f"there are only the pulls 1 to {pulls}"
    whole = [number for number in known if number is not None]
    if any(last < first for first, last in zip(whole[::2], whole[1::2], strict=False)):
        return "an interval ends before it begins"
    if any(after <= last for last, after in zip(islice(whole, 1, None, 2), islice(whole, 2, None, 2), strict=False)):
        return "the intervals overlap"
    return None
