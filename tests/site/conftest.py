"""One demo site for all tests of the site; nobody may change it."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from generator.commands.serve import server
from tests.support.register import make_demo, run_ok


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demo register of 40 offers, with every oddness, pulled twice and built."""
    folder = make_demo(tmp_path_factory.mktemp("demo") / "register")
    run_ok("build", folder=folder)
    return folder


@pytest.fixture(scope="session")
def site(demo: Path) -> Path:
    """The demo site's folder."""
    return demo / "site"


@pytest.fixture(params=["http", "file"])
def root(request: pytest.FixtureRequest, site: Path) -> Iterator[str]:
    """The site's address, once from a server and once from the folder."""
    if request.param == "file":
        yield f"{site.as_uri()}/"
        return
    with server(site, 0) as running:
        thread = Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}/"
        running.shutdown()
        thread.join()
