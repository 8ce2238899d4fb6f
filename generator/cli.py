"""Commands and options, one call each; here errors become exit codes, and nowhere else.

Exit codes: 0 done · 1 anything not foreseen · 2 usage or configuration · 3 the agreement does not permit it ·
4 the source · 5 a check failed. Results go to stdout, everything else to stderr.

Each command imports what it runs when it runs: all of it at once takes two seconds, which `--help` need not wait for.
"""

import errno
import os
import signal
import sqlite3
import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from generator import __version__, config
from generator.console import filtered_streams, print_json, print_note, print_result, print_traceback
from generator.errors import CheckError, TilbudsspejlError, UsageError

if TYPE_CHECKING:
    from generator.commands.build import Built
    from generator.commands.source_check import Checked
    from generator.search.local.whoosh_index import Found

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

INTERRUPTED = 130  # what Typer makes of Ctrl-C, as shells do
TERMINATED = 143  # the same for SIGTERM, with which schedulers and containers end a command

_debug = False  # --debug: the only thing that an error's last mile needs to know


class SourceProfile(StrEnum):
    """The tables of [source]."""

    PREPROD = "preprod"
    PROD = "prod"


class PullEnvironment(StrEnum):
    """What a dump may be said to come from."""

    PREPROD = "preprod"
    PROD = "prod"
    DEMO = "demo"


class DemoLayout(StrEnum):
    """How the documents of a made-up register are laid out."""

    VERSION = "version"
    HISTORY = "history"
    PERIODS = "periods"
    CURRENT = "current"


ConfigOption = Annotated[
    Path | None, typer.Option("--config", help="The configuration file; else tilbudsspejl.toml of this folder.")
]


def _load(config_file: Path | None, overrides: dict[str, dict[str, Any]] | None = None) -> config.Configuration:
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
    global _debug
    _debug = debug


@app.command()
def init(folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Where to; else this folder.")] = Path()) -> None:
    """Write a commented configuration: tilbudsspejl.toml, mapping.toml, agreement.toml, content/om.md."""
    from generator.commands.init import init as run

    for path in run(folder):
        print_result(path)


@app.command()
def pull(
    from_: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="FILE", help="A dump instead of Elasticsearch; - is stdin; .gz and .zst are unpacked."
        ),
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
    configuration = _load(config_file, {"source": {"environment": profile.value if profile else None}})
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
    config_file: ConfigOption = None,
) -> None:
    """Compare mapping.toml with the source's public _mapping, and propose a path for what is missing there.

    No credentials are needed, and none are sent. Exit 5 if a line of the mapping names what the source doesn't have.
    """
    from generator.commands.source_check import as_json, as_lines
    from generator.commands.source_check import source_check as run

    configuration = _load(config_file, {"source": {"environment": profile.value if profile else None}})
    checked = run(configuration, write)
    if json:
        print_json(as_json(checked))
    else:
        for line in as_lines(checked):
            print_result(line)
    _say_checked(checked, write)
    found = checked.comparison
    if found.missing:
        is_written = checked.covered_by_proposal is not None
        remedy = f"look {write} over" if is_written else "--write FILE writes what is proposed"
        raise CheckError(
            f"{checked.mapping.origin}: index {checked.index!r} lacks {len(found.missing)} of "
            f"{len(found.covered) + len(found.missing)} names; correct them ({remedy}) or take their lines out"
        )


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
    configuration = _load(config_file, overrides)
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
    configuration = _load(config_file, {"site": {"audience": audience}})
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

    configuration = _load(config_file, {"site": {"output": output.absolute() if output else None}})
    with make_server(configuration.output, port) as server:
        print_result(f"http://{HOST}:{server.server_port}/  (Ctrl-C ends it)")
        server.serve_forever()


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

    found = run(_load(config_file), limit)
    if json:
        print_json(found.as_json())
    else:
        for line in found.lines():
            print_result(line)
    if max_age is not None:
        check_age(found, max_age)


# ---------------------------------------------------------------- archive

