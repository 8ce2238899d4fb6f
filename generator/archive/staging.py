"""What a pull has read and not yet published: a file of its own beside the archive.

A slice is there whole or not at all, whatever kills the pull; `pull --resume` reads the others. Several slices may be
read side by side: each is a part of the tables until it is whole, and what a killed pull has left of one is cleared
away when the file is opened again.
"""

import hashlib
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

import orjson
import zstandard

from generator.archive.canonical import NotJson, canonical_text
from generator.archive.schema import is_empty, journal_of, make_file, transaction, translated
from generator.errors import CheckError
from generator.register.model.documents import Document
from generator.register.model.json_text import MOST_READ, Unread
from generator.register.model.pull_plan import PullPlan

_TABLES = (
    "CREATE TABLE plan (text TEXT NOT NULL)",  # JSON: a PullPlan, so that nothing else is resumed; none of a dump
    """
CREATE TABLE documents (
    number INTEGER PRIMARY KEY,        -- the order in which they came
    part INTEGER NOT NULL,             -- the slice with which it came
    key TEXT NOT NULL,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    sha256 BLOB NOT NULL,
    is_raw INTEGER NOT NULL
)""",
    # Beside them, so that the table above stays small enough to be looked through.
    """
CREATE TABLE contents (
    number INTEGER PRIMARY KEY,        -- of the document; none where the archive has this very content open already
    text BLOB NOT NULL                 -- zstd, with the dictionary below
)""",
    # The first documents that came: the rest is so like them that it packs to a tenth, in half the time (measured).
    "CREATE TABLE dictionary (text BLOB NOT NULL)",
    """
CREATE TABLE slices (
    name TEXT PRIMARY KEY,
    proof TEXT NOT NULL,               -- JSON: how it is known to be whole, for the receipt
    documents INTEGER NOT NULL, demo INTEGER NOT NULL, raw INTEGER NOT NULL, bytes INTEGER NOT NULL,
    unread INTEGER NOT NULL            -- too deep or too large to be read
) WITHOUT ROWID""",
    "CREATE TABLE unread (id TEXT PRIMARY KEY, part INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE parts (number INTEGER PRIMARY KEY AUTOINCREMENT)",  # of slices that are not whole yet
    "CREATE TABLE swept (id TEXT PRIMARY KEY) WITHOUT ROWID",  # all ids that the source has
)

DICTIONARY = 500_000  # bytes
LEVEL = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """What the archive must know of a document: which offer it is of, and whether it is made up."""

    key_of: Callable[[Any], str | None]
    is_demo: Callable[[Any], bool]
    most: int = MOST_READ  # bytes of a document that will be read


@dataclass(slots=True)
class Staged:
    """What has come in so far."""

    documents: int = 0
    demo: int = 0
    raw: int = 0
    bytes: int = 0
    unread: int = 0


