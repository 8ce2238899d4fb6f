"""Commands that make, search and serve the site."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from generator.cli.application import ConfigOption, app, load
from generator.console import print_json, print_note, print_result
from generator.errors import UsageError

if TYPE_CHECKING:
    from generator.commands.build import Built
    from generator.search.local.whoosh_index import Found


@app.command()
def build(
    audience: Annotated[
        str | None, typer.Option("--audience", help="Which audience of the agreement to build for.")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", help="The site's folder.")] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="How many processes; else one a core.")
    ] = None,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict",
            help="Exit 5, and leave the site as it is, if a document could not be read, no document has a field of the "
            "mapping, or a field is shown that is called much as a withheld one.",
        ),
    ] = False,
    config_file: ConfigOption = None,
) -> None:
    """Build the site from the archive."""
    from generator.commands.build import build as run
    from generator.progress import reporting

    absolute = output.absolute() if output else None
    overrides = {"site": {"audience": audience, "output": absolute, "workers": workers}}
    configuration = load(config_file, overrides)
    with reporting() as report:
        built = run(configuration, report, strict=strict)
    _say_built(built)


def _say_built(built: "Built") -> None:
    if built.is_unchanged:
        print_result(f"nothing has changed since the last build: {built.output}")
    else:
        _say_made(built)
    for note in built.notes:
        print_note(f"note: {note}")


def _say_made(built: "Built") -> None:
    print_result(f"{built.offers} offers, {built.versions} versions, {built.files} files in {built.output}")
    if built.unreadable:
        partly = built.unreadable - built.lost
        print_note(f"{built.lost} documents could not be read, {partly} only in part: see {built.report}")
    print_result(f"open {(built.output / 'index.html').resolve().as_uri()}")


class SortBy(StrEnum):
    """What results can be sorted by."""

    RELEVANS = "relevans"
    NAVN = "navn"
    AENDRET = "aendret"
    PLADSER = "pladser"


def _choice(name: str, text: str) -> Any:
    return typer.Option(name, metavar="TEXT", help=f"{text}; may be given several times.")


@app.command()
def search(
    query: Annotated[list[str] | None, typer.Argument(metavar="QUERY", help="What to look for.")] = None,
    status: Annotated[list[str] | None, _choice("--status", "With this status")] = None,
    grundlag: Annotated[list[str] | None, _choice("--grundlag", "Under this paragraph, such as 107 or BL § 43")] = None,
    maalgruppe: Annotated[list[str] | None, _choice("--maalgruppe", "For this target group")] = None,
    kommune: Annotated[list[str] | None, _choice("--kommune", "In this municipality")] = None,
    region: Annotated[list[str] | None, _choice("--region", "In this region")] = None,
    tilsyn: Annotated[list[str] | None, _choice("--tilsyn", "Under this socialtilsyn")] = None,
    ejerform: Annotated[list[str] | None, _choice("--ejerform", "Of this kind of ownership")] = None,
    alder: Annotated[
        int | None, typer.Option("--alder", min=0, max=150, help="An age that a target group must span.")
    ] = None,
    pladser: Annotated[str | None, typer.Option("--pladser", metavar="FROM-TO", help="5-20, 5- or -20.")] = None,
    takst: Annotated[str | None, typer.Option("--takst", metavar="FROM-TO", help="1000-2500, in --enhed.")] = None,
    enhed: Annotated[str, typer.Option("--enhed", help="The price's unit; needed with --takst.")] = "",
    siden: Annotated[
        datetime | None, typer.Option("--siden", formats=["%Y-%m-%d"], help="Changed on this day or later.")
    ] = None,
    sorter: Annotated[SortBy, typer.Option("--sorter", help="The order of the hits.")] = SortBy.RELEVANS,
    json: Annotated[bool, typer.Option("--json", help="One JSON array instead of lines.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many hits at the most.")] = 10,
    audience: Annotated[
        str | None, typer.Option("--audience", help="The audience that the site was built for.")
    ] = None,
    config_file: ConfigOption = None,
) -> None:
    """Search the offers of the last build."""
    from generator.commands.search import read_filters
    from generator.commands.search import search as run

    given = {
        "status": status, "grundlag": grundlag, "maalgruppe": maalgruppe, "kommune": kommune, "region": region,
        "tilsyn": tilsyn, "ejerform": ejerform,
    }  # fmt: skip
    filters = read_filters(
        {name: values for name, values in given.items() if values},
        alder=alder,
        pladser=pladser,
        takst=takst,
        enhed=enhed,
        siden=siden.date() if siden else None,
    )
    text = " ".join(query or ())
    if not text.strip() and filters.are_none:
        raise UsageError("search: give at least one word to look for, or a filter")
    configuration = load(config_file, {"site": {"audience": audience}})
    found = run(configuration, text, limit, filters, sorter.value)
    if json:
        rows = [
            {"tilbudsId": h.tilbuds_id, "navn": h.row.name, "status": h.row.status, "side": h.row.address,
             "oplysninger": h.row.facts, "hedTidligere": h.row.former, "fundetI": h.fields, "score": h.score}
            for h in found.hits
        ]  # fmt: skip
        print_json(rows)
    _say_found(found, alder, lines=not json)


def _say_found(found: "Found", alder: int | None, *, lines: bool) -> None:
    """The hits as lines on stdout; what there is to say of them on stderr."""
    from generator.pages import danish
    from generator.search.analysis.danish import unfold

    for hit in found.hits if lines else ():
        former = f" (hed tidligere {danish.join(hit.row.former)})" if hit.row.former else ""
        line = f"{hit.tilbuds_id}  {hit.row.name}{former}  {' · '.join((hit.row.status, *hit.row.facts))}"
        print_result(line)
    for word, taken_for in found.instead:
        print_note(f"Ingen tilbud indeholder »{word}«; søgt på »{unfold(taken_for)}«.")
    if found.age is not None and alder in (None, found.age):
        print_note(f"Læst som alder: en målgruppe skal omfatte {found.age} år.")
    elif found.age is not None:
        print_note(f"Alderen i søgningen, {found.age} år, er ikke brugt; --alder {alder} gælder.")
    if not found.hits:
        print_note("Ingen tilbud fundet.")
    elif not found.is_complete:
        print_note("Ingen tilbud indeholder alle ordene; disse har nogle af dem.")
    if found.total > len(found.hits):
        print_note(f"{len(found.hits)} af {danish.number(found.total)} vist; flere med --limit.")


@app.command()
def serve(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes any free one.")] = 8000,
    output: Annotated[Path | None, typer.Option("--output", help="The site's folder.")] = None,
    config_file: ConfigOption = None,
) -> None:
    """Serve the built site on 127.0.0.1."""
    from generator.commands.serve import HOST
    from generator.commands.serve import server as make_server

    configuration = load(config_file, {"site": {"output": output.absolute() if output else None}})
    with make_server(configuration.output, port) as server:
        print_result(f"http://{HOST}:{server.server_port}/  (Ctrl-C ends it)")
        server.serve_forever()
