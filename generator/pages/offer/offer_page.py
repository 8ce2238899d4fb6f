"""An offer's page: everything it shows, as finished Danish text."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from generator.pages import danish, urls
from generator.pages.editorial import shortened
from generator.pages.listings import facets
from generator.pages.listings.facets import Facet
from generator.pages.listings.related_offers import ALONE, RelatedOffers
from generator.pages.listings.summary import STANDINGS, OfferSummary, Style, name_of
from generator.pages.offer.offer_history import History, make_history
from generator.pages.offer.prepared_offer import PreparedOffer
from generator.pages.offer.states import other_rows, paragraphs_of, places_words
from generator.pages.page import Page, Site
from generator.pages.sentences import address_line, group_ages, registration
from generator.register.history.fact_history import FactHistory, Key, main_price
from generator.register.history.intervals import Sanction, SanctionStanding
from generator.register.history.timeline import Offer, Since, Standing
from generator.register.mapping.mapping import Mapping
from generator.register.model.clock import last_moment_before
from generator.register.model.models import Adresse, Afdeling, Maalgruppe, Plads, Takst, Tilbud, Virksomhed
from generator.register.model.sanctions import is_sanction, read_sanctions, unclear_sanctions
from generator.register.model.vocabulary import paragraph_identity, paragraph_meaning, theme_identity


@dataclass(frozen=True, slots=True)
class Fact:
    """A labelled fact; `href` where it leads somewhere."""

    label: str
    value: str
    href: str = ""
    since: Since | None = None
    copies: str = ""  # what a button copies: a number as a computer writes it


@dataclass(frozen=True, slots=True)
class Department:
    """A department as its section shows it."""

    anchor: str
    name: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class FactRow:
    """A row of a table: what, what that means, the list it leads to, the figure, its unit, and since when."""

    name: str
    meaning: str = ""
    address: str = ""
    figure: str = ""
    unit: str = ""
    since: Since | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """A theme's score now and the one before, in words and as places on the scale in per cent."""

    theme: str
    score: str
    place: float | None
    before: str
    place_before: float | None
    since: Since | None


@dataclass(frozen=True, slots=True)
class SanctionRow:
    """A sanction that the status has named, with a word on what has become of it."""

    sanction: Sanction
    mark: str
    style: str  # of the mark


@dataclass(frozen=True, slots=True)
class OfferContext:
    """offer.html: an offer with all its facts and its timeline."""

    site: Site
    page: Page
    root: str
    compare: str
    official: str  # the page in the register itself; "" where the operator has set no address
    name: str
    lead: str
    status: str
    status_style: Style  # of one that is not over: whether a sanction is in force
    standing: Standing
    standing_words: str  # of what is not in operation: "Ophørt", "Kommende"
    is_over: bool
    in_sanction: bool
    sanction_term: str  # which word of the glossary explains it
    unclear: str  # the sanctions that its status names without its being clear whether they are in force
    registration: str  # what its status says, in words
    status_since: Since | None
    status_holds_since: Since | None  # where the status tells that it is in operation, or not known to be
    end: datetime | None  # the last moment before the register's own end of it
    begins: datetime | None  # of one that is yet to come
    ends: datetime | None  # the last moment before an end that is yet to come
    last_seen: datetime | None
    former_names: tuple[str, ...]
    municipality: Facet | None
    authority: Facet | None
    paragraphs: tuple[Facet, ...]
    places: int | None
    places_are_whole: bool
    price: Takst | None
    approved: str
    provider: Fact
    glance_contact: tuple[Fact, ...]
    changed: datetime | None  # None of one that is yet to come
    since: dict[str, Since | None]  # of the facts in the glance
    related: RelatedOffers
    place_rows: tuple[FactRow, ...]
    price_rows: tuple[FactRow, ...]
    group_rows: tuple[FactRow, ...]
    methods: tuple[str, ...]
    description: tuple[str, ...]  # paragraphs
    assessments: tuple[Assessment, ...]
    has_former_scores: bool
    reasons: tuple[tuple[str, tuple[str, ...]], ...]
    departments: tuple[Department, ...]
    sanctions: tuple[SanctionRow, ...]
    sanction_counts: tuple[str, ...]  # how many are in force, were lifted …, in words
    contact: tuple[Fact, ...]
    companies: tuple[Fact, ...]
    agreements: tuple[tuple[str, tuple[Fact, ...]], ...]
    reports: tuple[tuple[str, str, str], ...]  # title, date in words, address or ""
    others: tuple[Fact, ...]
    citation: str
    history: History | None