class Staging:
    """The staging file, open."""

    def __init__(
        self, path: Path, is_open: Callable[[str, bytes], bool], key_of_id: Callable[[str], str | None] = lambda _: None
    ) -> None:
        self.path = path
        self._is_open = is_open  # whether the archive has (id, content hash) open already
        self._key_of_id = key_of_id  # the offer under which the archive has an id open
        self._open = 0  # slices that are being read
        self.packer = ThreadPoolExecutor(1)
        make_file(path)
        with translated(path):
            self.connection = sqlite3.connect(path, isolation_level=None)
            try:
                # A redone slice is rolled back; a lost power supply may at worst cost what is not yet published.
                self.connection.executescript(
                    "PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -8000"
                )
                with transaction(self.connection):
                    if is_empty(self.connection):
                        for table in _TABLES:
                            self.connection.execute(table)
                    for (part,) in self.connection.execute("SELECT number FROM parts").fetchall():
                        self._clear(part)
                query = "SELECT coalesce(max(number), 0) FROM documents"
                self._number = int(self.connection.execute(query).fetchone()[0])
            except BaseException:
                self.connection.close()
                raise

    def close(self) -> None:
        """Closes the file and leaves it there."""
        self.packer.shutdown()
        self.connection.close()

    def remove(self) -> None:
        """Closes the file and takes it away."""
        self.close()
        remove(self.path)

    def begin(self, plan: PullPlan) -> None:
        """Notes what is being pulled, so that it can be resumed."""
        with translated(self.path), transaction(self.connection):
            self.connection.execute("INSERT INTO plan VALUES (?)", (plan.model_dump_json(),))

    def plan(self) -> PullPlan | None:
        """What is being pulled; None if the file holds no pull that can be resumed, or a damaged one."""
        with suppress(sqlite3.DatabaseError, ValueError):
            if self.connection.execute("PRAGMA quick_check").fetchone()[0] == "ok":
                row = self.connection.execute("SELECT text FROM plan").fetchone()
                return PullPlan.model_validate_json(row[0]) if row else None
        return None

    def finished(self) -> dict[str, dict[str, Any]]:
        """The slices that are there whole, with their proofs, in the order of their names."""
        rows = self.connection.execute("SELECT name, proof FROM slices ORDER BY length(name), name")
        return {name: orjson.loads(proof) for name, proof in rows}

    def staged(self) -> Staged:
        """What has come in by the slices that are there whole."""
        sums = ", ".join(f"coalesce(sum({field.name}), 0)" for field in fields(Staged))
        return Staged(*self.connection.execute(f"SELECT {sums} FROM slices").fetchone())

    def unread_ids(self, most: int) -> list[str]:
        """The ids of documents that are too deep or too large to be read; the first of them."""
        query = "SELECT id FROM unread ORDER BY id LIMIT ?"
        return [row[0] for row in self.connection.execute(query, (most,))]

    def unique_ids(self) -> int:
        """How many different `_id`s have come in."""
        return int(self.connection.execute("SELECT count(DISTINCT id) FROM documents").fetchone()[0])

    def contradicting_ids(self) -> tuple[int, str]:
        """How many `_id`s have come in with several contents, and the first of them; "" if there is none."""
        several = "SELECT id FROM documents GROUP BY id HAVING count(DISTINCT sha256) > 1"
        number, first = self.connection.execute(f"SELECT count(*), min(id) FROM ({several})").fetchone()
        return int(number), str(first or "")

    @contextmanager
    def slice(self, name: str, reading: Reading) -> Iterator["StagedSlice"]:
        """A slice to add documents to: committed at the end of the block, gone as if never begun if it fails.

        One of a name that is there already is added to it.
        """
        with translated(self.path):
            opened = self.open_slice(name, reading)
            try:
                yield opened
                self.keep(opened)
            except BaseException:
                self.drop(opened)
                raise

    @contextmanager
    def slices(self, reading: Reading) -> Iterator["OpenSlices"]:
        """Several slices to add documents to, in any order; what is still open at the end of the block is dropped."""
        with translated(self.path):
            opened = OpenSlices(self, reading)
            try:
                yield opened
            finally:
                opened.close()

    def open_slice(self, name: str, reading: Reading) -> "StagedSlice":
        """The same without a block: `keep` or `drop` it. Others may be open beside it."""
        if not self._open:
            self.connection.execute("BEGIN IMMEDIATE")
        self._open += 1
        part = self.connection.execute("INSERT INTO parts DEFAULT VALUES").lastrowid
        assert part is not None
        return StagedSlice(self, name, part, reading, self._is_open, self._key_of_id)

    def keep(self, opened: "StagedSlice") -> None:
        """Commits a slice that is whole, and with it what has come of those beside it."""
        opened.finish()
        # A resumed pull may find more that nothing announced, than the one that was killed had found.
        self.connection.execute(
            "INSERT INTO slices VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET "
            "proof = excluded.proof, documents = documents + excluded.documents, demo = demo + excluded.demo, "
            "raw = raw + excluded.raw, bytes = bytes + excluded.bytes, unread = unread + excluded.unread",
            (opened.name, orjson.dumps(opened.proof).decode(), *astuple(opened.staged)),
        )
        self.connection.execute("DELETE FROM parts WHERE number = ?", (opened.part,))
        self.connection.execute("COMMIT")
        self._open -= 1
        if self._open:
            self.connection.execute("BEGIN IMMEDIATE")

    def drop(self, opened: "StagedSlice") -> None:
        """Takes away what has come of a slice."""
        self._open -= 1
        with suppress(sqlite3.Error):  # a disk that is full, say: what it has left is cleared away at the next opening
            if not self._open:
                self.connection.execute("ROLLBACK")  # quick; but what was committed with another slice stays
            self._clear(opened.part)

    def _clear(self, part: int) -> None:
        run = self.connection.execute
        run("DELETE FROM contents WHERE number IN (SELECT number FROM documents WHERE part = ?)", (part,))
        for table in ("documents", "unread"):
            run(f"DELETE FROM {table} WHERE part = ?", (part,))
        run("DELETE FROM parts WHERE number = ?", (part,))

    def next_number(self) -> int:
        """The number of the next document, whichever slice it is of."""
        self._number += 1
        return self._number

    @contextmanager
    def sweep(self) -> Iterator[Callable[[Iterable[str]], None]]:
        """A function to give all ids to that the source has; committed at the end of the block, as a slice is."""
        with translated(self.path), transaction(self.connection):
            self.connection.execute("DELETE FROM swept")
            yield self.add_swept

    def add_swept(self, ids: Iterable[str]) -> None:
        """Takes in ids that the source has."""
        rows = ((storable(id_),) for id_ in ids)
        self.connection.executemany("INSERT OR IGNORE INTO swept VALUES (?)", rows)

    def index(self) -> None:
        """Lets documents be found by offer and by `_id`, as publishing must."""
        with translated(self.path), transaction(self.connection):
            self.connection.execute("CREATE INDEX IF NOT EXISTS by_key ON documents (key, number)")
            self.connection.execute("CREATE INDEX IF NOT EXISTS by_id ON documents (id)")

    def contents(self) -> "Unpacker":
        """What unpacks the table `contents`."""
        return Unpacker(self, read_dictionary(self.connection))

    def damaged(self, problem: str) -> CheckError:
        """The error for what was staged and is no longer what came."""
        return CheckError(f"{self.path}: {problem}: the file is damaged; pull without --resume")


