"""What is news of an offer, and on which day."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.pages.changes.events import ChangeEvent, offer_events
from generator.pages.danish import NO_BREAK
from generator.pages.sentences import version_texts
from generator.pages.topics import TOPICS
from generator.register.history.statistics import RegisterCounts
from generator.register.history.timeline import read_offers
from generator.register.mapping.mapping import default_mapping
from generator.register.model.clock import danish_day
from generator.register.model.documents import Observed, Pull, Pulls

MAPPING = default_mapping()
Seen = tuple[int, int | None]
TODAY = date(2024, 1, 5)


def pulls(last: int = 5) -> Pulls:
    """Pull 1 on 1 January 2024, and one each night."""
    first = datetime(2024, 1, 1, 2, 0, tzinfo=UTC)
    return Pulls.of(Pull(n, first + timedelta(days=n - 1), complete=True) for n in range(1, last + 1))


def version(number: int, start: str | None, *seen: Seen, status: str = "AKTIV", **tilbud: Any) -> Observed:
    envelope = {"tilbudsId": 10000, "version": number, "gyldigFra": start, "status": status, "tilbud": tilbud}
    return Observed(f"10000-{number}", "", seen or ((1, None),), {"TilbudEnvelope": envelope})


def events(*documents: Observed, today: date = TODAY) -> list[ChangeEvent]:
    (offer,), _ = read_offers(MAPPING, documents, pulls())
    return offer_events(offer, version_texts(MAPPING, offer), today)


def approved(status: str = "Godkendt", **more: Any) -> dict[str, Any]:
    return {"godkendelse": {"status": status, **more}}


def topics(*documents: Observed) -> list[tuple[str, str]]:
    """Topics and effect of everything that the last version changed."""
    return [(" ".join(line.topics), line.effect) for line in events(*documents)[-1].own]


def test_what_the_first_complete_pull_had_is_news_on_the_day_from_which_it_holds() -> None:
    new, change = events(version(1, "2020-05-01", navn="A"), version(2, "2021-03-04", navn="B"))
    assert (new.day, new.own[0].text, new.when) == (date(2020, 5, 1), "Nyt tilbud", "")
    assert (change.day, change.own[0].text, change.when) == (date(2021, 3, 4), "Navn: ændret fra A til B", "")
    assert (new.name, change.name, change.address) == ("A", "B", "tilbud/10000.html#version-2")


def test_what_came_later_is_news_on_the_day_it_was_seen_and_says_from_when_it_holds() -> None:
    _, change = events(version(1, "2020-05-01"), version(2, "2023-12-01", (3, None), navn="B"))
    assert (change.day, change.when) == (date(2024, 1, 3), "Gælder fra 1. december 2023")


def test_an_event_tells_when_a_pull_last_saw_other_words_for_it() -> None:
    first = version(1, "2020-05-01", (1, 2), navn="A"), version(1, "2020-05-01", (3, None), navn="B")
    found = events(*first, version(2, "2021-03-04", navn="C"))
    seen = pulls().finished(3)
    assert [(event.own[0].label, event.reworded) for event in found] == [
        ("Nyt tilbud", seen), ("Navn", None), ("Navn", seen),
    ]  # fmt: skip
    unchanged = version(1, "2020-05-01", navn="B"), version(2, "2021-03-04", navn="C")
    assert all(event.reworded is None for event in events(*unchanged))


def test_what_is_to_come_is_no_news_until_its_day() -> None:
    documents = version(1, "2020-05-01"), version(2, "2024-01-06", navn="B")
    assert [event.day for event in events(*documents)] == [date(2020, 5, 1)]
    assert [event.day for event in events(*documents, today=date(2024, 1, 6))] == [date(2020, 5, 1), date(2024, 1, 6)]


def test_what_was_there_when_the_mirror_began_and_no_one_knows_since_when_is_no_news() -> None:
    assert events(version(1, None, navn="A")) == []
    (later,) = events(version(1, None, (2, None), navn="A"))
    assert (later.day, later.own[0].topic) == (date(2024, 1, 2), "ny")


def test_a_correction_is_news_on_the_day_it_was_seen() -> None:
    first, correction = events(
        version(1, "2020-05-01", (1, 2), navn="A"), version(1, "2020-05-01", (3, None), navn="B")
    )
    assert first.name == "B"
    assert (correction.day, correction.when) == (date(2024, 1, 3), "Version 1, der gælder fra 1. maj 2020")
    assert [" ".join(line.topics) for line in correction.own] == ["navn rettelse"]
    assert correction.address == first.address and correction.identity != first.identity


def test_what_the_platform_refreshed_and_what_the_law_renamed_are_no_own_changes() -> None:
    company = {"cvrNummer": "12345678"}
    old, new = ({**company, "navn": name} for name in ("A", "B"))
    seen_before = version(1, "2020-05-01", (1, 2), driftsherre=old)
    _, refreshed = events(seen_before, version(1, "2020-05-01", (3, None), driftsherre=new))
    assert refreshed.own == () and [line.cause for line in refreshed.minor] == ["berigelse"]
    places = ([{"paragraf": text, "antal": 8}] for text in ("SEL § 66, stk. 1, nr. 6", "BL § 43, stk. 1, nr. 6"))
    before, after = (approved(pladser=rows) for rows in places)
    _, renamed = events(version(1, "2020-05-01", **before), version(2, "2024-01-01", **after))
    assert renamed.own == () and [line.cause for line in renamed.minor] == ["lovaendring"]
    assert [facet.address for facet in renamed.facets] == ["grundlag/bl-43-1-6.html"], "one list under both names"


def test_that_an_offer_is_gone_is_news_on_the_day_it_was_missed() -> None:
    gone = events(version(1, "2020-05-01", (1, 3)))[-1]
    assert (gone.day, gone.own[0].text) == (date(2024, 1, 4), "Ikke længere i registret: sidst set 3. januar 2024")
    assert (gone.own[0].topic, gone.own[0].effect) == ("ophoert", "ended")


def test_sanctions_given_and_lifted() -> None:
    def change(before: str, after: str) -> list[tuple[str, str]]:
        return topics(version(1, "2020-05-01", **approved(before)), version(2, "2021-01-01", **approved(after)))

    assert change("Godkendt", "Skærpet tilsyn") == [("sanktion", "given")]
    assert change("Påbud", "Skærpet tilsyn") == [("sanktion", "given")]
    assert change("Skærpet tilsyn", "Godkendt") == [("sanktion", "lifted")]
    assert change("Godkendt", "Godkendt på vilkår") == [("sanktion", "")], "a condition, but no sanction"
    assert change("Godkendt", "Under behandling") == [("godkendelse", "")]


def test_openings_and_closures() -> None:
    one = version(1, "2020-05-01")
    two = version(2, "2021-05-01", status="OPHOERT")
    assert topics(one) == [("ny", "opened")]
    assert topics(one, two) == [("ophoert", "ended")]
    assert topics(one, two, version(3, "2022-05-01")) == [("ny", "opened")]


def test_every_kind_of_change_has_its_name_and_the_most_telling_comes_first() -> None:
    (_, change) = events(
        version(
            1, "2020-05-01", kontakt={"leder": "A"}, nyt=1, **approved(pladser=[{"paragraf": "§ 107", "antal": 1}])
        ),
        version(
            2,
            "2021-01-01",
            beskrivelse="B",
            kontakt={"leder": "B"},
            nyt=2,
            takster=[{"ydelse": "Ophold", "beloeb": 1}],
            **approved("Påbud", pladser=[{"paragraf": "§ 107", "antal": 2}]),
        ),
    )
    found = [" ".join(line.topics) for line in change.own]
    assert found == ["sanktion", "pladser", "takst", "leder", "beskrivelse", "andet"]
    assert set(found) <= TOPICS.keys()
    assert change.headline.replace(NO_BREAK, " ") == "Status ændret fra Godkendt til Påbud og 5 andre ændringer"


def test_a_move_is_news_in_both_municipalities_and_a_take_over_at_both_providers() -> None:
    def at(code: str, name: str, cvr: str) -> dict[str, Any]:
        return {"adresse": {"kommunekode": code, "kommunenavn": name}, "driftsherre": {"cvrNummer": cvr, "navn": cvr}}

    _, change = events(
        version(1, "2020-05-01", **at("0751", "Aarhus", "11111111")),
        version(2, "2021-01-01", **at("0461", "Odense", "22222222")),
    )
    assert [facet.address for facet in change.facets] == [
        "kommune/0461.html",
        "virksomhed/22222222.html",
        "kommune/0751.html",
        "virksomhed/11111111.html",
    ]
    assert change.where == change.municipality == "Odense"


def test_a_long_value_is_cut_at_a_word() -> None:
    _, change = events(version(1, "2020-05-01"), version(2, "2021-01-01", beskrivelse="ord " * 100))
    assert change.own[0].after.endswith("ord …") and len(change.own[0].after) < 145
    _, change = events(version(1, "2020-05-01"), version(2, "2021-01-01", beskrivelse="x" * 500))
    assert change.own[0].after == "x" * 140 + " …"


def test_odd_values_of_a_status_end_nothing() -> None:
    documents = version(1, "2020-05-01", **approved("Godkendt")), version(2, "2021-01-01")
    envelope = documents[1].envelope["TilbudEnvelope"]
    envelope["status"], envelope["tilbud"] = {"a": [1]}, {"godkendelse": {"status": {"Påbud": 1}}}
    assert all(line.effect == "" for line in events(*documents)[-1].own)


def test_only_what_is_known_to_have_begun_is_new() -> None:
    """Of an offer that the first complete pull knew from version 7 on, nobody knows when it began."""
    assert events(version(7, "2020-05-01", **approved())) == []
    assert events(version(1, "2020-05-01", status="OPHOERT", **approved("Ophørt"))) == []
    (came,) = events(version(7, "2020-05-01", (3, None), **approved()))
    assert (came.own[0].text, came.own[0].effect) == ("Kommet ind i registret: Godkendt", "opened")
    (ceased,) = events(version(1, "2020-05-01", (3, None), status="OPHOERT", **approved("Ophørt")))
    assert (ceased.own[0].text, ceased.own[0].effect) == ("Kommet ind i registret som ophørt: Ophørt", "")


def test_an_end_of_the_register_s_own_is_news_from_the_day_after_it() -> None:
    one, two = version(1, "2020-05-01"), version(2, "2023-06-01")
    one.envelope["TilbudEnvelope"]["gyldigTil"] = "2022-12-31"
    _, ended, again = events(one, two)
    assert (ended.day, ended.own[0].effect) == (date(2023, 1, 1), "ended")
    assert ended.own[0].text == "Ophørt: registret angiver slutdatoen 31. december 2022"
    assert (again.day, again.own[0].effect) == (date(2023, 6, 1), "opened")
    assert again.own[0].text == "Registreret igen: registret har ingen version efter 31. december 2022"
    one.envelope["TilbudEnvelope"]["status"] = "OPHOERT"
    assert [event.own for event in events(one)] == [], "that it had ceased was said by its status"


def effects(*documents: Observed, today: date = TODAY) -> dict[date, list[str]]:
    """By day, what the offer's events count as."""
    found: dict[date, list[str]] = {}
    for event in events(*documents, today=today):
        found.setdefault(event.day, []).extend(line.effect for line in event.own if line.effect)
    return {day: told for day, told in found.items() if told}


