"""The reading half of `pull`: from the server into the staging file, slice by slice, each proved whole.

A slice that breaks off is read again from its start. When all are there, what was loaded meanwhile is read, and where
only changes were asked for, a sweep of all ids tells what has gone.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import orjson

from generator.archive.merge import Presence
from generator.archive.staging import Reading
from generator.archive.writer import ArchiveWriter
from generator.config import Configuration
from generator.errors import CheckError, SourceAmbiguous, SourceError, SourceSwitched
from generator.pulling.endpoint import make_endpoint
from generator.pulling.parallel import Said, SliceBegun, SliceBroken, SliceDone, SlicePage, slice_events
from generator.pulling.pull_plan import Say, asked_for, loaded_meanwhile, new_plan, resumed_plan
from generator.register.mapping.es_fields import describe_changes
from generator.register.mapping.mapping import Mapping
from generator.register.model.pull_plan import PullPlan
from generator.source.client import Client, Slice, check_type
from generator.source.endpoint import Endpoint
from generator.source.retry import RetryPolicy

MOST_COUNTED_AND_NOT_GIVEN = 0.01  # of the documents: so many may be added while the ids are read
MOST_SECONDS_APART = 300.0  # of the server's clock and ours, before it is told

Progress = Callable[[int, int | None], None]  # documents so far, documents in all if known


@dataclass(frozen=True, slots=True)
class PullOptions:
    """How to read: everything once more, the rest of a pull that broke off, a loss taken for granted, a new archive."""

    full: bool = False
    resume: bool = False
    accept_loss: bool = False
    first: bool = False


@dataclass(frozen=True, slots=True)
class PullResult:
    """What was read, for the receipt; the documents are staged."""

    presence: Presence
    started: datetime
    details: dict[str, Any] = field(default_factory=dict)
    source_mapping: str | None = None


def read_source(
    configuration: Configuration,
    mapping: Mapping,
    writer: ArchiveWriter,
    options: PullOptions,
    progress: Progress,
    say: Say,
) -> PullResult:
    """Stages everything, or what has changed since the last complete pull; raises SourceError unless it is whole."""
    endpoint = make_endpoint(configuration, say)
    settings = configuration.settings.source
    patience = RetryPolicy(settings.tries, settings.patience, say)
    with closing(Client(endpoint)) as client:
        reader = _Reader(client, writer, reading_of(configuration, mapping), patience, progress, settings.parallel)
        reader.ask("the server's version", client.check_version)
        _say_clock(client, say)
        try:
            return _read_index(configuration, mapping, reader, options, say)
        except SourceSwitched as error:
            say(f"note: {error}: this one begins again, once")
        client.forget_indices()
        return _read_index(configuration, mapping, reader, replace(options, resume=False), say)


def _read_index(
    configuration: Configuration, mapping: Mapping, reader: "_Reader", options: PullOptions, say: Say
) -> PullResult:
    """The same, from the one index, or the several, to which the name leads at the beginning.

    Raises SourceSwitched where it leads to another one before the end: what was read of both is no state of either.
    """
    client, writer, endpoint = reader.client, reader.writer, reader.client.endpoint
    answer = reader.ask("_mapping", client.mapping)
    _check_type(client, answer, options.accept_loss)
    plan = resumed_plan(writer, mapping, endpoint, answer, options.full, say) if options.resume else None
    if plan is None:
        plan = new_plan(configuration, mapping, writer, client, reader.ask, answer, options.full)
        writer.begin(plan)
    _say_plan(plan, say)
    _check_zero(endpoint, plan, options.accept_loss)
    try:
        reader.read_slices(plan)
        reader.check_loaded(plan)
        reader.read_loaded_meanwhile(plan)
        lacks = plan.kind == "full" and writer.staging.unique_ids() < plan.total
        sweep = reader.sweep(plan) if lacks or _needs_sweep(plan) else None
        reader.ask("_mapping once more", client.mapping)
    except SourceError as error:
        raise _switched(client) or _with_what_is_kept(error, writer, plan) from error
    return PullResult(
        presence="staged" if sweep is None else "swept",
        started=plan.started,
        details=_details(client, plan, sweep),
        source_mapping=orjson.dumps(answer, option=orjson.OPT_SORT_KEYS).decode(),
    )


def reading_of(configuration: Configuration, mapping: Mapping) -> Reading:
    """What the archive must know of a document."""
    return Reading(mapping.offer_key, mapping.is_demo, configuration.settings.limits.document_bytes)


# ---------------------------------------------------------------- reading


class _Reader:
    """Reads slices into the staging file, again and again as far as patience goes."""

    def __init__(
        self,
        client: Client,
        writer: ArchiveWriter,
        reading: Reading,
        patience: RetryPolicy,
        progress: Progress,
        parallel: int,
    ) -> None:
        self.client = client
        self.writer = writer
        self._reading = reading
        self._patience = patience
        self._progress = progress
        self._parallel = parallel  # slices that are read side by side

    def ask(self, what: str, call: Callable[[], Any]) -> Any:
        """A call that changes nothing at the server, and can be repeated."""
        return self._patience.until_done(what, lambda _: call())

    def read_slices(self, plan: PullPlan) -> None:
        """Every slice that is not there yet."""
        query = asked_for(plan)
        finished = self.writer.staging.finished()
        slices = [(str(number), Slice(number, plan.slices, query)) for number in range(plan.slices)]
        left = [(name, part) for name, part in slices if name not in finished]
        if min(self._parallel, len(left)) > 1:
            self._read_side_by_side(left, plan.total)
        else:
            for name, part in left:
                self._read(name, part, plan.total)
        self._check_shards()

    def _read_side_by_side(self, slices: list[tuple[str, Slice]], total: int) -> None:
        staging, came = self.writer.staging, Counter({"": self.writer.staged.documents})
        with ExitStack() as stack:
            others = [stack.enter_context(closing(self.client.another())) for _ in range(self._parallel - 1)]
            slices_open = stack.enter_context(staging.slices(self._reading))
            events = stack.enter_context(slice_events([self.client, *others], slices, self._patience))
            for event in events:
                match event:
                    case Said(text):
                        self._patience.say(text)
                    case SliceBegun(name):
                        slices_open.begin(name)
                    case SlicePage(name, documents):
                        slices_open.add(name, documents)
                        came[name] += len(documents)
                        self._progress(came.total(), total)
                    case SliceBroken(name):
                        slices_open.drop(name)
                        del came[name]
                    case SliceDone(name, proof):
                        slices_open.keep(name, proof)

    def _check_shards(self) -> None:
        """Raises CheckError for slices that are not of one cut: the server cuts by shards first, and then by ids."""
        proofs = self.writer.staging.finished().items()
        began, *others = [proof["shards"] for name, proof in proofs if name.isdecimal()]
        if now := [shards for shards in others if shards != began]:
            raise CheckError(
                f"{self.client.endpoint.url}: the index has {now[0]} shards now, {began} when the pull began; "
                "pull again without --resume"
            )

    def read_loaded_meanwhile(self, plan: PullPlan) -> None:
        """What was loaded since the pull began, as the server's own clock has it."""
        query = loaded_meanwhile(plan)
        # A pull that is resumed reads it again: more may have been loaded since it broke off.
        if query is not None and (plan.resumed or "meanwhile" not in self.writer.staging.finished()):
            self._read("meanwhile", Slice(0, 1, query), None)
            if not self.writer.staging.finished()["meanwhile"]["total"]:
                raise SourceError(
                    f"{self.client.endpoint.url}: tells of a load time that none of its documents has; does one "
                    "address lead to several servers, or is the index being loaded? Pull again later"
                )

    def sweep(self, plan: PullPlan) -> dict[str, Any]:
        """All ids that there are; a document that nothing announced is read by its id."""
        total = self.ask("the sweep of ids", self._sweep)
        is_incremental = plan.kind == "incremental"
        missing = self.writer.unknown_ids() if is_incremental else self.writer.unstaged_ids()
        came = self._read_by_id(missing) if missing else 0
        counted = self.ask("the number of documents", lambda: self.client.count())
        # What the server counts and the sweep lacks may be new; or it is what the archive has, and must not be gone.
        absent = self.writer.absent_ids() if total < counted else []
        found = self._read_by_id(absent) if absent else 0
        self._check_count(total + found, counted)
        return {"ids": total + found, "unannounced": len(missing) + len(absent), "came": came + found}

    def check_loaded(self, plan: PullPlan) -> None:
        """Raises SourceError where less came than was loaded, by the server's own count: the rest would stay unseen."""
        if plan.kind != "incremental" or (came := self.writer.staging.unique_ids()) >= plan.total:
            return
        counted = self.ask("the number of documents loaded", lambda: self.client.count(asked_for(plan)))
        if came < counted:
            self.ask("the sweep of ids", self._sweep)  # several documents under one `_id` are told as what they are
            raise SourceError(
                f"{self.client.endpoint.url}: {counted} documents were loaded by the server's own count, and only "
                f"{came} were given; does one address lead to several servers, or is the index being loaded? Pull later"
            )

    def _check_count(self, swept: int, counted: int) -> None:
        """Raises SourceError where the server counts more than it gives: it may be two servers that differ."""
        if swept < counted * (1 - MOST_COUNTED_AND_NOT_GIVEN):
            raise SourceError(
                f"{self.client.endpoint.url}: {counted} documents by the server's own count, and only {swept} were "
                "given; does one address lead to several servers, or is the index being loaded? Pull again later"
            )

    def _read_by_id(self, ids: list[str]) -> int:
        page = self.client.endpoint.page_size
        with self.writer.staging.slice("unannounced", self._reading) as part:
            for start in range(0, len(ids), page):
                some = ids[start : start + page]
                found = self.ask("documents by id", lambda some=some: self.client.documents(some))  # type: ignore[misc]
                part.add(found)
                self.writer.staging.add_swept(document.id for document in found)
            part.proof = {"asked": len(ids)}
            return part.staged.documents

    def _read(self, name: str, part: Slice, total: int | None) -> None:
        label = f"slice {part.number + 1} of {part.of}" if name.isdecimal() else "what was loaded meanwhile"
        self._patience.until_done(label, lambda attempt: self._read_once(name, part, total, attempt))

    def _read_once(self, name: str, part: Slice, total: int | None, attempt: int) -> None:
        before = self.writer.staged.documents
        with self.writer.staging.slice(name, self._reading) as staged, self.client.scroll(part) as scroll:
            for documents in scroll.documents():
                staged.add(documents)
                if total is not None:
                    self._progress(before + staged.staged.documents, total)
            staged.proof = scroll.proof(attempt)

    def _sweep(self) -> int:
        with self.writer.staging.sweep() as add, self.client.sweep() as scroll:
            for ids in scroll.ids():
                add(ids)
            return scroll.total


