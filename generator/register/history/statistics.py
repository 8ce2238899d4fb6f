"""What the statistics count of each offer: small sums that merge, in whatever order, to those of the whole register.

A year's figure is what held at the end of 31 December, Danish time; "now" is the data's own day. An offer counts where
the register says that it was in operation then. Under each of its paragraphs it counts once, with
the places of that paragraph; in all other figures once, with all its places.
"""

import operator
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, time
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate, groupby
from statistics import quantiles
from typing import Literal, NamedTuple

from generator.register.history.intervals import in_force, intervals
from generator.register.history.timeline import Offer, Version
from generator.register.model.clock import DENMARK, danish_day
from generator.register.model.models import Tilbud
from generator.register.model.vocabulary import kommunekode, ownership, paragraph_identity, region_of, theme_identity

Dimension = Literal["alle", "grundlag", "kommune", "region", "ejerform", "tilsyn"]
Key = tuple[Dimension, str]
Named = Literal["grundlag", "kommune", "tilsyn", "ydelse", "enhed"]

ALL: Key = ("alle", "")
DAYS_IN_MONTH = 365.2425 / 12


class PlaceCount(NamedTuple):
    """Offers and their approved places, and what the register tells of these.

    `known` is the number of offers that say a number of places, `lacking` the number of those that lack the number of
    a paragraph: where there is one, `places` is the least that there are.
    """

    offers: int
    places: int
    known: int
    lacking: int

    def __sub__(self, other: "PlaceCount") -> "PlaceCount":
        """What came to it."""
        return PlaceCount(*map(operator.sub, self, other))

    @property
    def is_told(self) -> bool:
        """Whether any of the offers says a number of places, or there is none that could."""
        return bool(self.known or not self.offers)

    @property
    def is_whole(self) -> bool:
        """Whether `places` are all."""
        return not self.lacking


NOTHING = PlaceCount(0, 0, 0, 0)


class Duration(NamedTuple):
    """How long a fact stood under an authority: whole months, and whether it ended or was only watched that long."""

    fact: str
    authority: str
    months: int
    is_ended: bool


@dataclass(frozen=True, slots=True)
class Period:
    """A state of the offer, and from when until when it held."""

    since: datetime
    until: datetime
    version: Version
    is_active: bool
    is_told: bool = True  # whether the register says if the offer was in operation


