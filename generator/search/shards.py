"""The browser's index: a manifest and small scripts beside it, each loaded only when a query needs it.

    search/manifest.js          what there is: fields, formula, where each shard begins
    search/lexicon-<hash>.js    surface forms → groups, cut by the beginning of the form
    search/postings-<hash>.js   group → [field, postings, field, postings …], cut by the beginning of the group
    search/lengths-<hash>.js    one field's length in every document, one byte each, base64
    search/rows-<hash>.js       the result rows of 100 documents

Every file is one call, `tilbudsspejlSoeg(name, data);`, because a page opened as a file may load scripts but not fetch.
Postings are steps: a positive number goes so many documents on, and a negative one after it says how often the word
stands there if more than once: [5, 3, -2] is document 4 once and document 7 twice (counting starts before document 0).
"""

import base64
import hashlib
from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

import orjson
from whoosh.util.numeric import byte_to_length, length_to_byte

from generator.register.searchable import FIELDS
from generator.search import formula
from generator.search.danish import SMALL_WORDS
from generator.search.formula import FIELD_NAMES, WEIGHTS
from generator.search.lexicon import Entry, LexiconBuilder, browser_order, pack
from generator.search.terms import OfferTerms, field_length

ROWS_IN_SHARD = 100
LARGEST_SHARD = 60_000  # bytes; only a single word with more postings exceeds it
_TIMES_BITS = 8  # a posting is the document's number and, in the low bits, how often
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class ShardsWritten:
    """What `write_shards` left in the folder."""

    documents: int
    files: tuple[str, ...]
    size: int  # bytes


@dataclass(slots=True)
class _Inverted:
    """All offers by word: what is gathered before anything is written."""

    lexicon: LexiconBuilder = field(default_factory=LexiconBuilder)
    postings: dict[str, dict[int, "array[int]"]] = field(default_factory=dict)  # group -> field -> postings
    lengths: list[bytearray] = field(default_factory=lambda: [bytearray() for _ in FIELD_NAMES])
    words: list[int] = field(default_factory=lambda: [0] * len(FIELD_NAMES))
    ceased: list[int] = field(default_factory=list)
    rows: list[bytes] = field(default_factory=list)

    def add(self, terms: OfferTerms) -> None:
        """Take in one offer as the next document."""
        document = len(self.rows)
        self.lexicon.add(terms)
        for number, lengths in enumerate(self.lengths):
            counted = terms.counts.get(number, {})
            length = field_length(counted)
            self.words[number] += length
            lengths.append(length_to_byte(length))
            for group, times in counted.items():
                fields = self.postings.setdefault(group, {})
                if number not in fields:
                    fields[number] = array("I")
                fields[number].append(document << _TIMES_BITS | times)
        if terms.ceased:
            self.ceased.append(document)
        self.rows.append(_row(terms))


def write_shards(offers: Iterable[OfferTerms], folder: Path) -> ShardsWritten:
    """Write the browser's index of these offers, whose order is their document number, into an empty folder."""
    inverted = _Inverted()
    for terms in offers:
        inverted.add(terms)
    folder.mkdir(parents=True, exist_ok=True)
    writer = _Writer(folder)
    manifest = {
        **_formula(),
        "documents": len(inverted.rows),
        "ceased": _steps(inverted.ceased),
        "fields": _write_fields(inverted, writer),
        "lexicon": _write_lexicon(inverted, writer),
        "postings": _write_postings(inverted, writer),
        "rows": _write_rows(inverted, writer),
        "rowsInShard": ROWS_IN_SHARD,
    }
    writer.write("manifest", orjson.dumps(manifest, option=orjson.OPT_SORT_KEYS))
    return ShardsWritten(len(inverted.rows), tuple(sorted(writer.files)), writer.size)


def _formula() -> dict[str, Any]:
    return {
        "k1": formula.K1,
        "b": formula.B,
        "prefixFactor": formula.PREFIX_FACTOR,
        "prefixGroups": formula.PREFIX_GROUPS,
        "shortestPrefix": formula.SHORTEST_PREFIX,
        "scoreSteps": formula.SCORE_STEPS,
        "smallWords": sorted(SMALL_WORDS),
        "lengthOfByte": [byte_to_length(byte) for byte in range(256)],
    }


# ---- Parts ---------------------------------------------------------------------------------


def _write_fields(inverted: _Inverted, writer: "_Writer") -> list[dict[str, Any]]:
    documents = len(inverted.rows) or 1
    lengths = [orjson.dumps(base64.b64encode(field_lengths).decode()) for field_lengths in inverted.lengths]
    return [
        {
            "label": FIELDS[name],
            "weight": WEIGHTS[name],
            "average": inverted.words[number] / documents,
            "lengths": writer.write_hashed("lengths", lengths[number]),
        }
        for number, name in enumerate(FIELD_NAMES)
    ]


