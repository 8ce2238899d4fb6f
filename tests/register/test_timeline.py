"""An offer's history, put together from every document that the archive has of it."""

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from generator.register.history.changes import Cause
from generator.register.history.fact_history import make_fact_history
from generator.register.history.timeline import Since, read_offers
from generator.register.mapping.mapping import default_mapping_text, read_mapping
from generator.register.model.documents import Observed, Problem
from tests.support.versions import MAPPING, Seen, night, offer, oldest_first, pulls, utc, version

# Order, ends, the state on a day


def test_versions_are_ordered_by_number_in_whatever_order_they_are_read() -> None:
    documents = [version(n, f"20{n:02}-01-01", navn=f"N{n}") for n in (2, 9, 10)]
    found = [offer(*order) for order in permutations(documents)]
    assert all(one == found[0] for one in found)
    assert [entry.number for entry in found[0].newest_first] == ["10", "9", "2"]
    assert found[0].current.navn == "N10"
    assert found[0].former_names == ("N9", "N2")


def test_a_version_ends_where_the_next_begins() -> None:
    one, two = oldest_first(offer(version(1, "2021-01-01"), version(3, "2022-06-01T10:00:00Z")))
    assert one.gyldig_til == two.gyldig_fra == utc("2022-06-01T10:00:00")
    assert two.gyldig_til is None


def test_the_next_version_counts_not_the_next_date() -> None:
    """A correction of the past: version 3 begins before version 2."""
    one, two, three = oldest_first(offer(version(1, "2021-01-01"), version(2, "2023-01-01"), version(3, "2022-01-01")))
    assert one.gyldig_til == three.gyldig_fra
    assert (two.gyldig_til, two.overtaken_by) == (None, three.gyldig_fra)
    assert three.is_current


@pytest.mark.parametrize(
    ("start", "current"),
    [
        ("2024-01-09T10:00:00+01:00", "2"),  # later on the day of the last pull, 9 January 03.00 in Denmark
        ("2024-01-09T23:59:59+01:00", "2"),
        ("2024-01-10T00:00:00+01:00", "1"),  # tomorrow, in Denmark
        ("2024-01-09T23:30:00Z", "1"),  # tomorrow as well, though not in UTC
    ],
)
def test_the_current_version_is_the_highest_that_begins_by_the_end_of_the_day(start: str, current: str) -> None:
    found = offer(version(1, "2021-01-01", navn="A"), version(2, start, navn="B"))
    assert found.current_version.number == current
    assert found.current.navn == {"1": "A", "2": "B"}[current]
    assert [entry.number for entry in found.newest_first] == ["2", "1"], "one to come is on the timeline all the same"


def test_a_higher_version_that_begins_earlier_is_the_state() -> None:
    assert (
        offer(version(1, "2021-01-01"), version(2, "2023-01-01"), version(3, "2022-01-01")).current_version.number
        == "3"
    )


def test_a_version_no_longer_served_is_not_the_current_one_while_another_is() -> None:
    found = offer(version(1, "2021-01-01"), version(2, "2022-01-01", (1, 3)))
    assert found.current_version.number == "1"
    assert found.last_seen is None
    assert [entry.last_seen for entry in found.newest_first] == [night(3), None]


def test_of_an_offer_that_is_gone_the_version_served_last_is_the_current_one() -> None:
    found = offer(version(1, "2021-01-01", (1, 6)), version(2, "2022-01-01", (1, 3)))
    assert found.current_version.number == "1", "as it was on the page until it was gone"


def test_changes_are_between_the_latest_observations() -> None:
    found = offer(
        version(1, "2021-01-01", (1, 4), navn="A"),
        version(1, "2021-01-01", (5, None), navn="B"),
        version(2, "2022-01-01", navn="C"),
    )
    (change,) = found.versions[-1].changes
    assert (change.before, change.after) == ("B", "C")


# Observed again


ADDRESS = {"vejnavn": "Engvej", "adresseId": "a1"}


