"""Compounds and their parts, by a lexicon of the register's own words."""

import time

import pytest

from generator.search.analysis.compounds import Splitter
from generator.search.analysis.danish import fold

PROSE = (
    "stof misbrug behandling tilbuddet voksne støtte psykisk sygdom aktiviteter samvær forældre ældre samarbejde "
    "kommune personale spektrum borgere bøgehaven egehaven medarbejdere gruppen boligerne vurdering centre kvinder "
    "rehabilitering forløb rusmiddel bakken henvendelse vuggestue ledelse pædagogisk social botilbud uge ferie centret "
    "centrum rummelig ophold stedet autisme antal indsats samtale vejledning"
)
SPLITTER = Splitter(fold(word) for word in PROSE.split())


def parts(word: str) -> set[str]:
    return set(SPLITTER.parts(fold(word)))


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("stofmisbrugsbehandling", {"stof", "misbrug", "behandling", "stofmisbrug", "misbrugsbehandling"}),
        ("botilbud", {"bo", "tilbud"}),
        ("dagtilbud", {"dag", "tilbud"}),
        ("krisecentre", {"krise", "centre"}),
        ("kvindekrisecentret", {"kvinde", "krise", "centret", "kvindekrise", "krisecentret"}),
        ("aktivitetstilbud", {"aktivitet", "tilbud"}),  # with the s that joins
        ("børnehjem", {"børn", "hjem"}),  # with the e that joins
        ("opholdssted", {"ophold", "sted"}),
        ("autismespektrum", {"autisme", "spektrum"}),
        ("rusmiddelbehandlingen", {"rusmiddel", "behandlingen"}),  # the end in an inflection nobody else has
        ("Bøgehaven", set()),
        ("botilbuddene", {"bo", "tilbuddene"}),
    ],
)
def test_parts(word: str, expected: set[str]) -> None:
    assert parts(word) == {fold(part) for part in expected}


@pytest.mark.parametrize(
    "word",
    [
        "forældre",
        "samarbejde",
        "personale",
        "kommune",
        "medarbejdere",
        "indsats",
        "behandling",
        "boligerne",
        "vurderingen",
        "henvendelse",
        "antallet",
        "centrum",
        "rummelig",
        "samtale",
        "ledelse",
        "vejledning",
        "44450186",
        "gruppen",
        "tilbuddet",
        "bøgehaven",
    ],
)
def test_what_is_no_compound_stays_whole(word: str) -> None:
    assert parts(word) == set()


def test_a_number_and_a_sign_have_no_parts() -> None:
    assert SPLITTER.parts("§107") == []
    assert SPLITTER.parts("12a") == []


def test_a_word_without_end_is_left_alone() -> None:
    word = "special" + "rehabiliteringsforløb" * 20
    begun = time.process_time()  # what others do on this machine says nothing
    assert parts(word) == set()
    assert parts(word[:60]) is not None
    assert time.process_time() - begun < 1


def test_every_run_of_neighbours_is_a_part_once() -> None:
    found = SPLITTER.parts(fold("stofmisbrugsbehandlingstilbud"))
    assert len(found) == len(set(found)) == 9
    assert "misbrugsbehandling" in found
    assert "stofmisbrugsbehandling" in found
    assert "behandlingstilbud" in found
