"""The versions of one offer: when each begins, when it was loaded, and what the offer was then."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import cast
from zoneinfo import ZoneInfo

import orjson

from generator.demo.events import Moment, ceased, happen, price_changed, renamed_by_law, sanction_lifted
from generator.demo.kinds import KINDS, KINDS_BY_KEY
from generator.demo.offer import LAW_DATE, DemoOffer, Tilbud, draw_place, first_state
from generator.demo.places import MUNICIPALITIES

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
FIRST_DAY = date(2014, 1, 1)
LAST_DAY = date(2026, 11, 20)
# The register as it stood when the earlier and the later dump were taken.
EARLIER = datetime(2026, 9, 30, 23, 59, 59, tzinfo=COPENHAGEN)
NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=COPENHAGEN)

_KIND_WEIGHTS = [kind.weight for kind in KINDS]


@dataclass(frozen=True)
class Plan:
    """What an oddity needs to hold of an offer; None leaves it to the dice."""

    versions: int | None = None
    kind: str | None = None
    place: str | None = None
    start: date | None = None
    end: date | None = None
    ceases: bool | None = None


@dataclass
class DemoVersion:
    """One document of an offer, and how its two stages differ."""

    number: int | str | None
    since: datetime
    loaded: datetime
    tilbud: Tilbud
    status: str = "AKTIV"
    earlier: Tilbud | None = None  # what the earlier stage served under the same _id
    corrected: datetime | None = None  # the load time of the later stage, where that has grown
    gone: bool = False  # no longer there in the later stage
    document_id: str | None = None  # stands beside the row of versions, under an _id of its own
    named: bool = True  # False: the document doesn't say which offer it is of


def copied(tilbud: Tilbud) -> Tilbud:
    """Copies a state; JSON and back is ten times faster than `deepcopy`."""
    return cast(Tilbud, orjson.loads(orjson.dumps(tilbud)))


def begin_offer(number: int, seed: int, plan: Plan) -> DemoOffer:
    """Rolls what stays the same through an offer's life."""
    dice = Random(f"{seed}/{number}")
    kind = dice.choices(KINDS, _KIND_WEIGHTS)[0]
    # Every other offer walks through all municipalities, so that a small register covers the country too.
    place = draw_place(dice) if number % 2 else MUNICIPALITIES[number // 2 * 37 % len(MUNICIPALITIES)]
    if plan.place:
        place = next(other for other in MUNICIPALITIES if other.code == plan.place)
    return DemoOffer(number, seed, dice, KINDS_BY_KEY[plan.kind] if plan.kind else kind, place)


def write_history(offer: DemoOffer, plan: Plan) -> list[DemoVersion]:
    """Lets an offer live from its first to its last version."""
    dice = offer.dice
    ceases = dice.random() < 0.15
    ceases = ceases if plan.ceases is None else plan.ceases
    beginnings = _beginnings(offer, plan, ceases)
    loads = sorted(min(since + timedelta(seconds=dice.randint(2_400, 280_000)), NOW) for since in beginnings)
    versions: list[DemoVersion] = []
    tilbud = first_state(offer, beginnings[0])
    for index, since in enumerate(beginnings):
        last = index + 1 == len(beginnings)
        if index:
            tilbud = copied(tilbud)
            moment = Moment(since, NOW if last else beginnings[index + 1])
            if since.hour == 0:  # only the law begins at midnight
                sanction_lifted(offer, tilbud, moment)
                renamed_by_law(tilbud)
            else:
                happen(offer, tilbud, moment)
                if tilbud == versions[-1].tilbud:  # two events can undo each other
                    price_changed(offer, tilbud, moment)
        if last and ceases:
            ceased(tilbud)
        status = "OPHOERT" if last and ceases else "AKTIV"
        versions.append(DemoVersion(index + 1, since, loads[index], tilbud, status))
    return versions


def draw_count(dice: Random) -> int:
    """Draws how many versions an offer has: a few very few, a few very many, ten on average."""
    chance = dice.random()
    if chance < 0.12:
        return dice.randint(1, 3)
    return dice.randint(15, 20) if chance < 0.26 else dice.randint(8, 14)


def _beginnings(offer: DemoOffer, plan: Plan, ceases: bool) -> list[datetime]:
    """Draws the days on which versions begin, the law's among them for children's homes."""
    dice = offer.dice
    count = plan.versions or draw_count(dice)
    start = plan.start or FIRST_DAY + timedelta(days=dice.randrange(4_000))
    end = plan.end or LAST_DAY
    if ceases and not plan.end:
        end = start + timedelta(days=int((end - start).days * dice.uniform(0.4, 0.98)))
    span = (end - start).days
    # An offer begins on its first day and ends on its last one; the days between are open.
    days = {0, span} if plan.start or plan.end else set(dice.sample(range(span + 1), min(2, count)))
    days = days if count > 1 else {min(days)}
    days |= set(dice.sample(sorted(set(range(span + 1)) - days), count - len(days)))
    moments = [_working_hour(dice, start + timedelta(days=day)) for day in days]
    law = datetime(LAW_DATE.year, LAW_DATE.month, LAW_DATE.day, tzinfo=COPENHAGEN)
    if offer.kind.children and min(moments) < law < max(moments):
        moments.append(law)
    return sorted(moments)


def _working_hour(dice: Random, day: date) -> datetime:
    """Gives a moment of a day at which someone in an office presses a button."""
    return datetime(
        day.year, day.month, day.day, dice.randint(7, 16), dice.randrange(60), dice.randrange(60), tzinfo=COPENHAGEN
    )
