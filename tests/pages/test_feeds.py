"""Atom, as RFC 4287 has it and as a reader's parser takes it."""

import random
from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree

import feedparser
import pytest

from generator.pages.changes import feeds
from generator.pages.changes.feeds import Feed, atom, feeds_of, latest, limit_of
from generator.pages.listings.facets import ALL
from generator.register.history.changes import Cause
from tests.support.events import AARHUS, BEGINNING, FONDEN, SITE, event

ATOM = "{http://www.w3.org/2005/Atom}"


def tag(root: ElementTree.Element, name: str) -> str:
    return root.findtext(f"{ATOM}{name}") or ""


def test_a_feed_has_what_the_standard_asks_for() -> None:
    text = atom(SITE, Feed(AARHUS, (event(2), event(1))), AARHUS.address, BEGINNING)
    root = ElementTree.fromstring(text.encode())
    assert root.tag == f"{ATOM}feed" and root.get("{http://www.w3.org/XML/1998/namespace}lang") == "da"
    for element in (root, *root.iter(f"{ATOM}entry")):
        assert tag(element, "id") and tag(element, "title") and tag(element, "updated").endswith("Z")
        assert len(element.findall(f"{ATOM}link[@rel='alternate']")) == 1
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "Spejlet"
    assert tag(root, "updated") == "2024-01-01T04:00:00Z", "the newest entry's, never the clock's"
    assert "100" in tag(root, "subtitle"), "the limit is said"
    parsed = feedparser.parse(text)
    assert not parsed.bozo and [entry.title for entry in parsed.entries] == ["Tilbud: Navn ændret fra gl. til ny"] * 2


def test_without_a_public_address_identities_are_tags_and_links_relative() -> None:
    root = ElementTree.fromstring(atom(SITE, Feed(AARHUS, (event(1),)), AARHUS.address, BEGINNING))
    assert tag(root, "id") == "tag:tilbudsspejl.invalid,2026:aendringer/kommune/0751.xml"
    assert [link.get("rel") for link in root.findall(f"{ATOM}link")] == ["alternate", "related"]
    entry = root.find(f"{ATOM}entry")
    assert entry is not None
    assert tag(entry, "id") == "tag:tilbudsspejl.invalid,2026:tilbud/1.html#version-1"
    assert [link.get("href") for link in entry.findall(f"{ATOM}link")] == ["../../tilbud/1.html#version-1"]
    everything = ElementTree.fromstring(atom(SITE, Feed(ALL, (event(1),)), ALL.address, BEGINNING))
    assert [link.get("href") for link in everything.iter(f"{ATOM}link")] == [
        "../aendringer/index.html",
        "../tilbud/1.html#version-1",
    ]


@pytest.mark.parametrize("base", ["https://spejl.example/t", "https://spejl.example/t/"])
def test_with_a_public_address_links_are_absolute_and_it_says_where_it_is_itself(base: str) -> None:
    text = atom(replace(SITE, base_url=base), Feed(AARHUS, (event(1),)), AARHUS.address, BEGINNING)
    root = ElementTree.fromstring(text)
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links["self"] == "https://spejl.example/t/aendringer/kommune/0751.xml"
    assert links["alternate"] == "https://spejl.example/t/kommune/0751.html"
    assert feedparser.parse(text).entries[0].link == "https://spejl.example/t/tilbud/1.html#version-1"


def test_identities_do_not_move_with_the_site() -> None:
    """Else a reader shows all that it has read once more."""
    found = {
        tuple(element.text for element in ElementTree.fromstring(text).iter(f"{ATOM}id"))
        for base in ("", "http://spejl.kommune.dk", "https://spejl.kommune.dk/t/")
        for text in [atom(replace(SITE, base_url=base), Feed(AARHUS, (event(2), event(1))), AARHUS.address, BEGINNING)]
    }
    assert len(found) == 1 and len(set(*found)) == 3


def test_an_entry_whose_words_have_changed_is_newer() -> None:
    old, new = event(1), replace(event(1), reworded=BEGINNING + timedelta(days=9))
    for told, updated in ((old, "2024-01-01T03:00:00Z"), (new, "2024-01-10T02:00:00Z")):
        root = ElementTree.fromstring(atom(SITE, Feed(AARHUS, (told,)), AARHUS.address, BEGINNING))
        entry = root.find(f"{ATOM}entry")
        assert entry is not None
        assert tag(root, "updated") == tag(entry, "updated") == updated
        assert tag(entry, "published") == "2024-01-01T03:00:00Z"


def test_texts_are_text_whatever_they_hold() -> None:
    hostile = "<b>&amp;\x00\ud800\ufffe\x1b]]>"
    text = atom(SITE, Feed(AARHUS, (event(1, name=hostile, after=hostile),)), AARHUS.address, BEGINNING)
    data = text.encode("utf-8")
    parsed = feedparser.parse(data)
    assert not parsed.bozo
    entry = ElementTree.fromstring(data).find(f"{ATOM}entry")
    assert entry is not None and tag(entry, "title").startswith("<b>&amp;\ufffd\ufffd\ufffd\ufffd]]>:")
    assert "<b>" not in tag(entry, "content") and "&lt;b&gt;&amp;amp;" in tag(entry, "content")


def test_an_empty_feed_is_one_too() -> None:
    parsed = feedparser.parse(atom(SITE, Feed(FONDEN), "aendringer/index.html", BEGINNING))
    assert not parsed.bozo and parsed.entries == [] and parsed.feed.updated == "2024-01-01T02:00:00Z"
    assert parsed.feed.title == "Ændringer hos Fonden X – Spejlet"


def test_a_feed_holds_the_latest_in_whatever_order_batches_come() -> None:
    many = [event(number, AARHUS, FONDEN, name=f"N{number}") for number in range(250)]
    found: list[dict[str, Feed]] = []
    for seed in range(3):
        shuffled = random.Random(seed).sample(many, len(many))
        merged: dict[str, Feed] = {}
        for start in range(0, 250, 40):
            latest(merged, feeds_of(shuffled[start : start + 40]).values())
        found.append(dict(sorted(merged.items())))
    assert found[0] == found[1] == found[2]
    assert {address: len(feed.events) for address, feed in found[0].items()} == {
        "aendringer/index.html": 250,
        "kommune/0751.html": limit_of(AARHUS),
        "virksomhed/12345678.html": limit_of(FONDEN),
    }
    newest_first = [one.name for one in found[0]["virksomhed/12345678.html"].events]
    assert newest_first == [f"N{number}" for number in range(249, 219, -1)]


def test_what_only_the_platform_changed_is_in_no_feed() -> None:
    assert feeds_of([event(1, AARHUS, cause=Cause.BERIGELSE)]) == {}


def test_a_feed_is_called_what_its_subject_was_called_last() -> None:
    merged: dict[str, Feed] = {}
    for one in (event(2, FONDEN._replace(name="Nyt navn")), event(1, FONDEN)):
        latest(merged, feeds_of([one]).values())
    assert merged[FONDEN.address].of.name == "Nyt navn"
    assert feeds.address_of(FONDEN) == "aendringer/virksomhed/12345678.xml"
