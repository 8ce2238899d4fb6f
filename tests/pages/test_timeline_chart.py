"""Where things stand on the timeline, and that nothing is lost on it."""

from typing import Any

import pytest

from generator.pages.offer.offer_history import History, make_history
from generator.pages.offer.timeline_chart import Chart, Lane
from generator.pages.sentences import version_texts
from generator.register.history.fact_history import make_fact_history
from generator.register.history.timeline import Offer
from generator.register.mapping.mapping import default_mapping
from tests.support.offers import approved, offer
from tests.support.versions import offer as offer_of
from tests.support.versions import version


def history_of(found: Offer) -> History:
    return make_history(found, version_texts(default_mapping(), found), make_fact_history(found))


def chart(found: Offer) -> Chart:
    drawn = history_of(found).chart
    assert drawn is not None
    return drawn


def lane(drawn: Chart, name: str) -> Lane:
    return next(one for one in drawn.lanes if one.name == name)


def place(percent: str) -> float:
    return float(percent.removesuffix("%"))


def years(*numbers: int, **facts: Any) -> list[dict[str, Any]]:
    return [{"fra": f"{year}-01-01", **approved("Godkendt", year), **facts} for year in numbers]


def test_time_runs_in_scale_and_what_holds_goes_on_to_the_edge() -> None:
    drawn = chart(offer(*years(2010, 2015, 2020)))
    first, middle, last = (place(mark.x) for mark in lane(drawn, "Ændringer").marks)
    assert middle - first == pytest.approx(last - middle, abs=0.05)
    steps = [line for line in lane(drawn, "Pladser").lines if line.style == "step"]
    assert [place(line.x1) for line in steps] == [first, middle, last]
    assert steps[-1].x2 == "100%"
    assert drawn.is_open


def test_an_offer_that_has_ended_has_no_now() -> None:
    ended = offer(*years(2010, 2015), {"fra": "2020-01-01", **approved("Ophørt", 3), "status": "OPHOERT"})
    drawn = chart(ended)
    steps = [line for line in lane(drawn, "Pladser").lines if line.style == "step"]
    assert place(steps[-1].x2) < 98
    assert not drawn.is_open
    assert "Ophørt 1. januar 2020" in lane(drawn, "Status").description


def test_only_a_sanction_in_force_is_drawn_as_one() -> None:
    past = chart(offer({"fra": "2020-01-01", **approved("Påbud")}, {"fra": "2021-01-01", **approved("Godkendt")}))
    assert [bar.style for bar in lane(past, "Status").bars] == ["span-s", "span"]
    assert "Påbud, ophævet" in [label.text for label in lane(past, "Status").labels]
    now = chart(offer({"fra": "2020-01-01", **approved("Godkendt")}, {"fra": "2021-01-01", **approved("Påbud")}))
    assert [bar.style for bar in lane(now, "Status").bars] == ["span", "span-s now"]


def test_marks_too_near_each_other_share_one_that_tells_how_many() -> None:
    days = [{"fra": day, **approved("Godkendt", n)} for n, day in enumerate(("2010-01-01", "2020-01-01", "2020-01-09"))]
    marks = lane(chart(offer(*days)), "Ændringer").marks
    assert [mark.href for mark in marks] == ["#version-1", "#version-2"]
    assert marks[1].name == "Version 2–3: 2\u00a0ændringer fra 1. januar 2020 til 9. januar 2020"
    assert marks[1].number == "2–3"


def test_labels_never_stand_on_each_other() -> None:
    found = offer(*({"fra": f"{2000 + n}-0{1 + n % 9}-01", **approved("Godkendt", 1000 + n * 37)} for n in range(25)))
    for one in chart(found).lanes:
        taken: list[tuple[float, float]] = []
        for label in one.labels:
            if label.anchor == "start":
                x, width = place(label.x), len(label.text) * 6.9 / 8.6
                assert all(x >= end or x + width <= start for start, end in taken), label
                taken.append((x, x + width))


