"""What the access agreement permits: all data that leaves the archive passes through it.

An `AccessPolicy` is compiled from one audience of `agreement.toml` and lets an envelope through with only what is
permitted. What it keeps back is removed before the register sees it, so nothing behind it can leak it. The rules:
default is nothing; `withhold` wins; a parent covers its children; `*` in `permit` means what the mapping names, the
rest needs `unknown = true`; a list whose identity is withheld is withheld; what the mapping doesn't name and looks like
a person's (`register.mapping.persons`) needs a line of its own in `permit`. Documents come to it unfolded, one a
version (`register.history.layouts`), so a path means the same in every layout.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import Enum
from typing import Any

from pydantic import StrictBool

from generator.errors import AgreementError, CheckError, ConfigurationError
from generator.register.mapping.mapping import LIST, Mapping, Path, list_of, parse_path
from generator.register.mapping.persons import names_person, shows_person
from generator.register.mapping.presence import Search
from generator.register.mapping.similarity import field_likeness, path_likeness
from generator.register.model.clock import danish_day
from generator.register.model.documents import Envelope, Observed
from generator.register.model.json_text import Unread
from generator.tables import ConfigTable, did_you_mean, parse_toml, read_table


class Audience(ConfigTable):
    """What one audience may see."""

    permit: tuple[str, ...] = ()
    withhold: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()  # patterns of the two that need match nothing in the data
    # True or false and nothing that may be taken for it: "no" is a text, and a text is not nothing.
    unknown: StrictBool = False
    history: StrictBool = False
    ceased: StrictBool = False
    raw_documents: StrictBool = False
    downloads: StrictBool = False

    @property
    def shows_everything(self) -> bool:
        """Whether no fact, no former state and no offer is kept back."""
        return all(getattr(self, key) == value for key, value in _NOTHING_KEPT_BACK.items())


_NOTHING_KEPT_BACK: dict[str, object] = {
    "permit": ("*",), "unknown": True, "withhold": (), "history": True, "ceased": True,
}  # fmt: skip


class Agreement(ConfigTable):
    """The agreement with the ministry, as the operator has entered it."""

    reference: str = ""
    party: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    environments: tuple[str, ...] = ()
    attribution: str = ""
    audience: dict[str, Audience] = {}


def read_agreement(text: str, origin: str) -> Agreement:
    """Reads `agreement.toml`; raises ConfigurationError that names file, key and remedy."""
    return read_table(parse_toml(text, origin), origin, Agreement)


def check_validity(
    agreement: Agreement | None, origin: str, environment: str, audience: str, now: datetime
) -> Audience:
    """The audience's terms; raises AgreementError unless the agreement covers them today (Danish date, inclusive)."""
    if agreement is None:
        raise AgreementError(f"{origin}: missing; without an agreement no real data may leave the archive (run `init`)")
    for key in ("reference", "party", "valid_from", "valid_until"):
        if not str(getattr(agreement, key) or "").strip():
            raise AgreementError(f"{origin}: {key}: not filled in; enter it from the signed agreement")
    today = danish_day(now)
    if agreement.valid_from and today < agreement.valid_from:
        raise AgreementError(f"{origin}: valid_from: the agreement begins on {agreement.valid_from}; today is {today}")
    if agreement.valid_until and today > agreement.valid_until:
        raise AgreementError(
            f"{origin}: valid_until: the agreement ended on {agreement.valid_until}; renew it and enter the new date"
        )
    if environment not in agreement.environments:
        raise AgreementError(
            f"{origin}: environments: {environment!r} is not among {list(agreement.environments)}; "
            "add it if it is covered"
        )
    terms = agreement.audience.get(audience)
    if terms is None:
        near = did_you_mean(audience, agreement.audience)
        raise AgreementError(f"{origin}: audience.{audience}: missing{near}; add the table if the agreement covers it")
    if not terms.permit:
        raise AgreementError(f"{origin}: audience.{audience}.permit: empty, so nothing may be shown; fill it in")
    return terms


def check_verbatim(terms: Audience, origin: str, audience: str) -> None:
    """Raises AgreementError unless documents may leave the archive as they are; no policy stands before those."""
    for key, value in {"raw_documents": True, **_NOTHING_KEPT_BACK}.items():
        if getattr(terms, key) != value:
            wanted = list(value) if isinstance(value, tuple) else str(value).lower()
            raise AgreementError(
                f"{origin}: audience.{audience}.{key}: must be {wanted} for documents as they stand in the archive, "
                "with all that is in them; use such an audience if the agreement covers it (`archive backup` keeps a "
                "copy for yourself)"
            )


