"""Where the drawings put things."""

from itertools import pairwise

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from generator.pages import charts
from generator.pages.charts import YearLine, bands, ticks, year_labels


def drawn(markup: Markup) -> Tag:
    svg = BeautifulSoup(markup, "html.parser").svg
    assert svg is not None
    return svg


def per_cent(tag: Tag, name: str) -> float:
    return float(str(tag[name]).removesuffix("%"))


@pytest.mark.parametrize(
    ("highest", "expected"),
    [
        (0, [0, 1]),
        (0.3, [0, 1]),
        (1, [0, 1]),
        (4, [0, 1, 2, 3, 4]),
        (5, [0, 2, 4, 6]),
        (9, [0, 5, 10]),
        (17, [0, 5, 10, 15, 20]),
        (47_988, [0, 20_000, 40_000, 60_000]),
        (10**400, [0, 5 * 10**399, 10**400]),
        (3.5e7, [0, 10_000_000, 20_000_000, 30_000_000, 40_000_000]),
    ],
)
def test_ticks_are_round(highest: float, expected: list[int]) -> None:
    assert ticks(highest) == expected


@given(st.floats(0, 1e15), st.integers(1, 12))
def test_ticks_reach_the_highest_without_a_step_too_many(highest: float, most: int) -> None:
    found = ticks(highest, most)
    step = found[1]
    assert found[0] == 0 and found[-1] >= highest
    assert len(found) == 2 or found[-1] - step < highest
    assert len(found) - 1 <= most
    assert str(step).rstrip("0") in ("1", "2", "5")


def test_the_years_fill_the_width_beside_the_scale() -> None:
    columns = bands(4)
    assert columns[0][0] == charts.LEFT
    assert sum(columns[-1]) == pytest.approx(100)
    assert [x for x, _ in columns] == sorted(x for x, _ in columns)


@pytest.mark.parametrize("number", [1, 2, 7, 8, 13, 20, 21, 30])
@pytest.mark.parametrize("small", [False, True])
def test_years_are_thinned_from_the_last_one_back(number: int, small: bool) -> None:
    years = range(2000, 2000 + number)
    labels = year_labels(years, small=small)
    assert labels[-1] == (number - 1, str(years[-1]), True)
    assert len(labels) <= (charts.FEW_LABELS if small else charts.LABELS)
    narrow = [place for place, _, is_always in labels if is_always]
    assert len(narrow) <= charts.FEW_LABELS
    gaps = {b - a for a, b in pairwise(narrow)}
    assert len(gaps) <= 1, "evenly"


def test_thirteen_years_are_all_written_where_there_is_room_and_every_second_where_there_is_not() -> None:
    labels = year_labels(range(2014, 2027))
    assert [text for _, text, _ in labels] == [str(year) for year in range(2014, 2027)]
    assert [text for _, text, is_always in labels if is_always] == [
        "2014",
        "2016",
        "2018",
        "2020",
        "2022",
        "2024",
        "2026",
    ]


def test_steps_are_flat_and_stand_on_nought() -> None:
    svg = drawn(charts.steps((2020, 2021, 2022), [YearLine("Pladser", (10, 40, 40), 100)], "ord"))
    flat = svg.select(".step")
    assert all(line["y1"] == line["y2"] for line in flat)
    bottom, top = charts.NAME + 100, charts.NAME
    assert [float(str(line["y1"])) for line in flat] == [bottom - 25, top, top]
    assert [per_cent(line, "x2") for line in flat][-1] == 100
    risers = svg.select(".riser")
    assert len(risers) == 1, "where nothing changes, nothing rises"
    assert (risers[0]["x1"], risers[0]["x2"]) == (flat[1]["x1"], flat[1]["x1"])
    for area, line in zip(svg.select(".area"), flat, strict=True):
        assert float(str(area["y"])) + float(str(area["height"])) == bottom
        assert (area["x"], area["y"]) == (line["x1"], line["y1"])
    assert svg["aria-label"] == "ord" and svg["role"] == "img" and not svg.has_attr("viewbox")


