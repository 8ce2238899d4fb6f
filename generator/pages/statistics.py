"""The statistics pages: what `register.statistics` has counted, as sentences, drawings, tables and files."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from generator.pages import charts, danish, statistics_texts, urls
from generator.pages.contexts import Page, Site
from generator.pages.directory import Directory, Group
from generator.pages.editorial import shortened
from generator.pages.listing import paragraph_name, sort_key
from generator.register.municipalities import REGION_CODES
from generator.register.statistics import (
    ALL,
    FACTS,
    FEWEST,
    NOTHING,
    Amount,
    Facet,
    Median,
    Spread,
    Tally,
    median_standing,
    spreads,
)
from generator.register.vocabulary import former_paragraphs, paragraph_meaning

MOST_YEARS = 30
NO_DATA = "Ingen data"
NOT_TOLD = "Ikke oplyst"


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
class Table:
    """Figures; the first cell of a row is its heading."""

    caption: str
    head: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]
    css: str = "data"
    is_folded: bool = False


@dataclass(frozen=True, slots=True)
class Row:
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
    rows: tuple[Row, ...] = ()
    axis: Markup | None = None
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page: its name in the margin, sentences, and figures, side by side where they are small."""

    id: str
    name: str
    texts: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    is_side_by_side: bool = False


@dataclass(frozen=True, slots=True)
class StatisticsContext:
    """statistik.html: every page of statistics."""

    site: Site
    page: Page
    root: str
    heading: str
    lead: str
    sections: tuple[Section, ...]
    pages: tuple[tuple[str, str], ...]  # address and title of every page of statistics
    download: str  # address of the file with the figures; "" where there is none


@dataclass(frozen=True, slots=True)
class Download:
    """The figures of a page as CSV."""

    address: str
    text: str


@dataclass(frozen=True, slots=True)
class StatisticsPage:
    """A page and its file."""

    context: StatisticsContext
    download: Download | None


Value = str | float | None
Rows = Iterable[Sequence[Value]]


@dataclass(frozen=True, slots=True)
class _Draft:
    """A page before it knows of the others."""

    name: str  # "" is the first page
    title: str
    lead: str
    sections: tuple[Section, ...]
    head: tuple[str, ...]
    rows: Rows


@dataclass(frozen=True, slots=True)
class _Series:
    """Something that is counted through the years; the last amount is now's."""

    key: str
    name: str
    href: str
    note: str
    amounts: tuple[Amount, ...]

    @property
    def now(self) -> Amount:
        return self.amounts[-1]


