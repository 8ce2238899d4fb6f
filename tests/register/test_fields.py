"""What `_mapping` says, flat, for both versions of the server."""

from typing import Any

import pytest

from generator.register.mapping.es_fields import document_types, field_types, unlisted

PROPERTIES = {
    "TilbudEnvelope": {
        "properties": {
            "sidstIndlaest": {"type": "date"},
            "tilbud": {
                "type": "nested",
                "properties": {"navn": {"type": "text", "fields": {"raw": {"type": "keyword"}}}},
            },
        }
    }
}
FLAT = {
    "TilbudEnvelope": "object",
    "TilbudEnvelope.sidstIndlaest": "date",
    "TilbudEnvelope.tilbud": "nested",
    "TilbudEnvelope.tilbud.navn": "text",
}


def test_version_6_has_a_level_of_types() -> None:
    answer = {"tilbud-1": {"mappings": {"tilbud": {"properties": PROPERTIES}}}}
    assert field_types(answer, "tilbud") == FLAT
    assert field_types(answer, "other") == {}
    assert document_types(answer) == {"tilbud"}


def test_version_7_has_none() -> None:
    answer = {"tilbud-1": {"mappings": {"dynamic": "false", "properties": PROPERTIES}}}
    assert field_types(answer, "tilbud") == FLAT
    assert document_types(answer) == set()


@pytest.mark.parametrize(
    "beside",
    [
        {"_size": {"enabled": True}},
        {"runtime": {"dag": {"type": "keyword"}}},
        {"numeric_detection": False, "dynamic_date_formats": ["yyyy-MM-dd"], "dynamic_templates": []},
        {"_source": {"excludes": ["x"]}, "_meta": {"tilbud": {}}, "date_detection": True},
    ],
)
def test_what_stands_beside_the_fields_of_version_7_is_no_type(beside: dict[str, Any]) -> None:
    answer = {"tilbud-1": {"mappings": {**beside, "properties": PROPERTIES}}}
    assert document_types(answer) == set()
    assert field_types(answer, "tilbud") == FLAT
    assert document_types({"tilbud-1": {"mappings": beside}}) == set()


def test_the_one_type_of_version_7_may_be_named() -> None:
    answer = {"cvr": {"mappings": {"_doc": {"_size": {"enabled": True}, "properties": PROPERTIES}}}}
    assert (document_types(answer), field_types(answer, "_doc")) == ({"_doc"}, FLAT)


def test_an_alias_of_two_indices() -> None:
    answer = {
        "a": {"mappings": {"t": {"properties": {"x": {"type": "date"}}}}},
        "b": {"mappings": {"t": {"properties": {"x": {"type": "keyword"}, "y": {"type": "long"}}}}},
    }
    assert field_types(answer, "t") == {"x": "date|keyword", "y": "long"}


def test_an_index_that_never_had_a_document() -> None:
    assert field_types({"a": {"mappings": {}}}, "t") == {}
    assert document_types({"a": {"mappings": {}}}) == set()


def test_objects_that_are_not_listed_in_full() -> None:
    inner = {"a": {"dynamic": "false", "properties": {"b": {"enabled": False}, "c": {"dynamic": "strict"}}}}
    assert unlisted({"i": {"mappings": {"t": {"properties": inner}}}}, "t") == ["a", "a.b"]
    assert unlisted({"i": {"mappings": {"dynamic": False, "properties": {}}}}, "t") == [""]
    assert unlisted({"i": {"mappings": {"t": {"properties": PROPERTIES}}}}, "t") == []
