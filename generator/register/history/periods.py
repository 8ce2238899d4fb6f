"""The layout `periods`: an offer whose attributes are lists of values, each with the period in which it holds.

A version begins wherever a period begins or ends; the state from there on is what the periods cover. Inside, a period
is half open, from a moment up to a moment. A date as an end stands for the whole of that day, as in the sister register
(CVR: "2017-11-05" is followed by "2017-11-06"), unless the mapping says otherwise; so two versions that begin on one
day can't be told apart by dates and are one. Of a single attribute the item that began last holds, then the one
that was updated last, then the last in the list. A status whose start can't be read is told beside it, with that doubt.
Of a list, all items that hold are its items.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from generator.register.mapping.mapping import LIST, DocumentShape, Mapping, Path, parse_path, value_at
from generator.register.model.clock import danish_day, parse_end, parse_time
from generator.register.model.documents import Envelope

_BEGINNING = datetime.min.replace(tzinfo=UTC)
_NOTHING = object()


@dataclass(slots=True)
class _Item:
    """A value of an attribute: from when, until when, and how new."""

    start: datetime | None
    until: datetime | None
    updated: float
    value: Any
    is_several: bool  # a list where items of a list stand: its items are meant
    # It is a status, or holds one, and its start can't be read: another may have begun before or after it.
    is_doubted: bool = False

    def holds(self, moment: datetime | None) -> bool:
        """Whether it holds at a moment; None is the time before the first day that is named."""
        if moment is None:
            return self.start is None
        return (self.start is None or self.start <= moment) and (self.until is None or moment < self.until)


@dataclass(slots=True)
class _Attribute:
    """A list of values with periods; its value is one item's, or all items that hold."""

    name: str
    is_list: bool
    items: list[_Item]
    way_to_status: Path | None = None
    is_hidden: bool = False  # its periods make no version, and hold none
    is_contested: bool = False  # said already that two different values hold at once


@dataclass(slots=True)
class _Object:
    members: dict[str, Any]


@dataclass(slots=True)
class _List:
    items: list[Any]


@dataclass(slots=True)
class _Document:
    """What is gathered on the way through one document."""

    mapping: Mapping
    shows: Callable[[Path], bool] = lambda _: True
    bounds: set[datetime] = field(default_factory=set)
    items: int = 0
    has_past: bool = False  # something ended that never began
    reasons: dict[str, None] = field(default_factory=dict)
    is_covered: bool = False  # whether any period that may be seen holds at the moment that is being told
    hidden: int = 0  # how many attributes around the one being read are hidden
    has_hidden: bool = False
    has_visible: bool = False

    @property
    def names(self) -> DocumentShape:
        return self.mapping.document

    def way_to_status(self, path: Path) -> Path | None:
        """The way from a path to the offer's status or its approval's, of which a doubt must be told; None for none."""
        sources = self.mapping.sources
        return _way(path, sources.get("status", ""), sources.get("godkendelse.status", ""))


@lru_cache(maxsize=1024)  # asked for each item of an attribute
def _way(path: Path, *sources: str) -> Path | None:
    ways = map(parse_path, filter(None, sources))
    return next((way[len(path) :] for way in ways if way[: len(path)] == path), None)


# Values that the versions of one document may have together: each version has all that holds at its time, so a document
# of many periods would otherwise take the square of their number. A hundred years of weekly changes of 300 are read.
MOST_VALUES = 2_000_000
FEWEST_VERSIONS = 100


