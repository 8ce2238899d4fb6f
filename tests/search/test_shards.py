"""The files that a browser loads."""

import base64
import json
import random
import re
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

from generator.register.model.search_document import Facets, ResultRow, SearchDocument
from generator.search.browser.shards import HASH, ROWS_IN_SHARD, TEXTS_IN_SHARD, ShardsWritten, cut, write_shards
from generator.search.index.encoding import LAST
from generator.search.index.formula import FIELD_NAMES
from generator.search.index.lexicon import browser_order
from generator.search.index.terms import OfferTerms, count_terms
from tests.support.search_pages import decode

LARGEST_SHARD = 60_000
TARGET_GROUP = FIELD_NAMES.index("maalgruppe")

CALL = re.compile(r'tilbudsspejlSoeg\("([^"]+)",(.*)\);\n', re.DOTALL)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def read(path: Path) -> Any:
    called = CALL.fullmatch(path.read_text(encoding="utf-8"))
    assert called
    assert called[1] == path.stem
    return json.loads(called[2])


def write(offers: list[OfferTerms], folder: Path) -> ShardsWritten:
    return write_shards(lambda: offers, folder)


def rows_of(manifest: dict[str, Any]) -> list[str]:
    """The names of the shards of rows, of which the manifest has the hashes."""
    hashes = manifest["rows"]
    return [f"rows-{hashes[place : place + HASH]}" for place in range(0, len(hashes), HASH)]


def test_same_offers_same_bytes(offers: list[OfferTerms], tmp_path: Path) -> None:
    written = write(offers, tmp_path / "one")
    write(offers, tmp_path / "two")
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert written.documents == len(offers)
    assert set(written.files) == set(contents(tmp_path / "one"))
    assert written.size == sum(map(len, contents(tmp_path / "one").values()))


def test_manifest_names_every_file(offers: list[OfferTerms], tmp_path: Path) -> None:
    write(offers, tmp_path)
    manifest = read(tmp_path / "manifest.js")
    named = {name for kind in ("lexicon", "postings", "long") for name in manifest[kind][1::2]}
    named |= {*manifest["spelling"], *rows_of(manifest), *manifest["facets"].values(), manifest["spelt"], "manifest"}
    named |= {row[-1] for name in rows_of(manifest) for row in read(tmp_path / f"{name}.js")}
    assert named == {path.stem for path in tmp_path.iterdir()}
    assert len(rows_of(manifest)) == len(offers) / ROWS_IN_SHARD


def test_one_changed_offer_keeps_most_names(
    documents: list[SearchDocument], offers: list[OfferTerms], tmp_path: Path
) -> None:
    write(offers, tmp_path / "before")
    changed = replace(
        documents[70],
        fields={**documents[70].fields, "navn": ("Et helt nyt navn",), "leder": ("Ny Leder",)},
        row=replace(documents[70].row, name="Et helt nyt navn"),
        facets=replace(documents[70].facets, order="et helt nyt navn"),
    )
    write([*offers[:70], count_terms(changed), *offers[71:]], tmp_path / "after")
    before, after = set(contents(tmp_path / "before")), set(contents(tmp_path / "after"))
    assert "manifest.js" in after
    assert len(after & before) > 0.8 * len(before)
    kinds = {name.split("-")[0] for name in after - before}
    assert kinds <= {"rows", "lexicon", "spelling", "postings", "long", "facet"}


def test_one_more_offer_keeps_rows_and_texts(offers: list[OfferTerms], tmp_path: Path) -> None:
    write(offers[:-1], tmp_path / "before")
    write(offers, tmp_path / "after")
    before, after = set(contents(tmp_path / "before")), set(contents(tmp_path / "after"))
    for kind in ("rows", "texts"):
        gone = {name for name in before - after if name.startswith(kind)}
        assert len(gone) <= 1, kind


