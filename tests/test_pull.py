"""`pull` from end to end: a real server or a dump, an archive, and nothing changed whenever it fails."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import zstandard

from generator.archive.reader import Archive, Receipt
from generator.archive.writer import Published
from generator.commands.pull import DumpOptions, Environment, pull
from generator.config import load
from generator.demo import documents, dump_lines
from generator.errors import ArchiveUnavailable, CheckError, ConfigurationError, SourceError, UsageError
from tests.support.elasticsearch import Drop, Edit, Fault, FaultyProxy, JsonObject, Loader, Reply, Server, Swallow

OFFERS = 45
INDEX = "tilbud-preprod"
REAL = b'{"_id":"1-1","_type":"tilbud","_source":{"TilbudEnvelope":{"tilbudsId":1,"version":1}}}\n'


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Dumps of a small made-up register in both stages."""
    folder = tmp_path_factory.mktemp("demo")
    dumps = {"earlier": folder / "demo-earlier.ndjson.zst", "now": folder / "demo.ndjson.zst"}
    dumps["earlier"].write_bytes(zstandard.compress(b"".join(dump_lines(OFFERS, 1, "earlier"))))
    dumps["now"].write_bytes(zstandard.compress(b"".join(dump_lines(OFFERS, 1, "now"))))
    return dumps


@pytest.fixture(scope="module")
def filled(elasticsearch: Server) -> Iterator[Server]:
    """The server with the register as it is now."""
    loader = Loader(elasticsearch)
    loader.load(INDEX, documents(OFFERS, 1))
    yield elasticsearch
    loader.clear()


class Mirror:
    """A folder with a configuration, and the archive that is pulled into it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.archive = folder / "register.sqlite"
        self.said: list[str] = []
        self.progress: list[tuple[int, int | None]] = []
        self.configure("http://127.0.0.1:9")

    def configure(self, url: str, *, clear_text: bool = True) -> None:
        """Writes tilbudsspejl.toml."""
        (self.folder / "tilbudsspejl.toml").write_text(
            f"""
            [source]
            environment = "preprod"
            page_size = 100
            timeout = 20
            [source.preprod]
            url = "{url}"
            index = "{INDEX}"
            type = "tilbud"
            allow_clear_text = {str(clear_text).lower()}
            """
        )

    def pull(self, dump: DumpOptions | None = None) -> Published:
        """One pull, as the command line would start it."""
        configuration = load(self.folder / "tilbudsspejl.toml")
        return pull(configuration, dump, lambda *counts: self.progress.append(counts), self.said.append)

    def pull_dump(
        self,
        content: bytes,
        *,
        environment: Environment | None = None,
        complete: bool = False,
        expected: int | None = None,
    ) -> Published:
        """One pull from a dump with these bytes."""
        path = self.folder.parent / f"{self.folder.name}.ndjson"
        path.write_bytes(content)
        return self.pull(DumpOptions(str(path), environment, complete, expected))

    def files(self) -> dict[str, bytes]:
        """The folder's files, but for the lock."""
        return {path.name: path.read_bytes() for path in self.folder.iterdir() if path.suffix != ".lock"}

    def receipts(self) -> list[Receipt]:
        """The archive's receipts."""
        with Archive(self.archive) as archive:
            return archive.receipts()

    def state(self) -> list[object]:
        """Everything that the archive holds."""
        with Archive(self.archive) as archive:
            return [offer for batch in archive.batches(10) for offer in archive.stored(batch)]


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


def complete(path: Path) -> DumpOptions:
    """A dump that holds the whole register."""
    return DumpOptions(str(path), is_complete=True)


# ---------------------------------------------------------------- dumps


def test_two_stages_of_the_demo_register(mirror: Mirror, demo: dict[str, Path]) -> None:
    first = mirror.pull(complete(demo["earlier"]))
    second = mirror.pull(complete(demo["now"]))
    third = mirror.pull(complete(demo["now"]))
    assert (first.number, first.gone, first.returned) == (1, 0, 0)
    assert first.new_contents == first.documents == sum(1 for _ in dump_lines(OFFERS, 1, "earlier"))
    assert second.documents == sum(1 for _ in dump_lines(OFFERS, 1, "now"))
    assert second.new_contents > 0
    assert second.gone > 0
    assert (third.new_contents, third.gone, third.returned, third.digest) == (0, 0, 0, second.digest)
    receipts = mirror.receipts()
    assert [receipt.is_complete for receipt in receipts] == [True, True, True]
    assert receipts[0].details["source"] == {"dump": "demo-earlier.ndjson.zst"}
    with Archive(mirror.archive) as archive:
        assert archive.environment == "demo"
    assert mirror.said == []
    assert mirror.progress[-1] == (third.documents, None)


def test_a_demo_dump_in_either_form_gives_the_same_archive(mirror: Mirror, demo: dict[str, Path]) -> None:
    mirror.pull(complete(demo["now"]))
    before = mirror.state()
    spaced = b"".join(line.replace(b'":', b'": ', 5) for line in dump_lines(OFFERS, 1))
    assert mirror.pull_dump(spaced, complete=True).new_contents == 0
    assert mirror.state() == before


