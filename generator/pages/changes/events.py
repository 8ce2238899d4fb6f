"""What is reported of an offer: each version, correction and disappearance in words, on the day that it is reported.

A version of the archive's first complete pull is reported on the day from which it holds, a later one on the day of the
pull that first saw it; a correction, and that an offer is gone, on the day of the pull that found it. What is dated
after the data's own day is not reported yet.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Literal, NamedTuple

from generator.pages import danish, urls
from generator.pages.listings import facets
from generator.pages.listings.facets import Facet
from generator.pages.listings.summary import (
    PROVIDERS,
    name_in,
    roles_of,
)
from generator.pages.sentences import Sentence, VersionText
from generator.pages.topics import RANK, TOPIC_OF_EFFECT, Effect, sanction_effect
from generator.register.history.changes import Cause
from generator.register.history.fact_history import places_are_whole, places_of
from generator.register.history.sightings import former_end
from generator.register.history.timeline import Offer, Version
from generator.register.model.clock import danish_day, last_moment_before, time_name
from generator.register.model.models import Tilbud

_LONGEST = 140  # characters of a value; the version that a line links to has all of it


class ChangeLine(NamedTuple):  # as Facet is, and for the same reason
    """One change in words: "Takst, Botilbud: ændret fra … til …"."""

    field: str
    cause: Cause
    topic: str  # of TOPICS
    label: str
    way: Literal["changed", "added", "removed", "told"]
    before: str = ""
    after: str = ""
    more: str = ""  # what is said after the values
    effect: Effect = ""  # what it means for the offer, for those who count
    is_correction: bool = False  # of the source's own, of a version that it had told otherwise

    @property
    def topics(self) -> tuple[str, ...]:
        """All that it can be found by."""
        return (self.topic, "rettelse") if self.is_correction else (self.topic,)

    @property
    def text(self) -> str:
        """The whole sentence without markup."""
        if self.way == "changed":
            return f"{self.label}: ændret fra {self.before} til {self.after}{self.more}"
        if self.way == "added":
            return f"{self.label} tilføjet: {self.after}{self.more}"
        if self.way == "removed":
            return f"{self.label} fjernet: {self.before}{self.more}"
        return f"{self.label}{self.more}"


@dataclass(frozen=True, slots=True)
class ChangeEvent:
    """What is told of an offer on one day, from one version."""

    day: date
    moment: datetime  # UTC
    offer: str  # its id
    address: str  # the version on the offer's page
    identity: str  # tells it from every other event, for ever
    name: str  # what the offer was called then
    where: str  # "Odense · SEL § 107"
    facets: tuple[Facet, ...]  # before and after: municipality, authority, paragraphs, providers
    own: tuple[ChangeLine, ...]  # what the offer or its authority changed, the most telling first
    minor: tuple[ChangeLine, ...]  # what only the platform or the law changed
    place: int  # among all that is told of the offer
    when: str = ""  # the register's clock, where it tells another day than ours: "Gælder fra 4. marts 2021"
    caveat: str = ""  # why it came to nothing: "blev aldrig gældende"
    reworded: datetime | None = None  # UTC; when a later pull last saw other words for it, if one did

    @property
    def municipality(self) -> str:
        """Where the offer lay then."""
        return next((facet.name for facet in self.facets if facet.kind == "kommune"), "")

    @property
    def headline(self) -> str:
        """The most telling change, and how many there are besides."""
        first, *rest = self.own
        text = first.text.replace(": ændret", " ændret", 1)
        text = f"{text} og {danish.count(len(rest), 'anden ændring', 'andre ændringer')}" if rest else text
        return f"{text} ({self.caveat})" if self.caveat else text


def offer_events(offer: Offer, texts: Sequence[VersionText], today: date) -> list[ChangeEvent]:
    """All that has been reported of an offer up to the data's own day; `texts` are those of its versions."""
    events: list[ChangeEvent] = []
    former: tuple[Facet, ...] = ()
    held: Version | None = None  # the latest before that holds at some time: only what holds has an effect
    for version, text in zip(offer.versions, texts, strict=True):
        of_state = facets_of(version.tilbud)
        telling = _Telling(offer.id, version.tilbud, of_state, former, _reworded(held, version))
        effects = _effects(held, version, text)
        events += _version_events(telling, version, text, effects.of_version)
        events += _correction_events(telling, version, text, effects.of_corrections)
        if version.end_reported is not None and version.gyldig_til is not None and not version.is_ceased:
            events.append(_end_note(telling, version, version.gyldig_til, version.end_reported))
        if version.withdrawn is not None:
            events.append(_withdrawal(telling, version, version.withdrawn))
        former, held = of_state, version if version.holds and version.placed is not None else held
    if offer.last_seen is not None:
        gone = _gone_note(offer, offer.last_seen, offer.missed or offer.last_seen)
        events.append(gone if offer.standing == "gone" else replace(gone, own=_without_effects(gone.own)))
    reported = [event for event in events if event.day <= today and (event.own or event.minor)]
    return [replace(event, place=place) for place, event in enumerate(reported)]


