"""Two registers that differ in one field, and what a build that withholds the field makes of them: the same bytes.

For the tests and `benchmarks.differences`. What may differ nevertheless is named in `_MASKS`, by file and value.
"""

from __future__ import annotations

import gc
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal
from unittest.mock import patch
from zlib import crc32

import orjson
from whoosh import index as whoosh_index

from generator import config
from generator.agreement import Audience, compile_policy
from generator.building import site_pages, tasks
from generator.commands.build import build
from generator.commands.pull import DumpOptions, pull
from generator.demo import Layout, Stage
from generator.demo.history import DemoVersion, copied
from generator.demo.layouts import WRITERS
from generator.demo.offer import FIRST_ID
from generator.demo.register import is_served, versions_of
from generator.errors import ConfigurationError
from generator.pages.rendering import Renderer
from generator.pulling.extract import PullOptions
from generator.register.mapping.mapping import LIST, default_mapping, default_mapping_text, parse_path
from generator.search.local.whoosh_index import read_meta
from tests.support.archives import redate
from tests.support.register import write_dump

LAYOUTS: tuple[Layout, ...] = ("version", "history", "periods", "current")
STAGES: tuple[Stage, ...] = ("earlier", "now")
PULLED = ("2026-10-01T02:00:00Z", "2026-11-23T02:00:00Z")
ROOT = Path(__file__).parents[2]

# Offers of the demo register: enriched between the pulls, corrected between them, ceased, and three with a version that
# came between them. Of each the first version, one in the middle, another by which nothing changed, and the last.
OFFERS = (5, 6, 8, 32, 46, 1)

# What no mapping names: beside what it does, in an object, in a list's items, and a whole object.
UNMAPPED = ("tilbud.ventetid", "tilbud.rum.stoerrelse", "tilbud.takster[].bemaerkning", "tilbud.bilordning")

AGREEMENT = """
reference = "2026-1234"
party = "Prøve Kommune"
valid_from = 2020-01-01
valid_until = 2099-12-31
environments = ["preprod"]
[audience.internal]
permit = ["*"]
unknown = true
history = true
ceased = true
downloads = true
raw_documents = true
"""

# What kind of difference it is. `values` leaves an offer's versions and observations what they are: other values, and
# none, in all its versions, its first, a middle one, its last. `seen`: the earlier of two pulls saw other values.
# `alone`: other values from a day on by which nothing else changes.
Kind = Literal["values", "seen", "alone"]

Document = dict[str, Any]


@cache
def fields() -> tuple[str, ...]:
    """Every field that an agreement can withhold, by its path: not those that pages are filed under."""
    return tuple(path for path in (*default_mapping().sources.values(), *UNMAPPED) if _can_be_withheld(path))


def _can_be_withheld(path: str) -> bool:
    try:
        compile_policy(Audience(permit=("*",), withhold=(path,)), default_mapping())
    except ConfigurationError:
        return False
    return True


def groups() -> list[tuple[Layout, tuple[str, ...]]]:
    """Each field once: two shares of them in each layout, neighbours in different ones."""
    shares = 2 * len(LAYOUTS)
    return [(LAYOUTS[n % len(LAYOUTS)], fields()[n::shares]) for n in range(shares)]


# ---------------------------------------------------------------- a register, and one that differs


def documents(layout: Layout, stage: Stage, change: Callable[[Document], None] | None = None) -> list[Document]:
    """The register of a stage; `change` may change the versions by which nothing changed before they are laid out."""
    found = []
    for number in OFFERS:
        versions = [_own(number, version) for version in _four(versions_of(number, 1))]
        for tilbud in (versions[2].tilbud, versions[2].earlier):
            if change is not None and tilbud is not None:
                change({"tilbud": tilbud})
        served = [version for version in versions if is_served(version, stage)]
        for written in WRITERS[layout](FIRST_ID + number, served, stage):
            document = orjson.loads(orjson.dumps(written))
            del document["_source"]["TilbudEnvelope"]["demo"]
            found.append(document)
    return found


