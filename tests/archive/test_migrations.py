"""An archive of an older format is read as it is, migrated by the first pull, and says the same afterwards."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from generator.archive.reader import Archive
from generator.archive.schema import VERSION, version_of
from generator.archive.staging import Reading
from generator.archive.verify import verify
from generator.archive.writer import Published, regroup, writing
from generator.errors import ArchiveUnavailable, CheckError
from generator.register.mapping.mapping import default_mapping
from generator.register.model.documents import Document
from tests.archive.mirror import Mirror

FORMATS = Path(__file__).parent / "formats"


@pytest.fixture(params=sorted(FORMATS.glob("*.sqlite")), ids=lambda path: f"format {path.stem}")
def older(request: pytest.FixtureRequest, mirror: Mirror) -> Mirror:
    """A copy of an archive that an older version has made: 12 demo offers, two complete pulls."""
    shutil.copy(request.param, mirror.path)
    return mirror


def content(mirror: Mirror) -> list[Any]:
    """Everything that a build reads."""
    with Archive(mirror.path) as archive:
        observed = [offer for batch in archive.batches(5) for offer in archive.observed(batch)]
        receipts = [(r.number, r.started, r.finished, r.is_complete, r.details) for r in archive.receipts()]
        return [archive.environment, archive.grouping, receipts, observed]


def served(mirror: Mirror) -> list[Document]:
    """What the last pull found there, as a source would serve it again."""
    with Archive(mirror.path) as archive:
        return [
            Document(document.id, document.type, document.text)
            for batch in archive.batches(5)
            for _, _, documents in archive.stored(batch)
            for document in documents
            if document.is_open
        ]


def pull_again(mirror: Mirror, told: list[Document]) -> Published:
    mapping = default_mapping()
    with writing(mirror.path) as writer:
        assert writer.migrated_from == 1
        writer.begin(None)
        with writer.staging.slice("0", Reading(mapping.offer_key, mapping.is_demo)) as part:
            part.add(told)
        return writer.publish(
            environment="demo",
            grouping=mapping.grouping,
            key_of=mapping.offer_key,
            presence="staged",
            started=writer.receipts()[-1].finished,
            details={"source": {"dump": "made-up"}},
        )


def format_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return version_of(connection)


def test_an_older_archive_is_read_and_verified_as_it_is(older: Mirror) -> None:
    before = older.files()
    _, _, receipts, observed = content(older)
    found = verify(older.path)
    assert (len(observed), sum(len(documents) for _, _, documents in observed), len(receipts)) == (12, 131, 2)
    assert (found.problems, found.offers, found.documents, found.pulls) == ([], 12, 131, 2)
    assert (found.recomputed, found.not_recomputed) == (0, 2)
    assert older.files() == before


def test_the_first_pull_migrates_and_changes_nothing_else(older: Mirror) -> None:
    before = content(older)
    published = pull_again(older, served(older))
    assert (published.new, published.changed, published.returned, published.gone) == (0, 0, 0, 0)
    assert published.present == 117
    environment, grouping, receipts, observed = content(older)
    assert [environment, grouping, receipts[:2], observed] == before
    assert receipts[2][4]["number"] == 3
    assert format_of(older.path) == VERSION
    found = verify(older.path)
    assert (found.problems, found.recomputed, found.not_recomputed) == ([], 1, 2)


def test_a_pull_that_fails_after_migrating_leaves_a_sound_archive(older: Mirror) -> None:
    before = content(older)
    with writing(older.path) as writer:
        assert writer.migrated_from == 1
    assert content(older) == before
    assert format_of(older.path) == VERSION
    assert verify(older.path).problems == []


def test_regrouping_migrates_too(older: Mirror) -> None:
    regroup(older.path, "none", lambda source: None)
    found = verify(older.path)
    assert (found.problems, found.documents, found.format) == ([], 131, VERSION)
    assert found.offers > 12


def test_a_migration_that_fails_leaves_the_archive_as_it_was(older: Mirror) -> None:
    with closing(sqlite3.connect(older.path)) as connection, connection:
        connection.execute("UPDATE offers SET frame = zeroblob(9) WHERE key = '10003'")
    before = older.files()
    with pytest.raises(CheckError, match="the frame of offer '10003' is damaged"), writing(older.path):
        pass
    assert older.files() == before


def test_a_flipped_bit_is_found_in_an_older_archive_too(older: Mirror) -> None:
    with closing(sqlite3.connect(older.path)) as connection, connection:
        connection.execute("UPDATE pulls SET receipt = replace(receipt, '0.1.0', '0.1.1') WHERE number = 1")
        connection.execute(
            "UPDATE offers SET frame = CAST(substr(frame, 1, 50) || x'00ff' || substr(frame, 53) AS BLOB)"
        )
    problems = verify(older.path).problems
    assert len([problem for problem in problems if "its frame can't be unpacked" in problem]) == 12
    assert "pull 2: the chain is broken: its receipt names another one before it" in problems


def test_an_archive_of_a_newer_format_is_refused(older: Mirror) -> None:
    with closing(sqlite3.connect(older.path)) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    before = older.files()
    refused = f"made by a newer Tilbudsspejl .format {VERSION + 1}.; upgrade"
    for use in (Archive, verify, lambda path: writing(path).__enter__()):
        with pytest.raises(ArchiveUnavailable, match=refused):
            use(older.path)
    assert older.files() == before
