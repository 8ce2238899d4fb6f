"""A folder with a configuration, the archive that is pulled into it, and a real server's index to pull from."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from generator.archive.reader import Archive
from generator.archive.writer import Published
from generator.commands.pull import DumpOptions, Environment, pull
from generator.config import load
from generator.pulling.extract import PullOptions
from generator.register.model.receipt import Receipt
from tests.support.elasticsearch import JsonObject

OFFERS = 45
INDEX = "tilbud-preprod"

SETTINGS = """
[source]
environment = "preprod"
page_size = {page_size}
timeout = {timeout}
tries = {tries}
{more}
[source.preprod]
url = "{url}"
index = "{index}"
type = "tilbud"
allow_clear_text = {clear_text}
"""


class Mirror:
    """A folder with tilbudsspejl.toml and an archive."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.archive = folder / "register.sqlite"
        self.said: list[str] = []
        self.progress: list[tuple[int, int | None]] = []
        self.configure("http://127.0.0.1:9")

    def configure(
        self, url: str, *, index: str = INDEX, clear_text: bool = True, page_size: int = 100, timeout: float = 20,
        tries: int = 3, more: str = "",
    ) -> None:  # fmt: skip
        """Writes tilbudsspejl.toml."""
        text = SETTINGS.format(
            url=url, index=index, clear_text=str(clear_text).lower(), page_size=page_size, timeout=timeout,
            tries=tries, more=more,
        )  # fmt: skip
        (self.folder / "tilbudsspejl.toml").write_text(text)

    def pull(self, dump: DumpOptions | None = None, options: PullOptions | None = None) -> Published:
        """One pull, as the command line would start it."""
        configuration = load(self.folder / "tilbudsspejl.toml")
        return pull(
            configuration,
            dump,
            options or PullOptions(),
            lambda *counts: self.progress.append(counts),
            self.said.append,
        )

    def pull_dump(
        self,
        content: bytes,
        *,
        environment: Environment | None = None,
        complete: bool = False,
        expected: int | None = None,
    ) -> Published:
        """One pull from a dump with these bytes."""
        path = self.folder.parent / f"{self.folder.name}.ndjson"
        path.write_bytes(content)
        return self.pull(DumpOptions(str(path), environment, complete, expected))

    def files(self) -> dict[str, bytes]:
        """The folder's files, but for the lock, the copy of the last receipt, and how a pull failed."""
        left_out = (".lock", ".receipt.json", ".attempt.json")
        files = [path for path in self.folder.iterdir() if path.is_file()]
        return {path.name: path.read_bytes() for path in files if not path.name.endswith(left_out)}

    def receipts(self) -> list[Receipt]:
        """The archive's receipts."""
        with Archive(self.archive) as archive:
            return archive.receipts()

    def state(self) -> list[object]:
        """Everything that the archive holds."""
        with Archive(self.archive) as archive:
            return [offer for batch in archive.batches(10) for offer in archive.stored(batch)]

    def served(self) -> dict[str, str]:
        """_id → content hash of what the archive says is served now."""
        with Archive(self.archive) as archive:
            stored = (
                d for batch in archive.batches(10) for _, _, documents in archive.stored(batch) for d in documents
            )
            return {document.id: document.sha256 for document in stored if document.is_open}


def complete(path: Path) -> DumpOptions:
    """A dump that holds the whole register."""
    return DumpOptions(str(path), is_complete=True)


def digest(pairs: Iterable[tuple[str, str]]) -> str:
    """The digest of a receipt, computed the way docs/archive.md tells an archivist to."""
    lines = sorted(f"{id_}\t{sha256}\n".encode() for id_, sha256 in pairs)
    return hashlib.sha256(b"".join(lines)).hexdigest()


def without(documents: Iterable[JsonObject], *ids: str) -> list[JsonObject]:
    """The documents but for these."""
    return [document for document in documents if document["_id"] not in ids]


def loaded(document: JsonObject, time: str, **changes: Any) -> JsonObject:
    """The document as it would be if it were loaded at another time, with other values in `tilbud`."""
    envelope = document["_source"]["TilbudEnvelope"]
    changed = {**envelope, "sidstIndlaest": time, "tilbud": {**envelope["tilbud"], **changes}}
    return {**document, "_source": {"TilbudEnvelope": changed}}
