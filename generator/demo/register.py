"""A made-up register of any size: the same documents, byte for byte, for the same arguments.

Offer n is rolled with dice of its own, so it is the same however many offers there are, and only one offer is in memory
at a time. Two stages make a second pull worth while: "earlier" is the register as it stood on 2026-09-30, "now" on
2026-11-22. Between them versions were loaded, one version came late, one was corrected, values were enriched anew and
an offer vanished. Everything odd stands in the table of `generator.demo.oddities`, with the offer that has it first.

Where things are: `places` and `texts` and `kinds` hold the material, `offer` the first state of an offer, `events` what
may happen between two versions, `history` the row of versions, `oddities` what is strange, `layouts` how versions
become documents.
"""

from collections.abc import Iterator

import orjson

from generator.demo.history import EARLIER, NOW, DemoVersion, Plan, begin_offer, write_history
from generator.demo.layouts import WRITERS, Document, Layout, Stage
from generator.demo.oddities import oddity_of
from generator.demo.offer import FIRST_ID


def documents(offers: int, seed: int, stage: Stage = "now", layout: Layout = "version") -> Iterator[Document]:
    """Yields the register's documents as elasticdump writes them, offer by offer."""
    for number in range(offers):
        yield from offer_documents(number, seed, stage, layout)


def dump_lines(offers: int, seed: int, stage: Stage = "now", layout: Layout = "version") -> Iterator[bytes]:
    """Yields the register as the lines of an elasticdump file."""
    for document in documents(offers, seed, stage, layout):
        yield orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE)


def offer_documents(number: int, seed: int, stage: Stage, layout: Layout = "version") -> Iterator[Document]:
    """Yields the documents of one offer: the same versions in every layout."""
    versions = [version for version in versions_of(number, seed) if is_served(version, stage)]
    yield from WRITERS[layout](FIRST_ID + number, versions, stage)


def versions_of(number: int, seed: int) -> list[DemoVersion]:
    """Makes all versions that an offer ever has, whatever the stage and the layout."""
    oddity = oddity_of(number)
    plan = oddity.plan if oddity else Plan()
    offer = begin_offer(number, seed, plan)
    versions = write_history(offer, plan)
    if oddity:
        oddity.function(offer, versions)
    return versions


def is_served(version: DemoVersion, stage: Stage) -> bool:
    """Says whether a stage knows a version."""
    if stage == "earlier":
        return version.loaded <= EARLIER
    return version.loaded <= NOW and not version.gone
