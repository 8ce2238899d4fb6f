"""What results are filtered and sorted by: the columns that the browser loads, and the same filters for the program.

A column is the facet of every document in order, each closed by a comma, its numbers as `encoding` writes them:
places of values in `values`, target group (its place in `values` of maalgruppe and one more, 0 for none) with its first
and last age (0 and 150 for no bound), places, unit and price in øre, days since 2000, and for `order` the place of the
name among all names.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import orjson
from pydantic import TypeAdapter
from rapidfuzz import fuzz

from generator.errors import UsageError
from generator.register.model.search_document import OLDEST, Facets
from generator.register.model.vocabulary import successor_paragraph
from generator.search.analysis.danish import fold, forms_in
from generator.search.index.encoding import encode

CHOICES = ("status", "grundlag", "maalgruppe", "kommune", "region", "tilsyn", "ejerform")
FIRST_DAY = date(2000, 1, 1)


@dataclass(slots=True)
class Columns:
    """Gathers the facets of all documents, in their order."""

    values: dict[str, dict[str, int]] = field(default_factory=lambda: {name: {} for name in (*CHOICES, "takst")})
    numbers: dict[str, list[str]] = field(
        default_factory=lambda: {name: [] for name in (*CHOICES, "alder", "pladser", "takst", "aendret")}
    )
    names: list[str] = field(default_factory=list)

    def add(self, facets: Facets) -> None:
        """Take in the next document."""
        for name in CHOICES:
            self._add(name, (self._place(name, value) for value in _said(facets, name)))
        self._add("alder", (number for of_group in facets.alder for number in self._ages(*of_group)))
        self._add("pladser", () if facets.pladser is None else (facets.pladser,))
        self._add(
            "takst", (n for unit, amount in facets.takst for n in (self._place("takst", unit), round(amount * 100)))
        )
        self._add("aendret", () if facets.aendret is None else (max(0, (facets.aendret - FIRST_DAY).days),))
        self.names.append(facets.order)

    def _add(self, name: str, numbers: Iterable[int]) -> None:
        self.numbers[name].append(encode(numbers))

    def _ages(self, group: str, first: int | None, last: int | None) -> tuple[int, int, int]:
        return self._place("maalgruppe", group) + 1 if group else 0, *_bounds(first, last)

    def _place(self, name: str, value: str) -> int:
        return self.values[name].setdefault(value, len(self.values[name]))

    def encoded(self, documents: int) -> Iterator[tuple[str, bytes]]:
        """Yield each column's name and what is written of it."""
        for name, numbers in self.numbers.items():
            yield name, orjson.dumps({"values": list(self.values.get(name, ())), "of": ",".join(numbers)})
        ranks = [0] * documents
        for rank, document in enumerate(sorted(range(documents), key=lambda number: (self.names[number], number))):
            ranks[document] = rank
        yield "order", orjson.dumps({"values": [], "of": ",".join(encode((rank,)) for rank in ranks)})


def _bounds(first: int | None, last: int | None) -> tuple[int, int]:
    return first or 0, OLDEST if last is None else last


# ---- The same for the program --------------------------------------------------------------

Sort = Literal["relevans", "navn", "aendret", "pladser"]


@dataclass(frozen=True, slots=True)
class Range:
    """From a number to a number, both inclusive; None where there is no bound."""

    first: float | None = None
    last: float | None = None

    def holds(self, number: float | None) -> bool:
        """Whether a number lies in it; what is unknown lies in no range."""
        if number is None:
            return False
        return (self.first is None or number >= self.first) and (self.last is None or number <= self.last)


