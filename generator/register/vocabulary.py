"""The register's terms: paragraphs and their law, themes, sanctions; what is one thing under two names.

Sources: lov om social service (SEL), barnets lov (BL, in force 1 January 2024), almenboligloven (ABL), sundhedsloven
(SUL); the kvalitetsmodel's themes come from the data, only spellings known to vary are joined here.
"""

import re
from functools import lru_cache

_PARAGRAPH = re.compile(
    r"^\s*(?P<law>[A-ZÆØÅ]{2,5})?\s*§?\s*(?P<number>\d+\s?[a-z]?)"
    r"(?:[\s,]*stk\.?\s*(?P<stk>\d+))?(?:[\s,]*nr\.?\s*(?P<nr>\d+))?\s*$",
    re.IGNORECASE,
)

Paragraph = tuple[str, str, str, str]  # law, number, stk., nr.; "" where it has none

# Barnets lov renamed the children's homes of serviceloven on 1 January 2024.
_RENAMED: dict[Paragraph, Paragraph] = {
    ("SEL", "66", "1", "5"): ("BL", "43", "1", "6"),
    ("SEL", "66", "1", "6"): ("BL", "43", "1", "6"),
    ("SEL", "66", "1", "7"): ("BL", "43", "1", "7"),
}

_MEANING: dict[Paragraph, str] = {
    ("SEL", "101", "", ""): "stofmisbrugsbehandling",
    ("SEL", "103", "", ""): "beskyttet beskæftigelse",
    ("SEL", "104", "", ""): "aktivitets- og samværstilbud",
    ("SEL", "107", "", ""): "midlertidigt botilbud",
    ("SEL", "108", "", ""): "længerevarende botilbud",
    ("SEL", "109", "", ""): "kvindekrisecenter",
    ("SEL", "110", "", ""): "forsorgshjem",
    ("SUL", "141", "", ""): "alkoholbehandling",
    ("ABL", "105", "", ""): "almen ældre- eller handicapbolig",
    ("SEL", "66", "1", "5"): "opholdssted",
    ("SEL", "66", "1", "6"): "døgninstitution",
    ("SEL", "66", "1", "7"): "sikret døgninstitution",
    ("BL", "43", "1", "6"): "børne- og ungehjem",
    ("BL", "43", "1", "7"): "sikret døgninstitution",
}

# Socialtilsynsloven § 8 (skærpet tilsyn) and § 8 a (påbud); serviceloven § 14 (markering).
_SANCTIONS = ("skærpet tilsyn", "påbud", "markering")
_ENDED = re.compile(r"\b(ophæv|ophør|afslut|bortfald|efterkom|tidligere|fjernet|slettet|uden|ingen)")


@lru_cache(maxsize=4096)
def parse_paragraph(text: str) -> Paragraph | None:
    """Reads "SEL § 66, stk. 1, nr. 5" in the spellings the register uses; None if it is something else."""
    match = _PARAGRAPH.match(text)
    if match is None:
        return None
    law = (match["law"] or "").upper()
    return law, match["number"].replace(" ", "").lower(), match["stk"] or "", match["nr"] or ""


@lru_cache(maxsize=4096)
def paragraph_identity(text: str) -> str:
    """The same for every spelling of a paragraph, and for a paragraph and the one it was renamed to by law."""
    paragraph = parse_paragraph(text)
    if paragraph is None:
        return " ".join(text.split()).casefold()
    return "/".join(_RENAMED.get(paragraph, paragraph))


def renamed_by_law(before: str, after: str) -> bool:
    """Whether `after` is what the law has called `before` since."""
    old, new = parse_paragraph(before), parse_paragraph(after)
    return old is not None and _RENAMED.get(old) == new


@lru_cache(maxsize=4096)
def successor_paragraph(text: str) -> str | None:
    """The paragraph that the law put in place of this one, as readers write it; None if it still stands."""
    paragraph = parse_paragraph(text)
    new = _RENAMED.get(paragraph) if paragraph else None
    return write_paragraph(new) if new else None


def write_paragraph(paragraph: Paragraph) -> str:
    """Writes a paragraph the way the register does: "BL § 43, stk. 1, nr. 6"."""
    law, number, stk, nr = paragraph
    return f"{law} § {number}".strip() + (f", stk. {stk}" if stk else "") + (f", nr. {nr}" if nr else "")


@lru_cache(maxsize=4096)
def paragraph_meaning(text: str) -> str:
    """What a paragraph is about, in a word or two; "" if the vocabulary doesn't say."""
    paragraph = parse_paragraph(text)
    return _MEANING.get(paragraph, "") if paragraph else ""


@lru_cache(maxsize=4096)
def theme_identity(text: str) -> str:
    """The same for the spellings of a theme of the kvalitetsmodel that are known to vary."""
    folded = " ".join(text.split()).casefold()
    return re.sub(r"^målgrupper?,", "målgruppe,", folded)


def is_sanction(status: str | None) -> bool:
    """Whether an approval status says that a sanction is in force."""
    folded = (status or "").casefold()
    return any(word in folded for word in _SANCTIONS) and not _ENDED.search(folded)