class OpenSlices:
    """The slices that are being read side by side, by name."""

    def __init__(self, staging: Staging, reading: Reading) -> None:
        self._staging = staging
        self._reading = reading
        self._open: dict[str, StagedSlice] = {}

    def begin(self, name: str) -> None:
        """Opens a slice."""
        self._open[name] = self._staging.open_slice(name, self._reading)

    def add(self, name: str, documents: Iterable[Document]) -> None:
        """Takes documents of a slice in."""
        self._open[name].add(documents)

    def keep(self, name: str, proof: dict[str, Any]) -> None:
        """Commits a slice that is whole."""
        self._open[name].proof = proof
        self._staging.keep(self._open[name])
        del self._open[name]

    def drop(self, name: str) -> None:
        """Takes away what has come of a slice."""
        self._staging.drop(self._open.pop(name))

    def close(self) -> None:
        """Drops what is still open."""
        for name in [*self._open]:
            self.drop(name)


class Unpacker:
    """Unpacks what the table `contents` holds, for several threads at once."""

    def __init__(self, staging: Staging, dictionary: zstandard.ZstdCompressionDict | None) -> None:
        self._staging = staging
        self._dictionary = dictionary
        self._of_thread = threading.local()  # a decompressor serves one thread only

    def size(self, packed: bytes) -> int:
        """The bytes of a content; raises CheckError if it doesn't say."""
        try:
            return zstandard.frame_content_size(packed)
        except zstandard.ZstdError as error:
            raise self._staging.damaged(f"a content can't be unpacked ({error})") from error

    def unpack(self, packed: bytes, id_: str, sha256: str) -> bytes:
        """A content as it is to be archived; raises CheckError if it is not what its hash is of."""
        decompressor: zstandard.ZstdDecompressor | None = getattr(self._of_thread, "decompressor", None)
        if decompressor is None:
            assert self._dictionary is not None, "made with the first content"
            decompressor = self._of_thread.decompressor = zstandard.ZstdDecompressor(dict_data=self._dictionary)
        try:
            text = decompressor.decompress(packed)
        except zstandard.ZstdError as error:
            raise self._staging.damaged(f"a content can't be unpacked ({error})") from error
        if hashlib.sha256(text).hexdigest() != sha256:
            raise self._staging.damaged(f"document {id_!r} is not what its hash is of")
        return text


