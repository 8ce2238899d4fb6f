"""Numbers as text."""

from hypothesis import given
from hypothesis import strategies as st

from generator.search.index.encoding import LAST, MORE, SEPARATORS, encode, encode_lists, encode_steps
from tests.support.search_pages import decode


@given(st.lists(st.integers(min_value=0, max_value=2**40)))
def test_numbers_come_back(numbers: list[int]) -> None:
    assert decode(encode(numbers)) == numbers


def test_small_numbers_take_one_character() -> None:
    assert len(encode(range(64))) == 64
    assert len(encode([64])) == len(encode([1535])) == 2
    assert len(encode([1536])) == 3


def test_no_character_separates_or_needs_escaping() -> None:
    assert not set(LAST + MORE) & set(SEPARATORS + '"\\<')
    assert len(set(LAST + MORE)) == len(LAST + MORE) == 64 + 23
    assert (LAST + MORE).isascii()


@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 3)), unique_by=lambda pair: pair[0]))
def test_postings_are_steps_with_their_strength(postings: list[tuple[int, int]]) -> None:
    postings.sort()
    read, following = [], 0
    for number in decode(encode_steps([document << 2 | strength for document, strength in postings], 2, 4)):
        read.append((following + number // 4, number % 4))
        following = read[-1][0] + 1
    assert read == postings


def test_each_list_begins_with_its_field() -> None:
    assert encode_lists({11: "ab", 0: "c"}) == "0c,bab"
