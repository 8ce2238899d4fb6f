"""Slices that are read side by side: each is there whole or not at all, whatever becomes of the others."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.archive.staging import Reading, Staging
from generator.register.model.documents import Document

READING = Reading(lambda source: source["o"] if isinstance(source, dict) else None, lambda _: False)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "register.sqlite.staging"


def opened(path: Path) -> Staging:
    return Staging(path, lambda *_: False)


@pytest.fixture
def staging(path: Path) -> Iterator[Staging]:
    made = opened(path)
    yield made
    made.close()


def page(*ids: str, deep: bool = False) -> list[Document]:
    text = b"[" * 300 + b"]" * 300 if deep else b'{"o":"offer"}'
    return [Document(id_, "tilbud", text) for id_ in ids]


def ids(staging: Staging) -> list[str]:
    return [row[0] for row in staging.connection.execute("SELECT id FROM documents ORDER BY number")]


def contents(staging: Staging) -> int:
    return int(staging.connection.execute("SELECT count(*) FROM contents").fetchone()[0])


def test_pages_of_several_slices_may_come_in_any_order(staging: Staging) -> None:
    with staging.slices(READING) as slices:
        slices.begin("0")
        slices.begin("1")
        slices.add("0", page("a"))
        slices.add("1", page("b"))
        slices.add("0", page("c"))
        slices.keep("1", {"total": 1})
        assert list(staging.finished()) == ["1"]
        slices.keep("0", {"total": 2})
    assert ids(staging) == ["a", "b", "c"] and contents(staging) == 3
    assert staging.finished() == {"0": {"total": 2}, "1": {"total": 1}}
    assert staging.staged().documents == 3


def test_what_came_of_a_broken_slice_is_gone_and_the_others_stay(staging: Staging) -> None:
    with staging.slices(READING) as slices:
        for name in ("0", "1", "2"):
            slices.begin(name)
        slices.add("0", page("a", deep=True))
        slices.add("0", page("b"))
        slices.add("1", page("c"))
        slices.add("2", page("d"))
        slices.drop("0")
        slices.keep("1", {})
    assert ids(staging) == ["c"] and contents(staging) == 1, "what was open at the end is dropped"
    assert list(staging.finished()) == ["1"] and staging.unread_ids(9) == []


def test_a_slice_that_is_read_anew_stands_once(staging: Staging) -> None:
    with staging.slices(READING) as slices:
        slices.begin("1")
        for attempt in range(2):
            slices.begin("0")
            slices.add("0", page("a", "b", deep=True))
            slices.add("1", page(f"c-{attempt}"))
            if not attempt:
                slices.drop("0")
        slices.keep("0", {})
        slices.keep("1", {})
    assert ids(staging) == ["c-0", "a", "b", "c-1"]
    assert staging.unread_ids(9) == ["a", "b"]
    assert staging.staged().documents == 4


def test_what_a_killed_pull_has_left_of_a_slice_is_cleared_away(path: Path, staging: Staging) -> None:
    slices = staging.slices(READING)
    open_slices = slices.__enter__()
    for name in ("0", "1"):
        open_slices.begin(name)
    open_slices.add("0", page("a"))
    open_slices.add("1", page("b"))
    open_slices.add("1", page("c"))
    open_slices.keep("0", {})  # what had come of the other is committed with it
    left = path.with_name("left")
    left.write_bytes(path.read_bytes())  # as a kill would leave it
    again = opened(left)
    assert ids(again) == ["a"] and contents(again) == 1 and list(again.finished()) == ["0"]
    with again.slice("1", READING) as part:
        part.add(page("d"))
    assert ids(again) == ["a", "d"]
    again.close()
    slices.__exit__(None, None, None)
