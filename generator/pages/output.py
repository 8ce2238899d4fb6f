"""Writing a site's files: each path once, without what HTML forbids."""

import re
from pathlib import Path

from generator.errors import CheckError

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def without_controls(text: str) -> str:
    """The text without control characters, which HTML forbids and a terminal obeys."""
    return _CONTROL.sub("\ufffd", text)


class Writer:
    """Writes a site's files; a path is written once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = 0
        self.bytes = 0

    def write(self, address: str, text: str) -> None:
        """Writes one file; raises CheckError if its address is taken."""
        self.write_bytes(address, without_controls(text).encode("utf-8", "replace"))  # HTML has no lone surrogates

    def write_bytes(self, address: str, data: bytes) -> None:
        """Writes one file as it is; raises CheckError if its address is taken."""
        path = self.folder / address
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("xb") as file:
                file.write(data)
        except FileExistsError:
            raise CheckError(
                f"{address}: two pages want this address; report this with the name of the offer"
            ) from None
        self.files += 1
        self.bytes += len(data)
