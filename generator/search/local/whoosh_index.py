"""The index behind `tilbudsspejl search`: the same words and the same ranking as in the browser, kept by Whoosh.

Whoosh keeps the postings: a term is a form, or "+" and a group for the compounds that have it as a part; its weight is
the strength of the match, plus one. Which terms a query means, and how matches are weighed, is ours.
"""

import hashlib
import os
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson
import whoosh
from filelock import FileLock
from whoosh import formats, index
from whoosh.fields import STORED, FieldType, Schema
from whoosh.reading import IndexReader

from generator.errors import CheckError, UsageError
from generator.private_files import FILE_MODE, close_to_others, create_folder
from generator.register.model.search_document import Facets, ResultRow
from generator.search.analysis.danish import read_query
from generator.search.index.facets import NO_FILTERS, Filters, Sort, read_facets, sorted_by, write_facets
from generator.search.index.formula import (
    FIELD_NAMES,
    LONG_FIELDS,
    PREFIX,
    SHORT_FIELDS,
    SHORTEST_BEGUN_IN_TEXTS,
    STRENGTH_WORTH,
    WEIGHTS,
    WORTH,
    rarity,
)
from generator.search.index.inverted import Inverted, Vocabulary
from generator.search.index.lexicon import Lexicon, Resolved, TermMatch, entries_of, pack
from generator.search.index.terms import OfferTerms, read_row

_FORMAT = 4  # raise it when the files change their meaning
_LEXICON, _META, _FACETS = "lexicon.json", "meta.json", "facets.json"
_MEMORY_MB = 1024  # what Whoosh may gather before it sorts on disk, which is several times slower
_PART = "+"


@dataclass(frozen=True, slots=True)
class Hit:
    """An offer that a search found."""

    tilbuds_id: str
    score: int
    row: ResultRow
    fields: tuple[str, ...]  # where the words were found, in the order of FIELDS


class WeighedTerms(FieldType):
    """A field that is handed terms and their weights instead of a text."""

    def __init__(self) -> None:
        # Not FieldType's own: that one insists on an analyzer, and there is no text to analyse here.
        self.format = formats.Existence()  # how strong a match is travels as its weight
        self.scorable = False

    def index(self, value: Mapping[str, int], **_: object) -> Generator[tuple[bytes, int, float, bytes], None, None]:
        """Yield what Whoosh stores of each term."""
        for term, weight in value.items():
            yield term.encode(), 1, float(weight), b""


_SCHEMA = Schema(offer=STORED(), **{name: WeighedTerms() for name in FIELD_NAMES})


# ---- Building ------------------------------------------------------------------------------


Offers = Callable[[], Iterable[OfferTerms]]


def build_index(offers: Offers, folder: Path, meta: Mapping[str, Any] | None = None) -> int:
    """Build the index of these offers, in this order, in a new folder and return their number.

    `offers` is called twice: compounds are taken apart by the words of all offers.
    """
    create_folder(folder)
    documents = _write_index(offers, folder)
    description = {
        "format": _FORMAT,
        "whoosh": whoosh.versionstring(),
        "meta": dict(meta or {}),
        "files": {path.name: _digest(path) for path in sorted(folder.iterdir())},
    }
    _write_json(folder / _META, description)
    close_to_others(folder)
    return documents


def replace_index(new: Path, folder: Path) -> None:
    """Put a finished index in the place of the old one, which is moved beside the new one's former place.

    Where that fails, the old one stays.
    """
    former = new.with_name(f"{new.name}.former")
    with _lock(folder):  # two sites may be built from one archive at once
        try:
            if folder.exists():
                # Two renames: a folder with files in it can't be replaced in one.
                folder.rename(former)
            new.rename(folder)
        except BaseException:
            if former.exists() and not folder.exists():
                former.rename(folder)
            raise


@contextmanager
def not_replaced(folder: Path) -> Iterator[None]:
    """Let builds wait with replacing an index while it is read."""
    with ExitStack() as stack:
        try:
            stack.enter_context(_lock(folder))
        except OSError:
            # On a medium that can't be written there is no lock, and no build that could replace the index.
            if os.access(folder.parent, os.W_OK):
                raise
        yield


def _lock(folder: Path) -> FileLock:
    return FileLock(folder.with_name(f".{folder.name}.lock"), mode=FILE_MODE)


