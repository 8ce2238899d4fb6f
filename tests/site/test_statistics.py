"""The statistics of the demo site: the same figures as elsewhere on it, and the same in page and file."""

import csv
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from tests.support.register import real_documents, run_ok, write_dump
from tests.support.sites import AGREEMENT

PAGES = ("", "grundlag", "kommuner", "region", "socialtilsyn", "ejerform", "takster", "varighed")


def page(site: Path, name: str) -> BeautifulSoup:
    path = site / "statistik" / f"{name}.html" if name else site / "statistik.html"
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def file(site: Path, name: str) -> list[dict[str, str]]:
    path = site / "data" / f"statistik-{name or 'tilbud'}.csv"
    return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))


def table(of: BeautifulSoup, caption: str) -> list[list[str]]:
    """The rows of a table, numbers as their `value` with a decimal comma, as a file has them."""
    (found,) = (t for t in of.select("table") if t.caption is not None and t.caption.get_text() == caption)
    return [[value(cell) for cell in row.select("th, td") if cell.svg is None] for row in found.select("tbody tr")]


def value(cell: Tag) -> str:
    data = cell.find("data")
    if isinstance(data, Tag):
        return re.sub(r"\.0$", "", str(data["value"])).replace(".", ",")
    text = cell.get_text().replace("\u00a0", " ")
    return "" if text == "Ingen data" else text


def test_now_is_what_the_start_page_says(site: Path) -> None:
    start = BeautifulSoup((site / "index.html").read_text(encoding="utf-8"), "html.parser")
    active, places = (int(str(data["value"])) for data in start.select(".hero .lead data")[:2])
    now = file(site, "")[-1]
    assert (int(now["Tilbud"]), int(now["Pladser"])) == (active, places)
    assert active > 25 and places > 500
    for name in ("kommuner", "region", "socialtilsyn", "ejerform"):
        rows = [row for row in file(site, name) if row["År"] == now["År"]]
        assert sum(int(row["Tilbud"]) for row in rows) == active, name
        assert sum(int(row["Pladser"] or 0) for row in rows) == places, name


def test_now_is_what_the_lists_say(site: Path) -> None:
    for name in ("grundlag", "socialtilsyn", "kommuner"):
        links = page(site, name).select("table th a")
        assert links
        for link in links:
            listed = BeautifulSoup((site / "statistik" / str(link["href"])).read_text(encoding="utf-8"), "html.parser")
            lead = listed.select_one(".lead")
            row = link.find_parent("tr")
            assert lead is not None and row is not None
            number = row.select("td data")[0].get_text()
            assert lead.get_text().replace("\u00a0", " ").startswith(f"{number} tilbud i drift"), link.get_text()


def test_the_years_add_up(site: Path) -> None:
    before = 0
    for row in file(site, ""):
        assert int(row["Tilbud"]) == before + int(row["Nye"]) - int(row["Ophørte"]), row
        before = int(row["Tilbud"])


def test_the_file_says_what_the_page_does(site: Path) -> None:
    overview, years = page(site, ""), file(site, "")
    newest_first = [list(row.values())[:5] for row in reversed(years)]
    assert table(overview, "Tilbud i drift og deres pladser, år for år") == [row[:3] for row in newest_first]
    assert table(overview, "Nye og ophørte, år for år") == [[row[0], *row[3:]] for row in newest_first]
    for name, title in (("grundlag", "Juridisk grundlag"), ("region", "Region"), ("ejerform", "Ejerform")):
        by_name: dict[str, list[list[str]]] = {}
        for row in file(site, name):
            by_name.setdefault(row[title], []).insert(0, [row["År"], row["Tilbud"], row["Pladser"]])
        assert by_name
        for of, rows in by_name.items():
            held = of.replace(" ", "\u00a0") if name == "grundlag" and "§" in of else of
            assert table(page(site, name), f"{held}, år for år") == rows
    now, first = years[-1]["År"], years[0]["År"]
    municipalities = {(row["Kommune"], row["År"]): row for row in file(site, "kommuner")}
    for name, offers, before, places, change in table(page(site, "kommuner"), "Kommuner efter navn"):
        assert municipalities[name, now]["Tilbud"] == offers
        assert (municipalities[name, first]["Pladser"], municipalities[name, now]["Pladser"]) == (before, places)
        lacking = any(int(municipalities[name, year]["Tilbud, der mangler pladstal"]) for year in (first, now))
        assert change in ("", "Ukendt") or int(change) == int(places) - int(before)
        assert (change == "Ukendt") == lacking or not change
    units = {row["Enhed"] for row in file(site, "takster")}
    assert units
    for unit in units:
        rows = [list(row.values())[1:] for row in file(site, "takster") if row["Enhed"] == unit]
        assert table(page(site, "takster"), f"Ydelser med takster i {unit}") == rows


def test_no_table_mixes_units(site: Path) -> None:
    for section in page(site, "takster").select("section.sec"):
        captions = [caption.get_text() for caption in section.select("figcaption, caption")]
        name = section.h2.get_text() if section.h2 else ""
        assert all(name in caption for caption in captions), captions


@pytest.mark.parametrize("name", PAGES)
def test_a_drawing_has_its_words_and_its_table(site: Path, name: str) -> None:
    found = page(site, name)
    drawings = found.select("main figure svg[role=img]")
    assert drawings or name == "kommuner"
    assert all(str(svg["aria-label"]).strip() for svg in drawings)
    for figure in found.select("main figure"):
        following = figure.find_next_sibling()
        assert figure.table is not None or (following is not None and following.name == "table")
    assert found.select_one(".menu [aria-current]") is not None
    assert [a.get("href") for a in found.select(".onpage [aria-current]")] == [
        f"{'../' if name else ''}statistik{f'/{name}' if name else ''}.html"
    ]


def test_without_downloads_and_history_there_is_neither(tmp_path: Path) -> None:
    run_ok("init", folder=tmp_path)
    write_dump(tmp_path / "dump.ndjson", real_documents())
    run_ok("pull", "--from", "dump.ndjson", "--environment", "preprod", "--complete", folder=tmp_path)
    (tmp_path / "agreement.toml").write_text(AGREEMENT, encoding="utf-8")
    run_ok("build", folder=tmp_path)
    site = tmp_path / "site"
    assert not (site / "data").exists()
    assert all("data/statistik" not in p.read_text(encoding="utf-8") for p in site.rglob("*.html"))
    years = table(page(site, ""), "Tilbud i drift og deres pladser, år for år")
    assert len(years) > 1

    terms = AGREEMENT.replace("history = true", "history = false\ndownloads = true")
    (tmp_path / "agreement.toml").write_text(terms, encoding="utf-8")
    run_ok("build", folder=tmp_path)
    assert [[row["År"], row["Tilbud"], row["Pladser"]] for row in file(site, "")] == years[:1]
    assert not (site / "statistik" / "varighed.html").exists()
    for name in PAGES[:-1]:
        assert page(site, name).select("main figure:has(.step), .spark") == [], name