@dataclass(slots=True)
class _Book:
    """The tally with the names and addresses that its keys go by on this site."""

    tally: Tally
    groups: Mapping[str, Group]
    year: int  # the data's own
    past: bool
    years: tuple[int, ...] = field(init=False)  # the last one is running
    _series: dict[Facet, list[_Series]] = field(init=False)

    def __post_init__(self) -> None:
        first = self.tally.first_year()
        start = self.year if not self.past or first is None else max(min(first, self.year), self.year - MOST_YEARS + 1)
        self.years = tuple(range(start, self.year + 1))
        histories = self.tally.histories(range(start, self.year))
        spellings = {what: self.tally.spellings(what) for what in ("grundlag", "kommune", "tilsyn")}
        found: dict[Facet, list[_Series]] = {}
        for facet, key in histories.keys() | {key for key, _ in self.tally.now} | {ALL}:
            before = histories.get((facet, key), [NOTHING] * (len(self.years) - 1))
            amounts = (*before, self.tally.at((facet, key)))
            if any(amount.offers for amount in amounts) or facet == "alle":
                spelling = spellings.get(facet, {}).get(key, "")
                found.setdefault(facet, []).append(self._named(facet, key, spelling, amounts))
        for one in found.values():
            one.sort(key=lambda series: (not series.key, sort_key(series.name), series.key))
        self._series = found

    def _named(self, facet: Facet, key: str, spelling: str, amounts: tuple[Amount, ...]) -> _Series:
        name, address, note = key or NOT_TOLD, "", ""
        if facet == "kommune" and key:
            name = spelling or f"Kommune {key}"
            # Its key is the code where it has one: a name is folded, so that it is its own key.
            is_name = key == " ".join(name.split()).casefold()
            address = f"kommune/{urls.slug(name)}.html" if is_name else urls.municipality(key)
        elif facet == "region" and key:
            address = urls.region(REGION_CODES[key]) if key in REGION_CODES else ""
        elif facet == "tilsyn" and key:
            name, address = spelling, urls.authority(spelling)
        elif facet == "grundlag" and key:
            name, address = paragraph_name(spelling), urls.paragraph(spelling)
            plain = name.replace(danish.NO_BREAK, " ")
            meaning, former = paragraph_meaning(plain), former_paragraphs(plain)
            note = f"{meaning[:1].upper()}{meaning[1:]}" if meaning else ""
            if former:
                note += f"{'; ' if note else ''}også det, der ved lov er omdøbt fra {danish.join(former)}"
        group = self.groups.get(address)
        return _Series(key, group.term.name if group else name, address if group else "", note, amounts)

    @property
    def everything(self) -> _Series:
        return self._series["alle"][0]

    def of(self, facet: Facet) -> list[_Series]:
        """Everything of a kind by name; nothing where the data tells nothing of it."""
        series = self._series.get(facet, [])
        return series if any(one.key for one in series) else []

    @property
    def total_since(self) -> str:
        """The sentence for offers older than the first year that is shown."""
        early = sum(number for year, number in self.tally.begun.items() if year < self.years[0])
        if not early or not self.past:
            return ""
        return (
            f"Siderne viser de seneste {MOST_YEARS} år; {danish.count(early, 'tilbud', 'tilbud')} begyndte før "
            f"{self.years[0]} og er talt med fra da af, men ikke som nye."
        )


def make_pages(
    site: Site, tally: Tally, directory: Directory, year: int, *, history: bool, ceased: bool, downloads: bool
) -> list[StatisticsPage]:
    """Every page of statistics with its file; of former years only what the agreement permits."""
    book = _Book(tally, {group.term.address: group for group in directory.groups}, year, history and ceased)
    drafts = [
        _overview(book, history=history),
        _facet(book, "grundlag", "grundlag", "Juridisk grundlag", statistics_texts.PARAGRAPHS),
        _municipalities(book),
        _facet(book, "region", "region", "Region", statistics_texts.REGIONS),
        _facet(book, "tilsyn", "socialtilsyn", "Socialtilsyn", statistics_texts.AUTHORITIES),
        _facet(book, "ejerform", "ejerform", "Ejerform", statistics_texts.OWNERSHIP),
        _prices(tally),
    ]
    if history:
        drafts.append(_standing(tally, ceased=ceased))
    pages = tuple((urls.statistics(draft.name), draft.title) for draft in drafts)
    return [_finished(site, draft, pages, downloads=downloads) for draft in drafts]


def _finished(site: Site, draft: _Draft, pages: tuple[tuple[str, str], ...], *, downloads: bool) -> StatisticsPage:
    address = urls.statistics(draft.name)
    rows = list(draft.rows)
    file = Download(urls.statistics_file(draft.name), to_csv(draft.head, rows)) if downloads and rows else None
    context = StatisticsContext(
        site=site,
        page=Page(
            address,
            "Statistik" if not draft.name else f"{draft.title}, statistik",
            "statistics",
            shortened(draft.lead),
        ),
        root=urls.root_of(address),
        heading="Statistik" if not draft.name else draft.title,
        lead=draft.lead,
        sections=draft.sections,
        pages=pages,
        download=file.address if file else "",
    )
    return StatisticsPage(context, file)


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
        plain = value.replace(danish.NO_BREAK, " ")
        return f"'{plain}" if plain.startswith(("=", "+", "-", "@", "\t", "\r")) else plain  # a formula, to a program
    return str(value).removesuffix(".0").replace(".", ",")