def check_demo(documents: Iterable[Observed], mapping: Mapping) -> None:
    """Raises CheckError unless each document says that it is made up, and so may leave without an agreement.

    That the archive is bound to `demo` is not enough: it is one word in a table.
    """
    for document in documents:
        if not mapping.is_demo(document.envelope):
            raise CheckError(
                f"document {document.id!r}: does not say that it is demo data, but the archive is bound to demo, which "
                "needs no agreement; restore it from a backup, or correct identity.demo in the mapping"
            )


EVERYTHING = Audience(permit=("*",), unknown=True, history=True, ceased=True, raw_documents=True, downloads=True)


class _Verdict(Enum):
    """What becomes of the values at a path."""

    OPEN = "let through"
    CLOSED = "kept back"
    HELD = "kept back, and told: it looks like a person's"
    WATCHED = "let through as long as no value looks like a person's"


@dataclass(slots=True)
class _Place:
    """A place that documents have been seen to have, with the verdict on what stands there."""

    path: Path
    members: dict[str, "_Place"] = field(default_factory=dict)
    item: "_Place | None" = None
    verdict: _Verdict | None = None  # None until something stands there


@dataclass(slots=True)
class Met:
    """What the policy met that the mapping doesn't name; paths are without the marks of lists."""

    let_through: set[Path] = field(default_factory=set)
    held: set[Path] = field(default_factory=set)  # kept back, for it looks like a person's
    closed: set[Path] = field(default_factory=set)  # those of `held` of which only a value told it
    others: set[Path] = field(default_factory=set)  # kept back by the agreement

    @property
    def paths(self) -> set[Path]:
        """All of it."""
        return self.let_through | self.held | self.others

    def add(self, other: "Met") -> None:
        """Joins what was met elsewhere."""
        self.let_through |= other.let_through
        self.held |= other.held
        self.closed |= other.closed
        self.others |= other.others


