"""A site of documents that somebody made on purpose: no script of theirs runs, nothing of theirs is asked for.

`python -m benchmarks.hostile` does the same with more offers, again and again.
"""

from itertools import chain
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.site import hostile

OFFERS = 50
# Places that every offer has: each text must have stood there.
COMMON = (
    "navn", "beskrivelse", "metoder[]", "maalgrupper[].navn", "adresse.vejnavn", "adresse.kommunenavn",
    "virksomhed.navn", "driftsherre.navn", "kontakt.leder", "kontakt.hjemmeside", "godkendelse.status",
    "godkendelse.socialtilsyn",
    "godkendelse.pladser[].paragraf", "takster[].ydelse", "takster[].enhed", "kvalitetsvurdering[].tema",
    "tilsynsrapporter[].url",
)  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of such documents; nobody may change it."""
    return hostile.build(tmp_path_factory.mktemp("hostile") / "register", OFFERS, 1)


def test_every_place_of_a_document_has_had_every_kind_of_text() -> None:
    seen: dict[str, set[str]] = {}
    for document in chain(*(hostile.documents(OFFERS, turned=turned) for turned in hostile.TURNS)):
        for path, value in hostile.leaves(document["_source"]["TilbudEnvelope"]["tilbud"]):
            if value in hostile.TEXTS:
                seen.setdefault(path, set()).add(value)
    missing = {path: set(hostile.TEXTS) - seen.get(f".{path}", set()) for path in COMMON}
    assert {path: texts for path, texts in missing.items() if texts} == {}


def test_no_name_of_a_file_is_the_datas(site: Path) -> None:
    hostile.check_names(site)


def test_every_file_is_well_formed_and_holds_nothing_hidden(site: Path) -> None:
    hostile.check_files(site)


def test_no_script_runs_and_nothing_is_asked_for(page: Page, site: Path) -> None:
    watch = hostile.Watch(page, f"{site.as_uri()}/")
    for address in hostile.addresses(site, 16):
        watch.open(address)
    assert watch.seen == []


def test_a_saved_list_has_no_formula(page: Page, site: Path) -> None:
    page.goto(f"{site.as_uri()}/soeg.html?q=cmd")
    page.wait_for_selector("#resultater[data-search=done]", state="attached")
    with page.expect_download() as download:
        page.locator("#gem").click()
    hostile.check_table("tilbud.csv", download.value.path().read_text(encoding="utf-8"))
