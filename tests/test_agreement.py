"""What the access agreement permits: the one door through which data leaves the archive."""

import pickle
from copy import deepcopy
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from generator.agreement import (
    EVERYTHING,
    AccessPolicy,
    Agreement,
    Audience,
    check_matched,
    check_validity,
    compile_policy,
    everything,
    listed,
    notes_on_terms,
    read_agreement,
)
from generator.errors import AgreementError, ConfigurationError
from generator.register.mapping.mapping import default_mapping, read_mapping
from generator.register.mapping.persons import names_person
from generator.register.model.documents import Observed

MAPPING = default_mapping()

# Validity

AGREEMENT = Agreement(
    reference="2026-1",
    party="Silkeborg Kommune",
    valid_from=date(2026, 1, 1),
    valid_until=date(2026, 6, 30),
    environments=("preprod",),
    audience={"internal": Audience(permit=("*",)), "closed": Audience(unknown=True)},
)


def check(now: datetime, agreement: Agreement | None = AGREEMENT, audience: str = "internal") -> Audience:
    return check_validity(agreement, "agreement.toml", "preprod", audience, now)


@pytest.mark.parametrize(
    "now",
    [
        datetime(2025, 12, 31, 23, 0, tzinfo=UTC),  # 1 January 00.00 in Denmark
        datetime(2026, 3, 1, tzinfo=UTC),
        datetime(2026, 6, 30, 21, 59, tzinfo=UTC),  # 30 June 23.59 in Denmark
    ],
)
def test_an_agreement_is_valid_on_both_its_days_in_denmark(now: datetime) -> None:
    assert check(now).permit == ("*",)


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (
            datetime(2025, 12, 31, 22, 59, tzinfo=UTC),
            "valid_from: the agreement begins on 2026-01-01; today is 2025-12-31",
        ),
        (datetime(2026, 6, 30, 22, 0, tzinfo=UTC), "valid_until: the agreement ended on 2026-06-30"),
    ],
)
def test_an_agreement_is_not_valid_a_minute_before_or_after(now: datetime, said: str) -> None:
    with pytest.raises(AgreementError, match=said) as caught:
        check(now)
    assert caught.value.exit_code == 3


TODAY = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize("key", ["reference", "party", "valid_from", "valid_until"])
def test_an_agreement_must_be_filled_in(key: str) -> None:
    empty = AGREEMENT.model_copy(update={key: Agreement.model_fields[key].default})
    with pytest.raises(AgreementError, match=f"agreement.toml: {key}: not filled in"):
        check(TODAY, empty)


@pytest.mark.parametrize("key", ["reference", "party"])
def test_blanks_fill_nothing_in(key: str) -> None:
    with pytest.raises(AgreementError, match=f"agreement.toml: {key}: not filled in"):
        check(TODAY, AGREEMENT.model_copy(update={key: " \t"}))


@pytest.mark.parametrize("key", ["unknown", "history", "ceased", "raw_documents", "downloads"])
@pytest.mark.parametrize("value", ['"yes"', '"no"', "1", "0"])
def test_what_may_be_seen_is_true_or_false_and_nothing_like_it(key: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=f"audience.public.{key}"):
        read_agreement(f"[audience.public]\n{key} = {value}", "agreement.toml")


def test_without_agreement_environment_or_audience_nothing_leaves() -> None:
    with pytest.raises(AgreementError, match="missing; without an agreement"):
        check(TODAY, None)
    with pytest.raises(AgreementError, match=r"audience.internt: missing \(did you mean 'internal'\?\)"):
        check(TODAY, audience="internt")
    with pytest.raises(AgreementError, match=r"audience.closed.permit: empty"):
        check(TODAY, audience="closed")
    with pytest.raises(AgreementError, match=r"environments: 'prod' is not among \['preprod'\]"):
        check_validity(AGREEMENT, "agreement.toml", "prod", "internal", TODAY)


