"""The pages that are not an offer's: lists, the start page, search, editorial pages, and the static files."""

import shutil
from datetime import date
from pathlib import Path

from generator import resources
from generator.archive.reader import Receipt
from generator.commands.batches import Job
from generator.config import Configuration, read_text
from generator.pages import urls
from generator.pages.contexts import (
    CompareContext,
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
from generator.pages.listing import Directory
from generator.pages.news import News
from generator.pages.output import Writer
from generator.pages.render import Renderer, edition_script, editorial
from generator.pages.statistics import make_pages
from generator.register.clock import danish_day
from generator.register.statistics import Tally


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
    receipts: list[Receipt],
    lost: int,
) -> None:
    """The pages that a site has one of."""
    renderer = Renderer(resources.folder("templates"))
    start = _start_context(job.site, directory, news, receipts[-1])
    writer.write(urls.START, renderer.page(start))
    texts = {f"{path.stem}.html": read_text(path) for path in content_files(configuration)}
    texts.setdefault(urls.ABOUT, (resources.folder("templates") / "om.md").read_text(encoding="utf-8"))
    for address, text in sorted(texts.items()):
        facts = edition_facts(receipts, lost) if address == urls.ABOUT else ()
        page = Page(address, heading_of(text, address.removesuffix(".html")))
        writer.write(address, renderer.page(TextContext(job.site, page, "", editorial(text), facts)))
    search = Page(urls.SEARCH, "Søg", "search")
    writer.write(urls.SEARCH, renderer.page(SearchContext(job.site, search, "", job.door.terms.downloads)))
    compare = Page(urls.COMPARE, "Sammenlign tilbud", "compare")
    writer.write(urls.COMPARE, renderer.page(CompareContext(job.site, compare, "")))
    # A server shows this page for any address, so its links start at the site's own root.
    base = configuration.settings.site.base_url.rstrip("/")
    missing = MissingContext(job.site, Page(urls.NOT_FOUND, "Siden findes ikke"), f"{base}/")
    writer.write(urls.NOT_FOUND, renderer.page(missing))


def _start_context(site: Site, directory: Directory, news: News, receipt: Receipt) -> StartContext:
    active = [listing for listing in directory.offers if listing.is_active]
    dates = [listing.first_date for listing in directory.offers if listing.first_date]
    oldest: date | None = danish_day(min(dates)) if dates else None
    return StartContext(
        site=site,
        page=Page(urls.START, "Sociale tilbud i Danmark", "start"),
        root="",
        edition=receipt.finished,
        receipt=receipt.number,
        active=len(active),
        places=sum(listing.places or 0 for listing in active),
        ended=len(directory.offers) - len(active),
        versions=sum(listing.versions for listing in directory.offers),
        oldest=oldest,
        days=news.days(),
        directory=directory,
    )


def write_statistics(writer: Writer, job: Job, directory: Directory, tally: Tally) -> None:
    """The statistics with their files."""
    renderer, terms = Renderer(resources.folder("templates")), job.door.terms
    pages = make_pages(
        job.site,
        tally,
        directory,
        danish_day(job.pulls.latest.finished).year,
        history=terms.history,
        ceased=terms.ceased,
        downloads=terms.downloads,
    )
    for page in pages:
        writer.write(page.context.page.address, renderer.page(page.context))
        if page.download is not None:
            writer.write(page.download.address, page.download.text)


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
