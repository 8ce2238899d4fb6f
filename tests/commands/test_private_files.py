"""What holds more than an audience may see is for the operator alone, whatever the umask and whatever ends a run."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.register import make_demo, run_ok

pytestmark = pytest.mark.skipif(os.name != "posix", reason="rights are POSIX's")

COMMAND = "import os, sys; os.umask(int(sys.argv.pop(1), 8)); from generator.cli import main; main()"


def rights(path: Path) -> str:
    return f"{stat.S_IMODE(path.stat().st_mode):04o}"


def run_with_umask(umask: str, *arguments: str, folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, umask, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("umask", ["000", "022", "077"])
def test_archive_receipt_and_index_are_private_whatever_the_umask(tmp_path: Path, umask: str) -> None:
    folder = make_demo(tmp_path / "register", offers=5)
    for path in folder.glob("register.sqlite*"):
        path.unlink()
    run_with_umask(umask, "pull", "--from", "demo.ndjson.zst", "--complete", folder=folder)
    run_with_umask(umask, "build", folder=folder)
    run_with_umask(umask, "archive", "backup", "copy.sqlite", folder=folder)
    beside = sorted(path for path in folder.rglob("*") if path.name.startswith((".register", "register", "copy")))
    index = sorted((folder / "register.sqlite.search").rglob("*"))
    assert {path.name for path in beside} >= {"register.sqlite", "register.sqlite.receipt.json", "copy.sqlite"}
    assert len(index) > 5
    assert {path.name: rights(path) for path in (*beside, *index)} == {
        path.name: "0700" if path.is_dir() else "0600" for path in (*beside, *index)
    }


def test_a_site_has_the_rights_that_the_umask_gives(tmp_path: Path) -> None:
    folder = make_demo(tmp_path / "register", offers=5)
    run_with_umask("022", "build", folder=folder)
    found = {rights(path) for path in (folder / "site").rglob("*") if path.is_file()}
    assert (rights(folder / "site"), rights(folder / "site" / "tilbud"), found) == ("0755", "0755", {"0644"})


def test_an_archive_keeps_the_rights_that_its_operator_gave_it(tmp_path: Path) -> None:
    folder = make_demo(tmp_path / "register", offers=5)
    (folder / "register.sqlite").chmod(0o640)
    run_ok("pull", "--from", "demo.ndjson.zst", "--complete", folder=folder)
    assert rights(folder / "register.sqlite") == "0640"
