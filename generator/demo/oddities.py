"""Everything odd that the register holds, each in one small function, all in one table.

An offer has at most one of these oddities. The first 40 offers have every one of them, offer n standing for
tilbudsId 10000 + n; afterwards each comes again at a low rate of its own (`every` in the table).

     0  (nothing odd)                20  emoji
     1  renamed                      21  zero_width_space
     2  moved                        22  empty_history
     3  department_added_and_closed  23  unreadable_without_id
     4  late_version                 24  unreadable_version
     5  enrichment_between_stages    25  vanished
     6  correction                   26  future_version
     7  loaded_twice                 27  predecessor
     8  ceased                       28  successor
     9  reopened                     29  nineteen_versions
    10  unknown_field                30  trailing_spaces
    11  unknown_list                 31  no_name
    12  no_contact                   32  renamed_by_law
    13  no_approval_date             33  theme_respelled
    14  null_address                 34  intensified_supervision
    15  repeated_places              35  order_given
    16  repeated_prices              36  new_driftsherre
    17  markup_in_texts              37  single_version
    18  javascript_address           38  foreign_supervisor
    19  very_long_word               39  council_added_and_removed

What the stages differ in: `late_version`, `enrichment_between_stages`, `correction`, `vanished` and `future_version`,
besides the versions that were loaded between them. A correction carries a new sidstIndlaest; enrichment between the
stages doesn't, so only a complete pull can see it, as the source's guide makes us expect.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from types import MappingProxyType
from typing import Any

from generator.demo.history import COPENHAGEN, EARLIER, NOW, DemoVersion, Plan, copied
from generator.demo.offer import (
    FIRST_ID,
    DemoOffer,
    Tilbud,
    council,
    council_company,
    draw_address,
    draw_department,
    draw_name,
    draw_person,
    draw_provider,
    draw_report,
    p_number,
)
from generator.demo.places import MUNICIPALITIES, SOCIALTILSYN
from generator.demo.texts import METHOD_THEME, METHOD_THEME_OTHER

Versions = list[DemoVersion]


def second_half(versions: Versions) -> Versions:
    """Gives the versions from the middle one on."""
    return versions[len(versions) // 2 :]


def renamed(offer: DemoOffer, versions: Versions) -> None:
    """The offer is called something else from the middle on."""
    name = f"{draw_name(offer.dice)} på Ny"
    for version in second_half(versions):
        version.tilbud["navn"] = name


def moved(offer: DemoOffer, versions: Versions) -> None:
    """The offer has another address and adresseId from the middle on."""
    address = draw_address(offer.dice, offer.place)
    for version in second_half(versions):
        version.tilbud["adresse"] = address


def department_added_and_closed(offer: DemoOffer, versions: Versions) -> None:
    """A department is there from the second version to the last but one."""
    first = versions[1].tilbud
    groups = [group["navn"] for group in first["maalgrupper"]]
    department = draw_department(offer, 49, first["godkendelse"]["pladser"][0]["paragraf"], groups)
    for version in versions[1:-1]:
        version.tilbud["afdelinger"].append(department)


def late_version(offer: DemoOffer, versions: Versions) -> None:
    """A version in the middle was loaded only after the earlier stage, though it holds from long before."""
    version = second_half(versions)[0]
    version.loaded = EARLIER + timedelta(hours=offer.dice.randint(30, 1_100), minutes=17)


def _councils(tilbud: Tilbud) -> list[dict[str, Any]]:
    """Gathers the municipalities of all three agreements."""
    return [*tilbud["driftsaftaler"], *tilbud["fasteaftaler"], *tilbud["samarbejdskommuner"]]


def refreshed(tilbud: Tilbud) -> Tilbud:
    """Copies a state with newer enriched values under the same cvrNummer and adresseId."""
    new = copied(tilbud)
    for company in (new["virksomhed"], new["driftsherre"], *_councils(new)):
        name = company["navn"]
        form = name.rpartition(" ")[2]
        endings = {"ApS": f"{name.removesuffix(form)}Omsorg ApS", "Kommune": f"{name.removesuffix(form)}kommune"}
        company["navn"] = endings.get(form, f"{name} af 2019")
    for holder in (new, *new["afdelinger"]):
        # The street register spells some names with å and some with aa.
        street = holder["adresse"]["vejnavn"]
        spelt = street.replace("Å", "Aa").replace("å", "aa")
        holder["adresse"]["vejnavn"] = spelt if spelt != street else f"Gl. {street}"
    return new


def enrichment_between_stages(offer: DemoOffer, versions: Versions) -> None:
    """All versions of the earlier stage are served again with newer enriched values."""
    for version in versions:
        version.earlier, version.tilbud = version.tilbud, refreshed(version.tilbud)


def loaded_twice(offer: DemoOffer, versions: Versions) -> None:
    """Version 3 is there twice in one stage, the second time with newer enriched values and a later load time."""
    third = versions[2]
    again = DemoVersion(
        third.number, third.since, third.loaded + timedelta(days=9), refreshed(third.tilbud), third.status
    )
    again.document_id = f"{offer.tilbuds_id}-3-genindlaest"
    versions.insert(3, again)


def correction(offer: DemoOffer, versions: Versions) -> None:
    """A version's own values, leader and places, are served differently in the later stage."""
    version = second_half(versions)[0]
    version.earlier = copied(version.tilbud)
    right = version.tilbud["kontakt"]["leder"]
    while version.earlier["kontakt"]["leder"] == right:
        version.earlier["kontakt"]["leder"] = draw_person(offer.dice)
    version.earlier["godkendelse"]["pladser"][0]["antal"] += 10
    version.corrected = EARLIER + timedelta(days=offer.dice.randint(3, 40), hours=10)