def test_a_dump_marks_nothing_gone_unless_it_is_complete(mirror: Mirror, demo: dict[str, Path]) -> None:
    mirror.pull(complete(demo["now"]))
    some = b"".join(list(dump_lines(OFFERS, 1))[:10])
    assert mirror.pull_dump(some).gone == 0
    assert mirror.pull_dump(some, complete=True).gone > 0


def test_a_dump_of_the_length_that_was_expected(mirror: Mirror, demo: dict[str, Path]) -> None:
    length = sum(1 for _ in dump_lines(OFFERS, 1))
    name = str(demo["now"])
    with pytest.raises(
        SourceError, match=f"incomplete: {length} different documents came, {length + 1} were announced"
    ):
        mirror.pull(DumpOptions(name, expected=length + 1))
    assert set(mirror.files()) == {"tilbudsspejl.toml"}
    assert mirror.pull(DumpOptions(name, expected=length)).documents == length
    assert mirror.progress[-1] == (length, length)


def test_a_dump_of_real_documents_needs_an_environment(mirror: Mirror) -> None:
    with pytest.raises(UsageError, match="--environment: missing; say preprod or prod"):
        mirror.pull_dump(REAL)
    with pytest.raises(UsageError, match="--environment demo: these documents do not say"):
        mirror.pull_dump(REAL, environment="demo")
    assert set(mirror.files()) == {"tilbudsspejl.toml"}
    mirror.pull_dump(REAL, environment="prod")
    before = mirror.files()
    with pytest.raises(ArchiveUnavailable, match="bound to 'prod' by its first pull, so it refuses 'preprod'"):
        mirror.pull_dump(REAL, environment="preprod")
    with pytest.raises(ArchiveUnavailable, match="refuses 'demo'"):
        mirror.pull_dump(b"".join(dump_lines(1, 1)))
    assert mirror.files() == before


def test_a_mixture_of_demo_and_real_documents(mirror: Mirror) -> None:
    with pytest.raises(CheckError, match="say that they are demo data, the rest do not"):
        mirror.pull_dump(b"".join(dump_lines(1, 1)) + REAL, environment="prod")
    assert set(mirror.files()) == {"tilbudsspejl.toml"}


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        (REAL + b"{\n", CheckError, "line 2: broken"),
        (REAL + b'{"_id":"2-1","_so', SourceError, "line 2: the dump is cut off"),
        (b"", SourceError, "no documents at all"),
    ],
)
def test_a_dump_that_is_not_whole_changes_nothing(
    mirror: Mirror, content: bytes, error: type[Exception], message: str
) -> None:
    for _ in range(2):
        before = mirror.files()
        with pytest.raises(error, match=message):
            mirror.pull_dump(content, environment="prod")
        assert mirror.files() == before
        mirror.pull_dump(REAL, environment="prod")


def test_another_mapping_regroups_the_archive(mirror: Mirror, demo: dict[str, Path]) -> None:
    offers = mirror.pull(complete(demo["now"])).offers
    groups = len(mirror.state())
    assert offers == groups - 1, "the document that names no offer is a group, but no offer"
    mapping = mirror.folder / "mapping.toml"
    mapping.write_text('[identity]\ntilbudsId = "tilbud.pNummer"\n[fields]\nnavn = "tilbud.navn"\n')
    regrouped = mirror.pull(complete(demo["now"]))
    assert (regrouped.new_contents, regrouped.gone, regrouped.returned) == (0, 0, 0)
    assert regrouped.offers != offers
    mapping.unlink()
    assert mirror.pull(complete(demo["now"])).offers == offers
    assert len(mirror.state()) == groups


# ---------------------------------------------------------------- the server


@pytest.mark.usefixtures("credentials")
def test_the_server_and_a_dump_give_the_same_archive(
    mirror: Mirror, filled: Server, demo: dict[str, Path], tmp_path: Path
) -> None:
    mirror.configure(filled.url)
    published = mirror.pull()
    (tmp_path / "other").mkdir()
    other = Mirror(tmp_path / "other")
    assert other.pull(complete(demo["now"])).digest == published.digest
    assert mirror.state() == other.state()
    [receipt] = mirror.receipts()
    assert receipt.is_complete
    assert receipt.details["source"] == {
        "url": filled.url, "index": INDEX, "type": "tilbud", "total": published.documents,
    }  # fmt: skip
    assert mirror.said == [
        f"note: {filled.url} is plain HTTP: user name and password travel in clear text (allowed in the configuration)"
    ]
    assert mirror.progress[-1] == (published.documents, published.documents)
    assert (filled.password or "").encode() not in mirror.archive.read_bytes()
    frames = mirror.state()
    assert mirror.pull().new_contents == 0
    assert mirror.state() == frames


