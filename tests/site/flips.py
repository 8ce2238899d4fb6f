"""Archives with one flipped bit, and what each command makes of them: for the tests and `benchmarks.flips`.

Either the flip says nothing (free space, what SQLite writes for itself), and everything comes out as from the sound
archive; or the command ends with exit 5 and one line. Never other pages, never another state, never an error that
nobody has foreseen.
"""

from __future__ import annotations

import hashlib
import pickle
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator import config
from generator.archive.reader import Archive
from generator.archive.verify import verify
from generator.commands.archive_backup import backup
from generator.commands.archive_export import export
from generator.commands.build import build
from generator.commands.pull import DumpOptions, pull
from generator.commands.status import status
from generator.config import Configuration
from generator.errors import TilbudsspejlError
from generator.pulling.extract import PullOptions
from tests.pull.mirror import digest
from tests.support.register import make_demo

ARCHIVE = "register.sqlite"
DUMP = "demo.ndjson.zst"
DAMAGE = 5  # the exit code
KEPT = {"tilbudsspejl.toml", "mapping.toml", "agreement.toml", "content", DUMP}


@dataclass(frozen=True, slots=True)
class Flip:
    """One bit, where it lies, and what came of it."""

    region: str
    place: int
    bit: int
    is_refused: bool = False
    said: str = ""

    def __str__(self) -> str:
        return f"bit {self.bit} of byte {self.place} ({self.region})"


class Flipper:
    """A demo register, its archive with one bit flipped after the other, and the commands that meet it."""

    def __init__(self, folder: Path, offers: int, seed: int) -> None:
        self.flips: list[Flip] = []
        self.built = 0  # how many sites were built whole and compared
        self._folder = make_demo(folder / "register", offers=offers)
        self._archive = self._folder / ARCHIVE
        self._chance = random.Random(seed)
        _add_what_a_demo_lacks(self._archive)
        self._whole = self._archive.read_bytes()
        self._regions = list(regions(self._whole))
        self._content, self._pages, self._again = self._read(), self._build(), self._pull_again()

    def flip(self, flips: int, builds: int | None = None, say: Callable[[Flip], None] = lambda _: None) -> None:
        """Goes on until there are that many flips; only so many sites are built of those that say nothing."""
        names = sorted({name for name, _ in self._regions})
        for number in range(flips):
            region = names[number % len(names)]
            place = self._chance.choice(self._chance.choice([part for name, part in self._regions if name == region]))
            flip = Flip(region, place, self._chance.randrange(8))
            self.flips.append(self._look(flip, is_built=builds is None or self.built < builds))
            say(self.flips[-1])

    def _look(self, flip: Flip, *, is_built: bool) -> Flip:
        damaged = bytearray(self._whole)
        damaged[flip.place] ^= 1 << flip.bit
        self._put(bytes(damaged))
        said = _refusal(flip, self._read, self._content)
        # What is read the same is built the same: that is looked at so many times.
        if said or is_built:
            built = _refusal(flip, self._build, self._pages)
            assert bool(built) == bool(said), f"{flip}: reading it says {said!r}, building {built!r}"
            self.built += not built
        for others in (self._tell, self._copy):
            _refusal(flip, others, None)
        self._put(bytes(damaged))
        _refusal(flip, self._pull_again, self._again)
        return Flip(flip.region, flip.place, flip.bit, bool(said), said)

    # ---------------------------------------------------------------- what commands make of it

    def _read(self) -> str:
        """Everything that a build reads."""
        hashed = hashlib.sha256()
        with Archive(self._archive) as archive:
            hashed.update(pickle.dumps((archive.environment, archive.grouping, archive.receipts())))
            for batch in archive.batches(10):
                for offer in archive.observed(batch):
                    hashed.update(repr(offer).encode("utf-8", "surrogatepass"))
        return hashed.hexdigest()

    def _build(self) -> dict[str, bytes]:
        """Every file of the site."""
        output = self._folder.parent / "site"
        shutil.rmtree(output, ignore_errors=True)
        build(self._configuration(site={"output": output, "workers": 1}), lambda *_: None)
        return {str(path.relative_to(output)): path.read_bytes() for path in output.rglob("*") if _is_page(path)}

    def _tell(self) -> None:
        """`status` and `archive verify`, which may find anything, or nothing."""
        verify(self._archive)
        found = status(self._configuration(), 5)
        found.lines()
        found.as_json()

    def _copy(self) -> None:
        """`archive backup` and `archive export`."""
        for name in ("copy.sqlite", "copy.ndjson"):
            (self._folder / name).unlink(missing_ok=True)
        configuration = self._configuration()
        backup(configuration, self._folder / "copy.sqlite")
        assert verify(self._folder / "copy.sqlite").is_sound, "a backup that is not sound"
        export(configuration, str(self._folder / "copy.ndjson"), None)

    def _pull_again(self) -> str | None:
        """The same dump once more: what is served then, by frames and by receipt.

        A pull reads no frame in which nothing changes, so what is wrong with one stays as it was.
        """
        before = verify(self._archive).problems
        dump = DumpOptions(str(self._folder / DUMP), is_complete=True)
        published = pull(self._configuration(), dump, PullOptions(), lambda *_: None, lambda _: None)
        after = verify(self._archive).problems
        assert all("its frame " in problem and problem in before for problem in after), after
        if after:
            return None
        with Archive(self._archive) as archive:
            offers = [offer for batch in archive.batches(10) for offer in archive.stored(batch)]
        served = digest((d.id, d.sha256) for _, _, documents in offers for d in documents if d.is_open)
        assert served == published.digest
        return hashlib.sha256(repr((served, sorted(map(repr, offers)))).encode()).hexdigest()

    def _configuration(self, **overrides: Any) -> Configuration:
        return config.load(self._folder / "tilbudsspejl.toml", overrides)

    def _put(self, content: bytes) -> None:
        """The archive, and nothing that a command before has left."""
        for path in self._folder.iterdir():
            if path.name not in KEPT:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        self._archive.write_bytes(content)


