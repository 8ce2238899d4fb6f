"""Whether a source's fields look laid out in another way than the mapping says, and what to write then."""

import pytest

from generator.demo import Layout, documents
from generator.register.mapping.layout_hints import layout_hint
from generator.register.mapping.mapping import Mapping, default_mapping_text, read_mapping
from tests.support.source_fields import WRAPPER, default_types, with_objects

LAYOUTS: list[Layout] = ["version", "history", "periods", "current"]


def mapping_of(layout: str, *more: tuple[str, str]) -> Mapping:
    text = default_mapping_text().replace('layout = "version"', f'layout = "{layout}"')
    for old, new in more:
        assert old in text
        text = text.replace(old, new)
    return read_mapping(text, "mapping.toml")


def types_of(layout: Layout) -> dict[str, str]:
    """The fields that a source of the made-up register has."""
    leaves: dict[str, str] = {}
    for document in documents(6, 3, layout=layout):
        _walk(document["_source"], "", leaves)
    return with_objects(
        {path: kind for path, kind in leaves.items() if not any(o.startswith(f"{path}.") for o in leaves)}
    )


def _walk(value: object, path: str, leaves: dict[str, str]) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            _walk(inner, f"{path}.{name}".lstrip("."), leaves)
    elif isinstance(value, list):
        for item in value:
            _walk(item, path, leaves)
    else:
        leaves[path] = "keyword"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_source_of_the_layout_that_the_mapping_says_needs_no_hint(layout: Layout) -> None:
    assert layout_hint(mapping_of(layout), types_of(layout), WRAPPER) is None


@pytest.mark.parametrize("said", ["version", "current"])
@pytest.mark.parametrize("layout", ["history", "periods"])
def test_another_layout_is_told_with_the_line_to_write(layout: Layout, said: str) -> None:
    hint = layout_hint(mapping_of(said), types_of(layout), WRAPPER)
    assert hint is not None
    assert (hint.layout, hint.lines) == (layout, (f'layout = "{layout}"',))


@pytest.mark.parametrize(("said", "there"), [("history", "periods"), ("periods", "history")])
def test_one_of_the_two_for_the_other(said: str, there: Layout) -> None:
    hint = layout_hint(mapping_of(said), types_of(there), WRAPPER)
    assert hint is not None
    assert hint.layout == there


def test_names_of_a_period_that_are_not_the_mappings_are_written_too() -> None:
    leaves: dict[str, str] = {}
    for fact in ("navn", "status", "pNummer"):
        leaves |= {f"{fact}.value": "text", f"{fact}.virkning.fra": "date", f"{fact}.virkning.til": "date"}
    hint = layout_hint(
        mapping_of("version"), with_objects({f"{WRAPPER}.{path}": k for path, k in leaves.items()}), WRAPPER
    )
    assert hint is not None
    assert hint.lines == (
        'layout = "periods"', 'period = "virkning"', 'period_from = "fra"', 'period_until = "til"', 'value = "value"',
    )  # fmt: skip
    mapping = mapping_of("version", ('layout = "version"', "\n".join(hint.lines[:1])), *[
        (f'{line.partition(" = ")[0]} = "{getattr(mapping_of("version").document, line.partition(" = ")[0])}"', line)
        for line in hint.lines[1:]
    ])  # fmt: skip
    assert layout_hint(mapping, with_objects({f"{WRAPPER}.{path}": k for path, k in leaves.items()}), WRAPPER) is None


def test_a_list_of_versions_of_another_name() -> None:
    types = default_types()
    inside = {path.removeprefix(f"{WRAPPER}."): kind for path, kind in types.items() if kind != "object"}
    leaves = {f"{WRAPPER}.udgaver.{path}": kind for path, kind in inside.items()} | {f"{WRAPPER}.tilbudsId": "keyword"}
    hint = layout_hint(mapping_of("version"), with_objects(leaves), WRAPPER)
    assert hint is not None
    assert hint.lines == ('layout = "history"', 'versions = "udgaver"')


def test_one_fact_with_a_period_is_no_layout() -> None:
    """An approval has a period of its own in any layout."""
    more = {f"{WRAPPER}.tilbud.godkendelse.periode.{name}": "date" for name in ("gyldigFra", "gyldigTil")}
    leaves = {path: kind for path, kind in default_types().items() if kind != "object"} | more
    assert layout_hint(mapping_of("version"), with_objects(leaves), WRAPPER) is None


@pytest.mark.parametrize("said", ["history", "periods"])
def test_a_mapping_that_speaks_of_what_is_not_there(said: str) -> None:
    hint = layout_hint(mapping_of(said), default_types(), WRAPPER)
    assert hint is not None
    assert hint.lines == ('layout = "version"',)
