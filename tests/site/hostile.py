"""Documents that somebody made on purpose, and what must hold of a site that is built of them: for the tests and
`benchmarks.hostile`.

Every text of every document is replaced by one that would do harm where it is not taken as a text: at one place in one
version, at another in the next. Nothing is drawn that a seed doesn't draw again.
"""

import csv
import io
import json
import random
import re
import zlib
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import orjson

from generator.demo import dump_lines
from tests.support.register import run_ok

HARM = "window.harm=1"
ELSEWHERE = "evil.example"  # nobody's; a request to it fails the test, and comes to nothing
ARABIC = "دار السلام"

TEXTS = (
    f"<script>{HARM}</script>",
    f"</script><script>{HARM}</script>",
    f"</title></textarea></style></noscript></option></svg><script>{HARM}</script>",
    f'"><img src=x onerror={HARM}>',
    f"'><svg onload={HARM}>",
    f"' onmouseover='{HARM}' autofocus onfocus='{HARM}",
    f'" onmouseover="{HARM}" autofocus onfocus="{HARM}',
    f"`${{{HARM}}}`",
    f'\\");{HARM};("',
    f"\\u003cscript\\u003e{HARM}\\u003c/script\\u003e",
    f"%3Cscript%3E{HARM}%3C/script%3E",
    f"&lt;script&gt;{HARM}&lt;/script&gt;&#x3c;b&#62;&amp;amp;",
    f"javascript:{HARM}",
    f"JaVaScRiPt\t:{HARM}//https://",
    f"data:text/html,<script>{HARM}</script>",
    f"vbscript:{HARM}",
    f"https://{ELSEWHERE}/x.js",
    f"//{ELSEWHERE}/x",
    f"https://user:pass@{ELSEWHERE}/",
    f"https://{ELSEWHERE}/\"onmouseover=\"{HARM}",
    f"www.{ELSEWHERE}/<b>",
    f"a@b.dk?body=<script>{HARM}</script>&cc=x@{ELSEWHERE}",
    f"<iframe src=https://{ELSEWHERE}></iframe>",
    f"<base href=https://{ELSEWHERE}/>",
    f'<meta http-equiv="refresh" content="0;url=https://{ELSEWHERE}/">',
    f"<form action=https://{ELSEWHERE}/><input name=q><button>Søg</button></form>",
    f"<style>@import url(https://{ELSEWHERE}/x.css)</style><link rel=stylesheet href=https://{ELSEWHERE}/x.css>",
    f"<img src=https://{ELSEWHERE}/x.png><object data=https://{ELSEWHERE}/x></object>",
    "<!-- ", "--> ]]> <![CDATA[ <?xml", "<b>fed</b> <i>kursiv", "</main></body></html>", "<plaintext>",
    "</bdi></bdi></p>",
    "{{ 7*7 }}{% raw %}{{ site.__class__ }}{# #}", "{{ cycler.__init__.__globals__ }}",
    "${7*7} #{7*7} <%= 7*7 %>", "%s %d {0} {navn}",
    "en\u2028linje\u2029til\x0b\x0c\x85og",
    "nul\x00esc\x1b[31mrød\x07\x7f\x9b31m",
    "Botilbud \u202eneremmaH\u202c 12", "\u2067\u2066\u2069 \u200f1\u200e2\u061c3", f"{ARABIC} 12 (bolig)",
    "בית 4 · 5 pladser",
    "alene \ud800 og \udfff", "ikke tegn \ufffe \uffff \ufdd0 \U0001ffff", "\ufeffmærke",
    "=cmd|' /C calc'!A0", "@SUM(1+9)*cmd|' /C calc'!A0", "+1+1", "-1+1", "\t=1+1", " \u202e=1+1", "＝1+1",
    "\n=HYPERLINK(\"https://evil.example\")",
    'citat " og \' og ; og \\', "a;b;c\nd;e", "😀👩‍👩‍👧🇩🇰", "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢", "W" * 1000, "ord " * 200,
    " ", "", "\u00a0\u200b\u00ad", "0", "null",
    "../../../etc/passwd", "..\\..\\x", "con", "constructor", "__proto__", "toString", "hasOwnProperty",
)  # fmt: skip
IDS = (
    "../x", "..\\x", "/etc/passwd", "C:\\x", "con", "CON", "aux.html", "nul", "lpt1", "com1.txt", "abc", "ABC", "Abc",
    "ab c",
    "a" * 200, "a" * 64, "a" * 65, ".", "..", ".htaccess", "index", "x/y", "x?y=1#z", "%2e%2e%2f", "😀", "æøå",
    "a\u030a",
    "x\u202ey", "nul\x00", "alene\ud800", ARABIC, f"<script>{HARM}</script>", f'"><img src=x onerror={HARM}>',
    "=cmd|' /C calc'!A0", f"javascript:{HARM}", "{{7*7}}", "x-0123456789abcdef", "0123456789abcdef", "__proto__",
    "constructor", "-", "_", "1e3", "01", "a\nb", "a\tb", "\ufeff1",
)  # fmt: skip
KEYS = (
    f"<img src=x onerror={HARM}>",
    "__proto__",
    "constructor",
    "a.b.c",
    "=1+1",
    "x\u202ey",
    "{{7*7}}",
    "\x00",
    "",
    "W" * 300,
)
NUMBERS: tuple[Any, ...] = (
    -1,
    0,
    10**30,
    1e308,
    -0.5,
    True,
    None,
    "12",
    "tolv",
    [],
    {},
    [1, 2],
    {"a": 1},
    f"<script>{HARM}</script>",
)
VERSIONS = ("1", "2")
FILED = ("status", "gyldigFra", "gyldigTil", "sidstIndlaest")
TURNS = (0, 1)  # what is pulled first, and what is served instead later


