"""An offer's history, put together from every document the archive has of it.

The rules (they are promises, see docs/architecture.md): a version is (tilbudsId, number), or its start where it has no
number; versions are ordered by number, by start where one has none; each holds as `holding` tells; the latest
observation *is* the version, earlier ones are nested in its entry; what came after the archive's first complete pull is
reported on the day this mirror saw it. An offer is in operation where the register says so of a version that holds now;
where it doesn't say, nobody is told that it is.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, Literal

from generator.register.history.changes import Cause, Change, State, compare
from generator.register.history.holding import Holding, has_ended, holdings
from generator.register.history.layouts import BEFORE, RawVersion, read_version
from generator.register.history.sightings import (
    Correction,
    ObservedVersion,
    Sighting,
    corrections,
    join_moved_starts,
    observed_version,
)
from generator.register.history.typed_facts import misplaced_reasons, other_facts, read_tilbud
from generator.register.mapping.mapping import Mapping
from generator.register.model.clock import danish_day, end_of_day, last_moment_before, parse_time
from generator.register.model.documents import Observed, Problem, Pulls, Unreadable
from generator.register.model.json_text import Unread
from generator.register.model.models import Tilbud

# What an offer is today: "upcoming" begins later, "unknown" is one of which the register doesn't say whether it is in
# operation, "ceased" has that as its status, "ended" has passed an end that the register gives, "gone" is no longer in
# the register.
Standing = Literal["active", "upcoming", "unknown", "ceased", "ended", "gone"]
OVER: tuple[Standing, ...] = ("ceased", "ended", "gone")


@dataclass(frozen=True, slots=True)
class Since:
    """When a fact began to hold."""

    moment: datetime
    is_known: bool  # False: it was so in the first version already, and may be older
    is_corrected: bool = False  # the version said otherwise until then: the register corrected itself

    @property
    def is_exact(self) -> bool:
        """Whether it began then, and neither before nor at some time that the correction doesn't tell."""
        return self.is_known and not self.is_corrected


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an offer: a whole state of it, when it held, and how it differs from the one before."""

    number: str
    gyldig_fra: datetime | None
    gyldig_til: datetime | None  # when it stops holding; None if it goes on
    placed: datetime | None  # its start, or when it was reported; None if a later one had begun by then
    is_ended: bool  # `gyldig_til` is its own end, after which nothing holds
    until_is_latest: bool  # `gyldig_til` is when the next one was seen, which has no start: it may have held shorter
    holds: bool  # at some time, also one that is yet to come
    overtaken_by: datetime | None  # when a higher version began before it, so that it never holds
    gap_since: datetime | None  # from when until it began nothing held
    known_from: datetime | None  # when this mirror first saw it; None if the first complete pull already had it
    reported: datetime  # the day on which it is reported; stands in for the start where the register doesn't give one
    end_reported: datetime | None  # the same of its own end
    is_first: bool  # that is known
    is_opening: bool  # the first that holds at some time: with it the offer began, or had begun before
    is_beginning: bool  # that beginning is known, and not only that of the register's data or of this mirror
    is_late: bool  # the offer was known here before this version of it was
    is_own: bool  # its source changed something; what only the platform or the law did is no change of the offer's
    is_ceased: bool  # its status means ceased
    is_current: bool
    last_seen: datetime | None  # when the source last served it; None while it still does
    withdrawn: datetime | None  # when the first pull ended that no longer found it, but still one before it
    changes: tuple[Change, ...]
    corrections: tuple[Correction, ...]
    initial: dict[str, Any] | None  # name and approval of the first version, as `Mapping.split` gives them
    tilbud: Tilbud
    unknown: dict[str, Any]  # the rest that `Tilbud` has no place for, by path
    former: tuple[tuple[datetime, Tilbud], ...] = ()  # what it said before, and when that gave way; oldest first

    @property
    def begins(self) -> datetime:
        """Its start; where the register gives none, when it was reported."""
        return self.gyldig_fra or self.reported

    @property
    def is_void(self) -> bool:
        """Whether a higher version had begun before it, or the register took it back."""
        return self.overtaken_by is not None or self.withdrawn is not None

    @property
    def corrected(self) -> datetime | None:
        """When its source last corrected it."""
        return max((c.seen_at for c in self.corrections if c.cause is Cause.KILDE), default=None)

    @property
    def entered(self) -> datetime | None:
        """When the offer came into the register with this version; None where nobody knows, or it had ceased."""
        if not self.is_opening or self.is_ceased:
            return None
        if self.is_late:
            return self.gyldig_fra if self.is_beginning else None
        return self.known_from or (self.gyldig_fra if self.is_beginning else None)


_NO_TILBUD = Tilbud()


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer as the site shows it: its current state, and its versions, oldest first."""

    id: str
    current: Tilbud
    unknown: dict[str, Any]
    versions: tuple[Version, ...]
    former_names: tuple[str, ...]
    standing: Standing
    has_begun: bool  # some version holds now, or did
    ended: datetime | None  # the register's own end of it, if that is past
    last_seen: datetime | None  # when it was last in the register; None while it still is
    missed: datetime | None  # when the first pull ended that no longer found it; None likewise
    status_since: Since | None
    first_pull: int
    problems: tuple[Problem, ...]

    @property
    def is_active(self) -> bool:
        """Whether the register says that it is in operation."""
        return self.standing == "active"

    @property
    def is_over(self) -> bool:
        """Ceased, ended or gone from the register."""
        return self.standing in OVER

    @property
    def is_ceased(self) -> bool:
        """Whether its status says that it has ceased."""
        return self.standing == "ceased"

    @property
    def over_since(self) -> datetime | None:
        """When it ceased or ended, or was last seen; None where the shown history doesn't tell, or it is not over."""
        if self.standing == "ceased":
            return self.status_since.moment if self.status_since else None
        return {"ended": self.ended, "gone": self.last_seen}.get(self.standing)

    @property
    def current_version(self) -> Version:
        """The version that `current` is."""
        return next(version for version in reversed(self.versions) if version.is_current)

    @property
    def entered(self) -> datetime | None:
        """When it came into the register, as the version knows with which it opened; None where nobody does."""
        return next((version.entered for version in self.versions if version.is_opening), None)

    @property
    def newest_first(self) -> tuple[Version, ...]:
        """The versions as a timeline shows them."""
        return self.versions[::-1]

    def without_contents(self) -> "Offer":
        """The same without what each version was and changed, which is most of an offer's weight."""
        return replace(self, versions=tuple(map(_without_contents, self.versions)))


