"""What goes by this machine's clock is tested under others: around midnight, in Denmark and in UTC, and on the days
when summer time begins and ends. Tests that read the clock are marked `clock`, and none does so when it is imported.
"""

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.support.clock import ABSENT, clocked
from tests.support.tools import missing_tool

ROOT = Path(__file__).parents[1]
MARK = "pytest.mark.clock"

MOMENTS = {
    "Danish midnight passes": "2027-01-14 22:59:50",
    "tomorrow in Denmark, and a day of 23 hours": "2027-03-27 23:30:00",
    "midnight passes in UTC": "2027-01-14 23:59:50",
    "an hour that comes twice": "2027-10-31 00:30:00",
    "noon": "2027-01-15 12:00:00",
}


def modules() -> list[Path]:
    """All modules with tests in them, this one aside."""
    return sorted(path for path in ROOT.glob("tests/**/test_*.py") if path.name != Path(__file__).name)


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS.keys())
def test_what_goes_by_the_clock_holds_at_any_time_of_day(moment: str) -> None:
    if not shutil.which("faketime"):
        missing_tool(ABSENT)
    marked = [str(path) for path in modules() if MARK in path.read_text(encoding="utf-8")]
    pytest_command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "clock", *marked]
    command, environment = clocked(datetime.fromisoformat(f"{moment}Z"), pytest_command)
    environment = {**os.environ, **environment}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    assert " passed" in done.stdout and " skipped" not in done.stdout, done.stdout[-500:]


# ---------------------------------------------------------------- which tests these are

_READ = {("datetime", "now"), ("datetime", "today"), ("datetime", "utcnow"), ("date", "today"), ("time", "time")}


def reads(*nodes: ast.AST) -> list[int]:
    """The lines of these nodes in which the clock is read."""
    return sorted(
        call.lineno
        for node in nodes
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and (ast.unparse(call.func.value).rpartition(".")[2], call.func.attr) in _READ
    )


def on_import(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """What of these is run when the module is imported: all but the bodies of functions."""
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from (*node.decorator_list, node.args)
        elif isinstance(node, ast.ClassDef):
            yield from on_import([*node.decorator_list, *node.body])
        else:
            yield node


def faults(text: str) -> list[str]:
    """What is wrong with how a module of tests reads the clock."""
    module = ast.parse(text)
    found = [f"line {line}: the clock is read on import" for line in reads(*on_import(module.body))]
    functions = [node for node in module.body if isinstance(node, ast.FunctionDef)]
    marked = [function.name for function in functions if MARK in map(ast.unparse, function.decorator_list)]
    if any(isinstance(node, ast.Assign) and MARK in ast.unparse(node) for node in module.body):
        return found
    for function in functions:
        is_marked = function.name in marked if function.name.startswith("test_") else bool(marked)
        if not is_marked and (lines := reads(*function.body)):
            found.append(f"line {lines[0]}: {function.name} reads the clock; mark it {MARK}")
    return found


@pytest.mark.parametrize("module", modules(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_whoever_reads_the_clock_is_marked_and_reads_it_late(module: Path) -> None:
    assert faults(module.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("TODAY = datetime.now(UTC)", "line 1: the clock is read on import"),
        (
            "@pytest.mark.parametrize('day', [date.today()])\ndef test_x(day): ...",
            "line 1: the clock is read on import",
        ),
        ("def test_x():\n    assert dt.datetime.now()", f"line 2: test_x reads the clock; mark it {MARK}"),
        ("def now():\n    return time.time()\ndef test_x(): ...", f"line 2: now reads the clock; mark it {MARK}"),
    ],
)
def test_a_clock_that_is_read_is_found(text: str, fault: str) -> None:
    assert faults(text) == [fault]


@pytest.mark.parametrize(
    "text",
    [
        f"pytestmark = {MARK}\ndef test_x():\n    datetime.now(UTC)",
        f"def now():\n    return time.time()\n@{MARK}\ndef test_x(): ...",
        "def test_x():\n    assert time.monotonic() and clock.now()",
    ],
)
def test_a_clock_that_is_read_rightly_is_not(text: str) -> None:
    assert faults(text) == []
