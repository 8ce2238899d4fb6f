"""The timeline as a drawing: one SVG a lane, stacked, with x in per cent, so that one drawing serves every width.

Time runs in scale from the first version to the last; what still holds goes on to the right edge, which is called
"nu" and is not in scale: a page holds only dates of its own record, so it can't know how long ago the last one was.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from itertools import pairwise
from typing import TypeVar

from generator.pages import danish
from generator.pages.listings.facets import paragraph_name
from generator.pages.listings.summary import STANDINGS, shown_end
from generator.register.history.fact_history import FactHistory
from generator.register.history.intervals import Interval
from generator.register.history.timeline import Offer
from generator.register.model.clock import DENMARK, danish_day
from generator.register.model.sanctions import is_sanction, read_sanctions

T = TypeVar("T")

_LEFT, _RIGHT_OPEN, _RIGHT_ENDED = 1.5, 90.0, 97.0  # per cent; between the open one and 100 is "nu"
# Pixels that one per cent is at a wide (1280) and a narrow (360) window, and those of a letter at 13 px.
_WIDE, _NARROW, _LETTER = 8.6, 3.2, 6.9
_CLOSEST = 1.9  # per cent between two marks; nearer ones share one


@dataclass(frozen=True, slots=True)
class Label:
    """A text in a lane; `style` has "w" where a narrow window has no room for it."""

    x: str
    y: float
    text: str
    style: str
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Bar:
    """A filled span of time."""

    x: str
    width: str
    y: float
    height: float
    style: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A line of a step; level or upright."""

    x1: str
    x2: str
    y1: float
    y2: float
    style: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A version, or several too near each other to be told apart, on the line of changes."""

    x: str
    kind: str
    href: str
    name: str
    number: str  # "" where there is no room
    style: str


@dataclass(slots=True)
class Lane:
    """One line of the drawing."""

    name: str
    note: str
    height: int
    description: str  # the same in words, for those who don't see it
    bars: list[Bar] = field(default_factory=list)
    lines: list[Segment] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Chart:
    """The whole drawing; `axis` is what a script needs to place a day: its first and last day, and their places."""

    years: tuple[Label, ...]
    grid: tuple[str, ...]
    lanes: tuple[Lane, ...]
    axis: str
    description: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Point:
    """A version to be marked."""

    moment: datetime
    kind: str
    number: str
    anchor: str
    heading: str


class _Axis:
    """From moments to per cents."""

    def __init__(self, first: datetime, last: datetime, is_open: bool) -> None:
        self.first, self.last, self.is_open = first, last, is_open
        self.right = _RIGHT_OPEN if is_open else _RIGHT_ENDED
        self.end = 100.0 if is_open else self.right

    def at(self, moment: datetime) -> float:
        share = (moment - self.first) / (self.last - self.first)
        return _LEFT + min(max(share, 0.0), 1.0) * (self.right - _LEFT)

    def span(self, interval: Interval[object]) -> tuple[float, float]:
        start = self.at(interval.since) if interval.since else _LEFT
        return start, self.at(interval.until) if interval.until else self.end


class _Room:
    """Which stretches of a row of labels are taken, at both widths."""

    def __init__(self) -> None:
        self._wide: list[tuple[float, float]] = []
        self._narrow: list[tuple[float, float]] = []

    def place(self, x: float, text: str, y: float, style: str = "halo", *, end: float = 100.0) -> Label | None:
        """A label that begins at x, or ends at `end` where it would run out; None if it would stand on another."""
        wide, narrow = (len(text) * _LETTER / unit for unit in (_WIDE, _NARROW))
        fits = x + wide <= 100
        stretch = (x, x + wide) if fits else (end - wide, end)
        if stretch[0] < 0 or _meets(stretch, self._wide):
            return None
        self._wide.append(stretch)
        slim = (x, x + narrow) if fits else (end - narrow, end)
        if slim[0] < 0 or slim[1] > 100 or _meets(slim, self._narrow):
            style = f"{style} w"
        else:
            self._narrow.append(slim)
        return Label(percent(x if fits else end), y, text, style, "start" if fits else "end")


def _meets(stretch: tuple[float, float], taken: Sequence[tuple[float, float]]) -> bool:
    return any(stretch[0] < there[1] + 1 and there[0] < stretch[1] + 1 for there in taken)


def percent(x: float) -> str:
    """ "12.5%" """
    return f"{x:.2f}".rstrip("0").rstrip(".") + "%"


def make_chart(offer: Offer, fact_history: FactHistory, points: Sequence[Point]) -> Chart | None:
    """The drawing of an offer with two or more dates; None with fewer, where words say it all."""
    ended = _ended(offer)
    moments = [point.moment for point in points] + ([ended] if ended else [])
    if len(set(moments)) < 2:
        return None
    axis = _Axis(min(moments), max(moments), ended is None)
    until = f"til {danish.date_words(ended)}" if ended else "og frem"
    return Chart(
        years=tuple(_years(axis)),
        grid=tuple(percent(axis.at(day)) for day in _new_years(axis)),
        lanes=tuple(_lanes(offer, fact_history, points, axis, ended)),
        axis="/".join((danish.iso_day(axis.first), danish.iso_day(axis.last), f"{_LEFT:g}", f"{axis.right:g}")),
        description=f"Tidslinje fra {danish.date_words(axis.first)} {until}",
        is_open=axis.is_open,
    )


def _ended(offer: Offer) -> datetime | None:
    """When it was over, if it is; where a ceased offer doesn't tell, when its last version was reported."""
    if not offer.is_over:
        return None
    return shown_end(offer) or offer.current_version.reported


