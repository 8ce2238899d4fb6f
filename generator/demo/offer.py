"""One made-up offer as it is first registered, and the parts of it that later versions draw anew."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, TypeVar

from generator.demo.kinds import LAW_RENAMES, PLACE_WORDS, OfferKind
from generator.demo.places import (
    FIRST_PARTS,
    HOST_CODES,
    MUNICIPALITIES,
    OFFER_ENDINGS,
    SOCIALTILSYN,
    STREET_ENDINGS,
    Municipality,
)
from generator.demo.texts import (
    FAMILY_NAMES,
    GIVEN_NAMES,
    METHOD_THEME,
    METHOD_THEME_OTHER,
    REASON_ENDINGS,
    REASONS,
    REPORT_TITLES,
    TOPICS,
)

T = TypeVar("T")
Tilbud = dict[str, Any]

FIRST_ID = 10_000
LAW_DATE = date(2024, 1, 1)
# Bigger municipalities have more offers.
_MANY_OFFERS = {"0101": 9, "0751": 7, "0461": 5, "0851": 5, "0561": 3, "0730": 3, "0621": 3, "0630": 3, "0615": 3}
_MUNICIPALITY_WEIGHTS = [_MANY_OFFERS.get(place.code, 1) for place in MUNICIPALITIES]
_ASCII = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "Æ": "ae", "Ø": "oe", "Å": "aa"})
_PROVIDER_FORMS = (
    # kode, the word in the register, how the name is put together, weight
    (110, "Fond", "Fonden {}", 5),
    (90, "Selvejende institution", "Den Selvejende Institution {}", 5),
    (80, "Anpartsselskab", "{} ApS", 6),
    (115, "Forening", "Foreningen {}", 2),
    (60, "Aktieselskab", "{} A/S", 1),
)
_THEME_TOPICS = tuple(topic for topic in TOPICS if topic not in {"nat", "mad", "paaroerende"})


@dataclass(frozen=True)
class DemoOffer:
    """What stays the same through all versions of an offer, and the dice that decide the rest."""

    number: int
    seed: int
    dice: Random
    kind: OfferKind
    place: Municipality

    @property
    def tilbuds_id(self) -> int:
        """Gives the number under which the register knows the offer."""
        return FIRST_ID + self.number

    def some(self, pool: Sequence[T], least: int, most: int) -> list[T]:
        """Draws between least and most different items, in the order of the pool."""
        count = min(len(pool), self.dice.randint(least, most))
        return [pool[index] for index in sorted(self.dice.sample(range(len(pool)), count))]


def draw_place(dice: Random) -> Municipality:
    """Draws a municipality, the large ones more often."""
    return dice.choices(MUNICIPALITIES, _MUNICIPALITY_WEIGHTS)[0]


def draw_name(dice: Random) -> str:
    """Draws a name of two parts, such as "Slåenkær"."""
    return dice.choice(FIRST_PARTS) + dice.choice(OFFER_ENDINGS)


def draw_person(dice: Random) -> str:
    """Draws a person who does not exist."""
    return f"{dice.choice(GIVEN_NAMES)} {dice.choice(FAMILY_NAMES)}"


def draw_phone(dice: Random) -> str:
    """Draws a telephone number beginning with 10, which is not in use in Denmark."""
    return f"10{dice.randrange(1_000_000):06d}"


def draw_address(dice: Random, place: Municipality) -> dict[str, Any]:
    """Draws an address with a new adresseId near the centre of a municipality."""
    postal, town = dice.choice(place.towns)
    return {
        "vejnavn": dice.choice(FIRST_PARTS) + dice.choice(STREET_ENDINGS),
        "husnummer": f"{dice.randint(1, 180)}{dice.choice(('', '', '', 'A', 'B'))}",
        "etage": dice.choice((None, None, None, None, "st.", "1", "2")),
        "postnummer": postal,
        "postdistrikt": town,
        "kommunekode": place.code,
        "kommunenavn": place.name,
        "adresseId": str(uuid.UUID(int=dice.getrandbits(128), version=4)),
        "wgs84": {
            "lat": round(place.latitude + dice.uniform(-0.012, 0.012), 5),
            "lon": round(place.longitude + dice.uniform(-0.02, 0.02), 5),
        },
    }


def provider(seed: int, number: int) -> dict[str, Any]:
    """Gives provider `number` of a register, the same for every offer that has it."""
    dice = Random(f"{seed}/virksomhed/{number}")
    code, form, name, _ = dice.choices(_PROVIDER_FORMS, [row[3] for row in _PROVIDER_FORMS])[0]
    return {
        "cvrNummer": 91_000_000 + number * 37,
        "navn": name.format(draw_name(dice)),
        "virksomhedsform": {"kode": code, "beskrivelse": form},
    }


def council_company(place: Municipality) -> dict[str, Any]:
    """Gives a municipality as a company; the register spells its form in more than one way."""
    code = int(place.code)
    form = {"kode": 250, "beskrivelse": "Primærkommune"} if code % 3 else {"kode": 245, "beskrivelse": "Kommune"}
    return {"cvrNummer": 99_000_000 + code, "navn": place.council, "virksomhedsform": form}


def council(place: Municipality) -> dict[str, Any]:
    """Gives a municipality as a party to an agreement."""
    return {**council_company(place), "kommunekode": place.code}


def draw_provider(offer: DemoOffer) -> dict[str, Any]:
    """Draws a private provider; the pool grows with the offer's number, so that it needn't know how many follow."""
    return provider(offer.seed, offer.dice.randrange(4 + offer.number // 3))


def draw_score(dice: Random) -> float:
    """Draws a score between 1 and 5 that is mostly good."""
    return round(min(5.0, max(1.0, dice.gauss(3.9, 0.75))), 1)


def words(offer: DemoOffer, tilbud: Tilbud) -> dict[str, str]:
    """Gives the words that sentences have gaps for."""
    people, person = offer.kind.people, offer.kind.person
    address = tilbud.get("adresse") or {}
    return {
        "navn": (tilbud.get("navn") or "tilbuddet").strip(),
        "by": address.get("postdistrikt", "byen"),
        "kommune": offer.place.council,
        "de": people,
        "De": people[0].upper() + people[1:],
        "den": person,
        "Den": person[0].upper() + person[1:],
        "sted": PLACE_WORDS[offer.kind.key],
    }


def draw_paragraph(offer: DemoOffer, tilbud: Tilbud, topic: str) -> str:
    """Writes a paragraph on one topic."""
    return " ".join(offer.some(TOPICS[topic], 2, 4)).format_map(words(offer, tilbud))


def draw_reason(offer: DemoOffer, theme: str, score: float) -> str:
    """Writes why a theme has its score."""
    low, middling, high = REASONS[METHOD_THEME if theme == METHOD_THEME_OTHER else theme]
    own = low if score < 2.8 else middling if score < 3.7 else high
    sentences = [*offer.some(own, 2, 3), offer.dice.choice(REASON_ENDINGS)]
    people, person = offer.kind.people, offer.kind.person
    return " ".join(sentences).format_map(
        {"de": people, "De": people[0].upper() + people[1:], "den": person, "Den": person[0].upper() + person[1:]}
    )


def draw_report(offer: DemoOffer, when: date) -> dict[str, Any]:
    """Makes an inspection report of a date."""
    return {
        "titel": offer.dice.choice(REPORT_TITLES),
        "dato": when.isoformat(),
        "url": f"https://rapporter.tilsyn.example/{offer.tilbuds_id}/{when:%Y%m%d}.pdf",
    }


def draw_group(offer: DemoOffer) -> dict[str, Any]:
    """Draws a target group with an age span a little different from offer to offer."""
    name, youngest, oldest = offer.dice.choice(offer.kind.groups)
    return {
        "navn": name,
        "alderFra": youngest if offer.kind.children else max(18, youngest + offer.dice.choice((0, 0, 0, 2, 7))),
        "alderTil": max(youngest + 4, oldest - offer.dice.choice((0, 0, 5, 10))),
    }


def draw_price(offer: DemoOffer, index: int) -> dict[str, Any]:
    """Draws a price for one of the kind's services."""
    service, low, high, unit = offer.kind.prices[index]
    return {"ydelse": service, "beloeb": offer.dice.randint(low, high), "enhed": unit}


