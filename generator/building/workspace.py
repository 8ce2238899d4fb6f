"""The folder that a build works in: private, since it holds a copy of the archive, and removed whatever ends it."""

import errno
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from filelock import FileLock

from generator.archive_files import BUILD, LOCK
from generator.errors import ArchiveUnavailable
from generator.locked_folders import locked_folder, locked_folders, remove_if_left
from generator.private_files import FILE_MODE


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
        with FileLock(archive.with_name(f".{archive.name}{BUILD}{LOCK}"), mode=FILE_MODE):
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
    return f"{archive.name}{BUILD}-"
