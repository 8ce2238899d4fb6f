"""Whether an archive is what its pulls have written: looked at by everybody who opens it, since it takes milliseconds.

Nothing is used that no hash covers. A receipt vouches for the one before it, the seal for the archive's notes and the
last receipt, the note `tables` for each offer's row and the hash of its frame; a frame is compared with its hash when
it is read. `archive verify` looks at the same things, and computes every hash anew.

Archives of format 1 have neither a seal nor hashes of frames, and those that only earlier versions have written no note
`tables`: what they lack can't be looked at, until the next pull has added it.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Never

import orjson

from generator.archive.digest import DIGESTS, TABLES_NOTE, seal_of
from generator.archive.frames import Interval, Stored
from generator.archive.schema import TABLES_OF, damaged, misfits, reading, version_of

Report = Callable[[str], object]  # takes a problem, a line that names the place


def check(connection: sqlite3.Connection, path: Path, tables: Collection[str] = ("offers",)) -> int:
    """Raises CheckError for the first thing that is wrong, frames left alone; returns how many pulls there are.

    Of the tables that only publishing reads, only those in `tables` are looked at.
    """

    def refuse(problem: str) -> Never:
        raise damaged(path, problem)

    with _one_moment(connection, path):
        with reading(path, "its schema"):
            version = version_of(connection)
            check_file(connection, version, refuse)
        with reading(path, "table pulls"):
            receipts = check_receipts(connection, refuse)
            if not receipts:
                refuse("table pulls: has no pull")
        if version > 1:
            with reading(path, "table mappings"):
                check_mappings(connection, receipts, refuse)
            with reading(path, "table meta"):
                check_seal(connection, len(receipts), refuse)
            for table in tables:
                with reading(path, f"table {table}"):
                    check_table(connection, table, len(receipts), refuse)
    return len(receipts)


def check_for_writing(connection: sqlite3.Connection, path: Path) -> None:
    """The same, and the file's own structure: what SQLite takes for free would be written over."""
    with reading(path, "the file"):
        for line in file_problems(connection):
            raise damaged(path, line)
    check(connection, path, DIGESTS)