def _without_contents(version: Version) -> Version:
    corrections = tuple(replace(correction, changes=()) for correction in version.corrections)
    return replace(version, tilbud=_NO_TILBUD, unknown={}, former=(), changes=(), corrections=corrections)


def read_offers(
    mapping: Mapping,
    documents: Iterable[Observed],
    pulls: Pulls,
    *,
    history: bool = True,
    ceased: bool = True,
    partly_read: Iterable[str | None] = (),
    stood_for: Iterable[str | None] = (),
) -> tuple[list[Offer], list[Problem]]:
    """The offers in unfolded documents and what could not be read; without `history` only the current version.

    `partly_read` are the offers of which unfolding lost something that is served; None where it can't be said of which.
    `stood_for` are those among them for whose lost documents stands what was read last of the same `_id`.
    """
    problems: list[Problem] = []
    # Offers of which something is served that gives no version: its `_id` and start, as far as they are told.
    unread: dict[str | None, dict[str, datetime | None]] = {offer_id: {"": None} for offer_id in partly_read}
    unread |= {offer_id: {} for offer_id in stood_for}
    read_ids = set[str]()  # of what is served and was read, now or last
    by_offer: dict[str, dict[str, list[Sighting]]] = {}
    for order, document in enumerate(documents):
        raw = _read_document(mapping, document, problems)
        if raw is not None:
            read_ids |= {document.id} if document.present else set()
            versions = by_offer.setdefault(raw.offer_id, {})
            versions.setdefault(raw.number, []).extend(
                Sighting(raw, document.id, first, last, order) for first, last in document.seen
            )
        elif document.present:
            of_offer = unread.setdefault(mapping.offer_key(document.envelope), {})
            of_offer[document.id] = _start_of_unread(mapping, document)
    shown = []
    for offer_id, versions in by_offer.items():
        is_whole = None not in unread and offer_id not in unread
        if mapping.layout in ("history", "periods"):
            versions = join_moved_starts(versions, pulls)
        offer = _OfferReader(
            mapping,
            offer_id,
            versions,
            pulls,
            history=history,
            is_whole=is_whole,
            # What was read of an `_id` before stands for it: it is no newer version.
            unread_starts=[start for id_, start in unread.get(offer_id, {}).items() if id_ not in read_ids],
        ).read()
        problem = _problem_of_status(mapping, offer, ceased)
        problems += [*offer.problems, *([problem] if problem else [])]
        if ceased or not (offer.is_over or offer.standing == "unknown"):
            shown.append(offer)
    return shown, problems


