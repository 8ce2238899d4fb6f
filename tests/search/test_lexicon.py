"""What the words of a query stand for."""

import pytest

from generator.search.analysis.danish import MAX_QUERY_WORDS, fold, read_query
from generator.search.index.formula import EXACT, FAMILY, MISSPELT, PART, PREFIX
from generator.search.index.inverted import Vocabulary
from generator.search.index.lexicon import (
    Lexicon,
    LexiconEntry,
    TermMatch,
    browser_order,
    entries_of,
    often,
    pack,
    unpack,
)

OFFERS = {
    "10": 3, "107": 9, "1070": 2, "§107": 9, "2019": 1, "2020": 1, "41a": 1, "bl§43": 2, "§43": 2, "§43nr6": 1,
    "boern": 4, "barnet": 1, "botilbud": 7, "botilbuddet": 2, "bosted": 8, "tilbud": 9, "dagtilbud": 3, "i": 9,
    "krisecenter": 5, "krisecentre": 2, "misbrug": 4, "stofmisbrug": 3, "stofmisbrugsbehandling": 2, "center": 2,
    "behandling": 6, "silkeborg": 5, "aabenraa": 3, "autismespektrum": 8, "laerkehoej": 2, "plads": 3, "pladser": 4,
}  # fmt: skip
LEXICON = Lexicon(entries_of(Vocabulary.of(OFFERS, OFFERS)))


def meant(query: str) -> list[dict[str, int]]:
    """For each word of a query the best kind of match for each form, "+group" for compounds with a part."""
    words = []
    for word in LEXICON.resolve(read_query(query).words).words:
        kinds: dict[str, int] = {}
        for one in word:
            name = f"+{one.group}" if one.form is None else one.form
            kinds[name] = min(kinds.get(name, one.kind), one.kind)
        words.append(kinds)
    return words


def instead(query: str) -> dict[str, str]:
    return dict(LEXICON.resolve(read_query(query).words).instead)


def test_the_form_its_family_and_its_compounds() -> None:
    [word] = meant("tilbud x")[:1]
    assert word == {"tilbud": EXACT, "tilbuddet": FAMILY, "+tilbud": PART}
    [word] = meant("pladser")
    assert word == {"pladser": EXACT, "plads": FAMILY, "+plad": PART}
    [word] = meant("børn")
    assert word == {"boern": EXACT, "barnet": FAMILY, "+barn": PART}


def test_compounds_are_found_by_each_part() -> None:
    for part in ("stofmisbrug", "misbrug", "behandling", "misbrugsbehandling"):
        assert "+" + LEXICON.find(fold(part)).group in meant(part)[0]  # type: ignore[union-attr]


def test_the_last_word_stands_also_for_what_it_begins() -> None:
    [word] = meant("bo")
    assert {form for form, kind in word.items() if kind == PREFIX} >= {"bosted", "botilbud", "botilbuddet", "boern"}
    assert "dagtilbud" not in word


def test_a_word_before_another_is_begun_from_four_letters_on() -> None:
    assert meant("silk 107")[0]["silkeborg"] == PREFIX
    assert "silkeborg" not in meant("sil 107")[0]


def test_one_letter_is_no_beginning() -> None:
    assert meant("b") == [{}]


def test_a_paragraph_is_the_sign_and_the_number() -> None:
    assert meant("§ 107") == meant("SEL § 107") == meant("SEL 107") == meant("§107") == [{"§107": EXACT, "+§107": PART}]
    [word] = meant("107")
    assert word["§107"] == EXACT
    assert word["107"] == PREFIX  # a house number
    assert "1070" not in word


def test_a_paragraph_that_nobody_has_is_taken_less_precisely() -> None:
    assert "bl§43" in meant("BL § 43")[0]
    assert "§43nr6" in meant("BL § 43, stk. 1, nr. 6")[0]
    assert "§43" in meant("SUL § 43")[0]
    assert "10" in meant("§ 10")[0]


