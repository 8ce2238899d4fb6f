"""What a reader is told of an offer that has ended, is to come, or of which the register doesn't say what it is."""

import json
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Page, expect

from tests.support.register import run, run_ok, write_dump
from tests.support.sites import AGREEMENT


def document(key: int, number: int, start: str, end: str | None = None, **more: Any) -> dict[str, Any]:
    """One version of an offer on Engvej 1 in Odense."""
    facts = {
        "navn": f"Hus {key}",
        "adresse": {"vejnavn": "Engvej", "husnummer": str(key), "kommunekode": "0461", "kommunenavn": "Odense"},
        "godkendelse": {"status": "Godkendt", "pladser": [{"paragraf": "SEL § 107", "antal": 10}]},
        **more.pop("tilbud", {}),
    }
    envelope = {"tilbudsId": key, "version": number, "status": "AKTIV", "gyldigFra": start, "gyldigTil": end}
    return {
        "_id": f"{key}-{number}",
        "_type": "tilbud",
        "_source": {"TilbudEnvelope": {**envelope, **more, "tilbud": facts}},
    }


DOCUMENTS = [
    document(1, 1, "2015-01-01T00:00:00+01:00", "2017-01-31T00:00:00+01:00"),
    document(2, 1, "2015-01-01T00:00:00+01:00", "2017-01-31T00:00:00+01:00"),
    document(2, 2, "2019-01-01T00:00:00+01:00"),
    document(3, 1, "2099-03-01T00:00:00+01:00"),
    document(4, 1, "2020-01-01T00:00:00+01:00", status=None),
    document(5, 1, "2020-01-01T00:00:00+01:00", "2098-12-31"),
    document(6, 3, "2020-01-01T00:00:00+01:00", status="OPHOERT"),
    document(
        7,
        1,
        "2020-01-01T00:00:00+01:00",
        tilbud={
            "godkendelse": {
                "status": "Godkendt",
                "pladser": [{"paragraf": "SEL § 107", "antal": 5}, {"paragraf": "SEL § 108", "antal": None}],
            }
        },
    ),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The offers, pulled and built."""
    folder = tmp_path_factory.mktemp("drift")
    (folder / "agreement.toml").write_text(AGREEMENT, encoding="utf-8")
    write_dump(folder / "dump.ndjson", DOCUMENTS)
    run_ok("pull", "--from", "dump.ndjson", "--complete", "--environment", "preprod", folder=folder)
    done = run("build", folder=folder)
    assert done.returncode == 0, done.stderr
    (folder / "stderr.txt").write_text(done.stderr, encoding="utf-8")
    return folder


def text_of(folder: Path, page: str, selector: str = "main") -> str:
    found = BeautifulSoup((folder / "site" / page).read_text(encoding="utf-8"), "html.parser").select_one(selector)
    return " ".join(found.get_text(" ").split()) if found else ""


def test_a_page_says_at_its_head_what_the_offer_is(folder: Path) -> None:
    heads = {key: text_of(folder, f"tilbud/{key}.html", ".gone") for key in range(1, 8)}
    assert heads[1].startswith("Ophørt den 30. januar 2017 Registret angiver en slutdato, og den er passeret")
    assert "selv om tilbuddets registrering stadig er »aktivt«" in heads[1]
    assert heads[3].startswith("Kommende fra 1. marts 2099")
    assert heads[4].startswith("Registrering ikke oplyst Registret siger ikke, om tilbuddet er i drift.")
    assert heads[6].startswith("Ophørt senest den 1. januar 2020")
    assert (heads[2], heads[5], heads[7]) == ("", "", "")
    assert "slutter 31. december 2098" in text_of(folder, "tilbud/5.html", ".glance")


def test_the_history_says_when_nothing_held(folder: Path) -> None:
    text = text_of(folder, "tilbud/2.html", "#versioner")
    assert "Gyldig 1. januar 2015 – 30. januar 2017 , som er registrets egen slutdato." in text
    assert "Registreret igen" in text
    assert "Fra 31. januar 2017 til da gjaldt ingen version." in text
    assert "har ikke ændret noget siden" not in text_of(folder, "tilbud/2.html", ".glance")


def test_lists_and_counts_take_nothing_for_being_in_operation_that_the_register_does_not_say_to_be(
    folder: Path,
) -> None:
    start = text_of(folder, "index.html", ".hero .lead")
    assert start.startswith("Spejlet rummer 3 tilbud i drift med mindst 25 godkendte pladser")
    assert "og 2 tilbud, der er ophørt" in start
    assert "1 tilbud begynder senere. For 1 tilbud siger registret ikke, om det er i drift." in start
    page = BeautifulSoup((folder / "site" / "kommune/0461.html").read_text(encoding="utf-8"), "html.parser")
    tables = {
        " ".join(table.select("caption")[0].get_text(" ").split()): [
            link.get_text() for link in table.select("tbody th > a")
        ]
        for table in page.select("table.offers")
    }
    assert tables == {
        "Tilbud i drift 3": ["Hus 2", "Hus 5", "Hus 7"],
        "Kommende 1": ["Hus 3"],
        "Registrering ikke oplyst 1": ["Hus 4"],
        "Ikke længere i drift 2": ["Hus 1", "Hus 6"],
    }
    assert "senest 1. januar 2020" in text_of(folder, "ophoerte.html")
    assert "mindst 5" in text_of(folder, "kommune/0461.html")


def test_news_is_told_of_what_began_and_ended_and_of_nothing_else(folder: Path) -> None:
    january = text_of(folder, "aendringer/2017-01.html")
    assert "Ophørt: registret angiver slutdatoen 30. januar 2017" in january
    assert "Registreret igen: registret har ingen version efter 30. januar 2017" in text_of(
        folder, "aendringer/2019-01.html"
    )
    started = text_of(folder, "aendringer/2020-01.html")
    assert "Hus 6" not in started, "it had ceased already"
    assert "Nyt tilbud: Godkendt, mindst 5 godkendte pladser" in started


def test_the_search_knows_them_by_what_they_are(folder: Path) -> None:
    for status, names in {
        "Kommende": ["Hus 3"],
        "Registrering ikke oplyst": ["Hus 4"],
        "Ophørt": ["Hus 1", "Hus 6"],
    }.items():
        hits = json.loads(run_ok("search", "--status", status, "--json", folder=folder))
        assert sorted(hit["navn"] for hit in hits) == names


def test_the_operator_is_told(folder: Path) -> None:
    told = (folder / "stderr.txt").read_text(encoding="utf-8")
    assert (
        "the register contradicts itself: 1-1 er slut 2017-01-30 efter registrets egen slutdato, men har status" in told
    )
    report = (folder / "register.sqlite.unreadable.txt").read_text(encoding="utf-8")
    assert "modsigelse\t1-1\t" in report
    assert "delvist læst\t4-1\thar ingen status, som [values] i mapping.toml hverken nævner som active" in report


def test_a_day_on_which_nothing_held_says_so(folder: Path, page: Page) -> None:
    address = (folder / "site" / "tilbud" / "2.html").as_uri()
    for day, heading, words in (
        ("2018-02-15", "Ingen version af tilbuddet gjaldt den 15. februar 2018", "til og med 30. januar 2017"),
        ("2017-01-31", "Ingen version af tilbuddet gjaldt den 31. januar 2017", "Version 1 var gyldig fra"),
        ("2017-01-30", "Som det så ud den 30. januar 2017", "til og med 30. januar 2017"),
        ("2019-01-01", "Som det så ud den 1. januar 2019", "Version 2, gyldig fra"),
    ):
        page.goto(f"{address}?dato={day}")
        expect(page.locator("#dengang h2")).to_have_text(heading)
        expect(page.locator("#dengang")).to_contain_text(words)


# What the source no longer says


def pulled_again(tmp_path: Path, documents: list[dict[str, Any]]) -> Path:
    """An archive of the offers whose second pull finds other documents; a site of the first stands."""
    (tmp_path / "agreement.toml").write_text(AGREEMENT, encoding="utf-8")
    for name, content in (("1", DOCUMENTS), ("2", documents)):
        write_dump(tmp_path / f"{name}.ndjson", content)
        run_ok("pull", "--from", f"{name}.ndjson", "--complete", "--environment", "preprod", folder=tmp_path)
        if name == "1":
            run_ok("build", folder=tmp_path)
    return tmp_path


def renamed(document: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    envelope = dict(document["_source"]["TilbudEnvelope"])
    envelope[new] = envelope.pop(old)
    return {**document, "_source": {"TilbudEnvelope": envelope}}


def test_what_is_served_under_other_names_stops_a_build_instead_of_being_told_as_gone(tmp_path: Path) -> None:
    folder = pulled_again(tmp_path, [renamed(each, "version", "versionsnummer") for each in DOCUMENTS])
    before = (folder / "site" / "index.html").read_bytes()
    done = run("build", folder=folder)
    assert done.returncode == 5
    assert done.stderr.count("\n") == 1
    assert "8 of 8 documents that the source serves can't be read, so nothing was built" in done.stderr
    assert (folder / "site" / "index.html").read_bytes() == before


def test_one_offer_that_is_served_under_other_names_stands_as_it_was_last_read(tmp_path: Path) -> None:
    changed = [renamed(each, "version", "nummer") if each["_id"] == "7-1" else each for each in DOCUMENTS]
    folder = pulled_again(tmp_path, changed)
    before = (folder / "site" / "tilbud" / "7.html").read_text(encoding="utf-8")
    done = run("build", folder=folder)
    assert (done.returncode, "1 documents could not be read" in done.stderr) == (0, True)
    assert (folder / "site" / "tilbud" / "7.html").read_text(encoding="utf-8") == before


def test_a_status_that_no_document_has_any_more_stops_a_build(tmp_path: Path) -> None:
    folder = pulled_again(tmp_path, [renamed(each, "status", "tilstand") for each in DOCUMENTS])
    done = run("build", folder=folder)
    assert done.returncode == 2
    assert done.stderr.startswith("tilbudsspejl: mapping.toml: fields.status: no document has 'status', and without it")


def test_offers_of_which_the_register_does_not_say_it_are_hidden_where_the_ceased_are(tmp_path: Path) -> None:
    (tmp_path / "agreement.toml").write_text(AGREEMENT.replace("ceased = true", "ceased = false"), encoding="utf-8")
    write_dump(tmp_path / "dump.ndjson", DOCUMENTS)
    run_ok("pull", "--from", "dump.ndjson", "--complete", "--environment", "preprod", folder=tmp_path)
    run_ok("build", folder=tmp_path)
    assert sorted(page.stem for page in (tmp_path / "site" / "tilbud").glob("*.html")) == ["2", "3", "5", "7"]


@pytest.fixture(scope="module")
def dates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A version that one without a start follows, and one that ends in the middle of a day."""
    folder = tmp_path_factory.mktemp("dage")
    (folder / "agreement.toml").write_text(AGREEMENT, encoding="utf-8")
    undated = document(1, 2, "", tilbud={"navn": "Nyt navn"}, gyldigFra=None)
    ending = document(2, 1, "2015-01-01T00:00:00+01:00", "2017-01-31T12:00:00+01:00")
    first, later = (document(key, n, f"20{14 + n}-01-01T00:00:00+01:00") for key, n in ((1, 1), (2, 5)))
    write_dump(folder / "dump.ndjson", [first, undated, ending, later])
    run_ok("pull", "--from", "dump.ndjson", "--complete", "--environment", "preprod", folder=folder)
    run_ok("build", folder=folder)
    return folder / "site"


def test_nobody_is_told_when_a_version_without_a_start_began(dates: Path, page: Page) -> None:
    assert "Gyldig 1. januar 2015 – senest " in text_of(dates.parent, "tilbud/1.html", "#version-1")
    assert "Registret siger ikke, hvornår versionen gælder fra" in text_of(dates.parent, "tilbud/1.html", "#version-2")
    page.goto(f"{(dates / 'tilbud' / '1.html').as_uri()}?version=2")
    expect(page.locator("#dengang")).to_contain_text("Version 2, uden dato, første gang set ")
    page.goto(f"{(dates / 'tilbud' / '1.html').as_uri()}?dato=2020-01-01")
    expect(page.locator("#dengang")).to_contain_text("Version 1, gyldig fra 1. januar 2015 til senest ")
    expect(page.locator("#dengang")).to_contain_text("Registret siger ikke, hvornår den næste afløste den.")


def test_a_version_held_on_its_own_last_day(dates: Path, page: Page) -> None:
    for day, said in (("31", "Version 1, gyldig fra 1. januar 2015 til og med 31. januar 2017"), ("30", "Version 1")):
        page.goto(f"{(dates / 'tilbud' / '2.html').as_uri()}?dato=2017-01-{day}")
        expect(page.locator("#dengang h2")).to_have_text(f"Som det så ud den {day}. januar 2017")
        expect(page.locator("#dengang")).to_contain_text(said)
    page.goto(f"{(dates / 'tilbud' / '2.html').as_uri()}?dato=2017-02-01")
    expect(page.locator("#dengang h2")).to_have_text("Ingen version af tilbuddet gjaldt den 1. februar 2017")
