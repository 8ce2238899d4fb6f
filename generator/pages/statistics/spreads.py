"""Prices by kind of service and unit, and how long facts stand."""

from collections.abc import Mapping, Sequence

from generator.pages import charts, danish
from generator.pages.listings.summary import sort_key
from generator.pages.statistics import texts
from generator.pages.statistics.tables import (
    NO_DATA,
    NOT_TOLD,
    Cell,
    Draft,
    DrawingRow,
    Figure,
    Head,
    NumberTable,
    Section,
    Value,
    number_cell,
    raw_values,
)
from generator.register.history.statistics import (
    FACTS,
    FEWEST,
    Median,
    RegisterCounts,
    Spread,
    median_standing,
    spreads,
)


def prices_page(tally: RegisterCounts) -> Draft:
    """Prices now: the median and the middle half of each service, one unit at a time."""
    title = "Takster"
    services, units = tally.spellings("ydelse"), tally.spellings("enhed")
    found, left_out = spreads(tally)
    lead = "Takster nu for hver slags ydelse, hver enhed for sig: midten og spredningen."
    head = ("Enhed", "Ydelse", "Tilbud", "Takster", "Nedre kvartil", "Median", "Øvre kvartil")
    if not tally.prices:
        return Draft("takster", title, f"{NO_DATA}.", (), head, ())
    by_unit: dict[str, list[tuple[str, Spread]]] = {}
    for spread in found:
        by_unit.setdefault(spread.unit, []).append((services.get(spread.service, "Ydelse ikke oplyst"), spread))
    explanations = [texts.PRICES, texts.WHICH_PRICES]
    if left_out:
        kinds = danish.count(left_out, "slags takst", "slags takster")
        explanations.append(f"{kinds} er udeladt, fordi færre end {FEWEST} tilbud har dem.")
    sections, rows = list[Section](), list[Sequence[Value]]()
    for place, unit in enumerate(sorted(by_unit, key=lambda key: (not key, sort_key(units.get(key, ""))))):
        name = units.get(unit, "Enhed ikke oplyst")
        named = sorted(by_unit[unit], key=lambda pair: (sort_key(pair[0]), pair[1].service))
        figure = _ranges(name, named, "" if sections else _ON_RANGES)
        sections.append(Section(f"enhed-{place + 1}", name, (), (figure,)))
        rows += [(name, *raw_values(row)) for row in (figure.table.rows if figure.table else ())]
    sections.append(Section("tal", "Sådan er der talt", tuple(explanations)))
    return Draft("takster", title, lead, tuple(sections), head, rows)


_ROUNDED_FROM = 100  # kr.
_ON_RANGES = "Tom bjælke: den midterste halvdel af taksterne. Udfyldt mærke og tal: medianen."


def _kroner(value: float) -> str:
    """A price that was reckoned: half a krone of thousands is no knowledge."""
    return danish.number(round(value)) if value >= _ROUNDED_FROM else danish.amount(value)


def _ranges(unit: str, named: Sequence[tuple[str, Spread]], note: str) -> Figure:
    scale = charts.ticks(max(spread.upper for _, spread in named))
    rows = []
    for name, spread in named:
        lower, median, upper = (_kroner(value) for value in (spread.lower, spread.median, spread.upper))
        label = f"{name}: median {median} {unit}, den midterste halvdel fra {lower} til {upper}, {spread.offers} tilbud"
        drawing = charts.span(spread.lower, spread.median, spread.upper, scale[-1], label)
        rows.append(DrawingRow(name, drawing, median))
    table = NumberTable(
        f"Ydelser med takster i {danish.lower_first(unit)}",
        (
            Head("Ydelse"),
            Head("Tilbud", "r"),
            Head("Takster", "r w"),
            Head("Nedre kvartil", "r"),
            Head("Median", "r"),
            Head("Øvre kvartil", "r"),
        ),
        tuple(
            (
                Cell(name),
                number_cell(spread.offers),
                number_cell(spread.prices),
                *(Cell(_kroner(value), round(value, 2)) for value in (spread.lower, spread.median, spread.upper)),
            )
            for name, spread in named
        ),
        css="data roomy split",
    )
    return Figure(
        f"Takster i {danish.lower_first(unit)}",
        note,
        rows=tuple(rows),
        axis=charts.axis(scale),
        table=table,
    )


_FACT_NAMES = {
    "status": "Godkendelsens status",
    "pladser": "Pladser",
    "takster": "Takster",
    "leder": "Leder",
    "kontakt": "Telefon, e-mail og hjemmeside",
    "maalgrupper": "Målgrupper",
    "beskrivelse": "Beskrivelse",
    "vurderinger": "Vurderinger",
}


