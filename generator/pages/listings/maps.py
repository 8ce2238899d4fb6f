"""Maps: the municipalities by their approved places, and one municipality with its offers as dots."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from generator.pages import danish
from generator.pages.listings import outlines
from generator.pages.listings.catalog import Catalog, Group
from generator.pages.listings.outlines import Point
from generator.pages.listings.summary import OfferSummary, sort_key
from generator.register.model.municipalities import MUNICIPALITIES

CLASSES = 5
_SCALE = 0.2  # 250 m a unit on the map of the country
_TOLERANCE = 8  # 400 m
_WIDTH, _HEIGHT = 6980, 7260  # of the country without Bornholm, in the outlines' units of 50 m
# Bornholm lies nearer than it is, and the capital's surroundings are shown once more, larger, where there is only sea.
_BORNHOLM = "0400"
_BORNHOLM_TO = (6060.0, 200.0)
_CAPITAL = tuple(code for code in MUNICIPALITIES if "0101" <= code <= "0190")
_CAPITAL_TO, _CAPITAL_SCALE = (4720.0, 1230.0), 2.9
_FRAME = 70.0


@dataclass(frozen=True, slots=True)
class Shape:
    """A municipality on the map; `href` is empty where nothing is listed."""

    label: str
    href: str
    level: int  # 0: none, then 1 to 5
    path: str


@dataclass(frozen=True, slots=True)
class Frame:
    """A part of the country that does not stand where it lies."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class MunicipalityRow:
    """What a municipality has: a row of the table beneath the map."""

    name: str
    href: str
    places: int
    places_are_whole: bool  # no paragraph lacks its number
    offers: int
    level: int


@dataclass(frozen=True, slots=True)
class CountryMap:
    """The map of the country: shapes, frames and what the levels mean."""

    width: int
    height: int
    shapes: tuple[Shape, ...]
    backdrop: tuple[tuple[int, str], ...]  # the capital's municipalities where they lie, by level, without links
    frames: tuple[Frame, ...]
    levels: tuple[str, ...]  # what each level stands for, from 0
    amounts: tuple[MunicipalityRow, ...]
    counts_places: bool  # offers are counted where the data has no places
    left_out: int  # offers in operation whose municipality the data doesn't say, or says wrong


@dataclass(frozen=True, slots=True)
class SmallMap:
    """The country in a few paths, one a level; a picture without links."""

    width: int
    height: int
    paths: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Dot:
    """An offer on its municipality's outline."""

    x: int
    y: int
    name: str
    href: str
    is_alert: bool


@dataclass(frozen=True, slots=True)
class OutlineMap:
    """A municipality's outline with its offers in operation."""

    width: int
    height: int
    path: str
    dots: tuple[Dot, ...]
    notes: tuple[str, ...]  # what the drawing leaves out or moves


def country_map(catalog: Catalog) -> CountryMap:
    """The municipalities by approved places of offers in operation."""
    groups = _groups_by_code(catalog.municipalities)
    sums = {code: _sum_of(group) for code, group in groups.items()}
    counts_places = any(total.places for total in sums.values())
    measure = {code: total.places if counts_places else total.offers for code, total in sums.items()}
    bounds = bounds_of(measure.values())
    shapes: list[Shape] = []
    amounts: list[MunicipalityRow] = []
    backdrop: dict[int, list[str]] = {}
    for code, official in sorted(MUNICIPALITIES.items(), key=lambda item: sort_key(item[1])):
        group = groups.get(code)
        name = group.facet.name if group else official
        href = group.facet.address if group else ""
        total = sums.get(code, _NOTHING)
        level = level_of(measure.get(code, 0), bounds)
        amounts.append(MunicipalityRow(name, href, total.places, total.places_are_whole, total.offers, level))
        shapes.append(Shape(_label(name, total, counts_places), href, level, _country_path(code)))
        if code in _CAPITAL:
            backdrop.setdefault(level, []).append(_path(outlines.outline(code, _TOLERANCE)))
    return CountryMap(
        width=round(_WIDTH * _SCALE),
        height=round(_HEIGHT * _SCALE),
        shapes=tuple(shapes),
        backdrop=tuple((level, "".join(paths)) for level, paths in sorted(backdrop.items())),
        frames=(_frame([_BORNHOLM], _BORNHOLM_TO, 1), _frame(_CAPITAL, _CAPITAL_TO, _CAPITAL_SCALE)),
        levels=_level_words(bounds),
        amounts=tuple(amounts),
        left_out=catalog.active - sum(row.offers for row in amounts),
        counts_places=counts_places,
    )


