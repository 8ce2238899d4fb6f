"""A disk that is small or read-only, for programs that are run on it: nothing of it is left when its block ends.

It is a tmpfs in a mount namespace of its own, which the kernel takes away with the process that holds it; that process
ends with its standard input, so also when the tests are killed. Needs Linux, and root or unprivileged user namespaces.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_HOLD = 'mount -t tmpfs -o "size=$1" tilbudsspejl-test "$2" && echo mounted && exec cat'
_AS_ROOT = os.geteuid() == 0 if hasattr(os, "geteuid") else False


@dataclass(frozen=True, slots=True)
class Disk:
    """The disk; `folder` is where programs on it find it."""

    folder: Path
    pid: int

    @property
    def here(self) -> Path:
        """The folder as this process can look into it; only open files below, don't resolve it."""
        return Path(f"/proc/{self.pid}/root{self.folder}")

    @property
    def free(self) -> int:
        """Bytes that can still be written."""
        found = os.statvfs(self.here)
        return found.f_bavail * found.f_frsize

    def leave(self, size: int) -> None:
        """Fills the disk up but for so many bytes."""
        ballast = self.here / "ballast"
        ballast.unlink(missing_ok=True)
        ballast.write_bytes(bytes(max(0, self.free - size)))

    def make_room(self) -> None:
        """Takes away what fills it up."""
        (self.here / "ballast").unlink()

    def make_read_only(self) -> None:
        """As a medium that can't be written to."""
        done = self.run(["mount", "-o", "remount,ro", str(self.folder)], {"PATH": os.environ["PATH"]})
        assert done.returncode == 0, done.stderr

    def run(self, command: Sequence[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Runs a program in the folder."""
        user = [] if _AS_ROOT else ["--user", "--preserve-credentials"]
        enter = ["nsenter", f"--target={self.pid}", "--mount", *user, "--"]
        inside = ["sh", "-c", 'cd "$0" && exec "$@"', str(self.folder), *command]
        return subprocess.run(
            [*enter, *inside], env=dict(environment), capture_output=True, text=True, timeout=300, check=False
        )


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Disk | str]:
    """A disk of so many bytes at an empty folder; a text that says why where there can be none."""
    user = [] if _AS_ROOT else ["--map-root-user"]
    command = ["unshare", "--mount", *user, "--", "sh", "-c", _HOLD, "sh", str(size), str(folder)]
    try:
        holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except FileNotFoundError:
        yield "no unshare (util-linux)"
        return
    assert holder.stdin is not None
    assert holder.stdout is not None
    with holder:
        said = holder.stdout.readline().decode().strip()
        try:
            yield Disk(folder, holder.pid) if said == "mounted" else f"no disk of our own can be mounted: {said}"
        finally:
            holder.stdin.close()
