"""Documents from a dump: hits as elasticdump writes them, one a line, or what a search or a scroll answered, saved.

What it is, the content tells, not the file's name: its packing and encoding (`packing.py`), and its shape. Each of the
values in it, one after the other or in a list, is a hit or an answer with hits; on a line of its own or over many.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from generator.errors import CheckError, SourceError, UsageError
from generator.register.model.documents import Document
from generator.register.model.json_text import parse_hits
from generator.source.hits import parse_hit
from generator.source.json_stream import RawValues
from generator.source.packing import read_text

MOST_BYTES = 256_000_000  # of a document, or of an answer without its hits: Elasticsearch takes 100 MB of a document


class Dump:
    """A dump file, whatever it is packed in; `-` is standard input."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._announced = _Announced()

    def documents(self) -> Iterator[Document]:
        """The documents, in the order in which they stand.

        Raises UsageError if the file is not there, SourceError if it ends too early, CheckError for what is broken or
        is no dump.
        """
        is_empty = True
        for document in _Documents(self.name, RawValues(_text(self.name), MOST_BYTES), self._announced).all():
            yield document
            is_empty = False
        if is_empty:
            raise SourceError(f"{self.name}: no documents at all; check that the dump was written")

    def shortfall(self, unique: int) -> str:
        """How the answers in it say themselves that they are not all there is; "" if they don't.

        `unique` is the number of different `_id`s that came. To be asked once all documents were read.
        """
        return self._announced.shortfall(unique)


def read_dump(name: str) -> Iterator[Document]:
    """The documents of a dump, for whom it doesn't matter what it says of itself; raises as `Dump.documents` does."""
    return Dump(name).documents()


def _text(name: str) -> Iterator[bytes]:
    if name == "-":
        if sys.stdin is None:
            raise UsageError("-: there is no standard input; give the dump's file name")
        yield from read_text(sys.stdin.buffer, name)
        return
    try:
        with Path(name).open("rb") as file:
            yield from read_text(file, name)
    except FileNotFoundError:
        raise UsageError(f"{name}: not there; give the dump's file name, or - for standard input") from None
    except OSError as error:
        raise UsageError(f"{name}: can't be read: {error.strerror or error}") from error


# ---------------------------------------------------------------- what answers say of themselves


class _Announced:
    """What the answers in a dump say of how much there is."""

    def __init__(self) -> None:
        self._came: Counter[int] = Counter()  # the pages of a search announce the same total: hits of each
        self._doubt = ""

    def note(self, answer: Any, hits: int, where: str) -> None:
        """Takes in an answer, which came with so many hits."""
        self._doubt = self._doubt or _doubt(answer, where)
        total = answer["hits"].get("total")
        if isinstance(total, dict):  # from 7.0 on
            total = total.get("value")
        if isinstance(total, int) and total >= 0:  # 6 says -1 where it was not to count
            self._came[total] += hits

    def shortfall(self, unique: int) -> str:
        """As `Dump.shortfall`."""
        if self._doubt:
            return self._doubt
        for total, came in self._came.items():
            if min(came, unique) < total:
                return f"{min(came, unique)} different hits of the {total} that its hits.total announces"
        return ""


def _doubt(answer: dict[str, Any], where: str) -> str:
    """Why an answer is not all that was searched for, by its own word."""
    total, shards = answer["hits"].get("total"), answer.get("_shards")
    if isinstance(total, dict) and total.get("relation") not in (None, "eq"):
        return f"{where}: a search that counted only up to {total.get('value')}; save it with track_total_hits=true"
    if answer.get("timed_out") or answer.get("terminated_early"):
        return f"{where}: a search that the server ended before it was done (timed_out, terminated_early)"
    if isinstance(shards, dict):
        successful, of = shards.get("successful"), shards.get("total")
        if shards.get("failed") or (isinstance(successful, int) and isinstance(of, int) and successful < of):
            return f"{where}: a search that {successful} of {of} shards answered"
    return ""


# ---------------------------------------------------------------- shapes


