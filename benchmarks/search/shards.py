"""How long the browser's shards take, analysis included, as a build makes them: `python -m … DOCUMENTS OUTPUT`.

What a build reads from the archive anyway, what an offer is called and its texts, stands ready in files, as the pages
stand ready for the other engines. Then, in a fresh process: two workers read the words, batch by batch, and one of them
makes the shards.
"""

import pickle
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from benchmarks.search.console import stop
from generator.agreement import EVERYTHING, compile_policy
from generator.archive.reader import Archive
from generator.config import load
from generator.pages.listings.summary import make_summary
from generator.pages.offer.search_document import search_document
from generator.register.history.layouts import unfold
from generator.register.history.timeline import read_offers
from generator.register.model.documents import Pulls
from generator.register.model.search_document import SearchDocument
from generator.search.browser.shards import write_shards
from generator.search.index.terms import OfferTerms, count_terms

BATCH = 25  # offers, as in a build
WORKERS = 2


def prepare(mirror: Path, folder: Path) -> None:
    """Leave the documents of a register in files, a batch each."""
    folder.mkdir()
    with ProcessPoolExecutor(WORKERS) as pool, Archive(load(mirror / "tilbudsspejl.toml").archive) as archive:
        work = [(mirror, rows, folder / f"{n:06}.documents") for n, rows in enumerate(archive.batches(BATCH))]
        for _ in pool.map(_read_documents, work):
            pass


def _read_documents(work: tuple[Path, tuple[int, ...], Path]) -> None:
    mirror, rows, file = work
    configuration = load(mirror / "tilbudsspejl.toml")
    mapping = configuration.mapping()
    policy = compile_policy(EVERYTHING, mapping)
    documents: list[SearchDocument] = []
    with Archive(configuration.archive) as archive:
        pulls = Pulls.of(receipt.pull for receipt in archive.receipts())
        for _, _, observed in archive.observed(rows):
            unfolded, _ = unfold(mapping, observed, pulls)
            offers, _ = read_offers(mapping, [policy.admit(document, mapping) for document in unfolded], pulls)
            documents += (search_document(offer, make_summary(offer)) for offer in offers)
    file.write_bytes(pickle.dumps(documents, protocol=pickle.HIGHEST_PROTOCOL))


def seconds(documents: Path, output: Path) -> float:
    """Make the shards once, in a process of its own, and return how long that took."""
    command = [sys.executable, "-m", __name__, str(documents), str(output)]
    begun = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    took = time.monotonic() - begun
    if done.returncode:
        raise stop(f"the shards could not be made ({done.returncode}): {done.stderr[-2000:]}")
    return took


def main(documents: Path, output: Path) -> None:
    """Make the shards of the documents in a folder."""
    with ProcessPoolExecutor(WORKERS) as pool:
        files = list(pool.map(_read_words, sorted(documents.glob("*.documents"))))
        pool.submit(write_shards, partial(_terms, files), output).result()


def _read_words(file: Path) -> Path:
    terms = [count_terms(document) for document in pickle.loads(file.read_bytes())]
    made = file.with_suffix(".terms")
    made.write_bytes(pickle.dumps(terms, protocol=pickle.HIGHEST_PROTOCOL))
    return made


def _terms(files: list[Path]) -> Iterator[OfferTerms]:
    for file in files:
        yield from pickle.loads(file.read_bytes())


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
