"""A file that is there whole or not at all, and never takes another one's place."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from generator.errors import UsageError
from generator.locked_folders import locked_folder, locked_folders, remove_if_left

_PREFIX = ".tilbudsspejl-new-"


@contextmanager
def new_file(target: Path) -> Iterator[Path]:
    """Lend a path to write to; what is there in the end, on the disk to stay, becomes `target`.

    The path lies beside `target`, in a folder of its own that only we may read, so no name that it or its journal has
    is anybody else's. Raises UsageError if `target` is there already, or can't be made.
    """
    refuse_existing(target)
    _remove_leftovers(target.parent)
    with ExitStack() as stack:
        try:
            folder = stack.enter_context(locked_folder(target.parent, _PREFIX))
        except OSError as error:
            raise UsageError(f"{target}: can't be made ({error.strerror}); choose another folder") from None
        part = folder / "part"
        yield part
        _sync(part)
        _settle(part, target)


def _remove_leftovers(parent: Path) -> None:
    """Remove what commands that were killed have left: it may be a whole copy of the archive."""
    for folder in locked_folders(parent, _PREFIX):
        with suppress(OSError):  # another user's
            if any(folder.iterdir()):  # an empty one may be just about to be locked
                remove_if_left(folder)


def refuse_existing(target: Path) -> None:
    """Raise UsageError if there is something already, or no folder to put it in."""
    try:
        target.lstat()
    except FileNotFoundError:
        pass
    except OSError as error:  # too long a name, or a file where a folder is meant
        raise UsageError(f"{target}: can't be made ({error.strerror}); choose another name") from None
    else:
        raise _existing(target)
    if not target.parent.is_dir():
        raise UsageError(f"{target}: its folder is not there; make it, or choose another name")


def _existing(target: Path) -> UsageError:
    return UsageError(f"{target}: is there already, and is never overwritten; choose another name or remove it")


def _settle(part: Path, target: Path) -> None:
    """Give a finished file its name, unless another has come by that name meanwhile."""
    try:
        os.link(part, target)  # a rename would take the other's place
    except FileExistsError:
        raise _existing(target) from None
    except OSError:  # memory sticks know no second name of a file
        refuse_existing(target)
        part.rename(target)
    with suppress(OSError):  # not every system lets a folder be opened
        _sync(target.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)  # Windows wants the right to write
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
