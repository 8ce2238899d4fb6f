"""Documents from a dump as elasticdump writes it: a JSON object a line with `_id`, `_type` and `_source`."""

import gzip
import json
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import orjson
import zstandard

from generator.errors import CheckError, SourceError, UsageError
from generator.register.documents import Document
from generator.source.members import member_text

CHUNK = 1 << 20


def read_dump(name: str) -> Iterator[Document]:
    """The documents of a dump file; `.gz` and `.zst` are unpacked, `-` is standard input.

    Raises UsageError if the file is not there, SourceError if it ends too early, CheckError for a broken line.
    """
    number = 0
    for number, (line, is_whole) in enumerate(_lines(name), start=1):
        if line.strip():
            yield _read_line(line, is_whole, f"{name}: line {number}")
    if number == 0:
        raise SourceError(f"{name}: no documents at all; check that the dump was written")


def _read_line(line: bytes, is_whole: bool, where: str) -> Document:
    try:
        hit = _parse(line)
    except ValueError as error:
        if not is_whole:
            raise SourceError(f"{where}: the dump is cut off in the middle of this line; write it anew") from error
        raise CheckError(f"{where}: broken ({error}); nothing was stored: mend the line or write the dump anew") from error
    if not isinstance(hit, dict) or not isinstance(hit.get("_source"), dict) or not isinstance(hit.get("_id"), str):
        raise CheckError(f"{where}: no `_id` and `_source`; nothing was stored: is it a dump by elasticdump --type=data?")
    source = orjson.dumps(hit["_source"]) if not isinstance(hit, _Lenient) else b"\0"
    if source not in line:  # not written back alike: something may have been lost, so the text goes on as it stands
        source = member_text(line.decode(), "_source").encode()
    return Document(hit["_id"], str(hit.get("_type", "")), source)


class _Lenient(dict[str, Any]):
    """An object that only Python's lenient parser could read (NaN, a lone surrogate, an integer beyond 64 bits)."""


def _parse(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        hit = json.loads(line)
        return _Lenient(hit) if isinstance(hit, dict) else hit


def _lines(name: str) -> Iterator[tuple[bytes, bool]]:
    """Each line, and whether it was ended by a line break."""
    rest = b""
    for chunk in _chunks(name):
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield line, True
    if rest:
        yield rest, False


def _chunks(name: str) -> Iterator[bytes]:
    if name == "-":
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
        for chunk in iter(lambda: file.read(CHUNK), b""):
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
