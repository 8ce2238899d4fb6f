"""All offers by word: what both indexes are made from.

A posting is one number, `document << STRENGTH_BITS | strength`; documents are numbered as they come.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from generator.search.analysis.compounds import Splitter
from generator.search.analysis.danish import fold, group, irregular_forms
from generator.search.index.formula import FIELD_NAMES
from generator.search.index.terms import OfferTerms

STRENGTH_BITS = 2
# What compounds are taken apart by: words of sentences and terms, no names of people and streets.
_PROSE = frozenset(
    FIELD_NAMES.index(name) for name in ("grundlag", "maalgruppe", "metode", "ydelse", "beskrivelse", "vurdering")
)


@dataclass(slots=True)
class Inverted:
    """The postings of each form, field by field."""

    documents: int = 0
    postings: list[dict[str, "array[int]"]] = field(default_factory=lambda: [{} for _ in FIELD_NAMES])
    spelt: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, offers: Iterable[OfferTerms]) -> "Inverted":
        """Invert these offers."""
        inverted = cls()
        for terms in offers:
            inverted.add(terms)
        return inverted

    def add(self, terms: OfferTerms) -> None:
        """Take in one offer as the next document."""
        code = self.documents << STRENGTH_BITS
        for number, by_strength in terms.forms.items():
            postings = self.postings[number]
            for strength, forms in enumerate(by_strength):
                for form in forms.split():
                    if form in postings:
                        postings[form].append(code | strength)
                    else:
                        postings[form] = array("I", (code | strength,))
        self.spelt.update(terms.spelt)
        self.documents += 1

    def prose(self) -> set[str]:
        """Return the forms that stand in sentences and terms."""
        return {form for number in _PROSE for form in self.postings[number]}

    def vocabulary(self) -> "Vocabulary":
        """Find out what the forms have to do with each other."""
        return Vocabulary.of(self.offers_with(), self.prose())

    def spellings(self, offers: Mapping[str, int]) -> dict[str, str]:
        """Return the forms that most offers write with aa, ae or oe, and how: Aarhus is no Århus, boenhed no bønhed."""
        return {
            form: word for word, having in sorted(self.spelt.items()) if 2 * having > offers.get(form := fold(word), 0)
        }

    def offers_with(self) -> dict[str, int]:
        """Return each form with how many offers have it at least: as many as have it in one field."""
        offers: dict[str, int] = {}
        for postings in self.postings:
            for form, coded in postings.items():
                offers[form] = max(offers.get(form, 0), len(coded))
        return offers


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the forms of a register have to do with each other."""

    group_of: Mapping[str, str]  # of each form, of each part of a compound, and of all in a family that no rule finds
    offers: Mapping[str, int]  # with a form at least; with a compound that has the part; none with the last
    parts: Mapping[str, tuple[str, ...]]  # of the forms that are compounds: the groups of their parts

    @classmethod
    def of(cls, offers_with: Mapping[str, int], prose: Iterable[str]) -> "Vocabulary":
        """Find groups and compounds among the forms of a register."""
        splitter = Splitter(prose)
        groups = {form: group(form) for form in offers_with}
        offers, parts = dict(offers_with), {}
        for form in offers_with:
            if pieces := splitter.parts(form):
                for piece in pieces:
                    if piece not in offers_with:
                        groups[piece] = group(piece)
                        offers[piece] = max(offers.get(piece, 0), offers_with[form])
                others = dict.fromkeys(groups[piece] for piece in pieces)
                parts[form] = tuple(part for part in others if part != groups[form])
        there = set(groups.values())
        for form, name in irregular_forms():
            if name in there and form not in groups:
                groups[form], offers[form] = name, 0
        return cls(groups, offers, parts)

    def forms_of(self) -> dict[str, list[str]]:
        """Return the forms of each group, sorted."""
        forms: dict[str, list[str]] = defaultdict(list)
        for form in sorted(self.group_of):
            forms[self.group_of[form]].append(form)
        return dict(forms)
