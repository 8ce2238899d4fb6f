"""One typed context a template: what a template may ask for, and nothing else.

`tests/pages/test_contexts.py` fails when a template asks for a name that its context lacks, or a context holds one that
its template never uses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from markupsafe import Markup

from generator.pages import urls
from generator.pages.directory import Catalog
from generator.pages.glossary import GlossaryEntry, ParagraphRow
from generator.pages.listing import Term
from generator.pages.logo import Logo
from generator.pages.maps import SmallMap
from generator.pages.news import Day


@dataclass(frozen=True, slots=True)
class Site:
    """What every page knows of the site; nothing of when it was made."""

    title: str
    is_demo: bool
    attribution: str
    operator: str
    contact: str
    pages: tuple[tuple[str, str], ...] = ()  # editorial pages in the menu: (address, title)
    has_history: bool = False  # whether former states may be told of: pages of changes, feeds and links to them
    has_ceased: bool = True  # whether offers that have ended may be shown
    base_url: str = ""  # without a slash at its end
    is_indexed: bool = False  # whether search engines may list it
    official_url: str = ""  # for `urls.official`
    has_colours: bool = False
    logo: Logo | None = None

    @property
    def contact_href(self) -> str:
        """Where a click on the contact leads; "" if it is neither a mail address nor one of the web."""
        mail = urls.mail(self.contact)
        return f"mailto:{mail}" if mail else urls.outside(self.contact) or ""

    def canonical(self, address: str) -> str:
        """The one address under which search engines should know a page; "" where they should know none."""
        if not self.is_indexed or address == urls.NOT_FOUND:
            return ""
        return f"{self.base_url}/{'' if address == urls.START else address}"


@dataclass(frozen=True, slots=True)
class Page:
    """What every template needs: where the page is, and what it is called."""

    address: str
    title: str
    section: str = ""  # which entry of the menu is the current one
    description: str = ""  # for search engines: a sentence or two, without dates of the edition
    feed: str = ""  # the address of the Atom feed of what the page is about

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
    days: Sequence[tuple[Day, str]]  # with the address of each on its month's page
    latest: tuple[Term, str] | None  # the newest month that has news, and its numbers in a sentence
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


FEEDS = ("kommune", "socialtilsyn", "grundlag", "virksomhed")  # the folders of pages that have a feed


def feed_of(site: Site, term: Term) -> str:
    """The feed of a list page or a company's; "" where it has none, or nothing may be told of what was."""
    kind = term.address.partition("/")[0]
    return urls.feed(term.address) if site.has_history and kind in FEEDS else ""


def latest_of(site: Site, term: Term) -> str:
    """The page of the latest changes beside that feed; "" where there is none."""
    return urls.latest(term.address) if feed_of(site, term) else ""
