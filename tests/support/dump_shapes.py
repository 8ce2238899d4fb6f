"""The ways in which the same hits may lie in a file: shapes, encodings and packings, to be combined."""

import bz2
import codecs
import gzip
import io
import json
import lzma
from collections.abc import Callable, Iterable, Sequence

import zstandard

Hits = Sequence[str]  # each as it stands


def answer(hits: Hits, total: str | None = None, *, blanks: str = "", rest: str = "") -> str:
    """What a search of 6.8 answers, with the hits as they stand; `rest` are more members, each before a comma."""
    said = str(len(hits)) if total is None else total
    text = (
        '{"_scroll_id":"x","took":5,"timed_out":false,"_shards":{"total":2,"successful":2,"skipped":0,"failed":0},'
        f'{rest}"hits":{{"total":{said},"max_score":1.0,"hits":[HITS]}},"aggregations":{{"a[":{{"value":"]}}"}}}}}}'
    )
    spaced = text.replace(",", f",{blanks}").replace("{", f"{{{blanks}").replace(":", f":{blanks}") if blanks else text
    return spaced.replace("HITS", blanks + f",{blanks}".join(hits) + blanks)


def _halves(hits: Hits) -> list[Hits]:
    return [hits[: len(hits) // 2], hits[len(hits) // 2 :]]


def _pages(hits: Hits, blanks: str = "") -> list[str]:
    return [answer(half, str(len(hits)), blanks=blanks) for half in (*_halves(hits), [])]


SHAPES: dict[str, Callable[[Hits], str]] = {
    "lines": lambda hits: "".join(f"{hit}\n" for hit in hits),
    "no line break at the end": "\n".join,
    "one after the other": "".join,
    "hits over several lines": lambda hits: "\n\n".join(hit.replace('"_id"', '\n  "_id"', 1) for hit in hits),
    "list": lambda hits: f"[{','.join(hits)}]",
    "list, a hit a line": lambda hits: "[\n" + "\n,".join(hits) + "\n]\n",
    "answer": answer,
    "answer, pretty": lambda hits: answer(hits, blanks="\r\n  ") + "\n",
    "answer of 7": lambda hits: answer(hits, f'{{"value":{len(hits)},"relation":"eq"}}'),
    "answers, one a line": lambda hits: "".join(f"{page}\n" for page in _pages(hits)),
    "answers, pretty": lambda hits: "\n".join(_pages(hits, "\n\t")),
    "list of answers": lambda hits: f"[{', '.join(_pages(hits))}]",
    "answer with hits alone": lambda hits: f'{{"hits":{{"hits":[{",".join(hits)}]}}}}',
    "hits, then an answer": lambda hits: "\n".join([*_halves(hits)[0], answer(_halves(hits)[1])]),
}

ENCODINGS: dict[str, Callable[[str], bytes]] = {
    "utf-8": lambda text: text.encode("utf-8", "surrogatepass"),
    "utf-8 with mark": lambda text: codecs.BOM_UTF8 + text.encode("utf-8", "surrogatepass"),
    **{
        f"{encoding}{' with mark' if mark else ''}": lambda text, encoding=encoding, mark=mark: (  # type: ignore[misc]
            (mark + text).encode(encoding, "surrogatepass")
        )
        for encoding in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
        for mark in ("", "\ufeff")
    },
}


def _in_parts(pack: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    return lambda data: b"".join(map(pack, (data[: len(data) // 3], data[len(data) // 3 :], b"")))


def _padded(data: bytes) -> bytes:
    return lzma.compress(data) + b"\x00" * 8 + lzma.compress(b"") + b"\x00" * 4


def _skippable(data: bytes) -> bytes:
    return b"\x50\x2a\x4d\x18\x03\x00\x00\x00abc" + zstandard.compress(data)


PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gzip": gzip.compress,
    "gzip members": _in_parts(gzip.compress),
    "zstd": zstandard.compress,
    "zstd frames": _in_parts(zstandard.compress),
    "zstd after a frame to skip": _skippable,
    "bzip2": bz2.compress,
    "bzip2 streams": _in_parts(bz2.compress),
    "xz": lzma.compress,
    "xz streams": _in_parts(lzma.compress),
    "xz with padding": _padded,
}


def hits_of(lines: Iterable[bytes]) -> list[str]:
    """The hits of a dump in lines."""
    return [line.decode().rstrip("\n") for line in lines]


def pretty(hits: Hits) -> str:
    """One answer as `?pretty` has it."""
    return json.dumps(json.loads(answer(hits)), indent=2, ensure_ascii=False)


class Trickle(io.BytesIO):
    """A pipe that brings a byte at a time."""

    def read(self, size: int | None = -1, /) -> bytes:
        """One byte, whatever was asked for."""
        return super().read(1 if size else 0)
