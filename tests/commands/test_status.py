"""`status` as a person and as monitoring runs it."""

import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from generator import config
from generator.archive.staging import Reading
from generator.archive.writer import writing
from generator.commands.status import Status, check_age, status
from generator.errors import CheckError
from tests.archive.mirror import Mirror, documents, is_demo, key_of
from tests.support.plans import PLAN
from tests.support.register import make_demo, run, run_ok

A1 = ("a-1", {"o": "a", "v": 1})
A1_CHANGED = ("a-1", {"o": "a", "v": 9})
FOUND = {"added": ["navn"], "retyped": ["tal (long → text)"]}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small demo register, pulled twice."""
    return make_demo(tmp_path_factory.mktemp("status") / "register", offers=6)


@pytest.fixture
def mirror(tmp_path: Path) -> Mirror:
    """An archive that is not there yet."""
    return Mirror(tmp_path)


def publish(mirror: Mirror, details: dict[str, Any], complete: bool = True) -> None:
    with writing(mirror.path) as writer:
        writer.begin(None)
        with writer.staging.slice("0", Reading(key_of, is_demo)) as part:
            part.add(documents([A1]))
        writer.publish(
            environment="preprod",
            grouping="id",
            key_of=key_of,
            presence="staged" if complete else "all",
            started=datetime.now(UTC),
            details=details,
        )


def leave_unfinished(mirror: Mirror) -> None:
    """A pull that broke off after one slice of three."""
    with writing(mirror.path) as writer:
        writer.begin(PLAN)
        with writer.staging.slice("0", Reading(key_of, is_demo)) as part:
            part.add(documents([A1_CHANGED]))


def status_of(mirror: Mirror, limit: int = 5, now: datetime | None = None) -> Status:
    (mirror.folder / "tilbudsspejl.toml").write_text("", encoding="utf-8")
    return status(config.load(mirror.folder / "tilbudsspejl.toml"), limit, now)


def test_the_newest_pull_comes_first(demo: Path) -> None:
    head, second, first = run_ok("status", folder=demo).splitlines()
    assert "register.sqlite: demo, 2 pulls, the last complete one 20" in head and head.endswith(" minutes ago)")
    assert second.startswith("pull 2: dump, complete, ") and "3 new" not in first
    assert first.startswith("pull 1: dump, complete, ") and "0 gone, 6 offers" in first
    assert len(run_ok("status", "--limit", "1", folder=demo).splitlines()) == 2


def test_json_for_monitoring(demo: Path) -> None:
    before = {path.name: path.read_bytes() for path in demo.iterdir() if path.is_file()}
    told = orjson.loads(run_ok("status", "--json", folder=demo))
    assert [pull["number"] for pull in told["pulls"]] == [2, 1]
    assert told["pulls"][0] == {"kind": "dump", **orjson.loads((demo / "register.sqlite.receipt.json").read_bytes())}
    assert (told["environment"], told["format"], told["pulls_in_all"], told["last_complete"]) == ("demo", 2, 2, 2)
    assert 0 <= told["age_hours"] < 1
    assert (told["unfinished"], told["unfinished_pull"], told["mapping_changes"]) == (False, None, {})
    assert {path.name: path.read_bytes() for path in demo.iterdir() if path.is_file()} == before


def test_an_archive_of_format_1_has_a_status_too(tmp_path: Path) -> None:
    shutil.copy(Path(__file__).parents[1] / "archive" / "formats" / "1.sqlite", tmp_path / "register.sqlite")
    assert "17 new, 0 back, 0 gone" in run_ok("status", folder=tmp_path).splitlines()[1]
    told = orjson.loads(run_ok("status", "--json", folder=tmp_path))
    assert [(pull["number"], pull["is_complete"]) for pull in told["pulls"]] == [(2, True), (1, True)]


@pytest.mark.clock
def test_the_age_of_the_last_complete_pull_is_what_counts(mirror: Mirror) -> None:
    publish(mirror, {}, complete=False)
    partial = status_of(mirror)
    assert partial.age_hours is None
    with pytest.raises(CheckError, match="no pull was complete yet"):
        check_age(partial, 1000)
    publish(mirror, {})
    publish(mirror, {}, complete=False)
    later = status_of(mirror, now=datetime.now(UTC) + timedelta(hours=30, minutes=30))
    assert (later.last_complete and later.last_complete.number, round(later.age_hours or 0, 1)) == (2, 30.5)
    check_age(later, 31)
    with pytest.raises(CheckError, match=r"the last complete pull is 30.5 hours old, more than 30;"):
        check_age(later, 30)
    assert "(30 hours ago)" in later.lines()[0]
    assert "pull 3: dump, partial, " in later.lines()[1]


def test_a_pull_that_is_too_old_is_exit_5(demo: Path) -> None:
    fresh = run("status", "--max-age", "26", folder=demo)
    assert (fresh.returncode, fresh.stderr) == (0, "")
    old = run("status", "--json", "--max-age", "0", folder=demo)
    assert (old.returncode, len(old.stderr.splitlines()), len(orjson.loads(old.stdout)["pulls"])) == (5, 1, 2)
    assert "hours old, more than 0" in old.stderr


def test_what_a_person_should_know_of_a_pull_is_told(mirror: Mirror) -> None:
    loss = {"accepted_loss": {"offers_before": 9, "offers_after": 1}}
    publish(mirror, {"kind": "full", "resumed": True, "mapping_changes": FOUND, **loss})
    publish(mirror, {"kind": "dump"})
    found = status_of(mirror)
    assert found.lines()[3:] == [
        "    resumed after it had broken off",
        "    a loss was accepted: 9 offers before, 1 after",
        "    the source's _mapping had changed: added navn; retyped tal (long → text)",
    ]
    assert found.as_json()["mapping_changes"] == FOUND, "a dump sees no _mapping"
    publish(mirror, {"kind": "full", "mapping_changes": {}})
    assert status_of(mirror).as_json()["mapping_changes"] == {}


def test_an_unfinished_pull_is_told(mirror: Mirror) -> None:
    mirror.pull(A1)
    leave_unfinished(mirror)
    before = mirror.files()
    found = status_of(mirror)
    assert found.as_json()["unfinished_pull"] == {"started": "2026-11-22T02:00:00+00:00", "slices": 1, "of": 3}
    assert found.as_json()["unfinished"] is True
    assert "has 1 of 3 slices; unless it is running, `tilbudsspejl pull --resume`" in found.lines()[-1]
    assert {name: content for name, content in mirror.files().items() if name != "tilbudsspejl.toml"} == before


@pytest.mark.parametrize("content", [b"", b"half a file", b"half a file" * 1000])
def test_a_staging_file_that_is_none_is_no_unfinished_pull(mirror: Mirror, content: bytes) -> None:
    mirror.pull(A1)
    (mirror.folder / "register.sqlite.staging").write_bytes(content)
    assert status_of(mirror).unfinished is None


KILLED_IN_A_SLICE = """
import os, signal, sys
from pathlib import Path
from generator.archive.staging import Reading
from generator.archive.writer import writing
from tests.archive.mirror import documents, is_demo, key_of
from tests.support.plans import PLAN

