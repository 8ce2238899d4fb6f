"""One typed context a template: what a template may ask for, and nothing else.

`tests/pages/test_contexts.py` fails when a template asks for a name that its context lacks, or a context holds one that
its template never uses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from markupsafe import Markup

from generator.pages import danish, urls
from generator.pages.listing import Directory, Group, Listing, Term
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
    base_url: str = ""  # where the site stands, if it has a public address


@dataclass(frozen=True, slots=True)
class Page:
    """What every template needs: where the page is, and what it is called."""

    address: str
    title: str
    section: str = ""  # which entry of the menu is the current one
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
    directory: Directory


@dataclass(frozen=True, slots=True)
class ListContext:
    """list.html: offers under a municipality, paragraph, target group or authority, or the ceased ones."""

    site: Site
    page: Page
    root: str
    kind: str
    heading: str
    lead: str
    active: Sequence[Listing]
    ended: Sequence[Listing]


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


FEEDS = ("kommune", "socialtilsyn", "grundlag", "virksomhed")  # the folders of pages that have a feed


def feed_of(site: Site, term: Term) -> str:
    """The feed of a list page or a company's; "" where it has none, or nothing may be told of what was."""
    kind = term.address.partition("/")[0]
    return urls.feed(term.address) if site.has_history and kind in FEEDS else ""


def list_context(site: Site, kind: str, group: Group) -> ListContext:
    """The page of one list."""
    address = group.term.address
    meaning = f" ({group.meaning})" if group.meaning else ""
    lead = f"{danish.count(group.active, 'tilbud', 'tilbud')} i drift"
    places = sum(listing.places or 0 for listing in group.offers if listing.is_active)
    if places:
        lead += f" med {danish.count(places, 'godkendt plads', 'godkendte pladser')} (ikke ledige pladser)"
    return ListContext(
        site=site,
        page=Page(address, group.term.name, feed=feed_of(site, group.term)),
        root=urls.root_of(address),
        kind=kind,
        heading=f"{group.term.name}{meaning}",
        lead=f"{lead}.",
        active=[listing for listing in group.offers if listing.is_active],
        ended=[listing for listing in group.offers if not listing.is_active],
    )


def ceased_context(site: Site, directory: Directory) -> ListContext:
    """The list of all offers that have ended."""
    ended = directory.ended
    return ListContext(
        site=site,
        page=Page(urls.CEASED, "Ophørte tilbud", "ended"),
        root="",
        kind="Status",
        heading="Ophørte tilbud",
        lead=f"{danish.count(len(ended), 'tilbud', 'tilbud')} er ophørt eller ikke længere i registret. "
        "Siderne bliver stående som dokumentation.",
        active=[],
        ended=ended,
    )
