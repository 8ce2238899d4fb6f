"""An archive in a test's own folder, pulled from documents that stand in the test."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from generator.archive.digest import write_seal
from generator.archive.frames import Interval
from generator.archive.reader import Archive
from generator.archive.staging import Reading
from generator.archive.writer import ArchiveWriter, KeyOf, Published, writing
from generator.register.model.documents import Document

GROUPING = "id"
SourceDocument = tuple[str, Any]  # _id and _source


def key_of(source: Any) -> str | None:
    """The offer: the member `o`."""
    return str(source["o"]) if "o" in source else None


def other_key_of(source: Any) -> str | None:
    """The offer under another mapping: the member `p`."""
    return str(source["p"]) if "p" in source else None


def is_demo(source: Any) -> bool:
    """Whether the document is made up."""
    return bool(source.get("demo"))


def documents(told: Iterable[SourceDocument]) -> list[Document]:
    """Documents as a source gives them; a `_source` in bytes goes on as it stands."""
    return [
        Document(id_, "tilbud", source if isinstance(source, bytes) else orjson.dumps(source)) for id_, source in told
    ]


def stage(writer: ArchiveWriter, told: Iterable[Document], key: KeyOf = key_of) -> None:
    """Begins a pull of these documents, in one slice."""
    writer.begin(None)
    with writer.staging.slice("0", Reading(key, is_demo)) as part:
        part.add(told)


class Mirror:
    """The archive and its state."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "register.sqlite"

    def pull(self, *told: SourceDocument, complete: bool = True, environment: str = "preprod") -> Published:
        """One pull of these documents."""
        with writing(self.path) as writer:
            return self.publish(writer, told, complete=complete, environment=environment)

    def publish(
        self,
        writer: ArchiveWriter,
        told: Iterable[SourceDocument],
        *,
        complete: bool = True,
        environment: str = "preprod",
        grouping: str = GROUPING,
    ) -> Published:
        """Stages and publishes with a writer that is open."""
        key = key_of if grouping == GROUPING else other_key_of
        stage(writer, documents(told), key)
        return writer.publish(
            environment=environment,
            grouping=grouping,
            key_of=key,
            presence="staged" if complete else "all",
            started=datetime(2026, 11, 22, 3, tzinfo=UTC),
            details={"source": {"dump": "made-up"}},
        )

    def seen(self) -> dict[str, dict[tuple[str, str], list[Interval]]]:
        """Offer → (_id, content) → intervals."""
        with Archive(self.path) as archive:
            found = {}
            for batch in archive.batches(2):
                for key, _, stored in archive.stored(batch):
                    found[key] = {(d.id, d.text.decode("utf-8", "surrogatepass")): d.seen for d in stored}
            return found

    def intervals(self, offer: str) -> dict[str, list[Interval]]:
        """The intervals of one offer's documents, for documents whose `_source` is {"o": …, "v": …}: by _id/v."""
        return {f"{id_}/{orjson.loads(text)['v']}": seen for (id_, text), seen in self.seen()[offer].items()}

    def sure(self, offer: str) -> dict[str, list[Interval]]:
        """The same as the register reads it: ended by the last pull that could not but have seen the document."""
        with Archive(self.path) as archive:
            [documents] = [
                documents
                for batch in archive.batches(2)
                for key, _, documents in archive.observed(batch)
                if key == offer
            ]
            return {f"{d.id}/{d.envelope['v']}": list(d.seen) for d in documents}

    def frames(self) -> list[tuple[Any, ...]]:
        """The table of offers as it stands."""
        with closing(sqlite3.connect(self.path)) as connection:
            return connection.execute("SELECT * FROM offers ORDER BY rowid").fetchall()

    def reseal(self, *statements: str | tuple[str, Any]) -> None:
        """Changes the archive as a fault in this program would: everything that is sealed is sealed anew."""
        with closing(sqlite3.connect(self.path)) as connection, connection:
            for statement in statements:
                connection.execute(*((statement,) if isinstance(statement, str) else statement))
            write_seal(connection)

    def files(self) -> dict[str, bytes]:
        """Every file beside the archive with its bytes, but for the lock."""
        return {path.name: path.read_bytes() for path in self.folder.iterdir() if path.suffix != ".lock"}
