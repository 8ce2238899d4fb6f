"""How alike two names are: of fields, and of the objects that hold them."""

import re
from collections.abc import Iterable
from functools import cache

from rapidfuzz import fuzz, process

FOLD = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})
PART = 0.75  # what one name inside the other is worth at most: "navn" in "tilbudsnavn"
SHORTEST_PART = 4  # a shorter one is inside of anything
JOINED = 0.95  # "virksomhed.navn" as "virksomhedsnavn": nearly as good as the name itself


@cache
def name_likeness(ours: str, theirs: str) -> float:
    """From 0 to 1, for two names without dots; spelling (camelCase, snake_case, æ as ae) makes no difference."""
    mine, its = _words(ours), _words(theirs)
    whole = fuzz.ratio("".join(mine), "".join(its))
    ordered = fuzz.token_sort_ratio(" ".join(mine), " ".join(its))
    shorter = min(len("".join(mine)), len("".join(its)))
    part = PART * fuzz.partial_ratio("".join(mine), "".join(its)) if shorter >= SHORTEST_PART else 0.0
    return max(whole, ordered, part) / 100


@cache
def field_likeness(ours: str, theirs: str) -> float:
    """From 0 to 1, for the last names of two dotted paths; either may have taken its object's name into its own."""
    (my_object, mine), (its_object, its) = last_two(ours), last_two(theirs)
    joined = [name_likeness(mine, rest) for rest in _rests(its, my_object)]
    joined += [name_likeness(rest, its) for rest in _rests(mine, its_object)]
    return max(name_likeness(mine, its), JOINED * max(joined, default=0.0))


def _rests(name: str, above: str) -> list[str]:
    """What is left of a name that begins with its object's, without and with Danish's joining s."""
    whole, first = "".join(_words(name)), "".join(_words(above)) if above else ""
    rest = whole.removeprefix(first)
    return [left for left in (rest, rest.removeprefix("s")) if left] if first and rest != whole else []


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
    found = re.findall(r"[A-ZÆØÅ]+(?![a-zæøå])|[A-ZÆØÅ]?[a-zæøå]+|\d+", name)
    return tuple(word.lower().translate(FOLD) for word in found) or (name,)


def _folded(path: str) -> str:
    return ".".join("".join(_words(part)) for part in path.split("."))
