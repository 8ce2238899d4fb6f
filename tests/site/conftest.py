"""One demo site for all tests of the site; nobody may change it."""

from pathlib import Path

import pytest

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
