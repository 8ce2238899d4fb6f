"""However hits lie in a file, packed, encoded and laid out, the same documents come of it, to the letter."""

import bz2
import gzip
import io
import json
import lzma
import re
import sys
import tempfile
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.errors import CheckError, SourceError
from generator.register.model.documents import Document
from generator.source import packing
from generator.source.dump import Dump, read_dump
from generator.source.json_stream import RawValues
from tests.support.dump_shapes import ENCODINGS, PACKINGS, SHAPES, Trickle, answer

SOURCES = [
    '{"n":1,"navn":"Åhøj 🌻 \\" ]}","b":1.50}',
    '{ "a" : 1, "a":2 }',
    '{"a":0.12345678901234567890123,"b":1e400,"c":18446744073709551616}',
    '{"a":"\\ud800\ud800","_source":{"hits":{"hits":[{}]}},"\\\\":"\\\\"}',
    '{"a":' + "[" * 300 + "]" * 300 + "}",
    "{}",
]
HITS = [
    f'{{"_index":"t","_type":"tilbud","_id":"{n}-1","_score":1,"_source":{source}}}' for n, source in enumerate(SOURCES)
]
DOCUMENTS = [Document(f"{n}-1", "tilbud", source.encode("utf-8", "surrogatepass")) for n, source in enumerate(SOURCES)]


