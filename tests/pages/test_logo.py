"""A logo: its size, and nothing in it that could run or be fetched."""

import os
import struct
from collections.abc import Callable
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
        "<style>.a{fill:ur<title>x</title>l(https://evil/x)}</style>",
        "<style>.a{fill:url(" + " " * 9_000 + "'https://evil/x')}</style>",
        "<style>.a{fill:src('https://evil/x')}</style>",
        '<g xml:base="https://evil/"><path d="M0 0"/></g>',
        '<?xml-stylesheet href="https://evil/x.css"?>',
        "<!-- evil -->",
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
        ("x.svg", b"<!DOCTYPE svg [<!ENTITY a 'b'>]><svg/>", "has a <!DOCTYPE"),
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


BOMB = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-32", "utf-7", "cp037"])
def test_entities_are_refused_in_whatever_encoding(tmp_path: Path, encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE svg [<!ENTITY a "evil">{BOMB}]>{HEAD}>&i;</svg>'
    path = tmp_path / "logo.svg"
    path.write_bytes(text.encode(encoding))
    with pytest.raises(ConfigurationError, match=r"site\.logo: .*(has a <!DOCTYPE|is not UTF-8|can't be read as SVG)"):
        read_logo(path, "")


@pytest.mark.parametrize("declared", ["utf-16", "cp037", "utf-7", "iso-8859-1"])
def test_what_is_published_is_utf_8_whatever_was_declared(tmp_path: Path, declared: str) -> None:
    path = tmp_path / "logo.svg"
    path.write_text(f'<?xml version="1.0" encoding="{declared}"?>{HEAD}><title>Blåbær</title></svg>', encoding="utf-8")
    data = read_logo(path, "")[1]
    assert data.startswith(b"<svg ") and "Blåbær".encode() in data


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        ("<g>" * 50_000 + "</g>" * 50_000, "more than 100 elements inside each other"),
        ("<!--" + "x" * 1_000_000 + "-->", "1,000,000 are the most"),
    ],
)
def test_a_drawing_has_a_size_that_can_be_read(tmp_path: Path, inside: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        cleaned(tmp_path, inside)


@pytest.mark.parametrize("side", ["9" * 400, "10001", "9" * 900_000, "1" * 100_000 + "x"])
def test_a_side_has_a_length_that_can_be_shown(tmp_path: Path, side: str) -> None:
    path = tmp_path / "logo.svg"
    path.write_text(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} 1"/>', encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"a side of more than 10000 px|tells no size"):
        read_logo(path, "")
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 2**31, 1))
    with pytest.raises(ConfigurationError, match="a side of more than 10000 px"):
        read_logo(tmp_path / "a.png", "")


@pytest.mark.parametrize("name", ["logo.svg", "logo.png"])
@pytest.mark.parametrize(
    ("make", "said"),
    [
        (os.mkfifo, "is no file"),
        (Path.mkdir, "is no file"),
        (lambda path: path.symlink_to("/dev/zero"), "a link that leads out of"),
        (lambda path: path.symlink_to("/etc/passwd"), "a link that leads out of"),
        (lambda path: path.symlink_to(path), "can't be read"),
        (lambda path: path.symlink_to("nowhere"), "can't be read"),
    ],
)
def test_a_logo_is_a_file_in_its_folder(tmp_path: Path, name: str, make: Callable[[Path], object], said: str) -> None:
    make(tmp_path / name)
    with pytest.raises(ConfigurationError, match=rf"site\.logo: .*{name}: {said}"):
        read_logo(tmp_path / name, "")


def test_a_link_inside_of_its_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "logo-2.svg").write_text(f"{HEAD}/>", encoding="utf-8")
    (tmp_path / "logo.svg").symlink_to("logo-2.svg")
    assert read_logo(tmp_path / "logo.svg", "")[0].width == 72
