"""Offers and places through the years: of everything, and of each paragraph, municipality, authority …"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from generator.pages import charts, danish
from generator.pages.listings import facets
from generator.pages.listings.catalog import Group
from generator.pages.listings.facets import Facet
from generator.pages.listings.summary import sort_key
from generator.pages.statistics import texts
from generator.pages.statistics.tables import (
    NO_DATA,
    NOT_TOLD,
    UNKNOWN,
    Cell,
    Draft,
    Figure,
    Head,
    NumberTable,
    Rows,
    Section,
    number_cell,
    only_table,
)
from generator.register.history.statistics import (
    ALL,
    NOTHING,
    Dimension,
    PlaceCount,
    RegisterCounts,
)
from generator.register.model.municipalities import REGION_CODES
from generator.register.model.vocabulary import former_paragraphs, paragraph_meaning

MOST_YEARS = 30
LACKING = "Tilbud, der mangler pladstal"  # the last column of a file: of how many a number is missing


@dataclass(frozen=True, slots=True)
class Series:
    """Something that is counted through the years; the last amount is now's."""

    key: str
    name: str
    href: str
    note: str
    amounts: tuple[PlaceCount, ...]

    @property
    def now(self) -> PlaceCount:
        """What there is at the data's own day."""
        return self.amounts[-1]


@dataclass(slots=True)
class StatisticsData:
    """The tally with the names and addresses that its keys go by on this site."""

    tally: RegisterCounts
    groups: Mapping[str, Group]
    year: int  # the data's own
    past: bool
    years: tuple[int, ...] = field(init=False)  # the last one is running
    _series: dict[Dimension, list[Series]] = field(init=False)

    def __post_init__(self) -> None:
        first = self.tally.first_year()
        start = self.year if not self.past or first is None else max(min(first, self.year), self.year - MOST_YEARS + 1)
        self.years = tuple(range(start, self.year + 1))
        histories = self.tally.histories(range(start, self.year))
        spellings = {what: self.tally.spellings(what) for what in ("grundlag", "kommune", "tilsyn")}
        found: dict[Dimension, list[Series]] = {}
        for dimension, key in histories.keys() | {key for key, _ in self.tally.now} | {ALL}:
            before = histories.get((dimension, key), [NOTHING] * (len(self.years) - 1))
            amounts = (*before, self.tally.at((dimension, key)))
            if any(amount.offers for amount in amounts) or dimension == "alle":
                spelling = spellings.get(dimension, {}).get(key, "")
                found.setdefault(dimension, []).append(self._named(dimension, key, spelling, amounts))
        for group in found.values():
            group.sort(key=lambda series: (not series.key, sort_key(series.name), series.key))
        self._series = found

    def _named(self, dimension: Dimension, key: str, spelling: str, amounts: tuple[PlaceCount, ...]) -> Series:
        facet = _facet(dimension, key, spelling) if key else None
        if facet is None:
            return Series(key, key or NOT_TOLD, "", "", amounts)
        group = self.groups.get(facet.address)
        note = _note(facet.name) if facet.kind == "grundlag" else ""
        return Series(key, group.facet.name if group else facet.name, facet.address if group else "", note, amounts)

    @property
    def everything(self) -> Series:
        """All offers together."""
        return self._series["alle"][0]

    def of(self, dimension: Dimension) -> list[Series]:
        """Everything of a kind by name; nothing where the data tells nothing of it."""
        series = self._series.get(dimension, [])
        return series if any(each.key for each in series) else []

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


def _facet(dimension: Dimension, key: str, spelling: str) -> Facet | None:
    """What has a list of its own under this key; None for what has none, as the kinds of ownership."""
    if dimension == "kommune":
        # The key is the code where there is one: a name is folded, so that it is its own key.
        is_name = key == " ".join(spelling.split()).casefold()
        return facets.municipality("" if is_name else key, spelling)
    if dimension == "region" and key in REGION_CODES:
        return facets.region(key)
    if dimension == "tilsyn":
        return facets.authority(spelling)
    return facets.paragraph(spelling) if dimension == "grundlag" else None


def _note(name: str) -> str:
    """What a paragraph means, and what was renamed to it by law."""
    plain = name.replace(danish.NO_BREAK, " ")
    meaning, former = paragraph_meaning(plain), former_paragraphs(plain)
    note = f"{meaning[:1].upper()}{meaning[1:]}" if meaning else ""
    if former:
        note += f"{'; ' if note else ''}også det, der ved lov er omdøbt fra {danish.join(former)}"
    return note