def documents(offers: int, seed: int = 1, turned: int = 0) -> list[dict[str, Any]]:
    """The documents of so many offers, each with hostile texts in the place of its own; `turned` gives others."""
    made = [orjson.loads(line) for line in dump_lines(offers, seed)]
    made = [document for document in made if _is_used(document["_source"].get("TilbudEnvelope"))]
    known = list(dict.fromkeys(document["_source"]["TilbudEnvelope"]["tilbudsId"] for document in made))
    spoiler = _Spoiler(random.Random(seed + turned), Counter())
    for _ in range(turned * 5):
        spoiler.text("")
    for document in made:
        envelope = document["_source"]["TilbudEnvelope"]
        offer = known.index(envelope["tilbudsId"])
        tilbud = envelope["tilbud"] = spoiler.spoilt(envelope["tilbud"], "")
        tilbud[KEYS[offer % len(KEYS)]] = spoiler.text("unknown")
        tilbud["ukendt"] = {KEYS[(offer + 1) % len(KEYS)]: [spoiler.text("unknown"), {"a": spoiler.text("unknown")}]}
        if offer < len(IDS):
            envelope["tilbudsId"] = tilbud["tilbudsId"] = IDS[offer]
            document["_id"] = f"{IDS[offer]}-{envelope['version']}"
        if offer % 9 == 8:  # not of all, or there would be no pages
            envelope[FILED[offer // 9 % len(FILED)]] = spoiler.text("filed")
    return made


def _is_used(envelope: Any) -> bool:
    """A version that can be read; of each offer the first few, for every one of them changes everything."""
    is_whole = isinstance(envelope, dict) and "tilbudsId" in envelope and isinstance(envelope.get("tilbud"), dict)
    return is_whole and str(envelope["version"]) in VERSIONS


@dataclass(frozen=True, slots=True)
class _Spoiler:
    """Puts other leaves into documents; each place has every text in turn."""

    chance: random.Random
    taken: Counter[str]  # how many texts a place has had

    def text(self, path: str) -> str:
        """The next for this place."""
        self.taken[path] += 1
        return TEXTS[(self.taken[path] + zlib.crc32(path.encode()) + self.taken[""] * 11) % len(TEXTS)]

    def spoilt(self, value: Any, path: str) -> Any:
        """The same with other leaves: nearly every text another one, now and then a number that is none."""
        if isinstance(value, dict):
            return {key: self.spoilt(inner, f"{path}.{key}") for key, inner in value.items()}
        if isinstance(value, list):
            return [self.spoilt(inner, f"{path}[]") for inner in value]
        if isinstance(value, str) or value is None:
            # Some stay as they are: lists and filters are made of what offers have in common.
            return value if self.chance.random() < 0.3 else self.text(path)
        return value if self.chance.random() < 0.8 else self.chance.choice(NUMBERS)


def write_documents(path: Path, made: list[dict[str, Any]]) -> Path:
    """As elasticdump writes them; lone surrogates and numbers beyond 64 bits are more than orjson takes."""
    path.write_text("".join(f"{json.dumps(document)}\n" for document in made), encoding="ascii")
    return path


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Where a document has something that is neither an object nor a list, and what."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, f"{path}[]")
    else:
        yield path, value


def build(folder: Path, offers: int, seed: int) -> Path:
    """A register of such documents, pulled twice with other texts, and its site."""
    run_ok("demo", folder, "--offers", "1", folder=folder.parent)
    for turned in TURNS:
        write_documents(folder / "hostile.ndjson", documents(offers, seed, turned))
        run_ok("pull", "--from", "hostile.ndjson", "--complete", "--accept-loss", folder=folder)
    run_ok("build", folder=folder)
    return folder / "site"


# ---- What must hold of the files -----------------------------------------------------------------

_NAME = re.compile(r"[0-9a-z][0-9a-z_-]*(\.[0-9a-z]+)+|search|data|[a-z]+")
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
_CONTROLS = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u061b\u061d-\u200d\u2010-\u2029\u202f-\u2065\u2070-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010fffd]"
)
_ESCAPED = re.compile(
    r"(?<!\\)(?:\\\\)*\\(?:[bf]|u(?:00[01][0-9a-f]|007f|00[89][0-9a-f]|061c|200[ef]|202[a-e]|206[6-9a-f]|d[89a-f]))",
    re.IGNORECASE,
)
_ISOLATED = re.compile("\u2068[^\u2066-\u2069]*\u2069")
_VOID = {"meta", "link", "br", "img", "input", "base", "hr", "wbr", "col", "source"}


