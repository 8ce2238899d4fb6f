"""`build`: from the archive to a site, staged, and put into its place when it is whole."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from generator import __version__
from generator.agreement import notes_on_terms
from generator.archive.clock import check_clock
from generator.archive.reader import Archive
from generator.archive.traces import note_on_older
from generator.archive.writer import regroup
from generator.building import report, tasks
from generator.building.branding import read_branding
from generator.building.fingerprint import fingerprint_of, is_whole
from generator.building.inputs import check_inputs_outside, make_site, snapshot_of
from generator.building.pipeline import Passed, Progress, run_passes
from generator.building.policy import open_policy
from generator.building.site_pages import write_single_pages
from generator.building.tasks import Job
from generator.building.workspace import working_folder
from generator.config import Configuration
from generator.errors import TilbudsspejlError
from generator.output.folder import check_demo, check_output, measure, read_marker, write_marker
from generator.output.swap import repair, staging
from generator.register.model.documents import Problem, Pulls
from generator.search.local.whoosh_index import replace_index

BATCH = 25  # offers: some 250 documents, 2 MB


@dataclass(frozen=True, slots=True)
class Built:
    """What a build made."""

    output: Path
    is_unchanged: bool = False
    unreadable: int = 0  # documents that could not be read, whole or in part
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


def build(
    configuration: Configuration, progress: Progress, now: datetime | None = None, *, strict: bool = False
) -> Built:
    """Builds the site; raises AgreementError, OutputRefused or CheckError with the old site as it was.

    With `strict` also for documents and fields that could not be read, or may be what the agreement withholds.
    """
    mapping, output, settings = configuration.mapping(), configuration.output, configuration.settings
    with Archive(configuration.archive) as archive:
        receipts, environment, grouping = archive.receipts(), archive.environment, archive.grouping
    older = note_on_older(configuration.archive, receipts)
    check_clock(configuration.archive, receipts, datetime.now(UTC))  # no page may show a date that is yet to come
    policy = open_policy(configuration, mapping, environment, now or datetime.now(UTC))
    repair(output)
    check_output(output, settings.site.audience)
    if environment == "demo":
        check_demo(output)
    check_inputs_outside(configuration)
    branding = read_branding(configuration)
    if grouping != mapping.grouping:
        regroup(configuration.archive, mapping.grouping, mapping.offer_key, most=settings.limits.offer_bytes)
    with (
        staging(output) as staged,
        working_folder(configuration.archive) as workspace,
        snapshot_of(configuration, workspace) as archive,
    ):
        receipts = archive.receipts()
        site = make_site(configuration, environment, policy, branding)
        fingerprint = fingerprint_of(configuration, archive, mapping, policy, site, branding)
        index = {**tasks.index_meta(environment, settings.site.audience, policy), "fingerprint": fingerprint}
        if unchanged := _unchanged(configuration, fingerprint, index, strict=strict):
            return replace(unchanged, notes=(*older, *map(report.note_on_leftover, staged.leftovers)))
        job = Job(
            workspace=workspace,
            site_folder=staged.site,
            mapping=mapping,
            policy=policy,
            pulls=Pulls.of(receipt.pull for receipt in receipts),
            site=site,
            theme=branding.theme,
            offer_bytes=settings.limits.offer_bytes,
            most_read=settings.limits.document_bytes,
        )
        passed = run_passes(
            job, archive.batches(BATCH), settings.site.workers, configuration.archive, index, progress, strict=strict
        )
        files = write_single_pages(job, branding, settings.site, passed.gathered, passed.catalog, passed.days, receipts)
        _mark(job, settings.site.audience, fingerprint, passed)
        staged.swap()
        _replace_index(workspace / tasks.INDEX, configuration)
        staged.clear()  # only then: it takes time, and `search` must not lead to the old site's pages meanwhile
    built = _built(configuration, job, passed, passed.files + files)
    return replace(built, notes=(*older, *built.notes, *map(report.note_on_leftover, staged.leftovers)))


def _unchanged(configuration: Configuration, fingerprint: str, index: dict[str, str], *, strict: bool) -> Built | None:
    """What to say if the site that stands there, with its index, is the one that would be built."""
    marker = read_marker(configuration.output)
    if marker.get("fingerprint") != fingerprint or not is_whole(configuration.output, marker):
        return None
    flawless = {tasks.HAS_FLAWS: str(False)} if strict else {}  # else it is read anew, and said what is wrong
    if not tasks.is_index_current(configuration.search_index, index | flawless):
        return None
    return Built(configuration.output, is_unchanged=True)


def _mark(job: Job, audience: str, fingerprint: str, passed: Passed) -> None:
    """Notes in the site what it was made of, and how much it holds."""
    files, size = measure(job.site_folder)
    write_marker(
        job.site_folder,
        audience=audience,
        fingerprint=fingerprint,
        is_demo=str(job.site.is_demo),
        program=__version__,
        files=str(files),
        bytes=str(size),
    )


def _built(configuration: Configuration, job: Job, passed: Passed, files: int) -> Built:
    gathered = passed.gathered
    unserved = gathered.fields_unfound.lacking
    return Built(
        output=configuration.output,
        unreadable=gathered.unreadable,
        offers=len(gathered.summaries),
        versions=sum(summary.versions for summary in gathered.summaries),
        files=files,
        problems=tuple(gathered.problems),
        report=report.write_report(configuration.archive, gathered.problems),
        notes=(
            *report.notes_on_settings(configuration, job.site),
            *report.notes_on_mapping(job.mapping, unserved),
            *report.notes_on_contradictions(gathered.problems),
            *report.notes_on_shared_values(passed.catalog),
            *notes_on_terms(job.policy, gathered.terms_unfound.names, gathered.met.held, gathered.met.let_through),
        ),
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
