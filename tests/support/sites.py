"""What the tests of a built site share: the agreement they go by, and how its files are read."""

import base64
import json
import re
import zlib
from functools import cache
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup

from generator.demo import ODDITIES

AGREEMENT = """
reference = "2026-1234"
party = "Prøve Kommune"
valid_from = 2020-01-01
valid_until = 2099-12-31
environments = ["preprod"]
[audience.internal]
permit = ["*"]
unknown = true
history = true
ceased = true
"""


def tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


TEXTS = re.compile(rb'tilbudsspejlSoeg\("texts-[^"]+","([^"]+)"\);')


def everything(folder: Path) -> str:
    """All that a build lets out, the search index included, as one text; unpacked where it is packed."""
    files = [*tree(folder / "site").values(), *tree(folder / "register.sqlite.search").values()]
    packed = [match[1] for content in files if (match := TEXTS.match(content))]
    assert packed
    files += [zlib.decompress(base64.b64decode(text), -15) for text in packed]
    return b"\n".join(files).decode("utf-8", "replace")


@cache
def soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def kinds(site: Path) -> list[str]:
    """An address of every kind of page: those that there is one of, and the largest page of each folder."""
    found = sorted(page.name for page in site.glob("*.html"))
    for folder in sorted({page.parent for page in site.rglob("*/*.html")}):
        largest = max(folder.glob("*.html"), key=lambda page: (page.stat().st_size, page.name))
        found.append(largest.relative_to(site).as_posix())
    for oddity in (
        "ceased",
        "vanished",
        "nineteen_versions",
        "no_name",
        "order_given",
        "predecessor",
        "single_version",
    ):
        found.append(f"tilbud/{ODDITIES[oddity]}.html")
    nineteen = f"tilbud/{ODDITIES['nineteen_versions']}.html"
    found += [f"{nineteen}?version=3", f"{nineteen}?fra=2&til=9"]
    found.append(f"sammenlign.html?id={ODDITIES['renamed']}&id={ODDITIES['moved']}")
    found.append("soeg.html?q=autisme")
    return found


def states(site: Path, offer: str) -> dict[str, Any]:
    text = (site / "tilbud" / f"{offer}.js").read_text(encoding="utf-8")
    told: dict[str, Any] = json.loads(text.removeprefix("tilbudsspejlHistorik(").removesuffix(");\n"))
    return told


def months(site: Path) -> list[Path]:
    return sorted(path for path in (site / "aendringer").glob("*.html") if path.name != "index.html")
