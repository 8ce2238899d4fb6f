"""What values of a field can't be right: of which a path is likely to be another fact than the mapping takes it for.

Numbers are checked by the rules of their registers: CVR numbers have 8 digits of which the last is a check (weights 2,
7, 6, 5, 4, 3, 2, 1, modulus 11; Erhvervsstyrelsen), P-numbers 10, post codes 4, municipality codes are those in force.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from generator.register.mapping.mapping import Mapping
from generator.register.mapping.type_fit import ValueKind, kind_of_field, kind_of_identity
from generator.register.model.clock import danish_day, milliseconds, parse_end, parse_time
from generator.register.model.municipalities import MUNICIPALITIES
from generator.register.model.text import DANISH_IN_ASCII
from generator.register.model.vocabulary import kommunekode, region_of

_CVR_WEIGHTS = (2, 7, 6, 5, 4, 3, 2, 1)
_NAMES = ("navn", "kommunenavn", "vejnavn", "postdistrikt", "titel", "tema", "ydelse", "enhed", "socialtilsyn", "leder")
_SECONDS = range(100_000_000, 20_000_000_000)  # 1973 to 2603
_YEARS = range(1900, 2200)

Value = str | int | float | bool
_Check = Callable[[str], object]  # of a value's text; what comes is true where it can be right


def doubts(mapping: Mapping, name: str, values: Sequence[Value]) -> list[str]:
    """What can't be right in the values of a field, as "fields.adresse.kommunekode"; each in a few words."""
    table, _, own = name.partition(".")
    last = own.rpartition(".")[2]
    kind = kind_of_identity(own) if table == "identity" else kind_of_field(own)
    if kind is ValueKind.DATE:
        return _doubts_of_dates(values, is_end=own == "gyldigTil")
    if own == "status":
        return _doubts_of_status(mapping, values)
    check = _CHECKS.get(f"{table}.{last}") or _CHECKS.get(last) or _check_of(kind, last)
    if check is None:
        return []
    is_right, what = check
    wrong = [value for value in values if not is_right(str(value).strip())]
    said = [f"{len(wrong)} of {len(values)} values are {what}"] if wrong else []
    return said + (_doubts_of_check_digits(values) if last == "cvrNummer" else [])


def _doubts_of_check_digits(values: Sequence[Value]) -> list[str]:
    """One may be mistyped in the register; where it is most of them, these are other numbers."""
    numbers = [str(value).strip() for value in values if _IS_CVR(str(value).strip())]
    wrong = sum(sum(w * int(d) for w, d in zip(_CVR_WEIGHTS, number, strict=False)) % 11 != 0 for number in numbers)
    return (
        [f"{wrong} of {len(values)} values have no right check digit of a CVR number"]
        if wrong * 2 > len(numbers)
        else []
    )


def contradicts(code: Value, name: Value) -> bool:
    """Whether a municipality's code and name are those of two; False where either is none."""
    known = MUNICIPALITIES.get(kommunekode(str(code)))
    return known is not None and _is_municipality(str(name)) and _plain(str(name)) != _plain(known)


def _doubts_of_dates(values: Sequence[Value], *, is_end: bool) -> list[str]:
    said = []
    numbers = [value for value in values if milliseconds(value) is not None]
    if numbers:
        said.append(
            f"{len(numbers)} of {len(values)} values are numbers; they are read as milliseconds since 1970, and "
            f"{numbers[0]} as {_day(numbers[0])}: is that the day?"
        )
    unread = [value for value in values if value not in numbers and not _is_time(value, is_end=is_end)]
    seconds = [value for value in unread if str(value).isdecimal() and int(value) in _SECONDS]
    if seconds:
        said.append(f"{len(seconds)} of {len(values)} values look like seconds since 1970, and are not read as dates")
    elif unread:
        said.append(f"{len(unread)} of {len(values)} values are no dates")
    moments = [moment for value in values if (moment := parse_time(value))]
    early = [moment for moment in moments if danish_day(moment).year not in _YEARS]
    if early and not is_end:
        said.append(f"{len(early)} of {len(values)} dates are before {_YEARS.start} or after {_YEARS.stop}")
    return said


