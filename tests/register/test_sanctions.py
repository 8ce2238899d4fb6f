"""Which sanctions an approval status says are in force."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.register.model.sanctions import is_sanction, read_sanctions

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
        ("SkærpetTilsyn", [TILSYN]),
        ("Godkendt m/ påbud", ["Påbud"]),
        ("Påbud 2016-01-01", ["Påbud"]),
        ("Godkendt u/ påbud", []),
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
        ("Intet påbud", []),
        ("Påbud: 0", []),
        ("0 påbud", []),
        ("Påbud har været", []),
        ("Godkendt, intet skærpet tilsyn", []),
        ("Ej under skærpet tilsyn", []),
        ("Påbud ikke længere gældende", []),
        ("Påbud ikke længere", []),
        *((f"Påbud {ended}", []) for ended in ("opfyldt", "hævet", "efterlevet", "annulleret", "aflyst")),
        # What stands beside it says nothing of the sanction.
        ("Skærpet tilsyn, godkendelsen ophører 31.12.2026", [TILSYN]),
        ("Skærpet tilsyn; varsel om ophør af godkendelse", [TILSYN]),
        ("Påbud, frist for efterkommelse 1. februar 2027", ["Påbud"]),
        ("Skærpet tilsyn fra 1. maj 2021.", [TILSYN]),
        ("Påbud af 3. maj 2026, jf. § 8 a", ["Påbud"]),
        ("Godkendt. Påbud", ["Påbud"]),
        ("»Påbud«!", ["Påbud"]),
        ("Påbuddet er ophævet", []),
        ("Godkendt", []),
        ("Ophørt", []),
        ("", []),
        (None, []),
    ],
)
def test_each_word_belongs_to_the_sanction_that_it_stands_with(status: str | None, kinds: list[str]) -> None:
    assert read_sanctions(status)[:2] == (tuple(kinds), ())
    assert is_sanction(status) is bool(set(kinds) - {"Vilkår"}), "a condition is no sanction"


@pytest.mark.parametrize(
    ("status", "in_force", "unclear"),
    [
        ("Skærpet tilsyn (tidligere Engvejens Botilbud)", [], [TILSYN]),
        ("Påbud under behandling", [], ["Påbud"]),
        ("Fri for påbud", [], ["Påbud"]),
        ("Påbud (suspenderet)", [], ["Påbud"]),
        ("Skærpet tilsyn; påbud klaget til Ankestyrelsen", [TILSYN], ["Påbud"]),
        ("Skærpet tilsyn og påbud ophævet", [], [TILSYN, "Påbud"]),
        ("Ophævet påbud og skærpet tilsyn", [], [TILSYN, "Påbud"]),
        ("Skærpet tilsyn og påbud (ophævet)", [], [TILSYN, "Påbud"]),
        ("Skærpet tilsyn, ophør 1. maj 2021", [], [TILSYN]),
        ("Påbudsvarsel", [], ["Påbud"]),
        ("Skærpet tilsyn (udløber 30. juni 2027)", [], [TILSYN]),
        ("Skærpet tilsyn fra 1. januar 2020 til 1. april 2020", [], [TILSYN]),
        ("Påbud indtil 1. april 2020", [], ["Påbud"]),
        ("Evt. påbud", [], ["Påbud"]),
        ("Skærpet socialtilsyn", [TILSYN], []),
        ("Påbud, fristen udløbet", [], ["Påbud"]),
        ("Påbud. Frist for efterkommelse udløbet", [], ["Påbud"]),
        ("Påbud, godkendelsen ophørt", [], ["Påbud"]),
        ("Påbud ophævet 1. marts 2024; nyt påbud 1. maj 2025", [], ["Påbud"]),
        ("Påbud; påbud muligvis ophævet", [], ["Påbud"]),
        ("Påbud; vilkår ophævet; ændret", ["Påbud"], []),
        ("Godkendt på vilkår (vilkår ophævet)", [], ["Vilkår"]),
        ("Se note. Godkendt", [], []),
    ],
)
def test_what_cannot_be_read_to_the_last_word_is_unclear(status: str, in_force: list[str], unclear: list[str]) -> None:
    assert read_sanctions(status)[:2] == (tuple(in_force), tuple(unclear))
    assert is_sanction(status) is bool(in_force)


@given(st.text(alphabet="skærpet tilsyn påbud;,ikke uden ophævet()", max_size=80))
def test_any_text_is_read(status: str) -> None:
    assert read_sanctions(status) == read_sanctions(f" {status.upper()} ")


@pytest.mark.parametrize(
    ("status", "unclear"),
    [
        ("Godkendt uden skærpet tilsyn, påbud og markering", ("Påbud", "Markering")),
        ("Ingen påbud/skærpet tilsyn", (TILSYN,)),
        ("Ikke længere skærpet tilsyn, påbud", ("Påbud",)),
        ("Varslet skærpet tilsyn, påbud", ("Påbud",)),
        ("Ophævet: skærpet tilsyn, påbud", ("Påbud",)),
        ("Skærpet tilsyn uden påbud, markering", ("Markering",)),
        ("Uden skærpet tilsyn med påbud", (TILSYN, "Påbud")),
        ("Skærpet tilsyn 01.01.2016-01.07.2016", (TILSYN,)),
        ("Påbud 2016-01-01 – 2016-07-01", ("Påbud",)),
    ],
)
def test_a_denial_may_go_on_through_a_list_and_a_period_may_be_over(status: str, unclear: tuple[str, ...]) -> None:
    found = read_sanctions(status)
    assert found.unclear == unclear and not found.is_read
    assert not set(found.in_force) & set(unclear)
