"""The ways in: map, regions, municipalities, companies, new offers; their numbers agree with each other."""

import csv
import json
import re
from collections import Counter
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Page, expect

from generator.demo.places import MUNICIPALITIES
from generator.pages.danish import short


@cache
def soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def pages(site: Path, folder: str) -> dict[str, BeautifulSoup]:
    return {page.name: soup(page) for page in (site / folder).glob("*.html")}


def table(page: BeautifulSoup, heading: str) -> Tag | None:
    return next((t for t in page.select(".offers") if t.caption and t.caption.get_text().startswith(heading)), None)


def listed(page: BeautifulSoup, heading: str = "") -> list[str]:
    """The offers' file names under one heading, or in all of the page's lists."""
    if not heading:
        return [str(a["href"]).rpartition("/")[2] for a in page.select(".offers th[scope=row] > a")]
    found = table(page, heading)
    return [str(a["href"]).rpartition("/")[2] for a in found.select("th[scope=row] > a")] if found else []


def values(row: Tag) -> list[int]:
    return [int(str(data["value"])) for data in row.select("data")]


def first_day(page: BeautifulSoup) -> date | None:
    """When the first version that an offer's page tells of began."""
    entries = page.select("[data-version]")
    time = entries[-1].select_one("time[datetime]")
    return date.fromisoformat(str(time["datetime"])[:10]) if time else None


def test_the_map_and_its_table_say_what_the_municipalities_lists_say(site: Path) -> None:
    page = soup(site / "kort.html")
    titles = {str(a["href"]): a.select_one("title") for a in page.select("svg a")}
    rows = {str(row.a["href"]): values(row) for row in page.select("#tabel tbody tr") if row.a}
    assert set(titles) == set(rows)
    assert len(rows) > 10
    for address, (places, offers) in rows.items():
        in_operation = table(soup(site / address), "Tilbud i drift")
        numbers = [values(row) for row in in_operation.select("tbody tr")] if in_operation else []
        assert (places, offers) == (sum(sum(found) for found in numbers), len(numbers))
        title = titles[address]
        assert title is not None
        assert offers == 0 or (f"{places}\xa0plads" in title.get_text() and f"{offers}\xa0tilbud" in title.get_text())


def test_the_map_shows_all_municipalities_also_those_without_an_offer(site: Path) -> None:
    page = soup(site / "kort.html")
    names = {title.get_text().partition(":")[0] for title in page.select("svg title")}
    assert len(names) == len(page.select("#tabel tbody tr")) == 98
    assert {"Læsø", "Bornholm", "Frederiksberg"} <= names
    assert len(page.select(".levels li")) >= 3


def test_a_municipality_s_dots_are_its_offers_in_operation(site: Path) -> None:
    dots = 0
    for page in pages(site, "kommune").values():
        offers = set(listed(page, "Tilbud i drift"))
        drawn = [str(a["href"]).rpartition("/")[2] for a in page.select(".map svg a")]
        assert set(drawn) <= offers and len(drawn) == len(set(drawn))
        names = {a.get_text(): str(a["href"]).rpartition("/")[2] for a in page.select(".offers th[scope=row] > a")}
        for a in page.select(".map svg a"):
            assert any(a.get_text(strip=True).startswith(name) for name in names)
        dots += len(drawn)
        if page.select_one(".map"):
            untold = re.findall(r"(\d+)\xa0tilbud har ", page.select_one(".map figcaption").get_text())  # type: ignore[union-attr]
            assert len(drawn) + sum(map(int, untold)) == len(offers)
    assert dots > 20


def test_regions_hold_the_offers_of_their_municipalities_and_no_others(site: Path) -> None:
    region_of = {town.code: town.region for town in MUNICIPALITIES}
    expected: dict[str, set[str]] = {}
    for name, page in pages(site, "kommune").items():
        region = region_of.get(name.removesuffix(".html"))
        if region:
            expected.setdefault(f"Region {region}", set()).update(listed(page))
    found = {page.h1.get_text(): set(listed(page)) for page in pages(site, "region").values() if page.h1}
    assert found == expected
    assert {page.name for page in (site / "region").iterdir()} <= {f"{code}.html" for code in range(1081, 1086)}


def test_every_list_is_sorted_and_says_how_many_it_holds(site: Path) -> None:
    for folder in ("kommune", "region", "grundlag", "virksomhed"):
        for page in pages(site, folder).values():
            for offers in page.select(".offers"):
                number = offers.select_one("caption .num")
                assert number is not None and int(number.get_text()) == len(offers.select("tbody tr"))
            names = [a.get_text().casefold() for a in page.select(".offers tbody th a")]
            assert names
            for link in page.select(".jump a"):
                assert page.find(id=str(link["href"])[1:]) is not None


