"""Paragraphs and themes: what is one thing under two names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.register.model.vocabulary import (
    paragraph_identity,
    paragraph_meaning,
    parse_paragraph,
    renamed_by_law,
    successor_paragraph,
    theme_identity,
    write_paragraph,
)


@pytest.mark.parametrize(
    ("text", "paragraph"),
    [
        ("SEL § 107", ("SEL", "107", "", "")),
        ("sel §107", ("SEL", "107", "", "")),
        ("SEL 107", ("SEL", "107", "", "")),
        ("§ 107", ("", "107", "", "")),
        ("107", ("", "107", "", "")),
        ("SEL § 32 a", ("SEL", "32a", "", "")),
        ("SEL § 66, stk. 1, nr. 6", ("SEL", "66", "1", "6")),
        ("SEL § 66 stk 1 nr 6", ("SEL", "66", "1", "6")),
        ("SEL § 66 nr. 6", ("SEL", "66", "", "6")),
        (" BL  §  43,\u00a0stk. 1, nr. 6 ", ("BL", "43", "1", "6")),
    ],
)
def test_a_paragraph_is_read_in_its_spellings(text: str, paragraph: tuple[str, str, str, str]) -> None:
    assert parse_paragraph(text) == paragraph


@pytest.mark.parametrize("text", ["", "Andet", "SEL § 66, stk. 1, nr. 5 og 6", "serviceloven § 107", "§"])
def test_what_is_no_paragraph_is_left_alone(text: str) -> None:
    assert parse_paragraph(text) is None
    assert successor_paragraph(text) is None
    assert paragraph_meaning(text) == ""


def test_the_children_s_homes_were_renamed_by_law() -> None:
    home, institution, new = "SEL § 66, stk. 1, nr. 5", "SEL § 66, stk. 1, nr. 6", "BL § 43, stk. 1, nr. 6"
    assert paragraph_identity(home) == paragraph_identity(institution) == paragraph_identity(new)
    assert successor_paragraph(home) == new
    assert successor_paragraph("SEL § 66, stk. 1, nr. 7") == "BL § 43, stk. 1, nr. 7"
    assert successor_paragraph(new) is None
    assert renamed_by_law(home, new)
    assert not renamed_by_law(new, home), "the law does not go back"
    assert not renamed_by_law(home, institution), "the offer itself became another"


def test_an_unknown_paragraph_is_the_same_in_any_case_and_spacing() -> None:
    assert paragraph_identity("Andet  grundlag ") == paragraph_identity("andet grundlag")
    assert paragraph_identity("SEL § 107") != paragraph_identity("SUL § 107")


@given(st.sampled_from(["SEL", "BL", "ABL", ""]), *[st.integers(1, 200).map(str)] * 3)
def test_a_written_paragraph_is_read_again(law: str, number: str, stk: str, nr: str) -> None:
    assert parse_paragraph(write_paragraph((law, number, stk, nr))) == (law, number, stk, nr)


@given(st.text())
def test_any_text_has_one_identity(text: str) -> None:
    assert paragraph_identity(text) == paragraph_identity(f" {text} ")
    assert theme_identity(text) == theme_identity(f" {text} ")


def test_both_spellings_of_the_methods_theme_are_one() -> None:
    assert theme_identity("Målgruppe, metoder og resultater") == theme_identity("Målgrupper, metoder og  resultater")
    assert theme_identity("Sundhed og trivsel") != theme_identity("Fysiske rammer")