def offer_context(
    site: Site, mapping: Mapping, prepared: PreparedOffer, related: RelatedOffers = ALONE
) -> OfferContext:
    """Everything that an offer's page shows; of one without a past nothing of what was."""
    offer, summary, past = prepared.offer, prepared.summary, prepared.past
    fact_history = past.facts if past else None
    tilbud = offer.current
    name = name_of(offer)
    since = fact_history.since if fact_history else {}
    sanctions = fact_history.sanctions if fact_history else ()
    contact = tuple(_contact(tilbud, summary, since))
    assessments = tuple(_assessments(tilbud, fact_history))
    lead = _lead(tilbud, summary)
    in_sanction = not offer.is_over and is_sanction(tilbud.godkendelse.status)
    unclear = "" if offer.is_over else _unclear(tilbud)
    standing_words = STANDINGS.get(offer.standing, "")
    title = f"{name} ({danish.lower_first(standing_words)})" if standing_words else name
    return OfferContext(
        site=site,
        page=Page(summary.address, title, description=shortened(f"{name}. {lead}")),
        root=urls.root_of(summary.address),
        compare=urls.compare(offer.id),
        official=urls.official(site.official_url, offer.id),
        name=name,
        lead=lead,
        status=tilbud.godkendelse.status or "",
        status_style="alert" if in_sanction else "unclear" if unclear else "",
        standing=offer.standing,
        standing_words=standing_words,
        is_over=offer.is_over,
        in_sanction=in_sanction,
        sanction_term=_sanction_term(tilbud),
        unclear=unclear,
        registration=registration(tilbud.status),
        status_since=offer.status_since,
        status_holds_since=offer.status_since if offer.standing in ("active", "unknown") else None,
        end=last_moment_before(offer.ended) if offer.ended else None,
        begins=offer.current_version.gyldig_fra if offer.standing == "upcoming" else None,
        ends=_ends(offer),
        last_seen=offer.last_seen,
        former_names=offer.former_names,
        municipality=summary.municipality,
        authority=summary.authority,
        paragraphs=summary.paragraphs,
        places=summary.places,
        places_are_whole=summary.places_are_whole,
        price=main_price(tilbud),
        approved=danish.day_or_text(tilbud.godkendelse.dato) if tilbud.godkendelse.dato else "",
        provider=_provider(tilbud.driftsherre if tilbud.driftsherre.navn else tilbud.virksomhed),
        glance_contact=tuple(fact for fact in contact if fact.label in ("Telefon", "E-mail")),
        changed=summary.changed if offer.standing != "upcoming" else None,
        since=_glance_since(tilbud, since),
        related=related,
        place_rows=tuple(_place_row(plads, since) for plads in tilbud.godkendelse.pladser),
        price_rows=tuple(_price_row(takst, since) for takst in tilbud.takster),
        group_rows=tuple(_group_row(group, since) for group in tilbud.maalgrupper),
        methods=tilbud.metoder,
        description=paragraphs_of(tilbud.beskrivelse),
        assessments=assessments,
        has_former_scores=any(assessment.before for assessment in assessments),
        reasons=tuple(_reasons(tilbud)),
        departments=tuple(_departments(tilbud)),
        sanctions=tuple(SanctionRow(sanction, *_SANCTION_MARKS[sanction.standing]) for sanction in sanctions),
        sanction_counts=tuple(_sanction_counts(sanctions)),
        contact=contact,
        companies=tuple(_companies(offer.id, tilbud, since)),
        agreements=tuple(_agreements(tilbud)),
        reports=tuple(_reports(tilbud)),
        others=tuple(Fact(label, text) for label, text in other_rows(mapping, offer.unknown)),
        citation=_citation(site, offer, name),
        history=make_history(offer, past.texts, past.facts) if past else None,
    )


def _group_row(group: Maalgruppe, since: dict[Key, Since]) -> FactRow:
    return FactRow(
        group.navn or "Uden navn",
        address=facets.target_group(group.navn).address if group.navn else "",
        figure=group_ages(group),
        since=since.get(("group", group.navn or "")),
    )


_SANCTION_MARKS: dict[SanctionStanding, tuple[str, str]] = {
    "in_force": ("Gælder", "alert"),
    "lifted": ("Ophævet", "past"),
    "ended_with_offer": ("Sluttede med tilbuddet", "past"),
    "unclear": ("Uklart", "unclear"),
}
# The heaviest that is in force is explained.
_SANCTION_TERMS = {"Påbud": "paabud", "Markering": "markering", "Skærpet tilsyn": "skaerpet-tilsyn"}


def _sanction_term(tilbud: Tilbud) -> str:
    kinds = read_sanctions(tilbud.godkendelse.status).in_force
    return next((term for kind, term in _SANCTION_TERMS.items() if kind in kinds), "")


_SANCTION_WORDS: dict[SanctionStanding, str] = {
    "lifted": "er ophævet",
    "ended_with_offer": "sluttede med tilbuddet",
    "unclear": "kan ikke læses sikkert",
}