def test_the_company_that_runs_an_offer_lists_it(site: Path) -> None:
    checked = 0
    for page in pages(site, "kommune").values():
        for row in page.select(".offers tbody tr"):
            holder = row.select_one('td[data-label="Driftsherre"] a')
            offer = row.select_one("th a")
            if holder is None or offer is None:
                continue
            company = soup(site / "kommune" / str(holder["href"]))
            name = str(offer["href"]).rpartition("/")[2]
            [own] = [r for r in company.select(".offers tbody tr") if r.select(f'th > a[href$="/{name}"]')]
            role = own.select_one('td[data-label="Rolle"]')
            assert role is not None and re.search("Driftsherre|Virksomhed", role.get_text())
            checked += 1
    assert checked > 20


def test_ceased_offers_tell_what_they_may_have_gone_on_as(site: Path) -> None:
    told: dict[str, set[str]] = {}
    for row in soup(site / "ophoerte.html").select(".offers tbody tr"):
        offer, *after = [str(a["href"]) for a in row.select("th a")]
        told[offer] = set(after)
    expected = {
        f"tilbud/{name}": {
            str(a["href"]).removeprefix("../")
            for line in page.select(".succession p")
            if line.get_text().startswith("Muligvis fortsat som")
            for a in line.select("a:not(.term)")
        }
        for name, page in pages(site, "tilbud").items()
    }
    assert told == {offer: expected[offer] for offer in told}
    assert any(told.values()) and not any(after for offer, after in expected.items() if offer not in told)


def test_all_companies_stand_in_one_list_by_letter(site: Path) -> None:
    page = soup(site / "virksomheder.html")
    links = [str(a["href"]) for a in page.select(".ways a")]
    assert sorted(links) == sorted(f"virksomhed/{path.name}" for path in (site / "virksomhed").iterdir())
    for section in page.select("section.sec"):
        letter = section.h2.get_text() if section.h2 else ""
        if letter == "Å":
            continue  # stands for Aa as well
        assert all(a.get_text().upper().startswith(letter) for a in section.select("a")) or not letter.isalpha()


def test_new_offers_are_those_whose_first_version_is_new(site: Path) -> None:
    page = soup(site / "nye.html")
    said = page.select_one(".lead time")
    assert said is not None
    since = date.fromisoformat(str(said["datetime"]))
    first = {name: first_day(offer) for name, offer in pages(site, "tilbud").items()}
    latest = date.fromisoformat(max(str(t["datetime"])[:10] for t in soup(site / "index.html").select(".hero time")))
    expected = {name for name, day in first.items() if day and since <= day <= latest}
    assert set(listed(page)) == expected
    days = [str(time["datetime"]) for time in page.select('td[data-label="I registret fra"] time')]
    assert all(earlier >= later for earlier, later in pairwise(days))
    assert len(days) == len(expected) > 0
    assert since.day == 1


def test_the_start_page_leads_to_every_way_in(site: Path) -> None:
    links = {str(a["href"]) for a in soup(site / "index.html").select("main a")}
    assert {"kort.html", "nye.html", "ophoerte.html", "virksomheder.html"} <= links
    for folder in ("kommune", "region", "grundlag", "maalgruppe", "socialtilsyn"):
        assert {f"{folder}/{page.name}" for page in (site / folder).glob("*.html")} <= links


def test_a_municipality_can_be_chosen_on_the_map(page: Page, site: Path) -> None:
    page.goto((site / "kort.html").as_uri())
    link = page.locator("svg a", has_text="Aarhus:")
    link.locator("path").click(position={"x": 20, "y": 30}, force=True)
    page.wait_for_url("**/kommune/0751.html")
    expect(page.locator("h1")).to_have_text("Aarhus")
    dot = page.locator(".map svg a").last
    name = dot.locator("title").text_content() or ""
    dot.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/tilbud/*.html")
    assert name.startswith(page.locator("h1").inner_text())


def test_the_filters_of_the_search_count_as_the_lists_do(demo: Path, site: Path) -> None:
    facets = json.loads((demo / "register.sqlite.search" / "facets.json").read_text(encoding="utf-8"))
    for kind in ("maalgruppe", "kommune"):
        counted = Counter(
            short(name) for one in facets for name in ([one[kind]] if isinstance(one[kind], str) else one[kind]) if name
        )
        for page in pages(site, kind).values():
            assert page.h1 is not None
            assert counted[page.h1.get_text()] == len(page.select(".offers tbody tr")), page.h1.get_text()
        assert len(counted) == len(pages(site, kind))


def test_the_kinds_of_ownership_are_those_of_the_statistics(demo: Path, site: Path) -> None:
    facets = json.loads((demo / "register.sqlite.search" / "facets.json").read_text(encoding="utf-8"))
    active = [one for one in facets if one["status"] not in ("Ophørt", "Ikke længere i registret")]
    counted = Counter(one["ejerform"] or "Ikke oplyst" for one in active)
    text = (site / "data" / "statistik-ejerform.csv").read_text(encoding="utf-8-sig")
    _, *rows = csv.reader(text.splitlines(), delimiter=";")
    now = {name: int(offers) for name, _, offers, *_ in rows}  # the last year of each is the running one
    assert counted == Counter({name: number for name, number in now.items() if number})
