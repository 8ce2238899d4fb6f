"""What a page of statistics is made of: sections, figures and tables, and the same as CSV."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from generator.foreign import without_controls
from generator.pages import danish

NO_DATA = "Ingen data"
NOT_TOLD = "Ikke oplyst"
UNKNOWN = "Ukendt"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: its words, and its number or drawing if it has one."""

    text: str = ""
    value: float | None = None
    href: str = ""
    drawing: Markup | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """What a column is called; `css` says how it is set."""

    text: str
    css: str = ""
    is_drawing: bool = False


@dataclass(frozen=True, slots=True)
class NumberTable:
    """Figures; the first cell of a row is its heading."""

    caption: str
    head: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]
    css: str = "data"
    is_folded: bool = False


@dataclass(frozen=True, slots=True)
class DrawingRow:
    """One drawing of a list that shares a scale."""

    name: str
    drawing: Markup
    words: str  # the figure, beside the name


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing, or rows of them over one scale, with the figures in a table."""

    caption: str
    note: str = ""
    href: str = ""
    drawing: Markup | None = None
    rows: tuple[DrawingRow, ...] = ()
    axis: Markup | None = None
    table: NumberTable | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page: its name in the margin, sentences, and figures, side by side where they are small."""

    id: str
    name: str
    texts: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    is_side_by_side: bool = False


# What a spreadsheet takes for a formula, also where nothing that is seen stands before it; as in static/soeg-liste.js.
_FORMULA = re.compile(r"[\s\u200b\ufeff]*[=+\-@＝＋－＠]|[\t\r]")

Value = str | float | None
Rows = Iterable[Sequence[Value]]


@dataclass(frozen=True, slots=True)
class Draft:
    """A page before it knows of the others."""

    name: str  # "" is the first page
    title: str
    lead: str
    sections: tuple[Section, ...]
    head: tuple[str, ...]
    rows: Rows


def number_cell(value: float) -> Cell:
    """A cell with a number as readers and as programs write it."""
    return Cell(danish.number(value), value)


def only_table(table: NumberTable) -> Figure:
    """Figures that need no drawing."""
    return Figure("", table=table)


def raw_values(row: Iterable[Cell]) -> list[Value]:
    """What a row's cells say to a program."""
    cells = (cell for cell in row if cell.drawing is None)
    return [cell.text if cell.value is None and cell.text != NO_DATA else cell.value for cell in cells]


def to_csv(head: Sequence[str], rows: Rows) -> str:
    """A file that a Danish spreadsheet opens as it is: semicolons, decimal comma, a byte order mark."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([_in_csv(value) for value in row] for row in rows)
    return "\ufeff" + text.getvalue()


def _in_csv(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        plain = without_controls(value).replace(danish.NO_BREAK, " ")
        return f"'{plain}" if _FORMULA.match(plain) else plain
    return str(value).removesuffix(".0").replace(".", ",")