def _new_years(axis: _Axis) -> Iterable[datetime]:
    for year in range(danish_day(axis.first).year + 1, danish_day(axis.last).year + 1):
        yield datetime.combine(date(year, 1, 1), time.min, tzinfo=DENMARK)


def _years(axis: _Axis) -> Iterable[Label]:
    """Each year's name in its middle, as far as there is room; "nu" at the edge of what still holds."""
    room = _Room()
    if axis.is_open:
        room.place(95, "nu", 15)
        yield Label("99%", 15, "nu", "t-b", "end")
    edges = [axis.at(axis.first), *(axis.at(day) for day in _new_years(axis)), axis.at(axis.last)]
    first = danish_day(axis.first).year
    for place, (a, b) in enumerate(pairwise(edges)):
        half = 4 * _LETTER / _WIDE / 2
        label = room.place(max((a + b) / 2 - half, 0), str(first + place), 15, "")
        if label is not None and (b - a > 1.2 or len(edges) == 2):
            yield Label(percent((a + b) / 2), 15, label.text, label.style.strip(), "middle")


def _lanes(
    offer: Offer, fact_history: FactHistory, points: Sequence[Point], axis: _Axis, ended: datetime | None
) -> Iterable[Lane]:
    yield _changes_lane(points, axis)
    yield _status_lane(offer, fact_history, axis, ended)
    if fact_history.paragraphs:
        yield _paragraph_lane(_cut_rows(fact_history.paragraphs, ended), axis)
    places, prices = _cut(fact_history.places, ended), _cut(fact_history.prices, ended)
    if any(interval.value is not None for interval in places):
        yield _step_lane("Pladser", "godkendte i alt, fra nul", places, axis, unit="", zero=True)
    if fact_history.price and any(interval.value is not None for interval in prices):
        service = danish.lower_first(fact_history.price.ydelse or "ydelse")
        unit = fact_history.price.enhed or ""
        name, note = f"Takst for {service}", f"{unit}, ikke fra nul" if unit else "ikke fra nul"
        yield _step_lane(name, note, prices, axis, unit=unit, zero=False)
    if sum(bool(interval.value) for interval in fact_history.leaders) > 1:
        yield _leader_lane(_cut(fact_history.leaders, ended), axis)


def _cut(intervals: Sequence[Interval[T]], ended: datetime | None) -> list[Interval[T]]:
    """Facts end with the offer: its last version still tells what it had."""
    if ended is None:
        return list(intervals)
    begun = (interval for interval in intervals if interval.since is None or interval.since < ended)
    return [
        replace(interval, until=ended, until_is_latest=False)
        if interval.until is None or interval.until > ended
        else interval
        for interval in begun
    ]


def _cut_rows(
    rows: Sequence[tuple[str, tuple[Interval[str], ...]]], ended: datetime | None
) -> list[tuple[str, list[Interval[str]]]]:
    return [(identity, _cut(intervals, ended)) for identity, intervals in rows]