def as_planned(offer: DemoOffer, versions: Versions) -> None:
    """The plan beside the name in the table is all that is odd."""


def reopened(offer: DemoOffer, versions: Versions) -> None:
    """The offer is ceased for two versions in the middle and active again afterwards."""
    for version in second_half(versions)[:2]:
        version.status = "OPHOERT"
        version.tilbud["godkendelse"]["status"] = "Ophørt"


def unknown_field(offer: DemoOffer, versions: Versions) -> None:
    """Two fields that no mapping names, one of them nested, change in the middle."""
    for version in versions:
        version.tilbud["bilordning"] = {
            "harBil": True,
            "koeretoejer": {"antal": 1, "lift": False},
            "ordning": "egen bil",
        }
        version.tilbud["ventetid"] = "ca. 3 måneder"
    for version in second_half(versions):
        version.tilbud["bilordning"]["koeretoejer"] = {"antal": 2, "lift": True, "farve": "blå"}
        version.tilbud["ventetid"] = "over et halvt år"


def unknown_list(offer: DemoOffer, versions: Versions) -> None:
    """A list of objects that no mapping names changes in the middle."""
    for version in versions:
        version.tilbud["praktikpladser"] = [
            {"uddannelse": "Pædagog", "antal": 2, "perioder": ["forår", "efterår"]},
            {"uddannelse": "Social- og sundhedsassistent", "antal": 1, "perioder": []},
        ]
    for version in second_half(versions):
        version.tilbud["praktikpladser"][0]["antal"] = 3
        version.tilbud["praktikpladser"].append({"uddannelse": "Ergoterapeut", "antal": 1, "perioder": ["efterår"]})


def no_contact(offer: DemoOffer, versions: Versions) -> None:
    """The contact is missing."""
    for version in versions:
        del version.tilbud["kontakt"]


def no_approval_date(offer: DemoOffer, versions: Versions) -> None:
    """The date of approval is missing."""
    for version in versions:
        del version.tilbud["godkendelse"]["dato"]


def null_address(offer: DemoOffer, versions: Versions) -> None:
    """The address is null from the middle on."""
    for version in second_half(versions):
        version.tilbud["adresse"] = None


def repeated_places(offer: DemoOffer, versions: Versions) -> None:
    """Two rows of places have the same paragraph, and one of them changes."""
    for extra, rows in ((3, versions), (2, second_half(versions))):
        for version in rows:
            places = version.tilbud["godkendelse"]["pladser"]
            if extra == 3:
                places.append({"paragraf": places[0]["paragraf"], "antal": extra})
            else:
                places[-1]["antal"] += extra


