"""The mapping: where each fact stands in a document, compiled once from `mapping.toml`.

`Mapping.split` takes an envelope apart into what the mapping names (nested under our own names) and what it doesn't
(flat, under the source's own path). Nothing is lost between the two.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources
from typing import Any, Literal

from pydantic import BaseModel

from generator.errors import ConfigurationError
from generator.register.model.documents import Envelope
from generator.register.model.models import Tilbud
from generator.tables import ConfigTable, did_you_mean, parse_toml, read_table

Path = tuple[str, ...]  # ("takster", "[]", "beloeb")
LIST = "[]"
_CLOCK_LABELS = {"gyldigFra": "Gyldig fra", "gyldigTil": "Slutdato"}  # also where a file of the operator's lacks them
IDENTITY = ("tilbudsId", "version", "gyldigFra", "gyldigTil", "sidstIndlaest", "demo")


class DocumentShape(ConfigTable):
    """How documents are laid out, and what the members are called that the layouts need."""

    wrapper: str = "TilbudEnvelope"
    layout: Literal["version", "history", "periods", "current"] = "version"
    versions: str = "versioner"
    value: str = "vaerdi"
    period: str = "periode"
    period_from: str = "gyldigFra"
    period_until: str = "gyldigTil"
    period_until_included: bool = True
    updated: str = "sidstOpdateret"
    life_cycle: str = ""  # "periods": the list of periods outside of which there is no offer; "" for none


class _Identity(ConfigTable):
    tilbudsId: tuple[str, ...]  # noqa: N815 - the register's own spelling, as in the file
    version: tuple[str, ...] = ()
    gyldigFra: tuple[str, ...] = ()  # noqa: N815 - the same
    gyldigTil: tuple[str, ...] = ()  # noqa: N815 - the same
    sidstIndlaest: tuple[str, ...] = ()  # noqa: N815 - the same
    demo: tuple[str, ...] = ("demo",)


class ValueSet(frozenset[str]):
    """Values of a field: no matter in which case, and with which blanks around them."""

    def __new__(cls, values: Iterable[str]) -> "ValueSet":
        """Of these values."""
        return super().__new__(cls, (value.strip().casefold() for value in values))

    def __contains__(self, value: object) -> bool:
        return isinstance(value, str) and super().__contains__(value.strip().casefold())


class _Values(ConfigTable):
    ceased: frozenset[str] = frozenset({"OPHOERT"})
    active: frozenset[str] = frozenset({"AKTIV"})


class _File(ConfigTable):
    document: DocumentShape = DocumentShape()
    identity: _Identity
    fields: dict[str, str]
    lists: dict[str, str] = {}
    enriched: dict[str, str] = {}
    values: _Values = _Values()
    labels: dict[str, str] = {}


@dataclass(slots=True)
class _Node:
    """A place in the source's tree: an object with members, a list with items, or (with neither) a field."""

    members: dict[str, "_Node"] = field(default_factory=dict)
    item: "_Node | None" = None
    target: Path | None = None  # where it goes, counted from the enclosing list item (or the top)
    target_is_whole: bool = True
    identity: Path = ()  # of a list's items: the member that tells them apart
    inner: tuple[tuple[str, "_Node"], ...] = ()  # the members that are objects or lists themselves, once settled

    @property
    def is_field(self) -> bool:
        return self.item is None and not self.members

    def targets(self) -> Iterator[Path]:
        """Where everything below goes, up to and without the items of lists."""
        for member in self.members.values():
            if member.item is None and member.members:
                yield from member.targets()
            elif member.target is not None:
                yield member.target

    def settle(self, claims: list[Path]) -> None:
        """Finds the objects that have the same shape on both sides, so that they are handed over whole.

        `claims` is where everything in the enclosing list item goes: an object of ours that is filled from elsewhere
        too can't be the source's own.
        """
        self.inner = tuple((name, member) for name, member in self.members.items() if not member.is_field)
        for member in self.members.values():
            member.settle(claims)
        if self.item is not None:
            self.item.settle(list(self.item.targets()))
            if not self.item.same_shape(()):
                self.target_is_whole = False
        elif self.members and self.target is None:
            targets = {(m.target or ("",))[:-1] for m in self.members.values()}
            prefix = next(iter(targets))
            filled_here, filled = len(list(self.targets())), sum(claim[: len(prefix)] == prefix for claim in claims)
            if len(targets) == 1 and prefix and filled_here == filled and self.same_shape(prefix):
                self.target = prefix

    def same_shape(self, prefix: Path) -> bool:
        return all(m.target == (*prefix, name) and m.target_is_whole for name, m in self.members.items())