def _problem_of_status(mapping: Mapping, offer: Offer, ceased: bool) -> Problem | None:
    """That nobody can say whether an offer is in operation; or that the register says two things of it."""
    status, document = offer.current.status, f"{offer.id}-{offer.current_version.number}"
    if offer.standing == "ended" and offer.ended and status is not None and mapping.says_active(status):
        day = danish_day(last_moment_before(offer.ended)).isoformat()
        reason = f"er slut {day} efter registrets egen slutdato, men har status {status[:60]!r}"
        return Problem(document, reason, lost=False, is_contradiction=True)
    if offer.standing != "unknown":
        return None
    reason = "siger ikke, om tilbuddet er i drift"
    if not mapping.says_active(status):
        said = "har ingen status" if status is None else f"har status {status[:60]!r}"
        reason = f"{said}, som [values] i mapping.toml hverken nævner som active eller ceased"
    return Problem(document, reason if ceased else f"{reason}; tilbuddet vises ikke", lost=False, hides=not ceased)


def _read_document(mapping: Mapping, document: Observed, problems: list[Problem]) -> RawVersion | None:
    envelope = mapping.envelope(document.envelope)
    try:
        if isinstance(document.envelope, Unread):
            raise Unreadable(document.envelope.reason)
        if envelope is None:
            raise Unreadable(f"har intet objekt {mapping.wrapper!r}" if mapping.wrapper else "er ikke et objekt")
        version = read_version(mapping, envelope, document.version)
    except Unreadable as problem:
        problems.append(Problem(document.id, str(problem), lost=True))
        return None
    if version.gyldig_fra is None and (document.version is None or version.number == BEFORE):
        said = version.gyldig_fra_text
        reason = "har ingen gyldigFra" if said is None else f"har gyldigFra {said!r}, ikke et tidspunkt"
        problems.append(Problem(document.id, reason, lost=False))
    if version.unread_end is not None:
        problems.append(
            Problem(document.id, f"har gyldigTil {version.unread_end[:60]!r}, ikke et tidspunkt", lost=False)
        )
    return version


def _start_of_unread(mapping: Mapping, document: Observed) -> datetime | None:
    envelope = mapping.envelope(document.envelope)
    return parse_time(mapping.identity(envelope, "gyldigFra")) if envelope is not None else None


_CEASED = "ceased", None
_BEGINNING = datetime.min.replace(tzinfo=UTC)


