"""What search engines are told: `sitemap.xml`, and where it is."""

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from generator.pages import urls

LIMIT = 50_000  # addresses that the protocol allows in one file
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def sitemaps(addresses: Sequence[str], base_url: str, limit: int = LIMIT) -> Iterator[tuple[str, str]]:
    """Name and content of each file, for absolute addresses; more than one file has an index in its place."""
    slices = [addresses[start : start + limit] for start in range(0, len(addresses), limit)]
    if len(slices) <= 1:
        yield urls.SITEMAP, _listing("urlset", "url", addresses)
        return
    names = [urls.SITEMAP.replace(".", f"-{number}.") for number in range(1, len(slices) + 1)]
    yield urls.SITEMAP, _listing("sitemapindex", "sitemap", [f"{base_url}/{name}" for name in names])
    for name, part in zip(names, slices, strict=True):
        yield name, _listing("urlset", "url", part)


def robots(base_url: str) -> str:
    """Everything may be read, and here is the list of it."""
    return f"User-agent: *\nDisallow:\n\nSitemap: {base_url}/{urls.SITEMAP}\n"


def _listing(kind: str, item: str, addresses: Sequence[str]) -> str:
    rows = "".join(f"<{item}><loc>{escape(address)}</loc></{item}>\n" for address in addresses)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{kind} xmlns="{_NAMESPACE}">\n{rows}</{kind}>\n'
