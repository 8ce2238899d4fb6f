"""How often, and how long, something that broke off is tried again: with longer and longer pauses, never at once."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from generator.errors import SourceError, SourceInterrupted

T = TypeVar("T")

FIRST_PAUSE = 1.0  # seconds
LONGEST_PAUSE = 60.0


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """The limits, on tries and on the seconds that may be spent waiting, of one piece of work."""

    tries: int = 6
    seconds: float = 600.0
    say: Callable[[str], None] = lambda _: None
    sleep: Callable[[float], None] = time.sleep

    def until_done(self, what: str, work: Callable[[int], T]) -> T:
        """The result of `work(attempt)`; raises SourceError when patience is at its end."""
        begun, waited = time.monotonic(), 0.0
        for attempt in range(1, self.tries + 1):
            try:
                return work(attempt)
            except SourceInterrupted as error:
                pause = self._pause(attempt, error.retry_after)
                waited = max(waited + pause, time.monotonic() - begun + pause)
                if attempt == self.tries or waited > self.seconds:
                    raise SourceError(f"{error}; given up on {what} after {attempt} tries") from error
                self.say(f"{what}: {error}; again in {pause:.0f} s ({attempt + 1} of {self.tries})")
                self.sleep(pause)
        raise AssertionError("tries must be at least 1")

    def _pause(self, attempt: int, asked: float | None) -> float:
        """Twice as long each time, up to a limit, of which a random part: so that not all clients come back at once."""
        longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** (attempt - 1))
        own = random.uniform(longest / 2, longest)
        return max(own, asked or 0.0)