@dataclass(frozen=True)
class Mapping:
    """The compiled mapping file; made by `read_mapping` or `default_mapping`, picklable for worker processes."""

    text: str
    origin: str  # the file's name, for messages
    _file: _File

    @property
    def document(self) -> DocumentShape:
        """The names that the layouts go by."""
        return self._file.document

    @property
    def layout(self) -> str:
        """How the source lays versions out in documents."""
        return self._file.document.layout

    @property
    def wrapper(self) -> str:
        """The object in `_source` that holds everything; "" if there is none."""
        return self._file.document.wrapper

    @property
    def grouping(self) -> str:
        """What the archive groups documents by; another value means that it has to be regrouped."""
        return "|".join(f"{self.wrapper}.{path}" for path in self._file.identity.tilbudsId)

    @property
    def load_time_paths(self) -> tuple[str, ...]:
        """Where the load time may stand in `_source`, as a `_mapping` spells it."""
        wrapper = f"{self.wrapper}." if self.wrapper else ""
        prefixes = [wrapper, f"{wrapper}{self.document.versions}."] if self.layout == "history" else [wrapper]
        return tuple(f"{prefix}{path}" for prefix in prefixes for path in self._file.identity.sidstIndlaest)

    @cached_property
    def ceased(self) -> ValueSet:
        """The values of `status` that mean ceased."""
        return ValueSet(self._file.values.ceased)

    @cached_property
    def active(self) -> ValueSet:
        """The values of `status` that mean in operation; of any other it is not known."""
        return ValueSet(self._file.values.active)

    def says_active(self, status: str | None) -> bool:
        """Whether a status means in operation; where the mapping names no status, every offer of the source is."""
        return status in self.active or "status" not in self.sources

    @property
    def sources(self) -> dict[str, str]:
        """Our name of each field → its dotted path in the envelope."""
        return self._file.fields

    @property
    def identities(self) -> dict[str, tuple[str, ...]]:
        """Each of IDENTITY → its dotted paths in the envelope, the preferred one first."""
        return {name: getattr(self._file.identity, name) for name in IDENTITY}

    @property
    def enriched(self) -> dict[str, str]:
        """Our name of each enriched object → its key member."""
        return self._file.enriched

    @property
    def list_identities(self) -> dict[str, str]:
        """Our name of each list of objects → the member that tells its items apart."""
        return self._file.lists

    @property
    def structural(self) -> tuple[str, ...]:
        """The envelope's paths without which there is no page: identity, clocks, status."""
        identity = self._file.identity
        own = [path for name in IDENTITY for path in getattr(identity, name)]
        return (*own, *([self.sources["status"]] if "status" in self.sources else []))

    def label(self, name: str) -> str:
        """What readers see for a field: its own label, else its last part's, else the name itself."""
        labels = self._file.labels
        last = name.rpartition(".")[2].replace(LIST, "")
        return self.own_label(name) or labels.get(last) or _CLOCK_LABELS.get(name) or name

    def own_label(self, name: str) -> str:
        """The label given to this very field; "" if it has none."""
        labels = self._file.labels
        return labels.get(name) or labels.get(name.replace(LIST, "")) or ""

    def envelope(self, source: Any) -> Envelope | None:
        """The object that holds everything; None if the document has none."""
        inner = source.get(self.wrapper) if self.wrapper and isinstance(source, dict) else source
        return inner if isinstance(inner, dict) else None

    def identity(self, envelope: Envelope, name: str) -> Any:
        """One of IDENTITY: the first of its paths that holds a value."""
        for path in self._identity_paths[name]:
            value = value_at(envelope, path)
            if value is not None:
                return value
        return None

    def offer_key(self, source: Any) -> str | None:
        """The offer's id as text; None if the document doesn't say."""
        envelope = self.envelope(source)
        value = self.identity(envelope, "tilbudsId") if envelope is not None else None
        return str(value).strip() or None if isinstance(value, (str, int)) and not isinstance(value, bool) else None

    def is_demo(self, source: Any) -> bool:
        """Whether the document says that it is made up."""
        envelope = self.envelope(source)
        return envelope is not None and self.identity(envelope, "demo") is True

    def is_list(self, path: Path) -> bool:
        """Whether the mapping says that a path of the source's holds a list."""
        return path in self._lists

    def is_single(self, path: Path) -> bool:
        """Whether the mapping says that a path of the source's holds one value or object."""
        return path in self._singles

    @cached_property
    def clocks(self) -> frozenset[Path]:
        """Where an envelope says which version it is and when it was loaded, unless that is shown as a field too."""
        shown = {parse_path(path) for path in self.sources.values()}
        names = ("version", "gyldigFra", "gyldigTil", "sidstIndlaest")
        return frozenset(path for name in names for path in self._identity_paths[name]) - shown

    @cached_property
    def _lists(self) -> frozenset[Path]:
        paths = [parse_path(path) for path in self.sources.values()]
        of_items = {path[:place] for path in paths for place, part in enumerate(path) if part == LIST}
        of_values = {parse_path(self.sources[name]) for name in canonical_value_lists() & self.sources.keys()}
        return frozenset(of_items | of_values)

    @cached_property
    def _singles(self) -> frozenset[Path]:
        paths = [parse_path(path) for path in self.sources.values()]
        prefixes = {path[:length] for path in paths for length in range(1, len(path) + 1)}
        return frozenset(path for path in prefixes if path[-1] != LIST) - self._lists

    @cached_property
    def groups(self) -> frozenset[str]:
        """The objects and lists of the source that the mapping names something in, as dotted paths; items as "[]"."""
        return frozenset(_groups(self._tree, ""))

    def split(self, envelope: Envelope) -> tuple[dict[str, Any], dict[str, Any]]:
        """What the mapping names, nested under our names; and the rest, flat under the source's own dotted paths.

        Both share objects with `envelope`: treat them as read-only.
        """
        known: dict[str, Any] = {}
        unknown: dict[str, Any] = {}
        _split(self._tree, envelope, known, unknown, "")
        return known, unknown

    @cached_property
    def _identity_paths(self) -> dict[str, tuple[Path, ...]]:
        return {name: tuple(tuple(path.split(".")) for path in paths) for name, paths in self.identities.items()}

    @cached_property
    def _tree(self) -> _Node:
        root = _Node()
        for name, source in self.sources.items():
            _insert(root, parse_path(name), parse_path(source))
        for path in (p for paths in self._identity_paths.values() for p in paths):
            _insert_silent(root, path)
        for name, member in self.list_identities.items():
            path = parse_path(self.sources[f"{name}{LIST}.{member}"])
            item = list_of(path)
            _find(root, item).identity = path[len(item) :]
        root.settle(list(root.targets()))
        return root


