"""Long texts, compared word by word."""

import re
from collections import Counter
from collections.abc import Iterator
from difflib import Match, SequenceMatcher
from itertools import accumulate
from typing import Literal, NamedTuple

# A stretch that shares less than this of its words was written anew: pairing the "og" and "er" of two different texts
# gives a reader nothing but splinters.
ALIKE = 0.5
# Steps that a comparison may take for each word: a text of 3,000 ordinary words takes some 200, but where a word comes
# again and again the third power of the length. What would take more is told as one text for another.
STEPS = 400
FEW_STEPS = 50_000  # which a short text may take, whatever it is: a hundredth of a second
LONG = 80  # characters: beyond this a change is shown word by word

_TOKEN = re.compile(r"(\w+|[^\w\s])(\s*)")

Token = tuple[str, str]  # a word or a sign, and the blanks after it


class Piece(NamedTuple):
    """A stretch of text that both have, or that one of them has."""

    kind: Literal["same", "deleted", "added"]
    text: str


def is_long(*texts: object) -> bool:
    """Whether a change of these is better shown word by word than as "from … to …"."""
    return any(isinstance(text, str) and (len(text) > LONG or "\n" in text.strip()) for text in texts)


def compare_words(before: str, after: str) -> tuple[Piece, ...]:
    """The pieces of both texts in reading order; a replaced stretch is first deleted, then added.

    Blanks are not compared: what is the same or added is the text after to the letter, what is the same or deleted is
    the text before but for its blanks.
    """
    old, new = _tokens(before), _tokens(after)
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    pieces = [Piece("same", _text(new[:head]))]
    pieces += _compare_middle(old[head : len(old) - tail], new[head : len(new) - tail])
    pieces.append(Piece("same", _text(new[len(new) - tail :])))
    return tuple(_joined(pieces))


def _tokens(text: str) -> list[Token]:
    """The text's tokens; the first is no word and holds the blanks that the text begins with."""
    return [("", text[: len(text) - len(text.lstrip())]), *_TOKEN.findall(text)]


def _text(tokens: list[Token]) -> str:
    return "".join(word + blanks for word, blanks in tokens)


def _compare_middle(old: list[Token], new: list[Token]) -> Iterator[Piece]:
    words = [word for word, _ in old], [word for word, _ in new]
    shared = (Counter(words[0]) & Counter(words[1])).total()
    matched = _Comparison(*words).differences() if shared >= ALIKE * max(len(old), len(new)) else None
    for tag, a, b, c, d in matched or [("replace", 0, len(old), 0, len(new))]:
        if tag == "equal":
            yield Piece("same", _text(new[c:d]))
        else:
            yield Piece("deleted", _text(old[a:b]))
            yield Piece("added", _text(new[c:d]))


class _TooManySteps(Exception):
    """The comparison would take more steps than it may."""


class _Comparison(SequenceMatcher[str]):
    """Finds what two texts have in common, and counts its steps: so the same texts always give the same answer."""

    def __init__(self, old: list[str], new: list[str]) -> None:
        super().__init__(None, old, new, autojunk=False)
        # How many pairs of equal words begin before each place: what looking through a stretch takes.
        times = Counter(new)
        self._pairs = [0, *accumulate(1 + times[word] for word in old)]
        self._left = max(FEW_STEPS, STEPS * (len(old) + len(new)))

    def differences(self) -> list[tuple[str, int, int, int, int]] | None:
        """What is equal, replaced, deleted and added; None where that takes too many steps."""
        try:
            return [(*opcode,) for opcode in self.get_opcodes()]
        except _TooManySteps:
            return None

    def find_longest_match(self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None) -> Match:
        """The same, unless it would take too many steps."""
        self._left -= self._pairs[-1 if ahi is None else ahi] - self._pairs[alo]
        if self._left < 0:
            raise _TooManySteps
        return super().find_longest_match(alo, ahi, blo, bhi)


def _joined(pieces: list[Piece]) -> Iterator[Piece]:
    """Without empty pieces; the blanks after a replaced stretch belong to what follows."""
    full = [piece for piece in pieces if piece.text]
    blanks = ""
    for place, (kind, text) in enumerate(full):
        kinds = [piece.kind for piece in full[max(place - 1, 0) : place + 2]]
        bare = text.rstrip()
        if kind == "deleted" and kinds[-1] == "added":
            yield Piece(kind, bare)
        elif kind == "added" and kinds[0] == "deleted" and kinds[-1] == "same":
            yield Piece(kind, bare)
            blanks = text[len(bare) :]
        else:
            yield Piece(kind, blanks + text)
            blanks = ""


def _common(old: list[Token], new: list[Token]) -> int:
    length = 0
    for (a, _), (b, _) in zip(old, new, strict=False):
        if a != b:
            break
        length += 1
    return length
