"""What an operator adds to the site's look: a theme, pages of Markdown, a logo; read and checked once a build."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from markupsafe import Markup

from generator.config import CONTENT, Configuration, read_text
from generator.errors import ConfigurationError
from generator.pages import urls
from generator.pages.editorial import editorial, first_words, heading_of
from generator.pages.logo import Logo, read_logo
from generator.pages.rendering import glossary_of
from generator.pages.theme import check_theme
from generator.resources import Theme, read_own
from generator.tables import did_you_mean

LARGEST = 500_000  # bytes that a page of Markdown may have
_NAME = re.compile(r"(?:(\d+)-)?([0-9a-z][0-9a-z_-]*)\.md")  # "10-vejledning.md": the number only orders the menu
_OWN = (urls.ABOUT, urls.PRIVACY)  # pages that the program brings a text for
# Every other page that a site has one of; a text can't take its place.
_TAKEN = {value for name, value in vars(urls).items() if name.isupper() and str(value).endswith(".html")} - {*_OWN}


@dataclass(frozen=True, slots=True)
class TextPage:
    """A page of Markdown."""

    address: str
    title: str
    description: str
    body: Markup
    source: str  # the text as it was written


@dataclass(frozen=True, slots=True)
class Branding:
    """All of it; the pages in the order of the menu, those that stand in it."""

    theme: Theme
    pages: tuple[TextPage, ...]
    logo: Logo | None = None
    logo_file: bytes = b""

    @property
    def menu(self) -> tuple[tuple[str, str], ...]:
        """Address and title of the pages in the menu; the page about the mirror is the last."""
        own = ((page.address, page.title) for page in self.pages if page.address not in _OWN)
        return (*own, (urls.ABOUT, "Om"))

    def parts(self) -> Iterator[bytes]:
        """Everything that decides what the site looks like, for its fingerprint."""
        for page in self.pages:
            yield from (page.address.encode(), page.source.encode("utf-8", "surrogatepass"))
        for place, path in self.theme.files().items():
            yield from (place.encode("utf-8", "surrogatepass"), path.read_bytes())
        yield self.logo_file


def read_branding(configuration: Configuration) -> Branding:
    """Reads and checks theme, pages, glossary and logo; raises ConfigurationError for the first that is not right."""
    theme = Theme(configuration.theme)
    check_theme(theme)
    glossary_of(theme)
    _check_content(configuration)
    pages = _pages(configuration.content, theme)
    if configuration.logo is None:
        return Branding(theme, pages)
    logo, file = read_logo(configuration.logo, configuration.settings.site.logo_alt)
    return Branding(theme, pages, logo, file)


def _check_content(configuration: Configuration) -> None:
    """Raises ConfigurationError for a content folder that is none: the operator's own pages would be missing unsaid."""
    folder, is_set = configuration.content, configuration.settings.site.content != CONTENT
    try:
        if folder.is_dir():
            next(folder.iterdir(), None)  # a folder that can't be read would pass for an empty one
    except OSError as error:
        raise ConfigurationError(
            f"site.content: {folder} can't be read ({error.strerror}); correct its rights"
        ) from error
    if not folder.is_dir() and (is_set or os.path.lexists(folder)):  # `init` writes the default, which may be missing
        raise ConfigurationError(f"site.content: {folder} is no folder; make it, or correct site.content")


def _pages(folder: Path, theme: Theme) -> tuple[TextPage, ...]:
    files = _content_files(folder)
    for address in _OWN:
        files.setdefault(address, theme.text(f"{address.removesuffix('.html')}.md"))
    return tuple(_page(address, path, _text(path, folder), files) for address, path in files.items())


def _text(path: Path, content: Path) -> str:
    """A page's text; the operator's own is read with more care than what the program or a checked theme brings."""
    if path.parent != content:
        return read_text(path)
    try:
        return read_own(path, content, LARGEST).decode("utf-8")
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path}: can't be read as UTF-8 text ({error}); save it as UTF-8") from error


def _content_files(folder: Path) -> dict[str, Path]:
    """The operator's Markdown by address: numbered files first, in the order of their numbers, then by name."""
    found: list[tuple[float, str, Path]] = []
    for path in sorted(folder.glob("*.md")) if folder.is_dir() else ():
        match = _NAME.fullmatch(path.name)
        if match is None:
            better = re.sub(r"[^0-9a-z_-]+", "-", urls.fold(path.stem)).strip("-_") or "side"
            raise ConfigurationError(
                f"{path}: the name becomes an address, so it is made of a-z, 0-9, - and _; call it {better}.md"
            )
        found.append((int(match[1]) if match[1] else float("inf"), f"{match[2]}.html", path))
    files: dict[str, Path] = {}
    for _, address, path in sorted(found):
        if address in _TAKEN:
            raise ConfigurationError(f"{path}: the site has a page of its own at {address}; give the file another name")
        if address in files:
            raise ConfigurationError(f"{path}: {files[address].name} becomes {address} too; rename one of them")
        files[address] = path
    return files


def _page(address: str, path: Path, text: str, files: dict[str, Path]) -> TextPage:
    addresses = {other.name: at for at, other in files.items()}

    def link_to(file: str) -> str:
        name = unquote(file).removeprefix("./")
        if name not in addresses:
            raise ConfigurationError(f"{path}: leads to {file}, which is not there{did_you_mean(name, addresses)}")
        return addresses[name]

    text = text.removeprefix("\ufeff")
    title = heading_of(text) or address.removesuffix(".html").replace("-", " ").capitalize()
    body = editorial(text, link_to)
    if "<h1" not in body:
        body = Markup("<h1>{}</h1>\n").format(title) + body
    return TextPage(address, title, first_words(text), body, text)
