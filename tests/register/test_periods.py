"""An offer whose attributes are lists of values with their periods."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.register.history.periods import read_periods
from generator.register.mapping.mapping import Mapping, default_mapping_text, read_mapping
from generator.register.model.clock import danish_day, end_of_day
from generator.register.model.documents import Observed, Problem
from generator.register.model.sanctions import read_sanctions
from tests.support.layouts import numbers, offer, read
from tests.support.versions import night

TEXT = default_mapping_text("periods")
MAPPING = read_mapping(TEXT, "mapping.toml")
HALF_OPEN = read_mapping(TEXT.replace("period_until_included = true", "period_until_included = false"), "mapping.toml")


def held(value: Any, start: Any, until: Any = None, updated: str | None = None) -> dict[str, Any]:
    """An item of an attribute: a value or an object, with its period."""
    members = value if isinstance(value, dict) else {"vaerdi": value}
    return {**members, "periode": {"gyldigFra": start, "gyldigTil": until}, "sidstOpdateret": updated}


def states(mapping: Mapping = MAPPING, **tilbud: Any) -> dict[str, Any]:
    """What of `tilbud` holds, by the day from which it does; "" for the time before all days."""
    found, _ = read_periods(mapping, {"tilbud": tilbud})
    return {danish_day(start).isoformat() if start else "": state["tilbud"] for start, _, state in found}


def reasons(**tilbud: Any) -> list[str]:
    return read_periods(MAPPING, {"tilbud": tilbud})[1]


def document(*seen: tuple[int, int | None], **tilbud: Any) -> Observed:
    envelope = {"tilbudsId": 10000, "status": [held("AKTIV", "2021-01-01")], "tilbud": tilbud}
    return Observed("10000", "", seen or ((1, None),), {"TilbudEnvelope": envelope})


# What holds when


def test_a_version_begins_wherever_a_period_begins_or_ends() -> None:
    found = states(
        navn=[held("A", "2021-01-01", "2021-05-31"), held("B", "2021-06-01")],
        kontakt=[held({"leder": "L"}, "2021-03-01", "2021-08-31")],
    )
    assert found == {
        "2021-01-01": {"navn": "A"},
        "2021-03-01": {"navn": "A", "kontakt": {"leder": "L"}},
        "2021-06-01": {"navn": "B", "kontakt": {"leder": "L"}},
        "2021-09-01": {"navn": "B"},
    }


def test_versions_are_called_by_the_beginning_of_their_danish_day() -> None:
    found = offer("periods", document(navn=[held("A", "2021-01-01", "2021-06-30"), held("B", "2021-07-01")]))
    assert numbers(found) == ["20201231T230000Z", "20210630T220000Z"]
    (change,) = found.versions[-1].changes
    assert (change.field, change.before, change.after) == ("navn", "A", "B")
    assert found.current.status == "AKTIV"


def test_periods_themselves_make_no_version() -> None:
    found = offer("periods", document(navn=[held("A", "2021-01-01", "2021-06-30"), held("A", "2021-07-01")]))
    assert [entry.changes for entry in found.newest_first] == [()]
    assert found.unknown == {}


def test_a_list_holds_all_items_that_cover_the_day_and_no_others() -> None:
    rate = {"ydelse": "Dag", "beloeb": 1}
    found = states(
        takster=[held(rate, "2021-01-01"), held({**rate, "beloeb": 2}, "2021-02-01", "2021-02-28")],
        metoder=[held("KRAP", "2021-01-01", "2021-02-28"), held(["Neuro", "ICDP"], "2021-02-01")],
    )
    assert found == {
        "2021-01-01": {"takster": [rate], "metoder": ["KRAP"]},
        "2021-02-01": {"takster": [rate, {**rate, "beloeb": 2}], "metoder": ["KRAP", "Neuro", "ICDP"]},
        "2021-03-01": {"takster": [rate], "metoder": ["Neuro", "ICDP"]},
    }


def test_a_list_without_items_on_a_day_is_empty_and_a_value_is_not_there() -> None:
    found = states(navn=[held("A", "2021-01-01", "2021-01-31")], metoder=[held("KRAP", "2021-02-01")])
    assert found == {"2021-01-01": {"navn": "A", "metoder": []}, "2021-02-01": {"metoder": ["KRAP"]}}


def test_a_date_as_an_end_is_the_last_day_unless_the_mapping_says_otherwise() -> None:
    names = [held("A", "2021-01-01", "2021-02-01"), held("B", "2021-02-01", "2021-03-01")]
    odd = states(navn=names, pNummer=[held(1, "2021-01-01")])
    assert odd["2021-02-01"]["navn"] == "B", "the one that began last"
    assert list(odd) == ["2021-01-01", "2021-02-01", "2021-02-02", "2021-03-02"]
    half_open = states(HALF_OPEN, navn=names, pNummer=[held(1, "2021-01-01")])
    assert list(half_open) == ["2021-01-01", "2021-02-01", "2021-03-01"]
    *_, (_, end, _) = read_periods(HALF_OPEN, {"tilbud": {"navn": names}})[0]
    assert end is not None and danish_day(end) == date(2021, 3, 1)


def test_times_are_half_open_to_the_second() -> None:
    names = [
        held("A", "2021-01-01T08:00:00.700Z", "2021-01-01T09:00:00Z"),
        held("B", "2021-01-01T10:00:00+01:00", "2021-01-01T10:00:00Z"),
        held("C", "2021-01-01T10:00:00.001Z"),
    ]
    found = offer("periods", document(navn=names))
    assert numbers(found) == ["20201231T230000Z", "20210101T080000Z", "20210101T090000Z", "20210101T100000Z"]
    assert found.current.navn == "C"


def test_ends_that_mean_never_are_never() -> None:
    for never in (None, "9999-12-31", "9999-12-31T23:59:59Z"):
        assert list(states(navn=[held("A", "2021-01-01", never)])) == ["2021-01-01"]


def test_one_item_may_stand_for_a_list_of_one() -> None:
    assert states(navn=held("A", "2021-01-01")) == {"2021-01-01": {"navn": "A"}}


def test_what_has_no_period_holds_always() -> None:
    found = states(tilbudsId=10000, note="n", rum=[{"antal": 1}], navn=[held("A", "2021-01-01")])
    assert found == {"2021-01-01": {"tilbudsId": 10000, "note": "n", "rum": [{"antal": 1}], "navn": "A"}}


def test_attributes_may_lie_inside_objects_and_items() -> None:
    found = states(
        kontakt={"leder": [held("L", "2021-01-01", "2021-01-31"), held("M", "2021-02-01")], "telefon": "1"},
        afdelinger=[held({"afdelingsId": 1, "navn": [held("N", "2021-01-01"), held("S", "2021-03-01")]}, "2021-02-01")],
    )
    first = {"kontakt": {"leder": "L", "telefon": "1"}, "afdelinger": []}
    assert found["2021-01-01"] == first
    assert found["2021-03-01"] == {
        "kontakt": {"leder": "M", "telefon": "1"},
        "afdelinger": [{"afdelingsId": 1, "navn": "S"}],
    }


def test_a_period_inside_a_value_makes_no_version_outside_of_it() -> None:
    inner = [held("KRAP", "2015-01-01", "2030-01-01")]
    found = states(afdelinger=[held({"afdelingsId": 1, "maalgrupper": inner}, "2021-01-01", "2021-01-31")])
    assert found == {"2021-01-01": {"afdelinger": [{"afdelingsId": 1, "maalgrupper": ["KRAP"]}]}}


def test_the_period_of_a_thing_inside_a_value_is_not_the_value_s() -> None:
    """As in CVR: the address holds from 1901, its municipality, as such, from 2007."""
    address = {"vejnavn": "Engvej", "kommune": {"kode": 151, **held({}, "2007-01-01")}}
    assert states(adresse=[held(address, "1901-01-01")]) == {
        "1901-01-01": {"adresse": {"vejnavn": "Engvej", "kommune": {"kode": 151}}}
    }


def test_the_names_are_settings() -> None:
    text = TEXT.replace('value = "vaerdi"', 'value = "v"').replace('period = "periode"', 'period = "p"')
    text = text.replace('period_from = "gyldigFra"', 'period_from = "f"').replace('"sidstOpdateret"', '"u"')
    mapping = read_mapping(text.replace('period_until = "gyldigTil"', 'period_until = "t"'), "mapping.toml")
    names = [
        {"v": "A", "p": {"f": "2021-01-01", "t": "2021-01-31"}, "u": None},
        {"v": "B", "p": {"f": "2021-02-01"}, "u": "2021-02-01"},
    ]
    assert states(mapping, navn=names) == {"2021-01-01": {"navn": "A"}, "2021-02-01": {"navn": "B"}}


def test_what_is_a_list_is_what_the_mapping_says_wherever_the_source_keeps_it() -> None:
    text = TEXT.replace('metoder = "tilbud.metoder"', 'metoder = "tilbud.faglig.tilgange"')
    mapping = read_mapping(text.replace("tilbud.takster[]", "tilbud.priser[]"), "mapping.toml")
    found = states(
        mapping,
        faglig={"tilgange": [held("KRAP", "2021-01-01")]},
        priser=[held({"ydelse": "Dag"}, "2021-01-01")],
        takster=[held({"ydelse": "Dag"}, "2021-01-01")],
    )
    assert found["2021-01-01"] == {
        "faglig": {"tilgange": ["KRAP"]},
        "priser": [{"ydelse": "Dag"}],
        "takster": {"ydelse": "Dag"},
    }


# What the mapping doesn't name


def test_unknown_attributes_are_kept_in_every_shape() -> None:
    found = states(
        ventetid=[held("kort", "2021-01-01", "2021-01-31"), held("lang", "2021-02-01")],
        bil=[held({"antal": 1}, "2021-01-01")],
        rum=[held(["a", "b"], "2021-01-01")],
    )
    assert found["2021-02-01"] == {"ventetid": "lang", "bil": {"antal": 1}, "rum": ["a", "b"]}


def test_an_unknown_attribute_with_two_values_on_a_day_is_a_list() -> None:
    one, two = {"fag": "A"}, {"fag": "B"}
    found = states(praktik=[held(one, "2021-01-01"), held(two, "2021-02-01", "2021-02-28")])
    assert [state["praktik"] for state in found.values()] == [[one], [one, two], [one]]
    assert reasons(praktik=[held("A", "2021-01-01"), held("B", "2021-01-01")]) == []


# What is odd


def test_of_two_values_on_a_day_the_one_that_began_last_holds_and_it_is_said() -> None:
    names = [held("B", "2021-02-01", "2021-02-28"), held("A", "2021-01-01")]
    assert [state["navn"] for state in states(navn=names).values()] == ["A", "B", "A"]
    assert reasons(navn=names) == [
        "tilbud.navn har flere perioder, der dækker samme tid fra 2021-02-01; den, der begyndte sidst, gælder"
    ]


def test_of_two_that_began_together_the_one_updated_last_holds_then_the_last_listed() -> None:
    updated = [held("A", "2021-01-01", updated="2022-01-02T00:00:00Z"), held("B", "2021-01-01", updated="2022-01-01")]
    assert states(navn=updated)["2021-01-01"]["navn"] == "A"
    assert states(navn=[held("A", "2021-01-01"), held("B", "2021-01-01")])["2021-01-01"]["navn"] == "B"


def test_the_same_value_twice_is_nothing_odd() -> None:
    assert reasons(navn=[held("A", "2021-01-01"), held("A", "2021-01-01")]) == []


def test_a_period_that_ends_before_it_begins_holds_never_and_is_said() -> None:
    names = [held("A", "2021-01-01"), held("B", "2021-03-01", "2021-02-01")]
    assert states(navn=names) == {"2021-01-01": {"navn": "A"}}
    assert reasons(navn=names) == [
        "tilbud.navn[2] har en periode, der ikke dækker nogen tid: 2021-03-01 til 2021-02-01"
    ]


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ({"ydelse": "X"}, "har ingen 'periode'"),
        ({"ydelse": "X", "periode": None}, "har ingen 'periode'"),
        ({"ydelse": "X", "periode": {}}, "har ingen gyldigFra"),
        (held({"ydelse": "X"}, "snart"), "har gyldigFra 'snart', ikke en dato"),
        (held({"ydelse": "X"}, 20210101), "har gyldigFra '20210101', ikke en dato"),
    ],
)
def test_an_item_whose_bound_can_t_be_read_is_not_bounded_by_it_and_is_said(item: Any, reason: str) -> None:
    rows = [held({"ydelse": "Dag"}, "2021-01-01"), item]
    assert states(takster=rows) == {"2021-01-01": {"takster": [{"ydelse": "Dag"}, {"ydelse": "X"}]}}
    assert reasons(takster=rows) == [f"tilbud.takster[2] {reason}"]


@pytest.mark.parametrize(
    ("period", "reason"),
    [
        ({"gyldigFra": "2021-01-01", "gyldigTil": "01-01-2022"}, "har gyldigTil '01-01-2022', ikke en dato"),
        ({"gyldigFra": "2021-01-01", "gyldigTil": 20220101}, "har gyldigTil '20220101', ikke en dato"),
        ({"gyldigFra": "2021-01-01", "gyldigTil": {}}, "har gyldigTil '{}', ikke en dato"),
        ({"gyldigFra": "2021-01-01", "slut": "2022-01-01"}, "har ingen gyldigTil, men 'slut'"),
    ],
)
def test_an_item_of_which_nobody_can_say_when_it_ended_is_not_told_as_holding(
    period: dict[str, Any], reason: str
) -> None:
    rows = [held({"ydelse": "Dag"}, "2021-01-01"), {"ydelse": "X", "periode": period}]
    assert states(takster=rows) == {"2021-01-01": {"takster": [{"ydelse": "Dag"}]}}
    assert reasons(takster=rows) == [f"tilbud.takster[2] {reason}, så den regnes ikke for gældende"]


@pytest.mark.parametrize("until", [None, "9999-12-31"])
def test_an_item_without_an_end_goes_on(until: str | None) -> None:
    rows = [held({"ydelse": "Dag"}, "2021-01-01", until), {"ydelse": "X", "periode": {"gyldigFra": "2021-01-01"}}]
    assert states(takster=rows) == {"2021-01-01": {"takster": [{"ydelse": "Dag"}, {"ydelse": "X"}]}}
    assert reasons(takster=rows) == []


def test_a_bare_value_in_a_list_of_periods_holds_where_no_other_does() -> None:
    names = ["A", held("B", "2021-02-01", "2021-02-28")]
    found = states(navn=names, pNummer=[held(1, "2021-01-01")])
    assert [state["navn"] for state in found.values()] == ["A", "B", "A"]
    assert reasons(navn=names)[0] == "tilbud.navn[1] har ingen 'periode'"


def test_what_ended_but_never_began_was_there_before_the_first_day() -> None:
    (found,), problems = read("periods", document(navn=[held("A", None, "2020-12-31"), held("B", "2021-01-01")]))
    assert numbers(found) == ["00000000T000000Z", "20201231T230000Z"]
    assert found.former_names == ("A",)
    assert [problem.reason for problem in problems] == ["tilbud.navn[1] har ingen gyldigFra", "har ingen gyldigFra"]


def test_a_document_without_a_readable_day_is_one_version() -> None:
    assert states(navn=[held("A", "snart")]) == {"": {"navn": "A"}}


def test_a_time_that_nothing_covers_ends_the_version_before_it() -> None:
    names = [held("A", "2021-01-01", "2021-01-31"), held("B", "2021-03-01", "2021-03-31")]
    found, odd = read_periods(MAPPING, {"tilbud": {"navn": names}})
    assert [[moment and danish_day(moment).isoformat() for moment in bounds] for *bounds, _ in found] == [
        ["2021-01-01", "2021-02-01"],
        ["2021-03-01", "2021-04-01"],
    ]
    assert odd == []


def test_a_hole_in_one_attribute_is_a_version_without_it() -> None:
    names = [held("A", "2021-01-01", "2021-01-31"), held("B", "2021-03-01")]
    found = offer("periods", document(navn=names))
    assert [[c.kind for c in entry.changes] for entry in found.versions] == [[], ["removed"], ["added"]]


def test_periods_that_cover_no_time_at_all_are_lost() -> None:
    envelope = {"tilbudsId": 10000, "tilbud": {"navn": [held("A", "2021-02-01", "2021-01-01")]}}
    offers, problems = read("periods", Observed("x", "", ((1, None),), {"TilbudEnvelope": envelope}))
    why = "tilbud.navn[1] har en periode, der ikke dækker nogen tid: 2021-02-01 til 2021-01-01"
    assert offers == []
    assert problems == [Problem("x", f"har ingen periode, der dækker nogen tid ({why})", lost=True)]


def test_a_register_of_other_names_than_the_mapping_s_is_read_all_the_same() -> None:
    envelope = {"tilbudsId": 10000, "offer": {"name": [held("A", "2021-01-01")]}}
    (found,), problems = read("periods", Observed("x", "", ((1, None),), {"TilbudEnvelope": envelope}))
    assert found.unknown == {"offer": {"name": "A"}}
    assert [problem.lost for problem in problems] == [False], "it has no status"


LIVING = read_mapping(TEXT.replace('life_cycle = ""', 'life_cycle = "livsforloeb"'), "mapping.toml")


def bounds(mapping: Mapping, envelope: dict[str, Any]) -> list[list[str]]:
    """From when until when each version holds; "" where that is open."""
    found, _ = read_periods(mapping, envelope)
    return [[danish_day(moment).isoformat() if moment else "" for moment in pair] for *pair, _ in found]


def test_outside_of_its_life_cycle_there_is_no_offer_whatever_goes_on() -> None:
    """As of CVR's units: all of the life cycle's periods have an end, and the status is still "Aktiv"."""
    lives = [{"periode": {"gyldigFra": "2015-01-01", "gyldigTil": "2016-12-31"}}]
    again = {"periode": {"gyldigFra": "2019-01-01", "gyldigTil": None}}
    envelope = {"livsforloeb": lives, "tilbud": {"navn": [held("A", "2015-01-01")]}}
    assert bounds(MAPPING, envelope) != [["2015-01-01", "2017-01-01"]], "a line of the mapping says so"
    assert bounds(LIVING, envelope) == [["2015-01-01", "2017-01-01"]]
    assert bounds(LIVING, envelope | {"livsforloeb": lives[0]}) == [["2015-01-01", "2017-01-01"]], "one for a list"
    assert bounds(LIVING, envelope | {"livsforloeb": [*lives, again]}) == [
        ["2015-01-01", "2017-01-01"],
        ["2019-01-01", ""],
    ]
    assert bounds(LIVING, {"tilbud": envelope["tilbud"]}) == [["2015-01-01", ""]], "one without it is there"


def test_a_life_cycle_that_ended_is_an_offer_that_has() -> None:
    envelope = {
        "tilbudsId": 10000,
        "livsforloeb": [{"periode": {"gyldigFra": "2015-01-01", "gyldigTil": "2016-12-31"}}],
        "status": [held("AKTIV", "2015-01-01")],
        "tilbud": {"navn": [held("A", "2015-01-01")]},
    }
    one = Observed("x", "", ((1, None),), {"TilbudEnvelope": envelope})
    (found,), (problem,) = read("periods", one, mapping=LIVING)
    assert (found.standing, found.unknown, problem.is_contradiction) == ("ended", {}, True)


# From pull to pull


def test_a_document_that_changed_keeps_the_versions_that_didn_t() -> None:
    before = document((1, 3), navn=[held("A", "2021-01-01")])
    after = document((4, None), navn=[held("A", "2021-01-01", "2023-12-31"), held("B", "2024-01-01")])
    newest, oldest = offer("periods", before, after).newest_first
    assert (oldest.known_from, oldest.corrections, oldest.last_seen) == (None, (), None)
    assert (newest.known_from, [c.after for c in newest.changes]) == (night(4), ["B"])


def test_a_value_changed_within_its_period_is_a_correction() -> None:
    before, after = (document(seen, navn=[held(n, "2021-01-01")]) for seen, n in (((1, 3), "A"), ((4, None), "B")))
    found = offer("periods", before, after)
    assert [(c.seen_at, c.changes[0].after) for c in found.versions[-1].corrections] == [(night(4), "B")]


# Any periods

_DAYS = st.integers(0, 12).map(lambda days: date(2024, 3, 25) + timedelta(days=days))  # summer time begins on the 31st
_ITEMS = st.lists(st.tuples(_DAYS, st.none() | _DAYS, st.sampled_from("ABC")), max_size=5)
Items = list[tuple[date, date | None, str]]


def covering(items: Items, day: date) -> list[tuple[date, str]]:
    return [(start, value) for start, until, value in items if start <= day and (until is None or day <= until)]


@given(names=_ITEMS, methods=_ITEMS)
def test_the_state_of_each_day_is_what_covers_it(names: Items, methods: Items) -> None:
    def listed(items: Items) -> list[dict[str, Any]]:
        return [held(value, start.isoformat(), until.isoformat() if until else None) for start, until, value in items]

    tilbud = {"pNummer": [held(1, "2024-03-01")], "navn": listed(names), "metoder": listed(methods)}
    found, _ = read_periods(MAPPING, {"tilbud": tilbud})
    for day in (date(2024, 3, 20) + timedelta(days=days) for days in range(25)):
        (*_, state) = (state for start, _, state in found if start is not None and start <= end_of_day(day))
        candidates = covering(names, day)
        last_begun = max((start for start, _ in candidates), default=None)
        expected = [value for start, value in candidates if start == last_begun][-1] if candidates else None
        assert state["tilbud"].get("navn") == expected
        assert state["tilbud"]["metoder"] == [value for _, value in covering(methods, day)]


@pytest.mark.parametrize(
    ("period", "doubt"),
    [
        ({"gyldigFra": "2022-01-01", "gyldigTil": "snart"}, "slutdatoen kan ikke læses"),
        ({"gyldigFra": "2022-01-01", "slut": "2024-01-01"}, "slutdatoen kan ikke læses"),
        ({"gyldigFra": "ukendt", "gyldigTil": None}, "startdatoen kan ikke læses"),
    ],
)
def test_a_sanction_whose_period_cannot_be_read_is_neither_in_force_nor_gone(
    period: dict[str, Any], doubt: str
) -> None:
    rows = [held("Godkendt", "2019-01-01", "2021-12-31"), {"vaerdi": "Påbud", "periode": period}]
    (found,), _ = read("periods", document(godkendelse={"status": rows}))
    assert found.current.godkendelse.status == f"Påbud ({doubt})"
    assert read_sanctions(found.current.godkendelse.status)[:2] == ((), ("Påbud",))


@pytest.mark.parametrize(
    ("known", "doubted", "status"),
    [
        ("Godkendt", "Påbud", "Godkendt; Påbud (startdatoen kan ikke læses)"),
        ("Påbud", "Godkendt", "Påbud; Godkendt (startdatoen kan ikke læses)"),
    ],
)
def test_a_status_that_may_have_begun_last_is_told_beside_the_one_that_is_known_to_have_begun(
    known: str, doubted: str, status: str
) -> None:
    rows = [held(known, "2019-01-01"), held(doubted, "ukendt")]
    (found,), told = read("periods", document(godkendelse={"status": rows}))
    assert found.current.godkendelse.status == status
    assert read_sanctions(status)[:2] == ((), ("Påbud",))
    assert any("det er uklart, hvilken der gælder" in str(each) for each in told)
    rows[1]["periode"]["gyldigTil"] = "2021-12-31"
    (found,), _ = read("periods", document(godkendelse={"status": rows}))
    assert found.current.godkendelse.status == known  # it has ended, whenever it began


def test_an_offer_that_may_have_ceased_is_not_told_as_in_operation() -> None:
    seen = document(navn=[held("A", "2021-01-01")])
    seen.envelope["TilbudEnvelope"]["status"].append(held("OPHØRT", "ukendt"))
    (found,), _ = read("periods", seen)
    assert found.standing == "unknown"


@pytest.mark.parametrize(
    ("approvals", "status"),
    [
        (
            [("Godkendt", "2015-01-01", None), ("Skærpet tilsyn", "2020-01-01", "ukendt")],
            "Skærpet tilsyn (slutdatoen kan ikke læses)",
        ),
        (
            [("Godkendt", "2015-01-01", "2019-12-31"), ("Skærpet tilsyn", "2020-01-01", "31.12.2027")],
            "Skærpet tilsyn (slutdatoen kan ikke læses)",
        ),
        (
            [("Godkendt", "2015-01-01", "2019-12-31"), ("Skærpet tilsyn", "ukendt", None)],
            "Skærpet tilsyn (startdatoen kan ikke læses)",
        ),
        (
            [("Skærpet tilsyn", "2015-01-01", None), ("Godkendt", "01.02.2020", None)],
            "Skærpet tilsyn; Godkendt (startdatoen kan ikke læses)",
        ),
    ],
)
def test_an_approval_as_a_whole_is_told_with_the_doubt_about_its_period(
    approvals: list[tuple[str, str, str | None]], status: str
) -> None:
    """The status stands in the object that has the period: no sanction vanishes with it, nor becomes certain by it."""
    told = [
        held({"status": name, "socialtilsyn": "Socialtilsyn Syd"}, start, until) for name, start, until in approvals
    ]
    (found,), _ = read("periods", document(godkendelse=told))
    assert found.current.godkendelse.status == status
    assert found.current.godkendelse.socialtilsyn == "Socialtilsyn Syd"
    assert read_sanctions(status).unclear == ("Skærpet tilsyn",)
