"""How alike two names are: of fields, and of the objects that hold them; and whether they are the same name."""

import re
from collections.abc import Iterable
from functools import cache

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Prefix

from generator.register.mapping.synonyms import PLATFORM_NAMES, PLATFORM_OTHERS, SHORT_FORMS, WORDS_ALIKE
from generator.register.model.text import DANISH_IN_ASCII, normalized

PART = 0.75  # what one name inside the other is worth at most: "navn" in "tilbudsnavn"
SHORTEST_PART = 4  # a shorter one is inside of anything
JOINED = 0.95  # "virksomhed.navn" as "virksomhedsnavn": nearly as good as the name itself
HEADS = ("kode", "nummer", "navn", "dato", "id")  # what a name ends in that says what it is, and not of what
LONGEST_PLURAL = 2  # signs
TRANSLATED = 0.9  # "municipalityCode" as "kommunekode"


@cache
def name_likeness(ours: str, theirs: str) -> float:
    """From 0 to 1, for two names without dots.

    Spelling (camelCase, snake_case, æ as ae) and short forms (nr for nummer) make no difference; other words for the
    same (municipality for kommune) a small one.
    """
    mine, its = _words(ours), _words(theirs)
    translated, own = tuple(_translated(its)), tuple(_translated(mine))
    alike = _likeness(mine, its)
    return alike if (translated, own) == (its, mine) else max(alike, TRANSLATED * _likeness(own, translated))


def _likeness(mine: tuple[str, ...], its: tuple[str, ...]) -> float:
    whole = fuzz.ratio("".join(mine), "".join(its))
    ordered = fuzz.token_sort_ratio(" ".join(mine), " ".join(its))
    shorter = min(len("".join(mine)), len("".join(its)))
    part = PART * fuzz.partial_ratio("".join(mine), "".join(its)) if shorter >= SHORTEST_PART else 0.0
    return min(max(whole, ordered, part) / 100, _likeness_of_rests("".join(mine), "".join(its)))


def _likeness_of_rests(mine: str, its: str) -> float:
    """Where both names end in a word that any may have, how alike the rest is: vejkode is no kommunekode."""
    head = next((head for head in HEADS if mine.endswith(head) and its.endswith(head)), "")
    rests = mine.removesuffix(head), its.removesuffix(head)
    return max(fuzz.ratio(*rests), PART * fuzz.partial_ratio(*rests)) / 100 if head and all(rests) else 1.0


@cache
def field_likeness(ours: str, theirs: str) -> float:
    """From 0 to 1, for the last names of two dotted paths; either may have taken its object's name into its own."""
    if same_field(ours, theirs):
        return 1.0 if is_same_name(last_two(ours)[1], last_two(theirs)[1]) else JOINED
    (my_object, mine), (its_object, its) = last_two(ours), last_two(theirs)
    joined = [name_likeness(mine, rest) for rest in _rests(its, my_object)]
    joined += [name_likeness(rest, its) for rest in _rests(mine, its_object)]
    # Each may be called after its own object: afdelinger.afdelingsId, enheder.enhedsId.
    my_rest, its_rest = _after_object(mine, my_object), _after_object(its, its_object)
    after = TRANSLATED if my_rest and my_rest == its_rest else 0.0
    return max(name_likeness(mine, its), JOINED * max(joined, default=0.0), after)


@cache
def is_same_name(ours: str, theirs: str) -> bool:
    """Whether two names without dots are the same words, in whatever spelling and order."""
    mine, its = _words(ours), _words(theirs)
    return "".join(mine) == "".join(its) or sorted(mine) == sorted(its)


@cache
def same_field(ours: str, theirs: str) -> bool:
    """Whether the last names of two dotted paths are the same: also with their object's, or as the platform says it."""
    (_, mine), (its_object, its) = last_two(ours), last_two(theirs)
    if is_same_name(mine, its) or names_object(ours, theirs):
        return True
    return any(is_same_name(rest, its) for rest in _rests(mine, its_object)) or _is_platforms_name(ours, theirs)