def _refusal(flip: Flip, command: Callable[[], Any], expected: Any) -> str:
    """The line with which a command refuses the archive; "" if it does all that it should."""
    try:
        found = command()
    except TilbudsspejlError as error:
        said = str(error)
        assert error.exit_code == DAMAGE, f"{flip}: exit {error.exit_code}: {said}"
        assert said and "\n" not in said and "unforeseen" not in said, f"{flip}: {said!r}"
        return said
    except Exception as error:
        raise AssertionError(f"{flip}: {command.__name__}: unforeseen: {type(error).__name__}: {error}") from error
    assert expected is None or found in (expected, None), f"{flip}: {command.__name__} makes something else of it"
    return ""


def _is_page(path: Path) -> bool:
    return path.is_file()


# ---------------------------------------------------------------- where a bit can lie


HEADER = 100  # bytes
INTERIOR = (2, 5)  # kinds of pages that have others below them


def _add_what_a_demo_lacks(path: Path) -> None:
    """A `_mapping`, and pages that are free: those that a table leaves that is taken away again."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        text = '{"tilbud-demo":{"mappings":{"tilbud":{"properties":{"navn":{"type":"text"}}}}}}'
        connection.execute("INSERT INTO mappings VALUES (?, ?)", (hashlib.sha256(text.encode()).hexdigest(), text))
        connection.execute("CREATE TABLE filler AS SELECT zeroblob(20000) AS x")
        connection.execute("DROP TABLE filler")


def regions(content: bytes) -> Iterator[tuple[str, range]]:
    """The parts of an SQLite file in which something stands, by whose they are."""
    size = int.from_bytes(content[16:18], "big")
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(content)
        roots = dict(connection.execute("SELECT name, rootpage FROM sqlite_schema").fetchall())
    yield "header", range(HEADER)
    yield from (("schema", part) for part in _of_page(content, size, 1, HEADER))
    rest = set(range(2, len(content) // size + 1))
    for name, root in roots.items():
        for page in _tree(content, size, root):
            yield from ((name, part) for part in _of_page(content, size, page))
            rest.discard(page)
    for page, used in _free(content, size):
        yield "free", range((page - 1) * size, (page - 1) * size + used)
        rest.discard(page)
    for page in rest:  # in no tree stands what was too long for a row: frames, receipts
        yield "overflow", range((page - 1) * size, page * size)


def _of_page(content: bytes, size: int, page: int, skipped: int = 0) -> Iterator[range]:
    """The two parts of a page of a B-tree: what it says of its cells, and they themselves."""
    start = (page - 1) * size
    head = start + skipped
    length = 12 if content[head] in INTERIOR else 8
    cells, first = (int.from_bytes(content[head + n : head + n + 2], "big") for n in (3, 5))
    yield range(head, head + length + 2 * cells)
    if cells:
        yield range(start + first, start + size)


def _tree(content: bytes, size: int, root: int) -> Iterator[int]:
    """The pages of a B-tree."""
    yield root
    page = content[(root - 1) * size : root * size]
    if page[0] not in INTERIOR:
        return
    cells = int.from_bytes(page[3:5], "big")
    yield from _tree(content, size, int.from_bytes(page[8:12], "big"))
    for cell in range(cells):
        place = int.from_bytes(page[12 + 2 * cell : 14 + 2 * cell], "big")
        yield from _tree(content, size, int.from_bytes(page[place : place + 4], "big"))


def _free(content: bytes, size: int) -> Iterator[tuple[int, int]]:
    """The pages of the list of free ones, and how many bytes of each say something."""
    trunk = int.from_bytes(content[32:36], "big")
    while trunk:
        page = content[(trunk - 1) * size : trunk * size]
        leaves = int.from_bytes(page[4:8], "big")
        yield trunk, 8 + 4 * leaves
        for leaf in range(leaves):
            yield int.from_bytes(page[8 + 4 * leaf : 12 + 4 * leaf], "big"), size
        trunk = int.from_bytes(page[:4], "big")
