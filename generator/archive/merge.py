"""One pull's documents merged into the offers' frames: presence intervals are opened and closed, and nothing else.

Offers in which nothing has changed are found by comparing tables, so their frames are not even read.
"""

import hashlib
import sqlite3
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

from generator.archive.frames import Packer, Stored
from generator.archive.staging import Staging, Unpacker
from generator.errors import CheckError

# What it means that a document is not among those staged: it is gone; gone unless a sweep found its id; nothing.
Presence = Literal["staged", "swept", "all"]

THREADS = 2
AHEAD = 8  # offers whose frames are being packed while the next ones are read
AHEAD_BYTES = 4_000_000  # of their documents together, as they lie in memory


@dataclass(slots=True)
class _Incoming:
    """A staged document; without its content where the archive has that open already."""

    id: str
    type: str
    sha256: str
    is_raw: bool
    stays: bool  # whether it is the last that came under its id, whatever the offer
    packed: bytes | None

    @property
    def content(self) -> tuple[str, str]:
        return self.id, self.sha256


@dataclass(slots=True)
class _Arrived(Stored):
    """A document that this pull has brought: its content stays packed until the offer's frame is made."""

    packed: bytes
    contents: Unpacker

    @property
    def size(self) -> int:
        """The bytes of its content."""
        return self.contents.size(self.packed)

    def read_text(self) -> bytes:
        """Its content; raises CheckError if it is not what its hash is of."""
        return self.contents.unpack(self.packed, self.id, self.sha256)


def _in_memory(documents: list[Stored]) -> int:
    """The bytes that documents take, be they packed or not."""
    return sum(len(each.packed) if isinstance(each, _Arrived) else len(each.text) for each in documents)


