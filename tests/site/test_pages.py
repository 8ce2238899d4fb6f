"""Every offer has its page and every version its entry: counted, not sampled."""

import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag

from generator.demo import ODDITIES, documents
from tests.support.sites import soup


def offer(site: Path, oddity: str) -> BeautifulSoup:
    return soup(site / "tilbud" / f"{ODDITIES[oddity]}.html")


def entry(page: BeautifulSoup, version: str) -> Tag:
    found = page.select_one(f'[data-version="{version}"]')
    assert found is not None
    return found


def sentences(tag: Tag | BeautifulSoup) -> list[str]:
    return [" ".join(line.get_text(" ", strip=True).split()) for line in tag.select("[data-field]")]


def expected_versions() -> dict[str, set[str]]:
    """Every readable (tilbudsId, version) that either pull saw."""
    versions = defaultdict(set)
    for stage in ("earlier", "now"):
        for document in documents(40, 1, stage):
            envelope = document["_source"]["TilbudEnvelope"]
            if "tilbudsId" in envelope and isinstance(envelope["version"], int):
                versions[str(envelope["tilbudsId"])].add(str(envelope["version"]))
    return dict(versions)


def test_every_offer_has_its_page_and_every_version_its_entry(site: Path) -> None:
    expected = expected_versions()
    found = {
        page.stem: {str(e["data-version"]) for e in soup(page).select("[data-version]")}
        for page in (site / "tilbud").glob("*.html")
    }
    assert found == expected
    assert sum(map(len, found.values())) > 300


def test_every_entry_has_a_time_and_every_change_its_field_and_cause(site: Path) -> None:
    for page in (site / "tilbud").glob("*.html"):
        for version in soup(page).select("[data-version]"):
            assert version.select_one("time[datetime]") is not None, (page, version["data-version"])
        for change in soup(page).select("[data-field], [data-cause]"):
            assert change["data-field"] and change["data-cause"] in ("kilde", "berigelse", "lovaendring")


def test_versions_stand_newest_first_under_their_year(site: Path) -> None:
    page = offer(site, "nineteen_versions")
    numbers = [int(str(e["data-version"])) for e in page.select("[data-version]")]
    assert numbers == list(range(19, 0, -1))
    years = [h.get_text() for h in page.select(".year > h3")]
    assert years == sorted(years, reverse=True)


@cache
def ids(page: Path) -> frozenset[str]:
    return frozenset(str(tag["id"]) for tag in soup(page).select("[id]"))


def test_every_link_leads_somewhere(site: Path) -> None:
    broken = []
    for page in site.rglob("*.html"):
        for link in soup(page).select("[href], [src], [action]"):
            target = str(link.get("href") or link.get("src") or link.get("action"))
            parts = urlsplit(target)
            if parts.scheme or page.name == "404.html":
                assert parts.scheme in ("", "http", "https", "mailto", "tel"), target
                continue
            path = (page.parent / unquote(parts.path)) if parts.path else page
            missing = not path.is_file()
            if missing or (parts.fragment and path.suffix == ".html" and unquote(parts.fragment) not in ids(path)):
                broken.append((page.name, target))
    assert broken == []


def test_ids_are_unique_on_every_page(site: Path) -> None:
    for page in site.rglob("*.html"):
        assert len(ids(page)) == len(soup(page).select("[id]")), page


def test_no_page_holds_inline_script_or_style(site: Path) -> None:
    for page in site.rglob("*.html"):
        html = soup(page)
        assert [s for s in html.select("script") if s.get_text(strip=True) or not s.get("src")] == []
        assert html.select("style, [style]") == []
        assert [t for t in html.find_all(True) for a in t.attrs if a.lower().startswith("on")] == []
        policy = html.select_one('meta[http-equiv="Content-Security-Policy"]')
        assert policy is not None and "default-src 'none'" in str(policy["content"])


def test_every_page_says_that_it_is_demo_data(site: Path) -> None:
    for page in site.rglob("*.html"):
        html = soup(page)
        assert "Demodata" in html.body.get_text() if html.body else False, page
        assert html.title is not None and html.title.get_text().startswith("Demo: "), page