def overview(data: StatisticsData, *, history: bool) -> Draft:
    """The first page: everything through the years, openings and closures."""
    everything, now = data.everything, data.everything.now
    lead = f"Registret har nu {danish.count(now.offers, 'tilbud', 'tilbud')} i drift"
    if now.places:
        places = danish.count(now.places, "godkendt plads", "godkendte pladser")
        lead += f" med {danish.least(places, is_whole=now.is_whole)} (ikke ledige pladser)"
    lead += "."
    begun, ended = ([counter[year] for year in data.years] for counter in (data.tally.begun, data.tally.ended))
    rows = [
        (year, *_told_values(amount), *((new, old) if data.past else ()), amount.lacking)
        for year, amount, new, old in zip(data.years, everything.amounts, begun, ended, strict=True)
    ]
    sections: tuple[Section, ...]
    if data.past:
        drawing = _through_years(data, everything, "Tilbud i drift og deres pladser")
        explanations = (texts.COUNTING, _on_least((everything,)), texts.LIMITS, data.total_since)
        sections = (
            Section("aar", "År for år", (), (drawing,)),
            Section("nye", "Nye og ophørte", _on_closures(data), (_openings(data, begun, ended),)),
            Section("tal", "Sådan er der talt", tuple(filter(None, explanations))),
        )
    else:
        text = texts.NO_CEASED if history else texts.NO_HISTORY
        sections = (Section("nu", "Kun nu", tuple(filter(None, (text, _on_least((everything,)))))),)
    head = ("År", "Tilbud", "Pladser", *(("Nye", "Ophørte") if data.past else ()), LACKING)
    return Draft("", "Alle tilbud", lead, sections, head, rows)


def _on_closures(data: StatisticsData) -> tuple[str, ...]:
    gone = sum(data.tally.gone.values())
    text = texts.OPENINGS
    if gone:
        text += (
            f" {danish.number(gone)} af de ophørte er gået ud af registret, uden at det siger hvorfor; de tæller i "
            "det år, de sidst er set."
        )
    return (text,)


def _openings(data: StatisticsData, begun: Sequence[int], ended: Sequence[int]) -> Figure:
    first, last = data.years[0], data.years[-1]
    label = (
        f"Søjler for hvert år fra {first} til {last}: {danish.number(sum(begun))} nye og "
        f"{danish.number(sum(ended))} ophørte tilbud i alt."
    )
    note = f"Udfyldt søjle: nye i året. Tom søjle: ophørte i året. {last} er til nu."
    table = NumberTable(
        "Nye og ophørte, år for år",
        (Head("År"), Head("Nye", "r"), Head("Ophørte", "r")),
        tuple(
            (_year(data, year), number_cell(new), number_cell(old))
            for year, new, old in zip(data.years, begun, ended, strict=True)
        )[::-1],
    )
    return Figure("Nye og ophørte tilbud", note, drawing=charts.pairs(data.years, begun, ended, label), table=table)


def _through_years(data: StatisticsData, series: Series, caption: str, *, small: bool = False) -> Figure:
    """One series as a drawing of two lanes, with its table folded beneath."""
    offers = [amount.offers for amount in series.amounts]
    lanes, words = [], []
    if any(amount.known for amount in series.amounts):
        name = "Pladser" if all(amount.is_whole for amount in series.amounts) else "Pladser (mindst)"
        lanes.append(charts.YearLine(name, _told_places(series), 72 if small else 150))
        words.append(_places_in_words(data, series))
    lanes.append(charts.YearLine("Tilbud", offers, 40 if small else 100))
    before, now = danish.number(offers[0]), danish.number(offers[-1])
    words.append(_in_words("tilbud", data.years[0], before, now))
    head = (Head("År"), Head("Tilbud", "r"), Head("Pladser", "r"))
    rows = tuple(
        (_year(data, year), number_cell(amount.offers), _places(amount))
        for year, amount in zip(data.years, series.amounts, strict=True)
    )
    return Figure(
        caption,
        series.note if small else f"{data.years[-1]} er til nu",
        href=series.href,
        drawing=charts.steps(data.years, lanes, f"{caption}: {danish.join(words)}.", small=small),
        table=NumberTable(f"{caption}, år for år", head, rows[::-1], is_folded=small),
    )


def _in_words(what: str, first: int, before: str, now: str) -> str:
    return f"{before} {what} ved udgangen af {first}, {now} nu"


def _places_in_words(data: StatisticsData, series: Series) -> str:
    told = [(year, amount) for year, amount in zip(data.years, series.amounts, strict=True) if amount.is_told]
    (first, before), (_, now) = told[0], told[-1]
    return _in_words("pladser", first, _places(before).text, _places(now).text)


def _told_places(series: Series) -> list[int | None]:
    return [amount.places if amount.is_told else None for amount in series.amounts]