def repeated_prices(offer: DemoOffer, versions: Versions) -> None:
    """Two or three prices have the same service."""
    for version in versions:
        first = version.tilbud["takster"][0]
        version.tilbud["takster"].append({**first, "beloeb": first["beloeb"] + 400})
    for version in second_half(versions):
        version.tilbud["takster"].append({**version.tilbud["takster"][0], "beloeb": 1_111})


MARKUP = (
    "Vi har <b>altid</b> åbent & siger \"velkommen\" – det er 'bare' sådan. <script>alert(1)</script></details></p>\n\n"
    "Nøglen ligger i C:\\Tilbud\\nøgler\\n; 5 < 7 && 7 > 5; &lt;b&gt; og {{ navn }} skal stå, som det er skrevet. -->"
)


def markup_in_texts(offer: DemoOffer, versions: Versions) -> None:
    """Description, a reason and a method hold markup, quotes and backslashes."""
    for version in second_half(versions):
        version.tilbud["beskrivelse"] += f"\n\n{MARKUP}"
        version.tilbud["kvalitetsvurdering"][0]["begrundelse"] = "\"><img src=x onerror=alert(1)> Vurderingen er 'god'."
        version.tilbud["metoder"].append('<i>KRAP</i> & "Åben dialog"')


def javascript_address(offer: DemoOffer, versions: Versions) -> None:
    """The website is a javascript: address."""
    for version in versions:
        version.tilbud["kontakt"]["hjemmeside"] = "javascript:alert(document.domain)"


def very_long_word(offer: DemoOffer, versions: Versions) -> None:
    """A word without a place to break, in the name of a target group and in the description."""
    word = "Special" + "rehabiliteringsforløbs" * 12 + "koordinatorordningen"
    for version in versions:
        version.tilbud["maalgrupper"][0]["navn"] = word
        version.tilbud["beskrivelse"] += f"\n\n{word} findes også."


def emoji(offer: DemoOffer, versions: Versions) -> None:
    """Emoji, one of them outside the basic plane and joined of several, in name and description."""
    for version in versions:
        version.tilbud["navn"] += " 🌻"
        version.tilbud["beskrivelse"] += "\n\nVelkommen til os 👩‍👩‍👧‍👦 – vi glæder os! ❤️"


def zero_width_space(offer: DemoOffer, versions: Versions) -> None:
    """An invisible character stands in the middle of the name."""
    for version in versions:
        name = version.tilbud["navn"]
        version.tilbud["navn"] = f"{name[:4]}\u200b{name[4:]}"


def empty_history(offer: DemoOffer, versions: Versions) -> None:
    """There is one version, and it says nothing."""
    versions[0].tilbud = {}


def unreadable_without_id(offer: DemoOffer, versions: Versions) -> None:
    """A document beside the versions doesn't say which offer it is of."""
    tilbud = copied(versions[0].tilbud)
    del tilbud["tilbudsId"]
    beside = DemoVersion(1, versions[0].since, versions[0].loaded, tilbud, named=False)
    beside.document_id = f"ulaeselig-{offer.tilbuds_id}"
    versions.append(beside)


def unreadable_version(offer: DemoOffer, versions: Versions) -> None:
    """A document beside the versions has a version that is no number."""
    third = versions[2]
    beside = DemoVersion("tre", third.since, third.loaded, copied(third.tilbud), third.status)
    beside.document_id = f"{offer.tilbuds_id}-tre"
    versions.append(beside)


def vanished(offer: DemoOffer, versions: Versions) -> None:
    """All documents are gone in the later stage."""
    for version in versions:
        version.gone = True


def future_version(offer: DemoOffer, versions: Versions) -> None:
    """The last version is loaded already but holds only from the new year."""
    tilbud = copied(versions[-1].tilbud)
    for row in tilbud["takster"]:
        row["beloeb"] += 50
    loaded = NOW - timedelta(days=offer.dice.randint(2, 12), hours=2)
    versions.append(DemoVersion(len(versions) + 1, datetime(2027, 1, 1, tzinfo=COPENHAGEN), loaded, tilbud))


