"""What is a word, and which words belong together."""

import json
from pathlib import Path
from typing import Any

import pytest

from generator.search.analysis import danish

VECTORS: dict[str, Any] = json.loads(Path(__file__).with_name("vectors.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("text", "folded"), VECTORS["fold"])
def test_fold(text: str, folded: str) -> None:
    assert danish.fold(text) == folded


@pytest.mark.parametrize(("query", "expected"), VECTORS["query"])
def test_query_words(query: str, expected: list[str | list[str]]) -> None:
    assert [
        [word.form, *word.parts] if word.parts else word.form for word in danish.read_query(query).words
    ] == expected


@pytest.mark.parametrize(("query", "age", "words"), [vector[:3] for vector in VECTORS["age"]])
def test_an_age_is_told_from_the_words(query: str, age: int | None, words: list[str]) -> None:
    read = danish.read_query(query)
    assert read.age == age
    assert [word.form for word in read.words] == words


@pytest.mark.parametrize("words", VECTORS["groups"], ids=lambda words: words[0])
def test_inflections_meet(words: list[str]) -> None:
    assert len({danish.group(danish.fold(word)) for word in words}) == 1


@pytest.mark.parametrize("words", VECTORS["apart"], ids=lambda words: words[0])
def test_other_words_stay_apart(words: list[str]) -> None:
    assert len({danish.group(danish.fold(word)) for word in words}) == len(words)


@pytest.mark.parametrize("text", ["Ring 44 45 01 86", "+45 44450186", "tlf. 4445-0186."])
def test_a_number_in_groups_is_indexed_as_one(text: str) -> None:
    assert "44450186" in danish.forms_in(text)


def test_each_group_of_a_number_is_still_a_word() -> None:
    assert danish.forms_in("2019 2020") == ["2019", "2020", "20192020"]


def test_what_stands_unseen_in_a_word_does_not_end_it() -> None:
    assert danish.forms_in("A\u030abenra\u030a kvinde\u00adhuset") == ["aabenraa", "kvindehuset"]


def test_a_paragraph_is_a_form_of_its_own() -> None:
    assert danish.forms_in("SEL §107") == ["sel", "107", "§107"]
    assert danish.forms_in("lejet efter ABL § 105")[-2:] == ["abl§105", "§105"]
    assert set(danish.forms_in("BL § 43, stk. 1, nr. 6")) >= {"bl§43nr6", "bl§43", "§43nr6", "§43"}
    assert danish.forms_in("Rosenvej 107") == ["rosenvej", "107"]


def test_a_paragraph_is_looked_for_less_and_less_precisely() -> None:
    form, seen = "bl§43nr6", []
    while "§" in form:
        form = danish.simpler_paragraph(form)
        seen.append(form)
    assert seen == ["§43nr6", "§43", "43"]


def test_a_word_with_a_hyphen_is_also_one_word() -> None:
    assert danish.forms_in("Et dag-tilbud på Å-huset") == [
        "et",
        "dag",
        "tilbud",
        "paa",
        "aa",
        "huset",
        "dagtilbud",
        "aahuset",
    ]
    assert "aktivitetsog" not in danish.forms_in("aktivitets- og samværstilbud")
    assert danish.forms_in("2024-2026") == ["2024", "2026", "20242026"]  # as a number in groups


def test_small_words_count_only_alone() -> None:
    assert [word.form for word in danish.without_small_words(danish.read_query("botilbud i Odense").words)] == [
        "botilbud",
        "odense",
    ]
    assert [word.form for word in danish.without_small_words(danish.read_query("på").words)] == ["paa"]


def test_a_pasted_page_is_cut() -> None:
    assert len(danish.read_query(" ".join(f"ord{number}" for number in range(1000))).words) == danish.MAX_QUERY_WORDS
