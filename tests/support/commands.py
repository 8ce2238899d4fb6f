"""`tilbudsspejl` in a process of its own that need not read the program's modules and templates anew.

To do so takes up to two seconds each time, and the tests run some hundreds of commands. So it is done once, by the
process from which Python's `forkserver` makes all others; what else `python -m generator` gives a command it has too:
arguments, folder, environment, pipes for what it says, and an exit code of its own.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path

PATIENCE = 300  # seconds that a command may take


def forkserver() -> ForkServerContext:
    """What makes processes that have begun with `tests.support.preloaded`."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.support.preloaded"])
    return context


def run_forked(arguments: list[str], folder: Path, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Runs `tilbudsspejl` in a folder, with nothing in its environment but `env`.

    Raises subprocess.TimeoutExpired if it takes longer than five minutes.
    """
    context = forkserver()
    (out, theirs_out), (err, theirs_err) = context.Pipe(duplex=False), context.Pipe(duplex=False)
    process = context.Process(target=_become, args=(arguments, str(folder), dict(env), theirs_out, theirs_err))
    process.start()
    theirs_out.close()
    theirs_err.close()
    with ThreadPoolExecutor(2) as readers:
        said = [readers.submit(_read, end) for end in (out, err)]
        process.join(PATIENCE)
        if process.exitcode is None:
            process.kill()
            raise subprocess.TimeoutExpired(arguments, PATIENCE)
        stdout, stderr = (one.result() for one in said)
    code = process.exitcode
    process.close()
    return subprocess.CompletedProcess(arguments, code, stdout, stderr)


def _read(end: Connection) -> str:
    """All that is said on a stream, until nobody has it open."""
    with end, os.fdopen(os.dup(end.fileno()), encoding="utf-8") as stream:
        return stream.read()


def _become(arguments: list[str], folder: str, env: dict[str, str], out: Connection, err: Connection) -> None:
    """Goes on as the command."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    for end, descriptor in ((out, 1), (err, 2)):
        os.dup2(end.fileno(), descriptor)
        end.close()
    # As Python opens them where LANG is C.UTF-8.
    sys.stdout = open(1, "w", encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    sys.argv = ["tilbudsspejl", *arguments]
    runpy.run_module("generator", run_name="__main__", alter_sys=True)
