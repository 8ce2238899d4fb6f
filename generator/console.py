"""What the program says: results on stdout, all else on stderr, every line of it through one filter.

The filter masks secrets, and writes what a terminal obeys or a reader can't see as an escape such as `\\x1b`: control
characters (C0, DEL, C1), line and paragraph separators, marks of writing direction, invisible ones, lone surrogates.
So a foreign text can neither break its line nor repaint the screen nor read as another.
"""

import io
import json
import os
import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from generator.secret import masked, masked_in

_UNSAFE = (
    "\x00-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # separators, directions, invisible ones
    "\U000e0000-\U000e007f"  # invisible copies of ASCII
    "\ud800-\udfff"  # surrogates, which can't be encoded
)
_ANY_UNSAFE = re.compile(f"[{_UNSAFE}]")
_UNSAFE_IN_LINES = re.compile(f"(?!\n)[{_UNSAFE}]")


def printable(text: str) -> str:
    """The text as one line that is safe to show."""
    return _ANY_UNSAFE.sub(_escape, masked(text))


def print_result(line: object) -> None:
    """A line of the result, on stdout."""
    _print(sys.stdout, printable(str(line)))


def print_note(line: object) -> None:
    """A line for the operator, on stderr; a log that is full or gone costs the words, not the work."""
    try:
        _print(sys.stderr, printable(str(line)))
    except OSError:
        with Path(os.devnull).open("wb") as nowhere:  # for what is still to be said, and what Python says at its end
            os.dup2(nowhere.fileno(), sys.stderr.fileno())


def print_json(value: Any) -> None:
    """A value as JSON on stdout; nothing is lost but secrets: what the filter escapes, JSON escapes."""
    text = json.dumps(masked_in(value), indent=2, ensure_ascii=False)
    # Between its tokens JSON has only line feeds and blanks, in its strings no line feed.
    sys.stdout.flush()
    sys.stdout.buffer.write(_UNSAFE_IN_LINES.sub(_escape_in_json, text).encode() + b"\n")  # UTF-8 wherever it is read
    sys.stdout.buffer.flush()


def print_traceback(error: BaseException) -> None:
    """Where an error came from, on stderr; further lines of a message are set in, so that none reads as ours."""
    for part in traceback.format_exception(error):
        is_message = not part.startswith(("  File ", "Traceback ", "\n"))
        first, *further = part.rstrip("\n").split("\n")
        for line in (first, *(f"  | {line}" if is_message else line for line in further)):
            print_note(line)


def is_terminal() -> bool:
    """Whether a person may be looking at stderr."""
    return sys.stderr.isatty()


def terminal() -> TextIO:
    """stderr for what draws on it by escapes of its own, a progress bar; its texts must have passed `printable`."""
    return sys.stderr.unfiltered if isinstance(sys.stderr, _Filtered) else sys.stderr


@contextmanager
def filtered_streams() -> Iterator[None]:
    """Puts the filter into stdout and stderr too: usage errors, warnings and tracebacks that libraries write."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = _Filtered(sys.stdout), _Filtered(sys.stderr)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


class _Filtered(io.TextIOWrapper):
    """A standard stream behind the filter; line feeds stay, since what libraries write are whole lines."""

    def __init__(self, unfiltered: TextIO) -> None:
        # Typer goes round a stream in ASCII, and takes UTF-8.
        encoding = "utf-8" if unfiltered.encoding.lower() in ("ascii", "us-ascii", "ansi_x3.4-1968") else None
        super().__init__(
            unfiltered.buffer,
            encoding or unfiltered.encoding,
            errors="backslashreplace",
            line_buffering=True,
            write_through=True,
        )
        self.unfiltered = unfiltered

    def write(self, text: str, /) -> int:
        super().write(_UNSAFE_IN_LINES.sub(_escape, masked(text)))
        return len(text)

    def close(self) -> None:
        """Leaves the stream that it was made of as it is."""


def _print(stream: TextIO, text: str) -> None:
    stream.write(f"{text}\n")
    stream.flush()  # whoever reads along sees each line when it is said


def _escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode()


def _escape_in_json(match: re.Match[str]) -> str:
    return json.dumps(match[0])[1:-1]
