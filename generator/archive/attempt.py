"""What a pull that did not end well leaves for `status`: a small file beside the archive.

It is written when a pull begins and taken away when it has published, so that a kill and a full disk leave it too.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import orjson
from pydantic import AfterValidator, Field, TypeAdapter

from generator.archive_files import ATTEMPT, LOCK, beside
from generator.private_files import replace_file

SIZE = 4096  # bytes: written anew in its place, it needs no room on a disk that is full by then
LONGEST = 1000  # characters of an error that are kept


def _checked(time: str) -> str:
    datetime.fromisoformat(time)
    return time


Time = Annotated[str, AfterValidator(_checked)]  # ISO 8601, UTC
Describe = Callable[[BaseException], tuple[str, int]]  # an error's line and exit code


@dataclass(frozen=True, slots=True)
class Attempt:
    """A pull that has not published: it failed, or was killed, or is running."""

    started: Time
    process: Annotated[int, Field(gt=0, lt=2**31)]
    after: int | None = None  # pulls that were there; None before the archive was opened
    failed: Time | None = None
    exit_code: int | None = None
    error: str | None = None

    @property
    def has_failed(self) -> bool:
        """Whether it said so itself."""
        return self.failed is not None


_READ = TypeAdapter(Attempt)


class AttemptFile:
    """The file, while the pull is running."""

    def __init__(self, path: Path) -> None:
        self._file = beside(path, ATTEMPT)
        self._attempt = Attempt(_now(), os.getpid())
        with suppress(OSError):  # where nothing can be written the pull itself will say so
            replace_file(self._file, _written(self._attempt))

    def follows(self, pulls: int) -> None:
        """The archive is open, and has so many pulls."""
        self._write(replace(self._attempt, after=pulls))

    def failed(self, line: str, exit_code: int) -> None:
        """It has ended, and not well."""
        self._write(replace(self._attempt, failed=_now(), exit_code=exit_code, error=line[:LONGEST]))

    def published(self) -> None:
        """There is nothing to tell."""
        with suppress(OSError):  # `status` sees that there is a later pull
            self._file.unlink(missing_ok=True)

    def _write(self, attempt: Attempt) -> None:
        self._attempt = attempt
        with suppress(OSError), self._file.open("r+b") as opened:  # else what was noted before stays
            opened.write(_written(attempt))


@contextmanager
def attempting(path: Path, describe: Describe) -> Iterator[AttemptFile]:
    """Notes that a pull of the archive begins, and how it failed if it does."""
    note = AttemptFile(path)
    try:
        yield note
    except BaseException as error:
        note.failed(*describe(error))
        raise
    note.published()


def read_attempt(path: Path) -> Attempt | None:
    """The last pull of the archive, if it has not published; None if it has."""
    with suppress(OSError, ValueError):
        return _READ.validate_json(beside(path, ATTEMPT).read_bytes(), strict=True)
    return None


def is_running(attempt: Attempt, path: Path) -> bool | None:
    """Whether a pull of this archive goes on; None where the system can't be asked.

    Its process is there, and somebody holds the archive's lock: the number alone may be another process's by now.
    """
    if attempt.has_failed:
        return False
    if os.name != "posix":
        return None
    return _is_there(attempt.process) and _is_locked(path)


def _is_there(process: int) -> bool:
    try:
        os.kill(process, 0)  # asks, and sends nothing
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # another user's
    return True


def _is_locked(path: Path) -> bool | None:
    import fcntl  # Windows has none

    try:
        with beside(path, LOCK).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)  # shared, and given back at once
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    except OSError:
        return None  # another user's
    return False


def _written(attempt: Attempt) -> bytes:
    return orjson.dumps(asdict(attempt)).ljust(SIZE - 1) + b"\n"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
