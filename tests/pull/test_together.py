"""Two pulls at once, and readers and builds while a pull publishes: each sees one whole state."""

import shutil
from pathlib import Path

import pytest

from generator.archive.reader import Archive
from generator.archive.writer import writing
from generator.errors import ArchiveUnavailable
from tests.pull.killable import Killable, Manner
from tests.pull.kills import State, state_of
from tests.pull.mirror import Mirror, complete
from tests.support.elasticsearch import Server
from tests.support.register import make_demo, run, run_ok


@pytest.fixture
def environment(filled: Server) -> dict[str, str]:
    """The server's credentials, as a process finds them."""
    return {"TILBUDSSPEJL_USERNAME": filled.username or "", "TILBUDSSPEJL_PASSWORD": filled.password or ""}


@pytest.fixture(scope="module")
def undisturbed(demo: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> str:
    """The digest of the register."""
    return Mirror(tmp_path_factory.mktemp("undisturbed")).pull(complete(demo["now"])).digest


@pytest.mark.parametrize("mark", ["slice", "offer"])
def test_a_second_pull_is_refused_and_the_first_goes_on(
    mirror: Mirror, filled: Server, environment: dict[str, str], undisturbed: str, mark: str
) -> None:
    mirror.configure(filled.url)
    with Killable(mirror.folder, ["pull"], Manner(hold=mark), environment) as first:
        assert first.wait_for(mark)
        for arguments in (["pull"], ["pull", "--resume"]):
            second = run(*arguments, folder=mirror.folder, env=environment)
            assert (second.returncode, second.stdout) == (2, "")
            [line] = second.stderr.splitlines()
            assert line == f"tilbudsspejl: archive {mirror.archive}: another pull is running; wait for it to end"
        first.go_on()
        assert first.wait() == 0, first.said
    assert state_of(mirror.archive) == State(1, undisturbed)
    assert set(mirror.files()) == {"register.sqlite", "tilbudsspejl.toml"}


def test_the_receipt_beside_the_archive_is_written_while_no_other_pull_can_run(
    mirror: Mirror, demo: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = []

    def look(path: Path, _: object) -> None:
        with pytest.raises(ArchiveUnavailable, match="another pull is running"), writing(path):
            pass
        refused.append(path)

    monkeypatch.setattr("generator.commands.pull.write_receipt", look)
    mirror.pull(complete(demo["now"]))
    assert refused == [mirror.archive]


# ---------------------------------------------------------------- readers during pulls


def test_readers_see_whole_states_only_while_pull_follows_pull(
    mirror: Mirror, demo: dict[str, Path], tmp_path: Path
) -> None:
    for name, path in demo.items():
        shutil.copyfile(path, mirror.folder / f"{name}.ndjson.zst")
    mirror.pull(complete(demo["earlier"]))
    digests = {1: state_of(mirror.archive).digest}
    seen = []
    for number in range(2, 7):
        arguments = ["pull", "--from", f"{'now' if number % 2 == 0 else 'earlier'}.ndjson.zst", "--complete"]
        manner = Manner(pause=0.005, cache=2 if number % 3 == 0 else None)
        with Killable(mirror.folder, arguments, manner, {}) as running:
            assert running.wait_for("publish")
            while not running.has_ended:
                state = _state_of_snapshot(mirror.archive, tmp_path / "snapshot")
                assert state.pulls in (number - 1, number)
                assert digests.setdefault(state.pulls, state.digest) == state.digest
                seen.append(state.pulls)
            assert running.wait() == 0, running.said
        last = state_of(mirror.archive)
        assert digests.setdefault(number, last.digest) == last.digest
    assert len(seen) > 10
    assert len(set(seen)) >= 4, "pulls were over before anybody looked"
    assert digests[1] == digests[3] == digests[5] != digests[2] == digests[4] == digests[6]


def _state_of_snapshot(archive: Path, copy: Path) -> State:
    """What a build reads: a copy of one moment; its digest, computed anew, must be its last receipt's."""
    copy.unlink(missing_ok=True)
    with Archive(archive) as opened:
        opened.snapshot(copy)
    return state_of(copy)


def test_a_build_during_a_pull_is_of_the_state_before_and_the_next_one_of_the_state_after(tmp_path: Path) -> None:
    folder = make_demo(tmp_path / "register", offers=4)
    run_ok("build", "--output", "before", folder=folder)
    arguments = ["pull", "--from", "demo-earlier.ndjson.zst", "--complete"]
    with Killable(folder, arguments, Manner(hold="commit"), {}) as running:
        assert running.wait_for("commit")  # all is written but not yet valid
        run_ok("build", "--output", "during", folder=folder)
        assert _pages(folder / "during") == _pages(folder / "before")
        running.go_on()
        assert running.wait() == 0, running.said
    run_ok("build", "--output", "during", folder=folder)
    shutil.copytree(folder, tmp_path / "copy", ignore=shutil.ignore_patterns("during", "before", "*.search"))
    run_ok("build", "--output", "after", folder=tmp_path / "copy")
    assert _pages(folder / "during") == _pages(tmp_path / "copy" / "after") != _pages(folder / "before")


def _pages(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
