"""How a source lays versions out in documents; each layout becomes the same versions.

`unfold` turns documents of any layout into documents of one version each, shaped as in the layout `version`. It stands
before the access policy: it and all that comes after it know one shape only, and the dotted paths in an agreement mean
the same in every layout. What a version is called does not depend on what an audience may see; whether there is one
does in the layouts `current` and `periods`, where versions begin where facts change.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from generator.register.history import changes
from generator.register.history.changes import Cause, compare, is_empty
from generator.register.history.periods import State, has_periods, most_versions, read_periods, without
from generator.register.mapping.mapping import Mapping, Path, parse_path, value_at
from generator.register.model.clock import parse_end, parse_time, time_name
from generator.register.model.documents import Envelope, Observed, Problem, Pulls, Unreadable, VersionName

Part = tuple[VersionName | None, Envelope]
Oddness = tuple[str, bool]  # the reason, and whether a version was lost by it


@dataclass(frozen=True, slots=True)
class Access:
    """What an audience may see: of an envelope that is shaped as a version, and whether anything at a path of one."""

    permitted: Callable[[Envelope], Envelope] = lambda envelope: envelope
    shows: Callable[[Path], bool] = lambda _: True


Read = Callable[[Mapping, Envelope, Access], tuple[list[Part], list[Oddness]]]


@dataclass(frozen=True, slots=True)
class RawVersion:
    """A version as a document tells it, before observations are put together."""

    offer_id: str
    number: str
    gyldig_fra: datetime | None
    gyldig_fra_text: str | None
    gyldig_til: datetime | None  # its own end, from which on it no longer holds
    unread_end: str | None  # what stands where its end should, if that is no time
    loaded: datetime | None
    known: dict[str, Any]
    unknown: dict[str, Any]


def unfold(
    mapping: Mapping, documents: Sequence[Observed], pulls: Pulls, access: Access = Access()
) -> tuple[Sequence[Observed], list[Problem]]:
    """One document for each version that the documents hold, and what in them could not be read.

    In the layouts `current` and `periods`, where the facts themselves make the versions, what the audience may not see
    makes none.
    """
    if mapping.layout == "version":
        return documents, []  # they are that already
    if mapping.layout == "current":
        versions, problems = _unfold_current(mapping, documents, pulls, access)
    else:
        versions, problems = _unfold_each(LAYOUTS[mapping.layout], mapping, documents, pulls, access)
    return versions, list(dict.fromkeys(problems))  # a document seen in two states has most of its oddness twice


def unfold_types(mapping: Mapping, types: dict[str, str]) -> dict[str, str]:
    """The fields of a source (see `fields.field_types`) as they would be in the layout `version`."""
    shape = mapping.document
    wrapper = f"{shape.wrapper}." if shape.wrapper else ""
    if mapping.layout == "history":
        inner = f"{wrapper}{shape.versions}"
        kept = {path: kind for path, kind in types.items() if path != inner and not path.startswith(f"{inner}.")}
        return kept | {
            f"{wrapper}{path.removeprefix(f'{inner}.')}": kind for path, kind in types.items() if f"{inner}." in path
        }
    if mapping.layout == "periods":
        own = (f".{shape.period}", f".{shape.updated}", f".{shape.value}")
        values = {path.removesuffix(own[2]): kind for path, kind in types.items() if path.endswith(own[2])}
        return {
            path: kind for path, kind in types.items() if not path.endswith(own) and f"{own[0]}." not in path
        } | values
    return types


def read_version(mapping: Mapping, envelope: Envelope, name: VersionName | None = None) -> RawVersion:
    """The version that an unfolded document holds; raises Unreadable."""
    offer_id = _offer_id(mapping, envelope)
    number = name.number if name else _number(mapping, envelope)
    text = name.number if name else mapping.identity(envelope, "gyldigFra")
    known, unknown = mapping.split(envelope)
    end, unread_end = (name.end, None) if name and name.end else _own_end(mapping, envelope)
    return RawVersion(
        offer_id=offer_id,
        number=number,
        gyldig_fra=name.start if name else parse_time(text),
        gyldig_fra_text=None if text is None or (name and name.start is None) else str(text),
        gyldig_til=end,
        unread_end=unread_end,
        loaded=parse_time(mapping.identity(envelope, "sidstIndlaest")),
        known=known,
        unknown=unknown,
    )


def _own_end(mapping: Mapping, envelope: Envelope) -> tuple[datetime | None, str | None]:
    """When a version says that it ends; and what it says, where that can't be read."""
    said = mapping.identity(envelope, "gyldigTil")
    if said is None:
        return None, None
    try:
        return parse_end(said, day_is_included=mapping.document.period_until_included), None
    except ValueError:
        return None, str(said)


