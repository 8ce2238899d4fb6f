"""What looks like a fact of a person: by a field's name, or by what stands in it.

It is asked of fields that the mapping doesn't name, so a source that gives a leader's name, telephone or e-mail under
a new name shows it to nobody before somebody has looked. Names are Danish or English, in any spelling (`daglig_leder`,
`lederNavn`, `E-mail`); where a name is doubtful it counts, since an operator needs one line to say that it doesn't.
Numbers of companies and places (CVR, P-nummer, postnummer) and the names of authorities and places are not persons'.
"""

import html
import re
import unicodedata
from datetime import date
from functools import lru_cache
from itertools import pairwise

from generator.register.mapping.given_names import GIVEN_NAMES
from generator.register.mapping.mapping import Path
from generator.register.model.text import DANISH_IN_ASCII, normalized

SHORT = 200  # characters; a longer text is prose, in which an address or a number is nobody's field

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")

# How to reach or to identify somebody: as a word of the name, or anywhere inside it.
_CONTACT_WORDS = {
    "tel", "fax", "mob", "mobil", "mobile", "cell", "mail", "mails", "epost", "ssn", "initialer", "initials",
    "birthday",
}  # fmt: skip
_CONTACT_PARTS = (
    "telefon", "telefax", "tlf", "phone", "mobilnummer", "mobilnr", "mobiltelefon", "email", "mailadresse", "cpr",
    "personnummer", "personnr", "personalnumber", "foedselsda", "fodselsda", "birthdate", "dateofbirth", "fornavn",
    "mellemnavn", "efternavn", "fuldtnavn", "brugernavn", "firstname", "middlename", "lastname", "surname", "fullname",
    "username", "kontaktnavn", "contactname", "personnavn", "personname",
)  # fmt: skip
# Who somebody is to the offer.
_ROLE_WORDS = {
    "person", "personer", "persons", "people", "boss", "ceo", "director", "employee",
    "employees", "author", "formand", "forfatter", "indehaver", "bestyrelse", "underskriver", "vaerge", "ansat",
    "ansatte", "chairman", "principal", "leader", "leaders",
}  # fmt: skip
_ROLE_PARTS = (
    "kontaktperson", "contactperson", "medarbejder", "forstander", "direktoer", "direktor", "bestyrelsesmedlem",
    "bestyrelsesformand", "sagsbehandler", "stedfortraeder", "souschef", "paaroerende", "manager", "staffmember",
    "supervisor", "oprettetaf", "aendretaf", "createdby", "updatedby", "changedby",
)  # fmt: skip
_LEADER = re.compile(r"^leder(?!skab)|(leder(e|en|ens|s)?|chef(er|en)?)(navn.*)?$")
# An authority or a company may be any of these.
_EITHER = re.compile(r"ansvarlig|responsible|^ejer(?!form|forhold|type|kategori|lav)|^owner(?!ship)")
_INSTITUTION_PARTS = (
    "kommune", "region", "tilsyn", "myndighed", "virksomhed", "selskab", "organisation", "afdeling", "enhed",
    "forening", "fond", "driftsherre", "cvr", "municipality", "authority", "company", "department",
)  # fmt: skip
_COUNTS = {"antal", "andel", "procent", "pct", "count", "normering"}
_ASKS = {"har", "er", "kan", "has", "is", "can"}  # harTelefon: yes or no
# Where a name stands that may be a person's: kontakt.navn.
_CONTACT = re.compile(r"(kontakt|kontakter|kontaktinfo|kontaktoplysninger|contact|contacts|contactinfo)$")
_NAME = re.compile(r"(navn|navne|name|names)$")
# Where the name of somebody may stand as well as something else.
_DOUBTFUL = re.compile(
    r"ledelse|management|direktion|bestyrer|inspektoer|[kc]oordinator|konsulent|consultant|raadgiver|repraesentant"
    r"|tovholder|vagt|signatur|underskrift|\w{4}af$|\w{4}by$"
)
_PLACE_PARTS = ("vej", "gade", "bynavn", "stednavn", "postd", "adresse", "street", "city", "hostname", "domain")
_NO_PERSON_PARTS = (*_INSTITUTION_PARTS, *_PLACE_PARTS)

