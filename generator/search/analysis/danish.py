"""Danish text as search sees it: the only place that decides what a word is and which forms belong together.

`fold` and `read_query` are written a second time in `static/soeg-ord.js`, because the browser must read a
query too; `tests/search/vectors.json` holds both to the same answers. Everything else happens here alone.

A form is a folded word as it stands in a text ("pladserne"); a group is what all its inflections share ("plad").
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

from generator.register.model.text import normalized

# Accents, and what stands unseen inside a word: soft hyphen, zero-width space and joiners, byte order mark.
_MARKS = re.compile(r"[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]")
_MAYBE_JOINED = re.compile(r"[0-9]\W[0-9]|(?:\+|00)45")
# These look at folded text.
_WORD = re.compile(r"[^\W_]+")
_HYPHENED = re.compile(r"(?<![\w-])[^\W\d_]++(?:-[^\W\d_]++)++(?![\w-])")
# Digits as people write telephone, CVR and P numbers: groups parted by one sign.
_NUMBER_RUN = re.compile(r"(?<!\w)\+?[0-9]+(?:[ .-][0-9]+)*(?!\w)")
_COUNTRY = re.compile(r"(?:\+|00)45[^0-9]?")
_DIGITS = re.compile(r"[0-9]+")
# "SEL § 66, stk. 1, nr. 5": a number is a paragraph by its sign, by its law before it or by "stk."/"nr." after it.
_PARAGRAPH = re.compile(
    r"(?<!\w)(?:(?P<law>sel|bl|abl|sul|servicelovens?|barnets lovs?|almenboliglovens?|sundhedslovens?)[ ,]*)?"
    r"(?P<sign>(?:§|paragraf)[ §]{0,5})?"
    r"(?P<number>[0-9]+(?:[a-h]| [a-h](?![\w.]))?)(?!\w)"  # "§ 85 a", but not "§ 85 f.eks."
    r"(?:[ ,]*stk\.? ?(?P<stk>[0-9]+)(?!\w))?(?:[ ,]*nr\.? ?(?P<nr>[0-9]+)(?!\w))?"
)
# Serviceloven goes without saying: "SEL § 107" means what "§ 107" means. Another law's numbers mean something else.
_LAWS = {"bl": "bl", "abl": "abl", "sul": "sul", "barnets": "bl", "almenbo": "abl", "sundhed": "sul"}
_PHONE_OR_CVR, _P_NUMBER = 8, 10
LONGEST_WORD = 60  # letters or digits; what is longer is no word, and what is done with words would take long
MAX_QUERY_WORDS = 20  # a pasted page must not become a thousand look-ups

# An age: "19-årig", "19 år", "19årige". Not one: "under 18 år", "op til 18 år", "18-25 år", "18 eller 19 år".
_AGE = re.compile(r"([0-9]{1,3})(aar(?:ig[et]?)?)?")
_YEARS = frozenset({"aar", "aarig", "aarige", "aarigt"})
_BOUNDS = frozenset({"over", "under", "mindst", "hoejst", "end"})
_BETWEEN = frozenset({"til", "og", "eller"})
_OLDEST_ASKED = 120

# Left out of a query that has other words: nearly every text has them, short ones by chance not; and what people paste
# with a number ("CVR-nr. 44 45 01 86").
SMALL_WORDS = frozenset(
    _WORD.findall(
        "aar aarig aarige aarigt af at de den der det du eller en er et for fra har hos i med naer og om paa som til "
        "ved cvr cvrnr cvrnummer id nr nummer p pnr pnummer telefon tilbudsid tlf tlfnr"
    )
)


@dataclass(frozen=True, slots=True)
class QueryWord:
    """A folded word of a query; `parts` are the digit groups of a number that was joined."""

    form: str
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """A user's query: its words, each once, and the age in years that it names, if it names one."""

    words: tuple[QueryWord, ...]
    age: int | None = None


def fold(text: str) -> str:
    """Return the text in the spelling in which words are compared: å is aa, æ is ae, ø is oe, é is e."""
    if text.isascii():
        return text.lower()
    # NFKD makes composed, decomposed and typographic spellings (ﬁ, no-break space) one; it parts å but not æ and ø.
    text = normalized("NFKD", text).casefold().replace("a\u030a", "aa")
    return _MARKS.sub("", text.replace("æ", "ae").replace("ø", "oe"))