def test_enriched_values_served_anew_are_a_refreshment() -> None:
    found = offer(
        version(1, "2021-01-01", (1, 4), adresse=ADDRESS),
        version(1, "2021-01-01", (5, None), adresse=ADDRESS | {"vejnavn": "Engvejen"}),
    )
    (entry,) = found.newest_first
    (correction,) = entry.corrections
    assert (correction.cause, correction.seen_at) == (Cause.BERIGELSE, night(5))
    assert found.current.adresse.vejnavn == "Engvejen"
    assert entry.changes == ()


def test_without_a_key_an_address_served_anew_is_a_refreshment_but_another_version_s_is_a_change() -> None:
    old, new = {"vejnavn": "Engvej"}, {"vejnavn": "Skovvej"}
    again = offer(version(1, "2021-01-01", (1, 4), adresse=old), version(1, "2021-01-01", (5, None), adresse=new))
    assert [c.cause for c in again.versions[-1].corrections] == [Cause.BERIGELSE]
    moved = offer(version(1, "2021-01-01", adresse=old), version(2, "2022-01-01", adresse=new))
    assert [c.cause for c in moved.versions[-1].changes] == [Cause.KILDE]


@pytest.mark.parametrize("own", [{"navn": "B"}, {"adresse": ADDRESS | {"adresseId": "a2"}}, {"nyt": 1}])
def test_own_values_served_anew_are_a_correction_dated_by_the_pull(own: dict[str, Any]) -> None:
    before: dict[str, Any] = {"navn": "A", "adresse": ADDRESS}
    found = offer(version(1, "2021-01-01", (1, 4), **before), version(1, "2021-01-01", (5, None), **before | own))
    assert [(c.cause, c.seen_at) for c in found.versions[-1].corrections] == [(Cause.KILDE, night(5))]


def test_own_and_enriched_values_together_are_a_correction() -> None:
    found = offer(
        version(1, "2021-01-01", (1, 4), navn="A", adresse=ADDRESS),
        version(1, "2021-01-01", (5, None), navn="B", adresse=ADDRESS | {"vejnavn": "Engvejen"}),
    )
    (correction,) = found.versions[-1].corrections
    assert correction.cause is Cause.KILDE
    assert [(c.field, c.cause) for c in correction.changes] == [("navn", "kilde"), ("adresse.vejnavn", "berigelse")]


def test_another_start_is_a_correction_but_the_same_moment_written_otherwise_is_none() -> None:
    start = "2021-01-01T10:00:00+01:00"
    moved = offer(version(1, start, (1, 4)), version(1, "2021-01-02T10:00:00+01:00", (5, None)))
    assert [c.changes[0].field for c in moved.versions[-1].corrections] == ["gyldigFra"]
    assert moved.versions[-1].gyldig_fra == utc("2021-01-02T09:00:00")
    assert (
        offer(version(1, start, (1, 4)), version(1, "2021-01-01T09:00:00Z", (5, None))).versions[-1].corrections == ()
    )
    unreadable = offer(version(1, "snart", (1, 4)), version(1, "senere", (5, None)))
    assert [c.changes[0].after for c in unreadable.versions[-1].corrections] == ["senere"]


def test_a_new_load_time_alone_is_nothing() -> None:
    found = offer(
        version(1, "2021-01-01", (1, 4), loaded="2021-01-01T00:00:00Z"),
        version(1, "2021-01-01", (5, None), loaded="2024-01-01T00:00:00Z"),
    )
    assert found.versions[-1].corrections == ()


def test_seen_gone_and_seen_again_in_the_same_words_is_no_correction() -> None:
    found = offer(version(1, "2021-01-01", (1, 2), (5, None)))
    assert found.versions[-1].corrections == ()
    assert found.last_seen is None


def test_there_and_back_are_two_corrections() -> None:
    found = offer(version(1, "2021-01-01", (1, 2), (5, None), navn="A"), version(1, "2021-01-01", (3, 4), navn="B"))
    assert [(c.seen_at, c.changes[0].after) for c in found.versions[-1].corrections] == [
        (night(3), "B"),
        (night(5), "A"),
    ]
    assert found.current.navn == "A"


