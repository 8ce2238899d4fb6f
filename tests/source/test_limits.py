"""An answer that would take all memory, packed or not, is given up as soon as it is longer than it may be."""

import gzip
import json
import socketserver
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from generator.errors import SourceError, SourceInterrupted
from generator.source.client import Client
from generator.source.endpoint import Endpoint
from generator.source.es_mapping import fetch_mapping
from tests.support.elasticsearch import Drip, FaultyProxy, Reply

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


@pytest.mark.parametrize(
    "date",
    [
        "i går",
        "",
        "Thu, 26 Nov 2026 03:00:00",  # in no zone
        "Thu, 01 Jan 99999999999999999999 00:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 -2300",
    ],
)
def test_a_server_without_a_clock_is_not_compared(date: str) -> None:
    assert clock_ahead(date) == 0


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize("call", [ask, fetch_mapping])
@pytest.mark.parametrize(
    "answer",
    [
        HEAD + b"X-Padding: " + b"x" * 2000,
        HEAD + b"".join(b"X-%d: x\r\n" % number for number in range(200)),
        HEAD + b"Content-Length: 2000\r\n\r\n" + b" " * 2000,
        HEAD + b"\r\n" + b" " * 2000,  # it has no length: its end is the connection's
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\n \r\n" * 400,
    ],
    ids=["a header", "headers", "a body", "a body without a length", "chunks"],
)
def test_an_answer_that_drips_has_an_end(answer: bytes, call: Callable[[Endpoint], object]) -> None:
    said = ["no answer within 0.2 s"]
    with FaultyProxy(None, lambda *_: Drip(answer, 0.02)) as proxy:  # 40 seconds in all
        # On a busy machine a byte may be late, which ends the call by another rule.
        while "no answer within 0.2 s" in said[-1] and len(said) < 10:
            begun = time.monotonic()
            with pytest.raises(SourceError) as caught:
                call(replace(endpoint(proxy.url), timeout=0.2))
            took = time.monotonic() - begun
            said.append(str(caught.value))
    assert "an answer too slow (not whole within 2 s)" in said[-1]
    assert took < 20


@contextmanager
def dripping(data: bytes, pause: float) -> Iterator[int]:
    """A server without a protocol: the port where whoever connects gets these bytes, one at a time."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):  # the client has gone
                for byte in data:
                    time.sleep(pause)
                    self.request.sendall(bytes([byte]))

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()


def test_a_greeting_that_drips_has_an_end() -> None:
    record = b"\x16\x03\x03\x40\x00" + b"\x02" * 2000  # its head announces 16 kB
    with dripping(record, 0.02) as port, pytest.raises(SourceError, match=r"no answer within 0\.2 s"):
        ask(replace(endpoint(f"https://127.0.0.1:{port}"), timeout=0.2))


def test_a_slow_answer_that_comes_in_time_is_read() -> None:
    body = json.dumps(GOOD).encode()
    answer = HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body
    with FaultyProxy(None, lambda *_: Drip(answer, 0.002)) as proxy:
        assert ask(endpoint(proxy.url)) == GOOD


def test_the_connection_after_one_that_dripped() -> None:
    answers: Iterator[Drip | Reply] = iter(
        [Drip(HEAD + b"X-Padding: " + b"x" * 2000, 0.02), Reply(200, json.dumps(GOOD).encode())]
    )
    with (
        FaultyProxy(None, lambda *_: next(answers)) as proxy,
        closing(Client(replace(endpoint(proxy.url), timeout=0.5))) as client,
    ):
        with pytest.raises(SourceError, match="too slow"):
            client.mapping()
        assert client.mapping() == GOOD
