"""The small summary of an offer that lists, links and the start page are made of; and the directory of them all."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from generator.errors import CheckError
from generator.pages import danish, urls
from generator.pages.sentences import ages
from generator.register.changes import Cause
from generator.register.models import Tilbud
from generator.register.timeline import Offer
from generator.register.vocabulary import (
    is_sanction,
    ownership,
    paragraph_meaning,
    parse_paragraph,
    successor_paragraph,
)

Style = Literal["", "alert", "gone"]


@dataclass(frozen=True, slots=True)
class Term:
    """Something offers are listed under: how it is called, and the page of the list, which tells it from others."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Role:
    """A company's part in an offer: "Driftsherre", "Driftsaftale" …; its page and the name it had there."""

    kind: str
    cvr: str
    name: str


@dataclass(frozen=True, slots=True)
class Listing:
    """One offer as a list row."""

    id: str
    address: str
    name: str
    status: str
    style: Style
    is_active: bool
    is_ceased: bool
    ended: datetime | None
    municipality: Term | None
    paragraphs: tuple[Term, ...]
    target_groups: tuple[Term, ...]
    authority: Term | None
    places: int | None
    ages: str
    versions: int
    first_date: datetime | None
    changed: datetime | None  # when its source last changed something
    kommunekode: str
    position: tuple[float, float] | None  # WGS 84, degrees north and east
    roles: tuple[Role, ...]
    ownership: str
    p_number: str


def make_listing(offer: Offer) -> Listing:
    """Sums an offer up."""
    tilbud = offer.current
    style: Style = "gone" if not offer.is_active else "alert" if is_sanction(tilbud.godkendelse.status) else ""
    return Listing(
        id=offer.id,
        address=urls.offer(offer.id),
        name=name_of(offer),
        status=status_of(offer),
        style=style,
        is_active=offer.is_active,
        is_ceased=offer.is_ceased,
        ended=_ended(offer),
        municipality=municipality_term(tilbud),
        paragraphs=tuple(paragraph_terms(tilbud)),
        target_groups=tuple(target_group_terms(tilbud)),
        authority=authority_term(tilbud),
        places=places_of(tilbud),
        ages=age_span(tilbud),
        versions=len(offer.entries),
        first_date=offer.entries[-1].gyldig_fra,
        changed=changed_of(offer),
        kommunekode=tilbud.adresse.kommunekode or "",
        position=position_of(tilbud),
        roles=tuple(roles_of(tilbud)),
        ownership=ownership(tilbud.virksomhed.virksomhedsform.beskrivelse),
        p_number=tilbud.p_nummer or "",
    )


def changed_of(offer: Offer) -> datetime | None:
    """When its source last changed something; what only the platform or the law did is no change of the offer's."""
    current = offer.current_entry
    held = offer.entries[offer.entries.index(current) :]
    own = (entry for entry in held if entry.is_first or any(change.cause is Cause.KILDE for change in entry.changes))
    return next((entry.gyldig_fra for entry in own), current.gyldig_fra)


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
        for company in companies:
            if company.cvr_nummer:
                yield Role(kind, company.cvr_nummer, " ".join((company.navn or "").split()))


def _ended(offer: Offer) -> datetime | None:
    """When it ceased, as far as the shown history tells; or when it was last in the register."""
    return offer.status_since if offer.is_ceased else offer.last_seen


def name_of(offer: Offer) -> str:
    """The offer's name; where the data has none, its id."""
    return name_in(offer.id, offer.current)


def name_in(tilbuds_id: str, tilbud: Tilbud) -> str:
    """The name an offer had in one of its states."""
    return " ".join((tilbud.navn or "").split()) or f"Tilbud {tilbuds_id} (uden navn)"


def status_of(offer: Offer) -> str:
    """The status in a word or two, as a reader should see it first."""
    if offer.is_ceased:
        return "Ophørt"
    if offer.last_seen is not None:
        return "Ikke længere i registret"
    return offer.current.godkendelse.status or "Status ikke oplyst"


def municipality_term(tilbud: Tilbud) -> Term | None:
    """The municipality that the offer lies in."""
    code, name = tilbud.adresse.kommunekode, tilbud.adresse.kommunenavn
    if not code and not name:
        return None
    label = name or f"Kommune {code}"
    return Term(label, urls.municipality(code) if code else f"kommune/{urls.slug(label)}.html")


def paragraph_terms(tilbud: Tilbud) -> Iterable[Term]:
    """The paragraphs it is approved under, each once, in the register's order."""
    texts = (plads.paragraf for plads in tilbud.godkendelse.pladser if plads.paragraf)
    yield from _each_once(Term(paragraph_name(text), urls.paragraph(text)) for text in texts)