def test_of_two_observations_in_one_pull_the_last_loaded_is_the_version() -> None:
    early, late = "2021-05-01T00:00:00Z", "2021-06-01T00:00:00Z"
    documents = version(1, loaded=late, navn="B"), version(1, loaded=early, navn="A")
    for order in permutations(documents):
        assert offer(*order).current.navn == "B"


def again(*seen: Seen, loaded: str | None = None, **tilbud: Any) -> Observed:
    """Version 1 in another document."""
    return replace(version(1, "2021-01-01", *seen, loaded=loaded, **tilbud), id="10000-1-igen")


def test_a_version_loaded_twice_is_what_is_still_served() -> None:
    found = offer(version(1, "2021-01-01", navn="A"), again((3, 4), navn="B"))
    assert (found.current.navn, found.versions[-1].corrections, found.versions[-1].known_from) == ("A", (), None)


def test_two_documents_of_one_version_at_once_correct_nothing_and_are_told() -> None:
    old = version(1, "2021-01-01", loaded="2021-01-01T00:00:00Z", navn="A")
    found = offer(old, again((1, None), loaded="2022-01-01T00:00:00Z", navn="B"))
    assert (found.current.navn, found.versions[-1].corrections) == ("B", ())
    (problem,) = found.problems
    assert problem.is_contradiction
    assert problem.reason == ("står også i '10000-1', der siger noget andet; '10000-1-igen' er indlæst sidst og gælder")


def test_a_document_that_only_refreshes_what_another_says_is_enrichment_of_it() -> None:
    address = {"adresseId": "a", "vejnavn": "Engvej"}
    old = version(1, "2021-01-01", loaded="2021-01-01T00:00:00Z", adresse=address)
    refreshed = again((1, None), loaded="2021-01-10T00:00:00Z", adresse=address | {"vejnavn": "Engvejen"})
    found = offer(old, refreshed)
    assert [(c.cause, c.seen_at) for c in found.versions[-1].corrections] == [(Cause.BERIGELSE, night(1))]
    assert (found.current.adresse.vejnavn, found.problems) == ("Engvejen", ())


def test_a_document_that_came_under_another_id_corrects_the_one_that_went() -> None:
    found = offer(version(1, "2021-01-01", (1, 3), navn="A"), again((3, None), navn="B"))
    assert [(c.seen_at, c.changes[0].after) for c in found.versions[-1].corrections] == [(night(3), "B")]
    assert found.problems == ()


def test_of_two_documents_of_one_version_the_one_that_changed_corrects_itself_alone() -> None:
    """What an audience may not see has been taken out: the second document's two states are one to it."""
    hidden = [again(seen, loaded=f"202{n}-01-01T00:00:00Z", navn="B") for n, seen in ((2, (1, 4)), (3, (5, None)))]
    found = offer(version(1, "2021-01-01", loaded="2022-06-01T00:00:00Z", navn="A"), *hidden)
    assert (found.current.navn, found.versions[-1].corrections) == ("A", ())
    changed = [again((1, 4), navn="B"), again((5, None), navn="C")]
    found = offer(version(1, "2021-01-01", navn="A"), *changed)
    assert [(c.changes[0].before, c.changes[0].after) for c in found.versions[-1].corrections] == [("B", "C")]


def test_gone_is_dated_by_the_last_pull_that_saw_it() -> None:
    found = offer(version(1, "2021-01-01", (1, 6)), version(2, "2022-01-01", (1, 7)))
    assert found.last_seen == night(7)
    assert not found.is_active
    assert not found.is_ceased
    assert found.current_version.number == "2"


# When a change is reported


def test_versions_of_the_first_complete_pull_are_reported_on_their_own_day() -> None:
    (entry,) = offer(version(1, "2021-01-01T12:00:00Z")).newest_first
    assert entry.known_from is None
    assert entry.reported == entry.gyldig_fra == utc("2021-01-01T12:00:00")


