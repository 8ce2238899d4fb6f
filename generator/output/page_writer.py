"""Writing a site's files: each path once, with what is not ours made fit to be shown."""

from pathlib import Path

from generator.errors import CheckError
from generator.foreign import isolated_feed, isolated_page, may_be_odd, without_controls


class PageWriter:
    """Writes a site's files; a path is written once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = 0
        self.bytes = 0

    def write(self, address: str, text: str) -> None:
        """Writes one file, with foreign text in it made fit to be shown; raises CheckError if its address is taken."""
        data = text.encode("utf-8", "surrogatepass")
        self.write_bytes(address, _shown(address, text).encode() if may_be_odd(data) else data)

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


def _shown(address: str, text: str) -> str:
    text = without_controls(text)
    if address.endswith(".html"):
        return isolated_page(text)
    return isolated_feed(text) if address.endswith(".xml") else text
