"""`archive export`: a past state of the register as a dump, where the agreement permits verbatim documents."""

import gzip
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO

import zstandard

from generator.agreement import check_demo, check_validity, check_verbatim
from generator.archive.export import dump_lines
from generator.archive.reader import Archive
from generator.atomic_file import new_file, refuse_existing
from generator.config import Configuration
from generator.errors import UsageError
from generator.output.folder import check_target
from generator.private_files import create_file
from generator.register.model.clock import DENMARK, end_of_day, parse_time
from generator.register.model.receipt import Receipt

STANDARD_OUTPUT = "-"
LEVEL = 9  # of zstd
BATCH = 100  # offers


def export(configuration: Configuration, target: str, as_of: str | None) -> tuple[Receipt, int]:
    """Writes the state at a time to a dump; returns the pull that left it, and how many documents there are.

    Raises UsageError for a time before the first pull or a file that is there, AgreementError if it is not permitted.
    """
    if target != STANDARD_OUTPUT:
        refuse_existing(Path(target))  # before the work
        check_target(Path(target), configuration.output, configuration.archive)
    with Archive(configuration.archive, most=configuration.settings.limits.offer_bytes) as archive:
        _check_agreement(configuration, archive)
        receipts = archive.receipts()
        receipt = pull_at(receipts, as_of)
        count = 0
        with _opened(target) as file:
            for line in dump_lines(archive, receipt, _index(receipts, receipt, archive.environment)):
                file.write(line)
                count += 1
    return receipt, count


def pull_at(receipts: list[Receipt], as_of: str | None) -> Receipt:
    """The last pull that finished at or before a time; raises UsageError if there is none."""
    if as_of is None:
        return receipts[-1]
    moment = read_moment(as_of)
    earlier = [receipt for receipt in receipts if receipt.finished <= moment]
    if not earlier:
        first = receipts[0].finished.astimezone(DENMARK)
        raise UsageError(f"--as-of {as_of}: before the first pull, which finished {first:%Y-%m-%d %H:%M:%S %z}")
    return earlier[-1]


def read_moment(text: str) -> datetime:
    """An ISO 8601 time; without a zone it is Danish, and a date is the end of that Danish day."""
    try:
        return end_of_day(date.fromisoformat(text.strip())).astimezone(UTC)
    except (ValueError, OverflowError):
        moment = parse_time(text)
    if moment is None:
        raise UsageError(f"--as-of {text}: no ISO 8601 date or time; write it as 2026-11-23 or 2026-11-23T04:00")
    return moment.astimezone(UTC)


def _check_agreement(configuration: Configuration, archive: Archive) -> None:
    environment = archive.environment
    if environment == "demo":
        mapping = configuration.mapping()
        for rows in archive.batches(BATCH):
            for _, _, documents in archive.observed(rows):
                check_demo(documents, mapping)
        return
    origin, audience = configuration.agreement_name, configuration.settings.site.audience
    terms = check_validity(configuration.agreement(), origin, environment, audience, datetime.now(UTC))
    check_verbatim(terms, origin, audience)


def _index(receipts: list[Receipt], until: Receipt, environment: str) -> str:
    """The index that the documents came from; a dump's pull doesn't know it."""
    for receipt in reversed(receipts[: receipts.index(until) + 1]):
        if index := receipt.details.get("source", {}).get("index"):
            return str(index)
    return f"tilbud-{environment}"


@contextmanager
def _opened(target: str) -> Iterator[IO[bytes]]:
    """Where lines go: standard output, or a file that gets its name when it is whole."""
    if target == STANDARD_OUTPUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    path = Path(target)
    with new_file(path) as part:
        create_file(part)  # documents as they came are for the operator alone, as the archive is
        with part.open("wb") as file, _packed(file, path.suffix) as packed:
            yield packed


@contextmanager
def _packed(file: IO[bytes], suffix: str) -> Iterator[IO[bytes]]:
    if suffix == ".gz":
        with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:  # no clock: the same state, the same bytes
            yield packed  # type: ignore[misc]
    elif suffix == ".zst":
        compressor = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True)
        with compressor.stream_writer(file, closefd=False) as packed:
            yield packed
    else:
        yield file
