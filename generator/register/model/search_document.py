"""What search may know of an offer; made of what the access policy lets through, so nothing withheld is in it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

# A target group ("" where it isn't named) and its ages in years, both inclusive; None where there is no bound.
GroupAges = tuple[str, int | None, int | None]
OLDEST = 150  # years: where an age has no upper bound

Spellings = Mapping[str, Mapping[str, str]]  # by the name of a facet: a spelling → the one that lists use


@dataclass(frozen=True, slots=True)
class ResultRow:
    """What a result list shows of one offer, as finished Danish text."""

    name: str
    address: str  # of the page, from the site's root: "tilbud/10000.html"
    status: str  # "Godkendt", "Skærpet tilsyn", "Ophørt" …
    style: str  # "" in order, "alert" a sanction in force, "gone" ceased or no longer in the register
    facts: tuple[str, ...]  # "Silkeborg", "SEL § 107", "12 pladser"
    former: tuple[str, ...]  # former names, newest first


@dataclass(frozen=True, slots=True)
class Facets:
    """What an offer can be filtered and sorted by; "" and None where the register doesn't say."""

    status: str = ""
    grundlag: tuple[str, ...] = ()
    maalgruppe: tuple[str, ...] = ()
    alder: tuple[GroupAges, ...] = ()
    kommune: str = ""
    region: str = ""
    tilsyn: str = ""
    ejerform: str = ""
    pladser: int | None = None
    takst: tuple[tuple[str, float], ...] = ()  # unit, amount
    aendret: date | None = None  # when its source's latest change was reported
    order: str = ""  # the name as lists order it

    def respelled(self, spellings: Spellings) -> "Facets":
        """The same with one spelling for what the lists take for one."""
        if not spellings:
            return self
        grundlag, maalgruppe, kommune, tilsyn = (
            spellings.get(name, {}) for name in ("grundlag", "maalgruppe", "kommune", "tilsyn")
        )
        return replace(
            self,
            grundlag=tuple(dict.fromkeys(grundlag.get(name, name) for name in self.grundlag)),
            maalgruppe=tuple(dict.fromkeys(maalgruppe.get(name, name) for name in self.maalgruppe)),
            alder=tuple(dict.fromkeys((maalgruppe.get(name, name), first, last) for name, first, last in self.alder)),
            kommune=kommune.get(self.kommune, self.kommune),
            tilsyn=tilsyn.get(self.tilsyn, self.tilsyn),
        )


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """One offer as search sees it; `fields` holds the texts under the names in `FIELDS`."""

    tilbuds_id: str
    ceased: bool
    fields: Mapping[str, tuple[str, ...]]
    row: ResultRow
    facets: Facets = Facets()


# field -> its name in a result's "why", in Danish
FIELDS: Mapping[str, str] = {
    "navn": "Navn",
    "tidligere": "Hed tidligere",
    "afdeling": "Afdeling",
    "virksomhed": "Virksomhed",
    "kommune": "Kommune",
    "adresse": "Adresse",
    "grundlag": "Juridisk grundlag",
    "maalgruppe": "Målgruppe",
    "metode": "Metode",
    "leder": "Leder",
    "tal": "Nummer",
    "kontakt": "Kontakt",
    "tilsyn": "Socialtilsyn",
    "status": "Status",
    "ydelse": "Ydelse",
    "beskrivelse": "Beskrivelse",
    "vurdering": "Kvalitetsvurdering",
}
# The long ones: their words are counted, a word that is only begun needs three letters there, and a result shows a
# piece of them.
TEXTS = frozenset({"beskrivelse", "vurdering"})
NAMES = frozenset({"navn", "tidligere"})
NUMBERS = "tal"
CONTACT = "kontakt"
