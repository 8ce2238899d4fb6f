"""Writing the archive: a pull is staged slice by slice in a file of its own, then published in one transaction.

Until that transaction commits, readers see the last complete state; a pull that is killed leaves only its staging
file, which the next one clears away, or a journal, from which the next one to open the archive puts it back.
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

from generator.archive.canonical import NotJson, canonical
from generator.archive.frames import Packer, Stored
from generator.archive.reader import read_meta
from generator.archive.schema import create_tables, is_empty, open_for_writing, translated
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
    try:
        writer = Writer(path)
        try:
            yield writer
        finally:
            writer.close()
    finally:
        lock.release()


class Writer:
    """Stages documents, then publishes them; made by `writing`, which holds the lock."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.staged = Staged()
        self._compressor = zstandard.ZstdCompressor(level=1)
        self._decompressor = zstandard.ZstdDecompressor()
        self._packer = Packer()
        self._staging_path = path.with_name(f"{path.name}.staging")
        self._staging_path.unlink(missing_ok=True)  # of a pull that was killed
        self._connection = open_for_writing(path) if path.exists() else None
        try:
            with translated(self._staging_path):
                self._staging = _open_staging(self._staging_path)
        except BaseException:
            self._close_archive()
            raise

    @property
    def environment(self) -> str | None:
        """What the archive is bound to; None for one that has had no pull."""
        return self._read_meta("environment")

    def close(self) -> None:
        """Closes all files and removes the staging file."""
        self._close_archive()
        self._staging.close()
        self._staging_path.unlink(missing_ok=True)

    def stage(self, documents: Iterable[Document], key_of: KeyOf, is_demo: Callable[[Any], bool]) -> Iterator[int]:
        """Takes documents in, a slice at a time; yields how many have come so far."""
        batch: list[tuple[object, ...]] = []
        for document in documents:
            try:
                content = canonical(document.text)
            except NotJson as error:
                raise CheckError(f"document {document.id!r}: no JSON ({error}); nothing was stored") from error
            id_ = _storable(document.id)
            key = _storable(key_of(content.value) or f"document:{id_}")
            packed = self._compressor.compress(content.text)
            batch.append((key, id_, _storable(document.type), content.sha256, content.is_raw, packed))
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
        self,
        *,
        environment: str,
        grouping: str,
        key_of: KeyOf,
        is_complete: bool,
        started: datetime,
        details: dict[str, object],
    ) -> Published:
        """Makes the staged documents the archive's newest state, in one transaction, with a receipt.

        An archive that was grouped in another way is regrouped first, by `key_of`.
        """
        is_new = self._connection is None and not self.path.exists()
        try:
            with translated(self.path):
                connection = self._connection = self._connection or open_for_writing(self.path)
                with _transaction(connection):
                    if is_empty(connection):
                        create_tables(connection)
                    if self._read_meta("grouping") not in (None, grouping):
                        _regroup(connection, key_of)
                    _bind(connection, environment=environment, grouping=grouping)
                    return self._merge(connection, is_complete, started, details)
        except BaseException:
            if is_new:
                self._close_archive()
                self.path.unlink(missing_ok=True)
            raise

    def _merge(
        self, connection: sqlite3.Connection, is_complete: bool, started: datetime, details: dict[str, object]
    ) -> Published:
        merge = _Merge(connection, self._packer)
        merge.all(self._groups(), is_complete)
        digest = _presence_digest(connection)
        unique_ids = self.unique_ids()
        counts = {
            "documents": self.staged.documents,
            "unique_ids": unique_ids,
            "bytes": self.staged.bytes,
            "raw": self.staged.raw,
            "new_contents": merge.new,
            "gone": merge.gone,
            "returned": merge.returned,
        }
        previous = connection.execute("SELECT receipt FROM pulls ORDER BY number DESC LIMIT 1").fetchone()
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
        offers = connection.execute("SELECT count(*) FROM offers WHERE key NOT LIKE 'document:%'").fetchone()[0]
        return Published(
            merge.number, self.staged.documents, unique_ids, merge.new, merge.gone, merge.returned, offers, digest
        )

    def _read_meta(self, key: str) -> str | None:
        if self._connection is None or is_empty(self._connection):
            return None
        return read_meta(self._connection, key)

    def _close_archive(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _write_slice(self, batch: list[tuple[object, ...]]) -> None:
        with translated(self._staging_path), _transaction(self._staging):
            self._staging.executemany(
                "INSERT INTO documents (key, id, type, sha256, is_raw, text) VALUES (?, ?, ?, ?, ?, ?)", batch
            )

    def _groups(self) -> Iterator[tuple[str, list[Stored]]]:
        """The staged documents, offer by offer, each with an empty history."""
        self._staging.execute("CREATE INDEX IF NOT EXISTS by_key ON documents (key, number)")
        rows = self._staging.execute("SELECT key, id, type, sha256, is_raw, text FROM documents ORDER BY key, number")
        for key, group in groupby(rows, key=lambda row: row[0]):
            yield (
                key,
                [
                    Stored(id_, type_, sha256, bool(raw), [], self._decompressor.decompress(text))
                    for _, id_, type_, sha256, raw, text in group
                ],
            )


def _open_staging(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        # The staging file is worth nothing after a crash, so it need not survive one.
        connection.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_STAGING}")
    except BaseException:
        connection.close()
        path.unlink(missing_ok=True)
        raise
    return connection


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


class _Merge:
    """Merges one pull's documents into the offers' frames; writes only the frames that change."""

    def __init__(self, connection: sqlite3.Connection, packer: Packer) -> None:
        self.new = self.gone = self.returned = 0
        self._connection = connection
        self._packer = packer
        # What is open was surely seen by the last pull that claimed to be complete: had it not been, it would be
        # closed. A later dump may have skipped it, so no interval is closed by one that did not see it.
        self.number, self._last_complete = connection.execute(
            "SELECT coalesce(max(number), 0) + 1, coalesce(max(number) FILTER (WHERE is_complete), 0) FROM pulls"
        ).fetchone()

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
            return  # exactly what is open already: most offers of most pulls
        documents = list(self._packer.unpack(row[2], key)) if row else []
        if not self._observe(documents, incoming, served, is_complete):
            return
        present, frame = _present(d for d in documents if d.is_open), self._packer.pack(documents)
        if row:
            self._connection.execute(
                "UPDATE offers SET present = ?, frame = ? WHERE rowid = ?", (present, frame, row[0])
            )
        else:
            _insert_offer(self._connection, key, self.number, present, frame)

    def _observe(
        self, documents: list[Stored], incoming: list[Stored], served: dict[str, Stored], is_complete: bool
    ) -> bool:
        """Opens and closes presence intervals; says whether anything changed."""
        known = {document.content: document for document in documents}
        came = {document.content for document in incoming}
        changed = False
        for document in documents:
            successor = served.get(document.id)
            is_gone = is_complete and successor is None
            is_replaced = successor is not None and successor.sha256 != document.sha256
            if document.is_open and (is_gone or is_replaced):
                first = document.seen[-1][0]
                last = self.number if document.content in came else max(first, self._last_complete)
                document.seen[-1] = (first, last)
                self.gone += is_gone
                changed = True
        for document in sorted(incoming, key=_natural):  # an order that does not depend on how the source was read
            is_last = served[document.id].sha256 == document.sha256
            match = known.get(document.content)
            if match is None:
                document.seen = [(self.number, None if is_last else self.number)]
                documents.append(document)
                known[document.content] = document
                self.new += 1
                changed = True
            elif is_last and not match.is_open:
                match.seen.append((self.number, None))
                self.returned += 1
                changed = True
        return changed


def _natural(document: Stored) -> tuple[int, str]:
    return len(document.id), document.id


def _storable(text: str) -> str:
    """The text, with a lone surrogate (which neither SQLite nor UTF-8 can hold) written as its escape."""
    return text.encode("utf-8", "backslashreplace").decode()


def _insert_offer(connection: sqlite3.Connection, key: str, first_pull: int, present: bytes, frame: bytes) -> None:
    connection.execute(
        "INSERT INTO offers (key, first_pull, present, frame) VALUES (?, ?, ?, ?)", (key, first_pull, present, frame)
    )


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


def _bind(connection: sqlite3.Connection, **values: str) -> None:
    connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())


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
    if not path.is_file():
        raise ArchiveUnavailable(f"archive {path}: not there; run `tilbudsspejl pull` first, or correct archive.path")
    with writing(path), closing(open_for_writing(path)) as connection, translated(path), _transaction(connection):
        if not is_empty(connection):
            _regroup(connection, key_of)
            _bind(connection, grouping=grouping)


