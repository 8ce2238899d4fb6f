"""Removing folders: what can't be removed is told, and doesn't stand in anybody's way."""

import shutil
import time
from pathlib import Path

_TRIES = 5
_PAUSE = 0.1  # seconds; a process that is just ending may still have written into the folder


def remove_tree(folder: Path) -> str:
    """Removes a folder with all that can be removed in it; returns why some of it can't be, "" if it is gone."""
    reason = ""
    for attempt in range(_TRIES):
        if attempt:
            time.sleep(_PAUSE)
        shutil.rmtree(folder, ignore_errors=True)  # goes on where something can't be removed
        try:
            shutil.rmtree(folder)
        except FileNotFoundError:
            return ""
        except OSError as error:
            reason = f"{error.strerror}: {error.filename}"
    return reason