# ---- Offers and places through the years ---------------------------------------------------


def _overview(book: _Book, *, history: bool) -> _Draft:
    everything, now = book.everything, book.everything.now
    lead = f"Registret har nu {danish.count(now.offers, 'tilbud', 'tilbud')} i drift"
    if now.places:
        lead += f" med {danish.count(now.places, 'godkendt plads', 'godkendte pladser')} (ikke ledige pladser)"
    lead += "."
    begun, ended = ([counter[year] for year in book.years] for counter in (book.tally.begun, book.tally.ended))
    rows = [
        (year, amount.offers, _places(amount).value, *((new, old) if book.past else ()))
        for year, amount, new, old in zip(book.years, everything.amounts, begun, ended, strict=True)
    ]
    sections: tuple[Section, ...]
    if book.past:
        drawing = _through_years(book, everything, "Tilbud i drift og deres pladser")
        texts = (statistics_texts.COUNTING, statistics_texts.LIMITS, book.total_since)
        sections = (
            Section("aar", "År for år", (), (drawing,)),
            Section("nye", "Nye og ophørte", _on_closures(book), (_openings(book, begun, ended),)),
            Section("tal", "Sådan er der talt", tuple(filter(None, texts))),
        )
    else:
        text = statistics_texts.NO_CEASED if history else statistics_texts.NO_HISTORY
        sections = (Section("nu", "Kun nu", (text,)),)
    head = ("År", "Tilbud", "Pladser", *(("Nye", "Ophørte") if book.past else ()))
    return _Draft("", "Alle tilbud", lead, sections, head, rows)


def _on_closures(book: _Book) -> tuple[str, ...]:
    gone = sum(book.tally.gone.values())
    text = statistics_texts.OPENINGS
    if gone:
        text += (
            f" {danish.number(gone)} af de ophørte er gået ud af registret, uden at det siger hvorfor; de tæller i "
            "det år, de sidst er set."
        )
    return (text,)


def _openings(book: _Book, begun: Sequence[int], ended: Sequence[int]) -> Figure:
    first, last = book.years[0], book.years[-1]
    label = (
        f"Søjler for hvert år fra {first} til {last}: {danish.number(sum(begun))} nye og "
        f"{danish.number(sum(ended))} ophørte tilbud i alt."
    )
    note = f"Udfyldt søjle: nye i året. Tom søjle: ophørte i året. {last} er til nu."
    table = Table(
        "Nye og ophørte, år for år",
        (Head("År"), Head("Nye", "r"), Head("Ophørte", "r")),
        tuple(
            (_year(book, year), _number(new), _number(old))
            for year, new, old in zip(book.years, begun, ended, strict=True)
        )[::-1],
    )
    return Figure("Nye og ophørte tilbud", note, drawing=charts.pairs(book.years, begun, ended, label), table=table)


def _only(table: Table) -> Figure:
    return Figure("", table=table)


def _through_years(book: _Book, series: _Series, caption: str, *, small: bool = False) -> Figure:
    """One series as a drawing of two lanes, with its table folded beneath."""
    offers = [amount.offers for amount in series.amounts]
    places = [amount.places if amount.told or not amount.offers else None for amount in series.amounts]
    lanes, words = [], []
    if any(amount.told for amount in series.amounts):
        lanes.append(charts.Lane("Pladser", places, 72 if small else 150))
        words.append(_in_words("pladser", book.years, places))
    lanes.append(charts.Lane("Tilbud", offers, 40 if small else 100))
    words.append(_in_words("tilbud", book.years, offers))
    head = (Head("År"), Head("Tilbud", "r"), Head("Pladser", "r"))
    rows = tuple(
        (_year(book, year), _number(amount.offers), _places(amount))
        for year, amount in zip(book.years, series.amounts, strict=True)
    )
    return Figure(
        caption,
        series.note if small else f"{book.years[-1]} er til nu",
        href=series.href,
        drawing=charts.steps(book.years, lanes, f"{caption}: {danish.join(words)}.", small=small),
        table=Table(f"{caption}, år for år", head, rows[::-1], is_folded=small),
    )


