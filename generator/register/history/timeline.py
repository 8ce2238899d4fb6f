"""An offer's history, put together from every document the archive has of it.

The rules (they are promises, see docs/architecture.md): a version is (tilbudsId, number), or its start where it has no
number; versions are ordered by number, by start where one has none, and end where the next begins; the latest
observation *is* the version, earlier ones are nested in its entry; what came after the archive's first complete pull is
reported on the day this mirror saw it.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, TypeVar

from pydantic import ValidationError

from generator.register.history.changes import Cause, Change, State, compare
from generator.register.history.layouts import RawVersion, read_version
from generator.register.mapping.mapping import LIST, Mapping, canonical_names, keep, parse_path
from generator.register.model.clock import danish_day, end_of_day
from generator.register.model.documents import Observed, Problem, Pulls, Unreadable
from generator.register.model.json_text import Unread
from generator.register.model.models import Tilbud

T = TypeVar("T")
Misread = list[tuple[str, tuple[str, Any]]]  # the reason, and the path with the value that is set aside


@dataclass(frozen=True, slots=True)
class Correction:
    """An earlier observation of a version gave way to a later one: only enrichment, or own values too (rettelse)."""

    seen_at: datetime
    cause: Cause
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One version on the timeline."""

    number: str
    gyldig_fra: datetime | None
    gyldig_til: datetime | None  # where the next version begins; None while it holds
    known_from: datetime | None  # when this mirror first saw it; None if the first complete pull already had it
    reported: datetime  # the day on which it is reported
    is_first: bool
    is_current: bool
    last_seen: datetime | None  # when the source last served it; None while it still does
    changes: tuple[Change, ...]
    corrections: tuple[Correction, ...]
    initial: dict[str, Any] | None = None  # name and approval of the first version, as `Mapping.split` gives them

    @property
    def is_own(self) -> bool:
        """Whether its source changed something; what only the platform or the law did is no change of the offer's."""
        return self.is_first or any(change.cause is Cause.KILDE for change in self.changes)


@dataclass(frozen=True, slots=True)
class Version:
    """A whole state of an offer: what it was, and the rest that `Tilbud` has no place for, by path."""

    number: str
    gyldig_fra: datetime | None
    reported: datetime  # stands in for the start where the register doesn't give one
    tilbud: Tilbud
    unknown: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer as the site shows it: its current state and its timeline, newest version first."""

    id: str
    current: Tilbud
    unknown: dict[str, Any]
    entries: tuple[TimelineEntry, ...]
    former_names: tuple[str, ...]
    is_ceased: bool
    last_seen: datetime | None  # when it was last in the register; None while it still is
    missed: datetime | None  # when the first pull ended that no longer found it; None likewise
    status_since: datetime | None
    first_pull: int
    problems: tuple[Problem, ...]
    versions: tuple[Version, ...] = ()  # every state, oldest first

    @property
    def is_active(self) -> bool:
        """Neither ceased nor gone from the register."""
        return not self.is_ceased and self.last_seen is None

    @property
    def current_entry(self) -> TimelineEntry:
        """The version that `current` is."""
        return next(entry for entry in self.entries if entry.is_current)

    def without_versions(self) -> "Offer":
        """The same without the states of old, which are most of an offer's weight."""
        return replace(self, versions=())


@dataclass(slots=True)
class _Sighting:
    """One observation of a version: what was served, when it was first seen like that, and until when."""

    raw: RawVersion
    pull: int
    last: int | None
    order: int

    @property
    def state(self) -> State:
        return self.raw.known, self.raw.unknown


def read_offers(
    mapping: Mapping, documents: Iterable[Observed], pulls: Pulls, *, history: bool = True, ceased: bool = True
) -> tuple[list[Offer], list[Problem]]:
    """The offers in unfolded documents and what could not be read; without `history` only the current version."""
    problems: list[Problem] = []
    by_offer: dict[str, dict[str, list[_Sighting]]] = {}
    for order, document in enumerate(documents):
        raw = _read_document(mapping, document, problems)
        if raw is not None:
            versions = by_offer.setdefault(raw.offer_id, {})
            versions.setdefault(raw.number, []).extend(
                _Sighting(raw, first, last, order) for first, last in document.seen
            )
    offers = [_build_offer(mapping, key, versions, pulls, history, problems) for key, versions in by_offer.items()]
    shown = []
    for offer in offers:
        problem = _problem_of_status(mapping, offer, ceased)
        if problem is not None:
            problems.append(problem)
        if ceased or (offer.is_active and not (problem and problem.hides)):
            shown.append(offer)
    return shown, problems


