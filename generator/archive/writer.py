"""Writing the archive: a pull is staged slice by slice in a file of its own, then published in one transaction.

Until that transaction commits, readers see the last complete state; a pull that is killed leaves only its staging
file, which the next one clears away.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import orjson
import zstandard
from filelock import FileLock, Timeout

from generator.archive.canonical import canonical
from generator.archive.frames import Interval, Packer, Stored
from generator.archive.reader import read_meta
from generator.archive.schema import create
from generator.errors import ArchiveUnavailable, CheckError
from generator.register.documents import Document

KeyOf = Callable[[Any], str | None]
SLICE = 1_000  # documents a staging transaction

_STAGING = """
CREATE TABLE documents (
    number INTEGER PRIMARY KEY,        -- the order in which they came
    key TEXT NOT NULL,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    is_raw INTEGER NOT NULL,
    text BLOB NOT NULL                 -- zstd
);
"""


@dataclass(slots=True)
class Staged:
    """What has come in so far."""

    documents: int = 0
    demo: int = 0
    raw: int = 0
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class Published:
    """What a pull changed in the archive."""

    number: int
    documents: int
    unique_ids: int
    new_contents: int
    gone: int
    returned: int
    offers: int
    digest: str


@contextmanager
def writing(path: Path) -> Iterator["Writer"]:
    """The one writer of an archive; raises ArchiveUnavailable while another pull is running."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path.with_name(f"{path.name}.lock"), timeout=0)
        lock.acquire()
    except Timeout:
        raise ArchiveUnavailable(f"archive {path}: another pull is running; wait for it to end") from None
    except OSError as error:
        raise ArchiveUnavailable(f"archive {path}: its folder can't be written to: {error.strerror}") from error
    with lock:
        writer = Writer(path)
        try:
            yield writer
        finally:
            writer.close()


class Writer:
    """Stages documents, then publishes them; made by `writing`, which holds the lock."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._is_new = not path.exists()
        self._staging_path = path.with_name(f"{path.name}.staging")
        self._clear_staging()
        self._connection = None if self._is_new else create(path)
        try:
            self._staging = sqlite3.connect(self._staging_path, isolation_level=None)
            # The staging file is worth nothing after a crash, so it need not survive one.
            self._staging.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_STAGING}")
        except sqlite3.OperationalError as error:
            raise ArchiveUnavailable(f"archive {path}: its folder can't be written to: {error}") from error
        self._compressor = zstandard.ZstdCompressor(level=1)
        self._decompressor = zstandard.ZstdDecompressor()
        self._packer = Packer()
        self.staged = Staged()

    @property
    def environment(self) -> str | None:
        """What the archive is bound to; None for one that has had no pull."""
        return read_meta(self._connection, "environment") if self._connection else None

    def close(self) -> None:
        """Closes all files and removes the staging file."""
        self._staging.close()
        if self._connection is not None:
            self._connection.close()
        self._clear_staging()

    def stage(self, documents: Iterable[Document], key_of: KeyOf, is_demo: Callable[[Any], bool]) -> Iterator[int]:
        """Takes documents in, a slice at a time; yields how many have come so far."""
        batch: list[tuple[object, ...]] = []
        for document in documents:
            content = canonical(document.text)
            key = key_of(content.value) or f"document:{document.id}"
            packed = self._compressor.compress(content.text)
            batch.append((key, document.id, document.type, content.sha256, content.is_raw, packed))
            self.staged.documents += 1
            self.staged.demo += is_demo(content.value)
            self.staged.raw += content.is_raw
            self.staged.bytes += len(content.text)
            if len(batch) >= SLICE:
                self._write_slice(batch)
                batch = []
                yield self.staged.documents
        self._write_slice(batch)
        yield self.staged.documents

    def unique_ids(self) -> int:
        """How many different `_id`s have been staged."""
        return int(self._staging.execute("SELECT count(DISTINCT id) FROM documents").fetchone()[0])

    def publish(
        self, *, environment: str, grouping: str, is_complete: bool, started: datetime, details: dict[str, object]
    ) -> Published:
        """Makes the staged documents the archive's newest state, in one transaction, with a receipt."""
        connection = self._connection = self._connection or create(self.path)
        connection.execute("PRAGMA cache_size = -65536")
        connection.execute("BEGIN IMMEDIATE")
        try:
            self._bind("environment", environment)
            self._bind("grouping", grouping)
            merge = _Merge(connection, self._packer, _next_number(connection))
            merge.all(self._groups(), is_complete)
            digest = _presence_digest(connection)
            previous = connection.execute("SELECT receipt FROM pulls ORDER BY number DESC LIMIT 1").fetchone()
            counts = {
                "documents": self.staged.documents,
                "unique_ids": self.unique_ids(),
                "bytes": self.staged.bytes,
                "raw": self.staged.raw,
                "new_contents": merge.new,
                "gone": merge.gone,
                "returned": merge.returned,
            }
            receipt = {
                **details,
                "counts": counts,
                "digest": digest,
                "previous": hashlib.sha256(previous[0].encode()).hexdigest() if previous else None,
            }
            connection.execute(
                "INSERT INTO pulls VALUES (?, ?, ?, ?, ?)",
                (merge.number, _utc(started), _utc(datetime.now(UTC)), is_complete,
                 orjson.dumps(receipt, option=orjson.OPT_SORT_KEYS).decode()),
            )  # fmt: skip
            offers = connection.execute("SELECT count(*) FROM offers").fetchone()[0]
            connection.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            raise
        return Published(
            merge.number, self.staged.documents, counts["unique_ids"], merge.new, merge.gone, merge.returned,
            offers, digest,
        )  # fmt: skip

    def _bind(self, key: str, value: str) -> None:
        assert self._connection is not None
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def _write_slice(self, batch: list[tuple[object, ...]]) -> None:
        self._staging.execute("BEGIN")
        self._staging.executemany(
            "INSERT INTO documents (key, id, type, sha256, is_raw, text) VALUES (?, ?, ?, ?, ?, ?)", batch
        )
        self._staging.execute("COMMIT")

    def _groups(self) -> Iterator[tuple[str, list[Stored]]]:
        """The staged documents, offer by offer, each with an empty history."""
        self._staging.execute("CREATE INDEX IF NOT EXISTS by_key ON documents (key, number)")
        rows = self._staging.execute("SELECT key, id, type, sha256, is_raw, text FROM documents ORDER BY key, number")
        for key, group in groupby(rows, key=lambda row: row[0]):
            yield key, [
                Stored(id_, type_, sha256, bool(raw), [], self._decompressor.decompress(text))
                for _, id_, type_, sha256, raw, text in group
            ]

    def _clear_staging(self) -> None:
        for leftover in (self._staging_path, self._staging_path.with_name(f"{self._staging_path.name}-journal")):
            leftover.unlink(missing_ok=True)