def _in_words(what: str, years: Sequence[int], values: Sequence[int | None]) -> str:
    told = [(year, value) for year, value in zip(years, values, strict=True) if value is not None]
    (first, before), (_, now) = told[0], told[-1]
    return f"{danish.number(before)} {what} ved udgangen af {first}, {danish.number(now)} nu"


def _facet(book: _Book, facet: Facet, name: str, title: str, text: str) -> _Draft:
    series = book.of(facet)
    now, csv_rows = _now(book, series, title), _long(book, series)
    head = (title, "År", "Tilbud", "Pladser")
    lead = f"Tilbud i drift og godkendte pladser (ikke ledige pladser), {'nu og år for år' if book.past else 'nu'}."
    if not series:
        return _Draft(name, title, f"{NO_DATA}.", (), head, ())
    sections = [Section("nu", "Nu", (text,), (_only(now),))]
    if book.past:
        figures = tuple(_through_years(book, one, one.name, small=True) for one in series)
        scales = f"Hver tegning har sin egen skala. Tallene er dem ved årets udgang; {book.year} er til nu."
        sections.append(Section("aar", "År for år", (scales,), figures, is_side_by_side=True))
    return _Draft(name, title, lead, tuple(sections), head, csv_rows)


def _now(book: _Book, series: Sequence[_Series], title: str) -> Table:
    highest = max((one.now.places for one in series), default=0)
    return Table(
        "I drift nu",
        (Head(title), Head("Tilbud", "r"), Head("Pladser", "r"), Head("", "w bars", is_drawing=True)),
        tuple(
            (
                Cell(one.name, href=one.href),
                _number(one.now.offers),
                _places(one.now),
                Cell(drawing=charts.bar(one.now.places, highest)),
            )
            for one in series
            if one.now.offers or book.past
        ),
        css="data roomy",
    )


def _long(book: _Book, series: Iterable[_Series]) -> Rows:
    """A row for each year of each series, as spreadsheets and programs like it."""
    for one in series:
        for year, amount in zip(book.years, one.amounts, strict=True):
            yield one.name, year, amount.offers, _places(amount).value


def _municipalities(book: _Book) -> _Draft:
    title, series = "Kommune", book.of("kommune")
    lead = "Tilbud i drift og godkendte pladser (ikke ledige pladser) efter den kommune, tilbuddet ligger i."
    head = (title, "År", "Tilbud", "Pladser")
    if not series:
        return _Draft("kommuner", title, f"{NO_DATA}.", (), head, ())
    if not book.past:
        return _Draft(
            "kommuner", title, lead, (Section("nu", "Nu", (), (_only(_now(book, series, title)),)),), head,
            _long(book, series),
        )  # fmt: skip
    first = book.years[0]
    table = Table(
        "Kommuner efter navn",
        (
            Head(title),
            Head("Tilbud nu", "r"),
            Head(f"Pladser {first}", "r"),
            Head("Pladser nu", "r"),
            Head("Ændring", "r"),
            Head("Pladser år for år", "sparks", is_drawing=True),
        ),
        tuple(_municipality(book, one) for one in series),
        css="tall split",
    )
    text = f"Linjen viser pladserne ved udgangen af hvert år fra {first} og nu; hver har sin egen skala."
    sections = (Section("kommuner", "Kommuner", (text,), (_only(table),)),)
    return _Draft("kommuner", title, lead, sections, head, _long(book, series))


