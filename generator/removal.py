"""Removing folders: what can't be removed is told, and doesn't stand in anybody's way."""

import shutil
import time
from pathlib import Path

_TRIES = 5
_PAUSE = 0.1  # seconds; a process that is just ending may still have written into the folder


def remove_tree(folder: Path, mark: str) -> str:
    """Removes a folder with all that can be removed in it; returns why some of it can't be, "" if it is gone.

    The file `mark`, by which the folder is known as ours, goes last, so that a removal that was killed is gone on with.
    """
    reason = ""
    for attempt in range(_TRIES):
        if attempt:
            time.sleep(_PAUSE)
        reason = _clear(folder, mark) or _remove(folder)
        if not reason:
            break
    return reason


def is_ours(folder: Path, mark: str) -> bool:
    """Whether this is a folder with our mark in it, or with nothing at all, which is what a kill may have left."""
    if not folder.is_dir() or folder.is_symlink():
        return False
    try:
        return (folder / mark).is_file() or not any(folder.iterdir())
    except OSError:
        return False  # another user's


def _clear(folder: Path, mark: str) -> str:
    """Removes what is in the folder but for its mark; returns why something can't be."""
    try:
        reasons = [_remove(path) for path in folder.iterdir() if path.name != mark]
    except OSError as error:
        return "" if isinstance(error, FileNotFoundError) else _reason(error)
    return next(filter(None, reasons), "")


def _remove(path: Path) -> str:
    """Removes a file or a folder; returns why it can't be."""
    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)  # goes on where something can't be removed
            shutil.rmtree(path)
        else:
            path.unlink()
    except FileNotFoundError:
        return ""
    except OSError as error:
        return _reason(error)
    return ""


def _reason(error: OSError) -> str:
    return f"{error.strerror}: {Path(error.filename).name}"
