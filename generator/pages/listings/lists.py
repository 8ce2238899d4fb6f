"""The pages that list offers: by municipality, region, paragraph, target group, authority and company; ceased; new."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import groupby
from types import MappingProxyType
from typing import Literal

from generator.pages import danish, urls
from generator.pages.listings import facets
from generator.pages.listings.catalog import Catalog, Group
from generator.pages.listings.companies import KINDS, Company
from generator.pages.listings.facets import Facet, FacetKind, region_around
from generator.pages.listings.maps import CountryMap, OutlineMap, country_map, outline_map
from generator.pages.listings.related_offers import ALONE, RelatedOffers, Succession
from generator.pages.listings.summary import PROVIDERS, OfferSummary, Style, sort_key
from generator.pages.page import Link, Page, Site
from generator.register.model.clock import danish_day

Around = Mapping[str, RelatedOffers]  # by the offer's id

LONG = 40  # rows: from here a list has letters to jump to

_LETTERS = {"{": "Æ", "|": "Ø", "}": "Å"}  # as `sort_key` writes them


@dataclass(frozen=True, slots=True)
class Jump:
    """A place further down the page."""

    label: str
    anchor: str


@dataclass(frozen=True, slots=True)
class OfferRow:
    """An offer in a list, with the anchor that a letter jumps to, the company that runs it, and what it went on as."""

    summary: OfferSummary
    anchor: str
    holder: Facet | None
    after: tuple[Succession, ...] = ()  # inferred
    roles: tuple[str, ...] = ()  # of the company whose page it is


# What the third column shows: where an offer lies, or where that is the same for all, who runs it; and on a company's
# page, what the company is to it.
_FEEDS: tuple[FacetKind, ...] = ("kommune", "socialtilsyn", "grundlag", "virksomhed")  # what has a feed
ThirdColumn = Literal["Kommune", "Driftsherre", "Rolle"]


@dataclass(frozen=True, slots=True)
class OfferTable:
    """A table of offers under one heading."""

    heading: str
    rows: tuple[OfferRow, ...]
    jumps: tuple[Jump, ...]
    third_column: ThirdColumn = "Kommune"


@dataclass(frozen=True, slots=True)
class StatusCount:
    """How many of a list's offers have a status."""

    status: str
    style: Style
    offers: int


@dataclass(frozen=True, slots=True)
class ListContext:
    """list.html: offers under a municipality, region, paragraph, target group or authority, or the ceased ones."""

    site: Site
    page: Page
    root: str
    kind: Link  # what the page is one of, and where all of them stand, if anywhere
    kind_term: str  # the word of the glossary that explains it; "" for none
    heading: str
    lead: str
    tallies: Sequence[StatusCount]
    terms: Sequence[tuple[str, str]]  # words of the list that the glossary explains: its key, and as they stand
    latest: str  # the page of its latest changes, if it has one
    above: Facet | None  # the region of a municipality
    below: Sequence[Group]  # the municipalities of a region
    map: OutlineMap | None
    tables: Sequence[OfferTable]


@dataclass(frozen=True, slots=True)
class CompanyContext:
    """virksomhed.html: a company with its offers and the parts that it has in them."""

    site: Site
    page: Page
    root: str
    name: str
    cvr: str
    lead: str
    roles: Sequence[tuple[str, int]]  # what it is, and to how many offers in operation
    other_names: Sequence[str]
    latest: str  # the page of its latest changes, if it has one
    tables: Sequence[OfferTable]


@dataclass(frozen=True, slots=True)
class CompaniesContext:
    """virksomheder.html: all companies, by letter."""

    site: Site
    page: Page
    root: str
    lead: str
    jumps: Sequence[Jump]
    letters: Sequence[tuple[str, str, Sequence[Company]]]  # letter, anchor, companies


@dataclass(frozen=True, slots=True)
class NewContext:
    """nye.html: offers that have entered the register of late, newest first; None where that must not be told."""

    site: Site
    page: Page
    root: str
    since: date | None
    lead: str
    months: Sequence[tuple[str, str, Sequence[OfferRow]]]  # month, anchor, offers


@dataclass(frozen=True, slots=True)
class MapContext:
    """kort.html: the municipalities as a map, and the same numbers as a table."""

    site: Site
    page: Page
    root: str
    map: CountryMap


