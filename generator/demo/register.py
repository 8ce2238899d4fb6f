"""A made-up register of any size: the same documents, byte for byte, for the same arguments.

Offer n is rolled with dice of its own, so it is the same however many offers there are, and only one offer is in memory
at a time. Two stages make a second pull worth while: "earlier" is the register as it stood on 2026-09-30, "now" on
2026-11-22. Between them versions were loaded, one version came late, one was corrected, values were enriched anew and
an offer vanished. Everything odd stands in the table of `generator.demo.oddities`, with the offer that has it first.

Where things are: `places` and `texts` and `kinds` hold the material, `offer` the first state of an offer, `events` what
may happen between two versions, `history` the row of versions, `oddities` what is strange; the documents are made here.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any, Literal

import orjson

from generator.demo.history import EARLIER, NOW, Plan, Version, begin_offer, write_history
from generator.demo.oddities import oddity_of
from generator.demo.offer import FIRST_ID

Stage = Literal["earlier", "now"]
Document = dict[str, Any]


def documents(offers: int, seed: int, stage: Stage = "now") -> Iterator[Document]:
    """Yields the register's documents as elasticdump writes them, offer by offer."""
    for number in range(offers):
        yield from offer_documents(number, seed, stage)


def dump_lines(offers: int, seed: int, stage: Stage = "now") -> Iterator[bytes]:
    """Yields the register as the lines of an elasticdump file."""
    for document in documents(offers, seed, stage):
        yield orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE)


def offer_documents(number: int, seed: int, stage: Stage) -> Iterator[Document]:
    """Yields the documents of one offer; a layout of one document an offer would wrap the same versions."""
    versions = [version for version in versions_of(number, seed) if is_served(version, stage)]
    ends = ends_of(versions)
    for version in versions:
        yield document_of(FIRST_ID + number, version, ends.get(version.number), stage)


def versions_of(number: int, seed: int) -> list[Version]:
    """Makes all versions that an offer ever has, whatever the stage and the layout."""
    oddity = oddity_of(number)
    plan = oddity.plan if oddity else Plan()
    offer = begin_offer(number, seed, plan)
    versions = write_history(offer, plan)
    if oddity:
        oddity.function(offer, versions)
    return versions


def is_served(version: Version, stage: Stage) -> bool:
    """Says whether a stage knows a version."""
    if stage == "earlier":
        return version.loaded <= EARLIER
    return version.loaded <= NOW and not version.gone


def ends_of(versions: list[Version]) -> dict[int | str | None, datetime]:
    """Gives the end of each version: where the next one that the stage knows begins."""
    row = [version for version in versions if version.document_id is None]
    return {version.number: after.since for version, after in pairwise(row)}


def document_of(tilbuds_id: int, version: Version, until: datetime | None, stage: Stage) -> Document:
    """Wraps a version as the index serves it in a stage."""
    is_earlier = stage == "earlier"
    loaded = version.loaded if is_earlier or version.corrected is None else version.corrected
    envelope: dict[str, Any] = {"tilbudsId": tilbuds_id} if version.named else {}
    envelope |= {
        "version": version.number,
        "status": version.status,
        "gyldigFra": version.since.isoformat(),
        "gyldigTil": until.isoformat() if until else None,
        "sidstIndlaest": loaded.isoformat(),
        "demo": True,
        "tilbud": version.earlier if is_earlier and version.earlier is not None else version.tilbud,
    }
    return {
        "_index": "demo",
        "_type": "tilbud",
        "_id": version.document_id or f"{tilbuds_id}-{version.number}",
        "_score": 1,
        "_source": {"TilbudEnvelope": envelope},
    }
