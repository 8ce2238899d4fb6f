"""What a pull asks the server for: everything, what has changed, or the rest of a pull that broke off."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any

from generator import __version__
from generator.archive.writer import ArchiveWriter, utc
from generator.config import Configuration
from generator.register.mapping.es_fields import changed_fields, field_types
from generator.register.mapping.mapping import Mapping
from generator.register.model.pull_plan import PullPlan, SourceName
from generator.register.model.receipt import Receipt
from generator.source.client import Client, Query
from generator.source.endpoint import Endpoint

SLICE = 10_000  # documents of a slice: what is read again when one breaks off, some 3 s; 64 slices cost 5 % (measured)
SMALL_SLICE = 2_000  # and of one that is smaller only so that several can be read side by side
AHEAD_AT_MOST = timedelta(days=1)  # of a load time before our clock: zones and clocks differ by less
MOST_SLICES = 200  # the server looks at every `_id` for each slice, and allows 1,024

Ask = Callable[[str, Callable[[], Any]], Any]  # what is asked, for messages; a call that may be repeated
Say = Callable[[str], None]


def new_plan(
    configuration: Configuration,
    mapping: Mapping,
    writer: ArchiveWriter,
    client: Client,
    ask: Ask,
    answer: dict[str, Any],
    is_full: bool,
) -> PullPlan:
    """The plan of a pull that begins now; all times in it are the server's, but the one at which it began.

    `answer` is the source's `_mapping`.
    """
    endpoint, settings, started = client.endpoint, configuration.settings.source, datetime.now(UTC)
    where = _where(endpoint)
    loaded = load_time_field(mapping, field_types(answer, endpoint.type))
    greatest = ask("the greatest load time", lambda: client.greatest(loaded)) if loaded else None
    is_ahead = greatest is not None and _is_ahead(greatest, started)
    if is_ahead:
        greatest = None  # nothing that is loaded from now on would be found by it
    elif greatest is not None:
        # One that lies ahead (Danish time called UTC, say) would hide what is loaded until it has come.
        greatest = min(greatest, _milliseconds(started - timedelta(seconds=client.clock_ahead)))
    receipts, changes = writer.receipts(), mapping_changes(writer, answer, endpoint.type)
    why_full, since = _since(receipts, where, settings.full_every, started, greatest)
    before = writer.source_mapping() if since is not None else None
    is_switched = before is not None and set(before) != set(answer)
    if is_full or changes or is_switched or greatest is None:
        since = None
        why_full = (
            "it was asked for" if is_full
            else "the source's _mapping has changed" if changes
            else "the name of the index leads to another one than at the last pull" if is_switched
            else "the source has a load time in the future" if is_ahead
            else "the source's _mapping has no load time to go by"
        )  # fmt: skip
    if since is not None:
        since -= round(settings.overlap * 1000)
    query = loaded_since(loaded, since) if loaded and since is not None else None
    total = ask("the number of documents", lambda: client.count(query))
    return PullPlan(
        started=started,
        program=__version__,
        grouping=mapping.grouping,
        after=receipts[-1].number if receipts else 0,
        source=where,
        kind="full" if since is None else "incremental",
        why_full=why_full if since is None else None,
        field=loaded,
        since=since,
        greatest=greatest,
        total=total,
        slices=_slices(total, settings.parallel),
        mapping_changes=changes,
        indices=tuple(sorted(answer)),
    )


def resumed_plan(
    writer: ArchiveWriter, mapping: Mapping, endpoint: Endpoint, answer: dict[str, Any], is_full: bool, say: Say
) -> PullPlan | None:
    """The plan of the unfinished pull, opened again; None, with a word, if there is none that fits.

    `answer` is the source's `_mapping`; with `is_full` only a pull of everything fits.
    """
    plan = writer.unfinished()
    if plan is None:
        say("note: there is no unfinished pull to resume; this one begins at the start")
        return None
    receipts = writer.receipts()
    now: dict[str, Any] = {
        "program": __version__,
        "grouping": mapping.grouping,
        "after": receipts[-1].number if receipts else 0,
        "source": _where(endpoint).model_dump(),
        "indices": tuple(sorted(answer)),
        "mapping_changes": mapping_changes(writer, answer, endpoint.type),  # after a change everything must be read
    }
    if is_full:
        now["kind"] = "full"
    before = plan.model_dump()
    for name, value in now.items():
        if before[name] != value:
            say(f"note: the unfinished pull was of another {name} ({before[name]!r}); this one begins at the start")
            return None
    writer.resume()
    there = sum(name.isdecimal() for name in writer.staging.finished())  # without what was loaded meanwhile
    say(f"pull: resuming what began {utc(plan.started)}; {there} slices are there")
    return plan.model_copy(update={"resumed": True})


def load_time_field(mapping: Mapping, types: dict[str, str]) -> str | None:
    """The field by which changes can be asked for; None where the source has none, or not as a date."""
    for path in mapping.load_time_paths:
        parts = path.split(".")
        is_nested = any(types.get(".".join(parts[:n])) == "nested" for n in range(1, len(parts)))
        if types.get(path) == "date" and not is_nested:
            return path
    return None


def loaded_since(loaded: str, since: int) -> Query:
    """The documents that were loaded at or after a time in milliseconds."""
    return {"range": {loaded: {"gte": since, "format": "epoch_millis"}}}


def asked_for(plan: PullPlan) -> Query | None:
    """The documents that a plan asks for; None for all."""
    return loaded_since(plan.field, plan.since) if plan.field is not None and plan.since is not None else None


def loaded_meanwhile(plan: PullPlan) -> Query | None:
    """The documents that were loaded since the pull began; None where the source has no load time to tell."""
    return loaded_since(plan.field, plan.greatest) if plan.field is not None and plan.greatest is not None else None


def mapping_changes(writer: ArchiveWriter, answer: dict[str, Any], doc_type: str) -> dict[str, list[str]]:
    """How the source's `_mapping` differs from the one that the last pull saw; empty if it doesn't."""
    before = writer.source_mapping()
    return {} if before is None else changed_fields(field_types(before, doc_type), field_types(answer, doc_type))


def _slices(total: int, parallel: int) -> int:
    """Into how many slices so many documents are cut, of which some are read side by side."""
    return min(MOST_SLICES, max(1, ceil(total / SLICE), min(parallel, ceil(total / SMALL_SLICE))))


def _where(endpoint: Endpoint) -> SourceName:
    return SourceName(url=endpoint.url, index=endpoint.index, type=endpoint.type)


def _since(
    receipts: list[Receipt], where: SourceName, full_every: float, now: datetime, greatest: int | None
) -> tuple[str, int | None]:
    """Why everything must be read, or the load time (milliseconds) up to which the archive has it all."""
    complete = [receipt for receipt in receipts if receipt.is_complete]
    if not complete or complete[-1].kind == "dump":
        return "there is no complete pull from the server to go by", None
    pulls = [receipt for receipt in complete if receipt.kind != "dump"]
    if {key: pulls[-1].details["source"].get(key) for key in SourceName.model_fields} != where.model_dump():
        return "the last complete pull was from another source", None
    seen_last = pulls[-1].details.get("greatest")
    full = max((receipt.started for receipt in pulls if receipt.kind == "full"), default=None)
    if full is None or now - full >= timedelta(days=full_every):
        return f"the last full pull is more than {full_every:g} days old", None
    if any(receipt.kind == "dump" for receipt in receipts if receipt.number > pulls[-1].number):
        return "a dump was taken in since the last complete pull, and what it has may be older", None
    if greatest is not None and seen_last is not None and greatest < seen_last:
        return "the source's greatest load time is earlier than the last pull's: it may have been restored", None
    # Since the last full pull only: that one read everything, whatever those before it went by.
    seen = [(receipt.details.get("greatest"), receipt.started) for receipt in pulls if receipt.started >= full]
    if seen[-1][0] is None:
        return "the last complete pull saw no load time", None
    if any(_is_ahead(value, now) for value, _ in seen if value is not None):
        return "a load time that was seen lies in the future", None
    # What a pull saw that was ahead of its own beginning says nothing of what was loaded after it.
    return "", max(min(value, _milliseconds(started)) for value, started in seen if value is not None)


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _is_ahead(milliseconds: int, now: datetime) -> bool:
    """Whether a load time is later than any clock that is only a little wrong would say."""
    return milliseconds > _milliseconds(now + AHEAD_AT_MOST)
