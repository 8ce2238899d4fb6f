"""What changed between two states of an offer, and who changed it.

A state is what `Mapping.split` gives: known facts nested under our names, unknown ones flat. Items of a list are
paired by identity, never by position; identities repeat, so inside a group equal items are paired first, then the
rest in order, and what is left over was added or removed.
"""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any, Literal

from generator.register.mapping.mapping import LIST, Mapping, item_name, keep, list_of, parse_path, value_at
from generator.register.model.text import BLANKS
from generator.register.model.vocabulary import paragraph_identity, renamed_by_law, theme_identity

ChangeKind = Literal["changed", "added", "removed"]
State = tuple[dict[str, Any], dict[str, Any]]


class Cause(StrEnum):
    """Who changed something: the offer or its authority, the platform, or the law."""

    KILDE = "kilde"
    BERIGELSE = "berigelse"
    LOVAENDRING = "lovaendring"


@dataclass(frozen=True, slots=True)
class Change:
    """One change: of a field, or of a member (`part`) of a list's `item`."""

    field: str  # our name, "kontakt.leder" or "takster"; an unknown field's own path
    cause: Cause
    kind: ChangeKind
    before: Any
    after: Any
    part: str = ""
    item: Any = None
    known: bool = True
    former: Any = None  # the item as it was before


def compare(mapping: Mapping, before: State, after: State, *, same_version: bool = False) -> list[Change]:
    """All changes from one state to another; `same_version` when both are observations of one version."""
    changes = list(_compare_known(mapping, before[0], after[0], same_version))
    if before[1] != after[1]:
        changes += _compare_unknown(mapping, before, after, same_version)
    return changes


def _compare_known(mapping: Mapping, before: dict[str, Any], after: dict[str, Any], same: bool) -> Iterator[Change]:
    if before == after:
        return
    for name, path in _units(mapping):
        old, new = value_at(before, path), value_at(after, path)
        if _says_the_same(old, new):
            continue
        yield from _compare_value(mapping, name, old, new, same)


def _compare_value(mapping: Mapping, name: str, old: Any, new: Any, same: bool) -> Iterator[Change]:
    if isinstance(old, list) or isinstance(new, list):
        yield from _compare_lists(mapping, name, _as_list(old), _as_list(new), same)
    elif name in mapping.enriched and isinstance(old or {}, dict) and isinstance(new or {}, dict):
        yield from _compare_enriched(mapping, name, old or {}, new or {}, same)
    elif isinstance(old, dict) and isinstance(new, dict):
        yield from _compare_leaves(name, Cause.KILDE, old, new)
    else:
        yield _simple(name, Cause.KILDE, old, new)


def _simple(name: str, cause: Cause, old: Any, new: Any, known: bool = True) -> Change:
    kind: ChangeKind = "added" if is_empty(old) else "removed" if is_empty(new) else "changed"
    return Change(name, cause, kind, old, new, known=known)


def _compare_enriched(
    mapping: Mapping, name: str, old: dict[str, Any], new: dict[str, Any], same: bool
) -> Iterator[Change]:
    if not _same_key(mapping.enriched[name], old, new, same):
        yield _simple(name, Cause.KILDE, old, new)
        return
    yield from _compare_leaves(name, Cause.BERIGELSE, old, new)


