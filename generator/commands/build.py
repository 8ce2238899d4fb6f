"""`build`: from the archive to a site, in two passes over batches of offers.

Pass 1 reads and compares; its small summaries are frozen into one Directory, so that every link can be made and every
collision is found before a page is written. Pass 2 renders, with the search index made beside it.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, as_completed
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from generator import __version__, resources
from generator.agreement import (
    AccessPolicy,
    Met,
    check_matched,
    check_validity,
    compile_policy,
    everything,
    listed,
    notes_on_terms,
)
from generator.archive.clock import check_clock
from generator.archive.reader import Archive
from generator.archive.writer import regroup
from generator.building import change_pages, tasks
from generator.building.branding import Branding, read_branding
from generator.building.executors import SerialExecutor, process_pool
from generator.building.site_pages import (
    write_fixed_pages,
    write_sitemap,
    write_static,
    write_statistics,
)
from generator.building.tasks import BatchSummary, Job
from generator.building.workspace import working_folder
from generator.config import INTERNAL, Configuration
from generator.console import printable
from generator.errors import CheckError, OutputRefused, TilbudsspejlError
from generator.output.folder import check_output, measure, read_marker, write_marker
from generator.output.page_writer import PageWriter
from generator.output.swap import Leftover, repair, staging
from generator.pages.changes.change_digest import ChangeDigest
from generator.pages.listings.catalog import Catalog, make_catalog
from generator.pages.listings.summary import OfferSummary
from generator.pages.page import Site
from generator.pages.rendering import Renderer
from generator.private_files import is_open_to_others, replace_file
from generator.register.history.statistics import RegisterCounts
from generator.register.mapping.mapping import Mapping
from generator.register.mapping.presence import Unfound
from generator.register.model.documents import Problem, Pulls
from generator.search.local.whoosh_index import replace_index

BATCH = 25  # offers: some 250 documents, 2 MB
LIST_PARTS = 16  # the pages that list offers, shared out
MOST_NOTES = 5  # of one kind

Progress = Callable[[str, int, int], None]  # step, done, in all


@dataclass(frozen=True, slots=True)
class Built:
    """What a build made."""

    output: Path
    is_unchanged: bool = False
    unreadable: int = 0  # documents that could not be read, whole or in part
    lacking: int = 0  # fields that the mapping names and no document has
    offers: int = 0
    versions: int = 0
    files: int = 0
    problems: tuple[Problem, ...] = ()
    report: Path | None = None
    notes: tuple[str, ...] = ()  # what the operator should know, although nothing is wrong

    @property
    def lost(self) -> int:
        """How many documents gave no version."""
        return sum(problem.lost for problem in self.problems)


@dataclass(slots=True)
class _Gathered:
    """The summaries of pass 1."""

    summaries: list[OfferSummary] = field(default_factory=list)
    digest: ChangeDigest = field(default_factory=ChangeDigest)
    problems: list[Problem] = field(default_factory=list)
    met: Met = field(default_factory=Met)
    terms_unfound: Unfound = field(default_factory=Unfound)
    fields_unfound: Unfound = field(default_factory=Unfound)
    tally: RegisterCounts = field(default_factory=RegisterCounts)

    @property
    def lost(self) -> int:
        """How many documents gave no version."""
        return sum(problem.lost for problem in self.problems)


def build(configuration: Configuration, progress: Progress, now: datetime | None = None) -> Built:
    """Builds the site; raises AgreementError, OutputRefused or CheckError with the old site as it was."""
    mapping, output = configuration.mapping(), configuration.output
    audience, most = configuration.settings.site.audience, configuration.settings.limits.offer_bytes
    with Archive(configuration.archive) as archive:
        receipts, environment, grouping = archive.receipts(), archive.environment, archive.grouping
    check_clock(configuration.archive, receipts, datetime.now(UTC))  # no page may show a date that is yet to come
    policy = open_policy(configuration, mapping, environment, now or datetime.now(UTC))
    repair(output)
    check_output(output, audience)
    _check_inputs_outside(configuration)
    branding = read_branding(configuration)
    if grouping != mapping.grouping:
        regroup(configuration.archive, mapping.grouping, mapping.offer_key, most=most)
    with (
        staging(output) as staged,
        working_folder(configuration.archive) as workspace,
        _snapshot(configuration, workspace) as archive,
    ):
        receipts = archive.receipts()
        site = _site(configuration, environment, policy, branding)
        fingerprint = _fingerprint(configuration, archive, mapping, policy, site, branding)
        index = {**tasks.index_meta(environment, audience, policy), "fingerprint": fingerprint}
        marker = read_marker(output)
        counts = _counts_in(marker)
        is_there = marker.get("fingerprint") == fingerprint and _is_whole(output, marker)
        if is_there and counts is not None and tasks.is_index_current(configuration.search_index, index):
            notes = tuple(map(_describe, staged.leftovers))
            unreadable, lacking = counts
            return Built(output, is_unchanged=True, unreadable=unreadable, lacking=lacking, notes=notes)
        pulls = Pulls.of(receipt.pull for receipt in receipts)
        most_read = configuration.settings.limits.document_bytes
        job = Job(workspace, staged.site, mapping, policy, pulls, site, branding.theme, most, most_read)
        numbers = tasks.prepare(job, archive.batches(BATCH))
        with _executor(configuration.settings.site.workers) as pool:
            gathered = _gather(pool, job, numbers, progress)
            check_matched(policy, gathered.terms_unfound.names, gathered.met.paths)
            _check_not_empty(configuration.archive, gathered)
            catalog = make_catalog(gathered.summaries)
            tasks.leave_related_offers(workspace, catalog.offers)
            tasks.leave_catalog(workspace, catalog)
            searches = [
                pool.submit(tasks.write_shards, workspace, numbers),
                pool.submit(tasks.write_whoosh, workspace, numbers, index),
            ]
            changes = change_pages.submit(pool, job, numbers, gathered.digest, catalog)
            files = _render(pool, job, numbers, searches, progress)
            changes_written = change_pages.collect(changes, progress)
        writer, renderer = PageWriter(job.site_folder), Renderer(job.theme)
        write_fixed_pages(
            writer, renderer, job, branding, catalog, gathered.digest, changes_written.days, receipts, gathered.lost
        )
        write_statistics(writer, renderer, job, catalog, gathered.tally)
        change_pages.write_index(writer, renderer, job, gathered.digest, catalog)
        write_static(writer, branding, configuration.settings.site, receipts[-1])
        write_sitemap(writer, site)
        unreadable, unserved = len(gathered.problems), gathered.fields_unfound.lacking
        site_files, site_bytes = measure(job.site_folder)
        write_marker(
            job.site_folder,
            audience=audience,
            fingerprint=fingerprint,
            program=__version__,
            unreadable=str(unreadable),
            lacking=str(len(unserved)),
            files=str(site_files),
            bytes=str(site_bytes),
        )
        staged.swap()
        _replace_index(workspace / tasks.INDEX, configuration)
        staged.clear()  # only then: it takes time, and `search` must not lead to the old site's pages meanwhile
    return Built(
        output=output,
        unreadable=unreadable,
        lacking=len(unserved),
        offers=len(gathered.summaries),
        versions=sum(summary.versions for summary in gathered.summaries),
        files=files + changes_written.files + writer.files,
        problems=tuple(gathered.problems),
        report=_write_report(configuration.archive, gathered.problems),
        notes=(
            *_notes(configuration, site),
            *_notes_on_mapping(mapping, unserved),
            *_shared(catalog),
            *notes_on_terms(policy, gathered.terms_unfound.names, gathered.met.held),
            *map(_describe, staged.leftovers),
        ),
    )


def _check_not_empty(archive: Path, gathered: _Gathered) -> None:
    """A mapping of another layout reads nothing: that must not replace a site."""
    lost = [problem for problem in gathered.problems if problem.lost or problem.hides]
    if lost and not gathered.summaries:
        report = _write_report(archive, gathered.problems)
        raise CheckError(
            f"no offer could be read or shown, so nothing was built; document {_in_line(lost[0].document_id)} "
            f"{_in_line(lost[0].reason)} (all of them in {report})"
        )


def _replace_index(new: Path, configuration: Configuration) -> None:
    try:
        replace_index(new, configuration.search_index)
    except (OSError, MemoryError) as error:
        why = getattr(error, "strerror", None) or "there is not enough memory"
        raise TilbudsspejlError(
            f"{configuration.search_index}: the new index of `search` can't take its place ({why}); the new site "
            f"stands in {configuration.output}, and the old index as it was: build again"
        ) from error


def _is_whole(site: Path, marker: dict[str, str]) -> bool:
    """Whether a site has as many files and bytes as when it was built."""
    return (marker.get("files"), marker.get("bytes")) == tuple(map(str, measure(site)))


def _counts_in(marker: dict[str, str]) -> tuple[int, int] | None:
    """The documents that could not be read and the fields that were lacking, by a site's marker; None if it is odd."""
    try:
        return int(marker.get("unreadable", "0")), int(marker.get("lacking", "0"))
    except (ValueError, TypeError):
        return None


