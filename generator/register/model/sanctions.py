"""Which sanctions an approval status says are in force; the register has one free text for all of it.

Only what is read to the last word is told for certain. A status that names a sanction in words that are not known here,
or that can mean two things ("skærpet tilsyn og påbud ophævet"), leaves it unclear whether the sanction is in force, and
readers are told just that.

Sources: socialtilsynsloven § 8 (skærpet tilsyn) and § 8 a (påbud); serviceloven § 14 (markering).
"""

import re
from functools import lru_cache
from typing import NamedTuple

from generator.register.model.text import DANISH_IN_ASCII, normalized

# Each as a reader is told it, and how it is spelled once folded. An approval may also stand on conditions (vilkår):
# they are told beside the sanctions, not as one.
CONDITIONS = "Vilkår"
_SPELLINGS = {
    "Skærpet tilsyn": "skaerpe(?:t|de) ?(?:social)?tilsyn(?:et)?",
    "Påbud": "paabud(?:det|dene)?",
    "Markering": "markering(?:en|er)?",
    CONDITIONS: "vilkaar(?:et|ene)?",
}
KINDS = tuple(_SPELLINGS)


class SanctionReading(NamedTuple):
    """What an approval status says: the sanctions and conditions in force, and those of which nobody can tell."""

    in_force: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    is_read: bool = False  # there is a status, and it was read to the last word: what it doesn't name is not there

    @property
    def named(self) -> frozenset[str]:
        """Both."""
        return frozenset((*self.in_force, *self.unclear))


# A word belongs to the sanction that it stands with, so a status is read clause by clause. After a mark of a mere list
# ("uden påbud, markering") what was denied or ended before it may be meant to go on.
_CLAUSE = re.compile(r"([;,()\[\]/|]+|\.(?!\d)(?=\s|$)(?<!\d\.)|\b(?:men|og med|samt med)\b)")
_LIST = re.compile(r"[,/|]+")
_GOES_ON = re.compile("X|[DL]K*$|EK+$")  # in the shape of a clause: what stands before the last kinds
_KIND = "|".join(f"(?P<k{index}>{spelling})" for index, spelling in enumerate(_SPELLINGS.values()))
_ENDED = (
    "(?:op)?haevet|(?:op)?haevede|ophoert|afsluttet|bortfaldet|frafaldet|efterkommet|efterlevet|opfyldt|indfriet|"
    "annulleret|aflyst|fjernet|slettet|udloebet|tilbagekaldt|tilbagetrukket|trukket tilbage|nej|"
    "ikke gaeldende|ikke laengere gaeldende|ikke i kraft|ikke laengere i kraft"
)
_NAMED = re.compile(rf"{_KIND}")
# What a known word is: a kind, S something else that the clause may be about, D denies what comes after it, L does so
# and ends what it comes after, E ends; the rest of the known ones say nothing of whether a sanction is in force.
_WORD = re.compile(
    rf"(?:{_KIND}|(?P<N>(?:endnu )?ikke(?= (?:er |blevet |vaeret )*(?:{_ENDED})\b))|(?P<E>{_ENDED})"
    r"|(?P<L>ikke laengere|tidligere|har vaeret|nul|0(?![\d.]))|(?P<known>uden frist|varsel om ophoer af godkendelsen?)"
    r"|(?P<D>ikke|ej|ingen|intet|uden|varsel om|varslet|har haft)"
    r"|(?P<U>til|indtil|udloeber|ophoerer|bortfalder|slutter)"
    r"|(?P<S>godkendelsen?|status|dato|frist|fristen|efterkommelse)"
    r"|(?P<W>med)"
    r"|(?P<plain>godkendt|midlertidigt?|betinget|paa|under|og|samt|er|blev|blevet|bliver|vaeret|nu|i|kraft"
    r"|gaeldende|gaelder|ja|fortsat|stadig|af|om|efter|jf|paragraf|§|a|stk|nr|d|den|fra|siden|pr|som|har"
    r"|for|januar|februar|marts|april|maj|juni|juli|august|september"
    r"|oktober|november|december)|(?P<number>[\d.]+))(?![^\s:.])[\s:.]*"
)


