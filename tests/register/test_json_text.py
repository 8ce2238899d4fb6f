"""JSON of any depth and size is measured without a parser, and a document that is not read stands for nothing."""

import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.archive.canonical import NotJson, canonical_text
from generator.register.model.documents import Observed, as_last_read
from generator.register.model.json_text import DEEPEST, Unread, end_of_value, levels_of, read_text
from generator.source.hits import documents_of, parse_answer

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


def levels(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(levels, inner), default=0)


@given(JSON, st.sampled_from([None, 1]), st.sampled_from(["", " ", ",1]", "}"]))
def test_a_value_is_measured_as_a_parser_would(value: Any, indent: int | None, rest: str) -> None:
    text = json.dumps(value, indent=indent)
    assert end_of_value(text + rest, 0) == (len(text), levels(value))


@pytest.mark.parametrize("text", ["", " ", "[", '{"a":', "]", "[}", '["a]', "[1,2"])
def test_what_has_no_end_is_no_value(text: str) -> None:
    with pytest.raises(ValueError, match="character"):
        end_of_value(text, 0)


def test_as_deep_as_is_read() -> None:
    deepest, deeper = (b"[" * levels + b"]" * levels for levels in (DEEPEST, DEEPEST + 1))
    assert orjson.dumps(orjson.loads(deepest)) == deepest
    assert (canonical_text(deepest).is_raw, canonical_text(deepest).text) == (False, deepest)
    content = canonical_text(deeper)
    assert (content.is_raw, content.text) == (True, deeper)
    assert content.value == Unread(f"er indlejret i {DEEPEST + 1} niveauer; der læses {DEEPEST}")
    assert levels_of(deeper) == DEEPEST + 1


@pytest.mark.parametrize("deep", [b"[" * 5_000 + b"]" * 4_999, b"[" * 300 + b"]" * 300 + b"1", b"[" * 300 + b"}" * 300])
def test_a_deep_text_that_is_broken_is_no_json(deep: bytes) -> None:
    with pytest.raises(NotJson):
        canonical_text(deep)


@pytest.mark.parametrize("text", [b'{"a":1e-99999999999999999999}', b'{"a":' + b"9" * 100_000 + b"}"])
def test_a_number_without_end_is_kept(text: bytes) -> None:
    assert (canonical_text(text).text, canonical_text(text).is_raw) == (text, True)


def test_a_long_number_is_the_text_that_it_is() -> None:
    assert read_text('{"a":' + "9" * 5_000 + "}") == {"a": "9" * 5_000}


@pytest.mark.parametrize("depth", [300, 1_015, 5_000])
def test_a_page_with_a_deep_document_gives_every_document_as_it_stands(depth: int) -> None:
    sources = [b'{"n":1}', b'{"n":' + b"[" * depth + b"]" * depth + b"}", b'{"n": 3}']
    hits = b",".join(b'{"_id":"%d","_type":"t","_source":%s}' % pair for pair in enumerate(sources))
    page = b'{"hits":{"hits":[' + hits + b"]}}"
    found = documents_of(parse_answer(page)["hits"]["hits"])
    assert [document.id for document in found] == ["0", "1", "2"]
    assert [document.text for document in found] == sources


def observed(id_: str, envelope: Any, *seen: tuple[int, int | None]) -> Observed:
    return Observed(id_, repr(envelope), seen, envelope)


def is_read(document: Observed) -> bool:
    return not isinstance(document.envelope, Unread)


def test_what_was_read_stands_for_what_is_not() -> None:
    unread = Unread("er for dyb")
    documents = [
        observed("a", {"n": 1}, (1, 1), (3, 4)),
        observed("a", unread, (2, 2), (5, None)),
        observed("b", {"n": 2}, (1, 3)),
        observed("c", unread, (1, None)),
    ]
    assert [document.seen for document in as_last_read(documents, is_read)] == [
        ((1, 2), (3, None)),
        ((2, 2), (5, None)),
        ((1, 3),),
        ((1, None),),
    ]
    assert as_last_read(documents[2:3], is_read) == documents[2:3]
