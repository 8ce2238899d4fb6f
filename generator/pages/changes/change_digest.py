"""What has changed, summed up: months in numbers, and the latest days in lines for the start page."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from generator.pages.changes.events import ChangeEvent
from generator.pages.listings.summary import OfferSummary, sort_key
from generator.pages.topics import RANK
from generator.register.history.changes import Cause

Month = tuple[int, int]  # year, month


@dataclass(frozen=True, slots=True)
class ChangeCounts:
    """What a month or a day holds, in numbers; of all but `changes` the offers are counted, each once."""

    changes: int = 0  # the offers' and authorities' own
    offers: int = 0  # that have any of these
    opened: int = 0
    ended: int = 0
    given: int = 0  # sanctions
    lifted: int = 0
    law: int = 0  # renamed by law
    enriched: int = 0  # refreshed by the platform

    def __add__(self, other: "ChangeCounts") -> "ChangeCounts":
        return ChangeCounts(*(a + b for a, b in zip(self._numbers(), other._numbers(), strict=True)))

    def _numbers(self) -> tuple[int, ...]:
        return (
            self.changes,
            self.offers,
            self.opened,
            self.ended,
            self.given,
            self.lifted,
            self.law,
            self.enriched,
        )


def tally(events: Iterable[ChangeEvent]) -> ChangeCounts:
    """Counts events; the same for any order of them."""
    changes = 0
    offers: dict[str, set[str]] = {}
    for event in events:
        changes += len(event.own)
        names = {line.effect for line in event.own if line.effect} | {line.cause.value for line in event.minor}
        for name in names | {"own"} if event.own else names:
            offers.setdefault(name, set()).add(event.offer)
    number = {name: len(members) for name, members in offers.items()}
    # A sanction that ends because the offer does was not lifted.
    lifted = len(offers.get("lifted", set()) - offers.get("ended", set()))
    return ChangeCounts(
        changes,
        number.get("own", 0),
        number.get("opened", 0),
        number.get("ended", 0),
        number.get("given", 0),
        lifted,
        number.get(Cause.LOVAENDRING.value, 0),
        number.get(Cause.BERIGELSE.value, 0),
    )


@dataclass(frozen=True, slots=True)
class DigestItem:
    """A line among the latest changes: the event, and the offer as it is now."""

    event: ChangeEvent
    offer: OfferSummary

    @property
    def order(self) -> tuple[int, tuple[str, str], str, str]:
        """The most telling first; then by name."""
        return RANK[self.event.own[0].topic], sort_key(self.event.name), self.event.offer, self.event.identity

    @property
    def has_more_to_say(self) -> bool:
        """Whether its status now must stand beside the change: a sanction, or an end that came later."""
        ended_here = any(line.effect == "ended" for line in self.event.own)
        return self.offer.style in ("alert", "unclear") or (self.offer.style == "gone" and not ended_here)


@dataclass(frozen=True, slots=True)
class Day:
    """One of the latest days: its first lines, and what there is besides."""

    day: date
    lines: Sequence[DigestItem]
    changes: int
    offers: int


@dataclass(slots=True)
class ChangeDigest:
    """Counts for every month; counts and a few lines for the latest days. Bounded, however many offers it is of."""

    months: dict[Month, ChangeCounts] = field(default_factory=dict)
    changes: Counter[date] = field(default_factory=Counter)
    offers: Counter[date] = field(default_factory=Counter)
    lines: dict[date, list[DigestItem]] = field(default_factory=dict)

    DAYS = 5
    LINES = 6

    def add(self, other: "ChangeDigest") -> None:
        """Takes another batch's changes in."""
        for month, tallied in other.months.items():
            self.months[month] = self.months.get(month, ChangeCounts()) + tallied
        self.changes.update(other.changes)
        self.offers.update(other.offers)
        for day, lines in other.lines.items():
            self.lines[day] = sorted((*self.lines.get(day, ()), *lines), key=lambda line: line.order)[: self.LINES]
        # A day that is no longer among the latest never will be again.
        for day in sorted(self.lines)[: -self.DAYS]:
            del self.lines[day], self.changes[day], self.offers[day]

    def days(self) -> list[Day]:
        """The latest days, newest first."""
        return [
            Day(
                day,
                self.lines[day],
                self.changes[day] - sum(len(line.event.own) for line in self.lines[day]),
                self.offers[day] - len({line.event.offer for line in self.lines[day]}),
            )
            for day in sorted(self.lines, reverse=True)
        ]


def make_digest(events: Sequence[ChangeEvent], summary: OfferSummary) -> ChangeDigest:
    """The changes of one offer; only what its source changed makes a line."""
    digest = ChangeDigest()
    in_order = sorted(events, key=lambda event: event.day)
    for month, group in groupby(in_order, key=lambda event: (event.day.year, event.day.month)):
        digest.months[month] = tally(group)
    for day, group in groupby(in_order, key=lambda event: event.day):
        lines = [DigestItem(event, summary) for event in group if event.own]
        if lines:
            digest.changes[day] = sum(len(line.event.own) for line in lines)
            digest.offers[day] = 1
            digest.lines[day] = [min(lines, key=lambda line: line.order)]
    for day in sorted(digest.lines)[: -ChangeDigest.DAYS]:
        del digest.lines[day], digest.changes[day], digest.offers[day]
    return digest