def forms_in(text: str) -> list[str]:
    """Return the forms of a text, and what can be asked for besides them.

    Besides: a word written with a hyphen also in one piece, a number in groups also as one, and "§107" for a paragraph.
    """
    text = fold(text)
    forms = _WORD.findall(text)
    if "-" in text:
        forms += [word.replace("-", "") for word in _HYPHENED.findall(text)]
    if _MAYBE_JOINED.search(text):
        forms += [joined.number for joined in _joined_numbers(text)]
    if "§" in text or "paragraf" in text:
        for paragraph in _paragraphs(text):
            forms += paragraph.forms()
    if len(text) > LONGEST_WORD and max(map(len, forms), default=0) > LONGEST_WORD:
        return [form for form in forms if len(form) <= LONGEST_WORD]
    return forms


def read_query(text: str) -> Query:
    """Read a user's query: paragraphs as "§107", pasted numbers in one piece, an age for itself."""
    words = _query_words(text)
    ages = list(_ages(words))
    named = {age for _, _, age in ages}
    age = named.pop() if len(named) == 1 else None  # of two, or one and a bound, none is meant alone
    if age is not None:
        taken = {place for start, end, _ in ages for place in range(start, end)}
        words = [word for place, word in enumerate(words) if place not in taken]
    return Query(tuple(dict.fromkeys(words))[:MAX_QUERY_WORDS], age)


def _ages(words: Sequence[QueryWord]) -> Iterator[tuple[int, int, int | None]]:
    """Yield where an age begins and ends among the words, and which it is; None for the end of a range, or a bound."""
    for place, word in enumerate(words):
        found = _AGE.fullmatch(word.form)
        has_unit = found is not None and (found[2] or (place + 1 < len(words) and words[place + 1].form in _YEARS))
        if found is None or not has_unit or int(found[1]) > _OLDEST_ASKED:
            continue
        before = [word.form for word in words[max(0, place - 2) : place]]
        first = before[0] if before[1:] and before[1] in _BETWEEN else before[-1] if before else ""
        is_range = is_number(first) and float(first) <= int(found[1])  # a pasted number may have any length
        is_bound = before == ["op", "til"] or not _BOUNDS.isdisjoint(before[-1:])
        yield place, place + (1 if found[2] else 2), None if is_range or is_bound else int(found[1])


def _query_words(text: str) -> list[QueryWord]:
    text = fold(text).replace("(+45)", "+45", 1)
    words: list[QueryWord] = []
    position = 0
    for found in _special(text):
        words += map(QueryWord, _WORD.findall(text, position, found.start))
        words.append(found.word())
        position = found.end
    words += map(QueryWord, _WORD.findall(text, position))
    return words


def without_small_words(words: tuple[QueryWord, ...]) -> tuple[QueryWord, ...]:
    """Leave out "i", "og", "på" and their like, unless the query has nothing else."""
    return tuple(word for word in words if word.form not in SMALL_WORDS) or words


@lru_cache(maxsize=500_000)
def group(form: str) -> str:
    """Return the one name under which all inflections of a folded word are counted."""
    if not form.isalpha() or len(form) > LONGEST_WORD:
        return form
    return _FAMILY_OF.get(form) or fold(_stem(unfold(form)))


def is_number(form: str) -> bool:
    """Say whether a form is nothing but digits."""
    return form.isascii() and form.isdecimal()


def _special(text: str) -> list["_Paragraph | _Joined"]:
    """Find the paragraphs and joined numbers of a folded query, in reading order; a paragraph's digits are its own."""
    paragraphs = list(_paragraphs(text))
    taken = {place for found in paragraphs for place in range(found.start, found.end)}
    numbers = [joined for joined in _joined_numbers(text) if joined.start not in taken]
    return sorted([*paragraphs, *numbers], key=lambda found: found.start)


# ---- Paragraphs ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Paragraph:
    law: str  # "" for serviceloven, and where the text doesn't say
    number: str
    nr: str
    start: int
    end: int

    def forms(self) -> list[str]:
        """Under which forms it is indexed: the most precise one, and what that can be shortened to."""
        forms = [self.form]
        if self.nr:
            forms.append(f"{self.law}§{self.number}")
        if self.law:
            forms += [form[form.index("§") :] for form in forms]
        return forms

    @property
    def form(self) -> str:
        """The most precise of its forms."""
        return f"{self.law}§{self.number}" + (f"nr{self.nr}" if self.nr else "")

    def word(self) -> QueryWord:
        """What asks for it."""
        return QueryWord(self.form)


