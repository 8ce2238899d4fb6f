"""Folders that a command works in: private, since they hold a copy of the archive, and removed whatever ends it."""

import errno
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from generator.errors import ArchiveUnavailable
from generator.private_files import FILE_MODE
from generator.removal import is_ours, remove_tree

_LOCK = "lock"  # in the folder, held for as long as the command runs; by this file it is known as ours


@contextmanager
def locked_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """A new folder for its owner alone, locked until the end of the block, when it is removed."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
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


@contextmanager
def working_folder(archive: Path) -> Iterator[Path]:
    """A private folder for one build, removed at the end; raises ArchiveUnavailable where none can be made.

    What killed builds have left is removed first.
    """
    with ExitStack() as stack:
        with _sweeping(archive):
            folder = stack.enter_context(locked_folder(archive.parent, _prefix(archive)))
        yield folder


def remove_leftovers(archive: Path) -> None:
    """Removes the working folders of builds that were killed; those of running ones stay."""
    if _folders(archive):
        with suppress(ArchiveUnavailable), _sweeping(archive):
            pass


@contextmanager
def _sweeping(archive: Path) -> Iterator[None]:
    """Removes what killed builds have left, and lets no other build begin or sweep meanwhile."""
    try:
        with FileLock(archive.with_name(f".{archive.name}.build.lock"), mode=FILE_MODE):
            for folder in _folders(archive):
                remove_if_left(folder)
            yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise
        raise ArchiveUnavailable(
            f"archive {archive}: a build needs a folder beside it, which can't be written to ({error.strerror}); "
            "check the rights to the archive's folder"
        ) from error


def _folders(archive: Path) -> list[Path]:
    return locked_folders(archive.parent, _prefix(archive))


def _prefix(archive: Path) -> str:
    return f"{archive.name}.build-"
