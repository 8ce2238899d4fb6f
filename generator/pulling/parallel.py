"""Slices read side by side: threads ask the server, and one of them all, the caller's, is given what comes.

Only the caller's thread writes, so that a slice is staged as if it were read alone. A page waits until the caller takes
it, so no more than one page a thread is read ahead.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from queue import Full, Queue
from threading import Event, Lock
from typing import Any

from generator.register.model.documents import Document
from generator.source.client import Client, Slice
from generator.source.retry import RetryPolicy

WAIT = 0.2  # seconds until a thread that waits looks whether it is to end


@dataclass(frozen=True, slots=True)
class SliceBegun:
    """A slice is read, for the first time or anew."""

    name: str


@dataclass(frozen=True, slots=True)
class SlicePage:
    """Some documents of a slice."""

    name: str
    documents: list[Document]


@dataclass(frozen=True, slots=True)
class SliceDone:
    """A slice is whole."""

    name: str
    proof: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SliceBroken:
    """A slice has broken off; what came of it is nothing."""

    name: str


@dataclass(frozen=True, slots=True)
class Said:
    """Something for the operator."""

    text: str


@dataclass(frozen=True, slots=True)
class _Ended:
    """A thread has nothing more to do, or can't go on."""

    error: BaseException | None


SliceEvent = SliceBegun | SlicePage | SliceDone | SliceBroken | Said


class _Stopped(Exception):
    """The caller wants no more."""


@contextmanager
def slice_events(
    clients: Sequence[Client], slices: Sequence[tuple[str, Slice]], patience: RetryPolicy
) -> Iterator[Iterator[SliceEvent]]:
    """What happens while the slices, each with its name, are read by a thread for each client.

    The events end when all slices are whole; they raise what `patience` raises for one of them. At the end of the
    block all threads have ended.
    """
    threads = _Threads(clients, slices, patience)
    with ThreadPoolExecutor(len(clients)) as pool:
        try:
            for client in clients:
                pool.submit(threads.work, client)
            yield threads.events(len(clients))
        finally:
            threads.stop()


class _Threads:
    """What the threads share: the slices that are left, and the queue to the caller."""

    def __init__(self, clients: Sequence[Client], slices: Sequence[tuple[str, Slice]], patience: RetryPolicy) -> None:
        self._slices = iter(slices)
        self._lock = Lock()
        self._is_stopped = Event()
        self._queue = Queue[SliceEvent | _Ended](1)
        self._patience = replace(patience, say=lambda text: self._put(Said(text)), sleep=self._sleep)

    def events(self, threads: int) -> Iterator[SliceEvent]:
        """As `slice_events`."""
        while threads:
            event = self._queue.get()
            if not isinstance(event, _Ended):
                yield event
                continue
            if event.error is not None:
                raise event.error
            threads -= 1

    def stop(self) -> None:
        """Lets every thread end as soon as it has what it waits for."""
        self._is_stopped.set()

    def work(self, client: Client) -> None:
        """Reads one slice after the other until there is none left; in a thread."""
        try:
            while (job := self._next()) is not None:
                name, part = job
                label = f"slice {part.number + 1} of {part.of}"
                self._patience.until_done(label, partial(self._read, client, name, part))
            self._put(_Ended(None))
        except _Stopped:
            return
        except BaseException as error:
            with suppress(_Stopped):
                self._put(_Ended(error))

    def _next(self) -> tuple[str, Slice] | None:
        with self._lock:
            return next(self._slices, None)

    def _read(self, client: Client, name: str, part: Slice, attempt: int) -> None:
        self._put(SliceBegun(name))
        try:
            with client.scroll(part) as scroll:
                for documents in scroll.documents():
                    self._put(SlicePage(name, documents))
                proof = scroll.proof(attempt)
        except BaseException:
            with suppress(_Stopped):
                self._put(SliceBroken(name))
            raise
        self._put(SliceDone(name, proof))

    def _put(self, event: SliceEvent | _Ended) -> None:
        while not self._is_stopped.is_set():
            try:
                self._queue.put(event, timeout=WAIT)
            except Full:
                continue
            return
        raise _Stopped

    def _sleep(self, seconds: float) -> None:
        if self._is_stopped.wait(seconds):
            raise _Stopped
