"""How a source lays versions out in documents; each layout becomes the same versions.

`version` (one document a version) is here; `history`, `periods` and `current` get a reader of their own in `LAYOUTS`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from generator.errors import ConfigurationError
from generator.register.clock import parse_time
from generator.register.documents import Envelope
from generator.register.mapping import Mapping


class Unreadable(Exception):  # not an error of the run: it is caught, counted and reported
    """A document, or a part of one, from which no version can be read; says why."""


@dataclass(frozen=True, slots=True)
class RawVersion:
    """A version as a document tells it, before observations are put together."""

    offer_id: str
    number: str
    gyldig_fra: datetime | None
    gyldig_fra_text: str | None
    loaded: datetime | None
    known: dict[str, Any]
    unknown: dict[str, Any]


Reader = Callable[[Mapping, Envelope], Iterator[RawVersion]]


def read_versions(mapping: Mapping, envelope: Envelope) -> Iterator[RawVersion]:
    """The versions that one document holds, by the mapping's layout; raises Unreadable."""
    return reader_of(mapping)(mapping, envelope)


def reader_of(mapping: Mapping) -> Reader:
    """The reader of the mapping's layout; raises ConfigurationError where this program has none yet."""
    reader = LAYOUTS.get(mapping.layout)
    if reader is None:
        raise ConfigurationError(
            f"{mapping.origin}: document.layout: {mapping.layout!r} can't be read yet; "
            f"this program reads {list(LAYOUTS)}"
        )
    return reader


def _one_version(mapping: Mapping, envelope: Envelope) -> Iterator[RawVersion]:
    offer_id = _offer_id(mapping, envelope)
    number = mapping.identity(envelope, "version")
    if not isinstance(number, (str, int)) or not re.fullmatch(r"\s*\d{1,18}\s*", str(number)):
        said = f"har versionsnummeret {str(number)[:60]!r}, ikke et tal"
        raise Unreadable("har intet versionsnummer" if number is None else said)
    start = mapping.identity(envelope, "gyldigFra")
    known, unknown = mapping.split(envelope)
    yield RawVersion(
        offer_id=offer_id,
        number=str(int(number)),
        gyldig_fra=parse_time(start),
        gyldig_fra_text=None if start is None else str(start),
        loaded=parse_time(mapping.identity(envelope, "sidstIndlaest")),
        known=known,
        unknown=unknown,
    )


def _offer_id(mapping: Mapping, envelope: Envelope) -> str:
    value = mapping.identity(envelope, "tilbudsId")
    if isinstance(value, bool) or not isinstance(value, (str, int)) or not str(value).strip():
        raise Unreadable("har intet tilbudsId" if value is None else f"har tilbudsId {value!r}")
    return str(value).strip()


LAYOUTS: dict[str, Reader] = {"version": _one_version}
