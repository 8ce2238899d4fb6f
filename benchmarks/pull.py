"""`tilbudsspejl pull` beside elasticdump, on the same real Elasticsearch 6.8.23, in one run.

    python -m benchmarks.pull [--offers 2000] [--rounds 3] [--server http://user:password@127.0.0.1:9200]

Needs the virtual environment, Java and Maven (unless a server is named), Node.js with npm; Linux or macOS. The first
run fetches Elasticsearch and elasticdump into the user's cache folder; later ones fetch nothing.

The demo register is loaded as compact JSON. Then each round does, one after the other and nothing else beside:

1. `elasticdump --limit=1000` of all documents into a file;
2. `tilbudsspejl pull` of all documents into a fresh archive;
3. `tilbudsspejl pull` again into that archive, after every hundredth document has been loaded anew with a change.

A round that isn't counted goes first, so that nobody pays for the server's warming up. Time is wall clock with
the program's start; memory is the peak resident size of the largest process. Every run is checked: all documents came,
and the changed ones are what the last step found changed. The Markdown table goes to stdout, progress to stderr.

Client and server share the machine, so the figures are for comparing with each other, not with another machine's.
`--offers 10000` (100,000 documents) shows whether memory grows with the register; nothing here holds all of it.
"""

import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Annotated, Any
from urllib.parse import quote

import orjson
import typer

from generator import __version__
from generator.demo import documents
from tests.support import npm
from tests.support.elasticsearch import VERSION, Loader, Server, absent_programs, start_server

ELASTICDUMP = "6.125.1"
CREDENTIALS = "spejl:hemmeligt-æøå"
INDEX = "tilbudsspejl-benchmark"
SEED = 1
MB = 1_000_000
ROOT = Path(__file__).parents[1]
MEASURE = Path(__file__).with_name("measure.py")
CONFIGURATION = """\
[source]
environment = "preprod"
[source.preprod]
url = "{url}"
index = "{index}"
type = "tilbud"
allow_clear_text = true
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run of a program took."""

    seconds: float
    peak: int


@dataclass(frozen=True, slots=True)
class Round:
    """What the steps of one round took, and how much they wrote."""

    dump: Figures
    first: Figures
    again: Figures
    dump_size: int
    archive_size: int


@dataclass(frozen=True, slots=True)
class Register:
    """What was loaded; `samples` is a file with every hundredth document, to be changed in each round."""

    total: int
    changed: int
    samples: Path


app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def main(
    offers: Annotated[int, typer.Option(min=1, help="How many offers; some ten documents each.")] = 2000,
    rounds: Annotated[int, typer.Option(min=1, help="How often everything is done.")] = 3,
    server: Annotated[
        str | None, typer.Option(metavar="URL", help="An Elasticsearch 6.8.23 on this machine, instead of a new one.")
    ] = None,
) -> None:
    """Measure `tilbudsspejl pull` beside elasticdump."""
    elasticdump = install_elasticdump()
    with tempfile.TemporaryDirectory(prefix="tilbudsspejl-benchmark-") as name:
        folder = Path(name)
        with opened(server, folder / "elasticsearch") as at:
            loader = Loader(at)
            try:
                register = load(loader, offers, folder / "samples.ndjson")
                _, *results = [play(number, elasticdump, at, loader, folder, register) for number in range(rounds + 1)]
            finally:
                loader.clear()
    sys.stdout.write(table(offers, register, results, node_version()))


def say(text: str) -> None:
    """Progress, on stderr."""
    typer.echo(f"{time.strftime('%H:%M:%S')} {text}", err=True)


def stop(reason: str) -> typer.Exit:
    """What to raise where nothing can be measured."""
    typer.echo(f"benchmarks.pull: {reason}", err=True)
    return typer.Exit(1)


# ---------------------------------------------------------------- what is measured against what


