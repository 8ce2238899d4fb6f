"""Patience: tried again with longer and longer pauses, as often and as long as allowed, and never for nothing."""

import pytest

from generator.errors import SourceError, SourceInterrupted
from generator.source.retry import RetryPolicy


class Clock:
    """Notes how long was slept; what was said."""

    def __init__(self, tries: int = 6, seconds: float = 600.0) -> None:
        self.pauses: list[float] = []
        self.said: list[str] = []
        self.patience = RetryPolicy(tries, seconds, self.said.append, self.pauses.append)


def fails(times: int, retry_after: float | None = None) -> "list[object]":
    return [SourceInterrupted("broke off", retry_after)] * times


def run(clock: Clock, outcomes: "list[object]") -> object:
    attempts: list[int] = []

    def work(attempt: int) -> object:
        attempts.append(attempt)
        outcome = outcomes[attempt - 1]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    result = clock.patience.until_done("slice 1 of 3", work)
    assert attempts == list(range(1, len(attempts) + 1))
    return result


def test_what_succeeds_is_done_once() -> None:
    clock = Clock()
    assert run(clock, ["done", None]) == "done"
    assert (clock.pauses, clock.said) == ([], [])


def test_pauses_grow_and_are_never_the_same_for_all() -> None:
    clock = Clock()
    assert run(clock, [*fails(5), "done"]) == "done"
    assert [low <= pause <= 2 * low for low, pause in zip([0.5, 1, 2, 4, 8], clock.pauses, strict=True)] == [True] * 5
    assert len({pause / 2**n for n, pause in enumerate(clock.pauses)}) > 1
    assert clock.said[0].startswith("slice 1 of 3: broke off; again in ")
    assert clock.said[0].endswith("(2 of 6)")


def test_a_server_that_asks_to_wait_longer_is_obeyed() -> None:
    clock = Clock()
    run(clock, [*fails(1, retry_after=30), "done"])
    assert clock.pauses == [30]


def test_tries_come_to_an_end() -> None:
    clock = Clock(tries=3)
    with pytest.raises(SourceError, match="broke off; given up on slice 1 of 3 after 3 tries") as caught:
        run(clock, fails(3))
    assert not isinstance(caught.value, SourceInterrupted)
    assert len(clock.pauses) == 2


def test_time_comes_to_an_end() -> None:
    clock = Clock(tries=100, seconds=100)
    with pytest.raises(SourceError, match="given up on slice 1 of 3 after 4 tries"):
        run(clock, fails(100, retry_after=30))
    assert clock.pauses == [30, 30, 30]


def test_what_can_never_succeed_is_not_tried_again() -> None:
    clock = Clock()
    with pytest.raises(SourceError, match=r"^wrong password$"):
        run(clock, [SourceError("wrong password"), "done"])
    assert clock.pauses == []
