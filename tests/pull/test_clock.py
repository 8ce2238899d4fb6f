"""A clock that is wrong is told: it neither dates a pull before others, nor hides how old the last one is."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from generator import config
from generator.archive.clock import TOLERANCE, end_of_pull
from generator.archive.verify import verify
from generator.archive.writer import writing
from generator.commands.build import build
from generator.commands.status import check_age, status
from generator.errors import CheckError
from generator.register.model.receipt import Receipt
from tests.archive.mirror import Mirror as Archived
from tests.archive.mirror import documents, key_of, stage
from tests.pull.mirror import Mirror, complete
from tests.support.archives import redate

NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.clock


def receipt(finished: datetime) -> Receipt:
    return Receipt(1, finished, finished, True, {})


@pytest.fixture
def ahead(mirror: Mirror, demo: dict[str, Path]) -> Mirror:
    """A mirror whose last pull is dated in the future."""
    mirror.pull(complete(demo["earlier"]))
    redate(mirror.archive, (datetime.now(UTC) + timedelta(days=400)).isoformat(timespec="seconds"))
    return mirror


def test_a_pull_is_refused_while_the_last_one_is_dated_in_the_future(ahead: Mirror, demo: dict[str, Path]) -> None:
    before, earliest = ahead.files(), datetime.now(UTC)
    with pytest.raises(CheckError) as caught:
        ahead.pull(complete(demo["now"]))
    assert f"pull 1 is dated {ahead.receipts()[0].finished:%Y-%m-%d}" in str(caught.value)
    days = {f"{moment:%Y-%m-%d}" for moment in (earliest, datetime.now(UTC))}  # midnight may have passed meanwhile
    assert any(f"this machine's clock says {day}" in str(caught.value) for day in days)
    assert "set the clock right, or restore the backup" in str(caught.value)
    assert ahead.files() == before


def test_no_page_shows_a_date_that_is_yet_to_come(ahead: Mirror) -> None:
    with pytest.raises(CheckError, match="pull 1 is dated"):
        build(config.load(ahead.folder / "tilbudsspejl.toml"), lambda *_: None)
    assert not (ahead.folder / "site").exists()


def test_a_pull_in_the_future_never_passes_for_a_new_one(ahead: Mirror) -> None:
    found = status(config.load(ahead.folder / "tilbudsspejl.toml"), 5)
    assert "(in the future by this machine's clock)" in found.lines()[0]
    assert found.as_json()["dated_in_the_future"] == 1
    with pytest.raises(CheckError, match=r"pull 1 is dated .*, in the future by this machine's clock .*set the clock"):
        check_age(found, 26)


def test_pulls_follow_each_other() -> None:
    assert end_of_pull(NOW - MINUTE, [receipt(NOW - 2 * MINUTE)], NOW) == (NOW, 0)
    assert end_of_pull(NOW, [receipt(NOW + MINUTE)], NOW) == (NOW + MINUTE, 60)
    assert end_of_pull(NOW + TOLERANCE, [], NOW) == (NOW + TOLERANCE, 300)
    for started, earlier in ((NOW + 6 * MINUTE, []), (NOW, [receipt(NOW + 6 * MINUTE)])):
        with pytest.raises(
            CheckError, match="was set back: it says 2026-11-26 03:00:00 UTC, and it has said 2026-11-26 03:0"
        ):
            end_of_pull(started, earlier, NOW)


def test_a_clock_that_is_set_back_during_a_pull_is_told_in_the_receipt(tmp_path: Path) -> None:
    archived, started = Archived(tmp_path), datetime.now(UTC) + 2 * MINUTE
    with writing(archived.path) as writer:
        stage(writer, documents([("a-1", {"o": "a"})]))
        published = writer.publish(
            environment="preprod", grouping="id", key_of=key_of, presence="staged", started=started, details={}
        )
    assert 100 <= published.receipt["clock_set_back"] <= 120
    assert verify(archived.path).is_sound
    with pytest.raises(CheckError, match="was set back"), writing(archived.path) as writer:
        stage(writer, documents([("a-1", {"o": "a"})]))
        writer.publish(
            environment="preprod", grouping="id", key_of=key_of, presence="staged", started=started + 5 * MINUTE,
            details={},
        )  # fmt: skip
    assert verify(archived.path).pulls == 1