def _day(number: Value) -> str:
    moment = parse_time(number)
    return danish_day(moment or datetime.fromtimestamp(0, UTC)).isoformat()


def _is_time(value: Value, *, is_end: bool) -> bool:
    if parse_time(value) is not None:
        return True
    if is_end:
        try:
            parse_end(value)
        except ValueError:
            return False
        return True
    return str(value).startswith("0001-01-01")  # what .NET writes for none


def _doubts_of_status(mapping: Mapping, values: Sequence[Value]) -> list[str]:
    unknown = sorted({str(value) for value in values if value not in mapping.ceased and value not in mapping.active})
    if not unknown:
        return []
    some = ", ".join(repr(value[:40]) for value in unknown[:5])
    return [f"values.active and values.ceased have no {some}; of such an offer nobody knows whether it is in operation"]


def _check_of(kind: ValueKind, last: str) -> tuple[_Check, str] | None:
    if kind is ValueKind.INTEGER:
        return _is_whole, "no whole numbers"
    if kind is ValueKind.NUMBER:
        return _is_number, "no numbers"
    if last in _NAMES:
        return (lambda value: not _is_number(value)), "numbers, where a text should be"
    return None


def _is_whole(value: str) -> bool:
    return re.fullmatch(r"-?\d+(\.0+)?( ?år\.?)?", value) is not None


def _is_number(value: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", value) is not None


def _plain(name: str) -> str:
    """A municipality's name as all spellings have it: "Københavns Kommune" is København, Århus Aarhus."""
    folded = re.sub(r" ?(regions)?kommune$", "", name.strip().casefold().translate(DANISH_IN_ASCII))
    return folded.rstrip("s")


_MUNICIPALITY_NAMES = frozenset(map(_plain, (*MUNICIPALITIES.values(), "Christiansø")))


def _is_municipality(name: str) -> bool:
    return _plain(name) in _MUNICIPALITY_NAMES


def _between(least: float, most: float) -> Callable[[str], bool]:
    return lambda value: _is_number(value) and least <= float(value) <= most


_IS_CVR: _Check = re.compile(r"[0-9]{8}(\.0)?").fullmatch
_WEB = (
    re.compile(r"(https?://)?[^\s/@.]++(?:\.[^\s/@.]++)++(/\S*)?", re.IGNORECASE).fullmatch,
    "no addresses on the web",
)
_AGE = re.compile(r"\d{1,3}( ?år\.?)?", re.IGNORECASE).fullmatch, "no ages"
_CHECKS: dict[str, tuple[_Check, str]] = {
    "kommunekode": (lambda value: region_of(value) != "", "codes of no municipality"),
    "kommunenavn": (_is_municipality, "names of no municipality"),
    "cvrNummer": (_IS_CVR, "no CVR numbers (8 digits)"),
    "pNummer": (re.compile(r"[0-9]{10}(\.0)?").fullmatch, "no P-numbers (10 digits)"),
    "postnummer": (re.compile(r"[0-9]{3,4}(\.0)?").fullmatch, "no post codes (4 digits)"),
    "telefon": (re.compile(r"(\+|00)?[0-9][0-9 .-]{6,18}").fullmatch, "no telephone numbers"),
    "email": (re.compile(r"[^@\s]++@(?:[^@\s.]++\.)++\w++").fullmatch, "no e-mail addresses"),
    "hjemmeside": _WEB,
    "url": _WEB,
    "lat": (_between(54, 58), "no latitudes of Denmark (54 to 58)"),
    "lon": (_between(7.5, 15.6), "no longitudes of Denmark (8 to 15)"),
    "score": (_between(1, 5), "no scores (1 to 5)"),
    "alderFra": _AGE,
    "alderTil": _AGE,
    "husnummer": (re.compile(r"\d.*").fullmatch, "no house numbers"),
    "identity.version": (re.compile(r"\d{1,18}").fullmatch, "no version numbers"),
}


def as_values(found: Any) -> list[Value]:
    """What stands at a path, as single values; nothing for what is empty."""
    if isinstance(found, list):
        return [value for item in found for value in as_values(item)]
    return [found] if isinstance(found, (str, int, float)) and found != "" else []