def test_an_agreement_is_read_from_its_file() -> None:
    read = read_agreement('valid_from = 2026-01-01\n[audience.public]\npermit = ["navn"]', "agreement.toml")
    assert read.valid_from == date(2026, 1, 1)
    assert read.audience["public"] == Audience(permit=("navn",))
    with pytest.raises(ConfigurationError, match=r"agreement.toml: audience.public.permitt: unknown key .*'permit'"):
        read_agreement('[audience.public]\npermitt = ["navn"]', "agreement.toml")


def test_by_default_an_audience_is_permitted_nothing() -> None:
    audience = Audience()
    assert audience.permit == ()
    assert not any((audience.unknown, audience.history, audience.ceased, audience.raw_documents, audience.downloads))


# The door

ENVELOPE = {
    "tilbudsId": 10000,
    "version": 3,
    "status": "AKTIV",
    "nyt": "x",
    "tilbud": {
        "tilbudsId": 10000,
        "navn": "Lærkehøj",
        "rum": {"antal": 3},
        "kontakt": {"leder": "A", "email": "a@b.dk", "vagt": "B"},
        "takster": [{"ydelse": "Dag", "beloeb": 1, "note": "n"}],
        "afdelinger": [{"afdelingsId": 7, "navn": "Nord", "pladser": [{"paragraf": "SEL § 107", "antal": 3}]}],
        "metoder": ["KRAP"],
    },
}
STRUCTURE = {"tilbudsId": 10000, "version": 3, "status": "AKTIV", "tilbud": {"tilbudsId": 10000}}


def policy(permit: list[str], withhold: tuple[str, ...] = (), *, unknown: bool = False) -> AccessPolicy:
    return compile_policy(Audience(permit=tuple(permit), withhold=withhold, unknown=unknown), MAPPING)


def through(permit: list[str], withhold: tuple[str, ...] = (), *, unknown: bool = False) -> dict[str, Any]:
    """What of the envelope's tilbud, the id aside, is let through."""
    kept = policy(permit, withhold, unknown=unknown).filter(ENVELOPE)
    return {key: value for key, value in kept["tilbud"].items() if key != "tilbudsId"}


def test_what_pages_are_filed_under_is_always_there_and_nothing_else() -> None:
    assert policy([]).filter(ENVELOPE) == STRUCTURE


def test_a_star_is_what_the_mapping_names() -> None:
    kept = policy(["*"]).filter(ENVELOPE)
    assert "nyt" not in kept
    assert kept["tilbud"] == {
        "tilbudsId": 10000,
        "navn": "Lærkehøj",
        "kontakt": {"leder": "A", "email": "a@b.dk"},
        "takster": [{"ydelse": "Dag", "beloeb": 1}],
        "afdelinger": [{"afdelingsId": 7, "navn": "Nord", "pladser": [{"paragraf": "SEL § 107", "antal": 3}]}],
        "metoder": ["KRAP"],
    }


def test_unknown_fields_need_a_word_of_their_own() -> None:
    assert policy(["*"], unknown=True).filter(ENVELOPE) == ENVELOPE
    assert through(["navn"], unknown=True)["rum"] == {"antal": 3}
    assert through(["navn", "tilbud.rum"]) == {"navn": "Lærkehøj", "rum": {"antal": 3}}, "or their own path"
    assert through(["kontakt"]) == {"kontakt": {"leder": "A", "email": "a@b.dk"}}, "a parent permits what is known"


@pytest.mark.parametrize("pattern", ["kontakt.leder", "tilbud.kontakt.leder", "*.leder", "tilbud.*.leder"])
def test_a_field_is_meant_by_its_name_or_its_path(pattern: str) -> None:
    assert through([pattern]) == {"kontakt": {"leder": "A"}}
    assert "leder" not in through(["*"], (pattern,), unknown=True)["kontakt"]


@pytest.mark.parametrize(
    "pattern", ["takster.beloeb", "takster[].beloeb", "tilbud.takster.beloeb", "tilbud.takster[].beloeb"]
)
def test_the_brackets_may_be_left_out(pattern: str) -> None:
    assert through(["*"], (pattern,))["takster"] == [{"ydelse": "Dag"}]


def test_each_star_is_one_part() -> None:
    assert through(["tilbud.*.*"]) == {
        "kontakt": {"leder": "A", "email": "a@b.dk"},
        "takster": [{"ydelse": "Dag", "beloeb": 1}],
        "afdelinger": [{"afdelingsId": 7, "navn": "Nord", "pladser": [{"paragraf": "SEL § 107", "antal": 3}]}],
    }