def test_what_is_announced_counts_on_the_day_on_which_it_begins() -> None:
    documents = version(1, "2020-05-01"), version(2, "2024-01-05", (3, None), status="OPHOERT")
    (announced,) = events(*documents, today=date(2024, 1, 3))[1:]
    assert (announced.when, announced.own[0].topic) == ("Gælder fra 5. januar 2024", "ophoert")
    assert effects(*documents, today=date(2024, 1, 4)) == {date(2020, 5, 1): ["opened"]}
    assert effects(*documents)[date(2024, 1, 5)] == ["ended"]


def test_what_never_held_has_no_effect_and_says_so() -> None:
    """Version 3 begins before version 2: an offer never ceased, and nobody was given or spared anything."""
    ceased = version(2, "2022-01-01", status="OPHOERT", **approved("Påbud"))
    documents = (
        version(1, "2020-05-01", **approved("Godkendt")),
        ceased,
        version(3, "2021-01-01", **approved("Godkendt")),
    )
    assert effects(*documents) == {date(2020, 5, 1): ["opened"]}
    never = next(event for event in events(*documents) if event.address.endswith("#version-2"))
    assert never.when.endswith("men blev aldrig gældende")
    onward = version(4, "2023-01-01", status="OPHOERT", **approved("Påbud"))
    assert effects(*documents, onward)[date(2023, 1, 1)] == ["ended"]


