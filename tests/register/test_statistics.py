"""What an offer adds to the statistics, by hand-made histories and by an oracle that asks for each year's last day."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.register.history.statistics import (
    ALL,
    NOTHING,
    Duration,
    Key,
    Median,
    PlaceCount,
    RegisterCounts,
    median_standing,
    spread,
    spreads,
)
from generator.register.history.timeline import Offer, read_offers
from generator.register.mapping.mapping import default_mapping
from generator.register.model.clock import end_of_day, parse_time
from generator.register.model.documents import Observed, Pull, Pulls

MAPPING = default_mapping()
NIGHTS = {1: datetime(2024, 5, 1, 2, tzinfo=UTC), 2: datetime(2025, 6, 1, 2, tzinfo=UTC)}
NOW = datetime(2026, 3, 10, 2, tzinfo=UTC)
PULLS = Pulls.of(Pull(n, moment, complete=True) for n, moment in {**NIGHTS, 3: NOW}.items())
YEARS = range(2014, 2026)
Seen = tuple[int, int | None]


def places(*numbers: int | None, paragraph: str = "SEL § 107") -> dict[str, Any]:
    return {"godkendelse": {"pladser": [{"paragraf": paragraph, "antal": antal} for antal in numbers]}}


def version(number: Any, start: str | None, *seen: Seen, status: str = "AKTIV", **tilbud: Any) -> Observed:
    envelope = {"tilbudsId": 1, "version": number, "gyldigFra": start, "status": status, "tilbud": tilbud}
    return Observed(f"1-{number}", "", seen or ((1, None),), {"TilbudEnvelope": envelope})


def offer(*documents: Observed) -> Offer:
    (one,), _ = read_offers(MAPPING, documents, PULLS)
    return one


def count(*documents: Observed, past: bool = True, standing: bool = True) -> RegisterCounts:
    tally = RegisterCounts()
    tally.count(offer(*documents), MAPPING.says_active, NOW, past=past, standing=standing)
    return tally


def years(tally: RegisterCounts, key: Key = ALL) -> dict[int, PlaceCount]:
    """The years in which there was any of it."""
    history = tally.histories(YEARS).get(key, [])
    return {year: amount for year, amount in zip(YEARS, history, strict=False) if amount != NOTHING}


# Years


def test_a_year_has_what_held_at_its_end_and_now_what_holds() -> None:
    tally = count(
        version(1, "2021-05-01", **places(10)),
        version(2, "2023-02-01", **places(11)),
        version(3, "2023-11-01", **places(12)),
        version(4, "2026-01-15", **places(20)),
    )
    assert {year: amount.places for year, amount in years(tally).items()} == {
        2021: 10, 2022: 10, 2023: 12, 2024: 12, 2025: 12,
    }  # fmt: skip
    assert tally.at(ALL) == PlaceCount(1, 20, 1, 0)
    assert (tally.begun, tally.ended) == (Counter({2021: 1}), Counter())


@pytest.mark.parametrize(
    ("start", "first"),
    [
        ("2020-12-31T23:30:00+01:00", 2020),
        ("2021-01-01T00:00:00+01:00", 2021),
        ("2020-12-31T23:30:00Z", 2021),  # half past midnight in Denmark
    ],
)
def test_a_year_ends_with_31_december_in_denmark(start: str, first: int) -> None:
    tally = count(version(1, start, **places(1)))
    assert min(years(tally)) == first
    assert tally.begun == Counter({first: 1})


def test_a_ceased_offer_counts_until_it_ceased() -> None:
    tally = count(version(1, "2019-05-01", **places(5)), version(2, "2022-06-30", status="OPHOERT", **places(5)))
    assert list(years(tally)) == [2019, 2020, 2021]
    assert (tally.begun, tally.ended, tally.gone) == (Counter({2019: 1}), Counter({2022: 1}), Counter())
    assert tally.at(ALL) == NOTHING


def test_one_that_reopens_is_not_there_between_and_begins_anew() -> None:
    tally = count(
        version(1, "2016-05-01"), version(2, "2018-05-01", status="OPHOERT"), version(3, "2021-05-01"),
    )  # fmt: skip
    assert list(years(tally)) == [2016, 2017, 2021, 2022, 2023, 2024, 2025]
    assert (tally.begun, tally.ended) == (Counter({2016: 1, 2021: 1}), Counter({2018: 1}))


def test_one_that_was_ceased_from_the_first_has_neither_begun_nor_ended() -> None:
    tally = count(version(1, "2016-05-01", status="OPHOERT"))
    assert (tally.begun, tally.ended, years(tally)) == (Counter(), Counter(), {})


def test_one_that_is_gone_counts_until_it_was_last_seen() -> None:
    tally = count(version(1, "2023-05-01", (1, 2), **places(5)))
    assert list(years(tally)) == [2023, 2024]
    assert (tally.ended, tally.gone) == (Counter({2025: 1}), Counter({2025: 1}))
    assert tally.at(ALL) == NOTHING


def test_one_that_ceased_before_it_was_gone_ended_when_it_ceased() -> None:
    tally = count(version(1, "2020-05-01", (1, 2)), version(2, "2023-05-01", (1, 2), status="OPHOERT"))
    assert list(years(tally)) == [2020, 2021, 2022]
    assert (tally.ended, tally.gone) == (Counter({2023: 1}), Counter())


def test_a_correction_counts_for_all_the_time_of_its_version() -> None:
    tally = count(
        version(1, "2020-05-01", (1, 2), **places(5)),
        version(1, "2020-05-01", (3, None), **places(7)),
    )
    assert {amount.places for amount in years(tally).values()} == {7}


def test_a_higher_version_with_an_earlier_start_is_the_state() -> None:
    tally = count(
        version(1, "2018-05-01", **places(5)),
        version(2, "2022-05-01", **places(6)),
        version(3, "2020-05-01", **places(7)),
    )
    assert [amount.places for amount in years(tally).values()] == [5, 5, 7, 7, 7, 7, 7, 7]


def test_what_is_to_come_counts_nowhere() -> None:
    tally = count(version(1, "2020-05-01", **places(5)), version(2, "2026-12-01", **places(50)))
    assert tally.at(ALL).places == 5
    assert {amount.places for amount in years(tally).values()} == {5}


def test_one_that_is_only_to_come_counts_nowhere_yet() -> None:
    tally = count(version(1, "2027-12-01", **places(5)))
    assert (tally.at(ALL), tally.begun, years(tally)) == (NOTHING, Counter(), {})


def test_without_a_start_it_counts_from_when_the_mirror_saw_it() -> None:
    assert list(years(count(version(1, None, **places(5))))) == [2024, 2025]


def test_what_came_before_the_years_is_in_the_first_of_them() -> None:
    tally = count(version(1, "2010-05-01", **places(5)), version(2, "2015-05-01", **places(6)))
    assert [amount.places for amount in tally.histories(range(2014, 2017))[ALL]] == [5, 6, 6]
    assert tally.first_year() == 2010


def test_without_a_past_only_now_is_told() -> None:
    tally = count(version(1, "2020-05-01"), version(2, "2022-05-01", **places(5)), past=False, standing=False)
    assert tally.first_year() is None and not tally.standing
    assert tally.at(ALL) == PlaceCount(1, 5, 1, 0)


# What it counts under


def test_under_each_paragraph_it_counts_once_with_the_places_of_that_one() -> None:
    approval = {"pladser": [
        {"paragraf": "SEL § 107", "antal": 5}, {"paragraf": "§ 107", "antal": 1}, {"paragraf": "SEL § 107", "antal": 2},
        {"paragraf": "SEL § 104", "antal": 9},
    ]}  # fmt: skip
    tally = count(version(1, "2025-05-01", godkendelse=approval))
    assert tally.at(("grundlag", "SEL/107//")) == PlaceCount(1, 7, 1, 0)
    assert tally.at(("grundlag", "SEL/104//")) == PlaceCount(1, 9, 1, 0)
    assert tally.at(ALL) == PlaceCount(1, 17, 1, 0), "in all, the offer counts once"
    assert tally.histories(YEARS)["grundlag", "SEL/107//"][-1] == PlaceCount(1, 7, 1, 0)


def test_a_paragraph_and_what_the_law_renamed_it_to_are_one() -> None:
    former = {"pladser": [
        {"paragraf": "SEL § 66, stk. 1, nr. 5", "antal": 3}, {"paragraf": "SEL § 66, stk. 1, nr. 6", "antal": 4},
    ]}  # fmt: skip
    tally = count(
        version(1, "2022-05-01", godkendelse=former),
        version(2, "2024-01-01", **places(7, paragraph="BL § 43, stk. 1, nr. 6")),
    )
    assert {key for key, _, _ in tally.steps if key[0] == "grundlag"} == {("grundlag", "BL/43/1/6")}
    assert list(years(tally, ("grundlag", "BL/43/1/6")).values()) == [PlaceCount(1, 7, 1, 0)] * 4


def test_places_that_are_not_told_are_none_and_not_nought() -> None:
    told, untold = count(version(1, "2025-05-01", **places(0))), count(version(1, "2025-05-01", **places(None)))
    assert (told.at(ALL), untold.at(ALL)) == (PlaceCount(1, 0, 1, 0), PlaceCount(1, 0, 0, 1))
    assert count(version(1, "2025-05-01")).at(("grundlag", "")) == PlaceCount(1, 0, 0, 0), (
        "what has no paragraph counts as such"
    )


def test_a_sum_that_lacks_the_number_of_a_paragraph_is_the_least() -> None:
    tally = RegisterCounts()
    for documents in (version(1, "2024-05-01", **places(12, None)), version(1, "2025-05-01", **places(8))):
        tally.add(count(documents))
    assert tally.at(ALL) == PlaceCount(2, 20, 2, 1)
    assert years(tally)[2024] == PlaceCount(1, 12, 1, 1)
    assert not tally.at(ALL).is_whole and tally.at(ALL).is_told


def test_it_counts_under_municipality_region_authority_and_ownership() -> None:
    tally = count(
        version(
            1, "2024-05-01", adresse={"kommunekode": "0751", "kommunenavn": "Aarhus"},
            godkendelse={"socialtilsyn": "Socialtilsyn  Midt"},
            virksomhed={"virksomhedsform": {"beskrivelse": "Kommune"}},
        ),
        version(
            2, "2025-05-01", adresse={"kommunekode": "0101", "kommunenavn": "København"},
            godkendelse={"socialtilsyn": "socialtilsyn midt"},
            virksomhed={"virksomhedsform": {"beskrivelse": "Primærkommune"}},
        ),
    )  # fmt: skip
    assert {key: list(years(tally, key)) for key, _, _ in tally.steps} == {
        ALL: [2024, 2025],
        ("grundlag", ""): [2024, 2025],
        ("kommune", "0751"): [2024],
        ("kommune", "0101"): [2025],
        ("region", "Region Midtjylland"): [2024],
        ("region", "Region Hovedstaden"): [2025],
        ("tilsyn", "socialtilsyn midt"): [2024, 2025],
        ("ejerform", "Kommunal"): [2024, 2025],
    }
    assert tally.spellings("kommune") == {"0751": "Aarhus", "0101": "København"}


def test_a_name_is_spelled_as_most_do() -> None:
    tally = RegisterCounts()
    tally.names.update(
        {("tilsyn", "a", "A"): 2, ("tilsyn", "a", "a"): 3, ("tilsyn", "b", "B"): 1, ("enhed", "c", "C"): 9}
    )
    assert tally.spellings("tilsyn") == {"a": "a", "b": "B"}


# Against an oracle, and together


@st.composite
def histories(draw: st.DrawFn) -> list[Observed]:
    documents = []
    for number in range(1, draw(st.integers(1, 7)) + 1):
        start = f"{draw(st.integers(2014, 2026))}-{draw(st.integers(1, 12)):02}-{draw(st.integers(1, 28)):02}"
        status = draw(st.sampled_from(["AKTIV", "AKTIV", "OPHOERT"]))
        documents.append(version(number, start, status=status, **places(draw(st.integers(0, 9)))))
    return documents


def state_on(documents: list[Observed], year: int) -> PlaceCount:
    """The rule as it is promised: the highest version with gyldigFra ≤ the end of the day, Danish time."""
    day = end_of_day(datetime(year, 12, 31, tzinfo=UTC).date())
    found = NOTHING
    for document in documents:
        envelope = document.envelope["TilbudEnvelope"]
        start = parse_time(envelope["gyldigFra"])
        if start is not None and start <= day:
            is_active = envelope["status"] == "AKTIV"
            antal = envelope["tilbud"]["godkendelse"]["pladser"][0]["antal"]
            found = PlaceCount(1, antal, 1, 0) if is_active else NOTHING
    return found


@given(histories())
def test_every_year_has_the_state_of_its_last_day(documents: list[Observed]) -> None:
    tally = count(*documents)
    history = tally.histories(YEARS).get(ALL, [NOTHING] * len(YEARS))
    expected = [state_on(documents, year) for year in YEARS]
    assert history == expected


@given(st.lists(histories(), max_size=5))
def test_openings_and_closures_add_up_to_what_is_in_operation(registers: list[list[Observed]]) -> None:
    tally = RegisterCounts()
    for documents in registers:
        tally.add(count(*documents))
    history = dict(zip(YEARS, tally.histories(YEARS).get(ALL, [NOTHING] * len(YEARS)), strict=True))
    history[2026] = tally.at(ALL)
    for year, amount in history.items():
        balance = sum(tally.begun[y] - tally.ended[y] for y in range(2014, year + 1))
        assert amount.offers == balance, year


@given(st.lists(histories(), max_size=4))
def test_tallies_merge_in_any_order(registers: list[list[Observed]]) -> None:
    one, other = RegisterCounts(), RegisterCounts()
    for documents in registers:
        one.add(count(*documents))
    for documents in reversed(registers):
        other.count(offer(*documents), MAPPING.says_active, NOW, past=True, standing=True)
    assert one == other


# How long facts stand


def standing(tally: RegisterCounts, fact: str) -> list[tuple[int, bool]]:
    return sorted((one.months, one.is_ended) for one in tally.standing.elements() if one.fact == fact)


def test_a_fact_stands_from_one_change_to_the_next_and_the_last_is_only_watched() -> None:
    tally = count(
        version(1, "2020-01-01", beskrivelse="A"),
        version(2, "2021-01-02", beskrivelse="A", navn="nyt"),
        version(3, "2022-01-02", beskrivelse="B"),
    )
    # To 1 March 2026, the turn of the month.
    assert standing(tally, "beskrivelse") == [(24, True), (49, False)]


def test_figures_wait_for_the_turn_of_the_month() -> None:
    started = version(1, "2020-01-01", beskrivelse="A")
    late = count(started, version(2, "2026-03-05", beskrivelse="B"))
    assert standing(late, "beskrivelse") == standing(count(started), "beskrivelse") == [(73, False)]


def test_a_closure_cuts_a_fact_short_but_is_no_change_of_it() -> None:
    tally = count(
        version(1, "2020-01-01", beskrivelse="A"), version(2, "2021-01-02", status="OPHOERT", beskrivelse="B"),
    )  # fmt: skip
    assert standing(tally, "beskrivelse") == [(12, False)]


def test_what_is_not_told_does_not_stand() -> None:
    tally = count(version(1, "2020-01-01"), version(2, "2022-01-01", kontakt={"leder": "A"}))
    assert standing(tally, "leder") == [(49, False)]
    assert {one.fact for one in tally.standing} == {"leder"}


def test_the_law_and_the_order_of_a_list_change_nothing() -> None:
    def state(paragraph: str, theme: str, *groups: str) -> dict[str, Any]:
        return {
            **places(7, paragraph=paragraph),
            "maalgrupper": [{"navn": name} for name in groups],
            "kvalitetsvurdering": [{"tema": theme, "score": 3}],
        }

    tally = count(
        version(1, "2022-01-01", **state("SEL § 66, stk. 1, nr. 6", "Målgruppe, metoder og resultater", "A", "B")),
        version(2, "2024-01-01", **state("BL § 43, stk. 1, nr. 6", "Målgrupper, metoder og resultater", "B", "A")),
    )
    assert [standing(tally, fact) for fact in ("pladser", "maalgrupper", "vurderinger")] == [[(49, False)]] * 3


def test_a_spell_belongs_to_the_authority_it_began_under() -> None:
    tally = count(
        version(1, "2022-01-01", beskrivelse="A", godkendelse={"socialtilsyn": "Nord"}),
        version(2, "2023-01-01", beskrivelse="A", godkendelse={"socialtilsyn": "Syd"}),
    )
    assert set(tally.standing) == {Duration("beskrivelse", "nord", 49, False)}


@pytest.mark.parametrize(
    ("intervals", "median"),
    [
        ({}, None),
        ({(3, True): 1}, Median(3, 3, 1, 0)),
        ({(1, True): 1, (2, True): 1, (3, True): 1, (4, True): 1}, Median(2, 4, 4, 0)),
        # Three sixths are left after the third of six ends: exactly the half, whatever floating point makes of it.
        ({(1, True): 1, (2, True): 1, (3, True): 1, (9, False): 3}, Median(3, 9, 6, 3)),
        ({(1, True): 1, (9, False): 3}, Median(None, 9, 4, 3)),
        # The one that was lost sight of at 2 isn't at risk at 3: 3/4, then nothing of two is half of it.
        ({(1, True): 1, (2, False): 1, (3, True): 1, (5, False): 1}, Median(3, 5, 4, 2)),
        # At the same time, an end comes before a loss of sight.
        ({(2, True): 1, (2, False): 1}, Median(2, 2, 2, 1)),
    ],
)
def test_the_median_counts_what_goes_on_as_lasting_at_least_so_long(
    intervals: dict[tuple[int, bool], int], median: Median | None
) -> None:
    assert median_standing(intervals) == median


# Prices


def test_prices_are_grouped_by_service_and_unit_and_the_offer_counted_once() -> None:
    takster = [
        {"ydelse": "Botilbud", "beloeb": 100, "enhed": "kr. pr. døgn"},
        {"ydelse": "botilbud ", "beloeb": 200, "enhed": "kr. pr. døgn"},
        {"ydelse": "Botilbud", "beloeb": 30, "enhed": "kr. pr. time"},
        {"ydelse": "Botilbud", "enhed": "kr. pr. time"},
    ]
    tally = count(version(1, "2020-01-01"), version(2, "2021-01-01", takster=takster))
    assert tally.prices == Counter({
        ("botilbud", "kr. pr. døgn", 100.0): 1, ("botilbud", "kr. pr. døgn", 200.0): 1,
        ("botilbud", "kr. pr. time", 30.0): 1,
    })  # fmt: skip
    assert tally.priced == Counter({("botilbud", "kr. pr. døgn"): 1, ("botilbud", "kr. pr. time"): 1})
    assert not count(version(1, "2020-01-01", status="OPHOERT", takster=takster)).prices


def test_only_what_enough_offers_have_has_a_median() -> None:
    tally = RegisterCounts()
    for offers, unit in ((5, "døgn"), (4, "time")):
        for number in range(offers):
            tally.prices["botilbud", unit, float(number)] += 1
            tally.priced["botilbud", unit] += 1
    found, left_out = spreads(tally)
    assert [(one.unit, one.offers, one.median) for one in found] == [("døgn", 5, 2.0)]
    assert left_out == 1


def test_the_middle_half_lies_between_the_quartiles() -> None:
    one = spread("a", "b", 5, {10.0: 1, 20.0: 2, 30.0: 1, 100.0: 1})
    assert (one.prices, one.lower, one.median, one.upper) == (5, 20, 20, 30)
    assert spread("a", "b", 5, {10.0: 1, 20.0: 1})[4:] == (12.5, 15, 17.5)
    assert spread("a", "b", 5, {1.7e308: 5})[4:] == (1.7e308,) * 3