def test_withhold_wins() -> None:
    assert through(["kontakt", "kontakt.leder"], ("kontakt.leder",)) == {"kontakt": {"email": "a@b.dk"}}
    assert through(["*", "navn", "tilbud.navn"], ("navn",), unknown=True).get("navn") is None
    assert "rum" not in through(["tilbud.rum"], ("tilbud.rum",), unknown=True)


@pytest.mark.parametrize("pattern", ["kontakt", "kontakt.*", "tilbud.kontakt", "tilbud.kontakt.*"])
def test_a_parent_covers_its_children_also_the_unknown_ones(pattern: str) -> None:
    assert "kontakt" not in through(["*"], (pattern,), unknown=True)


@pytest.mark.parametrize("pattern", ["takster", "takster[]", "tilbud.takster", "tilbud.takster[]"])
def test_a_list_is_withheld_with_all_its_items(pattern: str) -> None:
    assert "takster" not in through(["*"], (pattern,), unknown=True)


@pytest.mark.parametrize("pattern", ["metoder", "metoder[]", "tilbud.metoder[]"])
def test_a_list_of_texts_is_withheld_by_name_or_by_its_items(pattern: str) -> None:
    assert "metoder" not in through(["*"], (pattern,), unknown=True)


def test_a_pattern_for_a_known_field_withholds_unknown_ones_of_its_path_too() -> None:
    kept = policy(["*"], ("*.email",), unknown=True).filter(
        {"vagt": {"email": "x"}, "tilbud": {"kontakt": {"email": "y"}}}
    )
    assert kept == {}


def test_a_list_whose_identity_is_withheld_is_withheld() -> None:
    assert "takster" not in through(["*"], ("takster.ydelse",), unknown=True)
    assert through(["*"], ("afdelinger.pladser.paragraf",))["afdelinger"] == [{"afdelingsId": 7, "navn": "Nord"}]
    assert "afdelinger" not in through(["*"], ("afdelinger.afdelingsId",), unknown=True)
    assert through(["takster.beloeb"]) == {}, "nor is it permitted without"


def test_a_list_whose_identity_stands_deeper_is_withheld_whole() -> None:
    mapping = read_mapping(
        '[identity]\ntilbudsId = "id"\n[fields]\n"takster[].ydelse" = "priser[].hvad.navn"\n'
        '"takster[].beloeb" = "priser[].kr"\n[lists]\ntakster = "ydelse"',
        "mapping.toml",
    )
    terms = Audience(permit=("*",), withhold=("takster.ydelse",), unknown=True)
    kept = compile_policy(terms, mapping).filter({"id": 1, "priser": [{"hvad": {"navn": "Dag"}, "kr": 3, "note": "n"}]})
    assert kept == {"id": 1}


@pytest.mark.parametrize(
    "contact",
    ["Leder: A", ["Leder: A"], [["Leder: A"]], [[{"leder": "A"}]], {"leder": {"navn": "A"}}, {"leder": ["A"]}],
)
def test_what_is_withheld_does_not_leak_in_another_shape(contact: Any) -> None:
    kept = policy(["*"], ("kontakt.leder",), unknown=True).filter({"tilbudsId": 1, "tilbud": {"kontakt": contact}})
    assert kept == {"tilbudsId": 1}


def test_what_pages_are_filed_under_can_t_be_withheld() -> None:
    for pattern in ("status", "tilbudsId", "*", "tilbud", "version"):
        with pytest.raises(ConfigurationError, match="can't be withheld; use history = false"):
            policy(["*"], (pattern,))


@pytest.mark.parametrize("pattern", ["", ".", "[]", "[].[]"])
def test_an_empty_pattern_is_refused_rather_than_everything(pattern: str) -> None:
    for permit, withhold in (([pattern], ()), (["*"], (pattern,))):
        with pytest.raises(ConfigurationError, match="an empty pattern"):
            policy(permit, tuple(withhold))