def read(data: bytes) -> list[Document]:
    """The documents of a dump with these bytes, under a name that tells nothing."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "dump"
        path.write_bytes(data)
        return list(read_dump(str(path)))


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("packing", PACKINGS)
def test_the_same_documents(packing: str, encoding: str) -> None:
    for name, shape in SHAPES.items():
        assert read(PACKINGS[packing](ENCODINGS[encoding](shape(HITS)))) == DOCUMENTS, name


def test_a_name_that_says_something_else_is_not_believed(tmp_path: Path) -> None:
    plain = ENCODINGS["utf-8"](SHAPES["lines"](HITS))
    for name, pack in (
        ("a.zst", bytes),
        ("a.gz", zstandard.compress),
        ("a.json", gzip.compress),
        ("a.xz", bz2.compress),
    ):
        (tmp_path / name).write_bytes(pack(plain))
        assert list(read_dump(str(tmp_path / name))) == DOCUMENTS


@pytest.mark.parametrize("packing", PACKINGS)
def test_from_a_pipe_that_brings_a_byte_at_a_time(packing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = PACKINGS[packing](ENCODINGS["utf-16-le with mark"](SHAPES["answers, pretty"](HITS)))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(Trickle(data)))
    assert list(read_dump("-")) == DOCUMENTS


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
def test_wherever_chunks_end(shape: str, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "CHUNK", size)
    monkeypatch.setattr(packing, "HEAD", 4)
    for encoding in ("utf-8", "utf-16-be", "utf-32-le with mark"):
        assert read(ENCODINGS[encoding](SHAPES[shape](HITS))) == DOCUMENTS


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=50)
@given(st.lists(JSON, min_size=1, max_size=5), st.sampled_from([None, 1]), st.booleans(), st.integers(1, 50))
def test_values_are_cut_out_as_they_stand(values: list[object], indent: int | None, escaped: bool, size: int) -> None:
    texts = [json.dumps(value, indent=indent, ensure_ascii=escaped).encode() for value in values]
    whole = b" \r\n\t".join(texts)
    raw = RawValues(iter(whole[start : start + size] for start in range(0, len(whole), size)), 1 << 20)
    found: list[bytes] = []
    while raw.start():
        assert raw.line == whole[: sum(len(text) + 4 for text in texts[: len(found)])].count(b"\n") + 1
        raw.skip_value()
        found.append(raw.cut())
    assert found == texts


@settings(max_examples=50)
@given(st.lists(st.dictionaries(st.text(), JSON, max_size=4), min_size=1, max_size=4), st.data())
def test_any_documents_in_any_way(sources: list[dict[str, object]], data: st.DataObject) -> None:
    texts = [json.dumps(source, ensure_ascii=data.draw(st.booleans())) for source in sources]
    hits = [f'{{"_id":"{n}","_source":{text}}}' for n, text in enumerate(texts)]
    ways = [data.draw(st.sampled_from(sorted(choice))) for choice in (PACKINGS, ENCODINGS, SHAPES)]
    file = PACKINGS[ways[0]](ENCODINGS[ways[1]](SHAPES[ways[2]](hits)))
    assert read(file) == [Document(str(n), "", text.encode()) for n, text in enumerate(texts)]


# ---------------------------------------------------------------- what is not whole


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_cut_off_anywhere_never_passes_for_whole(shape: str) -> None:
    text = SHAPES[shape](HITS[:3]).rstrip()
    for end in range(1, len(text)):
        try:
            found = read(ENCODINGS["utf-8"](text[:end]))
        except SourceError:
            continue
        # Between two values nothing can tell that there were more.
        assert text[:end].rstrip().endswith("}"), text[:end]
        assert found == DOCUMENTS[: len(found)]
        assert "list" not in shape
        assert shape not in ("answer", "answer, pretty", "answer of 7", "answer with hits alone")


@pytest.mark.parametrize("packing", PACKINGS)
def test_what_is_packed_and_cut_off_is_refused(packing: str) -> None:
    packed = PACKINGS[packing](ENCODINGS["utf-8"](SHAPES["list"](HITS[:2])))
    refused = 0
    for end in range(1, len(packed)):
        try:
            assert read(packed[:end]) == DOCUMENTS[:2], "only an empty part, or what fills up, may be missing"
        except (SourceError, CheckError):
            refused += 1
    assert refused > len(packed) / 2


@pytest.mark.parametrize("encoding", [name for name in ENCODINGS if "16" in name or "32" in name])
def test_what_ends_in_the_middle_of_a_sign(encoding: str) -> None:
    whole = ENCODINGS[encoding](SHAPES["lines"](HITS))
    with pytest.raises(SourceError, match=r"the UTF-(16|32) is cut off in the middle of a sign; write the dump anew"):
        read(whole[:-1])


def test_a_broken_encoding_is_told() -> None:
    with pytest.raises(CheckError, match=r"broken as UTF-32 \(.*\); write the dump anew, as UTF-8"):
        read(ENCODINGS["utf-32-le"](HITS[0]) + b"\xff" * 8)


@pytest.mark.parametrize(
    ("start", "what"),
    [
        (b"PK\x03\x04", "a zip file; unpack it and give the dump that is in it"),
        (b"7z\xbc\xaf\x27\x1c", "a 7z file; unpack it"),
        (b"Rar!\x1a\x07\x00", "a rar file; unpack it"),
        (b"\x04\x22\x4d\x18", "an lz4 file; unpack it"),
        (b"\x1f\x9d\x90", "a file by `compress`; unpack it"),
        (b"dump.ndjson" + b"\x00" * 246 + b"ustar", "a tar file; unpack it"),
        (b"SQLite format 3\x00", "an SQLite file, and no dump; is it an archive?"),
        (gzip.compress(gzip.compress(b"{}")), "packed twice; unpack it once"),
        (zstandard.compress(lzma.compress(b"{}")), "packed twice; unpack it once"),
        (gzip.compress(b"\x00" * 257 + b"ustar  "), "a tar file, packed once more; unpack it"),
        (bz2.compress(b"PK\x03\x04"), "a zip file, packed once more; unpack it"),
    ],
    ids=str.split(
        "zip 7z rar lz4 compress tar sqlite gzip-in-gzip xz-in-zstd tar-in-gzip zip-in-bzip2"
    ),  # their bytes hold the time
)
def test_other_packings_are_named(start: bytes, what: str) -> None:
    with pytest.raises(CheckError, match=rf"dump: {re.escape(what)}"):
        read(start)


@pytest.mark.parametrize("kind", ["bzip2", "xz"])
def test_a_later_stream_that_is_broken_is_not_passed_over(kind: str) -> None:
    lines = ENCODINGS["utf-8"](SHAPES["lines"](HITS))
    for rest in (b"garbage", PACKINGS[kind](lines)[:-2] + b"!!", PACKINGS[kind](lines).replace(b"h", b"H").swapcase()):
        with pytest.raises((CheckError, SourceError), match=f"{kind} file"):
            read(PACKINGS[kind](lines) + rest)


def test_an_xz_that_wants_too_much_memory_is_told() -> None:
    file = bytearray(lzma.compress(b"{}"))
    file[16] = 37  # as the format has it, of a dictionary of 1.6 GB; the block's head begins at 12
    end = 12 + file[12] * 4
    file[end : end + 4] = zlib.crc32(file[12:end]).to_bytes(4, "little")
    with pytest.raises(CheckError, match=r"not a whole xz file \(Memory usage limit exceeded\); write it anew"):
        read(bytes(file))


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zstandard.compress])
def test_a_bomb_takes_no_memory(pack: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.source.dump.MOST_BYTES", 2_000_000)
    for filler in (b"[", b'{"a":"'):
        data = pack(filler + filler[-1:] * 100_000_000)
        tracemalloc.start()
        try:
            with pytest.raises((CheckError, SourceError)):
                read(data)
            assert tracemalloc.get_traced_memory()[1] < 80_000_000  # a piece of zstd is unpacked whole
        finally:
            tracemalloc.stop()


# ---------------------------------------------------------------- what answers say of themselves


def shortfall(tmp_path: Path, text: str) -> str:
    """What the answers say that they lack."""
    path = tmp_path / "dump"
    path.write_text(text)
    dump = Dump(str(path))
    unique = len({document.id for document in dump.documents()})
    return dump.shortfall(unique)


PLAIN = [f'{{"_id":"{n}-1","_source":{{"n":{n}}}}}' for n in range(4)]


@pytest.mark.parametrize(
    ("answers", "lacks"),
    [
        ([answer(PLAIN)], ""),
        ([answer(PLAIN[:2], "4"), answer(PLAIN[2:], "4"), answer([], "4")], ""),
        ([answer(PLAIN[:1], "1"), answer(PLAIN[1:], "3")], ""),  # two slices
        ([answer(PLAIN, "-1")], ""),  # 6 was not to count
        ([answer(PLAIN, "null")], ""),
        (["[" + ",".join(PLAIN) + "]"], ""),
        ([answer(PLAIN[:3], "4")], "3 different hits of the 4 that its hits.total announces"),
        ([answer(PLAIN[:2], "4"), answer(PLAIN[:2], "4")], "2 different hits of the 4"),
        ([answer(PLAIN[:2], "2"), answer(PLAIN[2:], "3")], "2 different hits of the 3"),
        ([answer(PLAIN, '{"value":5,"relation":"eq"}')], "4 different hits of the 5"),
        ([answer(PLAIN, '{"value":4,"relation":"gte"}')], "line 1: a search that counted only up to 4; save it with"),
        ([answer(PLAIN).replace('"timed_out":false', '"timed_out":true')], "line 1: a search that the server ended"),
        ([answer(PLAIN, rest='"terminated_early":true,')], "line 1: a search that the server ended"),
        (
            [answer(PLAIN[:1], "1"), answer(PLAIN[1:]).replace('"failed":0', '"failed":1').replace('l":2', 'l":1')],
            "line 2: a search that 1 of",
        ),
        ([answer(PLAIN).replace('"successful":2', '"successful":1')], "line 1: a search that 1 of 2 shards answered"),
    ],
)
def test_an_answer_that_is_not_all_says_so(tmp_path: Path, answers: list[str], lacks: str) -> None:
    found = shortfall(tmp_path, "\n".join(answers))
    assert found.startswith(lacks)
    assert bool(found) == bool(lacks)


@pytest.mark.parametrize(
    "text",
    [
        '{"hits":{"hits":[],"hits":[]}}',
        '{"hits":{"hits":[' + PLAIN[0] + ']},"took":}',
        '{"hits":{"hits":[' + PLAIN[0] + "]]}",
        '{"hits":{"hits":[' + PLAIN[0] + PLAIN[1] + "]}}",
        '{"hits":{"hits":[' + PLAIN[0] + ",]}}",
        "[" + PLAIN[0] + ",]",
        "[" + PLAIN[0] + "}",
    ],
)
def test_a_broken_answer_is_told(text: str) -> None:
    with pytest.raises(CheckError, match=r"line 1: broken \("):
        read(text.encode())


def test_a_large_answer_takes_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "answer.json"
    hit = orjson.dumps({"_id": "1-1", "_source": {"text": "x" * 5_000}}).decode()
    path.write_text(answer([hit] * 4_000, "1"))
    tracemalloc.start()
    try:
        assert len([None for _ in read_dump(str(path))]) == 4_000
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()
