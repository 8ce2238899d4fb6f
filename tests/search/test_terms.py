"""Counting the words of an offer."""

import pickle

from generator.register.searchable import FIELDS, ResultRow, SearchDocument
from generator.search.formula import FIELD_NAMES, MOST_COUNTED, WEIGHTS
from generator.search.terms import count_terms, field_length, read_row

ROW = ResultRow("Å-huset", "tilbud/1.html", "Godkendt", "", ("Aabenraa",), ("Søhuset",))
NAME, TEXT = FIELD_NAMES.index("navn"), FIELD_NAMES.index("tekst")


def document(**fields: str) -> SearchDocument:
    return SearchDocument("1", False, {field: (text,) for field, text in fields.items()}, ROW)


def test_inflections_are_counted_together() -> None:
    terms = count_terms(document(tekst="Plads til pladser; børn, barnet"))
    assert terms.counts[TEXT] == {"plad": 2, "til": 1, "barn": 2}
    assert field_length(terms.counts[TEXT]) == 5
    assert terms.forms["pladser"] == terms.forms["plads"] == ("plad",)


def test_fields_are_counted_apart_and_empty_ones_left_out() -> None:
    terms = count_terms(document(navn="Lærkehøj", tekst="Lærkehøj", metode=" – "))
    assert terms.counts == {NAME: {"laerkehoej": 1}, TEXT: {"laerkehoej": 1}}


def test_a_count_fits_a_byte() -> None:
    assert count_terms(document(tekst="bo " * 1000)).counts[TEXT] == {"bo": MOST_COUNTED}


def test_terms_travel_between_processes() -> None:
    terms = count_terms(document(navn="Å-huset"))
    assert pickle.loads(pickle.dumps(terms)) == terms
    assert read_row(terms.row) == ROW


def test_a_lone_surrogate_in_a_name_is_replaced() -> None:
    row = ResultRow("Hus\ud800et", "tilbud/1.html", "Godkendt", "", ("a\udc00",), ())
    terms = count_terms(SearchDocument("1", False, {"navn": ("Hus\ud800et",)}, row))
    assert read_row(terms.row).name == "Hus?et"


def test_every_field_has_a_weight() -> None:
    assert set(WEIGHTS) == set(FIELDS)
    assert max(WEIGHTS, key=lambda field: WEIGHTS[field]) == "navn"
    assert min(WEIGHTS, key=lambda field: WEIGHTS[field]) == "tekst"