def _pair(offer: DemoOffer, versions: Versions, first: int) -> None:
    """Gives both offers of a pair the production unit and the address of the first."""
    dice = Random(f"{offer.seed}/forgænger/{first}")
    address = draw_address(dice, offer.place)
    for version in versions:
        version.tilbud["pNummer"] = p_number(first)
        version.tilbud["adresse"] = address


def predecessor(offer: DemoOffer, versions: Versions) -> None:
    """The offer ends, and the next number goes on with its pNummer and address."""
    _pair(offer, versions, offer.number)


def successor(offer: DemoOffer, versions: Versions) -> None:
    """The offer begins the day after the one before it ended, with its pNummer and address."""
    _pair(offer, versions, offer.number - 1)


def trailing_spaces(offer: DemoOffer, versions: Versions) -> None:
    """The name ends in spaces."""
    for version in versions:
        version.tilbud["navn"] += "   "


def no_name(offer: DemoOffer, versions: Versions) -> None:
    """The name is missing."""
    for version in versions:
        del version.tilbud["navn"]


def theme_respelled(offer: DemoOffer, versions: Versions) -> None:
    """The theme about methods is spelled in one way and from the middle on in the other."""
    half = len(versions) // 2
    for index, version in enumerate(versions):
        for row in version.tilbud["kvalitetsvurdering"]:
            if row["tema"] in {METHOD_THEME, METHOD_THEME_OTHER}:
                row["tema"] = METHOD_THEME if index < half else METHOD_THEME_OTHER


def _sanction(offer: DemoOffer, versions: Versions, status: str) -> None:
    """Gives a sanction in the middle that is lifted with the next version, before 6 months have passed."""
    for version in versions:
        version.tilbud["godkendelse"]["status"] = "Godkendt"
    given, lifted = second_half(versions)[:2]
    given.tilbud["godkendelse"]["status"] = status
    given.tilbud["tilsynsrapporter"].append(draw_report(offer, given.since.date()))
    lifted.since = min(lifted.since, given.since + timedelta(days=150))
    lifted.loaded = max(given.loaded, lifted.since) + timedelta(hours=5)


def intensified_supervision(offer: DemoOffer, versions: Versions) -> None:
    """Skærpet tilsyn is given and lifted."""
    _sanction(offer, versions, "Skærpet tilsyn")


def order_given(offer: DemoOffer, versions: Versions) -> None:
    """A påbud is given and lifted."""
    _sanction(offer, versions, "Påbud")


def new_driftsherre(offer: DemoOffer, versions: Versions) -> None:
    """From the middle on another company runs the offer."""
    old = {version.tilbud["driftsherre"]["cvrNummer"] for version in versions}
    new = draw_provider(offer)
    while new["cvrNummer"] in old:
        new = council_company(offer.dice.choice(MUNICIPALITIES))
    for version in second_half(versions):
        version.tilbud["driftsherre"] = new


def foreign_supervisor(offer: DemoOffer, versions: Versions) -> None:
    """The socialtilsyn is another region's."""
    name = offer.dice.choice([name for region, name in SOCIALTILSYN.items() if region != offer.place.region])
    for version in versions:
        version.tilbud["godkendelse"]["socialtilsyn"] = name


def council_added_and_removed(offer: DemoOffer, versions: Versions) -> None:
    """A municipality has a standing agreement for one version only."""
    there: list[dict[str, Any]] = second_half(versions)[0].tilbud["fasteaftaler"]
    names = {row["kommunekode"] for version in versions for row in version.tilbud["fasteaftaler"]}
    there.append(council(next(place for place in MUNICIPALITIES if place.code not in names)))


# Enough for a middle and two ends.
_ENOUGH = Plan(versions=9)


@dataclass(frozen=True)
class Oddity:
    """A row of the table: which offer has the oddity first, how often it comes again, and what it needs."""

    name: str
    first: int
    every: int
    function: Callable[[DemoOffer, Versions], None]
    plan: Plan = _ENOUGH

    def is_of(self, number: int) -> bool:
        """Says whether an offer's number is one of those that have this oddity."""
        return number >= self.first and (number - self.first) % self.every == 0


