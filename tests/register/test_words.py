"""Long texts, compared word by word."""

from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from generator.register.history.word_diff import LONG, Piece, compare_words, is_long

TEXTS = st.lists(st.sampled_from(["bo", "botilbud", "og", ",", ".", " ", "  ", "\n", "æ", "1"]), max_size=30).map(
    "".join
)


def without_blanks(text: str) -> str:
    return "".join(text.split())


def test_a_changed_word_is_deleted_then_added() -> None:
    assert compare_words("Et botilbud til voksne.", "Et tilbud til voksne.") == (
        Piece("same", "Et "),
        Piece("deleted", "botilbud"),
        Piece("added", "tilbud"),
        Piece("same", " til voksne."),
    )


def test_a_blank_between_two_changes_belongs_to_both() -> None:
    assert compare_words("Et lille hus her", "Et stort bo her") == (
        Piece("same", "Et "),
        Piece("deleted", "lille hus"),
        Piece("added", "stort bo"),
        Piece("same", " her"),
    )


def test_a_line_break_between_two_changes_stays() -> None:
    assert compare_words("Hus her.\nBil.", "Bo her.\nCykel.") == (
        Piece("deleted", "Hus"),
        Piece("added", "Bo"),
        Piece("same", " her.\n"),
        Piece("deleted", "Bil"),
        Piece("added", "Cykel"),
        Piece("same", "."),
    )


def test_texts_that_are_equal_empty_or_new() -> None:
    assert compare_words("", "") == ()
    assert compare_words("bo", "bo") == (Piece("same", "bo"),)
    assert compare_words("", "bo her") == (Piece("added", "bo her"),)
    assert compare_words("bo her", "") == (Piece("deleted", "bo her"),)


@given(TEXTS | st.text(), TEXTS | st.text())
def test_same_and_added_are_the_text_after(before: str, after: str) -> None:
    assert "".join(p.text for p in compare_words(before, after) if p.kind != "deleted") == after


@given(TEXTS | st.text(), TEXTS | st.text())
def test_same_and_deleted_are_the_text_before_but_for_blanks_that_others_replaced(before: str, after: str) -> None:
    kept = "".join(p.text for p in compare_words(before, after) if p.kind != "added")
    assert without_blanks(kept) == without_blanks(before)


@given(TEXTS, TEXTS)
def test_no_piece_is_empty_and_no_kind_follows_itself(before: str, after: str) -> None:
    pieces = compare_words(before, after)
    assert all(piece.text for piece in pieces)
    assert all(a.kind != b.kind for a, b in pairwise(pieces))


def test_a_long_text_takes_no_time() -> None:
    """With the blanks matched like words, these took more than a minute."""
    dice = Random(1)
    words = [f"ord{dice.randrange(400)}" for _ in range(2500)]
    changed = [word if place % 15 else "nyt" for place, word in enumerate(words)]
    assert len(compare_words(" ".join(words), " ".join(changed))) > 400


def test_long_is_what_is_better_shown_word_by_word() -> None:
    assert is_long("a" * (LONG + 1), "b")
    assert is_long("a", "to\nlinjer")
    assert not is_long("a" * LONG, "b\n")
    assert not is_long(None, 3, ["a" * 100])
