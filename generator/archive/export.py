"""A past state of the register, as elasticdump writes it: pulled into another archive, it gives the same hashes."""

import hashlib
from collections.abc import Iterator
from contextlib import closing

import orjson

from generator.archive.frames import Stored
from generator.archive.reader import Archive
from generator.archive.states import States
from generator.errors import CheckError
from generator.register.model.receipt import Receipt

BATCH = 100  # offers


def dump_lines(archive: Archive, receipt: Receipt, index: str) -> Iterator[bytes]:
    """The documents of the state that a pull left, a line each.

    Raises CheckError before the first line if a content is not what its hash is of, or the state not what the receipt
    says. Offers come in the archive's order; where one `_id` came twice in the pull, the one that stayed comes last.
    """
    with closing(States()) as states:
        for batch in archive.batches(BATCH):
            for row, (key, _, documents) in zip(batch, archive.stored(batch), strict=True):
                _check(archive, key, documents)
                states.add(row, enumerate(documents), only=receipt.number)
        # Receipts of format 1 had another digest.
        if "format" in receipt.details and states.digests(receipt.number)[-1] != receipt.details["digest"]:
            raise CheckError(f"archive {archive.path}: pull {receipt.number} is not what its receipt says; {_REMEDY}")
        for row, places in states.in_order():
            yield from _lines(archive, row, places, index)


def _check(archive: Archive, key: str, documents: list[Stored]) -> None:
    for document in documents:
        if hashlib.sha256(document.text).hexdigest() != document.sha256:
            raise CheckError(f"archive {archive.path}: offer {key!r}, _id {document.id!r} is damaged; {_REMEDY}")


def _lines(archive: Archive, row: int, places: list[tuple[int, str]], index: str) -> Iterator[bytes]:
    documents = [document for _, _, stored in archive.stored((row,)) for document in stored]
    for place, sha256 in places:
        if place >= len(documents) or documents[place].sha256 != sha256:
            raise CheckError(f"archive {archive.path}: regrouped while it was read; run it again")
        yield _line(documents[place], index)


def _line(document: Stored, index: str) -> bytes:
    head = orjson.dumps({"_index": index, "_type": document.type, "_id": document.id})
    return b'%s,"_source":%s}\n' % (head[:-1], document.text)  # verbatim: not all of it is what a parser would write


_REMEDY = "run `tilbudsspejl archive verify`, and restore it from a backup"