def gives_version(mapping: Mapping, document: Observed) -> bool:
    """Whether a document can be read as far as to say which offer it is of, and what version."""
    envelope = mapping.envelope(document.envelope)
    if envelope is None:
        return False
    try:
        _offer_id(mapping, envelope)
        if mapping.layout == "version":
            _number(mapping, envelope)
        elif mapping.layout == "history":
            return bool(_listed(mapping, envelope))
        elif mapping.layout == "periods":
            return has_periods(mapping, envelope)
    except Unreadable:
        return False
    return True


def _number(mapping: Mapping, envelope: Envelope) -> str:
    number = mapping.identity(envelope, "version")
    if number is None:
        raise Unreadable(_other_layout(mapping, envelope) or "har intet versionsnummer")
    if isinstance(number, float) and number.is_integer():
        number = int(number)  # 2.0 is what some writers make of 2
    if not isinstance(number, (str, int)) or not re.fullmatch(r"\s*\d{1,18}\s*", str(number)):
        raise Unreadable(f"har versionsnummeret {str(number)[:60]!r}, ikke et tal")
    return str(int(number))


def _offer_id(mapping: Mapping, envelope: Envelope) -> str:
    value = mapping.identity(envelope, "tilbudsId")
    if isinstance(value, bool) or not isinstance(value, (str, int)) or not str(value).strip():
        raise Unreadable("har intet tilbudsId" if value is None else f"har tilbudsId {str(value)[:60]!r}")
    return str(value).strip()


def _other_layout(mapping: Mapping, envelope: Envelope) -> str:
    """What to say of a document that is plainly of another layout than the mapping says; "" if it isn't."""
    if isinstance(value_at(envelope, parse_path(mapping.document.versions)), list):
        found = "history"
    elif has_periods(mapping, envelope):
        found = "periods"
    else:
        return ""
    return "" if found == mapping.layout else f"ser ud som document.layout = {found!r}{_hint(mapping)}"


def _hint(mapping: Mapping) -> str:
    return f"; {mapping.origin} siger {mapping.layout!r}: ret document.layout"


# One document an offer, all versions in it


def _unfold_each(
    read: Read, mapping: Mapping, documents: Iterable[Observed], pulls: Pulls, access: Access
) -> tuple[list[Observed], list[Problem]]:
    versions, problems = list[Observed](), list[Problem]()
    for document in documents:
        envelope = mapping.envelope(document.envelope)
        if envelope is None:
            versions.append(document)  # no version either: its reader says why
            continue
        try:
            _offer_id(mapping, envelope)
            parts, oddnesses = read(mapping, envelope, access)
        except Unreadable as problem:
            problems.append(Problem(document.id, str(problem), lost=True))
            continue
        problems += [Problem(document.id, reason, lost) for reason, lost in oddnesses]
        versions += [replace(document, envelope=_wrapped(mapping, part), version=name) for name, part in parts]
    return _merged(mapping, versions, pulls), problems


def _wrapped(mapping: Mapping, envelope: Envelope) -> Envelope:
    return {mapping.wrapper: envelope} if mapping.wrapper else envelope


