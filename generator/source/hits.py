"""Hits as Elasticsearch and elasticdump write them, each with its `_source` exactly as it stands.

A parser may change what it reads: a duplicate key is dropped, a long number rounded. So a `_source` is not parsed here;
its text is cut out, and whoever archives it looks whether a parser loses anything of it.
"""

from contextlib import suppress
from typing import Any, TypedDict

import msgspec

from generator.register.model.documents import Document
from generator.register.model.json_text import parse_hits
from generator.source.raw_json import next_source_text, source_text


class Hit(TypedDict, total=False):
    """A hit; what it holds is still to be looked at, and the text of `_source` may not be UTF-8."""

    _index: Any
    _type: Any
    _id: Any
    _routing: Any
    fields: Any
    _source: msgspec.Raw


class Hits(TypedDict, total=False):
    """The member `hits` of an answer."""

    total: Any
    hits: list[Hit]


class SearchAnswer(TypedDict, total=False):
    """What a search or a scroll answers."""

    _scroll_id: Any
    _shards: Any
    timed_out: Any
    hits: Hits


# Four times as fast as to parse the documents too; orjson can't leave a part as it is (measured).
_read_answer = msgspec.json.Decoder(SearchAnswer).decode
_read_hit = msgspec.json.Decoder(Hit).decode


def parse_answer(data: bytes) -> Any:
    """A SearchAnswer; what is none is given back as it is, for the caller to find out.

    Raises ValueError for what is no JSON, RecursionError for what is too deep outside of its documents.
    """
    with suppress(msgspec.MsgspecError, RecursionError):  # what only Python reads, too deep, or no answer
        return _read_answer(data)
    answer = parse_hits(data)
    if isinstance(answer, dict) and isinstance(hits := answer.get("hits"), dict) and isinstance(hits.get("hits"), list):
        text, place = data.decode("utf-8", "surrogatepass"), 0
        for hit in hits["hits"]:
            if isinstance(hit, dict) and "_source" in hit:
                source, place = next_source_text(hit["_source"], text, place)
                hit["_source"] = msgspec.Raw(source)
    return answer


def parse_hit(data: bytes) -> Any:
    """A Hit; the same as `parse_answer` otherwise, and what has no `_source` is given back whole."""
    with suppress(msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        hit = _read_hit(data)
        if "_source" in hit:
            data.decode()  # which is not looked at inside of a `_source`
            return hit
    hit = parse_hits(data)
    if isinstance(hit, dict) and "_source" in hit:
        hit["_source"] = msgspec.Raw(source_text(data.decode("utf-8", "surrogatepass")))
    return hit


def documents_of(hits: list[Hit]) -> list[Document]:
    """The hits as documents; raises KeyError or TypeError for one that is none."""
    return [Document(text_of(hit["_id"]), text_of(hit["_type"]), bytes(hit["_source"])) for hit in hits]


def text_of(value: Any) -> str:
    """The value; raises TypeError if it is no text."""
    if not isinstance(value, str):
        raise TypeError("an _id or a _type that is no text")
    return value