@cache
def names_object(ours: str, theirs: str) -> bool:
    """Whether their last name is our object's and our field's in one: "virksomhedsnavn" for virksomhed.navn."""
    (my_object, mine), (_, its) = last_two(ours), last_two(theirs)
    return any(is_same_name(mine, rest) for rest in _rests(its, my_object))


@cache
def object_likeness(ours: str, theirs: str) -> float:
    """From 0 to 1, for the last names of two dotted paths of objects."""
    return 1.0 if same_field(ours, theirs) else name_likeness(last_two(ours)[1], last_two(theirs)[1])


@cache
def is_named_after(above: str, name: str) -> bool:
    """Whether an object is called by the beginning of a name in it, or by its plural: kommune.kommuneKode, navne.navn.

    Neither binavne.navn nor revisor.navn is so.
    """
    outer, inner = _folded(above), _folded(name)
    return inner.startswith(outer) or (outer.startswith(inner) and len(outer) - len(inner) <= LONGEST_PLURAL)


def is_another_fact(theirs: str) -> bool:
    """Whether a path's last name is one that the platform has for a fact that none of ours is."""
    return _folded(last_two(theirs)[1]) in _OTHERS


def _is_platforms_name(ours: str, theirs: str) -> bool:
    return any(
        _ends(theirs, name) and any(_ends(ours, own) for own in fields) for name, fields in PLATFORM_NAMES.items()
    )


def _ends(path: str, end: str) -> bool:
    return f".{_folded(path)}".endswith(f".{_folded(end)}")


def _rests(name: str, above: str) -> list[str]:
    """What is left of a name that begins with its object's, without and with Danish's joining s."""
    whole, first = "".join(_words(name)), "".join(_words(above)) if above else ""
    rest = whole.removeprefix(first)
    return [left for left in (rest, rest.removeprefix("s")) if left] if first and rest != whole else []


def _after_object(name: str, above: str) -> str:
    """What is left of a name that begins as its object's does, whatever the endings; "" if it doesn't."""
    whole, first = "".join(_words(name)), "".join(_words(above)) if above else ""
    common = Prefix.similarity(whole, first)
    return whole[common:].removeprefix("s") if common >= SHORTEST_PART and common + LONGEST_PLURAL >= len(first) else ""


@cache
def path_likeness(ours: str, theirs: str) -> float:
    """From 0 to 1, for two dotted paths as a whole."""
    return fuzz.ratio(_folded(ours), _folded(theirs)) / 100


def mean_likeness(ours: Iterable[str], theirs: Iterable[str]) -> float:
    """How well a group of paths is found again in another, from 0 to 1: the mean of each one's best."""
    choices = [_folded(path) for path in theirs]
    best = [process.extractOne(_folded(path), choices, scorer=fuzz.ratio) for path in ours] if choices else []
    return sum(found[1] for found in best) / len(best) / 100 if best else 0.0


def last_two(path: str) -> tuple[str, str]:
    """The last two parts of a dotted path; "" for one that is not there."""
    above, _, last = path.rpartition(".")
    return above.rpartition(".")[2], last


def _words(name: str) -> tuple[str, ...]:
    """The words of a name, in small letters, æ, ø and å as two, short forms written out."""
    composed = normalized("NFC", name)  # where å may be a and a ring
    found = re.findall(r"[A-ZÆØÅ]+(?![a-zæøå])|[A-ZÆØÅ]?[a-zæøå]+|\d+", composed)
    return tuple(_in_full(word.lower().translate(DANISH_IN_ASCII)) for word in found) or (name,)


def _in_full(word: str) -> str:
    """A word without its short form: "husnr" as "husnummer"."""
    if word in SHORT_FORMS:
        return SHORT_FORMS[word]
    return f"{word[:-2]}nummer" if word.endswith("nr") and len(word) > len("pnr") else word


def _translated(words: Iterable[str]) -> Iterable[str]:
    return (WORDS_ALIKE.get(word, word) for word in words)


def _folded(path: str) -> str:
    return ".".join("".join(_words(part)) for part in path.split("."))


_OTHERS = frozenset(map(_folded, PLATFORM_OTHERS))
