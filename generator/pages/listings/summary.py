"""The small summary of an offer that lists, links and the start page are made of."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Literal

from generator.pages import danish, urls
from generator.pages.listings import facets
from generator.pages.listings.facets import MOST_LISTS, Facet
from generator.pages.sentences import address_line, ages
from generator.register.history.fact_history import places_are_whole, places_of
from generator.register.history.timeline import OVER, Offer, Standing
from generator.register.model.clock import last_moment_before
from generator.register.model.documents import Problem
from generator.register.model.models import Tilbud
from generator.register.model.sanctions import is_sanction, unclear_sanctions
from generator.register.model.vocabulary import (
    kommunekode,
    ownership,
)

# "other": to come, or not known to be in operation; "unclear": in operation, and maybe under a sanction.
Style = Literal["", "alert", "gone", "other", "unclear"]

# An offer that is not in operation, in a word or two. "Ophørt" is what the register says of it, by a status or an end.
STANDINGS: dict[str, str] = {
    "ceased": "Ophørt",
    "ended": "Ophørt",
    "gone": "Ikke længere i registret",
    "upcoming": "Kommende",
    "unknown": "Registrering ikke oplyst",
}


PROVIDERS = ("Driftsherre", "Virksomhed")  # the parts of those who run an offer; others only have agreements with it


@dataclass(frozen=True, slots=True)
class Role:
    """A company's part in an offer: "Driftsherre", "Driftsaftale" …; its page and the name it had there."""

    kind: str
    cvr: str
    name: str


@dataclass(frozen=True, slots=True)
class OfferSummary:
    """One offer as a list row."""

    id: str
    address: str
    name: str
    status: str
    style: Style
    standing: Standing
    ended: datetime | None  # the last moment of it, or when it was last seen
    ended_by: bool  # it was over by `ended` at the latest, and nobody knows since when
    municipality: Facet | None
    paragraphs: tuple[Facet, ...]
    target_groups: tuple[Facet, ...]
    authority: Facet | None
    places: int | None
    places_are_whole: bool  # no paragraph of its lacks its number
    ages: str
    versions: int
    oldest: datetime | None  # from when its first known version holds
    first_date: datetime | None  # when it came into the register, if anybody knows
    changed: datetime | None  # when its source last changed something
    kommunekode: str
    position: tuple[float, float] | None  # WGS 84, degrees north and east
    roles: tuple[Role, ...]
    ownership: str
    p_number: str
    places_under: dict[str, int]  # each paragraph, by its key
    address_key: str  # the same for offers at one address
    house: str  # street, number and postal number; "" where they are not told
    address_text: str

    @property
    def is_active(self) -> bool:
        """Whether the register says that it is in operation."""
        return self.standing == "active"

    @property
    def is_over(self) -> bool:
        """Ceased, ended or gone from the register."""
        return self.standing in OVER


def make_summary(offer: Offer) -> OfferSummary:
    """Sums an offer up."""
    tilbud = offer.current
    return OfferSummary(
        id=offer.id,
        address=urls.offer(offer.id),
        name=danish.short(name_of(offer)),
        status=danish.short(status_of(offer)),
        style=_style_of(offer),
        standing=offer.standing,
        ended=shown_end(offer),
        ended_by=offer.is_ceased and offer.status_since is not None and not offer.status_since.is_exact,
        municipality=facets.municipality_of(tilbud),
        paragraphs=tuple(facets.paragraphs_of(tilbud)),
        target_groups=tuple(facets.target_groups_of(tilbud)),
        authority=facets.authority_of(tilbud),
        places=places_of(tilbud),
        places_are_whole=places_are_whole(tilbud),
        ages=age_span(tilbud),
        versions=len(offer.versions),
        oldest=offer.versions[0].gyldig_fra if offer.versions[0].is_first else None,
        first_date=offer.entered,
        changed=changed_of(offer),
        kommunekode=kommunekode(tilbud.adresse.kommunekode),
        position=position_of(tilbud),
        roles=tuple(roles_of(tilbud)),
        ownership=ownership(tilbud.virksomhed.virksomhedsform.beskrivelse),
        p_number=tilbud.p_nummer or "",
        places_under=places_under(tilbud),
        address_key=tilbud.adresse.adresse_id or house_of(tilbud),
        house=house_of(tilbud),
        address_text=address_line(tilbud.adresse),
    )


def _style_of(offer: Offer) -> Style:
    if offer.is_over:
        return "gone"
    if not offer.is_active:
        return "other"
    status = offer.current.godkendelse.status
    return "alert" if is_sanction(status) else "unclear" if unclear_sanctions(status) else ""


