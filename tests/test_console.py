"""Every line that the program says passes one filter, whoever wrote it, and nothing says a line beside it."""

import ast
import json
import logging
import os
import secrets
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from generator import console
from generator.progress import Reporter, reporting
from generator.secret import MASK, hide
from tests.support.elasticsearch import FaultyProxy, Reply
from tests.support.register import real_documents, run, run_ok, write_dump

GENERATOR = Path(__file__).parents[1] / "generator"
UNSAFE = [
    *map(chr, (*range(0x20), *range(0x7F, 0xA0), *range(0x2028, 0x202F), *range(0x2060, 0x2070))),
    *map(chr, range(0xD800, 0xE000, 99)), "\u061c", "\u200b", "\u200e", "\u200f", "\ufeff", "\ufff9", "\U000e0041",
]  # fmt: skip
HOSTILE = "Hav\x1b[2J\x1b]0;x\x07\x9b1m\r\nny linje\u202eedispu\u2028\ud800ø"
HARMLESS = "Hav\\x1b[2J\\x1b]0;x\\x07\\x9b1m\\r\\nny linje\\u202eedispu\\u2028\\ud800ø"

# ---------------------------------------------------------------- the filter


def test_what_a_terminal_obeys_is_written_as_its_escape() -> None:
    assert console.printable(HOSTILE) == HARMLESS
    for sign in UNSAFE:
        escaped = console.printable(f"a{sign}b")
        assert escaped.isascii() and escaped.isprintable() and escaped.startswith("a\\")
    assert console.printable(HARMLESS) == HARMLESS


def test_what_people_write_stays() -> None:
    for text in ("Ærø Børnehjem · § 107 – »høj« 10 % …", "e\u0301 👩‍👧 🇩🇰", "Sø\u00adhuset\u00a0A/S", "שלום مرحبا"):
        assert console.printable(text) == text


def test_results_and_notes_are_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    console.print_result(HOSTILE)
    console.print_note(HOSTILE)
    assert capsys.readouterr() == (f"{HARMLESS}\n", f"{HARMLESS}\n")


