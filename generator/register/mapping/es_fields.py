"""The fields that a source says it has: what an Elasticsearch `_mapping` answer holds, flat."""

from collections.abc import Iterator
from typing import Any


def field_types(answer: dict[str, Any], doc_type: str) -> dict[str, str]:
    """Dotted path → Elasticsearch type, "object" and "nested" included, from the answer to `GET /<index>/_mapping`.

    Version 6 has a level of document types, 7 has none. Behind an alias there may be several indices: a path whose
    types differ between them gets both, as "date|keyword". Lists can't be told from single values: the answer holds
    no such thing. Raises AttributeError or TypeError where the answer is no mapping.
    """
    found: dict[str, set[str]] = {}
    for root in _roots(answer, doc_type):
        for path, kind in _walk(root.get("properties") or {}, ""):
            found.setdefault(path, set()).add(kind)
    return {path: "|".join(sorted(kinds)) for path, kinds in sorted(found.items())}


def document_types(answer: dict[str, Any]) -> set[str]:
    """The document types that the answer names; empty for version 7, and for an index that never had a document.

    A type is a key whose value is an object and that is no parameter of a mapping: no name of a type begins with "_"
    but `_doc` (Elasticsearch 6, "mapping types"), as those of parameters do (`_size` of mapper-size, `_source`).
    """
    return {name for index in answer.values() for name, value in _mappings(index).items() if _is_type(name, value)}


_NO_TYPES = ("properties", "runtime")  # parameters whose value is an object too; the latter from 7.11 on


def _mappings(index: dict[str, Any]) -> dict[str, Any]:
    """What stands where an index has its types; nothing where its fields stand at the root, as in version 7."""
    mappings: dict[str, Any] = index.get("mappings") or {}
    return {} if "properties" in mappings else mappings


def _is_type(name: str, value: Any) -> bool:
    return isinstance(value, dict) and name not in _NO_TYPES and (name == "_doc" or not name.startswith("_"))


def changed_fields(before: dict[str, str], after: dict[str, str]) -> dict[str, list[str]]:
    """How two answers of `field_types` differ: `added`, `removed` and `retyped` paths; only what there is."""
    common = before.keys() & after.keys()
    changes = {
        "added": sorted(after.keys() - before.keys()),
        "removed": sorted(before.keys() - after.keys()),
        "retyped": sorted(f"{path} ({before[path]} → {after[path]})" for path in common if before[path] != after[path]),
    }
    return {kind: paths for kind, paths in changes.items() if paths}


def describe_changes(changes: dict[str, list[str]]) -> str:
    """The changes in a line."""
    parts = []
    for kind, paths in changes.items():
        more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
        parts.append(f"{kind} {', '.join(paths[:3])}{more}")
    return "; ".join(parts)


def unlisted(answer: dict[str, Any], doc_type: str) -> list[str]:
    """The objects ("" for all of it) of which the answer says that documents may hold more than it lists."""
    return sorted({path for root in _roots(answer, doc_type) for path in _walk_unlisted(root, "")})


def _roots(answer: dict[str, Any], doc_type: str) -> Iterator[dict[str, Any]]:
    """What each index says of the type; in version 7, of everything."""
    for index in answer.values():
        mappings = index.get("mappings") or {}
        of_type = None if "properties" in mappings else mappings.get(doc_type)
        yield mappings if of_type is None else of_type


def _walk_unlisted(field: dict[str, Any], path: str) -> Iterator[str]:
    if str(field.get("dynamic")).lower() == "false" or field.get("enabled") is False:
        yield path
    for name, inner in (field.get("properties") or {}).items():
        yield from _walk_unlisted(inner, f"{path}.{name}".lstrip("."))


def _walk(properties: dict[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for name, field in properties.items():
        kind = field.get("type", "object")
        if not isinstance(kind, str):
            raise TypeError("a type that is no text")
        yield f"{prefix}{name}", kind
        yield from _walk(field.get("properties") or {}, f"{prefix}{name}.")
