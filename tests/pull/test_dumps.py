"""Dumps: read whole or not at all, and taken for what the caller says that they are."""

import os
import random
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from benchmarks.pull import MEASURE, ROOT
from generator.archive.reader import Archive
from generator.commands.build import build
from generator.commands.pull import DumpOptions
from generator.commands.status import status
from generator.config import load
from generator.demo import dump_lines
from generator.errors import ArchiveUnavailable, CheckError, SourceError, UsageError
from generator.pulling.extract import PullOptions
from tests.pull.mirror import OFFERS, Mirror, complete
from tests.support.dump_shapes import ENCODINGS, PACKINGS, SHAPES, answer, hits_of, pretty

REAL = b'{"_id":"1-1","_type":"tilbud","_source":{"TilbudEnvelope":{"tilbudsId":1,"version":1}}}\n'


# ---------------------------------------------------------------- dumps


def test_two_stages_of_the_demo_register(mirror: Mirror, demo: dict[str, Path]) -> None:
    first = mirror.pull(complete(demo["earlier"]))
    second = mirror.pull(complete(demo["now"]))
    third = mirror.pull(complete(demo["now"]))
    assert (first.number, first.changed, first.gone, first.returned) == (1, 0, 0, 0)
    assert first.new == first.documents == sum(1 for _ in dump_lines(OFFERS, 1, "earlier"))
    assert second.documents == sum(1 for _ in dump_lines(OFFERS, 1, "now"))
    assert min(second.new, second.changed, second.gone) > 0
    assert (third.new, third.changed, third.gone, third.returned, third.digest) == (0, 0, 0, 0, second.digest)
    receipts = mirror.receipts()
    assert [receipt.is_complete for receipt in receipts] == [True, True, True]
    assert receipts[0].details["source"] == {"dump": "demo-earlier.ndjson.zst"}
    with Archive(mirror.archive) as archive:
        assert archive.environment == "demo"
    assert mirror.said == []
    assert mirror.progress[-1] == (third.documents, None)


@pytest.mark.parametrize(
    "place", ["site/register.sqlite", "site/inner/register.sqlite", "link.sqlite", "folder/a.sqlite"]
)
def test_an_archive_in_the_site_is_refused(mirror: Mirror, demo: dict[str, Path], place: str) -> None:
    (mirror.folder / "site").mkdir()
    (mirror.folder / "link.sqlite").symlink_to("site/register.sqlite")
    (mirror.folder / "folder").symlink_to("site")
    mirror.configure("http://127.0.0.1:9", more=f'[archive]\npath = "{place}"')
    before = sorted(mirror.folder.rglob("*"))
    with pytest.raises(UsageError) as caught:
        mirror.pull(complete(demo["now"]))
    assert str(caught.value).startswith(
        f"{mirror.folder / place}: lies in the site {mirror.folder / 'site'}, which is "
    )
    assert sorted(mirror.folder.rglob("*")) == before


def test_a_demo_dump_in_either_form_gives_the_same_archive(mirror: Mirror, demo: dict[str, Path]) -> None:
    digest = mirror.pull(complete(demo["now"])).digest
    before = mirror.state()
    spaced = b"".join(line.replace(b'":', b'": ', 5) for line in dump_lines(OFFERS, 1))
    assert mirror.pull_dump(spaced, complete=True).digest == digest
    assert mirror.state() == before


