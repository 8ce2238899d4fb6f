"""A change in words."""

from typing import Any

import pytest

from generator.pages.danish import NO_BREAK
from generator.pages.sentences import address_line, address_text, ages, item_text, scalar_text, sentences, unknown_label
from generator.register.history.changes import Cause, compare
from generator.register.mapping.mapping import default_mapping
from generator.register.model.models import Adresse

MAPPING = default_mapping()
Tilbud = dict[str, Any]


def told(before: Tilbud, after: Tilbud, **envelope: Any) -> list[str]:
    """The sentences for what changed from one tilbud to another, with plain blanks."""
    states = MAPPING.split({"tilbud": before}), MAPPING.split({**envelope, "tilbud": after})
    return [sentence.text.replace(NO_BREAK, " ") for sentence in sentences(MAPPING, compare(MAPPING, *states))]


def test_fields() -> None:
    assert told({"kontakt": {"leder": "A"}}, {"kontakt": {"leder": "B"}}) == ["Leder: ændret fra A til B"]
    assert told({}, {"kontakt": {"leder": "B"}}) == ["Leder tilføjet: B"]
    assert told({"kontakt": {"leder": "A"}}, {}) == ["Leder fjernet: A"]
    assert told({}, {}, status="OPHOERT") == ["Registrering tilføjet: ophørt"]
    assert told({"godkendelse": {"dato": "2021-03-04"}}, {"godkendelse": {"dato": "2022-01-01"}}) == [
        "Godkendelsesdato: ændret fra 4. marts 2021 til 1. januar 2022"
    ]


def test_places() -> None:
    def places(*pairs: tuple[str, int]) -> Tilbud:
        return {"godkendelse": {"pladser": [{"paragraf": paragraph, "antal": number} for paragraph, number in pairs]}}

    assert told(places(("SEL § 107", 12)), places(("SEL § 107", 14), ("SEL § 108", 2))) == [
        "Plads, SEL § 107: ændret fra 12 til 14",
        "Plads tilføjet: SEL § 108, 2",
    ]
    assert told(places(("SEL § 66, stk. 1, nr. 5", 8)), places(("BL § 43, stk. 1, nr. 6", 8))) == [
        "Juridisk grundlag: ændret fra SEL § 66, stk. 1, nr. 5 til BL § 43, stk. 1, nr. 6 (omdøbt ved lov)"
    ]


def test_a_price_is_told_with_the_unit_it_had() -> None:
    def price(amount: float, unit: str) -> Tilbud:
        return {"takster": [{"ydelse": "Botilbud", "beloeb": amount, "enhed": unit}]}

    assert told(price(2150, "kr. pr. døgn"), price(2200.5, "kr. pr. døgn")) == [
        "Takst, Botilbud: ændret fra 2.150 kr. pr. døgn til 2.200,50 kr. pr. døgn"
    ]
    assert told(price(2150, "kr. pr. døgn"), price(65000, "kr. pr. måned")) == [
        "Takst, Botilbud: ændret fra 2.150 kr. pr. døgn til 65.000 kr. pr. måned",
        "Takst, Botilbud, enhed: ændret fra kr. pr. døgn til kr. pr. måned",
    ]


def test_assessments_and_target_groups() -> None:
    assert told(
        {"kvalitetsvurdering": [{"tema": "Sundhed", "score": 3}], "maalgrupper": [{"navn": "Døve", "alderFra": 18}]},
        {"kvalitetsvurdering": [{"tema": "Sundhed", "score": 4.5}], "maalgrupper": [{"navn": "Døve", "alderFra": 16}]},
    ) == ["Målgruppe, Døve, alder fra: ændret fra 18 til 16", "Vurdering, Sundhed: ændret fra 3,0 til 4,5"]
    assert told({}, {"maalgrupper": [{"navn": "Døve"}, {"navn": "Blinde", "alderFra": 18, "alderTil": 65}]}) == [
        "Målgruppe tilføjet: Døve",
        "Målgruppe tilføjet: Blinde, 18–65 år",
    ]


ADDRESS = {"vejnavn": "Engvej", "husnummer": "3", "postnummer": "6500", "postdistrikt": "Vojens", "adresseId": "a1"}


