"""The pages that are not an offer's: lists, the start page, search, editorial pages, and the static files."""

import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from generator import resources
from generator.archive.reader import Receipt
from generator.commands.batches import Job
from generator.config import Configuration, read_text
from generator.pages import urls
from generator.pages.contexts import (
    MissingContext,
    Page,
    SearchContext,
    Site,
    StartContext,
    TextContext,
    ceased_context,
    list_context,
)
from generator.pages.edition import edition_facts
from generator.pages.listing import Directory, Term
from generator.pages.months import lead_of, month_term
from generator.pages.news import News
from generator.pages.output import Writer
from generator.pages.render import Renderer, edition_script, editorial
from generator.register.clock import danish_day


def write_lists(writer: Writer, job: Job, directory: Directory) -> None:
    """A page for everything that offers are listed under."""
    renderer = Renderer(resources.folder("templates"))
    kinds = (
        ("Kommune", directory.municipalities),
        ("Juridisk grundlag", directory.paragraphs),
        ("Målgruppe", directory.target_groups),
        ("Socialtilsyn", directory.authorities),
    )
    for kind, groups in kinds:
        for group in groups:
            writer.write(group.term.address, renderer.page(list_context(job.site, kind, group)))
    writer.write(urls.CEASED, renderer.page(ceased_context(job.site, directory)))


def write_fixed_pages(
    writer: Writer,
    job: Job,
    configuration: Configuration,
    directory: Directory,
    news: News,
    days: Mapping[date, str],
    receipts: list[Receipt],
    lost: int,
) -> None:
    """The pages that a site has one of."""
    renderer = Renderer(resources.folder("templates"))
    start = _start_context(job.site, directory, news, days, receipts[-1])
    writer.write(urls.START, renderer.page(start))
    texts = {f"{path.stem}.html": read_text(path) for path in content_files(configuration)}
    texts.setdefault(urls.ABOUT, (resources.folder("templates") / "om.md").read_text(encoding="utf-8"))
    for address, text in sorted(texts.items()):
        facts = edition_facts(receipts, lost) if address == urls.ABOUT else ()
        page = Page(address, heading_of(text, address.removesuffix(".html")))
        writer.write(address, renderer.page(TextContext(job.site, page, "", editorial(text), facts)))
    search = Page(urls.SEARCH, "Søg", "search")
    writer.write(urls.SEARCH, renderer.page(SearchContext(job.site, search, "", job.door.terms.downloads)))
    # A server shows this page for any address, so its links start at the site's own root.
    base = configuration.settings.site.base_url.rstrip("/")
    missing = MissingContext(job.site, Page(urls.NOT_FOUND, "Siden findes ikke"), f"{base}/")
    writer.write(urls.NOT_FOUND, renderer.page(missing))


def _start_context(
    site: Site, directory: Directory, news: News, days: Mapping[date, str], receipt: Receipt
) -> StartContext:
    active = [listing for listing in directory.offers if listing.is_active]
    dates = [listing.first_date for listing in directory.offers if listing.first_date]
    oldest: date | None = danish_day(min(dates)) if dates else None
    return StartContext(
        site=site,
        page=Page(urls.START, "Sociale tilbud i Danmark", "start", feed=urls.ALL_CHANGES if site.has_history else ""),
        root="",
        edition=receipt.finished,
        receipt=receipt.number,
        active=len(active),
        places=sum(listing.places or 0 for listing in active),
        ended=len(directory.offers) - len(active),
        versions=sum(listing.versions for listing in directory.offers),
        oldest=oldest,
        days=[(day, days[day.day]) for day in news.days()],
        latest=_latest_month(news),
        directory=directory,
    )


def _latest_month(news: News) -> tuple[Term, str] | None:
    """The newest month that has news, and its numbers in a sentence."""
    month = max((month for month, tallied in news.months.items() if tallied.changes), default=None)
    return (month_term(month), lead_of(news.months[month])) if month else None


def write_static(writer: Writer, receipt: Receipt) -> None:
    """Styles, scripts and icon as they are, and the script that knows the edition."""
    writer.write("edition.js", edition_script(receipt.finished, receipt.number))
    for path in sorted(resources.folder("static").iterdir()):
        shutil.copyfile(path, writer.folder / path.name)
        writer.files += 1


def content_files(configuration: Configuration) -> list[Path]:
    """The operator's own pages in Markdown."""
    return sorted(configuration.content.glob("*.md")) if configuration.content.is_dir() else []


def heading_of(text: str, fallback: str) -> str:
    """A Markdown page's first heading."""
    first = next((line for line in text.splitlines() if line.startswith("# ")), "")
    return first.removeprefix("# ").strip() or fallback.capitalize()
