"""An offer's documents in one zstd frame: NDJSON, two lines a document, readable with `zstd -d` and any text editor.

    {"id":"10000-3","raw":false,"seen":[[1,null]],"sha256":"…","type":"tilbud"}
    {"TilbudEnvelope":{…}}

All versions of an offer share a frame because they are nearly alike: 7 % of the NDJSON (measured), where single
documents would take 30 %.
"""

import hashlib
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import zstandard

from generator.archive.canonical import parse_raw
from generator.archive.schema import DAMAGE, MOST_UNPACKED
from generator.errors import CheckError
from generator.register.model.json_text import MOST_READ, too_large

LEVEL = 9  # 6.0 % in 0.8 s for 161 MB; level 12 takes 9 s for 5.9 %, level 19 18 s for 5.8 % (measured)

LARGE = 1_000_000  # bytes of documents from which on a frame is made piece by piece, without all of them in memory

_of_thread = threading.local()

Interval = tuple[int, int | None]


@dataclass(slots=True)
class Stored:
    """A document as the archive holds it; `text` is its content."""

    id: str
    type: str
    sha256: str
    is_raw: bool
    seen: list[Interval]
    text: bytes

    @property
    def is_open(self) -> bool:
        """Whether the source still serves it."""
        return self.seen[-1][1] is None

    @property
    def content(self) -> tuple[str, str]:
        """What tells documents apart: the same `_id` with the same content is the same document."""
        return self.id, self.sha256

    @property
    def size(self) -> int:
        """The bytes of its content."""
        return len(self.text)

    def read_text(self) -> bytes:
        """Its content, also where that is still packed."""
        return self.text

    def parse(self, most: int = MOST_READ) -> Any:
        """The `_source` as Python objects; an Unread where it is too deep, or takes more bytes than are read."""
        if len(self.text) > most:
            return too_large(len(self.text), most)
        return parse_raw(self.text) if self.is_raw else orjson.loads(self.text)


class Packer:
    """Packs and unpacks frames; holds the compressor, so make one and keep it."""

    def __init__(self, level: int = LEVEL, most: int = MOST_UNPACKED) -> None:
        self._most = most
        self._compressor = zstandard.ZstdCompressor(level=level, write_checksum=True)
        self._decompressor = zstandard.ZstdDecompressor()

    @classmethod
    def pack_anew(cls, documents: Sequence[Stored], name: str, most: int = MOST_UNPACKED) -> bytes:
        """The same as `pack`, for several threads at once: a compressor serves one only."""
        packer: Packer | None = getattr(_of_thread, "packer", None)
        if packer is None or packer._most != most:
            packer = _of_thread.packer = cls(most=most)
        return packer.pack(documents, name)

    def pack(self, documents: Sequence[Stored], name: str = "") -> bytes:
        """One frame of the documents of an offer, in the order given; raises CheckError if they are too much."""
        heads = [_head(document) for document in documents]
        breaks = max(0, 2 * len(documents) - 1)
        size = sum(map(len, heads)) + sum(document.size for document in documents) + breaks
        self._check_size(size, name)
        lines = (line for head, document in zip(heads, documents, strict=True) for line in (head, document.read_text()))
        if size <= LARGE:
            return self._compressor.compress(b"\n".join(lines))
        frame = self._compressor.compressobj(size=size)
        return b"".join((*(frame.compress(part) for part in _parted(lines)), frame.flush()))

    def read(self, frame: bytes, name: str, sha256: bytes | None) -> list[Stored]:
        """The documents of a frame that is what its hash is of; raises CheckError naming the offer if it is not.

        Where no hash of the frame was kept (None), each content is compared with its own.
        """
        documents = []
        try:
            if sha256 is not None and hashlib.sha256(frame).digest() != sha256:
                raise ValueError("it is not what its hash is of")
            for document in self._unpacked(frame, name):
                if sha256 is None and hashlib.sha256(document.text).hexdigest() != document.sha256:
                    raise ValueError(f"_id {document.id!r} is not what its hash is of")
                documents.append(document)
        except DAMAGE as error:
            raise _damaged(name, error) from error
        return documents

    def unpack(self, frame: bytes, name: str) -> Iterator[Stored]:
        """The documents of a frame, whatever its hash; raises CheckError naming the offer when it can't be unpacked."""
        try:
            yield from self._unpacked(frame, name)
        except DAMAGE as error:
            raise _damaged(name, error) from error

    def _unpacked(self, frame: bytes, name: str) -> Iterator[Stored]:
        self._check_size(zstandard.frame_content_size(frame), name)  # -1 where it doesn't say
        text = self._decompressor.decompress(frame, max_output_size=self._most, allow_extra_data=False)
        lines = text.split(b"\n")
        for place in range(0, len(lines), 2):
            head = orjson.loads(lines[place])
            seen = [(first, last) for first, last in head["seen"]]
            if not all(type(head[key]) is str for key in ("id", "type", "sha256")):
                raise TypeError("a document's head is not of texts")
            yield Stored(head["id"], head["type"], head["sha256"], head["raw"], seen, lines[place + 1])

    def _check_size(self, size: int, name: str) -> None:
        if size > self._most:
            raise CheckError(
                f"archive: offer {name!r} takes {size} bytes unpacked, more than limits.offer_bytes ({self._most}); "
                "raise it if so much is right, else restore the archive from a backup"
            )


def _head(document: Stored) -> bytes:
    head = {
        "id": document.id,
        "raw": document.is_raw,
        "seen": document.seen,
        "sha256": document.sha256,
        "type": document.type,
    }
    return orjson.dumps(head)


def _parted(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The lines with a line break between each two."""
    for place, line in enumerate(lines):
        if place:
            yield b"\n"
        yield line


def _damaged(name: str, error: BaseException) -> CheckError:
    said = " ".join(str(error).split()) or type(error).__name__
    return CheckError(f"archive: the frame of offer {name!r} is damaged ({said}); restore the archive from a backup")
