"""One typed context a template: what a template may ask for, and nothing else.

`tests/pages/test_contexts.py` fails when a template asks for a name that its context lacks, or a context holds one that
its template never uses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from markupsafe import Markup

from generator.pages.changes.change_digest import Day
from generator.pages.fixed.glossary import GlossaryEntry, ParagraphRow
from generator.pages.listings.catalog import Catalog
from generator.pages.listings.maps import SmallMap
from generator.pages.page import Link, Page, Site


@dataclass(frozen=True, slots=True)
class StartContext:
    """start.html: search field, totals, latest changes, ways in."""

    site: Site
    page: Page
    root: str
    edition: datetime
    receipt: int
    active: int
    places: int
    places_are_whole: bool  # no paragraph of theirs lacks its number
    ended: int
    others: str  # of those that are neither: in a sentence, "" where there are none
    versions: int
    oldest: date | None
    days: Sequence[tuple[Day, str]]  # with the address of each on its month's page
    latest: tuple[Link, str] | None  # the newest month that has news, and its numbers in a sentence
    catalog: Catalog
    map: SmallMap


@dataclass(frozen=True, slots=True)
class TextContext:
    """text.html: an editorial page from Markdown; `om.html` and `privatliv.html` with facts under a heading."""

    site: Site
    page: Page
    root: str
    body: Markup
    heading: str
    facts: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class GlossaryContext:
    """ordliste.html: every word with its explanation, and the paragraphs."""

    site: Site
    page: Page
    root: str
    entries: Sequence[GlossaryEntry]
    laws: Sequence[tuple[str, str]]
    paragraphs: Sequence[ParagraphRow]
    renamed_on: date


@dataclass(frozen=True, slots=True)
class SearchContext:
    """soeg.html: holds no offers itself; `downloads` offers the result list as CSV."""

    site: Site
    page: Page
    root: str
    downloads: bool


@dataclass(frozen=True, slots=True)
class CompareContext:
    """sammenlign.html, which holds no offers itself."""

    site: Site
    page: Page
    root: str


@dataclass(frozen=True, slots=True)
class MissingContext:
    """404.html, which holds no data of its own."""

    site: Site
    page: Page
    root: str
