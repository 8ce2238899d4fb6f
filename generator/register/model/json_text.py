"""JSON texts of any source: read as far as a program can, and measured without reading them.

A parser goes a step deeper for each level, so that a deep text ends the program; here nothing does.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

import orjson

# Levels of objects and lists in a document that is read: what orjson writes, and so what canonical JSON can hold. An
# index of Elasticsearch maps 20. What is deeper is kept as it came.
DEEPEST = 254

MOST_READ = 16_000_000  # bytes of a document that is read, unless the configuration says otherwise

_BLANKS = " \t\r\n"
_TOKEN = re.compile(r"[ \t\r\n]*+(?:[{\[}\],:]|\"(?:[^\"\\]|\\.)*+\"|[-+.0-9A-Za-z]++)", re.DOTALL)
_CLOSING = {"{": "}", "[": "]"}
_SOURCE = '"_source":'


@dataclass(frozen=True, slots=True)
class Unread:
    """Stands in the place of a document that is not read; says why, as a predicate in Danish."""

    reason: str


def too_large(size: int, most: int) -> Unread:
    """What stands in the place of a document of more bytes than are read."""
    return Unread(f"fylder {size} byte; der læses højst {most} (limits.document_bytes)")


def read_text(text: str) -> Any:
    """The value of a text, with what only Python's lenient parser takes: NaN, a lone surrogate, a number of any length.

    Raises ValueError for what is no JSON, RecursionError for what is too deep for a parser.
    """
    return json.loads(text, parse_int=_whole_number)


def _whole_number(digits: str) -> int | str:
    """A number; as the text that it is where Python makes none of so many digits, since that takes their square."""
    return int(digits) if len(digits) <= 1_000 else digits


def end_of_value(text: str, start: int) -> tuple[int, int]:
    """Where the value that begins at `start` ends, and how many levels it has; raises ValueError if it doesn't end."""
    open_: list[str] = []
    levels, place = 0, start
    while True:
        found = _TOKEN.match(text, place)
        if found is None:
            raise ValueError(f"no whole JSON from character {place} on")
        token, place = text[found.end() - 1], found.end()
        if token in _CLOSING:
            open_.append(_CLOSING[token])
            levels = max(levels, len(open_))
        elif token in "]}" and (not open_ or open_.pop() != token):
            raise ValueError(f"{token!r} closes nothing at character {place - 1}")
        if not open_:
            return place, levels


def levels_of(text: bytes) -> int:
    """How many levels of objects and lists a whole text has; raises ValueError if it is not whole."""
    most = text.count(b"{") + text.count(b"[")
    if most <= DEEPEST:  # not a level more than that, so there is nothing to measure
        return most
    decoded = text.decode("utf-8", "surrogatepass")
    end, levels = end_of_value(decoded, 0)
    if decoded[end:].strip(_BLANKS):
        raise ValueError(f"more than one value, from character {end} on")
    return levels


def parse_hits(data: bytes) -> Any:
    """An answer or a line with documents in it, each in a member `_source`; those that are too deep stand as null.

    Raises ValueError for what is no JSON, RecursionError for what is too deep outside of these members.
    """
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:  # what only Python reads, or too deep
        text = data.decode("utf-8", "surrogatepass")
    try:
        return read_text(text)
    except RecursionError:
        return read_text(_without_deep_sources(text))


def _without_deep_sources(text: str) -> str:
    kept, place = [], 0
    while (found := text.find(_SOURCE, place)) >= 0:
        start = found + len(_SOURCE)
        end, levels = end_of_value(text, start)
        kept += [text[place:start], "null" if levels > DEEPEST else text[start:end]]
        place = end
    return "".join([*kept, text[place:]])
