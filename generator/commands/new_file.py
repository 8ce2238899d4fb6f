"""A file that is there whole or not at all, and never takes another one's place."""

import os
from contextlib import suppress
from pathlib import Path

from generator.errors import UsageError


def refuse_existing(target: Path) -> None:
    """Raises UsageError if there is something already, or no folder to put it in."""
    if target.exists() or target.is_symlink():
        raise UsageError(f"{target}: is there already, and is never overwritten; choose another name or remove it")
    if not target.parent.is_dir():
        raise UsageError(f"{target}: its folder is not there; make it, or choose another name")


def settle(part: Path, target: Path) -> None:
    """Gives a finished file its name, once it is on the disk to stay."""
    _sync(part)
    refuse_existing(target)  # it may have come meanwhile
    part.rename(target)
    with suppress(OSError):  # not every system lets a folder be opened
        _sync(target.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)  # Windows wants the right to write
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
