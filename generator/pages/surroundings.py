"""What stands around an offer: the nearest others as the crow flies, and what it may have gone on as.

Both follow from the summaries of all offers alone, so the parent finds them between the two passes.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from generator.pages.listing import Listing

NEAREST = 5
# An offer that begins so long before or after another ends is not taken for its successor.
_HALF_A_YEAR = timedelta(days=183)
# A cell of the grid is at least this far across, north to south and (at 58° N, the north of Denmark) west to east.
_CELL_NORTH, _CELL_EAST = 0.1, 0.2  # degrees
_CELL_KM = 11.0
_EARTH_KM = 6371.0


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
class Surroundings:
    """Everything about one offer that takes the other offers to know."""

    neighbours: tuple[Neighbour, ...] = ()
    before: tuple[Succession, ...] = ()
    after: tuple[Succession, ...] = ()


ALONE = Surroundings()


def make_surroundings(listings: Sequence[Listing]) -> dict[str, Surroundings]:
    """The surroundings of each offer by its id; one without any is left out."""
    grid = _Grid(listing for listing in listings if listing.is_active)
    before: dict[str, list[Succession]] = defaultdict(list)
    after: dict[str, list[Succession]] = defaultdict(list)
    for earlier, later, reason in successions(listings):
        after[earlier.id].append(Succession(later.name, later.address, reason, later.first_date))
        before[later.id].append(Succession(earlier.name, earlier.address, reason, later.first_date))
    around = {
        listing.id: Surroundings(grid.nearest(listing), tuple(before[listing.id]), tuple(after[listing.id]))
        for listing in listings
    }
    return {key: value for key, value in around.items() if value != ALONE}


def successions(listings: Sequence[Listing]) -> Iterator[tuple[Listing, Listing, str]]:
    """Pairs of an offer that ended and one that may be the same under another id, with the reason, in a fixed order."""
    by_number: dict[str, list[Listing]] = defaultdict(list)
    by_place: dict[tuple[str, str], list[Listing]] = defaultdict(list)
    for listing in listings:
        if listing.p_number:
            by_number[listing.p_number].append(listing)
        if listing.address_key and (cvr := _provider(listing)):
            by_place[listing.address_key, cvr].append(listing)
    for earlier in sorted(listings, key=lambda listing: listing.id):
        if earlier.is_active or earlier.ended is None:
            continue
        same_number = by_number.get(earlier.p_number, []) if earlier.p_number else []
        same_place = by_place.get((earlier.address_key, _provider(earlier)), []) if earlier.address_key else []
        found = {later.id: later for later in (*same_number, *same_place) if _follows(earlier, later)}
        for key in sorted(found):
            later = found[key]
            reasons = ["P-nummer"] if later in same_number else []
            reasons += ["adresse og driftsherre"] if later in same_place else []
            yield earlier, later, f"samme {' og samme '.join(reasons)}"


def _provider(listing: Listing) -> str:
    return next((role.cvr for role in listing.roles if role.kind == "Driftsherre"), "")


def _follows(earlier: Listing, later: Listing) -> bool:
    """Whether one began about when the other ended; what was there long before is a neighbour, no successor."""
    if later.id == earlier.id or earlier.ended is None or later.first_date is None:
        return False
    began_later = earlier.first_date is None or earlier.first_date < later.first_date
    return began_later and abs(later.first_date - earlier.ended) <= _HALF_A_YEAR


class _Grid:
    """Offers by the cell of the map that they lie in, so that only a few are measured."""

    def __init__(self, listings: Iterable[Listing]) -> None:
        self._cells: dict[tuple[int, int], list[Listing]] = defaultdict(list)
        self._count = 0
        for listing in listings:
            if listing.position is not None:
                self._cells[_cell(listing.position)].append(listing)
                self._count += 1

    def nearest(self, listing: Listing) -> tuple[Neighbour, ...]:
        """The five nearest others: looked for in wider and wider rings until none farther out can be nearer."""
        if listing.position is None:
            return ()
        north, east = _cell(listing.position)
        found: list[tuple[float, str, Listing]] = []
        seen = 0
        for ring in range(60):  # 6 degrees: farther than Denmark is long
            for other in self._ring(north, east, ring):
                seen += 1
                if other.id != listing.id and other.position is not None:
                    found.append((distance(listing.position, other.position), other.id, other))
            found = sorted(found)[:NEAREST]
            if seen == self._count or (len(found) == NEAREST and found[-1][0] <= ring * _CELL_KM):
                break
        return tuple(
            Neighbour(other.name, other.address, kilometres, _what(other), other.places)
            for kilometres, _, other in found
        )

    def _ring(self, north: int, east: int, ring: int) -> Iterator[Listing]:
        for row in range(north - ring, north + ring + 1):
            edge = abs(row - north) == ring
            for column in range(east - ring, east + ring + 1) if edge else {east - ring, east + ring}:
                yield from self._cells.get((row, column), ())


def _cell(position: tuple[float, float]) -> tuple[int, int]:
    return math.floor(position[0] / _CELL_NORTH), math.floor(position[1] / _CELL_EAST)


def distance(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Kilometres between two positions on a sphere, as the crow flies."""
    (lat_a, lon_a), (lat_b, lon_b) = ((math.radians(x), math.radians(y)) for x, y in (a, b))
    half = math.sin((lat_b - lat_a) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(half))


def _what(listing: Listing) -> str:
    return ", ".join(term.name for term in listing.paragraphs)
