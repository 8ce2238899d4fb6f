"""The pages of what has changed and the feeds: parted among the workers, and joined in the index of the months."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, Future, as_completed
from datetime import date

from generator.building import tasks
from generator.building.tasks import ChangesWritten, Job
from generator.output.page_writer import PageWriter
from generator.pages import urls
from generator.pages.changes.change_digest import ChangeDigest
from generator.pages.changes.months import changes_context
from generator.pages.listings.catalog import Catalog
from generator.pages.listings.facets import ALL, Facet
from generator.pages.rendering import Renderer


def submit(
    pool: Executor, job: Job, numbers: Sequence[int], digest: ChangeDigest, catalog: Catalog
) -> list[Future[ChangesWritten]]:
    """Has the workers write months and feeds; nothing where the agreement permits no history."""
    if not job.site.has_history:
        return []
    months = sorted(digest.months)
    years = sorted({year for year, _ in months})
    known = _known(catalog)
    pages = frozenset(
        (
            urls.CHANGES,
            *(group.facet.address for group in catalog.groups),
            *(company.address for company in catalog.companies),
        )
    )
    return [
        *(pool.submit(tasks.write_months, job.workspace, numbers, year, months) for year in years),
        *(
            pool.submit(tasks.write_feeds, job.workspace, numbers, task, known, pages)
            for task in range(tasks.FEED_TASKS)
        ),
    ]


def collect(tasks: Iterable[Future[ChangesWritten]], progress: Callable[[str, int, int], None]) -> ChangesWritten:
    """Waits for them; what all wrote together."""
    tasks, files = list(tasks), 0
    days: dict[date, str] = {}
    for done, task in enumerate(as_completed(tasks), start=1):
        files += task.result().files
        days |= task.result().days
        progress("Ændringer", done, len(tasks))
    return ChangesWritten(files, days)


def write_index(writer: PageWriter, renderer: Renderer, job: Job, digest: ChangeDigest, catalog: Catalog) -> None:
    """The index of the months."""
    if job.site.has_history:
        writer.write(urls.CHANGES, renderer.page(changes_context(job.site, digest.months, catalog)))


def _known(catalog: Catalog) -> dict[str, Facet]:
    """All that has a feed whether or not there is news, by address, under the names of their pages."""
    groups = (*catalog.municipalities, *catalog.authorities, *catalog.paragraphs)
    providers = (company.facet for company in catalog.companies if company.runs)
    return {facet.address: facet for facet in (ALL, *(group.facet for group in groups), *providers)}