def test_later_ones_are_reported_on_the_day_this_mirror_saw_them() -> None:
    newest, _ = offer(version(1, "2021-01-01"), version(2, "2021-06-01T12:00:00Z", (4, None))).newest_first
    assert newest.known_from == newest.reported == night(4)
    assert newest.gyldig_fra == utc("2021-06-01T12:00:00")


def test_the_baseline_is_the_first_complete_pull() -> None:
    received = pulls(5, incomplete=(1, 2))
    documents = [version(n, f"2021-0{n}-01", (n, None)) for n in (1, 2, 3, 4)]
    (found,), _ = read_offers(MAPPING, documents, received)
    assert [entry.known_from for entry in oldest_first(found)] == [None, None, None, night(4)]


def test_while_no_pull_was_complete_the_first_is_the_baseline() -> None:
    assert pulls(3, incomplete=(1, 2, 3)).baseline == 1


def test_a_late_version_takes_its_place_and_is_dated_by_the_pull() -> None:
    one, two, three = oldest_first(
        offer(
            version(1, "2021-01-01", navn="A"),
            version(3, "2023-01-01", navn="C"),
            version(2, "2022-01-01", (5, None), navn="B"),
        )
    )
    assert (two.known_from, two.reported) == (night(5), night(5))
    assert one.gyldig_til == two.gyldig_fra
    assert two.gyldig_til == three.gyldig_fra
    assert [(c.before, c.after) for c in (*two.changes, *three.changes)] == [("A", "B"), ("B", "C")]
    assert three.known_from is None
    assert three.is_current


def test_without_a_start_a_version_is_reported_by_its_pull_and_said_so() -> None:
    (found,), problems = read_offers(MAPPING, [version(1, None), version(2, "i går")], pulls())
    assert [entry.reported for entry in found.newest_first] == [night(1), night(1)]
    assert problems == [
        Problem("10000-1", "har ingen gyldigFra", lost=False),
        Problem("10000-2", "har gyldigFra 'i går', ikke et tidspunkt", lost=False),
    ]


# What else an offer tells


def test_a_version_without_shown_changes_keeps_its_entry() -> None:
    newest, _ = offer(version(1, "2021-01-01"), version(2, "2022-01-01")).newest_first
    assert newest.changes == ()
    assert not newest.is_first


def test_former_names_are_told_newest_first_each_once() -> None:
    names = ["A", "B ", "  A", "B", None, "C", "C"]
    assert offer(*(version(n, f"20{n + 10}-01-01", navn=name) for n, name in enumerate(names))).former_names == (
        "B",
        "A",
    )


def test_the_status_holds_since_it_last_changed() -> None:
    states = ["Godkendt", "Påbud", "Godkendt", "Godkendt"]
    found = offer(*(version(n, f"202{n}-01-01T12:00:00Z", godkendelse={"status": s}) for n, s in enumerate(states)))
    assert found.status_since == Since(utc("2022-01-01T12:00:00"), is_known=True)


def test_a_version_that_never_held_interrupts_no_status() -> None:
    mistaken = [("Godkendt", "2020-01-01"), ("Skærpet tilsyn", "2023-01-01"), ("Godkendt", "2022-01-01")]
    found = offer(*(version(n, f"{day}T12:00:00Z", godkendelse={"status": s}) for n, (s, day) in enumerate(mistaken)))
    assert found.status_since == Since(utc("2020-01-01T12:00:00"), is_known=False)
    ceased = [("AKTIV", "2019-01-01"), ("OPHOERT", "2021-06-01"), ("OPHOERT", "2021-01-01")]
    found = offer(*(version(n, f"{day}T12:00:00Z", status=s) for n, (s, day) in enumerate(ceased)))
    assert found.status_since == Since(utc("2021-01-01T12:00:00"), is_known=True)


