"""`kill -9` at any moment: the archive is as before or as after, and the next pull makes it what it should be."""

import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest
import zstandard

from generator.demo import documents, dump_lines
from tests.pull.killable import Killable, Manner
from tests.pull.kills import FILES, Disturber, make_scenes, state_of, state_of_copy
from tests.pull.mirror import Mirror, loaded
from tests.support.elasticsearch import Loader, Server

KILLS = 25
INDEX = "killed"
SLICE = 12
FORMAT_1 = Path(__file__).parents[1] / "archive" / "formats" / "1.sqlite"


@pytest.fixture(scope="module")
def environment(elasticsearch: Server) -> dict[str, str]:
    """The server's credentials, as a process finds them."""
    return {
        "TILBUDSSPEJL_USERNAME": elasticsearch.username or "",
        "TILBUDSSPEJL_PASSWORD": elasticsearch.password or "",
    }


def test_kills_at_random_moments_lose_nothing(
    elasticsearch: Server, loader: Loader, environment: Mapping[str, str], tmp_path: Path
) -> None:
    scenes = make_scenes(elasticsearch, loader, INDEX, 12, tmp_path, environment)
    disturber = Disturber(elasticsearch, INDEX, tmp_path, environment, 1, SLICE)
    disturber.kill(scenes, KILLS)
    moments = {kill.moment for kill in disturber.kills}
    assert "publishing" in moments
    assert any(moment.startswith("staging, slice") for moment in moments)
    assert {kill.is_after for kill in disturber.kills} == {True, False}
    assert {"resumed", "anew"} <= {kill.then for kill in disturber.kills}
    assert {kill.scene for kill in disturber.kills} == {scene.name for scene in scenes}
    assert disturber.ended >= KILLS / 3


# ---------------------------------------------------------------- what a moment drawn by lot may miss


@pytest.fixture
def register(tmp_path: Path) -> Path:
    """A folder with a dump and nothing else."""
    folder = tmp_path / "register"
    folder.mkdir()
    (folder / "demo.ndjson.zst").write_bytes(zstandard.compress(b"".join(dump_lines(12, 1, "earlier"))))
    return folder


PULL_DUMP = ["pull", "--from", "demo.ndjson.zst", "--complete"]
DUMPED = FILES - {"tilbudsspejl.toml"} | {"demo.ndjson.zst"}


def undisturbed(folder: Path) -> tuple[int, str]:
    """How many pulls there are, and the digest, after one more that is left in peace."""
    with Killable(folder, PULL_DUMP, Manner(), {}) as running:
        assert running.wait() == 0, running.said
    assert {path.name for path in folder.iterdir()} == DUMPED
    state = state_of(folder / "register.sqlite")
    return state.pulls, state.digest


@pytest.mark.parametrize("mark", ["slice", "publish", "offer", "commit", "published", "removed", "receipt", "end"])
@pytest.mark.parametrize("is_first", [True, False])
def test_a_killed_pull_from_a_dump_begins_at_the_start(register: Path, is_first: bool, mark: str) -> None:
    archive = register / "register.sqlite"
    pulls = 0 if is_first else 2
    if not is_first:
        shutil.copyfile(FORMAT_1, archive)
    with Killable(register, PULL_DUMP, Manner(hold=mark, cache=2), {}) as running:
        assert running.wait_for(mark)
        assert running.kill() == -9
    is_after = mark in ("published", "removed", "receipt", "end")
    found = state_of_copy(archive, register.parent / "copy")
    assert found.pulls == pulls + is_after
    again, digest = undisturbed(register)
    assert again == pulls + is_after + 1
    assert not is_after or found.digest == digest