archive_app = typer.Typer(
    name="archive",
    help="Look after the archive: verify it, export a past state, back it up.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(archive_app)


@archive_app.command("verify")
def archive_verify(
    json: Annotated[bool, typer.Option("--json", help="One JSON object instead of lines.")] = False,
    config_file: ConfigOption = None,
) -> None:
    """Compute every hash and digest again, and tell all that is damaged; only reads. Exit 5 if anything is."""
    from generator.commands.archive_verify import check, lines, summary
    from generator.commands.archive_verify import verify as run
    from generator.progress import reporting

    configuration = _load(config_file)
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

    configuration = _load(config_file, {"site": {"audience": audience}})
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

    number = run(_load(config_file), target)
    print_result(f"pull {number} and all before it in {target}")


def main() -> None:
    """Runs the command line and exits with its code."""
    signal.signal(signal.SIGTERM, _terminate)
    _open_closed_streams()
    config.hide_passwords()
    stdout = sys.stdout
    with filtered_streams():
        try:
            _run()
        finally:
            _flush(stdout)


def _run() -> None:
    try:
        app()
    except SystemExit as done:
        if done.code in (INTERRUPTED, TERMINATED):
            _fail("interrupted; nothing is left half done: run it again", int(done.code))
        raise
    except TilbudsspejlError as error:
        _fail(str(error), error.exit_code)
    except BrokenPipeError:  # the reader of our output has gone, as `| head` does
        sys.exit(1)
    except MemoryError:
        _fail(_NO_MEMORY, 1)
    except RuntimeError as error:
        # What Python makes of a system that has no memory, or no right, for another thread.
        _fail(_NO_MEMORY if "can't start new thread" in str(error) else _unforeseen(error), 1)
    except (OSError, sqlite3.Error) as error:
        _fail(*_system_error(error))
    except Exception as error:  # an operator's log gets a line like any other; --debug shows where it came from
        _fail(_unforeseen(error), 1)


def _flush(stdout: TextIO) -> None:
    """Writes what is still held back; where its reader has gone, Python would say so at its end."""
    try:
        stdout.flush()
    except BrokenPipeError:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), stdout.fileno())


def _unforeseen(error: Exception) -> str:
    return f"unforeseen: {type(error).__name__}: {error}; run it again with --debug and report what it shows"


def _open_closed_streams() -> None:
    """Gives a command that was started without them (`2>&-`) streams that lead nowhere."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - for the whole run


def _terminate(*_: object) -> None:
    """Ends the command as Ctrl-C does, so that nothing is left behind."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a second one must not end the clearing away
    sys.exit(TERMINATED)


_NO_MEMORY = "there is not enough memory; nothing is left half done: free some, or build with fewer site.workers"


# What the operator has named can't be read or written: the call is off, not the program.
_REMEDIES = {
    errno.ENAMETOOLONG: "choose a shorter name",
    errno.ENOTDIR: "a file stands where a folder is meant; choose another name",
    errno.EEXIST: "a file stands where a folder is meant; choose another name",
    errno.EISDIR: "a folder stands where a file is meant; choose another name",
    errno.ENOENT: "nothing can be made there; choose another folder",
    errno.EACCES: "check the rights to it and to its folder",
    errno.EPERM: "check the rights to it and to its folder",
    errno.EROFS: "nothing can be written there; choose another folder",
    errno.ELOOP: "the links lead in a circle; choose another name",
}


def _system_error(error: OSError | sqlite3.Error) -> tuple[str, int]:
    """The line for an error of the system, and the exit code."""
    if getattr(error, "errno", None) == errno.ENOSPC or "disk is full" in str(error):
        return "the disk is full; nothing is left half done: make room and run it again", 1
    if getattr(error, "errno", None) == errno.ENOMEM:
        return _NO_MEMORY, 1
    if isinstance(error, OSError) and error.filename is not None and (remedy := _REMEDIES.get(error.errno or 0)):
        path = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else error.filename
        return f"{path}: {error.strerror}: {remedy}; nothing is left half done", UsageError.exit_code
    return f"{error}; nothing is left half done (--debug shows more)", 1


def _fail(message: str, code: int) -> None:
    if _debug and (error := sys.exception()):
        print_traceback(error)
    print_note(f"tilbudsspejl: {message}")
    sys.exit(code)
