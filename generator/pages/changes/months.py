"""The pages of what has changed: one a month, by day and name, and the index of them all."""

import gzip
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby, pairwise
from math import ceil

from generator.pages import danish, urls
from generator.pages.changes.change_digest import ChangeCounts, Month, tally
from generator.pages.changes.events import ChangeEvent, ChangeLine
from generator.pages.changes.feeds import LIMITS
from generator.pages.listings.catalog import Catalog
from generator.pages.listings.facets import FacetKind
from generator.pages.listings.summary import sort_key
from generator.pages.page import Link, Page, Site
from generator.pages.topics import TOPICS

LONGEST = 150_000  # bytes of a page, packed; a longer month is parted
_LONGEST_GAP = 24  # months
_UNIT = 100  # events that stay together when a page is parted


# What a page of changes can be narrowed to, beside the kind of change.
FILTERED_BY: dict[FacetKind, str] = {
    "kommune": "Kommune",
    "socialtilsyn": "Socialtilsyn",
    "grundlag": "Juridisk grundlag",
}


@dataclass(frozen=True, slots=True)
class ChangeItem:
    """An offer's changes in one event, as a line of a day."""

    event: ChangeEvent
    lines: Sequence[ChangeLine]
    kommune: str  # what it can be filtered by: the keys of its facets, parted by blanks
    socialtilsyn: str
    grundlag: str


@dataclass(frozen=True, slots=True)
class DayView:
    """A day of a month: what sources changed, by name; then what only the law or the platform did."""

    day: date
    changes: int  # of the day, also those on another page
    own: Sequence[ChangeItem]
    minor: Sequence[ChangeItem]
    law: int  # offers
    enriched: int

    @property
    def here(self) -> int:
        """How many of the day's changes are on this page."""
        return sum(len(item.lines) for item in self.own)


@dataclass(frozen=True, slots=True)
class FilterField:
    """A field of the filter, with the values that the page holds."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Part:
    """One of the pages of a month that is too long for one."""

    address: str
    words: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class MonthContext:
    """maaned.html: the changes of a month, or of a part of it."""

    site: Site
    page: Page
    root: str
    lead: str
    earlier: Link | None
    later: Link | None
    parts: Sequence[Part]
    choices: Sequence[FilterField]
    days: Sequence[DayView]


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month in the index: its page, its numbers, and its share of the busiest month in per cent."""

    address: str  # "" where nothing changed
    name: str
    tally: ChangeCounts
    share: float


@dataclass(frozen=True, slots=True)
class ChangesContext:
    """aendringer.html: all months in numbers, and how to follow what changes."""

    site: Site
    page: Page
    root: str
    lead: str
    years: Sequence[tuple[int, int, Sequence[MonthRow]]]  # with the changes of each
    feeds: Sequence[tuple[str, Sequence[Link]]]  # by what they are of; of providers there are too many
    limits: str


@dataclass(frozen=True, slots=True)
class MonthPages:
    """The pages of one month, and on which of them each day begins."""

    pages: Sequence[tuple[str, str]]  # address, text
    days: Mapping[date, str]