def test_what_nothing_announced_is_found_again_and_more_of_it_by_a_resumed_pull(
    mirror: Mirror, elasticsearch: Server, loader: Loader, environment: Mapping[str, str]
) -> None:
    register = list(documents(5, 1))
    quiet = [loaded({**register[n], "_id": f"9-{n}"}, "2020-01-01T00:00:00Z") for n in range(3)]
    loader.load(INDEX, register)
    mirror.configure(elasticsearch.url, index=INDEX)
    with Killable(mirror.folder, ["pull"], Manner(), environment) as running:
        assert running.wait() == 0, running.said
    loader.add(INDEX, quiet[:1])
    with Killable(mirror.folder, ["pull"], Manner(hold="publish"), environment) as running:
        assert running.wait_for("publish")
        assert running.kill() == -9
    loader.add(INDEX, quiet[1:])
    with Killable(mirror.folder, ["pull", "--resume"], Manner(), environment) as running:
        assert running.wait() == 0, running.said
    assert "pull: resuming" in running.said
    assert set(mirror.served()) == {document["_id"] for document in [*register, *quiet]}
    counts = mirror.receipts()[-1].details["counts"]
    # What has the greatest load time came three times: as loaded since the last pull, and by both as loaded meanwhile.
    assert (counts["new"], counts["unique_ids"], counts["documents"]) == (3, 4, 6)


def test_a_pull_is_not_resumed_when_the_sources_mapping_has_changed_meanwhile(
    mirror: Mirror, elasticsearch: Server, loader: Loader, environment: Mapping[str, str]
) -> None:
    register = list(documents(5, 1))
    loader.load(INDEX, register)
    mirror.configure(elasticsearch.url, index=INDEX)
    with Killable(mirror.folder, ["pull"], Manner(), environment) as running:
        assert running.wait() == 0, running.said
    with Killable(mirror.folder, ["pull"], Manner(hold="publish"), environment) as running:
        assert running.wait_for("publish")
        assert running.kill() == -9
    added = {"properties": {"TilbudEnvelope": {"properties": {"pris": {"type": "long"}}}}}
    assert elasticsearch.call("PUT", f"/{INDEX}/_mapping/tilbud", added).status == 200
    with Killable(mirror.folder, ["pull", "--resume"], Manner(), environment) as running:
        assert running.wait() == 0, running.said
    assert "note: the unfinished pull was of another mapping_changes ({}); this one begins at the start" in running.said
    told = mirror.receipts()[-1].details
    assert (told["kind"], told["resumed"]) == ("full", False)
    assert told["mapping_changes"] == {"added": ["TilbudEnvelope.pris"]}


def test_a_pull_is_not_resumed_from_an_index_that_is_cut_in_another_way(
    mirror: Mirror, elasticsearch: Server, loader: Loader, environment: Mapping[str, str]
) -> None:
    register = list(documents(12, 1))
    loader.load(INDEX, register, shards=2)
    mirror.configure(elasticsearch.url, index=INDEX)
    with Killable(mirror.folder, ["pull"], Manner(slice=SLICE), environment) as running:
        assert running.wait_for("slice", 6)
        assert running.kill() == -9
    loader.delete(INDEX)
    loader.load(INDEX, register, shards=3)  # the server cuts a slice by shards, then by ids
    with Killable(mirror.folder, ["pull", "--resume"], Manner(slice=SLICE), environment) as running:
        assert running.wait() == 5, mirror.served().keys() ^ {document["_id"] for document in register}
    assert "3 shards now, 2 when the pull began; pull again without --resume" in running.said
    assert not mirror.archive.exists()
    with Killable(mirror.folder, ["pull"], Manner(slice=SLICE), environment) as running:
        assert running.wait() == 0, running.said
    assert set(mirror.served()) == {document["_id"] for document in register}


@pytest.mark.parametrize("times", [1, 7, 12])
def test_an_archive_of_format_1_whose_migration_is_killed_is_as_it_was(register: Path, times: int) -> None:
    archive = register / "register.sqlite"
    shutil.copyfile(FORMAT_1, archive)
    before = state_of(archive)
    # A cache of two pages: the file is written to from the first offer on.
    with Killable(register, PULL_DUMP, Manner(pause=0.005, cache=2), {}) as running:
        assert running.wait_for("migrate", times)
        assert running.kill() == -9
        assert "publish" not in running.marks
    assert (register / "register.sqlite-journal").stat().st_size > 0
    assert state_of_copy(archive, register.parent / "copy") == before
    assert undisturbed(register)[0] == before.pulls + 1
    with closing(sqlite3.connect(archive)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)
