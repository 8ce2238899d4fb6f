"""What a change is about, and what it means for the offer: for filters, counts, and what comes first."""

from typing import Literal

from generator.register.history.changes import Cause, Change
from generator.register.mapping.mapping import LIST, Mapping
from generator.register.model.sanctions import CONDITIONS, SanctionReading, read_sanctions

# What changes can be filtered by, the most telling first; this is also the order in which a reader gets them.
TOPICS: dict[str, str] = {
    "ny": "Nye og genåbnede tilbud",
    "ophoert": "Ophørte tilbud",
    "sanktion": "Sanktioner og vilkår",
    "navn": "Navn",
    "pladser": "Pladser og juridisk grundlag",
    "flytning": "Flytning",
    "driftsherre": "Driftsherre og virksomhed",
    "takst": "Takster",
    "maalgruppe": "Målgrupper",
    "afdeling": "Afdelinger",
    "godkendelse": "Godkendelse i øvrigt",
    "leder": "Leder og kontakt",
    "kvalitet": "Kvalitetsvurdering",
    "rapport": "Tilsynsrapporter",
    "aftale": "Aftaler og samarbejde",
    "beskrivelse": "Beskrivelse og metoder",
    "andet": "Andre oplysninger",
    "rettelse": "Rettelser af ældre versioner",
}
RANK = {topic: rank for rank, topic in enumerate(TOPICS)}

_TOPIC_OF = {
    "navn": "navn",
    "godkendelse.pladser": "pladser",
    "adresse": "flytning",
    "driftsherre": "driftsherre",
    "virksomhed": "driftsherre",
    "takster": "takst",
    "maalgrupper": "maalgruppe",
    "afdelinger": "afdeling",
    "godkendelse": "godkendelse",
    "kontakt": "leder",
    "kvalitetsvurdering": "kvalitet",
    "tilsynsrapporter": "rapport",
    "driftsaftaler": "aftale",
    "fasteaftaler": "aftale",
    "samarbejdskommuner": "aftale",
    "beskrivelse": "beskrivelse",
    "metoder": "beskrivelse",
}

Effect = Literal["", "opened", "ended", "given", "lifted"]  # the last two of a sanction

TOPIC_OF_EFFECT: dict[Effect, str] = {"opened": "ny", "ended": "ophoert", "given": "sanktion", "lifted": "sanktion"}


def effect_of(mapping: Mapping, change: Change) -> Effect:
    """What a change of the source's own means for the offer."""
    if not change.known or change.cause is not Cause.KILDE:
        return ""
    if change.field == "status":
        was, has = (isinstance(value, str) and value in mapping.ceased for value in (change.before, change.after))
        return "ended" if has and not was else "opened" if was and not has else ""
    if change.field == "godkendelse.status":
        before, after = (value if isinstance(value, str) else None for value in (change.before, change.after))
        return sanction_effect(before, after)
    return ""


def sanction_effect(before: str | None, after: str | None) -> Effect:
    """Whether a sanction was given, else whether one was lifted; what is unclear is neither."""
    was, has = read_sanctions(before), read_sanctions(after)
    if was.is_read and set(has.in_force) - was.named - {CONDITIONS}:  # a condition is no sanction
        return "given"
    return "lifted" if has.is_read and set(was.in_force) - has.named - {CONDITIONS} else ""


def topic_of(change: Change, effect: Effect) -> str:
    """Which of TOPICS a change belongs to."""
    if effect:
        return TOPIC_OF_EFFECT[effect]
    if not change.known:
        return "andet"
    if change.field == "godkendelse.status" and _conditions(change.before)[:2] != _conditions(change.after)[:2]:
        return "sanktion"
    name = change.field.partition(LIST)[0]
    return _TOPIC_OF.get(name) or _TOPIC_OF.get(name.partition(".")[0], "andet")


def _conditions(status: object) -> SanctionReading:
    return read_sanctions(status if isinstance(status, str) else None)
