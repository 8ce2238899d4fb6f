"""An offer's facts, typed; and all that has no place among them, by path, so that nothing is lost."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pydantic import ValidationError

from generator.register.history.changes import is_empty
from generator.register.history.layouts import RawVersion
from generator.register.mapping.mapping import LIST, Mapping, canonical_names, keep, parse_path
from generator.register.model.models import Tilbud

Misread = list[tuple[str, tuple[str, Any]]]  # the reason, and the path with the value that is set aside


def read_tilbud(mapping: Mapping, raw: RawVersion) -> tuple[Tilbud, Misread]:
    """The typed offer; a fact of another kind than its field expects is set aside with the reason, never lost."""
    known, misread = raw.known, Misread()
    while True:
        try:
            return _with_misplaced_status(mapping, raw, Tilbud.model_validate(known), misread), misread
        except ValidationError as error:
            problems = error.errors(include_url=False, include_input=False)
            places = [problem["loc"] for problem in problems]
            texts = [problem["loc"] for problem in problems if problem["type"] == "string_type"]
            opened = _open_lists(known, places, texts)
            if opened is not None:
                known = opened
                continue
            known, found = _set_aside(known, places)
            _mark_unread_ages(known, places)
            misread = [(_misread_reason(mapping, *error), error) for error in found] + misread


def _with_misplaced_status(mapping: Mapping, raw: RawVersion, tilbud: Tilbud, misread: Misread) -> Tilbud:
    """With the approval's status also where it, or what it stands in, has another shape than the mapping says.

    A sanction must not go unseen because an offer has two approvals. What of it holds nobody can tell.
    """
    if tilbud.godkendelse.status is not None:
        return tilbud
    source = parse_path(mapping.sources.get("godkendelse.status", ""))
    texts: list[str] = []
    for path, value in raw.unknown.items():
        steps = parse_path(path)
        if len(steps) < len(source) and source[: len(steps)] == steps:
            texts += _texts_at(value, source[len(steps) :])
    texts += [text for _, (name, value) in misread if _STATUS.match(name) for text in _texts_at(value, ())]
    if not texts:
        return tilbud
    status = f"{'; '.join(dict.fromkeys(texts))} (uklart, hvad der gælder)"
    return tilbud.model_copy(update={"godkendelse": tilbud.godkendelse.model_copy(update={"status": status})})


_STATUS = re.compile(r"godkendelse(\.status\b.*)?")


def _texts_at(value: Any, path: Sequence[str]) -> Iterator[str]:
    """All texts at a path of objects and lists, and below it; one that stands on the way is one too."""
    if isinstance(value, list):
        for item in value:
            yield from _texts_at(item, path)
    elif isinstance(value, dict):
        for inner in (value.get(path[0]),) if path else value.values():
            yield from _texts_at(inner, path[1:])
    elif isinstance(value, str) and value.strip():
        yield value.strip()


def _open_lists(
    known: dict[str, Any], places: Iterable[tuple[int | str, ...]], texts: Sequence[tuple[int | str, ...]]
) -> dict[str, Any] | None:
    """A copy with the item in place of a list of one, which is the same to Elasticsearch; None if none is there.

    Where a text is expected, several are one text: "Skærpet tilsyn; Påbud".
    """
    opened = None
    for place in places:
        steps = _steps_to(known, place)
        value: Any = known
        for step in steps:
            value = value[step]
        if not isinstance(value, list) or not value or any(isinstance(item, (list, dict)) for item in value):
            continue
        are_texts = place in texts and isinstance(place[-1], str) and all(isinstance(item, str) for item in value)
        if len(value) == 1 or are_texts:
            text = value[0] if len(value) == 1 else "; ".join(dict.fromkeys(value))
            opened = _replaced(known if opened is None else opened, steps, text)
    return opened


def _mark_unread_ages(known: dict[str, Any], places: Iterable[tuple[int | str, ...]]) -> None:
    """Notes in a target group that one of its ages is told and can't be read: it must not pass for one without."""
    for place in places:
        match place:
            case ("maalgrupper", int(index), "alderFra" | "alderTil" as name, *_):
                group = known["maalgrupper"][index]
                group["unread"] = [*group.get("unread", ()), name]


def _replaced(value: Any, steps: Sequence[str | int], new: Any) -> Any:
    """A copy of an object or list with another value at the end of the way."""
    if not steps:
        return new
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    replaced = ((key, _replaced(inner, steps[1:], new) if key == steps[0] else inner) for key, inner in pairs)
    return dict(replaced) if isinstance(value, dict) else [inner for _, inner in replaced]


def _misread_reason(mapping: Mapping, name: str, value: Any) -> str:
    label = mapping.label(re.sub(r"\[\d+\]", LIST, name))
    return f"{label} ({name}) kan ikke læses: {str(value)[:60]!r}"


def misplaced_reasons(mapping: Mapping, raw: RawVersion) -> Iterator[str]:
    """Why objects and lists of another shape than the mapping expects are not read; they are among the unknown."""
    for path, value in raw.unknown.items():
        if _ITEM_NAME.sub(LIST, path) in mapping.groups and not is_empty(value):
            yield f"{path} kan ikke læses, for det har en anden form, end mapping.toml siger: {str(value)[:60]!r}"


_ITEM_NAME = re.compile(r"\[[^\[\]]*\]")


def _misread_values(misread: Misread) -> Iterable[tuple[str, Any]]:
    """What was set aside, to be shown under its name with the unknown fields."""
    return (value for _, value in misread)


def other_facts(mapping: Mapping, raw: RawVersion, misread: Misread) -> dict[str, Any]:
    """All that `Tilbud` has no place for: fields of the operator's own, unknown ones, and what could not be read."""
    others: dict[str, Any] = {}
    for name in mapping.sources.keys() - canonical_names():
        for path, value in _values_at(mapping, raw.known, parse_path(name), "", ""):
            keep(others, path, value)
    others = dict(sorted(others.items()))
    for path, value in (*raw.unknown.items(), *_misread_values(misread)):
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
