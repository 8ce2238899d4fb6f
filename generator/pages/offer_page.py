"""An offer's page: everything it shows, as finished Danish text."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from generator.pages import danish, urls
from generator.pages.contexts import Page, Site
from generator.pages.listing import (
    Term,
    age_span,
    authority_term,
    municipality_term,
    name_of,
    paragraph_name,
    paragraph_terms,
    places_of,
)
from generator.pages.news import most_telling
from generator.pages.sentences import (
    Sentence,
    address_text,
    ages,
    item_text,
    scalar_text,
    sentences,
    unknown_label,
)
from generator.register.changes import Cause, flatten
from generator.register.clock import danish_day
from generator.register.mapping import Mapping
from generator.register.models import Adresse, Plads, Takst, Tilbud, Virksomhed
from generator.register.timeline import Entry, Offer
from generator.register.vocabulary import is_sanction, paragraph_meaning


@dataclass(frozen=True, slots=True)
class EntryView:
    """A version on the timeline, in words."""

    entry: Entry
    anchor: str
    heading: str
    own: tuple[Sentence, ...]
    minor: tuple[Sentence, ...]  # enrichment and renames by law
    corrections: tuple["CorrectionView", ...]
    beginning: str = ""  # what the first version began with, in a line


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """A version served differently later: as a correction, or as mere enrichment."""

    seen_at: datetime
    is_correction: bool
    lines: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """A labelled fact; `href` where it leads somewhere."""

    label: str
    value: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Department:
    """A department as its section shows it."""

    anchor: str
    name: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class OfferContext:
    """offer.html: an offer with all its facts and its timeline."""

    site: Site
    page: Page
    root: str
    name: str
    lead: str
    status: str
    is_active: bool
    is_ceased: bool
    in_sanction: bool
    status_since: datetime | None
    last_seen: datetime | None
    former_names: tuple[str, ...]
    municipality: Term | None
    authority: Term | None
    paragraphs: tuple[Term, ...]
    places: int | None
    price: Takst | None
    approved: str
    latest: tuple[tuple[EntryView, str], ...]
    place_rows: tuple[tuple[str, str, str, str], ...]  # paragraph, meaning, address, number
    price_rows: tuple[tuple[str, str, str], ...]
    group_rows: tuple[tuple[str, str, str], ...]
    methods: tuple[str, ...]
    description: tuple[str, ...]  # paragraphs
    assessments: tuple[tuple[str, str, float | None], ...]  # theme, score in words, position on the scale in per cent
    reasons: tuple[tuple[str, tuple[str, ...]], ...]
    departments: tuple[Department, ...]
    contact: tuple[Fact, ...]
    companies: tuple[Fact, ...]
    agreements: tuple[tuple[str, tuple[str, ...]], ...]
    reports: tuple[tuple[str, str, str], ...]  # title, date in words, address or ""
    others: tuple[Fact, ...]
    years: tuple[tuple[str, tuple[EntryView, ...]], ...]


def offer_context(site: Site, mapping: Mapping, offer: Offer, *, history: bool = True) -> OfferContext:
    """Everything that an offer's page shows, as finished Danish text."""
    tilbud = offer.current
    address = urls.offer(offer.id)
    name = name_of(offer)
    entries = tuple(entry_view(mapping, entry) for entry in offer.entries) if history else ()
    municipality = municipality_term(tilbud)
    return OfferContext(
        site=site,
        page=Page(address, name if offer.is_active else f"{name} ({_ended_word(offer)})"),
        root=urls.root_of(address),
        name=name,
        lead=_lead(tilbud, municipality),
        status=tilbud.godkendelse.status or "",
        is_active=offer.is_active,
        is_ceased=offer.is_ceased,
        in_sanction=offer.is_active and is_sanction(tilbud.godkendelse.status),
        status_since=offer.status_since,
        last_seen=offer.last_seen,
        former_names=offer.former_names,
        municipality=municipality,
        authority=authority_term(tilbud),
        paragraphs=tuple(paragraph_terms(tilbud)),
        places=places_of(tilbud),
        price=next((t for t in tilbud.takster if t.beloeb is not None), None),
        approved=danish.day_or_text(tilbud.godkendelse.dato) if tilbud.godkendelse.dato else "",
        latest=tuple((view, _short(view)) for view in entries if view.own)[:3],
        place_rows=tuple(_place_row(plads) for plads in tilbud.godkendelse.pladser),
        price_rows=tuple(
            (t.ydelse or "Ydelse ikke oplyst", danish.number(t.beloeb) if t.beloeb is not None else "", t.enhed or "")
            for t in tilbud.takster
        ),
        group_rows=tuple(
            (g.navn or "Uden navn", urls.target_group(g.navn) if g.navn else "", ages(g.alder_fra, g.alder_til))
            for g in tilbud.maalgrupper
        ),
        methods=tilbud.metoder,
        description=paragraphs_of(tilbud.beskrivelse),
        assessments=tuple(
            (k.tema or "Tema ikke oplyst", danish.score(k.score) if k.score is not None else "", _on_scale(k.score))
            for k in tilbud.kvalitetsvurdering
        ),
        reasons=tuple(
            (k.tema or "Tema ikke oplyst", paragraphs_of(k.begrundelse))
            for k in tilbud.kvalitetsvurdering
            if k.begrundelse
        ),
        departments=tuple(_departments(tilbud)),
        contact=tuple(_contact(tilbud)),
        companies=tuple(_companies(offer.id, tilbud)),
        agreements=tuple(
            (heading, tuple(_council(c) for c in councils))
            for heading, councils in (
                ("Driftsaftale", tilbud.driftsaftaler),
                ("Fasteaftale", tilbud.fasteaftaler),
                ("Samarbejdskommuner", tilbud.samarbejdskommuner),
            )
            if councils
        ),
        reports=tuple(
            (r.titel or "Tilsynsrapport", danish.day_or_text(r.dato) if r.dato else "", urls.outside(r.url) or "")
            for r in tilbud.tilsynsrapporter
        ),
        others=tuple(_others(mapping, offer)),
        years=tuple(
            (year, tuple(views)) for year, views in groupby(entries, key=lambda view: _year(view.entry.gyldig_fra))
        ),
    )


