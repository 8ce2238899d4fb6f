"""Whether an offer is in operation: it is told to be only where the register says so of a version that holds now."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.register.history.fact_history import make_fact_history
from generator.register.history.intervals import Sanction, in_force, sanctions
from generator.register.history.layouts import Access, gives_version, unfold
from generator.register.history.statistics import ALL, RegisterCounts
from generator.register.history.timeline import Offer, Since, read_offers
from generator.register.mapping.mapping import Mapping, default_mapping_text, read_mapping
from generator.register.model.clock import danish_day, end_of_day, last_moment_before
from generator.register.model.documents import Observed, Problem, as_last_read
from generator.register.model.sanctions import read_sanctions
from tests.support.versions import MAPPING, night, offer, oldest_first, pulls, utc, version

LAYOUTS = ["version", "history", "periods", "current"]


def mapping_of(layout: str) -> Mapping:
    return read_mapping(default_mapping_text(layout), "mapping.toml")


def laid_out(layout: str, *versions: dict[str, Any]) -> list[Observed]:
    """The documents of one offer: each version has `fra`, `til` (a date, the last day; or None) and facts."""
    envelopes: list[dict[str, Any]] = []
    if layout == "periods":
        keys = dict.fromkeys(key for each in versions for key in each if key not in ("fra", "til"))
        attributes = {
            key: [
                {"vaerdi": each[key], "periode": {"gyldigFra": each["fra"], "gyldigTil": each["til"]}}
                for each in versions
                if key in each
            ]
            for key in keys
        }
        status = {"status": attributes.pop("status")} if "status" in attributes else {}
        envelopes = [{"tilbudsId": 1, **status, "tilbud": attributes}]
    else:
        told = [
            {
                "version": number,
                "gyldigFra": each["fra"],
                "gyldigTil": each["til"],
                **{key: each[key] for key in ("status",) if key in each},
                "tilbud": {key: value for key, value in each.items() if key not in ("fra", "til", "status")},
            }
            for number, each in enumerate(versions, start=1)
        ]
        if layout == "history":
            envelopes = [{"tilbudsId": 1, "versioner": told}]
        else:
            envelopes = [{"tilbudsId": 1, **each} for each in (told[-1:] if layout == "current" else told)]
    return [
        Observed(f"1-{n}", "", ((1, None),), {"TilbudEnvelope": envelope}) for n, envelope in enumerate(envelopes, 1)
    ]


def read(
    layout: str, *versions: dict[str, Any], ceased: bool = True, history: bool = True
) -> tuple[list[Offer], list[Problem]]:
    mapping = mapping_of(layout)
    documents, odd = unfold(mapping, laid_out(layout, *versions), pulls())
    offers, problems = read_offers(mapping, documents, pulls(), ceased=ceased, history=history)
    return offers, odd + problems


def state(fra: str, til: str | None = None, navn: str = "A", status: str | None = "AKTIV") -> dict[str, Any]:
    return {"fra": fra, "til": til, "navn": navn, **({"status": status} if status else {})}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_has_passed_an_end_of_the_register_s_is_not_in_operation(layout: str) -> None:
    (found,), (problem,) = read(layout, state("2015-01-01", "2017-01-30"))
    assert (found.standing, found.is_active, found.is_over) == ("ended", False, True)
    assert found.ended is not None
    assert danish_day(last_moment_before(found.ended)) == date(2017, 1, 30)
    (entry,) = found.newest_first
    assert (entry.gyldig_til, entry.is_ended, entry.end_reported) == (found.ended, True, found.ended)
    assert problem.is_contradiction
    assert problem.reason == "er slut 2017-01-30 efter registrets egen slutdato, men har status 'AKTIV'"
    assert read(layout, state("2015-01-01", "2017-01-30"), ceased=False)[0] == []


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(("until", "standing"), [("2024-01-08", "ended"), ("2024-01-09", "active")])
def test_an_end_counts_from_the_day_after_it(layout: str, until: str, standing: str) -> None:
    """The data's own day is 9 January 2024."""
    (found,), _ = read(layout, state("2015-01-01", until))
    assert found.standing == standing
    assert found.versions[-1].is_ended, "also one that is yet to come stands on the timeline"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_begins_later_is_upcoming(layout: str) -> None:
    (found,), problems = read(layout, state("2027-03-01"))
    assert (found.standing, found.has_begun, in_force(found), problems) == ("upcoming", False, (), [])
    assert make_fact_history(found).since == {}
    assert len(read(layout, state("2027-03-01"), ceased=False)[0]) == 1


