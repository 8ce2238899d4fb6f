"""`source check --sample`: what stands in each field of some real documents, beside the label that readers will see.

What is a person's is never shown, only its shape ("Xxxx Xxxxxx"): such a report ends in a log of CI or in a letter to
the platform, and to see whether a path is right the shape is enough.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from generator.errors import SourceError
from generator.register.history.layouts import unfold
from generator.register.mapping.mapping import LIST, Mapping, Path, canonical_value_lists, parse_path
from generator.register.mapping.persons import names_person, shows_person
from generator.register.mapping.plausibility import Value, as_values, contradicts, doubts
from generator.register.model.clock import danish_day, milliseconds, parse_time
from generator.register.model.documents import Document, Envelope, Observed, Pull, Pulls
from generator.register.model.json_text import read_text
from generator.source.client import Client
from generator.source.endpoint import Endpoint

SHOWN = 4  # different values of a field
LONGEST = 60  # signs of a value; what is longer is prose, in which anybody may be named
_PERSONS = ("kontakt.leder", "kontakt.telefon", "kontakt.email")
_DATES = ("dato", "gyldigFra", "gyldigTil", "sidstIndlaest")
_UNSHOWN = "identity.demo"


@dataclass(frozen=True, slots=True)
class SampledField:
    """What some documents have in a field."""

    name: str  # as a key of the mapping file: "fields.navn"
    label: str  # what readers see beside it
    path: str
    there: int  # in how many of the versions there is a value
    values: tuple[str, ...]  # some of those that differ, the most frequent first; of a person's only the shape
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """Some documents of the source, read by a mapping."""

    documents: int
    versions: int
    fields: tuple[SampledField, ...]
    problems: tuple[str, ...]  # why documents could not be read, each once

    @property
    def doubtful(self) -> int:
        """How many fields have values that can't be right."""
        return sum(bool(field.warnings) for field in self.fields)


def read_sample(endpoint: Endpoint, mapping: Mapping, most: int) -> Sample:
    """Reads some documents by one search, with the endpoint's credentials; raises SourceError."""
    with closing(Client(endpoint)) as client:
        client.check_version()
        documents = client.some_documents(most)
    try:
        return make_sample(mapping, documents)
    except RecursionError as error:
        raise SourceError(
            f"{endpoint.url}: among these documents is one nested too deep to be read; ask for fewer with "
            "--sample, or pull: that tells which it is"
        ) from error


def make_sample(mapping: Mapping, documents: Sequence[Document]) -> Sample:
    """What the documents have in each field of the mapping."""
    pulls = Pulls.of([Pull(1, datetime.now(UTC), complete=True)])
    observed = [Observed(document.id, "", ((1, None),), _value(document)) for document in documents]
    versions, problems = unfold(mapping, observed, pulls)
    envelopes = [envelope for version in versions if (envelope := mapping.envelope(version.envelope)) is not None]
    reasons = [problem.reason for problem in problems]
    if len(envelopes) < len(versions):
        reasons.append(f"{len(versions) - len(envelopes)} have no object {mapping.wrapper!r}: correct document.wrapper")
    if not documents:
        reasons.append("the index holds none")
    whole = [envelope for each in observed if (envelope := mapping.envelope(each.envelope)) is not None]
    fields = tuple(_sampled(mapping, name, paths, _holding(paths, envelopes, whole)) for name, paths in _names(mapping))
    return Sample(len(documents), len(envelopes), fields, tuple(dict.fromkeys(reasons)))


def _value(document: Document) -> Any:
    return read_text(document.text.decode("utf-8", "surrogatepass"))


def _names(mapping: Mapping) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name, paths in mapping.identities.items():
        if paths and f"identity.{name}" != _UNSHOWN:
            yield f"identity.{name}", paths
    for name, path in mapping.sources.items():
        yield f"fields.{name}", (path,)


