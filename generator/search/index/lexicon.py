"""The words that can be asked for, and what a query word stands for; the same data in browser and Whoosh."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Self

from rapidfuzz.distance import OSA

from generator.search.analysis.danish import (
    LONGEST_WORD,
    MAX_QUERY_WORDS,
    QueryWord,
    is_number,
    simpler_paragraph,
    without_small_words,
)
from generator.search.index.formula import (
    EXACT,
    FAMILY,
    MISSPELT,
    PART,
    PREFIX,
    SHORTEST_BEGUN,
    SHORTEST_BEGUN_BEFORE,
    mistakes_allowed,
)
from generator.search.index.inverted import Vocabulary

# Endings of Danish inflections, folded, the longest first: an inflection that no offer has is found by the others.
ENDINGS = (
    "ernes", "erens", "eres", "enes", "edes", "erne", "eren", "ere", "ede", "ens", "ets", "ers", "ene", "en", "et",
    "er", "es", "e", "s", "t",
)  # fmt: skip
SHORTEST_STEM = 3
SHORTEST_PIECE = 3  # of a compound that no offer has
JOINTS = ("", "s", "e")


@dataclass(frozen=True, slots=True)
class LexiconEntry:
    """A form, in how many offers it stands at least, and its group."""

    form: str
    offers: int
    group: str


@dataclass(frozen=True, slots=True)
class TermMatch:
    """Postings that a query word stands for: of one form or, with `form` None, of the compounds with a part."""

    group: str
    form: str | None
    kind: int  # one of the formula's: EXACT, FAMILY …


@dataclass(frozen=True, slots=True)
class Resolved:
    """A query as the index understands it; `instead` says which words nobody has, and what they were taken for."""

    words: tuple[tuple[TermMatch, ...], ...]
    forms: tuple[str, ...]  # the word that each of `words` was
    instead: tuple[tuple[str, str], ...] = ()


def often(offers: int) -> int:
    """Return the step on which a word's frequency is told: a power of two, so that an offer more seldom changes it."""
    return offers.bit_length()


def browser_order(text: str) -> bytes:
    """Return a sort key that orders as JavaScript's `<` does, by UTF-16 code units."""
    return text.encode("utf-16-be", "surrogatepass")


def entries_of(vocabulary: Vocabulary) -> list[LexiconEntry]:
    """Return all that can be asked for in the order in which a browser compares strings."""
    forms = sorted(vocabulary.group_of, key=browser_order)
    return [LexiconEntry(form, vocabulary.offers[form], vocabulary.group_of[form]) for form in forms]


def pack(entries: Iterable[LexiconEntry]) -> list[str | int]:
    """Return entries as a flat list for JSON: form, offers, group ("" if it is the form)."""
    flat: list[str | int] = []
    for entry in entries:
        flat += (entry.form, entry.offers, "" if entry.group == entry.form else entry.group)
    return flat


def unpack(flat: Sequence[str | int]) -> Iterator[LexiconEntry]:
    """Read entries from the list that `pack` made."""
    for form, offers, group in zip(flat[::3], flat[1::3], flat[2::3], strict=True):
        yield LexiconEntry(str(form), int(offers), str(group or form))


