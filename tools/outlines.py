"""Makes `generator/pages/listings/outlines.json` from the shapes of the npm package `react-denmark-map` 1.0.0 (MIT).

    python tools/outlines.py FOLDER_OF_THE_PACKAGE generator/pages/listings/outlines.json

The package draws every municipality by itself, with the white line between two of them cut out of both, and each part
of the country a little off. So the shapes are painted on a grid, grown until the cut is closed again (borders then are
one line for both neighbours), traced as arcs that neighbours share, moved to where they lie, and thinned.
"""

import json
import math
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

Point = tuple[float, float]
Corner = tuple[int, int]

CELL = 6  # units of the package's drawing, 28.5 m each
PAD = 20
WIDTH, HEIGHT = 10116 // CELL + 2 * PAD, 12289 // CELL + 2 * PAD
LAKE = 5_000_000 / (CELL * 28.5) ** 2  # water that the sea can't reach is kept from 5 km²
ISLET = 1_500_000 / (CELL * 28.5) ** 2  # land that is no municipality's largest part is kept from 1.5 km²
THIN = 1.6  # cells: how far an outline may lie from the traced one

# How much was cut off along the coast, whatever the width of the cut between neighbours, which is measured below:
# with this the municipalities have their known areas (the median is 1.00, nine of ten within 0.91 to 1.10).
CUT_OF_COASTS = 14 / CELL

# Each part of the country (first and last code), and how it lies: a centre in the package's units, then what x and y
# of a point (in thousands of units from there) come to, as 1, y, y², x, xy, x². The result is in units of 50 m:
# x = (lon - 8) · 1243.7 (cos 56° of the other), y = (57.8 - lat) · 2224. Found by least squares against the official
# outlines in 1:500,000, line to line; what remains is some 0.25 km, and under 0.75 km for nine points in ten.
Terms = tuple[float, float, float, float, float, float]
MOVES: tuple[tuple[str, str, Point, Terms, Terms], ...] = (
    ("0825", "0825", (6384, 1890), (3773.89, -80.74, 0, 580.33, 0, 0), (1185.85, 564.81, 0, 20.58, 0, 0)),
    ("0741", "0741", (5466, 7203), (3227.82, -8.31, 0, 538.68, 0, 0), (4272.12, 567.7, 0, 56.29, 0, 0)),
    ("0563", "0563", (711, 9054), (507.12, 28.22, 0, 561.08, 0, 0), (5319.39, 570.07, 0, 10.56, 0, 0)),
    ("0510", "0860", (3087, 5697),
     (1875.75, -4.32, 0.05, 579.17, -4.67, -0.91), (3386.67, 577.22, -0.28, 0.96, -1.26, 1.77)),
    ("0492", "0492", (5079, 11061), (2961.5, 0.66, 0, 555.23, 0, 0), (6485.37, 588.49, 0, 6.48, 0, 0)),
    ("0482", "0482", (5961, 10806), (3461.11, -19.49, 0, 545.14, 0, 0), (6354.62, 566.96, 0, -7.78, 0, 0)),
    ("0410", "0480", (4791, 9357), (2826.72, -8.42, 0, 555.1, 0, 0), (5506.53, 578.63, 0, 5.53, 0, 0)),
    ("0400", "0400", (9246, 1197), (8612.88, -10.72, 0, 513.01, 0, 0), (5912.41, 526.42, 0, 20.24, 0, 0)),
    ("0101", "0390", (8160, 9252),
     (4679.91, -23.48, 0.7, 557.89, -4.11, -1.25), (5436.66, 576.2, 0.87, 20.84, 0.82, 2.8)),
)  # fmt: skip

_TOKEN = re.compile(r"[MmLlCcZz]|-?\d*\.?\d+(?:e-?\d+)?")


def read_shapes(package: Path) -> dict[str, list[list[Point]]]:
    """The rings of each municipality by its code, in the package's own units."""
    text = (package / "dist" / "esm" / "index.js").read_text(encoding="utf-8")
    start = text.index('const _=[{id:"langeland"')  # the list of municipalities; others hold islands and regions
    block = text[start : text.index("function Z(l)", start)]
    return {code.zfill(4): list(rings(path)) for code, path in re.findall(r'code:"(\d+)",d:"([^"]*)"', block)}