@pytest.mark.parametrize("layout", ["version", "history", "periods"])
def test_a_day_on_which_nothing_holds_has_no_state(layout: str) -> None:
    (found,), problems = read(layout, state("2015-01-01", "2017-01-30"), state("2019-01-01", navn="B"))
    one, two = oldest_first(found)
    assert (found.standing, problems) == ("active", [])
    assert one.gyldig_til is not None
    assert danish_day(one.gyldig_til) == date(2017, 1, 31)
    assert (one.is_ended, two.gap_since) == (True, one.gyldig_til)
    first, second = in_force(found)
    assert (first.gyldig_til, second.gyldig_til, second.gap_since) == (one.gyldig_til, None, one.gyldig_til)


def test_a_run_is_interrupted_by_a_time_in_which_nothing_held() -> None:
    under = {"godkendelse": {"status": "Skærpet tilsyn", "pladser": [{"paragraf": "SEL § 107", "antal": 5}]}}
    (found,), _ = read("version", state("2015-01-01", "2017-01-30") | under, state("2019-01-01") | under)
    facts = make_fact_history(found)
    assert [run.value for run in facts.status] == ["Skærpet tilsyn", "Skærpet tilsyn"]
    assert facts.since["places",].moment == utc("2018-12-31T23:00:00")
    assert found.status_since == Since(utc("2018-12-31T23:00:00"), is_known=True)
    assert [sanction.is_in_force for sanction in sanctions(found, in_force(found))] == [True, False]


def test_years_count_what_held_at_their_end() -> None:
    approval = {"godkendelse": {"status": "Godkendt", "pladser": [{"paragraf": "SEL § 107", "antal": 5}]}}
    (found,), _ = read("version", state("2015-01-01", "2017-01-30") | approval, state("2019-01-01") | approval)
    tally = RegisterCounts()
    tally.count(found, mapping_of("version").says_active, night(9), past=True, standing=True)
    assert [amount.offers for amount in tally.histories(range(2014, 2021))[ALL]] == [0, 1, 1, 0, 0, 1, 1]
    assert (dict(tally.begun), dict(tally.ended)) == ({2015: 1, 2019: 1}, {2017: 1})


def test_an_end_within_the_day_on_which_the_next_begins_leaves_no_gap() -> None:
    one = version(1, "2021-01-01")
    one.envelope["TilbudEnvelope"]["gyldigTil"] = "2022-05-01T09:59:59+02:00"
    first, second = oldest_first(offer(one, version(2, "2022-05-01T10:00:00+02:00")))
    assert (first.gyldig_til, first.is_ended, second.gap_since) == (second.gyldig_fra, False, None)
    assert first.corrections == ()


def test_that_a_version_ended_where_the_next_began_is_no_correction_but_an_end_of_its_own_is() -> None:
    before, after = version(1, "2021-01-01", (1, 3)), version(1, "2021-01-01", (4, None))
    after.envelope["TilbudEnvelope"]["gyldigTil"] = "2023-01-01T00:00:00+01:00"
    assert oldest_first(offer(before, after, version(2, "2023-01-01", (4, None))))[0].corrections == ()
    (entry,) = offer(before, after).newest_first
    ((correction,),) = (entry.corrections,)
    assert [(c.field, c.kind, c.after) for c in correction.changes] == [
        ("gyldigTil", "added", "2022-12-31T22:59:59.999999+00:00")
    ]
    assert entry.end_reported == night(4), "reported when this mirror saw it"


def test_a_version_that_ends_before_it_begins_never_held() -> None:
    two = version(2, "2022-01-01")
    two.envelope["TilbudEnvelope"]["gyldigTil"] = "2021-06-01T00:00:00+02:00"
    found = offer(version(1, "2021-01-01"), two)
    assert (found.standing, found.current_version.number) == ("active", "1")
    assert [held.number for held in in_force(found)] == ["1"]


def test_an_end_that_can_t_be_read_says_nothing_and_is_told() -> None:
    odd = version(1, "2021-01-01")
    odd.envelope["TilbudEnvelope"]["gyldigTil"] = 20220101
    (found,), problems = read_offers(mapping_of("version"), [odd], pulls())
    assert found.standing == "unknown"
    assert [problem.reason for problem in problems] == [
        "har gyldigTil '20220101', ikke et tidspunkt",
        "siger ikke, om tilbuddet er i drift",
    ]


@pytest.mark.parametrize("status", [None, "UNDER_OPRETTELSE", {"kode": 1}])
def test_what_no_status_says_to_be_in_operation_is_not_told_to_be(status: Any) -> None:
    (found,), problems = read_offers(mapping_of("version"), [version(1, "2021-01-01", status=status)], pulls())
    assert (found.standing, found.is_active, found.is_over) == ("unknown", False, False)
    assert any("som [values] i mapping.toml hverken nævner" in problem.reason for problem in problems)


def test_where_the_mapping_names_no_status_every_offer_that_is_served_is_in_operation() -> None:
    text = "\n".join(line for line in default_mapping_text().splitlines() if not line.startswith("status ="))
    (found,), problems = read_offers(read_mapping(text, "mapping.toml"), [version(1, "2021-01-01")], pulls())
    assert (found.standing, problems) == ("active", [])


