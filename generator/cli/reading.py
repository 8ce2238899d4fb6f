"""Commands that read the source: `pull`, `source check`."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from generator.cli.application import ConfigOption, app, load, source_app
from generator.console import print_json, print_note, print_result
from generator.errors import CheckError, UsageError

if TYPE_CHECKING:
    from generator.commands.source_check import Checked


MOST_SAMPLED = 500  # documents: one answer of the server, and what a person can look at


class SourceProfile(StrEnum):
    """The tables of [source]."""

    PREPROD = "preprod"
    PROD = "prod"


class PullEnvironment(StrEnum):
    """What a dump may be said to come from."""

    PREPROD = "preprod"
    PROD = "prod"
    DEMO = "demo"


@app.command()
def pull(
    from_: Annotated[
        str | None,
        typer.Option("--from", metavar="FILE", help="A dump or saved answers instead of Elasticsearch; - is stdin."),
    ] = None,
    environment: Annotated[
        PullEnvironment | None,
        typer.Option("--environment", help="With --from: what the dump comes from; not needed for demo data."),
    ] = None,
    complete: Annotated[
        bool, typer.Option("--complete", help="With --from: what the dump lacks is gone from the register.")
    ] = False,
    expect: Annotated[
        int | None,
        typer.Option("--expect", metavar="N", min=1, help="With --from: how many documents the dump must hold."),
    ] = None,
    profile: Annotated[
        SourceProfile | None, typer.Option("--profile", help="Which source table to use: preprod or prod.")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Read everything, not only what has changed.")] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a pull that broke off; its finished slices are kept.")
    ] = False,
    accept_loss: Annotated[
        bool, typer.Option("--accept-loss", help="Take it that many offers, or all, have gone; noted in the receipt.")
    ] = False,
    first: Annotated[
        bool, typer.Option("--first", help="Begin a new archive although there was one: without its history.")
    ] = False,
    config_file: ConfigOption = None,
) -> None:
    """Pull the register into the archive: all of it, or what has changed since the last complete pull."""
    from generator.commands.pull import DumpOptions
    from generator.commands.pull import pull as run
    from generator.progress import reporting
    from generator.pulling.extract import PullOptions

    if from_ == "":
        raise UsageError("--from: empty; name a dump, or - for standard input")
    if from_ is not None and (full or resume):
        raise UsageError("--full and --resume don't go with --from: a dump is always read whole")
    if from_ is None and (environment or complete or expect):
        raise UsageError("--environment, --complete and --expect go with --from; add it or leave them out")
    if profile is not None and from_ is not None:
        raise UsageError("--profile doesn't go with --from; say --environment instead")
    configuration = load(config_file, {"source": {"environment": profile.value if profile else None}})
    dump = DumpOptions(from_, environment.value if environment else None, complete, expect) if from_ else None
    with reporting() as report:
        how = PullOptions(full, resume, accept_loss, first)
        done = run(configuration, dump, how, lambda count, total: report("pull", count, total), report.say)
    print_result(
        f"pull {done.number}: {done.documents} documents read, {done.new} new, {done.changed} changed, "
        f"{done.returned} back, {done.gone} gone; {done.offers} offers, {done.present} documents "
        f"in {configuration.archive}{f'; {done.unread} too deep or too large to be read' if done.unread else ''}"
    )


@source_app.command("check")
def source_check(
    profile: Annotated[
        SourceProfile | None, typer.Option("--profile", help="Which source table to use: preprod or prod.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object instead of lines.")] = False,
    write: Annotated[
        Path | None, typer.Option("--write", metavar="FILE", help="Write a mapping file with the proposals; a new one.")
    ] = None,
    sample: Annotated[
        int | None,
        typer.Option(
            "--sample",
            metavar="N",
            min=1,
            max=MOST_SAMPLED,
            help=f"Read N documents, at most {MOST_SAMPLED}, and show what stands in each field; needs credentials.",
        ),
    ] = None,
    config_file: ConfigOption = None,
) -> None:
    """Compare mapping.toml with the source's public _mapping, and propose a path for what is missing there.

    No credentials are needed, and none are sent, but with --sample. Exit 5 if a line of the mapping names what the
    source doesn't have.
    """
    from generator.commands.source_check import as_json, as_lines
    from generator.commands.source_check import source_check as run

    configuration = load(config_file, {"source": {"environment": profile.value if profile else None}})
    checked = run(configuration, write, sample, print_note)
    if json:
        print_json(as_json(checked))
    else:
        for line in as_lines(checked):
            print_result(line)
    _say_checked(checked, write)
    found = checked.comparison
    if found.missing:
        raise CheckError(
            f"{checked.mapping.origin}: index {checked.index!r} lacks {len(found.missing)} of "
            f"{len(found.covered) + len(found.missing)} names; {_remedy(checked, write)}"
        )


def _remedy(checked: "Checked", write: Path | None) -> str:
    """What an operator does next about names that the source doesn't have."""
    origin = checked.mapping.origin
    if checked.comparison.layout is not None:
        return "correct document.layout first, as said above"
    if checked.covered_by_proposal is not None:
        look = "" if checked.sample else "see with --sample 20 what stands in each field, "
        return (
            f"{look}look over the lines of {write} marked 'unsure', take out those that the source has nothing for, "
            f"and put it in the place of {origin}"
        )
    if checked.comparison.proposed:
        return "--write FILE writes what is proposed, --sample 20 shows what stands in each field"
    return "correct them, or take their lines out"


def _say_checked(checked: "Checked", write: Path | None) -> None:
    if checked.unlisted:
        places = ", ".join(place or "the whole document" for place in checked.unlisted)
        print_note(f"note: the source does not list all that documents may hold in: {places}")
    if write is None:
        return
    if checked.covered_by_proposal is None:
        print_note(f"note: there is nothing to propose, so {write} was not written")
    else:
        print_note(f"{write}: written and read back; with it, {checked.covered_by_proposal} are covered")
