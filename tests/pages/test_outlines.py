"""The municipalities' outlines lie where the municipalities lie, and neighbours share their lines."""

import math
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.demo.places import MUNICIPALITIES as TOWNS
from generator.pages.listings import outlines
from generator.register.model.municipalities import MUNICIPALITIES, REGION_CODES
from generator.register.model.vocabulary import region_of

SQUARE = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0))
HOLE = ((4.0, 4.0), (6.0, 4.0), (6.0, 6.0), (4.0, 6.0))


def edges(code: str, tolerance: float = 0) -> set[frozenset[outlines.Point]]:
    """The pieces of an outline, in no direction."""
    lines = outlines.outline(code, tolerance)
    return {frozenset(pair) for line in lines for pair in pairwise([*line, line[0]])}


def area(code: str) -> float:
    """In km²; a hole counts against it, since it runs the other way round."""
    lines = outlines.outline(code)
    doubled = sum(a[0] * b[1] - b[0] * a[1] for line in lines for a, b in pairwise([*line, line[0]]))
    return abs(doubled) / 2 * (outlines.METRES / 1000) ** 2


def test_every_municipality_has_an_outline_a_name_and_a_region() -> None:
    assert len(MUNICIPALITIES) == 98
    assert set(outlines.codes()) == set(MUNICIPALITIES) == {town.code for town in TOWNS}
    assert {region_of(code) for code in MUNICIPALITIES} == set(REGION_CODES)
    assert outlines.outline("0411") == ()  # Christiansø is no municipality
    assert outlines.outline("751") == outlines.outline("0751") != ()


def test_towns_lie_within_their_municipality() -> None:
    off = {
        town.name: outlines.distance(outlines.outline(town.code), outlines.project(town.latitude, town.longitude))
        for town in TOWNS
    }
    outside = {name: metres * outlines.METRES for name, metres in off.items() if metres}
    assert set(outside) <= {"Dragør", "Langeland", "Sønderborg", "Fanø"}
    assert max(outside.values()) < outlines.TOLERANCE * outlines.METRES


def test_a_town_lies_in_no_other_municipality() -> None:
    for town in TOWNS:
        point = outlines.project(town.latitude, town.longitude)
        inside = [code for code in outlines.codes() if outlines.distance(outlines.outline(code), point) == 0]
        assert inside in ([town.code], []), town.name


@pytest.mark.parametrize(
    ("code", "square_kilometres"),
    [("0751", 468), ("0791", 1421), ("0461", 306), ("0360", 886), ("0760", 1470), ("0741", 114), ("0400", 589)],
)
def test_municipalities_have_about_their_known_area(code: str, square_kilometres: float) -> None:
    assert area(code) == pytest.approx(square_kilometres, rel=0.1)


@pytest.mark.parametrize("tolerance", [0, 8, 20])
@pytest.mark.parametrize(("one", "other"), [("0791", "0740"), ("0101", "0147"), ("0461", "0480"), ("0370", "0320")])
def test_neighbours_share_their_line_however_it_is_thinned(one: str, other: str, tolerance: float) -> None:
    shared = edges(one, tolerance) & edges(other, tolerance)
    assert shared
    assert not shared & edges("0860", tolerance)
    assert len(edges(one, 20)) < len(edges(one))


def test_a_point_is_outside_by_its_distance_and_a_hole_is_outside() -> None:
    lines = (SQUARE, HOLE)
    assert outlines.distance(lines, (2, 2)) == 0
    assert outlines.distance(lines, (5, 5)) == 1
    assert outlines.distance(lines, (13, 14)) == 5
    assert outlines.distance(lines, (5, -2)) == 2


def test_a_path_is_written_in_steps_from_its_origin() -> None:
    assert outlines.path((SQUARE,)) == "M0 0l10 0 0 10-10 0z"
    assert outlines.path((SQUARE, HOLE), 2, (-1, 1)) == "M2-2l20 0 0 20-20 0zM10 6l4 0 0 4-4 0z"
    assert outlines.path((((0.1, 0.1), (0.2, 0.2), (0.1, 0.2)),)) == "M0 0z"


NUMBERS = st.integers(0, 100).map(float)


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=2, max_size=30), st.sampled_from([0.5, 3.0, 20.0]))
def test_a_thinned_line_keeps_its_ends_and_stays_near(line: list[outlines.Point], tolerance: float) -> None:
    thinned = outlines.thin(line, tolerance)
    assert (thinned[0], thinned[-1]) == (line[0], line[-1])
    rest = iter(line)
    assert all(point in rest for point in thinned)  # nothing new, and in order
    assert outlines.thin(thinned, tolerance) == thinned


def test_no_point_of_a_thinned_line_was_farther_off_than_allowed() -> None:
    wave = [(float(x), 10 * math.sin(x / 5)) for x in range(200)]
    thinned = outlines.thin(wave, 2)
    assert 2 < len(thinned) < 60
    for x, y in wave:
        a, b = next((a, b) for a, b in pairwise(thinned) if a[0] <= x <= b[0])
        on_line = a[1] + (b[1] - a[1]) * (x - a[0]) / (b[0] - a[0])
        assert abs(on_line - y) < 4


def test_the_licence_travels_with_the_shapes() -> None:
    folder = Path(outlines.__file__).parent
    licence = (folder / "outlines.LICENSE.txt").read_text(encoding="utf-8")
    assert "MIT License" in licence and "Copyright (c) 2022 Martin Polley" in licence
    assert re.search(r"MIT license.*outlines\.LICENSE\.txt", (folder / "outlines.json").read_text(encoding="utf-8"))
