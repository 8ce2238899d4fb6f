"""What the benchmark says on stderr while it runs."""

import time

import typer


def say(text: str) -> None:
    """Progress."""
    typer.echo(f"{time.strftime('%H:%M:%S')} {text}", err=True)


def stop(reason: str) -> typer.Exit:
    """What to raise where nothing can be measured."""
    typer.echo(f"benchmarks.search: {reason}", err=True)
    return typer.Exit(1)
