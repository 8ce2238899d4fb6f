"""What is left of an offer between the two passes of a build: all that takes its former states is made of them."""

from dataclasses import dataclass

from generator.pages.listings.summary import OfferSummary
from generator.pages.offer.states import states_script
from generator.pages.sentences import VersionText
from generator.register.history.fact_history import FactHistory, make_fact_history
from generator.register.history.timeline import Offer
from generator.register.mapping.mapping import Mapping


@dataclass(frozen=True, slots=True)
class OfferPast:
    """What an offer was: its changes in words, version by version, and since when its facts have held."""

    texts: tuple[VersionText, ...]  # oldest first, as the offer's versions
    facts: FactHistory


@dataclass(frozen=True, slots=True)
class PreparedOffer:
    """An offer without the contents of its versions, its row, its past, and the script with its states."""

    offer: Offer
    summary: OfferSummary
    past: OfferPast | None  # None where the agreement permits no history
    states: str


def prepare_offer(
    mapping: Mapping, offer: Offer, summary: OfferSummary, texts: tuple[VersionText, ...] | None
) -> PreparedOffer:
    """Prepare an offer for its page; without `texts` nothing is told of what was."""
    past = OfferPast(texts, make_fact_history(offer)) if texts is not None else None
    return PreparedOffer(offer.without_contents(), summary, past, states_script(mapping, offer))
