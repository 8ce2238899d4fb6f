"""Atom feeds of what has changed (RFC 4287): one for all, and one each for what offers are listed under.

Written by the standard library's ElementTree, which escapes; feedgen would bring lxml and is no quicker, for the only
parts of Atom that are needed here. What XML has no place for is replaced in the finished text.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree

from markupsafe import escape

from generator.pages import danish, urls
from generator.pages.changes.events import ChangeEvent, ChangeLine
from generator.pages.listings.facets import ALL, Facet, FacetKind
from generator.pages.page import Site
from generator.pages.topics import TOPICS

_NAMESPACE = "http://www.w3.org/2005/Atom"
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# How many entries a feed holds. Enough for a week of work; there are thousands of providers, so theirs are short.
_LIMITS: dict[FacetKind, int] = {"alle": 300, "socialtilsyn": 200, "grundlag": 200, "kommune": 100, "virksomhed": 30}
_ABOUT: dict[FacetKind, str] = {
    "kommune": " i ",
    "socialtilsyn": " under ",
    "grundlag": " efter ",
    "virksomhed": " hos ",
}


# Of one version; it stands in the feed of each of its paragraphs, and its page has all of them.
MOST_LINES = 50

LIMITS = (
    (_LIMITS["alle"], "for alle tilbud"),
    (_LIMITS["socialtilsyn"], "for et socialtilsyn eller et juridisk grundlag"),
    (_LIMITS["kommune"], "for en kommune"),
    (_LIMITS["virksomhed"], "for en virksomhed"),
)


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed: what it is of, as its newest event calls it; its events, newest first; whether there are older ones."""

    of: Facet
    events: tuple[ChangeEvent, ...] = ()
    is_cut: bool = False

    @property
    def address(self) -> str:
        """Where it stands."""
        return address_of(self.of)


def address_of(facet: Facet) -> str:
    """The address of a facet's feed."""
    return urls.ALL_CHANGES if facet == ALL else urls.feed(facet.address)


def limit_of(facet: Facet) -> int:
    """How many entries a facet's feed holds."""
    return _LIMITS[facet.kind]


def latest(feeds: dict[str, Feed], others: Iterable[Feed]) -> None:
    """Takes other feeds in, each under the address that it is of, and keeps the latest events of each."""
    for other in others:
        known = feeds.get(other.of.address, Feed(other.of))
        events = sorted((*known.events, *other.events), key=_newest)
        kept = tuple(events[: limit_of(other.of)])
        is_cut = known.is_cut or other.is_cut or len(kept) < len(events)
        newest = known if kept and known.events and kept[0] is known.events[0] else other
        feeds[other.of.address] = Feed(newest.of, kept, is_cut)


def feeds_of(events: Iterable[ChangeEvent]) -> dict[str, Feed]:
    """The feeds that events belong to, each with its latest ones."""
    by_address: dict[str, list[ChangeEvent]] = {}
    facets: dict[str, Facet] = {}
    for event in sorted((event for event in events if event.own), key=_newest):
        for facet in (ALL, *event.facets):
            by_address.setdefault(facet.address, []).append(event)
            facets.setdefault(facet.address, facet)  # what it was called last
    feeds: dict[str, Feed] = {}
    latest(feeds, (Feed(facets[address], tuple(events)) for address, events in by_address.items()))
    return feeds


def _newest(event: ChangeEvent) -> tuple[float, str, int]:
    return -event.moment.timestamp(), event.offer, -event.place


def title_of(site: Site, facet: Facet) -> str:
    """ "Ændringer i Aarhus – Tilbudsspejl" """
    return f"{'Demo: ' if site.is_demo else ''}{heading_of(facet)} – {site.title}"


def heading_of(facet: Facet) -> str:
    """ "Ændringer i Aarhus" """
    return f"Ændringer{_ABOUT[facet.kind]}{facet.name}" if facet.kind in _ABOUT else "Ændringer"


def atom(site: Site, feed: Feed, page: str, beginning: datetime) -> str:
    """A feed as XML; `page` is the site's page on the same, and an empty feed is dated by the archive's `beginning`."""
    places = _Places(site.base_url.rstrip("/"), feed.address)
    root = ElementTree.Element("feed", {"xmlns": _NAMESPACE, "xml:lang": "da"})
    _add(root, "id", places.identity(feed.address))
    _add(root, "title", title_of(site, feed.of))
    _add(
        root,
        "subtitle",
        f"Højst de seneste {limit_of(feed.of)} opslag. Ældre ændringer står på månedernes sider.",
    )
    _add(root, "updated", _time(max((event.reworded or event.moment for event in feed.events), default=beginning)))
    author = ElementTree.SubElement(root, "author")
    _add(author, "name", site.operator or site.title)
    if places.base:
        ElementTree.SubElement(root, "link", {"rel": "self", "type": _TYPE, "href": places.href(feed.address)})
    for rel, address in (("alternate", page), ("related", urls.CHANGES)):
        if rel == "alternate" or address != page:
            ElementTree.SubElement(root, "link", {"rel": rel, "type": "text/html", "href": places.href(address)})
    _add(root, "rights", site.attribution or "Kilde: Tilbudsportalen")
    for event in feed.events:
        _entry(root, event, places)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{_NO_XML.sub(chr(0xFFFD), text)}\n'


_TYPE = "application/atom+xml"


@dataclass(frozen=True, slots=True)
class _Places:
    """Addresses and identities as a feed writes them."""

    base: str
    address: str  # of the feed

    def href(self, address: str) -> str:
        """A link: absolute where the site has a public address, else from the feed's own place."""
        return f"{self.base or self.address.count('/') * '../'}{'/' if self.base else ''}{address}"

    def identity(self, address: str) -> str:
        """One that lasts, wherever the site stands (RFC 4287, 4.2.6): a tag (RFC 4151), which no reader looks up."""
        return f"tag:tilbudsspejl.invalid,2026:{address}"


def _entry(root: ElementTree.Element, event: ChangeEvent, places: _Places) -> None:
    entry = ElementTree.SubElement(root, "entry")
    _add(entry, "id", places.identity(event.identity))
    _add(entry, "title", f"{event.name}{f' ({event.municipality})' if event.municipality else ''}: {event.headline}")
    _add(entry, "published", _time(event.moment))
    _add(entry, "updated", _time(event.reworded or event.moment))
    href = places.href(event.address)
    ElementTree.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": href})
    for topic in dict.fromkeys(topic for line in event.own for topic in line.topics):
        ElementTree.SubElement(entry, "category", {"term": topic, "label": TOPICS[topic]})
    _add(entry, "content", _content(event.own, event)).set("type", "html")


def _content(lines: Sequence[ChangeLine], event: ChangeEvent) -> str:
    facts = ". ".join(filter(None, (event.where, event.when)))
    items = "".join(f"<li>{escape(line.text)}</li>" for line in lines[:MOST_LINES])
    if len(lines) > MOST_LINES:
        items += f"<li>og {danish.count(len(lines) - MOST_LINES, 'anden ændring', 'andre ændringer')}</li>"
    return f"<ul>{items}</ul>" + (f"<p>{escape(facts)}.</p>" if facts else "")


def _add(parent: ElementTree.Element, name: str, text: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, name)
    element.text = text
    return element


def _time(moment: datetime) -> str:
    utc = moment.astimezone(UTC)
    return f"{utc.year:04}-{utc:%m-%dT%H:%M:%SZ}"
