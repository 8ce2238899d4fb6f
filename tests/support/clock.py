"""Another clock for a test run, and for all processes that it starts: by libfaketime, which Debian calls `faketime`."""

from __future__ import annotations

import os
import shutil
from datetime import datetime
from pathlib import Path

ABSENT = "no faketime: `apt-get install faketime`"
FOLDER = Path(__file__).with_name("other_clock")
_VARIABLES = ("LD_PRELOAD", "FAKETIME", "FAKETIME_SHARED", "FAKETIME_DONT_FAKE_MONOTONIC", "NO_FAKE_STAT")


def clocked(moment: datetime, command: list[str]) -> tuple[list[str], dict[str, str]]:
    """The command as it begins at another moment, and what it needs in the environment besides."""
    begins = moment.strftime("%Y-%m-%d %H:%M:%S")
    found = [shutil.which("faketime") or "faketime", "-m", "--exclude-monotonic", begins, *command]
    # The times of files stay what they are: Python looks at them to see whether its own are up to date.
    return found, {"TZ": "UTC", "NO_FAKE_STAT": "1", "PYTHONPATH": str(FOLDER)}


def inherited() -> dict[str, str]:
    """What a process needs in its environment to go by the clock that this one was given, if it was given one."""
    if "FAKETIME" not in os.environ:
        return {}
    return {name: os.environ[name] for name in _VARIABLES if name in os.environ} | {"PYTHONPATH": str(FOLDER)}