def test_a_pattern_that_matches_nothing_is_a_usage_error() -> None:
    strange = policy(["*", "tilbud.rum", "navn"], ("kontakt.mobil", "tilbud.kontakt.vagt"))
    assert unfound(strange, ENVELOPE) == ["kontakt.mobil"]
    with pytest.raises(ConfigurationError, match=r"\.withhold: 'kontakt.mobil' matches nothing in the data") as caught:
        check_matched(strange, ["kontakt.mobil"], [])
    assert caught.value.exit_code == 2
    check_matched(strange, [], [])


def unfound(policy: AccessPolicy, *envelopes: dict[str, Any]) -> list[str]:
    """The patterns that match nothing in the envelopes."""
    search = policy.search()
    for envelope in envelopes:
        search.look(envelope)
    return search.unfound.names


@pytest.mark.parametrize(
    "pattern", ["kontakt.leder", "tilbud.kontakt.leder", "*.leder", "tilbud.*.leder", "kontakt.leder.*"]
)
def test_a_pattern_that_the_mapping_knows_is_looked_for_in_the_data_too(pattern: str) -> None:
    for named in (policy(["*"], (pattern,)), policy([pattern])):
        assert unfound(named, ENVELOPE) == []
        for contact in ({"lederNavn": "A"}, {"leder": None, "lederNavn": "A"}, {"leder": ""}, {"leder": [None]}, None):
            assert unfound(named, {**ENVELOPE, "tilbud": {"kontakt": contact}}) == [pattern]
        assert unfound(named, {**ENVELOPE, "tilbud": {"kontakt.leder": "A"}}) == []
    assert unfound(policy(["*"]), {}) == [], "a star needs nothing"
    assert unfound(policy(["*"], ("kontakt.leder",))) == [], "nor is anything known where there is no document"


@pytest.mark.parametrize(
    ("pattern", "near"),
    [
        ("kontakt.leder", "tilbud.kontakt.lederNavn"),
        ("tilbud.kontakt.leder", "tilbud.kontakt.lederNavn"),
        ("takster[].ydelse", "tilbud.takster.ydelsen"),
        ("kontakt.ledr", "kontakt.leder"),
        ("tilbud.ventetit", "tilbud.ventetid"),
        ("bilordning", None),
    ],
)
def test_the_nearest_name_in_the_data_is_told(pattern: str, near: str | None) -> None:
    others = [
        ("tilbud", "kontakt", "lederNavn"), ("tilbud", "kontakt", "vagt"), ("tilbud", "takster", "ydelsen"),
        ("tilbud", "ventetid"),
    ]  # fmt: skip
    with pytest.raises(ConfigurationError) as caught:
        check_matched(policy(["*"], (pattern,)), [pattern], others)
    told = f" (did you mean {near!r}?)" if near else ""
    assert f"withhold: {pattern!r} matches nothing in the data{told}; correct it" in str(caught.value)


def test_the_agreement_says_that_an_absence_is_meant() -> None:
    terms = Audience(permit=("*", "tilbud.rum"), withhold=("kontakt.leder",), absent=("kontakt.leder", "tilbud.rum"))
    meant = compile_policy(terms, MAPPING, "agreement.toml: audience.x")
    check_matched(meant, ["kontakt.leder", "tilbud.rum"], [])
    assert list(notes_on_terms(meant, ["kontakt.leder", "tilbud.rum"], [])) == []
    (note,) = notes_on_terms(meant, ["tilbud.rum"], [])
    assert note.startswith("agreement.toml: audience.x.absent: 'kontakt.leder' is in the data after all")


@pytest.mark.parametrize(("pattern", "near"), [("kontakt.lederr", r" \(did you mean 'kontakt.leder'\?\)"), ("*", "")])
def test_what_is_said_to_be_absent_must_be_a_pattern(pattern: str, near: str) -> None:
    terms = Audience(permit=("*",), withhold=("kontakt.leder",), absent=(pattern,))
    with pytest.raises(ConfigurationError, match=rf"audience\.absent: '.*' is no pattern of permit or withhold{near};"):
        compile_policy(terms, MAPPING)


