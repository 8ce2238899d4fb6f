"""Every address of the site, from the site's root, without a leading slash."""

import hashlib
import re
import unicodedata

from generator.register.vocabulary import paragraph_identity, parse_paragraph

_SAFE_ID = re.compile(r"[0-9a-z][0-9a-z_-]{0,63}")
_HASHED = re.compile(r"x-[0-9a-f]{16}")
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])")  # names that Windows keeps for itself
_FOLD = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})

START = "index.html"
SEARCH = "soeg.html"
CEASED = "ophoerte.html"
ABOUT = "om.html"
NOT_FOUND = "404.html"
CHANGES = "aendringer/index.html"
ALL_CHANGES = "aendringer/feed.xml"


def offer(tilbuds_id: str) -> str:
    """An offer's page."""
    return f"tilbud/{safe_name(tilbuds_id)}.html"


def version(tilbuds_id: str, number: str) -> str:
    """A version on an offer's page."""
    return f"{offer(tilbuds_id)}#version-{number}"


def municipality(code: str) -> str:
    """A municipality's list."""
    return f"kommune/{safe_name(code)}.html"


def paragraph(text: str) -> str:
    """The list of a paragraph, under what the law calls it now."""
    identity = paragraph_identity(text)
    if parse_paragraph(text) is None:
        return f"grundlag/{slug(identity)}.html"
    law, number, stk, nr = identity.split("/")
    return f"grundlag/{slug(' '.join(filter(None, (law, number, stk, nr if stk or not nr else f'nr {nr}'))))}.html"


def target_group(name: str) -> str:
    """A target group's list."""
    return f"maalgruppe/{slug(name)}.html"


def authority(name: str) -> str:
    """A supervising authority's list."""
    return f"socialtilsyn/{slug(name)}.html"


def company(cvr: str) -> str:
    """The page of a company with all its parts in offers; a CVR number written in groups is the same number."""
    return f"virksomhed/{safe_name(''.join(cvr.split()))}.html"


def month(year: int, number: int, part: int = 1) -> str:
    """The changes of a month; one that is too long for a page has further parts."""
    return f"aendringer/{year:04}-{number:02}{f'-{part}' if part > 1 else ''}.html"


def feed(address: str) -> str:
    """The Atom feed of what a list page lists: "kommune/0751.html" → "aendringer/kommune/0751.xml"."""
    return f"aendringer/{address.removesuffix('.html')}.xml"


def safe_name(identifier: str) -> str:
    """An id as a file name: as it stands if that is safe everywhere, else a hash of it."""
    # An id that looks like one of our hashes is hashed too, or it could take the page of another.
    if _SAFE_ID.fullmatch(identifier) and not _DEVICE.fullmatch(identifier) and not _HASHED.fullmatch(identifier):
        return identifier
    return f"x-{hashlib.sha256(identifier.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


def slug(name: str) -> str:
    """A name as a file name; with 6 hex of its hash whenever the folding lost more than case and Danish letters."""
    folded = " ".join(unicodedata.normalize("NFC", name).split()).casefold()
    ascii_only = re.sub(r"[^a-z0-9]+", "-", folded.translate(_FOLD)).strip("-")[:60]
    kept = ascii_only.replace("-", " ") == folded.translate(_FOLD) and not _DEVICE.fullmatch(ascii_only)
    if kept and ascii_only:
        return ascii_only
    suffix = hashlib.sha256(folded.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    return f"{ascii_only}-{suffix}" if ascii_only else f"x-{suffix}"


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


def mail(address: str | None) -> str | None:
    """A mail address from the data, if it is nothing but one."""
    text = (address or "").strip()
    return text if re.fullmatch(r"[^\s@<>\"'?&,;:]+@[^\s@<>\"'?&,;:]+\.[^\s@<>\"'?&,;:]+", text) else None