def install_elasticdump() -> Path:
    """The program in the user's cache, fetched by npm the first time."""
    try:
        modules = npm.install(f"elasticdump-{ELASTICDUMP}", [f"elasticdump@{ELASTICDUMP}"], say)
    except npm.NotInstalled as error:
        raise stop(str(error)) from error
    return modules / ".bin" / "elasticdump"


def node_version() -> str:
    """What `node --version` says."""
    return subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()


@contextmanager
def opened(address: str | None, home: Path) -> Iterator[Server]:
    """The server that was named, or one of our own until the end of the block."""
    if address is not None:
        try:
            server = Server.from_address(address)
            found = server.version()
        except (OSError, RuntimeError, ValueError) as error:
            raise stop(f"--server: {error}") from error
        if found != VERSION:
            raise stop(f"--server: {server.url} is version {found}, not {VERSION}")
        yield server
        return
    if absent := absent_programs():
        raise stop(f"{absent}, or name a server with --server")
    say(f"starting Elasticsearch {VERSION}")
    with start_server(home, basic_auth=CREDENTIALS) as server:
        yield server


def load(loader: Loader, offers: int, samples: Path) -> Register:
    """Loads the demo register, a document at a time."""
    begun, changed = time.monotonic(), 0

    def passing() -> Iterator[dict[str, Any]]:
        nonlocal changed
        for number, document in enumerate(documents(offers, SEED)):
            if number % 100 == 0:
                file.write(orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE))
                changed += 1
            if number % 10_000 == 0:
                say(f"loading: {number} documents")
            yield document

    with samples.open("wb") as file:
        total = loader.load(INDEX, passing())
    say(f"loaded: {total} documents in {time.monotonic() - begun:.0f} s")
    return Register(total, changed, samples)


def change(loader: Loader, samples: Path, number: int) -> int:
    """Loads the samples anew, now, with another name than in any other round."""
    now = datetime.now(UTC).isoformat()

    def changed() -> Iterator[dict[str, Any]]:
        with samples.open("rb") as file:
            for line in file:
                document: dict[str, Any] = orjson.loads(line)
                envelope = document["_source"]["TilbudEnvelope"]
                envelope["sidstIndlaest"] = now
                envelope["tilbud"]["navn"] = f"{envelope['tilbud']['navn']} {number}"
                yield document

    return loader.add(INDEX, changed())


# ---------------------------------------------------------------- the steps


def play(number: int, elasticdump: Path, server: Server, loader: Loader, folder: Path, register: Register) -> Round:
    """One round, number 0 to warm up; what it wrote is deleted again."""
    name = f"round {number}" if number else "warming up"
    say(f"{name}: elasticdump")
    dump, dump_size = run_elasticdump(elasticdump, server, folder, register)
    with tempfile.TemporaryDirectory(dir=folder) as made:
        mirror = Path(made)
        (mirror / "tilbudsspejl.toml").write_text(CONFIGURATION.format(url=server.url, index=INDEX), encoding="utf-8")
        say(f"{name}: the first pull")
        first = run_pull(server, mirror, documents=register.total, changed=None)
        archive_size = (mirror / "register.sqlite").stat().st_size
        change(loader, register.samples, number)
        say(f"{name}: pull again, {register.changed} documents changed")
        again = run_pull(server, mirror, documents=register.total, changed=register.changed)
    return Round(dump, first, again, dump_size, archive_size)


def run_elasticdump(elasticdump: Path, server: Server, folder: Path, register: Register) -> tuple[Figures, int]:
    """One dump, and its file's size."""
    file = folder / "dump.ndjson"
    figures, _ = measured(
        [str(elasticdump), "--limit=1000", f"--input={address(server)}/{INDEX}", f"--output={file}"],
        folder,
        dict(os.environ),
    )
    with file.open("rb") as lines:
        came = sum(1 for _ in lines)
    if came != register.total:
        raise stop(f"elasticdump wrote {came} documents of {register.total}")
    size = file.stat().st_size
    file.unlink()
    return figures, size


