"""Where each fact stands in a document; nothing is lost between what the mapping names and what it doesn't."""

import pickle
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import ConfigurationError
from generator.register.mapping.mapping import (
    Mapping,
    canonical_names,
    default_mapping,
    default_mapping_text,
    parse_path,
    read_mapping,
)

DEFAULT = default_mapping()


def mapping(fields: str, rest: str = "") -> Mapping:
    return read_mapping(f'[identity]\ntilbudsId = "tilbudsId"\n[fields]\n{fields}\n{rest}', "mapping.toml")


def refused(text: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        read_mapping(text, "mapping.toml")
    return str(caught.value)


def refused_fields(fields: str, rest: str = "") -> str:
    return refused(f'[identity]\ntilbudsId = "tilbudsId"\n[fields]\n{fields}\n{rest}')


def test_the_default_names_every_field_of_an_offer() -> None:
    only_of_councils = {"virksomhed.kommunekode", "driftsherre.kommunekode"}
    # Where a source has them apart, its mapping says so; a field that no document has would be told by every build.
    apart = {f"{where}adresse.{part}" for where in ("", "afdelinger[].") for part in ("husbogstav", "doer")}
    assert set(DEFAULT.sources) == canonical_names() - only_of_councils - apart
    assert DEFAULT.layout == "version"
    assert DEFAULT.wrapper == "TilbudEnvelope"


def test_the_default_is_what_init_writes() -> None:
    assert read_mapping(default_mapping_text(), "x").sources == DEFAULT.sources


def test_a_mapping_travels_between_processes() -> None:
    DEFAULT.split({})
    assert pickle.loads(pickle.dumps(DEFAULT)) == DEFAULT


def test_split_nests_what_it_knows_and_keeps_the_rest_under_its_own_path() -> None:
    known, unknown = DEFAULT.split(
        {
            "tilbudsId": 10000,
            "version": 3,
            "status": "AKTIV",
            "nyt": {"felt": 1},
            "tilbud": {
                "tilbudsId": 10000,
                "navn": "Lærkehøj",
                "rum": 12,
                "kontakt": {"leder": "A", "vagt": "B"},
                "metoder": ["KRAP"],
            },
        }
    )
    assert known == {"status": "AKTIV", "navn": "Lærkehøj", "kontakt": {"leder": "A"}, "metoder": ["KRAP"]}
    assert unknown == {"nyt": {"felt": 1}, "tilbud.rum": 12, "tilbud.kontakt.vagt": "B"}


def test_an_unknown_member_of_an_item_is_filed_under_the_item_s_identity() -> None:
    prices = [
        {"ydelse": "Dag", "beloeb": 1, "note": "a"},
        {"ydelse": "Dag", "note": "b"},
        {"beloeb": 3, "note": "c"},
    ]
    known, unknown = DEFAULT.split({"tilbud": {"takster": prices}})
    assert known == {"takster": [{"ydelse": "Dag", "beloeb": 1}, {"ydelse": "Dag"}, {"beloeb": 3}]}
    assert unknown == {
        "tilbud.takster[Dag].note": "a",
        "tilbud.takster[Dag (2)].note": "b",
        "tilbud.takster[].note": "c",
    }


def test_a_value_of_another_kind_than_expected_is_kept_as_unknown() -> None:
    known, unknown = DEFAULT.split({"tilbud": {"kontakt": "ring", "takster": {"Dag": 1}, "afdelinger": ["Nord", {}]}})
    assert known == {"afdelinger": [{}]}
    assert unknown == {"tilbud.kontakt": "ring", "tilbud.takster": {"Dag": 1}, "tilbud.afdelinger[]": ["Nord"]}


def test_keys_with_dots_lose_nothing() -> None:
    """Elasticsearch takes "a.b" and {"a": {"b"}} for the same field; a document may have both."""
    _, unknown = DEFAULT.split({"tilbud.rum": 1, "tilbud": {"rum": 2, "afdelinger[]": "x", "afdelinger": ["y"]}})
    assert unknown == {
        "tilbud.rum": 1,
        "tilbud.rum (2)": 2,
        "tilbud.afdelinger[]": "x",
        "tilbud.afdelinger[] (2)": ["y"],
    }


def test_an_object_filled_from_two_places_loses_nothing_and_changes_no_document() -> None:
    spread = mapping(
        '"kontakt.leder" = "person.navn"\n"kontakt.email" = "kontakt.email"\n"kontakt.telefon" = "kontakt.telefon"'
    )
    contact = {"email": "a@b.dk", "telefon": "12345678"}
    for envelope in ({"person": {"navn": "A"}, "kontakt": contact}, {"kontakt": contact, "person": {"navn": "A"}}):
        before = deepcopy(envelope)
        known, unknown = spread.split(envelope)
        assert known == {"kontakt": {"leder": "A", "email": "a@b.dk", "telefon": "12345678"}}
        assert not unknown
        assert envelope == before


def test_a_source_may_nest_and_call_everything_otherwise() -> None:
    other = mapping(
        '"takster[].ydelse" = "priser.liste[].hvad.navn"\n"takster[].beloeb" = "priser.liste[].kr"'
        '\nnavn = "tekst.titel"',
        '[lists]\ntakster = "ydelse"',
    )
    known, unknown = other.split(
        {"tekst": {"titel": "Lærkehøj"}, "priser": {"liste": [{"hvad": {"navn": "Dag"}, "kr": 3, "note": "n"}]}}
    )
    assert known == {"navn": "Lærkehøj", "takster": [{"ydelse": "Dag", "beloeb": 3}]}
    assert unknown == {"priser.liste[Dag].note": "n"}


def leaves(value: Any) -> list[str]:
    """All values below, in an order of their own; null is no value."""
    if isinstance(value, dict):
        return sorted(leaf for inner in value.values() for leaf in leaves(inner))
    if isinstance(value, list):
        return sorted(leaf for inner in value for leaf in leaves(inner))
    return [] if value is None else [repr(value)]


KEYS = st.sampled_from(
    [
        "tilbud",
        "navn",
        "kontakt",
        "leder",
        "takster",
        "ydelse",
        "afdelinger",
        "afdelingsId",
        "adresse",
        "wgs84",
        "lat",
        "vejnavn",
        "pladser",
        "paragraf",
        "metoder",
        "x",
        "tilbud.x",
        "takster[]",
        "maalgrupper",
        "Dag (2)",
    ]
)
VALUES = st.recursive(
    st.none() | st.integers(0, 99) | st.sampled_from(["Dag", "Dag (2)", "x] y", ""]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=30,
)
ENVELOPES = st.dictionaries(KEYS, VALUES, max_size=5)


@given(ENVELOPES)
def test_nothing_is_lost_between_known_and_unknown(envelope: dict[str, Any]) -> None:
    before = deepcopy(envelope)
    known, unknown = DEFAULT.split(envelope)
    assert leaves([known, unknown]) == leaves(envelope)
    assert envelope == before, "a document is read-only"


@given(st.none() | st.booleans() | st.integers() | st.text() | st.floats() | VALUES)
def test_any_source_has_an_offer_key_or_none(source: Any) -> None:
    for document in (source, {"TilbudEnvelope": source}, {"TilbudEnvelope": {"tilbudsId": source}}):
        key = DEFAULT.offer_key(document)
        assert key is None or key == key.strip() != ""


def test_an_offer_s_id_is_read_from_the_first_path_that_has_one() -> None:
    assert DEFAULT.offer_key({"TilbudEnvelope": {"tilbudsId": 10000}}) == "10000"
    assert DEFAULT.offer_key({"TilbudEnvelope": {"tilbud": {"tilbudsId": " A1 "}}}) == "A1"
    assert DEFAULT.offer_key({"TilbudEnvelope": {"tilbudsId": True}}) is None
    assert DEFAULT.offer_key({"Andet": {"tilbudsId": 1}}) is None


def test_demo_is_only_what_says_so() -> None:
    assert DEFAULT.is_demo({"TilbudEnvelope": {"demo": True}})
    assert not DEFAULT.is_demo({"TilbudEnvelope": {"demo": "true"}})
    assert not DEFAULT.is_demo({"demo": True})


def test_without_a_wrapper_the_document_is_the_envelope() -> None:
    bare = mapping('navn = "navn"', '[document]\nwrapper = ""')
    assert bare.envelope({"navn": "A"}) == {"navn": "A"}
    assert bare.envelope(["A"]) is None


def test_labels_are_a_field_s_own_else_its_last_part_s_else_its_name() -> None:
    assert DEFAULT.label("godkendelse.status") == "Status"
    assert DEFAULT.label("takster[].beloeb") == "beløb"
    assert DEFAULT.label("nyt.felt") == "nyt.felt"
    assert DEFAULT.own_label("bestyrelse.navn") == ""


def test_a_field_of_the_operator_s_own_needs_a_label_only() -> None:
    own = mapping('"takster[].note" = "takster[].note"', '[labels]\n"takster.note" = "Bemærkning"')
    assert own.label("takster[].note") == "Bemærkning"
    assert "fields.takster[].note: unknown field" in refused_fields('"takster[].note" = "takster[].note"')


def test_structural_paths_are_identity_clocks_and_status() -> None:
    assert set(DEFAULT.structural) == {
        "tilbudsId", "tilbud.tilbudsId", "version", "gyldigFra", "gyldigTil", "sidstIndlaest", "demo", "status",
    }  # fmt: skip


def test_a_path_is_split_at_dots_and_lists() -> None:
    assert parse_path("takster[].beloeb") == ("takster", "[]", "beloeb")
    assert parse_path("a.b[][].c") == ("a", "b", "[]", "[]", "c")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ('navm = "tilbud.navn"', "fields.navm: unknown field (did you mean 'navn'?); correct it"),
        ('"takster[].beloeb" = "pris"', "must have as many [] as the name"),
        ('navn = ""', "is no path of a field"),
        ('navn = "tilbud.navn"\nbeskrivelse = "tilbud.navn"', "give each a place of its own"),
        ('navn = "tilbud"\nbeskrivelse = "tilbud.tekst"', "give each a place of its own"),
        ('"takster[].ydelse" = "a[].x"\n"takster[].beloeb" = "b[].y"', "'b[].y' is another list than that of"),
    ],
)
def test_fields_that_can_t_be_read_are_refused(fields: str, said: str) -> None:
    message = refused_fields(fields)
    assert message.startswith("mapping.toml: fields.")
    assert said in message


def test_a_name_inside_another_is_refused() -> None:
    said = refused_fields('kontakt = "a"\n"kontakt.leder" = "b"', '[labels]\nkontakt = "Kontakt"')
    assert "fields.kontakt.leder" in said


def test_other_errors_name_file_and_key() -> None:
    assert refused("[identity").startswith("mapping.toml: not valid TOML")
    assert "identity: missing" in refused('[fields]\nnavn = "a"')
    assert "lists.takster: there is no field 'takster[].ydelse'" in refused_fields(
        'navn = "a"', '[lists]\ntakster = "ydelse"'
    )
    assert "enriched.adresse: there is no field" in refused_fields('navn = "a"', '[enriched]\nadresse = "adresseId"')
    assert "unknown key (did you mean 'layout'?)" in refused_fields('navn = "a"', '[document]\nlayuot = "version"')
    assert "document.layout" in refused_fields('navn = "a"', '[document]\nlayout = "years"')
