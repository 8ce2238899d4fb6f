"""The glossary: `ordliste.toml` read and checked, and the paragraphs from the vocabulary."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from markupsafe import Markup

from generator.errors import ConfigurationError
from generator.pages import danish, urls
from generator.pages.editorial import editorial
from generator.pages.listings import facets
from generator.pages.listings.catalog import Catalog
from generator.pages.listings.summary import sort_key
from generator.register.model.vocabulary import (
    LAWS,
    known_paragraphs,
    paragraph_meaning,
    renamed_by_law,
    successor_paragraph,
)
from generator.tables import ConfigTable, did_you_mean, parse_toml, read_table

FILE = "ordliste.toml"
PARAGRAPHS = "paragraffer"  # the anchor of the table of paragraphs


@dataclass(frozen=True, slots=True)
class GlossaryEntry:
    """A word with its explanation; `short` is one sentence that can stand alone elsewhere."""

    key: str
    name: str
    short: str
    body: Markup
    law: str
    also: tuple[str, ...]
    see: tuple[tuple[str, str], ...]  # key and name of related words


@dataclass(frozen=True, slots=True)
class Glossary:
    """All words by their key, in Danish order."""

    entries: dict[str, GlossaryEntry]
    origin: str

    def __getitem__(self, key: str) -> GlossaryEntry:
        """The entry that a template asks for; raises ConfigurationError if a theme's glossary lacks it."""
        if key not in self.entries:
            near = did_you_mean(key, self.entries)
            raise ConfigurationError(f"{self.origin}: lacks the term {key!r}, which a template explains{near}; add it")
        return self.entries[key]


@dataclass(frozen=True, slots=True)
class ParagraphRow:
    """A paragraph as the law names it; `address` where the site lists offers under it."""

    anchor: str
    name: str
    law: str
    meaning: str
    address: str
    successor: str  # what the law calls it now, if that is something else
    former: tuple[str, ...]  # what it was called before, each with its meaning


class _Term(ConfigTable):
    key: str
    name: str
    short: str
    text: str = ""
    law: str = ""
    also: tuple[str, ...] = ()
    see: tuple[str, ...] = ()


class _File(ConfigTable):
    term: tuple[_Term, ...]


@cache  # a build asks several times, and the texts are Markdown
def read_glossary(text: str, origin: str) -> Glossary:
    """Reads the file; raises ConfigurationError naming the term that is not right."""
    terms = read_table(parse_toml(text, origin), origin, _File).term
    names: dict[str, str] = {}
    for term in terms:
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", term.key) or term.key == PARAGRAPHS:
            raise ConfigurationError(f"{origin}: term {term.key!r}: a key is made of a-z, 0-9 and -; choose another")
        if term.key in names:
            raise ConfigurationError(f"{origin}: term {term.key!r}: stands twice; take one out")
        names[term.key] = term.name
    for term in terms:
        for key in (*term.see, *re.findall(r"\]\(#([^)\s]*)\)", term.text)):
            if key not in names and key != PARAGRAPHS:
                raise ConfigurationError(
                    f"{origin}: term {term.key!r}: leads to {key!r}, which is no term{did_you_mean(key, names)}; "
                    "correct it"
                )
    entries = (
        GlossaryEntry(
            t.key, t.name, t.short, editorial(t.text), t.law, t.also, tuple((key, names[key]) for key in t.see)
        )
        for t in sorted(terms, key=lambda term: sort_key(term.name))
    )
    return Glossary({entry.key: entry for entry in entries}, origin)


def paragraph_rows(catalog: Catalog) -> tuple[ParagraphRow, ...]:
    """Every paragraph that the vocabulary knows, linked to its list where there is one."""
    listed = {group.facet.address for group in catalog.paragraphs}
    return tuple(_paragraph_row(text, listed) for text in known_paragraphs())


def _paragraph_row(text: str, listed: Iterable[str]) -> ParagraphRow:
    address = facets.paragraph(text).address
    successor = successor_paragraph(text)
    return ParagraphRow(
        anchor=urls.paragraph_anchor(text),
        name=_held(text),
        law=LAWS[text.partition(" ")[0]],
        meaning=paragraph_meaning(text),
        address=address if address in listed else "",
        successor=_named(successor) if successor else "",
        former=tuple(_named(old) for old in known_paragraphs() if renamed_by_law(old, text)),
    )


def _named(text: str) -> str:
    return f"{_held(text)} {paragraph_meaning(text)}".rstrip()


def _held(text: str) -> str:
    """A paragraph held together by no-break spaces, under the name it has here."""
    return text.replace(" ", danish.NO_BREAK)
