"""Everything that can be typed into, chosen, sent or clicked, used as a person does it: in Chromium and in Firefox,
from a server and from a folder whose name has what an address must escape.

A test says with `uses` which controls it uses. A control, or an element that a script listens to, that no test uses
fails `test_every_control_is_used_by_a_test`: what is new gets its own.
"""

import csv
import io
import re
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from generator.demo import ODDITIES
from tests.support.firefox import Firefox
from tests.support.reader import InChromium, InFirefox, Reader, shown, shown_for_a_while, until
from tests.support.sites import kinds, states

OFFER = str(ODDITIES["nineteen_versions"])
RENAMED = str(ODDITIES["renamed_by_law"])
FOLDER = "Mine sider æøå 100% %41 #1"

Test = TypeVar("Test", bound=Callable[..., None])
USED: set[str] = set()


def uses(*controls: str) -> Callable[[Test], Test]:
    """Says which controls a test uses, by the names that NAMES gives them."""
    USED.update(controls)
    return lambda test: test


@pytest.fixture(scope="module", params=["http", "file"])
def place(request: pytest.FixtureRequest, site: Path, served: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The site's address, once from a server and once from a folder with an awkward name."""
    if request.param == "http":
        return served
    folder = tmp_path_factory.mktemp("controls") / FOLDER
    shutil.copytree(site, folder)
    return f"{folder.as_uri()}/"


@pytest.fixture(scope="module")
def one_page(chromium: Browser) -> Iterator[tuple[Page, list[str]]]:
    """A page of Chromium's for the whole module, and what it said on the console."""
    context = chromium.new_context(locale="da-DK", viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(f"error: {error}"))
    yield page, said
    context.close()


@pytest.fixture(params=["chromium", "firefox"])
def reader(request: pytest.FixtureRequest) -> Iterator[Reader]:
    """A reader in either browser; the test fails if the browser had anything to say on the console."""
    if request.param == "chromium":
        page, said = request.getfixturevalue("one_page")
        reader: Reader = InChromium(page)
    else:
        firefox: Firefox = request.getfixturevalue("firefox")
        reader, said = InFirefox(firefox), firefox.said
    said.clear()
    yield reader
    assert said == []


# ---- What a person does --------------------------------------------------------------------------


def focus(reader: Reader, selector: str) -> None:
    reader.run("(selector) => document.querySelector(selector).focus()", selector)


def write(reader: Reader, selector: str, text: str) -> None:
    """Types into a field, in the place of what stands there."""
    focus(reader, selector)
    reader.run("(selector) => document.querySelector(selector).select()", selector)
    reader.type(text)


def write_day(reader: Reader, selector: str, digits: str) -> None:
    """Types a date whose day and month are the same, since each browser asks for them in its own order."""
    reader.run("(selector) => document.querySelector(selector).scrollIntoView({ block: 'center' })", selector)
    focus(reader, selector)
    reader.type(digits)


def choose(reader: Reader, selector: str, value: str) -> None:
    """Steps down a list of options by the keyboard until the value stands there."""
    focus(reader, selector)
    for _ in range(60):
        if reader.run("(selector) => document.querySelector(selector).value", selector) == value:
            return
        reader.press("ArrowDown")
    raise AssertionError(f"{selector} has no {value!r}")


def options(reader: Reader, selector: str) -> list[str]:
    found: list[str] = reader.run(
        "(selector) => Array.from(document.querySelector(selector).options, option => option.value)", selector
    )
    return found


def is_in_view(reader: Reader, target: str) -> bool:
    """Whether what a link within the page names can be seen, now that the page has moved there."""
    seen: bool = reader.run(
        """(target) => {
            const { top, bottom } = document.getElementById(target.slice(1)).getBoundingClientRect();
            return top < innerHeight && bottom > 0;
        }""",
        target,
    )
    return seen


def address(reader: Reader) -> str:
    found: str = reader.run("() => location.href")
    return found


def asked(reader: Reader) -> dict[str, list[str]]:
    """What stands in the address after the question mark."""
    return parse_qs(urlsplit(address(reader)).query)


def wait_for(reader: Reader, expected: dict[str, list[str]]) -> None:
    """Waits until this stands in the address."""
    until(lambda: asked(reader) == expected)


def hits(reader: Reader) -> list[str]:
    """The ids of the hits, once the search has settled."""
    until(lambda: reader.run("() => document.querySelector('#resultater[data-search=done]') !== null"))
    ids: list[str] = reader.run(
        "() => Array.from(document.querySelectorAll('[data-tilbudsid]'), hit => hit.dataset.tilbudsid)"
    )
    return ids


def pasted(reader: Reader, field: str) -> str:
    """What lies on the clipboard, pasted into a field by the keyboard."""
    write(reader, field, "x")
    reader.press("Backspace")
    reader.press("Control", "v")
    text: str = until(lambda: reader.run("(selector) => document.querySelector(selector).value", field))
    return text


# ---- Searching from anywhere ---------------------------------------------------------------------


def headers(site: Path) -> dict[str, list[str]]:
    """The pages with a search in their header, by where it leads."""
    found: dict[str, list[str]] = {}
    for page in sorted(site.rglob("*.html")):
        form = re.search(r'<form class="quick"[^>]* action="([^"]*)"', page.read_text(encoding="utf-8"))
        if form is not None:
            found.setdefault(form[1], []).append(page.relative_to(site).as_posix())
    return found


def test_the_search_of_every_header_leads_to_the_search_page(site: Path) -> None:
    pages = headers(site)
    assert pages.pop("/soeg.html") == ["404.html"]  # which a server shows for any address
    for action, those in pages.items():
        assert {urljoin(f"https://host/{page}", action) for page in those} == {"https://host/soeg.html"}
    everywhere = {page.relative_to(site).as_posix() for page in site.rglob("*.html")}
    assert everywhere - {page for those in pages.values() for page in those} == {"404.html", "index.html", "soeg.html"}


@uses("form.quick", "form.quick input[name=q]")
def test_the_header_searches(reader: Reader, place: str, site: Path) -> None:
    for action, (page, *_) in headers(site).items():
        if action.startswith("/") and place.startswith("file"):
            continue
        reader.open(place + page)
        write(reader, "#hurtig", "bosted")
        reader.press("Enter")
        shown(reader, "#antal", "fundet på »bosted«")
        assert hits(reader), page
        assert address(reader) == f"{place}soeg.html?q=bosted"


@uses("form.quick button")
def test_the_button_of_the_header_searches(reader: Reader, place: str) -> None:
    reader.open(f"{place}tilbud/{OFFER}.html")
    write(reader, "#hurtig", "børn & unge 100%")
    reader.click("form.quick button")
    shown(reader, "#antal", "på »børn & unge 100%«")
    assert asked(reader) == {"q": ["børn & unge 100%"]}
    assert reader.run("() => document.getElementById('q').value") == "børn & unge 100%"


@uses("form.find", "form.find input[name=q]", "form.find button")
@pytest.mark.parametrize("way", ["Enter", "button"])
def test_the_start_page_searches(reader: Reader, place: str, way: str) -> None:
    reader.open(f"{place}index.html")
    write(reader, "#q", "bosted")
    if way == "Enter":
        reader.press("Enter")
    else:
        reader.click("form.find button")
    shown(reader, "#antal", "på »bosted«")
    assert hits(reader)
    assert address(reader) == f"{place}soeg.html?q=bosted"


# ---- The search page -----------------------------------------------------------------------------


@uses("#document listens to keydown", "form.find listens to submit", "form.find input[name=q] listens to input")
@pytest.mark.parametrize("way", ["Enter", "button"])
def test_the_search_page_searches(reader: Reader, place: str, way: str) -> None:
    reader.open(f"{place}soeg.html")
    reader.press("/")  # leads into the field
    reader.type("bosted")
    assert "tilbud fundet på »bosted«" in shown(reader, "#antal", "bosted")
    found = hits(reader)
    if way == "Enter":
        reader.press("Enter")
    else:
        reader.click("form.find button")
    assert hits(reader) == found
    assert address(reader) == f"{place}soeg.html?q=bosted"
    focus(reader, "#q")
    reader.press("ArrowDown")
    reader.press("Enter")
    until(lambda: address(reader) == f"{place}tilbud/{found[0]}.html")


@uses("#forslag button", "#forslag button listens to click")
def test_a_suggested_word_is_taken(reader: Reader, place: str) -> None:
    reader.open(f"{place}soeg.html")
    write(reader, "#q", "autis")
    word = shown(reader, "#forslag button", "autis")
    reader.click("#forslag button")
    until(lambda: [text.strip() for text in asked(reader)["q"]] == [word])
    shown(reader, "#antal", f"på »{word}«")


@uses("select#sorter", "select#sorter listens to change")
def test_the_order_is_chosen(reader: Reader, place: str) -> None:
    reader.open(f"{place}soeg.html?q=autisme")
    by_relevance = hits(reader)
    for order in ("navn", "aendret", "pladser"):
        choose(reader, "#sorter", order)
        wait_for(reader, {"q": ["autisme"], "sorter": [order]})
        names = reader.run("() => Array.from(document.querySelectorAll('#resultater h3'), name => name.textContent)")
        assert len(hits(reader)) == len(by_relevance) == len(names)


CHOICES = ("status", "grundlag", "maalgruppe", "kommune", "region", "tilsyn", "ejerform")


@uses("form#filtre", "form#filtre listens to input", *(f"form#filtre input[name={name}]" for name in CHOICES))
@uses("#valgte a listens to click", "form#filtre summary")
def test_a_choice_narrows_and_is_taken_away_again(reader: Reader, place: str) -> None:
    reader.open(f"{place}soeg.html")
    for name in CHOICES:
        box = f"#filtre input[name={name}]"
        until(partial(reader.run, "(box) => document.querySelector(box) !== null", box))
        if not reader.run("(box) => document.querySelector(box).closest('details').open", box):
            reader.click(f"#filtre details:has(input[name={name}]) summary")
        value, number = reader.run(
            """(box) => [document.querySelector(box).value,
                document.querySelector(box).closest('label').querySelector('.num').textContent]""",
            box,
        )
        reader.click(box)
        wait_for(reader, {name: [value]})
        assert shown(reader, "#antal", "fundet").startswith(f"{number} tilbud fundet")
        assert shown(reader, "#valgte a", value) == f"Fjern filter: {value} ×"
        reader.click("#valgte a")
        wait_for(reader, {})
        assert "tilbud i registret" in shown(reader, "#antal", "registret")


@uses(
    *(f"form#filtre input[name={name}]" for name in ("alder", "pladser_fra", "pladser_til", "takst_fra", "takst_til"))
)
@uses("form#filtre select[name=enhed]", "form#filtre listens to submit")
def test_numbers_narrow_and_enter_does_not_reload(reader: Reader, place: str) -> None:
    reader.open(f"{place}soeg.html")
    until(lambda: reader.run("() => document.querySelector('#filtre input[name=kommune]') !== null"))
    reader.run("() => { window.same = true; }")
    typed = {"alder": "20", "pladser_fra": "2", "pladser_til": "90", "takst_fra": "100", "takst_til": "9000"}
    for name, text in typed.items():
        write(reader, f"#{name}", text)
        reader.press("Enter")
    units = options(reader, "#enhed")
    choose(reader, "#enhed", units[1])
    expected = {**{name: [text] for name, text in typed.items()}, "enhed": [units[1]]}
    wait_for(reader, expected)
    assert reader.run("() => window.same")
    chips = ["20 år", "2–90 pladser", f"100–9000 {units[1]}"]
    until(
        lambda: (
            reader.run("() => Array.from(document.querySelectorAll('#valgte .chip'), chip => chip.textContent.trim())")
            == [f"Fjern filter: {words} ×" for words in chips]
        )
    )
    reader.click("#valgte > a:not(.chip)")  # all of them
    wait_for(reader, {})
    assert reader.run("() => document.getElementById('pladser_fra').value") == ""


@uses("form#filtre input[name=siden]")
def test_a_day_narrows(reader: Reader, place: str) -> None:
    reader.open(f"{place}soeg.html")
    until(lambda: reader.run("() => document.querySelector('#filtre input[name=kommune]') !== null"))
    write_day(reader, "#siden", "04042021")
    wait_for(reader, {"siden": ["2021-04-04"]})
    assert "ændret siden 4. april 2021" in shown(reader, "#valgte a")
    assert "tilbud fundet" in shown(reader, "#antal", "fundet")


@uses("form#filtre button", "form#filtre button listens to click")
def test_all_values_of_a_choice_are_shown(reader: Reader, place: str) -> None:
    reader.open(f"{place}soeg.html")
    until(lambda: reader.run("() => document.querySelector('#filtre input[name=kommune]') !== null"))
    count = "() => document.querySelectorAll('#filtre input[name=maalgruppe]').length"
    before = reader.run(count)
    assert shown(reader, "#filtre details:nth-of-type(3) button").startswith("Vis alle ")
    reader.click("#filtre details:nth-of-type(3) button")
    until(lambda: reader.run(count) > before)
    reader.click("#filtre details:nth-of-type(3) button")
    until(lambda: reader.run(count) == before)


@uses("button#flere", "button#flere listens to click")
def test_more_hits_are_shown(reader: Reader, place: str) -> None:
    reader.open(f"{place}soeg.html?q=socialtilsyn")
    assert len(hits(reader)) == 10
    shown(reader, "#flere", "Vis flere")
    reader.click("#flere")
    until(lambda: len(hits(reader)) > 10)


@uses("#raad a listens to click")
def test_the_search_offers_a_way_on(reader: Reader, place: str) -> None:
    reader.open(f"{place}soeg.html?q=autsime")
    shown(reader, "#raad a", "»autisme«")
    reader.click("#raad a")
    wait_for(reader, {"q": ["autisme"]})
    shown(reader, "#antal", "fundet på »autisme«")


@uses("button#gem", "button#gem listens to click")
def test_the_list_is_saved(reader: Reader, place: str) -> None:
    reader.open(f"{place}soeg.html?q=autisme")
    found = hits(reader)
    rows = list(csv.reader(io.StringIO(reader.save(lambda: reader.click("#gem"))), delimiter=";"))
    assert rows[0][:2] == ["Tilbudsid", "Navn"]
    assert [row[0] for row in rows[1:]][: len(found)] == found
    assert rows[1][-1] == f"{place}tilbud/{found[0]}.html"


@uses("button#kopier", "button#kopier listens to click")
def test_the_list_is_copied(reader: Reader, place: str) -> None:
    reader.open(f"{place}soeg.html?q=autisme")
    found = hits(reader)
    reader.click("#kopier")
    until(lambda: reader.run("() => document.getElementById('status').textContent") == "Listen er kopieret.")
    text = pasted(reader, "#q")
    assert text.startswith("Tilbudsid\tNavn\tStatus\t")
    assert f"tilbud/{found[0]}.html" in text


@uses("button#udskriv", "button#udskriv listens to click")
def test_the_list_is_printed(reader: Reader, place: str) -> None:
    reader.open(f"{place}soeg.html?q=autisme")
    number = shown(reader, "#antal", "fundet").split()[0]
    reader.run(
        "() => { window.print = () => { window.rows = document.querySelectorAll('.printed tbody tr').length; }; }"
    )
    reader.click("#udskriv")
    assert until(lambda: reader.run("() => window.rows")) == int(number)


# ---- An offer's page -----------------------------------------------------------------------------


@uses("form#dato", "form#dato listens to submit", "form#dato input[name=dato]", "form#dato button")
@pytest.mark.parametrize("way", ["Enter", "button"])
def test_a_day_is_asked_for(reader: Reader, place: str, site: Path, way: str) -> None:
    first = states(site, OFFER)["versions"][0]["fra"]
    year = int(first[:4]) + 1
    reader.open(f"{place}tilbud/{OFFER}.html")
    write_day(reader, "#asof-dag", f"0606{year}")
    if way == "Enter":
        reader.press("Enter")
    else:
        reader.click("#dato button")
    assert shown(reader, "#dengang h2") == f"Som det så ud den 6. juni {year}"
    assert asked(reader) == {"dato": [f"{year}-06-06"]}
    assert not reader.run("() => document.querySelector('.glance').getClientRects().length")
    reader.click("#dengang .actions a")
    until(lambda: address(reader) == f"{place}tilbud/{OFFER}.html")
    shown(reader, ".glance")


@uses("form#dato select[name=version]", "form#dato select[name=til]")
@uses("form#dato select[name=version] listens to change", "form#dato input[name=dato] listens to input")
def test_two_versions_are_chosen(reader: Reader, place: str) -> None:
    reader.open(f"{place}tilbud/{OFFER}.html")
    write_day(reader, "#asof-dag", "04042021")
    choose(reader, "#asof-version", "3")
    assert reader.run("() => document.getElementById('asof-dag').value") == ""  # one way unchooses the other
    choose(reader, "#asof-til", "9")
    reader.click("#dato button")
    assert shown(reader, "#dengang h2") == "Version 3 ved siden af version 9"
    assert asked(reader) == {"fra": ["3"], "til": ["9"]}


@uses("form#dato select[name=version]")
def test_a_version_is_chosen_and_the_way_back_works(reader: Reader, place: str) -> None:
    reader.open(f"{place}tilbud/{OFFER}.html")
    choose(reader, "#asof-version", "3")
    reader.click("#dato button")
    assert shown(reader, "#dengang h2") == "Som det så ud i version 3"
    reader.run("() => { history.back(); }")
    until(lambda: address(reader) == f"{place}tilbud/{OFFER}.html")
    shown(reader, ".glance")


@uses(
    "#dengang input",
    "#dengang input listens to change",
    "#sammenligning input",
    "#sammenligning input listens to change",
)
@pytest.mark.parametrize(
    ("page", "holder"),
    [
        (f"tilbud/{OFFER}.html?fra=2&til=9", "#dengang"),
        (f"sammenlign.html?id={ODDITIES['renamed']}&id={ODDITIES['moved']}", "#sammenligning"),
    ],
)
def test_only_what_differs_is_shown(reader: Reader, place: str, page: str, holder: str) -> None:
    reader.open(place + page)
    shown(reader, f"{holder} table")
    seen = f"""() => Array.from(document.querySelectorAll('{holder} tr.same'))
        .filter(row => row.getClientRects().length).length"""
    was = reader.run(seen)
    reader.click(f"{holder} label.check")
    assert bool(reader.run(seen)) is not bool(was)
    focus(reader, f"{holder} label.check input")
    reader.press("Space")
    assert reader.run(seen) == was


@uses("#vaelg select#slags", "#vaelg select#slags listens to change", "#vaelg input#alle")
def test_kinds_of_changes_are_chosen(reader: Reader, place: str) -> None:
    reader.open(f"{place}tilbud/{OFFER}.html")
    kind = options(reader, "#slags")[1]
    choose(reader, "#slags", kind)
    assert re.fullmatch(r"Viser \d+ af 19 versioner\.", shown(reader, "#vist", "Viser"))
    fields = reader.run(
        """() => Array.from(document.querySelectorAll('#versioner [data-field]'))
            .filter(line => line.getClientRects().length).map(line => line.dataset.field)"""
    )
    assert fields and set(fields) <= set(kind.split())
    reader.open(f"{place}tilbud/{RENAMED}.html")
    law = "() => document.querySelector('[data-cause=lovaendring]').getClientRects().length > 0"
    assert not reader.run(law)
    reader.click("#alle")
    assert reader.run(law)


@uses(
    "button[data-kopi]",
    "button[data-kopi] listens to click",
    "button[data-kopi-fra]",
    "button[data-kopi-fra] listens to click",
)
def test_numbers_and_the_citation_are_copied(reader: Reader, place: str) -> None:
    reader.open(f"{place}tilbud/{OFFER}.html")
    number = reader.run("() => document.querySelector('[data-kopi]').dataset.kopi")
    with shown_for_a_while(reader, "[data-kopi]", "Kopieret"):
        reader.click("[data-kopi]")
    assert pasted(reader, "#hurtig") == number
    with shown_for_a_while(reader, "[data-kopi-fra]", "Kopieret"):
        reader.click("[data-kopi-fra]")
    assert pasted(reader, "#hurtig") == shown(reader, "#citat")
    shown(reader, "[data-kopi-fra]", "Kopiér henvisningen")


@uses("summary")
def test_what_is_folded_unfolds(reader: Reader, place: str) -> None:
    reader.open(f"{place}tilbud/{OFFER}.html")
    folded = "() => document.querySelector('.changes details ins, .changes details del').checkVisibility()"
    assert not reader.run(folded)
    reader.click(".changes details summary")
    assert reader.run(folded)


def test_a_mark_of_the_timeline_leads_to_its_version(reader: Reader, place: str) -> None:
    reader.open(f"{place}tilbud/{OFFER}.html")
    target = reader.run("() => document.querySelector('.lanes a').getAttribute('href')")
    focus(reader, ".lanes a")
    reader.press("Enter")
    until(lambda: address(reader) == f"{place}tilbud/{OFFER}.html{target}")
    assert until(partial(is_in_view, reader, target))


# ---- Comparing -----------------------------------------------------------------------------------


@uses("input[data-vaelg]", "input[data-vaelg] listens to change", ".tray button", ".tray button listens to click")
@pytest.mark.parametrize("way", ["list", "search"])
def test_offers_are_chosen_and_compared(reader: Reader, place: str, site: Path, way: str) -> None:
    largest = max((site / "kommune").glob("*.html"), key=lambda path: path.stat().st_size)
    reader.open(f"{place}kommune/{largest.name}" if way == "list" else f"{place}soeg.html?q=autisme")
    until(lambda: len(reader.run("() => Array.from(document.querySelectorAll('[data-vaelg]'), box => 1)")) > 2)
    reader.click(".tray button") if reader.run("() => !document.querySelector('.tray').hidden") else None
    ids = reader.run(
        "() => Array.from(document.querySelectorAll('[data-vaelg]'), box => box.dataset.vaelg).slice(0, 2)"
    )
    for identifier in ids:
        reader.click(f"[data-vaelg='{identifier}']")
    assert "2 tilbud valgt." in shown(reader, ".tray", "valgt")
    reader.click(".tray a")
    shown(reader, "#status", "2 tilbud vises i den rækkefølge, de er valgt.")
    assert asked(reader) == {"id": ids}
    reader.click("#sammenligning a.small")  # without the first
    shown(reader, "#status", "Vælg et tilbud mere")
    assert asked(reader) == {"id": ids[1:]}
    reader.open(f"{place}kommune/{largest.name}")
    if reader.run("() => !document.querySelector('.tray').hidden"):
        reader.click(".tray button")
    assert reader.run("() => document.querySelector('.tray').hidden")


# ---- Changes, lists, statistics ------------------------------------------------------------------


@uses("form#vaelg", "form#vaelg listens to change")
@uses(*(f"form#vaelg select[name={name}]" for name in ("slags", "kommune", "socialtilsyn", "grundlag")))
def test_a_month_is_narrowed(reader: Reader, place: str, site: Path) -> None:
    month = max((site / "aendringer").glob("2*.html"), key=lambda path: path.stat().st_size)
    for name in ("slags", "kommune", "socialtilsyn", "grundlag"):
        reader.open(f"{place}aendringer/{month.name}")
        value = options(reader, f"#{name}")[1]
        choose(reader, f"#{name}", value)
        said = shown(reader, "#vaelg [role=status]", "Viser")
        assert re.fullmatch(r"Viser [\d.]+ af [\d.]+ ændringer på siden\.", said)
        wait_for(reader, {name: [value]})
        of = reader.run(
            """(name) => Array.from(document.querySelectorAll('.log [data-field]:not([hidden])'))
                .filter(line => !line.closest('[hidden]'))
                .map(line => (name === 'slags' ? line : line.closest('.log > li')).dataset[name])""",
            name,
        )
        assert of and all(value in one.split() for one in of)
    reader.click(".pager a[rel]")  # the choice goes along
    until(lambda: month.name not in address(reader))
    wait_for(reader, {name: [value]})  # between two pages Firefox may stand on an empty one


def test_a_letter_leads_down_a_long_list(reader: Reader, place: str, site: Path) -> None:
    pages = [page for page in sorted(site.rglob("*.html")) if 'class="jump"' in page.read_text(encoding="utf-8")]
    assert pages
    for page in pages[:2]:
        reader.open(place + page.relative_to(site).as_posix())
        target = reader.run("() => Array.from(document.querySelectorAll('.jump a')).pop().getAttribute('href')")
        reader.click(f".jump a[href='{target}']")
        assert address(reader).endswith(target)
        assert until(partial(is_in_view, reader, target))


def test_a_municipality_of_the_map_leads_to_its_list(reader: Reader, place: str) -> None:
    reader.open(f"{place}kort.html")
    link = reader.run("() => document.querySelector('.country a').getAttribute('href')")
    focus(reader, ".country a")
    reader.press("Enter")
    until(lambda: address(reader) == place + link)


def test_the_figures_are_saved(reader: Reader, place: str) -> None:
    reader.open(f"{place}statistik.html")
    text = reader.save(lambda: reader.click("a[download]"))
    assert ";" in text.splitlines()[0]


# ---- And none besides ----------------------------------------------------------------------------

NAME = """(one) => {
    if (one === window) return 'window';
    if (one.nodeType === Node.DOCUMENT_NODE) return '#document';
    const tag = one.tagName.toLowerCase();
    if (tag === 'form') return one.id ? 'form#' + one.id : 'form.' + one.classList[0];
    if (tag === 'script' || (tag === 'summary' && !one.closest('form'))) return tag;
    const key = Array.from(one.attributes, (attribute) => attribute.name).find((name) => name.startsWith('data-'));
    const holder = one.form || one.closest('form, #forslag, #valgte, #raad, #dengang, #sammenligning, #vaelg, .tray');
    const own = key ? tag + '[' + key + ']' : holder && holder.matches('form') && one.name
        ? tag + '[name=' + one.name + ']' : one.id ? tag + '#' + one.id : tag;
    if (key || !holder) return own;
    return (holder.matches('form') ? holder.id ? 'form#' + holder.id : 'form.' + holder.classList[0]
        : holder.id ? '#' + holder.id : '.' + holder.classList[0]) + ' ' + own;
}"""


def test_every_control_is_used_by_a_test(page: Page, site: Path, served: str) -> None:
    found: set[str] = set()
    inspector = page.context.new_cdp_session(page)
    asked_for = [
        *kinds(site), f"tilbud/{RENAMED}.html", "soeg.html?q=autsime", "soeg.html?kommune=Aarhus&alder=20"
    ]  # fmt: skip
    for where in asked_for:
        page.goto(served + where)
        if "?" in where or where in ("soeg.html", "sammenlign.html"):  # scripts fill it in
            page.wait_for_load_state("networkidle")
        if where == "soeg.html":
            page.keyboard.press("/")
            page.keyboard.type("autis")
            page.locator("#forslag button").first.wait_for()
        found |= set(
            page.evaluate(
                f"() => Array.from(document.querySelectorAll('form, button, input, select, textarea, summary'), {NAME})"
            )
        )
        found |= listened_to(inspector)
    assert sorted(found - USED) == []
    assert sorted(USED - found) == []


def listened_to(inspector: Any) -> set[str]:
    """The elements of a page that a script listens to, and to what."""
    document = inspector.send("Runtime.evaluate", {"expression": "document"})["result"]["objectId"]
    asked_for = {"objectId": document, "depth": -1}
    found = set()
    for one in inspector.send("DOMDebugger.getEventListeners", asked_for)["listeners"]:
        node = inspector.send("DOM.resolveNode", {"backendNodeId": one["backendNodeId"]})["object"]["objectId"]
        name = inspector.send(
            "Runtime.callFunctionOn",
            {
                "objectId": node,
                "functionDeclaration": f"function () {{ return ({NAME})(this); }}",
                "returnByValue": True,
            },
        )["result"]["value"]
        if name != "script":  # data on its way is no control, and gone when it is there
            found.add(f"{name} listens to {one['type']}")
    return found
