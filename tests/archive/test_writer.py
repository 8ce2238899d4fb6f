"""A pull is published whole or not at all, and says exactly what was seen and when."""

import errno
import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from generator.archive.reader import Archive
from generator.archive.schema import journal_of
from generator.archive.writer import Published, check_binding, check_mixture, regroup, writing
from generator.errors import ArchiveUnavailable, CheckError, TilbudsspejlError
from generator.register.model.documents import Document
from tests.archive.mirror import GROUPING, Mirror, documents, key_of, other_key_of, stage
from tests.support.plans import PLAN

A1 = ("a-1", {"o": "a", "v": 1})
A2 = ("a-2", {"o": "a", "v": 2})
A1_CHANGED = ("a-1", {"o": "a", "v": 9})
B1 = ("b-1", {"o": "b", "v": 1})


# ---------------------------------------------------------------- what a pull changes


def changes(published: Published) -> tuple[int, int, int, int]:
    """New, changed, back, gone."""
    return published.new, published.changed, published.returned, published.gone


def test_the_first_pull_makes_the_archive(mirror: Mirror) -> None:
    published = mirror.pull(A1, A2, B1)
    assert (published.number, published.documents, published.unique_ids, published.offers) == (1, 3, 3, 2)
    assert (published.new, published.changed, published.gone, published.returned) == (3, 0, 0, 0)
    assert mirror.intervals("a") == {"a-1/1": [(1, None)], "a-2/2": [(1, None)]}
    assert set(mirror.files()) == {"register.sqlite"}


def test_the_same_again_adds_nothing_but_a_receipt(mirror: Mirror) -> None:
    first = mirror.pull(A1, A2, B1)
    frames = mirror.frames()
    second = mirror.pull(B1, ("a-2", b' {"v": 2, "o": "a"} '), A1)  # in another order, written in another way
    assert mirror.frames() == frames
    assert (second.number, *changes(second)) == (2, 0, 0, 0, 0)
    assert second.digest == first.digest
    with Archive(mirror.path) as archive:
        assert [receipt.number for receipt in archive.receipts()] == [1, 2]


def test_the_archive_does_not_depend_on_the_order_in_which_documents_come(tmp_path: Path) -> None:
    told = [A1, A2, ("a-10", {"o": "a", "v": 10}), B1]
    archives = []
    for name, order in (("one", told), ("other", told[::-1])):
        (tmp_path / name).mkdir()
        archives.append(Mirror(tmp_path / name))
        archives[-1].pull(*order)
    assert archives[0].frames() == archives[1].frames()


def test_only_the_frame_that_changes_is_written(mirror: Mirror) -> None:
    mirror.pull(A1, B1)
    before = mirror.frames()
    published = mirror.pull(A1_CHANGED, B1)
    after = mirror.frames()
    assert (after[0] != before[0], after[1] == before[1]) == (True, True)
    assert changes(published) == (0, 1, 0, 0)
    assert mirror.intervals("a") == {"a-1/1": [(1, 1)], "a-1/9": [(2, None)]}


def test_gone_is_dated_and_the_rest_of_the_offer_stays(mirror: Mirror) -> None:
    mirror.pull(A1, A2, B1)
    published = mirror.pull(A2)
    assert changes(published) == (0, 0, 0, 2)
    assert mirror.intervals("a") == {"a-1/1": [(1, 1)], "a-2/2": [(1, None)]}
    assert mirror.intervals("b") == {"b-1/1": [(1, 1)]}
    assert mirror.pull(A2).gone == 0


def test_seen_gone_seen_is_exact(mirror: Mirror) -> None:
    for told in ([A1, B1], [A1, B1], [B1], [B1], [A1, B1], [A1, B1], [B1], [A1, B1]):
        mirror.pull(*told)
    assert mirror.intervals("a") == {"a-1/1": [(1, 2), (5, 6), (8, None)]}
    assert mirror.intervals("b") == {"b-1/1": [(1, None)]}


def test_a_content_that_comes_back_is_the_same_document(mirror: Mirror) -> None:
    for told in (A1, A1_CHANGED, A1):
        published = mirror.pull(told)
    assert changes(published) == (0, 0, 1, 0)
    assert mirror.intervals("a") == {"a-1/1": [(1, 1), (3, None)], "a-1/9": [(2, 2)]}


