"""Programs from npm that tests check the site with and benchmarks measure beside ours, kept in the user's cache."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from filelock import FileLock

# Pinned, so that a new rule of a checker is met when somebody raises the number, not when CI happens to run. Lighthouse
# 12 is the last that runs on the Node.js 18 of Debian 12.
CHECKERS = ["axe-core@4.14.1", "vnu-jar@26.9.27", "lighthouse@12.8.2"]


class NotInstalled(Exception):
    """What is missing, or what npm could not do."""


def install(name: str, packages: list[str], say: Callable[[str], None]) -> Path:
    """The node_modules folder with these packages, fetched by npm the first time; raises NotInstalled."""
    told = f"installing {', '.join(packages)}"
    return _installed(name, lambda folder: say(f"{told} into {folder}"), ["install", *packages], ())


def install_locked(name: str, locked: Path, say: Callable[[str], None]) -> Path:
    """The node_modules folder with what the package-lock.json of a folder names; raises NotInstalled."""
    files = [locked / "package.json", locked / "package-lock.json"]
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]
    return _installed(f"{name}-{digest}", lambda folder: say(f"installing {name} into {folder}"), ["ci"], files)


def require() -> None:
    """Raise NotInstalled unless node and npm are there."""
    if absent := [program for program in ("node", "npm") if shutil.which(program) is None]:
        raise NotInstalled(f"no {' and no '.join(absent)}: install Node.js with npm")


def _installed(name: str, say: Callable[[Path], None], words: list[str], files: Iterable[Path]) -> Path:
    require()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tilbudsspejl"
    folder = cache / name
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / f"{name}.lock"):  # tests that run side by side need it at once
        if not folder.exists():
            say(folder)
            _install(folder, words, files)
    return folder / "node_modules"


def _install(folder: Path, words: list[str], files: Iterable[Path]) -> None:
    # Moved there whole, so that an installation that breaks off is never taken for one.
    with tempfile.TemporaryDirectory(dir=folder.parent) as unfinished:
        made = Path(unfinished, folder.name)
        made.mkdir()
        for file in files:
            shutil.copy(file, made)
        command = ["npm", *words, "--prefix", str(made), "--no-audit", "--no-fund", "--loglevel=error"]
        if subprocess.run(command, stdout=sys.stderr, check=False).returncode:
            raise NotInstalled(f"npm could not {' '.join(words)}")
        made.rename(folder)