@pytest.mark.parametrize(
    ("shape", "encoding", "packing"),
    [
        ("lines", "utf-16-le with mark", "plain"),
        ("lines", "utf-8", "xz"),
        ("list, a hit a line", "utf-8 with mark", "gzip"),
        ("answer", "utf-8", "plain"),
        ("answers, pretty", "utf-16-be", "zstd"),
        ("list of answers", "utf-32-le", "bzip2"),
    ],
)
def test_a_dump_in_any_form_gives_the_same_archive(
    mirror: Mirror, demo: dict[str, Path], shape: str, encoding: str, packing: str, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    other = Mirror(tmp_path / "other")
    hits = hits_of(dump_lines(OFFERS, 1))
    content = PACKINGS[packing](ENCODINGS[encoding](SHAPES[shape](hits)))
    assert mirror.pull_dump(content, complete=True).digest == other.pull(complete(demo["now"])).digest
    assert mirror.state() == other.state()
    assert mirror.said == other.said


def test_a_search_with_pretty_gives_the_same_archive(mirror: Mirror, demo: dict[str, Path]) -> None:
    digest = mirror.pull(complete(demo["now"])).digest
    again = mirror.pull_dump(pretty(hits_of(dump_lines(OFFERS, 1))).encode(), complete=True)
    assert (again.digest, again.new, again.changed, again.gone) == (digest, 0, 0, 0)


def test_an_answer_that_is_not_all_there_is_marks_nothing_gone(mirror: Mirror, demo: dict[str, Path]) -> None:
    mirror.pull(complete(demo["now"]))
    before = mirror.files()
    hits = hits_of(dump_lines(OFFERS, 1))
    some = answer(hits[:-1], str(len(hits))).encode()
    lacks = f"incomplete: {len(hits) - 1} different hits of the {len(hits)} that its hits.total announces"
    with pytest.raises(SourceError, match=f"{lacks}; nothing was stored: save the search .* or leave out --complete"):
        mirror.pull_dump(some, complete=True)
    assert mirror.files() == before
    assert mirror.pull_dump(some).gone == 0
    [note] = mirror.said
    assert note.endswith(f"{lacks}; what it lacks does not count as gone")


def test_one_id_with_several_contents_is_told_and_the_last_stands(mirror: Mirror) -> None:
    other = REAL.replace(b'"version":1', b'"version":1,"navn":"B"')
    assert mirror.pull_dump(REAL + REAL, environment="prod", complete=True).present == 1
    assert mirror.said == []
    lists = [f"[{','.join(hits_of(lines))}]".encode() for lines in ([REAL, other], [other, REAL])]
    for content in (REAL + other, other + REAL, *lists):
        mirror.pull_dump(content, environment="prod", complete=True)
        assert "1 `_id`s came with several contents, the first is '1-1'; what came last stands" in mirror.said[-1]
    last = mirror.served()
    mirror.pull_dump(REAL, environment="prod", complete=True)
    assert mirror.served() == last


def test_a_dump_marks_nothing_gone_unless_it_is_complete(mirror: Mirror, demo: dict[str, Path]) -> None:
    mirror.pull(complete(demo["now"]))
    some = b"".join(list(dump_lines(OFFERS, 1))[:10])
    assert mirror.pull_dump(some).gone == 0
    with pytest.raises(SourceError, match=r"only 1 offers of 44 are there, less than source\.minimum_share \(90%\)"):
        mirror.pull_dump(some, complete=True)
    path = mirror.folder.parent / f"{mirror.folder.name}.ndjson"
    assert mirror.pull(DumpOptions(str(path), is_complete=True), PullOptions(accept_loss=True)).gone > 0
    assert mirror.receipts()[-1].details["accepted_loss"] == {"offers_before": 44, "offers_after": 1}


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
        (REAL + b"{]\n", CheckError, "line 2: broken"),
        (REAL + b"{\n", SourceError, "line 2: the dump is cut off"),
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
    assert (regrouped.new, regrouped.changed, regrouped.gone, regrouped.returned) == (0, 0, 0, 0)
    assert regrouped.offers != offers
    mapping.unlink()
    assert mirror.pull(complete(demo["now"])).offers == offers
    assert len(mirror.state()) == groups


# ---------------------------------------------------------------- killed

KILLED = """
import sys, time
from pathlib import Path
from generator.archive import merge
from generator.commands import pull
from generator.pulling.extract import PullOptions
from generator.config import load

observe = merge.Merge._observe
def slowly(self, *rest):
    self._connection.execute("PRAGMA cache_size = 5")
    time.sleep(0.002)
    print("publishing", flush=True)
    return observe(self, *rest)
merge.Merge._observe = slowly
pull.PAGE = 20
pull.pull(load(Path("tilbudsspejl.toml")), pull.DumpOptions(sys.argv[1], is_complete=True), PullOptions(),
     lambda *_: (print("staging", flush=True), time.sleep(0.002)), print)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("lines", [1, 8, 24, 28])
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


@pytest.mark.skipif(os.name == "nt", reason="names of files are Unicode there")
def test_a_dump_whose_name_is_in_another_encoding_is_pulled(mirror: Mirror) -> None:
    path = mirror.folder / os.fsdecode(b"udtr\xe6k.ndjson")
    path.write_bytes(REAL)
    assert mirror.pull(DumpOptions(str(path), "prod", is_complete=True)).new == 1
    assert mirror.receipts()[-1].details["source"] == {"dump": "udtr?k.ndjson"}


def test_a_dump_that_is_not_there_leaves_what_a_broken_pull_kept(mirror: Mirror) -> None:
    mirror.pull_dump(REAL, environment="prod")
    staging = mirror.archive.with_name(f"{mirror.archive.name}.staging")
    staging.write_bytes(b"the slices of a pull that broke off")
    with pytest.raises(UsageError):
        mirror.pull(DumpOptions(str(mirror.folder / "typo.ndjson"), "prod"))
    assert staging.read_bytes() == b"the slices of a pull that broke off"


def test_an_older_copy_in_the_archive_s_place_is_told(mirror: Mirror, demo: dict[str, Path]) -> None:
    mirror.pull(complete(demo["earlier"]))
    older = mirror.archive.read_bytes()
    mirror.pull(complete(demo["now"]))
    mirror.archive.write_bytes(older)
    told = f"receipt.json tells of pull 2, and {mirror.archive} only of pull 1: an older copy stands in its place"
    configuration = load(mirror.folder / "tilbudsspejl.toml")
    assert told in "\n".join(status(configuration, 5).lines())
    assert any(told in note for note in build(configuration, lambda *_: None).notes)
    assert any(told in note for note in build(configuration, lambda *_: None).notes), "also where nothing has changed"
    for _ in range(2):
        with pytest.raises(CheckError, match="an older copy stands in its place"):
            mirror.pull(complete(demo["now"]))
    mirror.archive.with_name(f"{mirror.archive.name}.receipt.json").unlink()
    mirror.pull(complete(demo["now"]))
    assert status(configuration, 5).older == ()


def test_each_offer_s_newer_versions_may_not_go_unsaid(mirror: Mirror) -> None:
    def dump(*versions: int) -> bytes:
        return b"".join(
            REAL.replace(b'"_id":"1-1"', f'"_id":"{offer}-{number}"'.encode())
            .replace(b'"tilbudsId":1', f'"tilbudsId":{offer}'.encode())
            .replace(b'"version":1', f'"version":{number}'.encode())
            for offer in range(5)
            for number in versions
        )

    mirror.pull_dump(dump(1, 2, 3), environment="prod", complete=True)
    with pytest.raises(SourceError, match="only 5 documents of 15 are there"):
        mirror.pull_dump(dump(1), environment="prod", complete=True)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows counts no peak")
def test_large_documents_are_not_all_in_memory(mirror: Mirror, tmp_path: Path) -> None:
    """60 documents of 1 MB in 6 offers, beside a single small one."""
    dump, small = tmp_path / "large.ndjson", tmp_path / "small.ndjson"
    words = [f"ord{number:05}" for number in range(5000)]
    with dump.open("wb") as file:
        for number in range(60):
            text = " ".join(random.Random(number).choices(words, k=110_000))
            envelope = {"tilbudsId": number % 6, "version": number // 6, "demo": True, "tilbud": {"beskrivelse": text}}
            hit = {"_id": str(number), "_type": "tilbud", "_source": {"TilbudEnvelope": envelope}}
            file.write(orjson.dumps(hit, option=orjson.OPT_APPEND_NEWLINE))
            if not number:
                small.write_bytes(orjson.dumps({**hit, "_source": {"TilbudEnvelope": {**envelope, "tilbud": {}}}}))
    assert (
        peak_of_pull(mirror, dump) - peak_of_pull(mirror, small) < 110_000_000
    )  # bytes; 165,000,000 where all are read at once


def peak_of_pull(mirror: Mirror, dump: Path) -> int:
    """The memory that the program takes at most, in bytes."""
    figures = mirror.folder / "figures"
    command = [sys.executable, "-m", "generator", "pull", "--from", str(dump)]
    subprocess.run(
        [sys.executable, "-I", "-S", str(MEASURE), str(figures), *command],
        cwd=mirror.folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True, capture_output=True,
    )  # fmt: skip
    return int(figures.read_text().split()[1])
