"""The nearest offers, against measuring all of them; and what an offer may have gone on as."""

import random
from datetime import UTC, datetime
from typing import Any

from generator.pages.listings.related_offers import NEAREST, distance, make_related_offers, successions
from generator.pages.listings.summary import OfferSummary, house_of, make_summary
from generator.pages.sentences import address_line, sentence
from generator.register.history.fact_history import make_fact_history
from generator.register.mapping.mapping import default_mapping_text, read_mapping
from generator.register.model.models import Adresse, Tilbud
from tests.support.offers import offer
from tests.support.versions import offer as offer_of
from tests.support.versions import version


def summary(key: str, fra: str = "2020-01-01", *, ceased: str = "", **facts: Any) -> OfferSummary:
    versions = [{"fra": fra, "navn": f"Huset {key}", **facts}]
    if ceased:
        versions.append({"fra": ceased, "navn": f"Huset {key}", "status": "OPHOERT", **facts})
    return make_summary(offer(*versions, key=key))


def at(lat: float, lon: float) -> dict[str, Any]:
    return {"adresse": {"wgs84": {"lat": lat, "lon": lon}}}


def test_the_nearest_are_those_that_measuring_all_would_find() -> None:
    dice = random.Random(7)
    offers = [summary(str(n), **at(dice.uniform(54.6, 57.7), dice.uniform(8.1, 15.1))) for n in range(300)]
    found = make_related_offers(offers)
    for one in offers[:60]:
        assert one.position is not None
        others = sorted(
            (distance(one.position, other.position), other.id)
            for other in offers
            if other.id != one.id and other.position is not None
        )
        assert [n.kilometres for n in found[one.id].neighbours] == [kilometres for kilometres, _ in others[:NEAREST]]


def test_distances_are_those_of_the_map() -> None:
    copenhagen, aarhus = (55.676, 12.568), (56.157, 10.211)
    assert 155 < distance(copenhagen, aarhus) < 158


def test_ended_offers_and_those_without_a_position_are_nobodys_neighbours() -> None:
    here, there = summary("1", **at(56, 10)), summary("2", **at(56, 10.1))
    found = make_related_offers([here, there, summary("3", ceased="2024-01-01", **at(56, 10)), summary("4")])
    assert [n.name for n in found["1"].neighbours] == ["Huset 2"]
    assert [n.name for n in found["3"].neighbours] == ["Huset 1", "Huset 2"]
    assert "4" not in found


def company(cvr: str, key: str) -> dict[str, Any]:
    return {"driftsherre": {"cvrNummer": cvr, "navn": "Fonden"}, "adresse": {"adresseId": key, "vejnavn": "Engvej"}}


def test_the_same_number_or_the_same_address_and_provider_is_a_successor() -> None:
    offers = [
        summary("1", ceased="2024-01-01", pNummer="1017489209"),
        summary("2", "2024-01-02", pNummer="1017489209"),
        summary("3", ceased="2024-01-01", **company("12345678", "a")),
        summary("4", "2023-12-01", **company("12345678", "a")),
    ]
    told = [(earlier.id, later.id, reason) for earlier, later, reason in successions(offers)]
    assert told == [("1", "2", "samme P-nummer"), ("3", "4", "samme adresse og driftsherre")]
    found = make_related_offers(offers)
    assert [one.name for one in found["1"].after] == ["Huset 2"]
    assert [one.name for one in found["2"].before] == ["Huset 1"]


def test_what_was_there_before_or_came_much_later_is_none() -> None:
    offers = [
        summary("1", ceased="2024-01-01", pNummer="1017489209"),
        summary("2", "2019-01-01", pNummer="1017489209"),  # beside it all the time
        summary("3", "2025-06-01", pNummer="1017489209"),
        summary("4", "2024-01-02", **company("12345678", "a")),
        summary("5", ceased="2024-01-01", **company("87654321", "a")),  # another provider in the same house
    ]
    assert list(successions(offers)) == []


def test_an_offer_that_is_gone_ends_when_it_was_last_seen() -> None:
    gone = make_summary(offer({"fra": "2020-01-01", "pNummer": "1017489209"}, key="1", gone=True))
    assert gone.ended == datetime(2026, 11, 20, 4, tzinfo=UTC)
    later = summary("2", "2026-11-19", pNummer="1017489209")
    assert [(a.id, b.id) for a, b, _ in successions([gone, later])] == [("1", "2")]


def test_a_house_is_told_apart_by_its_letter_however_it_is_written() -> None:
    def house(number: str, letter: str | None = None) -> str:
        address = Adresse(vejnavn="Engvej", postnummer="6500", husnummer=number, husbogstav=letter)
        return house_of(Tilbud(adresse=address))

    assert house("12", "A") == house("12A") == house("12 A")
    assert len({house("12"), house("12", "A"), house("12", "B")}) == 3


def test_letter_and_door_of_their_own_are_read_and_their_change_is_a_move() -> None:
    lines = '"adresse.husbogstav" = "tilbud.adresse.bogstavFra"\n"adresse.doer" = "tilbud.adresse.sidedoer"\n'
    mapping = read_mapping(default_mapping_text("version").replace("[fields]\n", f"[fields]\n{lines}"), "mapping.toml")
    where = {"vejnavn": "Engvej", "husnummer": 12, "etage": "2", "sidedoer": "th", "postnummer": 6500}
    found = offer_of(
        version(1, "2020-01-01", adresse=where | {"bogstavFra": "A"}),
        version(2, "2022-01-01", adresse=where | {"bogstavFra": "B"}),
        mapping=mapping,
    )
    assert address_line(found.current.adresse) == "Engvej 12B, 2. th, 6500"
    (change,) = found.versions[1].changes
    assert sentence(mapping, change).text == ("Adresse: ændret fra Engvej 12A, 2. th, 6500 til Engvej 12B, 2. th, 6500")
    assert make_fact_history(found).since["address",].moment.year == 2022
