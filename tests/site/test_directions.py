"""Names that turn the direction of a line, or are written from the right, read as they are, and so does the line."""

import json
import re
import zlib
from base64 import b64decode
from pathlib import Path
from typing import Any

import orjson
import pytest
from playwright.sync_api import Page

from generator.demo import dump_lines
from tests.support.register import run_ok, write_dump

TURNED = "Botilbud \u202eneremmaH\u202c 12"
READ = "Botilbud neremmaH 12"
ARABIC = "دار السلام"
TURNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
ESCAPED = re.compile(r"\\u(?:061c|200[ef]|202[a-e]|206[6-9])", re.IGNORECASE)
ISOLATED = re.compile("\u2068[\u0590-\u08ff][^\u2066-\u2069]*\u2069")

# Along a line each sign stands to the right of the one before it; within words from the right it may not.
DISORDER = """() => {
    const wrong = [];
    const blockOf = (node) => {
        let block = node.parentElement;
        while (/^(inline|contents)$/.test(getComputedStyle(block).display)) block = block.parentElement;
        return block;
    };
    const isRight = (sign) => /[\\u0590-\\u08ff]/.test(sign);
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    let before = null;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (!node.parentElement.checkVisibility() || node.parentElement.closest('.vh, select')) continue;
        const block = blockOf(node);
        if (!isRight(block.textContent)) continue;
        const range = document.createRange();
        for (let place = 0; place < node.data.length; place += 1) {
            range.setStart(node, place);
            range.setEnd(node, place + 1);
            const [box] = range.getClientRects();
            if (!box || !box.width) continue;
            const sign = { text: node.data[place], box, block, inside: isRight(node.data) && node.parentElement };
            if (before && before.block === block && Math.abs(before.box.bottom - box.bottom) < 4
                && !(before.inside && before.inside === sign.inside) && box.left < before.box.left - 1) {
                wrong.push(block.textContent.trim().slice(0, 120) + ' | ' + before.text + sign.text);
            }
            before = sign;
        }
    }
    return Array.from(new Set(wrong));
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of few offers: one with a name that turns the line, two with all that can be in Arabic."""
    folder = tmp_path_factory.mktemp("directions")
    run_ok("demo", folder, "--offers", "10", folder=folder)
    documents = [orjson.loads(line) for line in dump_lines(10, 1)]
    ids = list(dict.fromkeys(document["_source"]["TilbudEnvelope"]["tilbudsId"] for document in documents))
    for document in documents:
        envelope = document["_source"]["TilbudEnvelope"]
        change(envelope["tilbud"], ids.index(envelope["tilbudsId"]), envelope["version"])
    write_dump(folder / "changed.ndjson", documents)
    run_ok("pull", "--from", "changed.ndjson", "--complete", folder=folder)
    run_ok("build", folder=folder)
    return folder / "site"


def change(tilbud: dict[str, Any], offer: int, version: Any) -> None:
    if offer == 0:
        tilbud["navn"] = TURNED
    elif offer in (1, 2):
        tilbud["navn"] = f"Huset {ARABIC} {version}"
        tilbud["adresse"]["kommunenavn"] = ARABIC
        tilbud["driftsherre"]["navn"] = f"{ARABIC} (fond) 7"
        tilbud["metoder"] = [ARABIC, "KRAP 2", ARABIC]
        tilbud["maalgrupper"] = [{"navn": ARABIC, "alderFra": 18, "alderTil": 64}]
        tilbud["takster"] = [{"ydelse": ARABIC, "beloeb": 1500 + int(version), "enhed": "kr. pr. døgn"}]
        tilbud["beskrivelse"] = f"1. {ARABIC}, 2 pladser; autisme \u200f3 {ARABIC}"
        tilbud["godkendelse"]["socialtilsyn"] = f"Socialtilsyn {ARABIC}"


def address_of(site: Path, words: str) -> str:
    """The offer's page with this in its heading."""
    pages = ((page.name, page.read_text(encoding="utf-8")) for page in sorted((site / "tilbud").glob("*.html")))
    return next(f"tilbud/{name}" for name, text in pages if f"<h1>{words}" in text)


def pages(site: Path) -> list[str]:
    """The largest page of each folder and all others, an offer's states, and a comparison."""
    arabic, turned = address_of(site, f"Huset <bdi>{ARABIC}"), address_of(site, READ)
    ids = [re.sub(r".*/|\.html", "", address) for address in (arabic, turned)]
    folders = sorted({page.parent for page in site.rglob("*/*.html")})
    largest = [
        max(folder.glob("*.html"), key=lambda page: page.read_text("utf-8").count("<bdi>")) for folder in folders
    ]
    return [
        *(page.name for page in sorted(site.glob("*.html")) if page.name != "404.html"),
        *(page.relative_to(site).as_posix() for page in largest),
        *(f"{arabic}?{asked}" for asked in ("version=1", "fra=1&til=2")),
        f"sammenlign.html?id={ids[0]}&id={ids[1]}",
        "soeg.html?q=autisme",
        f"soeg.html?q=huset&maalgruppe={ARABIC}&kommune={ARABIC}",
    ]


def test_every_line_reads_from_left_to_right(page: Page, site: Path) -> None:
    found: dict[str, list[str]] = {}
    arabic = 0
    for address in pages(site):
        page.goto(f"{site.as_uri()}/{address}")
        if "?" in address:
            page.wait_for_load_state("networkidle")
        page.evaluate("() => document.querySelectorAll('details').forEach(one => { one.open = true; })")
        arabic += page.locator("bdi").count()
        if wrong := page.evaluate(DISORDER):
            found[address] = wrong
    assert found == {}
    assert arabic > 50


def test_a_name_that_turns_the_line_reads_as_it_is_written(page: Page, site: Path) -> None:
    page.goto(f"{site.as_uri()}/{address_of(site, READ)}")
    assert page.locator("h1").inner_text().startswith(READ)
    assert READ in page.title()
    page.goto(f"{site.as_uri()}/soeg.html?q=neremmah")
    page.wait_for_selector("#resultater[data-search=done]")
    assert page.locator("#resultater h3").first.inner_text() == READ


def test_where_no_element_may_stand_signs_isolate(page: Page, site: Path) -> None:
    page.goto(f"{site.as_uri()}/{address_of(site, f'Huset <bdi>{ARABIC}')}")
    assert f"Huset \u2068{ARABIC}\u2069 " in page.title()
    months = [one for one in sorted(site.rglob("aendringer/*.html")) if f"\u2068{ARABIC}" in one.read_text("utf-8")]
    options = re.findall(r"<option[^>]*>([^<]*)", months[0].read_text(encoding="utf-8"))
    assert [one for one in options if f"\u2068{ARABIC}\u2069" in one]
    feed = (site / "aendringer" / "feed.xml").read_text(encoding="utf-8")
    assert f"Huset \u2068{ARABIC}\u2069 " in feed


def test_no_file_holds_a_sign_of_the_source_that_turns_a_line(site: Path) -> None:
    for file in sorted(site.rglob("*.*")):
        text = unpacked(file)
        if file.suffix in (".html", ".xml"):
            text = ISOLATED.sub("", text)
        assert not TURNS.search(text), file
        assert file.name == "site.js" or not ESCAPED.search(text), file


def unpacked(file: Path) -> str:
    """What a file says; the long texts of the search are packed."""
    text = file.read_text(encoding="utf-8")
    if file.name.startswith("texts-"):
        packed = json.loads(text[text.index(",") + 1 : text.rindex(")")])
        return zlib.decompress(b64decode(packed), -15).decode()
    return text
