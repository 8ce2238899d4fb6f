"""The mapping compared with what a source says it has; for each field that is missing there, the likeliest path.

First the objects and lists are matched, parents before children: one whose fields are there stands for itself, any
other is looked for by its name, by its fields' names and by its parent's match. So a subtree that was renamed is found
as one, and its fields agree. Then fields and paths are paired, the best pair first, each path once: those of the same
name, where they should be or one object further in or out, before all that are only alike.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from generator.register.mapping.layout_hints import LayoutHint, layout_hint
from generator.register.mapping.mapping import LIST, Mapping
from generator.register.mapping.similarity import (
    field_likeness,
    is_another_fact,
    is_named_after,
    mean_likeness,
    name_likeness,
    names_object,
    object_likeness,
    path_likeness,
    same_field,
)
from generator.register.mapping.type_fit import FITTING, UNLIKELY, ValueKind, kind_of_field, kind_of_identity
from generator.register.mapping.type_fit import fit as type_fit

LEAST_FIELD = 0.65  # below, no path is proposed
LEAST_NAME = 0.5  # nor where the names share less, however well the place would suit
DRAW = 0.02  # a path that scores as close as this is as likely
SURE = 0.9  # what a proposal is worth at least that is sure, and any other less
ONE_FURTHER = 0.85  # what a place is worth that is one object further in, where a field of the same name is
NEIGHBOURS = 0.1  # and how much more where all the fields went that stood beside it
ONE_BACK = 0.8  # and one object further out, if the name doesn't say in which it was
ALIKE_INSIDE = 0.9  # how much of an object must be found again in one of another name, to be sure that it is that
ALIKE_ELSEWHERE = 0.7  # and how little of it in any other
ONLY_BY_TYPE = 0.5  # what a path is worth that nothing but its type and place speaks for
LEAST_OBJECT = 0.55
LEAST_FLAT = 0.5  # an object that is not there has no name to be alike
LEAST_WRAPPER = 0.5
NO_VALUE = ("object", "nested", "alias")  # what a field can't be: a document holds no value of its own there
GEO_POINT = ("lat", "lon")  # what documents hold where a mapping says no more than geo_point
MOST_LEVELS = 50  # of objects that are looked at; an index of Elasticsearch maps 20
OPTIONAL = "demo"  # only made-up documents have it
WRAPPER = "document.wrapper"


@dataclass(frozen=True, slots=True)
class Covered:
    """A field of the mapping that the source has."""

    name: str  # as a key of the mapping file: "fields.navn"
    path: str  # as the mapping says it, with []
    type: str
    expected: ValueKind
    is_likely: bool  # whether the type can hold what the field should


@dataclass(frozen=True, slots=True)
class Proposal:
    """Where a missing field may be found."""

    path: str  # as the mapping would say it, with []
    type: str
    score: float  # up to 1
    by_type_only: bool = False  # the names are not alike, but nothing else of its type is left in its object
    as_likely: tuple[str, ...] = ()  # other paths that suit as well: whoever knows the source must choose
    is_sure: bool = False  # the same name in the same place, and nothing else that it could be


@dataclass(frozen=True, slots=True)
class Missing:
    """A field of the mapping that the source doesn't have under any of its paths."""

    name: str
    paths: tuple[str, ...]
    proposal: Proposal | None
    stays: str  # the path to write where nothing is proposed: its list may have moved


@dataclass(frozen=True, slots=True)
class Unknown:
    """A field of the source that the mapping doesn't name."""

    path: str  # inside the wrapper; in full if it is outside
    type: str
    is_outside: bool = False
    proposed_for: str = ""  # the name of the missing field that it is proposed for


@dataclass(frozen=True, slots=True)
class Changed:
    """A path of the source whose type is not what it was."""

    path: str  # in full, wrapper included
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """The mapping beside the source; `changed` is None where nothing is known of before."""

    covered: tuple[Covered, ...]
    missing: tuple[Missing, ...]
    unknown: tuple[Unknown, ...]
    changed: tuple[Changed, ...] | None
    layout: LayoutHint | None = None  # where the source looks laid out in another way

    @property
    def proposed(self) -> tuple[Missing, ...]:
        """The missing fields that there is a proposal for."""
        return tuple(missing for missing in self.missing if missing.proposal)


