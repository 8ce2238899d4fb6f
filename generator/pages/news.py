"""What has changed: the latest days for the start page."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from generator.pages import danish
from generator.pages.listing import Listing
from generator.pages.sentences import Sentence, sentence
from generator.register.clock import danish_day
from generator.register.mapping import Mapping
from generator.register.timeline import Entry, Offer


@dataclass(frozen=True, slots=True)
class Note:
    """A line among the latest changes."""

    day: date
    offer: Listing
    number: str
    what: str  # a sentence, without the offer's name


@dataclass(slots=True)
class News:
    """What was reported on each day: counts for every day, lines for the latest few."""

    changes: Counter[date] = field(default_factory=Counter)
    offers: Counter[date] = field(default_factory=Counter)
    notes: dict[date, list[Note]] = field(default_factory=dict)

    DAYS = 5
    LINES = 6

    def add(self, other: "News") -> None:
        """Takes another batch's news in."""
        self.changes.update(other.changes)
        self.offers.update(other.offers)
        for day, notes in other.notes.items():
            kept = self.notes.setdefault(day, [])
            kept.extend(notes)
            kept.sort(key=lambda note: (note.offer.style == "", note.offer.name, note.offer.id))
            del kept[self.LINES :]
        for day in sorted(self.notes)[: -self.DAYS]:
            del self.notes[day]

    def days(self) -> list[tuple[date, list[Note], int, int]]:
        """Newest first: the day, its lines, and how many changes and offers there are besides."""
        rows = []
        for day in sorted(self.notes, reverse=True):
            notes = self.notes[day]
            rows.append((day, notes, self.changes[day] - len(notes), self.offers[day] - len(notes)))
        return rows


def make_news(mapping: Mapping, offer: Offer, listing: Listing, today: date) -> News:
    """An offer's news up to the data's own day; only what its source changed counts."""
    news = News()
    for entry in offer.entries:
        day = danish_day(entry.reported)
        lines = [sentence(mapping, change, word_by_word=False) for change in entry.changes if change.cause == "kilde"]
        number = 1 if entry.is_first else len(lines)
        if day > today or number == 0:
            continue
        news.changes[day] += number
        news.offers[day] = 1
        if day not in news.notes:
            news.notes[day] = [Note(day, listing, entry.number, _headline(entry, lines))]
    for day in sorted(news.notes)[: -News.DAYS]:
        del news.notes[day]
    return news


# What readers look for first when an offer has several changes.
_FIRST = (
    "status",
    "godkendelse.status",
    "navn",
    "godkendelse.pladser",
    "adresse",
    "driftsherre",
    "takster",
    "maalgrupper",
)


def _headline(entry: Entry, lines: Sequence[Sentence]) -> str:
    if entry.is_first:
        return "nyt tilbud"
    first = most_telling(lines)
    text = first.text.replace(": ændret", " ændret", 1)
    rest = len(lines) - 1
    text = danish.lower_first(text)
    return f"{text} og {danish.count(rest, 'ændring til', 'andre ændringer')}" if rest else text


def most_telling(lines: Sequence[Sentence]) -> Sentence:
    """The line that a reader needs first: a sanction given or lifted comes before a new telephone number."""
    weight = {name: place for place, name in enumerate(_FIRST)}
    return min(lines, key=lambda line: weight.get(line.field, len(weight)))
