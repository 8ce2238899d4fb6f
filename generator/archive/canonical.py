"""One canonical form, one hash: so that "has it changed?" gives the same answer next year.

Canonical JSON here is UTF-8 with sorted keys, no white space, and numbers as orjson writes them. A text that this form
can't carry without loss (a duplicate key, NaN, a lone surrogate, a number beyond 64 bits), or that is nested deeper
than this form goes, is kept as it came.
"""

import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson

from generator.register.model.json_text import DEEPEST, Unread, levels_of, read_text


@dataclass(frozen=True, slots=True)
class Content:
    """A document's content: canonical JSON, or with `is_raw` the text as it came; and its parsed value."""

    text: bytes
    is_raw: bool
    value: Any

    @property
    def digest(self) -> bytes:
        """The content hash: SHA-256 over `text`."""
        return hashlib.sha256(self.text).digest()


class NotJson(ValueError):
    """The text is no JSON at all."""


def canonical_text(text: bytes) -> Content:
    """The canonical content of a JSON text; raises NotJson."""
    try:
        value = orjson.loads(text)
        # Writing it back the same proves that nothing was lost.
        if orjson.dumps(value) == text or _is_lossless(text):
            return Content(orjson.dumps(value, option=orjson.OPT_SORT_KEYS), False, value)
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):  # the latter: nested deeper than orjson writes
        pass
    return Content(_one_line(text), True, parse_raw(text))


def parse_raw(text: bytes) -> Any:
    """Parses a text that canonical JSON can't carry, as Python's lenient parser sees it; raises NotJson.

    One that is too deep to be read is an Unread.
    """
    try:
        levels = levels_of(text)
        if levels > DEEPEST:
            return Unread(f"er indlejret i {levels} niveauer; der læses {DEEPEST}")
        return read_text(text.decode("utf-8", "surrogatepass"))
    except ValueError as error:
        raise NotJson(str(error)) from error


def _one_line(text: bytes) -> bytes:
    """Raw text without the line breaks that may stand between tokens; inside strings JSON has none."""
    return text.replace(b"\r", b" ").replace(b"\n", b" ").strip()


def _is_lossless(text: bytes) -> bool:
    """Whether the text says nothing that Python's values and 64-bit numbers don't."""

    def whole(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) != len(pairs):
            raise ValueError("duplicate key")
        return members

    def small(digits: str) -> int:
        # Nobody makes a number of a million digits, which takes the square of them.
        if len(digits) > 20 or not -(2**63) <= (number := int(digits)) < 2**64:
            raise ValueError("integer beyond 64 bits")
        return number

    def exact(digits: str) -> float:
        number = float(digits)
        if Decimal(repr(number)) != Decimal(digits):
            raise ValueError("more digits than a float holds")
        return number

    try:
        json.loads(text, object_pairs_hook=whole, parse_int=small, parse_float=exact)
    except (ValueError, ArithmeticError, RecursionError):  # the second: an exponent beyond all that there is
        return False
    return True
