"""The site in a real Chromium, on http and from a folder, with an empty console."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from generator.demo import ODDITIES

PAGES = [
    "index.html",
    "soeg.html",
    "sammenlign.html",
    "statistik.html",
    "sammenlign.html",
    "om.html",
    "ophoerte.html",
    f"tilbud/{ODDITIES['moved']}.html",
    "404.html",
]


@pytest.mark.parametrize("width", [1280, 360, 320])
def test_pages_are_quiet_and_never_scroll_sideways(page: Page, root: str, site: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    # 404.html points at the server's root, so from a folder it is no page to open.
    addresses = [a for a in PAGES if a != "404.html" or root.startswith("http")]
    addresses += [f"tilbud/{ODDITIES[o]}.html" for o in ("very_long_word", "markup_in_texts", "nineteen_versions")]
    addresses += [f"maalgruppe/{p.name}" for p in (site / "maalgruppe").iterdir() if "rehabilitering" in p.name]
    for address in addresses:
        page.goto(root + address)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{address} is {wide} px wide at {width}"


def test_from_the_start_page_to_an_offer_by_searching(page: Page, root: str) -> None:
    page.goto(f"{root}index.html")
    page.get_by_label("Søg i alle tilbud").fill("bosted")
    page.keyboard.press("Enter")
    page.wait_for_selector('#resultater[data-search="done"]')
    assert page.url.startswith(f"{root}soeg.html?q=bosted")
    first = page.locator("li[data-tilbudsid]").first
    identifier = first.get_attribute("data-tilbudsid")
    first.get_by_role("link").first.click()
    page.wait_for_url(f"**/tilbud/{identifier}.html")
    expect(page.locator("h1")).to_be_visible()


def test_the_browser_finds_what_the_command_line_finds(page: Page, root: str, demo: Path) -> None:
    from generator.search.local.whoosh_index import search

    for query in ("autisme", "SEL § 107", "krisecenter", "børn", str(10_002_000 // 1000), "Aarhus", "misbrug bolig"):
        page.goto(f"{root}soeg.html?q={query}")
        page.wait_for_selector('#resultater[data-search="done"]')
        shown = page.locator("li[data-tilbudsid]").evaluate_all("hits => hits.map(hit => hit.dataset.tilbudsid)")
        found = [hit.tilbuds_id for hit in search(demo / "register.sqlite.search", query, len(shown)).hits]
        assert shown
        assert shown == found, query


def test_the_date_of_the_data_is_filled_in(page: Page, root: str) -> None:
    page.goto(f"{root}om.html")
    expect(page.locator("footer [data-edition]")).to_contain_text("Data hentet")


@pytest.mark.parametrize(
    ("later", "said"),
    [
        (timedelta(days=7) - timedelta(seconds=1), ""),
        (timedelta(days=7, seconds=1), "Data er 7 dage gamle."),
        (timedelta(days=12, hours=23), "Data er 12 dage gamle."),
        (timedelta(days=1200), "Data er 1.200 dage gamle."),
        (-timedelta(days=30), ""),
    ],
)
def test_old_data_say_so_on_every_page(
    page: Page, root: str, site: Path, demo: Path, later: timedelta, said: str
) -> None:
    receipt = json.loads((demo / "register.sqlite.receipt.json").read_text(encoding="utf-8"))
    page.clock.set_fixed_time(datetime.fromisoformat(receipt["finished"]) + later)
    offer = next((site / "tilbud").glob("*.html")).name
    for address in ("index.html", "soeg.html", "ordliste.html", f"tilbud/{offer}"):
        page.goto(root + address)
        strip = page.get_by_role("status").and_(page.locator("[data-stale]"))
        if said:
            expect(strip).to_contain_text(f"{said} De er hentet")
            expect(strip).to_be_visible()
        else:
            expect(page.locator("footer [data-edition]")).to_contain_text("Data hentet")
            expect(page.locator("[data-stale]")).to_be_empty()
            expect(page.locator("[data-stale]")).to_be_hidden()


def test_a_word_leads_to_its_explanation_by_the_keyboard(page: Page, root: str) -> None:
    page.goto(f"{root}index.html")
    link = page.locator("a.term").first
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/ordliste.html#pladser")
    expect(page.locator("#pladser")).to_be_in_viewport()
    expect(page.locator("#pladser")).to_contain_text("ikke ledige pladser")


def test_everything_can_be_read_without_scripts(chromium: Browser, site: Path) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "tilbud" / f"{ODDITIES['renamed']}.html").as_uri())
    expect(page.locator("[data-version]").first).to_be_visible()
    page.goto((site / "soeg.html").as_uri())
    expect(page.get_by_role("link", name="kommuner")).to_be_visible()
    context.close()


def test_a_long_text_unfolds_its_difference(page: Page, root: str) -> None:
    page.goto(f"{root}tilbud/{ODDITIES['nineteen_versions']}.html")
    details = page.locator(".changes details").first
    expect(details.locator("ins, del").first).to_be_hidden()
    details.locator("summary").click()
    expect(details.locator("ins, del").first).to_be_visible()
