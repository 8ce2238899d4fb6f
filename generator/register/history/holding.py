"""When each version of an offer held.

A version holds from its start until the next one's, or until its own end where that leaves a day on which nothing
holds. The state on day D is the highest version with gyldigFra ≤ D (end of the day, Danish time) that has not ended
before D. So one that a higher version with an earlier start has overtaken never held, nor did one that ends where it
begins.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Generic, TypeVar

from generator.register.model.clock import danish_day, last_moment_before

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Holding(Generic[T]):
    """A version that held, and the time up to which it did."""

    version: T
    until: datetime | None  # None: no version follows, and it has no end of its own
    is_ended: bool  # `until` is its own end, after which nothing holds
    follows_gap: bool  # the one before it had ended by then


def holdings(
    versions: Sequence[T], start_of: Callable[[T], datetime | None], end_of: Callable[[T], datetime | None]
) -> list[Holding[T]]:
    """Those of versions in order that hold at some time, each with when that ends."""
    found: list[tuple[T, datetime | None]] = []
    following: datetime | None = None
    for version in reversed(versions):
        start, end = start_of(version), end_of(version)
        is_empty = start is not None and end is not None and end <= start
        if not is_empty and (following is None or start is None or start < following):
            found.append((version, following))
            following = start or following
    held: list[Holding[T]] = []
    follows_gap = False
    for version, following in reversed(found):
        end = end_of(version)
        is_ended = end is not None and _leaves_gap(end, following)
        held.append(Holding(version, end if is_ended else following, is_ended, follows_gap))
        follows_gap = is_ended
    return held


def _leaves_gap(end: datetime, following: datetime | None) -> bool:
    """Whether there is a day on which neither of two versions holds."""
    return following is None or last_day(end) + timedelta(days=1) < danish_day(following)


def has_ended(end: datetime | None, today: datetime) -> bool:
    """Whether nothing holds any more on a day; `today` is one of its moments."""
    return end is not None and last_day(end) < danish_day(today)


def last_day(end: datetime) -> date:
    """The last Danish day of what ends at a moment: that of noon is the day itself, that of midnight the one before."""
    return danish_day(last_moment_before(end))
