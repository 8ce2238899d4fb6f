"""Private folders that a command works in, locked while it runs and removed whatever ends it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from generator.private_files import FILE_MODE, new_folder
from generator.removal import is_ours, remove_tree

_LOCK = "lock"  # in the folder, held for as long as the command runs; by this file it is known as ours


@contextmanager
def locked_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """A new folder for its owner alone, locked until the end of the block, when it is removed."""
    folder = new_folder(parent, prefix)
    lock = FileLock(folder / _LOCK, mode=FILE_MODE)
    try:
        lock.acquire()
        yield folder
    finally:
        lock.release()
        remove_tree(folder, _LOCK)


def locked_folders(parent: Path, prefix: str) -> list[Path]:
    """Those that there are, of running commands and of killed ones."""
    try:
        return [path for path in parent.iterdir() if path.name.startswith(prefix) and is_ours(path, _LOCK)]
    except OSError:
        return []  # no folder, so nothing in it


def remove_if_left(folder: Path) -> None:
    """Removes such a folder if the command that made it was killed: nobody holds its lock."""
    try:
        with FileLock(folder / _LOCK, timeout=0):
            pass
    except Timeout:
        return
    remove_tree(folder, _LOCK)