def compare(
    mapping: Mapping, types: dict[str, str], before: dict[str, str] | None = None, raw: dict[str, str] | None = None
) -> Comparison:
    """Compares a mapping with a source's fields, and those with what they were.

    `types` and `before` are the `field_types`, unfolded; `raw` are those of now as the source has them.
    """
    asked = tuple(_asked(mapping))
    named = {path for item in asked for path in item.plain_paths} | set(mapping.identities[OPTIONAL])
    wrapper, covered_wrapper, missing_wrapper = _compare_wrapper(mapping, types)
    source = _Source(_inside(types, wrapper))
    found = {item.name: there for item in asked if (there := item.path_in(source))}
    proposals = _Matching(asked, found, source, named).proposals()
    if missing_wrapper and not found and not proposals:  # whatever is in it, it is nothing of ours
        wrapper, missing_wrapper = None, (Missing(WRAPPER, (mapping.wrapper,), None, mapping.wrapper),)
        source = _Source({})
    return Comparison(
        covered=(*covered_wrapper, *(_covered(item, found[item.name], source) for item in asked if item.name in found)),
        missing=(*missing_wrapper, *_missing(asked, found, proposals)),
        unknown=(*_unknown(source, named, proposals), *_outside(types, wrapper)),
        changed=None if before is None else _changed(before, types),
        layout=None if raw is None or wrapper is None else layout_hint(mapping, raw, wrapper),
    )


# ---- What is compared ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Item:
    """A line of the mapping file."""

    name: str
    own_name: str  # the field's name on our side
    paths: tuple[str, ...]
    kind: ValueKind

    @property
    def plain_paths(self) -> tuple[str, ...]:
        return tuple(_plain(path) for path in self.paths)

    @property
    def lists(self) -> tuple[str, ...]:
        """The lists that it runs through, from the outermost, without []."""
        return tuple(_list_prefixes(self.paths[0]))

    def path_in(self, source: "_Source") -> str:
        """The first of its paths that the source has; "" if it has none."""
        return next((path for path in self.paths if _plain(path) in source.types), "")


@dataclass(frozen=True)
class _Source:
    """What is inside the source's wrapper: dotted path → type."""

    types: dict[str, str]

    @cached_property
    def objects(self) -> tuple[str, ...]:
        """Every path that has others below it."""
        return tuple(dict.fromkeys(above for path in self.types for above in _above(path) if above))

    @cached_property
    def leaves(self) -> tuple[str, ...]:
        """Every path that has none."""
        objects = set(self.objects)
        return tuple(path for path in self.types if path not in objects)


def _asked(mapping: Mapping) -> Iterator[_Item]:
    for name, paths in mapping.identities.items():
        if paths and name != OPTIONAL:
            yield _Item(f"identity.{name}", name, paths, kind_of_identity(name))
    for name, path in mapping.sources.items():
        yield _Item(f"fields.{name}", _plain(name), (path,), kind_of_field(name))


def _inside(types: dict[str, str], wrapper: str | None) -> dict[str, str]:
    """The paths counted from inside the wrapper, with the members of points; nothing where there is no wrapper."""
    if wrapper is None:
        return {}
    prefix = f"{wrapper}." if wrapper else ""
    inside = {path.removeprefix(prefix): kind for path, kind in types.items() if path.startswith(prefix)}
    members = {f"{path}.{part}": kind for path, kind in inside.items() if kind == "geo_point" for part in GEO_POINT}
    return members | inside


def _plain(path: str) -> str:
    """The path as a mapping of Elasticsearch has it: lists can't be seen."""
    return path.replace(LIST, "")


def _list_prefixes(path: str) -> Iterator[str]:
    for place, _ in enumerate(path):
        if path.startswith(LIST, place):
            yield _plain(path[:place])


def _parent(path: str) -> str:
    return path.rpartition(".")[0]


def _last(path: str) -> str:
    return path.rpartition(".")[2]


def _above(path: str) -> Iterator[str]:
    """Every object around a path, from the outermost, "" (all of it) first."""
    parts = path.split(".", MOST_LEVELS)
    return (".".join(parts[:length]) for length in range(len(parts)))


def _is_below(path: str, above: str) -> bool:
    return path.startswith(f"{above}.") if above else bool(path)


# ---- The wrapper ---------------------------------------------------------------------------


