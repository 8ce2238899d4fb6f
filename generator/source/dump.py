"""Documents from a dump as elasticdump writes it: a JSON object a line with `_id`, `_type` and `_source`."""

import gzip
import sys
import zlib
from codecs import BOM_UTF8
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import zstandard

from generator.errors import CheckError, SourceError, UsageError
from generator.register.model.documents import Document
from generator.register.model.json_text import parse_hits
from generator.source.raw_json import source_text

CHUNK = 1 << 20
MOST_BYTES = 256_000_000  # of a line: what Elasticsearch itself takes of a document is 100 MB
ZSTD_CHUNK = 1 << 10  # a chunk is unpacked whole: to 50 kB of this kind of NDJSON, to 32 MB at the very most


def read_dump(name: str) -> Iterator[Document]:
    """The documents of a dump file; `.gz` and `.zst` are unpacked, `-` is standard input.

    Raises UsageError if the file is not there, SourceError if it ends too early, CheckError for a broken line.
    """
    count = 0
    for number, (line, is_whole) in enumerate(_lines(name), start=1):
        if line.strip():
            yield _read_line(line, is_whole, f"{name}: line {number}")
            count += 1
    if count == 0:
        raise SourceError(f"{name}: no documents at all; check that the dump was written")


def _read_line(line: bytes, is_whole: bool, where: str) -> Document:
    try:
        hit, source = _parse(line)
    except (ValueError, RecursionError) as error:
        if not is_whole:
            raise SourceError(f"{where}: the dump is cut off in the middle of this line; write it anew") from error
        raise CheckError(
            f"{where}: broken ({error}); nothing was stored: mend the line or write the dump anew"
        ) from error
    if not isinstance(hit, dict) or not source.startswith(b"{") or not isinstance(hit.get("_id"), str):
        raise CheckError(
            f"{where}: no `_id` and `_source`; nothing was stored: is it a dump by elasticdump --type=data?"
        )
    return Document(hit["_id"], str(hit.get("_type") or ""), source)


def _parse(line: bytes) -> tuple[Any, bytes]:
    """The line's value, and the text of its `_source` as it stands; raises ValueError or RecursionError."""
    text = line.decode("utf-8", "surrogatepass")
    hit = parse_hits(line)
    if not isinstance(hit, dict) or "_source" not in hit:
        return hit, b""
    return hit, source_text(hit["_source"], text)


def _lines(name: str) -> Iterator[tuple[bytes, bool]]:
    """Each line, and whether it was ended by a line break."""
    begun: list[bytes] = []  # what there is of a line so far: put together once, however many chunks it takes
    length = 0
    for chunk in _without_mark(_chunks(name)):
        start = 0
        # One by one: a small file may unpack to millions of line breaks.
        while (end := chunk.find(b"\n", start)) >= 0:
            _check_length(name, length + end - start)
            yield b"".join((*begun, chunk[start:end])), True
            begun, length, start = [], 0, end + 1
        begun.append(chunk[start:])
        length += len(chunk) - start
        _check_length(name, length)
    if rest := b"".join(begun):
        yield rest, False


def _check_length(name: str, length: int) -> None:
    if length > MOST_BYTES:
        raise CheckError(f"{name}: a line of more than {MOST_BYTES} bytes; nothing was stored: write the dump anew")


def _without_mark(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The chunks without the mark that may stand before UTF-8."""
    start = b""
    for chunk in chunks:
        start += chunk
        if len(start) >= len(BOM_UTF8):
            break
    yield start.removeprefix(BOM_UTF8)
    yield from chunks


def _chunks(name: str) -> Iterator[bytes]:
    if name == "-":
        if sys.stdin is None:
            raise UsageError("-: there is no standard input; give the dump's file name")
        yield from iter(lambda: sys.stdin.buffer.read(CHUNK), b"")
        return
    try:
        with Path(name).open("rb") as file:
            unpack = {".gz": _gunzip, ".zst": _unzstd}.get(Path(name).suffix, _plain)
            yield from unpack(file, name)
    except FileNotFoundError:
        raise UsageError(f"{name}: not there; give the dump's file name, or - for standard input") from None
    except OSError as error:
        raise UsageError(f"{name}: can't be read: {error.strerror or error}") from error


def _plain(file: IO[bytes], name: str) -> Iterator[bytes]:
    yield from iter(lambda: file.read(CHUNK), b"")


def _gunzip(file: IO[bytes], name: str) -> Iterator[bytes]:
    try:
        with gzip.GzipFile(fileobj=file) as unpacked:
            yield from iter(lambda: unpacked.read(CHUNK), b"")
    except EOFError as error:
        raise SourceError(f"{name}: the gzip file is truncated; write it anew") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise CheckError(f"{name}: not a whole gzip file ({error}); write it anew") from error


def _unzstd(file: IO[bytes], name: str) -> Iterator[bytes]:
    # zstandard's stream_reader takes a truncated frame for a finished one; a decompression object can be asked.
    frame = None
    try:
        for chunk in iter(lambda: file.read(ZSTD_CHUNK), b""):
            rest = chunk
            while rest:
                frame = frame or zstandard.ZstdDecompressor().decompressobj()
                yield frame.decompress(rest)
                rest = frame.unused_data if frame.eof else b""
                frame = None if frame.eof else frame
    except zstandard.ZstdError as error:
        raise CheckError(f"{name}: not a whole zstd file ({error}); write it anew") from error
    if frame is not None:
        raise SourceError(f"{name}: the zstd file is truncated; write it anew")
