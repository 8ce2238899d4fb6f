"""An offer's states as plain rows: for "som det så ud den …", for two versions or offers side by side.

They are loaded by a script when a reader asks for them, so that the page itself stays light. A row is a section, a
label and a text; a label stands once in its section, so that rows of two states can be paired by it. Each row is
written once, however many versions it holds in.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from generator.foreign import without_controls
from generator.pages import danish, urls
from generator.pages.listings.facets import paragraph_name
from generator.pages.listings.summary import name_of, status_of
from generator.pages.sentences import (
    address_line,
    company_line,
    group_ages,
    item_text,
    registration,
    scalar_text,
    unknown_label,
)
from generator.register.history.changes import flatten
from generator.register.history.fact_history import places_are_whole, places_of
from generator.register.history.intervals import in_force
from generator.register.history.timeline import Offer, Version
from generator.register.mapping.mapping import Mapping
from generator.register.model.clock import danish_day, last_moment_before
from generator.register.model.models import Takst, Tilbud, Virksomhed
from generator.register.model.vocabulary import paragraph_meaning, theme_name

Pairs = Iterable[tuple[str, str]]  # label and text


def states_script(mapping: Mapping, offer: Offer) -> str:
    """The script `tilbud/<id>.js`: the rows of every version, oldest first, and which one held when."""
    rows: dict[tuple[str, str, str], int] = {}
    held = {version.number: version.gyldig_til for version in in_force(offer)}
    memory: dict[str, tuple[Any, list[tuple[str, str, str]]]] = {}
    versions = []
    for index, version in enumerate(offer.versions):
        # As in `intervals`: without a start it held from when this mirror saw it, but of the first nobody knows.
        start, until = version.placed if index else version.gyldig_fra, held.get(version.number)
        end = until if version.is_ended else None
        versions.append(
            {
                "nr": without_controls(version.number),
                "fra": danish.iso_day(start) if start else "",
                "til": danish.iso_day(until) if until else "",
                **({"slut": danish.iso_day(last_moment_before(end))} if end else {}),
                **({"senest": True} if until and version.until_is_latest else {}),
                **({} if version.gyldig_fra else {"set": danish.iso_day(version.reported)}),
                **({"trukket": danish.iso_day(version.withdrawn)} if version.withdrawn else {}),
                **({"dage": _days(version, start, until)} if version.number in held else {}),
                "holdt": version.number in held,
                "nu": version.is_current,
                "r": [rows.setdefault(row, len(rows)) for row in _rows(mapping, version, memory)],
            }
        )
    content = {
        "id": without_controls(offer.id),
        "navn": without_controls(name_of(offer)),
        "status": without_controls(status_of(offer)),
        "sidst": danish.iso_day(offer.last_seen) if offer.last_seen else "",
        "rows": list(rows),
        "versions": versions,
    }
    # Not orjson, which a lone surrogate of an id's would end; whoever writes the file puts a mark in its place.
    data = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return f"tilbudsspejlHistorik({data});\n"


def _days(version: Version, start: datetime | None, until: datetime | None) -> tuple[str, str]:
    """The first and the last day whose state a version is, as ISO days; "" for a last one that is open.

    Of one without a start nobody knows more than that it was there when the mirror first saw it. A day on which the
    next version begins is that one's; a day on which a version ends by itself is yet its own.
    """
    first = danish.iso_day(start or version.reported)
    if until is None:
        return first, ""
    if version.is_ended:
        return first, danish.iso_day(last_moment_before(until))
    day = danish_day(until)
    return first, (day - timedelta(days=1) if day > date.min else day).isoformat()


def _rows(
    mapping: Mapping, version: Version, memory: dict[str, tuple[Any, list[tuple[str, str, str]]]]
) -> Iterable[tuple[str, str, str]]:
    """All rows of one version; a section whose facts are as in the version before is not written again."""
    for section, part, write in _SECTIONS:
        facts = part(version.tilbud)
        if section not in memory or memory[section][0] != facts:
            memory[section] = facts, list(_labelled(section, write(version.tilbud)))
        yield from memory[section][1]
    if version.unknown:
        yield from _labelled("Øvrige oplysninger", other_rows(mapping, version.unknown))


def _labelled(section: str, pairs: Pairs) -> Iterable[tuple[str, str, str]]:
    """Rows with labels that differ: a second of the same name gets a number."""
    taken: Counter[str] = Counter()
    for label, text in pairs:
        if text:
            label, text = without_controls(label), without_controls(text)
            taken[label] += 1
            yield section, f"{label} ({taken[label]})" if taken[label] > 1 else label, text


def _approval(tilbud: Tilbud) -> Pairs:
    yield "Navn", " ".join((tilbud.navn or "").split())
    yield "Registrering", registration(tilbud.status)
    yield "Status", tilbud.godkendelse.status or ""
    yield "Godkendt den", danish.day_or_text(tilbud.godkendelse.dato) if tilbud.godkendelse.dato else ""
    yield "Socialtilsyn", tilbud.godkendelse.socialtilsyn or ""


def _places(tilbud: Tilbud) -> Pairs:
    total = places_of(tilbud)
    yield "I alt", danish.least(danish.number(total), is_whole=places_are_whole(tilbud)) if total is not None else ""
    for plads in tilbud.godkendelse.pladser:
        text = plads.paragraf or ""
        meaning = paragraph_meaning(text)
        label = f"{paragraph_name(text)}, {meaning}" if meaning else paragraph_name(text)
        yield label or "Paragraf ikke oplyst", danish.number(plads.antal) if plads.antal is not None else "Ikke oplyst"


def _prices(tilbud: Tilbud) -> Pairs:
    return ((takst.ydelse or "Ydelse ikke oplyst", price_text(takst)) for takst in tilbud.takster)


def price_text(takst: Takst) -> str:
    """ "2.150 kr. pr. døgn" """
    amount = danish.amount(takst.beloeb) if takst.beloeb is not None else "Ikke oplyst"
    return danish.hold(f"{amount} {takst.enhed or ''}")


def _groups(tilbud: Tilbud) -> Pairs:
    for group in tilbud.maalgrupper:
        yield group.navn or "Uden navn", group_ages(group) or "alder ikke oplyst"


def _methods(tilbud: Tilbud) -> Pairs:
    yield "Metoder", ", ".join(tilbud.metoder)


def _departments(tilbud: Tilbud) -> Pairs:
    for afdeling in tilbud.afdelinger:
        address = address_line(afdeling.adresse)
        places = ", ".join(places_words(p.antal, p.paragraf) for p in afdeling.pladser)
        yield (
            afdeling.navn or "Afdeling uden navn",
            ". ".join(filter(None, (address, places, ", ".join(afdeling.maalgrupper)))),
        )


def places_words(number: int | None, paragraph: str | None) -> str:
    """ "12 efter SEL § 107" """
    words = danish.number(number) if number is not None else "ukendt antal"
    return f"{words} efter {paragraph_name(paragraph)}" if paragraph else words


def _assessments(tilbud: Tilbud) -> Pairs:
    for vurdering in tilbud.kvalitetsvurdering:
        yield (
            theme_name(vurdering.tema or "Tema ikke oplyst"),
            danish.score(vurdering.score) if vurdering.score is not None else "Ikke oplyst",
        )


def _reasons(tilbud: Tilbud) -> Pairs:
    for vurdering in tilbud.kvalitetsvurdering:
        yield theme_name(vurdering.tema or "Tema ikke oplyst"), "\n".join(paragraphs_of(vurdering.begrundelse))


def _description(tilbud: Tilbud) -> Pairs:
    yield "Beskrivelse", "\n".join(paragraphs_of(tilbud.beskrivelse))


def paragraphs_of(text: str | None) -> tuple[str, ...]:
    """A text's paragraphs; the data's line breaks are all the structure it has."""
    return tuple(line.strip() for line in (text or "").splitlines() if line.strip())


def _contact(tilbud: Tilbud) -> Pairs:
    adresse, kontakt = tilbud.adresse, tilbud.kontakt
    yield "Adresse", address_line(adresse)
    yield "Kommune", adresse.kommunenavn or adresse.kommunekode or ""
    yield "Leder", kontakt.leder or ""
    yield "Telefon", danish.phone(kontakt.telefon) if kontakt.telefon else ""
    yield "E-mail", kontakt.email or ""
    yield "Hjemmeside", kontakt.hjemmeside or ""


def _companies(tilbud: Tilbud) -> Pairs:
    for label, whose, company in (
        ("Driftsherre", "Driftsherrens", tilbud.driftsherre),
        ("Virksomhed", "Virksomhedens", tilbud.virksomhed),
    ):
        yield label, company_line(company) if _is_told(company) else ""
        yield f"{whose} virksomhedsform", company.virksomhedsform.beskrivelse or ""
    yield "P-nummer", danish.digits(tilbud.p_nummer, danish.P_NUMBER) if tilbud.p_nummer else ""


def _is_told(company: Virksomhed) -> bool:
    return bool(company.navn or company.cvr_nummer)


def _agreements(tilbud: Tilbud) -> Pairs:
    for label, councils in (
        ("Driftsaftale", tilbud.driftsaftaler),
        ("Fasteaftale", tilbud.fasteaftaler),
        ("Samarbejdskommuner", tilbud.samarbejdskommuner),
    ):
        yield label, ", ".join(council.navn or f"CVR {council.cvr_nummer or 'ikke oplyst'}" for council in councils)


def _reports(tilbud: Tilbud) -> Pairs:
    for report in tilbud.tilsynsrapporter:
        when = danish.day_or_text(report.dato) if report.dato else ""
        yield report.titel or "Tilsynsrapport", when or urls.outside(report.url) or ""


def other_rows(mapping: Mapping, unknown: dict[str, Any]) -> Pairs:
    """What the mapping doesn't name, in words, under its own name."""
    for path, value in flatten(unknown):
        if value is None or value in ("", [], {}):
            continue
        if isinstance(value, list):
            text = "; ".join(item_text(item) if isinstance(item, dict) else str(item) for item in value)
        else:
            text = scalar_text(path.rpartition(".")[2], value)
        yield unknown_label(mapping, path), text