def check_names(site: Path) -> None:
    """No name but plain ones, none twice in letters of another size, none that a system keeps for itself."""
    for path in site.rglob("*"):
        assert not path.is_symlink(), path
        if path.name != ".tilbudsspejl.json":
            assert _NAME.fullmatch(path.name) and not _DEVICE.fullmatch(path.name) and len(path.name) < 90, path
    names = Counter(path.relative_to(site).as_posix().casefold() for path in site.rglob("*"))
    assert [name for name, times in names.items() if times > 1] == []


def check_files(site: Path) -> None:
    """No file holds what turns a line or HTML forbids; pages are well-formed, feeds are XML, tables have no formula."""
    for file in sorted(site.rglob("*.*")):
        text = unpacked(file)
        plain = _ISOLATED.sub("", text) if file.suffix in (".html", ".xml") else text
        assert (found := _CONTROLS.search(plain)) is None, (file, found)
        if file.suffix == ".js" and file.name != "site.js" and file.parent != site:
            assert (found := _ESCAPED.search(plain)) is None, (file, plain[found.start() - 40 : found.end() + 40])
        if file.suffix == ".html":
            check_page(file, text)
        elif file.suffix == ".xml":
            ElementTree.fromstring(text)
        elif file.suffix == ".csv":
            check_table(file, text)


def unpacked(file: Path) -> str:
    """What a file says; the long texts of the search are packed."""
    text = file.read_text(encoding="utf-8")
    if file.name.startswith("texts-"):
        packed = json.loads(text[text.index(",") + 1 : text.rindex(")")])
        return zlib.decompress(b64decode(packed), -15).decode()
    return text


def check_table(file: Path | str, text: str) -> None:
    """No cell begins with what a spreadsheet takes for a formula."""
    for row in csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"):
        for cell in row:
            assert not re.match(r"[\s\u200b\ufeff]*[=+@＝＋－＠]|\s*-[^\d]|[\t\r]", cell), (file, cell)


class _Strict(HTMLParser):
    """Reads a page and complains of whatever our own templates would never write."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.file, self.open, self.ids = file, list[str](), Counter[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        where = (self.file, self.getpos(), tag, attrs)
        assert len(given) == len(attrs), where
        assert tag not in {"iframe", "object", "embed", "base", "style", "frame", "applet", "plaintext", "math"}, where
        assert not [name for name in given if name.startswith("on") or name in ("style", "srcdoc", "formaction")], where
        assert all(re.fullmatch(r"[a-zA-Z:-]+[0-9]?", name) for name in given), where
        if tag == "script":
            assert re.fullmatch(r"(\.\./)*/?[a-z]+\.js", given["src"] or ""), where
        if tag == "form":
            assert given.get("action") is None or re.fullmatch(r"(\.\./)*/?soeg\.html", given["action"] or ""), where
        if tag == "meta":
            assert given.get("http-equiv") in (None, "Content-Security-Policy"), where
        for name in ("href", "src", "action", "data", "poster", "xlink:href"):
            assert re.match(r"(?!//)(https?://|mailto:|tel:\+?\d+$|[#./a-z0-9?][^:]*$)", given.get(name) or "#"), where
        self.ids[given.get("id") or ""] += 1
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, (self.file, self.getpos(), tag)

    def handle_comment(self, data: str) -> None:
        raise AssertionError((self.file, self.getpos(), data))

    def handle_pi(self, data: str) -> None:
        raise AssertionError((self.file, self.getpos(), data))


def check_page(file: Path, text: str) -> None:
    """Every element is closed, in order, and none of them is the data's."""
    parser = _Strict(file)
    parser.feed(text)
    parser.close()
    assert parser.open == [], file
    del parser.ids[""]
    assert [name for name, times in parser.ids.items() if times > 1] == [], file