def test_a_document_that_tells_no_offer_is_kept_under_its_own_id(mirror: Mirror) -> None:
    mirror.pull(("x", {"v": 1}), ("y", b'{"v":NaN}'))
    assert mirror.seen() == {
        "document:x": {("x", '{"v":1}'): [(1, None)]},
        "document:y": {("y", '{"v":NaN}'): [(1, None)]},
    }


def test_ids_that_utf8_cannot_hold_are_escaped(mirror: Mirror) -> None:
    told = ("\udc00", b'{"o":"\\ud800","v":1}')
    mirror.pull(told)
    assert changes(mirror.pull(told)) == (0, 0, 0, 0)
    assert mirror.seen() == {"\\ud800": {("\\udc00", '{"o":"\\ud800","v":1}'): [(1, None)]}}


# ---------------------------------------------------------------- partial dumps


def test_a_partial_dump_marks_nothing_gone(mirror: Mirror) -> None:
    mirror.pull(A1, A2, B1)
    frames = mirror.frames()
    published = mirror.pull(A2, complete=False)
    assert published.gone == 0
    assert mirror.frames() == frames


def test_what_a_partial_dump_skipped_was_last_seen_by_the_pull_before(mirror: Mirror) -> None:
    mirror.pull(A1, B1)
    mirror.pull(A1, B1)
    mirror.pull(B1, complete=False)
    mirror.pull(B1)
    assert mirror.intervals("a") == {"a-1/1": [(1, 3)]}, "held to be there until a pull found it gone"
    assert mirror.sure("a") == {"a-1/1": [(1, 2)]}


def test_what_a_partial_dump_replaces_was_last_seen_by_the_last_complete_pull(mirror: Mirror) -> None:
    mirror.pull(A1, B1)
    mirror.pull(B1, complete=False)
    mirror.pull(A1_CHANGED, complete=False)
    assert mirror.intervals("a") == {"a-1/1": [(1, 2)], "a-1/9": [(3, None)]}
    assert mirror.sure("a") == {"a-1/1": [(1, 1)], "a-1/9": [(3, None)]}
    mirror.pull(A1, complete=False)
    assert mirror.sure("a") == {"a-1/1": [(1, 1), (4, None)], "a-1/9": [(3, 3)]}


def test_what_only_a_partial_dump_saw_is_gone_after_it(mirror: Mirror) -> None:
    mirror.pull(B1)
    mirror.pull(A1, complete=False)
    mirror.pull(B1, complete=False)
    mirror.pull(B1)
    assert mirror.intervals("a") == {"a-1/1": [(2, 3)]}
    assert mirror.sure("a") == {"a-1/1": [(2, 2)]}
    mirror.pull(A1, complete=False)
    mirror.pull(A1, B1)
    assert mirror.sure("a") == {"a-1/1": [(2, 2), (5, None)]}


def test_an_id_that_moves_to_another_offer_is_gone_from_the_first_also_in_a_partial_dump(mirror: Mirror) -> None:
    mirror.pull(A1, A2)
    published = mirror.pull(("a-1", {"o": "b", "v": 1}), complete=False)
    assert changes(published) == (1, 0, 0, 1)
    assert mirror.intervals("a") == {"a-1/1": [(1, 1)], "a-2/2": [(1, None)]}
    assert mirror.intervals("b") == {"a-1/1": [(2, None)]}
    assert changes(mirror.pull(A1, A2)) == (0, 0, 1, 1)
    assert mirror.intervals("a") == {"a-1/1": [(1, 1), (3, None)], "a-2/2": [(1, None)]}
    assert mirror.intervals("b") == {"a-1/1": [(2, 2)]}


def test_partial_dumps_alone_never_close_what_they_do_not_replace(mirror: Mirror) -> None:
    mirror.pull(A1, A2, complete=False)
    mirror.pull(A1_CHANGED, complete=False)
    mirror.pull(B1, complete=False)
    assert mirror.intervals("a") == {"a-1/1": [(1, 1)], "a-2/2": [(1, None)], "a-1/9": [(2, None)]}


# ---------------------------------------------------------------- one _id twice