def _municipality(book: _Book, series: _Series) -> tuple[Cell, ...]:
    first, now = series.amounts[0], series.now
    before, after = _places(first).value, _places(now).value
    change = Cell(NO_DATA)
    if before is not None and after is not None:
        rise = after - before
        change = Cell(f"{'+' if rise > 0 else '−' if rise < 0 else ''}{danish.number(abs(rise))}", rise)
    values = [amount.places if amount.told or not amount.offers else None for amount in series.amounts]
    if len(book.years) > 1 and any(value is not None for value in values):
        drawing = charts.spark(values, f"{series.name}: {_in_words('pladser', book.years, values)}")
    else:
        drawing = Markup("")
    return (
        Cell(series.name, href=series.href),
        _number(now.offers),
        _places(first),
        _places(now),
        change,
        Cell(drawing=drawing),
    )


def _number(value: float) -> Cell:
    return Cell(danish.number(value), value)


def _places(amount: Amount) -> Cell:
    """Places, or that nothing is told of them."""
    return _number(amount.places) if amount.told or not amount.offers else Cell(NO_DATA)


def _year(book: _Book, year: int) -> Cell:
    return Cell(f"{year} til nu" if year == book.year else str(year), year)


def _raw(row: Iterable[Cell]) -> list[Value]:
    """What a row's cells say to a program."""
    cells = (cell for cell in row if cell.drawing is None)
    return [cell.text if cell.value is None and cell.text != NO_DATA else cell.value for cell in cells]


# ---- Prices --------------------------------------------------------------------------------


def _prices(tally: Tally) -> _Draft:
    title = "Takster"
    services, units = tally.spellings("ydelse"), tally.spellings("enhed")
    found, left_out = spreads(tally)
    lead = "Takster nu for hver slags ydelse, hver enhed for sig: midten og spredningen."
    head = ("Enhed", "Ydelse", "Tilbud", "Takster", "Nedre kvartil", "Median", "Øvre kvartil")
    if not tally.prices:
        return _Draft("takster", title, f"{NO_DATA}.", (), head, ())
    by_unit: dict[str, list[tuple[str, Spread]]] = {}
    for one in found:
        by_unit.setdefault(one.unit, []).append((services.get(one.service, "Ydelse ikke oplyst"), one))
    texts = [statistics_texts.PRICES, statistics_texts.WHICH_PRICES]
    if left_out:
        kinds = danish.count(left_out, "slags takst", "slags takster")
        texts.append(f"{kinds} er udeladt, fordi færre end {FEWEST} tilbud har dem.")
    sections, rows = list[Section](), list[Sequence[Value]]()
    for place, unit in enumerate(sorted(by_unit, key=lambda key: (not key, sort_key(units.get(key, ""))))):
        name = units.get(unit, "Enhed ikke oplyst")
        named = sorted(by_unit[unit], key=lambda pair: (sort_key(pair[0]), pair[1].service))
        figure = _ranges(name, named, "" if sections else _ON_RANGES)
        sections.append(Section(f"enhed-{place + 1}", name, (), (figure,)))
        rows += [(name, *_raw(row)) for row in (figure.table.rows if figure.table else ())]
    sections.append(Section("tal", "Sådan er der talt", tuple(texts)))
    return _Draft("takster", title, lead, tuple(sections), head, rows)


_ON_RANGES = "Tom bjælke: den midterste halvdel af taksterne. Udfyldt mærke og tal: medianen."


def _ranges(unit: str, named: Sequence[tuple[str, Spread]], note: str) -> Figure:
    scale = charts.ticks(max(one.upper for _, one in named))
    rows = []
    for name, one in named:
        lower, median, upper = (danish.number(round(value, 2)) for value in (one.lower, one.median, one.upper))
        label = f"{name}: median {median} {unit}, den midterste halvdel fra {lower} til {upper}, {one.offers} tilbud"
        drawing = charts.span(one.lower, one.median, one.upper, scale[-1], label)
        rows.append(Row(name, drawing, median))
    table = Table(
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
                _number(one.offers),
                _number(one.prices),
                *(_number(round(value, 2)) for value in (one.lower, one.median, one.upper)),
            )
            for name, one in named
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


