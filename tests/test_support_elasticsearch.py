"""The tests' own tools do what other tests take for granted: the server, the loader, the proxy, the browser."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from playwright.sync_api import Page

from tests.support.elasticsearch import (
    VERSION,
    VERSION_7,
    Answer,
    Cut,
    Drop,
    Edit,
    FaultyProxy,
    Loader,
    Reply,
    Server,
    Swallow,
    Wait,
    Write,
    absent_programs,
    redirect,
    start_server,
    with_blanks,
)
from tests.support.tools import missing_tool

SEARCH = "/things/tilbud/_search"


def documents(count: int) -> Iterator[dict[str, Any]]:
    """Documents whose field is a number in one and a text, a list or an object in the next."""
    odd: list[Any] = [1, "én", None, [1, "to"], {"dyb": {"værdi": "æøå"}}, "2021-02-30"]
    for n in range(count):
        yield {"_id": f"{n}-1", "_type": "tilbud", "_source": {"TilbudEnvelope": {"felt": odd[n % len(odd)]}}}


@pytest.fixture(
    params=[
        pytest.param(name, marks=pytest.mark.elasticsearch, id=version)
        for name, version in (("elasticsearch", VERSION), ("elasticsearch7", VERSION_7))
    ]
)
def either(request: pytest.FixtureRequest) -> Server:
    """The one server, then the other."""
    server = request.getfixturevalue(request.param)
    assert isinstance(server, Server)
    return server


@pytest.fixture
def filler(either: Server) -> Iterator[Loader]:
    """Fills indexes on that server; they are deleted after the test."""
    loader = Loader(either, batch_bytes=2_000)  # many batches
    yield loader
    loader.clear()


@pytest.fixture(scope="module")
def filled(elasticsearch: Server) -> Iterator[Server]:
    """The server with twelve documents in the index `things`."""
    loader = Loader(elasticsearch)
    loader.load("things", documents(12))
    yield elasticsearch
    loader.clear()


# ---------------------------------------------------------------- server and loader


def test_server_is_the_version_of_the_platform(elasticsearch: Server) -> None:
    answer = elasticsearch.call("GET", "/")
    assert answer.status == 200
    assert answer.json()["version"]["number"] == "6.8.23"
    assert "x-elastic-product" not in {name.lower() for name in answer.headers}


def test_the_other_server_is_the_next_version(elasticsearch7: Server) -> None:
    answer = elasticsearch7.call("GET", "/")
    assert answer.status == 200
    assert answer.json()["version"]["number"] == "7.17.28"
    assert "x-elastic-product" in {name.lower() for name in answer.headers}


def test_server_wants_the_credentials(either: Server) -> None:
    wrong = Server(either.url, either.username, "forkert")
    assert either.call("GET", "/").status == 200
    assert either.call("GET", "/", authorized=False).status == 401
    assert wrong.call("GET", "/").status == 401


def test_wrong_type_is_a_polite_nothing(filled: Server) -> None:
    answer = filled.call("GET", "/things/tilbudd/_search")
    assert (answer.status, answer.json()["hits"]["total"]) == (200, 0)
    assert filled.call("GET", "/nothing/tilbud/_search").status == 404


def test_loader_stores_every_document_whatever_its_fields_hold(either: Server, filler: Loader) -> None:
    wanted = list(documents(1_000))
    assert filler.load("many", wanted, shards=3) == 1_000

    hits = either.call("GET", "/many/_search?size=2000").json()["hits"]["hits"]
    assert {hit["_id"]: hit["_source"] for hit in hits} == {doc["_id"]: doc["_source"] for doc in wanted}
    assert {hit["_type"] for hit in hits} == {"tilbud" if either.version() == "6.8.23" else "_doc"}

    filler.remove("many", "0-1", "17-1")
    assert either.call("GET", "/many/_count").json()["count"] == 998
    filler.clear()
    assert either.call("GET", "/many/_count").status == 404


def test_loader_changes_documents(either: Server, filler: Loader) -> None:
    filler.load("changing", documents(3))
    filler.change("changing", "1-1", lambda source: source["TilbudEnvelope"].update(felt="to"))
    filler.add("changing", [{"_id": "2-1", "_type": "tilbud", "_source": {"ny": True}}])
    hits = either.call("GET", "/changing/_search").json()["hits"]["hits"]
    assert {hit["_id"]: hit["_source"] for hit in hits} == {
        "0-1": {"TilbudEnvelope": {"felt": 1}}, "1-1": {"TilbudEnvelope": {"felt": "to"}}, "2-1": {"ny": True}
    }  # fmt: skip
    with pytest.raises(RuntimeError, match="1 of 2 changes were not made"):
        filler.remove("changing", "2-1", "9-1")


@pytest.mark.parametrize(
    ("source", "write", "stored"),
    [
        ({"a": "æ", "b": 1}, orjson.dumps, '{"a":"æ","b":1}'.encode()),
        ({"a": "æ", "b": 2**70}, with_blanks, b'{"a": "\\u00e6", "b": 1180591620717411303424}'),
        (b'{"a" :1.0,"b":"\xc3\xa6"}', orjson.dumps, b'{"a" :1.0,"b":"\xc3\xa6"}'),
    ],
    ids=["compact", "blanks", "as it stands"],
)
def test_loader_stores_bytes_as_they_are_spelt(
    either: Server, filler: Loader, source: Any, write: Write, stored: bytes
) -> None:
    filler.create("spelt", mapping={"enabled": False})
    filler.add("spelt", [{"_id": "1", "_type": "tilbud", "_source": source}], write=write)
    answer = either.call("GET", "/spelt/_search").body
    assert b'"_source":' + stored + b"}" in answer


def test_loader_refuses_a_line_break_within_a_document(loader: Loader) -> None:
    loader.create("lines")
    with pytest.raises(ValueError, match="1: its text has a line break"):
        loader.add("lines", [{"_id": "1", "_type": "tilbud", "_source": b"{\n}"}])


def test_load_time_is_a_date_that_can_be_asked_for_and_odd_ones_do_no_harm(either: Server, filler: Loader) -> None:
    times = ["2026-11-22T03:00:00+01:00", "2026-09-30T03:00:00.123456+02:00", "2021-02-30", None, "i går"]
    sources = [{"TilbudEnvelope": {"sidstIndlaest": time}} for time in times]
    filler.load("timed", ({"_id": str(n), "_type": "tilbud", "_source": text} for n, text in enumerate(sources)))
    since = {"query": {"range": {"TilbudEnvelope.sidstIndlaest": {"gte": "2026-11-22T02:00:00Z"}}}}
    found = either.call("POST", "/timed/_search", since).json()["hits"]["hits"]
    count = either.call("GET", "/timed/_count").json()["count"]
    assert [hit["_id"] for hit in found] == ["0"]
    assert count == len(times)


def test_loader_says_what_was_not_stored(loader: Loader) -> None:
    loader.load("things-2", documents(1))
    with pytest.raises(RuntimeError, match="1 of 1 changes were not made"):
        loader.add("things-2", [{"_id": "x", "_type": "another", "_source": {}}])


@pytest.mark.parametrize("url", ["http://192.0.2.1:9200", "http://example.org", "http://[2001:db8::1]:9200"])
def test_no_server_but_this_machines_own_is_ever_called(url: str) -> None:
    with pytest.raises(ValueError, match="is not this machine"):
        Server(url)


def test_address_from_the_environment_is_read_whole() -> None:
    server = Server.from_address("http://spejl:hemmeligt-%C3%A6@[::1]:9201/")
    assert (server.url, server.username, server.password) == ("http://[::1]:9201", "spejl", "hemmeligt-æ")


@pytest.mark.elasticsearch
def test_a_server_of_ones_own_stops_when_told_and_starts_again(tmp_path: Path) -> None:
    if absent := absent_programs():
        missing_tool(absent)
    with start_server(tmp_path, basic_auth=None) as server:
        assert server.authorization is None
        Loader(server).load("kept", documents(300))
        server.stop()
        with pytest.raises(ConnectionRefusedError):
            server.call("GET", "/")
        server.start()
        assert server.call("GET", "/kept/_count").json()["count"] == 300
        with pytest.raises(RuntimeError, match="is running already"):
            server.start()
    with pytest.raises(ConnectionRefusedError):
        server.call("GET", "/")


# ---------------------------------------------------------------- the proxy


def test_proxy_passes_on_what_it_is_not_told_to_spoil(filled: Server) -> None:
    with FaultyProxy(filled, lambda n, method, path: None) as proxy:
        direct, through = filled.call("GET", SEARCH), proxy.server.call("GET", SEARCH)
    assert through.status == 200
    assert _hits(through) == _hits(direct)
    assert [(request.number, request.method, request.path) for request in proxy.requests] == [(1, "GET", SEARCH)]
    assert proxy.requests[0].headers["Authorization"] == filled.authorization


def test_proxy_drops_the_call_it_is_told_to(filled: Server) -> None:
    with FaultyProxy(filled, lambda n, method, path: Drop() if n == 2 else None) as proxy:
        assert proxy.server.call("GET", SEARCH).status == 200
        with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
            proxy.server.call("GET", SEARCH)
        assert proxy.server.call("GET", SEARCH).status == 200


def test_proxy_cuts_an_answer_short(filled: Server) -> None:
    with (
        FaultyProxy(filled, lambda n, method, path: Cut(keep=100)) as proxy,
        pytest.raises((http.client.IncompleteRead, ConnectionResetError)),
    ):
        proxy.server.call("GET", SEARCH)


@pytest.mark.parametrize("instead", [None, Reply(503, b"busy", {"Retry-After": "1"})])
def test_proxy_swallows_an_answer_after_the_server_has_gone_on(filled: Server, instead: Reply | None) -> None:
    def second_page(number: int, method: str, path: str) -> Swallow | None:
        return Swallow(instead) if number == 2 else None

    with FaultyProxy(filled, second_page) as proxy:
        first = proxy.server.call("GET", f"{SEARCH}?scroll=1m&size=4&sort=_doc").json()
        scroll = {"scroll": "1m", "scroll_id": first["_scroll_id"]}
        if instead is None:
            with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
                proxy.server.call("POST", "/_search/scroll", scroll)
        else:
            busy = proxy.server.call("POST", "/_search/scroll", scroll)
            assert (busy.status, busy.body, busy.headers["Retry-After"]) == (503, b"busy", "1")
        third = proxy.server.call("POST", "/_search/scroll", scroll).json()
        assert proxy.server.call("POST", "/_search/scroll", scroll).json()["hits"]["hits"] == []
    # What a client that asks again would have lost: 4 of 12.
    assert (len(first["hits"]["hits"]), len(third["hits"]["hits"])) == (4, 4)


def test_proxy_sends_the_client_elsewhere(filled: Server) -> None:
    with (
        FaultyProxy(None, lambda n, method, path: Reply(200, b"{}")) as elsewhere,
        FaultyProxy(filled, lambda n, method, path: redirect(elsewhere.url + path)) as proxy,
    ):
        answer = proxy.server.call("GET", SEARCH)
    assert (answer.status, answer.headers["Location"]) == (302, elsewhere.url + SEARCH)
    assert elsewhere.requests == []


def test_proxy_changes_an_answer(filled: Server) -> None:
    def fail_a_shard(answer: dict[str, Any]) -> None:
        answer["_shards"]["failed"] = 1

    with FaultyProxy(filled, lambda n, method, path: Edit(fail_a_shard)) as proxy:
        assert proxy.server.call("GET", SEARCH).json()["_shards"]["failed"] == 1


def test_proxy_is_late(filled: Server) -> None:
    with FaultyProxy(filled, lambda n, method, path: Wait(0.3)) as proxy:
        start = time.monotonic()
        assert proxy.server.call("GET", SEARCH).status == 200
    assert time.monotonic() - start >= 0.3


def test_proxy_stops_by_itself() -> None:
    with FaultyProxy(None, lambda n, method, path: Reply(200, b"{}"), most_requests=1, seconds=0.2) as proxy:
        server = Server(proxy.url)
        assert server.call("GET", "/").status == 200
        with pytest.raises(OSError):
            server.call("GET", "/")  # one too many
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and _listens(proxy.url):
            time.sleep(0.05)
        assert not _listens(proxy.url)


def test_proxy_tells_of_its_own_failure() -> None:
    with (
        pytest.raises(AssertionError, match="the proxy itself failed: ZeroDivisionError"),
        FaultyProxy(None, lambda n, method, path: Reply(n // 0)) as proxy,
    ):
        with pytest.raises(OSError):
            Server(proxy.url).call("GET", "/")
        time.sleep(0.1)


# ---------------------------------------------------------------- the browser


def test_browser_opens_a_page_from_a_file(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "side.html"
    file.write_text("<!doctype html><meta charset=utf-8><title>Bosted Åkanden</title><p>Ø</p>", encoding="utf-8")
    page.goto(file.as_uri())
    assert page.title() == "Bosted Åkanden"


def _hits(answer: Answer) -> list[str]:
    return sorted(json.dumps(hit, sort_keys=True) for hit in answer.json()["hits"]["hits"])


def _listens(url: str) -> bool:
    host, _, port = url.removeprefix("http://").partition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=1):
            return True
    except OSError:
        return False