def paragraph_name(text: str) -> str:
    """A paragraph with what it is called now, held together by no-break spaces."""
    if parse_paragraph(text) is None:
        return text
    return (successor_paragraph(text) or " ".join(text.split())).replace(" ", danish.NO_BREAK)


def target_group_terms(tilbud: Tilbud) -> Iterable[Term]:
    """The target groups, each once."""
    names = (group.navn for group in tilbud.maalgrupper if group.navn)
    yield from _each_once(Term(" ".join(name.split()), urls.target_group(name)) for name in names)


def _each_once(terms: Iterable[Term]) -> Iterable[Term]:
    by_address: dict[str, Term] = {}
    for term in terms:
        by_address.setdefault(term.address, term)
    return by_address.values()


def authority_term(tilbud: Tilbud) -> Term | None:
    """The supervising authority, from the data; it never follows from the municipality."""
    name = " ".join((tilbud.godkendelse.socialtilsyn or "").split())
    return Term(name, urls.authority(name)) if name else None


def places_of(tilbud: Tilbud) -> int | None:
    """All approved places together; None where the data has none."""
    numbers = [plads.antal for plads in tilbud.godkendelse.pladser if plads.antal is not None]
    return sum(numbers) if numbers else None


def age_span(tilbud: Tilbud) -> str:
    """From the youngest to the oldest that any target group names."""
    first = [group.alder_fra for group in tilbud.maalgrupper if group.alder_fra is not None]
    last = [group.alder_til for group in tilbud.maalgrupper if group.alder_til is not None]
    return ages(min(first, default=None), max(last, default=None))


@dataclass(frozen=True, slots=True)
class Group:
    """A list page: what it lists offers under, the offers in order, and how many are active."""

    term: Term
    meaning: str
    offers: tuple[Listing, ...]
    active: int


@dataclass(frozen=True, slots=True)
class Directory:
    """All offers, frozen between the two passes: every link can be made, and no two pages want one address."""

    offers: tuple[Listing, ...]
    municipalities: tuple[Group, ...]
    paragraphs: tuple[Group, ...]
    target_groups: tuple[Group, ...]
    authorities: tuple[Group, ...]

    @property
    def active(self) -> int:
        """How many offers are neither ceased nor gone."""
        return sum(listing.is_active for listing in self.offers)

    @property
    def ended(self) -> tuple[Listing, ...]:
        """The ceased and the gone, in the order of lists."""
        return tuple(listing for listing in self.offers if not listing.is_active)

    @property
    def groups(self) -> tuple[Group, ...]:
        """Every list page."""
        return (*self.municipalities, *self.paragraphs, *self.target_groups, *self.authorities)


def make_directory(listings: Iterable[Listing]) -> Directory:
    """Freezes the summaries; raises CheckError if two offers or lists want one address."""
    offers = sorted(listings, key=lambda listing: (not listing.is_active, sort_key(listing.name), listing.id))
    directory = Directory(
        tuple(offers),
        _group(offers, lambda listing: (listing.municipality,)),
        _group(offers, lambda listing: listing.paragraphs),
        _group(offers, lambda listing: listing.target_groups),
        _group(offers, lambda listing: (listing.authority,)),
    )
    _check_addresses(directory)
    return directory


def sort_key(name: str) -> tuple[str, str]:
    """Danish order: æ, ø and å last, aa as å."""
    folded = name.casefold().replace("aa", "å")
    return folded.translate(str.maketrans("æøå", "{|}")), name


def _group(offers: Sequence[Listing], terms_of: Callable[[Listing], Iterable[Term | None]]) -> tuple[Group, ...]:
    members: dict[str, list[Listing]] = {}
    names: dict[str, Counter[Term]] = {}
    for listing in offers:
        for term in terms_of(listing):
            if term is not None:
                members.setdefault(term.address, []).append(listing)
                names.setdefault(term.address, Counter())[term] += 1
    groups = []
    for key, listings in members.items():
        term = min(names[key], key=lambda t: (-names[key][t], t.name))  # the spelling used most
        active = sum(listing.is_active for listing in listings)
        groups.append(Group(term, paragraph_meaning(term.name.replace(danish.NO_BREAK, " ")), tuple(listings), active))
    return tuple(sorted(groups, key=lambda group: sort_key(group.term.name)))


def _check_addresses(directory: Directory) -> None:
    taken: dict[str, str] = {}
    pages = [(listing.address, f"offer {listing.id!r}") for listing in directory.offers]
    pages += [(group.term.address, f"list {group.term.name!r}") for group in directory.groups]
    for address, owner in pages:
        if address.casefold() in taken:
            raise CheckError(
                f"{address}: wanted by {taken[address.casefold()]} and {owner}; report this with both names"
            )
        taken[address.casefold()] = owner