def test_what_ends_where_a_version_begins_that_can_t_be_read_has_not_ended() -> None:
    one, two = version(1, "2021-01-01"), version("to", "2022-01-01")
    one.envelope["TilbudEnvelope"]["gyldigTil"] = "2022-01-01T00:00:00+01:00"
    (found,), problems = read_offers(mapping_of("version"), [one, two], pulls())
    assert found.standing == "unknown"
    assert [problem.lost for problem in problems] == [True, False]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_is_served_and_can_no_longer_be_read_is_not_gone(layout: str) -> None:

    mapping = mapping_of(layout)
    (read_once,) = laid_out(layout, state("2021-01-01"))
    renamed = {"history": "versions", "periods": "attributter"}
    envelope = dict(read_once.envelope["TilbudEnvelope"])
    if layout in ("version", "current"):
        del envelope["tilbudsId"]
    else:
        moved = "versioner" if layout == "history" else "tilbud"
        envelope[renamed[layout]] = envelope.pop(moved)
        envelope.pop("status", None)
        if layout == "periods":
            envelope[renamed[layout]] = "x"
    documents = [
        Observed(read_once.id, "a", ((1, 3),), read_once.envelope),
        Observed(read_once.id, "b", ((4, None),), {"TilbudEnvelope": envelope}),
    ]
    read_last = as_last_read(documents, partial(gives_version, mapping))
    unfolded, odd = unfold(mapping, read_last, pulls())
    (found,), problems = read_offers(mapping, unfolded, pulls())
    assert (found.standing, found.last_seen) == ("active", None)
    assert [problem.lost for problem in (*odd, *problems)] == [True]


# When it began


def test_a_status_of_the_first_version_may_be_older_than_that() -> None:
    assert offer(version(1, "2021-01-01")).status_since == Since(utc("2020-12-31T23:00:00"), is_known=False)
    ceased = offer(version(4, "2021-01-01", status="OPHOERT"))
    assert ceased.status_since == Since(utc("2020-12-31T23:00:00"), is_known=False)


def test_what_a_correction_changed_has_been_so_since_it_was_seen() -> None:
    before = version(1, "2020-01-05", (1, 3), navn="A", godkendelse={"status": "Godkendt"})
    found = offer(before, version(1, "2020-01-05", (4, None), navn="A", godkendelse={"status": "Skærpet tilsyn"}))
    corrected = Since(night(4), is_known=True, is_corrected=True)
    assert found.status_since == corrected
    since = make_fact_history(found).since
    assert (since["status",], since["name",].is_corrected) == (corrected, False)


def test_an_end_that_a_correction_told_of_may_be_older_than_it() -> None:
    found = offer(version(1, "2020-01-05", (1, 3)), version(1, "2020-01-05", (4, None), status="OPHOERT"))
    assert found.status_since is not None
    assert (found.status_since.moment, found.status_since.is_exact) == (night(4), False)


@pytest.mark.parametrize(
    ("until", "ends"), [("2024-02-01T00:00:00+01:00", None), ("2024-01-20T00:00:00+01:00", "2024-01-19T23:00:00")]
)
def test_where_no_history_is_told_only_an_end_of_its_own_is(until: str, ends: str | None) -> None:
    """A version to come, from 1 February, is not told of, so neither is that this one ends there."""
    one, two = version(1, "2021-01-01"), version(2, "2024-02-01")
    one.envelope["TilbudEnvelope"]["gyldigTil"] = until
    found = offer(one, two, history=False)
    (only,) = found.versions
    assert (only.number, only.gyldig_til) == ("1", utc(ends) if ends else None)
    assert (only.is_ended, found.standing) == (ends is not None, "active")


@pytest.mark.parametrize(
    ("number", "status", "seen", "is_beginning"),
    [
        (1, "AKTIV", (1, None), True),
        (7, "AKTIV", (1, None), False),  # versions 1 to 6 are not served
        (1, "OPHOERT", (1, None), False),
        (1, "AKTIV", (4, None), True),
        (7, "AKTIV", (4, None), False),
    ],
)
def test_an_offer_began_with_its_first_version_only_where_that_is_known(
    number: int, status: str, seen: tuple[int, int | None], is_beginning: bool
) -> None:
    (entry,) = offer(version(number, "2021-01-01", seen, status=status)).newest_first
    assert entry.is_beginning is is_beginning


