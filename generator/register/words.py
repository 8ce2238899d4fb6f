"""Long texts, compared word by word."""

import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

# A stretch that shares less than this of its words was written anew: pairing the "og" and "er" of two different texts
# gives a reader nothing but splinters.
ALIKE = 0.5
MANY = 3_000  # words: beyond this the comparison, quadratic at worst, would take minutes
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
    if shared < ALIKE * max(len(old), len(new)) or max(len(old), len(new)) > MANY:
        yield Piece("deleted", _text(old))
        yield Piece("added", _text(new))
        return
    for tag, a, b, c, d in SequenceMatcher(None, *words, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("same", _text(new[c:d]))
        else:
            yield Piece("deleted", _text(old[a:b]))
            yield Piece("added", _text(new[c:d]))


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
