"""An offer's history in words and as a drawing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any, Literal

from generator.pages import danish, urls
from generator.pages.offer.timeline_chart import Chart, Point, make_chart
from generator.pages.sentences import Sentence, VersionText, item_text, most_telling
from generator.register.history.changes import Cause
from generator.register.history.fact_history import FactHistory
from generator.register.history.timeline import Offer, Version
from generator.register.model.clock import danish_day, last_moment_before

# How the period of a version is told. "withdrawn", "overtaken" and "reversed" (its end comes before its start) never
# held; "own_end" is one that the register gives itself, "until" the start of the next version.
Validity = Literal["undated", "withdrawn", "overtaken", "reversed", "own_end", "until", "open"]


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version on the timeline, in words."""

    version: Version
    anchor: str
    heading: str
    own: tuple[Sentence, ...]
    minor: tuple[Sentence, ...]  # enrichment and renames by law
    corrections: tuple["CorrectionView", ...]
    kind: str  # which mark it gets: "kilde", "rettelse", "lovaendring" or "berigelse"
    end: datetime | None = None  # the last moment before its own end
    standing: str = ""  # "kommende" of a version after the current one; "trukket tilbage"
    beginning: str = ""  # what the first version began with, in a line
    called: str = ""  # "Version 3"

    @property
    def validity(self) -> Validity:
        """How the version's period is told."""
        version = self.version
        start, until = version.gyldig_fra, version.gyldig_til
        if start is None:
            return "undated"
        if version.withdrawn:
            return "withdrawn"
        if version.overtaken_by:
            return "overtaken"
        if until and until <= start:
            return "reversed"
        if self.end:
            return "own_end"
        return "until" if until else "open"

    @property
    def is_minor(self) -> bool:
        """Whether the source changed nothing with it: it stands in the history only where all is asked for."""
        return not self.own and not self.version.is_first and not self.version.gap_since


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """A version served differently later: as a correction, or as mere enrichment."""

    seen_at: datetime
    is_correction: bool
    lines: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class KindFilter:
    """A kind of change to filter by: the fields it stands for, and how many changes of it there are."""

    fields: str  # as in `data-field`, joined by spaces
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class LatestChange:
    """One of the latest changes: when, where it stands in the history, and what it was."""

    moment: datetime | None
    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class History:
    """The section "Historik"."""

    chart: Chart | None
    years: tuple[tuple[str, tuple[VersionView, ...]], ...]
    latest: tuple["LatestChange", ...]
    coming: tuple["LatestChange", ...]  # what versions that begin later will change, the next one first
    kinds: tuple[KindFilter, ...]
    minor: int  # changes by the platform or the law, in entries of their own or beside others
    versions: int
    states: str  # the script with the whole states, beside the page


def make_history(offer: Offer, texts: Sequence[VersionText], fact_history: FactHistory) -> History:
    """All versions with their texts, newest first, and the lines above them."""
    views = tuple(map(version_view, offer.newest_first, texts[::-1]))
    now = offer.newest_first.index(offer.current_version)
    if offer.standing == "upcoming":
        now += 1  # nothing has held yet
    held = tuple(replace(view, standing=_standing(view.version)) for view in views[now:])
    views = (*(replace(view, standing=_standing(view.version) or "kommende") for view in views[:now]), *held)
    return History(
        chart=make_chart(offer, fact_history, _points(held)),
        years=tuple(
            (year, tuple(some)) for year, some in groupby(views, key=lambda view: _year(view.version.gyldig_fra))
        ),
        latest=tuple(_latest(views, held))[:3],
        coming=tuple(_coming(views[:now] if offer.standing != "upcoming" else ()))[:3],
        kinds=tuple(_kinds(views)),
        minor=sum(bool(view.minor) + sum(not c.is_correction for c in view.corrections) for view in views),
        versions=len(views),
        states=urls.states(offer.id).rpartition("/")[2],
    )


def _standing(version: Version) -> str:
    return "trukket tilbage" if version.withdrawn else ""


def _latest(every: Sequence[VersionView], held: Sequence[VersionView]) -> Iterator[LatestChange]:
    """What the source has changed, newest first; of corrections only those of what the offer is now."""
    afterwards: list[tuple[datetime, LatestChange]] = []
    for view in every:
        if (found := view.version.withdrawn) is not None:
            text = f"{danish.version_name(view.version.number)} trukket tilbage"
            afterwards.append((found, LatestChange(found, view.anchor, text)))
    for correction in held[0].corrections if held else ():
        if correction.is_correction:
            own = [line for line in correction.lines if line.cause is Cause.KILDE]
            text = f"Rettet: {danish.lower_first(_short(own))}"
            afterwards.append((correction.seen_at, LatestChange(correction.seen_at, held[0].anchor, text)))
    yield from (change for _, change in sorted(afterwards, key=lambda each: each[0], reverse=True))
    for view in held:
        if not view.version.is_void and (view.own or view.version.gap_since):
            text = _short(view.own) if view.own else view.heading
            yield LatestChange(view.version.gyldig_fra, view.anchor, text)


