"""The two passes of a build over batches of offers.

Pass 1 reads and compares; its small summaries are frozen into one Catalog, so that every link can be made and every
collision is found before a page is written. Pass 2 renders, with the search indexes made beside it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor, Future, as_completed
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from generator.agreement import AccessPolicy, Met, check_matched, resembling_withheld
from generator.building import change_pages, tasks
from generator.building.executors import SerialExecutor, process_pool
from generator.building.report import Flaws, check_not_empty, check_read, check_status, check_strict
from generator.building.tasks import BatchSummary, Job
from generator.pages.changes.change_digest import ChangeDigest
from generator.pages.listings.catalog import Catalog, make_catalog
from generator.pages.listings.summary import OfferSummary
from generator.register.history.statistics import RegisterCounts
from generator.register.mapping.presence import Unfound
from generator.register.model.documents import Problem

LIST_PARTS = 16  # the pages that list offers, shared out

Progress = Callable[[str, int, int], None]  # step, done, in all


@dataclass(slots=True)
class Gathered:
    """The summaries of pass 1."""

    summaries: list[OfferSummary] = field(default_factory=list)
    digest: ChangeDigest = field(default_factory=ChangeDigest)
    problems: list[Problem] = field(default_factory=list)
    met: Met = field(default_factory=Met)
    terms_unfound: Unfound = field(default_factory=Unfound)
    fields_unfound: Unfound = field(default_factory=Unfound)
    tally: RegisterCounts = field(default_factory=RegisterCounts)
    present: int = 0  # documents that the source serves today
    unread: int = 0  # those among them that give no version

    @property
    def lost(self) -> int:
        """How many documents gave no version."""
        return sum(problem.lost for problem in self.problems)

    @property
    def unreadable(self) -> int:
        """How many documents could not be read, whole or in part."""
        return sum(not problem.is_contradiction for problem in self.problems)

    def flaws(self, policy: AccessPolicy) -> Flaws:
        """What a strict build refuses."""
        resembling = resembling_withheld(policy, self.met.let_through)
        return Flaws(self.unreadable, self.fields_unfound.lacking, resembling)


@dataclass(frozen=True, slots=True)
class Passed:
    """What the two passes leave: the sums of the first, and what the second wrote."""

    gathered: Gathered
    catalog: Catalog
    files: int
    days: Mapping[date, str]  # the page of changes on which each day begins


def run_passes(
    job: Job,
    rows: Sequence[tuple[int, ...]],
    workers: int,
    archive: Path,
    index: dict[str, str],
    progress: Progress,
    *,
    strict: bool,
) -> Passed:
    """Reads and renders all batches; `index` goes into the index of `search`, with whether `strict` would refuse them.

    Raises AgreementError or CheckError where nothing may be published, before a page is written.
    """
    numbers = tasks.prepare(job, rows)
    with _executor(workers) as pool:
        gathered = _gather(pool, job, numbers, progress)
        check_matched(job.policy, gathered.terms_unfound.names, gathered.met.paths)
        check_read(archive, gathered.problems, present=gathered.present, unread=gathered.unread)
        check_not_empty(archive, gathered.problems, is_empty=not gathered.summaries)
        check_status(job.mapping, gathered.fields_unfound.lacking)
        flaws = gathered.flaws(job.policy)
        if strict:
            check_strict(archive, gathered.problems, flaws)
        catalog = make_catalog(gathered.summaries)
        tasks.leave_related_offers(job.workspace, catalog.offers)
        tasks.leave_catalog(job.workspace, catalog)
        searches = [
            pool.submit(tasks.write_shards, job.workspace, numbers),
            pool.submit(tasks.write_whoosh, job.workspace, numbers, {**index, tasks.HAS_FLAWS: str(bool(flaws))}),
        ]
        changes = change_pages.submit(pool, job, numbers, gathered.digest, catalog)
        files = _render(pool, job, numbers, searches, progress)
        written = change_pages.collect(changes, progress)
    return Passed(gathered, catalog, files + written.files, written.days)


def _executor(workers: int) -> AbstractContextManager[Executor]:
    if workers == 1:
        return nullcontext(SerialExecutor())
    return process_pool(workers, tasks.__name__, tasks.end_with_parent)


def _gather(pool: Executor, job: Job, numbers: Iterable[int], progress: Progress) -> Gathered:
    futures = [pool.submit(tasks.read_batch, job.workspace, number) for number in numbers]
    batches: list[BatchSummary] = []
    for done, future in enumerate(futures, start=1):
        batches.append(future.result())
        progress("Læser", done, len(futures))
    _close(pool, job, batches)
    return _joined(batches)


def _close(pool: Executor, job: Job, batches: list[BatchSummary]) -> None:
    """A path of which one value is a person's is kept back in all offers: those that let it through are read again."""
    closed = {path for batch in batches for path in batch.met.closed}
    again = {
        number: pool.submit(tasks.read_batch, job.workspace, number, closed)
        for number, batch in enumerate(batches)
        if batch.met.let_through & closed
    }
    for number, future in again.items():
        batches[number] = future.result()


def _joined(batches: Iterable[BatchSummary]) -> Gathered:
    """All summaries in one, in order, so that the result is the same for any number of workers."""
    gathered: Gathered | None = None
    for batch in batches:
        if gathered is None:
            gathered = Gathered(terms_unfound=batch.terms_unfound, fields_unfound=batch.fields_unfound)
        gathered.summaries += batch.summaries
        gathered.digest.add(batch.digest)
        gathered.problems += batch.problems
        gathered.met.add(batch.met)
        gathered.terms_unfound = gathered.terms_unfound.and_also(batch.terms_unfound)
        gathered.fields_unfound = gathered.fields_unfound.and_also(batch.fields_unfound)
        gathered.tally.add(batch.tally)
        gathered.present += batch.present
        gathered.unread += batch.unread
    return gathered or Gathered()


def _render(pool: Executor, job: Job, numbers: Iterable[int], searches: list[Future[None]], progress: Progress) -> int:
    futures = [pool.submit(tasks.render_lists, job.workspace, part, LIST_PARTS) for part in range(LIST_PARTS)]
    futures += [pool.submit(tasks.render_batch, job.workspace, number) for number in numbers]
    files = 0
    for done, future in enumerate(as_completed(futures), start=1):
        files += future.result()
        progress("Skriver sider", done, len(futures))
    for done, search in enumerate(as_completed(searches), start=1):
        search.result()
        progress("Søgning", done, len(searches))
    return files
