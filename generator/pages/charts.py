"""Charts as SVG: x in per cent and no `viewBox`, so that one drawing serves every width and text is never scaled.

Steps, never slopes: nothing is known between two counts. Every drawing has its words in `aria-label`, and on the page
its figures in a table. `ticks` is own code, after Heckbert's "Nice numbers for graph labels": the libraries that have
such a rule draw the whole chart or bring NumPy with them.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from math import ceil

from markupsafe import Markup, escape

from generator.pages import danish

LEFT = 14.0  # per cent: where the years begin, right of the scale's numbers
NAME = 42  # px above a lane, for its name and the highest number of its scale
ABOVE = 20  # px above a drawing without a name
YEARS = 24  # px below the last lane, for the years
LABELS = 20  # as many years as have room for their numbers on a wide page
FEW_LABELS = 7  # and on a phone, or in a small drawing


@dataclass(frozen=True, slots=True)
class YearLine:
    """One thing through the years, one value a year; None where nothing is told."""

    name: str
    values: Sequence[int | None]
    height: int

    @property
    def highest(self) -> int:
        """The largest value."""
        return max((value for value in self.values if value is not None), default=0)


def ticks(highest: float, most: int = 4) -> list[int]:
    """Round numbers from 0 to the highest or just above: steps of 1, 2 or 5 and noughts, at most so many."""
    step = next(m * 10**power for power in count() for m in (1, 2, 5) if m * 10**power * most >= highest)
    return list(range(0, max(1, ceil(Fraction(highest) / step)) * step + 1, step))


def bands(number: int) -> list[tuple[float, float]]:
    """Where each year begins, and how wide it is, in per cent."""
    width = (100 - LEFT) / max(1, number)
    return [(LEFT + place * width, width) for place in range(number)]


def year_labels(years: Sequence[int], *, small: bool = False) -> list[tuple[int, str, bool]]:
    """The years that are written: (place, text, whether also where it is narrow); the last one always is."""
    wide = ceil(len(years) / (FEW_LABELS if small else LABELS))
    narrow = wide * ceil(len(years) / (FEW_LABELS * wide))
    last = len(years) - 1
    return [
        (place, str(year), (last - place) % narrow == 0)
        for place, year in enumerate(years)
        if (last - place) % wide == 0
    ]


def steps(years: Sequence[int], lanes: Sequence[YearLine], label: str, *, small: bool = False) -> Markup:
    """Counts through the years, filled from nought, one lane above the other."""
    parts: list[str] = []
    top = 0
    for lane in lanes:
        parts += _lane(lane, top + NAME, len(years))
        parts.append(f'<text class="t-b" y="{top + 19}">{escape(lane.name)}</text>')
        top += NAME + lane.height
    parts += _years(years, top, small)
    return _svg(top + YEARS, label, parts)


def _lane(lane: YearLine, top: int, number: int) -> Iterable[str]:
    scale = ticks(lane.highest, most=4 if lane.height > 90 else 2)
    bottom = top + lane.height

    def level(value: float) -> float:
        return bottom - _share(value, scale[-1]) * lane.height

    columns = bands(number)
    drawn = [(x, width, level(value)) for (x, width), value in zip(columns, lane.values, strict=True) if value]
    yield from (f'<rect class="area" x="{_n(x)}%" width="{_n(w)}%" y="{_n(y)}" height="{_n(bottom - y)}"/>'
                for x, w, y in drawn)  # fmt: skip
    yield from _scale(scale, level)
    before: float | None = None
    for (x, width), value in zip(columns, lane.values, strict=True):
        if value is not None:
            y = level(value)
            if before is not None and before != y:
                yield f'<line class="riser" x1="{_n(x)}%" x2="{_n(x)}%" y1="{_n(before)}" y2="{_n(y)}"/>'
            yield f'<line class="step" x1="{_n(x)}%" x2="{_n(x + width)}%" y1="{_n(y)}" y2="{_n(y)}"/>'
        before = level(value) if value is not None else None
    known = [(place, value) for place, value in enumerate(lane.values) if value is not None]
    if known:
        place, value = known[-1]
        x, width = columns[place]
        yield _text(x + width, level(value) - 6, danish.number(value), "halo t-b", "end")
        first, earliest = known[0]
        if place - first > 3:
            yield _text(columns[first][0], level(earliest) - 6, danish.number(earliest), "halo")


def pairs(
    years: Sequence[int], filled: Sequence[int], outlined: Sequence[int], label: str, height: int = 150
) -> Markup:
    """Two counts a year side by side: a filled bar and an outlined one."""
    scale = ticks(max((*filled, *outlined), default=0))
    bottom = ABOVE + height

    def level(value: float) -> float:
        return bottom - _share(value, scale[-1]) * height

    parts = list(_scale(scale, level))
    for (x, width), full, outline in zip(bands(len(years)), filled, outlined, strict=True):
        for css, value, place in (("bar-f", full, 0.1), ("bar-o", outline, 0.52)):
            if value:
                parts.append(
                    f'<rect class="{css}" x="{_n(x + place * width)}%" width="{_n(0.38 * width)}%" '
                    f'y="{_n(level(value))}" height="{_n(bottom - level(value))}"/>'
                )
    parts += _years(years, bottom, small=False)
    return _svg(bottom + YEARS, label, parts)


def spark(values: Sequence[int | None], label: str) -> Markup:
    """A row's own small step line, without a scale: only that it rose or fell."""
    width, height, highest = 104, 22, max((value or 0 for value in values), default=0)
    path, is_drawing = "", False
    for place, value in enumerate(values):
        if value is None:
            is_drawing = False
            continue
        left, right = (round(width * p / len(values), 1) for p in (place, place + 1))
        y = height - 1 - round((height - 2) * _share(value, highest), 1)
        path += f"V{_n(y)}H{_n(right)}" if is_drawing else f"M{_n(left)} {_n(y)}H{_n(right)}"
        is_drawing = True
    return Markup(
        f'<svg class="spark" width="{width}" height="{height}" role="img" aria-label="{escape(label)}">'
        f'<path d="{path}"/></svg>'
    )


