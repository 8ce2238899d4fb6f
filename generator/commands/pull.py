"""`pull`: what the source has, staged, proved complete, and published in the archive as one new state."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any, Literal

from generator import __version__
from generator.archive.attempt import attempting
from generator.archive.clock import check_clock
from generator.archive.merge import Presence
from generator.archive.staging import Reading
from generator.archive.traces import note_on_older
from generator.archive.writer import (
    ArchiveWriter,
    Published,
    check_binding,
    check_mixture,
    locked,
    opened,
    write_receipt,
)
from generator.config import Configuration
from generator.console import printable
from generator.errors import CheckError, SourceError, TilbudsspejlError, UsageError
from generator.output.folder import MARKER, check_outside
from generator.pulling.extract import Progress, PullOptions, PullResult, read_source, reading_of
from generator.pulling.pull_plan import Say
from generator.register.model.documents import Document
from generator.signals import heeding_signals, ignore_signals
from generator.source.dump import Dump

Environment = Literal["preprod", "prod", "demo"]
INTERRUPTED = 130  # the exit code of Ctrl-C
PAGE = 500  # documents of a dump that are taken in at a time
PAGE_BYTES = 4_000_000  # and so many bytes of them, or one document that is larger


@dataclass(frozen=True, slots=True)
class DumpOptions:
    """What the caller says of a dump."""

    name: str
    environment: Environment | None = None
    is_complete: bool = False
    expected: int | None = None


def pull(
    configuration: Configuration, dump: DumpOptions | None, options: PullOptions, progress: Progress, say: Say
) -> Published:
    """Brings the archive up to the source; raises SourceError, CheckError or UsageError with the archive as it was."""
    environment = dump.environment if dump else configuration.settings.source.environment
    check_outside(configuration.archive, configuration.output)  # before anything is written: a web server may serve it
    with heeding_signals(), _without_collector(), _attempted(configuration, options.first) as writer:
        mapping = configuration.mapping()
        check_clock(configuration.archive, writer.receipts(), datetime.now(UTC))
        if writer.migrated_from:
            say(f"note: the archive was in format {writer.migrated_from} and is now in this program's")
        if environment and writer.environment not in (None, "demo"):
            check_binding(writer.environment, environment, configuration.archive)
        if dump:
            read = _read_dump(writer, reading_of(configuration, mapping), dump, progress, say)
        else:
            read = read_source(configuration, mapping, writer, options, progress, say)
        bound = _environment(writer, environment, configuration.archive)
        loss = _check_loss(configuration, writer, read.presence, options.accept_loss)
        published = writer.publish(
            environment=bound,
            grouping=mapping.grouping,
            key_of=mapping.offer_key,
            presence=read.presence,
            started=read.started,
            details={"environment": bound, "program": __version__, **read.details, **loss},
            source_mapping=read.source_mapping,
            committing=ignore_signals,
        )
        if set_back := published.receipt.get("clock_set_back"):
            say(f"note: this machine's clock was set back by {set_back} s; the pull is dated by what it said before")
        with _told(say):  # while no other pull can have written a later one
            write_receipt(configuration.archive, published.receipt)
    return published


@contextmanager
def _attempted(configuration: Configuration, is_first: bool) -> Iterator[ArchiveWriter]:
    """The archive's writer; how the pull fails, if it does, is left beside the archive for `status`."""
    archive, most = configuration.archive, configuration.settings.limits.offer_bytes
    marker = configuration.output / MARKER
    with (
        locked(archive),
        attempting(archive, _describe) as note,
        opened(archive, is_first=is_first, traces=[marker], most=most) as writer,
    ):
        receipts = writer.receipts()
        note.follows(len(receipts))
        if older := note_on_older(archive, receipts):  # its receipt alone tells of it, and would be written over
            raise CheckError(f"{older[0].removeprefix('note: ')}; to go on from the older one, remove that receipt")
        yield writer


def _describe(error: BaseException) -> tuple[str, int]:
    """The line and the exit code of a pull that ends like this."""
    if isinstance(error, TilbudsspejlError):
        return printable(str(error)), error.exit_code
    if isinstance(error, KeyboardInterrupt):
        return "interrupted", INTERRUPTED
    if isinstance(error, SystemExit):
        return "ended by a signal", error.code if isinstance(error.code, int) else TilbudsspejlError.exit_code
    return printable(f"{type(error).__name__}: {error}"), TilbudsspejlError.exit_code


