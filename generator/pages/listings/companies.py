"""The companies of the offers, councils among them: one for every CVR number, with every part it has in an offer."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from generator.pages import danish, urls
from generator.pages.listings import facets
from generator.pages.listings.facets import Facet
from generator.pages.listings.summary import PROVIDERS, OfferSummary, Role, sort_key

# What a company can be to an offer, in the order of its page.
KINDS = ("Driftsherre", "Virksomhed", "Driftsaftale", "Fasteaftale", "Samarbejdskommune")


@dataclass(frozen=True, slots=True)
class Company:
    """A company's page: its name, and its offers, each with every part that it has in it."""

    facet: Facet
    cvr: str
    other_names: tuple[str, ...]
    offers: tuple[tuple[OfferSummary, tuple[str, ...]], ...]

    @property
    def name(self) -> str:
        """What most of its offers call it."""
        return self.facet.name

    @property
    def address(self) -> str:
        """Its page."""
        return self.facet.address

    @property
    def runs(self) -> frozenset[str]:
        """The ids of the offers that it runs or has run."""
        return frozenset(summary.id for summary, kinds in self.offers if not set(PROVIDERS).isdisjoint(kinds))

    @property
    def active(self) -> int:
        """How many offers in operation it has a part in."""
        return sum(summary.is_active for summary, _ in self.offers)


def make_companies(offers: Iterable[OfferSummary]) -> tuple[Company, ...]:
    """Every company that has a part in one of the offers, in Danish order; the offers stay in theirs."""
    roles: dict[str, list[tuple[Role, OfferSummary]]] = {}
    for summary in offers:
        for role in summary.roles:
            roles.setdefault(urls.company_key(role.cvr), []).append((role, summary))
    return tuple(
        sorted(
            map(_company, roles.values()),
            key=lambda company: (sort_key(company.name), company.address),
        )
    )


def _company(held: list[tuple[Role, OfferSummary]]) -> Company:
    cvr = "".join(held[0][0].cvr.split())
    counted = Counter(role.name for role, _ in held if role.name)
    names = sorted(counted, key=lambda name: (-counted[name], sort_key(name)))  # the one used most comes first
    others = {name.casefold(): name for name in reversed(names)}  # only case apart is no other name
    offers: dict[str, tuple[OfferSummary, set[str]]] = {}
    for role, summary in held:
        offers.setdefault(summary.id, (summary, set()))[1].add(role.kind)
    name = names[0] if names else f"CVR {danish.digits(cvr, danish.CVR)} (uden navn)"
    return Company(
        facet=facets.company(cvr, name),
        cvr=cvr,
        other_names=tuple(name for name in names[1:] if others[name.casefold()] == name),
        offers=tuple((summary, tuple(sorted(kinds, key=KINDS.index))) for summary, kinds in offers.values()),
    )
