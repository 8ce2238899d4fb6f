"""The words that can be asked for, and what a query word stands for; the same data in browser and Whoosh."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from generator.search.danish import QueryWord, without_small_words
from generator.search.formula import PREFIX_FACTOR, PREFIX_GROUPS, SHORTEST_PREFIX
from generator.search.terms import OfferTerms


@dataclass(frozen=True, slots=True)
class Entry:
    """A surface form, in how many offers it stands, and the groups that it is counted under."""

    form: str
    offers: int
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Meant:
    """A group that a query word stands for, and how much a match is worth."""

    group: str
    factor: float


class LexiconBuilder:
    """Gathers the surface forms of all offers as they pass."""

    def __init__(self) -> None:
        self._groups: dict[str, tuple[str, ...]] = {}
        self._offers: dict[str, int] = {}

    def add(self, terms: OfferTerms) -> None:
        """Take in the forms of one offer."""
        for form, groups in terms.forms.items():
            self._offers[form] = self._offers.get(form, 0) + 1
            self._groups[form] = groups

    def entries(self) -> list[Entry]:
        """Return all forms in the order in which a browser compares strings."""
        return [Entry(form, self._offers[form], self._groups[form]) for form in sorted(self._groups, key=browser_order)]


def browser_order(text: str) -> bytes:
    """Return a sort key that orders as JavaScript's `<` does, by UTF-16 code units."""
    return text.encode("utf-16-be", "surrogatepass")


def pack(entries: Iterable[Entry]) -> list[str | int]:
    """Return entries as the flat list that is written: form, offers, groups joined by blanks ("" if it is the form)."""
    flat: list[str | int] = []
    for entry in entries:
        groups = " ".join(entry.groups)
        flat += (entry.form, entry.offers, "" if groups == entry.form else groups)
    return flat


def unpack(flat: Sequence[str | int]) -> Iterator[Entry]:
    """Read entries from the list that `pack` made."""
    for form, offers, groups in zip(flat[::3], flat[1::3], flat[2::3], strict=True):
        yield Entry(str(form), int(offers), tuple(str(groups or form).split(" ")))


class Lexicon:
    """Answers what the words of a query stand for."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = list(entries)
        self._keys = [browser_order(entry.form) for entry in self._entries]

    @classmethod
    def from_packed(cls, flat: Sequence[str | int]) -> Self:
        """Read a lexicon that `pack` made."""
        return cls(unpack(flat))

    def find(self, form: str) -> Entry | None:
        """Return the entry of a form."""
        place = bisect_left(self._keys, browser_order(form))
        if place < len(self._entries) and self._entries[place].form == form:
            return self._entries[place]
        return None

    def beginning_with(self, prefix: str) -> list[Entry]:
        """Return the longer forms that begin so, those of most offers first."""
        place = bisect_left(self._keys, browser_order(prefix))
        found = []
        while place < len(self._entries) and self._entries[place].form.startswith(prefix):
            found.append(self._entries[place])
            place += 1
        # The sort is stable, so equals stay in the order of the lexicon.
        return sorted((entry for entry in found if entry.form != prefix), key=lambda entry: -entry.offers)

    def resolve(self, query: tuple[QueryWord, ...]) -> list[list[Meant]]:
        """Return for each word of a query the groups it stands for; the last word may be unfinished."""
        words = self._known_pieces(without_small_words(query))
        return [self._meant(word, last=place == len(words) - 1) for place, word in enumerate(words)]

    def _known_pieces(self, query: tuple[QueryWord, ...]) -> list[str]:
        """Take a joined number apart again if no offer has it: "2019 2020" can be two years."""
        words: list[str] = []
        for word in query:
            joined = not word.parts or self.find(word.form)
            words += [word.form] if joined else word.parts
        return list(dict.fromkeys(words))

    def _meant(self, form: str, *, last: bool) -> list[Meant]:
        entry = self.find(form)
        exact = entry.groups if entry else ()
        meant = [Meant(group, 1.0) for group in exact]
        # A whole number is what was asked for, not the beginning of a longer one.
        unfinished = not exact or (last and not form.isdigit())
        if unfinished and len(form) >= SHORTEST_PREFIX:
            longer = (group for entry in self.beginning_with(form) for group in entry.groups)
            others = [group for group in dict.fromkeys(longer) if group not in exact]
            meant += [Meant(group, PREFIX_FACTOR) for group in others[:PREFIX_GROUPS]]
        return meant
