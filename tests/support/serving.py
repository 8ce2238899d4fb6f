"""A built site on a server of its own, as `tilbudsspejl serve` gives it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from generator.commands.serve import server


@contextmanager
def serving(site: Path) -> Iterator[str]:
    """The site's address, until the end of the block."""
    with server(site, 0) as running:
        thread = Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}/"
        running.shutdown()
        thread.join()
