"""`status`: the last pulls, for a person or for monitoring; only reads."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from generator.archive.attempt import Attempt, is_running, read_attempt
from generator.archive.clock import is_ahead, said
from generator.archive.reader import Archive
from generator.archive.staging import peek
from generator.archive.traces import note_on_older
from generator.archive.writer import utc
from generator.archive_files import STAGING, beside
from generator.config import Configuration
from generator.errors import ArchiveUnavailable, CheckError
from generator.register.mapping.es_fields import describe_changes
from generator.register.model.clock import DENMARK
from generator.register.model.pull_plan import PullPlan
from generator.register.model.receipt import Receipt

COUNTS = {
    "new": "new",
    "new_contents": "new",  # as format 1 had it
    "changed": "changed",
    "returned": "back",
    "gone": "gone",
    "offers": "offers",
    "present": "documents",
}


@dataclass(frozen=True, slots=True)
class Status:
    """What the archive says of its pulls at a moment."""

    archive: str
    environment: str
    format: int
    pulls: int  # in all
    shown: list[Receipt]  # newest first
    last_complete: Receipt | None
    unfinished: dict[str, Any] | None  # a pull that is running or can be resumed
    mapping_changes: dict[str, list[str]]  # that the last pull from the server saw
    attempt: Attempt | None  # a later pull that has not published
    is_running: bool | None  # whether that pull goes on; None where the system can't be asked
    older: tuple[str, ...]  # that an older copy stands in the archive's place
    ahead: Receipt | None  # a pull that is dated in the future
    now: datetime

    @property
    def age_hours(self) -> float | None:
        """Since the last complete pull finished; None if there was none."""
        return _hours(self.now, self.last_complete) if self.last_complete else None

    def as_json(self) -> dict[str, Any]:
        """The same for machines."""
        return {
            "archive": self.archive,
            "environment": self.environment,
            "format": self.format,
            "pulls_in_all": self.pulls,
            "pulls": [_receipt(receipt) for receipt in self.shown],
            "last_complete": self.last_complete.number if self.last_complete else None,
            "age_hours": None if self.age_hours is None else round(self.age_hours, 3),
            "unfinished": self.unfinished is not None,
            "unfinished_pull": self.unfinished,
            "mapping_changes": self.mapping_changes,
            "is_older_copy": bool(self.older),
            "dated_in_the_future": self.ahead.number if self.ahead else None,
            "attempt": {**asdict(self.attempt), "is_running": self.is_running} if self.attempt else None,
        }

    def lines(self) -> list[str]:
        """The same for a person."""
        complete = (
            f"the last complete one {_when(self.now, self.last_complete)}" if self.last_complete else "none whole"
        )
        found = [f"{self.archive}: {self.environment}, {self.pulls} pulls, {complete}"]
        for receipt in self.shown:
            found += [_line(self.now, receipt), *(f"    {note}" for note in _notes(receipt))]
        if self.unfinished:
            found.append(
                f"unfinished: a pull that began {self.unfinished['started']} has {self.unfinished['slices']} of "
                f"{self.unfinished['of']} slices; unless it is running, `tilbudsspejl pull --resume` goes on with it"
            )
        if self.attempt:
            found.append(_attempt_line(self.attempt, self.is_running))
        return [*found, *self.older]


def status(configuration: Configuration, limit: int, now: datetime | None = None) -> Status:
    """The last pulls; raises ArchiveUnavailable where there is no archive."""
    path, now = configuration.archive, now or datetime.now(UTC)
    attempt = read_attempt(path)
    goes_on = is_running(attempt, path) if attempt else False
    with _with_attempt(attempt, goes_on), Archive(path) as archive:
        receipts = archive.receipts()
        complete = [receipt for receipt in receipts if receipt.is_complete]
        from_server = [receipt for receipt in receipts if "mapping_changes" in receipt.details]
        staged = peek(beside(path, STAGING))
        return Status(
            archive=str(path),
            environment=archive.environment,
            format=archive.format,
            pulls=len(receipts),
            shown=receipts[: -limit - 1 : -1],
            last_complete=complete[-1] if complete else None,
            unfinished=_unfinished(*staged) if staged else None,
            mapping_changes=from_server[-1].details["mapping_changes"] if from_server else {},
            attempt=attempt if attempt and not _is_overtaken(attempt, receipts[-1]) else None,
            is_running=goes_on,
            older=note_on_older(path, receipts),
            ahead=next((receipt for receipt in reversed(receipts) if is_ahead(receipt, now)), None),
            now=now,
        )


@contextmanager
def _with_attempt(attempt: Attempt | None, goes_on: bool | None) -> Iterator[None]:
    """Adds to the error for an archive that is not there why the first pull has not made it."""
    try:
        yield
    except ArchiveUnavailable as error:
        if attempt is None or attempt.error == str(error):
            raise
        raise ArchiveUnavailable(f"{error}; {_attempt_line(attempt, goes_on)}") from error


def _is_overtaken(attempt: Attempt, last: Receipt) -> bool:
    """Whether the pull has published after all, and only came to no good end."""
    return attempt.after is not None and last.number > attempt.after


def _attempt_line(attempt: Attempt, goes_on: bool | None) -> str:
    if attempt.has_failed:
        return f"the last attempt, begun {attempt.started}, failed at {attempt.failed}: {attempt.error}"
    began = f"a pull began at {attempt.started}"
    if goes_on is None:
        return f"{began}: it is running, or was killed"
    if goes_on:
        return f"{began} and is running (process {attempt.process})"
    return f"{began} and never ended: it was killed"


def check_age(found: Status, most: float) -> None:
    """Raises CheckError if the last complete pull is older than this many hours, or the clock can't tell."""
    if found.ahead is not None:
        raise CheckError(
            f"archive {found.archive}: pull {found.ahead.number} is dated {said(found.ahead.finished)}, in the future "
            f"by this machine's clock ({said(found.now)}), so its age can't be told; set the clock right"
        )
    if found.age_hours is None:
        raise CheckError(f"archive {found.archive}: no pull was complete yet; run `tilbudsspejl pull`")
    if found.age_hours > most:
        raise CheckError(
            f"archive {found.archive}: the last complete pull is {found.age_hours:.1f} hours old, more than {most:g}; "
            "see why the nightly `tilbudsspejl pull` failed, and run it"
        )