def test_one_id_twice_in_a_pull_keeps_both_and_the_last_one_stays(mirror: Mirror) -> None:
    published = mirror.pull(A1, B1, A1_CHANGED)
    assert (published.documents, published.unique_ids, published.new) == (3, 2, 3)
    assert mirror.intervals("a") == {"a-1/1": [(1, 1)], "a-1/9": [(1, None)]}
    frames = mirror.frames()
    assert changes(mirror.pull(A1, B1, A1_CHANGED)) == (0, 0, 0, 0)
    assert mirror.frames() == frames


def test_the_same_document_twice_in_a_pull_is_one(mirror: Mirror) -> None:
    assert mirror.pull(A1, A1).new == 1
    assert mirror.intervals("a") == {"a-1/1": [(1, None)]}


def test_what_is_overtaken_within_a_pull_was_seen_by_it(mirror: Mirror) -> None:
    mirror.pull(A1)
    mirror.pull(A1, A1_CHANGED)
    assert mirror.intervals("a") == {"a-1/1": [(1, 2)], "a-1/9": [(2, None)]}


# ---------------------------------------------------------------- whole or not at all


def broken() -> Iterator[Document]:
    yield from documents([A1_CHANGED])
    raise OSError("cut off")


@pytest.mark.parametrize("is_first", [True, False])
def test_a_pull_that_fails_while_staging_leaves_everything_as_it_was(mirror: Mirror, is_first: bool) -> None:
    if not is_first:
        mirror.pull(A1, B1)
    before = mirror.files()
    with pytest.raises(OSError, match="cut off"), writing(mirror.path) as writer:
        stage(writer, broken())
    assert mirror.files() == before