def _four(versions: list[DemoVersion]) -> list[DemoVersion]:
    middle, last = versions[len(versions) // 2], versions[-1]
    number, half = middle.number, (last.since - middle.since) / 2
    assert isinstance(number, int) and isinstance(last.number, int) and number + 1 < last.number
    again = replace(middle, number=number + 1, since=middle.since + half, loaded=middle.loaded + half)
    return [versions[0], middle, again, last]


def _own(number: int, version: DemoVersion) -> DemoVersion:
    """The version with the fields in it that no mapping names, and that its offer may lack of those it does."""
    version.tilbud = copied(version.tilbud)  # versions share what is the same in them
    version.earlier = copied(version.earlier) if version.earlier is not None else None
    for tilbud in (version.tilbud, version.earlier):
        if tilbud is not None:
            tilbud["rum"] = {"antal": 3 + number, "stoerrelse": f"{20 + number} m2"}
            tilbud["ventetid"] = f"ca. {number + 2} måneder"
            tilbud.setdefault("bilordning", {"harBil": True, "ordning": "egen bil"})
            tilbud["fasteaftaler"] = tilbud["fasteaftaler"] or copied(tilbud)["driftsaftaler"][:1]
            for price in tilbud["takster"]:
                price["bemaerkning"] = f"efter aftale nr. {number}"
    return version


def differing(layout: Layout, stage: Stage, paths: Sequence[str], kind: Kind) -> tuple[list[Document], set[str]]:
    """The same register with other values at some paths, and at which of them it has any."""
    changes = [_Change(layout, path, kind) for path in paths]

    def change(envelope: Document) -> None:
        for one in changes:
            one.put(envelope)

    if kind == "alone":
        changed = documents(layout, stage, change)
    else:
        changed = documents(layout, stage)
        for document in changed if kind == "values" or stage == "earlier" else ():
            change(document["_source"]["TilbudEnvelope"])
    return changed, {one.path for one in changes if one.places}


@dataclass(slots=True)
class _Change:
    """Other values at one path, or none."""

    layout: Layout
    path: str
    kind: Kind
    places: int = 0  # where there are any
    _steps: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        self._steps = tuple(part for part in parse_path(self.path) if part != LIST)

    def put(self, envelope: Document) -> None:
        """Puts them in the place of those that there are."""
        for slot in _slots(self.layout, envelope, self._steps):
            values = self._values(str(envelope.get("tilbudsId", "")), slot.unit)
            if values == "others":
                self.places += slot.put(another(slot.value))
            elif values == "none":
                self.places += slot.put(_NOTHING)

    def _values(self, offer: str, unit: str) -> Literal["the same", "others", "none"]:
        """What becomes of the values of a version; the same in all observations of it."""
        if self.kind != "values" or not unit:  # what has no period belongs to no version
            return "others"
        units = _units(self.layout, self._steps)[offer]
        turn = (OFFERS.index(int(offer) - FIRST_ID) + crc32(self.path.encode())) % len(OFFERS)
        wanted, values = _TURNS[turn]
        meant = {"first": units[:1], "middle": [units[len(units) // 2]], "last": units[-1:]}.get(wanted, units)
        return values if unit in meant else "the same"


_TURNS: tuple[tuple[str, Literal["others", "none"]], ...] = (
    ("all", "others"),
    ("first", "others"),
    ("middle", "others"),
    ("last", "others"),
    ("last", "none"),
    ("all", "none"),
)


@cache
def _units(layout: Layout, steps: tuple[str, ...]) -> dict[str, list[str]]:
    """Of which versions of each offer there are values at a path, in order."""
    found: dict[str, set[str]] = {}
    for stage in STAGES:
        for document in documents(layout, stage):
            envelope = document["_source"]["TilbudEnvelope"]
            units = {slot.unit for slot in _slots(layout, envelope, steps)}
            found.setdefault(str(envelope["tilbudsId"]), set()).update(units)
    return {offer: sorted(units, key=lambda unit: (len(unit), unit)) for offer, units in found.items()}


@dataclass(frozen=True, slots=True)
class _Slot:
    """A place where a value stands, or could: in an object or a list."""

    holder: Any
    key: Any
    unit: str  # of which version

    @property
    def value(self) -> Any:
        return self.holder[self.key]

    def put(self, value: Any) -> bool:
        """Puts a value there, or takes away what is there; says whether that is a difference."""
        before = self.holder[self.key]
        if value is not _NOTHING:
            self.holder[self.key] = value
        elif isinstance(self.holder, dict) and self.key != "vaerdi":
            del self.holder[self.key]
        else:
            self.holder[self.key] = value = None  # the others of the list keep their places
        return bool(value != before)


_NOTHING = object()


def _slots(layout: Layout, envelope: Document, steps: tuple[str, ...]) -> Iterator[_Slot]:
    """Where the values of a path stand in a document, and of which version each of them is."""
    for version in envelope.get("versioner", [envelope]):
        unit = "" if layout == "periods" else str(version.get("version", version.get("gyldigFra", "")))
        yield from _slots_in(version, steps, unit)


def _slots_in(holder: Any, steps: tuple[str, ...], unit: str) -> Iterator[_Slot]:
    if isinstance(holder, list):
        for place, item in enumerate(holder):
            if isinstance(item, dict):
                yield from _slots_in(item, steps, unit)
            elif not steps:
                yield _Slot(holder, place, unit)
    elif isinstance(holder, dict):
        if isinstance(period := holder.get("periode"), dict):
            unit = period["gyldigFra"]
            if not steps:  # an attribute's value, or its members
                names = ["vaerdi"] if "vaerdi" in holder else sorted(holder.keys() - {"periode", "sidstOpdateret"})
                yield from (_Slot(holder, name, unit) for name in names)
        if steps and steps[0] in holder:
            inner = holder[steps[0]]
            if len(steps) == 1 and not isinstance(inner, list):
                yield _Slot(holder, steps[0], unit)
            else:
                yield from _slots_in(inner, steps[1:], unit)


def another(value: Any) -> Any:
    """Another value of the same kind, the same for the same value: what changed still does, what didn't does not."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, float):
        return value + 0.25
    if isinstance(value, dict):
        return {key: another(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [another(inner) for inner in value]
    if not isinstance(value, str):
        return "noget"  # where there was nothing
    if value.isdigit():
        return f"{(int(value) + 10) % 10 ** len(value):0{len(value)}}"  # also a municipality's number, mostly
    if value[:4].isdigit() and value[4:5] == "-":
        return f"{int(value[:4]) - 1}{value[4:]}"
    return _OTHERS.get(value) or f"{value} Zebrasten"


# Values that the program knows: another one that it knows too says more.
_OTHERS = {
    "SEL § 107": "SEL § 108",
    "SEL § 108": "SEL § 107",
    "Godkendt": "Godkendt med påbud",
    "Ophørt": "Godkendt",
    "kr. pr. døgn": "kr. pr. måned",
}


# ---------------------------------------------------------------- what is published


class Builder:
    """Pulls and builds a register in this process, and says what came of it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def differences(
        self, layout: Layout, paths: Sequence[str], kind: Kind = "values", withheld: Sequence[str] | None = None
    ) -> list[str]:
        """Where the sites and indexes of two registers differ that differ at some paths, all of them withheld.

        `withheld` is another list of what the agreement withholds, to see that a leak is found.
        """
        closed = paths if withheld is None else withheld
        ones = [documents(layout, stage) for stage in STAGES]
        pairs = [differing(layout, stage, paths, kind) for stage in STAGES]
        same = {*paths}.difference(*(changed for _, changed in pairs))
        assert not same, f"{layout}: no other value of {sorted(same)}"
        one, other = (self.published(layout, given, closed) for given in (ones, [given for given, _ in pairs]))
        return compared(one, other)

    def published(self, layout: Layout, stages: Iterable[list[Document]], withheld: Sequence[str]) -> dict[str, bytes]:
        """All that leaves the archive, by name, without the fingerprint by which a build knows its own."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        (self._folder / "mapping.toml").write_text(default_mapping_text(layout), encoding="utf-8")
        terms = f"{AGREEMENT}withhold = {orjson.dumps(list(withheld)).decode()}\n"
        (self._folder / "agreement.toml").write_text(terms, encoding="utf-8")
        settings = self._folder / "tilbudsspejl.toml"
        settings.write_text('[site]\nworkers = 1\nbase_url = "https://spejl.example.dk"\n', encoding="utf-8")
        configuration = config.load(settings)
        for given in stages:
            dump = DumpOptions(str(write_dump(self._folder / "dump.ndjson", given)), "preprod", is_complete=True)
            pull(configuration, dump, PullOptions(), lambda *_: None, lambda _: None)
        redate(configuration.archive, *PULLED)
        with _templates_kept():
            build(configuration, lambda *_: None)
        gc.unfreeze()  # a build with one worker freezes what there is in this process
        site = configuration.output
        files = {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}
        files |= {f"search index: {name}": content for name, content in searchable(configuration.search_index)}
        fingerprint = orjson.loads(files[".tilbudsspejl.json"])["fingerprint"]
        for name in (".tilbudsspejl.json", "search index: meta.json"):  # of the archive's state: what a build goes by
            files[name] = files[name].replace(fingerprint.encode(), b"-")
        return files


_renderer = cache(Renderer)


@contextmanager
def _templates_kept() -> Iterator[None]:
    """Compiling the same templates for each build takes half of its time."""
    with ExitStack() as stack:
        for module in (tasks.__name__, site_pages.__name__):
            stack.enter_context(patch(f"{module}.Renderer", _renderer))
        yield


def compared(one: Mapping[str, bytes], other: Mapping[str, bytes]) -> list[str]:
    """A line for each file that is not the same, with the first bytes that differ."""
    told = [f"{name}: only in one of the two" for name in sorted(one.keys() ^ other.keys())]
    for name in sorted(one.keys() & other.keys()):
        if one[name] != other[name]:
            pair = one[name], other[name]
            place = next((n for n, (a, b) in enumerate(zip(*pair, strict=False)) if a != b), min(map(len, pair)))
            cut = [content[max(0, place - 60) : place + 60].decode("utf-8", "replace") for content in pair]
            told.append(f"{name}: {cut[0]!r} is {cut[1]!r}")
    return told


def searchable(folder: Path) -> Iterator[tuple[str, bytes]]:
    """What the index of `search` holds: Whoosh draws lots for its files' names, and what is in them is read."""
    opened = whoosh_index.open_dir(str(folder), readonly=True)
    # But for the digests of these files, by their names.
    yield "meta.json", json.dumps(read_meta(folder), sort_keys=True).encode()
    yield from ((path.name, path.read_bytes()) for path in sorted(folder.glob("*.json")) if path.name != "meta.json")
    with closing(opened.searcher()) as searcher:
        reader = searcher.reader()
        yield "stored", repr([reader.stored_fields(number) for number in reader.all_doc_ids()]).encode()
        lines = []
        for name, term in reader.all_terms():
            matcher = reader.postings(name, term)
            while matcher.is_active():
                lines.append(repr((name, term, matcher.id(), matcher.weight())))
                matcher.next()
        yield "postings", "\n".join(sorted(lines)).encode()
