"""The operator's logo: its size, and a drawing without anything that could run or be fetched.

What is published of a drawing is written anew from what was read, so that both are the same for every reader.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from generator.errors import ConfigurationError
from generator.resources import read_own

HEIGHT = 36  # px
LARGEST = 1_000_000  # bytes
LONGEST = 10_000  # px of a side; a picture may unpack to much more than its file
DEEPEST = 100  # elements inside each other

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
_PNG = b"\x89PNG\r\n\x1a\n"
_ELEMENTS = {
    "svg", "g", "defs", "symbol", "use", "title", "desc", "style", "path", "rect", "circle", "ellipse", "line",
    "polyline", "polygon", "text", "tspan", "textPath", "image", "linearGradient", "radialGradient", "stop", "clipPath",
    "mask", "pattern", "marker", "switch", "filter", "feBlend", "feColorMatrix", "feComponentTransfer", "feComposite",
    "feDropShadow", "feFlood", "feFuncA", "feFuncB", "feFuncG", "feFuncR", "feGaussianBlur", "feMerge", "feMergeNode",
    "feMorphology", "feOffset",
}  # fmt: skip
_EMBEDDED = re.compile(r"data:image/(png|jpeg|webp);base64,[A-Za-z0-9+/=\s]*")
# What CSS can fetch or hide: addresses outside the drawing, rules such as @import, escapes.
_FETCHES = re.compile(r"@|\\|url\(\s*+[\"']?+\s*+(?!#)|image(-set)?\(|src\(", re.IGNORECASE)
_LENGTH = re.compile(r"(\d++(?:\.\d++)?|\.\d++)(px)?")


@dataclass(frozen=True, slots=True)
class Logo:
    """A logo as every page shows it."""

    address: str
    alt: str
    width: int
    height: int = HEIGHT


def read_logo(path: Path, alt: str) -> tuple[Logo, bytes]:
    """The logo and the file's content, as the site has it; raises ConfigurationError if it is no SVG or PNG."""
    try:
        data = read_own(path, path.parent, LARGEST)
    except ConfigurationError as error:
        raise ConfigurationError(f"site.logo: {error}") from error
    suffix = path.suffix.lower()
    if suffix == ".svg":
        data, width, height = _clean_svg(data, path)
    else:
        width, height = _png_size(data, path)
    if max(width, height) > LONGEST:
        raise ConfigurationError(f"site.logo: {path}: a side of more than {LONGEST} px; export it smaller")
    return Logo(f"logo{suffix}", alt, max(1, round(HEIGHT * width / height))), data


def _png_size(data: bytes, path: Path) -> tuple[float, float]:
    width, height = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    if not data.startswith(_PNG) or data[12:16] != b"IHDR" or not width or not height:
        raise ConfigurationError(f"site.logo: {path}: is no PNG file; export it again as PNG or SVG")
    return width, height


def _clean_svg(data: bytes, path: Path) -> tuple[bytes, float, float]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"site.logo: {path}: is not UTF-8 ({error}); export it as UTF-8") from error
    # Entities are the one thing in XML that can grow or fetch while it is read. The text is read, not the bytes: so no
    # declared encoding can hide them.
    for declaration in ("<!DOCTYPE", "<!ENTITY"):
        if declaration in text:
            raise ConfigurationError(
                f"site.logo: {path}: has a {declaration}; take that line out, or export it as plain SVG"
            )
    try:
        parser = ElementTree.XMLParser(target=_Drawing())
        parser.feed(text)
        root = parser.close()
    except _TooDeep as error:
        raise ConfigurationError(
            f"site.logo: {path}: has more than {DEEPEST} elements inside each other; export it as a simpler drawing"
        ) from error
    except (ElementTree.ParseError, LookupError, ValueError) as error:
        raise ConfigurationError(f"site.logo: {path}: can't be read as SVG ({error}); export it again") from error
    if root.tag != f"{_SVG}svg":
        raise ConfigurationError(f"site.logo: {path}: is no SVG drawing; export it again as SVG or PNG")
    width, height = _svg_size(root, path)
    _clean(root)
    root.set("xmlns", _SVG[1:-1])
    return ElementTree.tostring(root, encoding="utf-8"), width, height


class _TooDeep(Exception):  # caught where the file's name is known
    """Elements are nested deeper than any drawing needs."""


class _Drawing(ElementTree.TreeBuilder):
    """A tree of limited depth."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> ElementTree.Element:
        """Opens an element."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise _TooDeep
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> ElementTree.Element:
        """Closes it."""
        self._depth -= 1
        return super().end(tag)


def _svg_size(root: ElementTree.Element, path: Path) -> tuple[float, float]:
    box = re.split(r"[\s,]+", root.get("viewBox", "").strip())
    lengths = box[2:] if len(box) == 4 else [root.get("width", ""), root.get("height", "")]
    numbers = [_LENGTH.fullmatch(length) for length in lengths]
    width, height = (float(number[1]) if number else 0.0 for number in numbers)
    if width <= 0 or height <= 0:
        raise ConfigurationError(f"site.logo: {path}: tells no size; give it a viewBox, or width and height in px")
    return width, height


def _clean(element: ElementTree.Element) -> None:
    """Keeps the elements and attributes that draw, by names without a namespace's prefix."""
    element.tag = element.tag.removeprefix(_SVG)
    kept = {}
    for name, value in element.attrib.items():
        plain = "href" if name == _XLINK_HREF else name
        if plain.startswith(("{", "on")) or _FETCHES.search(value):
            continue
        if (
            plain == "href"
            and not value.startswith("#")
            and not (element.tag == "image" and _EMBEDDED.fullmatch(value))
        ):
            continue
        kept[plain] = value
    element.attrib = kept
    for child in list(element):
        known = isinstance(child.tag, str) and child.tag.startswith(_SVG) and child.tag.removeprefix(_SVG) in _ELEMENTS
        # Of a style with elements in it a browser reads only the text between them.
        is_style = child.tag == f"{_SVG}style"
        fetches = is_style and (len(child) > 0 or _FETCHES.search(child.text or "") is not None)
        if known and not fetches:
            _clean(child)
        else:
            element.remove(child)
