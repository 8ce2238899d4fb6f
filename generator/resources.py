"""Templates and static files: inside the package when it is installed as a wheel, beside it in a checkout.

An operator's theme folder wins over both, file by file: `templates/` (also texts) and `static/`. What comes of an
operator's folders is published, and may come from somebody else: only files that lie in them, of a sensible size.
"""

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from generator.errors import ConfigurationError

LARGEST = 5_000_000  # bytes that a file of a theme may have
_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder `templates` or `static` of the program's own."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def program_files() -> list[Path]:
    """All files that decide what a site looks like: a change of one of them makes every site stale."""
    files = [path for path in _PACKAGE.rglob("*") if path.suffix in (".py", ".toml", ".json")]
    for name in ("templates", "static"):
        files += [path for path in folder(name).rglob("*") if path.is_file()]
    return sorted(set(files))


@dataclass(frozen=True, slots=True)
class Theme:
    """The files that make the look: the program's own, and those of an operator's folder before them."""

    folder: Path | None = None

    @property
    def own_templates(self) -> Path | None:
        """The operator's templates and texts, if there are any."""
        return self._own("templates")

    def text(self, name: str) -> Path:
        """A text such as `om.md`: the operator's, else the program's."""
        own = self.own_templates
        return own / name if own and (own / name).is_file() else folder("templates") / name

    def static(self) -> dict[str, Path]:
        """Every static file by its address, in the order of addresses; the operator's replace the program's."""
        files = visible_files(folder("static"))
        own = self._own("static")
        return dict(sorted({**files, **(visible_files(own) if own else {})}.items()))

    def files(self) -> dict[str, Path]:
        """The operator's files by their place in the theme folder."""
        return visible_files(self.folder) if self.folder else {}

    def _own(self, name: str) -> Path | None:
        own = self.folder / name if self.folder else None
        return own if own and own.is_dir() else None


def check_own(path: Path, folder: Path, largest: int) -> None:
    """Raises ConfigurationError unless a path of an operator's is a file in its folder, also behind links."""
    with _opened(path, folder, largest):
        pass


def read_own(path: Path, folder: Path, largest: int) -> bytes:
    """The content of such a file; raises ConfigurationError as above."""
    with _opened(path, folder, largest) as file:
        return file.read(largest)


def _opened(path: Path, folder: Path, largest: int) -> BinaryIO:
    # A pipe would be waited for without end, unless it is opened so; what it is, only the open file says for sure.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        if not path.resolve(strict=True).is_relative_to(folder.resolve(strict=True)):
            raise ConfigurationError(f"{path}: a link that leads out of {folder}; put the file itself there")
        descriptor = os.open(path, flags)
    except (OSError, RuntimeError) as error:  # RuntimeError: a circle of links
        said = getattr(error, "strerror", None) or "a circle of links"
        raise ConfigurationError(f"{path}: can't be read ({said}); correct or remove it") from error
    found = os.fstat(descriptor)
    if stat.S_ISREG(found.st_mode) and found.st_size <= largest:
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    if not stat.S_ISREG(found.st_mode):
        raise ConfigurationError(f"{path}: is no file; remove it, or put a file in its place")
    raise ConfigurationError(f"{path}: {found.st_size:,} bytes, and {largest:,} are the most; make it smaller")


def visible_files(root: Path) -> dict[str, Path]:
    """All files under a folder by their place in it, without hidden ones: an editor's, a version control's."""
    places = {path.relative_to(root).as_posix(): path for path in root.rglob("*") if path.is_file()}
    return {place: path for place, path in sorted(places.items()) if not place.startswith(".") and "/." not in place}
