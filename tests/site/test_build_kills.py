"""A build that is ended anywhere leaves yesterday's site or today's, and nothing else once the next command has run."""

import os
import shutil
import socket
from pathlib import Path

import pytest

from generator.building.leftovers import put_right
from generator.commands.build import build
from generator.commands.search import search
from generator.config import load
from generator.search.index.facets import NO_FILTERS
from tests.site.build_kills import Kind, Victim, build_and_end, names, tree
from tests.support.register import make_demo, run, run_ok

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")

PARENT_RENAMES = 5  # the site that stood, the new one, the former one, the former index, the new index


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register with yesterday's site in `site`; what today's must be like lies in `today`."""
    folder = make_demo(tmp_path_factory.mktemp("kills") / "register", offers=8)
    (folder / "tilbudsspejl.toml").write_text('[site]\ntitle = "I dag"\n', encoding="utf-8")
    run_ok("build", "--output", "today", folder=folder)
    (folder / "tilbudsspejl.toml").write_text('[site]\ntitle = "I går"\n', encoding="utf-8")
    run_ok("build", folder=folder)
    (folder / "tilbudsspejl.toml").write_text('[site]\ntitle = "I dag"\n', encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("victim", "kind", "number"),
    [
        ("parent", "progress", 1),
        ("parent", "progress", 12),
        *(("parent", "rename", number) for number in range(2, PARENT_RENAMES + 1)),
        ("worker", "progress", 9),
        ("forkserver", "progress", 1),
        ("terminated", "progress", 5),
        ("interrupted", "rename", 2),
        ("memory", "progress", 3),
        ("disk", "rename", 2),
        ("disk", "rename", 4),
        ("memory", "rename", 5),
        ("interrupted", "rename", 5),
    ],
)
def test_whatever_ends_a_build_the_next_command_puts_right(
    built: Path, tmp_path: Path, victim: Victim, kind: Kind, number: int
) -> None:
    folder = Path(shutil.copytree(built, tmp_path / "register"))
    configuration = load(folder / "tilbudsspejl.toml")
    before = names(folder)
    yesterday, today = tree(folder / "site"), tree(folder / "today")
    ended = build_and_end(folder, victim, kind, number)
    assert ended.has_landed
    if victim != "parent":
        assert ended.code in (0, 1, 130, 143) and "unforeseen" not in ended.said
        assert (ended.code == 0) == (ended.said == "")
        assert names(folder) == before, "a build that could still do something clears away itself"
        return
    put_right(configuration)
    assert names(folder) - {"register.sqlite.search"} == before - {"register.sqlite.search"}
    assert tree(folder / "site") in (yesterday, today)
    build(configuration, lambda *_: None)
    assert tree(folder / "site") == today
    assert search(configuration, "bosted", 1, NO_FILTERS, "relevans").total
    assert names(folder) == before


def test_every_command_puts_right(built: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(built, tmp_path / "register"))
    before = tree(folder / "site")
    with socket.create_server(("127.0.0.1", 0)) as taken:  # so that `serve` ends
        serve = ["serve", "--port", str(taken.getsockname()[1])]
        for command in (["status"], serve, ["search", "bosted"], ["archive", "verify"]):
            (folder / "site").rename(folder / ".site.old-1")
            (folder / "register.sqlite.build-x").mkdir()
            (folder / "register.sqlite.build-y").mkdir()
            (folder / "register.sqlite.build-y" / "lock").touch()
            (folder / "register.sqlite.build-y" / "snapshot.sqlite").touch()
            (folder / "register.sqlite.build-mine").mkdir(exist_ok=True)
            (folder / "register.sqlite.build-mine" / "notes.txt").touch()
            run(*command, folder=folder)
            assert tree(folder / "site") == before, command
            assert [path.name for path in folder.glob("*.build-*")] == ["register.sqlite.build-mine"], command
            assert names(folder / "register.sqlite.build-mine") == {"notes.txt"}, command