def test_in_the_layout_current_what_the_first_pull_found_has_not_begun_with_it() -> None:
    mapping = mapping_of("current")
    started = {"tilbudsId": 1, "gyldigFra": "2023-12-24", "status": "AKTIV", "tilbud": {}}
    undated = {"tilbudsId": 2, "status": "OPHOERT", "tilbud": {}}
    came = {"tilbudsId": 3, "status": "AKTIV", "tilbud": {}}
    back = {"tilbudsId": 4, "gyldigFra": "2010-01-01", "status": "AKTIV", "tilbud": {}}
    documents = [
        Observed(str(n), "", (seen,), {"TilbudEnvelope": envelope})
        for n, (envelope, seen) in enumerate(
            [(started, (1, None)), (undated, (1, None)), (came, (4, None)), (back, (4, None))]
        )
    ]
    unfolded, _ = unfold(mapping, documents, pulls())
    offers, _ = read_offers(mapping, unfolded, pulls())
    assert [found.versions[-1].is_beginning for found in offers] == [False, False, True, False]
    assert [found.versions[-1].entered for found in offers] == [None, None, night(4), night(4)]
    assert offers[1].status_since is None, "nobody knows since when it had ceased"


def test_in_the_layout_current_only_what_the_audience_may_see_makes_a_version() -> None:
    mapping = mapping_of("current")
    documents = [
        Observed("1", str(n), (seen,), {"TilbudEnvelope": {"tilbudsId": 1, "tilbud": {"navn": "A", "hemmelig": n}}})
        for n, seen in enumerate([(1, 3), (4, None)])
    ]

    def permitted(envelope: dict[str, Any]) -> dict[str, Any]:
        return envelope | {"tilbud": {"navn": envelope["tilbud"]["navn"]}}

    assert len({document.version for document in unfold(mapping, documents, pulls())[0]}) == 2
    assert len({document.version for document in unfold(mapping, documents, pulls(), Access(permitted))[0]}) == 1


def test_a_withdrawn_version_ends_nothing() -> None:
    found = offer(version(1, "2021-01-01"), version(2, "2025-01-01", (1, 4)))
    assert (found.current_version.number, found.current_version.gyldig_til) == ("1", None)


# Any starts and ends

_DAYS = st.integers(0, 12).map(lambda days: date(2024, 1, 1) + timedelta(days=days))
_VERSIONS = st.lists(
    st.tuples(_DAYS, st.none() | _DAYS, st.sampled_from(["AKTIV", "OPHOERT", None])), min_size=1, max_size=6
)


def state_on(versions: Sequence[tuple[date, date | None, str | None]], day: date) -> int | None:
    """The rule, word for word: the highest version that has begun by then, unless it has ended."""
    begun = [
        number
        for number, (start, end, _) in enumerate(versions, start=1)
        if start <= day and (end is None or end >= start)
    ]
    if not begun:
        return None
    _, end, _ = versions[begun[-1] - 1]
    return None if end is not None and end < day else begun[-1]


@given(_VERSIONS)
def test_the_state_of_each_day_is_what_the_rule_says(versions: list[tuple[date, date | None, str | None]]) -> None:
    documents = []
    for number, (start, end, status) in enumerate(versions, start=1):
        document = version(number, start.isoformat(), status=status)
        document.envelope["TilbudEnvelope"]["gyldigTil"] = end.isoformat() if end else None
        documents.append(document)
    found = offer(*documents)
    held = in_force(found)
    today = danish_day(night(9))
    for day in (date(2023, 12, 31) + timedelta(days=days) for days in range(10)):
        moment = end_of_day(day)
        states = [
            int(each.number)
            for each in held
            if each.begins <= moment and (each.gyldig_til is None or each.gyldig_til > moment)
        ]
        expected = state_on(versions, day)
        assert states == ([] if expected is None else [expected]), day
    now = state_on(versions, today)
    assert found.is_active == (now is not None and versions[now - 1][2] == "AKTIV")
    assert found.is_over or found.standing in ("active", "upcoming", "unknown")
    if now is None:
        assert not found.is_active
    entries = oldest_first(found)
    assert {entry.number for entry in entries if entry.is_ended or entry.overtaken_by is None} >= {
        each.number for each in held
    }


# What an attacker found


def approval(status: str) -> dict[str, Any]:
    return {"godkendelse": {"status": status, "pladser": [{"paragraf": "SEL § 107", "antal": 8}]}}


def told_sanctions(found: Offer) -> list[tuple[str, str]]:
    return [(sanction.kind, sanction.standing) for sanction in sanctions(found, in_force(found))]


def test_a_sanction_that_a_correction_brought_is_there_as_of_the_correction() -> None:
    found = offer(
        version(1, "2020-01-01", (1, 3), **approval("Godkendt")),
        version(1, "2020-01-01", (4, None), **approval("Skærpet tilsyn")),
    )
    (sanction,) = sanctions(found, in_force(found))
    assert sanction.since == Since(night(4), is_known=True, is_corrected=True)


