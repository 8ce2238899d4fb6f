"""Markdown of the operator's own pages and of the glossary as HTML; whatever could run is taken out."""

import html
import re
from collections.abc import Callable
from xml.etree.ElementTree import Element

import markdown
import nh3
from markdown.extensions.toc import TocExtension
from markdown.treeprocessors import Treeprocessor
from markupsafe import Markup

from generator.pages import urls

_TAGS = {
    "a", "abbr", "blockquote", "br", "code", "dd", "dl", "dt", "em", "h1", "h2", "h3", "h4", "hr", "li", "ol", "p",
    "pre", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "abbr": {"title"}, "ol": {"start"}, **{f"h{n}": {"id"} for n in range(1, 5)}}
_CLASSES = {"td": {"r"}, "th": {"r"}}
_TAKEN = {"indhold", "hurtig", "h-fakta"}  # ids of the page around the text

LinkTo = Callable[[str], str]


class _Tidy(Treeprocessor):
    """Links between pages, which are written to the Markdown files; columns to the right, without a style."""

    def __init__(self, link_to: LinkTo) -> None:
        super().__init__()
        self._link_to = link_to

    def run(self, root: Element) -> None:
        """Changes the tree in place."""
        for link in root.iter("a"):
            file, mark, anchor = link.get("href", "").partition("#")
            if file.lower().endswith(".md") and "//" not in file:
                link.set("href", f"{self._link_to(file)}{mark}{anchor}")
        for cell in (cell for kind in ("td", "th") for cell in root.iter(kind)):
            if "right" in cell.attrib.pop("style", ""):
                cell.set("class", "r")


def editorial(text: str, link_to: LinkTo = str) -> Markup:
    """The text as HTML; `link_to` gives the address of a page from its Markdown file's name."""
    converter = markdown.Markdown(
        extensions=["tables", "sane_lists", "fenced_code", TocExtension(slugify=_anchor)], output_format="html"
    )
    converter.treeprocessors.register(_Tidy(link_to), "tidy", 0)  # the last: inline links are parsed by then
    cleaned = nh3.clean(
        converter.convert(text),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        allowed_classes=_CLASSES,
        url_schemes={"http", "https", "mailto"},
    )
    return Markup(cleaned)  # cleaned just now


def heading_of(text: str) -> str:
    """A Markdown page's first heading, without markup; "" if it has none."""
    found = re.search(r"<h1[^>]*>(.*?)</h1>", editorial(text), re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", found[1])).split()) if found else ""


def first_words(text: str, limit: int = 160) -> str:
    """The first paragraph without markup, cut at a word: what a search engine is told that the page is about."""
    found = re.search(r"<p>(.*?)</p>", editorial(text), re.DOTALL)
    words = " ".join(html.unescape(re.sub(r"<[^>]*>", "", found[1])).split()) if found else ""
    return shortened(words, limit)


def shortened(words: str, limit: int = 160) -> str:
    """The words as far as they go within so many characters."""
    if len(words) <= limit:
        return words
    return words[: limit - 1].rpartition(" ")[0].rstrip(",;:–") + " …"


def _anchor(heading: str, separator: str) -> str:
    name = re.sub(r"[^a-z0-9]+", separator, urls.fold(heading)).strip(separator) or "afsnit"
    return f"{name}{separator}2" if name in _TAKEN else name