def _compare_wrapper(
    mapping: Mapping, types: dict[str, str]
) -> tuple[str | None, tuple[Covered, ...], tuple[Missing, ...]]:
    """The wrapper to go on with (None: nothing is like it), and what is to be said of it."""
    wrapper = mapping.wrapper
    source = _Source(types)
    if not wrapper:
        return wrapper, (), ()
    if wrapper in source.objects:
        return wrapper, (Covered(WRAPPER, wrapper, types[wrapper], ValueKind.ANY, True),), ()
    choices = [*(path for path in source.objects if "." not in path), ""]
    scored = [(_wrapper_score(mapping, choice, source), choice) for choice in choices]
    score, best = max(scored, key=lambda found: found[0])
    if score < LEAST_WRAPPER and (only := _only_object(types)):  # whatever it holds, it holds everything
        score, best = LEAST_WRAPPER, only
    if score < LEAST_WRAPPER:
        return None, (), (Missing(WRAPPER, (wrapper,), None, wrapper),)
    proposal = Proposal(best, types.get(best, "object"), round(score, 3))
    return best, (), (Missing(WRAPPER, (wrapper,), proposal, wrapper),)


def _only_object(types: dict[str, str]) -> str:
    """The object in which all of the source stands; "" where there is none."""
    tops = {path.partition(".")[0] for path in types}
    return tops.pop() if len(tops) == 1 and any("." in path for path in types) else ""


def _wrapper_score(mapping: Mapping, choice: str, source: _Source) -> float:
    """Mostly whether our paths are found again inside."""
    inside = _Source(_inside(source.types, choice)).leaves
    name = name_likeness(mapping.wrapper, choice) if choice else 0.5
    return 0.8 * mean_likeness(map(_plain, mapping.sources.values()), inside) + 0.2 * name


@dataclass(frozen=True, slots=True)
class _Fit:
    """How well a path suits a field."""

    score: float
    is_same: bool = False  # the same name, in its place or one object further in or out
    is_sure: bool = False  # and plainly so

    @property
    def rank(self) -> tuple[bool, bool]:
        """What is only alike never comes before what has the name, nor that before what is sure."""
        return self.is_sure, self.is_same


_Votes = dict[str, dict[str, str]]  # our object → each of its fields that has a proposal → the object that is in


# ---- Pairs ---------------------------------------------------------------------------------