def test_a_move_and_a_refreshed_address() -> None:
    assert told({"adresse": ADDRESS}, {"adresse": ADDRESS | {"adresseId": "a2", "husnummer": "5"}}) == [
        "Adresse: ændret fra Engvej 3, 6500 Vojens til Engvej 5, 6500 Vojens"
    ]
    assert told({"adresse": ADDRESS}, {"adresse": ADDRESS | {"vejnavn": "Engvejen"}}) == [
        "Adresse, vejnavn: ændret fra Engvej til Engvejen"
    ]


def test_objects_that_read_alike_are_told_apart() -> None:
    assert told({"adresse": ADDRESS}, {"adresse": ADDRESS | {"adresseId": "a2"}}) == [
        "Adresse: ændret fra Engvej 3, 6500 Vojens (adresseId a1) til Engvej 3, 6500 Vojens (adresseId a2)"
    ]
    at = {"vejnavn": "Engvej", "kommunenavn": "Haderslev", "wgs84": {"lat": 55.1, "lon": 9.2}}
    assert told({"adresse": at}, {"adresse": at | {"wgs84": {"lat": 55.2, "lon": 9.2}}}) == [
        "Adresse: ændret fra wgs84.lat 55.1 til wgs84.lat 55.2"
    ]


def test_values_that_read_alike_say_so() -> None:
    assert told({"navn": "Huset  her"}, {"navn": "Huset her"}) == [
        "Navn: ændret fra Huset her til Huset her (kun skrivemåden)"
    ]


@pytest.mark.parametrize(
    "after", ["Bøgen\u00a0ved åen", "Bøgen ved\u200b åen", "Bøgen ved a\u030aen", "Bøgen\u2009ved åen"]
)
def test_what_a_reader_can_not_see_is_only_the_way_of_writing(after: str) -> None:
    (text,) = told({"navn": "Bøgen ved åen"}, {"navn": after})
    assert text.endswith(" (kun skrivemåden)")
    long = "Et hus med have og værksted ved åen. " * 5
    assert told({"beskrivelse": long}, {"beskrivelse": long.replace("å", "a\u030a")}) == [
        "Beskrivelse: ændret (kun skrivemåden)"
    ]


@pytest.mark.parametrize("blank", [" ", "\u00a0", "\u200b", " \u2009\ufeff\n"])
def test_a_blank_text_is_none(blank: str) -> None:
    assert told({"navn": "A"}, {"navn": "A", "beskrivelse": blank}) == []
    assert told({"navn": "A", "beskrivelse": blank}, {"navn": "A"}) == []
    assert told({"navn": "A", "beskrivelse": blank}, {"navn": "A", "beskrivelse": "B"}) == ["Beskrivelse tilføjet: B"]


def test_companies() -> None:
    a, b = {"cvrNummer": 44450186, "navn": "Fonden A"}, {"cvrNummer": 11111111, "navn": "Fonden B"}
    assert told({"driftsherre": a}, {"driftsherre": b}) == [
        "Driftsherre: ændret fra Fonden A (CVR 44 45 01 86) til Fonden B (CVR 11 11 11 11)"
    ]
    assert told({"driftsherre": a}, {"driftsherre": a | {"navn": "Fonden C"}}) == [
        "Driftsherre, navn: ændret fra Fonden A til Fonden C"
    ]
    assert told({"driftsaftaler": [a]}, {"driftsaftaler": [a | {"navn": "Fonden C"}, b]}) == [
        "Driftsaftale, Fonden C, navn: ændret fra Fonden A til Fonden C",
        "Driftsaftale tilføjet: Fonden B (CVR 11 11 11 11)",
    ]


def test_departments() -> None:
    nord = {"afdelingsId": 7, "navn": "Nord", "adresse": ADDRESS, "pladser": [{"paragraf": "SEL § 107", "antal": 3}]}
    assert told({}, {"afdelinger": [nord]}) == ["Afdeling tilføjet: Nord, Engvej 3, 6500 Vojens"]
    assert told(
        {"afdelinger": [nord]}, {"afdelinger": [nord | {"pladser": [{"paragraf": "SEL § 107", "antal": 4}]}]}
    ) == ["Afdeling, Nord, pladser, SEL § 107: ændret fra 3 til 4"]
    assert told({"afdelinger": [nord]}, {"afdelinger": [nord | {"pladser": []}]}) == [
        "Afdeling, Nord, pladser fjernet: SEL § 107, 3"
    ]