def draw_department(offer: DemoOffer, number: int, paragraph: str, groups: Sequence[str]) -> dict[str, Any]:
    """Draws a department; its number is its own for all time."""
    return {
        "afdelingsId": 1_000_000 + offer.number * 50 + number,
        "navn": offer.kind.departments[number % len(offer.kind.departments)],
        "adresse": draw_address(offer.dice, offer.place),
        "pladser": [{"paragraf": paragraph, "antal": offer.dice.randint(2, 9)}],
        "maalgrupper": list(groups[: offer.dice.randint(1, 2)]),
    }


def in_force(paragraph: str, when: date) -> str:
    """Gives a paragraph under the name that it had on a day."""
    return LAW_RENAMES.get(paragraph, paragraph) if when >= LAW_DATE else paragraph


def draw_supervisor(offer: DemoOffer) -> str:
    """Draws the socialtilsyn: mostly the region's own, but not so strictly that one could be derived from the other."""
    if offer.place.code in HOST_CODES or offer.dice.random() < 0.08:
        return offer.dice.choice([name for region, name in SOCIALTILSYN.items() if region != offer.place.region])
    return SOCIALTILSYN[offer.place.region]


def draw_contact(offer: DemoOffer, stem: str) -> dict[str, Any]:
    """Draws leader, telephone, e-mail and website, all plainly made up."""
    domain = stem.translate(_ASCII).lower()
    return {
        "leder": draw_person(offer.dice),
        "telefon": draw_phone(offer.dice),
        "email": f"{offer.dice.choice(('kontakt', 'info', 'post'))}@{domain}.example",
        "hjemmeside": f"https://www.{domain}.example/",
    }