def left_out(offer: Offer) -> Iterator[Problem]:
    """The kinds of lists of which the offer should stand in more than it does."""
    tilbud = offer.current
    kinds = (
        ("juridiske grundlag", {plads.paragraf for plads in tilbud.godkendelse.pladser if plads.paragraf}),
        ("målgrupper", {group.navn for group in tilbud.maalgrupper if group.navn}),
        ("driftsaftaler", tilbud.driftsaftaler),
        ("fasteaftaler", tilbud.fasteaftaler),
        ("samarbejdskommuner", tilbud.samarbejdskommuner),
    )
    for name, values in kinds:
        if len(values) > MOST_LISTS:
            reason = f"har {len(values)} {name}; det står kun på lister under de første {MOST_LISTS}"
            yield Problem(offer.id, reason, lost=False)


def changed_of(offer: Offer) -> datetime | None:
    """When its source last changed something, corrected what it is now, or took a later version back."""
    current = offer.current_version
    afterwards = [current.corrected, *(version.withdrawn for version in offer.versions)]
    if known := [moment for moment in afterwards if moment is not None]:
        return max(known)
    past = offer.versions[: offer.versions.index(current) + 1]
    own = (version for version in reversed(past) if version.is_own and not version.is_void)
    return next((version.gyldig_fra for version in own), current.gyldig_fra)


def places_under(tilbud: Tilbud) -> dict[str, int]:
    """The approved places under each paragraph, by its key; two rows of one are added up."""
    found: dict[str, int] = {}
    for plads in tilbud.godkendelse.pladser:
        if plads.paragraf and plads.antal is not None:
            key = urls.paragraph_key(plads.paragraf)
            found[key] = found.get(key, 0) + plads.antal
    return found


def house_of(tilbud: Tilbud) -> str:
    """What offers in one house have in common, where the register's own key of an address is not told."""
    adresse = tilbud.adresse
    street, postal = adresse.vejnavn, adresse.postnummer
    number = "".join(f"{adresse.husnummer or ''}{adresse.husbogstav or ''}".split())  # "12 A" is 12A
    return f"{street} {number} {postal}".casefold() if street and postal else ""


def position_of(tilbud: Tilbud) -> tuple[float, float] | None:
    """Where it lies; None where the data has no position, or one that is not in Denmark."""
    lat, lon = tilbud.adresse.wgs84.lat, tilbud.adresse.wgs84.lon
    return (lat, lon) if lat is not None and lon is not None and 54 <= lat <= 58 and 7 <= lon <= 16 else None


def roles_of(tilbud: Tilbud) -> Iterable[Role]:
    """Every company with a CVR number, by the part it has in the offer."""
    parts = (
        ("Driftsherre", (tilbud.driftsherre,)),
        ("Virksomhed", (tilbud.virksomhed,)),
        ("Driftsaftale", tilbud.driftsaftaler),
        ("Fasteaftale", tilbud.fasteaftaler),
        ("Samarbejdskommune", tilbud.samarbejdskommuner),
    )
    for kind, companies in parts:
        for company in islice((company for company in companies if company.cvr_nummer), MOST_LISTS):
            yield Role(kind, company.cvr_nummer or "", danish.short(" ".join((company.navn or "").split())))


def shown_end(offer: Offer) -> datetime | None:
    """When it ceased, as far as the shown history tells; the last moment before its end; or when it was last seen."""
    since = offer.over_since
    return last_moment_before(since) if since is not None and offer.standing == "ended" else since


def name_of(offer: Offer) -> str:
    """The offer's name; where the data has none, its id."""
    return name_in(offer.id, offer.current)


def name_in(tilbuds_id: str, tilbud: Tilbud) -> str:
    """The name an offer had in one of its states."""
    return " ".join((tilbud.navn or "").split()) or f"Tilbud {tilbuds_id} (uden navn)"


def status_of(offer: Offer) -> str:
    """The status in a word or two, as a reader should see it first."""
    return STANDINGS.get(offer.standing) or offer.current.godkendelse.status or "Status ikke oplyst"


def age_span(tilbud: Tilbud) -> str:
    """From the youngest to the oldest of all target groups; open where one of them is: "fra 18 år".

    A question mark stands for an age that the register tells in words that can't be read.
    """
    unread = frozenset(name for group in tilbud.maalgrupper for name in group.unread)
    # The rest say nothing of ages.
    told = (group for group in tilbud.maalgrupper if group.unread or (group.alder_fra, group.alder_til) != (None, None))
    bounded = [(group.alder_fra, group.alder_til) for group in told]
    first = [first for first, _ in bounded if first is not None]
    last = [last for _, last in bounded if last is not None]
    youngest = min(first) if first and len(first) == len(bounded) else None
    oldest = max(last) if last and len(last) == len(bounded) else None
    if not first and not last:
        return ""
    return ages("?" if "alderFra" in unread else youngest, "?" if "alderTil" in unread else oldest)


def sort_key(name: str) -> tuple[str, str]:
    """Danish order: æ, ø and å last, aa as å."""
    folded = name.casefold().replace("aa", "å")
    return folded.translate(str.maketrans("æøå", "{|}")), name
