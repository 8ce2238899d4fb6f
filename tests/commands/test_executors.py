"""The processes of a build have ended when its block has, whatever became of one of them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")

# A worker that waits for a task holds the lock of the queue, and takes it along when it is killed.
KILLED_WHILE_IDLE = """
import multiprocessing, os, signal, time
from generator.building.executors import process_pool

def main():
    for _ in range(8):
        with process_pool(2, "generator", os.getpid) as pool:
            assert sorted(pool.map(abs, range(4))) == [0, 1, 2, 3]
            workers = multiprocessing.active_children()
            assert len(workers) == 2
            time.sleep(0.05)
            os.kill(workers[-1].pid, signal.SIGKILL)
        assert not multiprocessing.active_children()

if __name__ == "__main__":
    main()
"""


# A signal comes while a worker is waited for, which the fork server starts only when the command has ended: it is slow
# with what it loads. Here it waits for that, though not for ever.
TERMINATED_WHILE_STARTING = """
import multiprocessing.forkserver, os, signal, sys
from generator.building.executors import process_pool

def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    wait = multiprocessing.forkserver.read_signed

    def end_and_wait(descriptor):
        multiprocessing.forkserver.read_signed = wait
        os.kill(os.getpid(), signal.SIGTERM)
        return wait(descriptor)

    multiprocessing.forkserver.read_signed = end_and_wait
    with process_pool(2, "slow", os.getpid) as pool:
        sorted(pool.map(abs, range(4)))

if __name__ == "__main__":
    main()
"""
SLOW = """
import os, time

parent, end = os.getppid(), time.monotonic() + 2
while os.getppid() == parent and time.monotonic() < end:
    time.sleep(0.01)
"""


def run(folder: Path, script: str) -> tuple[int, str]:
    """The exit code of a script, and what it and all that it has started say on stderr."""
    (folder / "script.py").write_text(script, encoding="utf-8")
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "script.py"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((root, str(folder)))},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stderr


def test_a_worker_that_is_killed_when_all_is_done_keeps_nobody_waiting(tmp_path: Path) -> None:
    assert run(tmp_path, KILLED_WHILE_IDLE) == (0, "")


def test_a_worker_that_is_being_started_when_a_signal_comes_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(SLOW, encoding="utf-8")
    assert run(tmp_path, TERMINATED_WHILE_STARTING) == (143, "")