# What a value looks like. All are asked of short texts only, but for the number with a hyphen.
_EMAIL = re.compile(r"[^\s@,;:<>()]@[^\s@.,;:<>()]++\.\w")
_EMAIL_IN_WORDS = re.compile(r"\w ?[(\[{](?:at|snabela)[)\]}] ?\w", re.IGNORECASE)
_ABROAD = re.compile(r"(?:(?<!\w)0045|\+[1-9]\d)\)?(?:[ .-]?\d){6,12}(?!\d)|^tel:")
_CALLED = re.compile(  # a word for a telephone, and eight digits close behind it
    r"(?:tlf|tele?fon\w{0,6}|mobil\w{0,6}|vagt|phone|(?<!\w)(?:tel|mob|ring|sms|fax|call))(?!\w)"
    r"\D{0,12}[2-9](?:[ .-]?\d){7}(?!\d)",
    re.IGNORECASE,
)
_AREA = re.compile(r"\(([2-9]\d)\)")  # "(22) 33 44 55"
_DENMARK = re.compile(r"(?<!\d)(?:00 ?)?45 ([2-9]\d \d\d \d\d \d\d)(?!\d)")  # "45 22 33 44 55"
_IN_PAIRS = re.compile(r"(?<!\d)(?<!\d[ ./-])[2-9]\d([ ./-])\d\d\1\d\d\1\d\d(?![ ./-]?\d)")
# Eight digits in one, anywhere in the text; or in any groups of two and more, with nothing else.
_EIGHT_TOGETHER = re.compile(r"(?<![\w.,/-])(?:45)?[2-9]\d{7}(?![\w/-]|[.,]\d)")
_EIGHT = re.compile(r"(?=(?:[ .-]?\d){8}$)[2-9]\d{1,7}(?:[ .-]\d{2,6})*")
_FOUR_AND_FOUR = re.compile(r"(?<![\w.,/-])(?<!\d )[2-9]\d{3} \d{4}(?![\w/-]|[.,]\d| ?\d)")
_SEVERAL = re.compile(r"[/,;|]|\bog\b|\beller\b|\bor\b")  # between two of them
_BIRTHDAY = r"(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d\d"
_CPR = re.compile(rf"(?<![\d-]){_BIRTHDAY}-\d{{4}}(?![\w-])")
_BIRTHDAY_IN_PARTS = r"(?:0[1-9]|[12]\d|3[01])(?P<mark>[ ./-])(?:0[1-9]|1[0-2])(?P=mark)\d\d"
_CPR_OTHERWISE = re.compile(
    rf"(?<![\d-])(?:{_BIRTHDAY}(?: ?[–—‐‑−-] ?| ?)|{_BIRTHDAY_IN_PARTS} ?[–—‐‑−-] ?)\d{{4}}(?![\w-])"
)
# Names of fields whose values are numbers of something else than a telephone.
_REGISTER_NUMBER = re.compile(
    r"cvr|p_?nummer|^pnr|se_?nummer|enhed|ean|konto(?!r)|matrikel|journal|postn|kode|code|(^|_)id$|Id$"
)
_NUMBER = re.compile(
    r"dato|date|aar$|year|version|beloeb|pris|amount|budget|omsaet|udgift|indtaegt|sum$|total|antal"
    r"|takst|loen|kvm|areal|tid$|time"
)
_BETWEEN_NAMES = re.compile(r"[,;/&|:]| [-–—] |\b(?:og|samt|eller|er)\b")
_CAPITALISED = re.compile(r"[A-ZÆØÅÄÖÉ][\w'’.-]*")
_PARTICLES = {"von", "van", "der", "de", "la", "af", "el", "al", "bin", "da", "di"}
_INSTITUTION_VALUE = re.compile(
    r"kommune|region|tilsyn|center|centret|centre|skole|hus\b|huset|hjem|vej\b|gade\b|aps\b|a/s\b|fond|forening|botilbud"
    r"|bosted|styrelse|universitet|danmark|dansk|kirke|stift|afdeling|institut",
    re.IGNORECASE,
)


_BLANKS = re.compile(r"\s")


