"""Whether an archive still holds what its pulls stored: every hash is computed again, and all parts must agree.

It only reads, so it works on a read-only file in a read-only folder. Each problem is a line that names the record;
looking goes on after it, so that one answer tells all that is damaged.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import zstandard

from generator.archive import integrity
from generator.archive.canonical import NotJson, canonical_text
from generator.archive.digest import DIGESTS
from generator.archive.frames import Packer, Stored
from generator.archive.schema import DAMAGE, MOST_UNPACKED, TABLES_OF, is_busy, open_read_only, translated, version_of
from generator.archive.states import MOST_PULLS, States
from generator.errors import CheckError

MOST_PROBLEMS = 100  # that are listed; the rest is counted
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


def verify(path: Path, progress: Progress = lambda done, total: None, most: int = MOST_UNPACKED) -> Findings:
    """Checks the archive; raises ArchiveUnavailable if it is not there, CheckError if it can't even be opened.

    `most` is how many bytes an offer may take unpacked.
    """
    with closing(open_read_only(path, most=most)) as connection, closing(States()) as states:
        connection.text_factory = _text
        with translated(path):
            return _Verification(connection, states, progress, Packer(most=most)).all()


def _text(raw: bytes) -> str:
    """Text also where a flipped byte has made it no UTF-8: its hash tells."""
    return raw.decode("utf-8", "backslashreplace")


class _Verification:
    """One look at the whole archive."""

    def __init__(self, connection: sqlite3.Connection, states: States, progress: Progress, packer: Packer) -> None:
        self.found = Findings(format=version_of(connection))
        self._connection = connection
        self._states = states
        self._progress = progress
        self._packer = packer
        self._has_every_document = True
        self._has_every_pull = False

    def all(self) -> Findings:
        """Every check, in one transaction: what a pull publishes meanwhile is not mixed in."""
        with self._reading("the file"):
            self._connection.execute("BEGIN")
            for line in integrity.file_problems(self._connection, MOST_PROBLEMS):
                self.found.add(line)
            integrity.check_file(self._connection, self.found.format, self.found.add)
        if self.found.format not in TABLES_OF:
            return self.found
        receipts = self._receipts()
        with self._reading("table offers"):
            self._check_offers()
        if self.found.format > 1:
            with self._reading("table present"):
                self._check_present()
            with self._reading("table mappings"):
                integrity.check_mappings(self._connection, receipts, self.found.add)
            with self._reading("table meta"):
                integrity.check_seal(self._connection, self.found.pulls, self.found.add)
            for table in DIGESTS:
                with self._reading(f"table {table}"):
                    integrity.check_table(self._connection, table, self.found.pulls, self.found.add)
        self._check_digests(receipts)
        return self.found

    def _receipts(self) -> list[dict[str, Any]]:
        """Every receipt, with its chain checked; an empty one where it can't be read."""
        receipts: list[dict[str, Any]] = []
        with self._reading("table pulls"):
            receipts = integrity.check_receipts(self._connection, self.found.add)
            self._has_every_pull = True
        self.found.pulls = len(receipts)
        return receipts

    @contextmanager
    def _reading(self, what: str) -> Iterator[None]:
        """What can't be read, or is not of the kind that it must be, is a problem like any other."""
        try:
            yield
        except DAMAGE as error:
            if is_busy(error):
                raise
            self._has_every_document = False
            self.found.add(f"{what}: can't be read ({error})")

    def _rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        return self._connection.execute(query)

    # ---------------------------------------------------------------- the file

    # ---------------------------------------------------------------- offers

    def _check_offers(self) -> None:
        total = int(self._connection.execute("SELECT count(*) FROM offers").fetchone()[0])
        hash_column = "sha256" if self.found.format > 1 else "NULL"
        for row, key, first_pull, sha256, frame in self._rows(
            f"SELECT rowid, key, first_pull, {hash_column}, frame FROM offers ORDER BY rowid"
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
            for problem in integrity.offer_problems(key, first_pull, documents, self._known_pulls):
                self.found.add(problem)

    def _check_frame(self, name: str, sha256: bytes | None, frame: bytes) -> None:
        if self.found.format > 1 and hashlib.sha256(frame).digest() != sha256:
            self.found.add(f"{name}: its frame is not what its hash is of, though it can be unpacked")
        elif not zstandard.get_frame_parameters(frame).has_checksum or frame[4] & UNUSED_BITS:
            self.found.add(f"{name}: its frame has another header than it was given")

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
        if integrity.fault_in(document.seen, self._known_pulls):
            self._has_every_document = False
            return False
        return True

    @property
    def _known_pulls(self) -> int:
        return self.found.pulls if self._has_every_pull else MOST_PULLS

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

    def _check_digests(self, receipts: list[dict[str, Any]]) -> None:
        if not (self._has_every_document and self._has_every_pull):
            self.found.not_recomputed = len(receipts)
            return
        # Format 1 dated the end of what one pull saw and replaced as that of what the next one found gone, so its
        # digests, which did not count the former, can't be had from the intervals.
        digests = self._states.digests(len(receipts))
        for number, (receipt, digest) in enumerate(zip(receipts, digests, strict=True), start=1):
            if integrity.format_of(receipt) < 2:
                self.found.not_recomputed += 1
                continue
            self.found.recomputed += 1
            if receipt.get("digest") != digest:
                self.found.add(
                    f"pull {number}: its documents have the digest {digest}, its receipt says {receipt.get('digest')!r}"
                )