def _write_lexicon(inverted: _Inverted, writer: "_Writer") -> list[list[str]]:
    entries = inverted.lexicon.entries()
    return [
        [shard[0].form, writer.write_hashed("lexicon", orjson.dumps(pack(shard)))]
        for shard in cut(entries, lambda entry: entry.form, _entry_size)
    ]


def _write_postings(inverted: _Inverted, writer: "_Writer") -> list[list[str]]:
    encoded = [(group, _encode(inverted.postings[group])) for group in sorted(inverted.postings, key=browser_order)]
    return [
        [shard[0][0], writer.write_hashed("postings", b"{" + b",".join(text for _, text in shard) + b"}")]
        for shard in cut(
            [(group, orjson.dumps(group) + b":" + postings) for group, postings in encoded],
            lambda item: item[0],
            lambda item: len(item[1]) + 1,
        )
    ]


def _write_rows(inverted: _Inverted, writer: "_Writer") -> list[str]:
    rows = inverted.rows
    return [
        writer.write_hashed("rows", b"[" + b",\n".join(rows[start : start + ROWS_IN_SHARD]) + b"]")
        for start in range(0, len(rows), ROWS_IN_SHARD)
    ]


def _entry_size(entry: Entry) -> int:
    return len(orjson.dumps(pack([entry]))) - 1


def _row(terms: OfferTerms) -> bytes:
    """Put an offer's id before its row: ["10000", name, address …]."""
    return b"[" + orjson.dumps(terms.tilbuds_id) + b"," + terms.row[1:]


def _encode(fields: dict[int, "array[int]"]) -> bytes:
    flat: list[int | list[int]] = []
    for number in sorted(fields):
        flat += (number, _posting_steps(fields[number]))
    return orjson.dumps(flat)


def _posting_steps(postings: "array[int]") -> list[int]:
    steps: list[int] = []
    before = -1
    for posting in postings:
        document, times = posting >> _TIMES_BITS, posting & ((1 << _TIMES_BITS) - 1)
        steps.append(document - before)
        if times > 1:
            steps.append(-times)
        before = document
    return steps


def _steps(documents: Sequence[int]) -> list[int]:
    return [document - before for before, document in zip([-1, *documents], documents, strict=False)]


# ---- Cutting -------------------------------------------------------------------------------


def cut(items: Sequence[_T], key: Callable[[_T], str], size: Callable[[_T], int], depth: int = 0) -> list[list[_T]]:
    """Cut items, sorted by key, into shards that are not too large.

    Cuts fall between letters, not at a count: a new word changes its own shard and leaves the names of the others.
    """
    if len(items) <= 1 or sum(map(size, items)) <= LARGEST_SHARD:
        return [list(items)] if items else []
    shards: list[list[_T]] = []
    open_size = LARGEST_SHARD
    for _, same in groupby(items, lambda item: key(item)[depth : depth + 1]):
        part = list(same)
        part_size = sum(map(size, part))
        if part_size > LARGEST_SHARD:
            shards += cut(part, key, size, depth + 1)
            open_size = LARGEST_SHARD
        elif open_size + part_size <= LARGEST_SHARD:
            shards[-1] += part
            open_size += part_size
        else:
            shards.append(part)
            open_size = part_size
    return shards


# ---- Files ---------------------------------------------------------------------------------


@dataclass(slots=True)
class _Writer:
    """Writes scripts and remembers which; the same content twice is one file."""

    folder: Path
    files: set[str] = field(default_factory=set)
    size: int = 0

    def write_hashed(self, kind: str, data: bytes) -> str:
        """Write a shard under its kind and the hash of its data and return its name."""
        name = f"{kind}-{hashlib.sha256(data).hexdigest()[:16]}"
        self.write(name, data)
        return name

    def write(self, name: str, data: bytes) -> None:
        """Write the script that hands this data to the page."""
        file = f"{name}.js"
        if file in self.files:
            return
        script = b'tilbudsspejlSoeg("%s",%s);\n' % (name.encode(), _as_script(data))
        (self.folder / file).write_bytes(script)
        self.files.add(file)
        self.size += len(script)


def _as_script(data: bytes) -> bytes:
    """Escape what JSON allows and a script does not: old line separators, and "<" should it ever stand in a page."""
    data = data.replace(b"<", b"\\u003c")
    return data.replace("\u2028".encode(), b"\\u2028").replace("\u2029".encode(), b"\\u2029")
