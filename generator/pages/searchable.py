"""What search may know of an offer, made from what its page shows."""

import re
from collections.abc import Iterable

from generator.pages import danish
from generator.pages.listing import Listing
from generator.pages.sentences import address_text
from generator.register.searchable import ResultRow, SearchDocument
from generator.register.timeline import Offer
from generator.register.vocabulary import paragraph_meaning, successor_paragraph


def search_document(offer: Offer, listing: Listing) -> SearchDocument:
    """The offer's texts by field, and the row that a result list shows."""
    tilbud = offer.current
    departments = tilbud.afdelinger
    addresses = (tilbud.adresse, *(department.adresse for department in departments))
    fields = {
        "navn": (listing.name,),
        "tidligere": offer.former_names,
        "afdeling": _texts(d.navn for d in departments),
        "virksomhed": _texts((tilbud.virksomhed.navn, tilbud.driftsherre.navn)),
        "kommune": _texts(f"{a.kommunenavn} Kommune" for a in addresses if a.kommunenavn),
        "adresse": _texts(address_text(a.model_dump(by_alias=True)) for a in addresses if a.vejnavn),
        "grundlag": _texts(_paragraphs(offer)),
        "maalgruppe": _texts((*(g.navn for g in tilbud.maalgrupper), *(m for d in departments for m in d.maalgrupper))),
        "metode": tilbud.metoder,
        "leder": _texts((tilbud.kontakt.leder,)),
        "tal": _texts(_numbers(offer)),
        "tekst": _texts((listing.status, tilbud.beskrivelse, tilbud.kontakt.email, tilbud.godkendelse.socialtilsyn)),
    }
    return SearchDocument(
        tilbuds_id=offer.id,
        ceased=not listing.is_active,
        fields={name: texts for name, texts in fields.items() if texts},
        row=ResultRow(
            name=listing.name,
            address=listing.address,
            status=listing.status,
            style=listing.style,
            facts=tuple(_facts(listing)),
            former=offer.former_names,
        ),
    )


def _texts(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value and value.strip()))


def _paragraphs(offer: Offer) -> Iterable[str]:
    for plads in offer.current.godkendelse.pladser:
        if plads.paragraf:
            yield plads.paragraf
            yield paragraph_meaning(plads.paragraf)
            yield successor_paragraph(plads.paragraf) or ""


def _numbers(offer: Offer) -> Iterable[str | None]:
    """Numbers with the word that people paste with them: "CVR 44450186"."""
    tilbud = offer.current
    phone = re.sub(r"^(\+45|0045)|\D", "", tilbud.kontakt.telefon or "")
    yield f"tilbudsid {offer.id}"
    yield f"P-nummer {tilbud.p_nummer}" if tilbud.p_nummer else None
    for number in (tilbud.virksomhed.cvr_nummer, tilbud.driftsherre.cvr_nummer):
        yield f"CVR-nummer {number}" if number else None
    yield f"tlf. telefon {phone}" if phone else None


def _facts(listing: Listing) -> Iterable[str]:
    if listing.municipality:
        yield listing.municipality.name
    if listing.paragraphs:
        yield danish.join([term.name for term in listing.paragraphs])
    if listing.places is not None:
        yield danish.count(listing.places, "plads", "pladser")
    if listing.target_groups:
        yield ", ".join(filter(None, (", ".join(t.name for t in listing.target_groups[:3]), listing.ages)))
