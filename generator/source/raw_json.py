"""The text of a document's `_source`, exactly as it stands in what was read.

A parser may change what it reads: a duplicate key is dropped, a long number rounded. So a `_source` is only taken from
its parsed value where writing that value again gives the text that stands there; elsewhere the text itself is cut out.
"""

import re
from json.decoder import JSONDecoder
from typing import Any

import orjson

from generator.register.model.json_text import end_of_value

_decoder = JSONDecoder()
_MEMBER = '"_source":'
_BLANKS = re.compile(r"[ \t\r\n]*+")


def source_text(text: str) -> bytes:
    """The text of the member `_source` of the object in `text`, of several the last."""
    return _encode(_last_member(text, "_source"))


def next_source_text(value: Any, text: str, place: int) -> tuple[bytes, int]:
    """The text of the first `_source` at or after `place`, and where it ends; raises ValueError if there is none.

    `value` is what a parser made of it.
    """
    start = text.find(_MEMBER, place)
    if start < 0:
        raise ValueError("no `_source` where one was expected")
    start = _skip(text, start + len(_MEMBER))
    if (written := _as_it_stands(value, text, start)) is not None:
        return written, start + len(written.decode())
    end, _ = end_of_value(text, start)
    return _encode(text[start:end]), end


def _as_it_stands(value: Any, text: str, start: int) -> bytes | None:
    """`value` written as JSON if that is what stands in `text` at `start`."""
    try:
        written = orjson.dumps(value)
    except TypeError:  # nested too deep, a lone surrogate, an integer beyond 64 bits
        return None
    return written if text.startswith(written.decode(), start) else None


def _last_member(text: str, name: str) -> str:
    found = ""
    place = _skip(text, _skip(text, 0) + 1)
    while text[place] != "}":
        key, end = _decoder.raw_decode(text, place)
        start = _skip(text, _skip(text, end) + 1)
        end, _ = end_of_value(text, start)
        if key == name:
            found = text[start:end]
        place = _skip(text, end)
        if text[place] == ",":
            place = _skip(text, place + 1)
    return found


def _skip(text: str, place: int) -> int:
    blanks = _BLANKS.match(text, place)
    return blanks.end() if blanks else place


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
