"""Commands to begin with: a configuration, and a made-up register."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from generator.cli.application import app
from generator.console import print_result


class DemoLayout(StrEnum):
    """How the documents of a made-up register are laid out."""

    VERSION = "version"
    HISTORY = "history"
    PERIODS = "periods"
    CURRENT = "current"


@app.command()
def init(folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Where to; else this folder.")] = Path()) -> None:
    """Write a commented configuration: tilbudsspejl.toml, mapping.toml, agreement.toml, content/om.md."""
    from generator.commands.init import init as run

    for path in run(folder):
        print_result(path)


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Where to; else demo.")] = Path("demo"),
    offers: Annotated[int, typer.Option("--offers", min=1, help="How many offers, of about 10 versions each.")] = 200,
    seed: Annotated[int, typer.Option("--seed", help="Another number gives another register.")] = 1,
    layout: Annotated[
        DemoLayout, typer.Option("--layout", help="How the register lays versions out in documents.")
    ] = DemoLayout.VERSION,
) -> None:
    """Make a made-up register: two dumps and a configuration."""
    from generator.commands.demo import demo as run
    from generator.progress import reporting

    with reporting() as report:
        made = run(folder, offers, seed, layout.value, report)
    print_result(f"{made.documents} documents in {made.dumps[-1]}; next, in {made.folder}:")
    for dump in made.dumps:
        print_result(f"  tilbudsspejl pull --from {dump.name} --complete")
    print_result("  tilbudsspejl build")
