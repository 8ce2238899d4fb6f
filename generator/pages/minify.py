"""Scripts and styles as short as they can be sent; where they can be read stands in their first line."""

from pathlib import Path

import rcssmin
import rjsmin

from generator.errors import ConfigurationError

# Scripts that are written apart and sent as one: together they pack an eighth smaller, and take one request.
PARTS = {"soeg.js": ("soeg-ord.js", "soeg-indeks.js", "soeg-uddrag.js", "soeg-filtre.js", "soeg-liste.js")}


def is_part(address: str) -> bool:
    """Whether a script is sent inside another."""
    return any(address in parts for parts in PARTS.values())


def is_minified(address: str) -> bool:
    """Whether a static file is sent shortened."""
    return address.endswith((".js", ".css"))


def minify(path: Path, address: str, source: str) -> str:
    """The file's text, shortened; `source` says where the file that people read is."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path}: is not UTF-8 text ({error.reason}); save it as UTF-8") from error
    short: str = rjsmin.jsmin(text) if address.endswith(".js") else rcssmin.cssmin(text)
    return f"/* Kan læses i {source}: static/{address} */\n{short}\n"
