"""Whatever is damaged in an archive is found and named; a sound one is found sound, and never written to."""

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import pytest
import zstandard

from generator.archive.frames import Packer, Stored
from generator.archive.merge import hashed
from generator.archive.verify import MOST_PROBLEMS, Findings, verify
from generator.archive.writer import regroup
from generator.demo import dump_lines
from generator.errors import ArchiveUnavailable, CheckError, TilbudsspejlError
from tests.archive.mirror import Mirror, other_key_of

FLIPS = 150
A1 = ("a-1", {"o": "a", "v": 1})
A2 = ("a-2", {"o": "a", "v": 2})
B1 = ("b-1", {"o": "b", "v": 1})
X = ("x", {"v": 1})


@pytest.fixture
def pulled(mirror: Mirror) -> Mirror:
    """Three pulls, in which documents come, go and change."""
    mirror.pull(A1, A2, B1, X, ("raw", b'{"o":"raw","v":NaN}'))
    mirror.pull(A1, ("b-1", {"o": "b", "v": 2}), X)
    mirror.pull(A1, A2, B1, X, complete=False)
    return mirror


def run(mirror: Mirror, *statements: str | tuple[str, Any]) -> None:
    """Damages the archive behind its back."""
    with closing(sqlite3.connect(mirror.path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(*((statement,) if isinstance(statement, str) else statement))


def change_frame(mirror: Mirror, key: str, change: Callable[[list[Stored]], object]) -> None:
    """Writes an offer's frame anew, with something changed in it."""
    with closing(sqlite3.connect(mirror.path)) as connection:
        [frame] = connection.execute("SELECT frame FROM offers WHERE key = ?", (key,)).fetchone()
    documents = list(Packer().unpack(frame, key))
    change(documents)
    values = (*hashed(Packer().pack(documents)), key)
    run(mirror, ("UPDATE offers SET sha256 = ?, frame = ? WHERE key = ?", values))


def set_frame(mirror: Mirror, key: str, change: Callable[[bytes], bytes]) -> None:
    with closing(sqlite3.connect(mirror.path)) as connection:
        [frame] = connection.execute("SELECT frame FROM offers WHERE key = ?", (key,)).fetchone()
    run(mirror, ("UPDATE offers SET frame = ? WHERE key = ?", (change(frame), key)))


# ---------------------------------------------------------------- what is sound


def test_a_sound_archive_is_told_in_numbers(pulled: Mirror) -> None:
    found = verify(pulled.path)
    assert found == Findings(format=2, pulls=3, offers=4, documents=6, recomputed=3)
    assert found.is_sound
    assert found.as_json()["is_sound"] is True


def test_a_regrouped_archive_is_sound(pulled: Mirror) -> None:
    regroup(pulled.path, "other", other_key_of)
    assert verify(pulled.path).problems == []


def test_verifying_writes_nothing_and_needs_no_right_to(pulled: Mirror) -> None:
    before = pulled.files()
    pulled.path.chmod(0o400)
    pulled.folder.chmod(0o500)
    try:
        assert verify(pulled.path).is_sound
    finally:
        pulled.folder.chmod(0o700)
    assert pulled.files() == before


def test_progress_is_told_offer_by_offer(pulled: Mirror) -> None:
    told = []
    verify(pulled.path, lambda done, total: told.append((done, total)))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_an_archive_that_is_held_is_not_called_damaged(pulled: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.archive.schema.BUSY_SECONDS", 0.1)
    with closing(sqlite3.connect(pulled.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(ArchiveUnavailable, match="in use by another program"):
            verify(pulled.path)


# ---------------------------------------------------------------- a flipped bit


def rows(path: Path) -> dict[str, list[Any]] | None:
    """All rows of all tables; None if they can't be read."""
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            names = [n for (n,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1")]
            return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in names}
    except (sqlite3.Error, UnicodeError):
        return None


def test_a_flipped_bit_in_anything_that_is_stored_is_found(tmp_path: Path) -> None:
    mirror = Mirror(tmp_path)
    told = [(d["_id"], d["_source"]) for d in map(orjson.loads, dump_lines(10, 3))]
    mirror.pull(*told[:90], environment="demo")
    mirror.pull(*told[5:], environment="demo")
    whole, before = mirror.path.read_bytes(), rows(mirror.path)
    assert before is not None and verify(mirror.path).is_sound
    chance = random.Random(20261123)
    changed = 0
    for _ in range(FLIPS):
        place, bit = chance.randrange(len(whole)), chance.randrange(8)
        mirror.path.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << bit]) + whole[place + 1 :])
        if rows(mirror.path) == before:
            continue  # in free space, or in what SQLite alone uses
        changed += 1
        try:
            problems = verify(mirror.path).problems
        except TilbudsspejlError as error:
            problems = [str(error)]
        assert problems, f"bit {bit} of byte {place} was flipped, and not found"
    assert changed > FLIPS / 3, "too few flips have hit anything stored"


def test_every_bit_of_a_frame_counts(mirror: Mirror) -> None:
    mirror.pull(A1, A2)
    [(_, _, _, _, frame)] = mirror.frames()
    for place in range(len(frame)):
        for bit in range(8):
            flipped = frame[:place] + bytes([frame[place] ^ 1 << bit]) + frame[place + 1 :]
            run(mirror, ("UPDATE offers SET frame = ?", (flipped,)))
            problems = verify(mirror.path).problems
            assert problems and "offer 'a': its frame " in problems[0], f"bit {bit} of byte {place}"


def test_a_bit_of_the_schema_that_makes_it_no_text_is_damage(pulled: Mirror) -> None:
    content = pulled.path.read_bytes().replace(b"NOT NULL", b"NOT N\xd5LL")
    pulled.path.write_bytes(content)
    with pytest.raises(CheckError, match="its schema can't be read"):
        verify(pulled.path)


# ---------------------------------------------------------------- each thing that must hold

RECEIPT_2 = "UPDATE pulls SET receipt = json_set(receipt, '$.{}', {}) WHERE number = 2"

DAMAGED_ROWS = {
    "UPDATE pulls SET is_complete = 0 WHERE number = 2": "pull 2: the column is_complete (False) is not what",
    "UPDATE pulls SET started = '2026-11-22T02:00:00+00:00' WHERE number = 1": "pull 1: the column started",
    "UPDATE pulls SET finished = 'now' WHERE number = 3": "pull 3: no times at which it started and finished",
    "UPDATE pulls SET finished = '2020-01-01T00:00:00+00:00' WHERE number = 3": "pull 3: finished (2020",
    "UPDATE pulls SET receipt = 'x' WHERE number = 1": "pull 1: its receipt is no JSON",
    "UPDATE pulls SET receipt = '[]' WHERE number = 1": "pull 1: its receipt is no JSON object",
    "UPDATE pulls SET receipt = CAST(receipt AS BLOB) WHERE number = 3": "pull 3: its receipt is no JSON object",
    "UPDATE pulls SET number = 9 WHERE number = 3": "pull 9: follows pull 2; there is one missing or too many",
    "DELETE FROM pulls WHERE number = 2": "pull 3: the chain is broken",
    "DELETE FROM pulls WHERE number = 3": "pull 2: the seal over",
    "UPDATE pulls SET receipt = replace(receipt, 'made-up', 'true') WHERE number = 1": "pull 2: the chain is broken",
    "UPDATE pulls SET receipt = replace(receipt, 'made-up', 'true') WHERE number = 3": "pull 3: the seal over",
    RECEIPT_2.format("digest", "'00'"): "its receipt says '00'",
    RECEIPT_2.format("source_mapping", "'00'"): "pull 2: the _mapping that it saw (00) is not there",
    "UPDATE meta SET value = 'prod' WHERE key = 'environment'": "pull 3: the seal over the archive's notes",
    "DELETE FROM meta WHERE key = 'seal'": "pull 3: the seal over the archive's notes",
    "UPDATE offers SET first_pull = 2 WHERE key = 'a'": "offer 'a': first_pull is 2, its documents were first seen by",
    "UPDATE offers SET sha256 = zeroblob(32) WHERE key = 'a'": "offer 'a': its frame is not what its hash is of",
    "UPDATE offers SET key = 'document:y' WHERE key = 'document:x'": "offer 'document:y': holds a document with",
    "DELETE FROM offers WHERE key = 'a'": "_id 'a-1': is in the table present and not so in a frame",
    "DELETE FROM present WHERE id = 'a-1'": "_id 'a-1': is open in its frame and not so in the table present",
    "UPDATE present SET sha256 = zeroblob(32) WHERE id = 'a-1'": "_id 'a-1': is in the table present and not so",
    "UPDATE present SET offer = 9 WHERE id = 'x'": "_id 'x': is open in its frame and not so in the table present",
    "INSERT INTO mappings VALUES ('00', '{}')": "mapping 00: its text is not what its hash is of",
    "DROP TABLE present": "the file: table present is missing",
    "CREATE TABLE more (x)": "the file: table more is one too many",
    "DROP TABLE pulls": "table pulls: can't be read (no such table: pulls)",
    "DROP TABLE meta": "table meta: can't be read (no such table: meta)",
    "PRAGMA user_version = 0": "the file: format 0 has never been written",
}


@pytest.mark.parametrize("statement", DAMAGED_ROWS)
def test_a_damaged_row_is_named(pulled: Mirror, statement: str) -> None:
    run(pulled, statement)
    found = verify(pulled.path)
    assert any(DAMAGED_ROWS[statement] in problem for problem in found.problems), found.problems
    assert not found.is_sound


def _set(name: str, value: Any) -> Callable[[list[Stored]], None]:
    return lambda documents: setattr(documents[0], name, value)


DAMAGED_FRAMES: dict[str, Callable[[list[Stored]], object]] = {
    "offer 'a', _id 'a-1': its content is not what its hash": _set("text", b'{"o":"a","v":7}'),
    "offer 'a', _id 'a-1': its content is not canonical": _set("text", b'{"v":1,"o":"a"}'),
    "offer 'a', _id 'a-1': its content is no JSON": _set("text", b'{"v":1'),
    "offer 'a', _id 'a-1': seen []: no pull has seen it": _set("seen", []),
    "seen [(0, None)]: there are only the pulls 1 to 3": _set("seen", [(0, None)]),
    "seen [(1, 4)]: there are only the pulls 1 to 3": _set("seen", [(1, 4)]),
    "seen [(2, 1)]: an interval ends before it begins": _set("seen", [(2, 1)]),
    "seen [(1, 2), (2, None)]: the intervals overlap": _set("seen", [(1, 2), (2, None)]),
    "seen [(1, None), (2, None)]: an interval within the list is open": _set("seen", [(1, None), (2, None)]),
    "pull 2: its documents have the digest": _set("seen", [(1, 1), (3, None)]),
    "offer 'a': has the same document twice": lambda documents: documents.append(documents[0]),
    "_id 'a-1': is open with two contents": lambda documents: _set("id", "a-1")(documents[1:]),
    "offer 'a': its frame can't be unpacked (": list[Stored].clear,
}


@pytest.mark.parametrize("problem", DAMAGED_FRAMES)
def test_a_frame_that_was_written_wrong_is_named(pulled: Mirror, problem: str) -> None:
    change_frame(pulled, "a", DAMAGED_FRAMES[problem])
    problems = verify(pulled.path).problems
    assert any(problem in line for line in problems), problems


@pytest.mark.parametrize(
    "change",
    [
        lambda frame: b"",
        lambda frame: frame[:-9],
        lambda frame: frame + b"x",
        lambda frame: frame.decode("latin-1"),
        lambda frame: zstandard.compress(zstandard.decompress(frame)),  # without the sum that guards it
    ],
)
def test_a_frame_that_is_none_is_named(pulled: Mirror, change: Callable[[bytes], bytes]) -> None:
    set_frame(pulled, "a", change)
    problems = verify(pulled.path).problems
    assert problems and problems[0].startswith("offer 'a': its frame "), problems


def test_one_damaged_frame_is_not_told_once_more_by_what_follows_from_it(pulled: Mirror) -> None:
    set_frame(pulled, "a", lambda frame: frame[:-9])
    found = verify(pulled.path)
    assert len(found.problems) == 1
    assert (found.recomputed, found.not_recomputed) == (0, 3)


def test_many_problems_are_counted_not_all_listed(mirror: Mirror) -> None:
    mirror.pull(*((f"{n}", {"o": f"{n}"}) for n in range(MOST_PROBLEMS + 20)))
    run(mirror, "UPDATE offers SET frame = zeroblob(9)")
    found = verify(mirror.path)
    assert (len(found.problems), found.more) == (MOST_PROBLEMS, 20)


def test_a_file_that_is_no_archive_is_refused(mirror: Mirror) -> None:
    with pytest.raises(ArchiveUnavailable, match="not there"):
        verify(mirror.path)
    mirror.path.write_bytes(b"dette er ikke en database" * 100)
    with pytest.raises(CheckError, match="not an archive, or damaged"):
        verify(mirror.path)
