"""Which days' state a version is: what the page of an offer shows for a day goes by it."""

import json
from typing import Any

from generator.pages.offer.states import states_script
from generator.register.model.documents import Observed
from tests.support.versions import MAPPING, offer, version


def days(*documents: Observed) -> list[Any]:
    text = states_script(MAPPING, offer(*documents)).removeprefix("tilbudsspejlHistorik(").removesuffix(");\n")
    return [told.get("dage") for told in json.loads(text)["versions"]]


def ending(document: Observed, end: str) -> Observed:
    document.envelope["TilbudEnvelope"]["gyldigTil"] = end
    return document


def test_the_state_of_a_day_is_that_at_its_end() -> None:
    first, second = version(1, "2021-03-04T09:00:00+01:00"), version(2, "2021-06-01T14:00:00+02:00")
    assert days(first, second) == [["2021-03-04", "2021-05-31"], ["2021-06-01", ""]]


def test_a_version_that_is_followed_on_its_first_day_is_no_days_state() -> None:
    first, second = version(1, "2021-03-04T09:00:00+01:00"), version(2, "2021-03-04T14:00:00+01:00")
    assert days(first, second) == [["2021-03-04", "2021-03-03"], ["2021-03-04", ""]]


def test_a_day_on_which_a_version_ends_by_itself_is_yet_its_own() -> None:
    assert days(ending(version(1, "2021-03-04"), "2021-06-01T14:00:00+02:00")) == [["2021-03-04", "2021-06-01"]]


def test_of_a_first_version_without_a_start_the_mirror_knows_since_when_it_saw_it() -> None:
    assert days(version(1, None), version(2, "2024-01-05")) == [["2024-01-01", "2024-01-04"], ["2024-01-05", ""]]


def test_what_was_overtaken_before_it_began_is_no_days_state() -> None:
    assert days(version(1, "2021-03-04"), version(2, "2021-02-01")) == [None, ["2021-02-01", ""]]
