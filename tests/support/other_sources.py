"""Sources of another making than the default mapping expects: renamed, nested, flattened, retyped, with decoys.

`made_source` draws one by a seed and knows where each field went. So the proposals of `source check` can be measured.
The names are from the OIO schemas for addresses and companies (`StreetBuildingIdentifier`, `MunicipalityCode`,
`CVRnumberIdentifier`), from Dataforsyningen's address service (`husnr`, `postnr`, `postnrnavn`), from schema.org, and
what Danish offices say; the rest is made by rule from the field's own name. Nothing here reads
`register/mapping/synonyms.py`, which the proposals go by. That has some of these names too, as both have them from
common use. Two words (telefonnummer, mailadresse) were added to it after the first measurement, for another test.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from generator.register.mapping.mapping import default_mapping
from tests.support.source_fields import WRAPPER, default_types, with_objects

# Our last name → what others call it.
_OTHER_NAMES = {
    "navn": ("Name", "betegnelse", "benaevnelse", "title"),
    "pNummer": ("ProductionUnitIdentifier", "produktionsenhedsnummer", "pEnhedsNr"),
    "cvrNummer": ("CVRnumberIdentifier", "cvr", "cvrNr", "vatID"),
    "kode": ("Code", "formkode", "kodevaerdi"),
    "beskrivelse": ("description", "tekst", "beskrivelsestekst"),
    "vejnavn": ("StreetName", "vej", "gadenavn", "streetAddress"),
    "husnummer": ("StreetBuildingIdentifier", "husnr", "bygningsnummer"),
    "etage": ("FloorIdentifier", "etagebetegnelse", "floor"),
    "postnummer": ("PostCodeIdentifier", "postnr", "postalCode", "zip"),
    "postdistrikt": ("DistrictName", "postnrnavn", "by", "addressLocality"),
    "kommunekode": ("MunicipalityCode", "kommunenr", "kommunenummer", "hjemkommunekode"),
    "kommunenavn": ("MunicipalityName", "kommune", "kommunensNavn"),
    "adresseId": ("AddressIdentifier", "darAdresseId", "adresseUuid", "adressenoegle"),
    "lat": ("latitude", "breddegrad", "bredde"),
    "lon": ("longitude", "laengdegrad", "længde", "lng"),
    "leder": ("manager", "forstander", "dagligLeder", "ledernavn"),
    "telefon": ("telephone", "telefonnummer", "tlf", "hovednummer"),
    "email": ("EmailAddressIdentifier", "mailadresse", "ePost"),
    "hjemmeside": ("url", "webadresse", "www", "website"),
    "status": ("state", "tilstand", "statusTekst", "statusbetegnelse"),
    "dato": ("date", "datoFor", "afgoerelsesdato", "startdato"),
    "socialtilsyn": ("tilsynsmyndighed", "authority", "tilsyn"),
    "paragraf": ("section", "lovgrundlag", "lovparagraf", "paragrafnavn"),
    "antal": ("count", "antalPladser", "quantity", "stoerrelse"),
    "alderFra": ("minimumsalder", "fraAlder", "ageFrom", "alderMin"),
    "alderTil": ("maksimumsalder", "tilAlder", "ageTo", "alderMax"),
    "metoder": ("methods", "tilgange", "metodeliste"),
    "tema": ("theme", "emne", "temanavn"),
    "score": ("rating", "karakter", "gennemsnitsscore", "bedoemmelse"),
    "begrundelse": ("reason", "begrundelsestekst", "forklaring"),
    "ydelse": ("service", "ydelsesnavn", "ydelsestype"),
    "beloeb": ("amount", "pris", "beløbIKroner", "price"),
    "enhed": ("unit", "prisenhed", "enhedsbetegnelse"),
    "afdelingsId": ("departmentId", "afdelingsnummer", "afdelingId"),
    "maalgrupper": ("målgrupper", "targetGroups", "maalgruppenavne"),
    "titel": ("title", "overskrift", "rapporttitel"),
    "url": ("link", "webadresse", "href"),
    "version": ("versionsnummer", "versionNr", "revision"),
    "gyldigFra": ("virkningFra", "registreringFra", "validFrom", "gyldig_fra"),
    "gyldigTil": ("virkningTil", "registreringTil", "validTo", "gyldig_til"),
    "sidstIndlaest": ("indlaestTidspunkt", "sidst_indlæst", "lastLoaded"),
}
_OTHER_OBJECTS = {
    "virksomhed": ("company", "selskab", "virksomhedsoplysninger"),
    "driftsherre": ("ejer", "operator", "drifts_herre"),
    "adresse": ("beliggenhedsadresse", "address", "beliggenhed"),
    "kontakt": ("kontaktoplysninger", "contact", "kontaktinfo"),
    "godkendelse": ("approval", "tilladelse", "godkendelser"),
    "takster": ("priser", "rates", "takstliste"),
    "afdelinger": ("departments", "afdeling", "enheder"),
    "kvalitetsvurdering": ("vurderinger", "qualityAssessment", "kvalitet"),
    "tilsynsrapporter": ("rapporter", "reports", "tilsynsrapport"),
    "maalgrupper": ("målgrupper", "targetGroups", "maalgruppe"),
    "virksomhedsform": ("companyForm", "selskabsform", "form"),
    "wgs84": ("koordinater", "position", "geo"),
    "pladser": ("kapacitet", "places", "godkendtePladser"),
}
_NEW_OBJECTS = ("stamdata", "oplysninger", "detaljer", "identifikation", "vaerdi", "info", "registrering")
_OWN_OBJECTS = {"kommunekode": "kommune", "kommunenavn": "kommune", "postnummer": "post", "cvrNummer": "cvr"}
_SHORT = {"nummer": "nr", "beskrivelse": "beskr", "beloeb": "bel", "adresse": "adr", "kommune": "kom", "antal": "ant"}
# What a register has besides: each looks like one of ours and is none.
_DECOYS = {
    "vejkode": "integer", "landekode": "keyword", "bynavn": "text", "regionskode": "keyword", "regionsnavn": "text",
    "sagsnummer": "long", "journalnummer": "keyword", "slutdato": "date", "oprettetDato": "date", "binavn": "text",
    "eanNummer": "long", "seNummer": "long", "sidstOpdateret": "date", "antalAnsatte": "integer", "kommentar": "text",
    "branchekode": "keyword", "sognekode": "keyword", "matrikelnummer": "keyword", "statusdato": "date",
    "kontaktperson.navn": "text", "sagsbehandler.email": "keyword", "revisor.cvrNummer": "keyword",
    "revisor.navn": "text", "tidligereNavn": "text", "postboks": "keyword", "normering": "double",
    "husnummerTil": "integer",
}  # fmt: skip
_RETYPED = {"date": ("long", "keyword"), "keyword": ("long", "text"), "text": ("keyword",), "double": ("scaled_float",),
            "integer": ("short", "double")}  # fmt: skip


@dataclass(frozen=True)
class OtherSource:
    """A source, and where in it each field of the mapping is that is not where the mapping says."""

    types: dict[str, str]
    went: dict[str, str | None]  # "fields.navn" → its path inside the wrapper, without []; None: it is not there
    how: dict[str, str] = field(default_factory=dict)  # the same names → what was done to it


def made_source(seed: int) -> OtherSource:
    """A source drawn by a seed: six fields renamed, two nested, some flattened or in renamed objects, two retyped."""
    return _Maker(Random(seed)).source()


class _Maker:
    def __init__(self, dice: Random) -> None:
        self._dice = dice
        mapping = default_mapping()
        self._names = {path.replace("[]", ""): f"fields.{name}" for name, path in mapping.sources.items()}
        self._names |= {paths[0]: f"identity.{name}" for name, paths in mapping.identities.items() if name != "demo"}
        del self._names["tilbudsId"]  # it has another path, and would not be missing
        leaves = {p.removeprefix(f"{WRAPPER}."): k for p, k in default_types(mapping).items() if k != "object"}
        self._kinds = leaves
        self._place = {path: path for path in leaves}  # where each is now; "" if it is gone
        self._how: dict[str, list[str]] = {}

    def source(self) -> OtherSource:
        dice = self._dice
        if dice.random() < 0.5:
            self._flatten(dice.choice(("wgs84", "virksomhedsform", "kontakt", "adresse")))
        if dice.random() < 0.5:
            self._rename_object()
        for path in dice.sample(self._untouched(), 6):
            self._move(path, f"{_above(path)}{self._other_name(path)}", "renamed")
        for path in dice.sample(self._untouched(), 2):
            last = path.rpartition(".")[2]
            inner = _OWN_OBJECTS.get(last) if dice.random() < 0.5 else None
            self._move(path, f"{_above(path)}{inner or dice.choice(_NEW_OBJECTS)}.{self._spelt(last)}", "nested")
        for path in dice.sample(sorted(self._how), 1) + dice.sample(self._untouched(), 1):
            self._kinds[path] = dice.choice(_RETYPED[self._kinds[path]])
            if path in self._how:
                self._how[path].append("retyped")
        [gone] = dice.sample(self._untouched(), 1)
        self._place[gone], self._how[gone] = "", ["gone"]
        return self._done()

    def _done(self) -> OtherSource:
        leaves = {self._place[path]: kind for path, kind in self._kinds.items() if self._place[path]}
        objects = sorted({path.rpartition(".")[0] for path in leaves})
        for name in self._dice.sample(sorted(_DECOYS), 10):
            path = f"{self._dice.choice(objects)}.{name}".lstrip(".")
            if path not in with_objects(leaves) and not any(other.startswith(f"{path}.") for other in leaves):
                leaves[path] = _DECOYS[name]
        moved = {path: now for path, now in self._place.items() if now != path and path in self._names}
        return OtherSource(
            with_objects({f"{WRAPPER}.{path}": kind for path, kind in leaves.items()}),
            {self._names[path]: now or None for path, now in moved.items()},
            {self._names[path]: ", ".join(self._how[path]) for path in moved},
        )

    def _untouched(self) -> list[str]:
        """The fields that stand where the mapping says, of the objects that do so too."""
        return [path for path in sorted(self._names) if self._place[path] == path]

    def _move(self, path: str, new: str, how: str) -> None:
        taken = with_objects({place: "" for place in self._place.values() if place})
        if new not in taken and not any(above in self._place.values() for above in _prefixes(new)):
            self._place[path] = new
            self._how.setdefault(path, []).append(how)

    def _other_name(self, path: str) -> str:
        """Another name for a field: what others call it, or its own, spelt, shortened or with its object's name."""
        *above, last = path.split(".")
        way = self._dice.random()
        if way < 0.25:
            return self._dice.choice(_OTHER_NAMES[last])
        if way < 0.5 and above:
            return self._joined(above[-1], last)
        if way < 0.75:
            short = _SHORT.get(next((word for word in _SHORT if word in last.lower()), ""), "")
            return re.sub("|".join(_SHORT), short, last, count=1, flags=re.IGNORECASE) if short else self._spelt(last)
        return self._spelt(last)

    def _joined(self, above: str, last: str) -> str:
        return self._dice.choice((f"{above}_{last}", f"{above}{last[0].upper()}{last[1:]}", f"{above}s{last}"))

    def _spelt(self, last: str) -> str:
        """The same name in another manner."""
        words = re.findall(
            r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", re.sub(r"(kode|navn|nummer|distrikt|side)$", r" \1", last)
        )
        manner = self._dice.choice(("snake", "camel", "pascal", "upper", "danish"))
        small = [word.lower() for word in words]
        if manner == "snake":
            return "_".join(small)
        if manner == "upper":
            return "_".join(small).upper()
        if manner == "danish":
            return last.replace("oe", "ø").replace("ae", "æ").replace("aa", "å")
        pascal = "".join(word.capitalize() for word in small)
        return pascal if manner == "pascal" else pascal[0].lower() + pascal[1:]

    def _flatten(self, name: str) -> None:
        """All fields of the objects of a name stand around them, with its name before theirs or bare."""
        is_bare = self._dice.random() < 0.3
        for path in sorted(self._names):
            above, _, last = path.rpartition(".")
            if above.rpartition(".")[2] == name:
                self._move(path, f"{_above(above)}{last if is_bare else self._joined(name, last)}", "flattened")

    def _rename_object(self) -> None:
        """One object, where it is outermost, has another name, with all that is in it."""
        name = self._dice.choice(sorted(_OTHER_OBJECTS))
        new = self._dice.choice(_OTHER_OBJECTS[name])
        inside = [path for path in sorted(self._names) if f".{name}." in self._place[path]]
        outermost = min((_before(self._place[path], name) for path in inside), key=len, default="")
        for path in inside:
            if self._place[path].startswith(f"{outermost}.{name}."):
                rest = self._place[path][len(outermost) + len(name) + 2 :]
                self._move(path, f"{outermost}.{new}.{rest}", "in a renamed object")


def _before(path: str, name: str) -> str:
    return path[: path.index(f".{name}.")]


def _above(path: str) -> str:
    above = path.rpartition(".")[0]
    return f"{above}." if above else ""


def _prefixes(path: str) -> Iterator[str]:
    return (path[:place] for place, sign in enumerate(path) if sign == ".")