class _Merge:
    """Merges one pull's documents into the offers' frames; writes only the frames that change."""

    def __init__(self, connection: sqlite3.Connection, packer: Packer, number: int) -> None:
        self.number = number
        self.new = self.gone = self.returned = 0
        self._connection = connection
        self._packer = packer
        # The last pull that surely saw what is open now: a dump that does not claim to be complete may have skipped it.
        self._last_complete = int(
            connection.execute("SELECT coalesce(max(number), 0) FROM pulls WHERE is_complete").fetchone()[0]
        )

    def all(self, groups: Iterable[tuple[str, list[Stored]]], is_complete: bool) -> None:
        """Merges every group; with `is_complete`, offers that are in none are gone."""
        self._connection.execute("CREATE TEMP TABLE seen (key TEXT PRIMARY KEY) WITHOUT ROWID")
        for key, incoming in groups:
            self._connection.execute("INSERT INTO seen VALUES (?)", (key,))
            self._offer(key, incoming, is_complete)
        if is_complete:
            absent = self._connection.execute("SELECT key FROM offers WHERE key NOT IN seen AND present != x''")
            for (key,) in absent.fetchall():
                self._offer(key, [], is_complete)
        self._connection.execute("DROP TABLE seen")

    def _offer(self, key: str, incoming: list[Stored], is_complete: bool) -> None:
        served = {document.id: document for document in incoming}  # one _id twice in a pull: the last one stays
        row = self._connection.execute("SELECT rowid, present, frame FROM offers WHERE key = ?", (key,)).fetchone()
        if row is not None and len(served) == len(incoming) and row[1] == _present(incoming):
            return
        documents = list(self._packer.unpack(row[2], key)) if row else []
        passing = [document for document in incoming if served[document.id] is not document]
        if not self._observe(documents, served, passing, is_complete):
            return
        present, frame = _present(d for d in documents if d.is_open), self._packer.pack(documents)
        if row:
            self._connection.execute("UPDATE offers SET present = ?, frame = ? WHERE rowid = ?", (present, frame, row[0]))
        else:
            self._connection.execute(
                "INSERT INTO offers (key, first_pull, present, frame) VALUES (?, ?, ?, ?)",
                (key, self.number, present, frame),
            )

    def _observe(
        self, documents: list[Stored], served: dict[str, Stored], passing: list[Stored], is_complete: bool
    ) -> bool:
        """Opens and closes presence intervals; says whether anything changed."""
        before = self.new, self.gone, self.returned, sum(d.is_open for d in documents)
        known = {(d.id, d.sha256): d for d in documents}
        for document in documents:
            successor = served.get(document.id)
            gone = is_complete and successor is None
            if document.is_open and (gone or (successor and successor.sha256 != document.sha256)):
                first = document.seen[-1][0]
                document.seen[-1] = (first, max(first, self._last_complete))
                self.gone += gone
        for document in passing:  # seen, and overtaken within this very pull
            if (document.id, document.sha256) not in known and served[document.id].sha256 != document.sha256:
                self._add(documents, known, document, (self.number, self.number))
        for document in served.values():
            match = known.get((document.id, document.sha256))
            if match is None:
                self._add(documents, known, document, (self.number, None))
            elif not match.is_open:
                match.seen.append((self.number, None))
                self.returned += 1
        return before != (self.new, self.gone, self.returned, sum(d.is_open for d in documents))

    def _add(
        self, documents: list[Stored], known: dict[tuple[str, str], Stored], document: Stored, seen: Interval
    ) -> None:
        document.seen = [seen]
        documents.append(document)
        known[document.id, document.sha256] = document
        self.new += 1


