"""Offers made by hand, read as the register reads them."""

from datetime import UTC, datetime
from typing import Any

from generator.register.history.timeline import Offer, read_offers
from generator.register.mapping.mapping import default_mapping
from generator.register.model.documents import Observed, Pull, Pulls

PULLS = Pulls.of([Pull(n, datetime(2026, 11, 19 + n, 4, tzinfo=UTC), True) for n in (1, 2)])


def offer(*versions: dict[str, Any], key: str = "7", gone: bool = False) -> Offer:
    """An offer of versions given as {"fra": day, "til": last day, …members of tilbud…}; no day is no start."""
    documents = []
    for number, facts in enumerate(versions, start=1):
        envelope = {
            "tilbudsId": key,
            "version": number,
            "status": facts.pop("status", "AKTIV"),
            "gyldigFra": f"{facts.pop('fra')}T09:00:00+01:00",
            "gyldigTil": facts.pop("til", None),
            "tilbud": {"tilbudsId": key, "navn": "Huset", **facts},
        }
        documents.append(
            Observed(f"{key}-{number}", f"{number}", ((1, 1 if gone else None),), {"TilbudEnvelope": envelope})
        )
    (read,), _ = read_offers(default_mapping(), documents, PULLS)
    return read


def approved(status: str, places: int = 8, paragraph: str = "SEL § 107") -> dict[str, Any]:
    return {"godkendelse": {"status": status, "pladser": [{"paragraf": paragraph, "antal": places}]}}
