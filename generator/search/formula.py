"""The numbers of the ranking, for both indexes.

score(document) = Σ words Σ groups Σ fields weight · factor · idf · tf·(k1+1) / (tf + k1·(1-b + b·length/average)),
with idf = ln(documents / (documents with the group in this field + 1)) + 1: Whoosh's BM25F, field by field.
"""

from collections.abc import Mapping

from generator.register.searchable import FIELDS

# A name says what an offer is; a description mentions many things in passing.
WEIGHTS: Mapping[str, float] = {
    "navn": 8.0,
    "tidligere": 6.0,
    "tal": 6.0,
    "afdeling": 5.0,
    "grundlag": 4.0,
    "maalgruppe": 4.0,
    "virksomhed": 3.0,
    "kommune": 3.0,
    "adresse": 2.0,
    "metode": 2.0,
    "leder": 2.0,
    "tekst": 1.0,
}
FIELD_NAMES: tuple[str, ...] = tuple(FIELDS)  # a field's number in counts and postings is its place here

K1 = 1.2
B = 0.75
PREFIX_FACTOR = 0.5
PREFIX_GROUPS = 16  # at most so many groups stand in for a word that is only begun
SHORTEST_PREFIX = 2
MOST_COUNTED = 255  # of one word in one field; more says nothing, and a byte holds it
SCORE_STEPS = 1_000_000  # scores are compared in these steps: logarithms differ in the last bit between machines


def rounded(score: float) -> int:
    """Return a score as the whole number by which documents are ordered."""
    return int(score * SCORE_STEPS + 0.5)
