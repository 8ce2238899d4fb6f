"""Pulls are dated by this machine's clock: a wrong one is told before it can date anything, or hide an old pull."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from generator.errors import CheckError
from generator.register.model.receipt import Receipt

TOLERANCE = timedelta(minutes=5)  # by which a clock may be set back


def is_ahead(receipt: Receipt, now: datetime) -> bool:
    """Whether a pull is dated in the future."""
    return receipt.finished - now > TOLERANCE


def check_clock(path: Path, receipts: Sequence[Receipt], now: datetime) -> None:
    """Raises CheckError if a pull is dated in the future: one clock of the two, then or now, is wrong."""
    latest = max(receipts, key=lambda receipt: receipt.finished, default=None)
    if latest is not None and is_ahead(latest, now):
        raise CheckError(
            f"archive {path}: pull {latest.number} is dated {said(latest.finished)}, and this machine's clock says "
            f"{said(now)}; set the clock right, or restore the backup from before that pull if it was wrong then"
        )


def end_of_pull(started: datetime, receipts: Sequence[Receipt], now: datetime) -> tuple[datetime, int]:
    """When a pull ends, never before it began nor before an earlier one; and by how many seconds that is not `now`.

    Raises CheckError if the clock was set back by more than a little.
    """
    earliest = max([started, *(receipt.finished for receipt in receipts)])
    if earliest - now > TOLERANCE:
        raise CheckError(
            f"this machine's clock was set back: it says {said(now)}, and it has said {said(earliest)}; "
            "nothing was stored: set the clock right and pull again"
        )
    end = max(now, earliest)
    return end, round((end - now).total_seconds())


def said(moment: datetime) -> str:
    """A moment as messages have it."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
