"""An answer that would take all memory, packed or not, is given up as soon as it is longer than it may be."""

import gzip
import json
import tracemalloc
import zlib
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from generator.errors import SourceError, SourceInterrupted
from generator.source.client import Client, Endpoint
from generator.source.mapping import fetch_mapping
from tests.support.elasticsearch import FaultyProxy, Reply

MOST = 1_000_000  # bytes of an answer
ZEROS = 200_000_000
GOOD: dict[str, Any] = {"tilbud": {"mappings": {"tilbud": {"properties": {"navn": {"type": "text"}}}}}}
PACK: dict[str, Callable[[bytes], bytes]] = {
    "identity": bytes,
    "gzip": gzip.compress,
    "deflate": zlib.compress,
}


def endpoint(url: str) -> Endpoint:
    return Endpoint(url=url, index="tilbud", type="tilbud", timeout=20.0, answer_bytes=MOST)


def ask(endpoint: Endpoint) -> dict[str, Any]:
    with closing(Client(endpoint)) as client:
        return client.mapping()


@pytest.mark.parametrize("call", [ask, fetch_mapping])
@pytest.mark.parametrize("encoding", PACK)
def test_an_answer_that_is_too_long(encoding: str, call: Callable[[Endpoint], object]) -> None:
    size = 2 * MOST if encoding == "identity" else ZEROS
    bomb = PACK[encoding](b'{"tilbud":"' + b" " * size + b'"}')
    with FaultyProxy(None, lambda *_: Reply(200, bomb, {"Content-Encoding": encoding})) as proxy:
        tracemalloc.start()
        try:
            with pytest.raises(SourceError, match=r"more than 1000000 bytes .limits\.answer_bytes.; lower") as caught:
                call(endpoint(proxy.url))
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert len(proxy.requests) == 1
    assert not isinstance(caught.value, SourceInterrupted), "asked for again it is as long"
    assert peak < 20 * MOST + len(bomb), "all of it was unpacked"


@pytest.mark.parametrize("call", [ask, fetch_mapping])
@pytest.mark.parametrize("encoding", PACK)
def test_a_packed_answer_is_unpacked(encoding: str, call: Callable[[Endpoint], object]) -> None:
    answer = PACK[encoding](json.dumps(GOOD).encode())
    with FaultyProxy(None, lambda *_: Reply(200, answer, {"Content-Encoding": encoding})) as proxy:
        assert call(endpoint(proxy.url)) == GOOD


def test_the_connection_is_free_for_the_next_call() -> None:
    answers = iter([b" " * 2 * MOST, json.dumps(GOOD).encode()])
    with (
        FaultyProxy(None, lambda *_: Reply(200, next(answers), {})) as proxy,
        closing(Client(endpoint(proxy.url))) as client,
    ):
        with pytest.raises(SourceError, match=r"limits\.answer_bytes"):
            client.mapping()
        assert client.mapping() == GOOD


def clock_ahead(date: str) -> float:
    with (
        FaultyProxy(None, lambda *_: Reply(200, json.dumps(GOOD).encode(), {"Date": date})) as proxy,
        closing(Client(endpoint(proxy.url))) as client,
    ):
        client.mapping()
        return client.clock_ahead


@pytest.mark.clock
@pytest.mark.parametrize("hours", [-2, 2])
def test_a_servers_clock_is_compared_with_ours(hours: int) -> None:
    date = format_datetime(datetime.now(UTC) - timedelta(hours=hours), usegmt=True)
    assert abs(clock_ahead(date) - hours * 3600) < 600


@pytest.mark.parametrize("date", ["i går", "", "Thu, 26 Nov 2026 03:00:00"])  # the last one is in no zone
def test_a_server_without_a_clock_is_not_compared(date: str) -> None:
    assert clock_ahead(date) == 0