def _merged(mapping: Mapping, versions: Iterable[Observed], pulls: Pulls) -> list[Observed]:
    """Each distinct version once: a document that grew by a version still holds the others as they were."""
    groups: dict[tuple[str, str], list[Observed]] = {}
    for version in versions:
        envelope = mapping.envelope(version.envelope) or {}
        number = version.version.number if version.version else str(mapping.identity(envelope, "version"))
        groups.setdefault((version.id, number), []).append(version)
    return [merged for group in groups.values() for merged in _merge_equal(group, pulls)]


def _merge_equal(group: list[Observed], pulls: Pulls) -> Iterable[Observed]:
    if len(group) == 1:
        return group
    equal: dict[str, list[Observed]] = {}
    for version in group:
        end = version.version.end if version.version else None
        equal.setdefault(json.dumps([version.envelope, end and str(end)], sort_keys=True), []).append(version)
    return [
        replace(same[0], seen=_joined([interval for version in same for interval in version.seen], pulls))
        for same in equal.values()
    ]


def _joined(intervals: list[tuple[int, int | None]], pulls: Pulls) -> tuple[tuple[int, int | None], ...]:
    """The intervals in order, in one where no pull lies between."""
    joined: list[tuple[int, int | None]] = []
    for first, last in sorted(intervals, key=lambda seen: (seen[0], seen[1] is None, seen[1] or 0)):
        before = joined[-1] if joined else None
        if before is None:
            joined.append((first, last))
        elif before[1] is None or (pulls.after(before[1]) or first) >= first:
            until = None if before[1] is None or last is None else max(before[1], last)
            joined[-1] = (before[0], until)
        else:
            joined.append((first, last))
    return tuple(joined)


# "history": the versions in a list


def _read_history(mapping: Mapping, envelope: Envelope, _: Access) -> tuple[list[Part], list[Oddness]]:
    name = mapping.document.versions
    path = parse_path(name)
    listed = _listed(mapping, envelope)
    # Which version it is and when it was loaded, each says for itself: the document's own clocks are no version's.
    shared = without(envelope, {path, *mapping.clocks})
    parts, oddnesses = list[Part](), list[Oddness]()
    most = most_versions(_values_in(shared))
    if most < len(listed):
        oddnesses.append((f"har {len(listed)} versioner i {name!r}; kun de sidste {most} læses", False))
    for place, version in list(enumerate(listed, start=1))[-most:]:
        try:
            part, twice = _listed_version(mapping, shared, version)
        except Unreadable as problem:
            oddnesses.append((f"{name}[{place}] {problem}", True))
            continue
        parts.append(part)
        oddnesses += [(f"har {at} anderledes end versionerne i {name!r}; versionernes gælder", False) for at in twice]
    return parts, oddnesses


def _listed(mapping: Mapping, envelope: Envelope) -> list[Any]:
    """The versions in a document; raises Unreadable where there are none."""
    name = mapping.document.versions
    listed = value_at(envelope, parse_path(name))
    if isinstance(listed, dict):
        listed = [listed]  # Elasticsearch takes one item for a list of one
    if not isinstance(listed, list):
        raise Unreadable(_other_layout(mapping, envelope) or f"har ingen liste {name!r}{_hint(mapping)}")
    if not listed:
        raise Unreadable(f"har en tom liste {name!r}")
    return listed


def _listed_version(mapping: Mapping, shared: Envelope, version: Any) -> tuple[Part, list[str]]:
    if not isinstance(version, dict):
        raise Unreadable("er ikke et objekt")
    envelope, twice = _overlaid(shared, version, "")
    offer_id = _offer_id(mapping, envelope)
    if offer_id != _offer_id(mapping, shared):
        raise Unreadable(f"har et andet tilbudsId end dokumentet: {offer_id[:60]!r}")
    if mapping.identity(envelope, "version") is not None:
        _number(mapping, envelope)
        return (None, envelope), twice
    start = _start(mapping, envelope)
    if start is None:
        raise Unreadable("har hverken versionsnummer eller en gyldigFra, der kan læses")
    return (VersionName(time_name(start), start), envelope), twice


