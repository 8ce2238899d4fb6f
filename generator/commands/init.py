"""`init`: a folder's first configuration, commented."""

import os
from pathlib import Path

from generator import resources
from generator.config import FILE
from generator.errors import UsageError
from generator.register.mapping.mapping import default_mapping_text


def init(folder: Path, layout: str = "version") -> list[Path]:
    """Writes the configuration files, the mapping for a layout.

    Raises UsageError, and writes nothing, if one of them is there already.
    """
    templates = resources.folder("templates")
    files = {
        FILE: (templates / "init" / FILE).read_text(encoding="utf-8"),
        "mapping.toml": default_mapping_text(layout),
        "agreement.toml": (templates / "init" / "agreement.toml").read_text(encoding="utf-8"),
        "content/om.md": (templates / "om.md").read_text(encoding="utf-8"),
    }
    for name in files:
        if os.path.lexists(folder / name):
            raise UsageError(f"{folder / name}: is there already, so nothing was written; choose an empty folder")
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:  # never through somebody's link
            file.write(text)
    return [folder / name for name in files]
