"""Progress on stderr: a bar on a terminal, a plain line now and then elsewhere."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING

from generator import console

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

EVERY = 5.0  # seconds between two plain lines


class Reporter:
    """Takes (step, done, in all) and shows it; made by `reporting`."""

    def __init__(self, bar: "Progress | None") -> None:
        self._bar = bar
        self._tasks: dict[str, TaskID] = {}
        self._begun: dict[str, float] = {}
        self._said = time.monotonic()

    def __enter__(self) -> "Reporter":
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, step: str, done: int, total: int | None) -> None:
        """Shows how far a step has come."""
        begun = self._begun.setdefault(step, time.monotonic())
        rate = done / max(time.monotonic() - begun, 1e-9) if time.monotonic() > begun else 0.0
        if self._bar is not None:
            task = self._tasks.get(step)
            if task is None:
                task = self._tasks[step] = self._bar.add_task(console.printable(step), total=total, rate=0.0)
            self._bar.update(task, completed=done, total=total, rate=rate)
        elif time.monotonic() - self._said >= EVERY:
            self._said = time.monotonic()
            left = f", {(total - done) / rate:.0f} s left" if total and rate else ""
            of = f" of {total}" if total else ""
            self.say(f"{step}: {done}{of}, {rate:.0f}/s{left}")

    def say(self, line: str) -> None:
        """A line for the operator."""
        if self._bar is not None:
            self._bar.console.print(console.printable(line), markup=False, highlight=False, soft_wrap=True)
        else:
            console.print_note(line)


def _bar() -> "Progress | None":
    """A bar where there is a terminal; elsewhere nobody need wait for rich to be loaded."""
    if not console.is_terminal():
        return None
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]:.0f}/s"),
        TimeRemainingColumn(),
        console=Console(file=console.terminal()),
        redirect_stdout=False,  # else what a library writes would go round the filter
        redirect_stderr=False,
    )


@contextmanager
def reporting() -> Iterator[Reporter]:
    """A reporter on stderr for as long as a command runs."""
    with Reporter(_bar()) as reporter:
        yield reporter
