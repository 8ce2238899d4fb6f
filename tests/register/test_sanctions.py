"""Which sanctions an approval status says are in force."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.register.model.sanctions import is_sanction, sanction_kinds

TILSYN = "Skærpet tilsyn"


@pytest.mark.parametrize(
    ("status", "kinds"),
    [
        ("Skærpet tilsyn", [TILSYN]),
        ("påbud", ["Påbud"]),
        ("Markering", ["Markering"]),
        ("Godkendt med påbud", ["Påbud"]),
        ("Godkendt på vilkår", ["Vilkår"]),
        ("Godkendt med skærpet tilsyn og vilkår", [TILSYN, "Vilkår"]),
        # However it is spelled.
        ("SKAERPET_TILSYN", [TILSYN]),
        ("PAABUD", ["Påbud"]),
        ("Skærpet\u00a0tilsyn", [TILSYN]),
        ("Under skærpet  tilsyn", [TILSYN]),
        ("Pa\u030abud", ["Påbud"]),
        # Ended: the word belongs to what it stands with.
        ("Skærpet tilsyn ophævet", []),
        ("Påbud efterkommet", []),
        ("Tidligere påbud", []),
        ("Ophævet påbud", []),
        ("Skærpet tilsyn; påbud ophævet", [TILSYN]),
        ("Skærpet tilsyn; tidligere påbud er ophævet", [TILSYN]),
        ("Skærpet tilsyn (tidligere påbud)", [TILSYN]),
        ("Godkendt med påbud, vilkår bortfaldet", ["Påbud"]),
        ("Påbud ophævet, skærpet tilsyn", [TILSYN]),
        ("Skærpet tilsyn og påbud ophævet", []),
        ("Skærpet tilsyn (ophævet)", []),
        ("Skærpet tilsyn, ophævet 1. maj 2021", []),
        ("Påbud (tidligere)", []),
        ("Vilkår frafaldet", []),
        ("Påbud, som endnu ikke er ophævet", ["Påbud"]),
        # Denied, or only announced.
        ("Uden påbud", []),
        ("Uden påbud og vilkår", []),
        ("Skærpet tilsyn uden vilkår", [TILSYN]),
        ("Påbud uden frist", ["Påbud"]),
        ("Ikke under skærpet tilsyn", []),
        ("Godkendt, men ikke længere med påbud", []),
        ("Ikke under skærpet tilsyn, men med påbud", ["Påbud"]),
        ("Varsel om påbud", []),
        ("Påbud: nej", []),
        ("Skærpet tilsyn: nej, påbud: ja", ["Påbud"]),
        ("Godkendt", []),
        ("Ophørt", []),
        ("", []),
        (None, []),
    ],
)
def test_each_word_belongs_to_the_sanction_that_it_stands_with(status: str | None, kinds: list[str]) -> None:
    assert sanction_kinds(status) == tuple(kinds)
    assert is_sanction(status) is bool(set(kinds) - {"Vilkår"}), "a condition is no sanction"


@given(st.text(alphabet="skærpet tilsyn påbud;,ikke uden ophævet()", max_size=80))
def test_any_text_is_read(status: str) -> None:
    assert sanction_kinds(status) == sanction_kinds(f" {status.upper()} ")
