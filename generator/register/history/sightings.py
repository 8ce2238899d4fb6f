"""What was observed of an offer's versions: which document told them, when, and what a later observation corrected.

The latest observation *is* the version; an earlier one is a correction's other half. Two documents may tell one version
at the same time: the one that was loaded last is the version. If it only refreshes what the platform filled in, that is
enrichment; else the source contradicts itself, and neither corrects the other.
"""

import json
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from math import inf

from generator.register.history.changes import Cause, Change, ChangeKind, State, compare
from generator.register.history.layouts import RawVersion
from generator.register.mapping.mapping import Mapping
from generator.register.model.clock import first_moment_after, last_moment_before
from generator.register.model.documents import Pulls


@dataclass(frozen=True, slots=True)
class Sighting:
    """One observation of a version: what was served, when it was first seen like that, and until when."""

    raw: RawVersion
    document: str  # its `_id`
    pull: int
    last: int | None  # None while it is still served
    order: int

    @property
    def state(self) -> State:
        """What it tells, as `compare` takes it."""
        return self.raw.known, self.raw.unknown

    @property
    def rank(self) -> tuple[int, float, int]:
        """Seen first comes first; within one pull the load time decides, which only grows."""
        return self.pull, self.raw.loaded.timestamp() if self.raw.loaded else 0.0, self.order

    @property
    def facts(self) -> str:
        """All that it tells but for its bounds and when it was loaded, the same text for the same facts."""
        return json.dumps(self.state, sort_keys=True, default=str)

    @property
    def says(self) -> tuple[str, str | None, datetime | None, datetime | None]:
        """The same with its bounds."""
        return self.facts, self.raw.gyldig_fra_text, self.raw.gyldig_fra, self.raw.gyldig_til


@dataclass(frozen=True, slots=True)
class Correction:
    """An earlier observation of a version gave way to a later one: only enrichment, or own values too (rettelse)."""

    seen_at: datetime
    cause: Cause
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class ObservedVersion:
    """A version as it was observed."""

    sightings: tuple[Sighting, ...]  # of the document that is the version, and of those that it came after; in order
    every: tuple[Sighting, ...]
    rivals: tuple[str, ...]  # documents that are served beside it, and say otherwise

    @property
    def latest(self) -> Sighting:
        """The observation that is the version."""
        return self.sightings[-1]

    @property
    def first_pull(self) -> int:
        """The pull that saw it first."""
        return min(sighting.pull for sighting in self.every)


def observed_version(mapping: Mapping, sightings: Iterable[Sighting], pulls: Pulls) -> ObservedVersion:
    """Puts the observations of one version together."""
    every = tuple(sorted(_joined(sightings, pulls), key=lambda sighting: sighting.rank))
    served = [sighting for sighting in every if sighting.last is None]
    leader = (served or every)[-1].document
    own = _one_after_the_other(mapping, [sighting for sighting in every if sighting.document == leader])
    # What another document said before this one came, and no longer says, gave way to it.
    former = [
        s
        for s in every
        if s.document != leader and ((s.last is not None and s.pull < own[0].pull) or _is_refreshed(mapping, s, own[0]))
    ]
    rivals = {
        s.document for s in served if not any(s is each for each in own) and not _is_enrichment(mapping, s, own[-1])
    }
    return ObservedVersion((*former, *own), every, tuple(sorted(rivals)))


def join_moved_starts(versions: dict[str, list[Sighting]], pulls: Pulls) -> dict[str, list[Sighting]]:
    """The observations of an offer's versions by what each is called, those of a version that was renamed under one.

    A version without a number is called after its start. Where a pull misses one, and finds in the same document one
    that says the same but for its bounds, the register has corrected the start.
    """
    missed: dict[tuple[str, int, str], list[str]] = {}  # (document, the pull that missed it, what it said)
    for name, sightings in versions.items():
        last = max(sightings, key=lambda sighting: sighting.rank)
        ended = [sighting.last for sighting in sightings if sighting.last is not None]
        if not name.isdecimal() and len(ended) == len(sightings) and (after := pulls.after(max(ended))) is not None:
            missed.setdefault((last.document, after, last.facts), []).append(name)
    if not missed:
        return versions
    joined = dict(versions)
    for name, sightings in versions.items():
        first = min(sightings, key=lambda sighting: sighting.rank)
        before = missed.get((first.document, first.pull, first.facts), []) if not name.isdecimal() else []
        if before:
            nearest = min(before, key=lambda other: _distance(versions[other][0], first))
            before.remove(nearest)
            joined[name] = [*joined.pop(nearest), *joined[name]]
    return joined


