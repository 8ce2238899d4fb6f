"""A full disk and missing rights: told in one line, the archive as it was, and the next pull goes on."""

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pull.killable import Killable, Manner
from tests.pull.kills import FILES, state_of
from tests.pull.mirror import Mirror, complete
from tests.support.disks import Disk, small_disk
from tests.support.elasticsearch import Server

ROOT = Path(__file__).parents[2]
PULL = """
import resource, sys
from generator.pulling import pull_plan
from generator.cli import main

limit = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
pull_plan.SLICE = 60
main()
"""
READ = "import sys; from pathlib import Path; from tests.pull.kills import state_of; print(state_of(Path(sys.argv[1])))"
FULL = "; make room on the disk and try again"

# Root may write everywhere; without these two rights it may as little as anybody.
AS_ANYBODY = (
    ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search", "--"]
    if os.geteuid() == 0
    else []
)


@pytest.fixture
def environment(filled: Server) -> dict[str, str]:
    """What a pull's process finds."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "LANG": "C.UTF-8",
        "TILBUDSSPEJL_USERNAME": filled.username or "",
        "TILBUDSSPEJL_PASSWORD": filled.password or "",
    }


@pytest.fixture(scope="module")
def undisturbed(demo: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> str:
    """The digest of the register."""
    return Mirror(tmp_path_factory.mktemp("undisturbed")).pull(complete(demo["now"])).digest


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A disk of 8 MB."""
    (tmp_path / "disk").mkdir()
    with small_disk(tmp_path / "disk", 8_000_000) as found:
        if isinstance(found, str):
            # No program that could be installed: what the kernel permits. The limit on a file's size stands in for it.
            pytest.skip(found)
        yield found


def pull(*arguments: str, limit: int = resource.RLIM_INFINITY) -> list[str]:
    """The command of a pull in small slices, which may write no file larger than the limit."""
    return [sys.executable, "-c", PULL, str(limit), "pull", *arguments]


