"""How long facts have held: runs, overtaken versions, sanctions with their ends."""

from typing import Any

from generator.register.history.fact_history import make_fact_history
from generator.register.history.intervals import in_force, intervals, sanctions
from tests.support.offers import approved, offer


def test_versions_with_one_value_are_one_run() -> None:
    found = offer(
        {"fra": "2020-01-01", **approved("Godkendt", 8)},
        {"fra": "2021-01-01", **approved("Godkendt", 8)},
        {"fra": "2022-01-01", **approved("Godkendt", 10)},
    )
    runs = intervals(in_force(found), lambda tilbud: tilbud.godkendelse.pladser[0].antal)
    assert [(run.value, run.since and run.since.year, run.until and run.until.year) for run in runs] == [
        (8, 2020, 2022),
        (10, 2022, None),
    ]
    assert [run.is_known for run in runs] == [False, True]


def test_a_version_that_a_higher_one_overtakes_never_held() -> None:
    found = offer({"fra": "2020-01-01"}, {"fra": "2024-01-01"}, {"fra": "2022-01-01"})
    assert [one.number for one in in_force(found)] == ["1", "3"]


def test_a_version_that_is_still_to_come_holds_nothing() -> None:
    found = offer({"fra": "2020-01-01"}, {"fra": "2030-01-01"})
    assert [one.number for one in in_force(found)] == ["1"]


def test_a_sanction_ends_where_the_status_no_longer_tells_it() -> None:
    found = offer(
        {"fra": "2020-01-01", **approved("Godkendt")},
        {"fra": "2021-01-01", **approved("Skærpet tilsyn")},
        {"fra": "2021-06-01", **approved("Skærpet tilsyn og påbud")},
        {"fra": "2022-01-01", **approved("Påbud")},
        {"fra": "2022-06-01", **approved("Påbud ophævet")},
        {"fra": "2023-01-01", **approved("Påbud")},
    )
    told = [
        (s.kind, s.since and s.since.moment.date().isoformat(), s.until and s.until.date().isoformat(), s.is_in_force)
        for s in sanctions(found, in_force(found))
    ]
    assert told == [
        ("Påbud", "2023-01-01", None, True),
        ("Påbud", "2021-06-01", "2022-06-01", False),
        ("Skærpet tilsyn", "2021-01-01", "2022-01-01", False),
    ]


def test_nothing_is_in_force_once_the_offer_has_ended() -> None:
    ended = offer(
        {"fra": "2020-01-01", **approved("Påbud")}, {"fra": "2021-01-01", **approved("Påbud"), "status": "OPHOERT"}
    )
    assert [s.is_in_force for s in sanctions(ended, in_force(ended))] == [False]


def test_since_follows_each_fact_on_its_own() -> None:
    def at(street: str, key: str, leader: str) -> dict[str, Any]:
        return {"adresse": {"vejnavn": street, "adresseId": key}, "kontakt": {"leder": leader}}

    found = offer(
        {"fra": "2020-01-01", **approved("Godkendt", 8), **at("Engvej", "a", "Ida")},
        {"fra": "2021-01-01", **approved("Godkendt", 9), **at("Engvejen", "a", "Ida")},
        {"fra": "2022-01-01", **approved("Godkendt", 9), **at("Engvejen", "a", "Bo")},
    )
    since = {key: (one.moment.year, one.is_known) for key, one in make_fact_history(found).since.items()}
    assert since["places",] == (2021, True)
    assert since["leder",] == (2022, True)
    assert since["address",] == (2020, False)  # the platform's new spelling is no move
    assert since["places", "SEL/107//"] == (2021, True)


def test_a_paragraph_renamed_by_law_is_one_line_with_two_names() -> None:
    found = offer(
        {"fra": "2023-01-01", **approved("Godkendt", 8, "SEL § 66, stk. 1, nr. 5")},
        {"fra": "2024-01-01", **approved("Godkendt", 8, "BL § 43, stk. 1, nr. 6")},
    )
    ((_, runs),) = make_fact_history(found).paragraphs
    assert [run.value for run in runs] == ["SEL § 66, stk. 1, nr. 5", "BL § 43, stk. 1, nr. 6"]


def test_a_sanction_that_ends_with_its_offer_was_not_lifted() -> None:
    ended = offer(
        {"fra": "2019-01-01", **approved("Skærpet tilsyn")},
        {"fra": "2020-01-01", **approved("Påbud")},
        {"fra": "2021-01-01", **approved("Ophørt"), "status": "OPHOERT"},
    )
    told = [(one.kind, one.standing) for one in sanctions(ended, in_force(ended))]
    assert told == [("Påbud", "ended_with_offer"), ("Skærpet tilsyn", "lifted")]


def test_an_offer_ceased_when_it_first_said_so_however_it_is_worded_since() -> None:
    ended = offer(
        {"fra": "2019-01-01", **approved("Godkendt")},
        {"fra": "2020-01-01", **approved("Godkendt"), "status": "OPHOERT"},
        {"fra": "2024-01-01", **approved("Ophørt"), "status": "OPHOERT"},
    )
    assert ended.status_since is not None and ended.status_since.moment.year == 2020


def test_of_a_version_without_a_start_nobody_knows_since_when_it_holds() -> None:
    found = offer({"fra": "2015-01-01", **approved("Godkendt")}, {"fra": "ukendt", **approved("Påbud")})
    runs = intervals(in_force(found), lambda tilbud: tilbud.godkendelse.status)
    assert [(run.value, run.since and run.since.year) for run in runs] == [("Godkendt", 2015), ("Påbud", None)]


def test_a_name_that_never_held_is_no_former_name() -> None:
    found = offer(
        {"fra": "2015-01-01", "navn": "Gården"},
        {"fra": "2018-01-01", "navn": "Aldrig"},
        {"fra": "2016-01-01", "navn": "Huset"},
    )
    assert found.former_names == ("Gården",)


def test_facts_that_share_an_identity_are_compared_together() -> None:
    def places(*numbers: int) -> dict[str, Any]:
        return {"godkendelse": {"pladser": [{"paragraf": "SEL § 107", "antal": number} for number in numbers]}}

    found = offer({"fra": "2015-01-01", **places(12, 4)}, {"fra": "2022-01-01", **places(20, 4)})
    since = make_fact_history(found).since["places", "SEL/107//"]
    assert since.moment.year == 2022


def test_a_number_that_no_offer_has_is_shown_and_never_added_up() -> None:
    found = offer({"fra": "2015-01-01", **approved("Godkendt", 10**400)})
    assert found.current.godkendelse.pladser[0].antal is None
    assert any("antal" in path for path in found.unknown)
