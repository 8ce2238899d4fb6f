"""An archive that was lost is not begun anew without a word; one that never was is."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from generator import config
from generator.archive.reader import Archive
from generator.archive_files import RECEIPT, SEARCH_INDEX
from generator.commands.status import status
from generator.errors import ArchiveUnavailable, UsageError
from generator.output.folder import write_marker
from generator.pulling.extract import PullOptions
from tests.pull.mirror import Mirror, complete

FIRST = PullOptions(first=True)


def cut(archive: Path) -> None:
    archive.write_bytes(b"")


LOST: dict[str, Callable[[Path], None]] = {"cut to nothing": cut, "removed": Path.unlink}


def leave_index(mirror: Mirror) -> Path:
    index = config.load(mirror.folder / "tilbudsspejl.toml").search_index
    index.mkdir(exist_ok=True)
    assert index.name.endswith(SEARCH_INDEX)
    return index


def leave_site(mirror: Mirror) -> Path:
    site = mirror.folder / "site"
    site.mkdir()
    write_marker(site, audience="internal")
    return site / ".tilbudsspejl.json"


def leave_receipt(mirror: Mirror) -> Path:
    receipt = mirror.archive.with_name(f"{mirror.archive.name}{RECEIPT}")
    receipt.write_bytes(b"{}")
    return receipt


@pytest.mark.parametrize("leave", [leave_receipt, leave_index, leave_site])
@pytest.mark.parametrize("lost", LOST)
def test_whatever_shows_that_there_was_an_archive_keeps_a_pull_from_beginning_anew(
    mirror: Mirror, demo: dict[str, Path], lost: str, leave: Callable[[Mirror], Path]
) -> None:
    mirror.pull(complete(demo["earlier"]))
    mirror.archive.with_name(f"{mirror.archive.name}{RECEIPT}").unlink()
    trace = leave(mirror)
    LOST[lost](mirror.archive)
    what = "not there" if lost == "removed" else "empty"
    before = mirror.files()
    with pytest.raises(ArchiveUnavailable) as caught:
        mirror.pull(complete(demo["earlier"]))
    assert f"{what}, though {trace} shows that there was one; restore it from a backup" in str(caught.value)
    assert "`tilbudsspejl pull --first`" in str(caught.value)
    assert mirror.files() == before
    assert mirror.pull(complete(demo["earlier"]), FIRST).number == 1
    assert mirror.pull(complete(demo["earlier"])).number == 2


def test_a_link_to_where_no_archive_is_yet_stays_and_is_named(mirror: Mirror, demo: dict[str, Path]) -> None:
    """An archive on another disk, say: made in the place of the link it would lie on the wrong one."""
    goal = mirror.folder / "elsewhere" / "register.sqlite"
    goal.parent.mkdir()
    mirror.archive.symlink_to(goal)
    for _ in range(2):
        with pytest.raises(ArchiveUnavailable, match=f"is a link to {goal}, where there is nothing"):
            mirror.pull(complete(demo["earlier"]))
        assert mirror.archive.is_symlink() and not goal.exists()


def test_readers_name_the_backup_too(mirror: Mirror, demo: dict[str, Path]) -> None:
    mirror.pull(complete(demo["earlier"]))
    cut(mirror.archive)
    configuration = config.load(mirror.folder / "tilbudsspejl.toml")
    for read in (lambda: Archive(mirror.archive), lambda: status(configuration, 5)):
        with pytest.raises(ArchiveUnavailable, match=r"empty, though .* shows that there was one; restore it"):
            read()


def test_an_archive_that_has_pulls_is_never_first(mirror: Mirror, demo: dict[str, Path]) -> None:
    mirror.pull(complete(demo["earlier"]), FIRST)
    before = mirror.files()
    with pytest.raises(UsageError, match=r"--first: archive .* has 1 pulls already, and stays as it is"):
        mirror.pull(complete(demo["now"]), FIRST)
    assert mirror.files() == before


def test_a_backup_that_is_brought_back_goes_on(mirror: Mirror, demo: dict[str, Path], tmp_path: Path) -> None:
    mirror.pull(complete(demo["earlier"]))
    shutil.copyfile(mirror.archive, tmp_path / "backup")
    mirror.archive.unlink()
    shutil.copyfile(tmp_path / "backup", mirror.archive)
    assert mirror.pull(complete(demo["now"])).number == 2
