"""All offers and what they are listed under, frozen between the two passes of a build."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from generator.errors import CheckError
from generator.pages import danish
from generator.pages.listings.companies import Company, make_companies
from generator.pages.listings.facets import Facet, region_around
from generator.pages.listings.shared_values import SharedValue, without_shared_values
from generator.pages.listings.summary import OfferSummary, sort_key
from generator.register.model.vocabulary import paragraph_meaning


@dataclass(frozen=True, slots=True)
class Group:
    """A list page: what it lists offers under, the offers in order, and how many are active."""

    facet: Facet
    meaning: str
    offers: tuple[OfferSummary, ...]
    active: int
    other_names: tuple[str, ...]  # how some of the offers spell it


@dataclass(frozen=True, slots=True)
class Catalog:
    """All offers, frozen between the two passes: every link can be made, and no two pages want one address."""

    offers: tuple[OfferSummary, ...]
    municipalities: tuple[Group, ...]
    paragraphs: tuple[Group, ...]
    target_groups: tuple[Group, ...]
    authorities: tuple[Group, ...]
    regions: tuple[Group, ...]
    companies: tuple[Company, ...]
    shared: tuple[SharedValue, ...] = ()  # what so many offers have that it was taken for nothing

    @property
    def active(self) -> int:
        """How many offers are in operation, as the register says."""
        return sum(summary.is_active for summary in self.offers)

    @property
    def ended(self) -> tuple[OfferSummary, ...]:
        """The ceased, the ended and the gone, in the order of lists."""
        return tuple(summary for summary in self.offers if summary.is_over)

    @property
    def groups(self) -> tuple[Group, ...]:
        """Every list page."""
        return (*self.municipalities, *self.paragraphs, *self.target_groups, *self.authorities, *self.regions)

    @property
    def spellings(self) -> dict[str, dict[str, str]]:
        """For the search: what an offer calls what is listed under another spelling."""
        found: dict[str, dict[str, str]] = {}
        for name, groups in (
            ("kommune", self.municipalities),
            ("grundlag", self.paragraphs),
            ("maalgruppe", self.target_groups),
            ("tilsyn", self.authorities),
        ):
            for group in groups:
                for other in group.other_names:
                    spelled, listed = (text.replace(danish.NO_BREAK, " ") for text in (other, group.facet.name))
                    found.setdefault(name, {})[spelled] = listed
        return found


def make_catalog(summaries: Iterable[OfferSummary]) -> Catalog:
    """Freezes the summaries; raises CheckError if two offers or lists want one address."""
    own, shared = without_shared_values(summaries)
    offers = sorted(
        own, key=lambda summary: (summary.is_over, not summary.is_active, sort_key(summary.name), summary.id)
    )
    catalog = Catalog(
        tuple(offers),
        _group(offers, lambda summary: (summary.municipality,)),
        _group(offers, lambda summary: summary.paragraphs),
        _group(offers, lambda summary: summary.target_groups),
        _group(offers, lambda summary: (summary.authority,)),
        _group(offers, lambda summary: (region_around(summary.kommunekode),)),
        make_companies(offers),
        shared,
    )
    _check_addresses(catalog)
    return catalog


def _group(
    offers: Sequence[OfferSummary], facets_of: Callable[[OfferSummary], Iterable[Facet | None]]
) -> tuple[Group, ...]:
    members: dict[str, list[OfferSummary]] = {}
    names: dict[str, Counter[Facet]] = {}
    for summary in offers:
        for facet in facets_of(summary):
            if facet is not None:
                members.setdefault(facet.address, []).append(summary)
                names.setdefault(facet.address, Counter())[facet] += 1
    groups = []
    for key, summaries in members.items():
        facet = min(names[key], key=lambda t: (-names[key][t], t.name))  # the spelling used most
        active = sum(summary.is_active for summary in summaries)
        meaning = paragraph_meaning(facet.name.replace(danish.NO_BREAK, " "))
        others = tuple(sorted({other.name for other in names[key]} - {facet.name}))
        groups.append(Group(facet, meaning, tuple(summaries), active, others))
    return tuple(sorted(groups, key=lambda group: sort_key(group.facet.name)))


def _check_addresses(catalog: Catalog) -> None:
    taken: dict[str, str] = {}
    pages = [(summary.address, f"offer {summary.id!r}") for summary in catalog.offers]
    pages += [(group.facet.address, f"list {group.facet.name!r}") for group in catalog.groups]
    pages += [(company.address, f"company {company.cvr!r}") for company in catalog.companies]
    for address, owner in pages:
        if address.casefold() in taken:
            raise CheckError(
                f"{address}: wanted by {taken[address.casefold()]} and {owner}; report this with both names"
            )
        taken[address.casefold()] = owner
