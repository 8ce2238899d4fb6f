"""The text of a document's `_source`, exactly as it stands in what was read.

A parser may change what it reads: a duplicate key is dropped, a long number rounded. So a `_source` is only taken from
its parsed value where writing that value again gives the text that stands there; elsewhere the text itself is cut out.
"""

from json.decoder import JSONDecoder
from typing import Any

import orjson

_decoder = JSONDecoder()
_MEMBER = '"_source":'
_SPACE = " \t\r\n"


def source_text(value: Any, text: str, place: int) -> tuple[bytes, int]:
    """The text of the first `_source` at or after `place`, whose parsed value is `value`, and where it ends.

    Raises ValueError if there is none.
    """
    start = text.find(_MEMBER, place)
    if start < 0:
        raise ValueError("no `_source` where one was expected")
    start += len(_MEMBER)
    if (written := _write(value)) is not None and text.startswith(as_text := written.decode(), start):
        return written, start + len(as_text)
    while text[start : start + 1] in _SPACE and start < len(text):
        start += 1
    _, end = _decoder.raw_decode(text, start)
    return text[start:end].encode("utf-8", "surrogatepass"), end


def member_text(text: str, name: str) -> str:
    """The text of the last member called `name` of the object in `text`; raises ValueError if there is none."""
    found = None
    place = _skip(text, _after(text, _skip(text, 0), "{"))
    while text[place : place + 1] != "}":
        key, end = _decoder.raw_decode(text, place)
        start = _skip(text, _after(text, _skip(text, end), ":"))
        _, end = _decoder.raw_decode(text, start)
        if key == name:
            found = text[start:end]
        place = _skip(text, end)
        if text[place : place + 1] == ",":
            place = _skip(text, place + 1)
    if found is None:
        raise ValueError(f"no member {name!r}")
    return found


def _write(value: Any) -> bytes | None:
    try:
        return orjson.dumps(value)
    except TypeError:  # nested too deep, a lone surrogate, an integer beyond 64 bits
        return None


def _after(text: str, place: int, expected: str) -> int:
    if text[place : place + 1] != expected:
        raise ValueError(f"expected {expected!r}")
    return place + 1


def _skip(text: str, place: int) -> int:
    while place < len(text) and text[place] in _SPACE:
        place += 1
    return place