def duration_words(months: int) -> str:
    """ "2 år og 3 måneder", "1 år", "under 1 måned" """
    years, rest = divmod(months, 12)
    parts = [danish.count(years, "år", "år")] if years else []
    parts += [danish.count(rest, "måned", "måneder")] if rest else []
    return danish.join(parts) or f"under{danish.NO_BREAK}1{danish.NO_BREAK}måned"


def standing_page(tally: RegisterCounts, *, ceased: bool) -> Draft:
    """How long facts stand before half of them have changed, for each authority."""
    title = "Hvor længe oplysninger står"
    names = tally.spellings("tilsyn")
    watched: dict[str, dict[str, dict[tuple[int, bool], int]]] = {}
    for duration, number in tally.standing.items():
        of_authority = watched.setdefault(duration.fact, {}).setdefault(duration.authority, {})
        of_authority[duration.months, duration.is_ended] = number
    found = {fact: _by_authority(watched[fact], names) for fact in FACTS if fact in watched}
    longest = max((_shown(median) for medians in found.values() for _, median in medians), default=0)
    scale = charts.ticks(longest / 12, most=8)
    sections, rows = list[Section](), list[Sequence[Value]]()
    for fact, medians in found.items():
        figure = _lengths(_FACT_NAMES[fact], medians, scale, "" if sections else _ON_LENGTHS)
        sections.append(Section(fact, _FACT_NAMES[fact], (), (figure,)))
        rows += [
            (_FACT_NAMES[fact], name, m.months if m.intervals >= FEWEST else None, m.intervals, m.unended)
            for name, m in medians
        ]
    head = ("Oplysning", "Socialtilsyn", "Median i hele måneder", "Perioder", "Ikke afsluttede")
    if not sections:
        return Draft("varighed", title, f"{NO_DATA}.", (), head, ())
    explanations = (texts.STANDING, texts.WHAT_STANDS, "" if ceased else texts.SURVIVORS)
    lead = "Den tid, der går, før halvdelen af oplysningerne er ændret, for hvert socialtilsyn."
    sections.append(Section("tal", "Sådan er der talt", tuple(filter(None, explanations))))
    return Draft("varighed", title, lead, tuple(sections), head, rows)


def _by_authority(
    watched: Mapping[str, Mapping[tuple[int, bool], int]], names: Mapping[str, str]
) -> list[tuple[str, Median]]:
    """Each authority by name, the offers without one, and all together."""
    every: dict[tuple[int, bool], int] = {}
    for intervals in watched.values():
        for interval, number in intervals.items():
            every[interval] = every.get(interval, 0) + number
    keys = sorted(watched, key=lambda key: (not key, sort_key(names.get(key, ""))))
    named = [(names.get(key, NOT_TOLD), median_standing(watched[key])) for key in keys]
    named.append(("Alle", median_standing(every)))
    return [(name, median) for name, median in named if median is not None]


_ON_LENGTHS = (
    "Udfyldt bjælke: halvdelen er ændret efter så lang tid. Tom bjælke: så længe, uden at halvdelen er ændret."
)


def _shown(median: Median) -> int:
    """The months that are drawn: the median, or the time in which it wasn't reached."""
    if median.intervals < FEWEST:
        return 0
    return median.longest if median.months is None else median.months


def _lengths(fact: str, medians: Sequence[tuple[str, Median]], scale: Sequence[int], note: str) -> Figure:
    rows, cells = [], []
    for name, median in medians:
        words = _median_words(median)
        if median.intervals >= FEWEST:
            drawing = charts.length(_shown(median) / 12, scale[-1], f"{name}: {words}", is_open=median.months is None)
            rows.append(DrawingRow(name, drawing, words))
        cells.append((Cell(name), Cell(words), number_cell(median.intervals), number_cell(median.unended)))
    head = (Head("Socialtilsyn"), Head("Median"), Head("Perioder", "r"), Head("Ikke afsluttede", "r"))
    return Figure(
        f"{fact}: tid, før halvdelen er ændret",
        note,
        rows=tuple(rows),
        axis=charts.axis(scale, "år") if rows else None,
        table=NumberTable(fact, head, tuple(cells), is_folded=True),
    )


def _median_words(median: Median) -> str:
    if median.intervals < FEWEST:
        return "For få perioder"
    return duration_words(median.months) if median.months is not None else f"over {duration_words(median.longest)}"