@pytest.mark.parametrize("query", ["§ 107 a", "§107a", "§ 107 x", "§ 107 b"])
def test_a_paragraph_stays_while_the_next_word_is_begun(query: str) -> None:
    assert meant(query) == meant("§ 107")


def test_so_many_words_are_asked_for_and_no_more() -> None:
    query = " ".join(f"tilbud{joint}misbrug{number}" for number, joint in enumerate("abcdefghijklmnopqrstuvwxyz"))
    assert len(LEXICON.resolve(read_query(query).words).words) == MAX_QUERY_WORDS
    unknown = " ".join(f"misbrug{ending}center" for ending in ("", "s", "e")) + " center" * 30
    assert len(LEXICON.resolve(read_query(unknown).words).words) <= MAX_QUERY_WORDS


def test_two_years_are_not_a_telephone_number() -> None:
    assert [set(word) for word in meant("2019 2020")] == [{"2019", "+2019"}, {"2020", "+2020"}]


@pytest.mark.parametrize("query", ["dag tilbud", "dag-tilbud"])
def test_two_words_may_be_one(query: str) -> None:
    first, second = meant(query)
    assert first["dagtilbud"] == second["dagtilbud"] == EXACT


def test_a_house_number_and_its_letter_are_one() -> None:
    assert [word.get("41a") for word in meant("41 A")] == [EXACT, EXACT]


@pytest.mark.parametrize("query", ["krisecentrene", "krisecentrets", "krisecenterets", "krisecentret"])
def test_an_inflection_that_nobody_has_is_found_by_the_others(query: str) -> None:
    [word] = meant(query)
    assert word["krisecenter"] == FAMILY
    assert instead(query) == {}


def test_a_family_that_no_rule_finds_can_be_asked_for_by_any_of_its_words() -> None:
    lexicon = Lexicon(entries_of(Vocabulary.of({"kriminalitet": 3}, ())))
    [word] = lexicon.resolve(read_query("kriminelle").words).words
    assert ("kriminalitet", FAMILY) in {(one.form, one.kind) for one in word}


def test_a_compound_that_nobody_has_is_looked_for_by_its_parts() -> None:
    first, second = meant("misbrugscenter")
    assert first["misbrug"] == second["center"] == EXACT


@pytest.mark.parametrize(
    ("query", "right"),
    [
        ("silkebrog", "silkeborg"),
        ("slikeborg", "silkeborg"),
        ("xilkeborg", "silkeborg"),
        ("åbenrrå", "aabenraa"),
        ("lærkehøjj", "laerkehoej"),
        ("stofmisbrugsbehanling", "stofmisbrugsbehandling"),
        ("stofmisbrusgbehandlin", "stofmisbrugsbehandling"),
        ("autsime", "autisme"),  # as far as it goes
    ],
)
def test_letters_may_be_wrong(query: str, right: str) -> None:
    assert meant(query)[0][right] == MISSPELT
    assert instead(query) == {fold(query): right}


@pytest.mark.parametrize("query", ["silkbogrxx", "xyz", "bx", "44450187", "12345", "silkeborgx" * 5])
def test_what_is_too_far_off_is_nothing(query: str) -> None:
    assert meant(query) == [{}]


def test_packing_keeps_everything() -> None:
    entries = [LexiconEntry("boern", 4, "barn"), LexiconEntry("botilbud", 7, "botilbud")]
    assert list(unpack(pack(entries))) == entries


def test_order_is_that_of_the_browser() -> None:
    # By code point the second would come first; JavaScript compares its surrogates.
    assert sorted(["\uff5a", "\U00020000"], key=browser_order) == ["\U00020000", "\uff5a"]


def test_one_offer_more_seldom_changes_how_often() -> None:
    assert [often(offers) for offers in (0, 1, 2, 3, 4, 100, 120)] == [0, 1, 2, 2, 3, 7, 7]


def test_a_meaning_is_told_once() -> None:
    for word in LEXICON.resolve(read_query("dag tilbud dagtilbud").words).words:
        assert len(set(word)) == len(word)
        assert all(isinstance(one, TermMatch) for one in word)