def test_markup_in_texts_is_text(site: Path) -> None:
    page = (site / "tilbud" / f"{ODDITIES['markup_in_texts']}.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page and "<b>" not in page


def test_only_addresses_of_the_web_become_links(site: Path) -> None:
    page = offer(site, "javascript_address")
    assert "javascript:" in page.get_text()
    assert [a for a in page.select("a[href]") if str(a["href"]).lower().startswith("javascript")] == []


def test_ceased_and_vanished_offers_are_marked(site: Path) -> None:
    for oddity, word in (("ceased", "Ophørt"), ("vanished", "Ikke længere i registret")):
        page = offer(site, oddity)
        notice = page.select_one(".gone")
        assert notice is not None and word in notice.get_text()
        assert page.select_one(".st-alert") is None
        listed = soup(site / "ophoerte.html").select(f'a[href="tilbud/{ODDITIES[oddity]}.html"]')
        assert len(listed) == 1
    assert offer(site, "reopened").select_one(".gone") is None


def test_an_ended_sanction_is_never_styled_as_current(site: Path) -> None:
    page = offer(site, "intensified_supervision")
    assert any("Skærpet tilsyn" in line for line in sentences(page))
    glance = page.select_one(".keys")
    assert glance is not None and "Godkendt" in glance.get_text()
    assert page.select(".st-alert, .alert") == []


def test_a_new_name_is_told_in_words_and_the_old_one_kept(site: Path) -> None:
    page = offer(site, "renamed")
    name = page.select_one("h1").get_text(strip=True)  # type: ignore[union-attr]
    line = next(line for line in sentences(page) if line.startswith("Navn: ændret fra "))
    assert line.endswith(f"til {name}")
    assert "Hed tidligere" in page.get_text()


def test_enrichment_between_two_pulls_is_apart_from_the_offers_own_changes(site: Path) -> None:
    page = offer(site, "enrichment_between_stages")
    blocks = page.select(".correction")
    assert blocks and "Opdateret af platformen" in blocks[0].get_text()
    assert {str(t["data-cause"]) for t in blocks[0].select("[data-cause]")} == {"berigelse"}


def test_a_version_loaded_twice_in_one_pull_has_one_entry_with_the_refreshing_in_it(site: Path) -> None:
    version = entry(offer(site, "loaded_twice"), "3")
    assert {str(t["data-cause"]) for t in version.select(".correction [data-cause]")} == {"berigelse"}


def test_a_correction_is_called_one_and_dated(site: Path) -> None:
    blocks = offer(site, "correction").select(".correction")
    assert blocks and blocks[0].get_text().strip().startswith("Rettelse")
    assert blocks[0].select_one("time[datetime]") is not None
    assert "kilde" in {str(t["data-cause"]) for t in blocks[0].select("[data-cause]")}


def test_a_late_version_says_when_the_mirror_learnt_of_it(site: Path) -> None:
    late = [e for e in offer(site, "late_version").select("[data-version]") if "Kendt af spejlet fra" in e.get_text()]
    assert late


def test_a_rename_by_law_is_not_news_about_the_offer(site: Path) -> None:
    lines = offer(site, "renamed_by_law").select('[data-cause="lovaendring"]')
    assert any("BL § 43" in line.get_text() and "SEL § 66" in line.get_text() for line in lines)


@pytest.mark.parametrize("oddity", ["unknown_field", "unknown_list"])
def test_what_the_mapping_does_not_name_is_shown_all_the_same(site: Path, oddity: str) -> None:
    page = offer(site, oddity)
    others = page.select_one("#oevrige")
    assert others is not None and others.select("dt")


@pytest.mark.parametrize("oddity", ["empty_history", "no_name", "no_contact", "null_address", "no_approval_date"])
def test_a_page_stands_where_facts_are_missing(site: Path, oddity: str) -> None:
    page = offer(site, oddity)
    assert page.select_one("h1") is not None
    assert "None" not in page.get_text() and "null" not in page.get_text()


def test_no_page_shows_a_python_value(site: Path) -> None:
    for page in site.rglob("*.html"):
        found = re.search(r"\bNone\b|\bTrue\b|\bFalse\b|datetime\.|\{'", soup(page).get_text())
        assert found is None, (page, found)


def test_unreadable_documents_are_counted_named_and_reported(demo: Path, site: Path) -> None:
    report = (demo / "register.sqlite.unreadable.txt").read_text(encoding="utf-8")
    assert f"ulaeselig-{ODDITIES['unreadable_without_id']}" in report
    assert f"{ODDITIES['unreadable_version']}-tre" in report
    facts = soup(site / "om.html").get_text(" ", strip=True)
    assert "Dokumenter, der ikke kan læses 2" in facts


def test_lists_hold_every_offer_of_their_kind(site: Path) -> None:
    listed: set[str] = set()
    for page in (site / "kommune").iterdir():
        listed |= {str(a["href"]).rpartition("/")[2] for a in soup(page).select(".offers th[scope=row] a")}
    pages = {page.name for page in (site / "tilbud").glob("*.html")}
    without = {f"{ODDITIES[o]}.html" for o in ("empty_history", "null_address")}
    assert listed == pages - without


def test_a_page_holds_no_date_of_the_edition(site: Path) -> None:
    """So that a nightly copy moves only what changed: the date stands on the start page, om.html and in one script."""
    fetched = soup(site / "index.html").select_one(".hero time[datetime*='T']")
    assert fetched is not None
    said = str(fetched["datetime"])
    holding = {
        p.relative_to(site).as_posix() for p in site.rglob("*") if p.is_file() and said.encode() in p.read_bytes()
    }
    assert holding == {"index.html", "edition.js"}
