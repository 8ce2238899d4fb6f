"""A site is staged beside the output and takes its place by two renames; what was interrupted is repaired.

Beside an output folder `site` there can be:

    .site.lock           held by whoever stages, swaps or repairs
    .site.build-…/       a site that is being written, in a folder that only its owner may enter, marked by a file
    .site.old-N          the site that stood, between the two renames; the highest number is the newest
    .site.removed-N      what is being removed, or could not be: nothing of it is ever put back

What has such a name and not our marker in it is somebody else's, and left alone. A build that fails leaves yesterday's
site as it was.
"""

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from generator.errors import OutputRefused, TilbudsspejlError
from generator.output.folder import MARKER, read_marker
from generator.private_files import FILE_MODE, new_folder
from generator.removal import is_ours, remove_tree

_MARKS = {"build": ".tilbudsspejl-build", "old": MARKER, "removed": MARKER}


@dataclass(frozen=True, slots=True)
class Leftover:
    """A former site that can't be removed, and what the system says of it."""

    folder: Path
    reason: str


class StagedSite:
    """A place for a site to be written to, beside the output; made by `staging`, which holds the lock."""

    def __init__(self, output: Path, folder: Path, leftovers: list[Leftover]) -> None:
        self._output = output
        self.site = folder / "site"
        self.leftovers = leftovers  # what could not be removed of former sites

    def swap(self) -> None:
        """Puts the finished site in the place of the old one; raises TilbudsspejlError with the old one as it was."""
        old = _next(self._output, "old") if self._output.exists() else None
        try:
            if old is not None:
                self._output.rename(old)
            self.site.rename(self._output)
        except OSError as error:  # `staging` puts the old one back, as after Ctrl-C
            raise TilbudsspejlError(
                f"{self._output}: the new site can't take its place ({error.strerror}); the old one stands as it was: "
                "check the rights to the folder and to the one that it lies in, and build again"
            ) from error
        if old is not None:
            old.rename(_next(self._output, "removed"))

    def clear(self) -> None:
        """Removes the former site, and notes what can't be removed."""
        self.leftovers = _remove(self._output)


@contextmanager
def staging(output: Path) -> Iterator[StagedSite]:
    """A place for one build to write its site to; cleared away at the end, after a kill by the next command.

    Raises OutputRefused while another build of the same output is running.
    """
    with _locked(output):
        leftovers = _put_right(output)
        # A name of its own: a worker that outlives a killed build must not write into the next one's folder.
        with _told(output):
            folder = new_folder(output.parent, f".{output.name}.build-")
            (folder / _MARKS["build"]).touch()
        try:
            yield StagedSite(output, folder, leftovers)
            remove_tree(folder, _MARKS["build"])
        except BaseException:
            _put_right(output)
            raise


def repair(output: Path) -> None:
    """Finishes what a killed build has left of its swap or its staging; leaves a running build alone."""
    if not any(_beside(output, kind) for kind in ("old", "removed", "build")):
        return
    with suppress(OutputRefused), _locked(output):  # a build that is running does it itself; read-only media can't
        _put_right(output)


def _put_right(output: Path) -> list[Leftover]:
    newest = max(_beside(output, "old"), key=_number, default=None)
    if newest is not None and read_marker(newest) and _is_vacant(output):
        with suppress(FileNotFoundError):
            output.rmdir()
        newest.rename(output)
    for old in _beside(output, "old"):
        old.rename(_next(output, "removed"))
    for unfinished in _beside(output, "build"):
        remove_tree(unfinished, _MARKS["build"])
    return _remove(output)


def _remove(output: Path) -> list[Leftover]:
    reasons = {folder: remove_tree(folder, MARKER) for folder in _beside(output, "removed")}
    return [Leftover(folder, reason) for folder, reason in reasons.items() if reason]


def _is_vacant(output: Path) -> bool:
    """Whether nothing stands in the output's place, or an empty folder."""
    return not output.exists() or (output.is_dir() and not any(output.iterdir()))


@contextmanager
def _locked(output: Path) -> Iterator[None]:
    try:
        with _told(output):
            output.parent.mkdir(parents=True, exist_ok=True)
            lock = FileLock(output.with_name(f".{output.name}.lock"), timeout=0, mode=FILE_MODE)
            lock.acquire()
    except Timeout:
        if not Path(lock.lock_file).exists():  # where no file can be made, as in /proc, the lock tries on and on
            raise OutputRefused(f"{output}: its folder can't be written to; correct site.output") from None
        raise OutputRefused(f"{output}: another build of this site is running; wait for it to end") from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _told(output: Path) -> Iterator[None]:
    """Raises OutputRefused where the folder in which the output lies can't be written to."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC or isinstance(error, Timeout):
            raise
        raise OutputRefused(
            f"{output}: its folder can't be written to ({error.strerror}); correct site.output, or check the rights"
        ) from error


def _beside(output: Path, kind: str) -> list[Path]:
    """The folders of a kind beside the output that are ours."""
    return [path for path in _named(output, kind) if is_ours(path, _MARKS[kind])]


def _named(output: Path, kind: str) -> list[Path]:
    prefix = re.compile(rf"\.{re.escape(output.name)}\.{kind}(-.*)?", re.DOTALL)
    try:
        return [path for path in output.parent.iterdir() if prefix.fullmatch(path.name)]
    except OSError:
        return []  # there is no such folder, so nothing beside the output either


def _next(output: Path, kind: str) -> Path:
    """A free name of a kind, with a number above all that there are."""
    number = max((_number(path) for path in _named(output, kind)), default=0) + 1
    return output.with_name(f".{output.name}.{kind}-{number}")


def _number(path: Path) -> int:
    digits = path.name.rpartition("-")[2]
    return int(digits) if digits.isdecimal() else 0
