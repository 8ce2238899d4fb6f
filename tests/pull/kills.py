"""Pulls that are killed at random moments, and what must hold after each kill: for the tests and `benchmarks.kills`.

An archive is as it was before the pull or as the whole pull makes it, whoever looks at it first: a reader, or the next
pull. In the end it serves the same documents with the same contents as one whose pull nobody disturbed.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from generator.archive.reader import Archive
from generator.archive.schema import journal_of
from generator.demo import documents
from generator.errors import ArchiveUnavailable
from tests.pull.killable import Killable, Manner
from tests.pull.mirror import Mirror, digest, loaded
from tests.support.elasticsearch import Loader, Server

ARCHIVE = "register.sqlite"
LATER = "2026-11-23T08:00:00+01:00"
# What a mirror's folder may hold once a pull has ended.
FILES = {ARCHIVE, f"{ARCHIVE}.lock", f"{ARCHIVE}.receipt.json", "tilbudsspejl.toml"}

PARALLEL = (1, 3)  # slices that are read side by side
AGAIN = 0.3  # how likely the next pull is killed too
# Where a pull is killed: a mark, how often of some thirty, and the longest time after it in seconds.
MOMENTS: dict[str, tuple[int, float]] = {
    "start": (2, 0.08),
    "slice": (10, 0.02),
    "sweep": (2, 0.02),
    "publish": (2, 0.01),
    "offer": (6, 0.004),
    "commit": (6, 0.008),
    "published": (2, 0.004),
    "removed": (1, 0.003),
    "receipt": (1, 0.003),
}
SEVERAL = {"slice": 12, "offer": 30}  # marks that are passed often: which time is drawn
# The same as it is told.
CLASSES = {
    "start": "before staging",
    "sweep": "sweep",
    "publish": "publishing",
    "merge": "publishing",
    "offer": "publishing",
    "commit": "committing",
    "published": "committed, staging file there",
    "removed": "committed, receipt file not there",
    "receipt": "committed, receipt file not there",
    "end": "done but for the exit",
}


@dataclass(frozen=True, slots=True)
class State:
    """What readers find: how many pulls, and the digest of all that is served, computed anew."""

    pulls: int
    digest: str


NOTHING = State(0, "")


@dataclass(frozen=True, slots=True)
class Scene:
    """A pull to disturb: from this archive, with these arguments, to this digest."""

    name: str
    base: bytes | None
    before: State
    arguments: tuple[str, ...]
    digest: str


@dataclass(slots=True)
class Kill:
    """One kill: in which scene, when, and what was found and done then."""

    scene: str
    moment: str
    is_after: bool
    then: str = "killed again"  # "resumed" or "anew", as the next pull said


def state_of(path: Path) -> State:
    """What a reader finds."""
    try:
        archive = Archive(path)
    except ArchiveUnavailable as error:
        assert str(error).endswith(("run `tilbudsspejl pull` first, or correct archive.path", "pull` first")), error
        return NOTHING
    with archive:
        receipts = archive.receipts()
        stored = [d for batch in archive.batches(50) for _, _, found in archive.stored(batch) for d in found]
    served = digest((document.id, document.sha256) for document in stored if document.is_open)
    told = receipts[-1].details
    # Receipts of archives of format 1 had a digest of another kind.
    assert "format" not in told or told["digest"] == served, "a pull's receipt tells of another state"
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        if connection.execute("PRAGMA user_version").fetchone() == (1,):  # had no table `present`
            return State(len(receipts), served)
        present = connection.execute("SELECT id, lower(hex(sha256)) FROM present").fetchall()
    assert digest(present) == served, "the table `present` says something else than the frames"
    return State(len(receipts), served)


def state_of_copy(path: Path, folder: Path) -> State:
    """The same of a copy, journal and all: the place itself stays as the kill left it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for file in (path, journal_of(path)):
        if file.exists():
            shutil.copyfile(file, folder / file.name)
    return state_of(folder / path.name)


# ---------------------------------------------------------------- what is disturbed


def make_scenes(
    server: Server, loader: Loader, index: str, offers: int, folder: Path, environment: Mapping[str, str]
) -> list[Scene]:
    """Loads a register, pulls it, changes it on the server, and pulls that in all ways, undisturbed."""
    register = list(documents(offers, 1))
    loader.load(index, register)
    base = _mirror(folder / "base", server, index)
    before = _undisturbed(base, ("pull",), environment)
    changed = [loaded(document, LATER, navn=f"Nyt navn {n}") for n, document in enumerate(register[::4])]
    added = [loaded({**document, "_id": f"9-{n}"}, LATER) for n, document in enumerate(register[1::40])]
    loader.add(index, [*changed, *added])
    loader.remove(index, *(document["_id"] for document in register[2::32]))
    found = []
    for name, first, arguments in (
        ("first pull", None, ("pull",)),
        ("later pull of what has changed", base.archive.read_bytes(), ("pull",)),
        ("later pull of everything", base.archive.read_bytes(), ("pull", "--full")),
    ):
        mirror = _mirror(folder / name, server, index)
        if first is not None:
            mirror.archive.write_bytes(first)
        after = _undisturbed(mirror, arguments, environment)
        found.append(Scene(name, first, before if first else NOTHING, arguments, after.digest))
    assert len({scene.digest for scene in found} | {before.digest}) == 2, "not the same by all ways"
    return found