@lru_cache(maxsize=4096)
def read_sanctions(status: str | None) -> SanctionReading:
    """What an approval status says of sanctions and conditions, in the order of their weight."""
    text = _folded(status or "")
    in_force: set[str] = set()
    not_in_force: set[str] = set()
    latest: set[str] = set()  # what the latest clause that names any says is in force
    named = {KINDS[_kind_of(match)] for match in _NAMED.finditer(text)}
    unread: set[str] = set()
    is_read = any(letter.isalpha() for letter in text)
    goes_on = False  # whether what the clause before denied or ended may be meant of this one too
    parts = ["", *_CLAUSE.split(text)]
    for mark, clause in zip(parts[::2], parts[1::2], strict=True):
        kinds, shape = _read_clause(clause.strip(" :."))
        is_bare = set(shape) == {"K"}
        if is_bare and goes_on and _LIST.fullmatch(mark):
            unread |= set(kinds)
            is_read = False
            continue
        goes_on = bool(_GOES_ON.search(shape))
        is_read = is_read and (_is_plain(shape) if kinds else shape == "")
        if kinds:
            latest = _said_in_force(kinds, shape)
            in_force |= latest
            if _is_plain(shape):
                not_in_force |= set(kinds) - latest
            else:
                unread |= set(kinds)
        elif "X" in shape or (shape == "E" and len(latest) > 1) or shape not in ("", "E", "NE", "L"):
            unread |= latest
        elif shape in ("E", "L"):  # "Påbud (efterkommet)"
            in_force -= latest
            not_in_force |= latest
    unclear = named - ((in_force ^ not_in_force) - unread)  # what is said to be both is unclear too
    return SanctionReading(
        tuple(kind for kind in KINDS if kind in in_force and kind not in unclear),
        tuple(kind for kind in KINDS if kind in unclear),
        is_read,
    )


def is_sanction(status: str | None) -> bool:
    """Whether an approval status says that a sanction is in force."""
    return any(kind != CONDITIONS for kind in read_sanctions(status).in_force)


def unclear_sanctions(status: str | None) -> tuple[str, ...]:
    """The sanctions that an approval status names without its being clear whether they are in force."""
    return tuple(kind for kind in read_sanctions(status).unclear if kind != CONDITIONS)


def _read_clause(clause: str) -> tuple[list[str], str]:
    """The kinds that a clause names, and its words but those that say nothing, a letter each; X for a foreign one."""
    kinds: list[str] = []
    shape, place = "", 0
    while place < len(clause):
        match = _WORD.match(clause, place)
        if match is None:
            shape += "" if shape.endswith("X") else "X"
            end = clause.find(" ", place)
            place = len(clause) if end < 0 else end + 1
            continue
        place = match.end()
        if (kind := _kind_of(match)) >= 0:
            kinds.append(KINDS[kind])
            shape += "K"
        else:
            shape += "".join(name for name, text in match.groupdict().items() if text and len(name) == 1)
    shape = shape.replace("W", "X" if re.search("[DL]K+WK", shape) else "")  # "uden påbud med vilkår"
    # What has ended may be what the clause is about, and not the sanction: "fristen udløbet".
    if "U" in shape:  # whether it still stands is a matter of the date, unless it is something else that ends then
        shape = shape.replace("U", "" if "S" in shape and not kinds else "X")
    return kinds, shape.replace("S", "") if set(shape) <= {"S", "K"} else shape.replace("S", "X")


def _kind_of(match: re.Match[str]) -> int:
    """Which of KINDS a word is; -1 for none."""
    return next((index for index in range(len(KINDS)) if match[f"k{index}"]), -1)


_IN_FORCE = re.compile(r"(K+)(NE)?(?:D(K+))?")  # "påbud", "påbud endnu ikke ophævet", "skærpet tilsyn uden vilkår"
_NOT_IN_FORCE = re.compile(r"[DL]K+|LKE|K[EL]|EK")  # "uden påbud og vilkår", "påbud ophævet", "ophævet påbud"


def _is_plain(shape: str) -> bool:
    return bool(_IN_FORCE.fullmatch(shape) or _NOT_IN_FORCE.fullmatch(shape))


def _said_in_force(kinds: list[str], shape: str) -> set[str]:
    match = _IN_FORCE.fullmatch(shape)
    return set(kinds[: len(match[1])]) if match else set()


def _folded(text: str) -> str:
    """In small letters, the Danish ones as two, however they are encoded; with one blank between words."""
    plain = normalized("NFKC", text).casefold().replace("evt.", "evt ")
    plain = re.sub(r"\b([um])/", lambda short: {"u": "uden ", "m": "med "}[short[1]], plain)
    plain = re.sub(r"\b(\d{4})-(\d\d)-(\d\d)\b", r"\1.\2.\3", plain)
    plain = re.sub(r"(?<=\d)\s*[-–—]\s*(?=\d)", " til ", plain)  # from one day to another
    return re.sub(r"[\s_\-!?»«\"'“”]+", " ", plain.translate(DANISH_IN_ASCII))