class Lexicon:
    """Answers what the words of a query stand for."""

    def __init__(self, entries: Iterable[LexiconEntry]) -> None:
        self._entries = list(entries)
        self._keys = [browser_order(entry.form) for entry in self._entries]
        self._families: dict[str, list[LexiconEntry]] = {}
        for entry in self._entries:
            self._families.setdefault(entry.group, []).append(entry)

    @classmethod
    def from_packed(cls, flat: Sequence[str | int]) -> Self:
        """Read a lexicon that `pack` made."""
        return cls(unpack(flat))

    def find(self, form: str) -> LexiconEntry | None:
        """Return the entry of a form."""
        place = bisect_left(self._keys, browser_order(form))
        if place < len(self._entries) and self._entries[place].form == form:
            return self._entries[place]
        return None

    def beginning_with(self, prefix: str) -> Iterator[LexiconEntry]:
        """Yield the longer forms that begin so."""
        place = bisect_left(self._keys, browser_order(prefix))
        while place < len(self._entries) and self._entries[place].form.startswith(prefix):
            if self._entries[place].form != prefix:
                yield self._entries[place]
            place += 1

    # ---- A whole query ---------------------------------------------------------------------

    def resolve(self, query: tuple[QueryWord, ...]) -> Resolved:
        """Return what each word of a query stands for; the last one may be unfinished."""
        forms = self._known_pieces(without_small_words(query))
        meant = [self._known(form, last=place == len(forms) - 1) for place, form in enumerate(forms)]
        self._join_neighbours(forms, meant)
        if len(forms) > 1 and len(forms[-1]) == 1 and not meant[-1]:
            forms.pop()  # the first letter of a word that is being typed
            meant.pop()
        words: list[tuple[TermMatch, ...]] = []
        asked: list[str] = []
        instead: list[tuple[str, str]] = []
        for form, found in zip(forms, meant, strict=True):
            for word, guessed, taken_for in [(form, found, "")] if found else self._unknown(form):
                words.append(tuple(dict.fromkeys(guessed)))
                asked.append(word)
                if taken_for:
                    instead.append((form, taken_for))
        return Resolved(tuple(words[:MAX_QUERY_WORDS]), tuple(asked[:MAX_QUERY_WORDS]), tuple(dict.fromkeys(instead)))

    def _known_pieces(self, query: tuple[QueryWord, ...]) -> list[str]:
        """Take apart what no offer has: "2019 2020" can be two years; and "SUL § 107" a paragraph of another law."""
        words: list[str] = []
        for word in query:
            form = word.form
            if word.parts and not self.find(form):
                words += word.parts
                continue
            letter = ""
            while "§" in form and not self.find(form):
                if form[-1].isalpha():
                    form, letter = form[:-1], form[-1]  # perhaps the first of the next word, as in "§ 107 a…"
                else:
                    form = simpler_paragraph(form)
            words += (form, letter) if letter else (form,)
        return list(dict.fromkeys(words))

    # ---- A word that there is --------------------------------------------------------------

    def _known(self, form: str, *, last: bool) -> list[TermMatch]:
        entry = self.find(form)
        meant = self._family(entry) if entry else []
        if is_number(form) and (paragraph := self.find(f"§{form}")):
            # "107" is first of all a paragraph's number, but a house's as well.
            others = [replace(match, kind=PREFIX) for match in meant]
            meant = [TermMatch(paragraph.group, paragraph.form, EXACT), *others]
        if self._may_be_begun(form, is_known=bool(meant), last=last):
            own = entry.group if entry else None
            for longer in self.beginning_with(form):
                if longer.group != own:
                    meant += (TermMatch(longer.group, longer.form, PREFIX), TermMatch(longer.group, None, PREFIX))
        return meant

    def _family(self, entry: LexiconEntry) -> list[TermMatch]:
        """An exact match, the other inflections, and the compounds that it is a part of."""
        others = [other for other in self._families[entry.group] if other.form != entry.form]
        return [
            TermMatch(entry.group, entry.form, EXACT),
            *(TermMatch(entry.group, other.form, FAMILY) for other in others),
            TermMatch(entry.group, None, PART),
        ]

    def _may_be_begun(self, form: str, *, is_known: bool, last: bool) -> bool:
        # A whole number is what was asked for, not the beginning of a longer one.
        if is_known and not form.isalpha():
            return False
        return len(form) >= (SHORTEST_BEGUN if last else SHORTEST_BEGUN_BEFORE)

    def _join_neighbours(self, forms: Sequence[str], meant: Sequence[list[TermMatch]]) -> None:
        """Two words in a row may be one: "dag tilbud" and "dag-tilbud" are a dagtilbud, "41 A" is number 41A."""
        for place in range(len(forms) - 1):
            first, second = forms[place : place + 2]
            is_house_number = is_number(first) and len(second) == 1
            joints = JOINTS if first.isalpha() and second.isalpha() else ("",) if is_house_number else ()
            for joint in joints:
                if entry := self.find(first + joint + second):
                    for found in meant[place : place + 2]:
                        found += self._family(entry)

    # ---- A word that nobody has ------------------------------------------------------------

    def _unknown(self, form: str) -> list[tuple[str, list[TermMatch], str]]:
        """Return what it may be, as one or several words: each with its form, what it stands for and what it was."""
        if family := self._other_inflection(form):
            return [(form, family, "")]
        neighbours = self._neighbours(form)
        if neighbours and neighbours[0][0] == 1:
            return [self._misspelt(form, neighbours)]
        if pieces := self._split(form):
            return [(piece.form, self._family(piece), "") for piece in pieces]
        return [self._misspelt(form, neighbours)] if neighbours else [(form, [], "")]

    def _other_inflection(self, form: str) -> list[TermMatch]:
        for ending in ENDINGS if form.isalpha() else ():
            stem = form.removesuffix(ending)
            # Danish doubles and drops letters before an ending: tilbuddene is of tilbud, krisecentrene of krisecenter.
            for word in (stem, stem[:-1]) if stem != form and len(stem) > SHORTEST_STEM else ():
                entry = self.find(word)
                group = entry.group if entry else word
                if group in self._families:
                    family = self._families[group]
                    return [*(TermMatch(group, other.form, FAMILY) for other in family), TermMatch(group, None, PART)]
        return []

    def _neighbours(self, form: str) -> list[tuple[int, LexiconEntry]]:
        """Return the words that differ in the fewest letters, if few enough; those of most offers first.

        A longer word that begins like that counts as well, but after whole words.
        """
        allowed = mistakes_allowed(form) if form.isalpha() else 0
        found = [
            (distance, entry)
            for entry in (self._entries if allowed else ())
            if entry.form.isalpha() and (distance := _distance(form, entry.form, allowed))
        ]
        nearest = min((distance for distance, _ in found), default=(0, False))
        # The sort is stable, so equals stay in the order of the lexicon.
        return sorted(
            ((pair[0][0], pair[1]) for pair in found if pair[0] == nearest), key=lambda pair: -often(pair[1].offers)
        )

    def _misspelt(self, form: str, neighbours: list[tuple[int, LexiconEntry]]) -> tuple[str, list[TermMatch], str]:
        meant: list[TermMatch] = []
        for _, entry in neighbours:
            meant += (TermMatch(found.group, found.form, MISSPELT) for found in self._family(entry))
        return form, meant, neighbours[0][1].form

    def _split(self, form: str) -> list[LexiconEntry]:
        """Take a compound apart that no offer has: misbrugscenter is misbrug and center; the longest end first."""
        is_word = form.isalpha() and len(form) <= LONGEST_WORD
        for place in range(SHORTEST_PIECE, len(form) - SHORTEST_PIECE + 1) if is_word else ():
            head = self.find(form[place:])
            if head is None:
                continue
            start = form[:place]
            for modifier in (start.removesuffix(joint) for joint in JOINTS if start.endswith(joint)):
                if len(modifier) >= SHORTEST_PIECE and (entry := self.find(modifier)):
                    return [entry, head]
        return []


def _distance(form: str, other: str, allowed: int) -> tuple[int, bool] | None:
    """Return how many letters differ, and whether only the beginning of the other was compared; None if too many."""
    whole = OSA.distance(form, other, score_cutoff=allowed)
    lengths = range(max(1, len(form) - allowed), min(len(form) + allowed, len(other) - 1) + 1)
    begun = min((OSA.distance(form, other[:length], score_cutoff=allowed) for length in lengths), default=allowed + 1)
    nearest = min((whole, False), (begun, True))
    return nearest if nearest[0] <= allowed else None
