"""What the words of a query stand for."""

from generator.search.danish import query_words
from generator.search.formula import PREFIX_FACTOR, PREFIX_GROUPS
from generator.search.lexicon import Entry, Lexicon, Meant, browser_order, pack, unpack

ENTRIES = [
    Entry("10", 3, ("10",)),
    Entry("107", 9, ("107",)),
    Entry("1070", 2, ("1070",)),
    Entry("2019", 1, ("2019",)),
    Entry("2020", 1, ("2020",)),
    Entry("boern", 4, ("barn",)),
    Entry("botilbud", 7, ("botilbud",)),
    Entry("botilbuddet", 2, ("botilbud",)),
    Entry("bosted", 8, ("bosted",)),
    Entry("i", 9, ("i",)),
]
LEXICON = Lexicon(sorted(ENTRIES, key=lambda entry: browser_order(entry.form)))


def meant(query: str) -> list[list[Meant]]:
    return LEXICON.resolve(query_words(query))


def test_an_exact_form_is_its_group() -> None:
    assert meant("børn") == [[Meant("barn", 1.0)]]


def test_the_last_word_stands_also_for_what_it_begins() -> None:
    assert meant("bo") == [[Meant(group, PREFIX_FACTOR) for group in ("bosted", "botilbud", "barn")]]
    assert meant("botilbud") == [[Meant("botilbud", 1.0)]]


def test_only_the_last_word_is_unfinished_if_it_is_known() -> None:
    assert meant("i børn 107") == [[Meant("barn", 1.0)], [Meant("107", 1.0)]]


def test_an_unknown_word_in_front_is_taken_as_unfinished() -> None:
    assert meant("bost børn") == [[Meant("bosted", PREFIX_FACTOR)], [Meant("barn", 1.0)]]


def test_one_letter_is_no_beginning() -> None:
    assert meant("b") == [[]]


def test_two_years_are_not_a_telephone_number() -> None:
    assert meant("2019 2020") == [[Meant("2019", 1.0)], [Meant("2020", 1.0)]]


def test_beginnings_are_capped() -> None:
    many = Lexicon(Entry(f"ord{number:03}", 1, (f"ord{number:03}",)) for number in range(100))
    assert [found.group for found in many.resolve(query_words("ord"))[0]] == [
        f"ord{n:03}" for n in range(PREFIX_GROUPS)
    ]


def test_packing_keeps_everything() -> None:
    entries = [*ENTRIES, Entry("stofmisbrug", 1, ("stofmisbrug", "stof", "misbrug"))]
    assert list(unpack(pack(entries))) == entries


def test_order_is_that_of_the_browser() -> None:
    # By code point the second would come first; JavaScript compares its surrogates.
    assert sorted(["\uff5a", "\U00020000"], key=browser_order) == ["\U00020000", "\uff5a"]