def small_map(catalog: Catalog) -> SmallMap:
    """The same map as a small picture."""
    scale, tolerance = 0.06, 16
    groups = _groups_by_code(catalog.municipalities)
    sums = {code: _sum_of(group) for code, group in groups.items()}
    counts_places = any(total.places for total in sums.values())
    measure = {code: total.places if counts_places else total.offers for code, total in sums.items()}
    bounds = bounds_of(measure.values())
    paths: dict[int, list[str]] = {}
    for code in outlines.codes():
        level = level_of(measure.get(code, 0), bounds)
        lines = outlines.outline(code, tolerance)
        origin = _shift([_BORNHOLM], _BORNHOLM_TO) if code == _BORNHOLM else (0.0, 0.0)
        paths.setdefault(level, []).append(outlines.path(lines, scale, origin))
    joined = tuple((level, "".join(found)) for level, found in sorted(paths.items()))
    return SmallMap(round(_WIDTH * scale), round(_HEIGHT * scale), joined)


def _groups_by_code(groups: Iterable[Group]) -> dict[str, Group]:
    return {code: group for group in groups if (code := group.offers[0].kommunekode)}


class _Total(NamedTuple):
    places: int
    places_are_whole: bool
    offers: int


_NOTHING = _Total(0, True, 0)


def _sum_of(group: Group) -> _Total:
    active = [summary for summary in group.offers if summary.is_active]
    places = sum(summary.places or 0 for summary in active)
    return _Total(places, all(summary.places_are_whole for summary in active), len(active))


