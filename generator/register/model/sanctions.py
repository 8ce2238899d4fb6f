"""Which sanctions an approval status says are in force; the register has one free text for all of it.

A word belongs to the sanction that it stands with: in "Skærpet tilsyn; påbud ophævet" only the påbud has ended. "Ikke",
"uden" and "varsel om" deny what comes after them, "ophævet" and "nej" what they come after.

Sources: socialtilsynsloven § 8 (skærpet tilsyn) and § 8 a (påbud); serviceloven § 14 (markering).
"""

import re
from functools import lru_cache

from generator.register.model.text import normalized

# Each as a reader is told it, and how it is spelled once folded. An approval may also stand on conditions (vilkår):
# they are told beside the sanctions, not as one.
CONDITIONS = "Vilkår"
_SPELLINGS = {
    "Skærpet tilsyn": "skaerpe(?:t|de) tilsyn",
    "Påbud": "paabud",
    "Markering": "markering",
    CONDITIONS: "vilkaar",
}

_CLAUSE = re.compile(r"[;,.()\[\]/|]+|\b(?:men|samt)\b")
_KIND = "|".join(f"(?P<k{index}>{spelling})" for index, spelling in enumerate(_SPELLINGS.values()))
_TOKEN = re.compile(
    rf"{_KIND}"
    # "er ikke ophævet" takes back what "ophævet" says.
    r"|(?P<still>\b(?:ikke|endnu ikke) (?:er |blevet |vaeret )*(?:ophaev|ophoer|afslut|bortfald|frafald|efterkom))"
    r"|(?P<before>\b(?:ikke|ingen|uden|tidligere|varsel|varsl)|\bhar haft\b)"
    r"|(?P<after>\b(?:ophaev|ophoer|afslut|bortfald|frafald|efterkom|fjern|slett|udloeb|nej\b))"
)


@lru_cache(maxsize=4096)
def sanction_kinds(status: str | None) -> tuple[str, ...]:
    """The sanctions and conditions that an approval status says are in force: "Skærpet tilsyn", "Påbud", "Vilkår"."""
    in_force: set[str] = set()
    before: set[str] = set()  # what the clause before says
    for clause in _CLAUSE.split(_folded(status or "")):
        found, names_any, is_ended = _read_clause(clause)
        if names_any:
            before = found
            in_force |= found
        elif is_ended:  # "Påbud (efterkommet)"
            in_force -= before
    return tuple(kind for kind in _SPELLINGS if kind in in_force)


def is_sanction(status: str | None) -> bool:
    """Whether an approval status says that a sanction is in force."""
    return any(kind != CONDITIONS for kind in sanction_kinds(status))


def _read_clause(clause: str) -> tuple[set[str], bool, bool]:
    """What a clause says is in force; whether it names any sanction or condition; whether it says that one ended."""
    kinds = list(_SPELLINGS)
    found: set[str] = set()  # and not denied so far
    denies = names_any = is_ended = False
    for match in _TOKEN.finditer(clause):
        if match["before"]:
            denies = True
            is_ended = is_ended or match["before"] == "tidligere"
        elif match["after"]:
            # "Ophævet påbud" has the word before, "påbud ophævet" after what it belongs to.
            denies = denies or not found
            is_ended = True
            found.clear()
        elif not match["still"]:
            names_any = True
            index = next(int(name[1:]) for name, text in match.groupdict().items() if name[0] == "k" and text)
            if not denies:
                found.add(kinds[index])
            denies = denies and _goes_on(clause, match.end())
    return found, names_any, is_ended


def _goes_on(clause: str, end: int) -> bool:
    """Whether what denies a sanction denies the next one too: "uden påbud og vilkår"."""
    return re.match(r"\s+(?:og|eller)\b(?! med)", clause[end:]) is not None


def _folded(text: str) -> str:
    """In small letters, the Danish ones as two, however they are encoded; with one blank between words."""
    plain = normalized("NFKC", text).casefold()
    for letter, letters in (("æ", "ae"), ("ø", "oe"), ("å", "aa")):
        plain = plain.replace(letter, letters)
    return re.sub(r"[\s_\-]+", " ", plain)
