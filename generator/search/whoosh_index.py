"""The index behind `tilbudsspejl search`: the same counts and the same ranking as in the browser, kept by Whoosh."""

import shutil
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import whoosh
from filelock import FileLock
from whoosh import formats, index
from whoosh.fields import STORED, FieldType, Schema
from whoosh.scoring import BM25F
from whoosh.searching import Searcher

from generator.errors import CheckError, UsageError
from generator.register.searchable import ResultRow
from generator.search.danish import query_words
from generator.search.formula import FIELD_NAMES, K1, WEIGHTS, B, rounded
from generator.search.lexicon import Lexicon, LexiconBuilder, Meant, pack
from generator.search.terms import OfferTerms, read_row

_FORMAT = 1  # raise it when the files change their meaning
_LEXICON, _META = "lexicon.json", "meta.json"
_MEMORY_MB = 1024  # what Whoosh may gather before it sorts on disk, which is several times slower


@dataclass(frozen=True, slots=True)
class Hit:
    """An offer that a search found."""

    tilbuds_id: str
    score: float
    row: ResultRow
    fields: tuple[str, ...]  # where the words were found, in the order of FIELDS


class CountedTerms(FieldType):
    """A field that is handed counted groups instead of a text."""

    def __init__(self) -> None:
        # Not FieldType's own: that one insists on an analyzer, and there is no text to analyse here.
        self.format = formats.Existence()  # how often a word stands there travels as its weight
        self.scorable = True

    def index(self, value: Mapping[str, int], **_: object) -> Generator[tuple[bytes, int, float, bytes], None, None]:
        """Yield what Whoosh stores of each group."""
        for group, times in value.items():
            yield group.encode(), times, float(times), b""


_SCHEMA = Schema(offer=STORED(), **{name: CountedTerms() for name in FIELD_NAMES})


# ---- Building ------------------------------------------------------------------------------


def build_index(offers: Iterable[OfferTerms], folder: Path, meta: Mapping[str, Any] | None = None) -> int:
    """Build the index of these offers, in this order, put it in the place of the old one and return their number."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_name(f".{folder.name}.lock")):  # two sites may be built from one archive at once
        return _build_index(offers, folder, meta)


def _build_index(offers: Iterable[OfferTerms], folder: Path, meta: Mapping[str, Any] | None) -> int:
    building = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(building, ignore_errors=True)  # what a build that was killed left behind
    building.mkdir()
    try:
        documents = _write_index(offers, building)
        _write_json(building / _META, {"format": _FORMAT, "whoosh": whoosh.versionstring(), "meta": dict(meta or {})})
        _swap(building, folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return documents


def _write_index(offers: Iterable[OfferTerms], folder: Path) -> int:
    lexicon = LexiconBuilder()
    ceased: list[int] = []
    documents = 0
    with index.create_in(str(folder), _SCHEMA).writer(limitmb=_MEMORY_MB) as writer:
        for terms in offers:
            lexicon.add(terms)
            if terms.ceased:
                ceased.append(documents)
            counts = {FIELD_NAMES[number]: counted for number, counted in terms.counts.items()}
            writer.add_document(offer=(terms.tilbuds_id, terms.row), **counts)
            documents += 1
    _write_json(folder / _LEXICON, {"forms": pack(lexicon.entries()), "ceased": ceased})
    return documents


def _write_json(path: Path, value: object) -> None:
    path.write_bytes(orjson.dumps(value, option=orjson.OPT_SORT_KEYS))


def _swap(new: Path, folder: Path) -> None:
    """Put a finished folder in the place of the old one."""
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        # Two renames: a folder with files in it can't be replaced in one.
        folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


# ---- Searching -----------------------------------------------------------------------------


def read_meta(folder: Path) -> dict[str, Any]:
    """Return what the builder of an index wrote about it."""
    try:
        stored = orjson.loads((folder / _META).read_bytes())
    except FileNotFoundError:
        raise UsageError(f"{folder}: there is no search index here; run `tilbudsspejl build` to make one") from None
    except (OSError, ValueError) as error:
        raise CheckError(
            f"{folder / _META}: can't be read ({error}); run `tilbudsspejl build` to make it anew"
        ) from None
    if stored.get("format") != _FORMAT or stored.get("whoosh") != whoosh.versionstring():
        raise UsageError(f"{folder}: this search index is another version's; run `tilbudsspejl build` to make it anew")
    meta: dict[str, Any] = stored["meta"]
    return meta


def search(folder: Path, query: str, limit: int = 10) -> list[Hit]:
    """Find offers as the site's search does: those with all words, or if there are none, those with some."""
    read_meta(folder)  # before Whoosh unpickles anything that is not ours
    stored = orjson.loads((folder / _LEXICON).read_bytes())
    words = Lexicon.from_packed(stored["forms"]).resolve(query_words(query))
    opened = index.open_dir(str(folder), readonly=True, schema=_SCHEMA)
    with opened.searcher(weighting=BM25F(B=B, K1=K1)) as searcher:
        found = _rank(_Scores(searcher, words), set(stored["ceased"]))[:limit]
        return [_hit(searcher, document, match) for document, match in found]


@dataclass(slots=True)
class _Match:
    score: float = 0.0
    words: int = 0  # bit by bit, which words of the query
    fields: int = 0  # bit by bit, in which fields


class _Scores:
    """The matches of a query, document by document."""

    def __init__(self, searcher: Searcher, words: list[list[Meant]]) -> None:
        self.matches: dict[int, _Match] = {}
        self.all_words = (1 << len(words)) - 1
        for place, groups in enumerate(words):
            for meant in groups:
                for number, name in enumerate(FIELD_NAMES):
                    for document, score in _postings(searcher, name, meant.group):
                        match = self.matches.setdefault(document, _Match())
                        match.score += WEIGHTS[name] * meant.factor * score
                        match.words |= 1 << place
                        match.fields |= 1 << number


def _postings(searcher: Searcher, field: str, group: str) -> Iterator[tuple[int, float]]:
    """Yield the documents that have a group in a field, with Whoosh's score."""
    reader = searcher.reader()
    if (field, group.encode()) not in reader:
        return
    matcher = reader.postings(field, group.encode())
    scorer = searcher.weighting.scorer(searcher, field, group.encode())
    while matcher.is_active():
        yield matcher.id(), scorer.score(matcher)
        matcher.next()


def _rank(scores: _Scores, ceased: set[int]) -> list[tuple[int, _Match]]:
    """Order the matches: more words before fewer, then by score, the living before the ceased, then by number."""
    found = list(scores.matches.items())
    complete = [item for item in found if item[1].words == scores.all_words]
    return sorted(
        complete or found,
        key=lambda item: (-item[1].words.bit_count(), -rounded(item[1].score), item[0] in ceased, item[0]),
    )


def _hit(searcher: Searcher, document: int, match: _Match) -> Hit:
    tilbuds_id, row = searcher.reader().stored_fields(document)["offer"]
    fields = tuple(name for number, name in enumerate(FIELD_NAMES) if match.fields >> number & 1)
    return Hit(tilbuds_id, match.score, read_row(row), fields)
