"""Every layout becomes the same versions, and what can't be read in it is said."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import ConfigurationError
from generator.register.history.changes import Cause
from generator.register.history.layouts import unfold
from generator.register.mapping.mapping import default_mapping_text, read_mapping
from generator.register.model.documents import Observed, Problem, Pull, Pulls
from tests.support.layouts import PULLS, mapping_of, numbers, offer, read
from tests.support.versions import FIRST_PULL, Seen, night

ALL = ("version", "history", "periods", "current")


TEXT = default_mapping_text()


def observed(*seen: Seen, id: str = "10000", **envelope: Any) -> Observed:
    """One document of offer 10000, seen from pull 1 until now unless told otherwise."""
    return Observed(id, "", seen or ((1, None),), {"TilbudEnvelope": {"tilbudsId": 10000, **envelope}})


def version(number: Any, start: Any, navn: str = "A", **tilbud: Any) -> dict[str, Any]:
    return {"version": number, "gyldigFra": start, "status": "AKTIV", "tilbud": {"navn": navn, **tilbud}}


# All versions in one document


def test_the_versions_of_a_list_are_versions() -> None:
    found = offer("history", observed(versioner=[version(2, "2022-01-01", "B"), version(1, "2021-01-01")]))
    assert numbers(found) == ["1", "2"]
    assert [(c.field, c.before, c.after) for c in found.versions[-1].changes] == [("navn", "A", "B")]
    assert found.current.status == "AKTIV"


def test_what_stands_beside_the_list_holds_for_each_version() -> None:
    found = offer("history", observed(versioner=[version(1, "2021-01-01"), version(2, "2022-01-01")], region="Syd"))
    assert found.unknown == {"region": "Syd"}
    assert found.versions[-1].changes == ()


def test_the_documents_own_clocks_are_no_version_s() -> None:
    document = observed(versioner=[version(None, "2021-01-01T00:00:00Z")], version=7, gyldigFra="2023-01-01")
    assert numbers(offer("history", document)) == ["20210101T000000Z"]


def test_a_document_that_grew_by_a_version_holds_the_others_as_they_were() -> None:
    first, second = version(1, "2021-01-01"), version(2, "2022-01-01", "B")
    found = offer(
        "history",
        observed((1, 3), versioner=[first], sidstIndlaest="2023-01-01T00:00:00Z"),
        observed((4, None), versioner=[first, second], sidstIndlaest="2024-01-04T00:00:00Z"),
    )
    newest, oldest = found.newest_first
    assert (oldest.known_from, oldest.corrections, oldest.last_seen) == (None, (), None)
    assert newest.known_from == night(4)


def test_a_version_that_left_the_list_is_no_longer_served() -> None:
    first, second = version(1, "2021-01-01"), version(2, "2022-01-01", "B")
    found = offer("history", observed((1, 3), versioner=[first, second]), observed((4, None), versioner=[first]))
    assert [entry.last_seen for entry in found.newest_first] == [night(3), None]
    assert found.current_version.number == "1"


def test_a_version_served_differently_is_corrected_once() -> None:
    found = offer(
        "history",
        observed((1, 3), versioner=[version(1, "2021-01-01")]),
        observed((4, None), versioner=[version(1, "2021-01-01", "B")]),
    )
    assert [(c.cause, c.seen_at) for c in found.versions[-1].corrections] == [(Cause.KILDE, night(4))]


def test_a_version_that_a_list_holds_twice_contradicts_itself_and_corrects_nothing() -> None:
    twice = [
        {**version(1, "2021-01-01", "A"), "sidstIndlaest": "2021-02-01T00:00:00Z"},
        {**version(1, "2021-01-01", "B"), "sidstIndlaest": "2021-03-01T00:00:00Z"},
    ]
    (found,), problems = read(
        "history",
        observed((1, 3), versioner=twice),
        observed((4, 5), versioner=[*twice, version(2, "2022-01-01")]),
        observed((6, None), versioner=[*twice, version(3, "2023-01-01")]),
    )
    assert (found.versions[0].tilbud.navn, found.versions[0].corrections) == ("B", ())
    assert [problem.is_contradiction for problem in problems] == [True]
    assert "står to gange" in problems[0].reason


def test_seen_gone_and_seen_again_keeps_both_intervals() -> None:
    grown = observed((4, 5), (8, None), versioner=[version(1, "2021-01-01"), version(2, "2022-01-01")])
    unfolded, _ = unfold(mapping_of("history"), [observed((1, 3), versioner=[version(1, "2021-01-01")]), grown], PULLS)
    assert [(v.envelope["TilbudEnvelope"]["version"], v.seen) for v in unfolded] == [
        (1, ((1, 5), (8, None))),
        (2, ((4, 5), (8, None))),
    ]


def test_versions_without_a_number_are_called_by_their_start_in_utc() -> None:
    rows = [version(None, "2021-03-04T09:12:33+01:00"), version(None, "2022-06-01", "B")]
    for row in rows:
        del row["version"]
    assert numbers(offer("history", observed(versioner=rows))) == ["20210304T081233Z", "20220531T220000Z"]


def test_where_one_version_has_no_number_all_are_ordered_by_their_start() -> None:
    rows = [version(12, "2023-01-01"), version(None, "2022-01-01T00:00:00Z"), version(7, "2021-01-01")]
    assert numbers(offer("history", observed(versioner=rows))) == ["7", "20220101T000000Z", "12"]


def test_the_list_may_stand_elsewhere_and_one_version_may_stand_for_a_list_of_one() -> None:
    mapping = read_mapping(default_mapping_text("history").replace('"versioner"', '"historik.alle"'), "mapping.toml")
    document = observed(historik={"alle": version(1, "2021-01-01"), "note": "n"})
    (found,), problems = read("history", document, mapping=mapping)
    assert (numbers(found), found.unknown, problems) == (["1"], {"historik": {"note": "n"}}, [])


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("tekst", "er ikke et objekt"),
        (None, "er ikke et objekt"),
        (version("tre", "2021-01-01"), "har versionsnummeret 'tre', ikke et tal"),
        (version(None, "snart"), "har hverken versionsnummer eller en gyldigFra, der kan læses"),
        ({}, "har hverken versionsnummer eller en gyldigFra, der kan læses"),
        ({"tilbudsId": 10001, **version(1, "2021-01-01")}, "har et andet tilbudsId end dokumentet: '10001'"),
        ({"tilbudsId": [1], **version(1, "2021-01-01")}, "har tilbudsId '[1]'"),
    ],
)
def test_what_in_a_list_is_no_version_is_lost_and_named_and_the_rest_is_read(row: Any, reason: str) -> None:
    (found,), problems = read("history", observed(versioner=[version(2, "2022-01-01"), row]))
    assert numbers(found) == ["2"]
    assert problems == [Problem("10000", f"versioner[2] {reason}", lost=True)]


def test_what_document_and_version_say_differently_is_said_once() -> None:
    rows = [version(n, f"202{n}-01-01", region="Syd") for n in (1, 2)]
    (found,), problems = read("history", observed(versioner=rows, tilbud={"region": "Nord", "by": "Ribe"}))
    assert found.unknown == {"tilbud.region": "Syd", "tilbud.by": "Ribe"}
    reason = "har tilbud.region anderledes end versionerne i 'versioner'; versionernes gælder"
    assert problems == [Problem("10000", reason, lost=False)]


@pytest.mark.parametrize(
    ("envelope", "reason"),
    [
        ({"versioner": []}, "har en tom liste 'versioner'"),
        ({"versioner": "1, 2"}, "har ingen liste 'versioner'; mapping.toml siger 'history': ret document.layout"),
        ({}, "har ingen liste 'versioner'; mapping.toml siger 'history': ret document.layout"),
        ({"tilbudsId": None, "versioner": [version(1, "2021-01-01")]}, "har intet tilbudsId"),
    ],
)
def test_a_document_without_a_list_of_versions_is_lost(envelope: dict[str, Any], reason: str) -> None:
    assert read("history", observed(**envelope)) == ([], [Problem("10000", reason, lost=True)])


# Only what is now


ADDRESS = {"vejnavn": "Engvej", "adresseId": "a1"}


def now(*seen: Seen, id: str = "10000", start: Any = None, **tilbud: Any) -> Observed:
    own = {} if start is None else {"gyldigFra": start}
    return observed(*seen, id=id, status="AKTIV", tilbud=tilbud, **own)


def test_a_state_begins_when_the_pull_that_saw_it_first_ended_and_nobody_knows_when_the_first_did() -> None:
    found = offer("current", now((1, 3), navn="A"), now((4, None), navn="B"))
    newest, oldest = found.newest_first
    assert numbers(found) == ["20240101T020000Z", "20240104T020000Z"]
    assert (oldest.gyldig_fra, oldest.known_from, oldest.last_seen) == (None, None, night(3))
    assert (newest.gyldig_fra, newest.known_from, newest.corrections) == (night(4), night(4), ())
    assert [(c.before, c.after) for c in newest.changes] == [("A", "B")]
    assert found.current.navn == "B"
    assert found.is_active


def test_enriched_values_alone_make_no_new_version() -> None:
    refreshed = now((4, 6), navn="A", adresse=ADDRESS | {"vejnavn": "Engvejen"})
    found = offer("current", now((1, 3), navn="A", adresse=ADDRESS), refreshed, now((7, None), navn="B"))
    newest, oldest = found.newest_first
    assert [(c.cause, c.seen_at) for c in oldest.corrections] == [(Cause.BERIGELSE, night(4))]
    assert newest.number == "20240107T020000Z"


def test_an_address_without_a_key_may_be_a_move() -> None:
    found = offer("current", now((1, 3), adresse={"vejnavn": "A"}), now((4, None), adresse={"vejnavn": "B"}))
    assert len(found.newest_first) == 2


def test_there_and_back_are_three_versions() -> None:
    found = offer("current", now((1, 2), (5, None), navn="A"), now((3, 4), navn="B"))
    assert [entry.gyldig_fra for entry in found.versions] == [None, night(3), night(5)]
    assert found.current.navn == "A"
    assert found.former_names == ("B",)


def test_gone_and_back_unchanged_is_one_version() -> None:
    found = offer("current", now((1, 2), (5, None), navn="A"))
    assert numbers(found) == ["20240101T020000Z"]
    assert found.versions[-1].corrections == ()


def test_a_start_in_the_document_is_the_version_s() -> None:
    found = offer(
        "current",
        now((1, 2), start="2021-01-01T09:00:00+01:00", navn="A"),
        now((3, 4), start="2021-01-01T08:00:00Z", navn="B"),
        now((5, None), start="2022-01-01T08:00:00Z", navn="C"),
    )
    assert numbers(found) == ["20210101T080000Z", "20220101T080000Z"]
    assert [(c.cause, c.changes[0].after) for c in found.versions[-2].corrections] == [(Cause.KILDE, "B")]


def test_a_number_in_the_document_is_the_version_s() -> None:
    one, two = (observed((n, n), version=n, gyldigFra=f"202{n}-01-01", tilbud={"navn": str(n)}) for n in (1, 2))
    assert numbers(offer("current", one, two)) == ["1", "2"]


def test_what_was_served_last_is_the_state_even_if_it_begins_earlier() -> None:
    documents = [now((1, 2), start="2022-01-01", navn="A"), now((3, 4), start="2021-01-01", navn="B")]
    assert offer("current", *documents).current.navn == "B", "gone, but not back to what it was before"


def test_pulls_of_one_second_or_a_clock_set_back_keep_versions_apart_and_in_order() -> None:
    for seconds in (0, -500):
        pulls = Pulls.of(Pull(n, FIRST_PULL + timedelta(seconds=seconds * n), complete=True) for n in range(1, 5))
        states = [now((n, n), navn=name) for n, name in enumerate("ABC", start=1)]
        found = offer("current", *states, now((4, None), navn="D"), pulls=pulls)
        assert [c.after for entry in found.versions for c in entry.changes] == ["B", "C", "D"]


def test_another_id_for_the_same_state_is_the_same_version() -> None:
    found = offer("current", now((1, 3), id="a", navn="A"), now((4, None), id="b", navn="A"))
    assert numbers(found) == ["20240101T020000Z"]
    assert found.last_seen is None


def test_two_documents_of_one_offer_in_one_pull_are_one_version() -> None:
    (found,), (problem,) = read("current", now(id="a", navn="A"), now(id="b", navn="B"))
    assert (len(found.newest_first), problem.is_contradiction) == (1, True)


def test_offers_are_told_apart() -> None:
    other = replace(now(navn="B"), envelope={"TilbudEnvelope": {"tilbudsId": "10001", "tilbud": {"navn": "B"}}})
    offers, _ = read("current", now(navn="A"), other)
    assert {found.id: found.current.navn for found in offers} == {"10000": "A", "10001": "B"}


@pytest.mark.parametrize(
    ("envelope", "reason"),
    [
        ({"gyldigFra": "snart"}, "har gyldigFra 'snart', ikke et tidspunkt"),
        ({"version": "tre"}, "har versionsnummeret 'tre', ikke et tal"),
    ],
)
def test_an_unreadable_clock_is_said_and_the_pull_s_is_taken(envelope: dict[str, Any], reason: str) -> None:
    (found,), problems = read("current", observed(**envelope))
    assert numbers(found) == ["20240101T020000Z"]
    assert problems[0] == Problem("10000", reason, lost=False)


def test_a_document_of_no_offer_is_lost() -> None:
    assert read("current", observed(tilbudsId=True)) == ([], [Problem("10000", "har tilbudsId 'True'", lost=True)])


# Another layout than the mapping says


PERIOD = {"periode": {"gyldigFra": "2021-01-01", "gyldigTil": None}}
OF_LAYOUT: dict[str, dict[str, Any]] = {
    "version": version(1, "2021-01-01"),
    "history": {"versioner": [version(1, "2021-01-01")]},
    "periods": {"tilbud": {"navn": [{"vaerdi": "A", **PERIOD}]}},
    "current": {"status": "AKTIV", "tilbud": {"navn": "A"}},
}


@pytest.mark.parametrize("said", ALL)
@pytest.mark.parametrize("found", ALL)
def test_a_document_of_another_layout_says_what_to_correct(said: str, found: str) -> None:
    offers, problems = read(said, observed(**OF_LAYOUT[found]))
    if said == found or (said, found) == ("current", "version"):
        assert len(offers) == 1 and offers[0].current.navn == "A"
        assert all(not problem.lost for problem in problems)
    else:
        (problem,) = problems
        assert offers == [] and problem.lost
        # What is only now has nothing by which it could be known; without a number it is no version.
        assert "ret document.layout" in problem.reason or (said, found) == ("version", "current")
        if found in ("history", "periods"):
            assert problem.reason == (
                f"ser ud som document.layout = {found!r}; mapping.toml siger {said!r}: ret document.layout"
            )


@pytest.mark.parametrize("key", ["versions", "value", "period", "period_from", "period_until", "updated"])
def test_a_name_that_a_layout_needs_can_t_be_empty(key: str) -> None:
    text = "\n".join(f'{key} = ""' if line.startswith(f"{key} =") else line for line in TEXT.splitlines())
    with pytest.raises(ConfigurationError, match=f"mapping.toml: document.{key}: empty; name the member"):
        read_mapping(text, "mapping.toml")


@pytest.mark.parametrize("layout", ALL)
@pytest.mark.parametrize("source", [None, [], "tekst", {}, {"TilbudEnvelope": []}])
def test_a_document_without_an_envelope_is_lost_in_every_layout(layout: str, source: Any) -> None:
    problems = [Problem("x", "har intet objekt 'TilbudEnvelope'", lost=True)]
    assert read(layout, Observed("x", "", ((1, None),), source)) == ([], problems)


# Anything at all

_NAMES = [
    *("tilbudsId", "version", "gyldigFra", "gyldigTil", "versioner", "periode", "vaerdi", "sidstOpdateret"),
    *("sidstIndlaest", "status", "tilbud", "navn", "takster", "ydelse", "adresse", "metoder", "x.y"),
]
_TIMES = ["2021-01-01", "2020-12-31", "2022-06-01T10:00:00Z", "9999-12-31", "0001-01-01", "9999-12-31T23:59:59Z"]
_KEYS = st.sampled_from(_NAMES)
_VALUES = st.sampled_from([None, True, 0, 1.5, 10000, float("nan"), 10**30, "", "1", "tekst", "\ud800", *_TIMES])
_ANY = st.recursive(
    _VALUES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=25,
)


@given(layout=st.sampled_from(ALL), first=st.dictionaries(_KEYS, _ANY), second=st.dictionaries(_KEYS, _ANY))
def test_whatever_a_document_holds_it_gives_a_version_or_a_reason(
    layout: str, first: dict[str, Any], second: dict[str, Any]
) -> None:
    documents = [
        Observed("a", "", ((1, 2),), {"TilbudEnvelope": {"tilbudsId": 1, **first}}),
        Observed("b", "", ((3, None),), {"TilbudEnvelope": {"tilbudsId": 1, **second}}),
    ]
    offers, problems = read(layout, *documents)
    assert offers or {problem.document_id for problem in problems if problem.lost} == {"a", "b"}
    for found in offers:
        assert len(set(numbers(found))) == len(found.newest_first)


# What the register takes back, or moves


def _list_without_numbers(seen: tuple[int, int | None], *versions: tuple[str, str]) -> Observed:
    told = [{"gyldigFra": start, "status": "AKTIV", "tilbud": {"navn": name}} for start, name in versions]
    return Observed("1", "", (seen,), {"TilbudEnvelope": {"tilbudsId": 1, "versioner": told}})


def test_a_start_that_is_corrected_is_no_new_version_where_versions_have_no_number() -> None:
    found = offer(
        "history",
        _list_without_numbers((1, 1), ("2020-01-01", "A"), ("2021-01-01", "B"), ("2022-01-01", "C")),
        _list_without_numbers((2, None), ("2020-01-01", "A"), ("2021-03-01", "B"), ("2022-01-01", "C")),
    )
    assert [(each.tilbud.navn, each.holds, each.withdrawn) for each in found.versions] == [
        ("A", True, None), ("B", True, None), ("C", True, None),
    ]  # fmt: skip
    (correction,) = found.versions[1].corrections
    (change,) = correction.changes
    assert (change.field, change.before, change.after) == ("gyldigFra", "20201231T230000Z", "20210228T230000Z")
    assert not found.versions[1].is_late and correction.seen_at == PULLS.finished(2)


@pytest.mark.parametrize("layout", ["history", "version"])
def test_a_version_that_is_missing_while_one_before_it_is_served_was_taken_back(layout: str) -> None:
    def version(number: int, name: str) -> dict[str, Any]:
        start = f"20{19 + number}-01-01"
        return {"version": number, "gyldigFra": start, "status": "AKTIV", "tilbud": {"navn": name}}

    every = [version(1, "A"), version(2, "B"), version(3, "C")]
    if layout == "history":
        documents = [
            Observed("1", "", (seen,), {"TilbudEnvelope": {"tilbudsId": 1, "versioner": told}})
            for seen, told in (((1, 1), every), ((2, None), [every[0], every[2]]))
        ]
    else:
        documents = [
            Observed(f"1-{each['version']}", "", (seen,), {"TilbudEnvelope": {"tilbudsId": 1, **each}})
            for each, seen in zip(every, ((1, None), (1, 1), (1, None)), strict=True)
        ]
    found = offer(layout, *documents)
    assert [(each.holds, each.withdrawn) for each in found.versions] == [
        (True, None), (False, PULLS.finished(2)), (True, None),
    ]  # fmt: skip
    first, _, third = found.versions
    assert first.gyldig_til == third.gyldig_fra and [change.before for change in third.changes] == ["A"]


def test_a_history_that_is_cut_short_takes_nothing_back() -> None:
    names = [("2020-01-01", "A"), ("2021-01-01", "B"), ("2022-01-01", "C")]
    found = offer("history", _list_without_numbers((1, 1), *names), _list_without_numbers((2, None), *names[1:]))
    assert [(each.holds, each.withdrawn) for each in found.versions] == [(True, None)] * 3


def test_a_period_that_begins_at_another_day_than_was_told_is_a_correction() -> None:
    def document(seen: tuple[int, int | None], start: str, before: str) -> Observed:
        statuses = [
            {"vaerdi": "Godkendt", "periode": {"gyldigFra": "2019-01-01", "gyldigTil": before}},
            {"vaerdi": "Påbud", "periode": {"gyldigFra": start, "gyldigTil": None}},
        ]
        status = [{"vaerdi": "AKTIV", "periode": {"gyldigFra": "2019-01-01", "gyldigTil": None}}]
        tilbud = {"godkendelse": {"status": statuses}}
        return Observed("1", "", (seen,), {"TilbudEnvelope": {"tilbudsId": 1, "status": status, "tilbud": tilbud}})

    found = offer(
        "periods", document((1, 1), "2021-01-01", "2020-12-31"), document((2, None), "2021-03-01", "2021-02-28")
    )
    assert [each.tilbud.godkendelse.status for each in found.versions] == ["Godkendt", "Påbud"]
    assert [change.field for each in found.versions[1].corrections for change in each.changes] == ["gyldigFra"]