def _present(documents: Iterable[Stored]) -> bytes:
    """A digest of what is served; equal digests mean that there is nothing to write."""
    lines = sorted({f"{d.id}\n{d.sha256}\n" for d in documents})
    return hashlib.sha256("".join(lines).encode("utf-8", "surrogatepass")).digest() if lines else b""


def _presence_digest(connection: sqlite3.Connection) -> str:
    """One digest over what the whole register serves after this pull."""
    digest = hashlib.sha256()
    for key, present in connection.execute("SELECT key, present FROM offers ORDER BY key"):
        digest.update(f"{key}\n".encode("utf-8", "surrogatepass") + present)
    return digest.hexdigest()


def _next_number(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT coalesce(max(number), 0) + 1 FROM pulls").fetchone()[0])


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def check_binding(bound: str | None, environment: str, path: Path) -> None:
    """Raises ArchiveUnavailable if the archive belongs to another environment."""
    if bound and bound != environment:
        raise ArchiveUnavailable(
            f"archive {path}: bound to {bound!r} by its first pull, so it refuses {environment!r}; "
            "use another archive.path for it"
        )


def check_mixture(staged: Staged) -> bool:
    """Whether all that came is made up; raises CheckError for a mixture of made-up and real documents."""
    if 0 < staged.demo < staged.documents:
        raise CheckError(
            f"{staged.demo} of {staged.documents} documents say that they are demo data, the rest do not; "
            "nothing was stored: pull each from a source of its own"
        )
    return staged.demo > 0


def regroup(path: Path, grouping: str, key_of: KeyOf) -> None:
    """Files every document under its offer anew, after the mapping's idea of an offer has changed."""
    packer = Packer()
    with writing(path), closing(create(path)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        groups: dict[str, list[Stored]] = {}
        first: dict[str, int] = {}
        for key, first_pull, frame in connection.execute("SELECT key, first_pull, frame FROM offers ORDER BY rowid"):
            for document in packer.unpack(frame, key):
                new = key_of(document.parse()) or f"document:{document.id}"
                groups.setdefault(new, []).append(document)
                first[new] = min(first.get(new, first_pull), document.seen[0][0])
        connection.execute("DELETE FROM offers")
        connection.executemany(
            "INSERT INTO offers (key, first_pull, present, frame) VALUES (?, ?, ?, ?)",
            ((k, first[k], _present(d for d in g if d.is_open), packer.pack(g)) for k, g in groups.items()),
        )
        connection.execute("INSERT OR REPLACE INTO meta VALUES ('grouping', ?)", (grouping,))
        connection.execute("COMMIT")
