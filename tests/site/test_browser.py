"""The site in a real Chromium, on http and from a folder, with an empty console."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page, expect

from generator.commands.serve import server
from generator.demo import ODDITIES


@pytest.fixture(params=["http", "file"])
def root(request: pytest.FixtureRequest, site: Path) -> Iterator[str]:
    """The site's address, once from a server and once from the folder."""
    if request.param == "file":
        yield f"{site.as_uri()}/"
        return
    with server(site, 0) as running:
        thread = Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}/"
        running.shutdown()
        thread.join()


PAGES = ["index.html", "soeg.html", "om.html", "ophoerte.html", f"tilbud/{ODDITIES['moved']}.html", "404.html"]


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
    from generator.search.whoosh_index import search

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
