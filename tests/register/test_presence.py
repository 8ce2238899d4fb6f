"""Looking for names in documents: what was found once, what was not, and what nothing is known of."""

from typing import Any

import pytest

from generator.register.mapping.mapping import parse_path
from generator.register.mapping.presence import Search, Unfound


def unfound(path: str, *envelopes: dict[str, Any], by_value: bool = False) -> Unfound:
    search = Search({path: (parse_path(path),)}, by_value=by_value)
    for envelope in envelopes:
        search.look(envelope)
    return search.unfound


@pytest.mark.parametrize(
    "envelope",
    [
        {"takster": [{"ydelse": "Dag"}]},
        {"takster": {"ydelse": "Dag"}},
        {"takster": [[{"a": 1}, {"ydelse": None}]]},
        {"takster.ydelse": "Dag"},
        {"takster": [{"ydelse.navn": "Dag"}]},
        {"takster": [{}, "x", None, {"ydelse": []}]},
    ],
)
def test_a_name_is_found_in_any_shape(envelope: dict[str, Any]) -> None:
    assert unfound("takster[].ydelse", {"takster": []}, envelope, {}).names == []
    assert unfound("*.ydelse", envelope).names == []


@pytest.mark.parametrize(
    "envelope",
    [
        {"takster": [{"ydelsen": "Dag"}]},
        {"takster": "Dag"},
        {"takst": [{"ydelse": "Dag"}]},
        {"ydelse": "Dag"},
        {"takster.ydelsen": "Dag"},
    ],
)
def test_a_name_that_is_not_there_is_lacking(envelope: dict[str, Any]) -> None:
    assert unfound("takster[].ydelse", envelope).lacking == ["takster[].ydelse"]


@pytest.mark.parametrize("empty", [None, [], {}, [{}], [None], [[]]])
def test_of_what_is_always_empty_nothing_is_known(empty: object) -> None:
    known = unfound("takster[].ydelse", {"takster": empty}, {"navn": "x"})
    assert (known.names, known.lacking) == (["takster[].ydelse"], [])
    assert unfound("takster[].ydelse", {"takster": empty}, {"takster": [{"enhed": "x"}]}).lacking


@pytest.mark.parametrize("empty", [None, "", [], {}, [None, ""], {"a": [None]}, {"a": {"b": ""}}])
def test_by_value_what_holds_nothing_is_not_there(empty: object) -> None:
    assert unfound("x.y", {"x": {"y": empty}}, by_value=True).names == ["x.y"]
    assert unfound("x", {"x": {"y": empty}}, by_value=True).names == ["x"]
    assert unfound("x.y", {"x": {"y": empty}}).names == []


@pytest.mark.parametrize("value", [0, False, "a", ["", "a"], {"a": [0]}])
def test_by_value_anything_else_is(value: object) -> None:
    assert unfound("x.y", {"x": {"y": value}}, by_value=True).names == []


def test_without_documents_nothing_is_missed() -> None:
    assert unfound("x", by_value=True).names == unfound("x").lacking == []
    assert unfound("x", {}).names == ["x"]


def test_workers_find_together_what_one_would_have_found_alone() -> None:
    envelopes: list[dict[str, Any]] = [{"a": []}, {"a": [{"c": 1}]}, {"b": 1}, {}, {"a": None}]
    alone = unfound("a[].b", *envelopes)
    for cut in range(len(envelopes) + 1):
        one, other = unfound("a[].b", *envelopes[:cut]), unfound("a[].b", *envelopes[cut:])
        assert one.and_also(other) == other.and_also(one) == alone
    assert unfound("a[].b", {"a": {"b": 1}}).and_also(alone).names == []
