"""The files that a browser loads."""

import json
import random
import re
from pathlib import Path
from typing import Any

from generator.register.searchable import ResultRow, SearchDocument
from generator.search.shards import LARGEST_SHARD, ROWS_IN_SHARD, cut, write_shards
from generator.search.terms import OfferTerms, count_terms

CALL = re.compile(r'tilbudsspejlSoeg\("([^"]+)",(.*)\);\n', re.DOTALL)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def read(path: Path) -> Any:
    called = CALL.fullmatch(path.read_text(encoding="utf-8"))
    assert called
    assert called[1] == path.stem
    return json.loads(called[2])


def test_same_offers_same_bytes(offers: list[OfferTerms], tmp_path: Path) -> None:
    written = write_shards(iter(offers), tmp_path / "one")
    write_shards(offers, tmp_path / "two")
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert written.documents == len(offers)
    assert set(written.files) == set(contents(tmp_path / "one"))
    assert written.size == sum(map(len, contents(tmp_path / "one").values()))


def test_manifest_names_every_file(offers: list[OfferTerms], tmp_path: Path) -> None:
    write_shards(offers, tmp_path)
    manifest = read(tmp_path / "manifest.js")
    named = {name for _, name in manifest["lexicon"] + manifest["postings"]}
    named |= {field["lengths"] for field in manifest["fields"]} | set(manifest["rows"]) | {"manifest"}
    assert named == {path.stem for path in tmp_path.iterdir()}
    assert len(manifest["rows"]) == len(offers) / ROWS_IN_SHARD


def test_rows_begin_with_the_id(offers: list[OfferTerms], tmp_path: Path) -> None:
    write_shards(offers, tmp_path)
    rows = read(tmp_path / f"{read(tmp_path / 'manifest.js')['rows'][1]}.js")
    assert rows[0][0] == offers[ROWS_IN_SHARD].tilbuds_id
    assert rows[0][1:] == json.loads(offers[ROWS_IN_SHARD].row)


def test_no_offers_at_all(tmp_path: Path) -> None:
    write_shards([], tmp_path)
    assert read(tmp_path / "manifest.js")["documents"] == 0


def test_nothing_in_a_name_ends_a_script(tmp_path: Path) -> None:
    row = ResultRow("</script>\u2028\u2029\\", "tilbud/1.html", "Godkendt", "", (), ())
    write_shards([count_terms(SearchDocument("1", False, {"navn": ("x",)}, row))], tmp_path)
    script = (tmp_path / f"{read(tmp_path / 'manifest.js')['rows'][0]}.js").read_text(encoding="utf-8")
    assert not set(script) & set("<\u2028\u2029")
    assert read(tmp_path / f"{read(tmp_path / 'manifest.js')['rows'][0]}.js")[0][1] == row.name


def made_up_words(count: int) -> list[str]:
    chance = random.Random(3)
    return sorted({"".join(chance.choices("abdeegiklnorst", k=8)) for _ in range(count)})


def test_shards_are_cut_small_and_complete() -> None:
    words = made_up_words(20_000)
    shards = cut(words, str, lambda word: 20)
    assert [word for shard in shards for word in shard] == words
    assert all(len(shard) * 20 <= LARGEST_SHARD for shard in shards)
    assert len(shards) < 3 * len(words) * 20 / LARGEST_SHARD


def test_a_new_word_leaves_the_other_shards() -> None:
    words = made_up_words(20_000)
    before = cut(words, str, lambda word: 20)
    after = cut(sorted([*words, "aabenraa"]), str, lambda word: 20)
    assert sum(shard not in before for shard in after) == 1


def test_one_large_item_is_a_shard_of_its_own() -> None:
    sizes = {"a": 10, "og": 10 * LARGEST_SHARD, "ogsaa": 10, "z": 10}
    assert cut(list(sizes), str, sizes.__getitem__) == [["a"], ["og"], ["ogsaa"], ["z"]]
