"""What the one script of the edition says; the rest of rendering is tested where its pages are."""

import json
from datetime import UTC, datetime

import pytest

from generator.pages.rendering import edition_script


@pytest.mark.parametrize(
    ("finished", "day"),
    [
        (datetime(2026, 11, 20, 23, 30, tzinfo=UTC), "2026-11-21"),
        (datetime(2026, 7, 20, 22, 30, tzinfo=UTC), "2026-07-21"),
        (datetime(2026, 11, 20, 22, 30, tzinfo=UTC), "2026-11-20"),
    ],
)
def test_the_data_s_own_day_is_the_danish_one(finished: datetime, day: str) -> None:
    script = edition_script(finished, 7, 40)
    edition = json.loads(script.removeprefix("window.tilbudsspejlEdition = ").removesuffix(";\n"))
    assert edition["day"] == day
    assert edition["datetime"] == finished.isoformat()