def test_another_spelling_is_the_same_status() -> None:
    spelled = [("AKTIV", "Godkendt"), ("Aktiv", "godkendt ")]
    found = offer(
        *(
            version(n, f"202{n}-01-01T12:00:00Z", status=status, godkendelse={"status": approval})
            for n, (status, approval) in enumerate(spelled)
        )
    )
    assert found.status_since == Since(utc("2020-01-01T12:00:00"), is_known=False)


def test_ceased_is_what_the_mapping_says() -> None:
    assert offer(version(status="OPHOERT")).is_ceased
    assert offer(version(status=" Ophørt ")).is_ceased
    assert not offer(version(status="AKTIV")).is_ceased
    assert offer(version(status=["OPHOERT"])).is_ceased, "a list of one is the same to Elasticsearch"


def test_offers_are_told_apart_whatever_type_their_id_has() -> None:
    other = version(1, navn="B")
    envelope = other.envelope["TilbudEnvelope"]
    other = replace(other, envelope={"TilbudEnvelope": {**envelope, "tilbudsId": "10001"}})
    text = replace(other, envelope={"TilbudEnvelope": {**envelope, "tilbudsId": " 10000", "version": "02"}})
    offers, _ = read_offers(MAPPING, [version(1), other, text], pulls())
    assert [(o.id, [e.number for e in o.newest_first]) for o in offers] == [("10000", ["2", "1"]), ("10001", ["1"])]


# What can't be read


@pytest.mark.parametrize(
    ("envelope", "reason"),
    [
        ({"tilbudsId": 1, "version": None}, "har intet versionsnummer"),
        ({"tilbudsId": 1, "version": "tre"}, "har versionsnummeret 'tre', ikke et tal"),
        ({"tilbudsId": 1, "version": True}, "har versionsnummeret 'True', ikke et tal"),
        ({"tilbudsId": 1, "version": 1.5}, "har versionsnummeret '1.5', ikke et tal"),
        ({"tilbudsId": 1, "version": "9" * 5000}, f"har versionsnummeret {'9' * 60!r}, ikke et tal"),
        ({"version": 1}, "har intet tilbudsId"),
        ({"tilbudsId": " ", "version": 1}, "har tilbudsId ' '"),
    ],
)
def test_a_document_that_is_no_version_is_reported_as_lost(envelope: dict[str, Any], reason: str) -> None:
    document = Observed("x", "", ((1, None),), {"TilbudEnvelope": envelope})
    assert read_offers(MAPPING, [document], pulls()) == ([], [Problem("x", reason, lost=True)])


@pytest.mark.parametrize("source", [None, [], "tekst", {}, {"TilbudEnvelope": []}])
def test_a_document_without_an_envelope_is_reported_as_lost(source: Any) -> None:
    _, (problem,) = read_offers(MAPPING, [Observed("x", "", ((1, None),), source)], pulls())
    assert problem == Problem("x", "har intet objekt 'TilbudEnvelope'", lost=True)


@pytest.mark.parametrize("text", ["1.200", "12.345.678", "1_000", "1e3", "1.200,50", True, "٣"])
def test_what_may_be_read_as_another_number_is_none(text: Any) -> None:
    """Nobody can say of "1.200" whether it is a thousand, as in Danish, or one and a fifth, as in JSON."""
    found = offer(
        version(
            takster=[{"ydelse": "Dag", "beloeb": text}],
            godkendelse={"pladser": [{"paragraf": "SEL § 107", "antal": text}]},
            maalgrupper=[{"navn": "Autisme", "alderFra": text}],
            kvalitetsvurdering=[{"tema": "Sundhed", "score": text}],
        )
    )
    assert found.current.takster[0].beloeb is None and found.current.kvalitetsvurdering[0].score is None
    assert found.current.godkendelse.pladser[0].antal is None and found.current.maalgrupper[0].alder_fra is None
    assert len(found.problems) == 4 and found.unknown["takster[1].beloeb"] == text


