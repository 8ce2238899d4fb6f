"""Tilbudsspejl's search beside Pagefind, lunr and MiniSearch, on the same pages, in one run.

    python -m benchmarks.search [--offers 2000 --offers 10000] [--rounds 3] [--keep DIR] [--json FILE]

Needs the virtual environment, Node.js with npm, nginx and Chromium; Linux. The first run fetches the engines into the
user's cache folder; later ones fetch nothing. `--keep` names a folder for the demo registers (`r2000` and so on): the
next run takes them from there, with the site built anew if the program has changed.

For each size, one after the other and nothing else beside:

1. every engine makes its index of the offers' pages, `--rounds` times: wall clock, the median counts;
2. a spread of the queries, each in a browser without anything cached, from a real nginx with gzip: bytes and
   milliseconds until the first hit stands on the page, and until nothing more comes;
3. the same queries typed letter by letter in a page that stays open: from each key's input event until its answer
   stands; Tilbudsspejl's page once more as a file, where the others do not work;
4. all queries: is one of the first three hits right? That follows from the register: `benchmarks/relevance.py`.

"Pagefind as it comes" reads all of a page, navigation and history too; of it only build, size and hits are measured.
The Markdown tables go to stdout, progress to stderr; the figures are for comparing with each other, not with another
machine's.
"""

import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import orjson
import typer
from playwright.sync_api import Browser

from benchmarks.relevance import Query, Register, read_queries
from benchmarks.search import browser, engines, registers, web
from benchmarks.search.console import say, stop
from benchmarks.search.engines import PLAIN, Engine
from benchmarks.search.results import Answered, Result, table
from benchmarks.search.web import Web
from generator.config import load

QUERIES = Path(__file__).parents[1] / "queries.toml"
SIZES = (2000, 10000)
SPREAD = 20  # queries
Question = tuple[Query, set[str]]

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def main(
    offers: Annotated[
        list[int] | None, typer.Option(min=1, help="How many offers; may be given several times.")
    ] = None,
    rounds: Annotated[int, typer.Option(min=1, help="How often each index is made.")] = 3,
    keep: Annotated[Path | None, typer.Option(metavar="DIR", help="Where registers are kept for the next run.")] = None,
    json: Annotated[Path | None, typer.Option(metavar="FILE", help="Where to write all figures.")] = None,
) -> None:
    """Measure the search beside Pagefind, lunr and MiniSearch."""
    # Asked to end from outside, it still stops the server and removes what it made.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    queries = read_queries(QUERIES)
    web.program()
    figures: dict[str, list[Result]] = {}
    with browser.chromium() as chromium:
        for size in offers or SIZES:
            with tempfile.TemporaryDirectory(prefix="tilbudsspejl-benchmark-") as folder:
                results = measure(chromium, queries, size, rounds, Path(folder), keep)
            sys.stdout.write(table(size, results, len(queries)) + "\n")
            sys.stdout.flush()
            figures[str(size)] = results
            if json is not None:
                json.write_bytes(orjson.dumps(figures, default=str, option=orjson.OPT_INDENT_2))


def measure(
    chromium: Browser, queries: Sequence[Query], offers: int, rounds: int, folder: Path, keep: Path | None
) -> list[Result]:
    """Everything about every engine, on one register."""
    mirror = registers.prepare(keep or folder, offers)
    questions = answerable(mirror, queries)
    root, home = folder / "web", folder / "nginx"
    root.mkdir()
    home.mkdir()
    made = engines.prepare(mirror, root, rounds)
    with web.serving(root, home) as served:
        return [play(chromium, served, engine, questions) for engine in made]


def answerable(mirror: Path, queries: Sequence[Query]) -> list[Question]:
    """The queries that an offer of the register answers, with the ids of all that do."""
    say("reading what is right")
    configuration = load(mirror / "tilbudsspejl.toml")
    register = Register.read(configuration.archive, configuration.mapping())
    questions = [(query, right) for query in queries if (right := register.answers(query))]
    if not questions:
        raise stop(f"{mirror}: no offer answers any of the queries")
    return questions


def play(chromium: Browser, served: Web, engine: Engine, questions: Sequence[Question]) -> Result:
    """What an engine's page does in the browser."""
    texts, address = [query.text for query, _ in questions], served.url + engine.page
    spread = [] if engine.name == PLAIN else texts[:: max(1, len(texts) // SPREAD)][:SPREAD]
    say(f"{engine.name}: {len(spread)} queries, cold")
    first = browser.first_results(chromium, served, engine.page, spread)
    say(f"{engine.name}: {len(spread)} queries, typed")
    keys = browser.keystrokes(chromium, address, spread)
    on_file = browser.keystrokes(chromium, engine.file.as_uri(), spread) if engine.file is not None else []
    say(f"{engine.name}: {len(texts)} queries, first hits")
    hits = browser.first_hits(chromium, address, texts)
    answered = [
        Answered(query, found, not right.isdisjoint(found))
        for (query, right), found in zip(questions, hits, strict=True)
    ]
    return Result(engine, first, keys, on_file, answered)


if __name__ == "__main__":
    app()