def test_everything_is_the_document_itself() -> None:
    document = Observed("10000-3", "", ((1, None),), {"TilbudEnvelope": ENVELOPE})
    assert everything(MAPPING).admit(document, MAPPING) is document
    assert compile_policy(EVERYTHING, MAPPING).filter(ENVELOPE) == ENVELOPE
    assert compile_policy(EVERYTHING, MAPPING).fingerprint != everything(MAPPING).fingerprint


# Persons


def test_what_looks_like_a_person_s_is_held_back_until_it_is_named() -> None:
    new = {"lederNavn": "A B", "vagt": "B", "post": "a@b.dk", "hjemmeside": "x@y.dk"}
    for unknown in (policy(["*"], unknown=True), policy(["*", "tilbud.kontakt"], unknown=True)):
        assert unknown.filter({"tilbud": {"kontakt": new}}) == {
            "tilbud": {"kontakt": {"vagt": "B", "hjemmeside": "x@y.dk"}}
        }
    named = policy(["*", "tilbud.kontakt.lederNavn", "tilbud.kontakt.post"], unknown=True)
    assert named.filter({"tilbud": {"kontakt": new}}) == {"tilbud": {"kontakt": new}}
    parent = policy(["*", "tilbud.vagten"])
    assert parent.filter({"tilbud": {"vagten": {"rum": 1, "mobil": 2}}}) == {"tilbud": {"vagten": {"rum": 1}}}
    assert policy(["*"], unknown=True).filter({"tilbud": {"navn": {"leder": "A", "rum": 1}}}) == {
        "tilbud": {"navn": {"rum": 1}}
    }, "also inside of a field that the mapping names"


def test_a_path_is_held_back_whatever_its_shape_once_a_value_is_a_person_s() -> None:
    one = policy(["*"], unknown=True)
    shapes = [{"tilbud": {"rum": value}} for value in ("blåt", ["gult", "grønt"], "a@b.dk", ["rødt", "c@d.dk"])]
    assert [one.filter(shape) for shape in shapes] == [shapes[0], shapes[1], {}, {"tilbud": {"rum": ["rødt"]}}]
    met = one.take_met()
    rum = ("tilbud", "rum")
    assert (met.let_through, met.held, met.closed) == ({rum}, {rum}, {rum}), "so those before are read again"
    again = policy(["*"], unknown=True)
    again.filter(shapes[0])
    again.close({rum})
    assert [again.filter(shape) for shape in shapes] == [{}, {}, {}, {}]
    assert again.take_met().held == {rum}


def test_what_is_held_back_is_told_with_what_to_do() -> None:
    one = compile_policy(Audience(permit=("*",), unknown=True), MAPPING, "agreement.toml: audience.internal")
    one.filter({"tilbud": {"mobil": "20304050", "cpr": None, "kontakt": {"leder": "A"}}})
    held = one.take_met().held
    assert held == {("tilbud", "mobil")}
    (note,) = notes_on_terms(one, [], held)
    assert (
        "mapping.toml doesn't name it: 'tilbud.mobil'; add a path to agreement.toml: audience.internal.permit" in note
    )
    withheld = policy(["*"], ("tilbud.mobil",), unknown=True)
    withheld.filter({"tilbud": {"mobil": "20304050"}})
    assert withheld.take_met().held == set(), "what the agreement keeps back itself is no news"
    known = policy(["*"])
    known.filter({"tilbud": {"mobil": "20304050"}})
    assert known.take_met().held == set(), "nor what is not permitted at all"


def test_many_names_are_told_with_how_many_more() -> None:
    assert listed(["a", "b\x1b"]) == "'a', 'b\\x1b'"
    assert listed([str(number) for number in range(25)]).endswith("'19' and 5 more")


def test_what_stands_outside_the_envelope_stays_behind() -> None:
    document = Observed("10000-3", "", ((1, None),), {"TilbudEnvelope": {"tilbudsId": 1}, "leder": "A"})
    assert policy(["*"], unknown=False).admit(document, MAPPING).envelope == {"TilbudEnvelope": {"tilbudsId": 1}}
    lost = Observed("x", "", ((1, None),), {"leder": "A"})
    assert policy(["*"]).admit(lost, MAPPING).envelope is None


