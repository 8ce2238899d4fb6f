"""A small made-up register: as dumps, in a real server, and the mirror that pulls it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import zstandard

from generator.demo import documents, dump_lines
from tests.pull.mirror import INDEX, OFFERS, Mirror, complete
from tests.support.elasticsearch import Loader, Server


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Dumps of the register in both stages."""
    folder = tmp_path_factory.mktemp("demo")
    dumps = {"earlier": folder / "demo-earlier.ndjson.zst", "now": folder / "demo.ndjson.zst"}
    dumps["earlier"].write_bytes(zstandard.compress(b"".join(dump_lines(OFFERS, 1, "earlier"))))
    dumps["now"].write_bytes(zstandard.compress(b"".join(dump_lines(OFFERS, 1, "now"))))
    return dumps


@pytest.fixture(scope="package")
def filled(elasticsearch: Server) -> Iterator[Server]:
    """The server with the register as it is now; nobody changes this index."""
    loader = Loader(elasticsearch)
    loader.load(INDEX, documents(OFFERS, 1))
    yield elasticsearch
    loader.clear()


@pytest.fixture
def mirror(tmp_path: Path) -> Mirror:
    """A mirror that has not pulled yet."""
    (tmp_path / "mirror").mkdir()
    return Mirror(tmp_path / "mirror")


@pytest.fixture(scope="session")
def earlier_archive(demo: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An archive that has pulled the earlier stage."""
    mirror = Mirror(tmp_path_factory.mktemp("earlier"))
    mirror.pull(complete(demo["earlier"]))
    return mirror.archive.read_bytes()


@pytest.fixture
def credentials(filled: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's credentials in the environment."""
    monkeypatch.setenv("TILBUDSSPEJL_USERNAME", filled.username or "")
    monkeypatch.setenv("TILBUDSSPEJL_PASSWORD", filled.password or "")


@pytest.fixture
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five slices for the small register, and no long pauses."""
    monkeypatch.setattr("generator.pulling.pull_plan.SLICE", 100)
    monkeypatch.setattr("generator.source.retry.FIRST_PAUSE", 0.01)