def make_roll(
    heading: str,
    summaries: Sequence[OfferSummary],
    prefix: str = "",
    third_column: ThirdColumn = "Kommune",
    *,
    around: Around = MappingProxyType({}),
    roles: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
) -> OfferTable:
    """A table of offers in the order given; with letters to jump to where it is long.

    `around` has what they may have gone on as, `roles` the parts that a company has in them, both by the offer's id.
    """
    rows: list[OfferRow] = []
    jumps: dict[str, Jump] = {}
    for summary in summaries:
        letter = letter_of(summary.name) if len(summaries) >= LONG else ""
        is_next = bool(letter) and letter not in jumps
        if is_next:
            jumps[letter] = Jump(letter, prefix + _anchor(letter))
        anchor = jumps[letter].anchor if is_next else ""
        after = around.get(summary.id, ALONE).after
        rows.append(OfferRow(summary, anchor, _holder(summary), after, roles.get(summary.id, ())))
    return OfferTable(heading, tuple(rows), tuple(jumps.values()), third_column)


def letter_of(name: str) -> str:
    """The letter that a name stands under: A to Å, "0–9" for a digit, "" for anything else."""
    first = sort_key(name.strip())[0][:1]
    if first.isdecimal():
        return "0–9"
    letter = _LETTERS.get(first, first.upper())
    return letter if "A" <= letter <= "Z" or letter in "ÆØÅ" else ""


def _anchor(letter: str) -> str:
    return urls.slug(letter) if letter.isalpha() else "tal"


def _holder(summary: OfferSummary) -> Facet | None:
    role = next((role for role in summary.roles[:1] if role.kind in PROVIDERS), None)  # they come first
    return facets.company(role.cvr, role.name or f"CVR {danish.digits(role.cvr, danish.CVR)}") if role else None


def tallies_of(summaries: Iterable[OfferSummary]) -> tuple[StatusCount, ...]:
    """How many there are of each status: those in operation first, each kind by its number."""
    counted = Counter((summary.is_over, not summary.is_active, summary.status, summary.style) for summary in summaries)
    order = sorted(counted.items(), key=lambda item: (item[0][:2], -item[1], item[0][2]))
    return tuple(StatusCount(status, style, number) for (_, _, status, style), number in order)


_KIND_TERMS: Mapping[str, str] = {
    "grundlag": "juridisk-grundlag",
    "maalgruppe": "maalgruppe",
    "socialtilsyn": "socialtilsyn",
}
_TERMS_OF_STYLES: Sequence[tuple[set[Style], Sequence[tuple[str, str]]]] = (
    (
        {"alert", "unclear"},
        (("skaerpet-tilsyn", "skærpet tilsyn"), ("paabud", "påbud"), ("markering", "markering")),
    ),
    ({"gone"}, (("ophoert", "ophørt"),)),
    ({"other"}, (("kommende", "kommende"), ("registrering-ikke-oplyst", "registrering ikke oplyst"))),
)


def _terms_of(tallies: Iterable[StatusCount]) -> Iterable[tuple[str, str]]:
    yield from (("pladser", "pladser"), ("juridisk-grundlag", "juridisk grundlag"))
    styles = {tally.style for tally in tallies}
    for explained, terms in _TERMS_OF_STYLES:
        if styles & explained:
            yield from terms


def lead_of(summaries: Sequence[OfferSummary], paragraph: str = "") -> str:
    """ "41 tilbud i drift med 512 godkendte pladser (ikke ledige pladser)."; those of a paragraph (its key) apart."""
    active = [summary for summary in summaries if summary.is_active]
    places = sum(summary.places or 0 for summary in active)
    least = "" if all(summary.places_are_whole for summary in active) else "mindst "
    own = sum(summary.places_under.get(paragraph, 0) for summary in active)
    lead = f"{danish.count(len(active), 'tilbud', 'tilbud')} i drift"
    if places and own != places and own:
        lead += f" med {least}{danish.count(own, 'godkendt plads', 'godkendte pladser')} efter netop dette grundlag"
        lead += f" (ikke ledige pladser); tilbuddene har {least}{danish.number(places)} i alt"
    elif places:
        lead += f" med {least}{danish.count(places, 'godkendt plads', 'godkendte pladser')} (ikke ledige pladser)"
    return f"{lead}.{others_of(summaries)}"


def others_of(summaries: Iterable[OfferSummary]) -> str:
    """ " 2 tilbud begynder senere. For 1 tilbud siger registret ikke, om det er i drift."; "" where there are none."""
    standings = Counter(summary.standing for summary in summaries)
    upcoming, unknown = standings["upcoming"], standings["unknown"]
    text = f" {danish.count(upcoming, 'tilbud', 'tilbud')} begynder senere." if upcoming else ""
    if unknown:
        they_are = "det er" if unknown == 1 else "de er"
        text += f" For {danish.count(unknown, 'tilbud', 'tilbud')} siger registret ikke, om {they_are} i drift."
    return text