def _changes_lane(points: Sequence[Point], axis: _Axis) -> Lane:
    lane = Lane("Ændringer", "tallet er versionen", 56, "")
    wide, narrow = -9.0, -9.0
    for group in _together(points, axis):
        first = group[0]
        x = axis.at(first.moment)
        numbers = [point.number for point in group if point.number]
        number = "–".join(dict.fromkeys((*numbers[:1], *numbers[-1:])))
        half = len(number) * _LETTER / 2
        style = ""
        if not number or number.startswith("20") or x - half / _WIDE < wide:
            number = ""
        else:
            wide = x + (half + 4) / _WIDE
            if x - half / _NARROW < narrow:
                style = "w"
            else:
                narrow = x + (half + 4) / _NARROW
        kinds = {point.kind for point in group}
        kind = next(kind for kind in ("kilde", "rettelse", "lovaendring", "berigelse") if kind in kinds)
        lane.marks.append(Mark(percent(x), kind, f"#{first.anchor}", _told(group), number, style))
    return lane


def _together(points: Sequence[Point], axis: _Axis) -> Iterable[list[Point]]:
    """Points so near each other that one mark stands for all."""
    group: list[Point] = []
    for point in sorted(points, key=lambda p: p.moment):
        if group and axis.at(point.moment) - axis.at(group[0].moment) >= _CLOSEST:
            yield group
            group = []
        group.append(point)
    if group:
        yield group


def _told(group: Sequence[Point]) -> str:
    first, last = group[0], group[-1]
    when = danish.date_words(first.moment)
    if len(group) == 1:
        return f"{_called(first)}, {when}: {danish.lower_first(first.heading)}"
    numbers = [point.number for point in group if point.number]
    called = _called(first)
    if len(numbers) > 1:
        is_span = all(map(str.isdecimal, numbers))
        called = f"Version {numbers[0]}–{numbers[-1]}" if is_span else f"{len(numbers)} versioner"
    changes = danish.count(len(group), "ændring", "ændringer")
    return f"{called}: {changes} fra {when} til {danish.date_words(last.moment)}"


def _called(point: Point) -> str:
    return danish.version_name(point.number) if point.number else "Rettelse"


def _status_lane(offer: Offer, fact_history: FactHistory, axis: _Axis, ended: datetime | None) -> Lane:
    intervals = fact_history.status
    lane = Lane("Status", "godkendelsen", 56, "")
    room = _Room()
    words = []
    held = _cut(intervals, ended)
    for interval in held:
        start, end = axis.span(interval)
        sanction = is_sanction(interval.value)
        now = sanction and interval.is_current and not offer.is_over
        style = "span-s" if sanction else "span" if interval.value else "span-2"
        y, height = (26.0, 20.0) if sanction else (32.0, 8.0)
        lane.bars.append(
            Bar(percent(start), percent(max(end - start, 0.35)), y, height, f"{style} now" if now else style)
        )
        words.append(f"{interval.value or 'Status ikke oplyst'} {_period(interval)}")
    followed = {interval.number: after for interval, after in pairwise(intervals)}
    # Sanctions are named first: they are what one looks for, and room may be short.
    for interval in sorted(held, key=lambda s: (not is_sanction(s.value), s.until is not None)):
        start, end = axis.span(interval)
        now = interval.is_current and not offer.is_over
        text = interval.value or "Ikke oplyst"
        if is_sanction(interval.value) and not now:
            text += _what_became(interval, followed.get(interval.number), ended)
        style = "halo t-now" if is_sanction(interval.value) and now else "halo t-b" if now else "halo"
        label = room.place(start, text, 18, style, end=end)
        lane.labels += [label] if label else []
    if ended is not None:
        x, word = axis.at(ended), STANDINGS[offer.standing]
        lane.lines.append(Segment(percent(x), percent(x), 24, 48, "order"))
        label = room.place(x, word, 18, "halo t-b", end=x)
        lane.labels += [label] if label else []
        words.append(f"{word} {danish.date_words(ended)}")
    lane.description = f"Status: {'. '.join(words)}."
    return lane


