"""Templates to text: autoescape and StrictUndefined on, one typed context a template."""

from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

import jinja2
import markdown
import nh3
import orjson
from markupsafe import Markup

from generator.pages import danish
from generator.pages.contexts import (
    ListContext,
    MissingContext,
    SearchContext,
    StartContext,
    TextContext,
)
from generator.pages.months import ChangesContext, MonthContext
from generator.pages.offer_page import OfferContext

Context = (
    StartContext
    | OfferContext
    | ListContext
    | TextContext
    | SearchContext
    | MissingContext
    | ChangesContext
    | MonthContext
)

TEMPLATES: dict[type[Any], str] = {
    StartContext: "start.html",
    OfferContext: "offer.html",
    ListContext: "list.html",
    TextContext: "text.html",
    SearchContext: "soeg.html",
    MissingContext: "404.html",
    ChangesContext: "aendringer.html",
    MonthContext: "maaned.html",
}

_EDITORIAL_TAGS = {
    "a", "abbr", "blockquote", "br", "code", "dd", "dl", "dt", "em", "h1", "h2", "h3", "h4", "hr", "li", "ol", "p",
    "pre", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip


def make_environment(templates: Path) -> jinja2.Environment:
    """The environment that all templates are written for."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.filters |= {
        "date_words": danish.date_words,
        "time_words": danish.time_words,
        "iso_day": danish.iso_day,
        "number": danish.number,
        "count": danish.count,
        "lower_first": danish.lower_first,
    }
    return environment


class Renderer:
    """Renders contexts; make one a process and keep it, since it compiles each template once."""

    def __init__(self, templates: Path) -> None:
        self._environment = make_environment(templates)

    def page(self, context: Context) -> str:
        """The page of a context."""
        names = {field.name: getattr(context, field.name) for field in fields(context)}
        return self._environment.get_template(TEMPLATES[type(context)]).render(names)


def editorial(text: str) -> Markup:
    """Markdown of the operator's own pages as HTML; whatever could run is taken out."""
    html = markdown.markdown(text, extensions=["tables", "sane_lists"], output_format="html")
    return Markup(nh3.clean(html, tags=_EDITORIAL_TAGS, url_schemes={"http", "https", "mailto"}))  # cleaned just now


def edition_script(finished: datetime, receipt: int) -> str:
    """The one script that knows the edition: every page's footer is filled from it."""
    edition = {"datetime": finished.isoformat(), "words": danish.time_words(finished), "receipt": receipt}
    return f"window.tilbudsspejlEdition = {orjson.dumps(edition, option=orjson.OPT_SORT_KEYS).decode()};\n"