def _read_dump(writer: ArchiveWriter, reading: Reading, dump: DumpOptions, progress: Progress, say: Say) -> PullResult:
    started = datetime.now(UTC)
    file = Dump(dump.name)
    pages = _pages(file.documents())
    first = next(pages, [])  # before what a pull that broke off has left gives way: the dump may not be there
    writer.begin(None)
    with writer.staging.slice("dump", reading) as part:
        for page in chain([first], pages):
            part.add(page)
            progress(part.staged.documents, dump.expected)
    unique = writer.staging.unique_ids()
    if dump.expected is not None and unique != dump.expected:
        counts = f"{unique} different documents came, {dump.expected} were announced"
        raise SourceError(f"{dump.name}: incomplete: {counts}; nothing was stored: check --expect and the dump")
    if lacks := file.shortfall(unique):
        if dump.is_complete:
            raise SourceError(
                f"{dump.name}: incomplete: {lacks}; nothing was stored: save the search anew and whole, "
                "or leave out --complete"
            )
        say(f"note: {dump.name}: incomplete: {lacks}; what it lacks does not count as gone")
    _say_contradictions(writer, dump.name, say)
    name = Path(dump.name).name.encode("utf-8", "replace").decode()  # an unpacked file's may be in another encoding
    details: dict[str, Any] = {"kind": "dump", "source": {"dump": name}}
    return PullResult("staged" if dump.is_complete else "all", started, details)


def _pages(documents: Iterator[Document]) -> Iterator[list[Document]]:
    """The documents of a dump, as many at a time as PAGE and PAGE_BYTES let be in memory."""
    page, size = list[Document](), 0
    for document in documents:
        page.append(document)
        size += len(document.text)
        if len(page) == PAGE or size >= PAGE_BYTES:
            yield page
            page, size = [], 0
    if page:
        yield page


def _say_contradictions(writer: ArchiveWriter, name: str, say: Say) -> None:
    """Tells of documents that a dump holds in several states: with several indices in it, or none that was still."""
    number, first = writer.staging.contradicting_ids()
    if number:
        say(
            f"note: {name}: {number} `_id`s came with several contents, the first is {first!r}; what came last stands: "
            "is it a dump of one index?"
        )


def _environment(writer: ArchiveWriter, configured: Environment | None, path: Path) -> str:
    """What the archive is bound to; raises where the documents contradict it."""
    staged = writer.staged
    if not staged.documents and writer.environment:  # nothing new says nothing
        return writer.environment
    environment = "demo" if check_mixture(staged) else configured
    if environment is None:
        raise UsageError("--environment: missing; say preprod or prod, since these documents are no demo data")
    if environment == "demo" and not staged.demo:
        raise UsageError("--environment demo: these documents do not say that they are demo data; say preprod or prod")
    check_binding(writer.environment, environment, path)
    return environment


def _check_loss(
    configuration: Configuration, writer: ArchiveWriter, presence: Presence, is_accepted: bool
) -> dict[str, Any]:
    """Raises SourceError where too many offers would be marked gone; what was accepted goes into the receipt."""
    if presence == "all":
        return {}
    share = configuration.settings.source.minimum_share
    offers = writer.served_offers(), writer.offers_after(presence)
    # All offers may be there, each without its newer versions.
    documents = writer.served_documents(), writer.documents_after(presence)
    for what, (before, after) in (("offers", offers), ("documents", documents)):
        if after >= before * share:
            continue
        if is_accepted:
            return {"accepted_loss": {"offers_before": offers[0], "offers_after": offers[1]}}
        raise SourceError(
            f"only {after} {what} of {before} are there, less than source.minimum_share ({share:.0%}); nothing was "
            "stored: is the source whole? If it is, `pull --accept-loss` takes it as it is"
        )
    return {}


@contextmanager
def _without_collector() -> Iterator[None]:
    """JSON has no cycles; looking for them among so many objects takes a sixth of a pull's time (measured)."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def _told(say: Say) -> Iterator[None]:
    """A receipt that can't be written beside the archive is told, no more: the archive has it."""
    try:
        yield
    except OSError as error:
        say(f"note: the receipt can't be written beside the archive ({error.strerror}); `status --json` shows it")