def test_reports() -> None:
    report = {"titel": "Tilsynsrapport", "dato": "2021-03-04", "url": "https://a.dk/1"}
    assert told({}, {"tilsynsrapporter": [report, {"url": "https://a.dk/2"}]}) == [
        "Tilsynsrapport tilføjet: Tilsynsrapport, 4. marts 2021",
        "Tilsynsrapport tilføjet: https://a.dk/2",
    ]


def test_a_long_text_is_told_word_by_word() -> None:
    before, after = "Et hus med have og værksted. " * 5, "Et hus med park og værksted. " * 5
    ((sentence),) = sentences(
        MAPPING,
        compare(
            MAPPING,
            MAPPING.split({"tilbud": {"beskrivelse": before}}),
            MAPPING.split({"tilbud": {"beskrivelse": after}}),
        ),
    )
    assert sentence.text == "Beskrivelse: ændret"
    assert [piece.text for piece in sentence.pieces if piece.kind == "deleted"] == ["have"] * 5


def test_a_long_text_with_other_blanks_only_says_so() -> None:
    text = "Et hus med have og værksted. " * 5
    assert told({"beskrivelse": text}, {"beskrivelse": text.replace(". ", ".\n")}) == [
        "Beskrivelse: ændret (kun skrivemåden)"
    ]


def test_unknown_fields_go_by_their_own_name() -> None:
    assert told({"rum": {"antal": 3}}, {"rum": {"antal": 4}}) == ["rum · antal: ændret fra 3 til 4"]
    assert told({}, {"ejer": {"navn": "A"}}) == ["ejer · navn tilføjet: A"], "not as if it were the offer's name"
    assert told({}, {"takster": [{"ydelse": "Dag m.v.", "note": "n"}]})[1] == "takster[Dag m.v.] · note tilføjet: n"
    assert unknown_label(MAPPING, "tilbud.kontakt.leder") == "Leder", "a misread fact goes by its label"


def test_an_unknown_object_is_told_whole() -> None:
    assert item_text({"url": "https://a.dk", "type": "video"}) == "url https://a.dk, type video"
    assert (
        item_text({"paragraf": "SEL § 107", "vilkår": {"frist": "snart"}}) == "paragraf SEL § 107, vilkår.frist snart"
    )


def test_each_sentence_carries_its_field_and_cause() -> None:
    states = [
        MAPPING.split({"tilbud": {"adresse": ADDRESS | {"vejnavn": street}}}) for street in ("Engvej", "Engvejen")
    ]
    (sentence,) = sentences(MAPPING, compare(MAPPING, *states))
    assert (sentence.field, sentence.cause, sentence.kind) == ("adresse.vejnavn", Cause.BERIGELSE, "changed")


@pytest.mark.parametrize(
    ("leaf", "value", "text"),
    [
        ("x", True, "ja"),
        ("x", False, "nej"),
        ("x", "  a \n b ", "a b"),
        ("x", " ", "intet"),
        ("x", 55.25, "55.25"),
        ("antal", 1200, "1.200"),
        ("beloeb", "efter aftale", "efter aftale"),
        ("dato", "snart", "snart"),
    ],
)
def test_single_values(leaf: str, value: Any, text: str) -> None:
    assert scalar_text(leaf, value) == text


def test_addresses_and_ages() -> None:
    assert address_text(ADDRESS | {"etage": "1. sal"}) == "Engvej 3, 1. sal, 6500 Vojens"
    letter = {"husbogstav": "A", "etage": "2", "doer": "th"}
    assert address_text(ADDRESS | letter) == "Engvej 3A, 2. th, 6500 Vojens"
    assert address_text(ADDRESS | {"etage": "st", "doer": 4}) == "Engvej 3, st 4, 6500 Vojens"
    assert address_line(Adresse(vejnavn="Engvej", husnummer="3", etage="2")) == "Engvej 3, 2."
    assert address_line(Adresse()) == "" and address_line(Adresse(kommunekode="0751")) == "uden adresse"
    assert address_text({}) == address_text(None) == "uden adresse"
    assert [ages(*span).replace(NO_BREAK, " ") for span in ((18, 65), (0, None), (None, 17), (None, None))] == [
        "18–65 år", "fra 0 år", "til 17 år", "",
    ]  # fmt: skip
