"""What is a word, and which words belong together."""

import json
from pathlib import Path
from typing import Any

import pytest

from generator.search import danish

VECTORS: dict[str, Any] = json.loads(Path(__file__).with_name("vectors.json").read_text(encoding="utf-8"))


def indexed_forms(text: str) -> list[str]:
    return [known.form for word in danish.written_words(text) for known in danish.analyse(word)]


@pytest.mark.parametrize(("text", "folded"), VECTORS["fold"])
def test_fold(text: str, folded: str) -> None:
    assert danish.fold(text) == folded


@pytest.mark.parametrize(("query", "expected"), VECTORS["query"])
def test_query_words(query: str, expected: list[str | list[str]]) -> None:
    assert [[word.form, *word.parts] if word.parts else word.form for word in danish.query_words(query)] == expected


@pytest.mark.parametrize("words", VECTORS["groups"], ids=lambda words: words[0])
def test_inflections_meet(words: list[str]) -> None:
    assert len({danish.group(danish.fold(word)) for word in words}) == 1


@pytest.mark.parametrize("words", VECTORS["apart"], ids=lambda words: words[0])
def test_other_words_stay_apart(words: list[str]) -> None:
    assert len({danish.group(danish.fold(word)) for word in words}) == len(words)


@pytest.mark.parametrize("text", ["Ring 44 45 01 86", "+45 44450186", "tlf. 4445-0186."])
def test_a_number_in_groups_is_indexed_as_one(text: str) -> None:
    assert "44450186" in indexed_forms(text)


def test_each_group_of_a_number_is_still_a_word() -> None:
    assert indexed_forms("2019 2020") == ["2019", "2020", "20192020"]


def test_written_words_keep_decomposed_letters_together() -> None:
    assert indexed_forms("A\u030abenra\u030a kvinde\u00adhuset") == ["aabenraa", "kvindehuset"]


def test_a_paragraph_is_its_number() -> None:
    assert indexed_forms("SEL §107") == ["sel", "107"]


def test_small_words_count_only_alone() -> None:
    assert [word.form for word in danish.without_small_words(danish.query_words("botilbud i Odense"))] == [
        "botilbud",
        "odense",
    ]
    assert [word.form for word in danish.without_small_words(danish.query_words("på"))] == ["paa"]


def test_a_pasted_page_is_cut() -> None:
    assert len(danish.query_words(" ".join(f"ord{number}" for number in range(1000)))) == danish.MAX_QUERY_WORDS