def _problem_of_status(mapping: Mapping, offer: Offer, ceased: bool) -> Problem | None:
    """That nobody has said of an offer's status whether it means ceased; then it is not shown where those are not."""
    status = offer.current.status
    if not offer.is_active or status in mapping.active or (ceased and status is None):
        return None
    said = "har ingen status" if status is None else f"har status {str(status)[:60]!r}"
    reason = f"{said}, som [values] i mapping.toml hverken nævner som active eller ceased"
    document = f"{offer.id}-{offer.current_entry.number}"
    return Problem(document, reason if ceased else f"{reason}; tilbuddet vises ikke", lost=False, hides=not ceased)


def _read_document(mapping: Mapping, document: Observed, problems: list[Problem]) -> RawVersion | None:
    envelope = mapping.envelope(document.envelope)
    try:
        if isinstance(document.envelope, Unread):
            raise Unreadable(document.envelope.reason)
        if envelope is None:
            raise Unreadable(f"har intet objekt {mapping.wrapper!r}" if mapping.wrapper else "er ikke et objekt")
        version = read_version(mapping, envelope, document.version)
    except Unreadable as problem:
        problems.append(Problem(document.id, str(problem), lost=True))
        return None
    if version.gyldig_fra is None:
        said = version.gyldig_fra_text
        reason = "har ingen gyldigFra" if said is None else f"har gyldigFra {said!r}, ikke et tidspunkt"
        problems.append(Problem(document.id, reason, lost=False))
    return version


def _build_offer(
    mapping: Mapping,
    offer_id: str,
    versions: dict[str, list[_Sighting]],
    pulls: Pulls,
    history: bool,
    problems: list[Problem],
) -> Offer:
    _put_in_order(versions, pulls)
    numbers = _in_order(versions)
    latest = {number: versions[number][-1] for number in numbers}
    current = _current_number(numbers, versions, latest, pulls)
    first_number = numbers[0]
    every = [sighting for sightings in versions.values() for sighting in sightings]
    if not history:
        numbers = [current]
    states = {number: latest[number].state for number in numbers}
    read = {number: _read_tilbud(mapping, latest[number]) for number in numbers}
    tilbud, misread = read[current]
    own_problems = [
        Problem(f"{offer_id}-{number}", reason, lost=False)
        for number in (current, *(number for number in numbers if number != current))
        for reason, _ in read[number][1]
    ]
    problems += own_problems
    entries = [
        _build_entry(mapping, numbers, place, states, versions[number], latest, pulls, current)
        for place, number in enumerate(numbers)
    ]
    tells_since = history or current == first_number
    if not history:
        entries = [replace(entry, is_first=current == first_number, corrections=()) for entry in entries]
    held = [number for number, _ in that_held(numbers, lambda number: latest[number].raw.gyldig_fra)]
    return Offer(
        id=offer_id,
        current=tilbud,
        unknown=_others(mapping, latest[current].raw, misread),
        entries=tuple(reversed(entries)),
        former_names=_former_names(held, states, current),
        is_ceased=tilbud.status in mapping.ceased,
        last_seen=_last_seen(every, pulls),
        missed=_missed(every, pulls),
        status_since=_status_since(numbers, latest, current, mapping.ceased) if tells_since else None,
        first_pull=min(sighting.pull for sighting in every),
        problems=tuple(own_problems),
        versions=tuple(_version(mapping, entry, latest[entry.number].raw, *read[entry.number]) for entry in entries),
    )


def _version(mapping: Mapping, entry: TimelineEntry, raw: RawVersion, tilbud: Tilbud, misread: Misread) -> Version:
    return Version(entry.number, entry.gyldig_fra, entry.reported, tilbud, _others(mapping, raw, misread))


_BEGINNING = datetime.min.replace(tzinfo=UTC)


def _put_in_order(versions: dict[str, list[_Sighting]], pulls: Pulls) -> None:
    """Sorts each version's sightings, so that the last one is the version."""
    for sightings in versions.values():
        # Seen first comes first; within one pull the load time decides, which only grows.
        sightings.sort(key=lambda s: (s.pull, s.raw.loaded.timestamp() if s.raw.loaded else 0.0, s.order))
        sightings += _outlasting(sightings, pulls)


def _in_order(versions: dict[str, list[_Sighting]]) -> list[str]:
    """By number; where one has none, all by their start, which is then what it is called."""
    if all(map(str.isdecimal, versions)):
        return sorted(versions, key=int)
    return sorted(versions, key=lambda number: (versions[number][-1].raw.gyldig_fra or _BEGINNING, number))


def _outlasting(sightings: Sequence[_Sighting], pulls: Pulls) -> list[_Sighting]:
    """The sighting that is the version again, because the one that came after it is gone and it is still served."""
    gone, still = sightings[-1].last, [s for s in sightings if s.last is None]
    if gone is None or not still:
        return []
    return [replace(still[-1], pull=pulls.after(gone) or gone)]


