"""What happens to an offer between two versions; each event changes a fresh copy of the last state.

An event says whether it changed anything, for not every event fits every offer: who has one department can't close two.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from generator.demo.kinds import LAW_RENAMES
from generator.demo.offer import (
    DemoOffer,
    Tilbud,
    council,
    council_company,
    draw_address,
    draw_department,
    draw_group,
    draw_name,
    draw_paragraph,
    draw_person,
    draw_phone,
    draw_price,
    draw_provider,
    draw_reason,
    draw_report,
    in_force,
    words,
)
from generator.demo.places import MUNICIPALITIES
from generator.demo.texts import METHOD_THEME, METHOD_THEME_OTHER, TOPICS, WORD_SWAPS

# An intensified supervision lasts at most 6 months at a time.
LONGEST_SANCTION = timedelta(days=183)


@dataclass(frozen=True)
class Moment:
    """When a version begins, and when the next one ends it."""

    since: datetime
    until: datetime

    @property
    def day(self) -> date:
        """Gives the day on which the version begins."""
        return self.since.date()


Event = Callable[[DemoOffer, Tilbud, Moment], bool]


def price_changed(offer: DemoOffer, tilbud: Tilbud, moment: Moment) -> bool:
    """All prices follow the yearly regulation, or one is set anew."""
    dice, prices = offer.dice, tilbud["takster"]
    if len(prices) < len(offer.kind.prices) and dice.random() < 0.15:
        prices.append(draw_price(offer, len(prices)))
        return True
    factor = dice.uniform(0.95, 1.09)
    for row in prices if dice.random() < 0.6 else [dice.choice(prices)]:
        row["beloeb"] = max(row["beloeb"] + 3, round(row["beloeb"] * factor)) if factor > 1 else row["beloeb"] - 7
    return True


def places_changed(offer: DemoOffer, tilbud: Tilbud, moment: Moment) -> bool:
    """The number of approved places goes up or down."""
    row = offer.dice.choice(tilbud["godkendelse"]["pladser"])
    row["antal"] = max(1, row["antal"] + offer.dice.choice((-4, -2, -1, 1, 2, 3, 6)))
    tilbud["godkendelse"]["dato"] = (moment.day - timedelta(days=offer.dice.randint(1, 20))).isoformat()
    return True


def paragraph_added(offer: DemoOffer, tilbud: Tilbud, moment: Moment) -> bool:
    """The offer is approved under one more paragraph."""
    rows = tilbud["godkendelse"]["pladser"]
    there = {row["paragraf"] for row in rows}
    more = [name for name in offer.kind.more_paragraphs if in_force(name, moment.day) not in there]
    if not more:
        return False
    rows.append({"paragraf": in_force(more[0], moment.day), "antal": offer.dice.randint(1, 8)})
    tilbud["godkendelse"]["dato"] = (moment.day - timedelta(days=2)).isoformat()
    return True


def group_added(offer: DemoOffer, tilbud: Tilbud, moment: Moment) -> bool:
    """A target group is added."""
    group = draw_group(offer)
    if any(group["navn"] == other["navn"] for other in tilbud["maalgrupper"]):
        return False
    tilbud["maalgrupper"].append(group)
    return True


def group_removed(offer: DemoOffer, tilbud: Tilbud, moment: Moment) -> bool:
    """A target group is removed, never the last."""
    groups = tilbud["maalgrupper"]
    if len(groups) < 2:
        return False
    groups.pop(offer.dice.randrange(len(groups)))
    return True


def group_age_changed(offer: DemoOffer, tilbud: Tilbud, moment: Moment) -> bool:
    """The age span of a target group is widened or narrowed."""
    group = offer.dice.choice(tilbud["maalgrupper"])
    age = min(99, max(group["alderFra"] + 4, group["alderTil"] + offer.dice.choice((-5, -3, 3, 5))))
    changed: bool = group["alderTil"] != age
    group["alderTil"] = age
    return changed


def method_added(offer: DemoOffer, tilbud: Tilbud, moment: Moment) -> bool:
    """A method is added."""
    new = [name for name in offer.kind.methods if name not in tilbud["metoder"]]
    if not new:
        return False
    tilbud["metoder"].append(offer.dice.choice(new))
    return True


def leader_changed(offer: DemoOffer, tilbud: Tilbud, moment: Moment) -> bool:
    """Someone else becomes leader."""
    tilbud["kontakt"]["leder"] = draw_person(offer.dice)
    return True


def contact_changed(offer: DemoOffer, tilbud: Tilbud, moment: Moment) -> bool:
    """Telephone, e-mail or website changes."""
    contact, what = tilbud["kontakt"], offer.dice.choice(("telefon", "email", "hjemmeside"))
    domain = contact["email"].partition("@")[2]
    values = {
        "telefon": draw_phone(offer.dice),
        "email": f"{offer.dice.choice(('leder', 'kontor', 'modtagelse'))}@{domain}",
        "hjemmeside": f"https://{domain}/{offer.dice.choice(('', 'om-os', 'velkommen'))}",
    }
    contact[what] = values[what]
    return True


def renamed(offer: DemoOffer, tilbud: Tilbud, moment: Moment) -> bool:
    """The offer gets another name, and its description follows."""
    old = tilbud["navn"]
    tilbud["navn"] = offer.dice.choice(offer.kind.names).format(draw_name(offer.dice))
    tilbud["beskrivelse"] = tilbud["beskrivelse"].replace(old, tilbud["navn"])
    return True


def moved(offer: DemoOffer, tilbud: Tilbud, moment: Moment) -> bool:
    """The offer moves to another address in the municipality."""
    tilbud["adresse"] = draw_address(offer.dice, offer.place)
    return True


def taken_over(offer: DemoOffer, tilbud: Tilbud, moment: Moment) -> bool:
    """Another company or the municipality takes over the running of the offer."""
    new = council_company(offer.place) if offer.dice.random() < 0.2 else draw_provider(offer)
    if new["cvrNummer"] == tilbud["driftsherre"]["cvrNummer"]:
        return False
    tilbud["driftsherre"] = new
    if offer.dice.random() < 0.5:
        tilbud["virksomhed"] = new
    return True


def department_added(offer: DemoOffer, tilbud: Tilbud, moment: Moment) -> bool:
    """A department is added, under a number that was not used before."""
    departments = tilbud["afdelinger"]
    if len(departments) > 4:
        return False
    base = 1_000_000 + offer.number * 50
    # Numbers 30 and up are for these, drawn so that a closed department's number is seldom met again.
    number = 30 + offer.dice.randrange(19)
    if any(department["afdelingsId"] == base + number for department in departments):
        return False
    groups = [group["navn"] for group in tilbud["maalgrupper"]]
    departments.append(draw_department(offer, number, tilbud["godkendelse"]["pladser"][0]["paragraf"], groups))
    return True


def department_closed(offer: DemoOffer, tilbud: Tilbud, moment: Moment) -> bool:
    """A department is closed."""
    departments = tilbud["afdelinger"]
    if not departments:
        return False
    departments.pop(offer.dice.randrange(len(departments)))
    return True


def department_moved(offer: DemoOffer, tilbud: Tilbud, moment: Moment) -> bool:
    """A department moves."""
    if not tilbud["afdelinger"]:
        return False
    offer.dice.choice(tilbud["afdelinger"])["adresse"] = draw_address(offer.dice, offer.place)
    return True


def department_renamed(offer: DemoOffer, tilbud: Tilbud, moment: Moment) -> bool:
    """A department gets another name."""
    if not tilbud["afdelinger"]:
        return False
    department = offer.dice.choice(tilbud["afdelinger"])
    name = offer.dice.choice((f"Afdeling {draw_name(offer.dice)}", offer.dice.choice(offer.kind.departments)))
    changed: bool = department["navn"] != name
    department["navn"] = name
    return changed


def sentence_replaced(offer: DemoOffer, tilbud: Tilbud, moment: Moment) -> bool:
    """A sentence of the description is replaced by another, or one is added."""
    paragraphs = tilbud["beskrivelse"].split("\n\n")
    index = offer.dice.randrange(len(paragraphs))
    sentences = paragraphs[index].split(". ")
    topic = offer.dice.choice(("hverdag", "medarbejdere", "fritid", "samarbejde", "dokumentation", "visitation"))
    new = offer.dice.choice(TOPICS[topic]).format_map(words(offer, tilbud))
    if new in tilbud["beskrivelse"]:
        return False
    place = offer.dice.randrange(1, len(sentences) + 1)
    end = place + (1 if offer.dice.random() < 0.7 else 0)
    if place == len(sentences):
        paragraphs[index] = f"{paragraphs[index]} {new}"
    else:
        kept = [*sentences[:place], new.rstrip("."), *sentences[end:]]
        paragraphs[index] = ". ".join(kept).rstrip(".") + "."
    tilbud["beskrivelse"] = "\n\n".join(paragraphs)
    return True


def words_replaced(offer: DemoOffer, tilbud: Tilbud, moment: Moment) -> bool:
    """An editor changes a few words of the description."""
    text = tilbud["beskrivelse"]
    for old, new in offer.dice.sample(WORD_SWAPS, 8):
        text = text.replace(old, new, 1)
    changed: bool = text != tilbud["beskrivelse"]
    tilbud["beskrivelse"] = text
    return changed


def paragraph_written(offer: DemoOffer, tilbud: Tilbud, moment: Moment) -> bool:
    """The description gets one more paragraph, or loses its last one when it has become long."""
    paragraphs = tilbud["beskrivelse"].split("\n\n")
    if len(paragraphs) > 7:
        paragraphs.pop()
    else:
        paragraphs.append(
            draw_paragraph(offer, tilbud, offer.dice.choice(("sundhed", "fritid", "digitalt", "historie")))
        )
    tilbud["beskrivelse"] = "\n\n".join(paragraphs)
    return True


def assessed_anew(offer: DemoOffer, tilbud: Tilbud, moment: Moment) -> bool:
    """An inspection leads to a new report and new scores and reasons for some themes."""
    rows = tilbud["kvalitetsvurdering"]
    for row in offer.some(rows, 2, len(rows)):
        row["score"] = round(min(5.0, max(1.0, row["score"] + offer.dice.choice((-0.7, -0.3, 0.2, 0.4, 0.5)))), 1)
        row["begrundelse"] = draw_reason(offer, row["tema"], row["score"])
    tilbud["tilsynsrapporter"].append(draw_report(offer, moment.day - timedelta(days=offer.dice.randint(6, 45))))
    del tilbud["tilsynsrapporter"][:-6]
    return True


def sanctioned(offer: DemoOffer, tilbud: Tilbud, moment: Moment) -> bool:
    """The socialtilsyn intensifies its supervision or gives an order, and reports on it."""
    if moment.until - moment.since > LONGEST_SANCTION:
        return False
    tilbud["godkendelse"]["status"] = offer.dice.choice(("Skærpet tilsyn", "Skærpet tilsyn", "Påbud"))
    report = draw_report(offer, moment.day - timedelta(days=offer.dice.randint(2, 10)))
    tilbud["tilsynsrapporter"].append({**report, "titel": "Tilsynsrapport med afgørelse"})
    return True


def sanction_lifted(offer: DemoOffer, tilbud: Tilbud, moment: Moment) -> bool:
    """What the socialtilsyn decided against the offer is over."""
    if tilbud["godkendelse"]["status"] == "Godkendt":
        return False
    tilbud["godkendelse"]["status"] = "Godkendt"
    return True


def councils_changed(offer: DemoOffer, tilbud: Tilbud, moment: Moment) -> bool:
    """A municipality enters or leaves an agreement."""
    name = offer.dice.choice(("samarbejdskommuner", "samarbejdskommuner", "fasteaftaler", "driftsaftaler"))
    rows: list[dict[str, Any]] = tilbud[name]
    if rows and offer.dice.random() < 0.45:
        rows.pop(offer.dice.randrange(len(rows)))
        return True
    new = council(offer.dice.choice(MUNICIPALITIES))
    if any(row["cvrNummer"] == new["cvrNummer"] for row in rows):
        return False
    rows.append(new)
    return True


def theme_respelled(offer: DemoOffer, tilbud: Tilbud, moment: Moment) -> bool:
    """The theme about methods changes between its two spellings."""
    swap = {METHOD_THEME: METHOD_THEME_OTHER, METHOD_THEME_OTHER: METHOD_THEME}
    for row in tilbud["kvalitetsvurdering"]:
        row["tema"] = swap.get(row["tema"], row["tema"])
    return True


def renamed_by_law(tilbud: Tilbud) -> None:
    """The paragraphs of children's homes get their names of 2024-01-01."""
    for holder in (tilbud["godkendelse"], *tilbud["afdelinger"]):
        for row in holder["pladser"]:
            row["paragraf"] = LAW_RENAMES.get(row["paragraf"], row["paragraf"])


