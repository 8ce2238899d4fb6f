"""What the access agreement permits: the one door through which data leaves the archive.

A `Door` is compiled from one audience of `agreement.toml` and lets an envelope through with only what is permitted.
What it keeps back is removed before the register sees it, so nothing behind the door can leak it. The rules:
default is nothing; `withhold` wins; a parent covers its children; `*` in `permit` means what the mapping names, the
rest needs `unknown = true`; a list whose identity is withheld is withheld. Documents come to it unfolded, one a version
(`register.layouts`), so a path means the same in every layout.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from generator.errors import AgreementError, ConfigurationError
from generator.register.clock import danish_day
from generator.register.documents import Envelope, Observed
from generator.register.mapping import LIST, Mapping, Path, list_of, parse_path
from generator.tables import Table, did_you_mean, parse_toml, read_table


class Audience(Table):
    """What one audience may see."""

    permit: tuple[str, ...] = ()
    withhold: tuple[str, ...] = ()
    unknown: bool = False
    history: bool = False
    ceased: bool = False
    raw_documents: bool = False
    downloads: bool = False


class Agreement(Table):
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
        if not getattr(agreement, key):
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
    """Raises AgreementError unless documents may leave the archive as they are; no door stands before those."""
    needed = {"raw_documents": True, "permit": ("*",), "unknown": True, "withhold": (), "history": True, "ceased": True}
    for key, value in needed.items():
        if getattr(terms, key) != value:
            wanted = list(value) if isinstance(value, tuple) else str(value).lower()
            raise AgreementError(
                f"{origin}: audience.{audience}.{key}: must be {wanted} for documents as they stand in the archive, "
                "with all that is in them; use such an audience if the agreement covers it (`archive backup` keeps a "
                "copy for yourself)"
            )


EVERYTHING = Audience(permit=("*",), unknown=True, history=True, ceased=True, raw_documents=True, downloads=True)


@dataclass(slots=True)
class Door:
    """One audience's terms, compiled against a mapping; picklable for worker processes."""

    terms: Audience
    _permit: tuple[Path, ...]
    _permit_unknown: tuple[Path, ...]
    _withhold: tuple[Path, ...]
    _mapped: tuple[Path, ...]
    _structural: frozenset[Path]
    _verdicts: dict[Path, bool] = field(default_factory=dict)
    undecided: tuple[str, ...] = ()  # patterns that match nothing in the mapping: only the data can tell

    @property
    def fingerprint(self) -> str:
        """Changes whenever another thing may be let through."""
        compiled = (self.terms, self._permit, self._permit_unknown, self._withhold, self._mapped)
        return hashlib.sha256(repr((compiled, sorted(self._structural))).encode()).hexdigest()

    @property
    def is_open(self) -> bool:
        """Whether everything is let through."""
        return self.terms.permit == ("*",) and self.terms.unknown and not self.terms.withhold

    def admit(self, document: Observed, mapping: Mapping) -> Observed:
        """The document with only what is permitted in it."""
        envelope = mapping.envelope(document.envelope)
        if self.is_open or envelope is None:
            return document if self.is_open else replace(document, envelope=None)
        kept = self.filter(envelope)
        return replace(document, envelope={mapping.wrapper: kept} if mapping.wrapper else kept)

    def filter(self, envelope: Envelope) -> Envelope:
        """A copy of the envelope with only what is permitted; the structural fields are always there."""
        return envelope if self.is_open else self._object(envelope, ())

    def matched(self, envelope: Envelope) -> set[str]:
        """Which of the undecided patterns match a path of this envelope."""
        if not self.undecided:
            return set()
        paths = set(_paths(envelope, ()))
        return {p for p in self.undecided if any(_covers(parse_path(p), path) for path in paths)}

    def _object(self, value: dict[str, Any], path: Path) -> dict[str, Any]:
        kept = {}
        for key, inner in value.items():
            through = self._value(inner, (*path, *key.split(".")))  # Elasticsearch takes "a.b" for b in a
            if through is not _NOTHING:
                kept[key] = through
        return kept

    def _value(self, value: Any, path: Path) -> Any:
        if isinstance(value, dict) and value:
            return self._object(value, path) or _NOTHING
        if isinstance(value, list) and value:
            items = [self._value(item, (*path, LIST)) for item in value]
            return [item for item in items if item is not _NOTHING] or _NOTHING
        return value if self._passes(path) else _NOTHING

    def _passes(self, path: Path) -> bool:
        verdict = self._verdicts.get(path)
        if verdict is None:
            verdict = self._verdicts[path] = self._judge(path)
        return verdict

    def _judge(self, path: Path) -> bool:
        if path in self._structural:
            return True
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


def compile_door(terms: Audience, mapping: Mapping, origin: str = "agreement.toml") -> Door:
    """Compiles an audience's terms; raises ConfigurationError for a pattern that can't be obeyed."""
    mapped = {name: parse_path(source) for name, source in mapping.sources.items()}
    structural = frozenset(parse_path(path) for path in mapping.structural)
    undecided: list[str] = []

    def resolve(pattern: str) -> list[Path]:
        paths = _resolve(pattern, mapped, structural)
        if not paths:
            undecided.append(pattern)
        return [*paths, parse_path(pattern)]  # also as it stands, for fields that the mapping doesn't know

    for key, patterns in (("permit", terms.permit), ("withhold", terms.withhold)):
        if any(not parse_path(pattern) for pattern in patterns):
            raise ConfigurationError(f"{origin}: {key}: an empty pattern; name a field, or remove it")

    withhold = [path for pattern in terms.withhold for path in resolve(pattern)]
    for path in structural:
        if any(_covers(pattern, path) for pattern in withhold):
            raise ConfigurationError(
                f"{origin}: withhold: {'.'.join(path)!r} is what pages are filed under and can't be withheld; "
                "use history = false or ceased = false, or give the audience no table"
            )
    permit = [path for pattern in terms.permit for path in ([("*",)] if pattern == "*" else resolve(pattern))]
    # An unknown field is permitted by its own path only, never because a pattern for known ones happens to cover it.
    by_own_path = [parse_path(p) for p in undecided if p in terms.permit and "*" not in p]
    withhold += _lists_without_identity(mapping, mapped, tuple(permit), tuple(withhold))
    return Door(
        terms, tuple(permit), tuple(by_own_path), tuple(withhold), tuple(mapped.values()), structural,
        undecided=tuple(undecided),
    )  # fmt: skip


def unmatched(door: Door, matched: Iterable[str], origin: str = "agreement.toml") -> None:
    """Raises ConfigurationError if a pattern matched neither the mapping nor any document."""
    for pattern in door.undecided:
        if pattern not in set(matched):
            key = "withhold" if pattern in door.terms.withhold else "permit"
            raise ConfigurationError(
                f"{origin}: {key}: {pattern!r} matches nothing in the mapping or the data; correct or remove it"
            )


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


def _paths(value: Any, path: Path) -> Iterable[Path]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _paths(inner, (*path, *key.split(".")))
    elif isinstance(value, list):
        for inner in value:
            yield from _paths(inner, (*path, LIST))
    yield path