_SILENT: Path = ("",)  # identity and clocks: not fields of the offer, and not unknown either


def parse_path(dotted: str) -> Path:
    """Splits "takster[].beloeb" into ("takster", "[]", "beloeb")."""
    return tuple(part for part in dotted.replace(LIST, f".{LIST}").split(".") if part)


def list_of(path: Path) -> Path:
    """The innermost list that a path runs through, with its "[]"; () if there is none."""
    return path[: max((place + 1 for place, part in enumerate(path) if part == LIST), default=0)]


def _insert(root: _Node, name: Path, source: Path) -> None:
    node = root
    targets = _list_parts(name)
    target = next(targets)
    for part in source:
        if part == LIST:
            node.target = target
            target = next(targets)
            node.item = node.item or _Node()
            node = node.item
        else:
            node = node.members.setdefault(part, _Node())
    node.target = target


def _find(node: _Node, path: Path) -> _Node:
    for part in path:
        node = node.item if part == LIST and node.item is not None else node.members[part]
    return node


def _insert_silent(root: _Node, path: Path) -> None:
    node = root
    for part in path:
        node = node.members.setdefault(part, _Node())
    node.target = node.target or _SILENT


def _list_parts(name: Path) -> Iterator[Path]:
    part: list[str] = []
    for token in name:
        if token == LIST:
            yield tuple(part)
            part = []
        else:
            part.append(token)
    yield tuple(part)


