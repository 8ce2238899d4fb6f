"""All offers by word, and what their words have to do with each other."""

from generator.register.model.search_document import ResultRow, SearchDocument
from generator.search.index.formula import FIELD_NAMES
from generator.search.index.inverted import STRENGTH_BITS, Inverted, Vocabulary
from generator.search.index.terms import OfferTerms, count_terms

ROW = ResultRow("Hus", "tilbud/1.html", "", "", (), ())


def terms(**fields: str) -> OfferTerms:
    return count_terms(SearchDocument("1", False, {field: (text,) for field, text in fields.items()}, ROW))


def test_a_posting_is_document_and_strength() -> None:
    inverted = Inverted.of(
        [terms(navn="Hus"), terms(metode="KRAP"), terms(navn="Det store røde hus", beskrivelse="hus hus")]
    )
    names, texts = (inverted.postings[FIELD_NAMES.index(field)] for field in ("navn", "beskrivelse"))
    assert inverted.documents == 3
    assert list(names["hus"]) == [0 << STRENGTH_BITS | 3, 2 << STRENGTH_BITS | 0]
    assert list(texts["hus"]) == [2 << STRENGTH_BITS | 1]


def test_names_of_people_and_streets_make_no_compounds() -> None:
    inverted = Inverted.of([terms(leder="Bo Enghave", adresse="Havevej 7", beskrivelse="haven ved vejen")])
    assert inverted.prose() == {"haven", "vejen"}


def test_words_are_said_as_most_offers_write_them() -> None:
    offers = [
        terms(navn="Boenheden i Aarhus"),
        terms(navn="Aarhus"),
        terms(navn="Århus og gaarden"),
        terms(navn="gården"),
    ]
    inverted = Inverted.of(offers)
    assert inverted.spellings(inverted.offers_with()) == {"boenheden": "boenheden", "aarhus": "aarhus"}


def test_how_many_offers_have_a_form_at_least() -> None:
    inverted = Inverted.of([terms(navn="Hus", beskrivelse="hus"), terms(beskrivelse="hus")])
    assert inverted.offers_with() == {"hus": 2}


def test_a_part_can_be_asked_for_even_where_it_never_stands_alone() -> None:
    offers = {"stofmisbrugsbehandling": 5, "stof": 1, "misbrug": 2, "behandling": 3}
    vocabulary = Vocabulary.of(offers, offers)
    assert vocabulary.group_of["misbrugsbehandling"] == "misbrugsbehandling"
    assert vocabulary.offers["misbrugsbehandling"] == 5
    assert set(vocabulary.parts) == {"stofmisbrugsbehandling"}
    assert "misbrug" in vocabulary.parts["stofmisbrugsbehandling"]


def test_groups_know_their_forms() -> None:
    vocabulary = Vocabulary.of({"boern": 1, "barnet": 1, "hus": 1}, ())
    assert vocabulary.forms_of() == {"barn": ["barnet", "boern"], "hus": ["hus"]}
