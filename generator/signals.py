"""Signals that end a command are ignored where the work is done, and what is said of its end would be wrong."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_ENDING = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def heeding_signals() -> Iterator[None]:
    """Heed again at the end of the block what `ignore_signals` has ignored in it."""
    before = {number: signal.getsignal(number) for number in _ENDING}
    try:
        yield
    finally:
        if _may_change():
            for number, handler in before.items():
                signal.signal(number, handler)


def ignore_signals() -> None:
    """Ignore Ctrl-C and SIGTERM from now on: only the traces of the work are still to be put in order."""
    if _may_change():
        for number in _ENDING:
            signal.signal(number, signal.SIG_IGN)


@contextmanager
def delaying_signals() -> Iterator[None]:
    """Heed Ctrl-C and SIGTERM only at the end of the block, which must be short."""
    came: list[int] = []
    # What is ignored stays so, for the programs too that are started meanwhile.
    heeded = [number for number in _ENDING if callable(signal.getsignal(number))] if _may_change() else []
    before = {number: signal.signal(number, lambda number, _: came.append(number)) for number in heeded}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for one in came:
            signal.raise_signal(one)


def _may_change() -> bool:
    return threading.current_thread() is threading.main_thread()
