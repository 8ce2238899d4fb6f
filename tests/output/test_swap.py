"""How a site takes the old one's place, and what becomes of what can't be renamed or removed."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from generator.errors import OutputRefused, TilbudsspejlError
from generator.output.folder import MARKER, check_output, write_marker
from generator.output.swap import Leftover, repair, staging
from generator.removal import is_ours, remove_tree
from tests.support.disks import small_disk


def make_site(folder: Path, text: str) -> None:
    folder.mkdir()
    (folder / "index.html").write_text(text, encoding="utf-8")
    write_marker(folder, audience="internal")


def put(output: Path, text: str) -> list[Leftover]:
    """Stages a site of one page and swaps it in."""
    with staging(output) as staged:
        make_site(staged.site, text)
        staged.swap()
        staged.clear()
        return staged.leftovers


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.endswith(".lock"))


@contextmanager
def immutable(path: Path, folder: Path) -> Iterator[None]:
    """What not even root may remove or rename, wherever under the folder it lies in the end."""
    if subprocess.run(["chattr", "+i", str(path)], capture_output=True, check=False).returncode != 0:
        pytest.skip("this file system or user has no immutable files")
    try:
        yield
    finally:
        subprocess.run(["chattr", "-R", "-i", str(folder)], check=True)


def test_a_former_site_that_cannot_be_removed_is_told_and_stands_in_nobodys_way(tmp_path: Path) -> None:
    site = tmp_path / "site"
    put(site, "1")
    with immutable(site / "index.html", tmp_path):
        for number in "234":
            (left,) = put(site, number)
            assert (site / "index.html").read_text(encoding="utf-8") == number
            assert left.folder == tmp_path / ".site.removed-1"
            assert left.reason == "Operation not permitted: index.html"
            assert names(tmp_path) == [".site.removed-1", "site"]
    assert put(site, "5") == []
    assert names(tmp_path) == ["site"]


def test_a_folder_that_cannot_be_renamed_keeps_the_old_site(tmp_path: Path) -> None:
    site = tmp_path / "site"
    put(site, "1")
    with immutable(site, tmp_path), pytest.raises(TilbudsspejlError, match="the old one stands as it was"):
        put(site, "2")
    assert (site / "index.html").read_text(encoding="utf-8") == "1"
    assert names(tmp_path) == ["site"]


def test_a_swap_between_its_renames_is_repaired_and_what_was_being_removed_is_not_put_back(tmp_path: Path) -> None:
    site = tmp_path / "site"
    make_site(tmp_path / ".site.old-9", "1")
    make_site(tmp_path / ".site.old-10", "2")
    make_site(tmp_path / ".site.removed-11", "3")
    (tmp_path / ".site.build-x").mkdir()
    repair(site)
    assert (site / "index.html").read_text(encoding="utf-8") == "2"
    assert names(tmp_path) == ["site"]
    site.rename(tmp_path / ".site.removed-1")
    repair(site)
    assert names(tmp_path) == []


def test_what_an_operator_has_named_so_is_left_alone(tmp_path: Path) -> None:
    mine = [".site.old-2024", ".site.removed-old", ".site.build-mine", ".site.old"]
    for name in mine:
        (tmp_path / name).mkdir()
        (tmp_path / name / "mine.txt").write_text("mine", encoding="utf-8")
    make_site(tmp_path / "elsewhere", "1")
    (tmp_path / ".site.removed-7").symlink_to("elsewhere")
    before = sorted(map(str, tmp_path.rglob("*")))
    repair(tmp_path / "site")
    put(tmp_path / "site", "2")
    put(tmp_path / "site", "3")
    assert [
        path for path in sorted(map(str, tmp_path.rglob("*"))) if "/site" not in path and ".lock" not in path
    ] == before


def test_a_removal_that_was_killed_is_gone_on_with(tmp_path: Path) -> None:
    site = tmp_path / "site"
    make_site(tmp_path / ".site.removed-1", "1")
    (tmp_path / ".site.removed-1" / "index.html").unlink()  # of what is removed, the marker goes last
    (tmp_path / ".site.build-k1ll").mkdir()  # killed before it was marked: there is nothing in it
    put(site, "2")
    assert names(tmp_path) == ["site"]


def test_a_mark_goes_last(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    make_site(folder, "1")
    with immutable(folder / "index.html", tmp_path):
        assert remove_tree(folder, MARKER) == "Operation not permitted: index.html"
        assert is_ours(folder, MARKER)
    assert remove_tree(folder, MARKER) == "" and not folder.exists()
    assert remove_tree(folder, MARKER) == ""


def test_a_place_where_no_file_can_be_made_is_said_so() -> None:
    if not Path("/proc/self").exists():
        pytest.skip("this system has no /proc")
    with pytest.raises(OutputRefused, match="can't be written to"), staging(Path("/proc/site")):
        pass


def test_a_folder_made_empty_meanwhile_gives_way_to_the_old_site(tmp_path: Path) -> None:
    site = tmp_path / "site"
    put(site, "1")
    site.rename(tmp_path / ".site.old-1")
    site.mkdir()
    repair(site)
    assert (site / "index.html").is_file()


def test_a_running_build_is_left_alone(tmp_path: Path) -> None:
    site = tmp_path / "site"
    with staging(site) as staged:
        repair(site)
        assert staged.site.parent.is_dir()
        with pytest.raises(OutputRefused, match="another build"), staging(site):
            pass


@pytest.mark.skipif(os.name != "posix", reason="mounts are POSIX's")
def test_a_mount_point_is_refused_before_the_work_begins(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    with small_disk(tmp_path / "site", 1_000_000) as disk:
        if isinstance(disk, str):
            pytest.skip(disk)
        script = (
            "import sys; from pathlib import Path; from generator.output.folder import check_output\n"
            "try: check_output(Path(sys.argv[1]), 'internal')\n"
            "except Exception as error: print(error)"
        )
        command = [sys.executable, "-c", script, str(disk.folder)]
        done = disk.run(command, {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2])})
        assert "is a mount point" in done.stdout, done.stderr
    check_output(tmp_path / "site", "internal")


def test_the_folder_of_a_running_build_is_for_its_owner_alone(tmp_path: Path) -> None:
    with staging(tmp_path / "site") as staged:
        assert staged.site.parent.stat().st_mode & 0o777 == 0o700