@dataclass(slots=True)
class AccessPolicy:
    """One audience's terms, compiled against a mapping; picklable for worker processes."""

    terms: Audience
    origin: str  # of the terms, for messages
    mapping_name: str  # the same
    is_open: bool  # whether everything is let through: made-up data
    names: tuple[str, ...]  # the mapping's
    patterns: dict[str, tuple[Path, ...]]  # all that the terms name, and where that may stand
    _permit: tuple[Path, ...]
    _permit_unknown: tuple[Path, ...]
    _withhold: tuple[Path, ...]
    _mapped: tuple[Path, ...]
    _structural: frozenset[Path]
    _found_closed: set[Path] = field(default_factory=set)
    _root: _Place = field(default_factory=lambda: _Place(()))
    _met: Met = field(default_factory=Met)
    _shown: dict[Path, bool] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """Changes whenever another thing may be let through."""
        compiled = (self.terms, self.is_open, self._permit, self._permit_unknown, self._withhold, self._mapped)
        return hashlib.sha256(repr((compiled, sorted(self._structural))).encode()).hexdigest()

    def admit(self, document: Observed, mapping: Mapping) -> Observed:
        """The document with only what is permitted in it."""
        envelope = mapping.envelope(document.envelope)
        if self.is_open or isinstance(document.envelope, Unread):  # of which nothing is known but that it is there
            return document
        if envelope is None:
            return replace(document, envelope=None)
        kept = self.filter(envelope)
        return replace(document, envelope={mapping.wrapper: kept} if mapping.wrapper else kept)

    def filter(self, envelope: Envelope) -> Envelope:
        """A copy of the envelope with only what is permitted; the structural fields are always there."""
        return envelope if self.is_open else self._object(envelope, self._root)

    def shows(self, path: Path) -> bool:
        """Whether anything at a path, or below it, may be seen."""
        known = self._shown.get(path)
        if known is None:
            known = self._shown[path] = self._finds_shown(path)
        return known

    def _finds_shown(self, path: Path) -> bool:
        beneath = [mapped for mapped in self._mapped if _leads_to(path, mapped)]
        if self.is_open or beneath:
            return self.is_open or any(map(self._permits, beneath))
        return self._judge(path) in (_Verdict.OPEN, _Verdict.WATCHED)

    def close(self, paths: Set[Path]) -> None:
        """Keeps back what stands at these paths, in all that is admitted from now on.

        A path of which one value looks like a person's is closed in every document, also in those before it.
        """
        if not paths <= self._found_closed:
            self._found_closed |= paths
            self._root = _Place(())
            self._shown = {}

    def take_met(self) -> Met:
        """What was met since this was asked last."""
        met, self._met = self._met, Met()
        return met

    @property
    def mapped(self) -> tuple[Path, ...]:
        """Where the mapping's fields stand."""
        return self._mapped

    @property
    def permitted_by_name(self) -> tuple[Path, ...]:
        """What the mapping doesn't name and a line of its own permits."""
        return self._permit_unknown

    @property
    def withheld(self) -> tuple[Path, ...]:
        """What is kept back, whatever permits it."""
        return self._withhold

    def search(self) -> Search:
        """A search for what the terms name, but for `*`."""
        return Search(self.patterns, by_value=True)

    def _object(self, value: dict[str, Any], place: _Place) -> dict[str, Any]:
        kept = {}
        members = place.members
        for key, inner in value.items():
            member = members.get(key)
            if member is None:  # Elasticsearch takes "a.b" for b in a
                member = members[key] = _Place((*place.path, *key.split(".")))
            through = self._value(inner, member)
            if through is not _NOTHING:
                kept[key] = through
        return kept

    def _value(self, value: Any, place: _Place) -> Any:
        if isinstance(value, dict) and value:
            return self._object(value, place) or _NOTHING
        if isinstance(value, list) and value:
            if place.item is None:
                place.item = _Place((*place.path, LIST))
            items = [self._value(item, place.item) for item in value]
            return [item for item in items if item is not _NOTHING] or _NOTHING
        verdict = place.verdict
        if verdict is _Verdict.OPEN:
            return value
        if verdict is None:
            verdict = place.verdict = self._judge(place.path)
        if verdict is _Verdict.OPEN or (verdict is _Verdict.WATCHED and self._is_let_through(value, place)):
            return value
        if verdict is _Verdict.HELD and value not in _EMPTY:
            self._met.held.add(_steps(place.path))
        return _NOTHING

    def _is_let_through(self, value: Any, place: _Place) -> bool:
        steps = _steps(place.path)
        if not shows_person(value, steps):
            self._met.let_through.add(steps)
            return True
        place.verdict = _Verdict.HELD
        self._found_closed.add(steps)
        self._met.held.add(steps)
        self._met.closed.add(steps)
        return False

    def _judge(self, path: Path) -> _Verdict:
        if path in self._structural:
            return _Verdict.OPEN
        steps = _steps(path)
        is_named = steps in {_steps(mapped) for mapped in self._mapped}
        if not self._permits(path):
            if not is_named:
                self._met.others.add(steps)
            return _Verdict.CLOSED
        if is_named or steps in {_steps(pattern) for pattern in self._permit_unknown}:
            return _Verdict.OPEN
        return _Verdict.HELD if steps in self._found_closed or names_person(steps) else _Verdict.WATCHED

    def _permits(self, path: Path) -> bool:
        if any(_covers(pattern, path) for pattern in self._withhold):
            return False
        if any(_covers(mapped, path) for mapped in self._mapped):
            return any(_covers(pattern, path) for pattern in self._permit)
        # A text where an object is expected may hold anything that the object would.
        if any(_leads_to(path, pattern) for pattern in self._withhold):
            return False
        beneath = [m for m in self._mapped if _leads_to(path, m)]
        if not all(any(_covers(pattern, m) for pattern in self._permit) for m in beneath):
            return False
        return self.terms.unknown or any(_covers(pattern, path) for pattern in self._permit_unknown)


_NOTHING = object()
_EMPTY: tuple[Any, ...] = (None, "", [], {})


def everything(mapping: Mapping) -> AccessPolicy:
    """The policy for made-up data, which is nobody's: all of it may be seen."""
    return replace(compile_policy(EVERYTHING, mapping), is_open=True)