def test_what_the_register_takes_back_is_reported_and_no_longer_counted() -> None:
    documents = version(1, "2020-05-01"), version(2, "2023-12-01", (1, 3), status="OPHOERT")
    *_, back = events(*documents)
    assert (back.day, back.own[0].text) == (
        date(2024, 1, 4),
        "Version 2 trukket tilbage: sidst set 3. januar 2024",
    )
    assert effects(*documents) == {date(2020, 5, 1): ["opened"]}
    assert "men er senere trukket tilbage" in events(*documents)[-2].when


def test_an_end_that_was_taken_back_stays_reported_but_ends_nothing() -> None:
    ended = version(1, "2020-05-01", (1, 3))
    ended.envelope["TilbudEnvelope"]["gyldigTil"] = "2022-12-31"
    documents = ended, version(1, "2020-05-01", (4, None))
    more = "registret angav slutdatoen 31. december 2022, men har siden rettet det, set 4. januar 2024"
    told = [(event.day, event.own[0].text) for event in events(*documents)[1:]]
    assert told == [
        (
            date(2023, 1, 1),
            f"Slutdato passeret: {more}",
        ),
        (date(2024, 1, 4), "Slutdato fjernet: 31. december 2022"),
    ]
    assert effects(*documents) == {date(2020, 5, 1): ["opened"]}


