"""Runs the command line: here errors become exit codes, and nowhere else."""

import errno
import os
import signal
import sqlite3
import sys
from pathlib import Path
from typing import TextIO

from generator import config
from generator.cli.application import OPTIONS, app
from generator.console import filtered_streams, print_note, print_traceback
from generator.errors import TilbudsspejlError, UsageError

INTERRUPTED = 130  # what Typer makes of Ctrl-C, as shells do
TERMINATED = 143  # the same for SIGTERM, with which schedulers and containers end a command


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
    if OPTIONS.debug and (error := sys.exception()):
        print_traceback(error)
    print_note(f"tilbudsspejl: {message}")
    sys.exit(code)
