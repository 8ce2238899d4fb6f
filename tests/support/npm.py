"""Programs from npm that tests check the site with and benchmarks measure beside ours, kept in the user's cache."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

# Pinned, so that a new rule of a checker is met when somebody raises the number, not when CI happens to run. Lighthouse
# 12 is the last that runs on the Node.js 18 of Debian 12.
CHECKERS = ["axe-core@4.14.1", "vnu-jar@26.9.27", "lighthouse@12.8.2"]


class NotInstalled(Exception):
    """What is missing, or what npm could not do."""


def install(name: str, packages: list[str], say: Callable[[str], None]) -> Path:
    """The node_modules folder with these packages, fetched by npm the first time; raises NotInstalled."""
    if absent := [program for program in ("node", "npm") if shutil.which(program) is None]:
        raise NotInstalled(f"no {' and no '.join(absent)}: install Node.js with npm")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tilbudsspejl"
    folder = cache / name
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / f"{name}.lock"):  # tests that run side by side need it at once
        if not folder.exists():
            say(f"installing {', '.join(packages)} into {folder}")
            _install(folder, packages)
    return folder / "node_modules"


def _install(folder: Path, packages: list[str]) -> None:
    # Moved there whole, so that an installation that breaks off is never taken for one.
    with tempfile.TemporaryDirectory(dir=folder.parent) as unfinished:
        made = Path(unfinished, folder.name)
        made.mkdir()
        command = ["npm", "install", "--prefix", str(made), "--no-audit", "--no-fund", "--loglevel=error"]
        if subprocess.run([*command, *packages], stdout=sys.stderr, check=False).returncode:
            raise NotInstalled(f"npm could not install {', '.join(packages)}")
        made.rename(folder)
