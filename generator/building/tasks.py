"""What one worker does with one batch of offers; any `concurrent.futures` executor can run it.

A worker is told only where the private build folder is: it finds the job there, and keeps what it has opened.
"""

import gc
import multiprocessing
import os
import pickle
import sys
import threading
import zlib
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache, partial
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

from generator.agreement import AccessPolicy, Met, check_demo
from generator.archive.reader import Archive
from generator.errors import TilbudsspejlError
from generator.output.page_writer import PageWriter
from generator.pages import urls
from generator.pages.changes import feeds
from generator.pages.changes.change_digest import ChangeDigest, Month, make_digest
from generator.pages.changes.events import ChangeEvent, offer_events
from generator.pages.changes.feeds import Feed
from generator.pages.changes.months import month_pages
from generator.pages.changes.recent_changes import recent_context
from generator.pages.listings.catalog import Catalog
from generator.pages.listings.facets import ALL, Facet
from generator.pages.listings.lists import list_pages
from generator.pages.listings.related_offers import ALONE, RelatedOffers, make_related_offers
from generator.pages.listings.summary import OfferSummary, left_out, make_summary
from generator.pages.offer.offer_page import offer_context
from generator.pages.offer.prepared_offer import prepare_offer
from generator.pages.offer.search_document import search_document
from generator.pages.page import Site
from generator.pages.rendering import Renderer
from generator.pages.sentences import version_texts
from generator.register.history.layouts import Access, gives_version, unfold
from generator.register.history.statistics import RegisterCounts
from generator.register.history.timeline import read_offers
from generator.register.mapping.mapping import Mapping, parse_path
from generator.register.mapping.mapping import Path as FieldPath
from generator.register.mapping.presence import Search, Unfound
from generator.register.model.clock import danish_day
from generator.register.model.documents import Observed, Problem, Pulls, as_last_read
from generator.register.model.json_text import MOST_READ, Unread
from generator.register.model.search_document import Spellings
from generator.resources import Theme
from generator.search.browser import shards
from generator.search.index.terms import OfferTerms, count_terms
from generator.search.local import whoosh_index

SNAPSHOT = "snapshot.sqlite"
INDEX = "index"  # of `search`, until the site is in its place
FEED_TASKS = 8  # each holds its share of all feeds in memory, one after the other


@dataclass(frozen=True, slots=True)
class Job:
    """Everything a worker needs to know, the same for every batch."""

    workspace: Path  # the private folder: a copy of the archive, and what passes between the passes
    site_folder: Path  # where the site is staged
    mapping: Mapping
    policy: AccessPolicy
    pulls: Pulls
    site: Site
    theme: Theme
    offer_bytes: int  # that an offer may take in the archive
    most_read: int = MOST_READ  # bytes of a document


@dataclass(slots=True)
class BatchSummary:
    """What pass 1 tells the parent of a batch: small, whatever the length of the histories."""

    summaries: list[OfferSummary] = field(default_factory=list)
    digest: ChangeDigest = field(default_factory=ChangeDigest)
    problems: list[Problem] = field(default_factory=list)
    met: Met = field(default_factory=Met)
    terms_unfound: Unfound = field(default_factory=Unfound)  # of the agreement's patterns, in what is served
    fields_unfound: Unfound = field(default_factory=Unfound)  # of the mapping's fields, in the same
    tally: RegisterCounts = field(default_factory=RegisterCounts)
    present: int = 0  # documents that the source serves today
    unread: int = 0  # those among them that give no version

    def count_unread(self, mapping: Mapping, observed: Sequence[Observed], problems: Iterable[Problem]) -> None:
        """Counts what is served of an offer, and how much of that gives no version."""
        lost = {problem.document_id for problem in problems if problem.lost}
        for document in observed:
            if document.present:
                self.present += 1
                self.unread += document.id in lost and not gives_version(mapping, document)


@dataclass(frozen=True, slots=True)
class WorkerContext:
    """A worker's tools, opened once."""

    job: Job
    rows: Sequence[tuple[int, ...]]
    archive: Archive
    renderer: Renderer
    terms: Search  # the agreement's patterns
    fields: Search  # the mapping's fields