def of_disk(disk: Disk, folder: Path) -> str:
    """The digest of what is served by the archive on the disk."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copyfile(disk.here / "register.sqlite", folder / "register.sqlite")
    assert not (disk.here / "register.sqlite-journal").exists()
    return state_of(folder / "register.sqlite").digest


def told(done: subprocess.CompletedProcess[str]) -> str:
    """The one line that says why a pull failed."""
    lines = done.stderr.splitlines()
    assert lines[-1].startswith("tilbudsspejl: "), done.stderr
    assert sum(line.startswith("tilbudsspejl: ") for line in lines) == 1
    assert "Traceback" not in done.stderr
    return lines[-1].removeprefix("tilbudsspejl: ")


# ---------------------------------------------------------------- full


class Tried:
    """Pulls on a disk with less and less room, or more and more."""

    def __init__(self, disk: Disk, earlier: bytes | None, environment: dict[str, str], undisturbed: str) -> None:
        self._disk, self._earlier, self._environment, self._undisturbed = disk, earlier, environment, undisturbed
        self._archive = disk.here / "register.sqlite"

    def got_full_while(self, room: int, copy: Path, *options: str) -> str:
        """What a pull did when the disk got full, "" if it ended well; the next one, with room, always does."""
        for name in FILES - {"tilbudsspejl.toml"}:
            (self._disk.here / name).unlink(missing_ok=True)
        if self._earlier is not None:
            self._archive.write_bytes(self._earlier)
        self._disk.leave(room)
        done = self._disk.run(pull(), self._environment)
        found = "" if done.returncode == 0 else self._check_failed(done)
        self._disk.make_room()
        again = self._disk.run(pull(*options), self._environment)
        assert again.returncode == 0, again.stderr
        assert of_disk(self._disk, copy) == self._undisturbed
        assert {path.name for path in self._disk.here.iterdir()} == FILES
        return found

    def _check_failed(self, done: subprocess.CompletedProcess[str]) -> str:
        where, message = self._disk.folder / "register.sqlite", told(done)
        assert done.returncode == 1, done.stderr
        assert message.removeprefix(f"archive {where}").removeprefix(".staging") == f": database or disk is full{FULL}"
        assert not self._archive.with_name("register.sqlite-journal").exists()
        if self._earlier is None:
            assert not self._archive.exists()
        else:
            assert self._archive.read_bytes() == self._earlier
        return "staging" if ".staging: " in message else "publishing"


@pytest.mark.parametrize("is_first", [True, False])
def test_a_disk_that_gets_full_while_staging_or_publishing(
    disk: Disk, mirror: Mirror, filled: Server, environment: dict[str, str], earlier_archive: bytes,
    undisturbed: str, tmp_path: Path, is_first: bool,
) -> None:  # fmt: skip
    mirror.configure(filled.url)
    shutil.copyfile(mirror.folder / "tilbudsspejl.toml", disk.here / "tilbudsspejl.toml")
    tried = Tried(disk, None if is_first else earlier_archive, environment, undisturbed)
    assert tried.got_full_while(0, tmp_path / "copy", "--resume") == "staging"
    # Between too little for staging and enough for all lies what is too little for publishing.
    found: list[str] = []
    least, most = 100_000, 2_000_000
    while "publishing" not in found:
        assert most - least > 5_000, f"never while publishing: {found}"
        room = (least + most) // 2
        found.append(tried.got_full_while(room, tmp_path / "copy", *["--resume"] * (len(found) % 2)))
        least, most = (room, most) if found[-1] == "staging" else (least, room)
    assert tried.got_full_while(room, tmp_path / "copy", "--resume") == "publishing"
    assert tried.got_full_while(room, tmp_path / "copy") == "publishing"


@pytest.mark.parametrize("limit", [0, 10_000, 100_000, 290_000])
def test_a_file_that_may_not_grow_any_more(
    mirror: Mirror, filled: Server, environment: dict[str, str], earlier_archive: bytes, undisturbed: str, limit: int
) -> None:
    mirror.configure(filled.url)
    mirror.archive.write_bytes(earlier_archive)
    done = subprocess.run(
        pull(limit=limit), cwd=mirror.folder, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1, done.stderr
    file = mirror.archive if limit == 290_000 else f"{mirror.archive}.staging"  # a little more than the archive has
    assert told(done) == f"archive {file}: disk I/O error{FULL}"
    assert mirror.archive.read_bytes() == earlier_archive
    again = subprocess.run(
        pull("--resume"), cwd=mirror.folder, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert again.returncode == 0, again.stderr
    assert ("pull: resuming" in again.stderr) == (limit >= 100_000)
    assert state_of(mirror.archive).digest == undisturbed
    assert {path.name for path in mirror.folder.iterdir()} == FILES


# ---------------------------------------------------------------- read only


def test_a_read_only_disk(
    disk: Disk, mirror: Mirror, filled: Server, environment: dict[str, str], earlier_archive: bytes
) -> None:
    mirror.configure(filled.url)
    shutil.copyfile(mirror.folder / "tilbudsspejl.toml", disk.here / "tilbudsspejl.toml")
    (disk.here / "register.sqlite").write_bytes(earlier_archive)
    disk.make_read_only()
    done = disk.run(pull(), environment)
    assert done.returncode == 2
    archive = disk.folder / "register.sqlite"
    assert done.stderr == f"tilbudsspejl: archive {archive}: its folder can't be written to: Read-only file system\n"
    read = disk.run([sys.executable, "-c", READ, "register.sqlite"], environment)
    assert (read.returncode, read.stdout.startswith("State(pulls=1, ")) == (0, True), read.stderr


@pytest.mark.parametrize("protected", ["folder", "archive", "lock", "folder, not the lock"])
def test_what_may_not_be_written_to_is_told_before_documents_are_read(
    mirror: Mirror, filled: Server, environment: dict[str, str], earlier_archive: bytes, protected: str
) -> None:
    # With an address at which nobody answers, where that is not even asked.
    if protected == "folder, not the lock":
        mirror.configure(filled.url)
    mirror.archive.write_bytes(earlier_archive)
    lock = mirror.folder / "register.sqlite.lock"
    if "lock" in protected:
        lock.touch()
    where = {"folder": mirror.folder, "archive": mirror.archive, "lock": lock}.get(protected, mirror.folder)
    mode = where.stat().st_mode
    where.chmod(mode & ~0o222)
    try:
        done, read = (
            subprocess.run(
                [*AS_ANYBODY, *command], cwd=mirror.folder, env=environment, capture_output=True, text=True,
                timeout=60, check=False,
            )
            for command in (pull(), [sys.executable, "-c", READ, "register.sqlite"])
        )  # fmt: skip
    finally:
        where.chmod(mode)
    assert done.returncode == 2, done.stderr
    message = told(done)
    assert message.startswith(f"archive {mirror.archive}")
    assert message.endswith(
        ("its folder can't be written to: Permission denied", "check the rights to the file and its folder")
    )
    assert mirror.archive.read_bytes() == earlier_archive
    assert (read.returncode, read.stdout.startswith("State(pulls=1, ")) == (0, True), read.stderr


def test_an_archive_whose_pull_was_killed_is_not_read_half_by_who_may_not_put_it_back(
    mirror: Mirror, demo: dict[str, Path], environment: dict[str, str], earlier_archive: bytes
) -> None:
    mirror.archive.write_bytes(earlier_archive)
    arguments = ["pull", "--from", str(demo["now"]), "--complete"]
    with Killable(mirror.folder, arguments, Manner(hold="commit", cache=2), {}) as running:
        assert running.wait_for("commit")
        assert running.kill() == -9
    assert mirror.archive.read_bytes() != earlier_archive
    read = [*AS_ANYBODY, sys.executable, "-c", READ, "register.sqlite"]
    mirror.folder.chmod(0o555)
    mirror.archive.chmod(0o444)
    try:
        done = subprocess.run(read, cwd=mirror.folder, env=environment, capture_output=True, text=True, check=False)
    finally:
        mirror.folder.chmod(0o755)
        mirror.archive.chmod(0o644)
    assert done.returncode == 1
    assert "; check the rights to the file and its folder" in done.stderr
    assert state_of(mirror.archive).pulls == 1
    assert mirror.archive.read_bytes() == earlier_archive
