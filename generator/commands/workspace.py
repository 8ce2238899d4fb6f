"""A build's working folder: it holds a whole copy of the archive, so it lies beside the archive and is private."""

import errno
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from generator.errors import ArchiveUnavailable
from generator.private_files import FILE_MODE
from generator.removal import is_ours, remove_tree

_LOCK = "lock"  # in the folder, held for as long as the build runs; by this file it is known as ours


@contextmanager
def working_folder(archive: Path) -> Iterator[Path]:
    """A private folder for one build, removed at the end; raises ArchiveUnavailable where none can be made.

    What killed builds have left is removed first.
    """
    with _sweeping(archive):
        folder = Path(tempfile.mkdtemp(prefix=f"{archive.name}.build-", dir=archive.parent))  # for its owner alone
        lock = FileLock(folder / _LOCK, mode=FILE_MODE)
        lock.acquire()
    try:
        yield folder
    finally:
        lock.release()
        remove_tree(folder, _LOCK)


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
                _remove_if_left(folder)
            yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise
        raise ArchiveUnavailable(
            f"archive {archive}: a build needs a folder beside it, which can't be written to ({error.strerror}); "
            "check the rights to the archive's folder"
        ) from error


def _remove_if_left(folder: Path) -> None:
    try:
        with FileLock(folder / _LOCK, timeout=0):
            pass
    except Timeout:
        return  # that build is running
    remove_tree(folder, _LOCK)


def _folders(archive: Path) -> list[Path]:
    prefix = f"{archive.name}.build-"
    try:
        return [path for path in archive.parent.iterdir() if path.name.startswith(prefix) and is_ours(path, _LOCK)]
    except OSError:
        return []  # no folder, so nothing in it
