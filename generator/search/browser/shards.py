"""The browser's index: a manifest and small scripts beside it, each loaded only when a query needs it.

    search/manifest.js            what there is: the formula's numbers, and where each shard begins
    search/lexicon-<hash>.js      all that can be asked for, cut by the beginning of the form
    search/spelling-<hash>.js     all words of letters among these, for what is misspelt
    search/spelt-<hash>.js        how words are written that have aa, ae or oe in them and not å, æ, ø
    search/postings-<hash>.js     the postings of each group in all fields but the long ones, cut by its beginning
    search/long-<hash>.js         the same of the long ones, which few letters don't ask for
    search/rows-<hash>.js         the result rows of a few documents, with their short texts
    search/texts-<hash>.js        the long texts of a few documents, deflated, for the pieces that a result shows
    search/facet-<name>-<hash>.js one thing to filter or sort by, of all documents

Every file is one call, `tilbudsspejlSoeg(name, data);`, because a page opened as a file may load scripts but not fetch.
A name holds a hash of the data, so a file may be kept for ever; the same offers give the same names.

Lexicon, entries in the order of JavaScript's `<`, with blanks between:

    form=LISTS      a form that is alone in its group and in few offers: its postings
    form,nG         n: how often, as a power of two; G: its group, which is the form without as many last letters as G
                    says (as a digit of `encoding.LAST`), or "." and the group, or nothing: the group is the form

Spelling, in the same order, with blanks between: how often, how many letters are those of the word before (both
as digits of `encoding.LAST`), the other letters.

Postings, in the same order of the groups, with blanks between: `group;LISTS;.rest:LISTS;*form:LISTS …`. First what is a
compound with this group as a part, then each form: what it has besides the group, or "*" and the whole of it.

LISTS is a list for each field, with commas between: its number as a digit of `encoding.LAST`, then for each posting
(documents left out since the last one) · strengths + strength, as `encoding` writes numbers.
"""

import base64
import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

import orjson

from generator.errors import CheckError
from generator.register.model.search_document import FIELDS
from generator.search.analysis.danish import LONGEST_WORD, MAX_QUERY_WORDS, SMALL_WORDS
from generator.search.index import facets, formula
from generator.search.index.encoding import LAST, encode_lists, encode_steps
from generator.search.index.formula import FIELD_NAMES, LONG_FIELDS, STRENGTHS, WEIGHTS
from generator.search.index.inverted import STRENGTH_BITS, Inverted, Vocabulary
from generator.search.index.lexicon import ENDINGS, JOINTS, SHORTEST_PIECE, SHORTEST_STEM, browser_order, often
from generator.search.index.terms import OfferTerms

ROWS_IN_SHARD = 4
TEXTS_IN_SHARD = 2
LARGEST_LEXICON_SHARD = 10_000  # bytes
LARGEST_SPELLING_SHARD = 100_000  # bytes before the letters that words share are left out
LARGEST_POSTINGS_SHARD = 16_000  # bytes; only a single group with more postings exceeds it
_LARGEST_INLINE = 40  # bytes of postings that the lexicon holds itself
HASH = 10  # hexadecimal digits
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class ShardsWritten:
    """What `write_shards` left in the folder."""

    documents: int
    files: tuple[str, ...]
    size: int  # bytes


def write_shards(offers: Callable[[], Iterable[OfferTerms]], folder: Path) -> ShardsWritten:
    """Write the browser's index of these offers, whose order is their document number, into an empty folder.

    `offers` is called twice, so that never more than the postings of all offers are held at once.
    """
    inverted = Inverted.of(offers())
    folder.mkdir(parents=True, exist_ok=True)
    writer = _Writer(folder)
    vocabulary = inverted.vocabulary()
    words = _write_words(inverted, vocabulary, writer)
    spellings = inverted.spellings(vocabulary.offers)
    rows, columns, ceased = _write_offers(offers(), writer)
    manifest = {
        **_formula(),
        "documents": inverted.documents,
        "ceased": ceased,
        **words,
        "spelt": writer.write_hashed("spelt", orjson.dumps(spellings, option=orjson.OPT_SORT_KEYS)),
        "rows": "".join(rows),  # hashes alone: there are many
        "hash": HASH,
        "units": list(columns.values["takst"]),
        "facets": {
            name: writer.write_hashed(f"facet-{name}", data) for name, data in columns.encoded(inverted.documents)
        },
    }
    writer.write("manifest", orjson.dumps(manifest, option=orjson.OPT_SORT_KEYS))
    return ShardsWritten(inverted.documents, tuple(sorted(writer.files)), writer.size)