def test_an_older_version_that_comes_later_is_no_new_offer() -> None:
    *_, late = sorted(events(version(2, "2022-01-01"), version(1, "2020-01-01", (4, None))), key=lambda e: e.day)
    assert (late.day, late.own[0].label, late.own[0].effect) == (
        date(2024, 1, 4), "Ældre version føjet til registret", "",
    )  # fmt: skip


def test_what_has_no_start_between_others_has_no_effect() -> None:
    documents = version(1, "2020-05-01"), version(2, "uden", status="OPHOERT"), version(3, "2022-01-01")
    assert effects(*documents) == {date(2020, 5, 1): ["opened"]}
    assert "Registret siger ikke, fra hvornår det gælder" in [event.when for event in events(*documents)]


def test_what_had_ended_ends_once() -> None:
    ended = version(1, "2020-05-01", (1, 3))
    ended.envelope["TilbudEnvelope"]["gyldigTil"] = "2022-12-31"
    assert effects(ended) == {date(2020, 5, 1): ["opened"], date(2023, 1, 1): ["ended"]}
    again = version(1, "2020-05-01")
    again.envelope["TilbudEnvelope"]["gyldigTil"] = "2022-12-31"
    ceased = version(2, "2023-06-01", status="OPHOERT")
    assert effects(again, ceased) == {date(2020, 5, 1): ["opened"], date(2023, 1, 1): ["ended"]}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Godkendt", "Påbud", ["given"]),
        ("Påbud", "Godkendt", ["lifted"]),
        ("Påbud", "Påbud under behandling", []),
        ("Påbud under behandling", "Godkendt", []),
        ("Godkendt", "Påbud under behandling", []),
        ("Påbud", "Skærpet tilsyn", ["given"]),
    ],
)
def test_what_is_unclear_gives_and_lifts_nothing(before: str, after: str, expected: list[str]) -> None:
    found = effects(version(1, "2020-05-01", **approved(before)), version(2, "2022-01-01", **approved(after)))
    assert found.get(date(2022, 1, 1), []) == expected


def test_a_change_is_one_from_what_held_before() -> None:
    documents = (
        version(1, "2019-05-01", **approved("Godkendt")),
        version(2, "2022-06-01", **approved("Påbud")),
        version(3, "2021-03-01", **approved("Godkendt", dato="2021-03-01")),
    )
    latest = next(event for event in events(*documents) if event.address.endswith("#version-3"))
    assert [line.label for line in latest.own] == ["Godkendelsesdato"]


def test_an_offer_whose_first_version_never_held_is_new_with_the_first_that_did() -> None:
    documents = version(1, "2020-05-01"), version(2, "2020-03-01", navn="B")
    assert effects(*documents) == {date(2020, 3, 1): ["opened"]}
    (opened,) = [event for event in events(*documents) if event.day == date(2020, 3, 1)]
    assert [line.text for line in opened.own] == ["Nyt tilbud", "Navn tilføjet: B"]


def test_an_older_version_that_comes_later_tells_when_the_offer_was_new() -> None:
    for late in (version(1, "2020-01-01", (4, None)), version(1, "2023-12-01", (4, None))):
        found = events(version(2, "2023-12-15"), late)
        news = [event for event in found if event.address.endswith("#version-1")]
        assert [event.own[0].label for event in news] == ["Nyt tilbud", "Ældre version føjet til registret"]
        assert len({event.identity for event in news}) == 2
        assert effects(version(2, "2023-12-15"), late) == {news[0].day: ["opened"]}


