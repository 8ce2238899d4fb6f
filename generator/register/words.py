"""Long texts, compared word by word."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

LONG = 80  # characters: beyond this a change is shown word by word

_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")


class Piece(NamedTuple):
    """A stretch of text that both have, or that one of them has."""

    kind: Literal["same", "deleted", "added"]
    text: str


def is_long(*texts: object) -> bool:
    """Whether a change of these is better shown word by word than as "from … to …"."""
    return any(isinstance(text, str) and (len(text) > LONG or "\n" in text.strip()) for text in texts)


def compare_words(before: str, after: str) -> tuple[Piece, ...]:
    """The pieces of both texts in reading order; a replaced stretch is first deleted, then added."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    pieces = [Piece("same", "".join(old[:head]))]
    pieces += _compare_middle(old[head : len(old) - tail], new[head : len(new) - tail])
    pieces.append(Piece("same", "".join(old[len(old) - tail :])))
    return tuple(_joined(pieces))


def _compare_middle(old: list[str], new: list[str]) -> Iterator[Piece]:
    # Blanks are half of all tokens: matched only beside a word, they cost nothing; else a long text takes a minute.
    for tag, a, b, c, d in SequenceMatcher(str.isspace, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(old[a:b]))
        else:
            yield Piece("deleted", "".join(old[a:b]))
            yield Piece("added", "".join(new[c:d]))


def _joined(pieces: list[Piece]) -> Iterator[Piece]:
    """Without empty pieces; a single blank between two changes belongs to both, or a diff is all splinters."""
    full = [piece for piece in pieces if piece.text]
    deleted = added = ""
    for place, piece in enumerate(full):
        between = 0 < place < len(full) - 1 and piece.text.isspace() and "\n" not in piece.text
        if piece.kind == "same" and not (between and (deleted or added)):
            yield from _flush(deleted, added)
            deleted = added = ""
            yield piece
        else:
            deleted += piece.text if piece.kind in ("deleted", "same") else ""
            added += piece.text if piece.kind in ("added", "same") else ""
    yield from _flush(deleted, added)


def _flush(deleted: str, added: str) -> Iterator[Piece]:
    if deleted.strip() or (deleted and not added):
        yield Piece("deleted", deleted)
    if added:
        yield Piece("added", added)


def _common(old: list[str], new: list[str]) -> int:
    length = 0
    for a, b in zip(old, new, strict=False):
        if a != b:
            break
        length += 1
    return length
