"""How long each fact of an offer has held: runs of versions with one value, oldest first.

A version that never held is in no run, and a time in which nothing held interrupts every run.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, TypeVar

from generator.register.history.timeline import Offer, Version
from generator.register.model.models import Tilbud
from generator.register.model.sanctions import sanction_kinds

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Interval(Generic[T_co]):
    """A value, and from when until when it held; `number` is the version that it began with."""

    value: T_co
    since: datetime | None  # None where the register doesn't say
    until: datetime | None  # None while it holds
    number: str
    is_known: bool = True  # False: it was so from the first version on, perhaps longer than the register tells

    @property
    def is_current(self) -> bool:
        """Whether it still holds, or held when the offer ended."""
        return self.until is None


@dataclass(frozen=True, slots=True)
class Sanction:
    """A sanction of the authority's: its kind, and from when until when it stood in the approval status."""

    kind: str
    since: datetime | None
    until: datetime | None
    number: str
    is_in_force: bool
    is_known: bool = True  # False: it stood there in the first version already, and may be older
    ended_with_offer: bool = False  # never lifted: the offer ceased, or left the register


def in_force(offer: Offer) -> tuple[Version, ...]:
    """The versions that held at some time up to now, oldest first, each with when it ended; None while it holds."""
    if not offer.has_begun:
        return ()
    # What is to come, or is no longer served, holds nothing.
    now = next(index for index, version in enumerate(offer.versions) if version.is_current)
    held = [version for version in offer.versions[: now + 1] if version.holds]
    return (*held[:-1], *(replace(version, gyldig_til=offer.ended) for version in held[-1:]))


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
            # Where the register gives no start, it is when this mirror first saw it; but of the very first version
            # nobody knows how long it had held.
            held[first].gyldig_fra or (held[first].reported if index else None),
            held[last].gyldig_til,
            held[first].number,
            is_known=index > 0,
        )
        for index, ((value, first), last) in enumerate(zip(found, lasts, strict=False))
    )


def sanctions(offer: Offer, held: Sequence[Version]) -> tuple[Sanction, ...]:
    """Every sanction that the approval status has told of, newest first; none is in force once the offer has ended."""
    found: list[Sanction] = []
    statuses = intervals(held, lambda tilbud: sanction_kinds(tilbud.godkendelse.status))
    for index, run in enumerate(statuses):
        for kind in run.value:
            if index and kind in statuses[index - 1].value and statuses[index - 1].until == run.since:
                continue
            last = index
            while (
                last + 1 < len(statuses)
                and kind in statuses[last + 1].value
                and statuses[last].until == statuses[last + 1].since
            ):
                last += 1
            until = statuses[last].until
            ended = offer.over_since
            is_over = offer.is_over and (until is None or (ended is not None and until >= ended))
            until = ended if is_over else until
            found.append(
                Sanction(kind, run.since, until, run.number, until is None and not is_over, run.is_known, is_over)
            )
    return tuple(reversed(found))
