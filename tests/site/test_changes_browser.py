"""The filter of a month in a real Chromium, on http and from a folder."""

from collections import Counter
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.sites import months, soup


@pytest.fixture(scope="module")
def month(site: Path) -> Path:
    """The month with the most days, and one before it."""
    return max(months(site)[1:], key=lambda path: len(soup(path).select(".logday")))


def visible(page: Page, selector: str) -> int:
    shown = page.locator(selector).evaluate_all("all => all.filter(one => one.checkVisibility()).length")
    return int(shown)


def most(month: Path, attribute: str) -> str:
    """The value that most lines have, but not all."""
    lines = soup(month).select(f"section [{attribute}]")
    counted = Counter(value for line in lines for value in str(line[attribute]).split())
    value, number = counted.most_common(2)[-1]
    assert 0 < number < len(lines)
    return value


def test_a_month_is_narrowed_and_the_address_keeps_it(page: Page, root: str, month: Path) -> None:
    page.goto(f"{root}aendringer/{month.name}")
    expect(page.get_by_role("status")).to_have_text("")
    kommune, slags = most(month, "data-kommune"), most(month, "data-slags")
    page.get_by_label("Kommune", exact=True).select_option(kommune)
    own = f'section .body > .log > li[data-kommune~="{kommune}"] [data-cause="kilde"]'
    total = len(soup(month).select('[data-cause="kilde"]'))
    expect(page.get_by_role("status")).to_have_text(f"Viser {page.locator(own).count()} af {total} ændringer på siden.")
    assert page.url.endswith(f"?kommune={kommune}")
    assert visible(page, "section .log > li") == visible(page, f'section .log > li[data-kommune~="{kommune}"]')
    assert visible(page, ".logday") < len(soup(month).select(".logday"))
    page.get_by_label("Kommune", exact=True).select_option("")
    page.get_by_label("Hvad er ændret").select_option(slags)
    assert page.url.endswith(f"?slags={slags}")
    # What was asked for is unfolded, and nothing else is shown.
    own = f'.body > .log [data-slags~="{slags}"]'
    assert visible(page, own) == page.locator(own).count() > 0
    assert visible(page, ".body > .log [data-slags]") == visible(page, own)
    page.reload()
    expect(page.get_by_label("Hvad er ændret")).to_have_value(slags)
    assert visible(page, ".body > .log [data-slags]") == page.locator(own).count()
    page.get_by_label("Hvad er ændret").select_option("")
    assert "?" not in page.url
    expect(page.get_by_role("status")).to_have_text("")
    assert visible(page, ".logday") == len(soup(month).select(".logday"))


def test_the_choice_goes_along_to_the_month_before(page: Page, root: str, month: Path) -> None:
    page.goto(f"{root}aendringer/{month.name}?kommune=0999&slags=rettelse")
    expect(page.get_by_label("Kommune", exact=True)).to_have_value("0999")
    expect(page.get_by_role("status")).to_contain_text("Viser 0 af")
    assert visible(page, ".logday") == 0
    page.locator('.pager a[rel="prev"]').click()
    page.wait_for_url("**?slags=rettelse&kommune=0999")
    page.get_by_role("navigation", name="Måneder").get_by_role("link", name="Alle måneder").click()
    page.wait_for_url("**/aendringer/index.html")


def test_the_feed_offered_is_that_of_the_choice(page: Page, root: str, month: Path) -> None:
    page.goto(f"{root}aendringer/{month.name}")
    link = page.locator('.pager [type="application/atom+xml"]')
    of_all = link.inner_text()
    kommune = most(month, "data-kommune")
    chosen = page.get_by_label("Kommune", exact=True)
    chosen.select_option(kommune)
    name = chosen.locator("option:checked").inner_text()
    expect(link).to_have_text(f"Følg ændringer: {name} (Atom)")
    expect(link).to_have_attribute("href", f"kommune/{kommune}.xml")
    page.get_by_label("Socialtilsyn").select_option(index=1)
    expect(link).to_have_text(of_all)
    page.goto(f"{root}aendringer/{month.name}?kommune=0999")
    expect(link).to_have_text(of_all)
    expect(chosen.locator("option:checked")).to_have_text("0999 (intet her)")


def test_from_an_authority_to_its_changes_and_on_to_the_months(page: Page, root: str, site: Path) -> None:
    latest = min((site / "aendringer" / "socialtilsyn").glob("*.html"))
    page.goto(f"{root}socialtilsyn/{latest.name}")
    page.get_by_role("link", name="Seneste ændringer").click()
    total = page.locator(".log [data-field]").count()
    kind = soup(latest).select("#slags option")[-1]["value"]
    page.get_by_label("Hvad er ændret").select_option(str(kind))
    some = page.locator(f'.log [data-slags~="{kind}"]').count()
    expect(page.get_by_role("status")).to_have_text(f"Viser {some} af {total:,} ændringer på siden.".replace(",", "."))
    page.get_by_role("link", name="Alle måneder").click()
    page.wait_for_url("**/aendringer/index.html")


@pytest.mark.parametrize("width", [1280, 360, 320])
def test_the_pages_never_scroll_sideways(page: Page, root: str, month: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for name in ("index.html", month.name):
        page.goto(f"{root}aendringer/{name}")
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{name} is {wide} px wide at {width}"


def test_without_scripts_everything_is_there_and_no_form(chromium: Browser, site: Path, month: Path) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(month.as_uri())
    expect(page.locator("form.pick")).to_be_hidden()
    assert page.locator(".logday").count() == len(soup(month).select(".logday")) > 0
    expect(page.locator(".log a").first).to_be_visible()
    context.close()