def _coming(later: Sequence[VersionView]) -> Iterator[LatestChange]:
    for view in reversed(later):
        if view.own and view.version.holds:
            yield LatestChange(view.version.gyldig_fra, view.anchor, _short(view.own))


def _points(views: Sequence[VersionView]) -> list[Point]:
    points = []
    for view in views:
        if view.version.gyldig_fra:
            points.append(Point(view.version.gyldig_fra, view.kind, view.version.number, view.anchor, view.heading))
        corrected = (c for c in view.corrections if c.is_correction)
        points += [Point(c.seen_at, "rettelse", "", view.anchor, _labels(c.lines)) for c in corrected]
    return points


def _kinds(views: Sequence[VersionView]) -> list[KindFilter]:
    fields: dict[str, dict[str, None]] = {}
    counts: dict[str, int] = {}
    for view in views:
        lines = [*view.own, *view.minor, *(line for c in view.corrections for line in c.lines)]
        for line in lines:
            label = line.label.partition(",")[0]
            fields.setdefault(label, {})[line.field] = None
            counts[label] = counts.get(label, 0) + 1
    return [KindFilter(" ".join(fields[label]), label, counts[label]) for label in sorted(counts)]


def version_view(version: Version, text: VersionText) -> VersionView:
    """A version in words, with what the platform or the law changed kept apart from the offer's own."""
    own = tuple(line for line in text.changes if line.cause is Cause.KILDE)
    minor = tuple(line for line in text.changes if line.cause is not Cause.KILDE)
    corrections = tuple(
        CorrectionView(correction.seen_at, correction.cause is Cause.KILDE, lines)
        for correction, lines in zip(version.corrections, text.corrections, strict=True)
    )
    return VersionView(
        version,
        f"version-{version.number}",
        _heading(version, own, minor),
        own,
        minor,
        corrections,
        _kind(version, own, minor, corrections),
        end=last_moment_before(version.gyldig_til) if version.is_ended and version.gyldig_til else None,
        beginning=_beginning(version.initial or {}),
        called=danish.version_name(version.number),
    )


def _kind(
    version: Version, own: Sequence[Sentence], minor: Sequence[Sentence], corrections: Sequence[CorrectionView]
) -> str:
    if own or version.is_first or version.gap_since:
        return "kilde"
    if any(correction.is_correction for correction in corrections):
        return "rettelse"
    return "lovaendring" if minor and minor[0].cause is Cause.LOVAENDRING else "berigelse"


def _beginning(known: dict[str, Any]) -> str:
    """The name, status and places that an offer began with, so that the first change has something to stand on."""
    approval = known.get("godkendelse") if isinstance(known.get("godkendelse"), dict) else {}
    places = approval.get("pladser") if isinstance(approval, dict) else None
    facts = [
        " ".join(str(known.get("navn") or "").split()),
        str((approval or {}).get("status") or ""),
        *(item_text(item) for item in places or () if isinstance(item, dict)),
    ]
    return ". ".join(fact for fact in facts if fact)


def _heading(version: Version, own: Sequence[Sentence], minor: Sequence[Sentence]) -> str:
    if version.is_first:
        return "Registreret første gang" if version.is_beginning else "Den første version, spejlet kender"
    if own:
        return _labels(own)
    if version.gap_since:
        return "Registreret igen"
    if not minor:
        return "Ingen ændringer i viste oplysninger"
    causes = {line.cause for line in minor}
    return "Omdøbt ved lov" if causes == {Cause.LOVAENDRING} else "Kun opdateret af platformen"


def _labels(lines: Sequence[Sentence]) -> str:
    labels = list(dict.fromkeys(line.label.partition(",")[0] for line in lines))
    more = f"{', '.join(labels[:2])} og {len(labels) - 2} andre oplysninger"
    return danish.join(labels) if len(labels) <= 3 else more


def _short(lines: Sequence[Sentence]) -> str:
    line = most_telling(lines)
    return line.text if len(line.text) <= 90 else f"{line.label} ændret"


def _year(moment: datetime | None) -> str:
    return str(danish_day(moment).year) if moment else "Uden dato"