def test_what_is_not_told_leaves_a_gap() -> None:
    svg = drawn(charts.steps((2020, 2021, 2022), [YearLine("Pladser", (10, None, 40), 100)], "ord"))
    assert len(svg.select(".step")) == 2 and svg.select(".riser") == []


def test_lanes_stand_one_above_the_other_over_the_same_years() -> None:
    svg = drawn(charts.steps((2020, 2021), [YearLine("Pladser", (1, 2), 100), YearLine("Tilbud", (1, 2), 50)], "ord"))
    lines = svg.select(".step")
    assert [line["x1"] for line in lines[:2]] == [line["x1"] for line in lines[2:]]
    assert all(float(str(line["y1"])) > charts.NAME + 100 for line in lines[2:])
    assert int(str(svg["height"])) == 2 * charts.NAME + 150 + charts.YEARS


@pytest.mark.parametrize("values", [(-5, 3), (0, 0), (None, None)])
def test_no_value_draws_anything_with_a_negative_size(values: tuple[int | None, int | None]) -> None:
    svg = drawn(charts.steps((2020, 2021), [YearLine("Pladser", values, 100)], "ord"))
    assert all(float(str(area["height"])) >= 0 for area in svg.select("rect"))
    assert float(str(drawn(charts.bar(-3, 10)).select("rect")[0]["width"]).removesuffix("%")) == 0


def test_a_number_past_all_floats_is_drawn_like_any_other() -> None:
    lane = YearLine("Pladser", (10**400, 0, 5 * 10**399), 100)
    lines = drawn(charts.steps((2020, 2021, 2022), [lane], "ord")).select(".step")
    assert [float(str(line["y1"])) - charts.NAME for line in lines] == [0, 100, 50]
    assert drawn(charts.bar(10**400, 10**400)).select("rect")[0]["width"] == "100%"
    assert drawn(charts.spark((0, 10**400), "ord")).path == drawn(charts.spark((0, 10), "ord")).path
    assert drawn(charts.span(0, 1e308, 1.7e308, ticks(1.7e308)[-1], "ord")).select(".bar-o")[0]["width"] == "85%"


def test_two_bars_a_year_stand_side_by_side_in_their_column() -> None:
    svg = drawn(charts.pairs((2020, 2021), (4, 0), (2, 3), "ord"))
    (first,), outlined = svg.select(".bar-f"), svg.select(".bar-o")
    assert len(outlined) == 2, "nought has no bar"
    assert float(str(first["height"])) == 2 * float(str(outlined[0]["height"]))
    (start, width), _ = bands(2)
    assert start < per_cent(first, "x")
    assert per_cent(first, "x") + per_cent(first, "width") < per_cent(outlined[0], "x")
    assert per_cent(outlined[0], "x") + per_cent(outlined[0], "width") < start + width


def test_a_spark_goes_from_side_to_side_and_breaks_where_nothing_is_told() -> None:
    path = drawn(charts.spark((0, 10), "ord")).path
    assert path is not None and path["d"] == "M0 21H52V1H104"
    broken = drawn(charts.spark((5, None, 5, 5), "ord")).path
    assert broken is not None and broken["d"] == "M0 1H26M52 1H78V1H104"


def test_a_span_is_as_wide_as_the_middle_half() -> None:
    svg = drawn(charts.span(20, 25, 40, 100, "ord"))
    box = svg.select(".bar-o")[0]
    assert (box["x"], box["width"]) == ("20%", "20%")
    mark = svg.select("svg svg, svg > svg")[0]
    assert mark["x"] == "25%"


def test_what_is_longer_than_seen_is_an_outlined_bar() -> None:
    ended, still = charts.length(2, 4, "ord", is_open=False), charts.length(4, 4, "ord", is_open=True)
    assert drawn(ended).select(".bar-f")[0]["width"] == "50%"
    assert drawn(still).select(".bar-o")[0]["width"] == "100%"


def test_words_of_the_data_are_only_words() -> None:
    lane = YearLine("<b>", (1,), 50)
    for markup in (charts.steps((2020,), [lane], '"><script>'), charts.spark((1,), '"><script>')):
        assert "<script>" not in markup and "<b>" not in markup
