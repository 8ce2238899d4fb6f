"""How long each fact of an offer has held: runs of versions with one value, oldest first.

A version that never held is in no run, and a time in which nothing held interrupts every run.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, Literal, TypeVar

from generator.register.history.timeline import Offer, Since, Version
from generator.register.model.clock import last_moment_before
from generator.register.model.models import Tilbud
from generator.register.model.sanctions import KINDS, SanctionReading, read_sanctions

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Interval(Generic[T_co]):
    """A value, and from when until when it held; `number` is the version that it began with."""

    value: T_co
    since: datetime | None  # None where the register doesn't say
    until: datetime | None  # None while it holds
    number: str
    is_known: bool = True  # False: it was so by `since`, perhaps longer than the register tells
    until_is_latest: bool = False  # it may have held shorter: what followed it has no start

    @property
    def is_current(self) -> bool:
        """Whether it still holds, or held when the offer ended."""
        return self.until is None


SanctionStanding = Literal["in_force", "lifted", "ended_with_offer", "unclear"]


@dataclass(frozen=True, slots=True)
class Sanction:
    """A sanction of the authority's: its kind, and from when until when it stood in the approval status."""

    kind: str
    since: Since | None
    until: datetime | None
    until_is_latest: bool  # it may have stood shorter: what followed it has no start
    number: str  # of the version that it began with
    standing: SanctionStanding  # "ended_with_offer": never lifted, but the offer ceased, ended, or left the register
    words: str = ""  # of the status, where they leave it unclear whether it is or was in force

    @property
    def is_in_force(self) -> bool:
        """Whether it is now."""
        return self.standing == "in_force"


def in_force(offer: Offer) -> tuple[Version, ...]:
    """The versions that held at some time up to now, oldest first, each with when it ended; None while it holds."""
    if not offer.has_begun:
        return ()
    # What is to come, or is no longer served, holds nothing.
    current = offer.current_version
    past = offer.versions[: offer.versions.index(current) + 1]
    held = [
        version for version in past if version.holds and (version.placed is None or version.placed <= current.begins)
    ]
    return (*held[:-1], *(replace(version, gyldig_til=offer.ended, until_is_latest=False) for version in held[-1:]))


def intervals(held: Sequence[Version], read: Callable[[Tilbud], T]) -> tuple[Interval[T], ...]:
    """The runs of one fact through versions as `in_force` gives them."""
    return intervals_of(held, [read(version.tilbud) for version in held])


def intervals_of(held: Sequence[Version], values: Sequence[T]) -> tuple[Interval[T], ...]:
    """The same for a fact that has been read already, one value a version."""
    return sparse_intervals(held, dict(enumerate(values)), values[0]) if held else ()


def sparse_intervals(held: Sequence[Version], values: Mapping[int, T], absent: T) -> tuple[Interval[T], ...]:
    """The same for a fact that few versions tell: the version's index → what it tells, in order; `absent` elsewhere.

    An offer may have had many facts, each in a few of its many versions: all of these are not gone through for each.
    """
    found: list[tuple[T, int]] = []  # the value, and the first version that had it
    following = 0

    def begin(value: T, index: int) -> None:
        if not found or found[-1][0] != value or held[index].gap_since is not None:
            found.append((value, index))

    for index, value in values.items():
        if index > following:
            begin(absent, following)
        begin(value, index)
        following = index + 1
    if following < len(held):
        begin(absent, following)
    lasts = [*(first - 1 for _, first in found[1:]), len(held) - 1]
    return tuple(
        Interval(
            value,
            # Of the very first version nobody knows how long it had held.
            _known_start(held[first]) if index else held[first].gyldig_fra,
            held[last].gyldig_til,
            held[first].number,
            is_known=index > 0 and held[first].gyldig_fra is not None,
            until_is_latest=held[last].until_is_latest,
        )
        for index, ((value, first), last) in enumerate(zip(found, lasts, strict=False))
    )


def _known_start(version: Version) -> datetime | None:
    """When a version began to hold, if anybody knows: without a start, when it came between two pulls."""
    return version.gyldig_fra or (version.known_from if version.placed is not None else None)


def sanctions(offer: Offer, held: Sequence[Version]) -> tuple[Sanction, ...]:
    """Every sanction that the approval status has named, newest first; none is in force once the offer has ended."""
    readings = [read_sanctions(version.tilbud.godkendelse.status) for version in held]
    places = {version.number: place for place, version in enumerate(held)}
    found: list[tuple[int, Sanction]] = []
    for kind in dict.fromkeys(kind for reading in readings for kind in (*reading.in_force, *reading.unclear)):
        said = [_said(kind, version, reading) for version, reading in zip(held, readings, strict=True)]
        runs = intervals_of(held, said)
        firsts = [places[run.number] for run in runs]
        for run, first, following in zip(runs, firsts, [*firsts[1:], len(held)], strict=True):
            if run.value is not None:
                after = readings[following] if following < len(held) else None
                found.append((first, _sanction(offer, kind, run, held[first:following], after)))
    found.sort(key=lambda each: (each[0], KINDS.index(each[1].kind)), reverse=True)
    return tuple(sanction for _, sanction in found)


def _said(kind: str, version: Version, reading: SanctionReading) -> str | None:
    """None where a status doesn't name a sanction, "" where it is in force, the status where that is unclear."""
    if kind in reading.unclear:
        return version.tilbud.godkendelse.status
    return "" if kind in reading.in_force else None


def _sanction(
    offer: Offer, kind: str, run: Interval[str | None], versions: Sequence[Version], after: SanctionReading | None
) -> Sanction:
    """A run of `versions` that say the same of a sanction; `after` is what the version that follows them says."""
    last, ended = versions[-1], offer.over_since
    is_over = offer.is_over and (run.until is None or (ended is not None and run.until >= ended))
    standing: SanctionStanding = "in_force" if run.until is None else "lifted"
    if run.value:
        standing = "unclear"
    elif is_over or (last.is_ended and run.until is not None):  # an end that is yet to come has ended nothing
        standing = "ended_with_offer"
    elif after is not None and (not after.is_read or kind in after.named):
        standing = "unclear"  # what became of it
    until = ended if is_over else run.until
    if last.is_ended and until is not None and until == last.gyldig_til:
        until = last_moment_before(until)  # the register's own end is a day that it still held
    since = _since(versions[0], kind, run)
    if since is not None and until is not None and until <= since.moment:
        until = None  # the offer had ended before the register named the sanction
    until_is_latest = run.until_is_latest and until is not None and until == run.until
    return Sanction(kind, since, until, until_is_latest, run.number, standing, run.value or "")


def _since(first: Version, kind: str, run: Interval[str | None]) -> Since | None:
    """From when a sanction stood there; where a correction brought it, as of the pull that saw the correction."""
    for seen_at, former in reversed(first.former):
        if run.until is not None and seen_at >= run.until:
            continue  # it was over by then, as the register has it now
        if kind not in read_sanctions(former.godkendelse.status).named:
            return Since(seen_at, is_known=True, is_corrected=True)
    return Since(run.since, is_known=run.is_known) if run.since is not None else None
