"""Templates to text: autoescape and StrictUndefined on, one typed context a template."""

import traceback
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

import jinja2
import orjson

from generator import resources
from generator.errors import ConfigurationError, TilbudsspejlError
from generator.pages import danish, urls
from generator.pages.changes.months import ChangesContext, MonthContext
from generator.pages.changes.recent_changes import RecentContext
from generator.pages.fixed.contexts import (
    CompareContext,
    GlossaryContext,
    MissingContext,
    SearchContext,
    StartContext,
    TextContext,
)
from generator.pages.fixed.glossary import FILE, Glossary, read_glossary
from generator.pages.listings.lists import (
    CompaniesContext,
    CompanyContext,
    ListContext,
    ListPage,
    MapContext,
    NewContext,
)
from generator.pages.offer.offer_page import OfferContext
from generator.pages.statistics.statistics_page import StatisticsContext
from generator.resources import Theme

Context = (
    StartContext
    | OfferContext
    | ListPage
    | StatisticsContext
    | CompareContext
    | SearchContext
    | TextContext
    | GlossaryContext
    | MissingContext
    | ChangesContext
    | MonthContext
    | RecentContext
)

TEMPLATES: dict[type[Any], str] = {
    StartContext: "start.html",
    OfferContext: "offer.html",
    ListContext: "list.html",
    CompanyContext: "virksomhed.html",
    CompaniesContext: "virksomheder.html",
    NewContext: "nye.html",
    MapContext: "kort.html",
    TextContext: "text.html",
    GlossaryContext: "ordliste.html",
    SearchContext: "soeg.html",
    CompareContext: "sammenlign.html",
    MissingContext: "404.html",
    StatisticsContext: "statistik.html",
    ChangesContext: "aendringer.html",
    MonthContext: "maaned.html",
    RecentContext: "seneste.html",
}

ORIGINAL = "default"  # a theme reaches the template that it replaces as "default/start.html"


class _CompiledTemplates(jinja2.BytecodeCache):
    """What the templates of this process were compiled to: one that a second environment asks for is there.

    Jinja looks a template up by its file, and takes what it finds only for the same text.
    """

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _CompiledTemplates()


def make_environment(theme: Theme) -> jinja2.Environment:
    """The environment that all templates are written for; the theme's come first."""
    original = jinja2.FileSystemLoader(resources.folder("templates"))
    own = [jinja2.FileSystemLoader(theme.own_templates)] if theme.own_templates else []
    environment = jinja2.Environment(
        loader=jinja2.ChoiceLoader([*own, original, jinja2.PrefixLoader({ORIGINAL: original})]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        bytecode_cache=_COMPILED,
    )
    environment.globals["urls"] = urls  # every address that a template names itself
    environment.filters |= {
        "date_words": danish.date_words,
        "time_words": danish.time_words,
        "iso_day": danish.iso_day,
        "number": danish.number,
        "amount": danish.amount,
        "count": danish.count,
        "lower_first": danish.lower_first,
        "kilometres": danish.kilometres,
    }
    return environment


def glossary_of(theme: Theme) -> Glossary:
    """The theme's glossary, else the program's; raises ConfigurationError if it is not right."""
    path = theme.text(FILE)
    return read_glossary(path.read_text(encoding="utf-8"), str(path) if theme.own_templates else FILE)


class Renderer:
    """Renders contexts; make one a process and keep it, since it loads each template once."""

    def __init__(self, theme: Theme) -> None:
        self._own = theme.own_templates
        self._environment = make_environment(theme)
        self._environment.filters["glossary"] = glossary_of(theme).__getitem__

    def page(self, context: Context) -> str:
        """The page of a context; raises ConfigurationError for a mistake in an operator's template."""
        names = {field.name: getattr(context, field.name) for field in fields(context)}
        try:
            return self._environment.get_template(TEMPLATES[type(context)]).render(names)
        except TilbudsspejlError:
            raise
        except Exception as error:
            if place := self._place_in_theme(error):
                said = " ".join(str(error).split()) or type(error).__name__
                raise ConfigurationError(f"{place}: {said}; mend the template, or take it out of the theme") from error
            raise

    def _place_in_theme(self, error: Exception) -> str:
        """File and line of what went wrong, if an operator's templates can have caused it; else ""."""
        if self._own is None:
            return ""
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(".html")]
        own = [frame for frame in frames if Path(frame.filename).is_relative_to(self._own)]
        # A template of the program's fails too when the theme's `_macros.html` lacks what it imports.
        at = own or (frames if isinstance(error, jinja2.TemplateError) else [])
        return f"{at[-1].filename}, line {at[-1].lineno}" if at else ""


def edition_script(finished: datetime, receipt: int, stale_after: int) -> str:
    """The one script that knows the edition: from it every page tells the date of its data, and when they are old."""
    edition = {
        "datetime": finished.isoformat(),
        "day": danish.iso_day(finished),  # in Denmark: at half past midnight it is yet the day before in UTC
        "words": danish.time_words(finished),
        "receipt": receipt,
        "staleAfter": stale_after,
    }
    return f"window.tilbudsspejlEdition = {orjson.dumps(edition, option=orjson.OPT_SORT_KEYS).decode()};\n"