def _write_index(offers: Offers, folder: Path) -> int:
    inverted = Inverted.of(offers())
    vocabulary = inverted.vocabulary()
    ceased: list[int] = []
    facets: list[Facets] = []
    with index.create_in(str(folder), _SCHEMA).writer(limitmb=_MEMORY_MB) as writer:
        for document, terms in enumerate(offers()):
            if terms.ceased:
                ceased.append(document)
            facets.append(terms.facets)
            writer.add_document(offer=(terms.tilbuds_id, terms.row), **_weighed(terms, vocabulary))
    _write_json(folder / _LEXICON, {"forms": pack(entries_of(vocabulary)), "ceased": ceased})
    (folder / _FACETS).write_bytes(write_facets(facets))
    return inverted.documents


def _weighed(terms: OfferTerms, vocabulary: Vocabulary) -> dict[str, dict[str, int]]:
    """Return the terms of an offer by field: its forms, and the parts of those that are compounds."""
    fields: dict[str, dict[str, int]] = {}
    for number, by_strength in terms.forms.items():
        weighed: dict[str, int] = {}
        for strength, forms in enumerate(by_strength):
            for form in forms.split():
                weighed[form] = strength + 1
                for part in vocabulary.parts.get(form, ()):
                    weighed[_PART + part] = 1
        if weighed:
            fields[FIELD_NAMES[number]] = weighed
    return fields


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_json(path: Path, value: object) -> None:
    path.write_bytes(orjson.dumps(value, option=orjson.OPT_SORT_KEYS))


# ---- Searching -----------------------------------------------------------------------------


def read_meta(folder: Path) -> dict[str, Any]:
    """Return what the builder of an index wrote about it.

    Raises UsageError if there is none or it is another version's, CheckError if that can't be read.
    """
    return _read_description(folder)[0]


def check_files(folder: Path) -> None:
    """Compare the files of an index with what its builder wrote of them; raises CheckError for one that differs.

    Whoosh checks nothing: it answers falsely from a file with a wrong bit, and unpickles what it finds there.
    """
    digests = _read_description(folder)[1]
    for name, digest in digests.items():
        try:
            actual = _digest(folder / name)
        except (OSError, ValueError) as error:
            raise _damaged(folder / name, error) from None
        if actual != digest:
            raise _damaged(folder / name, "its bytes are not those that were written")
    for path in folder.iterdir():
        if path.name not in digests and path.name != _META:
            raise _damaged(path, "it is not part of the index")


