"""Writing the archive: a pull is staged slice by slice in a file of its own, then published in one transaction.

Until that transaction commits, readers see the last complete state; a pull that is killed leaves only its staging
file, from which `pull --resume` goes on, or a journal, from which the next one to open the archive puts it back.
"""

import errno
import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from filelock import FileLock, Timeout

from generator.archive.clock import end_of_pull
from generator.archive.digest import digest_of, write_seal
from generator.archive.integrity import check_for_writing
from generator.archive.merge import Merge, Presence
from generator.archive.migrations import migrate, regroup_offers
from generator.archive.reader import read_meta, read_receipts, read_source_mapping
from generator.archive.schema import (
    DAMAGE,
    MOST_UNPACKED,
    VERSION,
    create_tables,
    is_empty,
    open_for_writing,
    transaction,
    translated,
    version_of,
)
from generator.archive.staging import Staged, Staging, remove
from generator.archive.traces import missing, trace_of
from generator.archive_files import LOCK, RECEIPT, STAGING, beside
from generator.errors import ArchiveUnavailable, CheckError, TilbudsspejlError, UsageError
from generator.private_files import FILE_MODE, replace_file
from generator.register.model.pull_plan import PullPlan
from generator.register.model.receipt import Receipt

KeyOf = Callable[[Any], str | None]
FORMAT = 2  # of a receipt
MOST_NAMED = 20  # documents that a receipt names one by one

_SERVED_OFFERS = (
    "SELECT count(DISTINCT offer) FROM present JOIN offers ON offers.rowid = offer WHERE key NOT LIKE 'document:%'"
)


@dataclass(frozen=True, slots=True)
class Published:
    """What a pull changed in the archive."""

    number: int
    documents: int  # that came, one `_id` twice counted twice
    unique_ids: int
    new: int  # documents never seen before
    changed: int  # known ones with a content never seen before
    returned: int  # known ones with a content that was gone
    gone: int
    offers: int  # that are still served
    present: int  # documents that are still served
    unread: int  # documents that came, and are too deep or too large to be read
    digest: str
    receipt: dict[str, Any]


@contextmanager
def writing(path: Path, *, most: int = MOST_UNPACKED) -> Iterator["ArchiveWriter"]:
    """The one writer of an archive; raises ArchiveUnavailable while another pull is running, CheckError for damage."""
    with locked(path), opened(path, most=most) as writer:
        yield writer


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keeps others from writing to an archive; raises ArchiveUnavailable while another pull is running."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Not 0: `status` holds it for a moment, to see whether it is held.
        lock = FileLock(beside(path, LOCK), timeout=0.5, mode=FILE_MODE)
        lock.acquire()
    except Timeout:
        raise ArchiveUnavailable(f"archive {path}: another pull is running; wait for it to end") from None
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise TilbudsspejlError(f"archive {path}: {error.strerror}; make room on the disk and try again") from error
        raise ArchiveUnavailable(f"archive {path}: its folder can't be written to: {error.strerror}") from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def opened(
    path: Path, *, is_first: bool = False, traces: Iterable[Path] = (), most: int = MOST_UNPACKED
) -> Iterator["ArchiveWriter"]:
    """The writer, for who holds the lock.

    Raises ArchiveUnavailable where an archive that was there is lost, unless a new one `is_first` meant; `traces` are
    files that show it, beside those that lie beside the archive. `most` is how many bytes an offer may take unpacked.
    """
    if path.is_symlink() and not path.exists():  # the operator's: to make a file in its place would be elsewhere
        raise ArchiveUnavailable(
            f"archive {path}: is a link to {path.readlink()}, where there is nothing; name that file itself in "
            "archive.path, and a pull makes it there"
        )
    writer = ArchiveWriter(path, most)
    try:
        writer.check_beginning(is_first, traces)
        yield writer
    finally:
        writer.close()