def rings(path: str) -> Iterator[list[Point]]:
    """The closed lines of an SVG path of the commands M, L, C and Z."""
    tokens = iter(_TOKEN.findall(path))
    ring: list[Point] = []
    here, command = (0.0, 0.0), ""
    for token in tokens:
        if token in "Zz":
            if ring:
                yield ring
                here, ring = ring[0], []
            continue
        if token.isalpha():
            command, token = token, next(tokens)
        numbers = [float(token), *(float(next(tokens)) for _ in range(5 if command in "Cc" else 1))]
        base = here if command.islower() else (0.0, 0.0)
        points = [(base[0] + x, base[1] + y) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
        if command in "Cc":
            ring += bezier(here, *points)
        else:
            ring += points
        here = points[-1]
        command = {"M": "L", "m": "l"}.get(command, command)
    if ring:
        yield ring


def bezier(a: Point, b: Point, c: Point, d: Point) -> Iterator[Point]:
    """A cubic curve as a line of eight pieces, without its first point."""
    for step in range(1, 9):
        t = step / 8
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
        yield (
            sum(w * p[0] for w, p in zip(weights, (a, b, c, d), strict=True)),
            sum(w * p[1] for w, p in zip(weights, (a, b, c, d), strict=True)),
        )


def paint(shapes: dict[str, list[list[Point]]]) -> bytearray:
    """A grid that holds in every cell the number of the municipality that covers its middle, 1 for the first code."""
    grid = bytearray(WIDTH * HEIGHT)
    for number, code in enumerate(sorted(shapes), start=1):
        crossings: dict[int, list[float]] = defaultdict(list)
        for ring in shapes[code]:
            for (x0, y0), (x1, y1) in pairwise([*ring, ring[0]]):
                low, high = sorted(((y0 / CELL + PAD, x0 / CELL + PAD), (y1 / CELL + PAD, x1 / CELL + PAD)))
                for row in range(math.ceil(low[0] - 0.5), math.ceil(high[0] - 0.5)):
                    slope = (high[1] - low[1]) / (high[0] - low[0])
                    crossings[row].append(low[1] + (row + 0.5 - low[0]) * slope)
        for row, places in crossings.items():
            places.sort()
            for left, right in zip(places[::2], places[1::2], strict=True):
                first, last = math.ceil(left - 0.5), math.ceil(right - 0.5)
                grid[row * WIDTH + first : row * WIDTH + last] = bytes([number]) * max(0, last - first)
    return grid


def offsets(radius: float) -> list[tuple[float, int]]:
    """Every cell within a distance, nearest first: how far it is, and how far along the grid."""
    reach = range(-math.ceil(radius), math.ceil(radius) + 1)
    found = ((math.hypot(x, y), y * WIDTH + x) for y in reach for x in reach)
    return sorted(one for one in found if 0 < one[0] <= radius)


def shores(grid: bytearray) -> Iterator[int]:
    """The cells of land that have water beside them."""
    for cell, number in enumerate(grid):
        if number and not (grid[cell - 1] and grid[cell + 1] and grid[cell - WIDTH] and grid[cell + WIDTH]):
            yield cell


def cuts(grid: bytearray, numbers: int) -> list[float]:
    """How far each municipality was cut back: half of what usually lies between it and the next."""
    near, gaps = offsets(12), defaultdict(list)
    for cell in shores(grid):
        for distance, step in near:
            if grid[cell + step] not in (0, grid[cell]):
                gaps[grid[cell]].append(distance - 1)
                break
    medians = (sorted(gaps[n])[len(gaps[n]) // 2] / 2 if gaps[n] else CUT_OF_COASTS for n in range(1, numbers + 1))
    return [0.0, *medians]


def grow(grid: bytearray, radius: Sequence[float], place: Sequence[int]) -> bytearray:
    """Gives water to the nearest municipality: all that was cut out between two, and a strip along the coast."""
    near = offsets(2 * max(radius) + 1)
    reached: dict[int, dict[int, float]] = defaultdict(dict)
    for cell in shores(grid):
        number = grid[cell]
        for distance, step in near:
            if distance > 2 * radius[number] + 1:
                break
            if not grid[cell + step]:
                known = reached[cell + step]
                known[number] = min(known.get(number, math.inf), distance)
    grown = bytearray(grid)
    for cell, known in reached.items():
        ranked = sorted(known, key=lambda number: (known[number] / radius[number], number))
        is_cut = len({place[n] for n in ranked[:2]}) == 1 and sum(known[n] - radius[n] for n in ranked[:2]) <= 2
        if (ranked[1:] and is_cut) or known[ranked[0]] <= min(radius[ranked[0]], CUT_OF_COASTS):
            grown[cell] = ranked[0]
    return grown


def parts(grid: bytearray, is_land: bool) -> list[list[int]]:
    """The connected cells of one municipality each, or of water."""
    seen, found = bytearray(len(grid)), []
    for start, number in enumerate(grid):
        if seen[start] or bool(number) != is_land:
            continue
        seen[start] = 1
        part = [start]
        for cell in part:
            for beside in (cell - 1, cell + 1, cell - WIDTH, cell + WIDTH):
                if 0 <= beside < len(grid) and not seen[beside] and grid[beside] == number:
                    seen[beside] = 1
                    part.append(beside)
        found.append(part)
    return found


def tidy(grid: bytearray) -> None:
    """Fills puddles, and drops what is too small to be seen."""
    for part in parts(grid, is_land=False):
        if len(part) < LAKE:
            for cell in reversed(part):
                around = [grid[cell + step] for step in (-1, 1, -WIDTH, WIDTH) if grid[cell + step]]
                grid[cell] = max(around, key=around.count, default=0)
    largest: dict[int, int] = defaultdict(int)
    land = parts(grid, is_land=True)
    for part in land:
        largest[grid[part[0]]] = max(largest[grid[part[0]]], len(part))
    for part in land:
        if len(part) < min(ISLET, largest[grid[part[0]]]):
            around = [grid[cell + step] for cell in part for step in (-1, 1, -WIDTH, WIDTH)]
            others = [number for number in around if number != grid[part[0]]]
            for cell in part:
                grid[cell] = max(others, key=others.count)


def trace(grid: bytearray) -> dict[int, list[list[Corner]]]:
    """Each municipality's rings along the cells' corners, the municipality at the right hand (y goes down)."""
    edges: dict[int, dict[Corner, list[Corner]]] = defaultdict(lambda: defaultdict(list))
    for cell, number in enumerate(grid):
        if not number:
            continue
        y, x = divmod(cell, WIDTH)
        if grid[cell - WIDTH] != number:
            edges[number][x, y].append((x + 1, y))
        if grid[cell + 1] != number:
            edges[number][x + 1, y].append((x + 1, y + 1))
        if grid[cell + WIDTH] != number:
            edges[number][x + 1, y + 1].append((x, y + 1))
        if grid[cell - 1] != number:
            edges[number][x, y + 1].append((x, y))
    return {number: list(_rings(ways)) for number, ways in sorted(edges.items())}


def _rings(ways: dict[Corner, list[Corner]]) -> Iterator[list[Corner]]:
    while ways:
        start = min(ways)  # the leftmost corner: never one that two cells touch by
        ring, here, came = [start], start, (0, 0)
        while True:
            # Where two cells touch by a corner only, turn right: each keeps a ring of its own.
            right = (here[0] - came[1], here[1] + came[0])
            following = right if right in ways[here] else ways[here][0]
            ways[here].remove(following)
            if not ways[here]:
                del ways[here]
            if following == start:
                break
            came = (following[0] - here[0], following[1] - here[1])
            ring.append(following)
            here = following
        yield ring


def joints(traced: dict[int, list[list[Corner]]]) -> set[Corner]:
    """The corners where more than two lines meet: there an outline is parted into arcs."""
    beside: dict[Corner, set[Corner]] = defaultdict(set)
    for ring in (ring for found in traced.values() for ring in found):
        for a, b in pairwise([*ring, ring[0]]):
            beside[a].add(b)
            beside[b].add(a)
    return {corner for corner, others in beside.items() if len(others) > 2}


def arcs_of(ring: list[Corner], ends: set[Corner]) -> Iterator[tuple[list[Corner], bool]]:
    """A ring's arcs, each in the direction that both neighbours agree on; True where the ring runs against it."""
    places = [place for place, corner in enumerate(ring) if corner in ends]
    if not places:
        first = ring.index(min(ring))
        turned = [*ring[first:], *ring[:first], ring[first]]
        backwards = turned[1] > turned[-2]
        yield turned[::-1] if backwards else turned, backwards
        return
    turned = [*ring[places[0] :], *ring[: places[0]], ring[places[0]]]
    marks = [place for place, corner in enumerate(turned) if corner in ends]
    for a, b in pairwise(marks):
        arc = turned[a : b + 1]
        backwards = (arc[0], arc[1]) > (arc[-1], arc[-2])
        yield arc[::-1] if backwards else arc, backwards


def smooth(arc: list[Corner]) -> list[Point]:
    """The arc through the middles of its steps, thinned; its ends stay where they are."""
    middles = [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in pairwise(arc)]
    if arc[0] != arc[-1]:
        return thin([arc[0], *middles, arc[-1]])
    far = max(range(len(middles)), key=lambda place: math.dist(middles[0], middles[place]))
    return [*thin(middles[: far + 1])[:-1], *thin([*middles[far:], middles[0]])]


def thin(line: list[Point]) -> list[Point]:
    """Douglas and Peucker's way: leaves points out as long as the line stays within THIN of them."""
    kept, waiting = {0, len(line) - 1}, [(0, len(line) - 1)]
    while waiting:
        first, last = waiting.pop()
        if last - first < 2:
            continue
        far, place = max((_distance(line[p], line[first], line[last]), p) for p in range(first + 1, last))
        if far > THIN:
            kept.add(place)
            waiting += [(first, place), (place, last)]
    return [line[place] for place in sorted(kept)]


def _distance(p: Point, a: Point, b: Point) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = dx * dx + dy * dy
    t = max(0.0, min(1.0, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length)) if length else 0.0
    return math.hypot(p[0] - a[0] - t * dx, p[1] - a[1] - t * dy)


def place_of(code: str) -> int:
    """Which of the MOVES is a municipality's."""
    return next(number for number, (first, last, *_) in enumerate(MOVES) if first <= code <= last)


def move(point: Point, place: int) -> Corner:
    """From the grid to where it lies."""
    _, _, centre, east, south = MOVES[place]
    x, y = (((p - PAD) * CELL - c) / 1000 for p, c in zip(point, centre, strict=True))
    powers = (1, y, y * y, x, x * y, x * x)
    return (
        round(sum(term * power for term, power in zip(east, powers, strict=True))),
        round(sum(term * power for term, power in zip(south, powers, strict=True))),
    )


def make_outlines(shapes: dict[str, list[list[Point]]]) -> dict[str, object]:
    """The outlines as the generator reads them: arcs in steps, and each municipality's rings of arcs."""
    codes = sorted(shapes)
    places = [-1, *map(place_of, codes)]
    grid = paint(shapes)
    grid = grow(grid, cuts(grid, len(codes)), places)
    tidy(grid)
    traced = trace(grid)
    ends = joints(traced)
    numbers: dict[tuple[Corner, ...], int] = {}
    arcs: list[list[int]] = []
    outlines: dict[str, list[list[int]]] = {}
    for number, found in traced.items():
        outline = outlines.setdefault(codes[number - 1], [])
        for ring in found:
            run = []
            for arc, is_backwards in arcs_of(ring, ends):
                key = tuple(arc)
                if key not in numbers:
                    numbers[key] = len(arcs)
                    arcs.append(steps([move(point, places[number]) for point in smooth(arc)]))
                run.append(~numbers[key] if is_backwards else numbers[key])
            outline.append(run)
    return {
        "source": "Made by tools/outlines.py from react-denmark-map 1.0.0, Copyright (c) 2022 Martin Polley, MIT "
        "license (outlines.LICENSE.txt). Arcs: x, y, then steps; units of 50 m. Outlines: rings of arcs, ~n backwards.",
        "arcs": arcs,
        "outlines": outlines,
    }


def steps(points: Iterable[Corner]) -> list[int]:
    """A line as its first point and the way to each next one."""
    flat: list[int] = []
    here = (0, 0)
    for point in points:
        if not flat or point != here:
            flat += [point[0] - here[0], point[1] - here[1]]
            here = point
    return flat


def main() -> None:
    """Writes the file; see the module's own words."""
    package, target = map(Path, sys.argv[1:3])
    outlines = make_outlines(read_shapes(package))
    target.write_text(json.dumps(outlines, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