def bar(value: float, highest: float) -> Markup:
    """A share of a row's width, beside its number."""
    share = 100 * _share(value, highest)
    return Markup(f'<svg height="10" aria-hidden="true"><rect class="bar-f" height="10" width="{_n(share)}%"/></svg>')


def span(lower: float, middle: float, upper: float, end: float, label: str) -> Markup:
    """The middle half of some values as an open bar, with their median as a filled mark."""
    mark_shape = '<rect class="bar-f" x="-2.5" width="5" height="18"/>'
    x, mark, last = (100 * _share(value, end) for value in (lower, middle, upper))
    return _svg(
        18,
        label,
        (
            '<line class="base" x2="100%" y1="9" y2="9"/>',
            f'<rect class="bar-o" x="{_n(x)}%" width="{_n(last - x)}%" y="3" height="12"/>',
            f'<svg x="{_n(mark)}%" width="1" height="18" overflow="visible">{mark_shape}</svg>',
        ),
    )


def length(value: float, end: float, label: str, *, is_open: bool) -> Markup:
    """How long something took, as a bar; an outlined one if it is longer than that."""
    css = "bar-o" if is_open else "bar-f"
    width = 100 * _share(value, end)
    return _svg(14, label, (f'<rect class="{css}" y="2" height="10" width="{_n(width)}%"/>',))


def axis(numbers: Sequence[int], unit: str = "") -> Markup:
    """The scale that stands below rows of bars; their words say the same."""
    end = numbers[-1]
    parts = ['<line class="base" x2="100%" y1="1" y2="1"/>']
    for number in numbers:
        x = 100 * number / end
        anchor = "start" if number == 0 else "end" if number == end else "middle"
        text = danish.number(number) + (f"{danish.NO_BREAK}{unit}" if unit and number == end else "")
        parts.append(f'<line class="base" x1="{_n(x)}%" x2="{_n(x)}%" y1="1" y2="6"/>')
        parts.append(_text(x, 20, text, "t-soft", anchor))
    return Markup(f'<svg class="axis" height="24" aria-hidden="true">{"".join(parts)}</svg>')


def _scale(numbers: Sequence[int], level: Callable[[float], float]) -> Iterable[str]:
    for number in numbers:
        y = _n(level(number))
        yield f'<line class="{"grid" if number else "base"}" x2="100%" y1="{y}" y2="{y}"/>'
        yield _text(0, level(number) - 5, danish.number(number), "t-soft halo")


def _years(years: Sequence[int], top: float, small: bool) -> Iterable[str]:
    columns = bands(len(years))
    for place, text, is_always in year_labels(years, small=small):
        x, width = columns[place]
        yield _text(x + width / 2, top + 18, text, "" if is_always else "w", "middle")


def _text(x: float, y: float, text: str, css: str = "", anchor: str = "start") -> str:
    given = (("x", f"{_n(x)}%" if x else ""), ("class", css), ("text-anchor", anchor if anchor != "start" else ""))
    attributes = "".join(f' {name}="{value}"' for name, value in given if value)
    return f'<text{attributes} y="{_n(y)}">{escape(text)}</text>'


def _svg(height: float, label: str, parts: Iterable[str]) -> Markup:
    return Markup(f'<svg height="{_n(height)}" role="img" aria-label="{escape(label)}">{"".join(parts)}</svg>')


def _share(value: float, whole: float) -> float:
    """How much of the whole it is, 0 if it is less than nothing; exact, since the data may hold 400 digits."""
    return float(Fraction(max(0, value)) / Fraction(whole)) if whole > 0 else 0.0


def _n(value: float) -> str:
    """A number as SVG takes it, without needless decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
