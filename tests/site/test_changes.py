"""The pages of what has changed and the feeds, counted against the offers' own pages."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import feedparser
import pytest
from bs4 import Tag

from generator.demo import ODDITIES, Stage
from generator.demo.offer import FIRST_ID
from generator.demo.register import offer_documents
from generator.pages.danish import MONTHS
from generator.register.model.clock import danish_day
from tests.support.register import run_ok, write_dump
from tests.support.sites import AGREEMENT, months, soup

Told = tuple[str, str, str, str]  # day, offer, version, field


def day_of(tag: Tag | None) -> str:
    assert tag is not None
    return str(tag["datetime"])[:10]


def today(site: Path) -> str:
    """The Danish day on which the data was fetched."""
    fetched = soup(site / "index.html").select_one(".hero time[datetime*='T']")
    assert fetched is not None
    return danish_day(datetime.fromisoformat(str(fetched["datetime"]))).isoformat()


def reported(version: Tag) -> str:
    """The day on which an offer's page says that a version is news: when the mirror learnt of it, else its start."""
    when = version.select_one(".when")
    assert when is not None
    learnt = [t for t in when.select("time") if str(t.previous_sibling).endswith("Kendt af spejlet fra ")]
    return day_of(learnt[0] if learnt else when.select_one("time"))


def on_offers_pages(site: Path) -> Iterator[tuple[Told, str]]:
    """Every change that counts as news, with its cause."""
    for page in (site / "tilbud").glob("*.html"):
        for version in soup(page).select("[data-version]"):
            number, day = str(version["data-version"]), reported(version)
            if "Registreret første gang" in version.get_text():
                yield (day, page.stem, number, "tilbud"), "kilde"
            for line in version.select("[data-field]"):
                correction = line.find_parent(class_="correction")
                seen = day_of(correction.select_one("time")) if correction else day
                yield (seen, page.stem, number, str(line["data-field"])), str(line["data-cause"])


def in_months(site: Path) -> Iterator[tuple[Told, str]]:
    for path in months(site):
        for day in soup(path).select(".logday"):
            for line in day.select("[data-field]"):
                entry = line.find_parent(attrs={"data-kommune": True})
                assert entry is not None and entry.a is not None
                page, _, anchor = str(entry.a["href"]).partition("#")
                told = day_of(day.time), Path(page).stem, anchor.removeprefix("version-"), str(line["data-field"])
                assert told[0][:7] == path.stem[:7]
                yield told, str(line["data-cause"])


def test_the_months_hold_every_change_of_a_source_exactly_once(site: Path) -> None:
    last = today(site)
    expected = Counter(told for told, cause in on_offers_pages(site) if cause == "kilde" and told[0] <= last)
    (vanished,) = (str(ODDITIES["vanished"]),)
    expected[(last, vanished, "", "tilbud")] += 1
    assert Counter(told for told, cause in in_months(site) if cause == "kilde") == expected
    assert sum(expected.values()) > 800


def test_what_the_platform_or_the_law_changed_is_told_apart(site: Path) -> None:
    last = today(site)
    expected = {(t[0], t[1], t[3], c) for t, c in on_offers_pages(site) if c != "kilde" and t[0] <= last}
    found = {(t[0], t[1], t[3], c) for t, c in in_months(site) if c != "kilde"}
    assert found == expected and {cause for *_, cause in found} == {"berigelse", "lovaendring"}
    for path in months(site):
        for line in soup(path).select("[data-field]"):
            assert (line.find_parent("details", class_="others") is None) == (line["data-cause"] == "kilde")


def test_days_and_months_stand_newest_first_and_say_how_much_they_hold(site: Path) -> None:
    index = soup(site / "aendringer" / "index.html")
    listed = [str(a["href"]) for a in index.select(".months a")]
    assert listed == [f"../aendringer/{path.name}" for path in reversed(months(site))]
    said = [int(str(row.select("data")[0]["value"])) for row in index.select(".months tbody tr:has(a)")]
    held = [len(soup(path).select('[data-cause="kilde"]')) for path in reversed(months(site))]
    assert said == held
    # A month in which nothing happened is named among the others of its year, or it would look forgotten.
    for table in index.select(".months"):
        names = [th.get_text().split()[0] for th in table.select("tbody th")]
        start = MONTHS.index(names[-1])
        assert names == list(reversed(MONTHS[start : start + len(names)]))
        assert start == 0 or table is index.select(".months")[-1]
    assert index.select(".months tbody tr:not(:has(a))")
    for path in months(site):
        days = [day_of(day.time) for day in soup(path).select(".logday")]
        assert days == sorted(days, reverse=True)


