"""The latest changes of what offers are listed under, to read in a browser: what its feed holds, by day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from generator.pages import danish, urls
from generator.pages.changes.events import ChangeEvent
from generator.pages.changes.feeds import MOST_LINES, Feed, heading_of
from generator.pages.changes.months import FILTERED_BY, DayView, FilterField, as_item, by_name, choices_of, month_link
from generator.pages.listings.facets import Facet
from generator.pages.page import Link, Page, Site

_WORTH_A_FILTER = 5  # days


@dataclass(frozen=True, slots=True)
class RecentContext:
    """seneste.html: the latest changes in a municipality, under an authority or a paragraph, or of a company."""

    site: Site
    page: Page
    root: str
    of: Facet
    lead: str
    older: Link | None  # the month in which older ones begin, narrowed to the same where it can be
    choices: Sequence[FilterField]
    days: Sequence[DayView]


def recent_context(site: Site, feed: Feed) -> RecentContext:
    """The page beside a feed, with the same changes."""
    in_order = sorted(feed.events, key=lambda event: (-event.day.toordinal(), *by_name(event)))
    days = [_day(day, list(events)) for day, events in groupby(in_order, key=lambda event: event.day)]
    older = None
    if feed.is_cut:
        month = month_link((days[-1].day.year, days[-1].day.month))
        query = f"?{feed.of.kind}={feed.of.key}" if feed.of.kind in FILTERED_BY else ""
        older = Link(month.name, month.address + query)
    return RecentContext(
        site=site,
        page=Page(urls.latest(feed.of.address), heading_of(feed.of), "changes", feed=feed.address),
        root=urls.root_of(urls.latest(feed.of.address)),
        of=feed.of,
        lead=_lead(days, older),
        older=older,
        choices=_choices(days, feed.of.kind) if len(days) >= _WORTH_A_FILTER else (),
        days=days,
    )


def _day(day: date, events: Sequence[ChangeEvent]) -> DayView:
    return DayView(
        day,
        sum(len(event.own) for event in events),
        [as_item(event, event.own[:MOST_LINES]) for event in events],
        (),
        0,
        0,
    )


def _choices(days: Sequence[DayView], kind: str) -> tuple[FilterField, ...]:
    """The kinds of change, and of the rest what tells the changes apart."""
    kinds, *others = choices_of(days)
    return (kinds, *(choice for choice in others if choice.name != kind and len(choice.options) > 1))


def _lead(days: Sequence[DayView], older: Link | None) -> str:
    if not days:
        return "Spejlet kender ingen ændringer her."
    number = danish.count(sum(day.changes for day in days), "ændring", "ændringer")
    if older is None:
        return f"Alle {number}, som spejlet kender."
    return f"De seneste {number}."