def _distance(one: Sighting, other: Sighting) -> float:
    """Seconds between the starts of two versions."""
    starts = one.raw.gyldig_fra, other.raw.gyldig_fra
    return abs((starts[0] - starts[1]).total_seconds()) if starts[0] and starts[1] else inf


def _one_after_the_other(mapping: Mapping, sightings: Sequence[Sighting]) -> list[Sighting]:
    """The latest observation and those that it came after, or only refreshed.

    A document that tells a version twice at once, in two ways, corrects nothing.
    """
    found = [sightings[-1]]
    for sighting in reversed(sightings[:-1]):
        is_over = sighting.last is not None and sighting.last < found[-1].pull
        if is_over or _is_refreshed(mapping, sighting, found[-1]):
            found.append(sighting)
    return found[::-1]


def _is_refreshed(mapping: Mapping, earlier: Sighting, later: Sighting) -> bool:
    return earlier.rank < later.rank and _is_enrichment(mapping, earlier, later)


def _is_enrichment(mapping: Mapping, earlier: Sighting, later: Sighting) -> bool:
    """Whether two observations differ in nothing but what the platform fills in."""
    changes = compare(mapping, earlier.state, later.state, same_version=True)
    changes += [*_moved_start(earlier.raw, later.raw), *_moved_end(earlier.raw, later.raw, None)]
    return all(change.cause is Cause.BERIGELSE for change in changes)


def _joined(sightings: Iterable[Sighting], pulls: Pulls) -> Iterator[Sighting]:
    """Observations of a document that say the same, in one where no pull lies between.

    They differed in what this audience may not see: it must not learn from them that something changed.
    """
    by_document: dict[str, list[Sighting]] = {}
    for sighting in sightings:
        by_document.setdefault(sighting.document, []).append(sighting)
    for of_document in by_document.values():
        if len(of_document) == 1:
            yield of_document[0]
            continue
        joined: dict[Hashable, Sighting] = {}  # the latest that says the same
        for sighting in sorted(of_document, key=lambda sighting: sighting.rank):
            said = sighting.says
            before = joined.get(said)
            if before is not None and _continues(before, sighting, pulls):
                joined[said] = replace(before, last=_later(before.last, sighting.last))
                continue
            if before is not None:
                yield before
            joined[said] = sighting
        yield from joined.values()


def _continues(before: Sighting, sighting: Sighting, pulls: Pulls) -> bool:
    return before.last is None or (pulls.after(before.last) or sighting.pull) >= sighting.pull


def _later(first: int | None, second: int | None) -> int | None:
    return None if first is None or second is None else max(first, second)


def corrections(
    mapping: Mapping, sightings: Sequence[Sighting], pulls: Pulls, following: datetime | None
) -> list[Correction]:
    """What each observation changed in the one before; `following` is when the next version begins."""
    found = []
    for earlier, later in pairwise(sightings):
        changes = compare(mapping, earlier.state, later.state, same_version=True)
        changes[:0] = [*_moved_start(earlier.raw, later.raw), *_moved_end(earlier.raw, later.raw, following)]
        if changes:
            only_enriched = all(change.cause is Cause.BERIGELSE for change in changes)
            cause = Cause.BERIGELSE if only_enriched else Cause.KILDE
            found.append(Correction(pulls.finished(later.pull), cause, tuple(changes)))
    return found


def _moved_start(earlier: RawVersion, later: RawVersion) -> Iterator[Change]:
    a, b = earlier.gyldig_fra_text, later.gyldig_fra_text
    if a != b and (earlier.gyldig_fra or a) != (later.gyldig_fra or b):
        yield Change("gyldigFra", Cause.KILDE, "changed", a, b)


def _moved_end(earlier: RawVersion, later: RawVersion, following: datetime | None) -> Iterator[Change]:
    """That a version ends where the next one begins is no correction: it says what the next one says already."""
    a, b = (
        version.gyldig_til if following is None or (version.gyldig_til or following) < following else None
        for version in (earlier, later)
    )
    if a != b:
        kind: ChangeKind = "added" if a is None else "removed" if b is None else "changed"
        yield Change("gyldigTil", Cause.KILDE, kind, _text(a), _text(b))


def former_end(correction: Correction) -> datetime | None:
    """The end that a version had until a correction moved it or took it away."""
    moved = next((change for change in correction.changes if change.field == "gyldigTil"), None)
    return first_moment_after(datetime.fromisoformat(moved.before)) if moved is not None and moved.before else None


def _text(end: datetime | None) -> str | None:
    """An end as readers are told it: the last moment that belongs to it."""
    return last_moment_before(end).isoformat() if end else None