def _unfinished(plan: PullPlan, slices: int) -> dict[str, Any]:
    return {"started": utc(plan.started), "slices": slices, "of": plan.slices}


def _receipt(receipt: Receipt) -> dict[str, Any]:
    """A receipt with what format 1 had in columns only."""
    return {
        "number": receipt.number,
        "kind": receipt.kind,
        "started": receipt.started.isoformat(),
        "finished": receipt.finished.isoformat(),
        "is_complete": receipt.is_complete,
        **receipt.details,
    }


def _line(now: datetime, receipt: Receipt) -> str:
    counts = receipt.details.get("counts", {})
    words = ", ".join(f"{counts[name]} {label}" for name, label in COUNTS.items() if name in counts)
    whole = "complete" if receipt.is_complete else "partial"
    return f"pull {receipt.number}: {receipt.kind}, {whole}, {_when(now, receipt)}: {words}"


def _notes(receipt: Receipt) -> list[str]:
    details = receipt.details
    notes = []
    if details.get("resumed"):
        notes.append("resumed after it had broken off")
    if loss := details.get("accepted_loss"):
        notes.append(f"a loss was accepted: {loss['offers_before']} offers before, {loss['offers_after']} after")
    if unread := details.get("counts", {}).get("unread"):
        named = ", ".join(details.get("unread", ())[:3])
        notes.append(f"too deep or too large to be read: {unread} documents ({named}{' …' if unread > 3 else ''})")
    if changes := details.get("mapping_changes"):
        notes.append(f"the source's _mapping had changed: {describe_changes(changes)}")
    return notes


def _when(now: datetime, receipt: Receipt) -> str:
    finished = f"{receipt.finished.astimezone(DENMARK):%Y-%m-%d %H:%M}"
    if is_ahead(receipt, now):
        return f"{finished} (in the future by this machine's clock)"
    hours = max(0.0, _hours(now, receipt))
    age = (
        f"{int(hours * 60)} minutes"
        if hours < 2
        else f"{int(hours)} hours"
        if hours < 48
        else f"{int(hours / 24)} days"
    )
    return f"{finished} ({age} ago)"


def _hours(now: datetime, receipt: Receipt) -> float:
    return (now - receipt.finished).total_seconds() / 3600