def test_openings_closures_and_sanctions_are_counted(site: Path) -> None:
    index = soup(site / "aendringer" / "index.html")
    sums = [0, 0, 0]
    for row in index.select(".months tbody tr"):
        for place, cell in enumerate(row.select("td")[-3:]):
            sums[place] += int(str(cell.data["value"])) if cell.data else 0
    firsts = sum("Registreret første gang" in soup(page).get_text() for page in (site / "tilbud").glob("*.html"))
    lines = [line.get_text() for path in months(site) for line in soup(path).select('[data-cause="kilde"][data-field]')]
    reopened = sum(line.startswith("Registrering: ændret fra ophørt til aktivt") for line in lines)
    ended = sum(line.startswith(("Ikke længere i", "Registrering: ændret fra aktivt til ophørt")) for line in lines)
    assert sums[0] == firsts + reopened and reopened
    assert sums[1] == ended > 2
    assert sums[2] and sums[2] <= sum(
        re.match("Status: .* til (Påbud|Skærpet tilsyn)$", line) is not None for line in lines
    )


def test_a_change_that_we_learnt_of_late_shows_both_clocks(site: Path) -> None:
    late = [
        entry.get_text()
        for path in months(site)
        for entry in soup(path).select(f'[data-kommune]:has(a[href*="/{ODDITIES["late_version"]}.html"])')
    ]
    assert any("Gælder fra" in text for text in late)
    correction = [
        entry.get_text()
        for path in months(site)
        for entry in soup(path).select(f'[data-kommune]:has(a[href*="/{ODDITIES["correction"]}.html"])')
        if entry.select('[data-slags~="rettelse"]')
    ]
    assert len(correction) == 1 and re.search(r"Version \d+, der gælder fra", correction[0])


def test_the_start_page_leads_to_the_days(site: Path) -> None:
    news = soup(site / "index.html").select_one("#aendringer")
    assert news is not None
    days = [str(a["href"]) for a in news.select(".day h3 a")]
    assert len(days) == 5 and days == sorted(days, reverse=True)
    assert news.select_one('a[href="aendringer/index.html"]') and news.select_one('a[href="aendringer/feed.xml"]')
    newest = soup(months(site)[-1])
    first_day = newest.select_one(".logday")
    assert first_day is not None and first_day.h2 is not None
    assert days[0] == f"aendringer/{months(site)[-1].name}#{first_day.h2['id']}"
    # What is most telling comes first: that an offer is gone before a new price.
    first = news.select_one(".day li")
    assert first is not None and ("i registret" in first.get_text() or "nyt tilbud" in first.get_text())


def feed_pages(site: Path) -> Iterator[tuple[Path, Path]]:
    """Every page that names a feed, with the feed."""
    for page in site.rglob("*.html"):
        for link in soup(page).select('link[rel~="alternate"][type="application/atom+xml"]'):
            yield page, (page.parent / str(link["href"])).resolve()


def test_every_list_has_its_feed_and_a_visible_link_to_it(site: Path) -> None:
    found = dict(feed_pages(site))
    expected = {site / "index.html", site / "aendringer" / "index.html", *months(site)}
    for kind in ("kommune", "socialtilsyn", "grundlag"):
        for page in (site / kind).iterdir():
            expected |= {page, site / "aendringer" / kind / page.name}
            assert found[page] == (site / "aendringer" / kind / f"{page.stem}.xml").resolve()
    for page in (site / "virksomhed").iterdir():
        roles = [cell.get_text() for cell in soup(page).select('td[data-label="Rolle"]')]
        if any(role in held for held in roles for role in ("Driftsherre", "Virksomhed")):
            expected |= {page, site / "aendringer" / "virksomhed" / page.name}
            assert found[page] == (site / "aendringer" / "virksomhed" / f"{page.stem}.xml").resolve()
    assert found.keys() == expected
    for page, feed in found.items():
        assert feed.is_file()
        shown = [a for a in soup(page).select('a[type="application/atom+xml"]') if "Følg ændringer" in a.get_text()]
        assert [(page.parent / str(a["href"])).resolve() for a in shown] == [feed]
    index = soup(site / "aendringer" / "index.html")
    assert index.select_one("#foelg") is not None and "Outlook" in index.get_text()


def test_feeds_are_valid_and_lead_somewhere(site: Path) -> None:
    feeds = sorted((site / "aendringer").rglob("*.xml"))
    assert {feed.parent.name for feed in feeds} == {"aendringer", "kommune", "socialtilsyn", "grundlag", "virksomhed"}
    own = set()
    for path in feeds:
        parsed = feedparser.parse(path.read_bytes())
        assert not parsed.bozo, (path, parsed.get("bozo_exception"))
        own.add(parsed.feed.id)
        assert parsed.feed.title and parsed.feed.author and "Højst" in parsed.feed.subtitle
        ids = [entry.id for entry in parsed.entries]
        assert ids and len(ids) == len(set(ids)) and all(one.startswith("tag:") for one in ids)
        times = [entry.updated for entry in parsed.entries]
        assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", one) for one in times)
        dates = [entry.published for entry in parsed.entries]
        assert dates == sorted(dates, reverse=True) and parsed.feed.updated == max(times)
        assert all(updated >= published for updated, published in zip(times, dates, strict=True))
        for entry in parsed.entries:
            assert entry.title and entry.content[0].value and entry.tags
            target, _, anchor = entry.link.partition("#")
            page = (path.parent / target).resolve()
            assert page.is_file() and (not anchor or soup(page).find(id=anchor)), (path, entry.link)
        assert (path.parent / parsed.feed.link).resolve().is_file()
    assert len(own) == len(feeds)