def run_pull(server: Server, mirror: Path, *, documents: int, changed: int | None) -> Figures:
    """One pull, checked by what it says that it found."""
    # Nothing of the caller's own settings; the program of this checkout, wherever another is installed.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TILBUDSSPEJL_")}
    environment["PYTHONPATH"] = str(ROOT)
    if server.username is not None:
        environment |= {"TILBUDSSPEJL_USERNAME": server.username, "TILBUDSSPEJL_PASSWORD": server.password or ""}
    figures, said = measured([sys.executable, "-m", "generator", "pull"], mirror, environment)
    found = re.search(r"(\d+) changed, .* (\d+) documents in ", said)
    counts = [int(count) for count in found.groups()] if found else [-1, -1]
    if documents not in (None, counts[1]) or changed not in (None, counts[0]):
        raise stop(f"pull was to leave {documents} documents, {changed or 'any'} of them changed, and said: {said}")
    return figures


def measured(command: list[str], folder: Path, environment: dict[str, str]) -> tuple[Figures, str]:
    """What a command took, and what it said; ends the benchmark if it fails."""
    figures = folder / "figures"
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(MEASURE), str(figures), *command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise stop(f"{Path(command[0]).name} failed ({done.returncode}): {(done.stderr or done.stdout)[-2000:]}")
    seconds, peak = figures.read_text(encoding="ascii").split()
    return Figures(float(seconds), int(peak)), done.stdout


def address(server: Server) -> str:
    """The server's address with its credentials, the only way in which elasticdump takes them without a file."""
    if server.username is None:
        return server.url
    pair = f"{quote(server.username, safe='')}:{quote(server.password or '', safe='')}"
    return server.url.replace("://", f"://{pair}@", 1)


# ---------------------------------------------------------------- the table


def table(offers: int, register: Register, results: list[Round], node: str) -> str:
    """The Markdown: the median of all rounds, then each of them."""
    total = register.total
    rows: list[tuple[str, Callable[[Round], float], str]] = [
        ("`elasticdump --limit=1000`, time", lambda r: r.dump.seconds, "{:.1f} s"),
        ("… documents a second", lambda r: total / r.dump.seconds, "{:,.0f}"),
        ("… peak memory", lambda r: r.dump.peak / MB, "{:.0f} MB"),
        ("first `tilbudsspejl pull`, time", lambda r: r.first.seconds, "{:.1f} s"),
        ("… documents a second", lambda r: total / r.first.seconds, "{:,.0f}"),
        ("… peak memory", lambda r: r.first.peak / MB, "{:.0f} MB"),
        ("… time, where elasticdump's is 1", lambda r: r.first.seconds / r.dump.seconds, "{:.2f}"),
        ("`tilbudsspejl pull` again with 1 % changed, time", lambda r: r.again.seconds, "{:.1f} s"),
        ("… peak memory", lambda r: r.again.peak / MB, "{:.0f} MB"),
        ("… time, where elasticdump's is 1", lambda r: r.again.seconds / r.dump.seconds, "{:.2f}"),
        ("elasticdump's file (NDJSON)", lambda r: r.dump_size / MB, "{:.1f} MB"),
        ("archive after the first pull", lambda r: r.archive_size / MB, "{:.1f} MB"),
        ("… of the NDJSON", lambda r: 100 * r.archive_size / r.dump_size, "{:.1f} %"),
    ]
    counts = f"{offers:,} offers, {total:,} documents, {register.changed:,} of them changed in each round"
    programs = f"Tilbudsspejl {__version__} on Python {platform.python_version()}; elasticdump {ELASTICDUMP} on Node.js"
    lines = [
        f"{counts}; {os.cpu_count()} cores, client and server together.",
        f"{programs} {node}; Elasticsearch {VERSION}.",
        "",
        _row("", "median", *(f"round {number}" for number in range(1, len(results) + 1))),
        _row("---", *["---:"] * (len(results) + 1)),
    ]
    for name, value, form in rows:
        values = [value(result) for result in results]
        lines.append(_row(name, *(form.format(figure) for figure in (median(values), *values))))
    return "\n".join(lines) + "\n"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    app()
