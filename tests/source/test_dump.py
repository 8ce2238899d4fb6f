"""A dump is read from whatever it is packed in, in any encoding and shape; what is not whole is refused by name."""

import gzip
import io
import json
import re
import sys
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import zstandard

from generator.errors import CheckError, SourceError, TilbudsspejlError, UsageError
from generator.register.model.documents import Document
from generator.source import dump, packing
from generator.source.dump import read_dump

HITS: list[dict[str, Any]] = [
    {"_index": "tilbud", "_type": "tilbud", "_id": f"{n}-1", "_score": 1, "_source": {"n": n, "navn": "Åhøj", "b": 1.5}}
    for n in range(1, 4)
]
LINES = [orjson.dumps(hit) + b"\n" for hit in HITS]
WHOLE = b"".join(LINES)
DOCUMENTS = [Document(hit["_id"], "tilbud", orjson.dumps(hit["_source"])) for hit in HITS]


def read(folder: Path, content: bytes, name: str = "dump.ndjson") -> list[Document]:
    """The documents of a dump with these bytes."""
    path = folder / name
    path.write_bytes(content)
    return list(read_dump(str(path)))


def said(folder: Path, content: bytes, error: type[TilbudsspejlError], name: str = "dump.ndjson") -> str:
    """What a dump with these bytes is refused with: one line that names the file."""
    with pytest.raises(error) as caught:
        read(folder, content, name)
    message = str(caught.value)
    assert message.startswith(f"{folder / name}: ")
    assert "\n" not in message
    return message.removeprefix(f"{folder / name}: ")


def line(source: bytes) -> bytes:
    """A line whose `_source` stands as it is given."""
    return b'{"_id":"1-1","_type":"tilbud","_source":' + source + b"}\n"


PACKINGS = {
    "dump.ndjson": WHOLE,
    "dump.ndjson.gz": gzip.compress(WHOLE),
    "several.gz": b"".join(map(gzip.compress, LINES)),
    "dump.ndjson.zst": zstandard.compress(WHOLE),
    "several.zst": b"".join(map(zstandard.compress, LINES)),
}


@pytest.mark.parametrize("name", PACKINGS)
def test_a_dump_is_unpacked(tmp_path: Path, name: str) -> None:
    assert read(tmp_path, PACKINGS[name], name) == DOCUMENTS


def test_zst_of_unknown_size_in_frames_that_end_inside_a_line(tmp_path: Path) -> None:
    half = len(LINES[0]) // 2
    packed = b""
    for part in (WHOLE[:half], WHOLE[half:]):
        compressor = zstandard.ZstdCompressor().compressobj()
        packed += compressor.compress(part) + compressor.flush()
    assert read(tmp_path, packed, "dump.zst") == DOCUMENTS


def test_a_dump_larger_than_a_chunk(tmp_path: Path) -> None:
    hits = [{"_id": str(n), "_type": "t", "_source": {"text": "æøå " * 100_000, "n": n}} for n in range(5)]
    content = b"".join(orjson.dumps(hit) + b"\n" for hit in hits)
    for name, packed in (
        ("a.ndjson", content),
        ("a.gz", gzip.compress(content)),
        ("a.zst", zstandard.compress(content)),
    ):
        assert [orjson.loads(document.text or b"")["n"] for document in read(tmp_path, packed, name)] == [0, 1, 2, 3, 4]


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(WHOLE)))
    assert list(read_dump("-")) == DOCUMENTS


def test_nothing_on_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    with pytest.raises(SourceError, match="-: no documents at all"):
        list(read_dump("-"))


@pytest.mark.parametrize(
    "content",
    [
        WHOLE.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + WHOLE,
        b"\n\r\n" + WHOLE.replace(b"\n", b"\n\n"),
        WHOLE.rstrip(),
    ],
    ids=["CRLF", "BOM", "empty lines", "no line break at the end"],
)
def test_harmless_ways_to_write_a_dump(tmp_path: Path, content: bytes) -> None:
    assert read(tmp_path, content) == DOCUMENTS


def test_a_dump_by_python_keeps_its_spaces_and_escapes(tmp_path: Path) -> None:
    found = read(tmp_path, b"".join(json.dumps(hit).encode() + b"\n" for hit in HITS))
    assert [document.text for document in found] == [json.dumps(hit["_source"]).encode() for hit in HITS]
    assert b"\\u00c5h\\u00f8j" in (found[0].text or b"")