def _needs_sweep(plan: PullPlan) -> bool:
    """Whether ids must tell what the load time can't: what has gone, or, where there is none, what was added."""
    # A pull that is resumed may have read its first slices long ago.
    return plan.kind == "incremental" or plan.greatest is None or plan.resumed


def _switched(client: Client) -> SourceSwitched | None:
    """Whether the name leads to another index by now, which would explain whatever went wrong."""
    try:
        client.mapping()
    except SourceSwitched as switched:
        return switched
    except SourceError:  # what went wrong first is told
        return None
    return None


def _with_what_is_kept(error: SourceError, writer: ArchiveWriter, plan: PullPlan) -> SourceError:
    if isinstance(error, SourceAmbiguous):  # what is kept is no part of anything
        return SourceAmbiguous(f"{error}; nothing was stored")
    kept = sum(name.isdecimal() for name in writer.staging.finished())  # not what was loaded meanwhile
    if not kept:
        return SourceError(f"{error}; nothing was stored")
    return SourceError(f"{error}; nothing was published, {kept} of {plan.slices} slices are kept: `pull --resume`")


# ---------------------------------------------------------------- the silent zero, and the receipt


def _check_type(client: Client, answer: dict[str, Any], is_accepted: bool) -> None:
    endpoint = client.endpoint
    if (problem := check_type(endpoint, client.version, answer)) and not is_accepted:
        raise SourceError(f"{endpoint.url}: {problem}; correct source.*.type")