# A section's name, what of an offer it tells (to know whether it has changed), and how.
_SECTIONS: Sequence[tuple[str, Callable[[Tilbud], Any], Callable[[Tilbud], Pairs]]] = (
    ("Godkendelse", lambda t: (t.navn, t.status, t.godkendelse), _approval),
    ("Godkendte pladser", lambda t: t.godkendelse.pladser, _places),
    ("Takster", lambda t: t.takster, _prices),
    ("Målgrupper", lambda t: t.maalgrupper, _groups),
    ("Metoder", lambda t: t.metoder, _methods),
    ("Afdelinger", lambda t: t.afdelinger, _departments),
    ("Kvalitets\u00advurdering", lambda t: t.kvalitetsvurdering, _assessments),
    ("Begrundelser", lambda t: t.kvalitetsvurdering, _reasons),
    ("Beskrivelse", lambda t: t.beskrivelse, _description),
    ("Kontakt", lambda t: (t.adresse, t.kontakt), _contact),
    ("Virksomhed", lambda t: (t.driftsherre, t.virksomhed, t.p_nummer), _companies),
    ("Aftaler", lambda t: (t.driftsaftaler, t.fasteaftaler, t.samarbejdskommuner), _agreements),
    ("Tilsynsrapporter", lambda t: t.tilsynsrapporter, _reports),
)