@pytest.mark.parametrize("is_first", [True, False])
def test_a_pull_that_fails_while_publishing_leaves_everything_as_it_was(
    mirror: Mirror, is_first: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not is_first:
        mirror.pull(A1, B1)
    before = mirror.files()

    def fail(*_: object) -> str:
        raise MemoryError

    monkeypatch.setattr("generator.archive.writer.digest_of", fail)
    with pytest.raises(MemoryError):
        mirror.pull(A1_CHANGED)
    assert mirror.files() == before


def test_a_document_that_is_no_json_is_named(mirror: Mirror) -> None:
    with pytest.raises(CheckError, match="document 'a-7': no JSON"):
        mirror.pull(A1, ("a-7", b"{"))
    assert mirror.files() == {}


def test_what_a_killed_pull_left_is_cleared_away(mirror: Mirror) -> None:
    mirror.pull(A1)
    (mirror.folder / "register.sqlite.staging").write_bytes(b"half a file")
    mirror.pull(A1)
    assert set(mirror.files()) == {"register.sqlite"}


KILLED_WHILE_PUBLISHING = """
import os, signal, sqlite3, sys
from pathlib import Path
from generator.archive import writer
from tests.archive.mirror import Mirror

def die(connection, ended):
    connection.execute("PRAGMA cache_size = 1")
    connection.execute("CREATE TABLE filler AS WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i+1 FROM n LIMIT 500)"
                       " SELECT randomblob(4000) FROM n")
    os.kill(os.getpid(), signal.SIGKILL)

writer.digest_of = die
Mirror(Path(sys.argv[1])).pull(("a-1", {"o": "a", "v": 9}))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("is_first", [True, False])
def test_an_archive_whose_pull_was_killed_while_publishing_is_as_before(mirror: Mirror, is_first: bool) -> None:
    if not is_first:
        mirror.pull(A1, B1)
    command = [sys.executable, "-c", KILLED_WHILE_PUBLISHING, str(mirror.folder)]
    assert subprocess.run(command, check=False, timeout=60).returncode == -9
    journal = mirror.folder / "register.sqlite-journal"
    assert journal.stat().st_size > 0, "the pull was not killed while it was writing"
    if is_first:
        with pytest.raises(ArchiveUnavailable, match="empty; run `tilbudsspejl pull` first"):
            Archive(mirror.path)
    else:
        assert mirror.intervals("a") == {"a-1/1": [(1, None)]}
    assert not journal.exists()
    assert mirror.pull(A1, B1).number == (1 if is_first else 2)
    assert set(mirror.files()) == {"register.sqlite"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_an_archive_behind_a_link_is_read_after_such_a_kill(mirror: Mirror, tmp_path: Path) -> None:
    mirror.pull(A1, B1)
    links = [tmp_path / "elsewhere" / name for name in ("first.sqlite", "second.sqlite")]
    links[0].parent.mkdir()
    links[0].symlink_to(mirror.path)
    links[1].symlink_to("first.sqlite")
    command = [sys.executable, "-c", KILLED_WHILE_PUBLISHING, str(mirror.folder)]
    for link in links:
        assert subprocess.run(command, check=False, timeout=60).returncode == -9
        assert journal_of(mirror.path).stat().st_size > 0, "the pull was not killed while it was writing"
        with Archive(link) as archive:
            assert [receipt.number for receipt in archive.receipts()] == [1]
        assert not journal_of(mirror.path).exists()


def test_a_pull_of_more_documents_than_sqlite_keeps_in_memory(mirror: Mirror) -> None:
    # Their ids and keys alone are larger than its cache of 2 MB.
    told = [(f"{n:0500}", {"o": f"{n // 10:0500}", "v": n}) for n in range(4000)]
    assert mirror.pull(*told).present == 4000


STAGED_HALFWAY = """
import os, signal, sys
from pathlib import Path
from generator.archive.staging import Reading
from generator.archive.writer import writing
from tests.archive.mirror import documents, is_demo, key_of
from tests.support.plans import PLAN

with writing(Path(sys.argv[1])) as writer:
    writer.begin(PLAN)
    with writer.staging.slice("0", Reading(key_of, is_demo)) as part:
        part.add(documents([("a-1", {"o": "a", "v": 1})]))
    writer.staging.connection.execute("PRAGMA cache_size = 1")
    with writer.staging.slice("1", Reading(key_of, is_demo)) as part:
        part.add(documents([(f"a-{n}", {"o": "a", "v": n}) for n in range(2, 9)]))
        writer.staging.connection.execute("INSERT INTO plan VALUES (?)", ("x" * 9000,))  # drives the rest out of memory
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("unlinked", [0, 1, 2])
def test_a_staging_file_that_a_kill_left_half_removed_is_never_taken_for_a_whole_one(
    mirror: Mirror, unlinked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = [sys.executable, "-c", STAGED_HALFWAY, str(mirror.path)]
    assert subprocess.run(command, check=False, timeout=60).returncode == -9
    assert b"a-8" in (mirror.folder / "register.sqlite.staging").read_bytes(), "it was not killed while it wrote"
    removed: list[Path] = []

    def unlink(path: Path, missing_ok: bool = False) -> None:
        if len(removed) == unlinked:
            raise KeyboardInterrupt  # killed here
        removed.append(path)
        path.rename(mirror.folder.parent / path.name)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt), writing(mirror.path) as writer:
        patch.setattr(Path, "unlink", unlink)
        writer.begin(PLAN)
        raise KeyboardInterrupt
    patch.undo()
    with writing(mirror.path) as writer:
        assert writer.unfinished() == (PLAN if unlinked == 0 else None)
        if unlinked == 0:
            writer.resume()
            assert writer.staged.documents == writer.staging.unique_ids() == 1


def test_what_a_killed_pull_from_a_dump_left_is_not_resumed(mirror: Mirror) -> None:
    with writing(mirror.path) as writer:
        stage(writer, documents([A1]))
        left = (mirror.folder / "register.sqlite.staging").read_bytes()
    (mirror.folder / "register.sqlite.staging").write_bytes(left)
    with writing(mirror.path) as writer:
        assert writer.unfinished() is None


def test_a_reader_sees_the_old_state_until_a_pull_is_published(mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    mirror.pull(A1)
    seen = []

    def look(*_: object) -> str:  # while the transaction is open
        seen.append(mirror.intervals("a"))
        return "digest"

    monkeypatch.setattr("generator.archive.writer.digest_of", look)
    mirror.pull(A1_CHANGED)
    assert seen == [{"a-1/1": [(1, None)]}]
    assert mirror.intervals("a") == {"a-1/1": [(1, 1)], "a-1/9": [(2, None)]}


# ---------------------------------------------------------------- one writer


def test_a_second_writer_is_refused(mirror: Mirror) -> None:
    mirror.pull(A1)
    with writing(mirror.path) as writer:
        mirror_of_another_process = (
            "from pathlib import Path; import sys; from generator.archive.writer import writing\n"
            "with writing(Path(sys.argv[1])): pass"
        )
        found = subprocess.run(
            [sys.executable, "-c", mirror_of_another_process, str(mirror.path)],
            check=False, timeout=60, capture_output=True, text=True,
        )  # fmt: skip
        assert found.stderr.splitlines()[-1].endswith("another pull is running; wait for it to end")
        with pytest.raises(ArchiveUnavailable, match="another pull is running"), writing(mirror.path):
            pass
        mirror.publish(writer, [A1, B1])
    assert mirror.pull(A1).number == 3


def test_an_archive_that_another_program_holds_is_named(mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    mirror.pull(A1)
    monkeypatch.setattr("generator.archive.schema.BUSY_SECONDS", 0.1)
    with closing(sqlite3.connect(mirror.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(ArchiveUnavailable, match="in use by another program"):
            mirror.pull(A1)
        with pytest.raises(ArchiveUnavailable, match="in use by another program"):
            Archive(mirror.path)
    assert mirror.pull(A1).number == 2


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with (
        pytest.raises(ArchiveUnavailable, match="its folder can't be written to"),
        writing(tmp_path / "file" / "x.sqlite"),
    ):
        pass


def test_a_full_disk_is_told(mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    mirror.pull(A1)
    before = mirror.files()

    def fill(connection: sqlite3.Connection, _: object) -> str:
        connection.execute("PRAGMA max_page_count = 1")
        connection.execute("CREATE TABLE filler AS SELECT randomblob(1000000)")
        return ""

    monkeypatch.setattr("generator.archive.writer.digest_of", fill)
    with pytest.raises(TilbudsspejlError, match="disk is full; make room") as caught:
        mirror.pull(A1_CHANGED)
    assert caught.value.exit_code == 1
    assert mirror.files() == before


def test_a_disk_that_has_no_room_for_the_lock_is_full_not_read_only(
    mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("generator.archive.writer.FileLock.acquire", fail)
    with pytest.raises(TilbudsspejlError, match="No space left on device; make room on the disk") as caught:
        mirror.pull(A1)
    assert caught.value.exit_code == 1


# ---------------------------------------------------------------- what is no archive


def test_an_archive_of_a_newer_format_is_refused(mirror: Mirror) -> None:
    mirror.pull(A1)
    with closing(sqlite3.connect(mirror.path)) as connection:
        connection.execute("PRAGMA user_version = 99")
        connection.execute("ALTER TABLE pulls ADD COLUMN of_then TEXT")
    before = mirror.files()
    for use in (mirror.pull, mirror.seen):
        with pytest.raises(ArchiveUnavailable, match=r"made by a newer Tilbudsspejl \(format 99\); upgrade"):
            use()
    assert mirror.files() == before


def test_a_file_that_is_no_archive_is_refused_and_left_alone(mirror: Mirror) -> None:
    mirror.path.write_text("Kære dagbog! " * 100)
    before = mirror.files()
    for use in (mirror.pull, mirror.seen):
        with pytest.raises(CheckError, match="not an archive, or damaged"):
            use()
    assert mirror.files() == before


def test_a_file_of_another_program_is_refused_and_left_alone(mirror: Mirror) -> None:
    with closing(sqlite3.connect(mirror.path)) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    before = mirror.files()
    for use in (mirror.pull, mirror.seen):
        with pytest.raises(ArchiveUnavailable, match="an SQLite file of another program"):
            use()
    assert mirror.files() == before


def test_a_damaged_frame_stops_a_pull_that_needs_it(mirror: Mirror) -> None:
    mirror.pull(A1, B1)
    with closing(sqlite3.connect(mirror.path)) as connection, connection:
        connection.execute("UPDATE offers SET frame = zeroblob(length(frame)) WHERE key = 'a'")
    before = mirror.files()
    with pytest.raises(CheckError, match="the frame of offer 'a' is damaged"):
        mirror.pull(A1_CHANGED, B1)
    assert mirror.files() == before


# ---------------------------------------------------------------- demo and binding


def test_a_mixture_of_demo_and_other_documents_is_refused(mirror: Mirror) -> None:
    demo = ("a-1", {"o": "a", "demo": True})
    with writing(mirror.path) as writer:
        stage(writer, documents([demo, B1]))
        with pytest.raises(CheckError, match="1 of 2 documents say that they are demo data"):
            check_mixture(writer.staged)
    with writing(mirror.path) as writer:
        stage(writer, documents([demo]))
        assert check_mixture(writer.staged)
    with writing(mirror.path) as writer:
        stage(writer, documents([B1]))
        assert not check_mixture(writer.staged)


def test_the_first_pull_binds_the_archive(mirror: Mirror) -> None:
    with writing(mirror.path) as writer:
        assert writer.environment is None
    mirror.pull(A1, environment="prod")
    with writing(mirror.path) as writer:
        assert writer.environment == "prod"
        check_binding(writer.environment, "prod", mirror.path)
        with pytest.raises(ArchiveUnavailable, match="bound to 'prod' by its first pull, so it refuses 'preprod'"):
            check_binding(writer.environment, "preprod", mirror.path)


# ---------------------------------------------------------------- another idea of an offer

MOVING = [
    ("1", {"o": "a", "p": "x", "v": 1}),
    ("2", {"o": "a", "p": "y", "v": 2}),
    ("3", {"o": "b", "p": "y", "v": 3}),
    ("4", {"o": "b", "v": 4}),
]


def grouped_anew() -> dict[str, dict[str, list[tuple[int, int | None]]]]:
    return {
        "x": {"1/1": [(2, None)]},
        "y": {"2/2": [(1, 1), (3, None)], "3/3": [(1, None)]},
        "document:4": {"4/4": [(1, 1)]},
    }


def pulled(mirror: Mirror) -> None:
    one, two, three, four = MOVING
    for told in ((two, three, four), (one, three), (one, two, three)):
        mirror.pull(*told)


def state(mirror: Mirror) -> dict[str, dict[str, list[tuple[int, int | None]]]]:
    return {offer: mirror.intervals(offer) for offer in mirror.seen()}


def test_regrouping_moves_documents_with_their_history(mirror: Mirror) -> None:
    pulled(mirror)
    regroup(mirror.path, "other", other_key_of)
    assert state(mirror) == grouped_anew()
    with Archive(mirror.path) as archive:
        assert archive.grouping == "other"
        assert [row[:2] for batch in archive.batches(9) for row in archive.stored(batch)] == [
            ("y", 1),
            ("document:4", 1),
            ("x", 2),
        ]
    regroup(mirror.path, GROUPING, key_of)
    assert state(mirror)["a"] == {"2/2": [(1, 1), (3, None)], "1/1": [(2, None)]}


def test_a_pull_with_another_grouping_regroups_and_finds_nothing_new(mirror: Mirror) -> None:
    pulled(mirror)
    with writing(mirror.path) as writer:
        published = mirror.publish(writer, MOVING[:3], grouping="other")
    assert changes(published) == (0, 0, 0, 0)
    assert state(mirror) == grouped_anew()


def test_regrouping_needs_an_archive(mirror: Mirror) -> None:
    with pytest.raises(ArchiveUnavailable, match="not there"):
        regroup(mirror.path, "other", other_key_of)
    assert mirror.files() == {}


# ---------------------------------------------------------------- whoever reads meanwhile


@pytest.mark.parametrize(("cache", "is_read"), [(32_000, True), (100, False)])
def test_readers_wait_for_no_more_than_the_commit(
    mirror: Mirror, monkeypatch: pytest.MonkeyPatch, cache: int, is_read: bool
) -> None:
    """All is written at the end, so that until then readers find the state before; with little memory it is not."""
    monkeypatch.setattr("generator.archive.schema.WRITER_CACHE", cache)

    def told(pull: int) -> list[tuple[str, Any]]:
        texts = [random.Random(f"{pull} {number}").randbytes(6_000).hex() for number in range(400)]
        return [(f"{number}-1", {"o": str(number), "text": text}) for number, text in enumerate(texts)]

    found: list[object] = []

    def read() -> None:
        with closing(sqlite3.connect(f"{mirror.path.as_uri()}?mode=ro", uri=True, timeout=0)) as connection:
            try:
                found.extend(connection.execute("SELECT count(*) FROM pulls").fetchone())
            except sqlite3.OperationalError as error:
                found.append(str(error))

    mirror.pull(*told(1))
    with writing(mirror.path) as writer:
        stage(writer, documents(told(2)))
        writer.publish(
            environment="preprod",
            grouping=GROUPING,
            key_of=key_of,
            presence="staged",
            started=datetime(2026, 11, 22, 3, tzinfo=UTC),
            details={},
            committing=read,
        )
    assert found == ([1] if is_read else ["database is locked"])