def prepare(job: Job, rows: Sequence[tuple[int, ...]]) -> range:
    """Lays the job and its batches out for the workers; returns the batches' numbers."""
    job.site_folder.mkdir()
    (job.workspace / "job").write_bytes(pickle.dumps((job, rows)))
    return range(len(rows))


@lru_cache(maxsize=1)
def worker_context(workspace: Path) -> WorkerContext:
    job, rows = pickle.loads((workspace / "job").read_bytes())  # our own, in our private folder
    archive = Archive(workspace / SNAPSHOT, immutable=True, most=job.offer_bytes)
    fields = Search({name: (parse_path(path),) for name, path in job.mapping.sources.items()}, by_value=False)
    worker = WorkerContext(job, rows, archive, Renderer(job.theme), job.policy.search(), fields)
    # Comparing and pickling a document takes up to four frames for each of the 254 levels that are read.
    sys.setrecursionlimit(3_000)
    gc.freeze()  # with many live objects the collector takes longer than the work (measured: five times)
    return worker


def read_batch(workspace: Path, number: int, closed: Set[FieldPath] = frozenset()) -> BatchSummary:
    """Pass 1: reads and compares a batch, counts its words, and leaves both for pass 2.

    It is read once more where a path is closed that it let through: what it left the first time goes.
    """
    worker, batch = worker_context(workspace), BatchSummary()
    job, policy = worker.job, worker.job.policy
    if closed:
        policy.close(closed)
        _clear(workspace, number)
    today = danish_day(job.pulls.latest.finished)
    kept, terms = [], []
    events: list[ChangeEvent] = []
    for _, _, observed in worker.archive.observed(worker.rows[number], job.most_read):
        if job.site.is_demo:
            check_demo((d for d in observed if not isinstance(d.envelope, Unread)), job.mapping)  # those are not shown
        # First the layout, then the policy: an agreement's paths are those of a version, in whatever layout it came.
        read = as_last_read(observed, partial(gives_version, job.mapping))
        documents, odd = unfold(job.mapping, read, job.pulls, Access(policy.filter, policy.shows))
        batch.problems += odd
        _look(worker, documents)
        admitted = [policy.admit(document, job.mapping) for document in documents]
        lost = {problem.document_id for problem in odd if problem.lost}
        partly = [d for d in read if d.present and d.id in lost]
        offers, problems = read_offers(
            job.mapping,
            admitted,
            job.pulls,
            history=policy.terms.history,
            ceased=policy.terms.ceased,
            partly_read={job.mapping.offer_key(d.envelope) for d in partly},
            stood_for={job.mapping.offer_key(d.envelope) for d in partly if not gives_version(job.mapping, d)},
        )
        batch.problems += problems
        batch.count_unread(job.mapping, observed, (*odd, *problems))
        for offer in offers:
            summary = make_summary(offer)
            batch.summaries.append(summary)
            batch.problems += left_out(offer)
            texts = version_texts(job.mapping, offer) if policy.terms.history else None
            if texts is not None:
                of_offer = offer_events(offer, texts, today)
                batch.digest.add(make_digest(of_offer, summary))
                events += of_offer
            batch.tally.count(
                offer,
                job.mapping.says_active,
                job.pulls.latest.finished,
                past=policy.terms.history and policy.terms.ceased,
                standing=policy.terms.history,
            )
            terms.append(count_terms(search_document(offer, summary)))
            kept.append(prepare_offer(job.mapping, offer, summary, texts))
    _leave(workspace, "offers", number, kept)
    _leave(workspace, "terms", number, terms)
    _leave_notes(workspace, number, events)
    batch.met = policy.take_met()
    batch.terms_unfound, batch.fields_unfound = worker.terms.unfound, worker.fields.unfound
    return batch


