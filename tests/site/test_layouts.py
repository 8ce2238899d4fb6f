"""From a dump in each layout to a site, by the command line."""

import json
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from generator.demo import ODDITIES, Layout
from tests.support.register import make_demo, real_documents, run, run_ok, write_dump
from tests.support.sites import AGREEMENT, everything

OTHERS: tuple[Layout, ...] = ("history", "periods", "current")
NAMES = {"history": r"\d+", "periods": r"\d{8}T\d{6}Z", "current": r"\d{8}T\d{6}Z"}


def soup(page: Path) -> BeautifulSoup:
    return BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")


@pytest.fixture(scope="module", params=OTHERS)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Layout, Path]:
    """A layout, and the folder of the demo register in it, pulled twice and built."""
    folder = make_demo(tmp_path_factory.mktemp(request.param) / "register", layout=request.param)
    run_ok("build", folder=folder)
    return request.param, folder


def test_every_offer_has_its_page_as_in_any_layout(made: tuple[Layout, Path], site: Path) -> None:
    _, folder = made
    assert {p.name for p in (folder / "site" / "tilbud").glob("*.html")} == {
        p.name for p in (site / "tilbud").glob("*.html")
    }
    assert run_ok("search", "krisecenter", "--json", folder=folder).count("tilbudsId") > 0


def test_every_version_has_its_entry_and_is_led_to(made: tuple[Layout, Path]) -> None:
    layout, folder = made
    entries = 0
    for page in (folder / "site" / "tilbud").glob("*.html"):
        found = soup(page)
        for entry in found.select("[data-version]"):
            assert re.fullmatch(NAMES[layout], str(entry["data-version"])), page
            assert entry["id"] == f"version-{entry['data-version']}"
            assert entry.select_one("time[datetime]") is not None
            entries += 1
        assert not found.select('[data-field*="periode"], [data-field*="sidstOpdateret"], [data-field*="versioner"]')
    assert entries > (300 if layout != "current" else 40)
    links = [str(a["href"]) for a in soup(folder / "site" / "index.html").select('a[href*="#version-"]')]
    assert links
    for link in links:
        address, _, anchor = link.partition("#")
        assert soup(folder / "site" / address).find(id=anchor) is not None, link


def test_the_current_state_is_the_same_in_every_layout(made: tuple[Layout, Path], site: Path) -> None:
    _, folder = made
    for oddity in ("renamed", "unknown_field", "ceased", "vanished", "markup_in_texts"):
        name = f"{ODDITIES[oddity]}.html"
        found, expected = (soup(root / "tilbud" / name).select_one("h1") for root in (folder / "site", site))
        assert found is not None and expected is not None
        assert found.get_text(" ", strip=True) == expected.get_text(" ", strip=True)


@pytest.mark.parametrize("layout", OTHERS)
def test_what_is_withheld_reaches_no_output_of_any_layout(layout: Layout, tmp_path: Path) -> None:
    """Every leader ever named is searched for in every file, index included."""
    run_ok("init", folder=tmp_path)
    mapping = tmp_path / "mapping.toml"
    text = mapping.read_text(encoding="utf-8").replace('layout = "version"', f'layout = "{layout}"')
    mapping.write_text(text, encoding="utf-8")
    documents = real_documents(layout=layout)
    write_dump(tmp_path / "dump.ndjson", documents)
    run_ok("pull", "--from", "dump.ndjson", "--environment", "preprod", "--complete", folder=tmp_path)
    agreement = tmp_path / "agreement.toml"
    terms = AGREEMENT + 'withhold = ["kontakt.leder", "tilbud.driftsherre", "takster[].ydelse"]\n'
    agreement.write_text(terms, encoding="utf-8")
    run_ok("build", folder=tmp_path)
    leaders = set(re.findall(r'"leder": "([^"]+)"', json.dumps(documents, ensure_ascii=False)))
    assert len(leaders) > 5
    shown = everything(tmp_path)
    assert [leader for leader in leaders if leader in shown] == []
    assert 'data-field="takster"' not in shown and 'data-field="driftsherre"' not in shown
    agreement.write_text(terms.replace("takster[].ydelse", "versioner"), encoding="utf-8")
    done = run("build", folder=tmp_path)
    assert done.returncode == 2 and "'versioner' matches nothing" in done.stderr, "paths are those of a version"


def test_a_register_of_another_layout_is_said_and_leaves_the_old_site(tmp_path: Path) -> None:
    folder = make_demo(tmp_path / "register", offers=3, layout="history")
    run_ok("build", folder=folder)
    mapping, index = folder / "mapping.toml", folder / "site" / "index.html"
    before = index.stat()
    mapping.write_text(mapping.read_text(encoding="utf-8").replace('"history"', '"version"', 1), encoding="utf-8")
    done = run("build", folder=folder)
    said = "10000 ser ud som document.layout = 'history'; mapping.toml siger 'version': ret document.layout"
    assert done.returncode == 5 and said in done.stderr
    assert index.stat() == before
    assert "10002" in (folder / "register.sqlite.unreadable.txt").read_text(encoding="utf-8")
