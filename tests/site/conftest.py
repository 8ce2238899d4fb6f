"""One demo site for all tests of the site; nobody may change it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.register import make_demo, real_documents, run_ok, write_dump
from tests.support.serving import serving


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demo register of 40 offers, with every oddness, pulled twice and built."""
    folder = make_demo(tmp_path_factory.mktemp("demo") / "register")
    run_ok("build", "--workers", "2", folder=folder)
    return folder


@pytest.fixture(scope="session")
def site(demo: Path) -> Path:
    """The demo site's folder."""
    return demo / "site"


@pytest.fixture(scope="session")
def served(site: Path) -> Iterator[str]:
    """The site's address on a server."""
    with serving(site) as address:
        yield address


@pytest.fixture(params=["http", "file"])
def root(request: pytest.FixtureRequest, site: Path, served: str) -> str:
    """The site's address, once from a server and once from the folder."""
    return f"{site.as_uri()}/" if request.param == "file" else served


@pytest.fixture
def register(demo: Path, tmp_path: Path) -> Path:
    """A copy of the demo register that a test may do anything with."""
    return Path(shutil.copytree(demo, tmp_path / "register"))


@pytest.fixture
def real(tmp_path: Path) -> Path:
    """An archive of documents that are no demo data, without an agreement."""
    run_ok("init", folder=tmp_path)
    write_dump(tmp_path / "dump.ndjson", real_documents())
    run_ok("pull", "--from", "dump.ndjson", "--environment", "preprod", "--complete", folder=tmp_path)
    return tmp_path
