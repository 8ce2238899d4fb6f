"""A made-up register in a folder, pulled and built the way a person does it: by the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import orjson

from generator.demo import Layout, dump_lines
from tests.support.clock import inherited
from tests.support.commands import PATIENCE, run_forked


def run(*arguments: str | Path, folder: Path, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Runs `tilbudsspejl` in a folder, in a process of its own, with nothing of ours in the environment but `env`.

    A build has one worker unless the test says otherwise: so small a register takes twice as long with more.
    """
    clock = inherited()
    paths = [str(Path(__file__).parents[2]), *filter(None, [clock.get("PYTHONPATH")])]
    ours = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TILBUDSSPEJL_SITE__WORKERS": "1", **clock}
    ours["PYTHONPATH"] = os.pathsep.join(paths)
    words = list(map(str, arguments))
    # A build with several workers starts a forkserver of its own, and has it in tests as elsewhere.
    if os.name == "posix" and "--workers" not in words and not any(name.startswith("PYTHON") for name in env or {}):
        return run_forked(words, folder, {**ours, **(env or {})})
    return subprocess.run(
        [sys.executable, "-m", "generator", *words],
        cwd=folder,
        env={**ours, **(env or {})},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def run_ok(*arguments: str | Path, folder: Path, env: Mapping[str, str] | None = None) -> str:
    """The same for a command that must succeed; returns its stdout."""
    done = run(*arguments, folder=folder, env=env)
    assert done.returncode == 0, f"{arguments}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def make_demo(folder: Path, offers: int = 40, seed: int = 1, layout: Layout = "version") -> Path:
    """A demo register in its folder, pulled twice (as it was, and as it is); not yet built."""
    given = ("--offers", str(offers), "--seed", str(seed), "--layout", layout)
    run_ok("demo", folder, *given, folder=folder.parent)
    run_ok("pull", "--from", "demo-earlier.ndjson.zst", "--complete", folder=folder)
    run_ok("pull", "--from", "demo.ndjson.zst", "--complete", folder=folder)
    return folder


def real_documents(offers: int = 12, seed: int = 7, layout: Layout = "version") -> list[dict[str, Any]]:
    """Demo documents that don't say that they are: what the agreement has to guard."""
    documents = []
    for line in dump_lines(offers, seed, layout=layout):
        document = orjson.loads(line)
        del document["_source"]["TilbudEnvelope"]["demo"]
        documents.append(document)
    return documents


def write_dump(path: Path, documents: Iterable[Mapping[str, Any]]) -> Path:
    """Writes documents as elasticdump does: one a line."""
    path.write_bytes(b"".join(orjson.dumps(document) + b"\n" for document in documents))
    return path
