"""What each field of ours holds, and how well an Elasticsearch type fits that."""

from enum import StrEnum
from typing import Any

from generator.register.mapping.mapping import canonical_fields


class ValueKind(StrEnum):
    """What a field holds, in an operator's words."""

    TEXT = "text"
    CODE = "a text or a number"  # cvrNummer, postnummer: a number to one source, a text to another
    DATE = "a date"
    INTEGER = "a whole number"
    NUMBER = "a number"
    ANY = "anything"  # a field of the operator's own: nothing is known of it


UNLIKELY, POSSIBLE, FITTING = 0.0, 0.5, 1.0

_FAMILIES = {
    "text": ("text", "keyword", "constant_keyword", "wildcard", "match_only_text"),
    "integer": ("long", "integer", "short", "byte", "unsigned_long"),
    "number": ("double", "float", "half_float", "scaled_float"),
    "date": ("date", "date_nanos"),
}
_FAMILY_OF = {kind: family for family, kinds in _FAMILIES.items() for kind in kinds}
# What is read all the same is possible: a date that the source keeps as text or as milliseconds. A text where a number
# should be is not: such a field is often another than was meant.
_FITS = {
    ValueKind.TEXT: {"text": FITTING},
    ValueKind.CODE: {"text": FITTING, "integer": FITTING},
    ValueKind.DATE: {"date": FITTING, "text": POSSIBLE, "integer": POSSIBLE},
    ValueKind.INTEGER: {"integer": FITTING, "number": POSSIBLE},
    ValueKind.NUMBER: {"number": FITTING, "integer": FITTING, "geo_point": FITTING},
}
_CODE_ENDINGS = ("nummer", "Nummer", "Id", "kode", "telefon", "etage")


def kind_of_field(name: str) -> ValueKind:
    """What a name of [fields] holds."""
    annotation = canonical_fields().get(name)
    return ValueKind.ANY if annotation is None else _kind(name, annotation)


def kind_of_identity(name: str) -> ValueKind:
    """What a name of [identity] holds."""
    return ValueKind.CODE if name in ("tilbudsId", "version") else ValueKind.DATE


def fit(kind: ValueKind, source_type: str) -> float:
    """UNLIKELY, POSSIBLE or FITTING; of several types ("date|keyword") the worst."""
    if kind is ValueKind.ANY:
        return FITTING
    fits = _FITS[kind]
    return min(fits.get(_FAMILY_OF.get(name, name), UNLIKELY) for name in source_type.split("|"))


def _kind(name: str, annotation: Any) -> ValueKind:
    kinds = getattr(annotation, "__args__", (annotation,))  # of `int | None`, `tuple[str, ...]`
    if int in kinds:
        return ValueKind.INTEGER
    if float in kinds:
        return ValueKind.NUMBER
    # The models take all else as text, since they are to accept what comes; the name says more.
    last = name.rpartition(".")[2]
    if last == "dato":
        return ValueKind.DATE
    return ValueKind.CODE if last.endswith(_CODE_ENDINGS) else ValueKind.TEXT
