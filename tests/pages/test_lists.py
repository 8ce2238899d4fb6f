"""The lists: letters, tallies, companies, regions, new offers."""

from datetime import date
from typing import Any

import pytest

from generator.pages import danish, urls
from generator.pages.listings import facets
from generator.pages.listings.catalog import make_catalog
from generator.pages.listings.facets import MOST_LISTS
from generator.pages.listings.lists import (
    LONG,
    company_context,
    letter_of,
    list_pages,
    make_roll,
    new_context,
    tallies_of,
)
from generator.pages.listings.summary import age_span, left_out, make_summary
from generator.pages.page import Site
from generator.register.model.search_document import Facets
from tests.support.listings import address, approval, summary
from tests.support.offers import offer

SITE = Site("Spejl", is_demo=True, attribution="", operator="", contact="")
PULLED = date(2024, 6, 1)


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("Bo", "B"),
        ("ærø", "Æ"),
        ("Øst", "Ø"),
        ("Åen", "Å"),
        ("Aarhus", "Å"),
        ("7-tallet", "0–9"),
        ("«Hus»", ""),
        ("", ""),
    ],
)
def test_a_name_stands_under_its_danish_letter(name: str, letter: str) -> None:
    assert letter_of(name) == letter


def test_only_long_lists_have_letters_and_only_those_that_occur() -> None:
    names = [f"{letter}{number:02}" for letter in ("B", "Ø", "Å") for number in range(LONG // 2)]
    table = make_roll("Alle", [summary(name) for name in names], "x-")
    assert [(jump.label, jump.anchor) for jump in table.jumps] == [("B", "x-b"), ("Ø", "x-oe"), ("Å", "x-aa")]
    marked = {row.anchor: row.summary.name for row in table.rows if row.anchor}
    assert marked == {"x-b": "B00", "x-oe": "Ø00", "x-aa": "Å00"}
    assert make_roll("Få", [summary(name) for name in names[: LONG - 1]]).jumps == ()


def test_offers_are_counted_by_status_those_in_operation_first() -> None:
    found = tallies_of(
        [
            summary("A", status="OPHØRT"),
            summary("B", status="OPHØRT"),
            summary("C", godkendelse=approval(status="Påbud")),
            summary("D", godkendelse=approval()),
            summary("E", godkendelse=approval()),
        ]
    )
    assert [(t.status, t.style, t.offers) for t in found] == [
        ("Godkendt", "", 2),
        ("Påbud", "alert", 1),
        ("Ophørt", "gone", 2),
    ]


OWNER = {"cvrNummer": "12345678", "navn": "Fonden Eg"}


def test_a_company_has_a_page_with_every_role_and_the_name_used_most() -> None:
    catalog = make_catalog(
        [
            summary("A", driftsherre=OWNER, virksomhed=OWNER),
            summary("B", driftsherre={"cvrNummer": "12 34 56 78", "navn": "Fonden Eg"}),
            summary("C", driftsherre={"cvrNummer": "12345678", "navn": "Eg, Fonden"}, status="OPHØRT"),
            summary("F", driftsherre={"cvrNummer": "12345678", "navn": "FONDEN EG"}, status="OPHØRT"),
            summary("D", samarbejdskommuner=[{"cvrNummer": "87654321", "navn": "Aarhus Kommune"}]),
            summary("E", virksomhed={"navn": "Uden nummer"}),
            summary("G", samarbejdskommuner=[{"cvrNummer": "12345678", "navn": "Fonden Eg"}]),
        ]
    )
    assert [(company.name, company.active) for company in catalog.companies] == [
        ("Fonden Eg", 3),
        ("Aarhus Kommune", 1),
    ]
    page = company_context(SITE, {}, catalog.companies[0])
    assert page.page.address == facets.company("12345678").address == "virksomhed/12345678.html"
    assert (page.cvr, page.other_names) == ("12\u00a034\u00a056\u00a078", ("Eg, Fonden",))
    assert page.roles == [("driftsherre for", 2), ("virksomheden bag", 1), ("samarbejdskommune for", 1)]
    assert {table.heading: [(row.summary.name, row.roles) for row in table.rows] for table in page.tables} == {
        "Som driftsherre eller virksomhed": [("A", ("Driftsherre", "Virksomhed")), ("B", ("Driftsherre",))],
        "I andre roller": [("G", ("Samarbejdskommune",))],
        "Ikke længere i drift": [("C", ("Driftsherre",)), ("F", ("Driftsherre",))],
    }


@pytest.mark.parametrize("cvr", ["../x", "con", "ÆØÅ", "1" * 80, "12-34"])
def test_any_cvr_number_has_a_safe_address(cvr: str) -> None:
    assert facets.company(cvr).address == f"virksomhed/{urls.safe_name(cvr)}.html"
    (company,) = make_catalog([summary("A", driftsherre={"cvrNummer": cvr})]).companies
    assert company.address == facets.company(cvr).address and company.name.endswith("(uden navn)")


def test_regions_hold_the_offers_of_their_municipalities() -> None:
    offers = [
        summary("A", adresse=address("0751", "Aarhus")),
        summary("B", adresse=address("791", "Viborg")),
        summary("C", adresse=address("0101", "København")),
        summary("D", adresse=address("9999", "Intet")),
    ]
    catalog = make_catalog(offers)
    assert {group.facet.address: [o.name for o in group.offers] for group in catalog.regions} == {
        "region/1082.html": ["A", "B"],
        "region/1084.html": ["C"],
    }
    contexts = {make().page.address: make() for make in list_pages(SITE, catalog, {}, PULLED, history=True)}
    midt = contexts["region/1082.html"]
    assert [group.facet.name for group in midt.below] == ["Viborg", "Aarhus"]  # type: ignore[union-attr]
    assert contexts["kommune/0791.html"].above == catalog.regions[1].facet  # type: ignore[union-attr]
    assert contexts["kommune/9999.html"].above is None  # type: ignore[union-attr]
    assert len(contexts) == 4 + 1 + 4 + 2 - 1  # fixed pages, no groups but municipalities and regions


def new_names(*offers: tuple[str, str]) -> list[str]:
    catalog = make_catalog([summary(name, start) for name, start in offers])
    context = new_context(SITE, catalog, PULLED, history=True)
    return [row.summary.name for _, _, rows in context.months for row in rows]


def test_new_offers_are_those_of_twelve_months_before_the_data_s_own_day() -> None:
    offers = [("Gammel", "2022-04-30"), ("Først", "2022-05-01"), ("Sidst", "2023-05-20"), ("Ældst", "2014-01-01")]
    assert new_names(*offers) == ["Sidst", "Først"]
    # What is said to begin after the pull is neither new nor the data's day.
    assert new_names(*offers, ("Fremtid", "2025-01-01")) == ["Sidst", "Først"]


def test_new_offers_stand_newest_first_by_month() -> None:
    catalog = make_catalog(
        [summary("B", "2024-05-02"), summary("A", "2024-05-02"), summary("C", "2024-03-31"), summary("D", "2024-05-30")]
    )
    context = new_context(SITE, catalog, PULLED, history=True)
    assert context.since == date(2023, 5, 1)
    assert [(month, [row.summary.name for row in rows]) for month, _, rows in context.months] == [
        ("maj 2024", ["D", "A", "B"]),
        ("marts 2024", ["C"]),
    ]


def test_without_history_nobody_is_told_what_is_new() -> None:
    context = new_context(SITE, make_catalog([summary("A", "2024-05-02")]), PULLED, history=False)
    assert context.since is None and context.months == ()


def test_an_offer_stands_in_so_many_lists_at_most_and_the_report_says_so() -> None:
    places = [{"paragraf": f"SEL § {n}", "antal": 1} for n in range(MOST_LISTS + 50)]
    groups = [{"navn": f"gruppe {n}"} for n in range(MOST_LISTS)]
    read = offer({"fra": "2020-01-01", "godkendelse": {"pladser": places}, "maalgrupper": groups})
    one = make_summary(read)
    assert (len(one.paragraphs), len(one.target_groups)) == (MOST_LISTS, MOST_LISTS)
    assert one.places == MOST_LISTS + 50
    assert [problem.reason for problem in left_out(read)] == [
        f"har {MOST_LISTS + 50} juridiske grundlag; det står kun på lister under de første {MOST_LISTS}"
    ]


def test_a_name_in_a_list_has_an_end() -> None:
    assert summary("N" * 5_000).name == f"{'N' * danish.LONGEST} …"


@pytest.mark.parametrize(
    ("groups", "ages"),
    [
        ([(18, 65), (60, None)], "fra 18\xa0år"),
        ([(18, 65), (None, 17)], "til 65\xa0år"),
        ([(None, 17), (60, None)], ""),
        ([(18, 65), (3, 17), (None, None)], "3–65\xa0år"),
        ([(None, None)], ""),
    ],
)
def test_ages_are_open_where_those_of_a_group_are(groups: list[tuple[int | None, int | None]], ages: str) -> None:
    found = summary(maalgrupper=[{"navn": "Autisme", "alderFra": first, "alderTil": last} for first, last in groups])
    assert found.ages == ages


def test_an_age_that_cannot_be_read_is_not_told_as_none() -> None:
    def ages_of(*groups: dict[str, Any]) -> str:
        return age_span(offer({"fra": "2020-01-01", "maalgrupper": list(groups)}).current)

    assert ages_of({"navn": "A", "alderFra": 18, "alderTil": "høj"}) == "18–?\u00a0år"
    assert ages_of({"navn": "A", "alderFra": 18}, {"navn": "B", "alderFra": 3, "alderTil": "x"}) == "3–?\u00a0år"
    assert ages_of({"navn": "A", "alderFra": "x", "alderTil": "y"}) == ""


def test_the_search_calls_what_is_listed_once_by_one_name() -> None:
    offers = [
        summary(str(number), adresse=address("0461", name), godkendelse={"pladser": [{"paragraf": text}]})
        for number, (name, text) in enumerate(
            [("Odense", "SEL § 107"), ("Odense", "SEL § 107"), ("Odense Kommune", "SEL §107")]
        )
    ]
    spellings = make_catalog(offers).spellings
    assert spellings["kommune"] == {"Odense Kommune": "Odense"}
    facets = Facets(kommune="Odense Kommune", grundlag=("SEL § 107",), maalgruppe=("A",), alder=(("A", 1, 2),))
    assert facets.respelled({**spellings, "maalgruppe": {"A": "B"}}) == Facets(
        kommune="Odense", grundlag=("SEL § 107",), maalgruppe=("B",), alder=(("B", 1, 2),)
    )
