"""Builds that are ended at chosen places: for the tests and `benchmarks.build_kills`.

A build goes through places that can be counted: each word of its progress, and each rename. At the one that was drawn
it is ended: the process itself, one of its workers, or the server that starts them. So a kill lands in the same place
however busy the machine is.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).parents[2]
Victim = Literal["parent", "worker", "forkserver", "terminated", "interrupted", "memory", "disk"]
Kind = Literal["progress", "rename"]

_COMMAND = """
import errno, multiprocessing, os, signal, sys
from multiprocessing import forkserver
from pathlib import Path

victim, kind, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
sys.argv[1:] = sys.argv[4:]
passed = 0
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell that starts us in the background has it ignored

def end():
    if victim == "parent":
        os.kill(os.getpid(), signal.SIGKILL)
    elif victim in ("terminated", "interrupted"):
        os.kill(os.getpid(), signal.SIGTERM if victim == "terminated" else signal.SIGINT)
    elif victim == "memory":
        raise MemoryError
    elif victim == "disk":
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    elif victim == "worker":
        for process in multiprocessing.active_children()[-1:]:
            os.kill(process.pid, signal.SIGKILL)
    else:
        os.kill(forkserver._forkserver._forkserver_pid, signal.SIGKILL)

def place(of_kind):
    global passed
    if of_kind == kind:
        passed += 1
        if passed == number:
            print("ended at", kind, number, file=sys.stderr, flush=True)
            end()

rename = Path.rename
def renamed(self, target):
    place("rename")
    return rename(self, target)
Path.rename = renamed

from generator import progress
said = progress.Reporter.__call__
def reported(self, step, done, total):
    place("progress")
    return said(self, step, done, total)
progress.Reporter.__call__ = reported

from generator.cli import main
main()
"""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a build ended."""

    code: int
    has_landed: bool  # whether it came to the place at all
    said: str  # its last line on stderr, "" if it had no time for one


def build_and_end(folder: Path, victim: Victim, kind: Kind, number: int, *options: str) -> Ended:
    """Builds in a folder, and ends the victim at a place: the n-th word of progress, or before the n-th rename."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TILBUDSSPEJL_")}
    done = subprocess.run(
        [sys.executable, "-c", _COMMAND, victim, kind, str(number), "build", "--workers", "2", *options],
        cwd=folder,
        env={**environment, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    lines = done.stderr.splitlines()
    own = [line for line in lines if line.startswith("tilbudsspejl: ")]
    assert "Traceback" not in done.stderr, done.stderr
    assert len(own) <= 1, done.stderr
    return Ended(done.returncode, f"ended at {kind} {number}" in lines, own[0] if own else "")


def tree(folder: Path) -> dict[str, bytes]:
    """Every file under a folder by its place in it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def names(folder: Path) -> set[str]:
    """What lies in a register's folder, but for what only locks."""
    return {path.name for path in folder.iterdir() if not path.name.endswith(".lock")}
