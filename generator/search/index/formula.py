"""The numbers of the ranking, for both indexes, in whole numbers so that both come to the same.

    match           = weight of the field · how well it matches · strength, of the best match in the field
    worth of a word = rarity · (match in the best field + an eighth of the other fields')
    rarity          = round(8 · log2(1 + offers / offers with the word))
    score           = Σ words worth, and half as much again where one field other than the long ones has all words

How well: the very form, another inflection, a part of a compound, the beginning of a word, a misspelling. The steps
between these are larger than all that strength can add, so within a field nothing overtakes a better kind of match.
Offers with all words come before offers with some, whatever the score; active ones before ceased ones of the same.
"""

import math
from collections.abc import Mapping

from generator.register.model.search_document import FIELDS, NAMES, TEXTS

# A name says what an offer is; a description mentions many things in passing.
WEIGHTS: Mapping[str, int] = {
    "navn": 80,
    "tidligere": 60,
    "tal": 60,
    "grundlag": 50,
    "maalgruppe": 44,
    "leder": 40,
    "kommune": 36,
    "afdeling": 32,
    "virksomhed": 30,
    "adresse": 28,
    "metode": 28,
    "ydelse": 24,
    "kontakt": 20,
    "status": 20,
    "tilsyn": 16,
    "beskrivelse": 12,
    "vurdering": 8,
}
FIELD_NAMES: tuple[str, ...] = tuple(FIELDS)  # a field's number in counts and postings is its place here

# How many strengths a field tells apart: a name by its length, a text by whether a word comes again.
STRENGTHS: tuple[int, ...] = tuple(4 if name in NAMES else 2 if name in TEXTS else 1 for name in FIELD_NAMES)
LONG_FIELDS = frozenset(number for number, name in enumerate(FIELD_NAMES) if name in TEXTS)
SHORT_FIELDS = sum(1 << number for number in range(len(FIELD_NAMES)) if number not in LONG_FIELDS)  # bit by bit

EXACT, FAMILY, PART, PREFIX, MISSPELT = range(5)
WORTH: tuple[int, ...] = (100, 85, 62, 46, 34)
STRENGTH_WORTH: tuple[int, ...] = (100, 104, 108, 112)

SHORTEST_BEGUN = 2  # letters of a word that is only begun, to be looked for in names, places, target groups …
SHORTEST_BEGUN_IN_TEXTS = 3  # … and in the long texts
SHORTEST_BEGUN_BEFORE = 4  # of one that another word follows
MAX_EDITS = ((4, 1), (6, 2), (41, 0))  # letters from which so many may be wrong; what is longer is no word


def rarity(documents: int, having: int) -> int:
    """Return how much a word tells that so many of the documents have."""
    return math.floor(8 * math.log2(1 + documents / having) + 0.5)


def mistakes_allowed(form: str) -> int:
    """Return how many letters of a word may be wrong."""
    return next((allowed for letters, allowed in reversed(MAX_EDITS) if len(form) >= letters), 0)
