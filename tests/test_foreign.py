"""Text that is not ours: what is taken out, what is marked, what is isolated, and that all of it is quick."""

import unicodedata
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.foreign import isolated, isolated_feed, isolated_page, may_be_odd, without_controls

NAME = "Botilbud \u202eneremmaH\u202c 12"
ARABIC = "دار السلام"  # two words
EVERYTHING = list(map(chr, chain(range(0x3000), range(0xD7F0, 0x10FFFF + 1, 0x101), (0xFFFE, 0xFFFF, 0x1FFFF, 0xFDD0))))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (NAME, "Botilbud neremmaH 12"),
        ("\u202a+45 12 34 56 78\u202c", "+45 12 34 56 78"),  # as it is pasted from a telephone
        ("a\u200eb\u200fc\u2066d\u2069e\u061cf", "abcdef"),
        ("a\x00b\x1b[31mc\x7fd\x85e\x9bf", "a\ufffdb\ufffd[31mc\ufffdd\ufffde\ufffdf"),
        ("a\ud800b\ufffec\ufdd0d\U0001ffffe", "a\ufffdb\ufffdc\ufffdd\ufffde"),
        ("æøå\u00ad\u00a0–…\n\t\r😀\u2028", "æøå\u00ad\u00a0–…\n\t\r😀\u2028"),
        (ARABIC, ARABIC),
    ],
)
def test_what_turns_the_direction_goes_and_what_html_forbids_is_marked(text: str, expected: str) -> None:
    assert without_controls(text) == expected


def test_nothing_is_left_that_html_forbids_or_turns_a_line() -> None:
    for sign in EVERYTHING:
        kept = without_controls(sign)
        turns = unicodedata.bidirectional(sign) in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
        forbidden = unicodedata.category(sign) in {"Cc", "Cs"} and sign not in "\t\n\r"
        assert kept == ("" if turns else "\ufffd" if forbidden else kept), hex(ord(sign))
        assert kept in (sign, "\ufffd", ""), hex(ord(sign))


def test_whatever_is_written_from_the_right_is_isolated() -> None:
    for sign in EVERYTHING:
        if unicodedata.bidirectional(sign) in {"R", "AL"} and without_controls(sign) == sign:
            assert isolated(sign) == f"\u2068{sign}\u2069", hex(ord(sign))


def test_the_quick_look_misses_nothing() -> None:
    for sign in EVERYTHING:
        is_odd = without_controls(sign) != sign or isolated(sign) != sign
        assert may_be_odd(sign.encode("utf-8", "surrogatepass")) >= is_odd, hex(ord(sign))
    for common in "abc æøåÆØÅéüß§«»–—…“”‘’•·½\u00a0\u00ad\n\t\r€→✓":
        assert not may_be_odd(common.encode()), common


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{ARABIC} 12 pladser", "\u2068دار السلام\u2069 12 pladser"),
        (f"Botilbud {ARABIC} (12)", "Botilbud \u2068دار السلام\u2069 (12)"),
        ("בית 4, بيت 5", "\u2068בית\u2069 4, \u2068بيت\u2069 5"),
        ("Botilbuddet Å-huset 12", "Botilbuddet Å-huset 12"),
    ],
)
def test_words_from_the_right_are_isolated_with_what_stands_between_them(text: str, expected: str) -> None:
    assert isolated(text) == expected


def test_a_page_isolates_by_elements_where_they_may_stand() -> None:
    page = f"""<title>{ARABIC} 1</title><a title="a > '{ARABIC}'" href='x"{ARABIC}'>{ARABIC} 2</a><option>{ARABIC} 3
</option><svg><text y="1">{ARABIC} 4</text></svg>&lt;{ARABIC}&gt;"""
    chars, element = f"\u2068{ARABIC}\u2069", f"<bdi>{ARABIC}</bdi>"
    assert isolated_page(page) == (
        f"""<title>{chars} 1</title><a title="a > '{ARABIC}'" href='x"{ARABIC}'>{element} 2</a><option>{chars} 3
</option><svg><text y="1">{chars} 4</text></svg>&lt;{element}&gt;"""
    )


def test_a_feed_isolates_by_characters() -> None:
    assert isolated_feed(f'<entry a="{ARABIC}"><title>{ARABIC} 1</title></entry>') == (
        f'<entry a="{ARABIC}"><title>\u2068{ARABIC}\u2069 1</title></entry>'
    )


@given(st.text(st.sampled_from("aæ 1(·\u0591אبع\u202e\u200f\x00😀\U0001e900")))
def test_isolating_keeps_the_text(text: str) -> None:
    kept = without_controls(text)
    done = isolated(kept)
    assert done.replace("\u2068", "").replace("\u2069", "") == kept
    assert done.count("\u2068") == done.count("\u2069")
    outside = "".join(part.rpartition("\u2069")[2] for part in f"\u2069{done}".split("\u2068"))
    assert not {unicodedata.bidirectional(sign) for sign in outside} & {"R", "AL"}