def _formula() -> dict[str, Any]:
    return {
        "fields": [FIELDS[name] for name in FIELD_NAMES],
        "weights": [WEIGHTS[name] for name in FIELD_NAMES],
        "strengths": STRENGTHS,
        "longFields": sorted(LONG_FIELDS),
        "worth": formula.WORTH,
        "strengthWorth": formula.STRENGTH_WORTH,
        "shortestBegun": formula.SHORTEST_BEGUN,
        "shortestBegunInTexts": formula.SHORTEST_BEGUN_IN_TEXTS,
        "shortestBegunBefore": formula.SHORTEST_BEGUN_BEFORE,
        "mistakes": formula.MAX_EDITS,
        "smallWords": sorted(SMALL_WORDS),
        "mostWords": MAX_QUERY_WORDS,
        "endings": ENDINGS,
        "joints": JOINTS,
        "shortestStem": SHORTEST_STEM,
        "shortestPiece": SHORTEST_PIECE,
        "longestWord": LONGEST_WORD,
        "rowsInShard": ROWS_IN_SHARD,
        "textsInShard": TEXTS_IN_SHARD,
    }


# ---- Words ---------------------------------------------------------------------------------


def _write_words(inverted: Inverted, vocabulary: Vocabulary, writer: "_Writer") -> dict[str, list[str]]:
    """Write lexicon, spelling and postings; return for each kind the first key and the name of its shards, in turns."""
    blocks = _blocks(inverted, vocabulary)
    forms = sorted(vocabulary.group_of, key=browser_order)
    entries = [_entry(form, vocabulary, blocks.inline.get(form)) for form in forms]
    return {
        "lexicon": _write_cut(writer, "lexicon", entries, LARGEST_LEXICON_SHARD, ("=", ",")),
        "spelling": _write_spelling(writer, [form for form in forms if form.isalpha()], vocabulary),
        "postings": _write_cut(writer, "postings", blocks.short, LARGEST_POSTINGS_SHARD, (";",)),
        "long": _write_cut(writer, "long", blocks.long, LARGEST_POSTINGS_SHARD, (";",)),
    }


def _write_spelling(writer: "_Writer", words: list[str], vocabulary: Vocabulary) -> list[str]:
    """Write the words in shards, each of which begins anew; return the shards' names."""
    return [
        writer.write_hashed("spelling", orjson.dumps(" ".join(_spelt(shard, vocabulary))))
        for shard in cut(words, str, lambda word: len(word), LARGEST_SPELLING_SHARD)
    ]


def _spelt(words: Sequence[str], vocabulary: Vocabulary) -> Iterator[str]:
    for before, word in zip(["", *words], words, strict=False):
        alike = next((place for place, (a, b) in enumerate(zip(before, word, strict=False)) if a != b), len(before))
        shared = min(alike, len(word), len(LAST) - 1)
        yield LAST[often(vocabulary.offers[word])] + LAST[shared] + word[shared:]


@dataclass(frozen=True, slots=True)
class _Blocks:
    """The postings of all groups as text, in the browser's order, and apart from them those that the lexicon holds."""

    short: list[str] = field(default_factory=list)
    long: list[str] = field(default_factory=list)
    inline: dict[str, str] = field(default_factory=dict)


def _blocks(inverted: Inverted, vocabulary: Vocabulary) -> _Blocks:
    blocks = _Blocks()
    compounds = _compounds(inverted, vocabulary)
    forms_of = vocabulary.forms_of()
    for group in sorted(forms_of, key=browser_order):
        forms, parts = forms_of[group], compounds.get(group, {})
        lists = {form: encoded for form in forms if (encoded := _encoded(inverted, form))}
        if forms == [group] and not parts and len(text := encode_lists(lists[group])) <= _LARGEST_INLINE:
            blocks.inline[group] = text
            continue
        encoded = {number: encode_steps(sorted(documents), 0, STRENGTHS[number]) for number, documents in parts.items()}
        for of, is_long in ((blocks.short, False), (blocks.long, True)):
            own = {form: _some(fields, is_long) for form, fields in lists.items()}
            of.append(_block(group, _some(encoded, is_long), own))
    return blocks


def _some(fields: dict[int, str], is_long: bool) -> str:
    return encode_lists({number: text for number, text in fields.items() if (number in LONG_FIELDS) is is_long})


def _block(group: str, compounds: str, own: dict[str, str]) -> str:
    return ";".join((group, compounds, *(f"{_relative(form, group)}:{text}" for form, text in own.items() if text)))


def _encoded(inverted: Inverted, form: str) -> dict[int, str]:
    return {
        number: encode_steps(coded, STRENGTH_BITS, STRENGTHS[number])
        for number, postings in enumerate(inverted.postings)
        if (coded := postings.get(form))
    }


def _compounds(inverted: Inverted, vocabulary: Vocabulary) -> dict[str, dict[int, set[int]]]:
    """Return for each group that is a part of compounds where these stand: field -> documents."""
    found: dict[str, dict[int, set[int]]] = {}
    for form, groups in vocabulary.parts.items():
        for number, postings in enumerate(inverted.postings):
            if coded := postings.get(form):
                documents = [posting >> STRENGTH_BITS for posting in coded]
                for group in groups:
                    found.setdefault(group, {}).setdefault(number, set()).update(documents)
    return found


def _relative(form: str, group: str) -> str:
    return "." + form.removeprefix(group) if form.startswith(group) else "*" + form


