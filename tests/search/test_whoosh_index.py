"""The index behind the command line's search."""

import math
from pathlib import Path

import pytest
from whoosh.util.numeric import byte_to_length, length_to_byte

from generator.errors import CheckError, UsageError
from generator.register.searchable import ResultRow, SearchDocument
from generator.search import danish
from generator.search.formula import FIELD_NAMES, K1, WEIGHTS, B
from generator.search.lexicon import Lexicon, LexiconBuilder
from generator.search.terms import OfferTerms, count_terms, field_length
from generator.search.whoosh_index import build_index, read_meta, search


@pytest.fixture(scope="module")
def folder(offers: list[OfferTerms], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whoosh") / "index"
    assert build_index(offers, folder, {"pull": 3}) == len(offers)
    return folder


def plain_score(offers: list[OfferTerms], document: int, group: str) -> float:
    """The formula, written down from its definition."""
    score = 0.0
    for number, name in enumerate(FIELD_NAMES):
        times = offers[document].counts.get(number, {}).get(group, 0)
        if times:
            lengths = [field_length(terms.counts.get(number, {})) for terms in offers]
            containing = sum(group in terms.counts.get(number, {}) for terms in offers)
            idf = math.log(len(offers) / (containing + 1)) + 1
            length = byte_to_length(length_to_byte(lengths[document]))
            share = 1 - B + B * length / (sum(lengths) / len(offers))
            score += WEIGHTS[name] * idf * times * (K1 + 1) / (times + K1 * share)
    return score


@pytest.mark.parametrize("query", ["Aabenraa", "støtte", "§ 107", "børn", "bo", "Fonden Lærkehøj"])
def test_scores_follow_the_formula(folder: Path, offers: list[OfferTerms], query: str) -> None:
    lexicon = LexiconBuilder()
    for terms in offers:
        lexicon.add(terms)
    words = Lexicon(lexicon.entries()).resolve(danish.query_words(query))
    hits = search(folder, query, 30)
    assert hits
    for hit in hits:
        number = next(number for number, terms in enumerate(offers) if terms.tilbuds_id == hit.tilbuds_id)
        score = sum(meant.factor * plain_score(offers, number, meant.group) for word in words for meant in word)
        assert hit.score == pytest.approx(score)


def test_all_ways_to_name_a_paragraph_are_one(folder: Path) -> None:
    expected = search(folder, "107", 50)
    assert expected
    assert search(folder, "§ 107", 50) == search(folder, "SEL § 107", 50) == search(folder, "SEL 107", 50) == expected


def test_both_spellings_find_the_same(folder: Path) -> None:
    assert search(folder, "Åbenrå", 20) == search(folder, "aabenraa", 20) != []


def test_numbers_are_found_however_they_are_written(folder: Path, documents: list[SearchDocument]) -> None:
    phone = documents[17].fields["tal"][3]
    for query in (phone, phone.replace(" ", ""), f"+45 {phone}", "1 017 489 017", "1017489017", "10000017", "10017"):
        assert search(folder, query, 1)[0].tilbuds_id == "10017", query


def test_all_words_come_before_some(folder: Path, offers: list[OfferTerms]) -> None:
    town = FIELD_NAMES.index("kommune")
    found = search(folder, "Læsø autisme", 200)
    assert found
    for hit in found:
        terms = next(terms for terms in offers if terms.tilbuds_id == hit.tilbuds_id)
        assert {"laesoe", "autism"} <= {group for counted in terms.counts.values() for group in counted}
    some = search(folder, "Læsø findesikke", 200)
    assert {hit.tilbuds_id for hit in some} >= {terms.tilbuds_id for terms in offers if "laesoe" in terms.counts[town]}


def test_the_last_word_may_be_unfinished(folder: Path) -> None:
    assert "kommune" in search(folder, "silkeb", 5)[0].fields


def test_hits_have_their_row_and_fields(folder: Path, documents: list[SearchDocument]) -> None:
    hit = search(folder, "10005", 1)[0]
    assert hit.row == documents[5].row
    assert hit.fields == ("tal",)


def test_ceased_stand_after_active_of_the_same_score(tmp_path: Path) -> None:
    row = ResultRow("Hus", "tilbud/1.html", "", "", (), ())
    offers = [count_terms(SearchDocument(str(i), i % 2 == 0, {"navn": ("Hus",)}, row)) for i in range(6)]
    build_index(offers, tmp_path / "index")
    assert [hit.tilbuds_id for hit in search(tmp_path / "index", "hus", 6)] == ["1", "3", "5", "0", "2", "4"]


@pytest.mark.parametrize("query", ["", " – ", "findesikke"])
def test_nothing_found(folder: Path, query: str) -> None:
    assert search(folder, query) == []


def test_an_index_of_nothing(tmp_path: Path) -> None:
    assert build_index([], tmp_path / "index") == 0
    assert search(tmp_path / "index", "hus") == []


def test_a_new_index_takes_the_place_of_the_old(offers: list[OfferTerms], tmp_path: Path) -> None:
    folder = tmp_path / "index"
    build_index(offers, folder, {"pull": 1})
    build_index(offers[:3], folder, {"pull": 2})
    assert read_meta(folder) == {"pull": 2}
    assert len(search(folder, "hus afdeling fonden", 100)) <= 3
    assert sorted(path.name for path in tmp_path.iterdir()) == [".index.lock", "index"]


def test_a_build_that_fails_leaves_the_old_index(folder: Path, offers: list[OfferTerms]) -> None:
    with pytest.raises(AttributeError):
        build_index([offers[0], None], folder)  # type: ignore[list-item]
    assert read_meta(folder) == {"pull": 3}
    assert sorted(path.name for path in folder.parent.iterdir()) == [".index.lock", "index"]


def test_no_index_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="tilbudsspejl build"):
        search(tmp_path / "index", "hus")


def test_an_index_of_another_version_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "meta.json").write_text('{"format": 0, "whoosh": "2.7.4", "meta": {}}')
    with pytest.raises(UsageError, match="another version"):
        search(tmp_path, "hus")
    (tmp_path / "meta.json").write_text("{")
    with pytest.raises(CheckError, match=r"meta\.json"):
        search(tmp_path, "hus")
