"""Whether a source's fields look as if its versions were laid out in another way than the mapping says."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from generator.register.mapping.mapping import LIST, Mapping
from generator.register.mapping.similarity import is_same_name

FEWEST_PERIODS = 2  # objects with a period; one may be of a single fact, such as an approval
LEAST_SHARE = 0.5  # of our fields that must stand inside a list of versions

_PERIOD_NAMES = ("periode", "period", "gyldighed", "gyldighedsperiode", "virkning", "virkningstid")
_BOUNDS = (("gyldigFra", "gyldigTil"), ("fra", "til"), ("virkningFra", "virkningTil"), ("start", "slut"))
_VALUE_NAMES = ("vaerdi", "value", "indhold")
_LIST_NAMES = ("versioner", "versions", "historik", "history", "udgaver", "tilstande")


@dataclass(frozen=True, slots=True)
class LayoutHint:
    """Another layout that the source looks like, why, and the lines of [document] that say so."""

    layout: str
    why: str
    lines: tuple[str, ...]


def layout_hint(mapping: Mapping, types: dict[str, str], wrapper: str) -> LayoutHint | None:
    """What a source's `field_types`, not unfolded, look like; None where that is what the mapping says, or unclear."""
    inside = _inside(types, wrapper)
    found = _periods(mapping, inside) or _history(mapping, inside)
    if found is not None:
        return None if found.layout == mapping.layout and _says(mapping, found) else found
    return _no_such_thing(mapping, inside)


def _inside(types: dict[str, str], wrapper: str) -> dict[str, str]:
    prefix = f"{wrapper}." if wrapper else ""
    return {path.removeprefix(prefix): kind for path, kind in types.items() if path.startswith(prefix)}


def _says(mapping: Mapping, hint: LayoutHint) -> bool:
    """Whether the file has all that the hint would have it say."""
    shape = mapping.document
    return all(
        getattr(shape, key) == value.strip('"') for key, _, value in (line.partition(" = ") for line in hint.lines)
    )


def _periods(mapping: Mapping, inside: dict[str, str]) -> LayoutHint | None:
    """Facts that have a period beside them: at least two, of which the mapping names something around."""
    shape = mapping.document
    names = (shape.period, *_PERIOD_NAMES)
    bounds = ((shape.period_from, shape.period_until), *_BOUNDS)
    found: dict[tuple[str, str, str], list[str]] = {}
    for path in inside:
        above, _, last = path.rpartition(".")
        if above and any(is_same_name(name, last) for name in names) and (pair := _bounds_in(inside, path, bounds)):
            found.setdefault((last, *pair), []).append(above)
    if not found:
        return None
    (period, first, until), places = max(found.items(), key=lambda item: len(item[1]))
    if len(places) < FEWEST_PERIODS:
        return None
    value = next(
        (name for name in (shape.value, *_VALUE_NAMES) if any(f"{place}.{name}" in inside for place in places)), ""
    )
    lines = {"layout": "periods", "period": period, "period_from": first, "period_until": until}
    lines |= {"value": value} if value else {}
    why = f"{len(places)} of its objects have a period {period!r} with {first!r} and {until!r}, such as {places[0]!r}"
    return LayoutHint("periods", why, _lines(mapping, lines))


def _bounds_in(inside: dict[str, str], path: str, bounds: Iterable[tuple[str, str]]) -> tuple[str, str] | None:
    members = [other.rpartition(".")[2] for other in inside if other.rpartition(".")[0] == path]
    for names in bounds:
        pair = tuple(next((own for own in members if is_same_name(name, own)), "") for name in names)
        if all(pair):
            return pair[0], pair[1]
    return None


def _history(mapping: Mapping, inside: dict[str, str]) -> LayoutHint | None:
    """A list of versions: what is called so, or holds most of our fields, with the offer's id beside it."""
    shape = mapping.document
    ours = [path.replace(LIST, "") for path in mapping.sources.values()]
    beside = any(path in inside for path in mapping.identities["tilbudsId"])
    for place in _objects(inside):
        is_called_so = any(is_same_name(name, place) for name in (shape.versions, *_LIST_NAMES))
        share = sum(f"{place}.{path}" in inside for path in ours) / len(ours)
        now = sum(path in inside for path in ours) / len(ours)
        starts = any(
            f"{place}.{path}" in inside for path in (*mapping.identities["gyldigFra"], *mapping.identities["version"])
        )
        if now < share and ((is_called_so and starts) or (beside and share >= LEAST_SHARE and starts)):
            why = f"{place!r} holds {share:.0%} of the fields that the mapping names, each with its start"
            return LayoutHint("history", why, _lines(mapping, {"layout": "history", "versions": place}))
    return None


def _objects(inside: dict[str, str]) -> Iterator[str]:
    """The outermost objects."""
    yield from dict.fromkeys(path.partition(".")[0] for path in inside if "." in path)


def _no_such_thing(mapping: Mapping, inside: dict[str, str]) -> LayoutHint | None:
    """What to say where the file tells of lists or periods that the source doesn't have."""
    if mapping.layout not in ("periods", "history"):
        return None
    lacks = mapping.document.period if mapping.layout == "periods" else mapping.document.versions
    has_number = any(path in inside for path in mapping.identities["version"])
    layout = "version" if has_number else "current"
    if any(lacks in path.split(".") for path in inside):
        return None
    why = (
        f"nothing in it is called {lacks!r}, and {'its documents have' if has_number else 'no document has'} a version"
    )
    return LayoutHint(layout, why, (f'layout = "{layout}"',))


def _lines(mapping: Mapping, said: dict[str, str]) -> tuple[str, ...]:
    """The lines of [document] that are not there yet; the layout always."""
    shape = mapping.document
    return tuple(f'{key} = "{value}"' for key, value in said.items() if key == "layout" or getattr(shape, key) != value)
