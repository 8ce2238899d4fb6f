"""`tilbudsspejl pull` from a real Elasticsearch 6.8.23, killed with SIGKILL at random moments, again and again.

    python -m benchmarks.kills [--kills 200] [--offers 200] [--seed 1] [--server http://user:password@127.0.0.1:9200]

Needs the virtual environment, Java and Maven (unless a server is named); Linux or macOS.

A demo register is loaded and pulled, then every fourth document is changed, some are added and some deleted. What is
disturbed, in turns: a first pull, an incremental pull and a full pull, in many small slices, one after the other or
three side by side. A moment is drawn for each
kill, spread over the whole run; publishing is slowed down for some, and for half of them SQLite's cache is so small
that the archive is written all the time.

After each kill the archive must be as it was before that pull or as the whole pull makes it: every document's hash is
looked at, and SQLite's own check must find nothing. Half of the time a reader opens it first, half of the time the next
pull, which goes on with `--resume` or begins anew, and may be killed too. The one that ends must leave the digest of an
undisturbed pull, and no file that an undisturbed one doesn't.

The Markdown table goes to stdout, progress to stderr; the first thing that does not hold ends it.
"""

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.pull import opened, say
from tests.pull.kills import CLASSES, Disturber, Kill, make_scenes
from tests.support.elasticsearch import Loader

INDEX = "tilbudsspejl-kills"
SLICES = 12  # of a full pull, about

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def main(
    kills: Annotated[int, typer.Option(min=1, help="How many kills.")] = 200,
    offers: Annotated[int, typer.Option(min=10, help="How many offers; some ten documents each.")] = 200,
    seed: Annotated[int, typer.Option(help="Another number draws other moments.")] = 1,
    server: Annotated[
        str | None, typer.Option(metavar="URL", help="An Elasticsearch 6.8.23 on this machine, instead of a new one.")
    ] = None,
) -> None:
    """Kill pulls, and check what each kill leaves."""
    with tempfile.TemporaryDirectory(prefix="tilbudsspejl-kills-") as name:
        folder = Path(name)
        with opened(server, folder / "elasticsearch") as at:
            loader = Loader(at)
            environment = {"TILBUDSSPEJL_USERNAME": at.username or "", "TILBUDSSPEJL_PASSWORD": at.password or ""}
            try:
                say("loading, and pulling undisturbed")
                scenes = make_scenes(at, loader, INDEX, offers, folder, environment)
                disturber = Disturber(at, INDEX, folder, environment, seed, offers * 10 // SLICES)
                begun = time.monotonic()
                disturber.kill(scenes, kills, lambda done: say(f"{done} kills"))
                seconds = time.monotonic() - begun
            finally:
                loader.clear()
    sys.stdout.write(table(disturber.kills))
    done = len(disturber.kills)
    sys.stdout.write(
        f"\n{done} kills in {seconds:.0f} s: {disturber.ended} of {disturber.ended} pulls, killed once or more, ended "
        f"equal to the undisturbed pull (digest {scenes[0].digest})\n"
    )


def table(kills: list[Kill]) -> str:
    """The Markdown: what was found after kills of each class of moments, and how it went on."""
    heads = ("killed while", "kills", "archive as before", "as after", "then resumed", "then anew", "then killed again")
    lines = [_row(*heads), _row("---", *["---:"] * (len(heads) - 1))]
    lines += [_row(moment, *_counts([kill for kill in kills if kill.moment == moment])) for moment in _moments(kills)]
    lines.append(_row("all", *_counts(kills)))
    scenes = Counter(kill.scene for kill in kills)
    lines += ["", "Of these, " + ", ".join(f"{count} of a {scene}" for scene, count in sorted(scenes.items())) + "."]
    return "\n".join(lines) + "\n"


def _moments(kills: list[Kill]) -> list[str]:
    """The classes in the order in which a pull comes through them."""
    slices = {kill.moment for kill in kills if kill.moment not in CLASSES.values()}
    first, *others = dict.fromkeys(CLASSES.values())
    return [first, *sorted(slices, key=lambda moment: (len(moment), moment)), *others]


def _counts(kills: list[Kill]) -> list[int]:
    then = Counter(kill.then for kill in kills)
    after = sum(kill.is_after for kill in kills)
    return [len(kills), len(kills) - after, after, then["resumed"], then["anew"], then["killed again"]]


def _row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    app()