def _current_number(
    numbers: Sequence[str], versions: dict[str, list[_Sighting]], latest: dict[str, _Sighting], pulls: Pulls
) -> str:
    """The highest version in force on the data's own day, among those that were served last."""
    lasts = {number: _last_pull(versions[number], pulls) for number in numbers}
    newest = max(lasts.values())
    served = [number for number in numbers if lasts[number] == newest]
    today = end_of_day(danish_day(pulls.latest.finished))
    begun = [n for n in served if (start := latest[n].raw.gyldig_fra) is None or start <= today]
    return (begun or served)[-1]


def _last_pull(sightings: Sequence[_Sighting], pulls: Pulls) -> int:
    return max(pulls.latest.number if s.last is None else s.last for s in sightings)


def _build_entry(
    mapping: Mapping,
    numbers: Sequence[str],
    place: int,
    states: dict[str, State],
    sightings: Sequence[_Sighting],
    latest: dict[str, _Sighting],
    pulls: Pulls,
    current: str,
) -> TimelineEntry:
    number = numbers[place]
    start = latest[number].raw.gyldig_fra
    first_pull = min(s.pull for s in sightings)
    known_from = pulls.finished(first_pull) if first_pull > pulls.baseline else None
    following = numbers[place + 1] if place + 1 < len(numbers) else None
    return TimelineEntry(
        number=number,
        gyldig_fra=start,
        gyldig_til=latest[following].raw.gyldig_fra if following else None,
        known_from=known_from,
        reported=known_from or start or pulls.finished(first_pull),
        is_first=place == 0,
        is_current=number == current,
        last_seen=_last_seen(sightings, pulls),
        changes=tuple(compare(mapping, states[numbers[place - 1]], states[number])) if place else (),
        corrections=tuple(_corrections(mapping, sightings, pulls)),
        initial=_beginning(states[number][0]) if place == 0 else None,
    )


def _beginning(known: dict[str, Any]) -> dict[str, Any]:
    return {name: known[name] for name in ("navn", "godkendelse") if name in known}


def _corrections(mapping: Mapping, sightings: Sequence[_Sighting], pulls: Pulls) -> list[Correction]:
    found = []
    for earlier, later in pairwise(sightings):
        changes = compare(mapping, earlier.state, later.state, same_version=True)
        a, b = earlier.raw.gyldig_fra_text, later.raw.gyldig_fra_text
        if a != b and (earlier.raw.gyldig_fra or a) != (later.raw.gyldig_fra or b):
            changes.insert(0, Change("gyldigFra", Cause.KILDE, "changed", a, b))
        if changes:
            only_enriched = all(change.cause is Cause.BERIGELSE for change in changes)
            cause = Cause.BERIGELSE if only_enriched else Cause.KILDE
            found.append(Correction(pulls.finished(later.pull), cause, tuple(changes)))
    return found


def _last_seen(sightings: Sequence[_Sighting], pulls: Pulls) -> datetime | None:
    if any(s.last is None for s in sightings):
        return None
    return pulls.finished(max(s.last for s in sightings if s.last is not None))


def that_held(candidates: Sequence[T], start_of: Callable[[T], datetime | None]) -> list[tuple[T, datetime | None]]:
    """Those of versions in order that held at some time, each with when the next of them began; None for the last.

    The state on day D is the highest version with gyldigFra ≤ D: one that a higher with an earlier start has overtaken
    never held.
    """
    held: list[tuple[T, datetime | None]] = []
    following: datetime | None = None
    for candidate in reversed(candidates):
        start = start_of(candidate)
        if following is None or start is None or start < following:
            held.append((candidate, following))
            following = start or following
    return held[::-1]


def _missed(sightings: Sequence[_Sighting], pulls: Pulls) -> datetime | None:
    """By number, not by time: two pulls may end in the same second."""
    if any(s.last is None for s in sightings):
        return None
    last = max(s.last for s in sightings if s.last is not None)
    return pulls.finished(pulls.after(last) or last)


def _former_names(numbers: Sequence[str], states: dict[str, State], current: str) -> tuple[str, ...]:
    """Names it had, newest first, without the one it has."""

    def name_of(number: str) -> str:
        return " ".join(str(states[number][0].get("navn") or "").split())

    before, now = numbers[: list(numbers).index(current)], name_of(current)
    names = dict.fromkeys(name_of(number) for number in reversed(before))
    return tuple(name for name in names if name and name != now)