# ---- How long facts stand ------------------------------------------------------------------

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


def _standing(tally: Tally, *, ceased: bool) -> _Draft:
    title = "Hvor længe oplysninger står"
    names = tally.spellings("tilsyn")
    watched: dict[str, dict[str, dict[tuple[int, bool], int]]] = {}
    for one, number in tally.standing.items():
        watched.setdefault(one.fact, {}).setdefault(one.authority, {})[one.months, one.is_ended] = number
    found = {fact: _by_authority(watched[fact], names) for fact in FACTS if fact in watched}
    longest = max((_shown(median) for medians in found.values() for _, median in medians), default=0)
    scale = charts.ticks(longest / 12, most=8)
    sections, rows = list[Section](), list[Sequence[Value]]()
    for fact, medians in found.items():
        figure = _lengths(_FACT_NAMES[fact], medians, scale, "" if sections else _ON_LENGTHS)
        sections.append(Section(fact, _FACT_NAMES[fact], (), (figure,)))
        rows += [
            (_FACT_NAMES[fact], name, m.months if m.spells >= FEWEST else None, m.spells, m.unended)
            for name, m in medians
        ]
    head = ("Oplysning", "Socialtilsyn", "Median i hele måneder", "Perioder", "Ikke afsluttede")
    if not sections:
        return _Draft("varighed", title, f"{NO_DATA}.", (), head, ())
    texts = (statistics_texts.STANDING, statistics_texts.WHAT_STANDS, "" if ceased else statistics_texts.SURVIVORS)
    lead = "Den tid, der går, før halvdelen af oplysningerne er ændret, for hvert socialtilsyn."
    sections.append(Section("tal", "Sådan er der talt", tuple(filter(None, texts))))
    return _Draft("varighed", title, lead, tuple(sections), head, rows)


def _by_authority(
    watched: Mapping[str, Mapping[tuple[int, bool], int]], names: Mapping[str, str]
) -> list[tuple[str, Median]]:
    """Each authority by name, the offers without one, and all together."""
    every: dict[tuple[int, bool], int] = {}
    for spells in watched.values():
        for spell, number in spells.items():
            every[spell] = every.get(spell, 0) + number
    keys = sorted(watched, key=lambda key: (not key, sort_key(names.get(key, ""))))
    named = [(names.get(key, NOT_TOLD), median_standing(watched[key])) for key in keys]
    named.append(("Alle", median_standing(every)))
    return [(name, median) for name, median in named if median is not None]


_ON_LENGTHS = (
    "Udfyldt bjælke: halvdelen er ændret efter så lang tid. Tom bjælke: så længe, uden at halvdelen er ændret."
)


def _shown(median: Median) -> int:
    """The months that are drawn: the median, or the time in which it wasn't reached."""
    if median.spells < FEWEST:
        return 0
    return median.longest if median.months is None else median.months


def _lengths(fact: str, medians: Sequence[tuple[str, Median]], scale: Sequence[int], note: str) -> Figure:
    rows, cells = [], []
    for name, median in medians:
        words = _median_words(median)
        if median.spells >= FEWEST:
            drawing = charts.length(_shown(median) / 12, scale[-1], f"{name}: {words}", is_open=median.months is None)
            rows.append(Row(name, drawing, words))
        cells.append((Cell(name), Cell(words), _number(median.spells), _number(median.unended)))
    head = (Head("Socialtilsyn"), Head("Median"), Head("Perioder", "r"), Head("Ikke afsluttede", "r"))
    return Figure(
        f"{fact}: tid, før halvdelen er ændret",
        note,
        rows=tuple(rows),
        axis=charts.axis(scale, "år") if rows else None,
        table=Table(fact, head, tuple(cells), is_folded=True),
    )


def _median_words(median: Median) -> str:
    if median.spells < FEWEST:
        return "For få perioder"
    return duration_words(median.months) if median.months is not None else f"over {duration_words(median.longest)}"
