"""A pull that does not end well is seen in `status`, however it ended."""

import os
import signal
import stat
import sys
from pathlib import Path

import pytest

from generator import config
from generator.archive.attempt import LONGEST, SIZE, attempting, read_attempt
from generator.archive.writer import locked
from generator.archive_files import ATTEMPT
from generator.commands.status import Status, status
from generator.errors import ArchiveUnavailable, CheckError, SourceError, TilbudsspejlError
from tests.pull.killable import Killable, Manner
from tests.pull.mirror import Mirror, complete


def attempt_of(mirror: Mirror) -> Path:
    return mirror.archive.with_name(f"{mirror.archive.name}{ATTEMPT}")


def status_of(mirror: Mirror) -> Status:
    return status(config.load(mirror.folder / "tilbudsspejl.toml"), 5)


@pytest.fixture
def pulled(mirror: Mirror, demo: dict[str, Path]) -> Mirror:
    """A mirror with one pull, which has left nothing to tell."""
    mirror.pull(complete(demo["earlier"]))
    assert not attempt_of(mirror).exists()
    assert status_of(mirror).as_json()["attempt"] is None
    return mirror


def test_a_pull_that_fails_says_why_until_one_ends_well(pulled: Mirror, demo: dict[str, Path]) -> None:
    with pytest.raises(SourceError) as caught:
        pulled.pull()  # at an address at which nobody answers
    found = status_of(pulled)
    assert found.attempt is not None
    assert (found.attempt.error, found.attempt.exit_code) == (str(caught.value), 4)
    assert f"failed at {found.attempt.failed}: {caught.value}" in found.lines()[-1]
    told = found.as_json()["attempt"]
    assert (told["exit_code"], told["error"], told["is_running"]) == (4, str(caught.value), False)
    with pytest.raises(CheckError):
        pulled.pull_dump(b"{}\n")
    assert status_of(pulled).as_json()["attempt"]["exit_code"] == 5
    pulled.pull(complete(demo["now"]))
    assert status_of(pulled).attempt is None
    assert not attempt_of(pulled).exists()


def test_it_is_for_the_operator_alone(pulled: Mirror) -> None:
    with pytest.raises(SourceError):
        pulled.pull()
    assert stat.S_IMODE(attempt_of(pulled).stat().st_mode) == 0o600


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("hold", ["slice", "commit"])
def test_a_pull_that_is_killed_never_ended(pulled: Mirror, demo: dict[str, Path], hold: str) -> None:
    with Killable(pulled.folder, ["pull", "--from", str(demo["now"])], Manner(hold=hold), {}) as running:
        assert running.wait_for(hold)
        assert "is running (process " in status_of(pulled).lines()[-1]
        assert running.kill() == -9
    assert status_of(pulled).lines()[-1].endswith(" and never ended: it was killed")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_pull_that_is_killed_when_it_has_published_did_not_fail(pulled: Mirror, demo: dict[str, Path]) -> None:
    with Killable(pulled.folder, ["pull", "--from", str(demo["now"])], Manner(hold="published"), {}) as running:
        assert running.wait_for("published")
        assert running.kill() == -9
    assert attempt_of(pulled).exists()
    assert status_of(pulled).attempt is None


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_pull_that_is_ended_when_it_has_published_says_that_it_has(
    pulled: Mirror, demo: dict[str, Path], number: signal.Signals
) -> None:
    with Killable(pulled.folder, ["pull", "--from", str(demo["now"])], Manner(hold="published"), {}) as running:
        assert running.wait_for("published")
        running.send(number)
        running.go_on()
        assert running.wait() == 0
        assert "pull 2: " in running.said
    assert not attempt_of(pulled).exists()
    assert status_of(pulled).attempt is None
    assert {path.name for path in pulled.folder.glob("register.sqlite.*")} <= {
        "register.sqlite.lock", "register.sqlite.receipt.json",
    }  # fmt: skip


def test_why_there_is_no_archive_yet_is_told(mirror: Mirror) -> None:
    with pytest.raises(SourceError) as caught:
        mirror.pull()
    with pytest.raises(ArchiveUnavailable) as told:
        status_of(mirror)
    assert "not there; run `tilbudsspejl pull` first" in str(told.value)
    assert str(told.value).endswith(str(caught.value))


def test_an_archive_that_cannot_be_opened_is_a_failure_too(pulled: Mirror, demo: dict[str, Path]) -> None:
    whole = pulled.archive.read_bytes()
    pulled.archive.write_bytes(whole.replace(b"SQLite format 3", b"SQLite format 4"))
    with pytest.raises(CheckError):
        pulled.pull(complete(demo["now"]))
    pulled.archive.write_bytes(whole)
    assert "not an archive, or damaged" in status_of(pulled).lines()[-1]


def test_a_failure_is_noted_in_the_room_that_was_taken_before(tmp_path: Path) -> None:
    # On a disk that is full by then nothing can grow, and no other file be made.
    archive, told = tmp_path / "register.sqlite", "æ\n" * 5000
    with pytest.raises(TilbudsspejlError), attempting(archive, lambda error: (str(error), 1)):
        before = archive.with_name(f"register.sqlite{ATTEMPT}").stat()
        tmp_path.chmod(0o500)
        raise TilbudsspejlError(told)
    tmp_path.chmod(0o700)
    after = archive.with_name(f"register.sqlite{ATTEMPT}").stat()
    assert (after.st_size, after.st_ino) == (before.st_size, before.st_ino) == (SIZE, before.st_ino)
    attempt = read_attempt(archive)
    assert attempt is not None and attempt.error == told[:LONGEST]
    assert attempt.process == os.getpid()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows can't be asked")
def test_another_process_with_the_number_of_one_that_was_killed_is_no_pull(pulled: Mirror) -> None:
    attempt_of(pulled).write_bytes(b'{"started": "2026-11-26T02:00:00+00:00", "process": %d}' % os.getpid())
    assert status_of(pulled).lines()[-1].endswith(" and never ended: it was killed")
    with locked(pulled.archive):
        assert status_of(pulled).lines()[-1].endswith(f" and is running (process {os.getpid()})")
    assert status_of(pulled).as_json()["attempt"]["is_running"] is False


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{}", b"[]", b"null", b"\xff", b'{"started":"x"', b'{"started": "x", "process": 1}',
        b'{"started": null, "process": 1}', b'{"started": "2026-11-26T02:00:00+00:00", "process": 0}',
        b'{"started": "2026-11-26T02:00:00+00:00", "process": 99999999999999999999}',
        b'{"started": "2026-11-26T02:00:00+00:00", "process": "1"}',
        b'{"started": "2026-11-26T02:00:00+00:00", "process": 1, "failed": 7}',
        b'{"started": "2026-11-26T02:00:00+00:00", "process": 1, "after": "x"}',
        b'{"started": "2026-11-26T02:00:00+00:00", "process": 1, "failed": "2026-11-26", "error": {}}', b"[" * 99_999,
    ],
)  # fmt: skip
def test_a_file_that_says_nothing_is_no_attempt(pulled: Mirror, content: bytes) -> None:
    attempt_of(pulled).write_bytes(content)
    assert status_of(pulled).attempt is None
