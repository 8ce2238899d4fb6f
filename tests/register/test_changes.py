"""What changed between two states of an offer, and who changed it: kilde, berigelse or lovændring."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.register.history.changes import Cause, Change, compare, flatten, pair
from generator.register.mapping.mapping import default_mapping

MAPPING = default_mapping()
KILDE, BERIGELSE, LOVAENDRING = Cause

Tilbud = dict[str, Any]
Brief = tuple[str, str, str, Any, Any]


def changes(before: Tilbud, after: Tilbud, *, same_version: bool = False) -> list[Change]:
    return compare(
        MAPPING, MAPPING.split({"tilbud": before}), MAPPING.split({"tilbud": after}), same_version=same_version
    )


def brief(before: Tilbud, after: Tilbud, *, same_version: bool = False) -> list[Brief]:
    """Each change as (field or field/part, cause, kind, before, after)."""
    return [
        (f"{c.field}/{c.part}" if c.part else c.field, str(c.cause), c.kind, c.before, c.after)
        for c in changes(before, after, same_version=same_version)
    ]


def causes(before: Tilbud, after: Tilbud, *, same_version: bool = False) -> set[str]:
    return {str(change.cause) for change in changes(before, after, same_version=same_version)}


def test_a_field_is_changed_added_or_removed() -> None:
    assert brief({"navn": "A"}, {"navn": "B"}) == [("navn", "kilde", "changed", "A", "B")]
    assert brief({}, {"navn": "B"}) == [("navn", "kilde", "added", None, "B")]
    assert brief({"navn": "A"}, {"navn": None}) == [("navn", "kilde", "removed", "A", None)]


@pytest.mark.parametrize("nothing", [None, "", [], {}])
def test_one_kind_of_nothing_for_another_is_no_change(nothing: Any) -> None:
    assert changes({"navn": nothing}, {}) == []
    assert changes({"navn": None, "kontakt": {"leder": None}}, {"navn": "", "kontakt": {}}) == []


def test_zero_and_no_are_values() -> None:
    assert brief({"takster": [{"ydelse": "Dag", "beloeb": 0}]}, {"takster": [{"ydelse": "Dag"}]}) == [
        ("takster/beloeb", "kilde", "removed", 0, None)
    ]


# Enrichment


ADDRESS = {
    "vejnavn": "Engvej",
    "husnummer": "3",
    "postnummer": "6500",
    "adresseId": "a1",
    "wgs84": {"lat": 55.1, "lon": 9.1},
}


def test_an_address_is_enriched_as_long_as_its_key_stays() -> None:
    refreshed = ADDRESS | {"vejnavn": "Engvejen", "wgs84": {"lat": 55.2, "lon": 9.1}}
    expected = [
        ("adresse.vejnavn", "berigelse", "changed", "Engvej", "Engvejen"),
        ("adresse.wgs84.lat", "berigelse", "changed", 55.1, 55.2),
    ]
    for same_version in (False, True):
        assert brief({"adresse": ADDRESS}, {"adresse": refreshed}, same_version=same_version) == expected


@pytest.mark.parametrize("same_version", [False, True])
@pytest.mark.parametrize(
    "other",
    [
        ADDRESS | {"adresseId": "a2"},  # a move
        {**ADDRESS, "adresseId": None},  # the key is the register's own: it went, or came
        {},
    ],
)
def test_a_change_of_the_key_is_the_source_s(other: Tilbud, same_version: bool) -> None:
    for before, after in ((ADDRESS, other), (other, ADDRESS)):
        found = changes({"adresse": before}, {"adresse": after}, same_version=same_version)
        assert [(c.field, c.cause) for c in found] == [("adresse", KILDE)]


WITHOUT_KEY = {"vejnavn": "Engvej", "husnummer": "3"}


@pytest.mark.parametrize("before", [WITHOUT_KEY, {}, WITHOUT_KEY | {"adresseId": ""}])
def test_without_a_key_an_address_is_enrichment_within_a_version_and_the_source_s_between_two(before: Tilbud) -> None:
    after = {"vejnavn": "Skovvej", "husnummer": "3"}
    assert causes({"adresse": before}, {"adresse": after}, same_version=True) == {"berigelse"}
    assert causes({"adresse": before}, {"adresse": after}, same_version=False) == {"kilde"}


def test_a_company_s_name_is_enriched_and_its_number_the_source_s() -> None:
    old = {"driftsherre": {"cvrNummer": 44450186, "navn": "Fonden A"}}
    renamed = {"driftsherre": {"cvrNummer": "44450186", "navn": "Fonden B"}}
    assert ("driftsherre.navn", "berigelse", "changed", "Fonden A", "Fonden B") in brief(old, renamed)
    assert causes(old, renamed) == {"berigelse"}, "a number written as text is the same number"
    sold = {"driftsherre": {"cvrNummer": 11111111, "navn": "Fonden A"}}
    assert causes(old, sold, same_version=True) == {"kilde"}


def test_a_council_is_enriched_as_long_as_its_number_stays() -> None:
    old = {"driftsaftaler": [{"cvrNummer": 1, "navn": "A"}]}
    assert brief(old, {"driftsaftaler": [{"cvrNummer": 1, "navn": "B", "kommunekode": "0813"}]}) == [
        ("driftsaftaler/navn", "berigelse", "changed", "A", "B"),
        ("driftsaftaler/kommunekode", "berigelse", "added", None, "0813"),
    ]
    assert [kind for _, _, kind, _, _ in brief(old, {"driftsaftaler": [{"cvrNummer": 2, "navn": "A"}]})] == [
        "removed",
        "added",
    ]


def test_a_council_without_a_number_is_judged_like_an_address_without_a_key() -> None:
    old, new = {"driftsaftaler": [{"navn": "A"}]}, {"driftsaftaler": [{"navn": "B"}]}
    assert causes(old, new, same_version=True) == {"berigelse"}
    assert causes(old, new, same_version=False) == {"kilde"}


def test_a_department_s_address_is_enriched_on_its_own() -> None:
    def department(name: str, street: str, key: str) -> Tilbud:
        return {"afdelinger": [{"afdelingsId": 7, "navn": name, "adresse": {"vejnavn": street, "adresseId": key}}]}

    assert brief(department("Nord", "Engvej", "a1"), department("Syd", "Skovvej", "a1")) == [
        ("afdelinger/navn", "kilde", "changed", "Nord", "Syd"),
        ("afdelinger/adresse.vejnavn", "berigelse", "changed", "Engvej", "Skovvej"),
    ]
    assert causes(department("Nord", "Engvej", "a1"), department("Nord", "Skovvej", "a2")) == {"kilde"}


@pytest.mark.parametrize(
    ("before", "after", "cause"),
    [
        ({"adresse": ADDRESS | {"by": "A"}}, {"adresse": ADDRESS | {"by": "B"}}, "berigelse"),
        ({"driftsaftaler": [{"cvrNummer": 1, "x": "A"}]}, {"driftsaftaler": [{"cvrNummer": 1, "x": "B"}]}, "berigelse"),
        (
            {"afdelinger": [{"afdelingsId": 7, "adresse": {"adresseId": "a", "by": "A"}}]},
            {"afdelinger": [{"afdelingsId": 7, "adresse": {"adresseId": "a", "by": ["B"]}}]},
            "berigelse",
        ),
        ({"kontakt": {"by": "A"}}, {"kontakt": {"by": "B"}}, "kilde"),
        ({"afdelinger": [{"afdelingsId": 7, "x": "A"}]}, {"afdelinger": [{"afdelingsId": 7, "x": "B"}]}, "kilde"),
    ],
)
def test_an_unknown_member_of_an_enriched_object_is_enriched_too(before: Tilbud, after: Tilbud, cause: str) -> None:
    assert causes(before, after) == {cause}


def test_an_unknown_member_of_an_address_that_moved_is_the_source_s() -> None:
    moved = {"adresse": ADDRESS | {"adresseId": "a2", "by": "B"}}
    assert causes({"adresse": ADDRESS | {"by": "A"}}, moved, same_version=True) == {"kilde"}


# Lists


def test_items_are_paired_by_identity_never_by_position() -> None:
    a, b = {"ydelse": "Dag", "beloeb": 1}, {"ydelse": "Nat", "beloeb": 2}
    assert changes({"takster": [a, b]}, {"takster": [b, a]}) == []
    assert brief({"takster": [a, b]}, {"takster": [{"ydelse": "Nat", "beloeb": 3}]}) == [
        ("takster", "kilde", "removed", a, None),
        ("takster/beloeb", "kilde", "changed", 2, 3),
    ]


def test_repeated_identities_pair_equal_items_first_then_the_rest_in_order() -> None:
    def prices(*amounts: int) -> Tilbud:
        return {"takster": [{"ydelse": "Dag", "beloeb": amount} for amount in amounts]}

    assert changes(prices(1, 2, 3), prices(3, 1, 2)) == []
    assert brief(prices(1, 2), prices(2, 5)) == [("takster/beloeb", "kilde", "changed", 1, 5)]
    assert brief(prices(1, 2), prices(2)) == [("takster", "kilde", "removed", {"ydelse": "Dag", "beloeb": 1}, None)]
    assert brief(prices(1), prices(1, 1)) == [("takster", "kilde", "added", None, {"ydelse": "Dag", "beloeb": 1})]


def test_a_change_of_an_item_tells_both_items() -> None:
    (change,) = changes({"takster": [{"ydelse": "Dag", "beloeb": 1}]}, {"takster": [{"ydelse": "Dag", "beloeb": 2}]})
    assert change.former == {"ydelse": "Dag", "beloeb": 1}
    assert change.item == {"ydelse": "Dag", "beloeb": 2}


def test_a_list_inside_an_item_is_paired_too() -> None:
    def department(*places: tuple[str, int], groups: list[str]) -> Tilbud:
        items = [{"paragraf": paragraph, "antal": number} for paragraph, number in places]
        return {"afdelinger": [{"afdelingsId": 7, "pladser": items, "maalgrupper": groups}]}

    old = department(("SEL § 107", 3), ("SEL § 108", 4), groups=["Autisme"])
    new = department(("SEL § 108", 5), ("SEL § 107", 3), groups=["Autisme", "Døve"])
    assert brief(old, new) == [
        ("afdelinger/pladser[].antal", "kilde", "changed", 4, 5),
        ("afdelinger/maalgrupper[]", "kilde", "added", None, "Døve"),
    ]


def test_texts_in_a_list_come_and_go() -> None:
    assert brief({"metoder": ["KRAP", "ABA"]}, {"metoder": ["ABA", "NADA"]}) == [
        ("metoder", "kilde", "removed", "KRAP", None),
        ("metoder", "kilde", "added", None, "NADA"),
    ]
    assert brief({"metoder": [1]}, {"metoder": [2]}) != []
    assert brief({"metoder": "KRAP"}, {"metoder": ["KRAP"]}) == []


@pytest.mark.parametrize(
    ("before", "after"), [(10, "10"), (1500, "1500.00"), ("Godkendt", ["Godkendt"]), (["10"], 10), (8, "8 ")]
)
def test_another_type_in_json_is_no_change(before: Any, after: Any) -> None:
    assert brief({"navn": before}, {"navn": after}) == []
    assert brief({"takster": [{"beloeb": before}]}, {"takster": [{"beloeb": after}]}) == []
    assert brief({"nyt": before}, {"nyt": after}) == []


@pytest.mark.parametrize(("before", "after"), [(10, "10 kr."), ("0461", "461"), (1, "2"), ("a", ["a", "b"])])
def test_what_reads_otherwise_is_one(before: Any, after: Any) -> None:
    assert brief({"navn": before}, {"navn": after}) != []


def test_lists_of_odd_things_are_compared_all_the_same() -> None:
    assert {c.kind for c in changes({"metoder": [{"a": 1}, ["b"], None]}, {"metoder": [{"a": 2}, "['b']"]})} == {
        "removed", "added", "changed",
    }  # fmt: skip


ITEMS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 2)), max_size=8)


@given(ITEMS, ITEMS)
def test_pair_accounts_for_every_item_exactly_once(old: list[tuple[str, int]], new: list[tuple[str, int]]) -> None:
    pairs, removed, added = pair(old, new, lambda item: item[0])
    assert Counter([a for a, _ in pairs] + removed) == Counter(old)
    assert Counter([b for _, b in pairs] + added) == Counter(new)
    assert all(a[0] == b[0] for a, b in pairs)
    assert not {a[0] for a in removed} & {b[0] for b in added}, "what is left over has no partner"
    assert sum(a == b for a, b in pairs) == (Counter(old) & Counter(new)).total(), "equal items are paired first"
    in_order = iter(new)
    assert all(b in in_order for _, b in pairs), "in the order of the new list"


# Renames by law


HOME, INSTITUTION = "SEL § 66, stk. 1, nr. 5", "SEL § 66, stk. 1, nr. 6"
NEW_HOME = "BL § 43, stk. 1, nr. 6"


def places(*pairs: tuple[str, int]) -> Tilbud:
    return {"godkendelse": {"pladser": [{"paragraf": paragraph, "antal": number} for paragraph, number in pairs]}}


def test_a_rename_by_law_is_paired_and_is_no_news_of_the_offer() -> None:
    assert brief(places((HOME, 8)), places((NEW_HOME, 8))) == [
        ("godkendelse.pladser/paragraf", "lovaendring", "changed", HOME, NEW_HOME)
    ]
    assert brief(places((HOME, 8)), places((NEW_HOME, 9))) == [
        ("godkendelse.pladser/paragraf", "lovaendring", "changed", HOME, NEW_HOME),
        ("godkendelse.pladser/antal", "kilde", "changed", 8, 9),
    ]


def test_only_the_law_s_own_way_is_a_rename_by_law() -> None:
    assert causes(places((NEW_HOME, 8)), places((HOME, 8))) == {"kilde"}
    assert causes(places((HOME, 8)), places((INSTITUTION, 8))) == {"kilde"}
    assert causes(places(("SEL § 107", 8)), places(("SEL § 108", 8))) == {"kilde"}


def test_a_department_s_places_are_renamed_by_law_too() -> None:
    def department(paragraph: str) -> Tilbud:
        return {"afdelinger": [{"afdelingsId": 7, "pladser": [{"paragraf": paragraph, "antal": 3}]}]}

    assert brief(department(HOME), department(NEW_HOME)) == [
        ("afdelinger/pladser[].paragraf", "lovaendring", "changed", HOME, NEW_HOME)
    ]


def test_a_theme_spelled_otherwise_is_the_same_theme() -> None:
    def assessed(theme: str, score: float, **more: str) -> Tilbud:
        return {"kvalitetsvurdering": [{"tema": theme, "score": score, **more}]}

    one, other = "Målgruppe, metoder og resultater", "Målgrupper, metoder og resultater"
    assert brief(assessed(one, 3), assessed(other, 4)) == [
        ("kvalitetsvurdering/tema", "lovaendring", "changed", one, other),
        ("kvalitetsvurdering/score", "kilde", "changed", 3, 4),
    ]
    assert causes(assessed(one, 3, note="n"), assessed(other, 3, note="n")) == {"lovaendring"}, "with all it holds"


# Unknown fields


def test_unknown_fields_are_compared_under_their_own_path() -> None:
    assert brief({"rum": {"antal": 3, "liste": ["a", "b"]}}, {"rum": {"antal": 4, "liste": ["b", "c"]}}) == [
        ("tilbud.rum.antal", "kilde", "changed", 3, 4),
        ("tilbud.rum.liste", "kilde", "removed", "a", None),
        ("tilbud.rum.liste", "kilde", "added", None, "c"),
    ]
    assert all(not change.known for change in changes({}, {"rum": {"antal": 3}}))


def test_an_object_that_became_a_text_is_shown() -> None:
    assert [(f, k) for f, _, k, _, _ in brief({"kontakt": {"leder": "A"}}, {"kontakt": "ring"})] == [
        ("kontakt.leder", "removed"),
        ("tilbud.kontakt", "added"),
    ]


def test_flatten_gives_every_leaf_with_its_path() -> None:
    assert dict(flatten({"a": {"b": 1, "c": {}}, "d": [1]})) == {"a.b": 1, "a.c": {}, "d": [1]}


# Laws


STATES = st.fixed_dictionaries(
    {},
    optional={
        "navn": st.sampled_from(["A", "B", "", None]),
        "adresse": st.sampled_from([ADDRESS, WITHOUT_KEY, None, {}, "Engvej 3", {"by": "x"}, [1]]),
        "takster": st.lists(
            st.sampled_from([{"ydelse": "Dag", "beloeb": 1}, {"ydelse": "Dag", "n": 2}, {}, "x", None])
        ),
        "afdelinger": st.lists(
            st.sampled_from(
                [{"afdelingsId": 7, "adresse": ADDRESS | {"by": "A"}}, {"navn": "N", "pladser": [{"antal": 1}]}]
            )
        ),
        "driftsaftaler": st.lists(
            st.sampled_from([{"cvrNummer": 1, "x": 1}, {"cvrNummer": 1, "navn": "A"}, {"navn": "B"}])
        ),
        "metoder": st.lists(st.sampled_from(["a", 1, "1", {"a": 1}, [1]])) | st.sampled_from(["a", {"a": 1}, 3]),
        "nyt": st.sampled_from([1, "1", {"a": 1}, {"a": {"b": 1}}, [1], [{"a": 1}], None]),
    },
)


@given(STATES, STATES, st.booleans())
def test_any_two_states_compare_and_equal_ones_alike(before: Tilbud, after: Tilbud, same_version: bool) -> None:
    assert changes(before, before, same_version=same_version) == []
    forth = changes(before, after, same_version=same_version)
    back = changes(after, before, same_version=same_version)
    assert bool(forth) == bool(back)
    assert all(c.before != c.after for c in forth)