def _check_zero(endpoint: Endpoint, plan: PullPlan, is_accepted: bool) -> None:
    if plan.total == 0 and plan.kind == "full" and not is_accepted:
        raise SourceError(
            f"{endpoint.url}: zero documents in {endpoint.index}/{endpoint.type}; a wrong type answers like this: "
            "check source.*.index and source.*.type. Nothing was changed"
        )


def _say_clock(client: Client, say: Say) -> None:
    if abs(client.clock_ahead) > MOST_SECONDS_APART:
        way = "ahead of" if client.clock_ahead > 0 else "behind"
        say(
            f"note: this machine's clock is {abs(client.clock_ahead) / 60:.0f} minutes {way} the server's; "
            "pulls are dated by it: set it right"
        )


def _say_plan(plan: PullPlan, say: Say) -> None:
    if plan.kind == "incremental":
        say(f"pull: {plan.total} documents were loaded since the last complete pull; all ids are compared")
    elif plan.after:
        say(f"pull: everything is read, since {plan.why_full}")
    if plan.mapping_changes:
        changes = describe_changes(plan.mapping_changes)
        say(f"note: the source's _mapping has changed: {changes}; see `tilbudsspejl source check`")


def _details(client: Client, plan: PullPlan, sweep: dict[str, Any] | None) -> dict[str, Any]:
    """What the receipt says of the source, and of how this pull is known to be complete."""
    chosen = plan.model_dump(include={"kind", "why_full", "since", "greatest", "resumed", "mapping_changes"})
    return {
        **chosen,
        "source": {**plan.source.model_dump(), "server": client.version or None, "total": plan.total},
        "sweep": sweep,
    }