def test_a_door_travels_between_processes() -> None:
    assert pickle.loads(pickle.dumps(policy(["*"], ("kontakt",)))).filter(ENVELOPE) == policy(
        ["*"], ("kontakt",)
    ).filter(ENVELOPE)


def test_the_fingerprint_tells_doors_apart() -> None:
    doors = [policy(["*"]), policy(["*"], unknown=True), policy(["*"], ("navn",)), policy(["navn"])]
    assert len({one.fingerprint for one in doors}) == len(doors)
    assert policy(["*"]).fingerprint == policy(["*"]).fingerprint
    other = read_mapping(MAPPING.text.replace('takster = "ydelse"', 'takster = "beloeb"', 1), "mapping.toml")
    terms = Audience(permit=("*",), withhold=("takster.ydelse",))
    assert compile_policy(terms, MAPPING).fingerprint != compile_policy(terms, other).fingerprint


# Laws

KEYS = st.sampled_from(
    [
        "tilbud",
        "navn",
        "kontakt",
        "leder",
        "email",
        "takster",
        "ydelse",
        "beloeb",
        "adresse",
        "vejnavn",
        "metoder",
        "x",
        "y",
    ]
)
VALUES = st.recursive(
    st.none() | st.integers(0, 9) | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=25,
)
ENVELOPES = st.builds(
    lambda tilbud, rest: {**rest, "tilbud": tilbud},
    st.dictionaries(KEYS, VALUES, max_size=6),
    st.dictionaries(KEYS, VALUES, max_size=2),
)
# Each a path in the envelope, without what only a mapping's name can mean: its meaning is plain enough to say again.
PATTERNS = st.lists(
    st.sampled_from(["navn", "kontakt", "leder", "x", "y", "takster", "beloeb", "*"]), min_size=1, max_size=3
)
Places = set[tuple[tuple[str, ...], Any]]


def places(value: Any, path: tuple[str, ...] = ()) -> Places:
    """Every scalar with its path, lists' brackets left out."""
    if isinstance(value, dict):
        return {place for key, inner in value.items() for place in places(inner, (*path, key))}
    if isinstance(value, list):
        return {place for inner in value for place in places(inner, path)}
    return {(path, value)}


def means(pattern: str, path: tuple[str, ...]) -> bool:
    parts = pattern.split(".")
    return len(parts) <= len(path) and all(part in ("*", step) for part, step in zip(parts, path, strict=False))


@given(ENVELOPES, st.lists(PATTERNS.map(lambda parts: ".".join(["tilbud", *parts])), max_size=3), st.booleans())
def test_nothing_withheld_is_in_what_is_let_through(
    envelope: dict[str, Any], patterns: list[str], unknown: bool
) -> None:
    assume(not any(means(pattern, ("tilbud", "tilbudsId")) for pattern in patterns) and "tilbud.*" not in patterns)
    before = deepcopy(envelope)
    kept = places(policy(["*"], tuple(patterns), unknown=unknown).filter(envelope))
    assert kept <= places(envelope), "nothing is made up"
    assert not [path for path, _ in kept if any(means(pattern, path) for pattern in patterns)]
    assert envelope == before, "the document is left as it is"


@given(ENVELOPES, st.sets(st.sampled_from(sorted(MAPPING.sources)).filter(lambda name: name != "status"), max_size=4))
def test_nothing_that_is_not_permitted_is_let_through(envelope: dict[str, Any], names: set[str]) -> None:
    permitted = [MAPPING.sources[name].replace("[]", "") for name in names]
    for path, _ in places(policy(sorted(names)).filter(envelope)):
        assert any(means(source, path) for source in permitted)


@given(ENVELOPES)
def test_without_patterns_to_withhold_all_that_is_no_person_s_is_let_through(envelope: dict[str, Any]) -> None:
    """Compiled as any other door: the structure is there either way, so permitting it changes nothing."""
    named = {tuple(path.replace("[]", "").split(".")) for path in MAPPING.sources.values()}
    kept = places(policy(["*", "navn"], unknown=True).filter(envelope))
    assert kept == {(path, value) for path, value in places(envelope) if path in named or not names_person(path)}