@dataclass(frozen=True, slots=True)
class _Telling:
    """What is told of: an offer in one state, with the facets of the state before it."""

    offer_id: str
    tilbud: Tilbud
    facets: tuple[Facet, ...]
    former: tuple[Facet, ...] = ()
    reworded: datetime | None = None

    def event(
        self,
        moment: datetime,
        address: str,
        identity: str,
        lines: Iterable[ChangeLine],
        when: str = "",
        caveat: str = "",
    ) -> ChangeEvent:
        """An event on this state."""
        known = {facet.address for facet in self.facets}
        in_order = sorted(lines, key=lambda line: RANK[line.topic])
        return ChangeEvent(
            day=danish_day(moment),
            moment=moment.astimezone(UTC),
            offer=self.offer_id,
            address=address,
            identity=identity,
            name=danish.short(name_in(self.offer_id, self.tilbud)),
            where=_where(self.facets),
            facets=(*self.facets, *(facet for facet in self.former if facet.address not in known)),
            own=tuple(line for line in in_order if line.cause is Cause.KILDE),
            minor=tuple(line for line in in_order if line.cause is not Cause.KILDE),
            place=0,
            when=when,
            caveat=caveat,
            reworded=self.reworded if self.reworded is not None and self.reworded > moment else None,
        )


def _reworded(before: Version | None, version: Version) -> datetime | None:
    """When a pull last saw a version, or the one that it differs from, otherwise than the pull before."""
    moments = [correction.seen_at for each in (before, version) if each for correction in each.corrections]
    moments += [each for each in (version.withdrawn, before.known_from if before and before.is_late else None) if each]
    return max(moments).astimezone(UTC) if moments else None


def _version_events(
    telling: _Telling, version: Version, text: VersionText, effects: frozenset[Effect]
) -> Iterable[ChangeEvent]:
    """What a version changed, on the day of its report; if that is before it begins, its effects when it does."""
    address = urls.version(telling.offer_id, version.number)
    valid = danish_day(version.gyldig_fra) if version.gyldig_fra else None
    when = f"Gælder fra {danish.date_words(valid)}" if valid and valid != danish_day(version.reported) else ""
    caveat = _caveat(version)
    if caveat:
        when = f"{when or danish.version_name(version.number)}, men {caveat}"
    elif version.gyldig_fra is None and (version.placed is None or version.known_from is None):
        when = "Registret siger ikke, fra hvornår det gælder"
    lines = _version_lines(version, telling.tilbud, text, effects)
    if version.is_late and version.entered is not None:  # what it brings is old, whenever the register told it
        opened = _opening_lines(version, telling.tilbud)
        yield telling.event(version.entered, address, f"{address}-nyt-{time_name(version.entered)}", opened)
    if version.begins <= version.reported:
        yield telling.event(version.reported, address, address, lines, when, caveat)
        return
    yield telling.event(version.reported, address, address, _without_effects(lines), when, caveat)
    if begun := [line for line in lines if line.effect]:
        yield telling.event(version.begins, address, f"{address}-begyndt-{time_name(version.begins)}", begun)


