"""Danish text as search sees it: the only place that decides what a word is and which forms belong together.

`fold` and `query_words` are written a second time in `static/soeg.js`, because the browser must read a query too;
`tests/search/vectors.json` holds both to the same answers. Everything else happens here alone.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

# A word as it is written: accents of their own and soft hyphens don't end it.
_WRITTEN_WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f\u00ad]+[^\W_]*)*")
_MAYBE_JOINED = re.compile(r"[0-9]\W[0-9]|(?:\+|00)45")
# These look at folded text.
_WORD = re.compile(r"[^\W_]+")
# Digits as people write telephone, CVR and P numbers: groups parted by one sign.
_NUMBER_RUN = re.compile(r"(?<!\w)\+?[0-9]+(?:[ .-][0-9]+)*(?!\w)")
_COUNTRY = re.compile(r"(?:\+|00)45[^0-9]?")
_DIGITS = re.compile(r"[0-9]+")
# "SEL § 107" means what "§ 107" means; the other laws are kept: without the name their numbers mean something else.
_SERVICE_ACT = re.compile(r"(?<!\w)(?:sel|servicelovens?)[ ,]*(?=(?:§ *)*[0-9])")
_MARKS = re.compile(r"[\u0300-\u036f\u00ad]")  # accents, and the soft hyphen inside a word
_PHONE_OR_CVR, _P_NUMBER = 8, 10
MAX_QUERY_WORDS = 20  # a pasted page must not become a thousand look-ups

# Left out of a query that has other words: nearly every text has them, short ones by chance not.
SMALL_WORDS = frozenset(
    _WORD.findall("af at de den der det du eller en er et for fra har hos i med og om paa som til ved")
)


@dataclass(frozen=True, slots=True)
class QueryWord:
    """A folded word of a query; `parts` are the digit groups of a number that was joined."""

    form: str
    parts: tuple[str, ...] = ()


def fold(text: str) -> str:
    """Return the text in the spelling in which words are compared: å is aa, æ is ae, ø is oe, é is e."""
    if text.isascii():
        return text.lower()
    # NFKD makes composed, decomposed and typographic spellings (ﬁ, no-break space) one; it parts å but not æ and ø.
    text = unicodedata.normalize("NFKD", text).casefold().replace("a\u030a", "aa")
    return _MARKS.sub("", text.replace("æ", "ae").replace("ø", "oe"))


def written_words(text: str) -> list[str]:
    """Return the words and numbers of a text as they stand there, and each number written in groups also as one."""
    words = _WRITTEN_WORD.findall(text)
    if _MAYBE_JOINED.search(text):
        words += [joined.number for joined in _joined_numbers(fold(text))]
    return words


@dataclass(frozen=True, slots=True)
class Form:
    """A folded word and the groups that it is counted under."""

    form: str
    groups: tuple[str, ...]


@lru_cache(maxsize=500_000)
def analyse(word: str) -> tuple[Form, ...]:
    """Return the forms of a written word: one, but for signs such as ½ that fold into several."""
    return tuple(_form(form) for form in _WORD.findall(fold(word)))


@lru_cache(maxsize=500_000)
def _form(form: str) -> Form:
    return Form(form, groups(form))


def query_words(text: str) -> tuple[QueryWord, ...]:
    """Read a user's query: paragraphs by their number, pasted numbers in one piece, each word once."""
    text = _SERVICE_ACT.sub("", fold(text))
    words: list[QueryWord] = []
    position = 0
    for joined in _joined_numbers(text):
        words += map(QueryWord, _WORD.findall(text, position, joined.start))
        words.append(QueryWord(joined.number, joined.parts))
        position = joined.end
    words += map(QueryWord, _WORD.findall(text, position))
    return tuple(dict.fromkeys(words))[:MAX_QUERY_WORDS]


def without_small_words(words: tuple[QueryWord, ...]) -> tuple[QueryWord, ...]:
    """Leave out "i", "og", "på" and their like, unless the query has nothing else."""
    return tuple(word for word in words if word.form not in SMALL_WORDS) or words


def groups(form: str) -> tuple[str, ...]:
    """Return the groups that a form is counted under (one today; the parts of a compound will be more)."""
    return (group(form),)


def group(form: str) -> str:
    """Return the one name under which all inflections of a folded word are counted."""
    if not form.isalpha():
        return form
    return fold(_stem(_unfold(form)))


# ---- Numbers -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Joined:
    number: str
    parts: tuple[str, ...]  # none where only +45 was taken off
    start: int
    end: int


def _joined_numbers(text: str) -> Iterator[_Joined]:
    """Yield the numbers of 8 or 10 digits that a text writes in groups, or with +45 before them."""
    for run in _NUMBER_RUN.finditer(text):
        country = _COUNTRY.match(run[0])
        if country:
            parts = tuple(_DIGITS.findall(run[0], country.end()))
            if sum(map(len, parts)) == _PHONE_OR_CVR:
                yield _Joined("".join(parts), parts if len(parts) > 1 else (), run.start(), run.end())
                continue
        found = list(_DIGITS.finditer(text, run.start(), run.end()))
        for first, last in _whole_numbers([len(digits[0]) for digits in found]):
            parts = tuple(digits[0] for digits in found[first:last])
            yield _Joined("".join(parts), parts, found[first].start(), found[last - 1].end())


def _whole_numbers(lengths: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the slices of a run of digit groups that make 8 or 10 digits: the whole run, else the shortest first."""
    first = 0
    while first < len(lengths) - 1:
        last = _end_of_number(lengths, first)
        if last:
            yield first, last
        first = last or first + 1


def _end_of_number(lengths: list[int], first: int) -> int:
    """Return where the number that starts at a group ends, or 0 if none does."""
    if first == 0 and sum(lengths) in (_PHONE_OR_CVR, _P_NUMBER):
        return len(lengths)
    total = 0
    for position in range(first, len(lengths)):
        total += lengths[position]
        if total in (_PHONE_OR_CVR, _P_NUMBER) and position > first:
            return position + 1
    return 0


# ---- Inflections ---------------------------------------------------------------------------

_STEMMER = snowballstemmer.stemmer("danish")
# What Snowball leaves apart, by the end of the stem, so that compounds follow: krisecentre, plejebørn.
_STEM_ENDINGS = (("centr", "cent"), ("børn", "barn"), ("mænd", "mand"))
# Words in -ede that are no participles.
_NOT_PARTICIPLES = frozenset({"allerede", "fremmede"})
_SHORTEST_PARTICIPLE = len("skærpede") - 1


def _stem(word: str) -> str:
    """Stem a Danish word so that the inflections which matter in this register meet."""
    if word.endswith("ede") and len(word) >= _SHORTEST_PARTICIPLE and word not in _NOT_PARTICIPLES:
        word = word.removesuffix("ede") + "et"  # skærpede → skærpet: Snowball takes off only the latter's ending
    # Until nothing more comes off: plads → plad, but pladser → plads → plad.
    while (stem := _STEMMER.stemWord(word)) != word:
        word = stem
    for ending, same in _STEM_ENDINGS:
        if word.endswith(ending):
            return word.removesuffix(ending) + same
    return word


def _unfold(form: str) -> str:
    """Return a folded form with æ, ø and å, so that Aabenraa and Åbenrå are stemmed alike."""
    return form.replace("aa", "å").replace("ae", "æ").replace("oe", "ø")