class _Matching:
    """Our objects beside the source's, and with them our missing fields beside its free paths."""

    def __init__(self, asked: tuple[_Item, ...], found: dict[str, str], source: _Source, named: set[str]) -> None:
        self._source = source
        self._lost = tuple(item for item in asked if item.name not in found)
        self._free = tuple(path for path in source.leaves if _is_free(path, source.types[path], named))
        self._lists = {place for item in asked for place in item.lists}
        # An object of which one field is there stands for itself.
        self._match = {above: above for path in found.values() for above in _above(_plain(path))} | {"": ""}
        self._certain = set(self._match)  # of which no other can be meant
        self._match_objects()
        self._list_places = {self._match[place] for place in self._lists if place in self._match}
        self._own_names = Counter(name for item in asked for name in {_last(path) for path in item.plain_paths})
        self._their_names = Counter(_last(path) for path in source.leaves)

    def proposals(self) -> dict[str, Proposal]:
        """Missing field → what is proposed for it; the first round tells the second where a field's neighbours went."""
        first = self._assigned({})
        return self._assigned(self._votes(first))

    def _assigned(self, votes: _Votes) -> dict[str, Proposal]:
        """The best pair first, each path once."""
        fits = {
            (place, path): fit
            for place, item in enumerate(self._lost)
            for path in self._free
            if (fit := self._fit(item, path, votes)) is not None
        }
        made: dict[str, Proposal] = {}
        taken: dict[str, _Fit] = {}
        for (place, path), fit in sorted(fits.items(), key=lambda pair: (_order(pair[1]), pair[0])):
            item = self._lost[place]
            if item.name not in made and path not in taken:
                rivals = [
                    other
                    for other in self._free
                    if other != path
                    and _is_as_good(fits.get((place, other)), fit)
                    and not _is_better(taken.get(other), fit)  # whoever took it had no better claim
                ]
                taken[path] = fit
                made[item.name] = self._proposal(item, path, fit, rivals)
        return made | self._by_type(made, set(taken))

    def _votes(self, made: dict[str, Proposal]) -> _Votes:
        votes: _Votes = {}
        for item in self._lost:
            if (proposal := made.get(item.name)) and not proposal.as_likely:
                place = _parent(_plain(proposal.path))
                votes.setdefault(_parent(item.plain_paths[0]), {})[item.name] = place
        return votes

    def _by_type(self, made: dict[str, Proposal], taken: set[str]) -> dict[str, Proposal]:
        """What is left: a field and a path that are the only ones of their type in the same object."""
        left = [item for item in self._lost if item.name not in made]
        pairs = [
            (item, path)
            for item in left
            for path in self._free
            if path not in taken and self._is_of_one_type(item, path) and self._is_in_its_lists(item, path)
        ]
        fields, paths = Counter(item.name for item, _ in pairs), Counter(path for _, path in pairs)
        return {
            item.name: self._proposal(item, path, _Fit(ONLY_BY_TYPE), by_type_only=True)
            for item, path in pairs
            if fields[item.name] == 1 == paths[path]
        }

    def _is_of_one_type(self, item: _Item, path: str) -> bool:
        """Whether both are in the same object and of a type that says something, as that of a text does not."""
        kind = self._source.types[path]
        expected = {self._match.get(_parent(own)) for own in item.plain_paths}
        telling = item.kind in (ValueKind.DATE, ValueKind.INTEGER, ValueKind.NUMBER)
        return telling and _parent(path) in expected and type_fit(item.kind, kind) == FITTING

    def _proposal(
        self, item: _Item, path: str, fit: _Fit, rivals: Iterable[str] = (), *, by_type_only: bool = False
    ) -> Proposal:
        lists = [self._match[own] for own in item.lists]
        whole, as_likely = _with_lists(lists, path), tuple(_with_lists(lists, rival) for rival in rivals)
        is_sure = fit.is_sure and not as_likely
        score = fit.score if is_sure else min(fit.score, SURE - 0.01)
        return Proposal(whole, self._source.types[path], round(score, 3), by_type_only, as_likely, is_sure)

    def _fit(self, item: _Item, path: str, votes: _Votes) -> _Fit | None:
        """How well a path suits a field: by name, place and type; None where it doesn't."""
        if is_another_fact(path) or not self._is_in_its_lists(item, path):
            return None
        name = max(field_likeness(own, path) for own in (*item.plain_paths, item.own_name))
        if name < LEAST_NAME:
            return None
        place, is_sure = self._same_place(item, path, votes)
        is_same = place > 0
        place = place or self._place_likeness(item, path, votes)
        suits = type_fit(item.kind, self._source.types[path])
        score = (0.5 * name + 0.5 * place) * (0.7 + 0.3 * suits / FITTING)
        if score < LEAST_FIELD:
            return None
        is_same = is_same and suits > UNLIKELY
        return _Fit(score, is_same, is_same and is_sure and score >= SURE)

    def _same_place(self, item: _Item, path: str, votes: _Votes) -> tuple[float, bool]:
        """What the place of a path of the field's own name is worth, and whether it can be no other; 0 for any else."""
        best = 0.0, False
        for own in item.plain_paths:
            if same_field(own, path) or same_field(item.own_name, path):
                best = max(best, self._place_of_same(own, path, self._neighbours(item, path, votes)))
        return best

    def _place_of_same(self, own: str, path: str, neighbours: float) -> tuple[float, bool]:
        above, parent = _parent(own), _parent(path)
        place, outer = self._match.get(above), self._match.get(_parent(above)) if above else None
        if parent == place:
            return 1.0, above in self._certain or (place == outer and self._is_named_there(own, path))
        if parent and _parent(parent) == place:
            # The object between may be of anything that has such a name too: a company has a name, and so has its
            # auditor. It must speak for itself.
            is_its_own = is_named_after(_last(parent), _last(path))
            return ONE_FURTHER + NEIGHBOURS * neighbours, above in self._certain and is_its_own
        if parent == outer:
            return (1.0, True) if self._is_named_there(own, path) else (ONE_BACK, False)
        return 0.0, False

    def _is_named_there(self, own: str, path: str) -> bool:
        """Whether a path outside of the field's object bears that object's name, where the object was."""
        return names_object(own, path) and _parent(_parent(own)) in self._certain

    def _neighbours(self, item: _Item, path: str, votes: _Votes) -> float:
        """The share of the fields from beside this one that went where a path is."""
        went = votes.get(_parent(item.plain_paths[0]), {})
        others = [place for name, place in went.items() if name != item.name]
        return others.count(_parent(path)) / len(others) if others else 0.0

    def _is_once(self, own: str, path: str) -> bool:
        """Whether the name is there once on either side."""
        return self._their_names[_last(path)] == 1 == self._own_names[_last(own)]

    def _is_in_its_lists(self, item: _Item, path: str) -> bool:
        """Whether a path runs through the lists of its field, and through no other that is known."""
        places = [place for place in sorted(self._list_places, key=len) if _is_below(path, place)]
        return places == [self._match.get(own) for own in item.lists]

    def _place_likeness(self, item: _Item, path: str, votes: _Votes) -> float:
        own_parents, parent = {_parent(own) for own in item.plain_paths}, _parent(path)
        expected = {self._match[own] for own in own_parents if own in self._match}
        if parent in expected:
            return 1.0
        likeness = max(0.8 * name_likeness(_last(own), _last(parent)) for own in own_parents)
        likeness = max(likeness, 0.6 * self._neighbours(item, path, votes))
        # One step further in or out, or a name that either side has once only: no neighbour need vouch for that.
        outer = {self._match.get(_parent(own)) for own in own_parents if own}
        near = parent in outer or any(_parent(parent) == place or _parent(place) == parent for place in expected)
        once = any(self._is_once(own, path) for own in item.plain_paths)
        return max(likeness, 0.5) if near or once else likeness

    # The objects.

    def _match_objects(self) -> None:
        """Finds for each object of which no field is there the likeliest one of the source, each once."""
        lost = dict.fromkeys(above for item in self._lost for path in item.plain_paths for above in _above(path))
        unmatched = [path for path in lost if path not in self._match]
        taken = set(self._match.values())
        for depth in sorted({path.count(".") for path in unmatched}):
            pairs = sorted(
                (-score, own, path)
                for own in unmatched
                if own.count(".") == depth
                for path in self._choices(own, taken)
                if (score := self._object_score(own, path))
                >= (LEAST_FLAT if self._is_flat(own, path) else LEAST_OBJECT)
            )
            for _, own, path in pairs:
                if own not in self._match and (path not in taken or self._is_flat(own, path)):
                    self._match[own] = path
                    taken.add(path)
                    if self._is_certain(own, path):
                        self._certain.add(own)

    def _is_certain(self, own: str, path: str) -> bool:
        """Whether an object's match has its name and its place; or nearly all that is in it, which nothing else has."""
        if self._is_flat(own, path) or _parent(own) not in self._certain:
            return False
        if same_field(own, path) and self._match[_parent(own)] in (_parent(path), _parent(_parent(path))):
            return True
        others = (self._content(own, other) for other in self._choices(own, {path}) if not self._is_flat(own, other))
        return self._content(own, path) >= ALIKE_INSIDE and max(others, default=0.0) < ALIKE_ELSEWHERE

    def _is_flat(self, own: str, path: str) -> bool:
        """Whether this is the place around an object: its fields would stand there without one of their own."""
        return path == self._match.get(_parent(own))

    def _choices(self, own: str, taken: set[str]) -> Iterator[str]:
        lists = [place for place in self._lists if _is_below(own, place)]
        if any(place not in self._match for place in lists):
            return
        around = [self._match[place] for place in lists]
        for path in self._source.objects:
            if path not in taken and all(_is_below(path, place) for place in around) and self._may_be(own, path):
                yield path
        if own not in self._lists and _parent(own) in self._match:
            yield self._match[_parent(own)]

    def _content(self, own: str, path: str) -> float:
        """How much of what is in an object of ours is found again in one of the source's."""
        fields = [inner[len(own) + 1 :] for item in self._lost for inner in item.plain_paths if _is_below(inner, own)]
        inside = [free[len(path) + 1 if path else 0 :] for free in self._free if _is_below(free, path)]
        return mean_likeness(fields, inside)

    def _may_be(self, own: str, path: str) -> bool:
        """Whether an object of the source lies in none that is plainly another of ours, unless it has the very name."""
        others = (self._match[other] for other in self._certain if other and not _is_below(own, other))
        return same_field(own, path) or not any(_is_below(path, other) for other in others)

    def _object_score(self, own: str, path: str) -> float:
        content = self._content(own, path)
        parent = self._match.get(_parent(own))
        is_flat = self._is_flat(own, path)
        name = 0.0 if is_flat else object_likeness(own, path)
        # Among many words one is always half like another, so content that is no more needs a name beside it.
        if (content < 0.5 and name < 0.8) or (content < 0.7 and name < 0.6 and not is_flat):
            return 0.0
        around = 1.0 if parent in (path, _parent(path)) else 0.8 * path_likeness(_parent(own), _parent(path))
        is_nested_list = own in self._lists and self._source.types.get(path) == "nested"
        return 0.35 * name + 0.45 * content + 0.2 * around + (0.1 if is_nested_list else 0.0)