def _what_became(interval: Interval[str], after: Interval[str] | None, ended: datetime | None) -> str:
    """What became of the sanctions in a status that no longer stands; nothing where another status still names one."""
    is_followed = after is not None and interval.until == after.since
    if interval.until is not None and (interval.until == ended or not is_followed):
        return ", til det sluttede"
    following = read_sanctions(after.value if after else None)
    if not following.is_read or following.named.intersection(read_sanctions(interval.value).in_force):
        return ""  # it goes on, or nobody can tell
    return ", ophævet"


def _period(interval: Interval[T]) -> str:
    since = f"fra {danish.date_words(interval.since)}" if interval.since else "fra begyndelsen"
    latest = "senest " if interval.until_is_latest else ""
    return f"{since} til {latest}{danish.date_words(interval.until)}" if interval.until else since


def _paragraph_lane(rows: Sequence[tuple[str, list[Interval[str]]]], axis: _Axis) -> Lane:
    lane = Lane("Juridisk grundlag", "", 8, "")
    words = []
    for _, intervals in rows:
        room, y = _Room(), float(lane.height)
        present = [interval for interval in intervals if interval.value]
        names = list(dict.fromkeys(paragraph_name(interval.value) for interval in present))
        for place, interval in enumerate(present):
            start, end = axis.span(interval)
            older = interval.value != present[-1].value
            width = percent(max(end - start, 0.35))
            lane.bars.append(Bar(percent(start), width, y + 18, 8, "span-2" if older else "span"))
            words.append(f"{danish.hold(interval.value)} {_period(interval)}")
            if place == 0 or older or present[place - 1].value != interval.value:
                label = room.place(start, danish.hold(interval.value), y + 12, "halo", end=end)
                lane.labels += [label] if label else []
        if len(names) == 1 and len({interval.value for interval in present}) > 1:
            lane.note = "omdøbt ved lov"
        lane.height += 32
    lane.description = f"Juridisk grundlag: {'. '.join(words)}."
    return lane


def _step_lane(name: str, note: str, intervals: Sequence[Interval[T]], axis: _Axis, *, unit: str, zero: bool) -> Lane:
    """Steps, never slopes: nothing is known between two versions."""
    values = [float(interval.value) for interval in intervals if isinstance(interval.value, (int, float))]
    low, high = (0.0, max(values)) if zero else (min(values), max(values))
    top, bottom = 26.0, 74.0 if zero else 64.0

    def y_of(value: float) -> float:
        return round(bottom - (value - low) / (high - low) * (bottom - top), 1) if high > low else (top + bottom) / 2

    lane = Lane(name, note, 78, "")
    room, words = _Room(), []
    before: float | None = None
    for interval in intervals:
        if not isinstance(interval.value, (int, float)):
            before = None
            continue
        start, end = axis.span(interval)
        y = y_of(interval.value)
        if zero:
            lane.bars.append(Bar(percent(start), percent(max(end - start, 0)), y, 76 - y, "area"))
        lane.lines.append(Segment(percent(start), percent(end), y, y, "step"))
        if before is not None:
            lane.lines.append(Segment(percent(start), percent(start), before, y, "riser"))
        before = y
        words.append(f"{danish.number(interval.value)} {_period(interval)}")
    for place, interval in sorted(enumerate(intervals), key=lambda pair: pair[0] != len(intervals) - 1):
        if isinstance(interval.value, (int, float)):
            start, end = axis.span(interval)
            style = "halo t-b" if place == len(intervals) - 1 else "halo"
            label = room.place(start, danish.number(interval.value), y_of(interval.value) - 7, style, end=end)
            lane.labels += [label] if label else []
    lane.description = f"{name}{f', {unit}' if unit else ''}: {'. '.join(words)}."
    return lane


def _leader_lane(intervals: Sequence[Interval[str]], axis: _Axis) -> Lane:
    lane = Lane("Leder", "", 44, "")
    room, words = _Room(), []
    for place, interval in enumerate(interval for interval in intervals if interval.value):
        start, end = axis.span(interval)
        lane.bars.append(Bar(percent(start), percent(max(end - start, 0.35)), 26, 8, ("span", "span-2")[place % 2]))
        words.append(f"{interval.value} {_period(interval)}")
    for interval in reversed([interval for interval in intervals if interval.value]):
        start, end = axis.span(interval)
        label = room.place(start, interval.value, 18, "halo", end=end)
        lane.labels += [label] if label else []
    lane.description = f"Leder: {'. '.join(words)}."
    return lane
