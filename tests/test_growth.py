"""Nothing foreign costs more than linear: four times as much may take some four times as long, never sixteen times.

Two ways in: every function of one text is found and given texts that make programs go back and begin again; and
registers that are odd in one way go through every pass from the document to the finished pages and indexes. What is
measured is the processor's time, which other programs on the machine hardly touch; what looks slow is measured again.
"""

import gc
import importlib
import inspect
import pkgutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial, reduce
from itertools import product
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

import generator
from generator.errors import CheckError, SourceError
from generator.pages.changes import feeds
from generator.pages.changes.change_digest import ChangeDigest, make_digest
from generator.pages.changes.events import ChangeEvent, offer_events
from generator.pages.changes.months import month_pages
from generator.pages.changes.recent_changes import recent_context
from generator.pages.listings.catalog import make_catalog
from generator.pages.listings.facets import ALL
from generator.pages.listings.lists import list_pages
from generator.pages.listings.related_offers import ALONE, make_related_offers
from generator.pages.listings.summary import make_summary
from generator.pages.offer.offer_page import offer_context
from generator.pages.offer.prepared_offer import prepare_offer
from generator.pages.offer.search_document import search_document
from generator.pages.page import Site
from generator.pages.rendering import Renderer
from generator.pages.sentences import version_texts
from generator.pages.statistics.statistics_page import make_pages
from generator.register.history.layouts import unfold
from generator.register.history.periods import MOST_VALUES
from generator.register.history.statistics import RegisterCounts
from generator.register.history.timeline import read_offers
from generator.register.mapping.mapping import Mapping, default_mapping, default_mapping_text, read_mapping
from generator.register.model.documents import Observed, Pull, Pulls
from generator.resources import Theme
from generator.search.analysis.danish import read_query
from generator.search.browser.shards import write_shards
from generator.search.index.inverted import Inverted
from generator.search.index.lexicon import Lexicon, entries_of
from generator.search.index.terms import count_terms
from generator.search.local.whoosh_index import build_index
from generator.source.dump import read_dump

TIMES = 4
MOST = 9.0  # times as long: sixteen is the square, and a busy machine makes eight of four now and then
TRIFLE = 0.04  # seconds: what takes less is not measured


# That a text is refused is no matter here; with another error a function fails its test.
REFUSALS = (ValueError, KeyError, IndexError, TypeError, OverflowError, RecursionError)


def seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    with suppress(*REFUSALS):
        work()
    return time.process_time() - begun


@pytest.fixture(scope="module", autouse=True)
def no_old_objects() -> Iterator[None]:
    """What other tests have left is not looked through before each test."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(autouse=True)
def no_collector(no_old_objects: None) -> Iterator[None]:
    """The collector looks through all objects now and then: no measure of the work at hand."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


# ---- Functions of one text -----------------------------------------------------------------

SIGNS = 3_000
UNITS = (
    " ", ".", "-", "[", "]", "{", '"', "\\", "§", "a", "1", "\u0301\u0327", "a.", "a ", "1 ", "a-", "5 aar ",
)  # fmt: skip
STARTS = ("", "a@", '{"_source":')
ENDS = ("", " @")
KINDS = ("<class 'str'>", "str | None", "<class 'object'>", "<class 'bytes'>")
# What no source has a say in: files and settings of the operator's own, names of files, what the program wrote itself.
OWN = {"cli", "commands", "demo", "__main__", "config", "resources", "colours", "private_files", "removal", "output"}
OWN_FUNCTIONS = {
    "generator.pages.editorial": set[str](),  # all of it
    "generator.search.analysis.danish": {"_stem"},  # asked of words only
    "generator.secret": {"hide", "_forms_of"},  # which would be hidden from then on
    "generator.source.dump": {"read_dump", "_text"},
}


def text_functions() -> Iterator[Callable[[Any], object]]:
    for module in pkgutil.walk_packages(generator.__path__, "generator."):
        if module.name.split(".")[1] in OWN:
            continue
        imported, own = importlib.import_module(module.name), OWN_FUNCTIONS.get(module.name)
        for name, found in vars(imported).items():
            function = inspect.unwrap(found) if callable(found) else None
            if not inspect.isfunction(function) or function.__module__ != module.name or own == set():
                continue
            required = [p for p in inspect.signature(function).parameters.values() if p.default is p.empty]
            if len(required) == 1 and str(required[0].annotation) in KINDS and name not in (own or ()):
                yield function


