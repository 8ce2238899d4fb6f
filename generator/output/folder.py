"""Which folder is a site of ours: by its marker alone it may be replaced."""

import os
from pathlib import Path

import orjson

from generator.archive_files import is_beside_archive
from generator.errors import OutputRefused, UsageError

MARKER = ".tilbudsspejl.json"
_MOUNTS = Path("/proc/self/mountinfo")  # Linux; `Path.is_mount` doesn't see a folder bound from the same disk


def read_marker(output: Path) -> dict[str, str]:
    """What the last build wrote of itself; {} where there is none."""
    try:
        marker = orjson.loads((output / MARKER).read_bytes())
    except (OSError, ValueError):
        return {}
    return marker if isinstance(marker, dict) else {}


def write_marker(site: Path, **facts: str) -> None:
    """Marks a folder as ours: by this alone it may be replaced."""
    (site / MARKER).write_bytes(orjson.dumps(facts, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2) + b"\n")


def check_output(output: Path, audience: str) -> None:
    """Raises OutputRefused unless the folder is absent, empty, or a site of ours for the same audience."""
    if not output.exists() and not output.is_symlink():
        return
    if not output.is_dir():
        raise OutputRefused(f"{output}: is no folder; correct site.output or move it away")
    if _is_mount_point(output):
        raise OutputRefused(
            f"{output}: is a mount point, and a site is put in place by renaming its folder; "
            f"choose a folder in it, such as {output / 'site'}, as site.output"
        )
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


def check_demo(output: Path) -> None:
    """Raises OutputRefused where a site of made-up data would replace one of real data."""
    if read_marker(output).get("is_demo") == str(False):
        raise OutputRefused(
            f"{output}: holds a site of real data, and the archive holds a made-up register; correct archive.path, "
            "or choose another site.output"
        )


def check_target(path: Path, output: Path, archive: Path) -> None:
    """Raises UsageError for a file to be written into a site, or under a name that the archive's own files may get.

    The first would be published and go with the next site, the second would be removed.
    """
    check_outside(path, output)
    # What is there is never written over anyway. A name that can't be is left to who makes the file: `exists` raises.
    if not os.path.lexists(path) and is_beside_archive(path, archive):
        raise UsageError(f"{path}: a name that the archive's own files have; choose another")


def check_outside(path: Path, output: Path) -> None:
    """Raises UsageError for a file that would be written into a site: published with it, and gone with the next.

    Whether a link is written through or replaced is the caller's: neither may be there.
    """
    site = os.path.realpath(output)
    if any(Path(os.path.realpath(place)).is_relative_to(site) for place in (path, path.parent)):
        raise UsageError(f"{path}: lies in the site {output}, which is published and replaced; choose another folder")


def measure(site: Path) -> tuple[int, int]:
    """How many files a site has, and how many bytes they have, its marker not counted."""
    files = size = 0
    for folder, _, names in os.walk(site):
        for name in names:
            files += 1
            size += Path(folder, name).lstat().st_size
    marker = site / MARKER
    return (files - 1, size - marker.stat().st_size) if marker.is_file() else (files, size)


def _is_mount_point(folder: Path) -> bool:
    if folder.is_mount():
        return True
    try:
        lines = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return False
    # The fifth column; blanks and backslashes stand in it as octal numbers.
    points = {line.split(" ")[4] for line in lines if line.count(" ") > 4}
    return "".join(f"\\{ord(c):03o}" if c in " \t\n\\" else c for c in str(folder)) in points
