"""The text of a file by what it is, whatever it is called: its first bytes tell how it is packed and encoded.

All of it is read in a stream, and what is unpacked comes in pieces of a limited size, however well it was packed.
"""

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Callable, Iterator
from itertools import chain
from typing import IO, Any, Protocol

import zstandard

from generator.errors import CheckError, SourceError

CHUNK = 1 << 20
ZSTD_CHUNK = 1 << 10  # a chunk is unpacked whole: to 50 kB of this kind of NDJSON, to 32 MB at the very most
STREAM_CHUNK = 1 << 14  # many short streams may stand in it, and what is left of it is copied for each
HEAD = 512  # bytes: a tar file says at 257 what it is
XZ_MEMORY = 256_000_000  # bytes: `xz -9` needs 64 MB


def read_text(file: IO[bytes], name: str) -> Iterator[bytes]:
    """What is in a file, unpacked and in UTF-8 without a mark; raises CheckError or SourceError for what is broken.

    A lone surrogate, which no UTF-8 can hold, comes as `surrogatepass` writes it.
    """
    file = _rejoined(_head(file), file)
    head = _head_again(file)
    unpack = next((unpack for start, unpack in _UNPACK if start.match(head)), None)
    if unpack is None:
        _refuse_packed(head, name, "")
        yield from _as_utf8(_plain(file, name), name)
        return
    chunks = unpack(file, name)
    first = _beginning(chunks)
    if any(start.match(first) for start, _ in _UNPACK):
        raise CheckError(f"{name}: packed twice; unpack it once and give what comes of it")
    _refuse_packed(first, name, ", packed once more")
    yield from _as_utf8(chain([first], chunks), name)


# ---------------------------------------------------------------- the first bytes


class _Rejoined(io.RawIOBase):
    """A file whose first bytes have been read already."""

    def __init__(self, head: bytes, file: IO[bytes]) -> None:
        self._head = head
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._head[: len(buffer)] or self._file.read(len(buffer))
        self._head = self._head[len(buffer) :]
        buffer[: len(data)] = data
        return len(data)


def _head(file: IO[bytes]) -> bytes:
    """As many bytes as tell what a file is, also where a pipe brings them one by one."""
    head = b""
    while len(head) < HEAD and (more := file.read(HEAD - len(head))):
        head += more
    return head


def _rejoined(head: bytes, file: IO[bytes]) -> io.BufferedReader:
    return io.BufferedReader(_Rejoined(head, file), HEAD)


def _head_again(file: Any) -> bytes:
    return bytes(file.peek(HEAD)[:HEAD])


def _beginning(chunks: Iterator[bytes]) -> bytes:
    """The first chunks, together at least as long as a head if there is as much."""
    start = b""
    for chunk in chunks:
        start += chunk
        if len(start) >= HEAD:
            break
    return start


# What can be told, and is not unpacked here: it may hold several files, or the standard library can't.
_PACKED = (
    (re.compile(rb"PK(?:\x03\x04|\x05\x06)", re.DOTALL), "a zip file"),
    (re.compile(rb"7z\xbc\xaf\x27\x1c", re.DOTALL), "a 7z file"),
    (re.compile(rb"Rar!\x1a\x07", re.DOTALL), "a rar file"),
    (re.compile(rb"\x04\x22\x4d\x18", re.DOTALL), "an lz4 file"),
    (re.compile(rb"\x1f[\x9d\xa0]", re.DOTALL), "a file by `compress`"),
    (re.compile(rb".{257}ustar", re.DOTALL), "a tar file"),
)


def _refuse_packed(head: bytes, name: str, how: str) -> None:
    for start, what in _PACKED:
        if start.match(head):
            raise CheckError(f"{name}: {what}{how}; unpack it and give the dump that is in it")
    if head.startswith(b"SQLite format 3\x00"):
        raise CheckError(f"{name}: an SQLite file, and no dump; is it an archive? `archive export --as-dump` makes one")


