"""The register's terms: paragraphs and their law, themes; what is one thing under two names.

Sources: lov om social service (SEL), barnets lov (BL, in force 1 January 2024), almenboligloven (ABL), sundhedsloven
(SUL); the kvalitetsmodel's themes come from the data, only spellings known to vary are joined here.
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

# A run of blanks is taken whole (*+): tried in parts, three runs in a row would take the third power of their length.
_PARAGRAPH = re.compile(
    r"^\s*+(?P<law>[A-ZÆØÅ]{2,5})?\s*+§?\s*+(?P<number>\d++\s?[a-z]?)"
    r"(?:[\s,]*+stk\.?\s*+(?P<stk>\d++))?(?:[\s,]*+nr\.?\s*+(?P<nr>\d++))?\s*+$",
    re.IGNORECASE,
)

Paragraph = tuple[str, str, str, str]  # law, number, stk., nr.; "" where it has none

# The laws by the abbreviations that the register uses, in the order of the paragraphs they bring.
LAWS: dict[str, str] = {
    "SEL": "serviceloven",
    "BL": "barnets lov",
    "ABL": "almenboligloven",
    "SUL": "sundhedsloven",
}

# Barnets lov renamed the children's homes of serviceloven on 1 January 2024.
RENAMED_ON = date(2024, 1, 1)
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

# The municipalities of each region by their kommunekode (Danmarks Statistik; lov om regioner, as in force in 2026).
_REGIONS: dict[str, str] = {
    "Region Hovedstaden": (
        "0101 0147 0151 0153 0155 0157 0159 0161 0163 0165 0167 0169 0173 0175 0183 0185 0187 0190 0201 0210 0217 0219 "
        "0223 0230 0240 0250 0260 0270 0400 0411"
    ),
    "Region Sjælland": "0253 0259 0265 0269 0306 0316 0320 0326 0329 0330 0336 0340 0350 0360 0370 0376 0390",
    "Region Syddanmark": (
        "0410 0420 0430 0440 0450 0461 0479 0480 0482 0492 0510 0530 0540 0550 0561 0563 0573 0575 0580 0607 0621 0630"
    ),
    "Region Midtjylland": (
        "0615 0657 0661 0665 0671 0706 0707 0710 0727 0730 0740 0741 0746 0751 0756 0760 0766 0779 0791"
    ),
    "Region Nordjylland": "0773 0787 0810 0813 0820 0825 0840 0846 0849 0851 0860",
}
_REGION_OF = {code: region for region, codes in _REGIONS.items() for code in codes.split()}

# Kinds of ownership by a word in CVR's name for a virksomhedsform, whose spellings vary; the first that fits.
_OWNERSHIP = (
    ("kommun", "Kommunal"),
    ("region", "Regional"),
    ("stat", "Statslig"),
    ("fond", "Fond eller selvejende institution"),
    ("selvejende", "Fond eller selvejende institution"),
    ("forening", "Forening"),
    ("selskab", "Privat virksomhed"),
    ("virksomhed", "Privat virksomhed"),
)


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


@lru_cache(maxsize=4096)
def former_paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs that the law has put this one in place of, as readers write them."""
    paragraph = parse_paragraph(text)
    return tuple(write_paragraph(old) for old, new in _RENAMED.items() if new == paragraph)


def write_paragraph(paragraph: Paragraph) -> str:
    """Writes a paragraph the way the register does: "BL § 43, stk. 1, nr. 6"."""
    law, number, stk, nr = paragraph
    return f"{law} § {number}".strip() + (f", stk. {stk}" if stk else "") + (f", nr. {nr}" if nr else "")


@lru_cache(maxsize=4096)
def paragraph_meaning(text: str) -> str:
    """What a paragraph is about, in a word or two; "" if the vocabulary doesn't say."""
    paragraph = parse_paragraph(text)
    return _MEANING.get(paragraph, "") if paragraph else ""


def known_paragraphs() -> Iterator[str]:
    """Every paragraph that the vocabulary has a meaning for, law by law, as readers write them."""
    laws = list(LAWS)
    for paragraph in sorted(_MEANING, key=lambda known: (laws.index(known[0]), *(int(p or 0) for p in known[1:]))):
        yield write_paragraph(paragraph)


@lru_cache(maxsize=4096)
def theme_identity(text: str) -> str:
    """The same for the spellings of a theme of the kvalitetsmodel that are known to vary."""
    folded = " ".join(text.split()).casefold()
    return re.sub(r"^målgrupper?,", "målgruppe,", folded)


def theme_name(text: str) -> str:
    """A theme as all its spellings are shown where offers stand side by side."""
    return re.sub(r"^Målgrupper,", "Målgruppe,", " ".join(text.split()))


def kommunekode(code: str | None) -> str:
    """A municipality's code with its four digits, also where the source dropped the first; else as it stands."""
    plain = (code or "").strip()
    return plain.zfill(4) if plain.isascii() and plain.isdigit() else plain


def region_of(code: str | None) -> str:
    """The region that a municipality lies in; "" for a code that is none."""
    return _REGION_OF.get(kommunekode(code), "")


@lru_cache(maxsize=4096)
def ownership(virksomhedsform: str | None) -> str:
    """The kind of ownership that a legal form belongs to ("Primærkommune" → "Kommunal"); its own name if unknown."""
    folded = (virksomhedsform or "").casefold()
    return next((kind for word, kind in _OWNERSHIP if word in folded), " ".join((virksomhedsform or "").split()))
