"""What an offer's page does in a real browser, on http and from a folder: as it was, versions side by side, filters."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from generator.demo import ODDITIES
from tests.support.sites import soup, states

OFFER = str(ODDITIES["nineteen_versions"])


def rows(told: dict[str, Any], number: str) -> dict[tuple[str, str], str]:
    version = next(version for version in told["versions"] if version["nr"] == number)
    return {(section, label): text for section, label, text in (told["rows"][place] for place in version["r"])}


def test_every_offer_has_its_states_and_every_version_is_in_them(site: Path) -> None:
    for page in (site / "tilbud").glob("*.html"):
        entries = set(re.findall(r'data-version="([^"]+)"', page.read_text(encoding="utf-8")))
        told = states(site, page.stem)
        assert {version["nr"] for version in told["versions"]} == entries
        assert [version["nu"] for version in told["versions"]].count(True) == 1


def test_a_version_holds_until_the_day_before_the_next(site: Path) -> None:
    found = set()
    for page in (site / "tilbud").glob("*.html"):
        held = [version for version in states(site, page.stem)["versions"] if version["holdt"]]
        for version in held:
            first, last = version["dage"]
            assert first == (version["fra"] or version["set"])
            if version["til"]:
                assert date.fromisoformat(last) + timedelta(days=1) == date.fromisoformat(version["til"])
            else:
                assert last == ""
            found.add((bool(version["fra"]), bool(last)))
        assert sorted(version["dage"][0] for version in held) == [version["dage"][0] for version in held]
    assert {(True, True), (True, False)} <= found


def test_a_day_shows_the_version_that_held_then(page: Page, root: str, site: Path) -> None:
    told = states(site, OFFER)
    version = told["versions"][7]
    page.goto(f"{root}tilbud/{OFFER}.html")
    page.get_by_label("Dag").fill(version["fra"])
    page.get_by_role("button", name="Vis", exact=True).click()
    expect(page.locator("#dengang h2")).to_contain_text("Som det så ud den")
    expect(page.locator("#dengang")).to_contain_text(f"Version {version['nr']}, gyldig fra")
    assert page.url.endswith(f"?dato={version['fra']}")
    shown = page.locator("#dengang dl > div").evaluate_all("rows => rows.map(row => row.children[1].innerText)")
    expected = list(rows(told, version["nr"]).values())
    assert [" ".join(text.split()) for text in shown] == [" ".join(text.split()) for text in expected]
    expect(page.locator(".glance")).to_be_hidden()
    expect(page.locator(".lane .cursor.on").first).to_be_attached()


def test_the_address_of_a_state_can_be_shared_and_gone_back_from(page: Page, root: str, site: Path) -> None:
    told = states(site, OFFER)
    page.goto(f"{root}tilbud/{OFFER}.html?version={told['versions'][2]['nr']}")
    expect(page.locator("#dengang h2")).to_have_text(f"Som det så ud i version {told['versions'][2]['nr']}")
    page.get_by_role("link", name="Vis tilbuddet, som det er nu").click()
    expect(page.locator(".glance")).to_be_visible()
    page.go_back()
    expect(page.locator("#dengang h2")).to_be_visible()


def test_before_the_first_version_there_was_nothing(page: Page, root: str) -> None:
    page.goto(f"{root}tilbud/{OFFER}.html?dato=1990-01-01")
    expect(page.locator("#dengang h2")).to_have_text("Registret har ingen version af tilbuddet fra den 1. januar 1990")


def test_a_state_of_old_says_what_has_become_of_the_offer(page: Page, root: str) -> None:
    page.goto(f"{root}tilbud/{ODDITIES['ceased']}.html?version=1")
    expect(page.locator("#dengang .then")).to_contain_text("Nu: Ophørt den ")
    page.goto(f"{root}tilbud/{OFFER}.html?version=1")
    expect(page.locator("#dengang .then")).not_to_contain_text("Nu:")


def test_two_versions_stand_side_by_side_with_what_differs(page: Page, root: str, site: Path) -> None:
    told = states(site, OFFER)
    one, other = told["versions"][1]["nr"], told["versions"][-1]["nr"]
    page.goto(f"{root}tilbud/{OFFER}.html?fra={one}&til={other}")
    before, after = rows(told, one), rows(told, other)
    differing = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    assert differing
    shown = page.locator("#dengang tbody tr:not(.group):visible")
    expect(shown).to_have_count(len(differing))
    page.get_by_label("Vis kun det, der er forskelligt").uncheck()
    expect(shown).to_have_count(len(before.keys() | after.keys()))


def test_a_day_can_be_compared_with_a_version(page: Page, root: str, site: Path) -> None:
    told = states(site, OFFER)
    then, other = told["versions"][3], told["versions"][-1]["nr"]
    page.goto(f"{root}tilbud/{OFFER}.html")
    page.get_by_label("Dag").fill(then["fra"])
    page.get_by_label("sammenlignet med").select_option(other)
    page.get_by_role("button", name="Vis", exact=True).click()
    expect(page.locator("#dengang h2")).to_have_text(f"Version {then['nr']} ved siden af version {other}")
    assert page.url.endswith(f"?dato={then['fra']}&til={other}")
    page.goto(f"{root}tilbud/{OFFER}.html?dato=1990-01-01&til={other}")
    expect(page.locator("#dengang h2")).to_contain_text("Registret har ingen version")


def test_changes_by_the_platform_are_a_switch_away_also_without_scripts(chromium: Browser, site: Path) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "tilbud" / f"{ODDITIES['renamed_by_law']}.html").as_uri())
    minor = page.locator('[data-cause="lovaendring"]').first
    expect(minor).to_be_hidden()
    page.get_by_label("Vis også det, som kun platformen eller en lov har ændret").check()
    expect(minor).to_be_visible()
    context.close()


def test_a_link_to_an_entry_shows_it_whatever_is_switched_off(page: Page, root: str, site: Path) -> None:
    html = (site / "tilbud" / f"{ODDITIES['renamed_by_law']}.html").read_text(encoding="utf-8")
    anchor = re.search(r'class="entry minor only" id="([^"]+)"', html)
    assert anchor is not None
    page.goto(f"{root}tilbud/{ODDITIES['renamed_by_law']}.html#{anchor[1]}")
    expect(page.locator(f"#{anchor[1]}")).to_be_visible()


def test_a_kind_of_change_alone_is_shown_and_counted(page: Page, root: str) -> None:
    page.goto(f"{root}tilbud/{OFFER}.html")
    total = page.locator("[data-version]").count()
    choice = page.get_by_label("Vis ændringer af")
    label = choice.locator("option").nth(1).text_content()
    assert label is not None
    choice.select_option(index=1)
    lines = page.locator("#versioner [data-field]:visible")
    expect(lines).to_have_count(int(label.rpartition("(")[2].rstrip(")")))
    left = page.locator("[data-version]:visible").count()
    assert 0 < left < total
    expect(page.locator("#vist")).to_have_text(f"Viser {left} af {total} versioner.")
    choice.select_option("")
    expect(page.locator("[data-version]")).to_have_count(total)


def test_numbers_can_be_copied(page: Page, root: str) -> None:
    page.goto(f"{root}tilbud/{OFFER}.html")
    # Headless Chromium refuses the real clipboard without a permission that only http can be given.
    page.evaluate("navigator.clipboard.writeText = text => { window.copied = text; return Promise.resolve(); }")
    page.get_by_role("button", name="Kopiér Tilbuds-id").click()
    assert page.evaluate("window.copied") == OFFER
    page.get_by_role("button", name="Kopiér henvisningen").click()
    expect(page.get_by_role("button", name="Kopieret").first).to_be_visible()
    assert re.search(rf"Tilbuds-id {OFFER}, version \d+, .*Data hentet .* kl\. ", page.evaluate("window.copied"))


def test_offers_chosen_on_a_list_stand_side_by_side(page: Page, root: str) -> None:
    page.goto(f"{root}soeg.html?q=bosted")
    page.wait_for_selector('#resultater[data-search="done"]')
    boxes = page.locator("#resultater").get_by_role("checkbox")
    names = [boxes.nth(place).locator("xpath=ancestor::li//h3").inner_text() for place in (0, 1)]
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.get_by_role("link", name="Sammenlign", exact=True).last.click()
    heads = page.locator("#sammenligning thead th a:first-child")
    expect(heads).to_have_text(names)
    expect(page.locator("#status")).to_contain_text("2 tilbud vises")
    page.locator("#sammenligning thead").get_by_role("link", name="Fjern").first.click()
    expect(heads).to_have_text(names[1:])


@pytest.mark.parametrize("asked", ["", "?id=..%2Findex"])
def test_a_comparison_of_nothing_says_so(page: Page, site: Path, asked: str) -> None:
    page.goto(f"{(site / 'sammenlign.html').as_uri()}{asked}")
    expect(page.locator("#status")).to_contain_text("Der er ikke valgt nogen tilbud.")


def test_a_chosen_offer_that_is_not_there_is_named(chromium: Browser, site: Path) -> None:
    context = chromium.new_context()  # not the fixture's page: the browser's console tells of the missing file
    page = context.new_page()
    page.goto(f"{(site / 'sammenlign.html').as_uri()}?id=findes-ikke&id={OFFER}")
    expect(page.locator("#status")).to_contain_text("Findes ikke i spejlet: findes-ikke.")
    expect(page.locator("#sammenligning thead th")).to_have_count(1)
    context.close()


def test_an_offer_that_may_have_gone_on_says_so_on_both_pages(page: Page, root: str) -> None:
    page.goto(f"{root}tilbud/{ODDITIES['predecessor']}.html")
    expect(page.locator(".succession")).to_contain_text("Muligvis fortsat som")
    expect(page.locator(".succession")).to_contain_text("udledt af spejlet: samme P-nummer")
    page.locator(".succession a:not(.term)").click()
    page.wait_for_url(f"**/tilbud/{ODDITIES['successor']}.html")
    expect(page.locator(".succession")).to_contain_text("Muligvis en fortsættelse af")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("?dato=2999-01-01", "Spejlet kender ikke 1. januar 2999"),
        ("?dato=2021-02-31", "Den version eller dag findes ikke"),
        ("?version=99", "Den version eller dag findes ikke"),
        ("?fra=1&til=99", "Som det så ud i version 1"),
    ],
)
def test_an_address_of_nothing_is_not_answered_with_today(page: Page, root: str, asked: str, told: str) -> None:
    page.goto(f"{root}tilbud/{OFFER}.html{asked}")
    expect(page.locator("#dengang h2")).to_have_text(told)
    expect(page.locator(".glance")).to_be_hidden()


def test_a_comparison_says_that_an_offer_has_ended(page: Page, root: str) -> None:
    page.goto(f"{root}sammenlign.html?id={ODDITIES['vanished']}&id={ODDITIES['moved']}")
    heads = page.locator("#sammenligning thead th")
    expect(heads.nth(0)).to_contain_text("Ikke længere i registret")
    expect(heads.nth(1)).to_contain_text("Godkendt")


def test_rows_that_the_register_gives_twice_are_explained(site: Path) -> None:
    told = 0
    for page in (site / "tilbud").glob("*.html"):
        table = soup(page).select_one("#pladser table")
        if table is None or table.caption is None or not table.caption.get_text().startswith("Godkendte pladser"):
            continue
        names = [row.find(string=True) for row in table.select("tbody th")]
        is_told = "flere linjer for samme grundlag" in table.caption.get_text()
        assert is_told == (len(set(names)) < len(names)), page.name
        told += is_told
    assert told


def test_an_offer_that_never_changed_says_so(site: Path) -> None:
    page = soup(site / "tilbud" / f"{ODDITIES['single_version']}.html")
    news = page.select_one(".news")
    assert news is not None and "Tilbuddet har ikke ændret noget siden." in news.get_text()


def test_what_is_to_come_stands_above_what_was_changed_in_one_column(site: Path) -> None:
    pages = [
        soup(path) for path in sorted((site / "tilbud").glob("*.html")) if 'id="kommer"' in path.read_text("utf-8")
    ]
    assert pages
    for page in pages:
        (news,) = page.select(".glance > .news")
        assert [heading["id"] for heading in news.select("h2")] == ["kommer", "nyt"]
