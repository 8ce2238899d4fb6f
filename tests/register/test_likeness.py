"""Names that mean the same are alike, however they are spelt; names that don't are not."""

import pytest

from generator.register.mapping.similarity import field_likeness, mean_likeness, name_likeness


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