def _check_inputs_outside(configuration: Configuration) -> None:
    """A build replaces the output folder as a whole: nothing that it reads may lie in there."""
    output = configuration.output
    inputs = (
        configuration.archive,
        configuration.content,
        configuration.folder,
        configuration.theme,
        configuration.logo,
        configuration.folder / configuration.settings.agreement.file,
        configuration.folder / configuration.settings.mapping.file,
    )
    for path in inputs:
        if path and Path(os.path.realpath(path)).is_relative_to(output):
            raise OutputRefused(f"{output}: holds {path}, which a build would delete; choose another site.output")


def open_policy(configuration: Configuration, mapping: Mapping, environment: str, now: datetime) -> AccessPolicy:
    """What may leave the archive for the configured audience; demo data needs no agreement."""
    if environment == "demo":
        return everything(mapping)
    origin, audience = configuration.agreement_name, configuration.settings.site.audience
    terms = check_validity(configuration.agreement(), origin, environment, audience, now)
    return compile_policy(terms, mapping, f"{origin}: audience.{audience}")


@contextmanager
def _snapshot(configuration: Configuration, workspace: Path) -> Iterator[Archive]:
    """The archive as it is now, copied: a pull may publish while we build, and workers read without locks."""
    copy = workspace / tasks.SNAPSHOT
    with Archive(configuration.archive) as archive:
        archive.snapshot(copy)
    with Archive(copy, immutable=True) as snapshot:
        yield snapshot