@pytest.mark.parametrize(
    "source",
    [
        b'{"a":1,"a":2}',
        b'{"a":{"a":2},"a":2}',
        b'{"a":"\\ud800"}',
        b'{"a":"\xed\xa0\x80"}',
        b'{"a":NaN}',
        b'{"a":18446744073709551616}',
        b'{"a":0.12345678901234567890123}',
        b'{ "_source" : {"a":1} }',
        b'{"a":' * 300 + b"1" + b"}" * 300,
    ],
)
def test_what_a_parser_would_change_goes_on_as_it_stands(tmp_path: Path, source: bytes) -> None:
    assert read(tmp_path, line(source)) == [Document("1-1", "tilbud", source)]


def test_members_may_stand_in_any_order_and_the_last_one_counts(tmp_path: Path) -> None:
    text = b'{"_source" : {"a":1} ,"fields":{"_source":[1]}, "_id":"x", "_source": {"a": 2,"a":3}, "_id":"y"}\n'
    assert read(tmp_path, text) == [Document("y", "", b'{"a": 2,"a":3}')]


@pytest.mark.parametrize("content", [b"", b"\n \r\n"])
def test_an_empty_dump(tmp_path: Path, content: bytes) -> None:
    assert said(tmp_path, content, SourceError) == "no documents at all; check that the dump was written"


@pytest.mark.parametrize("name", ["a.gz", "a.zst"])
def test_an_empty_packed_dump(tmp_path: Path, name: str) -> None:
    assert said(tmp_path, b"", SourceError, name).startswith("no documents at all")


def test_a_plain_dump_that_is_cut_off_names_the_line(tmp_path: Path) -> None:
    expected = "line 3: the dump is cut off in the middle of what begins on this line; write it anew"
    for end in range(len(WHOLE) - len(LINES[2]) + 1, len(WHOLE) - 1):
        assert said(tmp_path, WHOLE[:end], SourceError) == expected


