"""Documents of one offer in any layout, and the offer that they are of."""

from generator.register.history.layouts import unfold
from generator.register.history.timeline import Offer, read_offers
from generator.register.mapping.mapping import Mapping, default_mapping_text, read_mapping
from generator.register.model.documents import Observed, Problem, Pull, Pulls
from tests.support.versions import night

PULLS = Pulls.of(Pull(number, night(number), complete=True) for number in range(1, 10))


def mapping_of(layout: str) -> Mapping:
    return read_mapping(default_mapping_text(layout), "mapping.toml")


def read(
    layout: str, *documents: Observed, pulls: Pulls = PULLS, mapping: Mapping | None = None
) -> tuple[list[Offer], list[Problem]]:
    mapping = mapping or mapping_of(layout)
    unfolded, odd = unfold(mapping, documents, pulls)
    offers, problems = read_offers(mapping, unfolded, pulls)
    return offers, odd + problems


def offer(layout: str, *documents: Observed, pulls: Pulls = PULLS) -> Offer:
    """The one offer that the documents are of, if all of it can be read."""
    (found,), problems = read(layout, *documents, pulls=pulls)
    assert problems == []
    return found


def numbers(offer: Offer) -> list[str]:
    return [entry.number for entry in offer.versions]