def bounds_of(amounts: Iterable[int]) -> tuple[int, ...]:
    """The largest amount of each level but the last: fifths of the municipalities, in round numbers."""
    known = sorted(amount for amount in amounts if amount > 0)
    fifths = (known[len(known) * part // CLASSES] for part in range(1, CLASSES)) if known else ()
    return tuple(sorted({bound for bound in map(_round, fifths) if bound < known[-1]}))  # none above the largest


def _round(amount: int) -> int:
    step: int = 10 ** max(0, len(str(amount)) - 2)
    return max(1, round(amount / step) * step)


def level_of(amount: int, bounds: Sequence[int]) -> int:
    """0 for nothing, else 1 and up: the first bound that the amount does not pass."""
    if amount <= 0:
        return 0
    return 1 + sum(amount > bound for bound in bounds)


def _level_words(bounds: Sequence[int]) -> tuple[str, ...]:
    words, low = ["ingen"], 1
    for bound in bounds:
        words.append(f"{danish.number(low)}–{danish.number(bound)}" if bound > low else danish.number(low))
        low = bound + 1
    return (*words, f"{danish.number(low)} og derover")


def _label(name: str, total: _Total, counts_places: bool) -> str:
    if not total.offers:
        return f"{name}: ingen tilbud i drift"
    offers = danish.count(total.offers, "tilbud", "tilbud")
    if not counts_places:
        return f"{name}: {offers}"
    if not total.places and not total.places_are_whole:
        return f"{name}: {offers}, pladser ikke oplyst"
    places = danish.least(danish.count(total.places, "plads", "pladser"), is_whole=total.places_are_whole)
    return f"{name}: {places} i {offers}"


def _path(lines: Iterable[Sequence[Point]]) -> str:
    return outlines.path(lines, _SCALE)


def _country_path(code: str) -> str:
    if code in _CAPITAL:
        left, top, *_ = _box(_CAPITAL)
        scale = _SCALE * _CAPITAL_SCALE
        origin = (left - _CAPITAL_TO[0] / _CAPITAL_SCALE, top - _CAPITAL_TO[1] / _CAPITAL_SCALE)
        return outlines.path(outlines.outline(code, _TOLERANCE / 2), scale, origin)
    if code == _BORNHOLM:
        return outlines.path(outlines.outline(code, _TOLERANCE), _SCALE, _shift([code], _BORNHOLM_TO))
    return _path(outlines.outline(code, _TOLERANCE))


def _box(codes: Iterable[str]) -> outlines.Box:
    return outlines.box_of(line for code in codes for line in outlines.outline(code))


def _shift(codes: Iterable[str], to: Point) -> Point:
    left, top, *_ = _box(codes)
    return left - to[0], top - to[1]


def _frame(codes: Iterable[str], to: Point, scale: float) -> Frame:
    left, top, right, bottom = _box(codes)
    return Frame(
        round((to[0] - _FRAME) * _SCALE),
        round((to[1] - _FRAME) * _SCALE),
        round(((right - left) * scale + 2 * _FRAME) * _SCALE),
        round(((bottom - top) * scale + 2 * _FRAME) * _SCALE),
    )


_SIDE = 400  # the longer side of a municipality's map, about as many pixels
_MARGIN = 12


def outline_map(code: str, summaries: Iterable[OfferSummary]) -> OutlineMap | None:
    """A municipality's outline with its offers in operation; None for a code that has no outline."""
    lines = outlines.outline(code) if code else ()
    active = [summary for summary in summaries if summary.is_active]
    if not lines or not any(summary.position for summary in active):
        return None
    left, top, right, bottom = outlines.box_of(lines)
    scale = (_SIDE - 2 * _MARGIN) / max(right - left, bottom - top)
    origin = (left - _MARGIN / scale, top - _MARGIN / scale)
    dots, outside, taken = [], 0, Counter[tuple[int, int]]()
    for summary in active:
        if summary.position is None:
            continue
        point = outlines.project(*summary.position)
        if outlines.distance(lines, point) > outlines.TOLERANCE:
            outside += 1
            continue
        x, y = (point[0] - origin[0]) * scale, (point[1] - origin[1]) * scale
        again = taken[round(x), round(y)]
        taken[round(x), round(y)] += 1
        # Offers in one house would hide each other: they stand around it, as seeds stand in a sunflower.
        around, far = again * 2.4, 6 * math.sqrt(again)
        dots.append(_dot(summary, round(x + far * math.cos(around)), round(y + far * math.sin(around))))
    width, height = ((far - near) * scale + 2 * _MARGIN for near, far in ((left, right), (top, bottom)))
    return OutlineMap(
        round(width),
        round(height),
        outlines.path(lines, scale, origin),
        tuple(sorted(dots, key=lambda dot: dot.is_alert)),  # a sanction lies on top
        tuple(_notes(sum(summary.position is None for summary in active), outside, max(taken.values(), default=0) > 1)),
    )


def _dot(summary: OfferSummary, x: int, y: int) -> Dot:
    is_alert = summary.style == "alert"
    name = f"{summary.name}, {danish.lower_first(summary.status)}" if is_alert else summary.name
    return Dot(x, y, name, summary.address, is_alert)


def _notes(without: int, outside: int, is_crowded: bool) -> Iterable[str]:
    if without:
        yield f"{danish.count(without, 'tilbud', 'tilbud')} har ingen position i data."
    if outside:
        yield f"{danish.count(outside, 'tilbud', 'tilbud')} har en position uden for kommunen og er ikke tegnet."
    if is_crowded:
        yield "Tilbud på samme adresse er rykket lidt fra hinanden."
