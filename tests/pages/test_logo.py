"""A logo: its size, and nothing in it that could run or be fetched."""

import struct
from pathlib import Path
from xml.etree import ElementTree

import pytest

from generator.errors import ConfigurationError
from generator.pages.logo import read_logo

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 80 40"'


def cleaned(tmp_path: Path, inside: str, attributes: str = "") -> str:
    path = tmp_path / "logo.svg"
    path.write_text(f"{HEAD} {attributes}>{inside}</svg>", encoding="utf-8")
    return read_logo(path, "")[1].decode("utf-8")


@pytest.mark.parametrize(
    "harm",
    [
        "<script>evil()</script>",
        '<script xlink:href="evil.js"/>',
        '<g onload="evil()"><path d="M0 0"/></g>',
        '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><img src="evil"/></body></foreignObject>',
        '<a href="javascript:evil()"><path d="M0 0"/></a>',
        '<use href="https://evil/x.svg#a"/>',
        '<use xlink:href="data:image/svg+xml;base64,evil"/>',
        '<image href="https://evil/x.png"/>',
        '<image href="data:image/svg+xml;base64,evil"/>',
        '<set attributeName="href" to="javascript:evil()"/>',
        "<style>@import url(https://evil/x.css);</style>",
        "<style>.a{fill:url(https://evil/x)}</style>",
        "<style>.a{fill:u\\72l(https://evil/x)}</style>",
        '<path d="M0 0" style="fill:url( \'https://evil/x\')"/>',
        '<path d="M0 0" fill="URL(//evil/x)"/>',
        '<h:script xmlns:h="http://www.w3.org/1999/xhtml">evil()</h:script>',
        '<script xmlns="">evil()</script>',
        "<feImage href='https://evil/x'/>",
    ],
)
def test_what_could_run_or_be_fetched_is_gone(tmp_path: Path, harm: str) -> None:
    svg = cleaned(tmp_path, f'{harm}<path d="M1 2"/>')
    assert "evil" not in svg and "javascript" not in svg
    assert '<path d="M1 2"' in svg, "the drawing stays"


def test_a_drawing_stays_as_it_is(tmp_path: Path) -> None:
    inside = (
        '<title>Prøve Kommune</title><defs><linearGradient id="g"><stop offset="0"/></linearGradient></defs>'
        '<style>.a{fill:url(#g)}</style><g class="a" transform="scale(2)"><path d="M0 0" style="fill:url(#g)"/>'
        '<use xlink:href="#g"/><image href="data:image/png;base64,iVBO"/></g>'
    )
    root = ElementTree.fromstring(cleaned(tmp_path, inside, 'onload="x()"'))
    assert root.attrib == {"viewBox": "0 0 80 40"}
    tags = [element.tag.rpartition("}")[2] for element in root.iter()]
    assert tags == ["svg", "title", "defs", "linearGradient", "stop", "style", "g", "path", "use", "image"]
    assert root.find(".//{*}use").get("href") == "#g"  # type: ignore[union-attr]
    assert (root.find(".//{*}path") or root).tag != "x" and root.find(".//{*}path").get("style")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("attributes", "width"),
    [('viewBox="0 0 80 40"', 72), ('width="20px" height="10"', 72), ('viewBox="0,0,40,80" width="1" height="1"', 18)],
)
def test_the_width_follows_from_the_drawing(tmp_path: Path, attributes: str, width: int) -> None:
    path = tmp_path / "logo.svg"
    path.write_text(f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}/>', encoding="utf-8")
    logo, _ = read_logo(path, "Prøve Kommune")
    assert (logo.address, logo.alt, logo.width, logo.height) == ("logo.svg", "Prøve Kommune", width, 36)


def test_a_png_is_copied(tmp_path: Path) -> None:
    data = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 300, 100) + b"rest"
    (tmp_path / "a.PNG").write_bytes(data)
    logo, file = read_logo(tmp_path / "a.PNG", "")
    assert (logo.address, logo.width, file) == ("logo.png", 108, data)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.svg", b"", "can't be read as SVG"),
        ("x.svg", b"<svg", "can't be read as SVG"),
        ("x.svg", b"<svg viewBox='0 0 1 1'/>", "is no SVG drawing"),
        ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "tells no size"),
        ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 0 1'/>", "tells no size"),
        ("x.svg", b"<!DOCTYPE svg [<!ENTITY a 'b'>]><svg/>", "declares entities"),
        ("x.png", b"GIF89a", "is no PNG file"),
        ("y.png", None, "can't be read"),
    ],
)
def test_what_is_no_logo_is_refused(tmp_path: Path, name: str, content: bytes | None, said: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ConfigurationError, match=said) as caught:
        read_logo(tmp_path / name, "")
    assert "\n" not in str(caught.value)
