"""A value that a source fills in where it knows none says nothing, and is told to the operator."""

from dataclasses import replace

from generator.pages.listings.catalog import make_catalog
from generator.pages.listings.related_offers import make_related_offers, successions
from generator.pages.listings.shared_values import MANY, SharedValue, without_shared_values
from generator.pages.listings.summary import OfferSummary
from tests.support.listings import summary


def houses(number: int, position: tuple[float, float]) -> list[OfferSummary]:
    """Offers in as many houses, all at one position."""
    one = summary("0", adresse={"vejnavn": "Engvej", "husnummer": "1", "postnummer": "8000"})
    return [
        replace(one, id=f"{n:04}", address=f"tilbud/{n:04}.html", house=f"engvej {n} 8000", position=position)
        for n in range(number)
    ]


def test_a_point_of_many_houses_is_no_position() -> None:
    there = summary("nabo", adresse={"wgs84": {"lat": 56.001, "lon": 10.0}})
    catalog = make_catalog([*houses(MANY + 1, (56.0, 10.0)), there])
    assert catalog.shared == (SharedValue("position 56, 10", MANY + 1),)
    assert [offer.id for offer in catalog.offers if offer.position] == ["nabo"]
    assert make_related_offers(catalog.offers) == {}


def test_many_offers_in_one_house_lie_where_they_say() -> None:
    offers = [replace(offer, house="engvej 1 8000") for offer in houses(3 * MANY, (56.0, 10.0))]
    assert without_shared_values(offers) == (offers, ())


def test_fewer_houses_than_that_have_a_position() -> None:
    offers = houses(MANY, (56.0, 10.0))
    assert without_shared_values(offers) == (offers, ())


def test_a_p_number_of_many_is_nobodys() -> None:
    ended = replace(summary("a", "2020-01-01", "OPHOERT", pNummer="0000000000"), ended_by=False)
    begun = summary("b", "2020-02-01", pNummer="0000000000")
    offers = [replace(one, id=f"{one.id}{n}") for one in (ended, begun) for n in range(MANY)]
    assert len(list(successions(offers))) == MANY * MANY
    kept, shared = without_shared_values(offers)
    assert shared == (SharedValue("P-number '0000000000'", 2 * MANY),)
    assert list(successions(kept)) == []


def test_an_address_of_many_offers_of_one_provider_makes_none_the_other() -> None:
    one = summary("a", adresse={"adresseId": "x"}, driftsherre={"cvrNummer": "12345678"})
    offers = [replace(one, id=str(n)) for n in range(MANY + 1)]
    kept, shared = without_shared_values(offers)
    assert shared == (SharedValue("address 'x' of provider '12345678'", MANY + 1),)
    assert {offer.address_key for offer in kept} == {""}
