"""Who runs a build's tasks: processes of this machine, or with one worker this very process."""

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any

from generator.errors import TilbudsspejlError
from generator.signals import delaying_signals


class SerialExecutor(Executor):
    """Runs each task when it is submitted, in the process that submits it."""

    def submit(self, task: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """The task's future, which is done."""
        future: Future[Any] = Future()
        try:
            future.set_result(task(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class _Pool(ProcessPoolExecutor):
    """A pool of processes that no signal interrupts while one of them is being started.

    That one would not be known to anybody: not ended, and told of in a traceback once it finds that all is gone.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        with delaying_signals():
            super().__init__(*args, **kwargs)

    def submit(self, task: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """The task's future; a worker is started if none is idle."""
        with delaying_signals():
            return super().submit(task, *args, **kwargs)


@contextmanager
def process_pool(workers: int, preload: str, initializer: Callable[[], None]) -> Iterator[Executor]:
    """So many processes, which begin with a module loaded; at the end of the block all of them are ended.

    A task that nobody has waited for by then may not have been done.

    Raises TilbudsspejlError if one of them dies.
    """
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    if context.get_start_method() == "forkserver":
        context.set_forkserver_preload([preload])
    others = set(multiprocessing.active_children())
    try:
        with _Pool(workers, mp_context=context, initializer=initializer) as pool:
            try:
                yield pool
            finally:
                # At the end they have nothing to do. Asked to end, those would wait for ever for whom a killed one has
                # left the queue locked. After an error, what they are at work on is for nothing.
                for process in set(multiprocessing.active_children()) - others:
                    process.terminate()
                pool.shutdown(wait=True, cancel_futures=True)
    except (BrokenProcessPool, EOFError, ConnectionError) as error:  # the latter two: the process that starts them died
        raise TilbudsspejlError(
            "a worker process died (was it killed, or is there too little memory?); the old site stands as it was: "
            "build again, with fewer site.workers if memory is short"
        ) from error