def _sanction_counts(sanctions: Sequence[Sanction]) -> Iterable[str]:
    counted = Counter(sanction.standing for sanction in sanctions)
    yield danish.count(counted["in_force"], "gældende", "gældende") if counted["in_force"] else "Ingen gældende"
    for standing, words in _SANCTION_WORDS.items():
        if counted[standing]:
            yield danish.count(counted[standing], words, words)


def _unclear(tilbud: Tilbud) -> str:
    return danish.join([danish.lower_first(kind) for kind in unclear_sanctions(tilbud.godkendelse.status)])


def _reasons(tilbud: Tilbud) -> Iterable[tuple[str, tuple[str, ...]]]:
    """What the authority has written of each theme, in paragraphs."""
    for assessment in tilbud.kvalitetsvurdering:
        if assessment.begrundelse:
            yield assessment.tema or "Tema ikke oplyst", paragraphs_of(assessment.begrundelse)


def _agreements(tilbud: Tilbud) -> Iterable[tuple[str, tuple[Fact, ...]]]:
    """The councils of each kind of agreement that there is."""
    for heading, councils in (
        ("Driftsaftale", tilbud.driftsaftaler),
        ("Fasteaftale", tilbud.fasteaftaler),
        ("Samarbejdskommuner", tilbud.samarbejdskommuner),
    ):
        if councils:
            yield heading, tuple(_council(council) for council in councils)


def _reports(tilbud: Tilbud) -> Iterable[tuple[str, str, str]]:
    """The inspection reports, newest first: title, date in words, address or ""."""
    for report in sorted(tilbud.tilsynsrapporter, key=lambda report: report.dato or "", reverse=True):
        day = danish.day_or_text(report.dato) if report.dato else ""
        yield report.titel or "Tilsynsrapport", day, urls.outside(report.url) or ""


def _glance_since(tilbud: Tilbud, since: dict[Key, Since]) -> dict[str, Since | None]:
    """By short names, which a template can ask for."""
    price = main_price(tilbud)
    keys: dict[str, Key] = {
        "status": ("status",),
        "places": ("places",),
        "price": ("price", price.ydelse or "" if price else ""),
        "provider": ("driftsherre",) if tilbud.driftsherre.navn else ("virksomhed",),
    }
    return {name: since.get(key) for name, key in keys.items()}


def _citation(site: Site, offer: Offer, name: str) -> str:
    """How the page is referred to in a case file; the script adds the data's date, which a page doesn't hold."""
    current = offer.current_version
    start = current.gyldig_fra if current.number.isdecimal() else None  # else it is called after its start
    since = f", gældende fra {danish.date_words(start)}" if start else ""
    kind = "demodata" if site.is_demo else "uofficielt spejl af Tilbudsportalen"
    called = danish.lower_first(danish.version_name(current.number))
    return f"{name}. Tilbuds-id {offer.id}, {called}{since}. {site.title}, {kind}."


def _lead(tilbud: Tilbud, summary: OfferSummary) -> str:
    meanings = dict.fromkeys(paragraph_meaning(p.paragraf) for p in tilbud.godkendelse.pladser if p.paragraf)
    what = danish.join([meaning for meaning in meanings if meaning])
    groups = list(dict.fromkeys(g.navn.strip() for g in tilbud.maalgrupper if g.navn))
    whom = danish.join([group[:1].lower() + group[1:] if not group[:2].isupper() else group for group in groups[:3]])
    where = f"i {summary.municipality.name}" if summary.municipality else ""
    parts = [what[:1].upper() + what[1:] if what else "Tilbud", where]
    sentence = " ".join(filter(None, parts))
    if whom or summary.ages:
        more = " m.m." if len(groups) > 3 else ""
        sentence += f". Målgruppe: {', '.join(filter(None, (f'{whom}{more}', summary.ages)))}"
    return sentence + ("." if not sentence.endswith(".") else "")


def _ends(offer: Offer) -> datetime | None:
    """When an offer that is not over will be, as the register says."""
    end = offer.current_version.gyldig_til if offer.current_version.is_ended else None
    return last_moment_before(end) if end is not None and not offer.is_over and offer.ended is None else None


def _place_row(plads: Plads, since: dict[Key, Since]) -> FactRow:
    text = plads.paragraf or ""
    return FactRow(
        danish.hold(text) or "Paragraf ikke oplyst",
        paragraph_meaning(text),
        facets.paragraph(text).address if text else "",
        danish.number(plads.antal) if plads.antal is not None else "",
        since=since.get(("places", paragraph_identity(text))),
    )