@pytest.mark.usefixtures("credentials")
def test_credentials_do_not_travel_in_clear_text_unless_allowed(mirror: Mirror, filled: Server) -> None:
    with FaultyProxy(filled, lambda *_: None) as proxy:
        mirror.configure(proxy.url, clear_text=False)
        with pytest.raises(ConfigurationError, match=r"source\.preprod\.allow_clear_text: .* is plain HTTP"):
            mirror.pull()
    assert proxy.requests == []


def lose_a_document(page: JsonObject) -> None:
    page["hits"]["hits"] = page["hits"]["hits"][1:]


def end_early(page: JsonObject) -> None:
    page["hits"]["hits"] = []


def fail_a_shard(page: JsonObject) -> None:
    page["_shards"]["failed"] = 1


def repeat_a_document(page: JsonObject) -> None:
    page["hits"]["hits"][0] = page["hits"]["hits"][1]


HTML = Reply(200, b"<html>\nhello</html>", {"Content-Type": "text/html"})
FAULTS: list[tuple[Fault, str]] = [
    (Drop(), "unreachable or cut off"),
    (Swallow(), "unreachable or cut off"),
    (Swallow(Reply(503)), "answers 503"),
    (Reply(429), "answers 429"),
    (HTML, "no whole JSON"),
    (Edit(lose_a_document), "incomplete: "),
    (Edit(end_early), "incomplete: "),
    (Edit(repeat_a_document), "incomplete: "),
    (Edit(fail_a_shard), "a page came back incomplete"),
]


@pytest.mark.usefixtures("credentials")
@pytest.mark.parametrize("call", [3, 5], ids=["first page", "third page"])
@pytest.mark.parametrize(("fault", "message"), FAULTS)
def test_a_pull_that_fails_changes_nothing(
    mirror: Mirror, filled: Server, earlier_archive: bytes, fault: Fault, message: str, call: int
) -> None:
    mirror.archive.write_bytes(earlier_archive)
    with FaultyProxy(filled, lambda n, *_: fault if n == call else None) as proxy:
        mirror.configure(proxy.url)
        before = mirror.files()
        with pytest.raises(SourceError, match=message) as caught:
            mirror.pull()
        assert str(caught.value).startswith(f"{proxy.url}: ")
        assert "\n" not in str(caught.value)
        assert mirror.files() == before
        continued = [r for r in proxy.requests if r.path == "/_search/scroll" and r.method == "POST"]
        if "incomplete: " not in message:
            assert len(continued) == call - 3


@pytest.mark.usefixtures("credentials")
def test_a_failure_prints_nothing_of_its_own(mirror: Mirror, filled: Server) -> None:
    with FaultyProxy(filled, lambda n, *_: Drop() if n == 4 else None) as proxy:
        mirror.configure(proxy.url)
        found = subprocess.run(
            [sys.executable, "-W", "error", "-c", TRY], check=False, timeout=60, cwd=mirror.folder, capture_output=True
        )
    assert found.stderr == b""
    assert found.stdout.decode().startswith(f"SourceError {proxy.url}: unreachable or cut off (")
    assert found.stdout.count(b"\n") == 1


TRY = """
import sys
from pathlib import Path
from generator.commands.pull import pull
from generator.config import load
sys.stdout.reconfigure(encoding="utf-8")
try:
    pull(load(Path("tilbudsspejl.toml")), None, lambda *_: None, lambda _: None)
except Exception as error:
    print(type(error).__name__, error)
"""


# ---------------------------------------------------------------- killed

KILLED = """
import sys, time
from pathlib import Path
from generator.archive import writer
from generator.commands.pull import DumpOptions, pull
from generator.config import load

offer = writer._Merge._offer
def slowly(merge, *rest):
    merge._connection.execute("PRAGMA cache_size = 5")
    time.sleep(0.002)
    print("publishing", flush=True)
    return offer(merge, *rest)
writer._Merge._offer = slowly
writer.SLICE = 20
pull(load(Path("tilbudsspejl.toml")), DumpOptions(sys.argv[1], is_complete=True),
     lambda *_: (print("staging", flush=True), time.sleep(0.002)), print)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("lines", [1, 8, 30, 55])
def test_a_pull_that_is_killed_leaves_the_last_state(
    mirror: Mirror, demo: dict[str, Path], earlier_archive: bytes, lines: int
) -> None:
    mirror.archive.write_bytes(earlier_archive)
    before = mirror.state()
    command = [sys.executable, "-c", KILLED, str(demo["now"])]
    with subprocess.Popen(command, cwd=mirror.folder, stdout=subprocess.PIPE, env={**os.environ}) as process:
        assert process.stdout is not None
        for _ in range(lines):
            assert process.stdout.readline()
        process.kill()
    assert mirror.archive.with_name("register.sqlite.staging").exists()
    assert mirror.state() == before
    assert mirror.pull(complete(demo["now"])).number == 2
    assert set(mirror.files()) == {"tilbudsspejl.toml", "register.sqlite"}
