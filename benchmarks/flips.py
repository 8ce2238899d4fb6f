"""What comes of an archive in which one bit is flipped, again and again, wherever it lies.

    python -m benchmarks.flips [--flips 500] [--offers 30] [--seed 1] [--builds 100]

A demo register is pulled twice and built. Then a bit is flipped: in the header, the schema, each table, the index,
what was too long for a row, the list of free pages, in turns, at a place that is drawn. Everything that a build reads
must be the same, or `build` must end with exit 5 and one line; of the flips that say nothing the first `--builds` are
built whole and compared byte for byte. `status`, `archive verify`, `backup` and `export` must do what they should or
end in the same way, and so must a pull, after which the archive must be sound and serve what it should.

The Markdown table goes to stdout, progress to stderr; the first thing that does not hold ends it, and so do 2 GB of
memory or ten minutes for one flip.
"""

import faulthandler
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer

from tests.site.flips import Flip, Flipper

MEMORY = 2 << 30  # bytes of address space
SECONDS = 600  # a machine may have other work

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def main(
    flips: Annotated[int, typer.Option(min=1, help="How many flips.")] = 500,
    offers: Annotated[int, typer.Option(min=6, help="How many offers; some ten documents each.")] = 30,
    seed: Annotated[int, typer.Option(help="Another number draws other bits.")] = 1,
    builds: Annotated[int, typer.Option(min=0, help="How many harmless flips are built whole.")] = 100,
) -> None:
    """Flip bits, and check what each one does."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tilbudsspejl-flips-") as name:
        flipper = Flipper(Path(name), offers, seed)

        def say(flip: Flip) -> None:
            faulthandler.dump_traceback_later(SECONDS, exit=True)
            sys.stderr.write(f"{len(flipper.flips)}: {flip}: {flip.said or 'says nothing'}\n")

        flipper.flip(flips, builds, say)
        faulthandler.cancel_dump_traceback_later()
    sys.stdout.write(table(flipper.flips))
    sys.stdout.write(
        f"\n{flips} flips in {time.monotonic() - begun:.0f} s; {flipper.built} of the sites that came of it were "
        "built whole, and were the same byte for byte\n"
    )


def table(flips: list[Flip]) -> str:
    """The Markdown: how many flips in each region were refused, and how many said nothing."""
    lines = [_row("where", "flips", "refused, exit 5", "says nothing"), _row("---", "---:", "---:", "---:")]
    for region in sorted({flip.region for flip in flips}):
        lines += [_row(region, *_counts([flip for flip in flips if flip.region == region]))]
    return "\n".join([*lines, _row("all", *_counts(flips))]) + "\n"


def _counts(flips: list[Flip]) -> list[int]:
    refused = sum(flip.is_refused for flip in flips)
    return [len(flips), refused, len(flips) - refused]


def _row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    app()