class _OfferReader:
    """One offer on its way from observations to what is shown."""

    def __init__(
        self,
        mapping: Mapping,
        offer_id: str,
        sightings: dict[str, list[Sighting]],
        pulls: Pulls,
        *,
        history: bool,
        is_whole: bool,
        unread_starts: Sequence[datetime | None],
    ) -> None:
        self._mapping, self._id, self._pulls, self._history = mapping, offer_id, pulls, history
        self._is_whole = is_whole  # all that is served of it could be read
        self._unread_starts = unread_starts  # of what is served of it and can't be read; None where that isn't told
        self._today = end_of_day(danish_day(pulls.latest.finished))
        self._observed = {number: observed_version(mapping, seen, pulls) for number, seen in sightings.items()}
        self._every = _in_order(self._observed)
        self._first_pull = min(version.first_pull for version in self._observed.values())
        # The last moment of which the register tells: of an offer that is gone, what was to come then never came to be.
        self._last_told = end_of_day(danish_day(pulls.finished(max(map(self._last_pull, self._every)))))
        self._current = self._current_number()
        self._numbers = self._every if history else [self._current]
        self._read = {number: read_tilbud(mapping, self._raw(number)) for number in self._numbers}
        # When each version holds takes them all to know, also where the others are not told of.
        self._at = {number: index for index, number in enumerate(self._every)}
        self._withdrawn = self._find_withdrawn()
        self._placed = self._find_placed()
        self._holdings = holdings(self._not_withdrawn(), self._placed.__getitem__, self._end)
        self._held = {holding.version: holding for holding in self._holdings}
        self._gaps = {after.version: before.until for before, after in pairwise(self._holdings) if after.follows_gap}
        self._until_seen = {
            before.version
            for before, after in pairwise(self._holdings)
            if not before.is_ended and self._start(after.version) is None
        }
        self._overtaken = self._find_overtaken()

    def read(self) -> Offer:
        """The offer."""
        tilbud, misread = self._read[self._current]
        every = [sighting for version in self._observed.values() for sighting in version.every]
        start, end = self._start(self._current), self._end(self._current)
        ended = end if has_ended(end, self._today) else None
        last_seen = _last_seen(every, self._pulls)
        has_begun = start is None or start <= self._last_told
        return Offer(
            id=self._id,
            current=tilbud,
            unknown=other_facts(self._mapping, self._raw(self._current), misread),
            versions=tuple(map(self._version, self._numbers)),
            former_names=self._former_names(),
            standing=self._standing(tilbud, last_seen, ended, has_begun=has_begun),
            has_begun=has_begun,
            ended=ended,
            last_seen=last_seen,
            missed=_missed(every, self._pulls),
            status_since=self._status_since() if self._history else None,
            first_pull=self._first_pull,
            problems=tuple(self._problems()),
        )

    def _raw(self, number: str) -> RawVersion:
        return self._observed[number].latest.raw

    def _start(self, number: str) -> datetime | None:
        return self._raw(number).gyldig_fra

    def _begins(self, number: str) -> datetime:
        """Its start; where the register gives none, when it was reported."""
        return self._start(number) or self._pulls.finished(self._observed[number].first_pull)

    def _find_placed(self) -> dict[str, datetime | None]:
        """When each version began to hold: its start, or when it was reported; None where a later one began before."""
        placed: dict[str, datetime | None] = {}
        earliest: datetime | None = None  # of all that come after it
        for number in reversed(self._every):
            start = self._start(number)
            seen = self._pulls.finished(self._observed[number].first_pull)
            placed[number] = start or (seen if earliest is None or seen < earliest else None)
            earliest = min(filter(None, (earliest, start)), default=None)
        return placed

    def _end(self, number: str) -> datetime | None:
        return self._raw(number).gyldig_til

    def _current_number(self) -> str:
        """The highest version that has begun by the data's own day, among those that were served last."""
        lasts = {number: self._last_pull(number) for number in self._every}
        newest = max(lasts.values())
        served = [number for number in self._every if lasts[number] == newest]
        begun = [number for number in served if (self._start(number) or self._last_told) <= self._last_told]
        held = [holding.version for holding in holdings(begun, self._start, self._end)]
        return (held or begun or served[:1])[-1]

    def _last_pull(self, number: str) -> int:
        newest = self._pulls.latest.number
        if not self._is_whole:
            return newest  # it may be what is served and can't be read: the register has not taken it back
        last = _last_pull(self._observed[number].every)
        return newest if last is None else last

    def _not_withdrawn(self) -> list[str]:
        """The versions but for those that the register took back, or that were to come when the offer was gone."""
        now = self._at[self._current]
        is_gone = self._last_pull(self._current) != self._pulls.latest.number
        return [
            number
            for index, number in enumerate(self._every)
            if number not in self._withdrawn and not (is_gone and index > now)
        ]

    def _find_withdrawn(self) -> frozenset[str]:
        """The versions that the register took back: missing while one before them was still served.

        Where the oldest are missing, the source has only cut its history short. A source that serves no more than what
        holds today takes back only what is later than that.
        """
        lasts = [self._last_pull(number) for number in self._every]
        newest = lasts[self._at[self._current]]
        now_only = self._mapping.layout == "current"
        lowest = self._at[self._current] if now_only else next(i for i, last in enumerate(lasts) if last >= newest)
        return frozenset(number for index, number in enumerate(self._every) if index > lowest and lasts[index] < newest)

    def _standing(
        self, tilbud: Tilbud, last_seen: datetime | None, ended: datetime | None, *, has_begun: bool
    ) -> Standing:
        if tilbud.status in self._mapping.ceased:
            return "ceased"
        if last_seen is not None and (ended is None or ended > last_seen):
            return "gone"
        if not has_begun:
            return "upcoming"
        if ended is not None and self._is_whole:
            return "ended"
        # It may go on, or be over, in a version that could not be read, or have an end that could not.
        is_certain = ended is None and self._raw(self._current).unread_end is None and not self._may_be_outdated()
        return "active" if is_certain and self._mapping.says_active(tilbud.status) else "unknown"

    def _may_be_outdated(self) -> bool:
        """Whether something is served that can't be read, and may hold today instead of the current version."""
        start = self._start(self._current) or _BEGINNING
        return any(other is None or start <= other <= self._today for other in self._unread_starts)

    def _problems(self) -> Iterable[Problem]:
        for number in (self._current, *(number for number in self._numbers if number != self._current)):
            document = f"{self._id}-{number}"
            misread = (reason for reason, _ in self._read[number][1])
            for reason in (*misread, *misplaced_reasons(self._mapping, self._raw(number))):
                yield Problem(document, reason, lost=False)
            if rivals := self._observed[number].rivals:
                leader = self._observed[number].latest.document
                reason = f"står også i {rivals[0]!r}, der siger noget andet; {leader!r} er indlæst sidst og gælder"
                if rivals == (leader,):
                    reason = f"står to gange i {leader!r} med forskellige oplysninger; den sidste gælder"
                yield Problem(document, reason, lost=False, is_contradiction=True)

    def _version(self, number: str) -> Version:
        observed = self._observed[number]
        start, (known, _) = self._start(number), observed.latest.state
        known_from = self._known_from(observed.first_pull)
        tilbud, misread = self._read[number]
        holding = self._held.get(number)
        is_ended = holding is not None and holding.is_ended
        until = self._until(number, holding)
        is_first = self._history and number == self._every[0]  # else it would tell whether there are others
        is_opening = self._history and holding is not None and holding is self._holdings[0]
        is_ceased = tilbud.status in self._mapping.ceased
        before = self._state_before(number)
        changes = tuple(compare(self._mapping, before, observed.latest.state)) if before else ()
        gap_since = self._gaps.get(number) if self._history else None
        goes_on = holding is not None and until is None
        found = self._corrections(observed, None if is_ended or goes_on else until or start)
        return Version(
            number=number,
            gyldig_fra=start,
            gyldig_til=until,
            placed=self._placed[number],
            is_ended=is_ended,
            until_is_latest=until is not None and number in self._until_seen,
            holds=holding is not None,
            overtaken_by=self._overtaken.get(number),
            gap_since=gap_since,
            known_from=known_from,
            reported=known_from or self._begins(number),
            end_reported=self._end_reported(observed, until) if is_ended and until else None,
            is_first=is_first,
            is_opening=is_opening,
            is_beginning=(is_first or is_opening) and self._is_beginning(number, is_ceased),
            is_own=is_first or gap_since is not None or any(change.cause is Cause.KILDE for change in changes),
            is_late=observed.first_pull > self._first_pull,
            is_ceased=is_ceased,
            is_current=number == self._current,
            last_seen=_last_seen(observed.every, self._pulls),
            withdrawn=_missed(observed.every, self._pulls) if number in self._withdrawn else None,
            changes=changes,
            corrections=found,
            initial=None if before else {name: known[name] for name in ("navn", "godkendelse") if name in known},
            tilbud=tilbud,
            unknown=other_facts(self._mapping, self._raw(number), misread),
            former=self._formerly(number) if any(each.cause is Cause.KILDE for each in found) else (),
        )

    def _until(self, number: str, holding: Holding[str] | None) -> datetime | None:
        """When a version stops holding; where no other may be told of, not that one follows."""
        if holding is None:
            return self._end(number)
        return holding.until if self._history or holding.is_ended else None

    def _state_before(self, number: str) -> State | None:
        """What the version before it said that ever held, else the one before it; None if that may not be told."""
        if not self._history:
            return None
        before = self._every[: self._at[number]][::-1]
        found = next((earlier for earlier in before if earlier in self._held), before[0] if before else None)
        return self._observed[found].latest.state if found is not None else None

    def _known_from(self, pull: int) -> datetime | None:
        return self._pulls.finished(pull) if pull > self._pulls.baseline else None

    def _find_overtaken(self) -> dict[str, datetime]:
        """The versions that never held because a higher one had begun by then, and when that was."""
        found: dict[str, datetime] = {}
        following: datetime | None = None
        for number in reversed(self._every):
            begun = self._placed[number]
            if number in self._held:
                following = begun or following
            elif following is not None and begun is not None and following <= begun:
                found[number] = following
        return found

    def _end_reported(self, observed: ObservedVersion, end: datetime) -> datetime:
        first = observed.latest.pull
        for sighting in reversed(observed.sightings):  # it may have been another, or none, in between
            if sighting.raw.gyldig_til != end:
                break
            first = sighting.pull
        return max(end, self._known_from(first) or end)

    def _corrections(self, observed: ObservedVersion, following: datetime | None) -> tuple[Correction, ...]:
        if not self._history:
            return ()
        return tuple(corrections(self._mapping, observed.sightings, self._pulls, following))

    def _is_beginning(self, number: str, is_ceased: bool) -> bool:
        """Whether an offer began with its first version, or only the register's data or this mirror did."""
        if is_ceased:
            return False
        if number.isdecimal():
            return int(self._every[0]) <= 1
        start, baseline = self._start(number), self._pulls.baseline
        if self._mapping.layout == "current":  # what was before today's state, its source doesn't say
            return self._observed[number].first_pull > baseline and (
                start is None or start > self._pulls.finished(baseline)
            )
        return start is not None

    def _former_names(self) -> tuple[str, ...]:
        """Names it had, newest first, without the one it has."""

        def name_of(number: str) -> str:
            return " ".join(str(self._raw(number).known.get("navn") or "").split())

        past = self._every[: self._at[self._current]] if self._history else []
        before = [number for number in past if number in self._held or self._start(number) is None]
        names = dict.fromkeys(name_of(number) for number in reversed(before))
        return tuple(name for name in names if name and name != name_of(self._current))

    def _up_to_now(self) -> list[Holding[str]]:
        """What held up to the current version, if that ever did."""
        now = self._at[self._current]
        return [each for each in self._holdings if each.version in self._read and self._at[each.version] <= now]

    def _status_since(self) -> Since | None:
        """When the current approval status began to hold without a break; of what has ceased, when it did.

        Versions that never held interrupt nothing, and another spelling of a status is the same status.
        """
        held = self._up_to_now()
        now = self._status_of(self._read[self._current][0])
        numbers = [*(holding.version for holding in held[:-1]), self._current]
        index, corrected = begin_of_run(
            [holding.follows_gap for holding in held] or [False],
            lambda place: self._status_of(self._read[numbers[place]][0]) == now,
            lambda place: self._status_corrected(numbers[place], now),
        )
        if corrected is not None:
            return Since(corrected, is_known=True, is_corrected=True)
        if now == _CEASED and held and held[index].follows_gap:  # it had ended before it was said to have ceased
            gap = self._gaps[held[index].version]
            return Since(last_moment_before(gap), is_known=True) if gap is not None else None
        starts = [self._start(holding.version) for holding in held[index:]] or [self._start(self._current)]
        start = next((moment for moment in starts if moment is not None), None)
        return Since(start, is_known=index > 0) if start is not None else None

    def _status_corrected(self, number: str, now: tuple[Any, Any]) -> datetime | None:
        """When a correction last gave a version the status that it has; None where it always had it."""
        formerly = reversed(self._formerly(number))
        return next((seen_at for seen_at, former in formerly if self._status_of(former) != now), None)

    def _status_of(self, tilbud: Tilbud) -> tuple[Any, Any]:
        if tilbud.status in self._mapping.ceased:
            return _CEASED  # however its approval is worded since
        return _folded(tilbud.status), _folded(tilbud.godkendelse.status)

    def _formerly(self, number: str) -> tuple[tuple[datetime, Tilbud], ...]:
        """What a version said before it was corrected, and when it said otherwise."""
        if not self._history:
            return ()
        sightings = self._observed[number].sightings
        return tuple(
            (self._pulls.finished(later.pull), read_tilbud(self._mapping, earlier.raw)[0])
            for earlier, later in pairwise(sightings)
        )


