"""From the texts of an offer to counted words, in worker processes; both indexes are made from these counts."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from generator.register.searchable import ResultRow, SearchDocument
from generator.search import danish
from generator.search.formula import FIELD_NAMES, MOST_COUNTED


@dataclass(frozen=True, slots=True)
class OfferTerms:
    """All that the indexes need of one offer; small, and passed between processes."""

    tilbuds_id: str
    ceased: bool
    counts: Mapping[int, Mapping[str, int]]  # number of the field -> group -> times, without empty fields
    forms: Mapping[str, tuple[str, ...]]  # surface form, folded -> its groups
    row: bytes  # the result row as JSON


def count_terms(document: SearchDocument) -> OfferTerms:
    """Count the words of an offer, field by field."""
    counts: dict[int, dict[str, int]] = {}
    seen: dict[str, tuple[str, ...]] = {}
    for number, field in enumerate(FIELD_NAMES):
        counted = _count(document.fields.get(field, ()), seen)
        if counted:
            counts[number] = counted
    return OfferTerms(str(_mended(document.tilbuds_id)), document.ceased, counts, seen, _row(document.row))


def field_length(counted: Mapping[str, int]) -> int:
    """Return how many words a field has, as the ranking sees it."""
    return sum(counted.values())


def read_row(row: bytes) -> ResultRow:
    """Read a result row from its JSON."""
    name, address, status, style, facts, former = orjson.loads(row)
    return ResultRow(name, address, status, style, tuple(facts), tuple(former))


def _count(texts: tuple[str, ...], seen: dict[str, tuple[str, ...]]) -> dict[str, int]:
    words: Counter[str] = Counter()
    for text in texts:
        words.update(danish.written_words(text))
    counted: dict[str, int] = {}
    for word, times in words.items():
        for known in danish.analyse(word):
            seen[known.form] = known.groups
            for group in known.groups:
                counted[group] = min(counted.get(group, 0) + times, MOST_COUNTED)
    return counted


def _row(row: ResultRow) -> bytes:
    fields = (row.name, row.address, row.status, row.style, row.facts, row.former)
    try:
        return orjson.dumps(fields)
    except TypeError:
        # A lone surrogate, which UTF-8 can't hold, in one name must not end a build.
        return orjson.dumps([_mended(value) for value in fields])


def _mended(value: str | tuple[str, ...]) -> str | list[str]:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    return [text.encode("utf-8", "replace").decode() for text in value]
