"""What an archive leaves beside it: by this one that was lost is told from one that has never been.

An archive cut to nothing must not begin anew by itself: all history would be gone, and nobody would be told.
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from generator.archive_files import RECEIPT, SEARCH_INDEX, beside
from generator.errors import ArchiveUnavailable
from generator.register.model.receipt import Receipt


def missing(path: Path, others: Iterable[Path] = ()) -> ArchiveUnavailable:
    """The error for an archive that is not there or empty; `others` are further files that only an archive leaves."""
    what = "empty" if path.is_file() else "not there"
    if trace := trace_of(path, others):
        return ArchiveUnavailable(
            f"archive {path}: {what}, though {trace} shows that there was one; restore it from a backup, "
            "correct archive.path, or run `tilbudsspejl pull --first` if a new one is meant to begin without history"
        )
    remedy = "run `tilbudsspejl pull` first" + ("" if path.is_file() else ", or correct archive.path")
    return ArchiveUnavailable(f"archive {path}: {what}; {remedy}")


def note_on_older(path: Path, receipts: Sequence[Receipt]) -> tuple[str, ...]:
    """What to say of an archive where the receipt beside it is of a later pull than its own; nothing if it is not."""
    if not receipts:
        return ()  # a new one is meant to begin
    latest = receipts[-1].number
    receipt = beside(path, RECEIPT)
    try:
        number = json.loads(receipt.read_bytes())["number"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return ()  # not there, or no receipt: it is only a copy of what the archive holds
    if not isinstance(number, int) or number <= latest:
        return ()
    pulls = f"{receipt.name} tells of pull {number}, and {path} only of pull {latest}"
    remedy = "put the newer one back, or what only the later pulls saw is lost"
    return (f"note: {pulls}: an older copy stands in its place; {remedy}",)


def trace_of(path: Path, others: Iterable[Path] = ()) -> Path | None:
    """What shows that there was an archive; None if nothing does."""
    left = (beside(path, ending) for ending in (RECEIPT, SEARCH_INDEX))
    return next((trace for trace in (*left, *others) if trace.exists()), None)
