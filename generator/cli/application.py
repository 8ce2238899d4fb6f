"""The application that the commands are added to, and what they have in common."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from generator import __version__, config
from generator.console import print_result

app = typer.Typer(
    name="tilbudsspejl",
    help="A static site and an open mirror of Tilbudsportalen, with the history of every offer.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # usage errors stay plain lines
    pretty_exceptions_enable=False,
)

source_app = typer.Typer(
    name="source", help="Look at where the documents come from.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(source_app)


archive_app = typer.Typer(
    name="archive",
    help="Look after the archive: verify it, export a past state, back it up.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(archive_app)


@dataclass(slots=True)
class _Options:
    """The options that every command has."""

    debug: bool = False  # show a traceback with an error


OPTIONS = _Options()

ConfigOption = Annotated[
    Path | None, typer.Option("--config", help="The configuration file; else tilbudsspejl.toml of this folder.")
]


def load(config_file: Path | None, overrides: dict[str, dict[str, Any]] | None = None) -> config.Configuration:
    """The configuration, with the folders that it names put right after a build that was killed."""
    from generator.building.leftovers import put_right

    configuration = config.load(config_file, overrides)
    put_right(configuration)
    return configuration


def _show_version(value: bool) -> None:
    if value:
        print_result(f"tilbudsspejl {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show a traceback with an error.")] = False,
) -> None:
    """Options that every command has."""
    OPTIONS.debug = debug