class StagedSlice:
    """A slice while it is read; put what proves it whole into `proof` before the block ends."""

    def __init__(
        self,
        staging: Staging,
        name: str,
        part: int,
        reading: Reading,
        is_open: Callable[[str, bytes], bool],
        key_of_id: Callable[[str], str | None],
    ) -> None:
        self.name = name
        self.part = part
        self.staged = Staged()
        self.proof: dict[str, Any] = {}
        self._staging = staging
        self._connection = staging.connection
        self._reading = reading
        self._is_open = is_open
        self._key_of_id = key_of_id
        self._compressor: zstandard.ZstdCompressor | None = None
        self._packer = staging.packer
        self._packing: tuple[list[int], Future[list[bytes]]] | None = None

    def add(self, documents: Iterable[Document]) -> None:
        """Takes documents in."""
        rows, numbers, texts, unread = [], [], [], []
        for document in documents:
            try:
                content = canonical_text(document.text)
            except NotJson as error:
                raise CheckError(f"document {document.id!r}: no JSON ({error}); nothing was stored") from error
            number = self._staging.next_number()
            id_, digest = storable(document.id), content.digest
            key = storable(self._reading.key_of(content.value) or "")
            if isinstance(content.value, Unread) or len(content.text) > self._reading.most:
                unread.append((id_, self.part))
                key = key or self._key_of_id(id_) or ""  # not to be taken for another offer's because it can't be read
            key = key or f"document:{id_}"
            rows.append((number, self.part, key, id_, storable(document.type), digest, content.is_raw))
            if not self._is_open(id_, digest):
                numbers.append(number)
                texts.append(content.text)
            self.staged.documents += 1
            self.staged.demo += self._reading.is_demo(content.value)
            self.staged.raw += content.is_raw
            self.staged.bytes += len(content.text)
        self.staged.unread += len(unread)
        self._connection.executemany("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        self._connection.executemany("INSERT OR REPLACE INTO unread VALUES (?, ?)", unread)
        self.finish()
        if texts:
            self._packing = numbers, self._packer.submit(_pack, self._compressor_like(texts), texts)

    def finish(self) -> None:
        """Puts away what was packed beside the reading of the next page."""
        if self._packing is not None:
            numbers, packed = self._packing
            rows = zip(numbers, packed.result(), strict=True)
            self._connection.executemany("INSERT INTO contents VALUES (?, ?)", rows)
            self._packing = None

    def _compressor_like(self, texts: Iterable[bytes]) -> zstandard.ZstdCompressor:
        """The compressor with the dictionary; made of these texts if there is none yet."""
        if self._compressor is None:
            dictionary = read_dictionary(self._connection)
            if dictionary is None:
                text = b"\n".join(texts)[:DICTIONARY]
                self._connection.execute("INSERT INTO dictionary VALUES (?)", (text,))
                dictionary = _dictionary(text)
            dictionary.precompute_compress(level=LEVEL)
            self._compressor = zstandard.ZstdCompressor(level=LEVEL, dict_data=dictionary)
        return self._compressor


def _pack(compressor: zstandard.ZstdCompressor, texts: list[bytes]) -> list[bytes]:
    """The texts, each packed by itself; in one call where there is one, which leaves Python's lock alone."""
    if "multi_compress_to_buffer" in zstandard.backend_features:
        packed = compressor.multi_compress_to_buffer([*texts], threads=1)
        return [packed[place].tobytes() for place in range(len(packed))]
    return [compressor.compress(text) for text in texts]


def read_dictionary(connection: sqlite3.Connection) -> zstandard.ZstdCompressionDict | None:
    """What the contents are packed with; None while there are none."""
    row = connection.execute("SELECT text FROM dictionary").fetchone()
    return _dictionary(row[0]) if row else None


def _dictionary(text: bytes) -> zstandard.ZstdCompressionDict:
    return zstandard.ZstdCompressionDict(text, dict_type=zstandard.DICT_TYPE_RAWCONTENT)


def peek(path: Path) -> tuple[PullPlan, int] | None:
    """The plan of a pull that can be resumed, and how many of its slices are there; None if there is none.

    Whether a pull is running doesn't matter, and it isn't disturbed.
    """
    # What a killed pull has left, only who may write can read; and SQLite sees to it that it is no running one's.
    for mode in ("ro", "rw") if path.is_file() else ():
        with suppress(sqlite3.DatabaseError, ValueError):
            uri = f"{path.resolve().as_uri()}?mode={mode}"
            with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection:
                query = "SELECT text, (SELECT count(*) FROM slices WHERE name GLOB '[0-9]*') FROM plan"
                row = connection.execute(query).fetchone()
            return (PullPlan.model_validate_json(row[0]), row[1]) if row and row[1] else None
    return None


def remove(path: Path) -> None:
    """Takes a half-written SQLite file away, with the journal that whoever was killed may have left."""
    # The journal last: without it, a file in the middle of a transaction would pass for a whole one.
    path.unlink(missing_ok=True)
    journal_of(path).unlink(missing_ok=True)


def storable(text: str) -> str:
    """The text, with a lone surrogate (which neither SQLite nor UTF-8 can hold) written as its escape."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()