def entry_view(mapping: Mapping, entry: Entry) -> EntryView:
    """A version in words, with what the platform or the law changed kept apart from the offer's own."""
    lines = sentences(mapping, entry.changes)
    own = tuple(line for line in lines if line.cause is Cause.KILDE)
    minor = tuple(line for line in lines if line.cause is not Cause.KILDE)
    corrections = tuple(
        CorrectionView(c.seen_at, c.cause is Cause.KILDE, sentences(mapping, c.changes)) for c in entry.corrections
    )
    heading = _heading(entry, own, minor)
    return EntryView(
        entry, f"version-{entry.number}", heading, own, minor, corrections, _beginning(entry.initial or {})
    )


def _beginning(known: dict[str, Any]) -> str:
    """The name, status and places that an offer began with, so that the first change has something to stand on."""
    approval = known.get("godkendelse") if isinstance(known.get("godkendelse"), dict) else {}
    places = approval.get("pladser") if isinstance(approval, dict) else None
    facts = [
        " ".join(str(known.get("navn") or "").split()),
        str((approval or {}).get("status") or ""),
        *(item_text(item) for item in places or () if isinstance(item, dict)),
    ]
    return ". ".join(fact for fact in facts if fact)


def _heading(entry: Entry, own: Sequence[Sentence], minor: Sequence[Sentence]) -> str:
    if entry.is_first:
        return "Registreret første gang"
    if own:
        labels = list(dict.fromkeys(line.label.partition(",")[0] for line in own))
        return (
            danish.join(labels)
            if len(labels) <= 3
            else f"{', '.join(labels[:2])} og {len(labels) - 2} andre oplysninger"
        )
    if not minor:
        return "Ingen ændringer i viste oplysninger"
    causes = {line.cause for line in minor}
    return "Omdøbt ved lov" if causes == {Cause.LOVAENDRING} else "Kun opdateret af platformen"


def _short(view: EntryView) -> str:
    line = most_telling(view.own)
    return line.text if len(line.text) <= 90 else f"{line.label} ændret"


def _lead(tilbud: Tilbud, municipality: Term | None) -> str:
    meanings = dict.fromkeys(paragraph_meaning(p.paragraf) for p in tilbud.godkendelse.pladser if p.paragraf)
    what = danish.join([meaning for meaning in meanings if meaning])
    groups = list(dict.fromkeys(g.navn.strip() for g in tilbud.maalgrupper if g.navn))
    whom = danish.join([group[:1].lower() + group[1:] if not group[:2].isupper() else group for group in groups[:3]])
    where = f"i {municipality.name}" if municipality else ""
    parts = [what[:1].upper() + what[1:] if what else "Tilbud", where]
    sentence = " ".join(filter(None, parts))
    span = age_span(tilbud)
    if whom or span:
        more = " m.m." if len(groups) > 3 else ""
        sentence += f". Målgruppe: {', '.join(filter(None, (f'{whom}{more}', span)))}"
    return sentence + ("." if not sentence.endswith(".") else "")


