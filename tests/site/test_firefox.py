"""The site in a real Firefox, as files and over http: it must do what it does in Chromium, with an empty console."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.demo import ODDITIES
from tests.support.firefox import Firefox
from tests.support.sites import kinds, states

OFFER = str(ODDITIES["nineteen_versions"])

# A page's scripts may load others: what is waited for is looked for until it is there.
UNTIL = """async (asked) => {
    for (let tries = 0; tries < 100; tries += 1) {
        const found = document.querySelector(asked);
        if (found && !found.closest('[hidden]') && found.textContent.trim()) return found.textContent;
        await new Promise(resolve => setTimeout(resolve, 50));
    }
    throw new Error('never shown: ' + asked);
}"""


@pytest.fixture
def browser(firefox: Firefox) -> Iterator[Firefox]:
    """The browser; the test fails if it had anything to say on the console."""
    firefox.said.clear()
    yield firefox
    assert firefox.said == []


def test_every_kind_of_page_opens_quietly_and_fits(browser: Firefox, root: str, site: Path) -> None:
    wide = {}
    for address in kinds(site):
        # Its links start at the server's own root.
        if address != "404.html" or root.startswith("http"):
            browser.open(root + address)
            page, window = browser.run("() => [document.documentElement.scrollWidth, innerWidth]")
            if page > window:
                wide[address] = page
            assert browser.run("() => document.querySelector('h1').textContent").strip()
    assert wide == {}


def test_a_day_shows_the_version_that_held_then(browser: Firefox, root: str, site: Path) -> None:
    version = states(site, OFFER)["versions"][7]
    browser.open(f"{root}tilbud/{OFFER}.html?dato={version['fra']}")
    assert "Som det så ud den" in browser.run(UNTIL, "#dengang h2")
    assert f"Version {version['nr']}, gyldig fra" in browser.run(UNTIL, "#dengang p")
    assert browser.run("() => document.querySelector('.glance').hidden")


def test_a_version_is_chosen_and_the_address_follows(browser: Firefox, root: str) -> None:
    browser.open(f"{root}tilbud/{OFFER}.html")
    browser.run(
        """() => {
            const form = document.getElementById('dato');
            form.elements.version.value = '3';
            form.elements.til.value = '9';
            form.querySelector('button').click();
        }"""
    )
    assert browser.run(UNTIL, "#dengang h2") == "Version 3 ved siden af version 9"
    assert browser.run("() => location.search") == "?fra=3&til=9"


def test_minor_changes_are_a_switch_away(browser: Firefox, root: str) -> None:
    browser.open(f"{root}tilbud/{ODDITIES['renamed_by_law']}.html")
    seen = "() => document.querySelector('[data-cause=lovaendring]').getClientRects().length > 0"
    assert not browser.run(seen)
    browser.run("() => document.getElementById('alle').click()")
    assert browser.run(seen)


def test_offers_stand_side_by_side(browser: Firefox, root: str) -> None:
    browser.open(f"{root}sammenlign.html?id={ODDITIES['moved']}&id={ODDITIES['renamed']}")
    browser.run(UNTIL, "#sammenligning table")
    assert browser.run("() => document.querySelectorAll('#sammenligning thead th').length") == 2
    assert "2 tilbud vises" in browser.run(UNTIL, "#status")


def test_a_list_lets_offers_be_chosen(browser: Firefox, root: str, site: Path) -> None:
    largest = max((site / "kommune").glob("*.html"), key=lambda path: path.stat().st_size)
    browser.open(f"{root}kommune/{largest.name}")
    browser.run("() => Array.from(document.querySelectorAll('[data-vaelg]')).slice(0, 2).forEach(box => box.click())")
    assert "2 tilbud valgt" in browser.run(UNTIL, ".tray")
    target = browser.run("() => document.querySelector('.tray a').getAttribute('href')")
    assert target.startswith("../sammenlign.html?id=") and target.count("id=") == 2
    browser.run("() => document.querySelector('.tray button').click()")


def test_a_month_is_narrowed(browser: Firefox, root: str, site: Path) -> None:
    month = max((site / "aendringer").glob("2*.html"), key=lambda path: path.stat().st_size)
    browser.open(f"{root}aendringer/{month.name}?slags=takst")
    assert "ændringer" in browser.run(UNTIL, "#vaelg [role=status]")
    shown = browser.run(
        """() => JSON.stringify(Array.from(document.querySelectorAll('.log [data-field]:not([hidden])'))
            .map(line => line.dataset.slags))"""
    )
    assert all("takst" in kinds_of.split() for kinds_of in json.loads(shown))


def test_the_date_of_the_data_is_filled_in(browser: Firefox, root: str) -> None:
    browser.open(f"{root}om.html")
    assert "Data hentet" in browser.run(UNTIL, "footer [data-edition]")