def _paragraphs(text: str) -> Iterator[_Paragraph]:
    for match in _PARAGRAPH.finditer(text):
        if match["law"] or match["sign"] or match["stk"] or match["nr"]:
            law = match["law"] or ""
            yield _Paragraph(
                law=_LAWS.get(law) or _LAWS.get(law[:7]) or "",
                number=match["number"].replace(" ", ""),
                nr=match["nr"] or "",
                start=match.start(),
                end=match.end(),
            )


def simpler_paragraph(form: str) -> str:
    """Return what a paragraph that no offer has can stand for: "bl§43nr6" → "§43nr6" → "§43" → "43".

    One with a letter ("§107a") is the caller's: the letter may begin the next word.
    """
    if not form.startswith("§"):
        return form[form.index("§") :]
    return form[: form.index("nr")] if "nr" in form else form[1:]


# ---- Numbers -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Joined:
    number: str
    parts: tuple[str, ...]  # none where only +45 was taken off
    start: int
    end: int

    def word(self) -> QueryWord:
        """What asks for it."""
        return QueryWord(self.number, self.parts)


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
        if total > _P_NUMBER:
            break
        if total in (_PHONE_OR_CVR, _P_NUMBER) and position > first:
            return position + 1
    return 0


# ---- Inflections ---------------------------------------------------------------------------

_STEMMER = Stemmer.Stemmer("danish")
# What Snowball leaves apart, by the end of the stem, so that compounds follow: krisecentre, plejebørn.
_STEM_ENDINGS = (
    ("centr", "cent"), ("børn", "barn"), ("mænd", "mand"), ("elt", "el"), ("ilt", "il"), ("ivt", "iv"), ("ernt", "ern"),
    ("hæmning", "hæm"),
)  # fmt: skip
# Families that no rule finds, or that the rules would throw together: the sea is no garden, a leader no leadership.
# Those that belong together in this register alone: whoever looks for autister wants offers for autismespektrum.
_FAMILIES = (
    "hav havet havets",
    "have haver haven havens haverne",
    "leder lederen lederens ledere lederne ledernes",
    "ledelse ledelsen ledelsens ledelser",
    "bruger brugeren brugerens brugere brugerne brugernes",
    "deltager deltageren deltagerens deltagere deltagerne deltagernes",
    "daglig daglige dagligt",
    "faglig faglige fagligt",
    "by byen byens byer byerne",
    "bo bor boet",
    "ung unge unges ungt",
    "voksen voksne voksnes voksent",
    "uge ugen ugens uger ugerne",
    "stue stuen stuens stuer stuerne",
    "kursus kurset kurser kurserne",
    "lille små",
    "god gode godt",
    "høj høje højt",
    "lav lave lavt",
    "ny nye nyt",
    "svær svære svært",
    "egen eget egne",
    "ældre ældres ældste",
    "autisme autismen autist autisten autister autisterne autistisk autistiske asf asperger aspergers",
    "autisme autismespektrum autismespektret autismespektrumforstyrrelse autismespektrumforstyrrelser",
    "opmærksomhedsforstyrrelse opmærksomhedsforstyrrelsen opmærksomhedsforstyrrelser adhd add",
    "demens dement demente dementes",
    "kriminalitet kriminaliteten kriminel kriminelle kriminelles",
    "skizofreni skizofren skizofrene",
    "depression depressioner depressionen depressiv depressive",
    "epilepsi epilepsien epileptiker epileptikere",
)
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


def unfold(form: str) -> str:
    """Return a folded form with æ, ø and å, so that Aabenraa and Åbenrå are stemmed alike."""
    return form.replace("aa", "å").replace("ae", "æ").replace("oe", "ø")


# The whole first word as the group's name: no stem of other words is one.
_FAMILY_OF = {fold(word): fold(family.split()[0]) for family in _FAMILIES for word in family.split()}


def irregular_forms() -> Iterator[tuple[str, str]]:
    """Yield the forms that belong to a group by the list alone, with their group: they can be asked for anyway."""
    yield from _FAMILY_OF.items()