@lru_cache(maxsize=65_536)
def names_person(path: Path) -> bool:
    """Whether a path, without the marks of lists, is called as a person's facts are: at its end, or on the way."""
    steps = [_words(step) for step in path]
    if any(_is_persons(words) for words in steps) or any(map(_is_key_of_person, path)):
        return True
    joined = ["".join(words) for words in steps]
    if not joined or _counts(steps[-1]):
        return False
    if _CONTACT.search(joined[-1]):
        return not _has(joined[-1], _INSTITUTION_PARTS)
    return any(_CONTACT.search(step) for step in joined[:-1]) and _is_for_names(joined[-1])


def shows_person(value: object, path: Path) -> bool:
    """Whether a value looks like a person's name, telephone, e-mail or CPR number, for a field of that path."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        # Sums of money in kroner are round more often than telephone numbers are. A CPR number may have lost its 0.
        if 10_000_000 <= value < 100_000_000:
            return value % 1000 != 0 and _is_telephone(str(value), path)
        if 4_520_000_000 <= value < 4_600_000_000:  # with Denmark's own number before it
            return _is_telephone(str(value), path)
        return 100_000_000 <= value < 3_200_000_000 and _is_cpr(f"{value:010d}", path)
    if not isinstance(value, str) or not value:
        return False
    value = _without_tags(_plain_text(html.unescape(value) if "&" in value else value))
    if _CPR.search(value):
        return True  # in whatever text
    if len(value) > SHORT:
        return False
    text = value.strip()
    return _is_email(text) or _is_telephone(text, path) or _is_cpr(text, path) or _is_name(text, path)


def _plain_text(text: str) -> str:
    """The text as it reads: blanks of any kind as blanks, nothing invisible, letters in one piece."""
    if text.isascii():
        return text
    visible = "".join(letter for letter in normalized("NFKC", text) if unicodedata.category(letter) != "Cf")
    return _BLANKS.sub(" ", visible)


_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")


def _without_tags(text: str) -> str:
    """The words of a text that has markup in it."""
    return _TAG.sub(" ", text) if "<" in text else text


def _is_email(text: str) -> bool:
    plain = text.replace("\uff20", "@").replace("\ufe6b", "@")  # as wide and as small letters
    return ("@" in plain and _EMAIL.search(plain) is not None) or _EMAIL_IN_WORDS.search(text) is not None


def _is_telephone(text: str, path: Path) -> bool:
    if _ABROAD.search(text):
        return True
    text = _DENMARK.sub(r"\1", _AREA.sub(r"\1", text))
    if _is_for_register_numbers(path):
        return False
    if _IN_PAIRS.search(text) or _CALLED.search(text):
        return True
    together = [found[0] for found in _EIGHT_TOGETHER.finditer(text)]
    together += [found[0] for found in _FOUR_AND_FOUR.finditer(text)]
    if any(number != text and not _is_day_or_years(number) for number in together):
        return True
    if path and _NUMBER.search(path[-1].translate(DANISH_IN_ASCII).lower()):
        return False
    parts = [*together, *(part.strip() for part in _SEVERAL.split(text))]
    return any(_EIGHT.fullmatch(part.removeprefix("45") if len(part) == 10 else part) for part in parts) and not any(
        map(_is_day_or_years, parts)
    )


def _is_cpr(text: str, path: Path) -> bool:
    """A CPR number without its hyphen, or with another mark: a P-nummer may look like one."""
    return not _is_for_register_numbers(path) and _CPR_OTHERWISE.search(text) is not None


def _is_for_register_numbers(path: Path) -> bool:
    name = path[-1].translate(DANISH_IN_ASCII) if path else ""
    return bool(_REGISTER_NUMBER.search(name) or _REGISTER_NUMBER.search(name.lower()))


def _is_day_or_years(text: str) -> bool:
    if re.fullmatch(r"(?:19|20)\d\d[ -](?:19|20)\d\d", text):
        return True
    digits = re.sub(r"\D", "", text)
    return _is_day(digits[:4], digits[4:6], digits[6:]) or _is_day(digits[4:], digits[2:4], digits[:2])


def _is_day(year: str, month: str, day: str) -> bool:
    try:
        return 1900 <= date(int(year), int(month), int(day)).year < 2100
    except ValueError:
        return False


def _is_name(text: str, path: Path) -> bool:
    """A name, where one may stand that is no authority's or place's: "Anne Hansen", "hansen, anne", "Anne P (vagt)"."""
    joined = ["".join(_words(step)) for step in path]
    if not joined or any(_has(step, _NO_PERSON_PARTS) for step in joined):
        return False
    words = text.partition("(")[0].replace(",", " ").split()
    pieces = _BETWEEN_NAMES.split(text.partition("(")[0])
    if any(_is_full_name(piece) and not _INSTITUTION_VALUE.search(piece) for piece in pieces):
        return True  # also beside an institution: "Lars Jensen - afdelingsleder"
    if any(_has_name_behind(piece) for piece in pieces):
        return True
    if not words or len(words) > 6 or _INSTITUTION_VALUE.search(text):
        return False
    is_for_names = bool(_is_for_names(joined[-1]) or _DOUBTFUL.search(joined[-1]))
    if _has_given_name(words) and (is_for_names or _is_capitalised(words)):
        return True
    return is_for_names and 2 <= len(words) <= 4 and _is_capitalised(words)


def _is_full_name(text: str) -> bool:
    """ "Anne Hansen", as in "Anne Hansen, leder" or in a row of names."""
    words = text.split()
    return 2 <= len(words) <= 4 and _has_given_name(words[:1]) and _is_capitalised(words)


def _has_name_behind(text: str) -> bool:
    """ "Ring til Anne Hansen", "Afdelingsleder Lars Bo Jensen": a given name behind other words, and a family name."""
    words = text.split()
    for place, (first, second) in enumerate(pairwise(words[1:]), start=1):
        if _has_given_name([first]) and _CAPITALISED.fullmatch(first) and _CAPITALISED.fullmatch(second):
            return not _INSTITUTION_VALUE.search(" ".join(words[place : place + 4]))
    return False


def _is_capitalised(words: list[str]) -> bool:
    return len(words) > 1 and all(_CAPITALISED.fullmatch(word) or word.lower() in _PARTICLES for word in words)


def _is_key_of_person(step: str) -> bool:
    """Whether a field is called by somebody's name, address or number, as the keys of a table of persons are."""
    if "@" in step or (_EIGHT.fullmatch(step) and not _is_day_or_years(step)) or _CPR_OTHERWISE.fullmatch(step):
        return True
    words = step.replace(",", " ").split()
    return 2 <= len(words) <= 4 and _has_given_name(words) and all(map(_CAPITALISED.fullmatch, words))