def _ended_word(offer: Offer) -> str:
    return "ophørt" if offer.is_ceased else "ikke længere i registret"


def _year(moment: datetime | None) -> str:
    return str(danish_day(moment).year) if moment else "Uden dato"


def _place_row(plads: Plads) -> tuple[str, str, str, str]:
    text = plads.paragraf or ""
    number = danish.number(plads.antal) if plads.antal is not None else ""
    if not text:
        return "Paragraf ikke oplyst", "", "", number
    return " ".join(text.split()), paragraph_meaning(text), urls.paragraph(text), number


def _on_scale(score: float | None) -> float | None:
    return round((score - 1) / 4 * 100, 2) if score is not None and 1 <= score <= 5 else None


def paragraphs_of(text: str | None) -> tuple[str, ...]:
    """A text's paragraphs; the data's line breaks are all the structure it has."""
    return tuple(line.strip() for line in (text or "").splitlines() if line.strip())


def _departments(tilbud: Tilbud) -> Iterable[Department]:
    """Each department with an anchor of its own, also where ids repeat or are missing."""
    taken: Counter[str] = Counter()
    for afdeling in tilbud.afdelinger:
        department = _department(afdeling.model_dump(by_alias=True), afdeling.adresse, afdeling.pladser)
        taken[department.anchor] += 1
        if (again := taken[department.anchor]) > 1:
            department = replace(department, anchor=f"{department.anchor}-{again}")
        yield department


def _department(raw: dict[str, Any], address: Adresse, places: Sequence[Plads]) -> Department:
    facts = [Fact("Adresse", address_text(raw["adresse"]))] if address != Adresse() else []
    if places:
        facts.append(Fact("Pladser", danish.join([_places_words(plads) for plads in places])))
    if raw["maalgrupper"]:
        facts.append(Fact("Målgrupper", ", ".join(raw["maalgrupper"])))
    identifier = raw["afdelingsId"] or ""
    return Department(f"afdeling-{urls.safe_name(identifier)}", raw["navn"] or "Afdeling uden navn", tuple(facts))


def _places_words(plads: Plads) -> str:
    number = danish.number(plads.antal) if plads.antal is not None else "ukendt antal"
    return f"{number} efter {paragraph_name(plads.paragraf)}" if plads.paragraf else number


def _contact(tilbud: Tilbud) -> Iterable[Fact]:
    kontakt = tilbud.kontakt
    if tilbud.adresse != Adresse():
        yield Fact("Adresse", address_text(tilbud.adresse.model_dump(by_alias=True)))
    if kontakt.leder:
        yield Fact("Leder", kontakt.leder)
    if kontakt.telefon:
        yield Fact("Telefon", danish.phone(kontakt.telefon))
    if kontakt.email:
        mail = urls.mail(kontakt.email)
        yield Fact("E-mail", kontakt.email, f"mailto:{mail}" if mail else "")
    if kontakt.hjemmeside:
        yield Fact("Hjemmeside", kontakt.hjemmeside, urls.outside(kontakt.hjemmeside) or "")


def _companies(offer_id: str, tilbud: Tilbud) -> Iterable[Fact]:
    for label, company in (("Driftsherre", tilbud.driftsherre), ("Virksomhed", tilbud.virksomhed)):
        if company != Virksomhed():
            form = company.virksomhedsform.beskrivelse
            yield Fact(label, ", ".join(filter(None, (company.navn or "uden navn", form))))
            if company.cvr_nummer:
                yield Fact(f"{label}s CVR-nummer", danish.digits(company.cvr_nummer, danish.CVR))
    if tilbud.p_nummer:
        yield Fact("P-nummer", danish.digits(tilbud.p_nummer, danish.P_NUMBER))
    yield Fact("Tilbuds-id", offer_id)


def _council(company: Virksomhed) -> str:
    return company.navn or (f"CVR {company.cvr_nummer}" if company.cvr_nummer else "uden navn")


def _others(mapping: Mapping, offer: Offer) -> Iterable[Fact]:
    for path, value in flatten(offer.unknown):
        if value is None or value in ("", [], {}):
            continue
        label = unknown_label(mapping, path)
        if isinstance(value, list):
            text = "; ".join(item_text(item) if isinstance(item, dict) else str(item) for item in value)
        else:
            text = scalar_text(path.rpartition(".")[2], value)
        yield Fact(label, text)