def _start(mapping: Mapping, envelope: Envelope) -> datetime | None:
    start = parse_time(mapping.identity(envelope, "gyldigFra"))
    return start.replace(microsecond=0) if start else None  # as exact as the name


def _overlaid(below: dict[str, Any], above: dict[str, Any], path: str) -> tuple[dict[str, Any], list[str]]:
    """Both objects in one, `above` where both say something; and the paths where they say different things."""
    joined, differing = {**below, **above}, list[str]()
    for key in below.keys() & above.keys():
        old, new = below[key], above[key]
        if isinstance(old, dict) and isinstance(new, dict):
            joined[key], inner = _overlaid(old, new, f"{path}{key}.")
            differing += inner
        elif new is None:
            joined[key] = old
        elif old is not None and old != new:
            differing.append(f"{path}{key}")
    return joined, sorted(differing)


def _values_in(value: Any) -> int:
    """How many values there are, with objects and lists."""
    waiting, count = [value], 0
    while waiting:
        count += 1
        inner = waiting.pop()
        waiting += inner.values() if isinstance(inner, dict) else inner if isinstance(inner, list) else ()
    return count


# "periods": each attribute a list of values with their periods


def _read_periods(mapping: Mapping, envelope: Envelope, access: Access) -> tuple[list[Part], list[Oddness]]:
    found, reasons = read_periods(mapping, without(envelope, mapping.clocks), access.shows)
    states = list(_distinct_states(mapping, found, access))
    if not states and reasons:
        raise Unreadable(f"har ingen periode, der dækker nogen tid ({reasons[0]})")
    if not states:
        nowhere = f"har ingen {mapping.document.period!r} i nogen liste{_hint(mapping)}"
        raise Unreadable(_other_layout(mapping, envelope) or nowhere)
    parts = [(VersionName(time_name(start) if start else BEFORE, start, end), state) for start, end, state in states]
    return list(parts), [(reason, False) for reason in reasons]


def _distinct_states(mapping: Mapping, states: Iterable[State], access: Access) -> Iterator[State]:
    """The states of which something may be seen, those that follow each other and look the same in one."""
    before: State | None = None
    seen: tuple[dict[str, Any], dict[str, Any]] = {}, {}
    for start, end, envelope in states:
        facts = mapping.split(access.permitted(envelope))
        is_hidden = all(map(is_empty, facts)) and not all(map(is_empty, mapping.split(envelope)))
        if before is not None and before[1] is None and not is_hidden and facts == seen:
            before = (before[0], end, before[2])
            continue
        if before is not None:
            yield (before[0], before[1] or (start if is_hidden else None), before[2])
        before, seen = (None if is_hidden else (start, end, envelope)), facts
    if before is not None:
        yield before


BEFORE = "00000000T000000Z"  # the version that was there before the first day the register names


# "current": today's state; the history is what the mirror itself has observed


@dataclass(frozen=True, slots=True)
class _Sight:
    """One document in one interval of pulls."""

    place: int  # of what was observed
    document: str  # its `_id`
    offer_id: str
    first: int
    last: int | None
    loaded: float
    state: changes.State
    said: VersionName | None  # which version it says that it is


def _unfold_current(
    mapping: Mapping, documents: Sequence[Observed], pulls: Pulls, access: Access
) -> tuple[list[Observed], list[Problem]]:
    versions, problems, by_offer = list[Observed](), list[Problem](), dict[str, list[_Sight]]()
    for place, document in enumerate(documents):
        envelope = mapping.envelope(document.envelope)
        if envelope is None:
            versions.append(document)  # no version either: its reader says why
            continue
        try:
            sights = _sights(mapping, document, envelope, place, access)
        except Unreadable as problem:
            problems.append(Problem(document.id, str(problem), lost=True))
            continue
        problems += [Problem(document.id, reason, lost=False) for reason in _current_oddnesses(mapping, envelope)]
        by_offer.setdefault(sights[0].offer_id, []).extend(sights)
    for sights in by_offer.values():
        named: dict[tuple[int, VersionName], list[tuple[int, int | None]]] = {}
        for sight, name in _named(mapping, sights, pulls):
            named.setdefault((sight.place, name), []).append((sight.first, sight.last))
        versions += [replace(documents[place], version=name, seen=tuple(s)) for (place, name), s in named.items()]
    return versions, problems