def _sampled(mapping: Mapping, name: str, paths: tuple[str, ...], envelopes: Sequence[Envelope]) -> SampledField:
    found = [_first(envelope, paths) for envelope in envelopes]
    path = Counter(path for path, value in found if as_values(value)).most_common(1)
    each = [as_values(value) for _, value in found]
    values = [value for some in each for value in some]
    there = sum(map(bool, each))
    own = name.partition(".")[2]
    shown = Counter(_shown(own, path[0][0], value) for value in values).most_common(SHOWN) if path else []
    warnings = list(_warnings(mapping, name, each, envelopes)) if there else ["no document has it"] * bool(envelopes)
    where = path[0][0] if path else paths[0]
    return SampledField(name, _label(mapping, own), where, there, tuple(text for text, _ in shown), tuple(warnings))


def _holding(paths: tuple[str, ...], versions: Sequence[Envelope], documents: Sequence[Envelope]) -> Sequence[Envelope]:
    """The versions; or the documents, where only they have it: in `periods` no version has a load time of its own."""
    if any(as_values(_first(envelope, paths)[1]) for envelope in versions):
        return versions
    return documents if any(as_values(_first(envelope, paths)[1]) for envelope in documents) else versions


def _first(envelope: Envelope, paths: Sequence[str]) -> tuple[str, Any]:
    """The first of the paths that has a value, as identities are read, and what stands there."""
    for path in paths:
        value = _at(envelope, _plain_path(path))
        if as_values(value):
            return path, value
    return paths[0], None


def _at(value: Any, path: Path) -> Any:
    if isinstance(value, list):
        return [_at(item, path) for item in value]
    if not path:
        return value
    return _at(value.get(path[0]), path[1:]) if isinstance(value, dict) else None


def _warnings(
    mapping: Mapping, name: str, each: Sequence[Sequence[Value]], envelopes: Sequence[Envelope]
) -> Iterator[str]:
    yield from doubts(mapping, name, [value for some in each for value in some])
    own = name.partition(".")[2]
    several = sum(len(some) > 1 for some in each)
    if several and LIST not in own and own not in canonical_value_lists():
        yield f"{several} documents have more than one value: is it a list of something else?"
    if own.endswith("kommunekode") and f"{own[:-4]}navn" in mapping.sources:
        names = [as_values(_at(e, _plain_path(mapping.sources[f"{own[:-4]}navn"]))) for e in envelopes]
        pairs = [(c, n) for some, others in zip(each, names, strict=True) for c, n in zip(some, others, strict=False)]
        wrong = [pair for pair in pairs if contradicts(*pair)]
        if wrong:
            yield f"{len(wrong)} of {len(pairs)} are another municipality's than the name beside it says"


def _plain_path(path: str) -> Path:
    return tuple(part for part in parse_path(path) if part != LIST)


def _label(mapping: Mapping, own: str) -> str:
    """A field's label, after that of the object or list which it is in."""
    first = parse_path(own)[0]
    label, above = mapping.label(own), mapping.label(first)
    return label if first == own or label == above else f"{above}: {label}"


def _shown(own: str, path: str, value: Value) -> str:
    text = " ".join(str(value).split())
    if isinstance(value, str) and len(text) > LONGEST:
        return f"(a text of {len(text)} characters)"
    place = _plain_path(path)
    if own in _PERSONS or names_person(place) or names_person(_plain_path(own)) or shows_person(value, place):
        return f"({_shape(text)})"
    if own.rpartition(".")[2] in _DATES and milliseconds(value) is not None and (moment := parse_time(value)):
        return f"{text} ({danish_day(moment)})"
    return repr(text) if isinstance(value, str) else str(value)


def _shape(text: str) -> str:
    """A text with each letter as x or X and each digit as 9."""
    letters = re.sub(r"[^\W\d_]", lambda found: "X" if found[0].isupper() else "x", text)
    return re.sub(r"\d", "9", letters)


# ---- The report ----------------------------------------------------------------------------


def sample_lines(sample: Sample) -> Iterator[str]:
    """The report as plain text."""
    yield f"sample: {sample.documents} documents, {sample.versions} versions; values of persons as their shape only"
    yield from (f"  warning: documents can't be read: {problem}" for problem in sample.problems)
    for field in sample.fields:
        values = f": {', '.join(field.values)}" if field.values else ""
        yield f"  {field.label} ({field.name} = {field.path!r}) in {field.there}{values}"
        yield from (f"    warning: {warning}" for warning in field.warnings)
    yield f"fields with a warning: {sample.doubtful}"