def _price_row(takst: Takst, since: dict[Key, Since]) -> FactRow:
    return FactRow(
        takst.ydelse or "Ydelse ikke oplyst",
        figure=danish.amount(takst.beloeb) if takst.beloeb is not None else "",
        unit=takst.enhed or "",
        since=since.get(("price", takst.ydelse or "")),
    )


def _assessments(tilbud: Tilbud, fact_history: FactHistory | None) -> Iterable[Assessment]:
    for assessment in tilbud.kvalitetsvurdering:
        theme = theme_identity(assessment.tema or "")
        values = [interval.value for interval in fact_history.scores.get(theme, ())] if fact_history else []
        earlier = [score for score in values[:-1] if score is not None]
        before = earlier[-1] if earlier else None
        yield Assessment(
            assessment.tema or "Tema ikke oplyst",
            danish.score(assessment.score) if assessment.score is not None else "",
            _on_scale(assessment.score),
            danish.score(before) if before is not None else "",
            _on_scale(before),
            fact_history.since.get(("score", theme)) if fact_history else None,
        )


def _on_scale(score: float | None) -> float | None:
    return round((score - 1) / 4 * 100, 2) if score is not None and 1 <= score <= 5 else None


def _departments(tilbud: Tilbud) -> Iterable[Department]:
    """Each department with an anchor of its own, also where ids repeat or are missing."""
    taken: Counter[str] = Counter()
    for afdeling in tilbud.afdelinger:
        department = _department(afdeling)
        taken[department.anchor] += 1
        if (again := taken[department.anchor]) > 1:
            department = replace(department, anchor=f"{department.anchor}-{again}")
        yield department


def _department(afdeling: Afdeling) -> Department:
    places = [places_words(plads.antal, plads.paragraf) for plads in afdeling.pladser]
    facts = (
        Fact("Adresse", address_line(afdeling.adresse)),
        Fact("Pladser", danish.join(places)),
        Fact("Målgrupper", ", ".join(afdeling.maalgrupper)),
    )
    anchor = f"afdeling-{urls.safe_name(afdeling.afdelings_id or '')}"
    return Department(anchor, afdeling.navn or "Afdeling uden navn", tuple(fact for fact in facts if fact.value))


def _contact(tilbud: Tilbud, summary: OfferSummary, since: dict[Key, Since]) -> Iterable[Fact]:
    kontakt = tilbud.kontakt
    if tilbud.adresse != Adresse():
        text = summary.address_text
        yield Fact("Adresse", text, since=since.get(("address",)), copies=text)
    if kontakt.leder:
        yield Fact("Leder", kontakt.leder, since=since.get(("leder",)))
    if kontakt.telefon:
        text = danish.phone(kontakt.telefon)
        yield Fact("Telefon", text, urls.phone(kontakt.telefon), since.get(("telefon",)), kontakt.telefon)
    if kontakt.email:
        mail = urls.mail(kontakt.email)
        yield Fact("E-mail", kontakt.email, f"mailto:{mail}" if mail else "", since.get(("email",)), kontakt.email)
    if kontakt.hjemmeside:
        yield Fact("Hjemmeside", kontakt.hjemmeside, urls.outside(kontakt.hjemmeside) or "", since.get(("hjemmeside",)))


def _companies(offer_id: str, tilbud: Tilbud, since: dict[Key, Since]) -> Iterable[Fact]:
    for label, whose, company in (
        ("Driftsherre", "Driftsherrens", tilbud.driftsherre),
        ("Virksomhed", "Virksomhedens", tilbud.virksomhed),
    ):
        if company != Virksomhed():
            form = company.virksomhedsform.beskrivelse
            name = ", ".join(filter(None, (company.navn or "uden navn", form)))
            yield Fact(label, name, _company_href(company), since.get((label.lower(),)))
            if cvr := company.cvr_nummer:
                yield Fact(f"{whose} CVR-nummer", danish.digits(cvr, danish.CVR), copies=cvr)
    if number := tilbud.p_nummer:
        yield Fact("P-nummer", danish.digits(number, danish.P_NUMBER), since=since.get(("p_nummer",)), copies=number)
    yield Fact("Tilbuds-id", offer_id, copies=offer_id)


def _provider(company: Virksomhed) -> Fact:
    return Fact("", _company_name(company) or "Ikke oplyst", _company_href(company))


def _council(company: Virksomhed) -> Fact:
    return Fact("", _company_name(company) or "uden navn", _company_href(company))


def _company_name(company: Virksomhed) -> str:
    return company.navn or (f"CVR {company.cvr_nummer}" if company.cvr_nummer else "")


def _company_href(company: Virksomhed) -> str:
    """From an offer's page to the company's."""
    return f"../{facets.company(company.cvr_nummer).address}" if company.cvr_nummer else ""
