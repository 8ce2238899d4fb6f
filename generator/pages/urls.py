"""Every address of the site, from the site's root, without a leading slash."""

import hashlib
import re
from urllib.parse import quote

from generator.register.model.text import DANISH_IN_ASCII, normalized
from generator.register.model.vocabulary import paragraph_identity, parse_paragraph

_SAFE_ID = re.compile(r"[0-9a-z][0-9a-z_-]{0,63}")
_HASHED = re.compile(r"x-[0-9a-f]{16}")
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])")  # names that Windows keeps for itself

START = "index.html"
SEARCH = "soeg.html"
CEASED = "ophoerte.html"
NEW = "nye.html"
MAP = "kort.html"
COMPANIES = "virksomheder.html"
ABOUT = "om.html"
COMPARE = "sammenlign.html"
NOT_FOUND = "404.html"
GLOSSARY = "ordliste.html"
PRIVACY = "privatliv.html"
COLOURS = "farver.css"
EDITION = "edition.js"
SITEMAP = "sitemap.xml"
ROBOTS = "robots.txt"
CHANGES = "aendringer/index.html"
ALL_CHANGES = "aendringer/feed.xml"
STATISTICS = "statistik.html"
SEARCH_MANIFEST = "search/manifest.js"


def offer(tilbuds_id: str) -> str:
    """An offer's page."""
    return f"tilbud/{safe_name(tilbuds_id)}.html"


def states(tilbuds_id: str) -> str:
    """The script that holds an offer's states, loaded when a reader asks for one of them."""
    return f"tilbud/{safe_name(tilbuds_id)}.js"


def compare(tilbuds_id: str) -> str:
    """The comparison with one offer chosen; ids are as in file names, which is what the script loads."""
    return f"{COMPARE}?id={safe_name(tilbuds_id)}"


def version(tilbuds_id: str, number: str) -> str:
    """A version on an offer's page."""
    return f"{offer(tilbuds_id)}#version-{number}"


def listing(kind: str, key: str) -> str:
    """The list of what offers are listed under, by its kind and its key within the kind: "kommune/0751.html"."""
    return f"{kind}/{key}.html"


def paragraph_key(text: str) -> str:
    """A paragraph as it stands in addresses, under what the law calls it now: "SEL § 107" → "sel-107"."""
    identity = paragraph_identity(text)
    if parse_paragraph(text) is None:
        return slug(identity)
    return _paragraph_slug(*identity.split("/"))


def paragraph_anchor(text: str) -> str:
    """A paragraph's place in the glossary, under the name that it has here, renamed since or not."""
    paragraph = parse_paragraph(text)
    return _paragraph_slug(*paragraph) if paragraph else slug(text)


def _paragraph_slug(law: str, number: str, stk: str, nr: str) -> str:
    return slug(" ".join(filter(None, (law, number, stk, nr if stk or not nr else f"nr {nr}"))))


def statistics(name: str) -> str:
    """A page of statistics; "" is the first one."""
    return f"statistik/{name}.html" if name else STATISTICS


def statistics_file(name: str) -> str:
    """The figures of a page of statistics as CSV."""
    return f"data/statistik-{name or 'tilbud'}.csv"


def company_key(cvr: str) -> str:
    """A CVR number as it stands in addresses; one that is written in groups is the same number."""
    return safe_name("".join(cvr.split()))


def month(year: int, number: int, part: int = 1) -> str:
    """The changes of a month; one that is too long for a page has further parts."""
    return f"aendringer/{year:04}-{number:02}{f'-{part}' if part > 1 else ''}.html"


def feed(address: str) -> str:
    """The Atom feed of what a list page lists: "kommune/0751.html" → "aendringer/kommune/0751.xml"."""
    return f"aendringer/{address.removesuffix('.html')}.xml"


def latest(address: str) -> str:
    """The page beside that feed: "kommune/0751.html" → "aendringer/kommune/0751.html"."""
    return f"aendringer/{address}"


def safe_name(identifier: str) -> str:
    """An id as a file name: as it stands if that is safe everywhere, else a hash of it."""
    # An id that looks like one of our hashes is hashed too, or it could take the page of another.
    if _SAFE_ID.fullmatch(identifier) and not _DEVICE.fullmatch(identifier) and not _HASHED.fullmatch(identifier):
        return identifier
    return f"x-{hashlib.sha256(identifier.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


def slug(name: str) -> str:
    """A name as a file name; with 6 hex of its hash whenever the folding lost more than case and Danish letters."""
    folded = " ".join(normalized("NFC", name).split()).casefold()
    ascii_only = re.sub(r"[^a-z0-9]+", "-", folded.translate(DANISH_IN_ASCII)).strip("-")[:60]
    kept = ascii_only.replace("-", " ") == folded.translate(DANISH_IN_ASCII) and not _DEVICE.fullmatch(ascii_only)
    if kept and ascii_only:
        return ascii_only
    suffix = hashlib.sha256(folded.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    return f"{ascii_only}-{suffix}" if ascii_only else f"x-{suffix}"


def fold(text: str) -> str:
    """The text in small letters, æ, ø and å as two."""
    return normalized("NFC", text).casefold().translate(DANISH_IN_ASCII)


def root_of(address: str) -> str:
    """The way from a page to the site's root: "" or "../"."""
    return "../" * address.count("/")


def outside(url: str | None) -> str | None:
    """An address from the data, if a reader may be sent there: http or https with a host, nothing else."""
    text = (url or "").strip()
    if re.fullmatch(r"https?://[^\s/?#\\@:]+(:\d+)?([/?#][^\s\\]*)?", text, re.IGNORECASE):
        return text
    if re.fullmatch(r"(www\.)?[a-z0-9æøå-]+(\.[a-z0-9æøå-]+)*\.[a-z]{2,}(/[^\s\\]*)?", text, re.IGNORECASE):
        return f"https://{text}"
    return None


def phone(number: str) -> str:
    """A telephone number from the data as an address to call; "" if it is none."""
    plain = re.sub(r"[\s.-]", "", number)
    return f"tel:{plain}" if re.fullmatch(r"\+?\d{5,15}", plain) else ""


def official(template: str, tilbuds_id: str) -> str:
    """An offer's page in the register itself, by the operator's `site.official_url`; "" where none is set."""
    return template.replace("{id}", quote(tilbuds_id, safe="", errors="surrogatepass"))


def mail(address: str | None) -> str | None:
    """A mail address from the data, if it is nothing but one."""
    text = (address or "").strip()
    found = re.fullmatch(r"[^\s@<>\"'?&,;:]+@([^\s@<>\"'?&,;:]+)", text)
    return text if found and "." in found[1][1:-1] else None