def _read_description(folder: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what `build_index` was told about an index, and the SHA-256 of each of its files."""
    try:
        stored = orjson.loads((folder / _META).read_bytes())
        is_ours = stored["format"] == _FORMAT and stored["whoosh"] == whoosh.versionstring()
        described = (dict(stored["meta"]), dict(stored["files"])) if is_ours else ({}, {})
    except FileNotFoundError:
        raise UsageError(f"{folder}: there is no search index here; run `tilbudsspejl build` to make one") from None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise _damaged(folder / _META, error) from None
    if not is_ours:
        raise UsageError(f"{folder}: this search index is another version's; run `tilbudsspejl build` to make it anew")
    return described


def _damaged(path: Path, why: object) -> CheckError:
    return CheckError(f"{path}: can't be read ({why}); run `tilbudsspejl build` to make it anew")


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: the first hits, how many there are, and how the query was understood."""

    hits: tuple[Hit, ...]
    total: int
    is_complete: bool  # every hit has all the words
    instead: tuple[tuple[str, str], ...]  # a word that no offer has, and what it was taken for
    age: int | None = None  # that the query named; filtered by unless the filters had one


def search(folder: Path, query: str, limit: int = 10, filters: Filters = NO_FILTERS, sort: Sort = "relevans") -> Found:
    """Find offers as the site's search does: those with all words, or if there are none, those with some.

    Without a word, all that pass the filters; without these either, nothing. An age in the query ("19-årig") is a
    filter, unless `filters` has one.
    """
    check_files(folder)
    asked = read_query(query)
    words = asked.words
    if filters.alder is None:
        filters = replace(filters, alder=asked.age)
    if not words and filters.are_none:
        return Found((), 0, True, ())
    stored = orjson.loads((folder / _LEXICON).read_bytes())
    resolved = Lexicon.from_packed(stored["forms"]).resolve(words)
    facets = read_facets((folder / _FACETS).read_bytes())
    opened = index.open_dir(str(folder), readonly=True, schema=_SCHEMA)
    with opened.searcher() as searcher:
        reader: IndexReader = searcher.reader()
        ranking = _Ranking(reader, resolved, len(facets), set(stored["ceased"]))
        candidates, is_complete = ranking.candidates()
        passing = set(candidates) if filters.are_none else filters.passing(facets)
        ranked = ranking.order(number for number in candidates if number in passing)
        shown = sorted_by(sort, ranked, facets)[:limit]
        hits = tuple(_hit(reader, document, ranking.matches.get(document, _NO_MATCH)) for document in shown)
    return Found(hits, len(ranked), is_complete, resolved.instead, asked.age)


@dataclass(slots=True)
class _Match:
    score: int = 0
    words: int = 0  # bit by bit, which words of the query
    fields: int = 0  # bit by bit, in which fields
    together: int = ~0  # bit by bit, in which fields all the words so far


_NO_MATCH = _Match()


class _Ranking:
    """The matches of a query by document, and their order."""

    def __init__(self, reader: IndexReader, resolved: Resolved, documents: int, ceased: set[int]) -> None:
        self.matches: dict[int, _Match] = {}
        self._reader = reader
        self._ceased = ceased
        self._documents = documents
        self._all_words = (1 << len(resolved.words)) - 1
        for place, (form, meant) in enumerate(zip(resolved.forms, resolved.words, strict=True)):
            worths = self._worths(form, meant)
            tells = rarity(documents, len(worths)) if worths else 0
            for document, (best, total, fields) in worths.items():
                match = self.matches.setdefault(document, _Match())
                match.score += (best + (total - best) // 8) * tells
                match.words |= 1 << place
                match.fields |= fields
                match.together &= fields
        if len(resolved.words) > 1:
            self._reward_togetherness()

    def _reward_togetherness(self) -> None:
        """A name, a provider, an address with all the words is what was meant; a text has many words by chance."""
        for match in self.matches.values():
            if match.words == self._all_words and match.together & SHORT_FIELDS:
                match.score += match.score // 2

    def candidates(self) -> tuple[list[int], bool]:
        """Return the documents with all words, or if there are none, with some; and which of these it was."""
        if not self._all_words:
            return list(range(self._documents)), True
        complete = [document for document, match in self.matches.items() if match.words == self._all_words]
        return complete or list(self.matches), bool(complete)

    def order(self, documents: Iterable[int]) -> list[int]:
        """Return documents, best first."""
        return sorted(documents, key=self._place)

    def _place(self, document: int) -> tuple[int, int, bool, int]:
        match = self.matches.get(document, _NO_MATCH)
        return -match.words.bit_count(), -match.score, document in self._ceased, document

    def _worths(self, form: str, meant: Sequence[TermMatch]) -> dict[int, tuple[int, int, int]]:
        """Return for each document with a word what that is worth in its best field, in all of them, and which."""
        worths: dict[int, tuple[int, int, int]] = {}
        for number, name in enumerate(FIELD_NAMES):
            for document, match in self._found_in(number, form, meant).items():
                worth = WEIGHTS[name] * match
                best, total, fields = worths.get(document, (0, 0, 0))
                worths[document] = (max(best, worth), total + worth, fields | 1 << number)
        return worths

    def _found_in(self, number: int, form: str, meant: Sequence[TermMatch]) -> dict[int, int]:
        """Return for each document that has a word in a field how good its best match there is."""
        found: dict[int, int] = {}
        too_short = number in LONG_FIELDS and len(form) < SHORTEST_BEGUN_IN_TEXTS
        for match in meant:
            if match.kind == PREFIX and too_short:
                continue
            term = (match.form if match.form is not None else _PART + match.group).encode()
            for document, strength in _postings(self._reader, FIELD_NAMES[number], term):
                worth = WORTH[match.kind] * STRENGTH_WORTH[strength]
                if worth > found.get(document, 0):
                    found[document] = worth
        return found


def _postings(reader: IndexReader, name: str, term: bytes) -> Iterator[tuple[int, int]]:
    """Yield the documents that have a term in a field, and how strong it is there."""
    if (name, term) not in reader:
        return
    matcher = reader.postings(name, term)
    while matcher.is_active():
        yield matcher.id(), round(matcher.weight()) - 1
        matcher.next()


def _hit(reader: IndexReader, document: int, match: _Match) -> Hit:
    tilbuds_id, row = reader.stored_fields(document)["offer"]
    fields = tuple(name for number, name in enumerate(FIELD_NAMES) if match.fields >> number & 1)
    return Hit(tilbuds_id, match.score, read_row(row), fields)
