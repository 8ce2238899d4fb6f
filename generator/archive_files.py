"""The files that the program keeps beside an archive, all of them named after it."""

from pathlib import Path

RECEIPT = ".receipt.json"  # the last pull's
ATTEMPT = ".attempt.json"  # the last pull, while it runs or if it failed
STAGING = ".staging"  # what a pull has read and not yet published
LOCK = ".lock"  # held while a pull writes
SEARCH_INDEX = ".search"  # that of `tilbudsspejl search`
UNREADABLE = ".unreadable.txt"  # what a build could not read
BUILD = ".build"  # with a dot before the archive's name: the folder that a build works in, and its lock
JOURNAL = "-journal"  # SQLite's own
_ENDINGS = (RECEIPT, ATTEMPT, STAGING, LOCK, SEARCH_INDEX, UNREADABLE, BUILD, JOURNAL, "-wal", "-shm")


def beside(archive: Path, ending: str) -> Path:
    """One of these files."""
    return archive.with_name(f"{archive.name}{ending}")


def is_beside_archive(path: Path, archive: Path) -> bool:
    """Whether a path is the archive's own, or has the name of one of these files, or one that begins with it."""
    name, own = path.name.removeprefix("."), archive.name
    if path.resolve().parent != archive.resolve().parent or not name.startswith(own):
        return False
    return name == own or name.removeprefix(own).startswith(_ENDINGS)