def _has_given_name(words: list[str]) -> bool:
    """Whether a given name stands where one does: first, or behind the family name."""
    return any(word.strip(".").lower().partition("-")[0] in GIVEN_NAMES for word in words[:2])


def _is_for_names(joined: str) -> bool:
    """Whether a field is called as one that holds names, but not those of places or authorities."""
    return bool(_NAME.search(joined)) and not _has(joined, _NO_PERSON_PARTS)


def _has(joined: str, parts: tuple[str, ...]) -> bool:
    return any(part in joined for part in parts)


def _is_persons(words: tuple[str, ...]) -> bool:
    """Whether one step of a path is called so."""
    if not words or _counts(words):
        return False
    joined = "".join(words)
    if not _CONTACT_WORDS.isdisjoint(words) or _has(joined, _CONTACT_PARTS):
        return True
    if joined.endswith(("mail", "mobil")) and joined != "automobil":
        return True
    if not _ROLE_WORDS.isdisjoint(words) or _has(joined, _ROLE_PARTS):
        return True
    if _LEADER.search(joined) or any(_LEADER.search(word) for word in words) or joined.endswith("person"):
        return True
    return any(_EITHER.search(name) for name in (joined, words[-1])) and not _has(joined, _INSTITUTION_PARTS)


def _counts(words: tuple[str, ...]) -> bool:
    """Whether it says how many there are, or whether there is one."""
    joined = "".join(words)
    if joined.startswith("antal") or joined.endswith(("antal", "normering")):
        return True
    return bool(words) and (words[0] in _ASKS or not _COUNTS.isdisjoint(words))


@lru_cache(maxsize=65_536)
def _words(name: str) -> tuple[str, ...]:
    """A name's words, folded: "E-mailAdresse" → ("e", "mail", "adresse")."""
    plain = normalized("NFC", name).replace("Æ", "Ae").replace("Ø", "Oe").replace("Å", "Aa")
    plain = normalized("NFKD", plain.translate(DANISH_IN_ASCII))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return tuple(word.lower() for word in _WORD.findall(plain))
