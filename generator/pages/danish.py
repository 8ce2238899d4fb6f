"""Danish as readers write it: dates, numbers, lists of words; times are shown in Danish local time."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time

from generator.register.model.clock import DENMARK, danish_day, parse_time

MONTHS = (
    "januar", "februar", "marts", "april", "maj", "juni",
    "juli", "august", "september", "oktober", "november", "december",
)  # fmt: skip

NO_BREAK = "\u00a0"
_SIGNS = str.maketrans(",.", ".,")  # of thousands and decimals, as Python writes them and as Danes do


def date_words(day: date | datetime) -> str:
    """ "4. marts 2021" """
    if isinstance(day, datetime):
        day = danish_day(day)
    return f"{day.day}. {MONTHS[day.month - 1]} {day.year}"


def time_words(moment: datetime) -> str:
    """ "4. marts 2021 kl. 09.12" """
    local = moment.astimezone(DENMARK)
    return f"{date_words(local)} kl. {local:%H.%M}"


def version_name(number: str) -> str:
    """ "Version 3"; one that has no number is called after its start: "Versionen fra 4. marts 2021"."""
    if number.isdecimal():
        return f"Version {number}"
    moment = parse_time(number)
    if moment is None:
        return "Den første version"  # from before the first day that the register names
    local = moment.astimezone(DENMARK)
    return f"Versionen fra {date_words(local) if local.time() == time.min else time_words(local)}"


def iso_day(day: date | datetime) -> str:
    """ "2021-03-04", for `datetime` attributes."""
    return (danish_day(day) if isinstance(day, datetime) else day).isoformat()


def number(value: float) -> str:
    """ "2.150" or "3,5": thousands by full stop, decimals by comma."""
    if abs(value) >= 1e15:  # no count, price or score: shown as it stands
        return str(value)
    text = f"{value:,.2f}".rstrip("0").rstrip(".") if value % 1 else f"{value:,.0f}"
    return text.translate(_SIGNS)


def amount(value: float) -> str:
    """ "1.500" or "1.500,50": an amount of money has no decimal or both."""
    return f"{value:,.2f}".translate(_SIGNS) if value % 1 and abs(value) < 1e15 else number(value)


def score(value: float) -> str:
    """ "3,0": an assessment always shows its decimal."""
    return f"{value:.1f}".replace(".", ",") if abs(value) < 1e15 and round(value, 1) == value else number(value)


def count(amount: int, singular: str, plural: str) -> str:
    """ "1 plads", "12 pladser", held together."""
    return f"{number(amount)}{NO_BREAK}{singular if amount == 1 else plural}"


def least(words: str, *, is_whole: bool) -> str:
    """ "12 pladser", or "mindst 12 pladser" of a sum that lacks a part."""
    return words if is_whole else f"mindst {words}"


def join(words: Sequence[str]) -> str:
    """ "a, b og c" """
    return " og ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def day_or_text(value: object) -> str:
    """A date in words if the value is one, else the value as it stands."""
    moment = parse_time(value)
    return date_words(moment) if moment else str(value)


def digits(value: str, groups: Sequence[int]) -> str:
    """ "44 45 01 86": a number in groups, held together, if it has exactly as many digits as they take."""
    plain = value.replace(" ", "")
    if not plain.isdecimal() or len(plain) != sum(groups):
        return value
    parts, start = [], 0
    for size in groups:
        parts.append(plain[start : start + size])
        start += size
    return NO_BREAK.join(parts)


CVR = (2, 2, 2, 2)
P_NUMBER = (1, 3, 3, 3)
PHONE = (2, 2, 2, 2)


def phone(value: str) -> str:
    """A Danish phone number in pairs, with or without its country code."""
    plain = value.replace(" ", "")
    if re.fullmatch(r"\+45\d{8}", plain):
        return f"+45{NO_BREAK}{digits(plain[3:], PHONE)}"
    return digits(value, PHONE)


def kilometres(distance: float) -> str:
    """ "samme sted", "400 m", "2,5 km" or "31 km" """
    if distance < 0.05:
        return "samme sted"
    if distance < 0.95:
        return f"{round(distance * 10) * 100}{NO_BREAK}m"
    return f"{number(round(distance, 1) if distance < 9.95 else round(distance))}{NO_BREAK}km"


def hold(text: str) -> str:
    """A short text, such as a paragraph, that must not be broken over two lines."""
    return " ".join(text.split()).replace(" ", NO_BREAK)


LONGEST = 200  # signs of a name where it is one of many; on its own page it stands whole


def short(name: str) -> str:
    """A name that may stand in many places; it has any length, and no register's is as long as this."""
    return name if len(name) <= LONGEST else f"{name[:LONGEST].rstrip()} …"


def lower_first(text: str) -> str:
    """A name in the middle of a sentence: "Botilbud" → "botilbud", but "ADHD" and "E-mail" stay."""
    return text if text[:2].isupper() or text[1:2] == "-" else text[:1].lower() + text[1:]