# ---------------------------------------------------------------- packings


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
                unpacked = frame.decompress(rest)
                yield from (unpacked[start : start + CHUNK] for start in range(0, len(unpacked), CHUNK))
                rest = frame.unused_data if frame.eof else b""
                frame = None if frame.eof else frame
    except zstandard.ZstdError as error:
        raise CheckError(f"{name}: not a whole zstd file ({error}); write it anew") from error
    if frame is not None:
        raise SourceError(f"{name}: the zstd file is truncated; write it anew")


class _Decompressor(Protocol):
    """What `bz2` and `lzma` have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


def _bunzip2(file: IO[bytes], name: str) -> Iterator[bytes]:
    import bz2  # here, since a Python may have been built without it

    yield from _streams(file, name, "bzip2", bz2.BZ2Decompressor, (OSError, ValueError))


def _unxz(file: IO[bytes], name: str) -> Iterator[bytes]:
    import lzma  # here, since a Python may have been built without it

    def stream() -> _Decompressor:
        return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=XZ_MEMORY)

    yield from _streams(file, name, "xz", stream, (lzma.LZMAError,))


def _streams(
    file: IO[bytes], name: str, kind: str, stream: Callable[[], _Decompressor], errors: tuple[type[Exception], ...]
) -> Iterator[bytes]:
    """One stream after the other. The library's own file objects pass over a later stream that is broken."""
    unpacking = None
    rest = b""
    while rest or (rest := file.read(STREAM_CHUNK)):
        if unpacking is None:
            rest = rest.lstrip(b"\x00")  # what xz pads with
            if not rest:
                continue
            unpacking = stream()
        try:
            unpacked = unpacking.decompress(rest, CHUNK)
            while unpacked or not (unpacking.eof or unpacking.needs_input):
                yield unpacked
                unpacked = b"" if unpacking.eof else unpacking.decompress(b"", CHUNK)
        except errors as error:
            raise CheckError(f"{name}: not a whole {kind} file ({error}); write it anew") from error
        rest = unpacking.unused_data if unpacking.eof else b""
        unpacking = None if unpacking.eof else unpacking
    if unpacking is not None:
        raise SourceError(f"{name}: the {kind} file is truncated; write it anew")


_UNPACK = (
    (re.compile(rb"\x1f\x8b"), _gunzip),
    (re.compile(rb"(?:\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18)"), _unzstd),  # the second: a frame to be skipped
    (re.compile(rb"BZh[1-9]"), _bunzip2),
    (re.compile(rb"\xfd7zXZ\x00"), _unxz),
)


# ---------------------------------------------------------------- encodings

# By their mark; without one by the zeros beside the first two signs, which in JSON are ASCII.
_ENCODINGS = (
    (re.compile(rb"\xff\xfe\x00\x00|[\x01-\x7f]\x00\x00\x00"), "utf-32-le"),
    (re.compile(rb"\x00\x00\xfe\xff|\x00\x00\x00[\x01-\x7f]"), "utf-32-be"),
    (re.compile(rb"\xff\xfe|[\x01-\x7f]\x00[\x01-\x7f]\x00"), "utf-16-le"),
    (re.compile(rb"\xfe\xff|\x00[\x01-\x7f]\x00[\x01-\x7f]"), "utf-16-be"),
)


def _as_utf8(chunks: Iterator[bytes], name: str) -> Iterator[bytes]:
    first = _beginning(chunks)
    encoding = next((encoding for start, encoding in _ENCODINGS if start.match(first)), None)
    if encoding is None:
        yield first.removeprefix(codecs.BOM_UTF8)
        yield from chunks
        return
    text = _decoded(chain([first], chunks), encoding, name)
    yield next(text, "").removeprefix("\ufeff").encode("utf-8", "surrogatepass")
    for part in text:
        yield part.encode("utf-8", "surrogatepass")


def _decoded(chunks: Iterator[bytes], encoding: str, name: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
    written = encoding.upper()[:6]
    try:
        for chunk in chunks:
            if text := decoder.decode(chunk):
                yield text
    except UnicodeDecodeError as error:
        raise CheckError(f"{name}: broken as {written} ({error.reason}); write the dump anew, as UTF-8") from error
    try:
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise SourceError(f"{name}: the {written} is cut off in the middle of a sign; write the dump anew") from error