def facet_page(data: StatisticsData, dimension: Dimension, name: str, title: str, text: str) -> Draft:
    """A page for what offers are counted by: now in a table, and each through the years."""
    series = data.of(dimension)
    now, csv_rows = _now(data, series, title), _long(data, series)
    head = (title, "År", "Tilbud", "Pladser", LACKING)
    lead = f"Tilbud i drift og godkendte pladser (ikke ledige pladser), {'nu og år for år' if data.past else 'nu'}."
    if not series:
        return Draft(name, title, f"{NO_DATA}.", (), head, ())
    sections = [Section("nu", "Nu", tuple(filter(None, (text, _on_least(series)))), (only_table(now),))]
    if data.past:
        figures = tuple(_through_years(data, each, each.name, small=True) for each in series)
        scales = f"Hver tegning har sin egen skala. Tallene er dem ved årets udgang; {data.year} er til nu."
        sections.append(Section("aar", "År for år", (scales,), figures, is_side_by_side=True))
    return Draft(name, title, lead, tuple(sections), head, csv_rows)


def _now(data: StatisticsData, series: Sequence[Series], title: str) -> NumberTable:
    highest = max((each.now.places for each in series), default=0)
    return NumberTable(
        "I drift nu",
        (Head(title), Head("Tilbud", "r"), Head("Pladser", "r"), Head("", "w bars", is_drawing=True)),
        tuple(
            (
                Cell(each.name, href=each.href),
                number_cell(each.now.offers),
                _places(each.now),
                Cell(drawing=charts.bar(each.now.places, highest)),
            )
            for each in series
            if each.now.offers or data.past
        ),
        css="data roomy",
    )


def _long(data: StatisticsData, series: Iterable[Series]) -> Rows:
    """A row for each year of each series, as spreadsheets and programs like it."""
    for each in series:
        for year, amount in zip(data.years, each.amounts, strict=True):
            yield each.name, year, *_told_values(amount), amount.lacking


def municipalities_page(data: StatisticsData) -> Draft:
    """The municipalities, one a row: there are too many for a drawing each."""
    title, series = "Kommune", data.of("kommune")
    lead = "Tilbud i drift og godkendte pladser (ikke ledige pladser) efter den kommune, tilbuddet ligger i."
    head = (title, "År", "Tilbud", "Pladser", LACKING)
    if not series:
        return Draft("kommuner", title, f"{NO_DATA}.", (), head, ())
    if not data.past:
        return Draft(
            "kommuner",
            title,
            lead,
            (Section("nu", "Nu", tuple(filter(None, (_on_least(series),))), (only_table(_now(data, series, title)),)),),
            head,
            _long(data, series),
        )
    first = data.years[0]
    table = NumberTable(
        "Kommuner efter navn",
        (
            Head(title),
            Head("Tilbud nu", "r"),
            Head(f"Pladser {first}", "r"),
            Head("Pladser nu", "r"),
            Head("Ændring", "r"),
            Head("Pladser år for år", "sparks", is_drawing=True),
        ),
        tuple(_municipality(data, each) for each in series),
        css="tall split",
    )
    text = f"Linjen viser pladserne ved udgangen af hvert år fra {first} og nu; hver har sin egen skala."
    explanations = tuple(filter(None, (text, _on_least(series))))
    sections = (Section("kommuner", "Kommuner", explanations, (only_table(table),)),)
    return Draft("kommuner", title, lead, sections, head, _long(data, series))


def _municipality(data: StatisticsData, series: Series) -> tuple[Cell, ...]:
    first, now = series.amounts[0], series.now
    values = _told_places(series)
    if len(data.years) > 1 and any(value is not None for value in values):
        drawing = charts.spark(values, f"{series.name}: {_places_in_words(data, series)}")
    else:
        drawing = Markup("")
    return (
        Cell(series.name, href=series.href),
        number_cell(now.offers),
        _places(first),
        _places(now),
        _rise(first, now),
        Cell(drawing=drawing),
    )


def _places(amount: PlaceCount) -> Cell:
    """Places, the least that there are, or that nothing is told of them."""
    if not amount.is_told:
        return Cell(NO_DATA)
    return Cell(danish.least(danish.number(amount.places), is_whole=amount.is_whole), amount.places)


def _rise(first: PlaceCount, now: PlaceCount) -> Cell:
    """How many places came; nothing of two numbers of which one is only the least."""
    if not (first.is_told and now.is_told):
        return Cell(NO_DATA)
    if not (first.is_whole and now.is_whole):
        return Cell(UNKNOWN)
    rise = now.places - first.places
    return Cell(f"{'+' if rise > 0 else '−' if rise < 0 else ''}{danish.number(abs(rise))}", rise)


def _told_values(amount: PlaceCount) -> tuple[int, int | None]:
    return amount.offers, amount.places if amount.is_told else None


def _on_least(series: Iterable[Series]) -> str:
    """What "mindst" before a number of places means, where it stands on the page."""
    return "" if all(amount.is_whole for each in series for amount in each.amounts) else texts.LEAST


def _year(data: StatisticsData, year: int) -> Cell:
    return Cell(f"{year} til nu" if year == data.year else str(year), year)