# ---- What must hold in a browser -----------------------------------------------------------------


def addresses(site: Path, offers: int = 10**9) -> list[str]:
    """Pages to open: of each folder but the offers' the largest, so many offers, and what an address can ask for."""
    found = [page.name for page in sorted(site.glob("*.html")) if page.name != "404.html"]
    for folder in sorted({page.parent for page in site.rglob("*/*.html")} - {site / "tilbud"}):
        largest = max(folder.glob("*.html"), key=lambda page: (page.stat().st_size, page.name))
        found.append(largest.relative_to(site).as_posix())
    names = [page.stem for page in sorted((site / "tilbud").glob("*.html"))][
        :: max(1, len(list((site / "tilbud").glob("*.html"))) // offers)
    ]
    found += [f"tilbud/{name}.html" for name in names]
    found += [
        f"tilbud/{name}.html?{asked}" for name in names[:3] for asked in ("version=1", "fra=1&til=2", "dato=2022-02-02")
    ]
    found += [
        f"sammenlign.html?{'&'.join(f'id={name}' for name in names[at : at + 4])}"
        for at in range(0, min(12, len(names)), 4)
    ]
    asked = (
        "script",
        "%3Cimg+src%3Dx+onerror%3Dwindow.harm%3D1%3E",
        "%00%1B%E2%80%AE",
        "cmd+calc",
        "%22%3E%3Csvg+onload%3Dwindow.harm%3D1%3E",
    )
    found += [f"soeg.html?q={query}" for query in asked]
    found += [f"soeg.html?kommune={asked[1]}&alder={asked[1]}&siden={asked[1]}&sorter=__proto__&enhed=constructor"]
    found += [
        f"sammenlign.html?id={asked[1]}&id=__proto__",
        f"tilbud/{names[0]}.html?version=__proto__&fra={asked[1]}#{asked[1]}",
    ]
    months = [page for page in found if re.match(r"aendringer/2", page)]
    found += [f"{page}?slags={asked[1]}&kommune=constructor" for page in months]
    return found


_SETTLED = (
    ("soeg", "#resultater[data-search=done]"),
    ("sammenlign", "#status:not(:empty)"),
    ("tilbud", "#dengang:not([hidden])"),
)


class Watch:
    """Whatever a browser does that a text must not make it do."""

    def __init__(self, page: Any, root: str) -> None:
        self.page, self.root, self.seen = page, root, list[str]()
        self.address = ""
        page.on("console", lambda said: self._note(f"console {said.type}: {said.text}"))
        page.on("pageerror", lambda error: self._note(f"error: {error}"))
        page.on("dialog", self._dismiss)
        page.on("request", self._look)
        page.on("popup", lambda popup: self._note(f"popup: {popup.url}"))

    def _note(self, what: str) -> None:
        # A comparison with an offer that isn't there asks for it.
        if "sammenlign.html?id=" not in self.address or "ERR_FILE_NOT_FOUND" not in what:
            self.seen.append(f"{self.address}: {what[:300]}")

    def _dismiss(self, dialog: Any) -> None:
        self._note(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _look(self, request: Any) -> None:
        if not request.url.startswith(self.root):
            self._note(f"request: {request.url}")

    def open(self, address: str) -> None:
        """Opens a page, waits until its scripts are done, and looks whether another's has run."""
        self.address = address
        self.page.goto(self.root + address)
        if shown := next((done for start, done in _SETTLED if address.startswith(start) and "?" in address), None):
            self.page.wait_for_selector(shown, state="attached")
        if self.page.evaluate("() => 'harm' in window || '49' === document.title || 'harm' in Object.prototype"):
            self._note("another's script has run")
        if self.page.url.partition("?")[0] != (self.root + address).partition("?")[0]:
            self._note(f"is now at {self.page.url}")