class _Documents:
    """The documents of a text, whatever shape it has."""

    def __init__(self, name: str, values: RawValues, announced: _Announced) -> None:
        self._name = name
        self._values = values
        self._announced = announced

    def all(self) -> Iterator[Document]:
        """Every document; raises SourceError or CheckError with the line."""
        try:
            while sign := self._values.start():
                yield from self._list() if sign == b"[" else self._line_or_object()
        except EOFError as error:
            raise SourceError(
                f"{self._where()}: the dump is cut off in the middle of what begins on this line; write it anew"
            ) from error
        except OverflowError as error:
            raise CheckError(
                f"{self._where()}: a document of more than {MOST_BYTES} bytes; nothing was stored: write the dump anew"
            ) from error
        except (ValueError, RecursionError) as error:
            raise self._broken(self._where(), error) from error

    def _where(self) -> str:
        return f"{self._name}: line {self._values.line}"

    def _broken(self, where: str, error: Exception) -> CheckError:
        return CheckError(f"{where}: broken ({error}); nothing was stored: mend the line or write the dump anew")

    def _list(self) -> Iterator[Document]:
        self._values.expect(b"[")
        yield from self._items(self._object)
        self._values.cut()

    def _items(self, read: Callable[[], Iterator[Document]]) -> Iterator[Document]:
        """What a list holds, after its bracket was opened; the one that closes it is gone over, and not yet cut."""
        if self._values.start() == b"]":
            self._values.expect(b"]")
            return
        while True:
            yield from read()
            if self._values.expect(b",]") == b"]":
                return
            self._values.start()

    def _line_or_object(self) -> Iterator[Document]:
        """What begins here; a hit on a line of its own, as nearly all are, is parsed at once."""
        line = self._values.next_line()
        if line is not None and line.rstrip().endswith(b"}"):
            try:
                document = _document(*_parse(line))
            except (ValueError, RecursionError):
                document = None  # told below, if it isn't the first line of something longer
            if document is not None:
                self._values.skip(len(line))
                yield document
                return
        yield from self._object()

    def _object(self) -> Iterator[Document]:
        """A hit, or an answer with hits."""
        values, line = self._values, self._values.line
        if values.peek() == b"<":
            raise CheckError(
                f"{self._where()}: a web page or XML; nothing was stored: save what Elasticsearch itself answers"
            )
        values.expect(b"{")
        frame: list[bytes] = []  # of an answer: its text without the hits
        came = 0
        for name in self._members():
            if name == _HITS and values.peek() == b"{":
                for document in self._hits(frame):
                    yield document
                    came += 1
            else:
                values.skip_value()
        if not frame:
            yield self._hit()
            return
        frame.append(values.cut())
        self._announced.note(parse_hits(b"".join(frame)), came, f"line {line}")

    def _hits(self, frame: list[bytes]) -> Iterator[Document]:
        """The hits in an answer's member `hits`; what stands before them goes into the frame."""
        values = self._values
        values.expect(b"{")
        for name in self._members():
            if name != _HITS or values.peek() != b"[":
                values.skip_value()
                continue
            if frame:
                raise ValueError("an answer with two lists of hits")
            values.expect(b"[")
            frame.append(values.cut())
            yield from self._items(self._hit_of_answer)

    def _hit_of_answer(self) -> Iterator[Document]:
        self._values.expect(b"{")
        for _ in self._members():
            self._values.skip_value()
        yield self._hit()

    def _members(self) -> Iterator[bytes]:
        """The names of an object's members, after its bracket was opened; who gets one goes over its value."""
        values = self._values
        if values.peek() == b"}":
            values.expect(b"}")
            return
        sign = b","
        while sign == b",":
            if values.peek() != b'"':
                values.expect(b'"')
            name = values.since(values.skip_value())
            values.expect(b":")
            yield name
            sign = values.expect(b",}")

    def _hit(self) -> Document:
        """The hit that was gone over."""
        text = self._values.cut()
        where = f"{self._name}: line {self._values.cut_at}"
        try:
            value, source = _parse(text)
        except (ValueError, RecursionError) as error:
            raise self._broken(where, error) from error
        document = _document(value, source)
        if document is None:
            raise CheckError(f"{where}: {_what_else(value)}")
        return document


_HITS = b'"hits"'


def _parse(text: bytes) -> tuple[Any, bytes]:
    """A hit, and the text of its `_source` as it stands; raises ValueError or RecursionError."""
    hit = parse_hit(text)
    if not isinstance(hit, dict) or "_source" not in hit:
        return hit, b""
    return hit, bytes(hit["_source"])


def _document(hit: Any, source: bytes) -> Document | None:
    if not isinstance(hit, dict) or not source.startswith(b"{") or not isinstance(hit.get("_id"), str):
        return None
    return Document(hit["_id"], str(hit.get("_type") or ""), source)


def _what_else(value: Any) -> str:
    """What a value is that is no hit, and the remedy."""
    what, remedy = "no `_id` and `_source`", "is it a dump by elasticdump --type=data?"
    if not isinstance(value, dict):
        return f"{what}; nothing was stored: {remedy}"
    members = [member for member in value.values() if isinstance(member, dict)]
    if "error" in value:
        what, remedy = "an error that the server answered", "search again and save what comes"
    elif "_id" in value and "_source" not in value:
        what, remedy = "a hit without its `_source`", "save the documents with it (without _source: false)"
    elif set(value) == {"count", "_shards"}:
        what, remedy = "an answer to _count, without documents", "save one to _search, or use elasticdump --type=data"
    elif members and len(members) == len(value) and all(_DESCRIPTIONS & set(member) for member in members):
        what, remedy = "an index's _mapping, settings or aliases, without documents", "use elasticdump --type=data"
    elif members and set(value) <= _ACTIONS:
        what, remedy = "lines for _bulk, where `_id` and document stand apart", "use elasticdump --type=data"
    return f"{what}; nothing was stored: {remedy}"


_DESCRIPTIONS = {"mappings", "settings", "aliases"}
_ACTIONS = {"index", "create", "update", "delete"}
