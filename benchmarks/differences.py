"""Whether anything of a site tells what a field held that its agreement withholds: every field, in every layout.

    python -m benchmarks.differences [--share] [--layout version] [--field tilbud.navn] [--kind values] [--open …]

A register of six offers, pulled twice, and another that differs from it in one field only: other values, and none, in
an offer's first version, a middle one, its last or all of them. Both are built under an agreement that withholds the
field, and every byte of site and search index must be the same; what may differ nevertheless is named in
`tests.site.differences`, and so are the other kinds of difference. With `--share` each field is tried in one layout,
many at a time, which takes a fortieth of the time. `--open` lets a field through: what differs in it must show.

Differences go to stdout, progress to stderr; any ends it with exit 1.
"""

import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated, get_args

import typer

from generator.demo import Layout
from tests.site.differences import LAYOUTS, Builder, Kind, fields, groups

MOST_TOLD = 10  # files of a pair

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def main(
    share: Annotated[bool, typer.Option("--share", help="Each field once, many at a time.")] = False,
    layout: Annotated[list[str] | None, typer.Option(help="Only in this layout.")] = None,
    field: Annotated[list[str] | None, typer.Option(help="Only this field, by its path in the envelope.")] = None,
    kind: Annotated[str, typer.Option(help=f"Of difference: {', '.join(get_args(Kind))}.")] = "values",
    opened: Annotated[list[str] | None, typer.Option("--open", help="Withhold all but this field.")] = None,
) -> None:
    """Build pairs of registers that differ in what is withheld, and compare what is published."""
    begun, found = time.monotonic(), 0
    rounds = _rounds(share, layout or list(LAYOUTS), field or list(fields()))
    with tempfile.TemporaryDirectory(prefix="tilbudsspejl-differences-") as name:
        builder = Builder(Path(name) / "register")
        for number, (of, paths) in enumerate(rounds, start=1):
            withheld = [path for path in paths if path not in (opened or [])]
            differences = builder.differences(of, paths, _kind(kind), withheld)
            found += bool(differences)
            sys.stderr.write(f"{number} of {len(rounds)}: {of}: {len(paths)} fields: {len(differences)} files differ\n")
            if differences:
                sys.stdout.write(f"{of}: {', '.join(paths)}\n")
                sys.stdout.writelines(f"    {difference}\n" for difference in differences[:MOST_TOLD])
                sys.stdout.flush()
    tried = sum(len(paths) for _, paths in rounds)
    sys.stdout.write(f"{tried} fields in {time.monotonic() - begun:.0f} s; {found} of {len(rounds)} pairs differ\n")
    raise typer.Exit(1 if found else 0)


def _rounds(share: bool, layouts: list[str], wanted: list[str]) -> list[tuple[Layout, tuple[str, ...]]]:
    if unknown := {*layouts} - {*LAYOUTS} | {*wanted} - {*fields()}:
        raise typer.BadParameter(f"{', '.join(sorted(unknown))}: no layout, or no field that can be withheld")
    if share:
        shares = [(of, tuple(path for path in paths if path in wanted)) for of, paths in groups() if of in layouts]
        return [(of, paths) for of, paths in shares if paths]
    return [(of, (path,)) for of in LAYOUTS if of in layouts for path in wanted]


def _kind(name: str) -> Kind:
    for known in get_args(Kind):
        if known == name:
            return known  # type: ignore[no-any-return]
    raise typer.BadParameter(f"{name}: no kind of difference")


if __name__ == "__main__":
    app()
