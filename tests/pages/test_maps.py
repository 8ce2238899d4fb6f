"""The map of the country and a municipality's map with its offers."""

import pytest

from generator.pages.listings.catalog import make_catalog
from generator.pages.listings.maps import OutlineMap, bounds_of, country_map, level_of, outline_map, small_map
from tests.support.listings import address, approval, summary

AARHUS = (56.156, 10.21)


def aarhus(name: str, position: tuple[float, float] | None = AARHUS, **facts: object) -> dict[str, object]:
    return {"name": name, "adresse": address("0751", "Aarhus", position), **facts}


def drawn(*offers: dict[str, object]) -> OutlineMap:
    found = outline_map("0751", [summary(**offer) for offer in offers])  # type: ignore[arg-type]
    assert found is not None
    return found


def test_levels_are_fifths_in_round_numbers() -> None:
    assert bounds_of(range(1, 101)) == (21, 41, 61, 81)
    assert bounds_of([0, 1234, 5678, 3333, 120, 45]) == (120, 1200, 3300)  # nothing is above the largest
    assert bounds_of([0, 0]) == ()
    assert [level_of(amount, (10, 20)) for amount in (0, 1, 10, 11, 20, 21, 999)] == [0, 1, 1, 2, 2, 3, 3]


def test_the_map_counts_approved_places_of_offers_in_operation() -> None:
    catalog = make_catalog(
        [
            summary("A", adresse=address("0751", "Aarhus"), godkendelse=approval(12)),
            summary("B", adresse=address("751", "Aarhus"), godkendelse=approval(30)),  # the same code, written shorter
            summary("C", adresse=address("0751", "Aarhus"), godkendelse=approval(500), status="OPHØRT"),
            summary("D", adresse=address("0825", "Læsø"), godkendelse=approval(4)),
            summary("E", godkendelse=approval(7)),  # nobody knows where
        ]
    )
    drawing = country_map(catalog)
    told = {shape.label for shape in drawing.shapes if shape.href}
    assert told == {"Aarhus: 42\u00a0pladser i 2\u00a0tilbud", "Læsø: 4\u00a0pladser i 1\u00a0tilbud"}
    assert len(drawing.shapes) == len(drawing.amounts) == 98
    amounts = {row.name: (row.places, row.offers, row.href) for row in drawing.amounts}
    assert amounts["Aarhus"] == (42, 2, "kommune/0751.html")
    assert amounts["Samsø"] == (0, 0, "")
    assert sum(row.places for row in drawing.amounts) == 46
    assert [row.name for row in drawing.amounts][-3:] == ["Aabenraa", "Aalborg", "Aarhus"]
    levels = {row.name: row.level for row in drawing.amounts}
    assert levels["Samsø"] == 0 < levels["Læsø"] < levels["Aarhus"] == len(drawing.levels) - 1
    assert sum(len(path) for _, path in small_map(catalog).paths) < 12_000


def test_places_that_lack_a_number_are_the_least() -> None:
    catalog = make_catalog(
        [
            summary("A", adresse=address("0751", "Aarhus"), godkendelse=approval(12)),
            summary("B", adresse=address("0751", "Aarhus"), godkendelse=approval(None)),
            summary("C", adresse=address("0825", "Læsø"), godkendelse=approval(None)),
        ]
    )
    drawing = country_map(catalog)
    assert {shape.label for shape in drawing.shapes if shape.href} == {
        "Aarhus: mindst 12\u00a0pladser i 2\u00a0tilbud",
        "Læsø: 1\u00a0tilbud, pladser ikke oplyst",
    }


def test_where_the_data_has_no_places_offers_are_counted() -> None:
    drawing = country_map(make_catalog([summary("A", adresse=address("0751", "Aarhus"))]))
    assert not drawing.counts_places
    assert {shape.label for shape in drawing.shapes if shape.level} == {"Aarhus: 1\u00a0tilbud"}


def test_each_offer_in_operation_is_a_dot_with_its_name_and_page() -> None:
    drawing = drawn(aarhus("Nord", (56.25, 10.2)), aarhus("Syd", (56.05, 10.2)), aarhus("Lukket", status="OPHØRT"))
    dots = {dot.name: dot for dot in drawing.dots}
    assert set(dots) == {"Nord", "Syd"}
    assert dots["Nord"].y < dots["Syd"].y and dots["Nord"].href.startswith("tilbud/")
    assert all(0 <= dot.x <= drawing.width and 0 <= dot.y <= drawing.height for dot in drawing.dots)
    assert drawing.notes == ()


def test_a_sanction_in_force_is_said_and_lies_on_top() -> None:
    sanction = approval(3, status="Skærpet tilsyn")
    drawing = drawn(aarhus("Streng", (56.1, 10.2), godkendelse=sanction), aarhus("Mild", (56.2, 10.2)))
    assert [(dot.name, dot.is_alert) for dot in drawing.dots] == [("Mild", False), ("Streng, skærpet tilsyn", True)]


def test_what_can_not_be_drawn_is_said() -> None:
    drawing = drawn(aarhus("Her"), aarhus("Uden", None), aarhus("Odense", (55.396, 10.388)))
    assert [dot.name for dot in drawing.dots] == ["Her"]
    assert len(drawing.notes) == 2
    assert "1\u00a0tilbud har ingen position" in drawing.notes[0] and "uden for kommunen" in drawing.notes[1]


def test_offers_in_one_house_stand_side_by_side() -> None:
    drawing = drawn(*(aarhus(name) for name in "ABCDEF"))
    assert len({(dot.x, dot.y) for dot in drawing.dots}) == 6
    assert "rykket" in drawing.notes[0]
    xs, ys = [dot.x for dot in drawing.dots], [dot.y for dot in drawing.dots]
    assert max(xs) - min(xs) < 40 and max(ys) - min(ys) < 40


@pytest.mark.parametrize("code", ["", "0411", "9999"])
def test_a_place_without_an_outline_has_no_map(code: str) -> None:
    assert outline_map(code, [summary("A", adresse=address("0751", "Aarhus", AARHUS))]) is None


def test_without_positions_there_is_no_map() -> None:
    assert outline_map("0751", [summary("A", adresse=address("0751", "Aarhus"))]) is None
