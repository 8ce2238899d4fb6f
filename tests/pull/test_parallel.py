"""Slices read side by side: the same archive, and the same promises, as one after the other."""

import threading
import time

import pytest

from generator.demo import documents
from generator.errors import SourceError
from generator.pulling.extract import PullOptions
from generator.source.client import Turns
from tests.pull.faults import FAULTS, LATE, cases, deciding, from_then_on, once
from tests.pull.mirror import OFFERS, Mirror
from tests.support.elasticsearch import FaultyProxy, Reply, Server

pytestmark = pytest.mark.usefixtures("credentials", "small_slices")

PARALLEL = "parallel = 3"
SLICES = 5


def test_side_by_side_gives_the_same_archive(mirror: Mirror, filled: Server) -> None:
    mirror.configure(filled.url)
    alone = mirror.pull()
    mirror.archive.unlink()
    with FaultyProxy(filled, lambda *_: None) as proxy:
        mirror.configure(proxy.url, page_size=20, more=PARALLEL)
        together = mirror.pull(options=PullOptions(first=True))
    assert (together.digest, together.documents) == (alone.digest, alone.documents)
    assert 1 < proxy.most_at_once <= 3
    slices = mirror.receipts()[0].details["slices"]
    assert [name for name in slices if name.isdecimal()] == [str(number) for number in range(SLICES)]
    counts = [count for count, _ in mirror.progress[-20:]]
    assert counts == sorted(counts) and mirror.progress[-1][0] <= mirror.progress[-1][1]  # type: ignore[operator]


@pytest.mark.parametrize("page", [1, 4, 9])
@pytest.mark.parametrize(
    "name", ["page lost: answered, then the connection dropped", "page cut short", "429 with Retry-After", "503"]
)
def test_a_slice_that_breaks_off_is_read_again_and_those_beside_it_go_on(
    mirror: Mirror, filled: Server, name: str, page: int
) -> None:
    with FaultyProxy(filled, deciding(filled, cases(page)[name](filled))) as proxy:
        mirror.configure(proxy.url, page_size=60, timeout=LATE / 2, more=PARALLEL)
        published = mirror.pull()
    assert set(mirror.served()) == {document["_id"] for document in documents(OFFERS, 1)}
    proofs = mirror.receipts()[0].details["slices"]
    tries = [proof["tries"] for proof in proofs.values()]
    assert sorted(tries) == [1] * (len(tries) - 1) + [2]
    assert published.documents == sum(proof["total"] for proof in proofs.values()), "nothing of the broken try is left"
    assert sum("; again in " in line for line in mirror.said) == 1


def test_what_is_whole_is_kept_when_one_stays_broken(
    mirror: Mirror, filled: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.source.retry.RetryPolicy._pause", lambda *_: 0.01)
    with FaultyProxy(filled, deciding(filled, from_then_on(FAULTS["503"], 12))) as proxy:
        mirror.configure(proxy.url, page_size=60, more=PARALLEL)
        with pytest.raises(SourceError, match=r"given up on slice \d of 5 after 3 tries; nothing was published, [1-4]"):
            mirror.pull()
        assert not mirror.archive.exists()
        proxy.decide = lambda *_: None
        mirror.pull(options=PullOptions(resume=True))
    assert set(mirror.served()) == {document["_id"] for document in documents(OFFERS, 1)}
    assert not [thread for thread in threading.enumerate() if "ThreadPoolExecutor" in thread.name], "one is left"


def test_what_waiting_does_not_mend_ends_all_at_once(mirror: Mirror, filled: Server) -> None:
    with FaultyProxy(filled, deciding(filled, once(Reply(403), 5))) as proxy:
        mirror.configure(proxy.url, page_size=20, more=PARALLEL)
        with pytest.raises(SourceError, match="refuses the user name"):
            mirror.pull()
        opened = sum("scroll=" in request.path for request in proxy.requests)
    assert opened <= SLICES and not any("again in" in line for line in mirror.said)


def test_connections_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    now, waited = [100.0], list[float]()
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(time, "sleep", waited.append)
    turns = Turns(4)
    for _ in range(3):
        turns.wait()
    now[0] += 10
    turns.wait()
    assert waited == [0, 0.25, 0.5, 0]
