"""Whether documents have what is looked for in them; what was found once is not looked for again."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from generator.register.mapping.mapping import LIST, Path
from generator.register.model.documents import Envelope

Depths = tuple[int, int]  # see _Place
_NOWHERE = -1


@dataclass(slots=True)
class _Place:
    """Where one thing may stand: a path without the marks of lists; and how far documents led towards it."""

    steps: Path
    missed: int = _NOWHERE  # the deepest step that something with content lacked
    empty: int = _NOWHERE  # the deepest step before which there was nothing: null, an empty list or object


@dataclass(frozen=True, slots=True)
class Unfound:
    """What some documents did not have, and how far they led towards it; many of them make one, in any order."""

    depths: dict[str, Depths] = field(default_factory=dict)

    def and_also(self, other: "Unfound") -> "Unfound":
        """What neither these documents nor the others had."""
        both = self.depths.keys() & other.depths.keys()
        return Unfound({name: _deepest(self.depths[name], other.depths[name]) for name in both})

    @property
    def names(self) -> list[str]:
        """All of it that was looked for, in order; nothing if there were no documents."""
        return sorted(name for name, depths in self.depths.items() if max(depths) > _NOWHERE)

    @property
    def lacking(self) -> list[str]:
        """The same without what only empty lists and objects could have held: nothing is known of that."""
        return [name for name in self.names if self.depths[name][0] >= self.depths[name][1]]


def _deepest(first: Depths, second: Depths) -> Depths:
    return max(first[0], second[0]), max(first[1], second[1])


class Search:
    """Looks for several things by name, each under any of its paths; "*" in a path stands for any one part.

    With `by_value`, a thing is found where it holds a value; else where its name is, whatever it holds.
    """

    def __init__(self, wanted: Mapping[str, Iterable[Path]], *, by_value: bool) -> None:
        self._by_value = by_value
        self._left = {
            name: [_Place(tuple(part for part in path if part != LIST)) for path in paths]
            for name, paths in wanted.items()
        }

    def look(self, envelope: Envelope) -> None:
        """Looks through one envelope for what was not found yet."""
        if self._left:
            found = [name for name, places in self._left.items() if any(self._leads(p, envelope, 0) for p in places)]
            for name in found:
                del self._left[name]

    @property
    def unfound(self) -> Unfound:
        """What none of the envelopes had."""
        return Unfound(
            {
                name: (max(place.missed for place in places), max(place.empty for place in places))
                for name, places in self._left.items()
            }
        )

    def _leads(self, place: _Place, value: Any, step: int) -> bool:
        """Whether the rest of a path, from `step` on, is found in a value."""
        steps = place.steps
        if isinstance(value, list) and (step < len(steps) or self._by_value):
            if not value:
                place.empty = max(place.empty, step)
            return any(self._leads(place, item, step) for item in value)
        if step == len(steps):
            if not self._by_value or _holds(value):
                return True
            place.empty = step
            return False
        if value is None or value == {}:
            place.empty = max(place.empty, step)
            return False
        if isinstance(value, dict) and any(self._leads(place, *inner) for inner in _members_meant(value, steps, step)):
            return True
        if not isinstance(value, dict) or steps[step] not in value:
            place.missed = max(place.missed, step)
        return False


def _members_meant(value: Mapping[str, Any], steps: Path, step: int) -> Iterator[tuple[Any, int]]:
    """The members to which a path leads from `step` on, each with the step that comes after it."""
    wanted = steps[step]
    if wanted in value:
        yield value[wanted], step + 1
    for key, member in value.items():
        if wanted == "*" or "." in key:
            parts = key.split(".")  # Elasticsearch takes "a.b" for b in a
            if all(w in ("*", p) for w, p in zip(steps[step:], parts, strict=False)):
                yield member, min(step + len(parts), len(steps))


def _holds(value: Any) -> bool:
    """Whether there is anything in it."""
    if isinstance(value, dict):
        return any(map(_holds, value.values()))
    if isinstance(value, list):
        return any(map(_holds, value))
    return value is not None and value != ""