def most_versions(values: int) -> int:
    """How many versions of a document are read that has so many values in each."""
    return max(FEWEST_VERSIONS, MOST_VALUES // max(1, values))


def has_periods(mapping: Mapping, envelope: Envelope) -> bool:
    """Whether a document is laid out by periods, at least in part."""
    return any(_find_periods(mapping, inner, (key,)) for key, inner in envelope.items())


State = tuple[datetime | None, datetime | None, Envelope]  # its start; its end where nothing holds after it; what held


def read_periods(
    mapping: Mapping, envelope: Envelope, shows: Callable[[Path], bool] = lambda _: True
) -> tuple[list[State], list[str]]:
    """Each version, shaped as one version's envelope, with its bounds, and what was odd.

    The periods of an attribute of which `shows` says that nothing may be seen make no version, and hold none.
    """
    document = _Document(mapping, shows)
    envelope, lives = _part_life_cycle(document, envelope)
    tree = _compile_members(document, envelope, (), None)
    moments: list[datetime | None] = [*sorted(document.bounds)]
    if document.has_past or not moments:
        moments.insert(0, None)
    if (most := most_versions(document.items)) < len(moments):
        document.reasons[f"har {len(moments)} versioner; kun de nyeste {most} læses"] = None
        moments = moments[-most:]
    states: list[tuple[datetime | None, Envelope | None]] = []
    for moment in moments:
        document.is_covered = False
        state = _tell(document, tree, moment)
        is_covered = document.is_covered or (document.has_hidden and not document.has_visible)
        is_there = is_covered and (lives is None or any(life.holds(moment) for life in lives))
        states.append((moment, state if is_there else None))
    return list(_without_holes(states)), list(document.reasons)


def without(value: dict[str, Any], paths: Iterable[Path]) -> dict[str, Any]:
    """A copy without what stands at the paths."""
    copy = dict(value)
    for path in paths:
        inner = copy.get(path[0])
        if len(path) == 1:
            copy.pop(path[0], None)
        elif isinstance(inner, dict):
            copy[path[0]] = without(inner, [path[1:]])
    return copy


def _part_life_cycle(document: _Document, envelope: Envelope) -> tuple[Envelope, list[_Item] | None]:
    """The envelope without its life cycle, and the periods of that; None where it has none."""
    path = parse_path(document.names.life_cycle)
    inner = value_at(envelope, path)
    if not path or inner is None:
        return envelope, None
    name = ".".join(path)
    values = inner if isinstance(inner, list) else [inner]
    lives = [
        item
        for index, value in enumerate(values, start=1)
        if (item := _compile_item(document, value, path, f"{name}[{index}]", None, False)) is not None
    ]
    return without(envelope, [path]), lives


def _without_holes(states: list[tuple[datetime | None, Envelope | None]]) -> Iterator[State]:
    """Where no period holds there is no version: the one before it ends."""
    for (moment, state), (following, after) in pairwise([*states, (None, {})]):
        if state is not None:
            yield moment, following if after is None else None, state


def _day(moment: datetime) -> str:
    return danish_day(moment).isoformat()


def _find_periods(mapping: Mapping, value: Any, path: Path) -> bool:
    if isinstance(value, list):
        # An unknown list may have periods of its own in any layout: only what the mapping names is proof.
        named = mapping.is_list(path) or mapping.is_single(path)
        return named and any(_is_item(mapping.document, item) for item in value)
    if not isinstance(value, dict):
        return False
    if mapping.is_single(path) and _is_item(mapping.document, value):
        return True
    return any(_find_periods(mapping, inner, (*path, key)) for key, inner in value.items())


def _is_item(names: DocumentShape, value: Any) -> bool:
    return (
        isinstance(value, dict)
        and names.period in value
        and (value[names.period] is None or isinstance(value[names.period], dict))
    )


Window = tuple[datetime | None, datetime | None] | None  # the period of the item around; None outside of any


def _compile(document: _Document, value: Any, path: Path, window: Window) -> Any:
    """The value, with its periods read; the very value where it has none."""
    names = document.names
    if isinstance(value, list):
        # A single value is no list elsewhere, so here a list of it is one of periods, whatever its items look like.
        is_single = window is None and document.mapping.is_single(path)
        if is_single or any(_is_item(names, item) for item in value):
            return _compile_attribute(document, value, path, window)
        items = [_compile(document, item, (*path, LIST), window) for item in value]
        return value if all(map(_is_same, items, value)) else _List(items)
    if isinstance(value, dict):
        if window is None and _is_item(names, value):  # Elasticsearch takes one item for a list of one
            return _compile_attribute(document, [value], path, window)
        if _is_item(names, value):
            # The period of a thing inside a value, as a municipality's in CVR, is no period of the value.
            value = {key: inner for key, inner in value.items() if key not in (names.period, names.updated)}
            compiled = _compile_members(document, value, path, window)
            return compiled if isinstance(compiled, _Object) else _Object(dict(value))
        return _compile_members(document, value, path, window)
    return value


def _is_same(first: Any, second: Any) -> bool:
    return first is second


def _compile_members(document: _Document, value: dict[str, Any], path: Path, window: Window) -> Any:
    members = {key: _compile(document, inner, (*path, key), window) for key, inner in value.items()}
    return value if all(members[key] is value[key] for key in value) else _Object(members)


def _compile_attribute(document: _Document, values: list[Any], path: Path, window: Window) -> _Attribute:
    name = ".".join(path).replace(f".{LIST}", LIST)
    mapping = document.mapping
    is_hidden = not document.shows(path)
    document.hidden += is_hidden
    document.has_hidden, document.has_visible = document.has_hidden or is_hidden, document.has_visible or not is_hidden
    is_list, is_single = mapping.is_list(path), mapping.is_single(path)
    items = []
    for place, value in enumerate(values, start=1):
        item = _compile_item(document, value, path, f"{name}[{place}]", window, is_list)
        if item is not None:
            items.append(item)
    document.hidden -= is_hidden
    # What the mapping doesn't name is a list if two of its items ever hold at once: none of them may be lost.
    is_list = is_list or (not is_single and _overlap(items))
    return _Attribute(name, is_list, items, document.way_to_status(path), is_hidden)


_UNREAD_START, _UNREAD_END = "startdatoen kan ikke læses", "slutdatoen kan ikke læses"
_CONSEQUENCE = {True: "det er uklart, om den gælder", False: "den regnes ikke for gældende"}


def _compile_item(
    document: _Document, value: Any, path: Path, name: str, window: Window, is_list: bool
) -> _Item | None:
    document.items += 1
    inner, way = _value_of(document.names, value), document.way_to_status(path)
    # A text is told with the doubt about it: it must neither pass for what goes on, nor for what was removed.
    text = None if is_list else _way_to_text(inner, way)
    period = _read_period(document, value, name, is_status=way is not None, is_told=text is not None)
    if period is None:
        return None
    inside = _narrowed(window, period.start, period.until)
    _note_bounds(document, window, period.start, period.until)
    if period.doubt and text is not None:
        inner = _with_text(inner, text, lambda said: f"{said} ({period.doubt})")
    is_several = is_list and isinstance(inner, list)
    place = (*path, LIST) if is_list and not is_several else path
    is_doubted = text is not None and period.doubt == _UNREAD_START
    compiled = _compile(document, inner, place, inside)
    return _Item(period.start, period.until, period.updated, compiled, is_several, is_doubted)


class _Period(NamedTuple):
    """From when, until when, how new; and what can't be read of it, "" for nothing."""

    start: datetime | None
    until: datetime | None
    updated: float = 0.0
    doubt: str = ""


def _read_period(document: _Document, value: Any, name: str, *, is_status: bool, is_told: bool) -> _Period | None:
    """The period of an item; None where that covers no time, or nobody can say when it ends and no doubt `is_told`."""
    names = document.names
    if not _is_item(names, value) or value[names.period] is None:
        document.reasons[f"{name} har ingen {names.period!r}"] = None
        return _Period(None, None)
    period, until, doubt = value[names.period], None, ""
    start = _start(document, period, name)
    if start is None and period.get(names.period_from) is not None and is_status:
        doubt = _UNREAD_START
    try:
        until = _until(document, period)
    except _UnknownEnd as reason:
        document.reasons[f"{name} {reason}, så {_CONSEQUENCE[is_told]}"] = None
        if not is_told:
            return None
        doubt = _UNREAD_END
    if start is not None and until is not None and until <= start:
        said = f"{period[names.period_from]} til {period[names.period_until]}"
        document.reasons[f"{name} har en periode, der ikke dækker nogen tid: {said}"] = None
        return None
    moment = parse_time(value.get(names.updated))
    return _Period(start, until, moment.timestamp() if moment else 0.0, doubt)


def _way_to_text(value: Any, way: Path | None) -> Path | None:
    """Where the text is that a doubt is told with: the value itself, or a status in it; None where there is none."""
    way = () if isinstance(value, str) else way
    return way if way is not None and isinstance(value_at(value, way), str) else None


def _with_text(value: Any, way: Path, write: Callable[[str], str]) -> Any:
    """A copy of an object with another text at the end of a way on which there is one."""
    if not way:
        return write(value)
    return {**value, way[0]: _with_text(value[way[0]], way[1:], write)}


def _value_of(names: DocumentShape, item: Any) -> Any:
    if not isinstance(item, dict):
        return item
    members = {key: inner for key, inner in item.items() if key not in (names.period, names.updated)}
    return members[names.value] if members.keys() == {names.value} else members


def _narrowed(window: Window, start: datetime | None, until: datetime | None) -> Window:
    outer = window or (None, None)
    starts = [moment for moment in (outer[0], start) if moment is not None]
    ends = [moment for moment in (outer[1], until) if moment is not None]
    return max(starts, default=None), min(ends, default=None)


def _note_bounds(document: _Document, window: Window, start: datetime | None, until: datetime | None) -> None:
    """A version begins at each; a period that lies outside of the one around it makes none."""
    if document.hidden:
        return
    first, last = window or (None, None)
    for bound in (start, until):
        if bound is not None and (first is None or first < bound) and (last is None or bound < last):
            document.bounds.add(bound)
    if window is None and start is None and until is not None:
        document.has_past = True


def _start(document: _Document, period: dict[str, Any], name: str) -> datetime | None:
    said = period.get(document.names.period_from)
    moment = _moment(said)
    if moment is None:
        key = document.names.period_from
        reason = f"har ingen {key}" if said is None else f"har {key} {str(said)[:60]!r}, ikke en dato"
        document.reasons[f"{name} {reason}"] = None
    return moment


class _UnknownEnd(Exception):
    """A period that has an end, and nobody can say when: it must not be told as one that goes on."""


def _until(document: _Document, period: dict[str, Any]) -> datetime | None:
    """When a period ends; None if it goes on. Raises _UnknownEnd."""
    key = document.names.period_until
    said = period.get(key)
    if said is None:
        if key not in period and (others := sorted(period.keys() - {document.names.period_from})):
            raise _UnknownEnd(f"har ingen {key}, men {others[0][:60]!r}")  # by which the end may go now
        return None
    try:
        return parse_end(said, day_is_included=document.names.period_until_included)
    except ValueError:
        raise _UnknownEnd(f"har {key} {str(said)[:60]!r}, ikke en dato") from None


def _moment(said: Any) -> datetime | None:
    return _parse(said) if isinstance(said, (str, int)) else None


@lru_cache(maxsize=16_384)  # a register has many periods and few days
def _parse(said: str | int) -> datetime | None:
    """A bound in UTC, as exact as a version's name."""
    moment = parse_time(said)
    return moment.astimezone(UTC).replace(microsecond=0) if moment else None


def _overlap(items: Iterable[_Item]) -> bool:
    reach: datetime | None = _BEGINNING
    for item in sorted(items, key=lambda item: item.start or _BEGINNING):
        if reach is None or (item.start or _BEGINNING) < reach:
            return True
        reach = item.until
    return False


def _tell(document: _Document, node: Any, moment: datetime | None) -> Any:
    """The state of a compiled value at a moment."""
    if isinstance(node, _Object):
        members = {key: _tell(document, inner, moment) for key, inner in node.members.items()}
        return {key: value for key, value in members.items() if value is not _NOTHING}
    if isinstance(node, _List):
        return [value for value in (_tell(document, item, moment) for item in node.items) if value is not _NOTHING]
    if not isinstance(node, _Attribute):
        return node
    holding = [item for item in node.items if item.holds(moment)]
    document.is_covered = document.is_covered or (bool(holding) and not node.is_hidden)
    if node.is_list:
        return list(_tell_items(document, holding, moment))
    return _tell_single(document, node, holding, moment) if holding else _NOTHING


def _tell_items(document: _Document, items: Iterable[_Item], moment: datetime | None) -> Iterator[Any]:
    for item in items:
        value = _tell(document, item.value, moment)
        if item.is_several and isinstance(value, list):
            yield from value
        else:
            yield value


def _tell_single(document: _Document, node: _Attribute, holding: list[_Item], moment: datetime | None) -> Any:
    ranked = sorted(holding, key=lambda item: (item.start or _BEGINNING, item.updated))
    values = [_tell(document, item.value, moment) for item in ranked]
    latest = values[-1]
    doubted = [value for item, value in zip(ranked, values, strict=True) if item.is_doubted and value != latest]
    if not node.is_contested and any(value != latest for value in values[:-1]):
        node.is_contested = True
        when = f" fra {_day(moment)}" if moment else ""
        which = "det er uklart, hvilken der gælder" if doubted else "den, der begyndte sidst, gælder"
        document.reasons[f"{node.name} har flere perioder, der dækker samme tid{when}; {which}"] = None
    # A status that may have begun last is told beside the one that is known to have begun, with the doubt about it.
    way = _way_to_text(latest, node.way_to_status)
    if not doubted or way is None:
        return latest
    texts = [text for text in (value_at(value, way) for value in doubted) if isinstance(text, str)]
    return _with_text(latest, way, lambda text: "; ".join(dict.fromkeys([text, *texts])))
