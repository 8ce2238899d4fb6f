"""What search may know of an offer, made from what its page shows."""

import re
from collections.abc import Iterable
from datetime import date

from generator.pages import danish
from generator.pages.listings.summary import OfferSummary, name_of, sort_key
from generator.pages.sentences import address_line
from generator.register.history.fact_history import main_price
from generator.register.history.timeline import Offer
from generator.register.model.clock import danish_day
from generator.register.model.models import Afdeling, Tilbud
from generator.register.model.search_document import Facets, GroupAges, ResultRow, SearchDocument
from generator.register.model.vocabulary import (
    former_paragraphs,
    paragraph_meaning,
    region_of,
    successor_paragraph,
)

_COUNTRY = re.compile(r"\(?(?:\+|\b00) ?45\)?")
_DIGIT_RUN = re.compile(r"\d(?:[ .-]?\d)*")
_MANY_SPANS = 20  # of ages; groups without any would have as many each, so they have one from the first to the last
_WITH_COUNTRY = 10  # digits of a Danish number that begins with 45


def search_document(offer: Offer, summary: OfferSummary) -> SearchDocument:
    """The offer's texts by field, what it can be filtered by, and the row that a result list shows."""
    tilbud = offer.current
    fields = {
        "navn": (name_of(offer),),
        "tidligere": offer.former_names,
        "afdeling": _texts(_department(department) for department in tilbud.afdelinger),
        "virksomhed": _texts((tilbud.virksomhed.navn, tilbud.driftsherre.navn)),
        "kommune": _texts(
            (
                f"{tilbud.adresse.kommunenavn} Kommune" if tilbud.adresse.kommunenavn else None,
                region_of(tilbud.adresse.kommunekode),
            )
        ),
        "adresse": _texts((_address(tilbud),)),
        "grundlag": _texts(_paragraphs(tilbud)),
        "maalgruppe": _texts(group.navn for group in tilbud.maalgrupper),
        "metode": _texts(tilbud.metoder),
        "leder": _texts((tilbud.kontakt.leder,)),
        "tal": _texts(_numbers(offer)),
        "kontakt": _texts((tilbud.kontakt.email, tilbud.kontakt.hjemmeside)),
        "tilsyn": _texts((tilbud.godkendelse.socialtilsyn,)),
        "status": (summary.status,),
        "ydelse": _texts(price.ydelse for price in tilbud.takster),
        "beskrivelse": _texts((tilbud.beskrivelse,)),
        "vurdering": _texts(theme.begrundelse for theme in tilbud.kvalitetsvurdering),
    }
    return SearchDocument(
        tilbuds_id=offer.id,
        ceased=summary.is_over,
        fields={name: texts for name, texts in fields.items() if texts},
        row=ResultRow(
            name=summary.name,
            address=summary.address,
            status=summary.status,
            style=summary.style,
            facts=tuple(_facts(summary, tilbud)),
            former=offer.former_names,
        ),
        facets=_facets(offer, summary),
    )


def _texts(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value and value.strip()))


def _address(tilbud: Tilbud) -> str | None:
    return address_line(tilbud.adresse) if tilbud.adresse.vejnavn else None


def _department(department: Afdeling) -> str:
    """ "Vestfløjen, Pilesvinget 41A, 2, 3200 Helsinge (Gribskov Kommune): autismespektrum, angst" """
    address = department.adresse
    place = address_line(address) if address.vejnavn else ""
    municipality = f"({address.kommunenavn} Kommune)" if address.kommunenavn else ""
    words = ", ".join(filter(None, (department.navn, " ".join(filter(None, (place, municipality))))))
    groups = danish.join([danish.lower_first(name) for name in department.maalgrupper])
    return ": ".join(filter(None, (words, groups)))


def _paragraphs(tilbud: Tilbud) -> Iterable[str]:
    """Each paragraph with what it is about, and what it was called before the law renamed it, or is called since."""
    for paragraph in dict.fromkeys(plads.paragraf for plads in tilbud.godkendelse.pladser if plads.paragraf):
        now, before = successor_paragraph(paragraph), former_paragraphs(paragraph)
        others = f"nu {now}" if now else f"før {danish.join(before)}" if before else ""
        words = " ".join(filter(None, (paragraph, paragraph_meaning(paragraph))))
        yield f"{words} ({others})" if others else words


