"""Whoever opens an archive sees at once that it is not what its pulls have written, and is told where."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard

from generator.archive.digest import TABLES_NOTE, seal_of
from generator.archive.frames import Packer
from generator.archive.merge import hashed
from generator.archive.reader import Archive
from generator.archive.verify import verify
from generator.archive.writer import regroup, writing
from generator.errors import CheckError
from tests.archive.mirror import Mirror, documents, key_of, other_key_of, stage

A1 = ("a-1", {"o": "a", "v": 1})
A2 = ("a-2", {"o": "a", "v": 2})
B1 = ("b-1", {"o": "b", "v": 1})
X = ("x", {"v": 1})


@pytest.fixture
def pulled(mirror: Mirror) -> Mirror:
    """Two pulls; the offer b has gone, so that no table but its own tells that it is there."""
    mirror.pull(A1, A2, B1, X)
    mirror.pull(A1, A2, X)
    return mirror


def run(mirror: Mirror, *statements: str) -> None:
    """Changes the archive behind its back."""
    with closing(sqlite3.connect(mirror.path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def read(path: Path) -> None:
    with Archive(path):
        pass


def write(path: Path) -> None:
    with writing(path):
        pass


SEEN_BY_ALL = {
    "UPDATE pulls SET finished = '2026-11-23T20:14:26+00:00' WHERE number = 1": "pull 1: the column finished",
    "UPDATE pulls SET is_complete = 0 WHERE number = 2": "pull 2: the column is_complete (False) is not what",
    "UPDATE pulls SET receipt = replace(receipt, 'made-up', 'true') WHERE number = 1": "pull 2: the chain is broken",
    "UPDATE pulls SET receipt = replace(receipt, 'made-up', 'true') WHERE number = 2": "pull 2: the seal over the",
    "DELETE FROM pulls WHERE number = 2": "pull 1: the seal over the archive's notes",
    "DELETE FROM pulls": "table pulls: has no pull",
    "UPDATE meta SET value = 'prod' WHERE key = 'environment'": "the seal over the archive's notes (table meta)",
    f"DELETE FROM meta WHERE key = '{TABLES_NOTE}'": "the seal over the archive's notes (table meta)",
    "DELETE FROM meta": "the seal over the archive's notes (table meta)",
    "INSERT INTO mappings VALUES ('00', '{}')": "mapping 00: its text is not what its hash is of",
    "DELETE FROM offers WHERE key = 'b'": "table offers: is not as pull 2 left it; a row was lost, added or changed",
    "INSERT INTO offers SELECT 9, 'c', first_pull, sha256, frame FROM offers WHERE key = 'b'": "table offers: is not",
    "UPDATE offers SET key = 'c' WHERE key = 'b'": "table offers: is not as pull 2 left it",
    "UPDATE offers SET key = CAST('b' AS BLOB) WHERE key = 'b'": "table offers can't be read",
    "UPDATE offers SET sha256 = zeroblob(32) WHERE key = 'b'": "table offers: is not as pull 2 left it",
    "UPDATE offers SET rowid = 9 WHERE key = 'b'": "table offers: is not as pull 2 left it",
    "CREATE TRIGGER t AFTER INSERT ON pulls BEGIN SELECT 1; END": "the file: trigger t on pulls is one too many",
    "CREATE VIEW v AS SELECT 1": "the file: view v is one too many",
    "CREATE INDEX i ON offers (first_pull)": "the file: index i on offers is one too many",
    "CREATE TABLE more (x)": "the file: table more is one too many",
    "ALTER TABLE pulls ADD COLUMN more TEXT": "the file: table pulls is not defined as it was made",
    "PRAGMA user_version = 0": "the file: format 0 has never been written",
    "PRAGMA user_version = 1": "the file: table mappings is one too many",
    "PRAGMA user_version = 3": "made by a newer Tilbudsspejl (format 3), or damaged",
    "PRAGMA application_id = 7": "its header names another program (0x7), its tables are an archive's",
}


@pytest.mark.parametrize("statement", SEEN_BY_ALL)
def test_nobody_opens_an_archive_that_was_changed(pulled: Mirror, statement: str) -> None:
    run(pulled, statement)
    before = pulled.files()
    for use in (read, write):
        with pytest.raises(CheckError) as caught:
            use(pulled.path)
        assert SEEN_BY_ALL[statement] in str(caught.value)
        assert "restore it from a backup" in str(caught.value) and "\n" not in str(caught.value)
    assert pulled.files() == before


SEEN_BY_PULLS = {
    "DELETE FROM present WHERE id = 'a-1'": "table present: is not as pull 2 left it",
    "UPDATE present SET sha256 = zeroblob(32) WHERE id = 'a-1'": "table present: is not as pull 2 left it",
    "UPDATE present SET offer = 9 WHERE id = 'a-1'": "table present: is not as pull 2 left it",
}


@pytest.mark.parametrize("statement", SEEN_BY_PULLS)
def test_what_only_a_pull_reads_is_looked_at_before_a_pull(pulled: Mirror, statement: str) -> None:
    run(pulled, statement)
    read(pulled.path)
    with pytest.raises(CheckError) as caught:
        write(pulled.path)
    assert SEEN_BY_PULLS[statement] in str(caught.value)
    with Archive(pulled.path) as archive:
        assert SEEN_BY_PULLS[statement] in str(archive.damage()), "or a backup would keep it"


def test_pages_that_are_free_and_in_use_stop_a_pull(pulled: Mirror) -> None:
    run(pulled, "CREATE TABLE filler AS SELECT zeroblob(9000)", "DROP TABLE filler")
    content = bytearray(pulled.path.read_bytes())
    assert int.from_bytes(content[36:40], "big") > 0, "no page is free"
    content[32:36] = (2).to_bytes(4, "big")  # the first free page is said to be the root of a table
    pulled.path.write_bytes(content)
    with pytest.raises(CheckError, match="the file: SQLite finds: "):
        write(pulled.path)


def test_what_verify_finds_has_its_name(pulled: Mirror) -> None:
    run(pulled, *(statement for statement in SEEN_BY_ALL if statement.startswith(("CREATE", "ALTER"))))
    problems = verify(pulled.path).problems
    for statement, problem in SEEN_BY_ALL.items():
        if statement.startswith(("CREATE", "ALTER")):
            assert problem in problems


def test_rows_are_sealed_by_pulls_and_regroupings(pulled: Mirror) -> None:
    regroup(pulled.path, "other", other_key_of)
    read(pulled.path)
    write(pulled.path)
    run(pulled, "DELETE FROM offers WHERE rowid = (SELECT max(rowid) FROM offers)")
    with pytest.raises(CheckError, match="table offers: is not as pull 2 left it"):
        read(pulled.path)


def test_an_archive_that_an_earlier_version_has_written_to_is_read_as_far_as_it_can_be(pulled: Mirror) -> None:
    # Earlier versions leave the note as it is and seal it with their own pull.
    for note in ('{"grouping":"id","offers":"00","present":"00","pull":1}', '{"grouping":"o","pull":2}', None):
        with closing(sqlite3.connect(pulled.path)) as connection, connection:
            if note is None:
                connection.execute("DELETE FROM meta WHERE key = ?", (TABLES_NOTE,))
            else:
                connection.execute("UPDATE meta SET value = ? WHERE key = ?", (note, TABLES_NOTE))
            connection.execute("UPDATE meta SET value = ? WHERE key = 'seal'", (seal_of(connection),))
        read(pulled.path)
        write(pulled.path)
    pulled.pull(A1)
    run(pulled, "DELETE FROM offers WHERE key = 'b'")
    with pytest.raises(CheckError, match="table offers: is not as pull 3 left it"):
        read(pulled.path)


# ---------------------------------------------------------------- frames


def set_frame(mirror: Mirror, frame: bytes) -> None:
    mirror.reseal(("UPDATE offers SET sha256 = ?, frame = ? WHERE key = 'a'", hashed(frame)))


def documents_of(mirror: Mirror) -> object:
    with Archive(mirror.path) as archive:
        return [offer for batch in archive.batches(5) for offer in archive.observed(batch)]


def test_a_frame_that_is_not_what_its_hash_is_of_is_not_read(pulled: Mirror) -> None:
    [frame] = [row[4] for row in pulled.frames() if row[1] == "a"]
    other = Packer(level=1).pack(list(Packer().unpack(frame, "a")))
    assert other != frame
    with closing(sqlite3.connect(pulled.path)) as connection, connection:
        connection.execute("UPDATE offers SET frame = ? WHERE key = 'a'", (other,))
    with pytest.raises(CheckError, match=r"offer 'a' is damaged .it is not what its hash is of"):
        documents_of(pulled)


@pytest.mark.parametrize(
    ("seen", "problem"),
    [
        ([], "no pull has seen it"),
        ([(1, 7)], "there are only the pulls 1 to 2"),
        ([(2, 1)], "an interval ends before it begins"),
        ([("1", None)], "not of numbers"),
    ],
)
def test_intervals_that_cannot_be_are_not_read(
    pulled: Mirror, seen: list[tuple[int, int | None]], problem: str
) -> None:
    [frame] = [row[4] for row in pulled.frames() if row[1] == "a"]
    documents = list(Packer().unpack(frame, "a"))
    documents[1].seen = seen
    set_frame(pulled, Packer().pack(documents))
    with pytest.raises(CheckError, match=f"offer 'a', _id 'a-2': seen .*{problem}"):
        documents_of(pulled)


ZEROS = 300_000_000  # bytes, more than an offer may take
BOMBS: dict[str, Callable[[], bytes]] = {
    "says how large it is": lambda: zstandard.ZstdCompressor(level=1).compress(bytes(ZEROS)),
    "does not say how large it is": lambda: _streamed(),
}


def _streamed() -> bytes:
    packer = zstandard.ZstdCompressor(level=1).compressobj()
    return b"".join(packer.compress(bytes(10_000_000)) for _ in range(ZEROS // 10_000_000)) + packer.flush()


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_frame_that_would_take_all_memory_is_not_unpacked(pulled: Mirror, bomb: str) -> None:
    frame = BOMBS[bomb]()
    assert len(frame) < 100_000
    set_frame(pulled, frame)
    for use in (documents_of, lambda mirror: mirror.pull(A1)):
        with pytest.raises(CheckError, match=r"limits\.offer_bytes|frame of offer 'a' is damaged"):
            use(pulled)
    assert any("offer 'a': " in problem for problem in verify(pulled.path).problems)


def test_an_offer_that_grows_over_the_limit_is_not_archived(mirror: Mirror) -> None:
    mirror.pull(A1)
    before = mirror.files()
    with (
        pytest.raises(CheckError, match=r"offer 'a' takes \d+ bytes unpacked, more than limits.offer_bytes .1000."),
        writing(mirror.path, most=1000) as writer,
    ):
        mirror.publish(writer, [("a-2", {"o": "a", "v": "x" * 1000})])
    assert mirror.files() == before


@pytest.mark.clock
@pytest.mark.parametrize(
    "statement", ["UPDATE contents SET text = zeroblob(9)", "UPDATE documents SET sha256 = zeroblob(32)"]
)
def test_what_was_staged_and_is_damaged_is_not_published(mirror: Mirror, statement: str) -> None:
    mirror.pull(A1)
    before = mirror.files()
    with (
        pytest.raises(CheckError, match=r"register.sqlite.staging: .*: the file is damaged; pull without --resume"),
        writing(mirror.path) as writer,
    ):
        stage(writer, documents([A1, A2]))
        writer.staging.connection.execute(f"{statement} WHERE number = 2")
        writer.publish(
            environment="preprod",
            grouping="id",
            key_of=key_of,
            presence="staged",
            started=datetime.now(UTC),
            details={},
        )
    assert mirror.files() == before
