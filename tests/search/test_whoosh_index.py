"""The index behind the command line's search."""

import itertools
import os
import re
import shutil
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from generator.building.tasks import is_index_current
from generator.errors import CheckError, UsageError
from generator.register.model.search_document import Facets, ResultRow, SearchDocument
from generator.search.analysis.danish import fold
from generator.search.index.facets import NO_FILTERS, Filters, Range, Sort
from generator.search.index.formula import EXACT, FIELD_NAMES, PREFIX, STRENGTH_WORTH, WEIGHTS, WORTH, rarity
from generator.search.index.terms import OfferTerms, count_terms
from generator.search.local import whoosh_index
from generator.search.local.whoosh_index import Hit, build_index, not_replaced, read_meta, replace_index

ROW = ResultRow("Hus", "tilbud/1.html", "", "", (), ())


def search(folder: Path, query: str, limit: int = 10, filters: Filters = NO_FILTERS) -> list[Hit]:
    return list(whoosh_index.search(folder, query, limit, filters).hits)


@pytest.fixture(scope="module")
def folder(offers: list[OfferTerms], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whoosh") / "index"
    assert build_index(lambda: offers, folder, {"pull": "3"}) == len(offers)
    return folder


@pytest.fixture
def found(tmp_path: Path) -> Callable[..., list[str]]:
    """Build an index of offers with one field each, and search it: the names of what is found, in order."""

    def find(query: str, *offers: dict[str, str]) -> list[str]:
        documents = [
            SearchDocument(str(number), offer.pop("ophørt", "") == "ja", {k: (v,) for k, v in offer.items()}, ROW)
            for number, offer in enumerate(map(dict, offers))
        ]
        terms = [count_terms(document) for document in documents]
        folder = Path(tempfile.mkdtemp(dir=tmp_path)) / "index"
        build_index(lambda: terms, folder)
        return [next(iter(offers[int(hit.tilbuds_id)].values())) for hit in search(folder, query, 50)]

    return find


@pytest.mark.parametrize("query", ["Aabenraa", "Lærkehøj", "udviklingshæmning"])
def test_scores_follow_the_formula(folder: Path, offers: list[OfferTerms], query: str) -> None:
    form = fold(query)
    hits = search(folder, query, 200)
    assert hits
    for hit in hits:
        matches = []
        for number, by_strength in offers[int(hit.tilbuds_id) - 10000].forms.items():
            strengths = {word: strength for strength, words in enumerate(by_strength) for word in words.split()}
            kinds = {word: WORTH[EXACT if word == form else PREFIX] for word in strengths if word.startswith(form)}
            if kinds:
                best = max(kinds[word] * STRENGTH_WORTH[strengths[word]] for word in kinds)
                matches.append(WEIGHTS[FIELD_NAMES[number]] * best)
        told = rarity(len(offers), len(hits))
        assert hit.score == (max(matches) + (sum(matches) - max(matches)) // 8) * told


@pytest.mark.parametrize("field", ["navn", "maalgruppe", "beskrivelse"])
def test_the_better_kind_of_match_comes_first(found: Callable[..., list[str]], field: str) -> None:
    texts = ["misbrugsomraadet", "et stofmisbrug", "misbruget igen misbruget", "om misbrug"]
    assert found("misbrug", *({field: text} for text in texts)) == texts[::-1]


def test_misspelt_comes_after_all(found: Callable[..., list[str]]) -> None:
    assert found("silkebrog", {"navn": "Silkeborg"}, {"navn": "Viborg"}) == ["Silkeborg"]


def test_all_words_come_before_some_and_active_before_ceased(found: Callable[..., list[str]]) -> None:
    order = found(
        "botilbud autisme",
        {"navn": "Botilbud", "ophørt": "ja"},
        {"navn": "Botilbud autisme A", "ophørt": "ja"},
        {"navn": "Botilbud autisme B"},
    )
    assert order == ["Botilbud autisme B", "Botilbud autisme A"]
    assert found("botilbud findesikke", {"navn": "Botilbud", "ophørt": "ja"}, {"navn": "Botilbud "}) == [
        "Botilbud ",
        "Botilbud",
    ]


def test_a_fragment_finds_the_middle_of_a_compound(found: Callable[..., list[str]]) -> None:
    offers = (
        {"maalgruppe": "stofmisbrugsbehandling"},
        {"beskrivelse": "stof, misbrug, behandling og misbrugsbehandling"},
        {"navn": "Huset"},
    )
    for query in ("misbrugsbeh", "misbrugsbehandling", "behandling", "behandlinger"):
        assert set(found(query, *offers)) == {offers[0]["maalgruppe"], offers[1]["beskrivelse"]}, query


def test_a_renamed_paragraph_finds_its_successor(found: Callable[..., list[str]]) -> None:
    new = {
        "grundlag": "BL § 43, stk. 1, nr. 6 børne- og ungehjem (før SEL § 66, stk. 1, nr. 5 og SEL § 66, stk. 1, nr. 6)"
    }
    old = {"grundlag": "SEL § 66, stk. 1, nr. 5 opholdssted (nu BL § 43, stk. 1, nr. 6)"}
    other = {"grundlag": "BL § 43, stk. 1, nr. 7 sikret døgninstitution (før SEL § 66, stk. 1, nr. 7)"}
    for query in ("SEL § 66 nr. 5", "§ 66, stk. 1, nr. 5", "BL § 43 nr 6"):
        assert set(found(query, new, old, other)) == {new["grundlag"], old["grundlag"]}, query
    assert len(found("§ 66", new, old, other)) == 3


def test_all_ways_to_name_a_paragraph_are_one(folder: Path) -> None:
    expected = search(folder, "§ 107", 200)
    assert expected
    for query in ("SEL § 107", "SEL 107", "§107", "sel § 107", "servicelovens § 107"):
        assert search(folder, query, 200) == expected
    # The number alone is a house's as well, but these come after all that are approved under the paragraph.
    ids = {hit.tilbuds_id for hit in expected}
    bare = [hit.tilbuds_id for hit in search(folder, "107", 200)]
    assert set(bare[: len(ids)]) == ids


def test_both_spellings_find_the_same(folder: Path) -> None:
    assert search(folder, "Åbenrå", 20) == search(folder, "aabenraa", 20) != []


def test_numbers_are_found_however_they_are_written(folder: Path, documents: list[SearchDocument]) -> None:
    phone = documents[17].fields["tal"][3]
    for query in (phone, phone.replace(" ", ""), f"+45 {phone}", "1 017 489 017", "1017489017", "10000017", "10017"):
        assert search(folder, query, 1)[0].tilbuds_id == "10017", query


def test_all_words_come_before_some(folder: Path, documents: list[SearchDocument]) -> None:
    found = whoosh_index.search(folder, "Læsø autisme", 200)
    assert found.is_complete
    assert len(found.hits) == found.total > 0
    for hit in found.hits:
        texts = " ".join(text for texts in documents[int(hit.tilbuds_id) - 10000].fields.values() for text in texts)
        assert "Læsø" in texts
        assert "autisme" in texts
    some = whoosh_index.search(folder, "Læsø findesikke", 200)
    assert not some.is_complete
    assert {hit.tilbuds_id for hit in some.hits} >= {
        d.tilbuds_id for d in documents if d.fields["kommune"] == ("Læsø",)
    }


def test_the_last_word_may_be_unfinished(folder: Path) -> None:
    assert "kommune" in search(folder, "silkeb", 5)[0].fields


def test_a_guess_is_said(folder: Path) -> None:
    assert whoosh_index.search(folder, "silkebrog autisme").instead == (("silkebrog", "silkeborg"),)


# ---- Filters -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("filters", "holds"),
    [
        (Filters({"kommune": ("silkeborg", "Aabenraa")}), lambda f: f.kommune in ("Silkeborg", "Aabenraa")),
        (Filters({"grundlag": ("107",)}), lambda f: f.grundlag == ("SEL § 107",)),
        (
            Filters({"grundlag": ("SEL § 107", "BL § 43")}),
            lambda f: f.grundlag[0] in ("SEL § 107", "BL § 43, stk. 1, nr. 6"),
        ),
        (Filters({"grundlag": ("SEL § 66, stk. 1, nr. 5",)}), lambda f: f.grundlag == ("BL § 43, stk. 1, nr. 6",)),
        (Filters({"tilsyn": ("syd",)}), lambda f: f.tilsyn == "Socialtilsyn Syd"),
        (
            Filters({"maalgruppe": ("autisme",), "status": ("Godkendt",)}),
            lambda f: "autisme" in f.maalgruppe and f.status == "Godkendt",
        ),
        (Filters(alder=66), lambda f: any(last is None for _, _, last in f.alder)),
        (Filters(alder=20), lambda f: any(first <= 20 for _, first, _ in f.alder)),
        (
            Filters({"maalgruppe": ("autisme",)}, alder=20),
            lambda f: any(group == "autisme" and first <= 20 for group, first, _ in f.alder),
        ),
        (Filters(pladser=Range(5, 12)), lambda f: f.pladser == 12),
        (Filters(pladser=Range(None, 5)), lambda f: f.pladser == 4),
        (
            Filters(takst=Range(1000, 2000), enhed="kr. pr. dag"),
            lambda f: f.takst[0][0] == "kr. pr. dag" and 1000 <= f.takst[0][1] <= 2000,
        ),
        (Filters(aendret=date(2023, 1, 1)), lambda f: f.aendret >= date(2023, 1, 1)),
    ],
)  # fmt: skip
def test_filters_work_without_a_query(
    folder: Path, documents: list[SearchDocument], filters: Filters, holds: Callable[[Facets], bool]
) -> None:
    expected = {document.tilbuds_id for document in documents if holds(document.facets)}
    assert expected
    assert {hit.tilbuds_id for hit in search(folder, "", 200, filters)} == expected


def test_filters_narrow_a_query(folder: Path, documents: list[SearchDocument]) -> None:
    everywhere = {hit.tilbuds_id for hit in search(folder, "autisme", 200)}
    here = {hit.tilbuds_id for hit in search(folder, "autisme", 200, Filters({"kommune": ("Viborg",)}))}
    assert here == {n for n in everywhere if documents[int(n) - 10000].facets.kommune == "Viborg"} != set()


def test_a_value_that_nobody_has_is_named_with_the_nearest(folder: Path) -> None:
    with pytest.raises(UsageError, match=r"--kommune silkebrog: no offer has this; the nearest are Silkeborg"):
        search(folder, "", 10, Filters({"kommune": ("silkebrog",)}))


def test_hits_can_be_sorted(folder: Path, documents: list[SearchDocument]) -> None:
    def shown(sort: Sort) -> list[Facets]:
        hits = whoosh_index.search(folder, "autisme", 200, sort=sort).hits
        return [documents[int(hit.tilbuds_id) - 10000].facets for hit in hits]

    assert [f.order for f in shown("navn")] == sorted(f.order for f in shown("relevans"))
    days = [f.aendret for f in shown("aendret") if f.aendret]
    assert days == sorted(days, reverse=True)
    places = [-1 if f.pladser is None else f.pladser for f in shown("pladser")]
    assert places == sorted(places, reverse=True)


# ---- The folder ----------------------------------------------------------------------------


def test_hits_have_their_row_and_fields(folder: Path, documents: list[SearchDocument]) -> None:
    hit = search(folder, "10005", 1)[0]
    assert hit.row == documents[5].row
    assert hit.fields == ("tal",)


def test_ceased_stand_after_active_of_the_same_score(tmp_path: Path) -> None:
    row = ResultRow("Hus", "tilbud/1.html", "", "", (), ())
    offers = [count_terms(SearchDocument(str(i), i % 2 == 0, {"navn": ("Hus",)}, row)) for i in range(6)]
    build_index(lambda: offers, tmp_path / "index")
    assert [hit.tilbuds_id for hit in search(tmp_path / "index", "hus", 6)] == ["1", "3", "5", "0", "2", "4"]


@pytest.mark.parametrize("query", ["", " – ", "findesikke"])
def test_nothing_found(folder: Path, query: str) -> None:
    assert search(folder, query) == []


def test_an_index_of_nothing(tmp_path: Path) -> None:
    assert build_index(list, tmp_path / "index") == 0
    assert search(tmp_path / "index", "hus") == []


def test_a_new_index_takes_the_place_of_the_old(offers: list[OfferTerms], tmp_path: Path) -> None:
    folder = tmp_path / "index"
    (tmp_path / "work").mkdir()
    build_index(lambda: offers, folder, {"pull": 1})
    build_index(lambda: offers[:3], tmp_path / "work" / "new", {"pull": 2})
    replace_index(tmp_path / "work" / "new", folder)
    assert read_meta(folder) == {"pull": 2}
    assert len(search(folder, "hus afdeling fonden", 100)) <= 3
    assert sorted(path.name for path in tmp_path.iterdir()) == [".index.lock", "index", "work"]
    assert [path.name for path in (tmp_path / "work").iterdir()] == ["new.former"]


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


def _remove(path: Path) -> None:
    path.unlink()


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize("damage", [_remove, _flip, _truncate])
def test_a_damaged_file_of_an_index_is_named(folder: Path, tmp_path: Path, damage: Callable[[Path], None]) -> None:
    # Whoosh's lock is an empty file, in which nothing can be damaged.
    names = sorted(path.name for path in folder.iterdir() if path.name != "meta.json" and path.stat().st_size)
    assert len(names) > 3
    assert is_index_current(folder, {"pull": "3"})
    for name in names:
        copy = shutil.copytree(folder, tmp_path / name)
        damage(copy / name)
        with pytest.raises(CheckError, match=f"{re.escape(str(copy / name))}.*tilbudsspejl build"):
            search(copy, "hus")
        assert not is_index_current(copy, {"pull": "3"})


def test_a_bit_of_the_description_that_flips_answers_nothing_false(folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    data = (copy / "meta.json").read_bytes()
    expected = search(folder, "hus")
    assert expected
    for bit in range(0, len(data) * 8, 5):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        (copy / "meta.json").write_bytes(flipped)
        try:
            assert search(copy, "hus") == expected  # what it says of the pull or the audience is compared by `search`
        except (CheckError, UsageError) as error:
            assert "tilbudsspejl build" in str(error)


def test_a_file_that_was_added_to_an_index_is_named(folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    (copy / "_MAIN_9.toc").write_bytes(b"")  # Whoosh would read this one: its number is the highest
    with pytest.raises(CheckError, match=r"_MAIN_9\.toc.*not part of the index"):
        search(copy, "hus")


def test_a_search_sees_one_index_while_builds_replace_it(offers: list[OfferTerms], tmp_path: Path) -> None:
    folder = tmp_path / "index"
    build_index(lambda: offers[:20], folder)
    expected = search(folder, "hus")
    stop = threading.Event()

    def rebuild() -> None:
        for number in itertools.count():
            if stop.is_set():
                return
            new = tmp_path / str(number)
            build_index(lambda: offers[:20], new)
            replace_index(new, folder)
            shutil.rmtree(new.with_name(f"{new.name}.former"))

    with ThreadPoolExecutor(1) as pool:
        builds = pool.submit(rebuild)
        try:
            for _ in range(50):
                with not_replaced(folder):
                    assert search(folder, "hus") == expected
        finally:
            stop.set()
        builds.result()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="only another user than root is kept from writing")
def test_an_index_that_cannot_be_written_is_searched(folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "medium" / "index")
    copy.parent.chmod(0o500)
    try:
        with not_replaced(copy):
            assert search(copy, "hus") == search(folder, "hus")
    finally:
        copy.parent.chmod(0o700)
