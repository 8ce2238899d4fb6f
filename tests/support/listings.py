"""Listings of made-up offers, read the way a build reads them."""

from datetime import UTC, datetime
from typing import Any

from generator.pages.listings.summary import OfferSummary, make_summary
from generator.register.history.timeline import read_offers
from generator.register.mapping.mapping import default_mapping
from generator.register.model.documents import Observed, Pull, Pulls

_MAPPING = default_mapping()
_PULLS = Pulls.of([Pull(1, datetime(2024, 6, 1, 2, 0, tzinfo=UTC), complete=True)])


def summary(name: str = "Et tilbud", start: str = "2020-01-01", status: str = "AKTIV", **tilbud: Any) -> OfferSummary:
    """The listing of an offer with one version; its id is its name."""
    envelope = {"tilbudsId": name, "version": 1, "gyldigFra": start, "status": status}
    source = {"TilbudEnvelope": {**envelope, "tilbud": {"navn": name, **tilbud}}}
    (offer,), problems = read_offers(_MAPPING, [Observed(name, "", ((1, None),), source)], _PULLS)
    assert problems == []
    return make_summary(offer)


def address(code: str, name: str = "", position: tuple[float, float] | None = None) -> dict[str, Any]:
    """The address of an offer in a municipality."""
    where = {"wgs84": {"lat": position[0], "lon": position[1]}} if position else {}
    return {"kommunekode": code, "kommunenavn": name or f"Kommune {code}", **where}


def approval(places: int | None = None, status: str = "Godkendt", paragraph: str = "SEL § 107") -> dict[str, Any]:
    """An approval with some places."""
    return {"status": status, "pladser": [{"paragraf": paragraph, "antal": places}]}
