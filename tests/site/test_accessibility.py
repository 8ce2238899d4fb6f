"""WCAG 2.1 AA, as far as programs can tell: axe-core on every kind of page, the Nu checker on every page, the keyboard,
zoom, forced colours, reduced motion, and what a screen reader is told.

A program finds perhaps half of what is wrong; the other half was looked for by hand.
"""

import json
import subprocess
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from bs4.filter import SoupStrainer
from playwright.sync_api import Browser, BrowserContext, Page, expect

from generator.demo import ODDITIES
from tests.support.sites import kinds
from tests.support.tools import missing_tool


@pytest.fixture(scope="module")
def axe(node_modules: Path) -> str:
    """The text of axe-core."""
    return (node_modules / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


# All that the dark scheme changes is colours.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
LOOKS: list[tuple[int, Any, dict[str, Any]]] = [
    (1280, "light", {}),
    (320, "light", {}),
    (320, "dark", COLOURS),
    (1280, "dark", COLOURS),
]
# Looks at the whole page, or in the colours of the look before at nothing but what is drawn otherwise than in that: the
# contrast of the rest is the same, and where things come to lie on each other is seen in the light scheme.
LOOK = """async (asked) => {
    const drawn = new Map(Array.from(document.querySelectorAll('*'), (element) => {
        const style = getComputedStyle(element);
        const is_seen = element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
        const looks = ['color', 'backgroundColor', 'backgroundImage', 'opacity', 'fontSize', 'fontWeight', 'textShadow',
            'textDecoration', 'clip', 'clipPath'];
        return [element, is_seen ? looks.map((name) => style[name]).join() : ''];
    }));
    const scheme = matchMedia('(prefers-color-scheme: dark)').matches;
    const before = scheme && window.drawnBefore || new Map();
    window.drawnBefore = scheme && drawn;
    const other = Array.from(drawn).filter(([one, look]) => look && look !== before.get(one)).map(([one]) => one);
    if (other.length === 0) return [];
    const where = before.size ? { include: other } : document;
    return (await axe.run(where, { resultTypes: ['violations'], ...asked })).violations;
}"""


def violations(page: Page, axe: str) -> dict[tuple[int, str, str], list[str]]:
    """What axe finds on a page by width, scheme and rule: the elements, the first three."""
    page.evaluate(axe)
    found = {}
    for width, scheme, asked in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        for one in page.evaluate(LOOK, asked):
            found[width, scheme, one["id"]] = [node["html"][:150] for node in one["nodes"]][:3]
    return found


@pytest.fixture
def bare(chromium: Browser) -> Iterator[Page]:
    """A page without the site's policy, which keeps every script out that is not the site's: also axe's."""
    context = chromium.new_context(bypass_csp=True, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def test_axe_finds_nothing(bare: Page, site: Path, axe: str) -> None:
    found = {}
    for address in kinds(site):  # all in one page: a new one would have to read axe anew
        bare.goto((site / "index.html").as_uri().replace("index.html", address))
        if "?" in address:  # scripts fill it in
            bare.wait_for_load_state("networkidle")
        if here := violations(bare, axe):
            found[address] = here
    assert found == {}


@pytest.mark.parametrize(
    ("dark", "where"),
    [
        ("b { color: #aaa }", (320, "dark")),
        ("@media (width > 600px) { p { background: #111 } }", (1280, "dark")),
        (".wide { color: #eee }", (1280, "dark")),
        ("b { color: #949494 } @media (width > 600px) { b { font-size: 12px } }", (1280, "dark")),
    ],
    ids=[
        "anywhere",
        "on a ground that is another where it is wide",
        "shown where it is wide",
        "small where it is wide",
    ],
)
def test_axe_finds_what_is_too_pale_in_the_dark(bare: Page, axe: str, dark: str, where: tuple[int, str]) -> None:
    light = "b { font-size: 30px } @media (width < 600px) { .wide { display: none } }"
    bare.set_content(
        f"<html lang=da><title>Blegt</title><style>{light} @media (prefers-color-scheme: dark) {{ {dark} }}</style>"
        "<main><h1>Blegt</h1><p><b>Blegt</b><span class=wide>Bredt</span></p></main>"
    )
    assert [look[:2] for look in violations(bare, axe) if look[2] == "color-contrast"] == [where]


def test_the_nu_checker_has_nothing_to_say_of_any_page(site: Path, served: str, node_modules: Path) -> None:
    jar = node_modules / "vnu-jar" / "build" / "dist" / "vnu.jar"
    # From a server, since of a page read from a file it says that the policy's 'self' is nothing; our own is a host
    # that it refuses unless told otherwise.
    pages = [served + page.relative_to(site).as_posix() for page in sorted(site.rglob("*.html"))]
    command = [
        "java",
        "-Dnu.validator.servlet.allow-forbidden-hosts=true",
        "-jar",
        str(jar),
        "--format",
        "json",
        *pages,
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    except FileNotFoundError:
        missing_tool("no Java: `apt-get install default-jdk-headless`")
    messages = json.loads(done.stderr)["messages"]
    assert [(m.get("url", "").removeprefix(served), m.get("lastLine"), m["message"]) for m in messages] == []


@pytest.fixture
def narrow(chromium: Browser) -> BrowserContext:
    """1280 px at 400 %, which WCAG 1.4.10 asks for, is 320 px."""
    return chromium.new_context(viewport={"width": 320, "height": 256})


def test_nothing_scrolls_sideways_at_400_per_cent(narrow: BrowserContext, site: Path) -> None:
    page = narrow.new_page()
    wide = {}
    for address in kinds(site):
        page.goto((site / "index.html").as_uri().replace("index.html", address))
        if (width := page.evaluate("document.documentElement.scrollWidth")) > 320:
            wide[address] = width
    narrow.close()
    assert wide == {}


def test_text_of_twice_the_size_stays_within_the_page(chromium: Browser, site: Path) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True)
    page = context.new_page()
    wide = {}
    for address in kinds(site):
        page.goto((site / "index.html").as_uri().replace("index.html", address))
        page.add_style_tag(content="html { font-size: 200% }")
        if (width := page.evaluate("document.documentElement.scrollWidth")) > 1280:
            wide[address] = width
    context.close()
    assert wide == {}


def test_the_keyboard_reaches_everything_and_shows_where_it_is(page: Page, root: str) -> None:
    page.goto(f"{root}tilbud/{ODDITIES['nineteen_versions']}.html")
    total = page.locator("a[href]:visible, button:visible, input:visible, select:visible, summary:visible").count()
    reached = set()
    for _ in range(total + 20):
        page.keyboard.press("Tab")
        told = page.evaluate(
            """() => {
                const here = document.activeElement;
                if (here === document.body) return null;
                const style = getComputedStyle(here);
                const all = Array.from(document.querySelectorAll('*'));
                // Inside a date field the browser itself shows which part has the focus.
                const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
                return [all.indexOf(here), outlined || here.type === 'date'];
            }"""
        )
        if told is None:
            break
        assert told[1], f"element {told[0]} has the focus, and nothing shows it"
        reached.add(told[0])
    assert len(reached) >= total


def test_the_first_key_leads_past_the_menu(page: Page, root: str) -> None:
    page.goto(f"{root}tilbud/{ODDITIES['moved']}.html")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Gå til indholdet")
    page.keyboard.press("Enter")
    assert page.url.endswith("#indhold")


def test_colours_of_the_readers_own_lose_nothing(chromium: Browser, site: Path) -> None:
    context = chromium.new_context(forced_colors="active", color_scheme="dark")
    page = context.new_page()
    page.goto((site / "tilbud" / f"{ODDITIES['order_given']}.html").as_uri())
    # A status is told by its shape: a ground that forced colours take away would leave only the word.
    painted = page.locator(".st").first.evaluate("e => getComputedStyle(e, '::before').backgroundColor")
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert painted != paper
    bars = page.locator(".lanes rect.span").first.evaluate("e => getComputedStyle(e).fill")
    assert bars != paper
    page.goto(f"{(site / 'soeg.html').as_uri()}?q=autisme")
    mark = page.locator("mark").first.evaluate("e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]")
    assert mark[0] != mark[1] != "rgba(0, 0, 0, 0)"
    lines = page.locator(".menu a").evaluate_all("all => all.map(e => getComputedStyle(e).borderBottomColor)")
    assert [line != paper for line in lines].count(True) == 1, "the page's own item is told by its line"
    context.close()


def test_motion_is_for_those_who_want_it(chromium: Browser, site: Path) -> None:
    wishes: tuple[tuple[Any, str], ...] = (("reduce", "auto"), ("no-preference", "smooth"))
    for wish, behaviour in wishes:
        context = chromium.new_context(reduced_motion=wish)
        page = context.new_page()
        page.goto((site / "index.html").as_uri())
        assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == behaviour
        context.close()


def test_a_screen_reader_is_told_what_the_timeline_shows(page: Page, root: str) -> None:
    page.goto(f"{root}tilbud/{ODDITIES['nineteen_versions']}.html")
    figure = page.get_by_role("figure", name="Tidslinje fra")
    expect(figure).to_be_visible()
    expect(figure.get_by_role("img", name="Status: Godkendt fra")).to_be_visible()
    expect(figure.get_by_role("img", name="Pladser: ")).to_be_visible()
    expect(figure.get_by_role("link", name="Version 1, ")).to_be_visible()
    expect(page.get_by_role("banner")).to_have_count(1)
    expect(page.get_by_role("main")).to_have_count(1)
    expect(page.get_by_role("contentinfo")).to_have_count(1)
    expect(page.get_by_role("navigation", name="Hovedmenu")).to_be_visible()
    expect(page.get_by_role("navigation", name="På denne side")).to_be_visible()
    expect(page.get_by_role("region", name="Historik")).to_be_visible()


def test_headings_step_down_one_level_at_a_time(site: Path) -> None:
    headings = ["h1", "h2", "h3", "h4", "h5"]
    for page in site.rglob("*.html"):
        html = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser", parse_only=SoupStrainer(headings))
        levels = [int(heading.name[1]) for heading in html.find_all(headings)]
        assert levels.count(1) == 1 and levels[0] == 1, page
        assert all(b <= a + 1 for a, b in pairwise(levels)), (page, levels)


def test_what_changes_on_a_page_is_announced(page: Page, root: str) -> None:
    """The live regions, as the accessibility tree has them."""
    page.goto(f"{root}tilbud/{ODDITIES['nineteen_versions']}.html")
    page.get_by_label("Vis ændringer af").select_option(index=1)
    expect(page.get_by_role("status").filter(has_text="Viser ")).to_be_visible()
    page.goto(f"{root}sammenlign.html?id={ODDITIES['moved']}")
    expect(page.get_by_role("status").filter(has_text="Vælg et tilbud mere")).to_be_visible()
    page.goto(f"{root}tilbud/{ODDITIES['nineteen_versions']}.html")
    page.get_by_label("eller version").select_option(index=2)
    page.get_by_role("button", name="Vis", exact=True).click()
    expect(page.locator("#dengang")).to_be_focused()  # a whole new content: the focus is moved to it
    expect(page.get_by_role("region", name="Som det så ud i version")).to_be_visible()
