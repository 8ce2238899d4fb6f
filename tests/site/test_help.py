"""Help on the site: the glossary and the words that lead to it, the texts, and how heavy it all is."""

import gzip
import re
from pathlib import Path

from generator.pages.minify import PARTS
from tests.support.sites import soup

KB = 1000


def gzipped(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9, mtime=0))


def test_every_page_tells_search_engines_what_it_is_about(site: Path) -> None:
    said: dict[str, set[str]] = {}
    for page in site.rglob("*.html"):
        meta = soup(page).select('meta[name="description"]')
        assert len(meta) == 1, page
        text = str(meta[0]["content"])
        assert 20 <= len(text) <= 400, (page, text)
        said.setdefault(page.parent.name if page.parent != site else page.stem, set()).add(text)
    alike = [kind for kind, texts in said.items() if kind == "grundlag" and len(texts) == 1]
    assert alike == [], "a description is the page's own"


def test_every_page_leads_to_glossary_privacy_and_about(site: Path) -> None:
    for page in site.rglob("*.html"):
        links = {str(a["href"]).rpartition("/")[2] for a in soup(page).select("a[href]")}
        assert {"ordliste.html", "privatliv.html", "om.html"} <= links, page


def test_words_are_explained_where_they_stand(site: Path) -> None:
    start = soup(site / "index.html")
    for section, sentence in (("grundlag", "godkendt efter"), ("maalgrupper", "godkendt til at hjælpe"),
                              ("socialtilsyn", "fører tilsyn")):  # fmt: skip
        found = start.select_one(f"#{section} p")
        assert found is not None and sentence in found.get_text()
    lists = [page for kind in ("kommune", "grundlag", "maalgruppe", "socialtilsyn") for page in (site / kind).iterdir()]
    for page in [site / "index.html", *lists]:
        terms = soup(page).select("a.term")
        assert {str(a["href"]).rpartition("/")[2] for a in terms} >= {"ordliste.html#pladser"}, page
        assert all(a.get_text().endswith(" (forklaring)") and not a.get("title") for a in terms), "not by hovering"


def test_the_glossary_links_paragraphs_to_their_lists(site: Path) -> None:
    rows = soup(site / "ordliste.html").select(".paragraphs tbody tr")
    linked = {str(a["href"]) for row in rows for a in row.select("th a")}
    assert linked and all((site / address).is_file() for address in linked)
    assert linked == {f"grundlag/{page.name}" for page in (site / "grundlag").iterdir()} & {
        f"grundlag/{row['id']}.html" for row in rows
    }


def test_the_page_about_the_mirror_tells_all_that_a_reader_must_know(site: Path) -> None:
    text = soup(site / "om.html").get_text(" ", strip=True)
    for word in ("uofficielt", "Tilbudsportalen", "Gyldig fra", "Kendt af spejlet fra", "Muligvis fortsat som", "feed",
                 "Kildeangivelse", "Data hentet", "Drives af", "Kontakt", "ikke ledige"):  # fmt: skip
        assert word in text, word


def test_the_privacy_text_says_what_happens_to_a_readers_words(site: Path) -> None:
    text = soup(site / "privatliv.html").get_text(" ", strip=True)
    for word in ("ingen cookies", "i din egen browser", "leder", "Kontakt"):
        assert word in text, word


def test_no_script_but_one_knows_what_time_it_is(site: Path) -> None:
    scripts = {p.name: p.read_text(encoding="utf-8") for p in site.glob("*.js")}
    knowing = {name for name, text in scripts.items() if re.search(r"Date\.now|new Date\(\)|new Date\b(?!\()", text)}
    assert knowing == {"site.js"}


def test_nothing_is_kept_in_the_readers_browser(site: Path) -> None:
    """The privacy text promises it."""
    for script in site.glob("*.js"):
        assert not re.search(
            r"document\.cookie|indexedDB|localStorage|sendBeacon|XMLHttpRequest", script.read_text(encoding="utf-8")
        )


def test_scripts_and_styles_are_short_and_say_where_they_can_be_read(site: Path) -> None:
    for file in [*site.glob("*.js"), *site.glob("*.css")]:
        if file.name == "edition.js":
            continue
        text = file.read_text(encoding="utf-8")
        named = re.findall(r"/\* Kan læses i tilbudsspejl: static/(.*) \*/", text)
        assert named == [*PARTS.get(file.name, ()), file.name]
        assert text.startswith("/* Kan læses i ")
        sources = [(Path("static") / name).read_text(encoding="utf-8") for name in named]
        assert len(text) < 0.9 * sum(map(len, sources))


def test_the_site_is_light(site: Path) -> None:
    """What a reader on a slow line waits for, packed as a server sends it."""
    assert sum(map(gzipped, site.glob("*.js"))) <= 30 * KB
    assert sum(map(gzipped, site.glob("*.css"))) <= 12 * KB
    offers = [page for page in (site / "tilbud").glob("*.html") if len(soup(page).select("[data-version]")) == 10]
    assert offers
    assert max(map(gzipped, offers)) <= 15 * KB