def _version_lines(
    version: Version, tilbud: Tilbud, text: VersionText, effects: frozenset[Effect]
) -> tuple[ChangeLine, ...]:
    """What a version changed, each line with what it means for the offer."""
    if version.is_first:
        lines = _first_lines(version, tilbud)
        return lines if version.holds else _without_effects(lines)
    lines = _with_effects(_lines(text.changes), effects, tilbud)
    if version.gap_since and not version.is_ceased:
        lines += (_again_line(version.gap_since),)
    if version.is_opening and not version.is_late:  # the versions before it never held
        lines += _opening_lines(version, tilbud)
    return lines


def _caveat(version: Version) -> str:
    if version.withdrawn is not None:
        return "er senere trukket tilbage"
    return "" if version.holds else "blev aldrig gældende"


class _Effects(NamedTuple):
    """What a version means for the offer, each effect at the step that brought it: its first wording, or a correction.

    So an effect counts once, and what a later correction took back does not count.
    """

    of_version: frozenset[Effect]
    of_corrections: tuple[frozenset[Effect], ...]  # of each correction, in their order


_OPPOSITE: dict[Effect, Effect] = {"opened": "ended", "ended": "opened", "given": "lifted", "lifted": "given"}


def _effects(before: Version | None, version: Version, text: VersionText) -> _Effects:
    corrected = [frozenset(line.effect for line in lines if line.effect) for lines in text.corrections]
    if not version.holds:
        return _Effects(frozenset(), tuple(frozenset() for _ in corrected))
    of_version = _effects_as_it_reads(before, version)
    effects = _effects_of_corrections(version, corrected) if of_version is None else of_version
    brought: list[set[Effect]] = [set() for _ in corrected]
    for effect in effects:
        step = _step_of(effect, corrected, is_of_first=_gave_at_first(before, version, effect))
        if step is not None and _holds_at(version, version.corrections[step].seen_at):
            brought[step].add(effect)
    by_corrections = frozenset().union(*brought)
    return _Effects((of_version or frozenset()) - by_corrections, tuple(map(frozenset, brought)))


def _step_of(effect: Effect, corrected: Sequence[frozenset[Effect]], *, is_of_first: bool) -> int | None:
    """Which correction brought an effect that lasts; None where the version had it from the beginning."""
    found, has = None, is_of_first
    for step, effects in enumerate(corrected):
        if effect in effects and not has:
            found, has = step, True
        elif _OPPOSITE[effect] in effects:
            found, has = None, False
    return found


def _gave_at_first(before: Version | None, version: Version, effect: Effect) -> bool:
    """Whether a version gave or lifted a sanction as it was first worded."""
    if before is None or not version.former:
        return False
    (_, first), *_ = version.former
    return sanction_effect(before.tilbud.godkendelse.status, first.godkendelse.status) == effect


def _effects_of_corrections(version: Version, corrected: Sequence[frozenset[Effect]]) -> frozenset[Effect]:
    """What is left of the corrections' effects, where nobody knows what the version itself brought."""
    left: set[Effect] = set()
    for effects in corrected:
        for effect in effects:
            if _OPPOSITE[effect] in left:
                left.remove(_OPPOSITE[effect])
            else:
                left.add(effect)
    # An offer that is new with this version did not open once more.
    return frozenset(left - {"opened"} if version.entered is not None else left)


def _holds_at(version: Version, moment: datetime) -> bool:
    return version.begins <= moment and (version.gyldig_til is None or moment < version.gyldig_til)


def _effects_as_it_reads(before: Version | None, version: Version) -> frozenset[Effect] | None:
    """What a version means, seen from the one that held before it; None where nobody knows since when it was so."""
    if before is None or version.placed is None or (version.gyldig_fra is None and version.known_from is None):
        return None
    if version.is_ceased:
        return frozenset(() if before.is_ceased or version.gap_since else ("ended",))
    sanction = sanction_effect(before.tilbud.godkendelse.status, version.tilbud.godkendelse.status)
    return frozenset(filter(None, ("opened" if before.is_ceased else "", sanction)))


def _with_effects(lines: Iterable[ChangeLine], effects: frozenset[Effect], tilbud: Tilbud) -> tuple[ChangeLine, ...]:
    """The lines with these effects and no others; one that no line has gets a line of its own."""
    kept = _only_effects(lines, effects)
    missing = effects - {line.effect for line in kept}
    return (*kept, *(_effect_line(effect, tilbud) for effect in sorted(missing)))


