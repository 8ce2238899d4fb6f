"""Names that mean the same are alike, however they are spelt; names that don't are not."""

import pytest

from generator.register.mapping.similarity import (
    field_likeness,
    is_named_after,
    mean_likeness,
    name_likeness,
    same_field,
)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("cvrNummer", "cvr_nummer"),
        ("cvrNummer", "CVRNummer"),
        ("alderFra", "fraAlder"),
        ("beloeb", "beløb"),
        ("a", "A"),
    ],
)
def test_spelling_makes_no_difference(ours: str, theirs: str) -> None:
    assert name_likeness(ours, theirs) == 1.0


@pytest.mark.parametrize(
    ("ours", "near", "far"),
    [
        ("navn", "tilbudsnavn", "nummer"),
        ("pNummer", "produktionsenhedsnummer", "husnavn"),
        ("leder", "forstander", "telefon"),
        ("alderFra", "aldersintervalFra", "aldersintervalTil"),
        ("godkendelse", "tilladelse", "kontakt"),
    ],
)
def test_the_nearer_of_two(ours: str, near: str, far: str) -> None:
    assert name_likeness(ours, near) > name_likeness(ours, far)


def test_a_name_may_hold_that_of_its_object() -> None:
    assert field_likeness("tilbud.virksomhed.navn", "tilbud.virksomhedsnavn") > 0.9
    assert field_likeness("tilbudsId", "tilbud.id") >= 0.9
    assert field_likeness("tilbud.navn", "tilbud.navn") == 1.0


def test_a_name_without_letters_is_compared_as_it_is() -> None:
    assert name_likeness("§", "§") == 1.0
    assert name_likeness("§", "navn") == 0.0


def test_a_group_that_is_found_again() -> None:
    assert mean_likeness(["a.navn", "kode"], ["kode", "a.navn", "andet"]) == 1.0
    assert mean_likeness(["navn", "kode"], ["kode"]) < 1.0
    assert mean_likeness(["navn"], []) == 0.0


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("adresse.husnummer", "adresse.husnr"),
        ("adresse.husnummer", "adresse.hus_nr"),
        ("adresse.kommunekode", "adresse.kommune.kommuneKode"),
        ("virksomhed.navn", "x.virksomhedsnavn"),
        ("adresse.postnummer", "adresse.post.nummer"),
        ("beloeb", "bel\u00f8b"),
        ("maalgrupper", "ma\u030algrupper"),
        ("adresse.husnummer", "beliggenhedsadresse.husnummerFra"),
        ("virksomhed.virksomhedsform.beskrivelse", "form.langBeskrivelse"),
    ],
)
def test_the_same_field(ours: str, theirs: str) -> None:
    assert same_field(ours, theirs)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("adresse.kommunekode", "adresse.vejkode"),
        ("virksomhed.navn", "virksomhed.binavn"),
        ("pNummer", "pnr"),  # to CPR it is a person's number
        ("adresse.kommunekode", "adresse.municipalityCode"),
        ("kontakt.leder", "kontakt.forstander"),
    ],
)
def test_not_the_same_field(ours: str, theirs: str) -> None:
    assert not same_field(ours, theirs)


def test_an_object_is_named_after_what_is_in_it() -> None:
    assert is_named_after("kommune", "kommuneKode")
    assert is_named_after("navne", "navn")
    assert not is_named_after("binavne", "navn")
    assert not is_named_after("revisor", "navn")


def test_what_two_names_end_in_alike_says_nothing_of_what_they_are() -> None:
    assert name_likeness("kommunekode", "vejkode") < 0.5
    assert name_likeness("pNummer", "sagsnummer") < 0.5
    assert name_likeness("kommunekode", "hjemkommunekode") > 0.7


def test_words_of_another_language_are_alike_and_not_the_same() -> None:
    assert 0.8 < name_likeness("kommunekode", "MunicipalityCode") < 1
    assert field_likeness("afdelinger.afdelingsId", "enheder.enhedsId") == 0.9