def test_a_sanction_that_nobody_can_read_for_certain_is_unclear_and_not_lifted() -> None:
    found = offer(
        version(1, "2020-01-01", **approval("Påbud")),
        version(2, "2021-01-01", **approval("Påbud under behandling")),
        version(3, "2022-01-01", **approval("Godkendt")),
    )
    told = [(sanction.standing, sanction.words) for sanction in sanctions(found, in_force(found))]
    assert told == [("unclear", "Påbud under behandling"), ("unclear", "")]


def test_a_sanction_that_is_in_force_again_is_whatever_was_said_of_it_before() -> None:
    statuses = ("Påbud", "Påbud under behandling", "Påbud")
    found = offer(*(version(n, f"202{n}-01-01", **approval(status)) for n, status in enumerate(statuses, start=1)))
    assert told_sanctions(found) == [("Påbud", "in_force"), ("Påbud", "unclear"), ("Påbud", "unclear")]


@pytest.mark.parametrize("status", [None, "", {"kode": 7}, "7", "Afventer"])
def test_a_status_that_says_nothing_lifts_no_sanction(status: Any) -> None:
    found = offer(version(1, "2020-01-01", **approval("Påbud")), version(2, "2021-01-01", **approval(status)))
    assert told_sanctions(found) == [("Påbud", "unclear")]


def test_a_version_that_can_no_longer_be_read_in_its_list_was_not_taken_back() -> None:
    def listed(first: int, last: int | None, number: Any) -> Observed:
        told = [
            {"version": 1, "gyldigFra": "2020-01-01", "status": "AKTIV", "tilbud": approval("Godkendt")},
            {"version": number, "gyldigFra": "2021-01-01", "status": "AKTIV", "tilbud": approval("Påbud")},
        ]
        return Observed("1", "", ((first, last),), {"TilbudEnvelope": {"tilbudsId": 1, "versioner": told}})

    documents = [listed(1, 3, 2), listed(4, None, "x")]
    unfolded, _ = unfold(mapping_of("history"), documents, pulls())
    (found,), _ = read_offers(mapping_of("history"), unfolded, pulls(), partly_read={"1"})
    assert found.current.godkendelse.status == "Påbud"
    assert [each.withdrawn for each in found.versions] == [None, None]


@pytest.mark.parametrize(
    "end", ["2021-05-31T23:59:59+02:00", "2021-05-31T23:59:59.997+02:00", "2021-05-31T12:00:00+02:00"]
)
def test_an_end_within_a_day_leaves_no_gap_before_the_next(end: str) -> None:
    one = version(1, "2020-01-01", **approval("Påbud"))
    one.envelope["TilbudEnvelope"]["gyldigTil"] = end
    found = offer(one, version(2, "2021-06-01T00:00:00+02:00", **approval("Påbud")))
    first, second = oldest_first(found)
    assert (first.is_ended, second.gap_since) == (False, None)
    assert told_sanctions(found) == [("Påbud", "in_force")]


def test_what_ends_today_is_in_operation_today() -> None:
    one = version(1, "2020-01-01")
    one.envelope["TilbudEnvelope"]["gyldigTil"] = "2024-01-09T23:59:59+01:00"  # the day of the last pull
    assert offer(one).standing == "active"


def test_a_sanction_of_what_passed_its_own_end_was_not_lifted_also_when_it_left_the_register() -> None:
    gone = version(1, "2020-01-01", (1, 3), **approval("Skærpet tilsyn"))
    gone.envelope["TilbudEnvelope"]["gyldigTil"] = "2022-12-31"
    found = offer(gone)
    assert (found.standing, told_sanctions(found)) == ("ended", [("Skærpet tilsyn", "ended_with_offer")])
    (sanction,) = sanctions(found, in_force(found))
    assert sanction.until is not None
    assert danish_day(sanction.until) == date(2022, 12, 31)


def test_what_passed_its_own_end_ended_then_whatever_the_register_says_later() -> None:
    one = version(1, "2020-01-01")
    one.envelope["TilbudEnvelope"]["gyldigTil"] = "2022-12-31"
    found = offer(one, version(2, "2023-06-01", status="OPHOERT"))
    assert found.standing == "ceased"
    assert found.status_since is not None
    assert danish_day(found.status_since.moment) == date(2022, 12, 31)


def test_a_version_without_a_start_between_two_others_began_on_an_unknown_day_between_them() -> None:
    found = offer(
        version(1, "2020-01-01", **approval("Godkendt")),
        version(2, "01-06-2023", **approval("Påbud")),
        version(3, "2024-01-01", **approval("Godkendt")),
    )
    one, two, _ = oldest_first(found)
    assert one.gyldig_til == two.gyldig_til == utc("2023-12-31T23:00:00")
    assert two.placed is None
    assert found.status_since == Since(utc("2023-12-31T23:00:00"), is_known=True)
    (sanction,) = sanctions(found, in_force(found))
    assert (sanction.since, sanction.until) == (None, utc("2023-12-31T23:00:00"))
    counts = RegisterCounts()
    counts.count(found, lambda status: status == "AKTIV", night(9), past=True, standing=True)


