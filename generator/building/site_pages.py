"""The pages that a site has one of: the start page, search, editorial pages; and the static files."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from generator.building import change_pages
from generator.building.branding import Branding, TextPage
from generator.building.pipeline import Gathered
from generator.building.tasks import Job
from generator.config import SiteSettings
from generator.output.page_writer import PageWriter
from generator.pages import urls
from generator.pages.changes.change_digest import ChangeDigest
from generator.pages.changes.months import lead_of, month_link
from generator.pages.colours import colour_style
from generator.pages.fixed.contexts import (
    CompareContext,
    GlossaryContext,
    MissingContext,
    SearchContext,
    StartContext,
    TextContext,
)
from generator.pages.fixed.edition import edition_facts
from generator.pages.fixed.glossary import paragraph_rows
from generator.pages.fixed.sitemap import robots, sitemaps
from generator.pages.listings.catalog import Catalog
from generator.pages.listings.lists import others_of
from generator.pages.listings.maps import small_map
from generator.pages.minify import PARTS, is_minified, is_part, minify
from generator.pages.page import Link, Page, Site
from generator.pages.rendering import Renderer, edition_script, glossary_of
from generator.pages.statistics.statistics_page import make_pages
from generator.register.history.statistics import RegisterCounts
from generator.register.model.clock import danish_day
from generator.register.model.receipt import Receipt
from generator.register.model.vocabulary import LAWS, RENAMED_ON


def write_single_pages(
    job: Job,
    branding: Branding,
    settings: SiteSettings,
    gathered: Gathered,
    catalog: Catalog,
    days: Mapping[date, str],
    receipts: list[Receipt],
) -> int:
    """All that a site has one of: pages, statistics, scripts and style, the sitemap; returns how many files."""
    writer, renderer = PageWriter(job.site_folder), Renderer(job.theme)
    _write_fixed_pages(writer, renderer, job, branding, catalog, gathered.digest, days, receipts, gathered.lost)
    _write_statistics(writer, renderer, job, catalog, gathered.tally)
    change_pages.write_index(writer, renderer, job, gathered.digest, catalog)
    _write_static(writer, branding, settings, receipts[-1])
    _write_sitemap(writer, job.site)
    return writer.files


def _write_fixed_pages(
    writer: PageWriter,
    renderer: Renderer,
    job: Job,
    branding: Branding,
    catalog: Catalog,
    digest: ChangeDigest,
    days: Mapping[date, str],
    receipts: list[Receipt],
    lost: int,
) -> None:
    """The pages that a site has one of."""
    start = _start_context(job.site, catalog, digest, days, receipts[-1])
    writer.write(urls.START, renderer.page(start))
    for text in branding.pages:
        writer.write(text.address, renderer.page(_text_context(job.site, text, receipts, lost)))
    writer.write(urls.GLOSSARY, renderer.page(_glossary_context(job, catalog)))
    search = Page(
        urls.SEARCH, "Søg", "search", "Søg i alle sociale tilbud efter navn, sted, målgruppe, paragraf eller nummer."
    )
    writer.write(urls.SEARCH, renderer.page(SearchContext(job.site, search, "", job.policy.terms.downloads)))
    compare = Page(
        urls.COMPARE, "Sammenlign tilbud", "compare", "Sammenlign to til fire sociale tilbud side om side på lige fod."
    )
    writer.write(urls.COMPARE, renderer.page(CompareContext(job.site, compare, "")))
    # A server shows this page for any address, so its links start at the site's own root.
    missing = MissingContext(job.site, Page(urls.NOT_FOUND, "Siden findes ikke"), f"{job.site.base_url}/")
    writer.write(urls.NOT_FOUND, renderer.page(missing))


def _start_context(
    site: Site, catalog: Catalog, digest: ChangeDigest, days: Mapping[date, str], receipt: Receipt
) -> StartContext:
    active = [summary for summary in catalog.offers if summary.is_active]
    dates = [summary.oldest for summary in catalog.offers if summary.oldest]
    oldest: date | None = danish_day(min(dates)) if dates else None
    return StartContext(
        site=site,
        page=Page(
            urls.START,
            "Sociale tilbud i Danmark",
            "start",
            _START,
            feed=urls.ALL_CHANGES if site.has_history else "",
        ),
        root="",
        edition=receipt.finished,
        receipt=receipt.number,
        active=len(active),
        places=sum(summary.places or 0 for summary in active),
        places_are_whole=all(summary.places_are_whole for summary in active),
        ended=len(catalog.ended),
        others=others_of(catalog.offers),
        versions=sum(summary.versions for summary in catalog.offers),
        oldest=oldest,
        days=[(day, days[day.day]) for day in digest.days()],
        latest=_latest_month(digest),
        catalog=catalog,
        map=small_map(catalog),
    )


def _write_statistics(
    writer: PageWriter, renderer: Renderer, job: Job, catalog: Catalog, tally: RegisterCounts
) -> None:
    """The statistics with their files."""
    terms = job.policy.terms
    pages = make_pages(
        job.site,
        tally,
        catalog,
        danish_day(job.pulls.latest.finished).year,
        history=terms.history,
        ceased=terms.ceased,
        downloads=terms.downloads,
    )
    for page in pages:
        writer.write(page.context.page.address, renderer.page(page.context))
        if page.download is not None:
            writer.write(page.download.address, page.download.text)


def _latest_month(digest: ChangeDigest) -> tuple[Link, str] | None:
    """The newest month that has news, and its numbers in a sentence."""
    month = max((month for month, tallied in digest.months.items() if tallied.changes), default=None)
    return (month_link(month), lead_of(digest.months[month])) if month else None


_START = "Find et socialt tilbud, og se, hvad der er ændret. Et uofficielt spejl af Tilbudsportalen."


def _text_context(site: Site, text: TextPage, receipts: list[Receipt], lost: int) -> TextContext:
    people = (("Drives af", site.operator or "Ikke oplyst"), ("Kontakt", site.contact or "Ikke oplyst"))
    attribution = ("Kildeangivelse", site.attribution or "Opdigtede demodata")
    heading = ""
    facts: Sequence[tuple[str, str]] = ()
    if text.address == urls.ABOUT:
        edition = edition_facts(receipts, lost, everything=site.has_everything)
        heading, facts = "Data på dette spejl", (attribution, *edition, *people)
    elif text.address == urls.PRIVACY:
        heading, facts = "Hvem driver spejlet?", people
    page = Page(text.address, text.title, description=text.description)
    return TextContext(site, page, "", text.body, heading, facts)


def _glossary_context(job: Job, catalog: Catalog) -> GlossaryContext:
    description = (
        "Ordene i registret over sociale tilbud forklaret: juridisk grundlag, skærpet tilsyn, påbud, takst m.m."
    )
    return GlossaryContext(
        site=job.site,
        page=Page(urls.GLOSSARY, "Ordliste", "glossary", description),
        root="",
        entries=tuple(glossary_of(job.theme).entries.values()),
        laws=tuple(LAWS.items()),
        paragraphs=paragraph_rows(catalog),
        renamed_on=RENAMED_ON,
    )


def _write_static(writer: PageWriter, branding: Branding, settings: SiteSettings, receipt: Receipt) -> None:
    """Styles and scripts, shortened; everything else as it is; and the script that knows the edition."""
    writer.write(urls.EDITION, edition_script(receipt.finished, receipt.number, settings.stale_after))
    if settings.colours.are_set:
        writer.write(urls.COLOURS, colour_style(settings.colours.accent, settings.colours.accent_dark))
    if branding.logo:
        writer.write_bytes(branding.logo.address, branding.logo_file)
    files = branding.theme.static()
    for address, path in files.items():
        if is_minified(address) and not is_part(address):
            parts = (*PARTS.get(address, ()), address)
            writer.write(address, "".join(_shortened(branding, files[part], part) for part in parts))
        elif not is_minified(address):
            writer.write_bytes(address, path.read_bytes())


def _shortened(branding: Branding, path: Path, address: str) -> str:
    is_own = branding.theme.folder is not None and path.is_relative_to(branding.theme.folder)
    return minify(path, address, "temaet" if is_own else "tilbudsspejl")


def _write_sitemap(writer: PageWriter, site: Site) -> None:
    """The list of all pages for search engines, where they may have it; call it when all pages are written."""
    if not site.is_indexed:
        return
    pages = sorted(path.relative_to(writer.folder).as_posix() for path in writer.folder.rglob("*.html"))
    canonical = [address for address in map(site.canonical, pages) if address]
    for name, text in sitemaps(canonical, site.base_url):
        writer.write(name, text)
    # Crawlers ask for it at the host's root only; a theme's own has been written already.
    if not urlsplit(site.base_url).path and not (writer.folder / urls.ROBOTS).exists():
        writer.write(urls.ROBOTS, robots(site.base_url))