def _sights(mapping: Mapping, document: Observed, envelope: Envelope, place: int, access: Access) -> list[_Sight]:
    offer_id = _offer_id(mapping, envelope)
    if other := _other_layout(mapping, envelope):
        raise Unreadable(other)
    loaded = parse_time(mapping.identity(envelope, "sidstIndlaest"))
    state, said = mapping.split(access.permitted(envelope)), _said(mapping, envelope)
    return [
        _Sight(place, document.id, offer_id, first, last, loaded.timestamp() if loaded else 0.0, state, said)
        for first, last in document.seen
    ]


def _said(mapping: Mapping, envelope: Envelope) -> VersionName | None:
    start = _start(mapping, envelope)
    try:
        return VersionName(_number(mapping, envelope), start)
    except Unreadable:
        return VersionName(time_name(start), start) if start else None


def _current_oddnesses(mapping: Mapping, envelope: Envelope) -> list[str]:
    number, start = mapping.identity(envelope, "version"), mapping.identity(envelope, "gyldigFra")
    reasons = []
    if start is not None and parse_time(start) is None:
        reasons.append(f"har gyldigFra {str(start)[:60]!r}, ikke et tidspunkt")
    try:
        _number(mapping, envelope)
    except Unreadable as problem:
        reasons += [str(problem)] if number is not None else []
    return reasons


def _named(mapping: Mapping, sights: list[_Sight], pulls: Pulls) -> list[tuple[_Sight, VersionName]]:
    """Each sight of an offer with the version that it is.

    One that doesn't say so is the version before it unless own values differ; an address without a key counts as
    own, for a move must not pass for a better spelling. A new one begins when the pull that saw it ended; of what the
    archive's first complete pull found nobody knows since when it has been so.
    """
    named: list[tuple[_Sight, VersionName]] = []
    latest: dict[str, tuple[_Sight, VersionName]] = {}  # of each document
    moment: datetime | None = None  # by which the latest that began by a pull is called
    for sight in sorted(sights, key=lambda s: (s.first, s.loaded, s.place)):
        before = named[-1] if named else None
        if sight.said is not None:
            name = sight.said
        elif (own := latest.get(sight.document)) is not None and _is_same(mapping, own[0].state, sight.state):
            name = own[1]
        elif before is not None and _is_same(mapping, before[0].state, sight.state):
            name = before[1]
        elif (beside := _served_beside(named, sight)) is not None:
            name = beside
        else:
            seen = pulls.finished(sight.first).replace(microsecond=0)
            # Two pulls may end in one second, or the clock was set back.
            moment = seen if moment is None else max(seen, moment + timedelta(seconds=1))
            is_oldest = before is None and sight.first <= pulls.baseline
            name = VersionName(time_name(moment), None if is_oldest else moment)
        named.append((sight, name))
        latest[sight.document] = (sight, name)
    return named


def _served_beside(named: list[tuple[_Sight, VersionName]], sight: _Sight) -> VersionName | None:
    """The version of another document of the offer that is served at the same time: together they are one version."""
    for other, name in reversed(named):
        if other.said is None and (other.last is None or other.last >= sight.first):
            return name
    return None


def _is_same(mapping: Mapping, before: changes.State, after: changes.State) -> bool:
    return all(change.cause is Cause.BERIGELSE for change in compare(mapping, before, after))


LAYOUTS: dict[str, Read] = {"history": _read_history, "periods": _read_periods}