@dataclass(slots=True)
class RegisterCounts:
    """The sums. Their size follows the number of municipalities, years, services …, not that of offers."""

    now: Counter[tuple[Key, str]] = field(default_factory=Counter)  # (key, measure)
    steps: Counter[tuple[Key, str, int]] = field(
        default_factory=Counter
    )  # what each year brought: (key, measure, year)
    begun: Counter[int] = field(default_factory=Counter)  # offers that came into operation, by year
    ended: Counter[int] = field(default_factory=Counter)  # those that ceased or were gone
    gone: Counter[int] = field(default_factory=Counter)  # those among them that were gone without having ceased
    names: Counter[tuple[Named, str, str]] = field(default_factory=Counter)  # spellings: (of what, key, name)
    prices: Counter[tuple[str, str, float]] = field(default_factory=Counter)  # (service, unit, amount)
    priced: Counter[tuple[str, str]] = field(default_factory=Counter)  # offers with such a price
    standing: Counter[Duration] = field(default_factory=Counter)

    def add(self, other: "RegisterCounts") -> None:
        """Takes another tally in."""
        for part in fields(self):
            getattr(self, part.name).update(getattr(other, part.name))

    def count(
        self, offer: Offer, says_active: Callable[[str | None], bool], now: datetime, *, past: bool, standing: bool
    ) -> None:
        """Takes an offer in: as it is now, and where permitted its years and how long its facts have stood."""
        if offer.is_active:
            self._count_now(offer.current)
        if not past and not standing:
            return
        periods = list(_periods(offer, says_active, now))
        if past:
            self._count_years(offer, periods)
        if standing:
            self._count_standing(periods, month_of(now))

    def _count_now(self, tilbud: Tilbud) -> None:
        for key, amount in self._state(tilbud).items():
            for measure, value in zip(PlaceCount._fields, amount, strict=True):
                self.now[key, measure] += value
        services = set()
        for takst in tilbud.takster:
            if takst.beloeb is not None:
                service, unit = self._named("ydelse", takst.ydelse), self._named("enhed", takst.enhed)
                self.prices[service, unit, takst.beloeb] += 1
                services.add((service, unit))
        self.priced.update(services)

    def _count_years(self, offer: Offer, periods: Sequence[Period]) -> None:
        previous: dict[Key, PlaceCount] = {}
        # An offer that was there before the data begins has not come into operation with it.
        was_active, year = bool(periods) and periods[0].is_active and _was_there_before(periods[0]), 0
        for period in periods:
            year, following = danish_day(period.since).year, danish_day(period.until).year
            if period.is_told and period.is_active != was_active:
                (self.begun if period.is_active else self.ended)[year] += 1
                was_active = period.is_active
            if year < following:  # it held at the end of a year
                state = self._state(period.version.tilbud) if period.is_active else {}
                self._step(year, previous, state)
                previous = state
            year = following
        if offer.last_seen is not None:
            self._step(year, previous, {})
            if was_active:
                self.ended[year] += 1
                self.gone[year] += 1

    def _step(self, year: int, before: Mapping[Key, PlaceCount], after: Mapping[Key, PlaceCount]) -> None:
        if before == after:
            return
        for key in before.keys() | after.keys():
            came = after.get(key, NOTHING) - before.get(key, NOTHING)
            for measure, value in zip(PlaceCount._fields, came, strict=True):
                if value:
                    self.steps[key, measure, year] += value

    def _state(self, tilbud: Tilbud) -> dict[Key, PlaceCount]:
        """What the offer counts under, and as how much."""
        address = tilbud.adresse
        places = tilbud.godkendelse.pladser
        whole = _amount(plads.antal for plads in places)
        state = {
            ALL: whole,
            ("kommune", self._municipality(kommunekode(address.kommunekode), address.kommunenavn)): whole,
            ("region", region_of(address.kommunekode)): whole,
            ("ejerform", ownership(tilbud.virksomhed.virksomhedsform.beskrivelse)): whole,
            ("tilsyn", self._authority(tilbud)): whole,
        }
        numbers: dict[str, list[int | None]] = {}
        for plads in places:
            if plads.paragraf:
                identity = paragraph_identity(plads.paragraf)
                self.names["grundlag", identity, plads.paragraf] += 1
                numbers.setdefault(identity, []).append(plads.antal)
        for identity, antal in numbers.items():
            state["grundlag", identity] = _amount(antal)
        if not numbers:
            state["grundlag", ""] = whole
        return state

    def _municipality(self, code: str | None, name: str | None) -> str:
        key = code or _folded(name)
        if key and name:
            self.names["kommune", key, _spaced(name)] += 1
        return key

    def _authority(self, tilbud: Tilbud) -> str:
        return self._named("tilsyn", tilbud.godkendelse.socialtilsyn)

    def _named(self, what: Named, name: str | None) -> str:
        key = _folded(name)
        if key:
            self.names[what, key, _spaced(name)] += 1
        return key

    def _count_standing(self, periods: Sequence[Period], end: datetime) -> None:
        """Follows each fact up to `end`, a month's turn: so the figures don't change each night for the date alone."""
        for run in _runs(period for period in periods if period.since < end):
            began = {period.version.number: (period.since, self._authority(period.version.tilbud)) for period in run}
            held = [replace(period.version, gyldig_til=period.until, gap_since=None) for period in run]
            for fact, read in FACTS.items():
                facts = intervals(held, read)
                for interval in facts:
                    if interval.value:  # what isn't told doesn't stand
                        (since, authority), is_last = began[interval.number], interval is facts[-1]
                        months = int((min(interval.until or end, end) - since).days / DAYS_IN_MONTH)
                        self.standing[Duration(fact, authority, months, not is_last)] += 1

    # ---- What the sums say ----

    def at(self, key: Key) -> PlaceCount:
        """How much there is of it now."""
        return PlaceCount(*(self.now[key, measure] for measure in PlaceCount._fields))

    def histories(self, years: range) -> dict[Key, list[PlaceCount]]:
        """How much there was of everything at the end of each year; what came before them is in the first."""
        came: dict[Key, list[dict[str, int]]] = {}
        for (key, measure, year), value in self.steps.items():
            if years and year < years.stop:
                parts = came.setdefault(key, [dict.fromkeys(PlaceCount._fields, 0) for _ in years])
                parts[max(0, year - years.start)][measure] += value
        return {key: list(accumulate((PlaceCount(**part) for part in parts), _plus)) for key, parts in came.items()}

    def first_year(self) -> int | None:
        """The first year that anything is told of; None where no past is."""
        return min((*self.begun, *self.ended, *(year for _, _, year in self.steps)), default=None)

    def spellings(self, what: Named) -> dict[str, str]:
        """Each key's name in the spelling used most."""
        best: dict[str, tuple[int, str]] = {}
        for (of, key, name), number in self.names.items():
            if of == what:
                best[key] = min(best.get(key, (0, "")), (-number, name))
        return {key: name for key, (_, name) in best.items()}


def _plus(first: PlaceCount, second: PlaceCount) -> PlaceCount:
    return PlaceCount(*map(operator.add, first, second))


def _spaced(name: str | None) -> str:
    return " ".join((name or "").split())


def month_of(moment: datetime) -> datetime:
    """The beginning of its month in Denmark."""
    return datetime.combine(danish_day(moment).replace(day=1), time.min, tzinfo=DENMARK)


@lru_cache(maxsize=4096)
def _folded(name: str | None) -> str:
    return _spaced(name).casefold()


def _amount(antal: Iterable[int | None]) -> PlaceCount:
    numbers = list(antal)
    known = [number for number in numbers if number is not None]
    return PlaceCount(1, sum(known), int(bool(known)), int(len(known) < len(numbers)))


