"""The search page in a real Firefox, as a file and over http: it must do what it does in Chromium."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from generator.search.index.facets import Filters
from generator.search.local import whoosh_index
from tests.support.firefox import Firefox

SETTLED = """() => new Promise(resolve => {
    const list = document.getElementById('resultater');
    const look = () => list.dataset.search === 'done'
        && resolve(Array.from(list.children, hit => hit.dataset.tilbudsid));
    new MutationObserver(look).observe(list, { attributes: true });
    look();
})"""


@pytest.fixture
def browser(firefox: Firefox) -> Iterator[Firefox]:
    """The browser; the test fails if it had anything to say on the console."""
    firefox.said.clear()
    yield firefox
    assert firefox.said == []


def found(browser: Firefox) -> list[str]:
    ids: list[str] = browser.run(SETTLED)
    return ids


@pytest.mark.parametrize("query", ["Silkeborg § 107", "misbrug", "silkebrog", "botilbuddet Å-huset", "dag tilbud"])
def test_hits_stand_in_the_order_of_the_command_line(browser: Firefox, address: str, index: Path, query: str) -> None:
    browser.open(f"{address}?q={quote(query)}")
    assert found(browser)[:10] == [hit.tilbuds_id for hit in whoosh_index.search(index, query).hits]


def test_typing_finds_and_keeps_the_address(browser: Firefox, address: str, index: Path) -> None:
    browser.open(address)
    assert found(browser) == []
    browser.type("/")
    browser.type("silkeb")
    assert found(browser)[:10] == [hit.tilbuds_id for hit in whoosh_index.search(index, "silkeb").hits]
    assert browser.run("() => location.search") == "?q=silkeb"
    assert "Silkeb" in browser.run("() => document.querySelector('.why mark').textContent")


def test_long_texts_are_unpacked(browser: Firefox, address: str) -> None:
    browser.open(f"{address}?q=neurop%C3%A6dagogikken")
    assert found(browser)
    assert "neuropædagogik" in browser.run("() => document.querySelector('.why mark').textContent")


def test_filters_are_those_of_the_command_line(browser: Firefox, address: str, index: Path) -> None:
    browser.open(f"{address}?q=autisme&kommune=Viborg")
    expected = whoosh_index.search(index, "autisme", 10, Filters({"kommune": ("Viborg",)}))
    assert found(browser)[:10] == [hit.tilbuds_id for hit in expected.hits]
    assert browser.run("() => document.getElementById('antal').textContent").startswith(
        f"{expected.total} tilbud fundet"
    )
