"""The canonical form: equal documents get equal hashes, and nothing is ever lost for it."""

import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.archive.canonical import NotJson, canonical_text

finite = st.floats(allow_nan=False, allow_infinity=False)
integers = st.integers(min_value=-(2**63), max_value=2**64 - 1)
scalars = st.none() | st.booleans() | integers | finite | st.text(st.characters(exclude_categories=["Cs"]))
documents = st.recursive(
    scalars,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=20,
)


@pytest.mark.parametrize(
    "text",
    [
        b'{"b":[1,2.5,null],"a":"\xc3\xa6"}',
        b'{"a":"\xc3\xa6","b":[1,2.5,null]}',
        b' { "a" : "\\u00e6",\r\n\t"b" : [ 1, 2.5 , null ] }\n',
        b'{"a":"\\u00E6","b":[1,2.50,null]}',
        b'{"a":"\\u00e6","b":[1,25e-1,null]}',
    ],
)
def test_key_order_white_space_escapes_and_forms_of_numbers_do_not_matter(text: bytes) -> None:
    content = canonical_text(text)
    assert content.text == b'{"a":"\xc3\xa6","b":[1,2.5,null]}'
    assert not content.is_raw
    assert content.value == {"a": "æ", "b": [1, 2.5, None]}
    assert content.digest == canonical_text(b'{"b":[1,2.5,null],"a":"\xc3\xa6"}').digest


def test_an_integer_and_a_float_are_not_the_same() -> None:
    assert canonical_text(b'{"a":1}').digest != canonical_text(b'{"a":1.0}').digest


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b'{"a":1,"a":2}', {"a": 2}),
        (b'{"x":{"a":1,"b":2,"a":1}}', {"x": {"a": 1, "b": 2}}),
        (b'{"a":"\\ud800"}', {"a": "\ud800"}),
        (b'{"a":"x\xed\xa0\x80"}', {"a": "x\ud800"}),
        (b'{"a":18446744073709551616}', {"a": 2**64}),
        (b'{"a":-9223372036854775809}', {"a": -(2**63) - 1}),
        (b'{"a":Infinity}', {"a": float("inf")}),
        (b'{"a":1e400}', {"a": float("inf")}),
        (b'{"a":1e-400}', {"a": 0.0}),
        (b'{"a":0.12345678901234567890123}', {"a": 0.12345678901234568}),
    ],
)
def test_what_canonical_json_cannot_carry_is_kept_as_it_came(text: bytes, value: Any) -> None:
    content = canonical_text(text)
    assert (content.text, content.is_raw, content.value) == (text, True, value)


def test_nan_is_kept_as_it_came() -> None:
    content = canonical_text(b'{"a":NaN}')
    assert (content.text, content.is_raw) == (b'{"a":NaN}', True)
    assert content.value["a"] != content.value["a"]


@pytest.mark.parametrize("text", [b'{"a":18446744073709551615,"b":-9223372036854775808}', b'{"a":5e-324,"b":-0.0}'])
def test_the_ends_of_what_fits_are_canonical(text: bytes) -> None:
    content = canonical_text(text)
    assert (content.text, content.is_raw) == (text, False)


def test_raw_text_is_one_line() -> None:
    content = canonical_text(b'\n{"a":NaN,\r\n "b":"\\n"}\n')
    assert (content.text, content.is_raw) == (b'{"a":NaN,   "b":"\\n"}', True)


def test_deep_nesting_is_kept() -> None:
    text = b'{"a":' * 300 + b"1" + b"}" * 300  # orjson reads it but does not write it
    content = canonical_text(text)
    assert (content.text, content.is_raw) == (text, True)


@pytest.mark.parametrize(
    "text", [b"", b"{", b'{"a":1,}', b"<html>", b'"\xff"', b"[" * 100_000, '{"a":1}'.encode("utf-16")]
)
def test_what_is_no_json_is_refused(text: bytes) -> None:
    with pytest.raises(NotJson):
        canonical_text(text)


@given(documents, st.sampled_from([None, 1]), st.booleans())
def test_any_json_is_kept_whole_and_stays_as_it_is(value: Any, indent: int | None, ascii_only: bool) -> None:
    content = canonical_text(json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode())
    assert not content.is_raw
    assert json.loads(content.text) == value
    assert repr(orjson.loads(content.text)) == repr(_ordered(value))
    again = canonical_text(content.text)
    assert (again.text, again.is_raw, again.digest) == (content.text, False, content.digest)


@given(st.binary(max_size=40) | st.text().map(lambda text: json.dumps({"a": text}).encode()))
def test_any_text_is_refused_or_kept_and_stays_as_it_is(text: bytes) -> None:
    try:
        content = canonical_text(text)
    except NotJson:
        return
    again = canonical_text(content.text)
    assert (again.text, again.is_raw) == (content.text, content.is_raw)
    assert b"\n" not in content.text


def _ordered(value: Any) -> Any:
    """The same value with its keys in the order in which canonical JSON has them: by their UTF-8."""
    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in sorted(value, key=str.encode)}
    return [_ordered(item) for item in value] if isinstance(value, list) else value