def _periods(offer: Offer, says_active: Callable[[str | None], bool], now: datetime) -> Iterator[Period]:
    """The states that held, up to now or to when the offer was last seen, and the times in which none did."""
    stop = now if offer.last_seen is None else offer.last_seen
    before: Period | None = None
    for version in in_force(offer):
        if version.placed is None and before is not None:
            continue  # nobody knows when it began, so the one before it counts until the next
        since = min(version.begins, version.gyldig_til or stop, stop)
        if version.gap_since is not None and before is not None:
            yield Period(before.until, since, before.version, is_active=False)
        until = stop if version.gyldig_til is None else min(version.gyldig_til, stop)
        is_active = says_active(version.tilbud.status)
        before = Period(since, until, version, is_active, is_active or version.is_ceased)
        yield before
    if before is not None and before.until < stop:  # ended by the register's own date
        yield Period(before.until, stop, before.version, is_active=False)


def _was_there_before(first: Period) -> bool:
    return first.version.is_opening and first.version.entered is None


def _runs(periods: Iterable[Period]) -> Iterator[list[Period]]:
    """The times in operation, each without a break."""
    for is_active, run in groupby(periods, lambda period: period.is_active):
        if is_active:
            yield list(run)


# ---- How long facts stand ------------------------------------------------------------------

# Each as what makes it another one: the spelling of a law's paragraph or of a theme doesn't.
FACTS: dict[str, Callable[[Tilbud], Hashable]] = {
    "status": lambda t: _folded(t.godkendelse.status),
    "pladser": lambda t: tuple(
        sorted((paragraph_identity(p.paragraf or ""), p.antal or 0) for p in t.godkendelse.pladser)
    ),
    "takster": lambda t: tuple(sorted((_folded(p.ydelse), _folded(p.enhed), p.beloeb or 0.0) for p in t.takster)),
    "leder": lambda t: _folded(t.kontakt.leder),
    "kontakt": lambda t: tuple(filter(None, (t.kontakt.telefon, t.kontakt.email, t.kontakt.hjemmeside))),
    "maalgrupper": lambda t: tuple(
        sorted((_folded(g.navn), g.alder_fra or 0, g.alder_til or 0) for g in t.maalgrupper)
    ),
    "beskrivelse": lambda t: t.beskrivelse,
    "vurderinger": lambda t: tuple(
        sorted((theme_identity(v.tema or ""), v.score or 0.0, v.begrundelse or "") for v in t.kvalitetsvurdering)
    ),
}


class Median(NamedTuple):
    """How long half of the intervals of a fact stood at least, in whole months."""

    months: int | None  # None: more than half of them are still as they were after the longest time watched
    longest: int
    intervals: int
    unended: int


def median_standing(intervals: Mapping[tuple[int, bool], int]) -> Median | None:
    """The median of (months, whether it ended) by Kaplan and Meier; None of nothing.

    An interval that hasn't ended, or was cut short because the offer closed, counts as having stood at least that long.
    """
    total = sum(intervals.values())
    if not total:
        return None
    at_risk, surviving, median = total, Fraction(1), None
    for months in sorted({months for months, _ in intervals}):
        ended, watched = intervals.get((months, True), 0), intervals.get((months, False), 0)
        surviving *= 1 - Fraction(ended, at_risk)
        if median is None and surviving <= Fraction(1, 2):
            median = months
        at_risk -= ended + watched
    unended = sum(number for (_, is_ended), number in intervals.items() if not is_ended)
    return Median(median, max(months for months, _ in intervals), total, unended)


# ---- Prices --------------------------------------------------------------------------------

FEWEST = 5  # of fewer offers a median says more of the one than of the many


class Spread(NamedTuple):
    """The prices of one service in one unit, over the offers that have it."""

    service: str
    unit: str
    offers: int
    prices: int
    lower: float
    median: float
    upper: float


def spread(service: str, unit: str, offers: int, amounts: Mapping[float, int]) -> Spread:
    """The median and the quartiles between which the middle half of the amounts lie."""
    # Exact, so that no sum on the way is past what a float can hold.
    every = [Fraction(amount) for amount in sorted(amounts) for _ in range(amounts[amount])]
    lower, median, upper = quantiles(every, n=4, method="inclusive") if len(every) > 1 else every * 3
    return Spread(service, unit, offers, len(every), float(lower), float(median), float(upper))


def spreads(tally: RegisterCounts) -> tuple[list[Spread], int]:
    """The services that enough offers have a price for, by unit and name; and how many are left out."""
    amounts: dict[tuple[str, str], dict[float, int]] = {}
    for (service, unit, amount), number in tally.prices.items():
        amounts.setdefault((unit, service), {})[amount] = number
    found = [
        spread(service, unit, tally.priced[service, unit], prices)
        for (unit, service), prices in sorted(amounts.items())
        if tally.priced[service, unit] >= FEWEST
    ]
    return found, len(amounts) - len(found)