def list_context(site: Site, around: Around, kind: Link, group: Group, below: Sequence[Group] = ()) -> ListContext:
    """The page of one list; `below` are the municipalities of a region."""
    facet = group.facet
    is_municipality = facet.kind == "kommune"
    code = group.offers[0].kommunekode if is_municipality else ""
    active = [summary for summary in group.offers if summary.is_active]
    third_column: ThirdColumn = "Driftsherre" if is_municipality else "Kommune"
    make = partial(make_roll, third_column=third_column)
    tables = (make("Tilbud i drift", active, "bogstav-"), *_not_in_operation(make, group.offers, around))
    heading = f"{facet.name} ({group.meaning})" if group.meaning else facet.name
    lead = lead_of(group.offers, facet.key if facet.kind == "grundlag" else "")
    tallies = tallies_of(group.offers)
    return ListContext(
        site=site,
        page=Page(
            facet.address,
            facet.name,
            description=f"{kind.name}: {heading}. {lead}",
            feed=_feed_of(site, facet),
        ),
        root=urls.root_of(facet.address),
        kind=kind,
        kind_term=_KIND_TERMS.get(facet.kind, ""),
        heading=heading,
        lead=lead,
        tallies=tallies,
        terms=tuple(_terms_of(tallies)),
        latest=_latest_of(site, facet),
        above=region_around(code),
        below=below,
        map=outline_map(code, active),
        tables=[table for table in tables if table.rows],
    )


def _not_in_operation(
    make: Callable[..., OfferTable], summaries: Iterable[OfferSummary], around: Around
) -> Iterable[OfferTable]:
    """The tables of those that are yet to begin, of which the register doesn't say, and that are over."""
    by_standing: dict[str, list[OfferSummary]] = {}
    for summary in summaries:
        by_standing.setdefault("over" if summary.is_over else summary.standing, []).append(summary)
    yield make("Kommende", by_standing.get("upcoming", []), "kommende-")
    yield make("Registrering ikke oplyst", by_standing.get("unknown", []), "ikke-oplyst-")
    yield make("Ikke længere i drift", by_standing.get("over", []), "ophoert-", around=around)


def ceased_context(site: Site, around: Around, catalog: Catalog) -> ListContext:
    """The list of all offers that have ended."""
    ended = catalog.ended
    tallies = tallies_of(ended)
    return ListContext(
        site=site,
        page=Page(
            urls.CEASED, "Ophørte tilbud", "ended", "Sociale tilbud, der er ophørt eller ikke længere i registret."
        ),
        root="",
        kind=Link("Status", ""),
        kind_term="ophoert",
        heading="Ophørte tilbud",
        lead=(
            f"{danish.count(len(ended), 'tilbud', 'tilbud')} er ophørt eller ikke længere i registret. "
            "Siderne bliver stående som dokumentation."
            if site.has_ceased
            else "Aftalen om data tillader ikke at vise tilbud, der er ophørt eller ikke længere i registret."
        ),
        tallies=tallies,
        terms=tuple(_terms_of(tallies)),
        latest="",
        above=None,
        below=(),
        map=None,
        tables=[make_roll("Alle", ended, "ophoert-", around=around)] if ended else [],
    )


def company_context(site: Site, around: Around, company: Company) -> CompanyContext:
    """The page of one company."""
    roles = {summary.id: kinds for summary, kinds in company.offers}
    active = [summary for summary, _ in company.offers if summary.is_active]
    run = company.runs
    make = partial(make_roll, third_column="Rolle", roles=roles)
    tables = (
        make("Som driftsherre eller virksomhed", [summary for summary in active if summary.id in run], "driver-"),
        make("I andre roller", [summary for summary in active if summary.id not in run], "andre-"),
        *_not_in_operation(make, [summary for summary, _ in company.offers], around),
    )
    counted = Counter(kind for summary in active for kind in roles[summary.id])
    lead = (
        f"Har en rolle i {danish.count(len(active), 'tilbud', 'tilbud')} i drift."
        if active
        else "Har ingen tilbud i drift."
    )
    return CompanyContext(
        site=site,
        page=Page(
            company.address,
            company.name,
            description=f"{company.name}. {lead}",
            feed=_feed_of(site, company.facet) if run else "",
        ),
        root=urls.root_of(company.address),
        name=company.name,
        cvr=danish.digits(company.cvr, danish.CVR),
        lead=lead,
        roles=[(_PARTS[kind], counted[kind]) for kind in KINDS if counted[kind]],
        other_names=company.other_names,
        latest=_latest_of(site, company.facet) if run else "",
        tables=[table for table in tables if table.rows],
    )


_PARTS = {
    "Driftsherre": "driftsherre for",
    "Virksomhed": "virksomheden bag",
    "Driftsaftale": "driftsaftale med",
    "Fasteaftale": "fasteaftale med",
    "Samarbejdskommune": "samarbejdskommune for",
}


