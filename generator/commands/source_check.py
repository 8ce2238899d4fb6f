"""`source check`: the mapping file beside what the source says it has, and a mapping file with what is proposed."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from generator.archive.reader import Archive
from generator.commands.source_sample import Sample, read_sample, sample_lines
from generator.config import Configuration, read_text
from generator.errors import ArchiveUnavailable, UsageError
from generator.output.folder import check_target
from generator.pulling.endpoint import Say, make_endpoint
from generator.register.history.layouts import unfold_types
from generator.register.mapping.es_fields import field_types, unlisted
from generator.register.mapping.mapping import Mapping, read_mapping
from generator.register.mapping.proposals import Comparison, Covered, Missing, compare
from generator.register.mapping.rewriting import proposed_text
from generator.source.es_mapping import fetch_mapping


@dataclass(frozen=True, slots=True)
class Checked:
    """What was compared, and what came of it."""

    mapping: Mapping
    index: str
    comparison: Comparison
    unlisted: tuple[str, ...]  # the objects of which the source does not list everything; "" for all of it
    covered_by_proposal: int | None  # None: nothing was written
    sample: Sample | None  # None: no documents were asked for


def source_check(configuration: Configuration, write: Path | None, sample: int | None, say: Say) -> Checked:
    """Compares, and writes the proposal if there is one; raises UsageError or SourceError with nothing written.

    With `sample`, so many documents are read by the mapping with all that is proposed, whether it is written or not.
    """
    mapping, endpoint = configuration.mapping(), make_endpoint(configuration, say, with_credentials=sample is not None)
    if write is not None:
        _check_free(write)
        check_target(write, configuration.output, configuration.archive)
    answer = fetch_mapping(endpoint)
    raw = field_types(answer, endpoint.type)
    types = unfold_types(mapping, raw)
    comparison = compare(mapping, types, _last_seen(configuration, mapping, endpoint.type), raw)
    proposed = proposed_text(mapping, comparison) if comparison.proposed else ""
    as_proposed = read_mapping(proposed, mapping.origin) if proposed and sample is not None else mapping
    read = None if sample is None else read_sample(endpoint, as_proposed, sample)
    covered = _write(write, proposed, types) if write is not None and proposed else None
    return Checked(mapping, endpoint.index, comparison, tuple(unlisted(answer, endpoint.type)), covered, read)


def _last_seen(configuration: Configuration, mapping: Mapping, doc_type: str) -> dict[str, str] | None:
    """The source's fields and their types as the last pull saw them; None if there was no pull from a server."""
    if not configuration.archive.is_file():
        return None
    try:
        with Archive(configuration.archive) as archive:
            seen = archive.source_mapping()
    except ArchiveUnavailable:
        return None  # made by a newer program, say: a check of the source need not wait for that
    return None if seen is None else unfold_types(mapping, field_types(seen, doc_type))


def _check_free(path: Path) -> None:
    if path.exists() or path.is_symlink():
        raise UsageError(f"{path}: is there already, and is never overwritten; choose another name for --write")
    if not path.parent.is_dir():
        raise UsageError(f"{path}: its folder is not there; make it, or choose another name for --write")


def _write(path: Path, text: str, types: dict[str, str]) -> int:
    """Writes the proposal and reads it back; returns how many of its fields the source has."""
    with path.open("x", encoding="utf-8") as file:
        file.write(text)
    return len(compare(read_mapping(read_text(path), path.name), types).covered)


# ---- The report ----------------------------------------------------------------------------


def as_lines(checked: Checked) -> Iterator[str]:
    """The report as plain text."""
    found = checked.comparison
    if found.layout is not None:
        yield f"layout: the source looks like {found.layout.layout!r}: {found.layout.why}"
        yield f"  {checked.mapping.origin} says {checked.mapping.layout!r}; write under [document], then check again:"
        yield from (f"    {line}" for line in found.layout.lines)
    yield f"covered: {len(found.covered)} of {len(found.covered) + len(found.missing)}"
    for covered in found.covered:
        if not covered.is_likely:
            yield f"  warning: {_key(covered)} is {covered.type} in the source; {covered.expected} was expected"
    unsure = sum(missing.proposal is not None and not missing.proposal.is_sure for missing in found.missing)
    doubt = f", {unsure} of them unsure" if unsure else ""
    yield f"missing: {len(found.missing)}, {len(found.proposed)} with a proposal{doubt}"
    for missing in found.missing:
        yield f"  {_key(missing)} -> {_proposal(missing)}"
    unknown = [field for field in found.unknown if not field.proposed_for]
    yield f"unknown to the mapping: {len(unknown)}, not counting what is proposed above"
    for field in unknown:
        yield f"  {field.path} ({field.type}{', outside the wrapper' if field.is_outside else ''})"
    if found.changed is None:
        yield "types changed since the last pull: not known, the archive holds no _mapping"
    else:
        yield f"types changed since the last pull: {len(found.changed)}"
        yield from (f"  {changed.path} is {changed.now}, was {changed.before}" for changed in found.changed)
    if checked.sample is not None:
        yield from sample_lines(checked.sample)


def _key(line: Covered | Missing) -> str:
    paths = (line.path,) if isinstance(line, Covered) else line.paths
    return f"{line.name} = {' or '.join(repr(path) for path in paths)}"


def _proposal(missing: Missing) -> str:
    proposal = missing.proposal
    if proposal is None:
        return "nothing in the source is like it"
    why = "by type only" if proposal.by_type_only else f"{proposal.score:.0%}{'' if proposal.is_sure else ', unsure'}"
    others = f"; as likely: {', '.join(map(repr, proposal.as_likely))}" if proposal.as_likely else ""
    return f"{proposal.path!r} ({proposal.type}, {why}{others})"


def as_json(checked: Checked) -> dict[str, Any]:
    """The report for machines."""
    return {
        "mapping": checked.mapping.origin,
        "index": checked.index,
        "unlisted": checked.unlisted,
        **asdict(checked.comparison),
        "sample": None if checked.sample is None else asdict(checked.sample),
    }
