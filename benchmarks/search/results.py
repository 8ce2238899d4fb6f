"""What was measured of one register, and its table."""

import math
import platform
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.relevance import Query
from benchmarks.search.browser import First
from benchmarks.search.engines import LUNR, LUNR_LANGUAGES, MINISEARCH, PAGEFIND, Engine
from generator import __version__

KB = 1000
NOT_MEASURED = "–"


@dataclass(frozen=True, slots=True)
class Answered:
    """A query, the first hits of an engine, and whether a right one is among them."""

    query: Query
    hits: list[str]
    right: bool


@dataclass(frozen=True, slots=True)
class Result:
    """Everything about one engine; what was not measured of it is empty."""

    engine: Engine
    first: list[First]
    keys: list[float]
    keys_on_file: list[float]
    answered: list[Answered]


def table(offers: int, results: Sequence[Result], queries: int) -> str:
    """The Markdown of one register: a column for each engine."""
    ours = results[0]
    asked = f"{len(ours.answered)} queries, {len(ours.first)} of them cold and typed ({len(ours.keys)} keys)"
    programs = f"Pagefind {PAGEFIND}; lunr {LUNR} with lunr-languages {LUNR_LANGUAGES}; MiniSearch {MINISEARCH}"
    lines = [
        f"### {offers:,} offers",
        "",
        f"{asked}; left out: {queries - len(ours.answered)} that no offer of this register answers.",
        f"Tilbudsspejl {__version__} on Python {platform.python_version()}; {programs}.",
        "",
        _row("", [result.engine.name for result in results]),
        _row("---", ["---:"] * len(results)),
        *_disk(results),
        *_cold(results),
        *_typing(results),
        *_finding(results),
    ]
    return "\n".join(lines) + "\n"


def _disk(results: Sequence[Result]) -> Iterator[str]:
    engines = [result.engine for result in results]
    yield _row("build, median", [_cell("{:.2f} s", median(engine.seconds)) for engine in engines])
    yield _row("on disk: index", [_kilobytes(engine.sizes.index) for engine in engines])
    yield _row("… with what is shown of a hit", [_kilobytes(engine.sizes.shown) for engine in engines])
    yield _row("… everything", [_kilobytes(engine.sizes.everything) for engine in engines])


def _cold(results: Sequence[Result]) -> Iterator[str]:
    measures: list[tuple[str, Callable[[First], float], Callable[[float], str]]] = [
        ("bytes to the first hit", lambda first: first.bytes_first, _kilobytes),
        ("bytes until all is quiet", lambda first: first.bytes_settled, _kilobytes),
        ("time to the first hit", lambda first: first.ms_first, _milliseconds),
        ("time until all is shown", lambda first: first.ms_settled, _milliseconds),
    ]
    for name, value, cell in measures:
        values = [[value(first) for first in result.first] for result in results]
        yield _row(f"cold: {name}, median", [cell(percentile(each, 0.5)) for each in values])
        yield _row("… worst", [cell(percentile(each, 1)) for each in values])
    missed = [
        str(sum(not first.found for first in result.first)) if result.first else NOT_MEASURED for result in results
    ]
    yield _row("… queries without any hit", missed)


def _typing(results: Sequence[Result]) -> Iterator[str]:
    for place, keys in (("http", [result.keys for result in results]), ("file", [r.keys_on_file for r in results])):
        yield _row(f"a key, {place}://, median", [_milliseconds(percentile(each, 0.5)) for each in keys])
        yield _row("… 95 %", [_milliseconds(percentile(each, 0.95)) for each in keys])
        yield _row("… worst", [_milliseconds(percentile(each, 1)) for each in keys])


def _finding(results: Sequence[Result]) -> Iterator[str]:
    yield _row("success@3", [_success(result.answered) for result in results])
    for kind in sorted({each.query.kind for each in results[0].answered}):
        of_kind = [[each for each in result.answered if each.query.kind == kind] for result in results]
        yield _row(f"… {kind} ({len(of_kind[0])})", [_success(answered) for answered in of_kind])


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of the values that this share of them does not exceed."""
    return sorted(values)[math.ceil(share * len(values)) - 1] if values else math.nan


def _success(answered: Sequence[Answered]) -> str:
    return f"{100 * sum(each.right for each in answered) / len(answered):.1f} %"


def _kilobytes(size: float) -> str:
    return _cell("{:,.0f} kB", size / KB)


def _milliseconds(duration: float) -> str:
    return _cell("{:,.1f} ms", duration)


def _cell(form: str, value: float) -> str:
    return NOT_MEASURED if math.isnan(value) else form.format(value)


def _row(name: str, cells: Sequence[str]) -> str:
    return f"| {' | '.join([name, *cells])} |"
