"""Text of any source, brought into one of Unicode's normal forms."""

import re
import unicodedata
from typing import Literal

MOST_MARKS = 30  # on one letter; Unicode's own bound for text that can be read as it comes (UAX 15, stream-safe)

# Signs that are neither words, blanks nor ASCII: where so many stand in a row, marks may be among them.
_MAYBE_MARKS = re.compile(rf"[^\w\s\x00-\x7f]{{{MOST_MARKS + 1},}}+")


def normalized(form: Literal["NFC", "NFKC", "NFKD"], text: str) -> str:
    """The text in a normal form, with no more marks on a letter than any script has.

    Marks are sorted one by one, which takes the square of their number: half a minute for 100 kB of them.
    """
    return unicodedata.normalize(form, _MAYBE_MARKS.sub(_with_few_marks, text))


def _with_few_marks(run: re.Match[str]) -> str:
    kept, marks = [], 0
    for sign in run[0]:
        marks = marks + 1 if unicodedata.combining(sign) else 0
        if marks <= MOST_MARKS:
            kept.append(sign)
    return "".join(kept)