def _entry(form: str, vocabulary: Vocabulary, inline: str | None) -> str:
    if inline is not None:
        return f"{form}={inline}"
    group = vocabulary.group_of[form]
    start = f"{form},{LAST[often(vocabulary.offers[form])]}"
    if group == form:
        return start
    cut = len(form) - len(group)
    return f"{start}{LAST[cut]}" if form.startswith(group) and cut < len(LAST) else f"{start}.{group}"


# ---- Offers --------------------------------------------------------------------------------


def _write_offers(offers: Iterable[OfferTerms], writer: "_Writer") -> tuple[list[str], facets.Columns, str]:
    """Write rows and texts; return the rows' hashes, the columns to filter by, and who has ceased."""
    columns = facets.Columns()
    ceased: list[int] = []
    names: list[str] = []
    for number, some in enumerate(_chunks(offers, ROWS_IN_SHARD)):
        rows: list[bytes] = []
        for part in _chunks(some, TEXTS_IN_SHARD):
            texts = writer.write_hashed("texts", _deflated(b"[" + b",".join(terms.texts for terms in part) + b"]"))
            rows += (_row(terms, texts) for terms in part)
        names.append(writer.write_hashed("rows", b"[" + b",\n".join(rows) + b"]").removeprefix("rows-"))
        for place, terms in enumerate(some, start=number * ROWS_IN_SHARD):
            columns.add(terms.facets)
            if terms.ceased:
                ceased.append(place)
    return names, columns, encode_steps(ceased, 0, 1)


def _row(terms: OfferTerms, texts: str) -> bytes:
    """Put an offer's id before its row and its short texts after it: ["10000", name, …, [[0, name], …], texts]."""
    start, end = orjson.dumps(terms.tilbuds_id), orjson.dumps(texts)
    return b"[" + start + b"," + terms.row[1:-1] + b"," + terms.short + b"," + end + b"]"


def _deflated(data: bytes) -> bytes:
    # What a browser's DecompressionStream reads; base64, since a script is text.
    packed = zlib.compressobj(6, zlib.DEFLATED, -15)
    return b'"' + base64.b64encode(packed.compress(data) + packed.flush()) + b'"'


def _chunks(items: Iterable[_T], size: int) -> Iterator[list[_T]]:
    chunk: list[_T] = []
    for item in items:
        chunk.append(item)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


# ---- Cutting -------------------------------------------------------------------------------


def _write_cut(writer: "_Writer", kind: str, items: Sequence[str], largest: int, ends: tuple[str, ...]) -> list[str]:
    """Write sorted items in shards; return for each of these the key of its first item, and its name."""
    flat: list[str] = []
    keyed = [(_key(item, ends), item) for item in items]
    for shard in cut(keyed, lambda pair: pair[0], lambda pair: len(pair[1]) + 1, largest):
        text = " ".join(item for _, item in shard)
        flat += (shard[0][0], writer.write_hashed(kind, orjson.dumps(text)))
    return flat


def _key(item: str, ends: tuple[str, ...]) -> str:
    return item[: min(place for end in ends if (place := item.find(end)) >= 0)]


def cut(
    items: Sequence[_T], key: Callable[[_T], str], size: Callable[[_T], int], largest: int, depth: int = 0
) -> list[list[_T]]:
    """Cut items, sorted by key, into shards that are not too large.

    Cuts fall between letters, not at a count: a new word changes its own shard and leaves the names of the others.
    """
    if len(items) <= 1 or sum(map(size, items)) <= largest:
        return [list(items)] if items else []
    shards: list[list[_T]] = []
    open_size = largest
    for _, same in groupby(items, lambda item: key(item)[depth : depth + 1]):
        part = list(same)
        part_size = sum(map(size, part))
        if part_size > largest:
            shards += cut(part, key, size, largest, depth + 1)
            open_size = largest
        elif open_size + part_size <= largest:
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
    hashes: dict[str, bytes] = field(default_factory=dict)
    size: int = 0

    @property
    def files(self) -> Iterable[str]:
        """The names of the scripts."""
        return self.hashes

    def write_hashed(self, kind: str, data: bytes) -> str:
        """Write a shard under its kind and the hash of its data and return its name."""
        name = f"{kind}-{hashlib.sha256(data).hexdigest()[:HASH]}"
        self.write(name, data)
        return name

    def write(self, name: str, data: bytes) -> None:
        """Write the script that hands this data to the page."""
        file, digest = f"{name}.js", hashlib.sha256(data).digest()
        if file in self.hashes:
            if self.hashes[file] != digest:
                raise CheckError(f"search/{file}: two shards want this name; report this with the archive's receipt")
            return
        script = b'tilbudsspejlSoeg("%s",%s);\n' % (name.encode(), _as_script(data))
        (self.folder / file).write_bytes(script)
        self.hashes[file] = digest
        self.size += len(script)


def _as_script(data: bytes) -> bytes:
    """Escape what JSON allows and a script does not: old line separators, and "<" should it ever stand in a page."""
    data = data.replace(b"<", b"\\u003c")
    return data.replace("\u2028".encode(), b"\\u2028").replace("\u2029".encode(), b"\\u2029")
