"""From the texts of an offer to its forms, in worker processes; both indexes are made from these."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from generator.foreign import without_controls
from generator.register.model.search_document import (
    CONTACT,
    NAMES,
    NUMBERS,
    OLDEST,
    TEXTS,
    Facets,
    ResultRow,
    SearchDocument,
)
from generator.search.analysis import danish
from generator.search.index.formula import FIELD_NAMES

_WORD = re.compile(r"\w+")
_DIGRAPHS = ("aa", "ae", "oe")
MOST = 1_000_000_000  # places; kroner
_FACETS_OF_TEXT = ("status", "grundlag", "maalgruppe", "kommune", "region", "tilsyn", "ejerform", "order")


@dataclass(frozen=True, slots=True)
class OfferTerms:
    """All that the indexes need of one offer; small, and passed between processes."""

    tilbuds_id: str
    ceased: bool
    forms: Mapping[int, tuple[str, ...]]  # number of the field -> strength -> its forms with blanks between
    facets: Facets
    row: bytes  # the result row as JSON
    short: bytes  # [number of the field, text, …] of each field that is not long, as JSON
    texts: bytes  # the same of the long ones
    spelt: tuple[str, ...] = ()  # words that are written with aa, ae or oe


def count_terms(document: SearchDocument) -> OfferTerms:
    """Read the words of an offer, field by field."""
    forms: dict[int, tuple[str, ...]] = {}
    short: list[list[int | str]] = []
    long: list[list[int | str]] = []
    fields: dict[str, tuple[str, ...]] = {name: _shown(texts) for name, texts in document.fields.items()}
    for number, field in enumerate(FIELD_NAMES):
        texts = fields.get(field, ())
        if not texts:
            continue
        forms[number] = _forms(field, texts)
        (long if field in TEXTS else short).append([number, *texts])
    return OfferTerms(
        tilbuds_id=without_controls(document.tilbuds_id),
        ceased=document.ceased,
        forms=forms,
        facets=_sane(document.facets),
        row=orjson.dumps(_shown(_row(document.row))),
        short=orjson.dumps(short),
        texts=orjson.dumps(long),
        # An e-mail's address has oe for want of ø: it says nothing of how a name is written.
        spelt=tuple(
            dict.fromkeys(word for field, texts in fields.items() if field != CONTACT for word in _with_digraph(texts))
        ),
    )


def read_row(row: bytes) -> ResultRow:
    """Read a result row from its JSON."""
    name, address, status, style, facts, former = orjson.loads(row)
    return ResultRow(name, address, status, style, tuple(facts), tuple(former))


def _forms(field: str, texts: tuple[str, ...]) -> tuple[str, ...]:
    if field in TEXTS:
        return _by_repetition(texts)
    if field in NAMES:
        return _by_length(texts)
    if field == NUMBERS:
        # "tilbudsid" stands before every id: it tells nothing, and "tilbud" is its beginning.
        return (_each_once(form for text in texts for form in danish.forms_in(text) if form[-1].isdigit()),)
    return (_each_once(form for text in texts for form in danish.forms_in(text)),)


def _each_once(forms: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(forms))


def _by_repetition(texts: Iterable[str]) -> tuple[str, ...]:
    """Part the words that come once from those that come again; "og" and "er" are no help in a text."""
    counted: Counter[str] = Counter()
    for text in texts:
        counted.update(danish.forms_in(text))
    by_strength: tuple[list[str], list[str]] = [], []
    for form, times in counted.items():
        if form not in danish.SMALL_WORDS:
            by_strength[times > 1].append(form)
    return tuple(map(" ".join, by_strength))


def _by_length(names: Iterable[str]) -> tuple[str, ...]:
    """A word of a short name says more of it than one of a long name."""
    strengths: dict[str, int] = {}
    for name in names:
        forms = danish.forms_in(name)
        strength = max(0, 4 - max(1, len(forms)))
        for form in forms:
            strengths[form] = max(strengths.get(form, 0), strength)
    by_strength: tuple[list[str], ...] = ([], [], [], [])
    for form, strength in strengths.items():
        by_strength[strength].append(form)
    return tuple(map(" ".join, by_strength))


def _with_digraph(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        lower = text.lower()
        if _has_digraph(lower):  # few texts have one, and this is quick
            yield from (word for word in _WORD.findall(lower) if _has_digraph(word) and word.isalpha())


def _has_digraph(text: str) -> bool:
    return any(letters in text for letters in _DIGRAPHS)


def _sane(facets: Facets) -> Facets:
    """Without what a page can't show or a browser's numbers can't hold: controls, ages of 1,000, a trillion places."""
    return Facets(
        **{name: _shown(getattr(facets, name)) for name in _FACETS_OF_TEXT},
        alder=tuple(
            (without_controls(group), _clamped(first, OLDEST), _clamped(last, OLDEST))
            for group, first, last in facets.alder
        ),
        pladser=_clamped(facets.pladser, MOST),
        takst=tuple((without_controls(unit), max(0.0, min(amount, float(MOST)))) for unit, amount in facets.takst),
        aendret=facets.aendret,
    )


def _clamped(number: int | None, most: int) -> int | None:
    return None if number is None else max(0, min(number, most))


def _row(row: ResultRow) -> tuple[object, ...]:
    return row.name, row.address, row.status, row.style, row.facts, row.former


def _shown(value: Any) -> Any:
    """Texts, alone or in lists, as they can be shown: what JSON would escape, a browser would show all the same."""
    if isinstance(value, str):
        return without_controls(value)
    return type(value)(map(_shown, value)) if isinstance(value, list | tuple) else value