def _order(fit: _Fit) -> tuple[bool, bool, float]:
    """The best first."""
    return not fit.is_sure, not fit.is_same, -fit.score


def _is_as_good(other: _Fit | None, fit: _Fit) -> bool:
    return other is not None and other.rank == fit.rank and other.score > fit.score - DRAW


def _is_better(taker: _Fit | None, fit: _Fit) -> bool:
    if taker is None or taker.rank != fit.rank:
        return taker is not None and taker.rank > fit.rank
    return taker.score >= fit.score + DRAW


def _is_free(path: str, kind: str, named: set[str]) -> bool:
    """Whether a field could be looked for there: not named, not in what is named, nor around it."""
    return kind not in NO_VALUE and not _is_named(path, named) and not any(_is_below(other, path) for other in named)


def _is_named(path: str, named: set[str]) -> bool:
    return path in named or any(above in named for above in _above(path))


def _with_lists(lists: Iterable[str], path: str) -> str:
    """A path of the source with [] after each of the lists that it runs through."""
    for place in sorted(lists, key=len, reverse=True):
        path = f"{place}{LIST}{path[len(place) :]}"
    return path


# ---- The report ----------------------------------------------------------------------------


def _covered(item: _Item, path: str, source: _Source) -> Covered:
    kind = source.types[_plain(path)]
    return Covered(item.name, path, kind, item.kind, type_fit(item.kind, kind) > UNLIKELY)


