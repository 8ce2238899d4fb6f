"""Compounds taken apart by a lexicon of the register's own words.

`stofmisbrugsbehandling` is stof + misbrug + behandling, so it is found by each of these and by stofmisbrug and
misbrugsbehandling too. A piece counts only if it is a word of the register, with s or e where Danish joins with them.
"""

from collections.abc import Iterable
from functools import lru_cache

from generator.search.analysis.danish import LONGEST_WORD, fold, group, unfold

_SHORTEST = 4  # letters of a piece; the few shorter ones that make compounds are listed below
_SHORTEST_INFLECTED = 5  # of a last piece that stands elsewhere only in another inflection
_SHORTEST_COMPOUND = 5


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_SHORT = _listed("bo by dag nat døgn hus rum mad liv vej job sti sø ung syg kor it hav hal leg løn")
# Words that make compounds here, whether or not a text has them alone.
_SEEDS = _SHORT | _listed(
    "hjem sted tilbud bolig center behandling misbrug barn børn unge kvinde mand familie krise støtte hjerne skade "
    "alkohol stof handicap udvikling special skole arbejde plads pleje døgn aften enhed gruppe aktivitet samvær"
)
# Words that also begin or end others without making a compound: forældre is not for + ældre.
_NO_PIECES = _listed(
    "under over efter imod inden uden frem hver hvor alle ingen noget nogle anden andre deres vores være været "
    "have haft kunne skulle ville måtte blive mere mest meget også eller samt både igen endnu kendt tager giver "
    "rettet redes rende hende hedde ligger sker ende enes else elser hed isk lige selv"
)

_Piece = tuple[str, str]  # the word, and the joint that follows it


class Splitter:
    """Takes folded words apart, given the words that there are."""

    def __init__(self, words: Iterable[str]) -> None:
        """Take as known what has only letters; `words` are folded."""
        # Everything in here is unfolded: a cut must not fall inside ø as oe, bøgehaven is not bo + egehaven.
        long_enough = (unfold(word) for word in words if len(word) >= _SHORTEST and word.isalpha())
        self._words = {word for word in long_enough if len(word) >= _SHORTEST} - _NO_PIECES | _SEEDS
        self._groups = {group(fold(word)) for word in self._words if len(word) >= _SHORTEST}
        self._pieces = lru_cache(maxsize=None)(self._find_pieces)

    def parts(self, word: str) -> list[str]:
        """Return the pieces of a compound and every run of neighbouring ones; nothing if it is no compound."""
        pieces = (
            self._pieces(unfold(word)) if _SHORTEST_COMPOUND <= len(word) <= LONGEST_WORD and word.isalpha() else ()
        )
        count = len(pieces)
        runs = ((first, last) for first in range(count) for last in range(first, count) if last - first < count - 1)
        return list(dict.fromkeys(fold(_joined(pieces[first : last + 1])) for first, last in runs))

    def _find_pieces(self, word: str) -> tuple[_Piece, ...]:
        """Return the pieces of a word, itself alone if it is no compound; the longest last piece comes off first."""
        for place in range(2, len(word) - 1):
            head = word[place:]
            modifier = self._modifier(word[:place]) if self._is_head(head) else None
            if modifier:
                *before, (last, _) = self._pieces(modifier[0])
                return (*before, (last, modifier[1]), *self._pieces(head))
        return ((word, ""),)

    def _modifier(self, text: str) -> _Piece | None:
        """Read the first part of a compound: a word or a compound, and the letter that joins it to the next."""
        if text.endswith("s") and self._is_modifier(text[:-1]):
            return text[:-1], "s"
        if self._is_modifier(text):
            return text, ""
        if text.endswith("e") and text[:-1] in self._words:
            return text[:-1], "e"
        return None

    def _is_modifier(self, word: str) -> bool:
        return word in self._words or len(self._pieces(word)) > 1

    def _is_head(self, word: str) -> bool:
        if word in self._words:
            return True
        return len(word) >= _SHORTEST_INFLECTED and word not in _NO_PIECES and self._is_inflection(group(fold(word)))

    def _is_inflection(self, stem: str) -> bool:
        return len(stem) >= _SHORTEST and stem in self._groups


def _joined(pieces: tuple[_Piece, ...]) -> str:
    """Write a run of pieces as a word: the last one's joint is no part of it."""
    return "".join(piece + joint for piece, joint in pieces[:-1]) + pieces[-1][0]
