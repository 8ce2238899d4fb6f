"""`tilbudsspejl pull` in a process of its own that says where it is and takes its time, so that it can be killed there.

    with Killable(folder, ["pull", "--resume"], Manner(), environment) as running:
        running.wait_for("offer", 3)
        running.kill()

The process is forked from one that has imported the program already: an import takes longer than such a pull. What
runs is the command line's own `main`, with slices that are many and small, and pauses where a pull of a small register
would be too quick to be caught.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from generator import cli
from generator.archive import migrations, writer
from generator.archive.merge import Merge
from generator.archive.staging import Staging
from generator.archive.writer import ArchiveWriter
from generator.commands import pull
from generator.pulling import pull_plan
from tests.support.commands import forkserver

DEADLINE = 60.0  # seconds that anything here may take


@dataclass(frozen=True, slots=True)
class Manner:
    """How the process pulls."""

    slice: int = 60  # documents
    cache: int | None = None  # pages that the archive may keep unwritten, at the most
    pause: float = 0.0  # seconds, about, at each mark
    seed: int = 0  # of the pauses' lengths
    hold: str = ""  # the mark at which it waits, the first time, for `go_on`


class Killable:
    """A process of the command line, killed at the end of the block if it still runs."""

    def __init__(self, folder: Path, arguments: Sequence[str], manner: Manner, environment: Mapping[str, str]) -> None:
        context = forkserver()
        self._marks, theirs = context.Pipe()
        self._log = folder.with_name(f"{folder.name}.log")
        self.marks: list[str] = []
        self._process = context.Process(
            target=_run, args=(str(folder), str(self._log), list(arguments), manner, dict(environment), theirs)
        )
        self._process.start()
        theirs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        self._process.close()
        self._marks.close()

    @property
    def said(self) -> str:
        """All that it wrote on stdout and stderr."""
        return self._log.read_text(encoding="utf-8")

    def wait_for(self, mark: str, times: int = 1) -> bool:
        """Waits until it has been at a mark so often; False if it ended before."""
        while self.marks.count(mark) < times:
            if not self._take(DEADLINE):
                return False
        return True

    def go_on(self) -> None:
        """Ends its waiting."""
        self._marks.send("go on")

    @property
    def has_ended(self) -> bool:
        """Whether it has ended by itself."""
        return not self._process.is_alive()

    def wait(self) -> int:
        """Its exit code."""
        while self._take(DEADLINE):
            pass
        self._process.join(DEADLINE)
        assert self._process.exitcode is not None, "it does not end"
        return self._process.exitcode

    def send(self, number: int) -> None:
        """Sends it a signal."""
        assert self._process.pid is not None
        os.kill(self._process.pid, number)

    def kill(self) -> int:
        """Kills it, as `kill -9` does; its exit code: -9, or another if it had ended by then."""
        self._process.kill()
        return self.wait()

    def _take(self, seconds: float) -> bool:
        """The next mark; False at the end of the process."""
        with suppress(EOFError, ConnectionResetError):
            if not self._marks.poll(seconds):
                raise AssertionError(f"nothing happens after {self.marks[-1:]}: {self.said}")
            self.marks.append(self._marks.recv())
            return True
        return False


def _run(
    folder: str, log: str, arguments: list[str], manner: Manner, environment: dict[str, str], marks: Connection
) -> None:
    os.chdir(folder)
    for name in [name for name in os.environ if name.startswith("TILBUDSSPEJL_")]:
        del os.environ[name]
    os.environ.update(environment)
    with Path(log).open("w", encoding="utf-8") as file:
        sys.stdout = sys.stderr = file
        _put_up_marks(manner, marks)
        sys.argv = ["tilbudsspejl", *arguments]
        cli.main()


def _put_up_marks(manner: Manner, marks: Connection) -> None:
    """Lets the program say where it is; in a process that runs nothing else."""
    chance, held = random.Random(manner.seed), [manner.hold]

    def say(mark: str) -> None:
        marks.send(mark)
        if mark in held:
            held.clear()
            marks.recv()
        time.sleep(chance.uniform(0, 2 * manner.pause))

    def before(owner: Any, name: str, mark: str, after: str = "") -> None:
        original: Callable[..., Any] = getattr(owner, name)

        def marked(*args: Any, **kwargs: Any) -> Any:
            say(mark)
            result = original(*args, **kwargs)
            if after:
                say(after)
            return result

        setattr(owner, name, marked)

    say("start")
    pull_plan.SLICE = manner.slice
    before(Staging, "open_slice", "slice")
    before(Staging, "sweep", "sweep")
    before(ArchiveWriter, "publish", "publish")
    before(Merge, "_write", "offer")
    before(ArchiveWriter, "_merge", "merge", after="commit")  # what follows is the transaction's end
    before(Staging, "remove", "published", after="removed")
    before(pull, "write_receipt", "receipt", after="end")
    before(migrations, "write_present", "migrate")
    if manner.cache is not None:
        _keep_little(manner.cache)


def _keep_little(pages: int) -> None:
    """Lets the archive be written while it is published, as one is that is larger than SQLite's cache."""
    names = vars(writer)
    original = names["open_for_writing"]

    def opened(path: Path, *more: int) -> Any:
        connection = original(path, *more)
        connection.execute(f"PRAGMA cache_size = {pages}")
        return connection

    names["open_for_writing"] = opened