def _missing(asked: tuple[_Item, ...], found: dict[str, str], proposals: dict[str, Proposal]) -> Iterator[Missing]:
    moved = _moved_lists(asked, found, proposals)
    used = {_plain(path) for path in found.values()} | {_plain(made.path) for made in proposals.values()}
    for item in asked:
        if item.name not in found:
            proposal = proposals.get(item.name)
            stays = item.paths[0] if proposal else _stays(item, moved, used)
            used.add(_plain(stays))
            yield Missing(item.name, item.paths, proposal, stays)


def _moved_lists(asked: tuple[_Item, ...], found: dict[str, str], proposals: dict[str, Proposal]) -> dict[str, str]:
    """Each list of which a field is there or proposed → where that is."""
    return {
        own: place
        for item in asked
        if (path := found.get(item.name) or (item.name in proposals and proposals[item.name].path))
        for own, place in zip(item.lists, _list_prefixes(path), strict=True)
    }


def _stays(item: _Item, moved: dict[str, str], used: set[str]) -> str:
    """The path of a field that nothing is proposed for; it goes where the rest of its list goes, as a mapping must."""
    path = item.paths[0]
    inner = next((own for own in reversed(item.lists) if own in moved), None)
    if inner is None or moved[inner] == inner:
        return path
    outer = item.lists[: item.lists.index(inner) + 1]
    head = _with_lists((moved[own] for own in outer), moved[inner])
    tail = path.split(f"{LIST}.", len(outer))[-1]
    if _is_in_the_way(_plain(f"{head}.{tail}"), used):  # another field is proposed for just that path
        first = tail.split(".")[0].removesuffix(LIST)
        tail = f"{first}_missing{tail[len(first) :]}"
    return f"{head}.{tail}"


def _is_in_the_way(path: str, used: set[str]) -> bool:
    return any(path == other or _is_below(path, other) or _is_below(other, path) for other in used)


def _unknown(source: _Source, named: set[str], proposals: dict[str, Proposal]) -> Iterator[Unknown]:
    proposed_for = {_plain(made.path): name for name, made in proposals.items()}
    for path in source.leaves:
        if not _is_named(path, named):
            yield Unknown(path, source.types[path], proposed_for=proposed_for.get(path, ""))


def _outside(types: dict[str, str], wrapper: str | None) -> Iterator[Unknown]:
    """What stands beside the wrapper, where no mapping can name it."""
    if wrapper != "":
        for path in _Source(types).leaves:
            if wrapper is None or not _is_below(path, wrapper):
                yield Unknown(path, types[path], is_outside=True)


def _changed(before: dict[str, str], now: dict[str, str]) -> tuple[Changed, ...]:
    return tuple(
        Changed(path, before[path], kind) for path, kind in now.items() if path in before and before[path] != kind
    )
