"""The demo registers that are searched: made, pulled and built as `make demo` does it, and kept for the next run."""

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.search.console import say, stop

SEED = 1
ROOT = Path(__file__).parents[2]
PROGRAM = ("generator", "templates", "static")
# Beside the site: what the program was that built it.
STAMP = "benchmark.stamp"


def prepare(folder: Path, offers: int) -> Path:
    """The folder of a register with its site, made unless it is there; built anew where the program has changed."""
    mirror = folder / f"r{offers}"
    if not (mirror / "register.sqlite").exists():
        folder.mkdir(parents=True, exist_ok=True)
        # Moved there whole, so that a register that breaks off is never taken for one.
        with tempfile.TemporaryDirectory(dir=folder) as unfinished:
            made = Path(unfinished, mirror.name)
            _make(made, offers)
            made.rename(mirror)
    stamp, program = mirror / STAMP, _program()
    if not stamp.exists() or stamp.read_text(encoding="ascii") != program:
        say(f"{offers} offers: building the site")
        _run("build", "--config", str(mirror / "tilbudsspejl.toml"))
        stamp.write_text(program, encoding="ascii")
    return mirror


def _make(mirror: Path, offers: int) -> None:
    say(f"{offers} offers: making the register")
    _run("demo", str(mirror), "--offers", str(offers), "--seed", str(SEED))
    config = str(mirror / "tilbudsspejl.toml")
    for file in ("demo-earlier.ndjson.zst", "demo.ndjson.zst"):
        say(f"{offers} offers: pulling {file}")
        _run("pull", "--config", config, "--from", str(mirror / file), "--complete")


def _program() -> str:
    """The hash of everything that decides what a site looks like."""
    digest = hashlib.sha256()
    files = (path for part in PROGRAM for path in ROOT.joinpath(part).rglob("*") if path.is_file())
    for path in sorted(path for path in files if path.suffix != ".pyc"):
        digest.update(f"{path.relative_to(ROOT).as_posix()}\n".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _run(*words: str) -> None:
    # Nothing of the caller's own settings; the program of this checkout, wherever another is installed.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TILBUDSSPEJL_")}
    environment["PYTHONPATH"] = str(ROOT)
    done = subprocess.run(
        [sys.executable, "-m", "generator", *words], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise stop(f"tilbudsspejl {words[0]} failed ({done.returncode}): {(done.stderr or done.stdout)[-2000:]}")
