"""`demo`: a made-up register as two dumps, as it was and as it is, and the configuration to build its site."""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import zstandard

from generator.atomic_file import new_file, refuse_existing
from generator.commands.init import init
from generator.config import FILE, load
from generator.demo import Layout, Stage, dump_lines
from generator.errors import UsageError

Progress = Callable[[str, int, int | None], None]

DUMPS: dict[Stage, str] = {"earlier": "demo-earlier.ndjson.zst", "now": "demo.ndjson.zst"}


@dataclass(frozen=True, slots=True)
class Made:
    """What was written."""

    folder: Path
    dumps: tuple[Path, ...]
    documents: int


def demo(folder: Path, offers: int, seed: int, layout: Layout, progress: Progress) -> Made:
    """Writes the dumps, and the configuration where the folder has none; the same bytes for the same arguments.

    Raises UsageError if the folder's mapping is for another layout, or a dump is there already.
    """
    folder.mkdir(parents=True, exist_ok=True)
    is_new = not os.path.lexists(folder / FILE)
    if not is_new and (mapping := load(folder / FILE).mapping()).layout != layout:
        raise UsageError(
            f"{folder / mapping.origin}: document.layout is {mapping.layout!r}, the demo would be {layout!r}; "
            "choose an empty folder, or that layout"
        )
    for name in DUMPS.values():
        refuse_existing(folder / name)
    if is_new:
        init(folder, layout)
    documents = 0
    for stage, name in DUMPS.items():
        # The checksum and size make a cut-off dump detectable; one thread and a fixed level make it reproducible.
        packer = zstandard.ZstdCompressor(level=9, write_checksum=True)
        with new_file(folder / name) as part, part.open("wb") as file, packer.stream_writer(file) as packed:
            documents = _write(packed, dump_lines(offers, seed, stage, layout), stage, progress)
    return Made(folder, tuple(folder / name for name in DUMPS.values()), documents)


def _write(packed: IO[bytes], lines: Iterable[bytes], stage: Stage, progress: Progress) -> int:
    documents = 0
    for documents, line in enumerate(lines, start=1):
        packed.write(line)
        if documents % 500 == 0:
            progress(DUMPS[stage], documents, None)
    progress(DUMPS[stage], documents, documents)
    return documents