FUNCTIONS = list(text_functions())


def given(function: Callable[[Any], object], text: str) -> Callable[[], object]:
    """The call, with the text as the function takes it; what it yields is taken."""
    (annotation, *_) = [str(parameter.annotation) for parameter in inspect.signature(function).parameters.values()]
    argument = text.encode() if annotation == "<class 'bytes'>" else text
    return lambda: list(found) if inspect.isgenerator(found := function(argument)) else found


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: f"{function.__module__}.{function.__name__}")
def test_a_function_of_a_text_takes_linear_time(function: Callable[[Any], object]) -> None:
    for start, unit, end in product(STARTS, UNITS, ENDS):
        less, more = (start + unit * (signs // len(unit)) + end for signs in (SIGNS, TIMES * SIGNS))
        if seconds(given(function, less)) < TRIFLE and seconds(given(function, more)) < TRIFLE:
            continue
        once, four = (min(seconds(given(function, text)) for _ in range(3)) for text in (less, more))
        assert four < max(TRIFLE, MOST * once), f"{start!r}, {unit!r} and {end!r}: {once:.3f} s, {four:.3f} s"


def test_functions_are_found() -> None:
    names = {function.__name__ for function in FUNCTIONS}
    assert {"parse_paragraph", "mail", "slug", "read_query", "forms_in", "canonical_text", "parse_hits"} <= names


# ---- Registers that are odd in one way ------------------------------------------------------

MAPPING = default_mapping()
SITE = Site("Spejl", is_demo=True, attribution="", operator="", contact="")
PULLS = Pulls.of([Pull(n, datetime(2026, 11, 18 + n, 4, tzinfo=UTC), True) for n in (1, 2)])
TODAY = date(2026, 11, 20)
AT = {"vejnavn": "Engvej", "husnummer": "1", "postnummer": "8000", "kommunekode": "0751", "adresseId": "a"}

Documents = list[Observed]


def document(key: str, number: int = 1, fra: str = "2020-01-01", seen: int | None = None, **tilbud: Any) -> Observed:
    """A version of an offer; seen by one pull, or still."""
    status = tilbud.pop("status", "AKTIV")
    envelope = {"tilbudsId": key, "version": number, "gyldigFra": fra, "status": status}
    source = {"TilbudEnvelope": {**envelope, "tilbud": {"navn": f"Huset {key}", **tilbud}}}
    return Observed(f"{key}-{number}", f"{number}{fra}{seen}", ((seen or 1, seen),), source)


def twice(make: Callable[[int], dict[str, Any]]) -> Documents:
    """One offer in two versions, given the number of each."""
    return [document("1", version, f"202{version}-01-01", **make(version)) for version in (1, 2)]


def turned(number: int, version: int) -> range:
    """As many numbers, in the second version from the last to the first: what is paired lies far apart."""
    return range(number) if version == 1 else range(number, 0, -1)


def nested(value: Any, keys: list[str]) -> Any:
    return reduce(lambda inner, key: {key: inner, "z": 1}, keys, value)


def day(number: int) -> str:
    return (date(1960, 1, 1) + timedelta(days=number)).isoformat()


def at(lat: float, lon: float) -> dict[str, Any]:
    return {**AT, "wgs84": {"lat": lat, "lon": lon}}


# By what they are many of; each is made of a number, with how many for the first measure.
REGISTERS: dict[str, tuple[int, Callable[[int], Documents]]] = {
    "offers at one coordinate": (80, lambda n: [document(f"{i}", adresse=at(56.1, 10.1)) for i in range(n)]),
    "offers within a metre": (80, lambda n: [document(f"{i}", adresse=at(56.1 + i * 1e-9, 10.1)) for i in range(n)]),
    "offers of one name": (
        60, lambda n: [document(f"{i}", navn="Ens", adresse=at(55 + i / 999, 9)) for i in range(n)]
    ),
    "offers with one P-number": (
        80, lambda n: [document(f"{i}", status=("AKTIV", "OPHOERT")[i % 2], pNummer="1000000000") for i in range(n)]
    ),
    "offers with many paragraphs": (
        4, lambda n: [document(f"{i}", godkendelse={"pladser": [
            {"paragraf": f"SEL § {k}", "antal": 1} for k in range(30)]}) for i in range(n)]
    ),
    "versions": (
        100, lambda n: [document("1", i + 1, day(i), godkendelse={"status": ("Godkendt", "Påbud")[i % 2], "pladser": [
            {"paragraf": f"SEL § {i}", "antal": i}]}, kontakt={"leder": f"Leder {i}"}) for i in range(n)]
    ),
    "corrections": (150, lambda n: [document("1", 1, "2020-01-01", 1 + i % 2, navn=f"Navn {i}") for i in range(n)]),
    "departments of one id": (
        300, lambda n: twice(lambda v: {"afdelinger": [
            {"afdelingsId": "x", "navn": f"nr. {i}", "adresse": {**AT, "ukendt": i + v}} for i in turned(n, v)]})
    ),
    "departments": (
        300, lambda n: twice(lambda v: {"afdelinger": [
            {"afdelingsId": f"x{i}", "adresse": {**AT, "adresseId": f"a{i}", "ukendt": i + v}} for i in range(n)]})
    ),
    "groups of one long department": (
        500, lambda n: twice(lambda v: {"afdelinger": [
            {"afdelingsId": "1", "navn": "D" * 5 * n, "maalgrupper": [f"gruppe {i * v}" for i in range(n)]}]})
    ),
    "places under one paragraph": (
        1_200, lambda n: twice(lambda v: {"godkendelse": {"pladser": [
            {"paragraf": "SEL § 107", "antal": i} for i in turned(n, v)]}})
    ),
    "paragraphs": (
        120, lambda n: twice(lambda v: {"godkendelse": {"pladser": [
            {"paragraf": f"SEL § {i}", "antal": i + v} for i in range(n)]}})
    ),
    "target groups": (
        300, lambda n: twice(lambda v: {"maalgrupper": [
            {"navn": f"gruppe {i}", "alderFra": i + v if i % 2 else None} for i in range(n)]})
    ),
    "councils": (
        300, lambda n: twice(lambda v: {"samarbejdskommuner": [
            {"cvrNummer": str(10**7 + i), "navn": f"Kommune {i + v}"} for i in range(n)]})
    ),
    "prices": (
        300, lambda n: twice(lambda v: {"takster": [{"ydelse": f"ydelse {i}", "beloeb": i + v} for i in range(n)]})
    ),
    "prices that are none": (
        500, lambda n: twice(lambda v: {"takster": [{"ydelse": f"ydelse {i}", "beloeb": "x"} for i in range(n)]})
    ),
    "assessments": (
        300, lambda n: twice(lambda v: {"kvalitetsvurdering": [
            {"tema": f"tema {i}", "score": i % 5 + v, "begrundelse": "b"} for i in range(n)]})
    ),
    "words": (500, lambda n: twice(lambda v: {"beskrivelse": " ".join(f"og og ord{i * v}" for i in range(n))})),
    "letters of a word": (2_000, lambda n: twice(lambda v: {"beskrivelse": "a" * 5 * n + "b " + "a" * 5 * n + "c"})),
    "letters of a name": (
        2_000, lambda n: twice(lambda v: {"navn": f"{'N' * n}{v}", "maalgrupper": [
            {"navn": f"g{i}"} for i in range(99)]})
    ),
    "unknown fields": (500, lambda n: twice(lambda v: {f"felt{i}": i + v for i in range(n)})),
    "unknown fields below long names": (
        500, lambda n: twice(lambda v: {"x": nested({f"felt{i}": i + v for i in range(n)}, ["k" * n] * 30)})
    ),
    "unknown fields of a long item": (
        300, lambda n: twice(lambda v: {"takster": [{"ydelse": "y" * n, **{f"felt{i}": i + v for i in range(n)}}]})
    ),
    "unknown fields of one path": (
        500, lambda n: twice(lambda v: {"a": {"b": {"c": v}}, "a.b": {"c": v}, "takster": [
            {"ydelse": "ens", "felt": i} for i in range(n)]})
    ),
    "levels": (60, lambda n: twice(lambda v: {"x": nested(v, ["a"] * n)})),
}  # fmt: skip


@cache
def _renderer() -> Renderer:
    return Renderer(Theme(None))


class Passes:
    """The passes of a build, each with the time that it took; what one makes is what the next is given."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.times: dict[str, float] = {}

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        begun = time.process_time()
        yield
        self.times[name] = time.process_time() - begun

    def run(self, documents: Documents, mapping: Mapping = MAPPING) -> dict[str, float]:
        render = _renderer().page
        with self.timed("unfold"):
            versions, _ = unfold(mapping, documents, PULLS)
        with self.timed("read_offers"):
            offers, _ = read_offers(mapping, versions, PULLS)
        with self.timed("make_listing"):
            summaries = [make_summary(offer) for offer in offers]
        with self.timed("notes and news"):
            digest, events = ChangeDigest(), list[ChangeEvent]()
            for offer, summary in zip(offers, summaries, strict=True):
                told = offer_events(offer, version_texts(mapping, offer), TODAY)
                digest.add(make_digest(told, summary))
                events += told
        with self.timed("statistics"):
            tally = RegisterCounts()
            for offer in offers:
                tally.count(offer, mapping.says_active, PULLS.latest.finished, past=True, standing=True)
        with self.timed("terms"):
            terms = [count_terms(search_document(offer, one)) for offer, one in zip(offers, summaries, strict=True)]
        with self.timed("prepared offers"):
            prepared = [
                prepare_offer(mapping, offer, summary, version_texts(mapping, offer))
                for offer, summary in zip(offers, summaries, strict=True)
            ]
        with self.timed("directory"):
            catalog = make_catalog(summaries)
        with self.timed("surroundings"):
            around = make_related_offers(catalog.offers)
        with self.timed("offers' pages"):
            for each in prepared:
                render(offer_context(SITE, mapping, each, around.get(each.offer.id, ALONE)))
        with self.timed("lists"):
            for make in list_pages(SITE, catalog, around, TODAY, history=True):
                render(make())
        with self.timed("feeds"):
            for address, feed in feeds.feeds_of(events).items():
                feeds.atom(SITE, feed, address, PULLS.finished(1))
                if feed.of != ALL:
                    render(recent_context(SITE, feed))
        with self.timed("months"):
            months = sorted({(event.day.year, event.day.month) for event in events})
            for month in months:
                month_pages(SITE, month, [n for n in events if (n.day.year, n.day.month) == month], months, render)
        with self.timed("statistics' pages"):
            for page in make_pages(SITE, tally, catalog, 2026, history=True, ceased=True, downloads=True):
                render(page.context)
        with self.timed("shards"):
            write_shards(lambda: terms, Path(mkdtemp(dir=self._folder)))
        with self.timed("Whoosh"):
            build_index(lambda: terms, Path(mkdtemp(dir=self._folder)) / "index")
        return self.times


def check(measure: Callable[[int], dict[str, float]], first: int) -> None:
    """Raises unless every pass takes some four times as long for four times as much; what looks slow is done again."""
    once, four = measure(first), measure(TIMES * first)
    for _ in range(3):
        slow = {name for name in four if four[name] > max(TRIFLE, MOST * max(once[name], 0.001))}
        if not slow:
            return
        again, again_four = measure(first), measure(TIMES * first)
        once = {name: max(once[name], again[name]) for name in once}
        four = {name: min(four[name], again_four[name]) for name in four}
    told = ", ".join(f"{name}: {once[name]:.3f} s, {four[name]:.3f} s" for name in sorted(slow))
    raise AssertionError(f"more than linear: {told}")


@pytest.mark.parametrize("name", REGISTERS)
def test_a_register_of_four_times_as_many_takes_four_times_as_long(name: str, tmp_path: Path) -> None:
    first, make = REGISTERS[name]
    check(lambda number: Passes(tmp_path).run(make(number)), first)


# ---- Layouts in which a document is many versions -------------------------------------------


def of_versions(number: int) -> Documents:
    """As many fields that all versions share as there are versions."""
    shared = {f"felt{n}": n for n in range(number)}
    versions = [{"version": n, "gyldigFra": day(n)} for n in range(number)]
    envelope = {"tilbudsId": "1", "status": "AKTIV", "tilbud": {"navn": "Huset", **shared}, "versioner": versions}
    return [Observed("1", "", ((1, None),), {"TilbudEnvelope": envelope})]


def of_periods(number: int) -> Documents:
    """As many methods as there are days on which one begins, all for ever."""
    periods = [{"periode": {"gyldigFra": day(n)}, "vaerdi": f"metode {n}"} for n in range(number)]
    return [Observed("1", "", ((1, None),), {"TilbudEnvelope": {"tilbudsId": "1", "tilbud": {"metoder": periods}}})]


@pytest.mark.parametrize(("layout", "make"), [("history", of_versions), ("periods", of_periods)])
def test_a_document_of_many_versions_has_so_many_values_at_most(layout: str, make: Callable[[int], Documents]) -> None:
    mapping = read_mapping(default_mapping_text(layout), "mapping.toml")
    versions, problems = unfold(mapping, make(2_500), PULLS)
    assert 100 <= len(versions) <= MOST_VALUES / 2_500
    assert [problem.reason.partition(";")[2][:9] for problem in problems] == [
        " kun de n" if layout == "periods" else " kun de s"
    ]
    assert not any(problem.lost for problem in problems)


# ---- The way in, and the way to a hit -------------------------------------------------------


def test_a_dump_of_one_long_line(tmp_path: Path) -> None:
    def measure(number: int) -> dict[str, float]:
        path = tmp_path / f"{number}.ndjson"
        path.write_bytes(b'{"_id":"1","_type":"t","_source":{"a":"' + b"x" * number + b'"}}\n')
        return {"read_dump": seconds(lambda: list(read_dump(str(path))))}

    check(measure, 20_000_000)


LAID_OUT = {
    "hits": (b"", b'{"_id":"1","_source":{"a":[{},{}]}}\n', b""),
    "hits over lines": (b"", b'{"_id":\n"1","_source":{"a":[{},{}]}}\n', b""),
    "a list": (b"[{}", b',{"_id":"1","_source":{"a":[{},{}]}}', b"]"),
    "an answer": (b'{"hits":{"hits":[{"_id":"1","_source":{}}', b',{"_id":"1","_source":{}}', b"]}}"),
    "an answer with many members": (b'{"a":1', b',"a":{"b":[]}', b',"hits":{"hits":[{"_id":"1","_source":{}}]}}'),
    "answers": (b"", b'{"hits":{"total":1,"hits":[{"_id":"1","_source":{}}]}}', b""),
    "a deep hit": (b'{"_id":"1","_source":{"a":', b"[", b""),
    "a deep list": (b"", b"[", b""),
    "strings": (b'{"_id":"1","_source":{"a":["a"', b',"\\\\\\""', b"]}}"),
    "a string without end": (b'{"_id":"1","_source":{"a":"', b'\\"', b""),
    "quotation marks": (b'{"_id":"1","_source":{"a":', b'"', b""),
    "backslashes": (b'{"_id":"1","_source":{"a":"', b"\\", b""),
    "a number": (b'{"_id":"1","_source":{"a":', b"1", b"}}"),
    "blanks": (b'{"_id":"1",', b" ", b'"_source":{}}'),
    "braces": (b"", b"{", b""),
    "braces on lines": (b"", b"{}\n", b""),
    "lines of an open hit": (b'{"_id":"1"', b',\n"a":{}', b',"_source":{}}'),
}


@pytest.mark.parametrize("shape", LAID_OUT)
def test_a_dump_of_one_shape(tmp_path: Path, shape: str) -> None:
    before, unit, after = LAID_OUT[shape]

    def measure(number: int) -> dict[str, float]:
        path = tmp_path / f"{number}.json"
        path.write_bytes(before + unit * (number // len(unit)) + after)

        def read() -> None:
            with suppress(SourceError, CheckError):
                for _ in read_dump(str(path)):
                    pass

        return {"read_dump": seconds(read)}

    check(measure, 250_000)


@pytest.mark.parametrize("unit", ["a", "abc ", "5 år ", "§ 107 ", "45 ", "æøå"])
def test_a_pasted_query(unit: str) -> None:
    documents = [count_terms(search_document(offer, make_summary(offer))) for offer in read_offers(
        MAPPING, [document("1", beskrivelse="botilbud til voksne med autisme")], PULLS)[0]]  # fmt: skip
    lexicon = Lexicon(entries_of(Inverted.of(documents).vocabulary()))

    def measure(number: int) -> dict[str, float]:
        return {"resolve": seconds(partial(_asked, lexicon, unit * number))}

    check(measure, 10_000)


def _asked(lexicon: Lexicon, query: str) -> object:
    return lexicon.resolve(read_query(query).words)