_DAYS = st.sampled_from(["2019-05-01", "2023-03-01", "2023-12-24", "2024-01-02", "2024-01-05", "2024-03-01"])
_VERSIONS = st.lists(
    st.tuples(st.integers(1, 4), _DAYS, st.none() | _DAYS, st.integers(1, 5), st.sampled_from(["AKTIV", "OPHOERT"])),
    min_size=1,
    unique_by=lambda each: each[0],
)


@given(_VERSIONS)
def test_the_list_of_new_offers_the_months_and_the_statistics_tell_of_the_same(
    drawn: list[tuple[int, str, str | None, int, str]],
) -> None:
    documents = [version(number, start, (pull, None), status=status) for number, start, _, pull, status in drawn]
    for document, (_, _, end, _, _) in zip(documents, drawn, strict=True):
        document.envelope["TilbudEnvelope"]["gyldigTil"] = end
    (offer,), _ = read_offers(MAPPING, documents, pulls())
    opening = next((version for version in offer.versions if version.is_opening), None)
    opened = {max(opening.entered, opening.begins)} if opening and opening.entered else set()
    expected = {danish_day(moment) for moment in opened if danish_day(moment) <= TODAY}
    labels = ("Nyt tilbud", "Kommet ind i registret")
    told = {
        event.day
        for event in offer_events(offer, version_texts(MAPPING, offer), TODAY)
        if any(line.label in labels and line.effect == "opened" for line in event.own)
    }
    assert told == expected
    counts = RegisterCounts()
    counts.count(offer, lambda status: status == "AKTIV", pulls().latest.finished, past=True, standing=False)
    again = any(version.gap_since or version.is_ceased for version in offer.versions)
    assert again or bool(counts.begun) == bool(expected)


def test_a_reopening_that_is_told_before_it_begins_counts_when_it_does() -> None:
    ended = version(1, "2020-05-01")
    ended.envelope["TilbudEnvelope"]["gyldigTil"] = "2023-11-30"
    again = version(2, "2024-01-04", (2, None))
    found = effects(ended, again)
    assert found == {date(2020, 5, 1): ["opened"], date(2023, 12, 1): ["ended"], date(2024, 1, 4): ["opened"]}


_WORDINGS = st.lists(
    st.tuples(st.sampled_from(["AKTIV", "OPHOERT"]), st.sampled_from(["Godkendt", "Påbud"])), min_size=1, max_size=4
)


@given(st.tuples(st.sampled_from(["AKTIV", "OPHOERT"]), st.sampled_from(["Godkendt", "Påbud"])), _WORDINGS)
def test_an_effect_counts_once_when_the_register_first_told_it_and_stayed_by_it(
    before: tuple[str, str], worded: list[tuple[str, str]]
) -> None:
    """Version 2 is worded anew by pull after pull: what it means counts with the wording that brought it to stay."""
    wordings = [
        version(2, "2023-06-01", (pull, pull if pull < len(worded) else None), status=status, **approved(approval))
        for pull, (status, approval) in enumerate(worded, start=1)
    ]
    found = effects(version(1, "2020-05-01", status=before[0], **approved(before[1])), *wordings)
    found.pop(date(2020, 5, 1), None)
    expected: dict[date, list[str]] = {}
    for place, meant in ((0, {"AKTIV": "opened", "OPHOERT": "ended"}), (1, {"Godkendt": "lifted", "Påbud": "given"})):
        now = worded[-1][place]
        since = max((number for number, wording in enumerate(worded) if wording[place] != now), default=-1) + 1
        ended = worded[-1][0] == "OPHOERT"
        if now != before[place] and not (place and ended):  # of what has ceased, nothing else counts
            day = danish_day(pulls().finished(since + 1)) if since else date(2023, 6, 1)
            expected.setdefault(day, []).append(meant[now])
    assert {day: sorted(told) for day, told in found.items()} == {day: sorted(told) for day, told in expected.items()}


def test_a_correction_of_the_first_version_counts_once() -> None:
    documents = version(1, "2020-05-01", (1, 2), **approved()), version(1, "2020-05-01", (3, None), **approved("Påbud"))
    assert effects(*documents) == {date(2020, 5, 1): ["opened"], date(2024, 1, 3): ["given"]}
    reopened = version(1, "2020-05-01", (1, 2), status="OPHOERT"), version(1, "2020-05-01", (3, None))
    assert effects(*reopened) == {date(2020, 5, 1): ["opened"]}, "it is listed as new from its beginning"
