"""Commands that look at the archive and copy it."""

from pathlib import Path
from typing import Annotated

import typer

from generator.cli.application import ConfigOption, app, archive_app, load
from generator.console import print_json, print_note, print_result


@app.command()
def status(
    json: Annotated[bool, typer.Option("--json", help="One JSON object instead of lines.")] = False,
    max_age: Annotated[
        float | None,
        typer.Option("--max-age", metavar="HOURS", min=0, help="Exit 5 if the last complete pull is older."),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many pulls at the most.")] = 5,
    config_file: ConfigOption = None,
) -> None:
    """Show the last pulls, the newest first; only reads, also while a pull is running."""
    from generator.commands.status import check_age
    from generator.commands.status import status as run

    found = run(load(config_file), limit)
    if json:
        print_json(found.as_json())
    else:
        for line in found.lines():
            print_result(line)
    if max_age is not None:
        check_age(found, max_age)


# ---------------------------------------------------------------- archive


@archive_app.command("verify")
def archive_verify(
    json: Annotated[bool, typer.Option("--json", help="One JSON object instead of lines.")] = False,
    config_file: ConfigOption = None,
) -> None:
    """Compute every hash and digest again, and tell all that is damaged; only reads. Exit 5 if anything is."""
    from generator.commands.archive_verify import check, lines, summary
    from generator.commands.archive_verify import verify as run
    from generator.progress import reporting

    configuration = load(config_file)
    with reporting() as report:
        found = run(configuration, lambda done, total: report("verify", done, total))
    if json:
        print_json(found.as_json())
    else:
        for line in [summary(found)] if found.is_sound else lines(found):
            print_result(line)
    check(configuration, found)


@archive_app.command("export")
def archive_export(
    as_dump: Annotated[
        str,
        typer.Option("--as-dump", metavar="FILE", help="A new file, packed if it is a .gz or .zst; - is stdout."),
    ],
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            metavar="TIME",
            help="The state at that time, Danish unless it has a zone; a date is the end of that day. Else the last.",
        ),
    ] = None,
    audience: Annotated[
        str | None, typer.Option("--audience", help="The audience of the agreement that it is for.")
    ] = None,
    config_file: ConfigOption = None,
) -> None:
    """Write a past state as elasticdump would; `pull --from` of it gives the same content hashes.

    The documents leave the archive as they are, so unless they are demo data the audience must have
    raw_documents = true in the agreement, and nothing withheld from it. A copy for yourself is `archive backup`.
    """
    from generator.commands.archive_export import STANDARD_OUTPUT
    from generator.commands.archive_export import export as run

    configuration = load(config_file, {"site": {"audience": audience}})
    receipt, count = run(configuration, as_dump, as_of)
    to_stdout = as_dump == STANDARD_OUTPUT
    where = "" if to_stdout else f" in {as_dump}"
    say = print_note if to_stdout else print_result
    say(f"pull {receipt.number}, finished {receipt.finished.isoformat()}: {count} documents{where}")


@archive_app.command("backup")
def archive_backup(
    target: Annotated[Path, typer.Argument(metavar="FILE", help="A new file.")],
    config_file: ConfigOption = None,
) -> None:
    """Copy the archive as it is now, also while a pull is writing to it.

    It is the same archive, for its operator alone: no agreement is asked for, and none permits handing it on.
    """
    from generator.commands.archive_backup import backup as run

    number = run(load(config_file), target)
    print_result(f"pull {number} and all before it in {target}")