# Fredericia, which has one town here, so that the address fits the descriptions of both halves of a pair.
_PAIR_PLACE = "0607"
# These need that all versions were there already in the earlier stage.
_SETTLED = Plan(versions=10, end=date(2026, 9, 10), ceases=False)
_ACTIVE = Plan(versions=10, ceases=False)
# No children's home, since a version that is brought forward must not be the law's.
_SANCTIONED = Plan(versions=9, kind="midlertidigt", ceases=False)

# `every` is at least 41, so that nothing comes again among the first 40. Where two meet in one offer, the upper row
# wins; the pair stands first with one rhythm, so that neither half is ever without the other.
TABLE: tuple[Oddity, ...] = (
    Oddity(
        "predecessor",
        27,
        199,
        predecessor,
        Plan(7, "laengerevarende", end=date(2021, 6, 30), start=date(2014, 5, 1), ceases=True, place=_PAIR_PLACE),
    ),
    Oddity(
        "successor",
        28,
        199,
        successor,
        Plan(6, "laengerevarende", start=date(2021, 7, 1), ceases=False, place=_PAIR_PLACE),
    ),
    Oddity("renamed", 1, 151, renamed),
    Oddity("moved", 2, 157, moved),
    Oddity("department_added_and_closed", 3, 163, department_added_and_closed),
    Oddity("late_version", 4, 211, late_version, _SETTLED),
    Oddity("enrichment_between_stages", 5, 97, enrichment_between_stages, _SETTLED),
    Oddity("correction", 6, 227, correction, _SETTLED),
    Oddity("loaded_twice", 7, 131, loaded_twice, _SETTLED),
    Oddity("ceased", 8, 149, as_planned, Plan(9, ceases=True)),
    Oddity("reopened", 9, 223, reopened, _ACTIVE),
    Oddity("unknown_field", 10, 181, unknown_field),
    Oddity("unknown_list", 11, 229, unknown_list),
    Oddity("no_contact", 12, 263, no_contact),
    Oddity("no_approval_date", 13, 257, no_approval_date),
    Oddity("null_address", 14, 269, null_address),
    Oddity("repeated_places", 15, 101, repeated_places),
    Oddity("repeated_prices", 16, 103, repeated_prices),
    Oddity("markup_in_texts", 17, 307, markup_in_texts),
    Oddity("javascript_address", 18, 503, javascript_address),
    Oddity("very_long_word", 19, 509, very_long_word),
    Oddity("emoji", 20, 401, emoji),
    Oddity("zero_width_space", 21, 409, zero_width_space),
    Oddity("empty_history", 22, 521, empty_history, Plan(1, ceases=False)),
    Oddity("unreadable_without_id", 23, 541, unreadable_without_id),
    Oddity("unreadable_version", 24, 547, unreadable_version),
    Oddity("vanished", 25, 337, vanished, _SETTLED),
    Oddity("future_version", 26, 241, future_version, _ACTIVE),
    Oddity("nineteen_versions", 29, 239, as_planned, Plan(19, "midlertidigt")),
    Oddity("trailing_spaces", 30, 311, trailing_spaces),
    Oddity("no_name", 31, 601, no_name),
    Oddity("renamed_by_law", 32, 271, as_planned, Plan(9, "opholdssted", start=date(2016, 3, 1), ceases=False)),
    Oddity("theme_respelled", 33, 173, theme_respelled),
    Oddity("intensified_supervision", 34, 179, intensified_supervision, _SANCTIONED),
    Oddity("order_given", 35, 251, order_given, _SANCTIONED),
    Oddity("new_driftsherre", 36, 233, new_driftsherre),
    Oddity("single_version", 37, 313, as_planned, Plan(1, ceases=False)),
    Oddity("foreign_supervisor", 38, 317, foreign_supervisor),
    Oddity("council_added_and_removed", 39, 331, council_added_and_removed),
)

# The name of each oddity, and the tilbudsId that has it first.
ODDITIES: Mapping[str, int] = MappingProxyType(
    {row.name: FIRST_ID + row.first for row in sorted(TABLE, key=lambda row: row.first)}
)


def oddity_of(number: int) -> Oddity | None:
    """Finds the oddity that an offer has, if any."""
    return next((row for row in TABLE if row.is_of(number)), None)
