"""The fields of a source that was made to the default mapping, and the same with other names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from generator.register.mapping.mapping import Mapping as OurMapping
from generator.register.mapping.mapping import default_mapping
from generator.register.mapping.type_fit import ValueKind, kind_of_field, kind_of_identity

TYPES = {
    ValueKind.TEXT: "text",
    ValueKind.CODE: "keyword",
    ValueKind.DATE: "date",
    ValueKind.INTEGER: "integer",
    ValueKind.NUMBER: "double",
}
WRAPPER = "TilbudEnvelope"


def default_types(mapping: OurMapping | None = None) -> dict[str, str]:
    """Path → type, objects included, of a source that has all that the default mapping names."""
    mapping = mapping or default_mapping()
    leaves = {f"{WRAPPER}.{path.replace('[]', '')}": TYPES[kind_of_field(n)] for n, path in mapping.sources.items()}
    for name, paths in mapping.identities.items():
        leaves |= {
            f"{WRAPPER}.{path}": "boolean" if name == "demo" else TYPES[kind_of_identity(name)] for path in paths
        }
    return with_objects(leaves)


def with_objects(leaves: Mapping[str, str]) -> dict[str, str]:
    """The leaves and every object around them, sorted as `field_types` does it."""
    objects = {path[:place]: "object" for path in leaves for place, sign in enumerate(path) if sign == "."}
    return dict(sorted((objects | dict(leaves)).items()))


def renamed(types: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    """The types with paths (inside the wrapper, without []) moved; what is below a path moves with it."""
    return with_objects({_new(path, names): kind for path, kind in types.items() if kind != "object"})


def renamed_document(envelope: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """An envelope with the last name of each of the paths changed; nothing else moves."""
    return dict(_renamed_items(envelope, names, ""))


def index_mapping(types: Mapping[str, str]) -> dict[str, Any]:
    """The types as Elasticsearch wants them when an index is made."""
    root: dict[str, Any] = {}
    for path, kind in types.items():
        *above, last = path.split(".")
        node = root
        for part in above:
            node = node.setdefault("properties", {}).setdefault(part, {})
        node.setdefault("properties", {}).setdefault(last, {} if kind == "object" else {"type": kind})
    return {"dynamic": False, **root}


def _new(path: str, names: Mapping[str, str]) -> str:
    wrapper, _, inside = path.partition(".")
    for old in sorted(names, key=len, reverse=True):
        if inside == old or inside.startswith(f"{old}."):
            inside = (names[old] + inside[len(old) :]).lstrip(".")
            break
    return f"{names.get(wrapper, wrapper)}.{inside}"


def _renamed_items(value: dict[str, Any], names: Mapping[str, str], prefix: str) -> Iterator[tuple[str, Any]]:
    for key, inner in value.items():
        path = f"{prefix}{key}"
        yield names.get(path, path).rpartition(".")[2], _renamed_value(inner, names, f"{path}.")


def _renamed_value(value: Any, names: Mapping[str, str], prefix: str) -> Any:
    if isinstance(value, dict):
        return dict(_renamed_items(value, names, prefix))
    if isinstance(value, list):
        return [_renamed_value(item, names, prefix) for item in value]
    return value
