"""Configuration files: TOML read into a frozen pydantic table; an error names file, key, problem and remedy."""

import difflib
import re
import tomllib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from generator.errors import ConfigurationError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

T = TypeVar("T", bound="ConfigTable")


_AS_IN_ADDRESSES = re.compile(r"[:/@?#\\]")


class ConfigTable(BaseModel):
    """A table of a configuration file: a key that it doesn't know is an error, and no error shows a value."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def parse_toml(text: str, origin: str) -> dict[str, Any]:
    """Parses TOML; raises ConfigurationError with the place."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{origin}: not valid TOML: {error}; mend the line it names") from error
    except RecursionError as error:
        raise ConfigurationError(f"{origin}: lists or tables in each other, too deep to be read; mend it") from error


def read_table(content: dict[str, Any], origin: str, model: type[T]) -> T:
    """Validates parsed TOML; raises ConfigurationError for the first thing that is wrong."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise ConfigurationError(describe(error, origin, model)) from error


def describe(error: ValidationError, origin: str, model: type[BaseModel]) -> str:
    """One line for the first thing that is wrong: file, key, problem, remedy."""
    first = error.errors(include_url=False)[0]
    location = tuple(str(part) for part in first["loc"])
    key = ".".join("…" if _AS_IN_ADDRESSES.search(part) else part for part in location)  # nor an address's
    if first["type"] == "extra_forbidden":
        near = did_you_mean(location[-1], _keys_of(model, location[:-1]))
        return f"{origin}: {key}: unknown key{near}; correct or remove it"
    if first["type"] == "missing":
        return f"{origin}: {key}: missing; add it (`tilbudsspejl init` writes an example)"
    message = first["msg"].removeprefix("Value error, ")
    return f"{origin}: {key}: {message[:1].lower()}{message[1:]}{_said(first)}"


def _said(first: "ErrorDetails") -> str:
    """What the value is, where that can't be a secret: a number that is no number of the right size."""
    value = first["input"]
    is_number = first["type"].startswith(("greater_", "less_", "int_", "float_")) and isinstance(value, int | float)
    return f" (it is {value!r})" if is_number else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """ " (did you mean 'x'?)" for the nearest known word, else ""."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f" (did you mean {near[0]!r}?)" if near else ""


def _keys_of(model: Any, location: tuple[str, ...]) -> Iterable[str]:
    for part in location:
        fields = getattr(model, "model_fields", {})
        if part in fields:
            model = fields[part].annotation
        # Table | None, dict[str, Table]
        tables = [a for a in getattr(model, "__args__", ()) if hasattr(a, "model_fields")]
        model = tables[0] if tables else model
    return getattr(model, "model_fields", {})
