"""What so many offers have in common that it says nothing of any of them: a source fills in what it doesn't know.

A coordinate for every address that was not found, a P-number of zeros: taken at its word, hundreds of offers would lie
in one field, be each other's neighbours, and have gone on as each other.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from generator.pages.listings.summary import OfferSummary

T = TypeVar("T")

# More than any P-number has, any provider at one address, or any point different houses; so that none that is real is
# taken for nothing. It also bounds what may have gone on as what: that grows with the square of those that share.
MANY = 50


@dataclass(frozen=True, slots=True)
class SharedValue:
    """A value that stands for nothing, and how many offers have it."""

    what: str  # for the operator: "position 56.0, 10.0"
    offers: int


def without_shared_values(summaries: Iterable[OfferSummary]) -> tuple[list[OfferSummary], tuple[SharedValue, ...]]:
    """The offers without values that too many of them share, and these values."""
    offers = list(summaries)
    # Hundreds of offers in one house are where they say; only a point of many houses is none.
    positions = dict(_shared(offers, lambda offer: offer.position, lambda offer: offer.house or offer.id))
    numbers = dict(_shared(offers, lambda offer: offer.p_number, lambda offer: offer.id))
    places = dict(_shared(offers, place_of, lambda offer: offer.id))
    found = [SharedValue(f"position {lat:g}, {lon:g}", count) for (lat, lon), count in positions.items()]
    found += [SharedValue(f"P-number {number[:20]!r}", count) for number, count in numbers.items()]
    found += [
        SharedValue(f"address {key[:60]!r} of provider {cvr[:20]!r}", count) for (key, cvr), count in places.items()
    ]
    if not found:
        return offers, ()
    kept = [
        replace(
            offer,
            position=None if offer.position in positions else offer.position,
            p_number="" if offer.p_number in numbers else offer.p_number,
            address_key="" if place_of(offer) in places else offer.address_key,
        )
        for offer in offers
    ]
    return kept, tuple(sorted(found, key=lambda value: (-value.offers, value.what)))


def place_of(summary: OfferSummary) -> tuple[str, str] | None:
    """The address and who runs the offer there; None where either is not told."""
    provider = next((role.cvr for role in summary.roles[:1] if role.kind == "Driftsherre"), "")
    return (summary.address_key, provider) if summary.address_key and provider else None


def _shared(
    offers: Sequence[OfferSummary], value_of: Callable[[OfferSummary], T | None], user_of: Callable[[OfferSummary], str]
) -> Iterator[tuple[T, int]]:
    """Each value that more than MANY different ones use, with how many offers have it."""
    users: dict[T, set[str]] = {}
    counts: dict[T, int] = {}
    for offer in offers:
        if value := value_of(offer):
            users.setdefault(value, set()).add(user_of(offer))
            counts[value] = counts.get(value, 0) + 1
    yield from ((value, counts[value]) for value, different in users.items() if len(different) > MANY)
