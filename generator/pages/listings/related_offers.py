"""What stands around an offer: the nearest others as the crow flies, and what it may have gone on as.

Both follow from the summaries of all offers alone, so the parent finds them between the two passes.
"""

import math
from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from generator.pages.listings.shared_values import place_of
from generator.pages.listings.summary import OfferSummary

NEAREST = 5
# An offer that begins so long before or after another ends is not taken for its successor.
_HALF_A_YEAR = timedelta(days=183)
_EARTH_KM = 6371.0
_DECIMALS = 5  # of a degree: what lies within a metre is one spot
_ROUNDED_KM = 0.005  # what that may make of a distance
_TOGETHER = 8  # spots that are measured rather than parted

Vector = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another offer in the neighbourhood."""

    name: str
    address: str
    kilometres: float
    what: str
    places: int | None


@dataclass(frozen=True, slots=True)
class Succession:
    """An offer that this one may have gone on as, or come from: inferred, for the reason given."""

    name: str
    address: str
    reason: str
    moment: datetime | None  # when the later of the two began


@dataclass(frozen=True, slots=True)
class RelatedOffers:
    """Everything about one offer that takes the other offers to know."""

    neighbours: tuple[Neighbour, ...] = ()
    before: tuple[Succession, ...] = ()
    after: tuple[Succession, ...] = ()


ALONE = RelatedOffers()


def make_related_offers(summaries: Sequence[OfferSummary]) -> dict[str, RelatedOffers]:
    """The related offers of each offer by its id; one without any is left out."""
    positions = _Positions(summary for summary in summaries if summary.is_active)
    before: dict[str, list[Succession]] = defaultdict(list)
    after: dict[str, list[Succession]] = defaultdict(list)
    for earlier, later, reason in successions(summaries):
        after[earlier.id].append(Succession(later.name, later.address, reason, later.first_date))
        before[later.id].append(Succession(earlier.name, earlier.address, reason, later.first_date))
    around = {
        summary.id: RelatedOffers(positions.nearest(summary), tuple(before[summary.id]), tuple(after[summary.id]))
        for summary in summaries
    }
    return {key: value for key, value in around.items() if value != ALONE}


def successions(summaries: Sequence[OfferSummary]) -> Iterator[tuple[OfferSummary, OfferSummary, str]]:
    """Pairs of an offer that ended and one that may be the same under another id, with the reason, in a fixed order."""
    by_number: dict[str, list[OfferSummary]] = defaultdict(list)
    by_place: dict[tuple[str, str], list[OfferSummary]] = defaultdict(list)
    for summary in summaries:
        if summary.p_number:
            by_number[summary.p_number].append(summary)
        if place := place_of(summary):
            by_place[place].append(summary)
    for earlier in sorted(summaries, key=lambda summary: summary.id):
        if not earlier.is_over or earlier.ended is None or earlier.ended_by:
            continue
        same_number = by_number.get(earlier.p_number, []) if earlier.p_number else []
        place = place_of(earlier)
        same_place = by_place.get(place, []) if place else []
        found = {later.id: later for later in (*same_number, *same_place) if _follows(earlier, later)}
        for key in sorted(found):
            later = found[key]
            reasons = ["P-nummer"] if later.p_number and later.p_number == earlier.p_number else []
            reasons += ["adresse og driftsherre"] if place and place_of(later) == place else []
            yield earlier, later, f"samme {' og samme '.join(reasons)}"


def _follows(earlier: OfferSummary, later: OfferSummary) -> bool:
    """Whether one began about when the other ended; what was there long before is a neighbour, no successor."""
    if later.id == earlier.id or earlier.ended is None or later.first_date is None:
        return False
    began_later = earlier.oldest is None or earlier.oldest < later.first_date
    return began_later and abs(later.first_date - earlier.ended) <= _HALF_A_YEAR


@dataclass(frozen=True, slots=True)
class _Spot:
    """The offers at one position; no more of them, by id, than can be among the nearest of any."""

    point: Vector
    offers: tuple[OfferSummary, ...]


@dataclass(frozen=True, slots=True)
class _Branch:
    """Spots parted by one of their three coordinates: those below a bound, and the others."""

    axis: int
    bound: float
    below: "_Tree"
    above: "_Tree"


_Tree = _Branch | tuple[_Spot, ...]


class _Positions:
    """Offers by where they lie, so that only a few are measured: however many lie in one town, or at one address."""

    def __init__(self, summaries: Iterable[OfferSummary]) -> None:
        spots: dict[tuple[float, float], list[OfferSummary]] = defaultdict(list)
        for summary in summaries:
            if summary.position is not None:
                lat, lon = summary.position
                spots[round(lat, _DECIMALS), round(lon, _DECIMALS)].append(summary)
        self._tree = _parted(
            [
                _Spot(_vector(position), tuple(sorted(offers, key=lambda offer: offer.id)[: NEAREST + 1]))
                for position, offers in spots.items()
            ]
        )

    def nearest(self, summary: OfferSummary) -> tuple[Neighbour, ...]:
        """The five nearest others."""
        if summary.position is None:
            return ()
        found: list[tuple[float, str, OfferSummary]] = []
        self._look(self._tree, summary, _vector(summary.position), found)
        return tuple(
            Neighbour(other.name, other.address, kilometres, _what(other), other.places)
            for kilometres, _, other in found
        )

    def _look(
        self, tree: _Tree, summary: OfferSummary, point: Vector, found: list[tuple[float, str, OfferSummary]]
    ) -> None:
        """Takes what is near into `found`, which is in order, the nearer half of the tree first."""
        if isinstance(tree, _Branch):
            beyond = point[tree.axis] - tree.bound
            near, far = (tree.below, tree.above) if beyond < 0 else (tree.above, tree.below)
            self._look(near, summary, point, found)
            # A straight line through the earth is never longer than the way over it.
            if len(found) < NEAREST or abs(beyond) * _EARTH_KM <= found[-1][0] + _ROUNDED_KM:
                self._look(far, summary, point, found)
            return
        for spot in tree:
            for other in spot.offers:
                if other.id != summary.id and other.position is not None and summary.position is not None:
                    insort(found, (distance(summary.position, other.position), other.id, other), key=_nearness)
        del found[NEAREST:]


def _nearness(found: tuple[float, str, OfferSummary]) -> tuple[float, str]:
    return found[:2]


def _vector(position: tuple[float, float]) -> Vector:
    """The point on a sphere of radius 1."""
    lat, lon = map(math.radians, position)
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def _parted(spots: list[_Spot]) -> _Tree:
    """The spots as a tree, halved by the coordinate in which they lie farthest apart (Bentley's k-d tree)."""
    if len(spots) <= _TOGETHER:
        return tuple(spots)
    axis = max(range(3), key=lambda axis: max(s.point[axis] for s in spots) - min(s.point[axis] for s in spots))
    in_order = sorted(spots, key=lambda spot: spot.point[axis])
    half = len(spots) // 2
    return _Branch(axis, in_order[half].point[axis], _parted(in_order[:half]), _parted(in_order[half:]))


def distance(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Kilometres between two positions on a sphere, as the crow flies."""
    (lat_a, lon_a), (lat_b, lon_b) = ((math.radians(x), math.radians(y)) for x, y in (a, b))
    half = math.sin((lat_b - lat_a) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(half))


def _what(summary: OfferSummary) -> str:
    return ", ".join(facet.name for facet in summary.paragraphs)