def test_json_loses_nothing_and_obeys_nothing(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    value = {"navn": HOSTILE, HOSTILE: [" ".join(UNSAFE), "\U0001f600", 1, 1.5, True, None, {}, []]}
    console.print_json(value)
    out = capsysbinary.readouterr().out
    assert json.loads(out) == value
    text = out.decode()
    assert not [sign for sign in UNSAFE if sign in text and sign != "\n"]
    assert "\U0001f600" in text and "ø" in text


def test_json_has_no_secret_and_stays_json(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    for secret in ("12345678", '": {"', "hemmeligt"):
        hide(secret)
    console.print_json({"a": 123456789, "b": "x12345678", "hemmeligt": {"c": 'y": {"z'}})
    assert orjson.loads(capsysbinary.readouterr().out) == {"a": 123456789, "b": f"x{MASK}", MASK: {"c": f"y{MASK}z"}}


@pytest.fixture
def password() -> str:
    """A password that nobody has seen before."""
    text = secrets.token_hex()
    hide(text)
    return text


def test_a_traceback_has_no_secret_and_no_line_that_reads_as_ours(
    password: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        try:
            raise ValueError(f"{password}\ntilbudsspejl: all is well\x1b[2J")
        except ValueError as error:
            raise KeyError(password) from error
    except KeyError as error:
        console.print_traceback(error)
    said = capsys.readouterr().err
    assert password not in said and "\x1b" not in said
    assert f"ValueError: {MASK}\n  | tilbudsspejl: all is well\\x1b[2J\n" in said
    assert "direct cause" in said and said.count('  File "') == 2


def test_what_libraries_write_passes_too(password: str, capsys: pytest.CaptureFixture[str]) -> None:
    hostile = f"{password} \x1b[2J\u202e"
    with console.filtered_streams():
        print(hostile)  # noqa: T201
        print(hostile, file=sys.stderr)  # noqa: T201
        sys.stderr.writelines([f"{hostile}\n"])
        handler = logging.StreamHandler()
        logging.getLogger("tests.console").addHandler(handler)
        logging.getLogger("tests.console").error(hostile)
        logging.getLogger("tests.console").removeHandler(handler)
        sys.stderr.write(warnings.formatwarning(hostile, UserWarning, "a.py", 1))
        sys.excepthook(ValueError, ValueError(hostile), None)
    said = capsys.readouterr()
    assert said.out == f"{MASK} \\x1b[2J\\u202e\n"
    assert said.err.count(f"{MASK} \\x1b[2J\\u202e\n") == 5
    assert password not in said.err and "\x1b" not in said.err


def test_the_bar_on_a_terminal_shows_filtered_texts(password: str, monkeypatch: pytest.MonkeyPatch) -> None:
    master, slave = os.openpty()
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "200")
    with os.fdopen(slave, "w", encoding="utf-8") as terminal, monkeypatch.context() as patch:
        patch.setattr("sys.stderr", terminal)
        with console.filtered_streams(), reporting() as report:
            report(f"[red]skridt\x9b{password}", 1, 2)
            report.say(f"linje\x9b\u202e{password}")
            print(f"bibliotek\x9b{password}", file=sys.stderr)  # noqa: T201
    said = os.read(master, 100_000).decode()
    os.close(master)
    assert "\x1b[" in said, "the bar is drawn"
    assert f"[red]skridt\\x9b{MASK}" in said and f"linje\\x9b\\u202e{MASK}" in said and f"bibliotek\\x9b{MASK}" in said
    assert password not in said and "\x9b" not in said and "\u202e" not in said


def test_the_log_of_a_run_without_a_terminal(password: str, capsys: pytest.CaptureFixture[str]) -> None:
    Reporter(None).say(f"trin {password}\r\n\x1b[2J")
    assert capsys.readouterr().err == f"trin {MASK}\\r\\n\\x1b[2J\n"


# ---------------------------------------------------------------- the program


def test_a_stream_that_can_write_little(tmp_path: Path) -> None:
    """Neither an ASCII nor a Latin-1 stream ends in an error, or goes round the filter."""
    for encoding in ("ascii", "latin-1", "utf-8"):
        env = {"PYTHONIOENCODING": encoding, "TILBUDSSPEJL_PASSWORD": "hemmeligt-kodeord"}
        done = subprocess.run(
            [sys.executable, "-m", "generator", "pull", "hemmeligt-kodeord\x1b[2J\u202eø→"],
            cwd=tmp_path, env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(GENERATOR.parent), **env},
            capture_output=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == 2
        assert f"({MASK}\\x1b[2J\\u202e".encode() in done.stderr
        assert b"hemmeligt" not in done.stderr and b"\x1b" not in done.stderr and b"Traceback" not in done.stderr


@pytest.mark.parametrize("debug", [(), ("--debug",)], ids=["plain", "debug"])
@pytest.mark.parametrize("status", [400, 401, 404, 429, 500])
def test_a_server_that_says_the_password_back(tmp_path: Path, status: int, debug: tuple[str, ...]) -> None:
    """It has it from the header; it may be a proxy's page for debugging, or mean ill."""
    password = "kode ord/ø+%\"'<x>"

    def decide(number: int, method: str, path: str) -> Reply:
        header = proxy.requests[-1].headers["authorization"]
        said = f"{'x' * 150} {header}\n{header[6:]} {password} {json.dumps(password)}\x1b[2J\u202e"
        reason = orjson.dumps({"error": {"type": said, "reason": said, "root_cause": [{"reason": said}]}})
        return Reply(status, reason, {"Retry-After": "0"})

    settings = '[source]\ntries = 2\n[source.preprod]\nurl = "{}"\nindex = "i"\nallow_clear_text = true\n'
    env = {"TILBUDSSPEJL_USERNAME": "spejl", "TILBUDSSPEJL_PASSWORD": password}
    with FaultyProxy(None, decide) as proxy:
        (tmp_path / "tilbudsspejl.toml").write_text(settings.format(proxy.url), encoding="utf-8")
        done = run(*debug, "pull", folder=tmp_path, env=env)
    assert done.returncode == 4, done.stderr
    header = proxy.requests[-1].headers["authorization"]
    said = done.stdout + done.stderr + "".join(path.read_text("latin-1") for path in tmp_path.iterdir() if path.suffix)
    for part in (header[6:30], password, "kode ord", "kode%20ord", "\x1b", "\u202e"):
        assert part not in said.replace(f"{tmp_path}", ""), part


def test_a_name_in_the_search_can_not_repaint_the_screen(tmp_path: Path) -> None:
    documents = real_documents(3)
    for document in documents:
        envelope: dict[str, Any] = document["_source"]["TilbudEnvelope"]
        envelope["demo"] = True
        for holder in walk(envelope):
            if isinstance(holder.get("navn"), str):
                holder["navn"] = "Havet\x1b[2J\x9b2J\u202eedis\nny"
    write_dump(tmp_path / "d.ndjson", documents)
    run_ok("init", folder=tmp_path)
    run_ok("pull", "--from", "d.ndjson", "--complete", folder=tmp_path)
    run_ok("build", folder=tmp_path)
    lines = run_ok("search", "havet", folder=tmp_path)
    assert "Havet" in lines and "edis ny" in lines
    assert not [sign for sign in UNSAFE if sign in lines and sign != "\n"]
    found = run_ok("search", "havet", "--json", folder=tmp_path)
    assert orjson.loads(found) and not [sign for sign in UNSAFE if sign in found and sign != "\n"]


def walk(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a document."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walk(inner)


# ---------------------------------------------------------------- the mechanism

SAYING = {
    "print", "sys.stdout", "sys.stderr", "sys.__stdout__", "sys.__stderr__", "typer.echo", "typer.secho", "click.echo",
    "warnings.warn", "logging", "os.write", "traceback.print_exc", "traceback.print_exception", "traceback.format_exc",
    "pprint.pprint", "rich.print", "rich.console.Console", "Console",
}  # fmt: skip
# What is no line, or passes the filter by another way.
MEANT = {
    "commands/archive_export.py": {"sys.stdout"},  # a dump's bytes
    "cli/main.py": {"sys.stdout"},  # its file descriptor, when the reader has gone
    "progress.py": {"Console", "rich.console.Console"},  # the bar, whose texts are filtered one by one
}


@pytest.mark.parametrize("file", sorted(GENERATOR.rglob("*.py")), ids=lambda file: str(file.relative_to(GENERATOR)))
def test_nothing_is_said_but_through_the_console(file: Path) -> None:
    name = file.relative_to(GENERATOR).as_posix()
    if name == "console.py":
        return
    used = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Name | ast.Attribute):
            used.add(ast.unparse(node))
        elif isinstance(node, ast.ImportFrom):
            used |= {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
        elif isinstance(node, ast.Import):
            used |= {alias.name for alias in node.names}
    assert {name for name in used if name in SAYING} <= MEANT.get(name, set())