def _groups(node: _Node, path: str) -> Iterator[str]:
    for name, member in node.inner:
        here = f"{path}{name}"
        yield here
        if member.item is not None:
            here, member = f"{here}{LIST}", member.item
            yield here
        yield from _groups(member, f"{here}.")


def _split(node: _Node, value: dict[str, Any], known: dict[str, Any], unknown: dict[str, Any], path: str) -> None:
    for key, inner in value.items():
        here = f"{path}{key}"
        member = node.members.get(key)
        if member is None:
            keep(unknown, here, inner)
        elif member.target == _SILENT or inner is None:
            continue
        elif member.is_field or (member.target and member.target_is_whole and _is_clean(member, inner)):
            _put(known, member.target or (key,), inner)
        elif member.item is not None and isinstance(inner, list):
            _put(known, member.target or (key,), _split_items(member.item, inner, unknown, here))
        # To Elasticsearch a list of one is the same as what is in it.
        elif member.item is not None and isinstance(inner, dict) and inner.keys() & member.item.members.keys():
            _put(known, member.target or (key,), _split_items(member.item, [inner], unknown, here))
        elif member.item is None and isinstance(inner, dict):
            _split(member, inner, known, unknown, f"{here}.")
        elif member.item is None and isinstance(inner, list) and len(inner) == 1 and isinstance(inner[0], dict):
            _split(member, inner[0], known, unknown, f"{here}.")
        else:  # an object where a list should be, or the like: shown as it is
            keep(unknown, here, inner)


def _split_items(item: _Node, values: list[Any], unknown: dict[str, Any], path: str) -> list[Any]:
    items = []
    named: Counter[str] = Counter()
    bare = []
    for value in values:
        if isinstance(value, dict):
            # An unknown member is filed under its item's identity: its position says nothing.
            name = item_name(value_at(value, item.identity) if item.identity else None)
            named[name] += 1
            here = f"{path}[{name}]" if named[name] == 1 else f"{path}[{name} ({named[name]})]"
            known: dict[str, Any] = {}
            _split(item, value, known, unknown, f"{here}.")
            items.append(known)
        elif value is not None:
            bare.append(value)
    if bare:
        keep(unknown, f"{path}{LIST}", bare)
    return items


def value_at(value: Any, path: Path) -> Any:
    """What stands in an object at a path without lists; None where nothing does."""
    for part in path:
        value = value.get(part) if isinstance(value, dict) else None
    return value


LONGEST_NAME = (
    200  # signs; the text that tells an item apart may have any length, and each of its fields is named by it
)


def item_name(identity: Any) -> str:
    """What an item of a list is called in the path of its unknown fields."""
    return "" if identity is None else str(identity)[:LONGEST_NAME]


def keep(unknown: dict[str, Any], path: str, value: Any) -> None:
    """Files a value under its path; a second one of the same path, dots in keys make it possible, under "path (2)"."""
    if path not in unknown:
        unknown[path] = value
        return
    # The taken numbers follow each other, so the first free one is found by halves.
    taken, free = 1, 2
    while f"{path} ({free})" in unknown:
        taken, free = free, 2 * free
    while free - taken > 1:
        middle = (taken + free) // 2
        if f"{path} ({middle})" in unknown:
            taken = middle
        else:
            free = middle
    unknown[f"{path} ({free})"] = value


def _is_clean(node: _Node, value: Any) -> bool:
    """Whether nothing in `value` is unknown to the mapping or of another kind than it says.

    Loops, no generators: this runs for every object of every document, and was a quarter of reading.
    """
    if node.item is not None:
        if not isinstance(value, list):
            return value is None
        for item in value:  # noqa: SIM110 - a generator would double the time
            if not isinstance(item, dict) or not _is_clean(node.item, item):
                return False
        return True
    if not isinstance(value, dict):
        return value is None
    if not value.keys() <= node.members.keys():
        return False
    for name, member in node.inner:  # noqa: SIM110 - a generator would double the time
        if name in value and not _is_clean(member, value[name]):
            return False
    return True


def _put(known: dict[str, Any], target: Path, value: Any) -> None:
    for part in target[:-1]:
        known = known.setdefault(part, {})
    known[target[-1]] = value


@cache
def canonical_names() -> frozenset[str]:
    """All field names that the models know, such as "takster[].beloeb"."""
    return frozenset(canonical_fields())


