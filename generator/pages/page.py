"""What every page needs: the site that it belongs to, and where the page is in it."""

from dataclasses import dataclass
from typing import NamedTuple

from generator.pages import urls
from generator.pages.logo import Logo


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
    has_everything: bool = True  # whether nothing at all is kept back
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


class Link(NamedTuple):
    """A link within the site: its words, and the address from the site's root; "" where it leads nowhere."""

    name: str
    address: str


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