def begin_of_run(
    follow_gaps: Sequence[bool], has_value: Callable[[int], bool], corrected: Callable[[int], datetime | None]
) -> tuple[int, datetime | None]:
    """The place of the version with which the run of one value begins that the last version has.

    `follow_gaps` says of each version, oldest first, whether nothing held before it. A correction that gave a version
    the value begins the run too; when it was seen comes second.
    """
    index = len(follow_gaps) - 1
    seen_at = corrected(index)
    while seen_at is None and index > 0 and not follow_gaps[index] and has_value(index - 1):
        index -= 1
        seen_at = corrected(index)
    return index, seen_at


def _in_order(versions: dict[str, ObservedVersion]) -> list[str]:
    """By number; where one has none, all by their start, which is then what it is called."""
    if all(map(str.isdecimal, versions)):
        return sorted(versions, key=int)
    return sorted(versions, key=lambda number: (versions[number].latest.raw.gyldig_fra or _BEGINNING, number))


def _last_seen(sightings: Sequence[Sighting], pulls: Pulls) -> datetime | None:
    last = _last_pull(sightings)
    return None if last is None else pulls.finished(last)


def _missed(sightings: Sequence[Sighting], pulls: Pulls) -> datetime | None:
    """By number, not by time: two pulls may end in the same second."""
    last = _last_pull(sightings)
    return None if last is None else pulls.finished(pulls.after(last) or last)


def _last_pull(sightings: Sequence[Sighting]) -> int | None:
    lasts = [sighting.last for sighting in sightings]
    return None if None in lasts else max(last for last in lasts if last is not None)


def _folded(value: Any) -> Any:
    return value.strip().casefold() if isinstance(value, str) else value