def _look(worker: WorkerContext, documents: Sequence[Observed]) -> None:
    """Notes which names the source uses today: an observation of old may have had others."""
    for document in documents:
        envelope = worker.job.mapping.envelope(document.envelope) if document.present else None
        if envelope is not None:
            worker.terms.look(envelope)
            worker.fields.look(envelope)


def _leave_notes(workspace: Path, number: int, events: Sequence[ChangeEvent]) -> None:
    """By year for the months' pages, and by feed for the feeds: whoever writes those needs no others."""
    years: dict[int, list[ChangeEvent]] = {}
    for event in events:
        years.setdefault(event.day.year, []).append(event)
    for year, of_year in years.items():
        _leave(workspace, f"changes-{year}", number, of_year)
    tasks: dict[int, list[Feed]] = {}
    for feed in feeds.feeds_of(events).values():
        tasks.setdefault(_feed_task(feed.of.address), []).append(feed)
    for task, share in tasks.items():
        _leave(workspace, f"feeds-{task}", number, share)


def _feed_task(address: str) -> int:
    return zlib.crc32(address.encode("utf-8", "surrogatepass")) % FEED_TASKS


def render_batch(workspace: Path, number: int) -> int:
    """Pass 2: writes the pages of a batch; returns how many."""
    worker = worker_context(workspace)
    job, writer = worker.job, PageWriter(worker.job.site_folder)
    related = _related_offers(workspace)
    for kept in _take(workspace, "offers", number):
        context = offer_context(job.site, job.mapping, kept, related.get(kept.offer.id, ALONE))
        writer.write(context.page.address, worker.renderer.page(context))
        writer.write(urls.states(kept.offer.id), kept.states)
    return writer.files


def leave_related_offers(workspace: Path, summaries: Sequence[OfferSummary]) -> None:
    """What stands around each offer, for the workers of pass 2."""
    (workspace / "related-offers").write_bytes(pickle.dumps(make_related_offers(summaries)))


@lru_cache(maxsize=1)
def _related_offers(workspace: Path) -> dict[str, RelatedOffers]:
    found: dict[str, RelatedOffers] = pickle.loads((workspace / "related-offers").read_bytes())  # our own
    return found


def leave_catalog(workspace: Path, catalog: Catalog) -> None:
    """Lays the Catalog out for the workers of pass 2, and for the searches what they need of it."""
    (workspace / "spellings").write_bytes(pickle.dumps(catalog.spellings))
    (workspace / "catalog").write_bytes(pickle.dumps(catalog, protocol=pickle.HIGHEST_PROTOCOL))


@lru_cache(maxsize=1)
def _catalog(workspace: Path) -> Catalog:
    catalog: Catalog = pickle.loads((workspace / "catalog").read_bytes())  # our own, in our private folder
    gc.freeze()
    return catalog


def render_lists(workspace: Path, part: int, parts: int) -> int:
    """Pass 2: writes one of `parts` shares of the pages that list offers; returns how many."""
    worker = worker_context(workspace)
    job, writer = worker.job, PageWriter(worker.job.site_folder)
    pulled = danish_day(job.pulls.latest.finished)
    around = _related_offers(workspace)
    pages = list_pages(job.site, _catalog(workspace), around, pulled, history=job.policy.terms.history)
    for make in pages[part::parts]:
        context = make()
        writer.write(context.page.address, worker.renderer.page(context))
    return writer.files


@dataclass(frozen=True, slots=True)
class ChangesWritten:
    """What a task about changes wrote: how many files, and the page on which each day begins."""

    files: int
    days: dict[date, str] = field(default_factory=dict)


def write_months(workspace: Path, numbers: Sequence[int], year: int, months: Sequence[Month]) -> ChangesWritten:
    """The pages of a year's months; `months` are all that there are, in order."""
    worker = worker_context(workspace)
    site, writer = worker.job.site, PageWriter(worker.job.site_folder)
    of_month: dict[Month, list[ChangeEvent]] = {}
    for event in _take_all(workspace, f"changes-{year}", numbers):
        of_month.setdefault((event.day.year, event.day.month), []).append(event)
    days: dict[date, str] = {}
    for month, events in sorted(of_month.items()):
        made = month_pages(site, month, events, months, worker.renderer.page)
        for address, text in made.pages:
            writer.write(address, text)
        days |= made.days
    return ChangesWritten(writer.files, days)