def _regroup(connection: sqlite3.Connection, key_of: KeyOf) -> None:
    # By way of small frames in a temporary table, so that never more than one offer is in memory.
    quick, packer = Packer(level=1), Packer()
    connection.execute("CREATE TEMP TABLE parts (key TEXT NOT NULL, frame BLOB NOT NULL)")
    for key, frame in connection.execute("SELECT key, frame FROM offers ORDER BY first_pull, length(key), key"):
        parts: dict[str, list[Stored]] = {}
        for document in packer.unpack(frame, key):
            new_key = _storable(key_of(document.parse()) or f"document:{document.id}")
            parts.setdefault(new_key, []).append(document)
        connection.executemany(
            "INSERT INTO parts VALUES (?, ?)", ((new_key, quick.pack(part)) for new_key, part in parts.items())
        )
    connection.execute("DELETE FROM offers")
    rows = connection.execute("SELECT key, frame FROM parts ORDER BY key, rowid")
    for key, group in groupby(rows, key=lambda row: row[0]):
        documents = [document for _, frame in group for document in quick.unpack(frame, key)]
        documents.sort(key=lambda document: (document.seen[0][0], *_natural(document)))
        present = _present(document for document in documents if document.is_open)
        _insert_offer(connection, key, documents[0].seen[0][0], present, packer.pack(documents))
    connection.execute("DROP TABLE parts")
