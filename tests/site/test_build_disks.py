"""Full, read-only and broken disks, and limits of the system: one line, yesterday's site, and nothing left behind."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.site.build_kills import names, tree
from tests.support.disks import Disk, small_disk
from tests.support.register import make_demo, run_ok

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
BUILD = [sys.executable, "-m", "generator", "build", "--workers", "2"]
# Root may write everywhere; without these two rights it may as little as anybody.
AS_ANYBODY = (
    ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search", "--"]
    if os.geteuid() == 0
    else []
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register with yesterday's site; the next build has another title to write."""
    folder = make_demo(tmp_path_factory.mktemp("disks") / "register", offers=5)
    run_ok("build", folder=folder)
    (folder / "tilbudsspejl.toml").write_text('[site]\ntitle = "I dag"\n', encoding="utf-8")
    return folder


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A disk of 12 MB."""
    (tmp_path / "disk").mkdir()
    with small_disk(tmp_path / "disk", 12_000_000) as found:
        if isinstance(found, str):
            pytest.skip(found)  # no program that could be installed: what the kernel permits
        yield found


def build_on(disk: Disk, before: Sequence[str] = (), **settings: str) -> tuple[int, str]:
    """Builds in the disk's folder, with programs such as prlimit before the command; its code and its one line."""
    environment = {**ENVIRONMENT, **{f"TILBUDSSPEJL_{name}": value for name, value in settings.items()}}
    done = disk.run([*before, *BUILD], environment)
    own = [line for line in done.stderr.splitlines() if line.startswith("tilbudsspejl: ")]
    assert "Traceback" not in done.stderr and "unforeseen" not in done.stderr, done.stderr
    assert len(own) == (done.returncode != 0), done.stderr
    return done.returncode, own[0] if own else ""


def register_on(disk: Disk, built: Path) -> None:
    shutil.copytree(built, disk.here, dirs_exist_ok=True)


def check_untouched(disk: Disk, built: Path) -> None:
    """Yesterday's site stands and nothing else has come; with the trouble gone, the next build makes today's."""
    assert tree(disk.here / "site") == tree(built / "site")
    assert names(disk.here) - {"ballast"} == names(built)


def check_mended(disk: Disk, built: Path) -> None:
    assert build_on(disk) == (0, "")
    assert "I dag" in (disk.here / "site" / "index.html").read_text(encoding="utf-8")
    assert names(disk.here) - {"ballast"} == names(built)


@pytest.mark.parametrize("room", [0, 150_000, 900_000, 1_600_000])
def test_a_disk_that_gets_full(disk: Disk, built: Path, room: int) -> None:
    register_on(disk, built)
    disk.leave(room)
    code, said = build_on(disk)
    assert code == 1 and ("disk is full" in said or "make room" in said), said
    check_untouched(disk, built)
    disk.make_room()
    check_mended(disk, built)


def test_a_disk_without_a_free_inode(disk: Disk, built: Path) -> None:
    register_on(disk, built)
    used = os.statvfs(disk.here)
    inodes = used.f_files - used.f_ffree + 40
    assert disk.run(["mount", "-o", f"remount,nr_inodes={inodes}", str(disk.folder)], ENVIRONMENT).returncode == 0
    code, said = build_on(disk)
    assert code == 1 and "disk is full" in said, said
    check_untouched(disk, built)


def test_a_read_only_disk(disk: Disk, built: Path) -> None:
    register_on(disk, built)
    disk.make_read_only()
    code, said = build_on(disk)
    assert code == 2 and "Read-only file system" in said
    check_untouched(disk, built)


@pytest.mark.parametrize(
    ("limit", "word"),
    [
        ("--fsize=100000", "File too large"),
        ("--nofile=18", "Too many open files"),
    ],
)
def test_limits_of_the_system(disk: Disk, built: Path, limit: str, word: str) -> None:
    register_on(disk, built)
    code, said = build_on(disk, ["prlimit", limit, "--"])
    assert code in (1, 2) and word in said, said
    check_untouched(disk, built)


@pytest.mark.parametrize("protected", ["folder", "archive"])
def test_rights_that_are_missing(disk: Disk, built: Path, protected: str) -> None:
    register_on(disk, built)
    where = disk.here if protected == "folder" else disk.here / "register.sqlite"
    mode = where.stat().st_mode & 0o777
    where.chmod(0o555 if protected == "folder" else 0o000)
    code, said = build_on(disk, AS_ANYBODY)
    where.chmod(mode)
    assert code == 2 and ("rights" in said or "Permission denied" in said), said
    check_untouched(disk, built)


@pytest.mark.parametrize("what", ["archive is a folder", "archive is cut", "output in a file", "output leads nowhere"])
def test_what_is_not_what_it_should_be(disk: Disk, built: Path, what: str) -> None:
    register_on(disk, built)
    archive, settings = disk.here / "register.sqlite", dict[str, str]()
    if what == "archive is a folder":
        archive.unlink()
        archive.mkdir()
    elif what == "archive is cut":
        os.truncate(archive, archive.stat().st_size // 2)
    else:
        (disk.here / "link").symlink_to(disk.folder / "nowhere" / "at" / "all")
        settings["SITE__OUTPUT"] = "register.sqlite/site" if what == "output in a file" else "link"
    code, said = build_on(disk, **settings)
    if what == "output leads nowhere":
        assert (code, said) == (0, ""), "the folder that the link leads to is made"
        assert (disk.here / "nowhere" / "at" / "all" / "index.html").is_file()
        return
    assert code == (5 if what == "archive is cut" else 2), said
    (disk.here / "link").unlink(missing_ok=True)
    check_untouched(disk, built)


@pytest.mark.parametrize("streams", ["2>&-", "2>/dev/full", ">&- 2>&-"])
def test_words_that_nobody_can_read_are_lost_and_the_site_is_not(built: Path, tmp_path: Path, streams: str) -> None:
    folder = Path(shutil.copytree(built, tmp_path / "register"))
    script = f'cd "$0" && exec "$@" {streams}'
    done = subprocess.run(["sh", "-c", script, str(folder), *BUILD], env=ENVIRONMENT, capture_output=True, check=False)
    assert done.returncode == 0
    assert "I dag" in (folder / "site" / "index.html").read_text(encoding="utf-8")
    assert names(folder) == names(built)