@pytest.mark.parametrize("layout", ["version", "history"])
def test_what_ended_has_not_where_a_newer_version_of_it_cannot_be_read(layout: str) -> None:
    documents = laid_out(layout, state("2020-01-01", "2022-12-31"), state("2023-01-01"))
    envelope = documents[-1].envelope["TilbudEnvelope"]
    (envelope["versioner"][-1] if layout == "history" else envelope)["version"] = "2.1"
    unfolded, odd = unfold(mapping_of(layout), documents, pulls())
    lost = {problem.document_id for problem in odd if problem.lost}
    unread = {mapping_of(layout).offer_key(d.envelope) for d in documents if d.id in lost}
    (found,), _ = read_offers(mapping_of(layout), unfolded, pulls(), partly_read=unread)
    assert found.standing == "unknown"


def test_a_version_that_the_register_takes_back_is_the_latest_change() -> None:
    found = offer(version(1, "2020-01-01"), version(2, "2023-12-01", (1, 3), status="OPHOERT"))
    one, two = oldest_first(found)
    assert (found.standing, one.is_current, two.withdrawn, two.holds) == ("active", True, night(4), False)
    gone = offer(version(1, "2020-01-01", (1, 3)), version(2, "2030-01-01", (1, 3)))
    assert [each.withdrawn for each in gone.versions] == [None, None]


def test_an_end_that_is_taken_back_is_a_correction() -> None:
    ended = version(1, "2020-01-01", (1, 3))
    ended.envelope["TilbudEnvelope"]["gyldigTil"] = "2022-12-31"
    (found,) = oldest_first(offer(ended, version(1, "2020-01-01", (4, None))))
    (correction,) = found.corrections
    assert [(change.field, change.kind) for change in correction.changes] == [("gyldigTil", "removed")]


def test_an_older_version_that_comes_later_makes_no_offer_new() -> None:
    found = offer(version(3, "2022-01-01"), version(2, "2020-01-01", (4, None)))
    assert [(each.is_late, each.entered) for each in found.versions] == [(True, None), (False, None)]


def test_one_document_that_tells_a_version_twice_corrects_nothing() -> None:
    same = {"tilbudsId": 1, "version": 1, "gyldigFra": "2020-01-01", "status": "AKTIV"}
    told = [{**same, "tilbud": {"navn": "A"}}, {**same, "tilbud": {"navn": "B"}}]
    document = Observed("1", "", ((1, None),), {"TilbudEnvelope": {"tilbudsId": 1, "versioner": told}})
    unfolded, _ = unfold(mapping_of("history"), [document], pulls())
    (found,), problems = read_offers(mapping_of("history"), unfolded, pulls())
    assert (found.current.navn, found.versions[0].corrections) == ("B", ())
    assert [problem.is_contradiction for problem in problems] == [True]


def test_two_documents_of_today_s_state_contradict_each_other_and_change_nothing() -> None:
    def told(key: str, places: int, first: int) -> Observed:
        facts = {"navn": "A", "godkendelse": {"pladser": [{"paragraf": "SEL § 107", "antal": places}]}}
        return Observed(
            key, "", ((first, None),), {"TilbudEnvelope": {"tilbudsId": 1, "status": "AKTIV", "tilbud": facts}}
        )

    for second in (1, 3):
        unfolded, _ = unfold(mapping_of("current"), [told("a", 5, 1), told("b", 7, second)], pulls())
        (found,), problems = read_offers(mapping_of("current"), unfolded, pulls())
        assert [(each.changes, each.corrections) for each in found.versions] == [((), ())]
        assert [problem.is_contradiction for problem in problems] == [True]


@pytest.mark.parametrize("end", ["0001-01-01T00:00:00Z", "0001-01-01", "9999-12-31"])
def test_a_date_that_was_never_set_is_no_end(end: str) -> None:
    one = version(1, "2020-01-01")
    one.envelope["TilbudEnvelope"]["gyldigTil"] = end
    (read_one,) = oldest_first(offer(one))
    assert (read_one.gyldig_til, read_one.is_ended) == (None, False)


def without_leader(envelope: dict[str, Any]) -> dict[str, Any]:
    """What an audience sees from which the leader is withheld."""
    return {**envelope, "tilbud": {key: value for key, value in envelope["tilbud"].items() if key != "kontakt"}}