def test_postings_say_what_the_offers_have(offers: list[OfferTerms], tmp_path: Path) -> None:
    write(offers, tmp_path)
    manifest = read(tmp_path / "manifest.js")
    blocks = [block for name in manifest["postings"][1::2] for block in read(tmp_path / f"{name}.js").split(" ")]
    groups = [block.split(";")[0] for block in blocks]
    assert groups == sorted(groups, key=browser_order)
    inline = [entry for name in manifest["lexicon"][1::2] for entry in read(tmp_path / f"{name}.js").split(" ")]
    assert len(groups) == len(set(groups))
    assert not {entry.split("=")[0] for entry in inline if re.match("[^,]+=", entry)} & set(groups)
    [autisme] = [block for block in blocks if block.startswith("autisme;")]
    having = {n for n, terms in enumerate(offers) if "autisme" in " ".join(terms.forms[TARGET_GROUP]).split()}
    lists = dict(part.rsplit(":", 1) for part in autisme.split(";")[2:])
    [list_] = [text for text in lists["."].split(",") if text[0] == LAST[TARGET_GROUP]]
    assert documents_of(list_[1:]) == having


def documents_of(text: str) -> set[int]:
    """The documents of a list of a field with one strength."""
    documents, following = set(), 0
    for left_out in decode(text):
        documents.add(following + left_out)
        following += left_out + 1
    return documents


def test_rows_begin_with_the_id_and_end_with_their_texts(
    documents: list[SearchDocument], offers: list[OfferTerms], tmp_path: Path
) -> None:
    write(offers, tmp_path)
    rows = read(tmp_path / f"{rows_of(read(tmp_path / 'manifest.js'))[1]}.js")
    assert rows[2][0] == offers[ROWS_IN_SHARD + 2].tilbuds_id
    assert rows[2][1:7] == json.loads(offers[ROWS_IN_SHARD + 2].row)
    assert rows[2][7] == json.loads(offers[ROWS_IN_SHARD + 2].short)
    packed = base64.b64decode(read(tmp_path / f"{rows[2][8]}.js"))
    texts = json.loads(zlib.decompress(packed, -15))
    [_, description, *_] = texts[(ROWS_IN_SHARD + 2) % TEXTS_IN_SHARD][0]
    assert description == documents[ROWS_IN_SHARD + 2].fields["beskrivelse"][0]


def test_no_offers_at_all(tmp_path: Path) -> None:
    write([], tmp_path)
    assert read(tmp_path / "manifest.js")["documents"] == 0


def test_nothing_in_a_name_ends_a_script(tmp_path: Path) -> None:
    row = ResultRow("</script>\u2028\u2029\\", "tilbud/1.html", "Godkendt", "", (), ())
    facets = Facets(status="</script>\u2028", kommune="\ud800")
    write([count_terms(SearchDocument("1", False, {"navn": ("x",)}, row, facets))], tmp_path)
    for script in contents(tmp_path).values():
        assert not set(script.decode()) & set("<\u2028\u2029")
    assert read(tmp_path / f"{rows_of(read(tmp_path / 'manifest.js'))[0]}.js")[0][1] == row.name


def made_up_words(count: int) -> list[str]:
    chance = random.Random(3)
    return sorted({"".join(chance.choices("abdeegiklnorst", k=8)) for _ in range(count)})


def test_shards_are_cut_small_and_complete() -> None:
    words = made_up_words(20_000)
    shards = cut(words, str, lambda word: 20, LARGEST_SHARD)
    assert [word for shard in shards for word in shard] == words
    assert all(len(shard) * 20 <= LARGEST_SHARD for shard in shards)
    assert len(shards) < 3 * len(words) * 20 / LARGEST_SHARD


def test_a_new_word_leaves_the_other_shards() -> None:
    words = made_up_words(20_000)
    before = cut(words, str, lambda word: 20, LARGEST_SHARD)
    after = cut(sorted([*words, "aabenraa"]), str, lambda word: 20, LARGEST_SHARD)
    assert sum(shard not in before for shard in after) == 1


def test_one_large_item_is_a_shard_of_its_own() -> None:
    sizes = {"a": 10, "og": 10 * LARGEST_SHARD, "ogsaa": 10, "z": 10}
    assert cut(list(sizes), str, sizes.__getitem__, LARGEST_SHARD) == [["a"], ["og"], ["ogsaa"], ["z"]]
