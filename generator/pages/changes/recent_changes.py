"""The latest changes of what offers are listed under, to read in a browser: what its feed holds, by day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from generator.pages import danish, urls
from generator.pages.changes.events import ChangeEvent
from generator.pages.changes.feeds import MOST_LINES, Feed, heading_of
from generator.pages.changes.months import DayView, FilterField, as_item, by_name, choices_of, month_term
from generator.pages.listings.summary import Term
from generator.pages.page import Page, Site

_WORTH_A_FILTER = 5  # days
_FILTERED_BY = ("kommune", "socialtilsyn", "grundlag")  # what a month's page can be narrowed to


@dataclass(frozen=True, slots=True)
class RecentContext:
    """seneste.html: the latest changes in a municipality, under an authority or a paragraph, or of a company."""

    site: Site
    page: Page
    root: str
    of: Term
    lead: str
    older: Term | None  # the month in which older ones begin, narrowed to the same where it can be
    choices: Sequence[FilterField]
    days: Sequence[DayView]


def recent_context(site: Site, feed: Feed) -> RecentContext:
    """The page beside a feed, with the same changes."""
    kind, _, name = feed.of.address.removesuffix(".html").partition("/")
    in_order = sorted(feed.events, key=lambda event: (-event.day.toordinal(), *by_name(event)))
    days = [_day(day, list(events)) for day, events in groupby(in_order, key=lambda event: event.day)]
    older = None
    if feed.is_cut:
        month = month_term((days[-1].day.year, days[-1].day.month))
        query = f"?{kind}={name}" if kind in _FILTERED_BY else ""
        older = Term(month.name, month.address + query)
    return RecentContext(
        site=site,
        page=Page(urls.latest(feed.of.address), heading_of(feed.of), "changes", feed=feed.address),
        root=urls.root_of(urls.latest(feed.of.address)),
        of=feed.of,
        lead=_lead(days, older),
        older=older,
        choices=_choices(days, kind) if len(days) >= _WORTH_A_FILTER else (),
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


def _lead(days: Sequence[DayView], older: Term | None) -> str:
    if not days:
        return "Spejlet kender ingen ændringer her."
    number = danish.count(sum(day.changes for day in days), "ændring", "ændringer")
    if older is None:
        return f"Alle {number}, som spejlet kender."
    return f"De seneste {number}."