def _only_effects(lines: Iterable[ChangeLine], effects: frozenset[Effect]) -> tuple[ChangeLine, ...]:
    return tuple(line if line.effect in effects else line._replace(effect="") for line in lines)


def _without_effects(lines: Iterable[ChangeLine]) -> tuple[ChangeLine, ...]:
    return tuple(line._replace(effect="") for line in lines)


def _effect_line(effect: Effect, tilbud: Tilbud) -> ChangeLine:
    """What a version meant, where the one before it by number had said the same but never held."""
    if effect in ("opened", "ended"):
        label, more = ("Registreret igen" if effect == "opened" else "Ophørt"), ""
    else:
        label, more = "Godkendelsens status er nu", f" {_cut(tilbud.godkendelse.status or 'ikke oplyst')}"
    return ChangeLine("status", Cause.KILDE, TOPIC_OF_EFFECT[effect], label, "told", more=more, effect=effect)


def _correction_events(
    telling: _Telling, version: Version, text: VersionText, effects: Sequence[frozenset[Effect]]
) -> Iterable[ChangeEvent]:
    """What corrected a version, on the day that it was seen; and an end that had been reported until then."""
    address = urls.version(telling.offer_id, version.number)
    valid = danish_day(version.gyldig_fra) if version.gyldig_fra else None
    when = danish.version_name(version.number)
    when += f", der gælder fra {danish.date_words(valid)}" if valid and version.number.isdecimal() else ""
    known_at = version.reported
    steps = zip(version.corrections, text.corrections, effects, strict=True)
    for place, (correction, sentences, brought) in enumerate(steps, start=1):
        seen = correction.seen_at.astimezone(UTC)
        end = former_end(correction)
        if end is not None and (reported := max(end, known_at)) < seen:
            yield _former_end_note(telling, version, end, reported, seen)
        lines = _only_effects(_lines(sentences), brought)
        lines = _corrected(lines) if correction.cause is Cause.KILDE else lines
        yield telling.event(seen, address, f"{address}-rettelse-{place}-{time_name(seen)}", lines, when)
        known_at = seen


def _first_lines(version: Version, tilbud: Tilbud) -> tuple[ChangeLine, ...]:
    """That an offer is new; nothing of one that was there when this mirror began, and no one knows since when."""
    if version.is_late:
        return (_new_line(tilbud, "Ældre version føjet til registret", ""),)
    if version.known_from is not None and version.is_ceased:
        return (_new_line(tilbud, "Kommet ind i registret som ophørt", ""),)
    return _opening_lines(version, tilbud)


def _opening_lines(version: Version, tilbud: Tilbud) -> tuple[ChangeLine, ...]:
    """That an offer is new with the first version of it that holds; nothing where nobody knows."""
    if version.is_beginning:
        return (_new_line(tilbud, "Nyt tilbud", "opened"),) if version.gyldig_fra or version.known_from else ()
    if version.known_from is None or version.is_ceased:
        return ()
    return (_new_line(tilbud, "Kommet ind i registret", "opened"),)


def _again_line(gap_since: datetime) -> ChangeLine:
    since = danish.date_words(last_moment_before(gap_since))
    more = f": registret har ingen version efter {since}"
    return ChangeLine("tilbud", Cause.KILDE, "ny", "Registreret igen", "told", more=more, effect="opened")


def _end_note(telling: "_Telling", version: Version, end: datetime, reported: datetime) -> ChangeEvent:
    """That an offer has passed an end that the register gives."""
    more = f": registret angiver slutdatoen {danish.date_words(last_moment_before(end))}"
    line = ChangeLine("tilbud", Cause.KILDE, "ophoert", "Ophørt", "told", more=more, effect="ended")
    address = urls.version(telling.offer_id, version.number)
    return telling.event(reported, address, f"{address}-slut-{time_name(end)}", (line,))