def _mirror(folder: Path, server: Server, index: str, parallel: int = 1) -> Mirror:
    folder.mkdir()
    mirror = Mirror(folder)
    mirror.configure(server.url, index=index, page_size=40, more=f"parallel = {parallel}")
    return mirror


def _undisturbed(mirror: Mirror, arguments: tuple[str, ...], environment: Mapping[str, str]) -> State:
    with Killable(mirror.folder, arguments, Manner(slice=10**9), environment) as running:
        assert running.wait() == 0, running.said
    return state_of(mirror.archive)


# ---------------------------------------------------------------- disturbing it


class Disturber:
    """Kills pulls of scenes in their turn, and checks after every kill."""

    def __init__(
        self, server: Server, index: str, folder: Path, environment: Mapping[str, str], seed: int, slice_size: int
    ) -> None:
        self.kills: list[Kill] = []
        self.ended = 0  # pulls that ended with 0, after one kill or more each
        self._server, self._index, self._folder = server, index, folder
        self._environment = environment
        self._slice = slice_size
        self._chance = random.Random(seed)

    def kill(self, scenes: list[Scene], kills: int, say: Callable[[int], None] = lambda _: None) -> None:
        """Goes on, scene after scene, until there are that many kills."""
        number = 0
        while len(self.kills) < kills:
            self.disturb(scenes[number % len(scenes)], number)
            number += 1
            say(len(self.kills))

    def disturb(self, scene: Scene, number: int) -> None:
        """One archive's pull, killed once or more, until a pull ends."""
        parallel = PARALLEL[number // 3 % len(PARALLEL)]  # each scene in its turn
        mirror = _mirror(self._folder / f"killed-{number}", self._server, self._index, parallel)
        if scene.base is not None:
            mirror.archive.write_bytes(scene.base)
        before, arguments = scene.before, scene.arguments
        is_resume = number % 2 == 0
        while self._is_killed(scene, mirror, arguments, self._moment()):
            kill, found = self.kills[-1], self._look(mirror)
            assert found in (before, State(before.pulls + 1, scene.digest)), f"{kill}: {found}, before it {before}"
            kill.is_after = found != before
            before = found
            arguments = ("pull", "--resume") if is_resume else scene.arguments
            is_resume = not is_resume
            if self._chance.random() > AGAIN:
                break
        self._finish(scene, mirror, arguments)

    def _finish(self, scene: Scene, mirror: Mirror, arguments: tuple[str, ...]) -> None:
        with Killable(mirror.folder, arguments, Manner(slice=self._slice), self._environment) as running:
            assert running.wait() == 0, running.said
            self._note_then(running)
        assert state_of(mirror.archive).digest == scene.digest
        assert {path.name for path in mirror.folder.iterdir()} == FILES, "something was left behind"
        self.ended += 1
        shutil.rmtree(mirror.folder)

    def _is_killed(self, scene: Scene, mirror: Mirror, arguments: tuple[str, ...], moment: tuple[str, int]) -> bool:
        chance, (mark, times) = self._chance, moment
        cache = chance.choice([None, 2])
        manner = Manner(self._slice, cache, chance.choice([0.0, 0.002]), chance.randrange(10**6))
        with Killable(mirror.folder, arguments, manner, self._environment) as running:
            if running.wait_for(mark, times):
                time.sleep(chance.uniform(0, MOMENTS[mark][1]))
            code = running.kill()
            self._note_then(running)
            if code == 0:  # it was quicker
                return False
            assert code == -9, running.said
            self.kills.append(Kill(scene.name, moment_of(running.marks), is_after=False))
        return True

    def _moment(self) -> tuple[str, int]:
        [mark] = self._chance.choices([*MOMENTS], [often for often, _ in MOMENTS.values()])
        return mark, self._chance.randint(1, SEVERAL.get(mark, 1))

    def _look(self, mirror: Mirror) -> State:
        """What readers find; half of the time the next pull is the first one to open the archive itself."""
        if self._chance.random() < 0.5:
            return state_of_copy(mirror.archive, self._folder / "copy")
        return state_of(mirror.archive)

    def _note_then(self, running: Killable) -> None:
        """What came after the last kill."""
        if self.kills and self.kills[-1].then == "killed again" and "start" in running.marks:
            if "pull: resuming" in running.said:
                self.kills[-1].then = "resumed"
            elif "slice" in running.marks:
                self.kills[-1].then = "anew"


def moment_of(marks: list[str]) -> str:
    """The class of the moment at which a pull was that got this far."""
    last = marks[-1] if marks else "start"
    return f"staging, slice {marks.count('slice')}" if last == "slice" else CLASSES[last]