@pytest.mark.parametrize(("text", "number"), [("1200", 1200), ("1200.5", 1200.5), ("0.125", 0.125), (" 7 ", 7)])
def test_a_text_that_is_plainly_a_number_is_read(text: str, number: float) -> None:
    assert offer(version(takster=[{"ydelse": "Dag", "beloeb": text}])).current.takster[0].beloeb == number


def test_a_misread_fact_is_set_aside_and_kept() -> None:
    found = offer(
        version(
            navn={"dansk": "Huset"},
            nyt=1,
            takster=[{"ydelse": "Dag", "beloeb": "mange"}, {"ydelse": "Nat", "beloeb": 3}],
            metoder=[["a", "b"], "KRAP", {"b": 1}],
            adresse={"vejnavn": "Engvej", "wgs84": {"lat": "nord", "lon": 9}},
            kvalitetsvurdering=[{"tema": "Sundhed", "score": float("nan")}],
        )
    )
    assert found.current.navn is None
    assert [(t.ydelse, t.beloeb) for t in found.current.takster] == [("Dag", None), ("Nat", 3.0)]
    assert found.current.metoder == ("KRAP",)
    assert found.current.adresse.vejnavn == "Engvej"
    kept = dict(found.unknown)
    assert str(kept.pop("kvalitetsvurdering[1].score")) == "nan"
    assert kept == {
        "tilbud.nyt": 1,
        "navn": {"dansk": "Huset"},
        "takster[1].beloeb": "mange",
        "metoder[1]": ["a", "b"],
        "metoder[3]": {"b": 1},
        "adresse.wgs84.lat": "nord",
    }
    assert "beløb (takster[1].beloeb) kan ikke læses: 'mange'" in [problem.reason for problem in found.problems]
    assert not any(problem.lost for problem in found.problems)


def test_a_misread_fact_does_not_hide_an_unknown_field_of_its_name() -> None:
    document = version(navn=[1, 2])
    document.envelope["TilbudEnvelope"]["navn"] = "ukendt"
    assert offer(document).unknown == {"navn": "ukendt", "navn (2)": [1, 2]}


def test_a_misread_fact_of_an_old_version_is_reported_too() -> None:
    _, problems = read_offers(MAPPING, [version(1, navn=[1, 2]), version(2, navn="B")], pulls())
    assert [p.document_id for p in problems] == ["10000-1"]


def test_a_field_of_the_operator_s_own_is_shown_with_the_unknown_ones() -> None:
    own = read_mapping(
        default_mapping_text()
        .replace("[lists]", 'noter = "tilbud.noter"\n"takster[].moms" = "tilbud.takster[].moms"\n[lists]')
        .replace("[labels]", '[labels]\nnoter = "Noter"\n"takster.moms" = "Moms"'),
        "mapping.toml",
    )
    found = offer(version(noter="N", nyt=1, takster=[{"ydelse": "Dag", "moms": 25}]), mapping=own)
    assert found.unknown == {"noter": "N", "takster[Dag].moms": 25, "tilbud.nyt": 1}


# What the agreement leaves


def test_without_history_only_the_current_version_is_there() -> None:
    documents = [
        version(1, "2021-01-01", navn="A", godkendelse={"status": "Godkendt"}),
        version(2, "2022-01-01", (3, 4), navn="B", godkendelse={"status": "Godkendt"}),
        version(2, "2022-01-01", (5, None), navn="C", godkendelse={"status": "Godkendt"}),
        version(3, "2030-01-01", navn="D"),
    ]
    found = offer(*documents, history=False)
    (entry,) = found.newest_first
    assert (entry.number, entry.changes, entry.corrections, entry.gyldig_til) == ("2", (), (), None)
    assert found.current.navn == "C"
    assert found.former_names == ()
    assert not entry.is_first, "it is not where the offer began"
    assert found.status_since is None, "how long it has held is history"
    assert entry.known_from == night(3), "a correction does not make a version new"
    assert found.first_pull == offer(*documents).first_pull == 1, "so that the search keeps its order"


