"""The archive is read in batches whose order never changes, or copied as it is at one moment."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from generator.archive.reader import Archive
from generator.errors import ArchiveUnavailable, CheckError
from generator.register.model.documents import Pulls
from tests.archive.mirror import Mirror, SourceDocument


def offer(key: str, value: int = 1) -> SourceDocument:
    return f"{key}-1", {"o": key, "v": value}


def keys(mirror: Mirror, size: int = 100) -> list[list[str]]:
    with Archive(mirror.path) as archive:
        return [[key for key, _, _ in archive.stored(batch)] for batch in archive.batches(size)]


def test_batches_go_by_first_pull_then_id(mirror: Mirror) -> None:
    mirror.pull(offer("10"), offer("9"), offer("2"))
    mirror.pull(offer("10", 2), offer("9"), offer("2"), offer("1"), offer("100"))
    assert keys(mirror) == [["2", "9", "10", "1", "100"]]
    assert keys(mirror, 2) == [["2", "9"], ["10", "1"], ["100"]]
    mirror.pull(offer("10"), offer("3"))
    assert keys(mirror) == [["2", "9", "10", "1", "100", "3"]]


def test_documents_are_parsed_as_they_were_seen(mirror: Mirror) -> None:
    mirror.pull(("a-1", b'{"o":"a","n":123456789012345678901}'), ("a-2", {"o": "a"}))
    mirror.pull(("a-2", {"o": "a"}))
    with Archive(mirror.path) as archive:
        [batch] = archive.batches(10)
        [(key, first_pull, observed)] = archive.observed(batch)
        assert archive.offer_count() == 1
    assert (key, first_pull) == ("a", 1)
    assert [(d.id, d.seen, d.present, d.envelope) for d in observed] == [
        ("a-1", ((1, 1),), False, {"o": "a", "n": 123456789012345678901}),
        ("a-2", ((1, None),), True, {"o": "a"}),
    ]


def test_receipts_tell_every_pull_and_hang_together(mirror: Mirror) -> None:
    mirror.pull(offer("1"), complete=False)
    mirror.pull(offer("1"), offer("2"))
    with Archive(mirror.path) as archive:
        first, second = archive.receipts()
        assert archive.environment == "preprod"
    assert (first.number, first.is_complete, second.number, second.is_complete) == (1, False, 2, True)
    assert first.started == datetime(2026, 11, 22, 3, tzinfo=UTC)
    assert first.finished.tzinfo is not None
    assert first.details["previous"] is None
    assert isinstance(second.details["previous"], str)
    assert second.details["counts"] == {
        "bytes": 30, "changed": 0, "documents": 2, "gone": 0, "new": 1, "offers": 2, "present": 2, "raw": 0,
        "returned": 0, "unchanged": 1, "unique_ids": 2, "unread": 0,
    }  # fmt: skip
    assert Pulls.of(receipt.pull for receipt in (first, second)).baseline == 2


def test_the_state_digest_changes_with_every_pull(mirror: Mirror) -> None:
    digests = set()
    for _ in range(3):
        mirror.pull(offer("1"))
        with Archive(mirror.path) as archive:
            digests.add(archive.state_digest())
            assert archive.state_digest() in digests
    assert len(digests) == 3


def test_a_snapshot_is_the_archive_of_that_moment(mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    mirror.pull(offer("1"))
    before = mirror.seen()
    target = mirror.folder / "copy" / "register.sqlite"
    target.parent.mkdir()

    def copy(*_: object) -> str:  # while a pull is publishing
        with Archive(mirror.path) as archive:
            archive.snapshot(target)
        return "digest"

    monkeypatch.setattr("generator.archive.writer.digest_of", copy)
    mirror.pull(offer("1", 2))
    assert Mirror(target.parent).seen() == before
    assert mirror.seen() != before
    target.parent.chmod(0o500)
    with Archive(target, immutable=True) as archive:
        assert archive.offer_count() == 1
    target.parent.chmod(0o700)


def test_a_snapshot_that_cannot_be_written_is_named(mirror: Mirror, tmp_path: Path) -> None:
    mirror.pull(offer("1"))
    with Archive(mirror.path) as archive, pytest.raises(ArchiveUnavailable, match="nowhere"):
        archive.snapshot(tmp_path / "nowhere" / "x.sqlite")


def test_an_archive_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ArchiveUnavailable, match=r"not there; run `tilbudsspejl pull` first, or correct archive\.path"):
        Archive(tmp_path / "register.sqlite")
    (tmp_path / "register.sqlite").write_bytes(b"")
    with pytest.raises(ArchiveUnavailable, match="empty; run `tilbudsspejl pull` first"):
        Archive(tmp_path / "register.sqlite")
    assert (tmp_path / "register.sqlite").read_bytes() == b""


def test_damage_that_shows_late_is_a_check_error(mirror: Mirror) -> None:
    mirror.pull(*(offer(str(number)) for number in range(400)))
    content = bytearray(mirror.path.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)  # all but the first page, which holds the schema
    mirror.path.write_bytes(content)
    with pytest.raises(CheckError, match=r"table pulls can't be read .*damaged: restore it from a backup"):
        Archive(mirror.path)


def test_a_missing_table_is_damage(mirror: Mirror) -> None:
    mirror.pull(offer("1"))
    with closing(sqlite3.connect(mirror.path)) as connection:
        connection.execute("DROP TABLE pulls")
    with pytest.raises(CheckError, match="the file: table pulls is missing; it is damaged"):
        Archive(mirror.path)