def _numbers(offer: Offer) -> Iterable[str | None]:
    """Numbers with the word that people paste with them: "CVR 44450186"."""
    tilbud = offer.current
    yield f"tilbudsid {offer.id}"
    yield f"P-nummer {tilbud.p_nummer}" if tilbud.p_nummer else None
    for number in (tilbud.virksomhed.cvr_nummer, tilbud.driftsherre.cvr_nummer):
        yield f"CVR-nummer {number}" if number else None
    for phone in _phones(tilbud.kontakt.telefon or ""):
        yield f"tlf. {phone}"


def _phones(text: str) -> Iterable[str]:
    """Each telephone number in one piece, without the country code: "(+45) 44 45 01 86 / 20304050"."""
    for run in _DIGIT_RUN.findall(_COUNTRY.sub(" ", text)):
        digits = re.sub(r"\D", "", run)
        yield digits[2:] if len(digits) == _WITH_COUNTRY and digits.startswith("45") else digits


def _facts(summary: OfferSummary, tilbud: Tilbud) -> Iterable[str]:
    if summary.municipality:
        yield summary.municipality.name
    if summary.paragraphs:
        yield danish.join([facet.name for facet in summary.paragraphs])
    if summary.places is not None:
        yield danish.least(danish.count(summary.places, "plads", "pladser"), is_whole=summary.places_are_whole)
    if summary.target_groups:
        yield ", ".join(filter(None, (", ".join(t.name for t in summary.target_groups[:3]), summary.ages)))
    if price := main_price(tilbud):
        amount = danish.amount(price.beloeb or 0)
        yield " ".join(filter(None, (danish.lower_first(price.ydelse or ""), amount, price.enhed)))


def _facets(offer: Offer, summary: OfferSummary) -> Facets:
    tilbud = offer.current
    # As on the lists: a group that only a department names, perhaps from before, is found by its words alone.
    names = tuple(dict.fromkeys(_one_line(group.navn) for group in tilbud.maalgrupper if group.navn))
    return Facets(
        status=summary.status,
        grundlag=tuple(facet.name.replace(danish.NO_BREAK, " ") for facet in summary.paragraphs),
        maalgruppe=names,
        alder=tuple(_ages(tilbud, names)),
        kommune=summary.municipality.name if summary.municipality else "",
        region=region_of(tilbud.adresse.kommunekode),
        tilsyn=summary.authority.name if summary.authority else "",
        ejerform=summary.ownership,
        pladser=summary.places,
        takst=tuple(
            dict.fromkeys(
                (price.enhed, price.beloeb)
                for price in tilbud.takster
                if price.enhed and price.beloeb is not None and price.beloeb >= 0
            )
        ),
        aendret=_changed(offer),
        order=sort_key(summary.name)[0],
    )


def _ages(tilbud: Tilbud, names: Iterable[str]) -> Iterable[GroupAges]:
    """The ages of each target group; one without any has those of all the others.

    Whom an offer may take is better said too widely than not at all; its page tells which group has which ages. Of one
    whose ages can't be read nobody knows them.
    """
    stated = [
        (_one_line(group.navn or ""), group.alder_fra, group.alder_til)
        for group in tilbud.maalgrupper
        if (group.alder_fra, group.alder_til) != (None, None) and not group.unread
    ]
    known = {name for name, _, _ in stated} | {
        _one_line(group.navn or "") for group in tilbud.maalgrupper if group.unread
    }
    spans = {(first, last) for _, first, last in stated}
    if len(spans) > _MANY_SPANS:
        firsts, lasts = ([age for age in ages if age is not None] for ages in zip(*spans, strict=True))
        spans = {
            (
                min(firsts) if len(firsts) == len(spans) else None,
                max(lasts) if len(lasts) == len(spans) else None,
            )
        }
    inferred = [(name, *span) for name in names if name not in known for span in spans]
    return sorted(set(stated + inferred), key=str)


def _one_line(name: str) -> str:
    return " ".join(name.split())


def _changed(offer: Offer) -> date | None:
    """The day on which the latest change by its source was reported."""
    moments = [version.reported for version in offer.versions if version.is_own]
    moments += [version.withdrawn for version in offer.versions if version.withdrawn]
    moments += [corrected] if (corrected := offer.current_version.corrected) else []
    return max(map(danish_day, moments), default=None)
