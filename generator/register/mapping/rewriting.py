"""A mapping file with what is proposed in it: the operator's own text, comments and all, with the lines changed."""

from typing import Any

import tomlkit
from tomlkit.items import InlineTable

from generator.errors import ConfigurationError
from generator.register.mapping.mapping import Mapping, read_mapping
from generator.register.mapping.proposals import Comparison, Missing


def proposed_text(mapping: Mapping, comparison: Comparison) -> str:
    """The mapping file's text with each proposal written in and marked.

    It has been read as a mapping; raises ConfigurationError if that can't be done.
    """
    document: Any = tomlkit.parse(mapping.text)
    changed = {missing.name: value for missing in comparison.missing if (value := _value(missing)) is not None}
    for missing in comparison.missing:
        if missing.name in changed:
            table, _, key = missing.name.partition(".")
            _set(document.setdefault(table, tomlkit.table()), key, changed[missing.name], _comment(missing))
    text = tomlkit.dumps(document)
    _check(text, mapping, changed)
    return text


def _value(missing: Missing) -> str | list[str] | None:
    """What the line is to say; None where it stays."""
    if missing.proposal is None:
        return missing.stays if missing.stays != missing.paths[0] else None
    if missing.name.startswith("identity."):
        # The old paths stay behind the new one: documents that the archive has from before are read by them.
        return [missing.proposal.path, *missing.paths]
    return missing.proposal.path


def _comment(missing: Missing) -> str:
    old = _quoted(list(missing.paths) if len(missing.paths) > 1 else missing.paths[0])
    if missing.proposal is None:
        return f"not in the source, moved with its list; was {old}"
    others = (
        f", as likely: {' or '.join(map(_quoted, missing.proposal.as_likely))}" if missing.proposal.as_likely else ""
    )
    return f"proposed{'' if missing.proposal.is_sure else ', unsure'}{others}; was {old}"


def _quoted(value: str | list[str]) -> str:
    return str(tomlkit.item(value).as_string())


def _set(table: Any, key: str, value: str | list[str], comment: str) -> None:
    item: Any = tomlkit.item(value)
    if not isinstance(table, InlineTable):  # there a comment would swallow the rest
        old = table[key].trivia if key in table else item.trivia
        before = old.comment.lstrip("# ")
        item.comment(f"{comment}; {before}" if before else comment)
        item.trivia.comment_ws = old.comment_ws or "  "
    table[key] = item


def _check(text: str, mapping: Mapping, changed: dict[str, str | list[str]]) -> None:
    """Raises ConfigurationError unless the text reads as the mapping with just these lines changed."""
    origin = f"the proposal for {mapping.origin}"
    proposed = read_mapping(text, origin)
    expected = mapping.sources | {key.removeprefix("fields."): v for key, v in changed.items() if key[:7] == "fields."}
    if proposed.sources != expected:
        raise ConfigurationError(
            f"{origin}: [fields] is not laid out so that lines can be changed in it; write it as one table, a line each"
        )
