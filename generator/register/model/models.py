"""What an offer is, typed: the register's words as pydantic models.

Every fact may be absent. Names are the register's own in snake_case, read from its camelCase; how a source spells
and nests them is the mapping's business.
"""

import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

# "1.200" is a thousand and more in Danish, and one and a bit in English: which of them is meant nobody can say.
_PLAIN_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.(?:[0-9]{1,2}|[0-9]{4,}))?|0\.[0-9]+|[0-9]{4,}\.[0-9]+)")


def _plain_number(value: Any) -> Any:
    """Lets a number through, and a text that can be read as one number only; raises ValueError for any other."""
    if isinstance(value, bool) or (isinstance(value, str) and not _PLAIN_NUMBER.fullmatch(value.strip())):
        raise ValueError("is not plainly a number")
    return value


Whole = Annotated[int | None, BeforeValidator(_plain_number)]
Decimal = Annotated[float | None, BeforeValidator(_plain_number)]


_YEARS = re.compile(r"([0-9]{1,3}) ?år\.?")


def _age(value: Any) -> Any:
    """The same, with the unit behind it: "65 år"."""
    years = _YEARS.fullmatch(value.strip()) if isinstance(value, str) else None
    return years[1] if years else _plain_number(value)


Age = Annotated[int | None, BeforeValidator(_age)]


def _list(value: Any) -> Any:
    """None as an empty list, and one item that stands bare as a list of it: to Elasticsearch they are the same."""
    return [] if value is None else value if isinstance(value, (list, tuple)) else [value]


def _identifier(value: Any) -> Any:
    """A number as an integer where it is one: an id that was written "12345678.0" is 12345678."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Identifier = Annotated[str | None, BeforeValidator(_identifier)]


def _absent_object(value: Any) -> Any:
    return {} if value is None else value


class _Fact(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel,
        frozen=True,
        extra="ignore",
        coerce_numbers_to_str=True,
        str_strip_whitespace=True,
        allow_inf_nan=False,
    )


class Virksomhedsform(_Fact):
    """A company's legal form in CVR."""

    kode: str | None = None
    beskrivelse: str | None = None


class Virksomhed(_Fact):
    """A company; for the agreements' councils with their kommunekode."""

    cvr_nummer: Identifier = None
    navn: str | None = None
    virksomhedsform: Annotated[Virksomhedsform, BeforeValidator(_absent_object)] = Virksomhedsform()
    kommunekode: Identifier = None


class Koordinat(_Fact):
    """A position in WGS 84, degrees."""

    lat: float | None = None
    lon: float | None = None


class Adresse(_Fact):
    """A Danish address; `adresse_id` is the register's own, the rest may be filled in by the platform.

    The letter of a house stands in `husnummer` ("12A") or, where the source has it apart, in `husbogstav`.
    """

    vejnavn: str | None = None
    husnummer: Identifier = None
    husbogstav: str | None = None
    etage: str | None = None
    doer: Identifier = None
    postnummer: Identifier = None
    postdistrikt: str | None = None
    kommunekode: Identifier = None
    kommunenavn: str | None = None
    adresse_id: str | None = None
    wgs84: Annotated[Koordinat, BeforeValidator(_absent_object)] = Koordinat()


class Kontakt(_Fact):
    """How to reach an offer; the leader is a person."""

    leder: str | None = None
    telefon: Identifier = None
    email: str | None = None
    hjemmeside: str | None = None


class Plads(_Fact):
    """Approved places (not free ones) under one paragraph."""

    paragraf: str | None = None
    # A number that no offer has is shown as it stands, with the fields that have no place here; it is never added up.
    antal: Whole = Field(default=None, ge=0, le=1_000_000)


class Godkendelse(_Fact):
    """The approval: its status, date, authority and places."""

    status: str | None = None
    dato: str | None = None
    socialtilsyn: str | None = None
    pladser: Annotated[tuple[Plads, ...], BeforeValidator(_list)] = ()


class Maalgruppe(_Fact):
    """A target group with its ages in years."""

    navn: str | None = None
    alder_fra: Age = None
    alder_til: Age = None
    # Which of the two the register tells in words that can't be read: no fact of the source's, but about them.
    unread: frozenset[str] = Field(default=frozenset(), exclude=True)


class Kvalitetsvurdering(_Fact):
    """The authority's assessment of one theme, 1 to 5."""

    tema: str | None = None
    score: Decimal = None
    begrundelse: str | None = None


class Takst(_Fact):
    """A price with its unit."""

    ydelse: str | None = None
    beloeb: Decimal = Field(default=None, ge=-1e12, le=1e12)
    enhed: str | None = None


class Afdeling(_Fact):
    """A department with an address, places and target groups of its own."""

    afdelings_id: Identifier = None
    navn: str | None = None
    adresse: Annotated[Adresse, BeforeValidator(_absent_object)] = Adresse()
    pladser: Annotated[tuple[Plads, ...], BeforeValidator(_list)] = ()
    maalgrupper: Annotated[tuple[str, ...], BeforeValidator(_list)] = ()


class Tilsynsrapport(_Fact):
    """A published inspection report."""

    titel: str | None = None
    dato: str | None = None
    url: str | None = None


class Tilbud(_Fact):
    """An offer in one version."""

    status: str | None = None
    navn: str | None = None
    p_nummer: Identifier = None
    virksomhed: Annotated[Virksomhed, BeforeValidator(_absent_object)] = Virksomhed()
    driftsherre: Annotated[Virksomhed, BeforeValidator(_absent_object)] = Virksomhed()
    adresse: Annotated[Adresse, BeforeValidator(_absent_object)] = Adresse()
    kontakt: Annotated[Kontakt, BeforeValidator(_absent_object)] = Kontakt()
    godkendelse: Annotated[Godkendelse, BeforeValidator(_absent_object)] = Godkendelse()
    maalgrupper: Annotated[tuple[Maalgruppe, ...], BeforeValidator(_list)] = ()
    metoder: Annotated[tuple[str, ...], BeforeValidator(_list)] = ()
    beskrivelse: str | None = None
    kvalitetsvurdering: Annotated[tuple[Kvalitetsvurdering, ...], BeforeValidator(_list)] = ()
    takster: Annotated[tuple[Takst, ...], BeforeValidator(_list)] = ()
    driftsaftaler: Annotated[tuple[Virksomhed, ...], BeforeValidator(_list)] = ()
    fasteaftaler: Annotated[tuple[Virksomhed, ...], BeforeValidator(_list)] = ()
    samarbejdskommuner: Annotated[tuple[Virksomhed, ...], BeforeValidator(_list)] = ()
    afdelinger: Annotated[tuple[Afdeling, ...], BeforeValidator(_list)] = ()
    tilsynsrapporter: Annotated[tuple[Tilsynsrapport, ...], BeforeValidator(_list)] = ()