@pytest.mark.parametrize(("name", "kind"), [("dump.ndjson.gz", "gzip"), ("dump.ndjson.zst", "zstd")])
def test_a_packed_dump_that_is_cut_off(tmp_path: Path, name: str, kind: str) -> None:
    for end in (5, len(PACKINGS[name]) // 2, len(PACKINGS[name]) - 1):
        assert said(tmp_path, PACKINGS[name][:end], SourceError, name) == f"the {kind} file is truncated; write it anew"


@pytest.mark.parametrize("name", ["dump.ndjson.gz", "dump.ndjson.zst"])
def test_a_packed_dump_that_is_damaged(tmp_path: Path, name: str) -> None:
    packed = bytearray(PACKINGS[name])
    packed[len(packed) // 2] ^= 0xFF
    path = tmp_path / name
    path.write_bytes(packed)
    with pytest.raises((CheckError, SourceError)):
        list(read_dump(str(path)))


@pytest.mark.parametrize(
    "broken",
    [
        b'{"_id":"2-1","_source":{"a":1,}}\n',
        b'{"_id":"2-1","_source":{"a":"\xff"}}\n',
        b'{"_id":"2-1","_source":{"a":1]}}\n',
        b'{"_id":"2-1","_source":{"a":"\n"}}\n',
        b'{"_id":"2-1","_so\n',
        b'{"_id":"2-1","_source":{"a":1}\n',
        b'{"_id":"2-1","_source":{"a":tru}}\n',
        b'{"_id":"2-1","_source":{"a":1}]\n',
        b'{"_id":"2-1" "_source":{"a":1}}\n',
        b'{"_id":"2-1",1:2,"_source":{"a":1}}\n',
        b'["x"]\n',
        b"1\n",
        b"]\n",
        b"\x00\n",
        b"\xef\xbb\xbf" + LINES[1],
        b'{"_id":"2-1","_source":{"a":' + b"[" * 100_000 + b"]" * 99_999 + b"}}\n",
        b'{"_id":"2-1","a":' + b"[" * 100_000 + b"]" * 100_000 + b',"_source":{}}\n',
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, broken: bytes) -> None:
    message = said(tmp_path, LINES[0] + broken + LINES[2], CheckError)
    assert message.startswith("line 2: broken (")
    assert message.endswith("); nothing was stored: mend the line or write the dump anew")


@pytest.mark.parametrize("source", [b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", b'{"a":' + b"1" * 5_000 + b"}"])
def test_what_no_parser_takes_comes_as_it_stands(tmp_path: Path, source: bytes) -> None:
    whole = line(source)
    assert read(tmp_path, LINES[1] + whole) == [DOCUMENTS[1], Document("1-1", "tilbud", source)]


def test_a_line_of_many_chunks_is_put_together_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "CHUNK", 1 << 10)
    source = b'{"a":"' + b"x" * 3_000_000 + b'"}'
    begun = time.process_time()
    assert read(tmp_path, line(source) + LINES[1]) == [Document("1-1", "tilbud", source), DOCUMENTS[1]]
    assert time.process_time() - begun < 1  # added chunk by chunk, 3,000 of them took four seconds


def test_a_small_file_of_millions_of_line_breaks_takes_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "dump.ndjson.zst"
    breaks = zstandard.ZstdCompressor(level=19).compress(b"\n" * 5_000_000)
    assert len(breaks) < 20_000
    path.write_bytes(breaks + zstandard.compress(LINES[1]))
    tracemalloc.start()
    try:
        assert list(read_dump(str(path))) == [DOCUMENTS[1]]
        assert tracemalloc.get_traced_memory()[1] < 25_000_000
    finally:
        tracemalloc.stop()


def test_no_standard_input_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(UsageError, match="there is no standard input"):
        list(read_dump("-"))


def test_a_line_that_is_too_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dump, "MOST_BYTES", 1_000)
    message = said(tmp_path, line(b'{"a":"' + b"x" * 2_000 + b'"}'), CheckError)
    assert message == "line 1: a document of more than 1000 bytes; nothing was stored: write the dump anew"


NO_HIT = "no `_id` and `_source`"


@pytest.mark.parametrize(
    ("other", "what"),
    [
        (b"{}", NO_HIT),
        (b"[{}]", NO_HIT),
        (b'{"_id":1,"_source":{}}', NO_HIT),
        (b'{"_id":"1","_source":[]}', NO_HIT),
        (b'{"TilbudEnvelope":{"tilbudsId":1}}', NO_HIT),
        (b'{"hits":{"total":3}}', NO_HIT),
        (b'{"_id":"1"}', "a hit without its `_source`"),
        (b'{"hits":{"total":1,"hits":[{"_index":"tilbud","_id":"1"}]}}', "a hit without its `_source`"),
        (b'{"index":{"_id":"1"}}', "lines for _bulk, where `_id` and document stand apart"),
        (b'{"count":3,"_shards":{"total":2,"successful":2,"failed":0}}', "an answer to _count, without documents"),
        (
            b'{"tilbud-1":{"mappings":{"tilbud":{"properties":{}}}},"tilbud-2":{"mappings":{}}}',
            "an index's _mapping, settings or aliases, without documents",
        ),
        (b'{"tilbud-1":{"aliases":{}}}', "an index's _mapping, settings or aliases, without documents"),
        (b'{"error":{"reason":"no such index"},"status":404}', "an error that the server answered"),
        (b"<!DOCTYPE html>", "a web page or XML"),
    ],
)
def test_what_is_no_document_is_named(tmp_path: Path, other: bytes, what: str) -> None:
    for text in (other, other.replace(b"{", b"{\n ")):
        message = said(tmp_path, LINES[0] + text + b"\n", CheckError)
        assert re.match(rf"line [234]: {re.escape(what)}; nothing was stored: \w", message), message


def test_documents_come_before_the_broken_line_is_met(tmp_path: Path) -> None:
    (tmp_path / "dump.ndjson").write_bytes(LINES[0] + b"{]\n")
    found: Iterator[Document] = read_dump(str(tmp_path / "dump.ndjson"))
    assert next(found) == DOCUMENTS[0]


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not there; give the dump's file name, or - for standard input"):
        list(read_dump(str(tmp_path / "dump.ndjson")))


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="can't be read: Is a directory"):
        list(read_dump(str(tmp_path)))
