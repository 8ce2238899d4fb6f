"""`demo`: a made-up register as two dumps, as it was and as it is, and the configuration to build its site."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import zstandard

from generator.commands.init import init
from generator.config import FILE
from generator.demo import Stage, dump_lines

Progress = Callable[[str, int, int | None], None]

DUMPS: dict[Stage, str] = {"earlier": "demo-earlier.ndjson.zst", "now": "demo.ndjson.zst"}


@dataclass(frozen=True, slots=True)
class Made:
    """What was written."""

    folder: Path
    dumps: tuple[Path, ...]
    documents: int


def demo(folder: Path, offers: int, seed: int, progress: Progress) -> Made:
    """Writes the dumps, and the configuration where the folder has none; the same bytes for the same arguments."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / FILE).exists():
        init(folder)
    documents = 0
    for stage, name in DUMPS.items():
        # The checksum and size make a cut-off dump detectable; one thread and a fixed level make it reproducible.
        packer = zstandard.ZstdCompressor(level=9, write_checksum=True)
        with (folder / name).open("wb") as file, packer.stream_writer(file) as packed:
            documents = _write(packed, offers, seed, stage, progress)
    return Made(folder, tuple(folder / name for name in DUMPS.values()), documents)


def _write(packed: IO[bytes], offers: int, seed: int, stage: Stage, progress: Progress) -> int:
    documents = 0
    for documents, line in enumerate(dump_lines(offers, seed, stage), start=1):
        packed.write(line)
        if documents % 500 == 0:
            progress(DUMPS[stage], documents, None)
    progress(DUMPS[stage], documents, documents)
    return documents