with writing(Path(sys.argv[1])) as writer:
    writer.begin(PLAN)
    writer.staging.connection.execute("PRAGMA cache_size = 1")
    for name in "01":
        with writer.staging.slice(name, Reading(key_of, is_demo)) as part:
            part.add(documents((f"{name}-{n}", {"o": "a", "v": os.urandom(2000).hex()}) for n in range(200)))
            if name == "1":
                os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_pull_that_was_killed_in_the_middle_of_a_slice_can_be_resumed(mirror: Mirror) -> None:
    mirror.pull(A1)
    command = [sys.executable, "-c", KILLED_IN_A_SLICE, str(mirror.path)]
    assert subprocess.run(command, check=False, timeout=60).returncode == -9
    assert (mirror.folder / "register.sqlite.staging-journal").stat().st_size > 0
    unfinished = status_of(mirror).unfinished
    assert unfinished is not None and unfinished["slices"] == 1


@pytest.mark.clock
def test_a_running_pull_is_not_disturbed(mirror: Mirror) -> None:
    mirror.pull(A1)
    with writing(mirror.path) as writer:
        writer.begin(PLAN)
        assert status_of(mirror).unfinished is None, "no slice is there yet"
        with writer.staging.slice("0", Reading(key_of, is_demo)) as part:
            part.add(documents([A1_CHANGED]))
            assert status_of(mirror).unfinished is None
        assert status_of(mirror).as_json()["unfinished"] is True
        mirror_is = status_of(mirror)
        writer.publish(
            environment="preprod",
            grouping="id",
            key_of=key_of,
            presence="staged",
            started=datetime.now(UTC),
            details={},
        )
    assert (mirror_is.pulls, status_of(mirror).pulls) == (1, 2)
    assert status_of(mirror).unfinished is None


def test_status_needs_no_right_to_write(mirror: Mirror) -> None:
    mirror.pull(A1)
    before = mirror.files()
    mirror.path.chmod(0o400)
    mirror.folder.chmod(0o500)
    try:
        done = run("status", folder=mirror.folder)
    finally:
        mirror.folder.chmod(0o700)
    assert done.returncode == 0, done.stderr
    assert mirror.files() == before


def test_a_missing_archive_is_exit_2(tmp_path: Path) -> None:
    done = run("status", folder=tmp_path)
    assert done.returncode == 2
    assert "register.sqlite: not there; run `tilbudsspejl pull` first" in done.stderr