def compile_policy(terms: Audience, mapping: Mapping, origin: str = "agreement.toml: audience") -> AccessPolicy:
    """Compiles an audience's terms; raises ConfigurationError for a pattern that can't be obeyed."""
    mapped = {name: parse_path(source) for name, source in mapping.sources.items()}
    structural = frozenset(parse_path(path) for path in mapping.structural)
    undecided: list[str] = []  # what matches nothing in the mapping
    patterns: dict[str, tuple[Path, ...]] = {}

    def resolve(pattern: str) -> list[Path]:
        paths = _resolve(pattern, mapped, structural)
        if not paths:
            undecided.append(pattern)
        patterns[pattern] = (*paths, parse_path(pattern))  # also as it stands, for what the mapping doesn't know
        return list(patterns[pattern])

    for key, given in (("permit", terms.permit), ("withhold", terms.withhold)):
        if any(not _steps(parse_path(pattern)) for pattern in given):
            raise ConfigurationError(f"{origin}.{key}: an empty pattern; name a field, or remove it")
    _check_absent(terms, origin)

    withhold = [path for pattern in terms.withhold for path in resolve(pattern)]
    for path in structural:
        if any(_covers(pattern, path) for pattern in withhold):
            raise ConfigurationError(
                f"{origin}.withhold: {'.'.join(path)!r} is what pages are filed under and can't be withheld; "
                "use history = false or ceased = false, or give the audience no table"
            )
    permit = [path for pattern in terms.permit for path in ([("*",)] if pattern == "*" else resolve(pattern))]
    # An unknown field is permitted by its own path only, never because a pattern for known ones happens to cover it.
    by_own_path = [parse_path(p) for p in undecided if p in terms.permit and "*" not in p]
    withhold += _lists_without_identity(mapping, mapped, tuple(permit), tuple(withhold))
    return AccessPolicy(
        terms=terms,
        origin=origin,
        mapping_name=mapping.origin,
        is_open=False,
        names=tuple(mapped),
        patterns=patterns,
        _permit=tuple(permit),
        _permit_unknown=tuple(by_own_path),
        _withhold=tuple(withhold),
        _mapped=tuple(mapped.values()),
        _structural=structural,
    )


def _check_absent(terms: Audience, origin: str) -> None:
    named = [pattern for pattern in (*terms.permit, *terms.withhold) if pattern != "*"]
    for pattern in terms.absent:
        if pattern not in named:
            near = did_you_mean(pattern, named)
            raise ConfigurationError(
                f"{origin}.absent: {pattern!r} is no pattern of permit or withhold{near}; write it as it stands there, "
                "or remove it"
            )


def check_matched(policy: AccessPolicy, unfound: Iterable[str], others: Iterable[Path]) -> None:
    """Raises ConfigurationError for a pattern that matches nothing in the data, unless the terms say that it's meant.

    What was to be kept back may be in the data under another name: `others` are paths that the mapping doesn't name.
    """
    for pattern in unfound:
        if pattern not in policy.terms.absent:
            key = "withhold" if pattern in policy.terms.withhold else "permit"
            raise ConfigurationError(
                f"{policy.origin}.{key}: {pattern!r} matches nothing in the data{_nearest(policy, pattern, others)}; "
                f"correct it, or say that it is meant: absent = [{pattern!r}]"
            )


def _nearest(policy: AccessPolicy, pattern: str, others: Iterable[Path]) -> str:
    known = {".".join(path) for path in others}
    first, *rest = policy.patterns[pattern]
    if not rest:  # the mapping doesn't name it either: it may be misspelt
        known |= {".".join(_steps(parse_path(name))) for name in policy.names}
    wanted = ".".join(_steps(first))
    likeness = {name: _alike(wanted, name) for name in sorted(known) if len(name) <= _LONGEST}
    near = max(likeness, key=lambda name: likeness[name], default="")
    return f" (did you mean {near!r}?)" if near and likeness[near] >= _LEAST else ""


def _alike(first: str, second: str) -> float:
    return 0.7 * field_likeness(first, second) + 0.3 * path_likeness(first, second)


def resembling_withheld(policy: AccessPolicy, let_through: Iterable[Path]) -> list[tuple[str, str]]:
    """The fields that are shown though no line names them, and are called much as one that is withheld; with that one.

    Where a source renames a field document by document, the old name is still there and the new one is let through.
    """
    unnamed = (path for path in let_through if not any(_covers(pattern, path) for pattern in policy.permitted_by_name))
    names = [".".join(path) for path in sorted(unnamed)]
    withheld = [path for path in policy.mapped if any(_covers(pattern, path) for pattern in policy.withheld)]
    wanted = {".".join(_steps(path)) for path in (*withheld, *policy.withheld)}
    found = []
    for name in names:
        if len(name) <= _LONGEST:
            nearest = max(sorted(wanted), key=lambda ours: _alike(ours, name), default="")
            if nearest and _alike(nearest, name) >= _LEAST:
                found.append((name, nearest))
    return found