class Merge:
    """The merge of one pull, within the transaction that publishes it; the staging file, indexed, is attached."""

    def __init__(
        self, connection: sqlite3.Connection, staging: Staging, number: int, presence: Presence, most: int
    ) -> None:
        self.new = self.changed = self.returned = self.gone = 0
        self.touched_ids = 0  # ids whose document is new, changed or back
        self.ended: list[tuple[str, bytes]] = []  # what this pull saw, and saw superseded
        self._connection = connection
        self._staging = staging
        self._contents = staging.contents()
        self._number = number
        self._presence = presence
        self._most = most  # bytes of an offer
        self._packer = Packer(most=most)

    def all(self) -> None:
        """Merges every offer in which something has changed."""
        self._find_touched()
        packing: deque[tuple[str, int | None, int, Future[bytes], list[Stored]]] = deque()
        pack, most, ahead = Packer.pack_anew, self._most, 0
        # Packing is most of the work and leaves Python's lock alone, so it runs beside the reading.
        with ThreadPoolExecutor(THREADS) as pool:
            for key, row, first_pull, documents in self._merged():
                packing.append((key, row, first_pull, pool.submit(pack, documents, key, most), documents))
                ahead += _in_memory(documents)
                while len(packing) > AHEAD or (len(packing) > 1 and ahead > AHEAD_BYTES):
                    ahead -= _in_memory(packing[0][-1])
                    self._write(*packing.popleft())
            while packing:
                self._write(*packing.popleft())
        self._connection.execute("DROP TABLE touched")

    def _find_touched(self) -> None:
        """Names the offers that have to be looked at."""
        run = self._connection.execute
        run("CREATE TEMP TABLE touched (key TEXT PRIMARY KEY) WITHOUT ROWID")
        # What is open with another content, under another offer, or not at all.
        run(
            "INSERT OR IGNORE INTO touched SELECT d.key FROM staging.documents d "
            "LEFT JOIN present p ON p.id = d.id AND p.sha256 = d.sha256 LEFT JOIN offers o ON o.rowid = p.offer "
            "WHERE o.key IS NOT d.key"
        )
        # Where an `_id` was that is now another offer's.
        run(
            "INSERT OR IGNORE INTO touched SELECT o.key FROM staging.documents d "
            "JOIN present p USING (id) JOIN offers o ON o.rowid = p.offer WHERE o.key != d.key"
        )
        if self._presence != "all":
            served = "staging.swept" if self._presence == "swept" else "staging.documents"
            run(
                "INSERT OR IGNORE INTO touched SELECT o.key FROM present p JOIN offers o ON o.rowid = p.offer "
                f"WHERE p.id NOT IN (SELECT id FROM {served})"
            )

    def _merged(self) -> Iterator[tuple[str, int | None, int, list[Stored]]]:
        """The touched offers as they are to be: key, row if there is one, first pull, documents."""
        for (key,) in self._connection.execute("SELECT key FROM touched ORDER BY key").fetchall():
            query = "SELECT rowid, first_pull, frame, sha256 FROM offers WHERE key = ?"
            row = self._connection.execute(query, (key,)).fetchone()
            documents = self._packer.read(row[2], key, row[3]) if row else []
            if self._observe(documents, self._incoming(key)):
                yield key, row[0] if row else None, row[1] if row else self._number, documents

    def _incoming(self, key: str) -> list[_Incoming]:
        rows = self._connection.execute(
            "SELECT id, type, sha256, is_raw, "
            "number = (SELECT max(number) FROM staging.documents WHERE id = d.id), c.text "
            "FROM staging.documents d LEFT JOIN staging.contents c USING (number) WHERE key = ? ORDER BY number",
            (key,),
        )
        return [
            _Incoming(id_, type_, sha256.hex(), bool(raw), bool(stays), packed)
            for id_, type_, sha256, raw, stays, packed in rows
        ]

    def _observe(self, documents: list[Stored], incoming: list[_Incoming]) -> bool:
        """Opens and closes presence intervals; says whether anything changed."""
        # One _id twice in a pull: the last one stays, and the id is only its offer's.
        served = {document.id: document for document in incoming if document.stays}
        known = {document.content: document for document in documents}
        known_ids = {document.id for document in documents}
        came = {document.content for document in incoming}
        gone = {d.id for d in documents if d.is_open and self._is_gone(d.id, d.id in served)}
        changed = False
        for document in documents:
            successor = served.get(document.id)
            is_replaced = successor is not None and successor.sha256 != document.sha256
            if document.is_open and (document.id in gone or is_replaced):
                self._close(document, document.content in came)
                self.gone += document.id in gone
                changed = True
        for arrived in sorted(incoming, key=lambda d: natural(d.id)):  # however the source was read
            stays = served.get(arrived.id)
            is_open = stays is not None and stays.sha256 == arrived.sha256 and not self._is_swept_away(arrived.id)
            match = known.get(arrived.content)
            if match is None:
                known[arrived.content] = self._add(documents, arrived, is_open, is_known=arrived.id in known_ids)
                changed = True
            elif is_open and not match.is_open:
                match.seen.append((self._number, None))
                self.returned += 1
                self.touched_ids += 1
                changed = True
        return changed

    def _add(self, documents: list[Stored], arrived: _Incoming, is_open: bool, *, is_known: bool) -> Stored:
        """Takes a content in that the offer never had; `is_known` where its id had another."""
        document = self._stored(arrived, (self._number, None if is_open else self._number))
        documents.append(document)
        self.changed += is_known
        self.new += not is_known
        self.touched_ids += is_open
        if not is_open:
            self.ended.append((document.id, bytes.fromhex(document.sha256)))
        return document

    def _is_gone(self, id_: str, is_staged: bool) -> bool:
        """Whether an open document of this offer is no longer served as this offer's."""
        if self._presence == "swept":
            return self._is_swept_away(id_) or (not is_staged and self._is_staged(id_))
        return not is_staged and (self._presence == "staged" or self._is_staged(id_))

    def _is_staged(self, id_: str) -> bool:
        """Whether the id came in this pull, under whatever offer."""
        return self._has("SELECT 1 FROM staging.documents WHERE id = ?", id_)

    def _is_swept_away(self, id_: str) -> bool:
        """Whether the sweep did not find the id."""
        return self._presence == "swept" and not self._has("SELECT 1 FROM staging.swept WHERE id = ?", id_)

    def _has(self, query: str, id_: str) -> bool:
        return self._connection.execute(query, (id_,)).fetchone() is not None

    def _close(self, document: Stored, has_come: bool) -> None:
        """Ends the document's last interval: with this pull if it saw it, else with the one before."""
        first = document.seen[-1][0]
        last = self._number if has_come else max(first, self._number - 1)
        document.seen[-1] = (first, last)
        if last == self._number:
            self.ended.append((document.id, bytes.fromhex(document.sha256)))

    def _stored(self, document: _Incoming, seen: tuple[int, int | None]) -> "_Arrived":
        if document.packed is None:
            raise CheckError(
                f"document {document.id!r}: no content came, since the archive was to have it; "
                "run `tilbudsspejl archive verify`, then pull without --resume"
            )
        return _Arrived(
            document.id, document.type, document.sha256, document.is_raw, [seen], b"", document.packed, self._contents
        )

    def _write(self, key: str, row: int | None, first_pull: int, frame: Future[bytes], documents: list[Stored]) -> None:
        if row is None:
            row = insert_offer(self._connection, key, first_pull, frame.result())
        else:
            query = "UPDATE offers SET sha256 = ?, frame = ? WHERE rowid = ?"
            self._connection.execute(query, (*hashed(frame.result()), row))
        write_present(self._connection, row, documents)


def natural(id_: str) -> tuple[int, str]:
    """The order of documents in a frame: shorter ids first, so that version 9 is before 10."""
    return len(id_), id_


def insert_offer(connection: sqlite3.Connection, key: str, first_pull: int, frame: bytes) -> int:
    """Adds an offer; returns its row."""
    query = "INSERT INTO offers (key, first_pull, sha256, frame) VALUES (?, ?, ?, ?)"
    row = connection.execute(query, (key, first_pull, *hashed(frame))).lastrowid
    assert row is not None
    return row


def hashed(frame: bytes) -> tuple[bytes, bytes]:
    """A frame's hash, and the frame."""
    return hashlib.sha256(frame).digest(), frame


def write_present(connection: sqlite3.Connection, row: int, documents: list[Stored]) -> None:
    """Brings the table `present` to what an offer's frame says."""
    served = [(d.id, bytes.fromhex(d.sha256), row) for d in documents if d.is_open]
    connection.executemany("DELETE FROM present WHERE id = ? AND offer = ?", {(d.id, row) for d in documents})
    connection.executemany("INSERT OR REPLACE INTO present VALUES (?, ?, ?)", served)
