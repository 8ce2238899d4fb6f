"""Python finds this at its start under another clock (see `tests.support.clock`), and sleeps without libfaketime.

Its `clock_nanosleep` refuses a monotonic deadline, with which Python sleeps, unless the monotonic clock is another one
too; and then no wait with a timeout ends.
"""

import select
import time
from typing import SupportsIndex


def _sleep(seconds: float | SupportsIndex) -> None:
    select.select([], [], [], float(seconds))


time.sleep = _sleep