_LEAST = 0.65  # of likeness, below which a name is not proposed
_LONGEST = 200  # characters that such a name may have


def notes_on_terms(
    policy: AccessPolicy, unfound: Iterable[str], held: Iterable[Path], let_through: Iterable[Path] = ()
) -> Iterator[str]:
    """What the operator should know of how an audience's terms met the data."""
    for name, nearest in resembling_withheld(policy, let_through):
        yield (
            f"{name!r} is shown, and is called much as {nearest!r}, which is withheld; add it to "
            f"{policy.origin}.withhold, or to permit if it may be seen"
        )
    unmatched = set(unfound)
    if again := [pattern for pattern in policy.terms.absent if pattern not in unmatched]:
        yield (
            f"{policy.origin}.absent: {listed(again)} is in the data after all; remove it there, so that it is noticed "
            "when it goes"
        )
    if paths := [".".join(path) for path in sorted(held)]:
        yield (
            f"held back, for it looks like facts of persons and {policy.mapping_name} doesn't name it: {listed(paths)}"
            f"; add a path to {policy.origin}.permit to show it, or to withhold to be told no more"
        )


def listed(names: Sequence[str], most: int = 20) -> str:
    """Names of the data's in a line, quoted; how many more there are than fit."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(repr(name) for name in names[:most]) + more


def _resolve(pattern: str, mapped: dict[str, Path], structural: frozenset[Path]) -> list[Path]:
    """The source paths that a pattern stands for: a mapping name, a parent of some, or a path in the envelope."""
    wanted = parse_path(pattern)
    # "kontakt.*" is all of "kontakt", "takster[]" all of "takster".
    if len(wanted) > 1 and wanted[-1] == "*" and wanted[-2] != "*":
        wanted = wanted[:-1]
    while len(wanted) > 1 and wanted[-1] == LIST:
        wanted = wanted[:-1]
    reach = {name: _reach(wanted, parse_path(name)) for name in mapped}
    by_name = {name: path for name, path in mapped.items() if reach[name] is not None}
    paths = list(by_name.values())
    others = [*(path for name, path in mapped.items() if name not in by_name), *structural]
    # "kontakt" also covers what the source keeps beside the fields we know, unless other names live there too.
    for name, path in by_name.items():
        parent = path[: len(path) - len(parse_path(name)) + (reach[name] or 0)]
        if parent and parent not in paths and not any(_covers(parent, other) for other in others):
            paths.append(parent)
    if any(_covers(wanted, path) for path in (*mapped.values(), *structural)):
        paths.append(wanted)
    return paths


def _lists_without_identity(
    mapping: Mapping, mapped: dict[str, Path], permit: tuple[Path, ...], withhold: tuple[Path, ...]
) -> list[Path]:
    closed = []
    for name, member in mapping.list_identities.items():
        identity = mapped[f"{name}{LIST}.{member}"]
        kept = any(_covers(p, identity) for p in permit) and not any(_covers(w, identity) for w in withhold)
        if not kept:
            closed.append(list_of(identity))
    return closed


def _covers(pattern: Path, path: Path) -> bool:
    """Whether the pattern is the path or a parent of it; "*" stands for any one part, [] may be left out."""
    # Elasticsearch takes one item for a list of one, so [] says nothing here.
    return _reach(_steps(pattern), _steps(path)) is not None


def _steps(path: Path) -> Path:
    return tuple(part for part in path if part != LIST)


def _reach(pattern: Path, path: Path) -> int | None:
    """How many parts of the path the pattern stands for; None if it doesn't cover the path."""
    place = 0
    for part in pattern:
        while part != LIST and place < len(path) and path[place] == LIST:
            place += 1
        if place >= len(path) or part not in ("*", path[place]):
            return None
        place += 1
    return place


def _leads_to(path: Path, pattern: Path) -> bool:
    """Whether the path is a parent of what the pattern names, wildcards aside."""
    steps = _steps(path)
    return steps == _steps(pattern)[: len(steps)]