def companies_context(site: Site, catalog: Catalog) -> CompaniesContext:
    """All companies and councils, by letter."""
    by_letter: dict[str, list[Company]] = {}
    for company in catalog.companies:
        by_letter.setdefault(letter_of(company.name), []).append(company)
    letters = [
        (letter or "Andre tegn", f"bogstav-{_anchor(letter) if letter else 'andre'}", companies)
        for letter, companies in by_letter.items()
    ]
    number = danish.count(len(catalog.companies), "virksomhed eller kommune", "virksomheder og kommuner")
    return CompaniesContext(
        site=site,
        page=Page(
            urls.COMPANIES, "Virksomheder", description="Virksomheder og kommuner med en rolle i sociale tilbud."
        ),
        root="",
        lead=f"{number} med en rolle i et tilbud: som driftsherre, virksomhed, part i en aftale eller "
        "samarbejdskommune. Tallet er tilbud i drift.",
        jumps=[Jump(letter, anchor) for letter, anchor, _ in letters],
        letters=letters,
    )


def new_context(site: Site, catalog: Catalog, pulled: date, *, history: bool) -> NewContext:
    """The offers that have entered the register in the last twelve months of the data."""
    page = Page(urls.NEW, "Nye tilbud", description="Sociale tilbud, der er kommet ind i registret det seneste år.")
    if not history:
        return NewContext(site, page, "", None, "", ())
    since = since_of(catalog.offers, pulled)
    dated = [(danish_day(summary.first_date), summary) for summary in catalog.offers if summary.first_date]
    recent = sorted(
        ((day, summary) for day, summary in dated if since <= day <= pulled),
        key=lambda item: (-item[0].toordinal(), sort_key(item[1].name), item[1].id),
    )
    months = [
        (f"{danish.MONTHS[month - 1]} {year}", f"maaned-{year}-{month:02}", [_new_row(summary) for _, summary in found])
        for (year, month), found in groupby(recent, key=lambda item: (item[0].year, item[0].month))
    ]
    return NewContext(site, page, "", since, lead_of([summary for _, summary in recent]), months)


def _new_row(summary: OfferSummary) -> OfferRow:
    return OfferRow(summary, "", _holder(summary))


def since_of(offers: Iterable[OfferSummary], pulled: date) -> date:
    """The first of the month a year before the data's own day: the last on which an offer changed, up to the pull.

    A whole month, so that the page changes with its offers and once a month, not every night.
    """
    moments = (moment for summary in offers for moment in (summary.changed, summary.first_date) if moment)
    day = max((day for day in map(danish_day, moments) if day <= pulled), default=pulled)
    return date(max(day.year - 1, 1), day.month, 1)


def map_context(site: Site, catalog: Catalog) -> MapContext:
    """The map of the country."""
    return MapContext(
        site,
        Page(
            urls.MAP,
            "Kort over kommunerne",
            description="Godkendte pladser i sociale tilbud, kommune for kommune, på et kort.",
        ),
        "",
        country_map(catalog),
    )


ListPage = ListContext | CompanyContext | CompaniesContext | NewContext | MapContext


def list_pages(
    site: Site, catalog: Catalog, around: Around, pulled: date, *, history: bool
) -> list[Callable[[], ListPage]]:
    """Every page of this module, each yet to be made: so that they can be shared out among the workers."""
    pages: list[Callable[[], ListPage]] = [
        partial(ceased_context, site, around, catalog),
        partial(new_context, site, catalog, pulled, history=history),
        partial(companies_context, site, catalog),
        partial(map_context, site, catalog),
    ]
    kinds = (
        (Link("Juridisk grundlag", f"{urls.START}#grundlag"), catalog.paragraphs),
        (Link("Målgruppe", f"{urls.START}#maalgrupper"), catalog.target_groups),
        (Link("Socialtilsyn", f"{urls.START}#socialtilsyn"), catalog.authorities),
        (Link("Kommune", f"{urls.START}#kommuner"), catalog.municipalities),
    )
    for group in catalog.regions:
        inside = [m for m in catalog.municipalities if region_around(m.offers[0].kommunekode) == group.facet]
        pages.append(partial(list_context, site, around, Link("Region", f"{urls.START}#regioner"), group, inside))
    pages += [partial(list_context, site, around, kind, group) for kind, groups in kinds for group in groups]
    pages += [partial(company_context, site, around, company) for company in catalog.companies]
    return pages


def _feed_of(site: Site, facet: Facet) -> str:
    """The feed of a list page or a company's; "" where it has none, or nothing may be told of what was."""
    return urls.feed(facet.address) if site.has_history and facet.kind in _FEEDS else ""


def _latest_of(site: Site, facet: Facet) -> str:
    """The page of the latest changes beside that feed; "" where there is none."""
    return urls.latest(facet.address) if _feed_of(site, facet) else ""
