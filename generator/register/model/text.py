"""Text of any source, brought into one of Unicode's normal forms."""

import re
import unicodedata
from typing import Literal

DANISH_IN_ASCII = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})  # of small letters

MOST_MARKS = 30  # on one letter; Unicode's own bound for text that can be read as it comes (UAX 15, stream-safe)

# Signs that are neither words, blanks nor ASCII: where so many stand in a row, marks may be among them.
_MAYBE_MARKS = re.compile(rf"[^\w\s\x00-\x7f]{{{MOST_MARKS + 1},}}+")


def normalized(form: Literal["NFC", "NFKC", "NFKD"], text: str) -> str:
    """The text in a normal form, with no more marks on a letter than any script has.

    Marks are sorted one by one, which takes the square of their number: half a minute for 100 kB of them.
    """
    return unicodedata.normalize(form, _MAYBE_MARKS.sub(_with_few_marks, text))


_WITHOUT_WIDTH = "\u00ad\u200b\u200c\u200d\u2060\ufeff"  # such as the soft hyphen and the byte order mark
_WITH_WIDTH = " \t\n\r\f\v\u00a0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
BLANKS = _WITH_WIDTH + _WITHOUT_WIDTH  # signs that show nothing
_REMOVED = dict.fromkeys(map(ord, _WITHOUT_WIDTH))


def shown_text(text: str) -> str:
    """A text as a reader sees it: in one normal form, without signs that show nothing, with single blanks."""
    return " ".join(normalized("NFC", text.translate(_REMOVED)).split())


def _with_few_marks(run: re.Match[str]) -> str:
    kept, marks = [], 0
    for sign in run[0]:
        marks = marks + 1 if unicodedata.combining(sign) else 0
        if marks <= MOST_MARKS:
            kept.append(sign)
    return "".join(kept)
