"""Documents of one offer in the layout `version`, and the offer that they are of."""

from datetime import UTC, datetime, timedelta
from typing import Any

from generator.register.history.timeline import Offer, Version, read_offers
from generator.register.mapping.mapping import Mapping, default_mapping
from generator.register.model.documents import Observed, Pull, Pulls

MAPPING = default_mapping()


Seen = tuple[int, int | None]


FIRST_PULL = datetime(2024, 1, 1, 2, 0, tzinfo=UTC)


def night(number: int) -> datetime:
    """When a pull ended: pull 1 on 1 January 2024, and one each night."""
    return FIRST_PULL + timedelta(days=number - 1)


def pulls(last: int = 9, *, incomplete: tuple[int, ...] = ()) -> Pulls:
    return Pulls.of(Pull(n, night(n), complete=n not in incomplete) for n in range(1, last + 1))


def version(
    number: Any = 1,
    start: Any = "2021-03-04T09:00:00+01:00",
    *seen: Seen,
    status: Any = "AKTIV",
    loaded: str | None = None,
    **tilbud: Any,
) -> Observed:
    """One document of offer 10000, seen from pull 1 until now unless told otherwise."""
    envelope = {"tilbudsId": 10000, "version": number, "gyldigFra": start, "sidstIndlaest": loaded, "status": status}
    return Observed(f"10000-{number}", "", seen or ((1, None),), {"TilbudEnvelope": {**envelope, "tilbud": tilbud}})


def offer(*documents: Observed, last: int = 9, history: bool = True, mapping: Mapping = MAPPING) -> Offer:
    (one,), _ = read_offers(mapping, documents, pulls(last), history=history)
    return one


def oldest_first(offer: Offer) -> list[Version]:
    return list(offer.versions)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
