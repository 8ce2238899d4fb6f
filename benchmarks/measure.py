"""Runs a command and writes down what it took: `python -I -S measure.py FIGURES COMMAND …`.

A process of its own, because a child's peak memory as the system counts it begins with that of whoever started it:
this one is as small as Python gets (9 MB), so what it counts is the command's.
"""

import os
import sys
import time
from pathlib import Path


def main(figures: str, *command: str) -> int:
    """Writes seconds of wall clock and peak resident bytes to the file `figures`; the command's own exit code."""
    begun = time.perf_counter()
    process = os.posix_spawnp(command[0], command, os.environ)
    _, status, usage = os.wait4(process, 0)
    seconds = time.perf_counter() - begun
    peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    Path(figures).write_text(f"{seconds} {peak}", encoding="ascii")
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
