"""The municipalities' outlines, and where a position lies among them.

The file beside this module is made by `tools/outlines.py`, which says where the shapes come from; their licence stands
in `outlines.LICENSE.txt`. Neighbours share their lines, so thinning a line never opens a gap between them.
"""

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import orjson

Point = tuple[float, float]
Box = tuple[float, float, float, float]  # left, top, right, bottom

METRES = 50  # a unit of the drawing
# How far an outline may be from the truth: see the tool. Farther out than this, a position is not its municipality's.
TOLERANCE = 1500 / METRES


def project(latitude: float, longitude: float) -> Point:
    """A position in WGS 84 on the drawing: x to the east, y to the south."""
    return (longitude - 8) * 1243.7, (57.8 - latitude) * 2224


@lru_cache(maxsize=1)
def _file() -> tuple[list[list[Point]], dict[str, list[list[int]]]]:
    data = orjson.loads(Path(__file__).with_suffix(".json").read_bytes())
    arcs = []
    for steps in data["arcs"]:
        x = y = 0
        line: list[Point] = []
        for dx, dy in zip(steps[::2], steps[1::2], strict=True):
            x, y = x + dx, y + dy
            line.append((x, y))
        arcs.append(line)
    return arcs, data["outlines"]


def codes() -> tuple[str, ...]:
    """Every municipality that has an outline, by its kommunekode of four digits."""
    return tuple(_file()[1])


@lru_cache(maxsize=256)
def outline(code: str, tolerance: float = 0) -> tuple[tuple[Point, ...], ...]:
    """A municipality's closed lines, thinned as far as the tolerance allows; () for a code that has none."""
    found = _file()[1].get(code.zfill(4), [])
    lines = []
    for ring in found:
        line: list[Point] = []
        for number in ring:
            arc = _thinned(number if number >= 0 else ~number, tolerance)
            line += (arc if number >= 0 else arc[::-1])[:-1]  # the next one begins where this ends
        if len(line) > 2:
            lines.append(tuple(line))
    return tuple(lines)


@lru_cache(maxsize=2048)
def _thinned(number: int, tolerance: float) -> tuple[Point, ...]:
    line = _file()[0][number]
    if tolerance <= 0:
        return tuple(line)
    if line[0] != line[-1]:
        return tuple(thin(line, tolerance))
    far = max(range(len(line)), key=lambda place: math.dist(line[0], line[place]))
    return (*thin(line[: far + 1], tolerance)[:-1], *thin(line[far:], tolerance))


def thin(line: Sequence[Point], tolerance: float) -> list[Point]:
    """Douglas and Peucker's way: leaves points out as long as the line stays within the tolerance of them."""
    kept, waiting = {0, len(line) - 1}, [(0, len(line) - 1)]
    while waiting:
        first, last = waiting.pop()
        if last - first < 2:
            continue
        far, place = max((_to_line(line[p], line[first], line[last]), p) for p in range(first + 1, last))
        if far > tolerance:
            kept.add(place)
            waiting += [(first, place), (place, last)]
    return [line[place] for place in sorted(kept)]


def _to_line(p: Point, a: Point, b: Point) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = dx * dx + dy * dy
    t = max(0.0, min(1.0, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length)) if length else 0.0
    return math.hypot(p[0] - a[0] - t * dx, p[1] - a[1] - t * dy)


def distance(lines: Iterable[Sequence[Point]], point: Point) -> float:
    """How far a point is outside closed lines; 0 within them."""
    x, y = point
    is_inside, nearest = False, math.inf
    for line in lines:
        for a, b in pairwise([*line, line[0]]):
            if (a[1] > y) != (b[1] > y) and x < a[0] + (y - a[1]) * (b[0] - a[0]) / (b[1] - a[1]):
                is_inside = not is_inside
            nearest = min(nearest, _to_line(point, a, b))
    return 0.0 if is_inside else nearest


def box_of(lines: Iterable[Sequence[Point]]) -> Box:
    """The upright box around lines."""
    points = [point for line in lines for point in line]
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    return min(xs), min(ys), max(xs), max(ys)


def path(lines: Iterable[Sequence[Point]], scale: float = 1, origin: Point = (0, 0)) -> str:
    """SVG path data of closed lines in whole numbers, moved so that the origin is 0 0; in steps, which are short."""
    words = []
    for line in lines:
        rounded = [(round((x - origin[0]) * scale), round((y - origin[1]) * scale)) for x, y in line]
        words.append("M{} {}".format(*rounded[0]))
        steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(rounded) if a != b]
        words.append("l" + " ".join(f"{dx} {dy}" for dx, dy in steps) + "z" if steps else "z")
    return "".join(words).replace(" -", "-")