def write_feeds(
    workspace: Path, numbers: Sequence[int], task: int, known: dict[str, Facet], pages: Set[str]
) -> ChangesWritten:
    """A share of the feeds: of all that is listed now, by address in `known`, and all that once was.

    Beside a feed of the former stands the same as a page; one of the latter has one of `pages` instead, if any.
    """
    worker = worker_context(workspace)
    job, writer = worker.job, PageWriter(worker.job.site_folder)
    found = {address: Feed(facet) for address, facet in known.items() if _feed_task(address) == task}
    for share in _take_each(workspace, f"feeds-{task}", numbers):
        feeds.latest(found, share)
    beginning = job.pulls.finished(job.pulls.baseline)
    for address, feed in found.items():
        named = replace(feed, of=known.get(address, feed.of))
        page = address if address in pages else urls.CHANGES
        if address in known and named.of != ALL:
            context = recent_context(job.site, named)
            page = context.page.address
            writer.write(page, worker.renderer.page(context))
        writer.write(named.address, feeds.atom(job.site, named, page, beginning))
    return ChangesWritten(writer.files)


def write_shards(workspace: Path, numbers: Sequence[int]) -> None:
    """The browser's index, from the words that pass 1 counted."""
    shards.write_shards(partial(_terms, workspace, numbers), worker_context(workspace).job.site_folder / "search")


def write_whoosh(workspace: Path, numbers: Sequence[int], meta: dict[str, Any]) -> None:
    """The index of `tilbudsspejl search`, from the same counts."""
    whoosh_index.build_index(partial(_terms, workspace, numbers), workspace / INDEX, meta)


def index_meta(environment: str, audience: str, policy: AccessPolicy) -> dict[str, str]:
    """What `search` checks before it answers from an index: for whom it was made, and under which terms."""
    return {"environment": environment, "audience": audience, "door": policy.fingerprint}


HAS_FLAWS = "has_flaws"  # in the index of `search`, which is the operator's own; the site says nothing of it


def is_index_current(folder: Path, meta: dict[str, str]) -> bool:
    """Whether the index of `search` is there, undamaged, and was made under these very terms."""
    try:
        if not meta.items() <= whoosh_index.read_meta(folder).items():
            return False
        whoosh_index.check_files(folder)  # reads all of it
        return True
    except TilbudsspejlError:
        return False  # missing, damaged or another version's: whatever it is, a build makes it anew


def _terms(workspace: Path, numbers: Sequence[int]) -> Iterator[OfferTerms]:
    spellings: Spellings = pickle.loads((workspace / "spellings").read_bytes())  # our own, in our private folder
    for number in numbers:
        for terms in _take(workspace, "terms", number):
            yield replace(terms, facets=terms.facets.respelled(spellings))


def _take_all(workspace: Path, kind: str, numbers: Sequence[int]) -> Iterator[Any]:
    for values in _take_each(workspace, kind, numbers):
        yield from values


def _take_each(workspace: Path, kind: str, numbers: Sequence[int]) -> Iterator[Any]:
    """What each batch left of a kind that not all have."""
    for number in numbers:
        if (workspace / f"{number:06}.{kind}").exists():
            yield _take(workspace, kind, number)


def _leave(workspace: Path, kind: str, number: int, value: list[Any]) -> None:
    (workspace / f"{number:06}.{kind}").write_bytes(pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL))


def _clear(workspace: Path, number: int) -> None:
    for path in workspace.glob(f"{number:06}.*"):
        path.unlink()


def _take(workspace: Path, kind: str, number: int) -> Any:
    return pickle.loads((workspace / f"{number:06}.{kind}").read_bytes())  # our own, in our private folder


def end_with_parent() -> None:
    """A worker whose parent was killed ends at once: it would write into the next build's folder."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent.sentinel,), daemon=True).start()


def _end_after(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