def _status_since(
    numbers: Sequence[str], latest: dict[str, _Sighting], current: str, ceased: Collection[str]
) -> datetime | None:
    """When the current approval status began to hold without a break; of what has ceased, when it did.

    Versions that never held interrupt nothing, and another spelling of a status is the same status.
    """

    def status_of(number: str) -> tuple[Any, Any]:
        known = latest[number].raw.known
        if isinstance(known.get("status"), str) and known["status"] in ceased:
            return "ceased", None  # however its approval is worded since
        approval = known.get("godkendelse")
        status = approval.get("status") if isinstance(approval, dict) else None
        return _folded(known.get("status")), _folded(status)

    def start_of(number: str) -> datetime | None:
        return latest[number].raw.gyldig_fra

    held = [number for number, _ in that_held(numbers[: list(numbers).index(current) + 1], start_of)]
    since, now = start_of(current), status_of(current)
    for number in reversed(held[:-1]):
        if status_of(number) != now:
            break
        since = start_of(number) or since
    return since


def _folded(value: Any) -> Any:
    return value.strip().casefold() if isinstance(value, str) else value


def _read_tilbud(mapping: Mapping, sighting: _Sighting) -> tuple[Tilbud, Misread]:
    """The typed offer; a fact of another kind than its field expects is set aside with the reason, never lost."""
    known, misread = sighting.raw.known, list[tuple[str, tuple[str, Any]]]()
    while True:
        try:
            return Tilbud.model_validate(known), misread
        except ValidationError as error:
            places = [problem["loc"] for problem in error.errors(include_url=False, include_input=False)]
            known, found = _set_aside(known, places)
            misread = [(_misread_reason(mapping, *error), error) for error in found] + misread


def _misread_reason(mapping: Mapping, name: str, value: Any) -> str:
    label = mapping.label(re.sub(r"\[\d+\]", LIST, name))
    return f"{label} ({name}) kan ikke læses: {str(value)[:60]!r}"


def misread_values(misread: Misread) -> Iterable[tuple[str, Any]]:
    """What was set aside, to be shown under its name with the unknown fields."""
    return (value for _, value in misread)


def _others(mapping: Mapping, raw: RawVersion, misread: Misread) -> dict[str, Any]:
    """All that `Tilbud` has no place for: fields of the operator's own, unknown ones, and what could not be read."""
    others: dict[str, Any] = {}
    for name in mapping.sources.keys() - canonical_names():
        for path, value in _values_at(mapping, raw.known, parse_path(name), "", ""):
            keep(others, path, value)
    others = dict(sorted(others.items()))
    for path, value in (*raw.unknown.items(), *misread_values(misread)):
        keep(others, path, value)
    return others


def _values_at(mapping: Mapping, value: Any, rest: tuple[str, ...], name: str, path: str) -> Iterator[tuple[str, Any]]:
    """The values of one field of ours, each under its path with the identity of the items that it is in."""
    if not rest:
        if value is not None:
            yield path, value
    elif rest[0] == LIST:
        member = mapping.list_identities.get(name, "")
        for item in value if isinstance(value, list) else ():
            said = item.get(member, "") if isinstance(item, dict) else ""
            yield from _values_at(mapping, item, rest[1:], f"{name}{LIST}", f"{path}[{said}]")
    elif isinstance(value, dict):
        key, dot = rest[0], "." if name else ""
        yield from _values_at(mapping, value.get(key), rest[1:], f"{name}{dot}{key}", f"{path}{dot}{key}")


_Values = list[tuple[str, Any]]
_Cut = dict[str | int, Any]  # what is taken out of an object or list: each key or place → what of it, or all


def _set_aside(known: dict[str, Any], places: Iterable[tuple[int | str, ...]]) -> tuple[dict[str, Any], _Values]:
    """A copy of `known` without the values at these places; and each of these values with its dotted name."""
    cut: _Cut = {}
    found: dict[str, Any] = {}
    for place in places:
        inner, steps = cut, _steps_to(known, place)
        value: Any = known
        for step in steps[:-1]:
            value = value[step]
            inner = inner.setdefault(step, {})
            if inner is _ALL:
                break
        else:
            inner[steps[-1]] = _ALL
            found[_name_of(steps)] = value[steps[-1]]
    return _without(known, cut), list(found.items())


_ALL: _Cut = {}


def _steps_to(known: dict[str, Any], place: tuple[int | str, ...]) -> list[str | int]:
    """The way to what is at a place; to what holds it where there is nothing by that name."""
    steps: list[str | int] = []
    value: Any = known
    for step in place:
        is_there = step in value if isinstance(value, dict) else isinstance(value, list) and isinstance(step, int)
        if not is_there:
            break
        steps.append(step)
        value = value[step]
    return steps


def _name_of(steps: Iterable[str | int]) -> str:
    """ "takster[3].beloeb": places in lists counted from one."""
    return "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in steps).removeprefix(".")


def _without(value: Any, cut: _Cut) -> Any:
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    kept = (
        (key, _without(inner, cut[key]) if key in cut else inner) for key, inner in pairs if cut.get(key) is not _ALL
    )
    return dict(kept) if isinstance(value, dict) else [inner for _, inner in kept]
