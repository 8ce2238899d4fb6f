"""The words of an offer, field by field."""

import pickle

import orjson

from generator.register.model.search_document import FIELDS, NAMES, TEXTS, Facets, ResultRow, SearchDocument
from generator.search.index import formula
from generator.search.index.formula import FIELD_NAMES, WEIGHTS
from generator.search.index.terms import count_terms, read_row

ROW = ResultRow("Å-huset", "tilbud/1.html", "Godkendt", "", ("Aabenraa",), ("Søhuset",))


def document(**fields: str) -> SearchDocument:
    return SearchDocument("1", False, {field: (text,) for field, text in fields.items()}, ROW)


def forms(field: str, *texts: str) -> list[set[str]]:
    """The forms of a field, by strength."""
    terms = count_terms(SearchDocument("1", False, {field: texts}, ROW))
    return [set(some.split()) for some in terms.forms[FIELD_NAMES.index(field)]]


def test_in_a_text_what_comes_again_is_stronger() -> None:
    assert forms("beskrivelse", "Plads til en plads; barnet") == [{"barnet"}, {"plads"}]
    assert forms("vurdering", "Plads", "plads") == [set(), {"plads"}]


def test_small_words_of_texts_are_left_out_and_those_of_names_are_not() -> None:
    assert forms("beskrivelse", "Huset på bakken") == [{"huset", "bakken"}, set()]
    assert forms("navn", "Huset på bakken") == [set(), {"huset", "paa", "bakken"}, set(), set()]


def test_in_a_short_name_a_word_is_stronger() -> None:
    assert forms("navn", "Lærkehøj") == [set(), set(), set(), {"laerkehoej"}]
    assert forms("tidligere", "Lærkehøj", "Botilbuddet Lærkehøj Nord") == [
        set(),
        {"botilbuddet", "nord"},
        set(),
        {"laerkehoej"},
    ]


def test_the_words_that_stand_with_numbers_are_no_numbers() -> None:
    assert forms("tal", "tilbudsid 10005", "CVR-nummer 44 45 01 86") == [{"10005", "44", "45", "01", "86", "44450186"}]


def test_fields_are_kept_apart_and_empty_ones_left_out() -> None:
    terms = count_terms(document(navn="Lærkehøj", beskrivelse="Lærkehøj"))
    assert set(terms.forms) == {FIELD_NAMES.index("navn"), FIELD_NAMES.index("beskrivelse")}
    assert orjson.loads(terms.short) == [[FIELD_NAMES.index("navn"), "Lærkehøj"]]
    assert orjson.loads(terms.texts) == [[FIELD_NAMES.index("beskrivelse"), "Lærkehøj"]]


def test_terms_travel_between_processes() -> None:
    terms = count_terms(document(navn="Å-huset"))
    assert pickle.loads(pickle.dumps(terms)) == terms
    assert read_row(terms.row) == ROW


def test_a_lone_surrogate_in_a_name_is_replaced() -> None:
    row = ResultRow("Hus\ud800et", "tilbud/1.html", "Godkendt", "", ("a\udc00",), ())
    terms = count_terms(SearchDocument("1", False, {"navn": ("Hus\ud800et",)}, row))
    assert read_row(terms.row).name == "Hus\ufffdet"
    assert orjson.loads(terms.short) == [[0, "Hus\ufffdet"]]


def test_ages_are_kept_within_a_life() -> None:
    row = ResultRow("Hus", "tilbud/1.html", "Godkendt", "", (), ())
    facets = Facets(maalgruppe=("Angst",), alder=(("Angst", -3, 999), ("", None, None)))
    terms = count_terms(SearchDocument("1", False, {"navn": ("Hus",)}, row, facets))
    assert terms.facets.alder == (("Angst", 0, 150), ("", None, None))


def test_every_field_has_a_weight() -> None:
    assert set(WEIGHTS) == set(FIELDS) >= TEXTS | NAMES
    assert max(WEIGHTS, key=lambda field: WEIGHTS[field]) == "navn"
    assert {min(WEIGHTS, key=lambda field: WEIGHTS[field])} <= TEXTS


def test_no_strength_lifts_a_match_above_a_better_kind() -> None:
    strongest = max(formula.STRENGTH_WORTH)
    for better, worse in zip(formula.WORTH, formula.WORTH[1:], strict=False):
        assert better * min(formula.STRENGTH_WORTH) > worse * strongest


def test_a_rare_word_tells_more() -> None:
    told = [formula.rarity(2000, having) for having in (1, 10, 100, 1000, 2000)]
    assert told == sorted(told, reverse=True)
    assert told[-1] > 0