def _compare_leaves(name: str, cause: Cause, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    for path in _leaves(old, new):
        a, b = value_at(old, path), value_at(new, path)
        if not _says_the_same(a, b):
            yield _simple(f"{name}.{'.'.join(path)}", cause, a, b)


def _same_key(key: str, old: dict[str, Any], new: dict[str, Any], same_version: bool) -> bool:
    """Whether two enriched objects are one thing; without the key, observations of one version are, versions aren't."""
    a, b = old.get(key), new.get(key)
    return same_version if is_empty(a) and is_empty(b) else str(a) == str(b)


def _compare_lists(mapping: Mapping, name: str, old: list[Any], new: list[Any], same: bool) -> Iterator[Change]:
    member = mapping.list_identities.get(name)
    pairs, removed, added = pair(old, new, _identity_of(member))
    for item in removed:
        yield Change(name, Cause.KILDE, "removed", item, None, item=item)
    for a, b in pairs:
        if a != b and isinstance(a, dict) and isinstance(b, dict):
            yield from _compare_items(mapping, name, a, b, same)
        elif not _says_the_same(a, b):
            yield Change(name, Cause.KILDE, "changed", a, b, item=b)
    for item in added:
        yield Change(name, Cause.KILDE, "added", None, item, item=item)


def _compare_items(mapping: Mapping, name: str, a: dict[str, Any], b: dict[str, Any], same: bool) -> Iterator[Change]:
    enriched = mapping.enriched.get(f"{name}{LIST}")
    is_same = enriched is not None and _same_key(enriched, a, b, same)
    identity = mapping.list_identities.get(name, "")
    order = _member_order(tuple(mapping.sources), name)
    for key in sorted(a.keys() | b.keys(), key=lambda k: (k != identity, order.get(k, len(order)), k)):
        old, new = a.get(key), b.get(key)
        if _says_the_same(old, new):
            continue
        if key == identity and enriched is None:
            yield Change(name, _rename_cause(key, old, new), "changed", old, new, part=key, item=b, former=a)
            continue
        for change in _compare_value(mapping, f"{name}{LIST}.{key}", old, new, same):
            cause = Cause.BERIGELSE if is_same else change.cause
            part = change.field.removeprefix(f"{name}{LIST}.")
            item: Any = b
            if change.item is not None:  # a list inside the item: say which of its items, and what of it
                part = f"{part}{LIST}.{change.part}" if change.part else f"{part}{LIST}"
                item = (b, change.item)
            yield Change(name, cause, change.kind, change.before, change.after, part=part, item=item, former=a)


def _rename_cause(key: str, old: Any, new: Any) -> Cause:
    """Paired under one identity but spelled differently: a theme's name, or a paragraph that the law renamed."""
    if key == "tema" or (key == "paragraf" and renamed_by_law(str(old), str(new))):
        return Cause.LOVAENDRING
    return Cause.KILDE


def pair(
    old: list[Any], new: list[Any], identity: Callable[[Any], str]
) -> tuple[list[tuple[Any, Any]], list[Any], list[Any]]:
    """Pairs the items of two lists by identity: (pairs, removed, added), in the order of the new list."""
    groups: dict[str, _Waiting] = {}
    for item in old:
        groups.setdefault(identity(item), _Waiting()).items.append(item)
    keys = [identity(item) for item in new]
    partners = [groups[key].equal_to(item) if key in groups else _NONE for key, item in zip(keys, new, strict=True)]
    for place, key in enumerate(keys):
        if partners[place] is _NONE and key in groups:
            partners[place] = groups[key].next()
    pairs = [(partner, item) for partner, item in zip(partners, new, strict=True) if partner is not _NONE]
    added = [item for partner, item in zip(partners, new, strict=True) if partner is _NONE]
    return pairs, [item for group in groups.values() for item in group.left()], added


_NONE = object()


class _Waiting:
    """The items of one identity that have no partner yet, in their order."""

    def __init__(self) -> None:
        self.items: list[Any] = []  # _NONE where one was taken
        self._places: dict[Any, deque[int]] | None = None  # by what they hold, once there are several
        self._first = 0

    def equal_to(self, item: Any) -> Any:
        """Takes the first that holds the same; _NONE if none does."""
        if len(self.items) == 1:
            return self._take(0) if self.items[0] == item else _NONE
        if self._places is None:
            self._places = {}
            for place, waiting in enumerate(self.items):
                self._places.setdefault(_hashable(waiting), deque()).append(place)
        places = self._places.get(_hashable(item))
        return self._take(places.popleft()) if places else _NONE

    def next(self) -> Any:
        """Takes the first that is left; _NONE if there is none."""
        while self._first < len(self.items) and self.items[self._first] is _NONE:
            self._first += 1
        return self._take(self._first) if self._first < len(self.items) else _NONE

    def left(self) -> list[Any]:
        """Those that found no partner."""
        return [item for item in self.items if item is not _NONE]

    def _take(self, place: int) -> Any:
        item, self.items[place] = self.items[place], _NONE
        return item


def _hashable(value: Any) -> Any:
    """What stands for a value of JSON as a key: equal for what is equal, also 1 and 1.0."""
    if isinstance(value, dict):
        return frozenset((key, _hashable(inner)) for key, inner in value.items())
    return tuple(map(_hashable, value)) if isinstance(value, list) else value


_NORMALISED: dict[str, Callable[[str], str]] = {"paragraf": paragraph_identity, "tema": theme_identity}


def _identity_of(member: str | None) -> Callable[[Any], str]:
    normalise = _NORMALISED.get(member or "", str)

    def identity(item: Any) -> str:
        if isinstance(item, dict) and member is not None and item.get(member) is not None:
            return normalise(str(item[member]))
        return "" if isinstance(item, dict) and member is not None else _text_key(item)

    return identity


def _text_key(item: Any) -> str:
    """Items without an identity of their own are told apart by all they hold."""
    return repr(sorted(item.items(), key=str)) if isinstance(item, dict) else str(item)


def _compare_unknown(mapping: Mapping, before: State, after: State, same: bool) -> Iterator[Change]:
    new = _flat(after[1])
    old = _respelled(mapping, _flat(before[1]), new)
    objects = _Objects(mapping, before[0]), _Objects(mapping, after[0])
    for path in sorted(old.keys() | new.keys()):
        a, b = old.get(path), new.get(path)
        if _says_the_same(a, b):
            continue
        cause = Cause.BERIGELSE if _is_enriched(mapping, path, objects, same) else Cause.KILDE
        if isinstance(a, list) or isinstance(b, list):
            _, removed, added = pair(_as_list(a), _as_list(b), _text_key)
            yield from (Change(path, cause, "removed", x, None, item=x, known=False) for x in removed)
            yield from (Change(path, cause, "added", None, x, item=x, known=False) for x in added)
        else:
            yield _simple(path, cause, a, b, known=False)


def _flat(values: dict[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for path, value in flatten(values):
        keep(flat, path, value)
    return flat


def _steps_of(path: str) -> list[str]:
    """The steps of an unknown field's path: "takster", "[Botilbud]", "note"."""
    *closed, rest = path.split("]")
    steps: list[str] = []
    for part in closed:
        plain, bracket, item = part.partition("[")
        steps += filter(None, plain.split("."))
        steps += [f"[{item}]"] if bracket else []
    return [*steps, *filter(None, rest.replace("[", ".").split("."))]


def _respelled(mapping: Mapping, old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """The old values, filed under the new spelling of a renamed paragraph or theme, as the item itself is paired."""
    normalised = {
        list_of(parse_path(mapping.sources[f"{name}{LIST}.{member}"])): _NORMALISED[member]
        for name, member in mapping.list_identities.items()
        if member in _NORMALISED
    }

    deepest = max(map(len, normalised), default=0)

    def interval(path: str) -> tuple[str, ...]:
        steps = _steps_of(path)
        plain = tuple(LIST if step[0] == "[" else step for step in steps)
        return tuple(
            normalised.get(plain[: n + 1] if n < deepest else (), str)(step.strip("[]")) for n, step in enumerate(steps)
        )

    successors = {interval(path): path for path in new.keys() - old.keys()}
    return {path if path in new else successors.pop(interval(path), path): value for path, value in old.items()}


def _is_enriched(mapping: Mapping, path: str, objects: tuple["_Objects", "_Objects"], same: bool) -> bool:
    """Whether an unknown field belongs to an enriched object that is the same one in both states."""
    steps = _steps_of(path)
    plain = tuple(LIST if step[0] == "[" else step for step in steps)
    for name, key in mapping.enriched.items():
        source = parse_path(mapping.sources[f"{name}.{key}"])[: -len(key.split("."))]
        if len(plain) > len(source) and plain[: len(source)] == source:
            items = [step[1:-1] for step in steps[: len(source)] if step[0] == "["]
            a, b = (state.find(name, items) for state in objects)
            return a is not None and b is not None and _same_key(key, a, b, same)
    return False


class _Objects:
    """The objects of a state, found by name; the items of a list are put in order by identity once."""

    def __init__(self, mapping: Mapping, known: dict[str, Any]) -> None:
        self._mapping = mapping
        self._known = known
        self._by_identity: dict[int, dict[str, dict[str, Any]]] = {}  # by which list it is

    def find(self, name: str, items: list[str]) -> dict[str, Any] | None:
        """The object `name`, through the lists' items of these identities; None if an item is not there."""
        value: Any = self._known
        lists, waiting = "", iter(items)
        for part in parse_path(name):
            if part == LIST:
                wanted, found = next(waiting), self._items(value, lists)
                value = found.get(wanted, found.get(re.sub(r" \(\d+\)$", "", wanted)))
                if value is None:
                    return None
            else:
                value = value.get(part) if isinstance(value, dict) else None
            lists += part if part == LIST or not lists else f".{part}"
        return value if isinstance(value, dict) else {}

    def _items(self, value: Any, name: str) -> dict[str, dict[str, Any]]:
        """The items of a list by identity, the first of each."""
        if id(value) not in self._by_identity:
            member = tuple(self._mapping.list_identities.get(name, "").split("."))
            self._by_identity[id(value)] = {
                item_name(value_at(item, member)): item for item in reversed(_as_list(value)) if isinstance(item, dict)
            }
        return self._by_identity[id(value)]


# A path is told so far, and what lies deeper is kept whole: each of many fields would have all of a long way in its
# name.
# No index of Elasticsearch maps more than 20 levels.
MOST_PARTS, LONGEST_PATH = 20, 500


def flatten(values: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Dotted path and value of everything below, lists as they are, and objects that lie too deep for a path."""
    waiting = [("", iter(values.items()))]
    while waiting:
        prefix, members = waiting[-1]
        for key, value in members:
            path = f"{prefix}{key}"
            if isinstance(value, dict) and value and len(waiting) < MOST_PARTS and len(path) <= LONGEST_PATH:
                waiting.append((f"{path}.", iter(value.items())))
                break
            yield path, value
        else:
            waiting.pop()


def _says_the_same(old: Any, new: Any) -> bool:
    """Whether two values differ in nothing, or only in how JSON writes them: 10 and "10.0", a text and a list of it."""
    if old == new or (is_empty(old) and is_empty(new)):
        return True
    return type(old) is not type(new) and (plain := _plain(old)) is not None and plain == _plain(new)


_NUMBER = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,18})?")


def _plain(value: Any) -> str | Decimal | None:
    """A text or number as what it says; None for what is neither, nor a list of one of them."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    text = str(value).strip()
    return Decimal(text) if _NUMBER.fullmatch(text) else text


def is_empty(value: Any) -> bool:
    """Whether a value says nothing: null, a text that shows nothing, an empty list, an object of such."""
    if isinstance(value, str):
        return not value.strip(BLANKS)
    return value is None or value in ([], {}) or (isinstance(value, dict) and all(map(is_empty, value.values())))


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _leaves(*objects: dict[str, Any]) -> list[tuple[str, ...]]:
    return sorted({path for value in objects for path in _walk(value, ())})


def _walk(value: Any, path: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
    if isinstance(value, dict) and len(path) < MOST_PARTS:
        for key, inner in value.items():
            yield from _walk(inner, (*path, key))
    else:
        yield path


@lru_cache(maxsize=256)
def _member_order(sources: tuple[str, ...], name: str) -> dict[str, int]:
    """The members of a list's items, in the mapping's order: what a reader looks for comes first."""
    prefix = f"{name}{LIST}."
    members = dict.fromkeys(s.removeprefix(prefix).partition(".")[0] for s in sources if s.startswith(prefix))
    return {member.removesuffix(LIST): place for place, member in enumerate(members)}


@lru_cache(maxsize=8)
def _units_of(sources: tuple[str, ...], enriched: frozenset[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    units: dict[str, tuple[str, ...]] = {}
    for name in sources:
        parts = name.split(".")
        unit = name
        for length in range(1, len(parts) + 1):
            head = ".".join(parts[:length])
            if head.endswith(LIST) or head in enriched:
                unit = head.removesuffix(LIST)
                break
        units[unit] = tuple(unit.split("."))
    return tuple(units.items())


def _units(mapping: Mapping) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What is compared as one thing, in the mapping's order: a field, a whole list, or an enriched object."""
    return _units_of(tuple(mapping.sources), frozenset(mapping.enriched))
