"""One typed context a template: what a template may ask for, and nothing else.

`tests/pages/test_contexts.py` fails when a template asks for a name that its context lacks, or a context holds one that
its template never uses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from markupsafe import Markup

from generator.pages import urls
from generator.pages.directory import Directory
from generator.pages.maps import SmallMap
from generator.pages.news import Note


@dataclass(frozen=True, slots=True)
class Site:
    """What every page knows of the site; nothing of when it was made."""

    title: str
    is_demo: bool
    attribution: str
    operator: str
    contact: str
    pages: tuple[tuple[str, str], ...] = ()  # editorial pages in the menu: (address, title)


@dataclass(frozen=True, slots=True)
class Page:
    """What every template needs: where the page is, and what it is called."""

    address: str
    title: str
    section: str = ""  # which entry of the menu is the current one

    @property
    def root(self) -> str:
        """The way to the site's root."""
        return urls.root_of(self.address)


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
    ended: int
    versions: int
    oldest: date | None
    days: Sequence[tuple[date, list[Note], int, int]]
    directory: Directory
    map: SmallMap


@dataclass(frozen=True, slots=True)
class TextContext:
    """text.html: an editorial page from Markdown; `om.html` with the receipts."""

    site: Site
    page: Page
    root: str
    body: Markup
    facts: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class SearchContext:
    """soeg.html: holds no offers itself; `downloads` offers the result list as CSV."""

    site: Site
    page: Page
    root: str
    downloads: bool


@dataclass(frozen=True, slots=True)
class MissingContext:
    """404.html, which holds no data of its own."""

    site: Site
    page: Page
    root: str
