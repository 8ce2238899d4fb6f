"""What receipts say of each state is what the intervals say, whatever came in whatever order."""

import hashlib
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from generator.archive.merge import Presence
from generator.archive.reader import Archive
from generator.archive.staging import Reading
from generator.archive.verify import verify
from generator.archive.writer import writing
from generator.register.model.documents import Document
from tests.archive.mirror import GROUPING, Mirror, documents, is_demo, key_of, other_key_of

IDS = ("1", "2", "10", "å", "x\ty")
TOLD = st.tuples(
    st.sampled_from(IDS),
    st.fixed_dictionaries({"v": st.integers(1, 2)}, optional={"o": st.sampled_from("ab"), "p": st.sampled_from("yz")}),
)
PULL = st.tuples(
    st.sampled_from(("staged", "swept", "all")),
    st.lists(TOLD, max_size=6),
    st.frozensets(st.sampled_from(IDS)),  # what a sweep finds
    st.sampled_from((GROUPING, GROUPING, "other")),
)


def publish(mirror: Mirror, presence: Presence, told: list[Document], swept: frozenset[str], grouping: str) -> None:
    key = key_of if grouping == GROUPING else other_key_of
    with writing(mirror.path) as writer:
        writer.begin(None)
        with writer.staging.slice("0", Reading(key, is_demo)) as part:
            part.add(told)
        with writer.staging.sweep() as add:
            add(swept)
        writer.publish(
            environment="preprod",
            grouping=grouping,
            key_of=key,
            presence=presence,
            started=datetime(2026, 11, 22, 3, tzinfo=UTC),
            details={"source": {"dump": "made-up"}},
        )


def told_and_recomputed(mirror: Mirror) -> tuple[list[str], list[str]]:
    """The receipts' digests, and the same computed from the intervals in the plainest way."""
    with Archive(mirror.path) as archive:
        stored = [d for batch in archive.batches(9) for _, _, documents in archive.stored(batch) for d in documents]
        told = [receipt.details["digest"] for receipt in archive.receipts()]
    found = []
    for number in range(1, len(told) + 1):
        lines = [
            f"{document.id}\t{document.sha256}\n".encode()
            for document in stored
            for first, last in document.seen
            if first <= number and (last is None or last >= number)
        ]
        found.append(hashlib.sha256(b"".join(sorted(lines))).hexdigest())
    return told, found


# A pull takes too long for shrinking.
@settings(max_examples=60, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(st.lists(PULL, min_size=1, max_size=6))
def test_every_receipts_digest_follows_from_the_intervals(pulls: list[tuple[Any, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        mirror = Mirror(Path(folder))
        publish(mirror, "staged", documents([("1", {"o": "a", "v": 1})]), frozenset(), GROUPING)
        for presence, told, swept, grouping in pulls:
            publish(mirror, presence, documents(told), swept, grouping)
        told_digests, found = told_and_recomputed(mirror)
        assert found == told_digests
        assert verify(mirror.path).problems == []


def test_an_id_under_two_offers_in_one_pull_stays_under_the_last(mirror: Mirror) -> None:
    moved, stays = ("1", {"o": "a", "v": 1}), ("1", {"o": "b", "v": 1})
    mirror.pull(moved, stays)
    assert mirror.seen() == {
        "a": {("1", '{"o":"a","v":1}'): [(1, 1)]},
        "b": {("1", '{"o":"b","v":1}'): [(1, None)]},
    }
    mirror.pull(stays, moved)
    assert mirror.seen() == {
        "a": {("1", '{"o":"a","v":1}'): [(1, 1), (2, None)]},
        "b": {("1", '{"o":"b","v":1}'): [(1, 2)]},
    }
    told_digests, found = told_and_recomputed(mirror)
    assert found == told_digests
    assert verify(mirror.path).problems == []