def test_one_version_is_no_line() -> None:
    found = offer(*years(2010))
    assert history_of(found).chart is None


def test_a_price_in_another_unit_is_no_step_of_the_same_line() -> None:
    def price(amount: int, unit: str) -> dict[str, Any]:
        return {"takster": [{"ydelse": "Ophold", "beloeb": amount, "enhed": unit}]}

    found = offer(
        {"fra": "2020-01-01", **price(900, "kr. pr. time")},
        {"fra": "2021-01-01", **price(2000, "kr. pr. døgn")},
        {"fra": "2022-01-01", **price(2100, "kr. pr. døgn")},
    )
    drawn = lane(chart(found), "Takst for ophold")
    assert [label.text for label in drawn.labels] == ["2.100", "2.000"]
    assert "900" not in drawn.description


def test_what_an_offer_only_has_in_the_version_that_ends_it_is_no_line() -> None:
    takster = {"takster": [{"ydelse": "Ophold", "beloeb": 900, "enhed": "kr."}]}
    ended = offer({"fra": "2020-01-01"}, {"fra": "2021-01-01", "status": "OPHOERT", **approved("Ophørt", 8), **takster})
    assert [one.name for one in chart(ended).lanes][:2] == ["Ændringer", "Status"]
    assert {"Pladser", "Takst for ophold"}.isdisjoint(one.name for one in chart(ended).lanes)


def test_what_is_to_come_stands_in_words_only() -> None:
    found = offer(
        {"fra": "2020-01-01", **approved("Godkendt")}, {"fra": "2021-01-01", **approved("Påbud")}, *years(2099)
    )
    history = history_of(found)
    assert [mark.href for mark in lane(chart(found), "Ændringer").marks] == ["#version-1", "#version-2"]
    assert [view.standing for _, views in history.years for view in views] == ["kommende", "", ""]
    assert [change.anchor for change in history.latest] == ["version-2"]


@pytest.mark.parametrize(
    ("after", "suffix"),
    [("Skærpet tilsyn og påbud", ""), ("Skærpet tilsyn påklaget", ""), ("Godkendt", ", ophævet")],
)
def test_a_sanction_is_called_lifted_only_where_the_next_status_no_longer_names_it(after: str, suffix: str) -> None:
    found = offer({"fra": "2015-01-01", **approved("Skærpet tilsyn")}, {"fra": "2021-01-01", **approved(after)})
    status = next(lane for lane in chart(found).lanes if lane.name == "Status")
    assert f"Skærpet tilsyn{suffix}" in [label.text for label in status.labels]


def test_what_is_to_come_is_told_at_the_head() -> None:
    found = offer({"fra": "2015-01-01"}, {"fra": "2030-01-01", "status": "OPHOERT"})
    (coming,) = history_of(found).coming
    assert (coming.anchor, coming.text) == ("version-2", "Registrering: ændret fra aktivt til ophørt")


@pytest.mark.parametrize(
    ("until", "after", "label"),
    [
        (None, {}, "Påbud"),
        (None, approved("Se note"), "Påbud"),
        ("2018-12-31", approved("Godkendt"), "Påbud, til det sluttede"),
        (None, approved("Godkendt"), "Påbud, ophævet"),
    ],
)
def test_a_sanction_is_drawn_as_its_section_tells_it(until: str | None, after: dict[str, Any], label: str) -> None:
    first = {"fra": "2015-01-01", **approved("Påbud"), **({"til": until} if until else {})}
    drawn = chart(offer(first, {"fra": "2020-01-01", **after}))
    assert label in [each.text for each in lane(drawn, "Status").labels]


def test_what_a_version_without_a_start_ended_is_drawn_as_over_by_then() -> None:
    drawn = chart(
        offer_of(
            version(1, "2015-01-01", **approved("Påbud")),
            version(2, None, **approved("Godkendt")),
            version(3, "2024-01-05", **approved("Godkendt", 7)),
        )
    )
    assert "Påbud fra 1. januar 2015 til senest 1. januar 2024" in lane(drawn, "Status").description