@pytest.mark.parametrize("layout", ["periods", "current", "history"])
def test_a_withheld_change_makes_nothing(layout: str) -> None:
    def seen(*leaders: tuple[str, str, str | None]) -> list[tuple[Any, ...]]:
        if layout == "periods":
            periods = [{"vaerdi": name, "periode": {"gyldigFra": fra, "gyldigTil": til}} for name, fra, til in leaders]
            held = [{"vaerdi": "A", "periode": {"gyldigFra": "2020-01-01", "gyldigTil": "2022-12-31"}}]
            told = {"navn": held, "adresse": {"vejnavn": "Engvej"}, "kontakt": {"leder": periods}}
            documents = [Observed("1", "", ((1, None),), {"TilbudEnvelope": {"tilbudsId": 1, "tilbud": told}})]
        else:
            documents = []
            for pull, (name, _, _) in enumerate(leaders, start=1):
                interval = (pull, None if pull == len(leaders) else pull)
                for key, other in (("a", "Huset"), ("b", "Huset på Engvej")):
                    facts = {"navn": other, "kontakt": {"leder": name if key == "a" else "Ida"}}
                    one = {"tilbudsId": 1, "status": "AKTIV", "tilbud": facts}
                    if layout == "current":
                        documents.append(Observed(key, "", (interval,), {"TilbudEnvelope": one}))
                if layout == "history":
                    rows = [
                        {"version": 1, "gyldigFra": "2020-01-01", "tilbud": {"navn": n, "kontakt": {"leder": leader}}}
                        for n, leader in (("Huset", name), ("Huset på Engvej", "Ida"))
                    ]
                    one = {"tilbudsId": 1, "versioner": rows}
                    documents.append(Observed("1", "", (interval,), {"TilbudEnvelope": one}))
        mapping = mapping_of(layout)
        unfolded, _ = unfold(mapping, documents, pulls(), Access(without_leader, lambda path: "leder" not in path))
        admitted = [
            replace(d, envelope={"TilbudEnvelope": without_leader(d.envelope["TilbudEnvelope"])}) for d in unfolded
        ]
        offers, _ = read_offers(mapping, admitted, pulls())
        return [(o.standing, o.current, [(v.number, v.changes, v.corrections) for v in o.versions]) for o in offers]

    expected = seen(("Anne", "2020-01-01", "2022-12-31"))
    assert seen(("Anne", "2020-01-01", "2021-05-31"), ("Bo", "2021-06-01", None)) == expected


def test_an_end_that_came_back_is_reported_by_the_pull_that_saw_it_come_back() -> None:
    def ends(first: int, last: int | None, end: str | None) -> Observed:
        one = version(1, "2020-01-01", (first, last))
        one.envelope["TilbudEnvelope"]["gyldigTil"] = end
        return one

    found = offer(ends(1, 2, "2023-12-30"), ends(3, 4, None), ends(5, None, "2023-12-30"))
    (one,) = oldest_first(found)
    assert one.end_reported == night(5)


@pytest.mark.parametrize(
    ("approvals", "unclear"),
    [
        ([{"status": "Godkendt"}, {"status": "Påbud"}], ("Påbud",)),
        ([{"status": ["Godkendt", "Skærpet tilsyn"]}, {}], ("Skærpet tilsyn",)),
        ([{"status": "Godkendt"}, {"status": "Godkendt"}], ()),
    ],
)
def test_a_sanction_in_one_of_several_approvals_is_unclear_and_never_unseen(
    approvals: list[dict[str, Any]], unclear: tuple[str, ...]
) -> None:
    (found,), problems = read_offers(MAPPING, [version(1, "2020-01-01", godkendelse=approvals)], pulls())
    assert read_sanctions(found.current.godkendelse.status).unclear == unclear
    assert [each.standing for each in sanctions(found, in_force(found))] == ["unclear"] * len(unclear)
    assert any("anden form" in problem.reason for problem in problems)


def test_a_sanction_is_in_force_until_an_end_that_is_yet_to_come() -> None:
    ending = version(1, "2015-01-01", **approval("Påbud"))
    ending.envelope["TilbudEnvelope"]["gyldigTil"] = "2027-12-31"
    found = offer(ending)
    assert [(each.standing, each.until) for each in sanctions(found, in_force(found))] == [("in_force", None)]


@pytest.mark.parametrize("coming", [{"status": "OPHOERT"}, approval("Påbud")])
def test_what_was_to_begin_after_an_offer_was_gone_never_came_to_be(coming: dict[str, Any]) -> None:
    documents = version(1, "2015-01-01", (1, 1)), version(2, "2024-01-04", (1, 1), **coming)
    for last in (2, 9):
        found = offer(*documents, last=last)
        assert (found.standing, found.current_version.number) == ("gone", "1")
        assert [each.holds for each in found.versions] == [True, False]
        assert sanctions(found, in_force(found)) == ()


def test_what_a_correction_brought_dates_from_it_also_where_another_version_follows() -> None:
    found = offer(
        version(1, "2015-01-01", (1, 2), **approval("Godkendt"), kontakt={"leder": "A"}),
        version(1, "2015-01-01", (3, None), **approval("Påbud"), kontakt={"leder": "B"}),
        version(2, "2024-01-05", (5, None), **approval("Påbud"), kontakt={"leder": "B"}, navn="Nyt"),
    )
    corrected = Since(night(3), is_known=True, is_corrected=True)
    assert found.status_since == corrected
    assert make_fact_history(found).since["leder",] == corrected
    assert [each.since for each in sanctions(found, in_force(found))] == [corrected]