def _executor(workers: int) -> AbstractContextManager[Executor]:
    if workers == 1:
        return nullcontext(SerialExecutor())
    return process_pool(workers, tasks.__name__, tasks.end_with_parent)


def _gather(pool: Executor, job: Job, numbers: Iterable[int], progress: Progress) -> _Gathered:
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


def _joined(batches: Iterable[BatchSummary]) -> _Gathered:
    """All summaries in one, in order, so that the result is the same for any number of workers."""
    gathered: _Gathered | None = None
    for batch in batches:
        if gathered is None:
            gathered = _Gathered(terms_unfound=batch.terms_unfound, fields_unfound=batch.fields_unfound)
        gathered.summaries += batch.summaries
        gathered.digest.add(batch.digest)
        gathered.problems += batch.problems
        gathered.met.add(batch.met)
        gathered.terms_unfound = gathered.terms_unfound.and_also(batch.terms_unfound)
        gathered.fields_unfound = gathered.fields_unfound.and_also(batch.fields_unfound)
        gathered.tally.add(batch.tally)
    return gathered or _Gathered()


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


def _site(configuration: Configuration, environment: str, policy: AccessPolicy, branding: Branding) -> Site:
    settings = configuration.settings.site
    agreement = configuration.agreement() if environment != "demo" else None
    return Site(
        title=settings.title,
        is_demo=environment == "demo",
        attribution=agreement.attribution if agreement else "",
        operator=settings.operator,
        contact=settings.contact,
        pages=branding.menu,
        base_url=settings.base_url,
        is_indexed=bool(settings.base_url) and environment != "demo" and settings.audience != INTERNAL,
        official_url=settings.official_url,
        has_colours=settings.colours.are_set,
        logo=branding.logo,
        has_history=policy.terms.history,
        has_ceased=policy.terms.ceased,
    )


def _notes_on_mapping(mapping: Mapping, unserved: Sequence[str]) -> Iterator[str]:
    if unserved:
        yield (
            f"no document has what {mapping.origin} names {listed([f'fields.{name}' for name in unserved])}; "
            "`tilbudsspejl source check` proposes where it may stand now; correct the lines, or take them out"
        )


def _shared(catalog: Catalog) -> Iterator[str]:
    """What was taken for no value of anybody's, because so many have it."""
    for value in catalog.shared[:MOST_NOTES]:
        yield f"{_in_line(value.what)} is that of {value.offers} offers, so it was taken for none of theirs"
    if len(catalog.shared) > MOST_NOTES:
        yield f"{len(catalog.shared) - MOST_NOTES} other values are shared in that way"


def _describe(leftover: Leftover) -> str:
    return f"{leftover.folder}: a former site that can't be removed ({leftover.reason}); the next build tries again"


def _notes(configuration: Configuration, site: Site) -> Iterator[str]:
    if is_open_to_others(configuration.archive):
        yield f"{configuration.archive} holds all that the source ever served, and others may read it: chmod 600"
    missing = [f"site.{name}" for name in ("operator", "contact") if not getattr(site, name)]
    if missing and not site.is_demo:
        is_or_are = "is" if len(missing) == 1 else "are"
        yield f"{' and '.join(missing)} {is_or_are} empty, so the pages can't say who runs the mirror"


def _fingerprint(
    configuration: Configuration,
    archive: Archive,
    mapping: Mapping,
    policy: AccessPolicy,
    site: Site,
    branding: Branding,
) -> str:
    """Everything that decides what the site holds: archive, settings, agreement, mapping, look, templates, program."""
    digest = hashlib.sha256()
    settings = configuration.settings.site.model_dump_json(exclude={"workers", "output"})
    limits = str(configuration.settings.limits.document_bytes)
    for part in (__version__, archive.state_digest(), settings, limits, mapping.text, policy.fingerprint, repr(site)):
        digest.update(part.encode() + b"\0")
    for content in branding.parts():
        digest.update(hashlib.sha256(content).digest())
    for path in resources.program_files():
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _write_report(archive: Path, problems: list[Problem]) -> Path | None:
    """Names every document that could not be read, whole or in part; removed again when all can be."""
    report = archive.with_name(f"{archive.name}.unreadable.txt")
    if not problems:
        report.unlink(missing_ok=True)
        return None
    lines = [
        f"{'ulæselig' if p.lost else 'delvist læst'}\t{_in_line(p.document_id)}\t{_in_line(p.reason)}" for p in problems
    ]
    return replace_file(report, ("\n".join(sorted(lines)) + "\n").encode("utf-8", "backslashreplace"))


def _in_line(text: str) -> str:
    """A text of the data's that can't break the report's lines or columns."""
    return printable(" ".join(text.split()))
