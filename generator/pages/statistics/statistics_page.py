"""The statistics pages: what `register.history.statistics` has counted, as sentences, drawings, tables and files."""

from dataclasses import dataclass

from generator.pages import urls
from generator.pages.editorial import shortened
from generator.pages.listings.catalog import Catalog
from generator.pages.page import Page, Site
from generator.pages.statistics import texts
from generator.pages.statistics.spreads import prices_page, standing_page
from generator.pages.statistics.tables import Draft, Section, to_csv
from generator.pages.statistics.years import StatisticsData, facet_page, municipalities_page, overview
from generator.register.history.statistics import (
    RegisterCounts,
)


@dataclass(frozen=True, slots=True)
class StatisticsContext:
    """statistik.html: every page of statistics."""

    site: Site
    page: Page
    root: str
    heading: str
    lead: str
    sections: tuple[Section, ...]
    pages: tuple[tuple[str, str], ...]  # address and title of every page of statistics
    download: str  # address of the file with the figures; "" where there is none


@dataclass(frozen=True, slots=True)
class Download:
    """The figures of a page as CSV."""

    address: str
    text: str


@dataclass(frozen=True, slots=True)
class StatisticsPage:
    """A page and its file."""

    context: StatisticsContext
    download: Download | None


def make_pages(
    site: Site, tally: RegisterCounts, catalog: Catalog, year: int, *, history: bool, ceased: bool, downloads: bool
) -> list[StatisticsPage]:
    """Every page of statistics with its file; of former years only what the agreement permits."""
    data = StatisticsData(tally, {group.facet.address: group for group in catalog.groups}, year, history and ceased)
    drafts = [
        overview(data, history=history),
        facet_page(data, "grundlag", "grundlag", "Juridisk grundlag", texts.PARAGRAPHS),
        municipalities_page(data),
        facet_page(data, "region", "region", "Region", texts.REGIONS),
        facet_page(data, "tilsyn", "socialtilsyn", "Socialtilsyn", texts.AUTHORITIES),
        facet_page(data, "ejerform", "ejerform", "Ejerform", texts.OWNERSHIP),
        prices_page(tally),
    ]
    if history:
        drafts.append(standing_page(tally, ceased=ceased))
    pages = tuple((urls.statistics(draft.name), draft.title) for draft in drafts)
    return [_finished(site, draft, pages, downloads=downloads) for draft in drafts]


def _finished(site: Site, draft: Draft, pages: tuple[tuple[str, str], ...], *, downloads: bool) -> StatisticsPage:
    address = urls.statistics(draft.name)
    rows = list(draft.rows)
    file = Download(urls.statistics_file(draft.name), to_csv(draft.head, rows)) if downloads and rows else None
    context = StatisticsContext(
        site=site,
        page=Page(
            address,
            "Statistik" if not draft.name else f"{draft.title}, statistik",
            "statistics",
            shortened(draft.lead),
        ),
        root=urls.root_of(address),
        heading="Statistik" if not draft.name else draft.title,
        lead=draft.lead,
        sections=draft.sections,
        pages=pages,
        download=file.address if file else "",
    )
    return StatisticsPage(context, file)