@cache
def canonical_fields() -> dict[str, Any]:
    """The same names with the type that the models give each: `str | None`, `float | None`, `tuple[str, ...]`."""
    return dict(_model_fields(Tilbud, ""))


@cache
def canonical_value_lists() -> frozenset[str]:
    """The field names whose value is a list of texts, such as "metoder"."""
    return frozenset(name for name, annotation in canonical_fields().items() if _is_tuple(annotation))


def _model_fields(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, Any]]:
    for info in model.model_fields.values():
        if info.exclude:  # no field of the register's
            continue
        name = f"{prefix}{info.alias}"
        annotation = info.annotation
        inner = next(iter(getattr(annotation, "__args__", ())), None) if _is_tuple(annotation) else annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from _model_fields(inner, f"{name}[]." if _is_tuple(annotation) else f"{name}.")
        else:
            yield name, annotation


def _is_tuple(annotation: Any) -> bool:
    return getattr(annotation, "__origin__", None) is tuple


def read_mapping(text: str, origin: str) -> Mapping:
    """Compiles the text of a mapping file; raises ConfigurationError that names file, key and remedy."""
    content = parse_toml(text, origin)
    if isinstance(paths := content.get("identity"), dict):
        content["identity"] = {key: [value] if isinstance(value, str) else value for key, value in paths.items()}
    file = read_table(content, origin, _File)
    _check(file, origin)
    return Mapping(text, origin, file)


def default_mapping() -> Mapping:
    """The mapping that holds where the operator has no file of their own."""
    return read_mapping(default_mapping_text(), "mapping.toml")


def default_mapping_text(layout: str = "version") -> str:
    """The default mapping file, commented, as `init` writes it."""
    text = resources.files(__package__).joinpath("mapping.toml").read_text(encoding="utf-8")
    return text.replace('layout = "version"', f'layout = "{layout}"', 1)


def _check(file: _File, origin: str) -> None:
    names = canonical_names()
    for key in ("versions", "value", "period", "period_from", "period_until", "updated"):
        if not parse_path(getattr(file.document, key)):
            raise ConfigurationError(f"{origin}: document.{key}: empty; name the member, or remove the line")
    for name, source in file.fields.items():
        if name not in names and not {name, name.replace(LIST, "")} & file.labels.keys():
            near = did_you_mean(name, names)
            raise ConfigurationError(
                f"{origin}: fields.{name}: unknown field{near}; correct it, or give it a line in [labels]"
            )
        if name.count(LIST) != source.count(LIST):
            raise ConfigurationError(
                f"{origin}: fields.{name}: {source!r} must have as many [] as the name; both say which list it is in"
            )
        if not parse_path(source) or LIST in (name[-2:], source[-2:]):
            raise ConfigurationError(
                f"{origin}: fields.{name}: {source!r} is no path of a field; write it without [] last"
            )
    _check_overlaps(file, origin)
    for table, keys in (("lists", file.lists), ("enriched", file.enriched)):
        for name, member in keys.items():
            joined = f"{name}{LIST}.{member}" if table == "lists" else f"{name}.{member}"
            if joined not in file.fields:
                near = did_you_mean(joined, file.fields)
                raise ConfigurationError(f"{origin}: {table}.{name}: there is no field {joined!r}{near}")


def _check_overlaps(file: _File, origin: str) -> None:
    """Each fact has one place on either side, and each list of ours is one of the source's: else some is lost."""
    for side in (file.fields, {name: name for name in file.fields}):
        taken = {parse_path(path): name for name, path in reversed(side.items())}
        for name, path in side.items():
            parts = parse_path(path)
            other = next(
                (taken[parts[:n]] for n in range(1, len(parts) + 1) if taken.get(parts[:n], name) != name), None
            )
            if other is not None:
                raise ConfigurationError(
                    f"{origin}: fields.{name}: {path!r} is fields.{other} or lies inside it; "
                    "give each a place of its own"
                )
    lists: dict[Path, tuple[Path, str]] = {}
    for name, path in file.fields.items():
        ours, theirs = parse_path(name), parse_path(path)
        while ours := list_of(ours):
            theirs = list_of(theirs)
            source, other = lists.setdefault(ours, (theirs, name))
            if source != theirs:
                raise ConfigurationError(
                    f"{origin}: fields.{name}: {path!r} is another list than that of fields.{other}"
                )
            ours, theirs = ours[:-1], theirs[:-1]