@contextmanager
def _one_moment(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    """A transaction, unless there is one: what a pull publishes meanwhile is not mixed in."""
    with reading(path, "the file"):
        connection.execute("BEGIN")
    try:
        yield
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


# ---------------------------------------------------------------- the file


def file_problems(connection: sqlite3.Connection, most: int = 1) -> Iterator[str]:
    """What SQLite finds wrong with pages, indexes, and the list of free pages."""
    for (answer,) in connection.execute(f"PRAGMA integrity_check({most})"):
        for line in str(answer).splitlines():
            if line != "ok" and not line.startswith("***"):
                yield f"the file: SQLite finds: {line}"


def check_file(connection: sqlite3.Connection, version: int, report: Report) -> None:
    """Tables and nothing else, each as it was made: a trigger or a view could say anything."""
    if version not in TABLES_OF:
        report(f"the file: format {version} has never been written by any version")
        return
    for problem in misfits(connection, version):
        report(f"the file: {problem}")


# ---------------------------------------------------------------- receipts


def check_receipts(connection: sqlite3.Connection, report: Report) -> list[dict[str, Any]]:
    """Every receipt, with its chain and its columns checked; an empty one where it can't be read."""
    receipts: list[dict[str, Any]] = []
    previous: str | None = None
    query = "SELECT number, started, finished, is_complete, receipt FROM pulls ORDER BY number"
    for number, started, finished, is_complete, text in connection.execute(query):
        receipt = _receipt(f"pull {number}", text, report)
        if number != len(receipts) + 1:
            report(f"pull {number}: follows pull {len(receipts)}; there is one missing or too many")
        if receipt and receipt.get("previous") != previous:
            report(f"pull {number}: the chain is broken: its receipt names another one before it")
        columns = {
            "number": number,
            "started": started,
            "finished": finished,
            "is_complete": _as_bool(is_complete),
        }
        _check_columns(receipt, columns, report)
        previous = hashlib.sha256(text if isinstance(text, bytes) else text.encode()).hexdigest()
        receipts.append(receipt)
    return receipts


def _receipt(name: str, text: Any, report: Report) -> dict[str, Any]:
    try:
        receipt = orjson.loads(text) if isinstance(text, str) else None
    except ValueError as error:
        report(f"{name}: its receipt is no JSON ({error})")
        return {}
    if not isinstance(receipt, dict):
        report(f"{name}: its receipt is no JSON object")
        return {}
    return receipt


def _check_columns(receipt: dict[str, Any], columns: dict[str, Any], report: Report) -> None:
    name = f"pull {columns['number']}"
    for column, value in columns.items():
        # Format 1 had these in the columns only.
        if receipt.get(column, value if format_of(receipt) < 2 else None) != value or value is None:
            report(f"{name}: the column {column} ({value!r}) is not what its receipt says")
    try:
        started, finished = (datetime.fromisoformat(columns[column]) for column in ("started", "finished"))
        if started > finished:
            report(f"{name}: finished ({finished}) before it started ({started})")
    except (ValueError, TypeError) as error:
        report(f"{name}: no times at which it started and finished ({error})")


def format_of(receipt: dict[str, Any]) -> int:
    """The format that a receipt is in."""
    number = receipt.get("format", 1)
    return number if isinstance(number, int) else 0


def _as_bool(value: Any) -> bool | None:
    return bool(value) if value in (0, 1) else None


# ---------------------------------------------------------------- what else the receipts vouch for


def check_mappings(connection: sqlite3.Connection, receipts: list[dict[str, Any]], report: Report) -> None:
    """Each `_mapping` is what its hash is of, and all that the receipts name are there."""
    here = set()
    for sha256, text in connection.execute("SELECT sha256, text FROM mappings"):
        here.add(sha256)
        if not isinstance(text, str) or hashlib.sha256(text.encode()).hexdigest() != sha256:
            report(f"mapping {sha256}: its text is not what its hash is of")
    for number, receipt in enumerate(receipts, start=1):
        wanted = receipt.get("source_mapping")
        if wanted is not None and wanted not in here:
            report(f"pull {number}: the _mapping that it saw ({wanted}) is not there")


def check_seal(connection: sqlite3.Connection, pulls: int, report: Report) -> None:
    """The archive's notes and the last receipt are those that were sealed."""
    sealed = connection.execute("SELECT value FROM meta WHERE key = 'seal'").fetchone()
    if sealed is None or sealed[0] != seal_of(connection):
        report(
            f"pull {pulls}: the seal over the archive's notes (table meta) and the last receipt is not theirs; "
            "one of them was changed"
        )


def check_table(connection: sqlite3.Connection, table: str, pulls: int, report: Report) -> None:
    """No row of the table is missing, there twice, or another one."""
    notes = dict(connection.execute("SELECT key, value FROM meta"))
    note = orjson.loads(notes.get(TABLES_NOTE, "{}"))
    if (note.get("pull"), note.get("grouping")) != (pulls, notes.get("grouping")):
        return  # the last to write was a version that knew of no such note
    if note[table] != DIGESTS[table](connection):
        report(f"table {table}: is not as pull {pulls} left it; a row was lost, added or changed")


# ---------------------------------------------------------------- an offer


def offer_problems(key: Any, first_pull: Any, documents: list[Stored], pulls: int) -> Iterator[str]:
    """What an offer's row and its documents say that can't be, in an archive of so many pulls."""
    name = f"offer {key!r}"
    if not documents:
        yield f"{name}: has no documents"
        return
    for document in documents:
        if problem := fault_in(document.seen, pulls):
            yield f"{name}, _id {document.id!r}: seen {document.seen}: {problem}"
    least = min((d.seen[0][0] for d in documents if d.seen), default=None)
    if first_pull != least:
        yield f"{name}: first_pull is {first_pull!r}, its documents were first seen by pull {least}"
    if len({document.content for document in documents}) != len(documents):
        yield f"{name}: has the same document twice"
    own = str(key).removeprefix("document:")
    if own != key and any(document.id != own for document in documents):
        yield f"{name}: holds a document with another _id"


def fault_in(seen: Iterable[Interval], pulls: int) -> str | None:
    """What is wrong with a document's intervals; None if nothing is."""
    intervals = list(seen)
    if len(intervals) == 1:  # nearly all are
        [(first, last)] = intervals
        if type(first) is int and 0 < first <= pulls and last is None:
            return None
    if not intervals:
        return "no pull has seen it"
    numbers = [number for interval in intervals for number in interval]
    known = numbers[:-1] if numbers[-1] is None else numbers
    if not all(type(number) is int for number in known):
        return "an interval within the list is open, or not of numbers"
    if not all(type(number) is int and 1 <= number <= pulls for number in known):
        return f"there are only the pulls 1 to {pulls}"
    whole = [number for number in known if number is not None]
    if any(last < first for first, last in zip(whole[::2], whole[1::2], strict=False)):
        return "an interval ends before it begins"
    if any(after <= last for last, after in zip(islice(whole, 1, None, 2), islice(whole, 2, None, 2), strict=False)):
        return "the intervals overlap"
    return None
