"""What comes of a pull when something goes wrong on the way: every fault at every place, once and for good.

    python -m benchmarks.faults [--parallel 3]

Starts a real Elasticsearch 6.8.23 with the demo register, puts a proxy in front of it that spoils an answer, pulls
through it, and compares what the archive then serves, id for id and hash for hash, with a pull that nothing disturbed.
Prints a Markdown table; exits with 1 if a single pull ended well without being complete, or changed what it must not.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from generator.archive_files import ATTEMPT, RECEIPT, beside
from generator.demo import documents
from generator.errors import SourceError
from generator.pulling import pull_plan
from generator.pulling.extract import PullOptions
from generator.source import retry
from tests.pull.faults import FAULTS, LATE, Of, cases, deciding, from_then_on
from tests.pull.mirror import INDEX, Mirror
from tests.support.elasticsearch import FaultyProxy, Loader, Server, start_server

PAGE = 60  # documents: a slice is two such pages and an empty one
SLICES = 5
PLACES = {"first page": 1, "second page": 5, "empty page": 6, "last slice": 14, "loaded meanwhile": 16}
CREDENTIALS = "spejl:hemmeligt-æøå"


@dataclass
class Outcome:
    """What came of one pull."""

    exit_code: int
    is_equal: bool  # to the undisturbed pull
    is_untouched: bool  # the archive, byte for byte
    tries: int
    slices: int

    def __str__(self) -> str:
        if self.exit_code == 0:
            again = self.tries - self.slices
            told = f"0, complete ({again} slice read again)" if again else "0, complete"
            return told if self.is_equal else "**0, NOT COMPLETE**"
        return f"{self.exit_code}, archive as before" if self.is_untouched else f"**{self.exit_code}, ARCHIVE CHANGED**"

    @property
    def is_right(self) -> bool:
        """Complete, or said not to be and nothing changed."""
        return self.is_equal if self.exit_code == 0 else self.is_untouched


class Bench:
    """A server, an archive that an earlier pull has filled, and what an undisturbed pull makes of it."""

    def __init__(self, server: Server, folder: Path, parallel: int) -> None:
        self.server = server
        self.parallel = parallel
        self.folder = folder
        self.mirror = Mirror(folder)
        self.mirror.configure(server.url, page_size=PAGE)
        self.mirror.pull()
        self.before = self.mirror.archive.read_bytes()
        self.expected = self.mirror.served()

    def run(self, proxy: FaultyProxy, options: PullOptions) -> Outcome:
        """One pull through the proxy."""
        self.mirror.configure(proxy.url, page_size=PAGE, timeout=LATE / 2, more=f"parallel = {self.parallel}")
        try:
            self.mirror.pull(options=options)
        except SourceError as error:
            return Outcome(error.exit_code, False, self.mirror.archive.read_bytes() == self.before, 0, 0)
        proofs = self.mirror.receipts()[-1].details["slices"].values()
        tries = sum(proof["tries"] for proof in proofs)
        return Outcome(0, self.mirror.served() == self.expected, False, tries, len(proofs))

    def set_back(self) -> None:
        """Puts the archive of the earlier pull back, without what tells of later ones."""
        self.mirror.archive.write_bytes(self.before)
        for ending in (RECEIPT, ATTEMPT):
            beside(self.mirror.archive, ending).unlink(missing_ok=True)

    def once(self, of: Of) -> Outcome:
        """A fault that passes."""
        self.set_back()
        with FaultyProxy(self.server, deciding(self.server, of(self.server))) as proxy:
            return self.run(proxy, PullOptions(full=True))

    def for_good(self, name: str, number: int) -> tuple[Outcome, Outcome]:
        """A fault that stays; and the pull that is resumed when it is over."""
        self.set_back()
        on_page = from_then_on(FAULTS[name], number)
        with FaultyProxy(self.server, deciding(self.server, on_page)) as proxy:
            broken = self.run(proxy, PullOptions(full=True))
            proxy.decide = lambda *_: None
            return broken, self.run(proxy, PullOptions(resume=True))


def rows(bench: Bench) -> Iterator[tuple[str, str, list[Outcome]]]:
    """Fault, place, and what came of it: once; for good; resumed."""
    for place, number in PLACES.items():
        for name, of in cases(number).items():
            outcomes = [bench.once(of)]
            if name in FAULTS:
                outcomes += bench.for_good(name, number)
            yield name, place, outcomes


@contextmanager
def _small_slices(total: int) -> Iterator[None]:
    kept = pull_plan.SLICE, retry.FIRST_PAUSE
    pull_plan.SLICE, retry.FIRST_PAUSE = -(-total // SLICES), 0.02
    try:
        yield
    finally:
        pull_plan.SLICE, retry.FIRST_PAUSE = kept


def main() -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--parallel", type=int, default=1, help="slices that are read side by side")
    parallel = parser.parse_args().parallel
    os.environ["TILBUDSSPEJL_USERNAME"], _, os.environ["TILBUDSSPEJL_PASSWORD"] = CREDENTIALS.partition(":")
    register = list(documents(45, 1))
    wrong = runs = 0
    with (
        tempfile.TemporaryDirectory() as home,
        start_server(Path(home) / "server", basic_auth=CREDENTIALS) as server,
        _small_slices(len(register)),
    ):
        Loader(server).load(INDEX, register)
        (Path(home) / "mirror").mkdir()
        bench = Bench(server, Path(home) / "mirror", parallel)
        sys.stdout.write("| fault | where | once: exit, outcome | for good: exit, outcome | then `--resume` |\n")
        sys.stdout.write("|---|---|---|---|---|\n")
        for name, place, outcomes in rows(bench):
            runs += len(outcomes)
            wrong += sum(not outcome.is_right for outcome in outcomes)
            cells = [str(outcome) for outcome in outcomes] + ["—"] * (3 - len(outcomes))
            sys.stdout.write(f"| {name} | {place} | {' | '.join(cells)} |\n")
            sys.stdout.flush()
    sys.stdout.write(f"\n{runs} pulls of {len(bench.expected)} documents; {wrong} ended otherwise than they should.\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