@pytest.mark.parametrize(
    ("start", "standing"),
    [("2020-01-01", "unknown"), (None, "unknown"), ("2014-01-01", "active"), ("2030-01-01", "active")],
)
def test_a_version_that_can_not_be_read_and_may_hold_leaves_an_offer_uncertain(
    start: str | None, standing: str
) -> None:
    assert offer_of(version(1, "2015-01-01"), version("2b", start)).standing == standing
    unread = replace(
        version("2b", start, (3, None)), id="10000-1"
    )  # the same document: what was read before stands for it
    assert offer_of(*as_last_read([version(1, "2015-01-01", (1, 2)), unread], is_read)).standing == "active"
    assert offer_of(version(1, "2015-01-01"), version(2.0, "2020-01-01", status="OPHOERT")).standing == "ceased"


def is_read(document: Observed) -> bool:
    return gives_version(MAPPING, document)


def offer_of(*documents: Observed) -> Offer:
    """The offer, whatever is odd about it."""
    (found,), _ = read_offers(MAPPING, documents, pulls())
    return found


@pytest.mark.parametrize(
    "approved",
    [
        {"godkendelse": {"status": {"kode": "P", "tekst": "Påbud"}}},
        {"godkendelse": {"status": ["Påbud", None]}},
        {"godkendelse": {"status": [{"navn": "Påbud"}]}},
        {"godkendelse": "Påbud"},
    ],
)
def test_a_sanction_in_a_status_of_another_shape_is_unclear_and_never_unseen(approved: dict[str, Any]) -> None:
    (found,), problems = read_offers(MAPPING, [version(1, "2020-01-01", **approved)], pulls())
    assert read_sanctions(found.current.godkendelse.status).unclear == ("Påbud",)
    assert any("kan ikke læses" in problem.reason for problem in problems)


def test_no_sanction_ends_before_it_began() -> None:
    past = offer(
        version(1, "2015-01-01", (1, 2), **approval("Godkendt")),
        version(1, "2015-01-01", (3, None), **approval("Påbud")),
        version(2, "2018-01-01", **approval("Godkendt")),
    )
    (sanction,) = sanctions(past, in_force(past))
    assert sanction.since == Since(utc("2014-12-31T23:00:00"), is_known=False)
    assert sanction.until == utc("2017-12-31T23:00:00")
    ended = version(1, "2015-01-01")
    ended.envelope["TilbudEnvelope"]["gyldigTil"] = "2019-12-31"
    over = offer_of(ended, version(2, "2021-01-01", status="OPHOERT", **approval("Påbud")))
    assert [each.until for each in sanctions(over, in_force(over))] == [None]


def test_a_time_of_which_the_register_does_not_say_ends_nothing_in_the_statistics() -> None:
    found = offer_of(
        *(version(n, f"201{n}-01-01", status=status) for n, status in enumerate(("AKTIV", None, "AKTIV"), 1))
    )
    counts = RegisterCounts()
    counts.count(found, lambda status: status == "AKTIV", night(9), past=True, standing=False)
    assert (dict(counts.begun), dict(counts.ended)) == ({2011: 1}, {})


def test_of_a_version_that_one_without_a_start_follows_nobody_knows_the_end() -> None:
    found = offer(version(1, "2015-01-01"), version(2, None, **approval("Påbud")), version(3, "2024-01-05"))
    ends = [(each.gyldig_til, each.until_is_latest) for each in found.versions]
    assert ends == [(night(1), True), (utc("2024-01-04T23:00:00"), False), (None, False)]


@pytest.mark.parametrize(("pull", "since"), [(1, None), (3, Since(night(3), is_known=False))])
def test_a_sanction_of_a_version_without_a_start_is_known_by_the_pull_at_the_latest(
    pull: int, since: Since | None
) -> None:
    found = offer(
        version(1, "2015-01-01", **approval("Godkendt")),
        version(2, None, (pull, None), **approval("Påbud")),
        version(3, "2024-01-05", **approval("Godkendt")),
    )
    assert sanctions(found, in_force(found)) == (
        Sanction("Påbud", since, utc("2024-01-04T23:00:00"), False, "2", "lifted"),
    )


def test_a_sanction_that_a_version_without_a_start_lifted_ended_on_that_day_at_the_latest() -> None:
    found = offer(version(1, "2015-01-01", **approval("Påbud")), version(2, None, **approval("Godkendt")))
    (lifted,) = sanctions(found, in_force(found))
    assert (lifted.standing, lifted.until, lifted.until_is_latest) == ("lifted", night(1), True)