def ceased(tilbud: Tilbud) -> None:
    """The approval ends."""
    tilbud["godkendelse"]["status"] = "Ophørt"


# Which event how often.
EVENTS: dict[Event, int] = {
    price_changed: 18,
    assessed_anew: 13,
    leader_changed: 9,
    sentence_replaced: 10,
    words_replaced: 7,
    paragraph_written: 5,
    places_changed: 8,
    contact_changed: 7,
    group_added: 4,
    group_removed: 3,
    group_age_changed: 4,
    method_added: 4,
    councils_changed: 6,
    paragraph_added: 2,
    department_added: 3,
    department_closed: 2,
    department_moved: 2,
    department_renamed: 2,
    moved: 2,
    renamed: 2,
    taken_over: 2,
    sanctioned: 5,
    theme_respelled: 1,
}
_NAMES, _WEIGHTS = tuple(EVENTS), tuple(EVENTS.values())


def happen(offer: DemoOffer, tilbud: Tilbud, moment: Moment) -> None:
    """Lets one to three events change an offer; a sanction never outlives its version."""
    lifted = changed = sanction_lifted(offer, tilbud, moment)
    for event in offer.dice.choices(_NAMES, _WEIGHTS, k=offer.dice.choice((1, 1, 2, 2, 3))):
        if not (lifted and event is sanctioned):
            changed = event(offer, tilbud, moment) or changed
    if not changed:  # a changed price fits every offer
        price_changed(offer, tilbud, moment)