class ArchiveWriter:
    """Stages documents, then publishes them; made by `opened`."""

    def __init__(self, path: Path, most: int = MOST_UNPACKED) -> None:
        self.path = path
        self._most = most
        self._staging_path = beside(path, STAGING)
        self._staging: Staging | None = None
        self._connection = open_for_writing(path, most) if path.exists() else None
        self.migrated_from: int | None = None
        try:
            if self._connection is not None and not is_empty(self._connection):
                check_for_writing(self._connection, path)
                self.migrated_from = _migrated(self._connection, path, most)
        except BaseException:
            self._close_archive()
            raise

    def check_beginning(self, is_first: bool, traces: Iterable[Path]) -> None:
        """Raises ArchiveUnavailable for an archive that was lost, UsageError for one that is there and should not."""
        if not self._has_pulls and not is_first and trace_of(self.path, traces):
            raise missing(self.path, traces)
        if self._has_pulls and is_first:
            raise UsageError(
                f"--first: archive {self.path} has {len(self.receipts())} pulls already, and stays as it is; "
                "leave --first out, or choose another archive.path"
            )

    # ---------------------------------------------------------------- what is there

    @property
    def environment(self) -> str | None:
        """What the archive is bound to; None for one that has had no pull."""
        return self._read_meta("environment")

    @property
    def grouping(self) -> str | None:
        """What its documents are grouped by; see Mapping.grouping."""
        return self._read_meta("grouping")

    def receipts(self) -> list[Receipt]:
        """All pulls so far, oldest first."""
        return read_receipts(self._connection) if self._connection is not None and self._has_pulls else []

    def source_mapping(self) -> dict[str, Any] | None:
        """The `_mapping` that the last pull from a server saw; None if there was none."""
        return read_source_mapping(self._connection) if self._connection is not None and self._has_pulls else None

    def served_offers(self) -> int:
        """How many offers had a document that the source served at the last pull."""
        return self._count(_SERVED_OFFERS) if self._has_pulls else 0

    def served_documents(self) -> int:
        """How many documents the source served at the last pull."""
        return self._count("SELECT count(*) FROM present") if self._has_pulls else 0

    @property
    def _has_pulls(self) -> bool:
        return self._connection is not None and not is_empty(self._connection)

    # ---------------------------------------------------------------- staging

    def begin(self, plan: PullPlan | None) -> None:
        """Begins a pull, one that can't be resumed without a plan; what an unfinished one has left is cleared away."""
        self._close_staging()
        remove(self._staging_path)
        self._staging = Staging(self._staging_path, self._open_check(), self._key_of_id)
        if plan is not None:
            self._staging.begin(plan)

    def unfinished(self) -> PullPlan | None:
        """The plan of a pull that was broken off and can be resumed; None if there is none."""
        if not self._staging_path.is_file():
            return None
        try:
            with closing(Staging(self._staging_path, self._open_check())) as staging:
                return staging.plan() if staging.finished() else None
        except (CheckError, *DAMAGE):
            return None

    def resume(self) -> None:
        """Goes on with the unfinished pull."""
        self._staging = Staging(self._staging_path, self._open_check(), self._key_of_id)

    @property
    def staging(self) -> Staging:
        """The pull that was begun or resumed."""
        assert self._staging is not None, "begin or resume first"
        return self._staging

    @property
    def staged(self) -> Staged:
        """What has come in."""
        return self.staging.staged()

    def offers_after(self, presence: Presence) -> int:
        """How many offers will have a document that is served, once this pull is published."""
        if presence == "staged" or not self._has_pulls:
            query = "SELECT count(DISTINCT key) FROM documents WHERE key NOT LIKE 'document:%'"
            return int(self.staging.connection.execute(query).fetchone()[0])
        with self._attached():
            return self._count(
                "SELECT count(*) FROM (SELECT key FROM staging.documents UNION SELECT o.key FROM staging.swept "
                "JOIN present p USING (id) JOIN offers o ON o.rowid = p.offer) WHERE key NOT LIKE 'document:%'"
            )

    def documents_after(self, presence: Presence) -> int:
        """How many documents will be served, once this pull is published."""
        if presence != "swept":
            return self.staging.unique_ids()
        query = "SELECT count(*) FROM (SELECT id FROM documents UNION SELECT id FROM swept)"
        return int(self.staging.connection.execute(query).fetchone()[0])

    def unknown_ids(self) -> list[str]:
        """The swept ids whose documents neither this pull nor the archive has."""
        with self._attached() as connection:
            rows = connection.execute(
                "SELECT id FROM staging.swept WHERE id NOT IN (SELECT id FROM staging.documents) "
                "AND id NOT IN (SELECT id FROM present) ORDER BY id"
            )
            return [row[0] for row in rows]

    def absent_ids(self) -> list[str]:
        """The ids that the archive has as served, and neither the sweep nor a staged document."""
        if not self.receipts():
            return []  # the first pull
        with self._attached() as connection:
            rows = connection.execute(
                "SELECT id FROM present WHERE id NOT IN (SELECT id FROM staging.swept) "
                "AND id NOT IN (SELECT id FROM staging.documents) ORDER BY id"
            )
            return [row[0] for row in rows]

    def unstaged_ids(self) -> list[str]:
        """The swept ids whose documents this pull has not read."""
        query = "SELECT id FROM swept WHERE id NOT IN (SELECT id FROM documents) ORDER BY id"
        return [row[0] for row in self.staging.connection.execute(query)]

    # ---------------------------------------------------------------- publishing

    def publish(
        self,
        *,
        environment: str,
        grouping: str,
        key_of: KeyOf,
        presence: Presence,
        started: datetime,
        details: dict[str, Any],
        source_mapping: str | None = None,
        committing: Callable[[], None] = lambda: None,
    ) -> Published:
        """Makes the staged documents the archive's newest state, in one transaction, with a receipt.

        `committing` is called when all is ready: what comes after it is published, whatever ends the program.

        `presence` says what it means for a document not to be there. An archive that was grouped in another way is
        regrouped first, by `key_of`.
        """
        is_new = self._connection is None and not self.path.exists()
        self.staging.index()
        try:
            with translated(self.path), self._attached() as connection, transaction(connection):
                if is_empty(connection):
                    create_tables(connection)
                if self._read_meta("grouping") not in (None, grouping):
                    regroup_offers(connection, key_of, self._most)
                connection.executemany(
                    "INSERT OR REPLACE INTO meta VALUES (?, ?)", [("environment", environment), ("grouping", grouping)]
                )
                published = self._merge(connection, presence, started, details, source_mapping)
                committing()
        except BaseException:
            if is_new:
                self._close_archive()
                self.path.unlink(missing_ok=True)
            raise
        self.staging.remove()
        self._staging = None
        return published

    def _merge(
        self,
        connection: sqlite3.Connection,
        presence: Presence,
        started: datetime,
        details: dict[str, Any],
        source_mapping: str | None,
    ) -> Published:
        previous = connection.execute("SELECT number, receipt FROM pulls ORDER BY number DESC LIMIT 1").fetchone()
        number = previous[0] + 1 if previous else 1
        merge = Merge(connection, self.staging, number, presence, self._most)
        merge.all()
        digest = digest_of(connection, merge.ended)
        staged, unique_ids = self.staged, self.staging.unique_ids()
        counts = {
            "documents": staged.documents,
            "unique_ids": unique_ids,
            "bytes": staged.bytes,
            "raw": staged.raw,
            "unread": staged.unread,
            "new": merge.new,
            "changed": merge.changed,
            "returned": merge.returned,
            "unchanged": unique_ids - merge.touched_ids,
            "gone": merge.gone,
            "present": self._count("SELECT count(*) FROM present"),
            "offers": self._count(_SERVED_OFFERS),
        }
        finished, set_back = end_of_pull(started, self.receipts(), datetime.now(UTC))
        receipt = {
            "format": FORMAT,
            "number": number,
            "started": utc(started),
            "finished": utc(finished),
            "is_complete": presence != "all",
            **details,
            **({"clock_set_back": set_back} if set_back else {}),  # seconds
            "slices": self.staging.finished(),
            "unread": self.staging.unread_ids(MOST_NAMED),
            "source_mapping": _keep_mapping(connection, source_mapping),
            "counts": counts,
            "digest": digest,
            "previous": hashlib.sha256(previous[1].encode()).hexdigest() if previous else None,
        }
        connection.execute(
            "INSERT INTO pulls VALUES (?, ?, ?, ?, ?)",
            (number, utc(started), utc(finished), presence != "all", written(receipt).decode()),
        )
        write_seal(connection, None if merge.ended else digest)
        return Published(
            number=number,
            documents=staged.documents,
            unique_ids=unique_ids,
            new=merge.new,
            changed=merge.changed,
            returned=merge.returned,
            gone=merge.gone,
            offers=counts["offers"],
            present=counts["present"],
            unread=staged.unread,
            digest=digest,
            receipt=receipt,
        )

    def close(self) -> None:
        """Closes all files; the staging file stays if it holds a slice that a resumed pull need not read again."""
        if self._staging is not None:
            is_worth_keeping = bool(self._staging.finished()) and self._staging.plan() is not None
            self._close_staging()
            if not is_worth_keeping:
                remove(self._staging_path)
        self._close_archive()

    # ---------------------------------------------------------------- inside

    @contextmanager
    def _attached(self) -> Iterator[sqlite3.Connection]:
        """The archive's connection, with the staging file beside it, to be read, under the name `staging`."""
        connection = self._connection = self._connection or open_for_writing(self.path, self._most)
        # Read only: what is written there in the same transaction would lock out the connection that reads contents,
        # and a kill in the commit would leave a journal over both files, of which one may be taken away alone.
        uri = f"{self._staging_path.resolve().as_uri()}?mode=ro"
        connection.execute("ATTACH DATABASE ? AS staging", (uri,))
        yield connection
        connection.execute("DETACH DATABASE staging")  # after an error the connection is closed with it

    def _open_check(self) -> Callable[[str, bytes], bool]:
        """Says of (id, content hash) whether the archive has it open; only publishing changes that."""
        if self._connection is None or not self._has_pulls:
            return lambda *_: False
        look_up = self._connection.execute

        def is_open(id_: str, digest: bytes) -> bool:
            row = look_up("SELECT sha256 FROM present WHERE id = ?", (id_,)).fetchone()
            return row is not None and row[0] == digest

        return is_open

    def _key_of_id(self, id_: str) -> str | None:
        """The offer under which the archive has a document of this `_id` open; None if it has none."""
        if self._connection is None or not self._has_pulls:
            return None
        query = "SELECT o.key FROM present p JOIN offers o ON o.rowid = p.offer WHERE p.id = ?"
        row = self._connection.execute(query, (id_,)).fetchone()
        return str(row[0]) if row else None

    def _count(self, query: str) -> int:
        assert self._connection is not None
        return int(self._connection.execute(query).fetchone()[0])

    def _read_meta(self, key: str) -> str | None:
        if self._connection is None or is_empty(self._connection):
            return None
        return read_meta(self._connection, key)

    def _close_staging(self) -> None:
        if self._staging is not None:
            self._staging.close()
            self._staging = None

    def _close_archive(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def written(receipt: dict[str, Any]) -> bytes:
    """A receipt as it is kept and hashed."""
    return orjson.dumps(receipt, option=orjson.OPT_SORT_KEYS)


def write_receipt(path: Path, receipt: dict[str, Any]) -> Path:
    """Writes a pull's receipt beside the archive, for whoever does not read SQLite."""
    target = beside(path, RECEIPT)
    return replace_file(target, orjson.dumps(receipt, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2) + b"\n")


def _keep_mapping(connection: sqlite3.Connection, text: str | None) -> str | None:
    """Files the `_mapping` that a pull saw under its hash; most pulls see the one that is there already."""
    if text is None:
        return None
    digest = hashlib.sha256(text.encode()).hexdigest()
    connection.execute("INSERT OR IGNORE INTO mappings VALUES (?, ?)", (digest, text))
    return digest


def _migrated(connection: sqlite3.Connection, path: Path, most: int) -> int | None:
    version = version_of(connection)
    if version == VERSION:
        return None
    with translated(path), transaction(connection):
        migrate(connection, version, most)
        write_seal(connection)
    return version


def utc(moment: datetime) -> str:
    """A moment as receipts have it."""
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
    if 0 < staged.demo < staged.documents - staged.unread:  # of what can't be read nobody knows
        raise CheckError(
            f"{staged.demo} of {staged.documents} documents say that they are demo data, the rest do not; "
            "nothing was stored: pull each from a source of its own"
        )
    return staged.demo > 0


def regroup(path: Path, grouping: str, key_of: KeyOf, *, most: int = MOST_UNPACKED) -> None:
    """Files every document under its offer anew, after the mapping's idea of an offer has changed."""
    if not path.is_file():
        raise missing(path)
    with (
        writing(path, most=most),
        closing(open_for_writing(path, most)) as connection,
        translated(path),
        transaction(connection),
    ):
        if not is_empty(connection):
            regroup_offers(connection, key_of, most)
            connection.execute("INSERT OR REPLACE INTO meta VALUES ('grouping', ?)", (grouping,))
            write_seal(connection)
