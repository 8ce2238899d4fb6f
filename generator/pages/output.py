"""Writing a site: staged in a private folder beside the output, then swapped in by two renames.

A build that fails leaves yesterday's site as it was. Only a folder that is absent, empty, or holds our marker is ever
replaced.
"""

import glob
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
from filelock import FileLock, Timeout

from generator.errors import CheckError, OutputRefused

MARKER = ".tilbudsspejl.json"

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def without_controls(text: str) -> str:
    """The text without control characters, which HTML forbids and a terminal obeys."""
    return _CONTROL.sub("\ufffd", text)


class Writer:
    """Writes a site's files; a path is written once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = 0
        self.bytes = 0

    def write(self, address: str, text: str) -> None:
        """Writes one file; raises CheckError if its address is taken."""
        self.write_bytes(address, without_controls(text).encode("utf-8", "replace"))  # HTML has no lone surrogates

    def write_bytes(self, address: str, data: bytes) -> None:
        """Writes one file as it is; raises CheckError if its address is taken."""
        path = self.folder / address
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("xb") as file:
                file.write(data)
        except FileExistsError:
            raise CheckError(
                f"{address}: two pages want this address; report this with the name of the offer"
            ) from None
        self.files += 1
        self.bytes += len(data)


@contextmanager
def staging(output: Path) -> Iterator[Path]:
    """A private folder for one build, beside the output; cleared away at the end, also after a crash by the next build.

    Raises OutputRefused while another build of the same output is running.
    """
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(output.with_name(f".{output.name}.lock"), timeout=0)
        lock.acquire()
    except Timeout:
        raise OutputRefused(f"{output}: another build of this site is running; wait for it to end") from None
    except OSError as error:
        raise OutputRefused(f"{output}: can't be written to ({error.strerror}); correct site.output") from error
    # A name of its own: a worker that outlives a killed build must not write into the next one's folder.
    folder = output.with_name(f".{output.name}.build-{os.getpid()}")
    try:
        _repair(output)
        for leftover in output.parent.glob(f".{glob.escape(output.name)}.build*"):
            shutil.rmtree(leftover, ignore_errors=True)
        folder.mkdir()
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock.release()


def read_marker(output: Path) -> dict[str, str]:
    """What the last build wrote of itself; {} where there is none."""
    try:
        marker = orjson.loads((output / MARKER).read_bytes())
    except (OSError, ValueError):
        return {}
    return marker if isinstance(marker, dict) else {}


def check_output(output: Path, audience: str) -> None:
    """Raises OutputRefused unless the folder is absent, empty, or a site of ours for the same audience."""
    if not output.exists() and not output.is_symlink():
        return
    if not output.is_dir():
        raise OutputRefused(f"{output}: is no folder; correct site.output or move it away")
    marker = read_marker(output)
    if not marker and any(output.iterdir()):
        raise OutputRefused(
            f"{output}: holds files that are no site of Tilbudsspejl ({MARKER} is not there), so it is left alone; "
            "choose another site.output or empty the folder"
        )
    if marker and marker.get("audience") != audience:
        raise OutputRefused(
            f"{output}: holds a site for the audience {marker.get('audience')!r}, not {audience!r}; "
            "give each audience an output folder of its own"
        )


def write_marker(site: Path, **facts: str) -> None:
    """Marks a folder as ours: by this alone it may be replaced."""
    (site / MARKER).write_bytes(orjson.dumps(facts, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2) + b"\n")


def swap(site: Path, output: Path) -> None:
    """Puts a finished site in the place of the old one, by two renames."""
    old = _old(output)
    if output.exists():
        output.rename(old)
    site.rename(output)
    shutil.rmtree(old, ignore_errors=True)


def _repair(output: Path) -> None:
    """Finishes a swap that was interrupted between its two renames, or after them."""
    old = _old(output)
    if old.exists() and not output.exists():
        old.rename(output)
    shutil.rmtree(old, ignore_errors=True)


def _old(output: Path) -> Path:
    return output.with_name(f".{output.name}.old")