def _former_end_note(
    telling: _Telling, version: Version, end: datetime, reported: datetime, corrected: datetime
) -> ChangeEvent:
    """That an offer had passed an end that the register has moved or taken back since; it ended nothing."""
    last, seen = danish.date_words(last_moment_before(end)), danish.date_words(corrected)
    more = f": registret angav slutdatoen {last}, men har siden rettet det, set {seen}"
    line = ChangeLine("tilbud", Cause.KILDE, "rettelse", "Slutdato passeret", "told", more=more)
    address = urls.version(telling.offer_id, version.number)
    identity = f"{address}-slut-{time_name(end)}-rettet-{time_name(corrected)}"
    return telling.event(reported, address, identity, (line,))


def _withdrawal(telling: _Telling, version: Version, found: datetime) -> ChangeEvent:
    """That the register no longer has a version, but still has one before it."""
    seen = f": sidst set {danish.date_words(version.last_seen)}" if version.last_seen else ""
    label = f"{danish.version_name(version.number)} trukket tilbage"
    line = ChangeLine("tilbud", Cause.KILDE, "rettelse", label, "told", more=seen)
    address = urls.version(telling.offer_id, version.number)
    return telling.event(found, address, f"{address}-trukket-tilbage-{time_name(found)}", (line,))


def _gone_note(offer: Offer, last_seen: datetime, found: datetime) -> ChangeEvent:
    """Told on the day of the first pull that didn't find it."""
    seen = f": sidst set {danish.date_words(last_seen)}"
    line = ChangeLine("tilbud", Cause.KILDE, "ophoert", "Ikke længere i registret", "told", more=seen, effect="ended")
    address = urls.offer(offer.id)
    telling = _Telling(offer.id, offer.current, facets_of(offer.current))
    return telling.event(found, address, f"{address}#ude-af-registret-{time_name(found)}", (line,))


def facets_of(tilbud: Tilbud) -> tuple[Facet, ...]:
    """What a state of an offer is listed and followed under: municipality, authority, paragraphs and providers."""
    providers = (facets.company(role.cvr, role.name) for role in roles_of(tilbud) if role.kind in PROVIDERS)
    places = (facets.municipality_of(tilbud), facets.authority_of(tilbud))
    found = (*(facet for facet in places if facet is not None), *facets.paragraphs_of(tilbud), *providers)
    return tuple(facets.each_once(found))


def _where(of: Iterable[Facet]) -> str:
    """ "Odense · SEL § 107, SEL § 108 m.fl." """
    municipality = [facet.name for facet in of if facet.kind == "kommune"]
    paragraphs = [facet.name for facet in of if facet.kind == "grundlag"]
    few = ", ".join(paragraphs[:3]) + (" m.fl." if len(paragraphs) > 3 else "")
    return " · ".join(filter(None, (*municipality, few)))


def _new_line(tilbud: Tilbud, label: str, effect: Effect) -> ChangeLine:
    places = places_of(tilbud)
    facts = [tilbud.godkendelse.status or ""]
    if places:
        words = danish.count(places, "godkendt plads", "godkendte pladser")
        facts.append(danish.least(words, is_whole=places_are_whole(tilbud)))
    text = ", ".join(filter(None, facts))
    more = f": {_cut(text)}" if text else ""
    return ChangeLine("tilbud", Cause.KILDE, "ny" if effect else "andet", label, "told", more=more, effect=effect)


def _corrected(lines: Iterable[ChangeLine]) -> tuple[ChangeLine, ...]:
    return tuple(line._replace(is_correction=True) if line.cause is Cause.KILDE else line for line in lines)


def _lines(sentences: Iterable[Sentence]) -> tuple[ChangeLine, ...]:
    return tuple(map(_line, sentences))


def _line(sentence: Sentence) -> ChangeLine:
    """A sentence at the length of a line."""
    return ChangeLine(
        sentence.field,
        sentence.cause,
        sentence.topic,
        sentence.label,
        "told" if sentence.is_long else sentence.kind,
        "" if sentence.is_long else _cut(sentence.before),
        "" if sentence.is_long else _cut(sentence.after),
        f": ændret{sentence.note}" if sentence.is_long else sentence.note if sentence.kind == "changed" else "",
        sentence.effect,
    )


def _cut(text: str) -> str:
    """A value that is too long for a line, to the last word that fits."""
    if len(text) <= _LONGEST:
        return text
    kept = text[:_LONGEST]
    return f"{kept[: kept.rfind(' ')] if ' ' in kept[_LONGEST // 2 :] else kept} …"
