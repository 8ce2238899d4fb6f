"""`tilbudsspejl build`, ended at places that are drawn, again and again.

    python -m benchmarks.build_kills [--kills 100] [--offers 40] [--seed 1]

Needs the virtual environment; Linux or macOS. A demo register has yesterday's site; today's has another title. Each
time the build is ended at a place of its progress or before one of its renames: the process itself by SIGKILL, SIGTERM
or SIGINT, one of its workers, or the server that starts them; or memory or disk come to an end there.

After each the next command must leave yesterday's site or today's, byte for byte, and nothing beside it; the next build
must make today's, with its index. The Markdown table goes to stdout, progress to stderr; the first thing that does not
hold ends it.
"""

import random
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Annotated, get_args

import typer

from benchmarks.pull import say
from tests.site.build_kills import Kind, Victim, build_and_end, names, tree
from tests.support.register import make_demo, run, run_ok

PLACES: dict[Kind, int] = {"progress": 45, "rename": 6}  # of a build of 40 offers, about

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def main(
    kills: Annotated[int, typer.Option(min=1, help="How many builds are ended.")] = 100,
    offers: Annotated[int, typer.Option(min=1, help="How many offers; some ten documents each.")] = 40,
    seed: Annotated[int, typer.Option(help="Another number draws other places.")] = 1,
) -> None:
    """End builds, and check what each end leaves."""
    chance, found = random.Random(seed), Counter[tuple[str, str]]()
    with tempfile.TemporaryDirectory(prefix="tilbudsspejl-kills-") as name:
        folder = make_demo(Path(name) / "register", offers)
        settings = folder / "tilbudsspejl.toml"
        settings.write_text('[site]\ntitle = "I dag"\n', encoding="utf-8")
        run_ok("build", "--workers", "2", folder=folder)
        today = tree(folder / "site")
        settings.write_text('[site]\ntitle = "I går"\n', encoding="utf-8")
        run_ok("build", "--workers", "2", folder=folder)
        yesterday, before = tree(folder / "site"), names(folder)
        settings.write_text('[site]\ntitle = "I dag"\n', encoding="utf-8")
        base = Path(shutil.copytree(folder, Path(name) / "base"))
        while sum(found.values()) < kills:
            victim: Victim = chance.choice(get_args(Victim))
            kind: Kind = chance.choice(get_args(Kind))
            ended = build_and_end(folder, victim, kind, chance.randint(1, PLACES[kind]))
            if ended.has_landed:
                assert "unforeseen" not in ended.said, ended
                run("status", folder=folder)
                site = tree(folder / "site")
                assert site in (yesterday, today), ended
                assert names(folder) == before, (ended, names(folder) ^ before)
                found[victim, "as before" if site == yesterday else "as after"] += 1
                run_ok("build", "--workers", "2", folder=folder)
                assert tree(folder / "site") == today
                run_ok("search", "bosted", folder=folder)
                say(f"{sum(found.values())} of {kills}")
            shutil.rmtree(folder)
            shutil.copytree(base, folder)
    sys.stdout.write(table(found))


def table(found: Counter[tuple[str, str]]) -> str:
    """The Markdown: what was found after each kind of end."""
    lines = ["| ended | times | site as before | as after |", "| --- | ---: | ---: | ---: |"]
    for victim in get_args(Victim):
        before, after = found[victim, "as before"], found[victim, "as after"]
        lines.append(f"| {victim} | {before + after} | {before} | {after} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    app()
