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


def test_a_worker_that_is_killed_when_all_is_done_keeps_nobody_waiting(tmp_path: Path) -> None:
    (tmp_path / "killed.py").write_text(KILLED_WHILE_IDLE, encoding="utf-8")
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "killed.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": root},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