def test_without_history_nothing_tells_whether_there_are_older_versions() -> None:
    older = version(1, "2020-01-01", navn="A")
    newest = version(2, "2021-01-01T12:00:00Z", navn="B")
    alone, with_older = (offer(*documents, history=False) for documents in ([newest], [older, newest]))
    assert alone == with_older
    assert alone.status_since is None


def test_without_ceased_only_what_runs_is_there() -> None:
    documents = [version(1, "2021-01-01"), version(2, "2022-01-01", status="OPHOERT")]
    assert read_offers(MAPPING, documents, pulls(), ceased=False)[0] == []
    assert read_offers(MAPPING, [version(1, "2021-01-01", (1, 4))], pulls(), ceased=False)[0] == [], (
        "gone is not running"
    )
    assert len(read_offers(MAPPING, [version(1)], pulls(), ceased=False)[0]) == 1


def test_one_item_that_stands_bare_is_a_list_of_it_at_any_depth() -> None:
    plads = {"paragraf": "SEL § 107", "antal": 7}
    found = offer(version(godkendelse={"pladser": plads}, afdelinger={"navn": "Nord", "pladser": plads}, metoder="ABA"))
    assert [(p.paragraf, p.antal) for p in found.current.godkendelse.pladser] == [("SEL § 107", 7)]
    assert [p.antal for p in found.current.afdelinger[0].pladser] == [7]
    assert found.current.metoder == ("ABA",)
    assert offer(version(adresse=[{"vejnavn": "Engvej"}])).current.adresse.vejnavn == "Engvej"
    assert found.unknown == {}


@pytest.mark.parametrize(
    ("facts", "path"),
    [
        ({"godkendelse": "Skærpet tilsyn"}, "tilbud.godkendelse"),
        ({"godkendelse": [{"status": "Påbud"}, {"status": "Godkendt"}]}, "tilbud.godkendelse"),
        ({"maalgrupper": ["autisme", "ADHD"]}, "tilbud.maalgrupper[]"),
        ({"afdelinger": [{"navn": "Nord [1]", "pladser": "syv"}]}, "tilbud.afdelinger[].pladser"),
    ],
)
def test_an_object_or_list_of_another_shape_than_expected_is_shown_and_named(facts: dict[str, Any], path: str) -> None:
    found = offer(version(**facts))
    assert list(found.unknown) == [path]
    (problem,) = found.problems
    assert problem.reason.startswith(f"{path} kan ikke læses") and not problem.lost
    assert offer(version(godkendelse=[], maalgrupper="")).problems == ()


def test_several_texts_where_one_is_expected_are_told_together() -> None:
    found = offer(version(godkendelse={"status": ["Skærpet tilsyn", "Påbud"]}))
    assert found.current.godkendelse.status == "Skærpet tilsyn; Påbud"


def test_an_age_with_its_unit_is_read_and_one_that_cannot_be_is_marked() -> None:
    groups = [{"navn": "A", "alderFra": "18", "alderTil": "65 år"}, {"navn": "B", "alderFra": 18, "alderTil": "høj"}]
    one, two = offer(version(maalgrupper=groups)).current.maalgrupper
    assert (one.alder_fra, one.alder_til, one.unread) == (18, 65, frozenset())
    assert (two.alder_fra, two.alder_til, two.unread) == (18, None, frozenset({"alderTil"}))


def test_a_number_of_a_company_is_the_same_however_json_writes_it() -> None:
    assert offer(version(driftsherre={"cvrNummer": 12345678.0})).current.driftsherre.cvr_nummer == "12345678"


def test_the_order_of_two_prices_of_one_service_is_no_change() -> None:
    day, month = (
        {"ydelse": "Ophold", "beloeb": amount, "enhed": unit} for amount, unit in ((2000, "dag"), (64500, "måned"))
    )
    found = offer(version(1, "2020-01-01", takster=[day, month]), version(2, "2024-01-01", takster=[month, day]))
    assert make_fact_history(found).since["price", "Ophold"].is_known is False