def draw_description(offer: DemoOffer, tilbud: Tilbud) -> str:
    """Writes the description: what the offer is, then a few topics in any order."""
    own = offer.kind.sentences
    opening = [own[0], *offer.some(own[1:], 3, 4)]
    topics = offer.dice.sample(_THEME_TOPICS, offer.dice.randint(3, 4))
    if offer.kind.overnight:
        topics.insert(1, offer.dice.choice(("nat", "mad")))
        if offer.kind.key != "krisecenter":  # an address that is kept secret has no visiting hours
            topics.append("paaroerende")
    paragraphs = [" ".join(opening).format_map(words(offer, tilbud))]
    paragraphs += [draw_paragraph(offer, tilbud, topic) for topic in topics]
    return "\n\n".join(paragraphs)


def first_state(offer: DemoOffer, since: datetime) -> Tilbud:
    """Makes the offer as it stands in its first version."""
    dice, kind, day = offer.dice, offer.kind, since.date()
    stem = draw_name(dice)
    # Municipalities run about a third of the offers themselves.
    own = council_company(offer.place) if dice.random() < 0.35 else draw_provider(offer)
    runner = council_company(offer.place) if dice.random() < 0.2 else own
    paragraph = in_force(kind.paragraf, day)
    places = [{"paragraf": paragraph, "antal": dice.randint(*kind.places)}]
    if kind.more_paragraphs and dice.random() < 0.25:
        places.append({"paragraf": dice.choice(kind.more_paragraphs), "antal": dice.randint(2, 10)})
    groups = list({group["navn"]: group for group in (draw_group(offer) for _ in range(dice.randint(2, 5)))}.values())
    spelling = METHOD_THEME_OTHER if dice.random() < 0.3 else METHOD_THEME
    themes = [spelling if theme == METHOD_THEME else theme for theme in kind.themes]
    scores = [(theme, draw_score(dice)) for theme in themes]
    neighbours = [place for place in MUNICIPALITIES if place.region == offer.place.region and place != offer.place]
    approved = day - timedelta(days=dice.randint(3, 40))
    tilbud: Tilbud = {
        "tilbudsId": offer.tilbuds_id,
        "navn": dice.choice(kind.names).format(stem),
        "pNummer": p_number(offer.number),
        "virksomhed": own,
        "driftsherre": runner,
        "adresse": draw_address(dice, offer.place),
        "kontakt": draw_contact(offer, stem),
        "godkendelse": {
            "status": "Godkendt",
            "dato": approved.isoformat(),
            "socialtilsyn": draw_supervisor(offer),
            "pladser": places,
        },
        "maalgrupper": groups,
        "metoder": offer.some(kind.methods, 2, 5),
        "beskrivelse": "",
        "kvalitetsvurdering": [
            {"tema": theme, "score": score, "begrundelse": draw_reason(offer, theme, score)} for theme, score in scores
        ],
        "takster": [draw_price(offer, index) for index in range(dice.randint(1, len(kind.prices)))],
        "driftsaftaler": [council(offer.place)] if dice.random() < 0.35 else [],
        "fasteaftaler": [council(place) for place in offer.some(neighbours, 0, 1)],
        "samarbejdskommuner": [council(place) for place in offer.some(neighbours, 0, 4)],
        "afdelinger": [
            draw_department(offer, number, paragraph, [group["navn"] for group in groups])
            for number in range(dice.randint(0, 4 if kind.overnight else 2))
        ],
        "tilsynsrapporter": [draw_report(offer, approved - timedelta(days=dice.randint(5, 30)))],
    }
    tilbud["beskrivelse"] = draw_description(offer, tilbud)
    return tilbud


def p_number(number: int) -> int:
    """Gives an offer's production unit number, different for every offer."""
    return 1_000_000_000 + number * 7919 % 900_000_000