@dataclass(frozen=True, slots=True)
class Filters:
    """What results must have: any one value of each choice that is named, and all the rest.

    A target group and an age belong together: it is the chosen group that must span the age.
    """

    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    alder: int | None = None
    pladser: Range | None = None
    takst: Range | None = None
    enhed: str = ""  # the unit that a price must be in
    aendret: date | None = None  # changed on this day or later

    @property
    def are_none(self) -> bool:
        """Whether everything passes."""
        return self == NO_FILTERS

    def passing(self, facets: Sequence[Facets]) -> set[int]:
        """Return the documents that pass; raises UsageError for a value of a choice that no document has."""
        choices = {name: _values_meant(name, given, facets) for name, given in self.choices.items() if given}
        if self.takst is not None:
            _check_unit(self.enhed, facets)
        return {
            document
            for document, of in enumerate(facets)
            if all(not wanted.isdisjoint(self._values_of(of, name)) for name, wanted in choices.items())
            and self._admits(of)
        }

    def _values_of(self, facets: Facets, name: str) -> Collection[str]:
        if name == "maalgruppe" and self.alder is not None:
            return self._groups_spanning_the_age(facets)
        return _said(facets, name)

    def _groups_spanning_the_age(self, facets: Facets) -> set[str]:
        return {group for group, *ages in facets.alder if Range(*_bounds(*ages)).holds(self.alder)}

    def _admits(self, facets: Facets) -> bool:
        return (
            (self.alder is None or bool(self._groups_spanning_the_age(facets)))
            and (self.pladser is None or self.pladser.holds(facets.pladser))
            and (self.takst is None or any(self._fits(unit, amount) for unit, amount in facets.takst))
            and (self.aendret is None or (facets.aendret is not None and facets.aendret >= self.aendret))
        )

    def _fits(self, unit: str, amount: float) -> bool:
        return self.takst is not None and fold(unit) == fold(self.enhed) and self.takst.holds(amount)


NO_FILTERS = Filters()


def _said(facets: Facets, name: str) -> Sequence[str]:
    said: str | tuple[str, ...] = getattr(facets, name)
    return ((said,) if said else ()) if isinstance(said, str) else said


def _values_meant(name: str, given: Sequence[str], facets: Sequence[Facets]) -> set[str]:
    """Return the values that are called so, else those with all the words: "syd" is Socialtilsyn Syd."""
    there = {value for of in facets for value in _said(of, name)}
    meant: set[str] = set()
    for text in given:
        wanted = successor_paragraph(text) or text if name == "grundlag" else text
        same = {value for value in there if fold(value) == fold(wanted)}
        words = set(forms_in(wanted))
        alike = same or {value for value in there if words and words <= set(forms_in(value))}
        if not alike:
            known = ", ".join(sorted(there, key=lambda value: (-fuzz.ratio(fold(value), fold(text)), value))[:3])
            raise UsageError(f"--{name} {text}: no offer has this; the nearest are {known or 'none'}")
        meant |= alike
    return meant


def _check_unit(unit: str, facets: Sequence[Facets]) -> None:
    there = sorted({known for of in facets for known, _ in of.takst})
    if fold(unit) not in map(fold, there):
        raise UsageError(f"--enhed {unit}: no price has this unit; there are {', '.join(there) or 'none'}")


def sorted_by(sort: Sort, ranked: list[int], facets: Sequence[Facets]) -> list[int]:
    """Return ranked documents in another order; equals stay as they are ranked, what is unknown comes last."""
    if sort == "navn":
        return sorted(ranked, key=lambda number: (facets[number].order, number))
    if sort == "aendret":
        return sorted(ranked, key=lambda number: facets[number].aendret or date.min, reverse=True)
    if sort == "pladser":
        return sorted(ranked, key=lambda number: -1 if (p := facets[number].pladser) is None else p, reverse=True)
    return ranked


_FACETS: TypeAdapter[list[Facets]] = TypeAdapter(list[Facets])


def write_facets(facets: list[Facets]) -> bytes:
    """Return facets as JSON."""
    return orjson.dumps(facets)


def read_facets(text: bytes) -> list[Facets]:
    """Read what `write_facets` wrote."""
    return _FACETS.validate_json(text)