def month_pages(
    site: Site,
    month: Month,
    events: Iterable[ChangeEvent],
    months: Sequence[Month],
    render: Callable[[MonthContext], str],
) -> MonthPages:
    """A month as one page, or as so many that none is too long; `months` is in order."""
    events = list(events)
    units, counted = list(_units(events)), tally(events)
    count = 1
    while True:
        chunks = _chunks(units, count)
        pages = [(context.page.address, render(context)) for context in _contexts(site, month, chunks, counted, months)]
        sizes = [_packed(text) for _, text in pages]
        if len(chunks) < count or max(sizes) <= LONGEST:
            break
        # Parts pack no better than the whole, so fewer pages would not do; and never one more at a time for long.
        fewest = ceil(sizes[0] / LONGEST) if count == 1 else 0
        count = max(count + 1, count * 11 // 10, fewest)
    days: dict[date, str] = {}
    for (address, _), chunk in zip(pages, chunks, strict=True):
        for day in chunk:
            days.setdefault(day.day, address)
    return MonthPages(pages, days)


def _packed(text: str) -> int:
    """How many bytes a page takes, packed if it takes many."""
    data = text.encode("utf-8", "replace")
    return len(data) if len(data) <= LONGEST else len(gzip.compress(data, 6))


def _units(events: Iterable[ChangeEvent]) -> Iterator[DayView]:
    """The days, newest first, in pieces that are short enough for any page."""
    in_order = sorted(events, key=lambda event: (-event.day.toordinal(), *by_name(event)))
    for day, group in groupby(in_order, key=lambda event: event.day):
        of_day = list(group)
        own = [as_item(event, event.own) for event in of_day if event.own]
        counts = tally(of_day)
        pieces = [
            DayView(day, counts.changes, own[start : start + _UNIT], (), counts.law, counts.enriched)
            for start in range(0, len(own), _UNIT)
        ]
        minor = _minor(of_day)
        pieces += [
            DayView(day, counts.changes, (), minor[start : start + _UNIT], counts.law, counts.enriched)
            for start in range(0, len(minor), _UNIT)
        ]
        yield from pieces


def by_name(event: ChangeEvent) -> tuple[tuple[str, str], str, int]:
    """The order of a day's events: by the offer's name, its latest change first."""
    return sort_key(event.name), event.offer, -event.place


def as_item(event: ChangeEvent, lines: Sequence[ChangeLine]) -> ChangeItem:
    """Lines of an event as a page shows them."""
    names: dict[FacetKind, list[str]] = {}
    for facet in event.facets:
        names.setdefault(facet.kind, []).append(facet.key)
    kommune, socialtilsyn, grundlag = (" ".join(names.get(kind, ())) for kind in FILTERED_BY)
    return ChangeItem(event, lines, kommune, socialtilsyn, grundlag)


def _minor(events: Iterable[ChangeEvent]) -> list[ChangeItem]:
    """One line an offer: the platform refreshes all its versions at once, each in the same way."""
    by_offer: dict[str, list[ChangeEvent]] = {}
    for event in events:
        if event.minor:
            by_offer.setdefault(event.offer, []).append(event)
    return [as_item(events[0], _each_once(events)) for events in by_offer.values()]


def _each_once(events: Iterable[ChangeEvent]) -> list[ChangeLine]:
    times = Counter(line for event in events for line in event.minor)
    return [
        line if number == 1 else line._replace(more=f"{line.more} ({danish.number(number)} gange)")
        for line, number in times.items()
    ]


def _chunks(units: Sequence[DayView], count: int) -> list[list[DayView]]:
    """The days in at most `count` pages of some equal length, their pieces put together again."""
    weights = [sum(1 + len(item.lines) for item in (*unit.own, *unit.minor)) for unit in units]
    target = sum(weights) / count
    chunks: list[list[DayView]] = [[]]
    filled = 0
    for unit, weight in zip(units, weights, strict=True):
        if chunks[-1] and filled + weight / 2 > target * len(chunks):
            chunks.append([])
        filled += weight
        _join(chunks, unit)
    return chunks


def _join(chunks: list[list[DayView]], unit: DayView) -> None:
    last = chunks[-1][-1] if chunks[-1] else None
    if last is not None and last.day == unit.day:
        chunks[-1][-1] = replace(last, own=(*last.own, *unit.own), minor=(*last.minor, *unit.minor))
    else:
        chunks[-1].append(unit)


def _contexts(
    site: Site, month: Month, chunks: Sequence[Sequence[DayView]], counted: ChangeCounts, months: Sequence[Month]
) -> Iterator[MonthContext]:
    place = months.index(month)
    addresses = [urls.month(*month, part) for part in range(1, len(chunks) + 1)]
    for address, chunk in zip(addresses, chunks, strict=True):
        parts = tuple(
            Part(other, f"{number}: {_span(days)}", other == address)
            for number, (other, days) in enumerate(zip(addresses, chunks, strict=True), start=1)
        )
        title = f"Ændringer i {month_words(month)}"
        number = f", side {addresses.index(address) + 1} af {len(parts)}"
        yield MonthContext(
            site=site,
            page=Page(address, title if len(parts) == 1 else title + number, "changes", feed=urls.ALL_CHANGES),
            root=urls.root_of(address),
            lead=lead_of(counted),
            earlier=month_link(months[place - 1]) if place else None,
            later=month_link(months[place + 1]) if place + 1 < len(months) else None,
            parts=parts if len(parts) > 1 else (),
            choices=tuple(choices_of(chunk)),
            days=chunk,
        )


def month_link(month: Month) -> Link:
    """A month's name and page."""
    return Link(month_words(month), urls.month(*month))


def month_words(month: Month) -> str:
    """ "oktober 2026" """
    return f"{danish.MONTHS[month[1] - 1]} {month[0]}"


def _span(days: Sequence[DayView]) -> str:
    """ "16.–30."; a part of one day by its names: "24., A–H"."""
    last, first = days[0].day.day, days[-1].day.day
    if first != last:
        return f"{first}.–{last}."
    names = [item.event.name for item in days[0].own or days[0].minor]
    return f"{first}., {names[0][:1]}–{names[-1][:1]}"


def lead_of(counted: ChangeCounts) -> str:
    """A month in a sentence or two."""
    if not counted.changes:
        return "Ingen tilbud eller tilsyn har ændret noget i denne måned."
    changes = danish.count(counted.changes, "ændring", "ændringer")
    text = f"{changes} på {danish.count(counted.offers, 'tilbud', 'tilbud')}."
    words = [
        (counted.opened, "er nyt eller genåbnet", "er nye eller genåbnede"),
        (counted.ended, "er ophørt eller ikke længere i registret", "er ophørt eller ikke længere i registret"),
        (counted.given, "fik en sanktion", "fik en sanktion"),
        (counted.lifted, "fik en sanktion ophævet", "fik en sanktion ophævet"),
    ]
    parts = [
        f"{danish.number(number)} {singular if number == 1 else plural}" for number, singular, plural in words if number
    ]
    return f"{text} {danish.join(parts)}." if parts else text


def choices_of(days: Iterable[DayView]) -> Iterator[FilterField]:
    """What the changes of these days can be narrowed to: a kind, and where, under whom and after what."""
    names: dict[FacetKind, dict[str, str]] = {}
    topics: set[str] = set()
    for day in days:
        for item in (*day.own, *day.minor):
            topics.update(topic for line in item.lines for topic in line.topics)
            for facet in item.event.facets:
                names.setdefault(facet.kind, {}).setdefault(facet.key, facet.name)
    yield FilterField("slags", "Hvad er ændret", [(topic, label) for topic, label in TOPICS.items() if topic in topics])
    for kind, label in FILTERED_BY.items():
        options = sorted(names.get(kind, {}).items(), key=lambda option: (sort_key(option[1]), option[0]))
        yield FilterField(kind, label, options)


def changes_context(site: Site, months: Mapping[Month, ChangeCounts], catalog: Catalog) -> ChangesContext:
    """The index of all months, newest first."""
    busiest = max((tallied.changes for tallied in months.values()), default=0)
    years = []
    for year, group in groupby(without_gaps(months), key=lambda month: month[0]):
        rows = [_row(month, months.get(month), busiest) for month in group]
        years.append((year, sum(row.tally.changes for row in rows), rows))
    total = sum(tallied.changes for tallied in months.values())
    lead = "Spejlet kender endnu ingen ændringer."
    if total:
        first = month_words(min(month for month, tallied in months.items() if tallied.changes))
        lead = f"Spejlet kender {danish.count(total, 'ændring', 'ændringer')} siden {first}."
    return ChangesContext(
        site=site,
        page=Page(urls.CHANGES, "Ændringer", "changes", feed=urls.ALL_CHANGES),
        root=urls.root_of(urls.CHANGES),
        lead=lead,
        years=years,
        feeds=[
            (heading, [Link(group.facet.name, urls.feed(group.facet.address)) for group in groups])
            for heading, groups in (
                ("Socialtilsyn", catalog.authorities),
                ("Juridisk grundlag", catalog.paragraphs),
                ("Kommuner", catalog.municipalities),
            )
        ],
        limits=danish.join([f"{number} {whose}" for number, whose in LIMITS]),
    )


def without_gaps(months: Iterable[Month]) -> list[Month]:
    """Newest first, also months between in which nothing changed: it must not look as if one were lost.

    Not more than two years of them: one wrong date in the register would give centuries.
    """
    numbers = sorted(year * 12 + month - 1 for year, month in months)
    every = set(numbers)
    for earlier, later in pairwise(numbers):
        if later - earlier <= _LONGEST_GAP:
            every |= set(range(earlier, later))
    return [(number // 12, number % 12 + 1) for number in sorted(every, reverse=True)]


def _row(month: Month, tallied: ChangeCounts | None, busiest: int) -> MonthRow:
    name = danish.MONTHS[month[1] - 1]
    if tallied is None:
        return MonthRow("", name, ChangeCounts(), 0.0)
    share = round(100 * tallied.changes / busiest, 1) if busiest else 0.0
    return MonthRow(urls.month(*month), name, tallied, share)