@pytest.mark.parametrize("kind", ["kommune", "socialtilsyn", "grundlag"])
def test_a_feed_holds_what_the_months_can_be_narrowed_to(site: Path, kind: str) -> None:
    held = Counter(
        name
        for path in months(site)
        for entry in soup(path).select(".log > li")
        if entry.select('[data-cause="kilde"]') and entry.find_parent("details", class_="others") is None
        for name in str(entry[f"data-{kind}"]).split()
    )
    limit = {"kommune": 100, "socialtilsyn": 200, "grundlag": 200}[kind]
    feeds = (site / "aendringer" / kind).glob("*.xml")
    entries = {path.stem: len(feedparser.parse(path.read_bytes()).entries) for path in feeds}
    assert entries == {name: min(number, limit) for name, number in held.items()}


@pytest.mark.parametrize("kind", ["kommune", "socialtilsyn", "grundlag", "virksomhed"])
def test_the_page_beside_a_feed_holds_the_same(site: Path, kind: str) -> None:
    paths = sorted((site / "aendringer" / kind).glob("*.html"))
    assert {path.name for path in paths} <= {path.name for path in (site / kind).iterdir()}
    assert len(paths) > 3
    for path in paths:
        page, feed = soup(path), feedparser.parse(path.with_suffix(".xml").read_bytes())
        shown = Counter(str(a["href"]).removeprefix("../../") for a in page.select(".log > li > p > a"))
        assert shown == Counter(entry.link.removeprefix("../../") for entry in feed.entries)
        assert (path.parent / feed.feed.link).resolve() == path.resolve()
        of = page.select(".crumbs a")[-1]
        assert soup(path.parent / str(of["href"])).select_one(f'a[href="../aendringer/{kind}/{path.name}"]')


def test_a_public_address_makes_links_absolute(register: Path) -> None:
    run_ok("build", folder=register, env={"TILBUDSSPEJL_SITE__BASE_URL": "https://spejl.example/t/"})
    for path in (register / "site" / "aendringer").rglob("*.xml"):
        parsed = feedparser.parse(path.read_bytes())
        own = f"https://spejl.example/t/{path.relative_to(register / 'site').as_posix()}"
        assert not parsed.bozo and parsed.feed.id.startswith("tag:")  # it doesn't move with the site
        assert [link.href for link in parsed.feed.links if link.rel == "self"] == [own]
        for link in (*parsed.feed.links, *(link for entry in parsed.entries for link in entry.links)):
            assert link.href.startswith("https://spejl.example/t/")


def test_without_history_nothing_is_told_of_changes(real: Path) -> None:
    (real / "agreement.toml").write_text(AGREEMENT, encoding="utf-8")
    run_ok("build", folder=real)
    assert months(real / "site") and "Ændringer</a>" in (real / "site" / "om.html").read_text(encoding="utf-8")
    (real / "agreement.toml").write_text(AGREEMENT.replace("history = true", "history = false"), encoding="utf-8")
    run_ok("build", folder=real)
    assert not (real / "site" / "aendringer").exists()
    for page in (real / "site").rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "aendringer/" not in text and "atom+xml" not in text, page


def test_what_is_withheld_is_in_no_month_and_no_feed(real: Path) -> None:
    (real / "agreement.toml").write_text(AGREEMENT, encoding="utf-8")
    run_ok("build", folder=real)
    before = "".join(p.read_text(encoding="utf-8") for p in (real / "site" / "aendringer").rglob("*.*"))
    assert "Leder: ændret" in before
    (real / "agreement.toml").write_text(AGREEMENT + 'withhold = ["kontakt.leder"]\n', encoding="utf-8")
    run_ok("build", folder=real)
    after = "".join(p.read_text(encoding="utf-8") for p in (real / "site" / "aendringer").rglob("*.*"))
    assert "Leder: ændret" not in after and "Telefon: ændret" in after


def test_nothing_is_dated_after_the_data(site: Path) -> None:
    last = date.fromisoformat(today(site))
    days = {date.fromisoformat(day_of(day.time)) for path in months(site) for day in soup(path).select(".logday")}
    assert max(days) <= last


@pytest.mark.clock
def test_what_a_pull_found_is_news_of_the_danish_day_on_which_it_ended(tmp_path: Path) -> None:
    offer = ODDITIES["correction"] - FIRST_ID
    stages: tuple[Stage, ...] = ("earlier", "now")
    for stage in stages:
        write_dump(tmp_path / "dump.ndjson", offer_documents(offer, 1, stage))
        run_ok("pull", "--from", "dump.ndjson", "--complete", folder=tmp_path)
    run_ok("build", "--workers", "1", folder=tmp_path)
    last = today(tmp_path / "site")
    assert months(tmp_path / "site")[-1].stem == last[:7]
    assert day_of(soup(months(tmp_path / "site")[-1]).select(".logday")[0].time) == last
