"""What passes between source, archive and register: documents as they were seen, and the pulls that saw them."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

Envelope = dict[str, Any]

OPEN = None  # an interval's end while the document is still served


@dataclass(frozen=True, slots=True)
class Document:
    """One document as the source served it: `text` is its `_source` as it stood there, JSON."""

    id: str
    type: str
    text: bytes


@dataclass(frozen=True, slots=True)
class VersionName:
    """What a version is called where its layout says it, not the document; and when it begins and ends."""

    number: str
    start: datetime | None
    end: datetime | None = None  # from when on nothing holds; None where another version follows, or it goes on


@dataclass(frozen=True, slots=True)
class Observed:
    """A distinct document with the intervals of pulls in which it was seen: (from, to), `to` None while it still is."""

    id: str
    sha256: str
    seen: tuple[tuple[int, int | None], ...]
    envelope: Any  # the parsed `_source`; not a dict when the source served something else
    version: VersionName | None = None  # None: the document says itself which version it is

    @property
    def present(self) -> bool:
        """Whether the last pull saw it."""
        return self.seen[-1][1] is OPEN


def as_last_read(documents: Sequence[Observed], is_read: Callable[[Observed], bool]) -> list[Observed]:
    """The documents of an offer, where one that can't be read says no more than that its `_id` is still served.

    What was read of the `_id` before stands for it meanwhile: the offer has not left the register because of it.
    """
    states = Counter(document.id for document in documents)
    unread = {d for d, document in enumerate(documents) if states[document.id] > 1 and not is_read(document)}
    if not unread:
        return list(documents)
    seen = [list(document.seen) for document in documents]
    latest: dict[str, tuple[int, int]] = {}  # where the last interval is in which an `_id` was read
    in_order = sorted((interval[0], d, n) for d, intervals in enumerate(seen) for n, interval in enumerate(intervals))
    for _, d, n in in_order:
        id_ = documents[d].id
        if d not in unread:
            latest[id_] = d, n
        elif id_ in latest:
            of, place = latest[id_]
            seen[of][place] = seen[of][place][0], seen[d][n][1]
    return [replace(document, seen=tuple(intervals)) for document, intervals in zip(documents, seen, strict=True)]


@dataclass(frozen=True, slots=True)
class Pull:
    """What one pull was: its number, when it ended (UTC), and whether it claimed to be the whole register."""

    number: int
    finished: datetime
    complete: bool


@dataclass(frozen=True)
class Pulls:
    """All pulls of an archive, oldest first."""

    by_number: dict[int, Pull]
    baseline: int  # versions seen up to this pull are dated by the register's clock, later ones by ours

    @classmethod
    def of(cls, pulls: Iterable[Pull]) -> "Pulls":
        """The baseline is the first complete pull; while there is none, the first pull."""
        by_number = {pull.number: pull for pull in pulls}
        complete = [number for number, pull in by_number.items() if pull.complete]
        return cls(by_number, min(complete or by_number or [0]))

    @property
    def latest(self) -> Pull:
        """The newest pull; an archive that is read has at least one."""
        return self.by_number[self._numbers[-1]]

    @cached_property
    def _numbers(self) -> list[int]:
        return sorted(self.by_number)

    def after(self, number: int) -> int | None:
        """The first pull after pull `number`; None if that was the last."""
        place = bisect_right(self._numbers, number)
        return self._numbers[place] if place < len(self._numbers) else None

    def finished(self, number: int) -> datetime:
        """When pull `number` ended, UTC."""
        return self.by_number[number].finished


class Unreadable(Exception):  # not an error of the run: it is caught, counted and reported
    """A document, or a part of one, from which no version can be read; says why."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a document that could not be read; `lost` when no version came of it."""

    document_id: str
    reason: str
    lost: bool
    hides: bool = False  # the offer is not shown because of it, where those that have ceased are not
    is_contradiction: bool = False  # all was read, but two things in it can't both be true
