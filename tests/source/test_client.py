"""The scroll against a real Elasticsearch 6.8.23: all documents come, or one clear line says why not."""

import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from generator.errors import SourceError
from generator.register.documents import Document
from generator.source.client import Endpoint, full_address, scroll
from tests.support.elasticsearch import (
    Cut,
    Drop,
    Edit,
    Fault,
    FaultyProxy,
    JsonObject,
    Loader,
    Reply,
    Server,
    Swallow,
    Wait,
    redirect,
    send,
    with_blanks,
)

INDEX = "client-tests"
COUNT = 25
NEXT_PAGE = "/_search/scroll"
FIRST_PAGE = f"/{INDEX}/tilbud/_search"


def source(n: int) -> JsonObject:
    """A document's `_source`; number 7 can't be parsed without loss."""
    odd: Any = 2**70 if n == 7 else "\ud800" if n == 8 else None
    return {"TilbudEnvelope": {"n": n, "navn": f"Åhøj – {n} 🌻", "odd": odd}}


@pytest.fixture(scope="module")
def filled(elasticsearch: Server) -> Iterator[Server]:
    """The server with 25 documents."""
    loader = Loader(elasticsearch)
    documents = ({"_id": f"{n}-1", "_type": "tilbud", "_source": source(n)} for n in range(COUNT))
    loader.load(INDEX, documents, write=with_blanks)
    loader.create(f"{INDEX}-empty")
    yield elasticsearch
    loader.clear()


def endpoint(server: Server, url: str = "") -> Endpoint:
    """The test index, ten documents a page."""
    return Endpoint(
        url=url or server.url,
        index=INDEX,
        type="tilbud",
        username=server.username or "",
        password=server.password or "",
        page_size=10,
        timeout=20,
        contact="drift@kommune.example",
    )


def read(where: Endpoint) -> list[Document]:
    """All documents."""
    with scroll(where) as opened:
        return list(opened.documents())


def said(where: Endpoint) -> str:
    """What reading fails with: one line that names the address."""
    with pytest.raises(SourceError) as caught:
        read(where)
    message = str(caught.value)
    assert message.startswith(f"{where.url}: ")
    assert "\n" not in message
    assert where.password not in message
    return message.removeprefix(f"{where.url}: ")


def open_contexts(server: Server) -> int:
    """How many scroll contexts the server holds."""
    nodes = server.call("GET", "/_nodes/stats/indices/search").json()["nodes"].values()
    return sum(node["indices"]["search"]["open_contexts"] for node in nodes)


@pytest.fixture(autouse=True)
def nothing_is_left_open(filled: Server) -> Iterator[None]:
    """After each test the server holds no context more than before."""
    before = open_contexts(filled)
    yield
    assert open_contexts(filled) <= before


def nth_page(number: int, fault: Fault) -> Callable[[int, str, str], Fault | None]:
    """Spoils the n-th page and no other call."""
    seen = 0

    def decide(_: int, method: str, path: str) -> Fault | None:
        nonlocal seen
        if method == "DELETE" or "/_search" not in path:
            return None
        seen += 1
        return fault if seen == number else None

    return decide


def pages(proxy: FaultyProxy) -> int:
    """How many pages were asked for."""
    return sum(request.method != "DELETE" and "/_search" in request.path for request in proxy.requests)


# ---------------------------------------------------------------- everything comes


def test_every_document_comes_as_it_was_stored(filled: Server) -> None:
    with scroll(endpoint(filled)) as opened:
        assert opened.total == COUNT
        found = {document.id: document for document in opened.documents()}
    assert found == {f"{n}-1": Document(f"{n}-1", "tilbud", with_blanks(source(n))) for n in range(COUNT)}


@pytest.mark.parametrize(
    "text",
    [
        b'{"a":1,"b":[2.5,"\xc3\xa6"]}',
        b'{ "a" : {"_source": {"a":2} } , "b": 1 }',
        b'{"a":0.12345678901234567890123,"b":1e400}',
        b'{"a":18446744073709551616}',
        b'{"a":"\\ud800","b":"\\u0000"}',
        b'{"a":' + b"[" * 300 + b"]" * 300 + b"}",
    ],
)
def test_a_source_comes_as_it_stands(filled: Server, loader: Loader, text: bytes) -> None:
    loader.create("verbatim", mapping={"enabled": False})
    headers = {"Content-Type": "application/json", "Authorization": filled.authorization or ""}
    for id_, body in (("1", b'{"first":1}'), ("2", text)):
        stored = send(filled.url, "PUT", f"/verbatim/tilbud/{id_}?refresh=true", headers, body)
        assert stored.status == 201, stored.body
    found = read(replace(endpoint(filled), index="verbatim"))
    assert {document.id: document.text for document in found} == {"1": b'{"first":1}', "2": text}


def test_duplicate_keys_come_as_they_stand(filled: Server) -> None:
    body = {
        "_scroll_id": "x", "timed_out": False, "_shards": {"total": 1, "successful": 1, "failed": 0},
        "hits": {"total": 1, "hits": []},
    }  # fmt: skip
    hits = '[{"_id":"1","_type":"tilbud","_source":{"a":1,"a":2}},{"_id":"2","_type":"tilbud","_source":{"a":2}}]'
    first = json.dumps(body).replace('"hits": []', f'"hits": {hits}').encode()
    json_type = {"Content-Type": "application/json"}

    def decide(_: int, method: str, path: str) -> Fault | None:
        if path.startswith(FIRST_PAGE):
            return Reply(200, first, json_type)
        return Reply(200, json.dumps(body).encode(), json_type) if NEXT_PAGE in path else None

    with FaultyProxy(filled, decide) as proxy:
        found = read(endpoint(filled, proxy.url))
    assert [document.text for document in found] == [b'{"a":1,"a":2}', b'{"a":2}']


def test_total_as_an_object(filled: Server) -> None:
    def as_object(page: JsonObject) -> None:
        page["hits"]["total"] = {"value": page["hits"]["total"], "relation": "eq"}

    with FaultyProxy(filled, nth_page(1, Edit(as_object))) as proxy, scroll(endpoint(filled, proxy.url)) as opened:
        assert opened.total == COUNT
        assert len(list(opened.documents())) == COUNT


def test_a_reader_that_stops_early_frees_the_context(filled: Server) -> None:
    with scroll(endpoint(filled)) as opened:
        next(opened.documents())
        assert open_contexts(filled) > 0


def test_what_is_called(filled: Server) -> None:
    with FaultyProxy(filled, lambda *_: None) as proxy:
        read(endpoint(filled, proxy.url))
    called = [(request.method, request.path.partition("?")[0]) for request in proxy.requests]
    assert called == [
        ("GET", "/"),
        ("GET", f"/{INDEX}/_mapping"),
        ("POST", FIRST_PAGE),
        *[("POST", NEXT_PAGE)] * 3,
        ("DELETE", NEXT_PAGE),
    ]
    for request in proxy.requests:
        headers = {name.lower(): value for name, value in request.headers.items()}
        assert headers["user-agent"].startswith("tilbudsspejl/")
        assert headers["user-agent"].endswith("(drift@kommune.example)")


@pytest.mark.parametrize("contact", ["Søren Łukasz\r\nX: y", "  "])
def test_a_contact_that_no_header_can_hold(filled: Server, contact: str) -> None:
    assert len(read(replace(endpoint(filled), contact=contact))) == COUNT


@pytest.mark.parametrize(
    ("url", "full"),
    [
        ("http://distribution.example", "http://distribution.example:80"),
        ("http://distribution.example/", "http://distribution.example:80/"),
        ("https://distribution.example/es", "https://distribution.example:443/es"),
        ("http://distribution.example:9200", "http://distribution.example:9200"),
        ("http://[::1]", "http://[::1]:80"),
    ],
)
def test_an_address_without_port_is_the_schemes_own(url: str, full: str) -> None:
    assert full_address(url) == full


# ---------------------------------------------------------------- wrong settings


def test_an_address_with_a_port_that_is_none(filled: Server) -> None:
    assert said(endpoint(filled, "http://127.0.0.1:92000")).startswith("no address (Port out of range")


def test_a_wrong_type(filled: Server) -> None:
    message = said(replace(endpoint(filled), type="tilbudd"))
    assert message == f"index '{INDEX}' has no document type 'tilbudd', only ['tilbud']; correct source.*.type"


def test_a_wrong_index(filled: Server) -> None:
    assert said(replace(endpoint(filled), index="nothing")) == "there is no index 'nothing'; correct source.*.index"


def test_no_documents(filled: Server) -> None:
    assert said(replace(endpoint(filled), index=f"{INDEX}-empty")).startswith(f"zero documents in {INDEX}-empty/tilbud")


@pytest.mark.parametrize("password", ["forkert", "hemmeligt-aoa", "hemmeligt-æøå "])
def test_a_wrong_password(filled: Server, password: str) -> None:
    message = said(replace(endpoint(filled), password=password))
    assert message.startswith("refuses the user name 'spejl' or its password (401); set TILBUDSSPEJL_USERNAME")


def test_no_credentials(filled: Server) -> None:
    where = Endpoint(url=filled.url, index=INDEX, type="tilbud", password="-" * 99)
    assert said(where).startswith("refuses a call without user name (401)")


def test_a_closed_port(filled: Server) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        message = said(endpoint(filled, f"http://127.0.0.1:{closed.getsockname()[1]}"))
    assert (
        message == "unreachable or cut off (Connection refused); nothing was stored: check source.*.url and pull again"
    )


def test_a_host_that_does_not_exist(filled: Server) -> None:
    assert said(endpoint(filled, "http://nowhere.invalid:9200")).startswith("unreachable or cut off (")


def test_https_where_plain_http_is_spoken(filled: Server) -> None:
    message = said(endpoint(filled, filled.url.replace("http:", "https:")))
    assert message.startswith(("no trusted TLS connection (", "unreachable or cut off ("))


def test_a_page_that_is_too_large_for_the_server(filled: Server) -> None:
    message = said(replace(endpoint(filled), page_size=10_001))
    assert message.startswith("answers 500 (Batch size is too large")
    assert message.endswith("nothing was stored: try again later")


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, b"<html>\n<h1>Velkommen</h1>\n</html>", {"Content-Type": "text/html"}),
        Reply(200, b"Velkommen\n", {"Content-Type": "text/plain"}),
        Reply(200, b"", {"Content-Type": "application/json"}),
        Reply(200, b"[]", {"Content-Type": "application/json"}),
        Reply(200, b'{"hits":[1]}', {"Content-Type": "application/json"}),
        Reply(200, b'"\xff\xfe"', {"Content-Type": "application/json"}),
        Reply(404, b"<html>\n<h1>404</h1>\n</html>", {"Content-Type": "text/html"}),
        Reply(500, b"[1]", {"Content-Type": "application/json"}),
        Reply(502, b"<html>\n<h1>502</h1>\n</html>", {"Content-Type": "text/html"}),
    ],
    ids=["HTML", "text", "nothing", "a list", "other JSON", "no UTF-8", "404", "500 with a list", "502"],
)
def test_something_that_is_no_elasticsearch(filled: Server, reply: Reply) -> None:
    with FaultyProxy(filled, lambda n, *_: reply if n - start == spoilt else None) as proxy:
        for spoilt in (1, 2, 3, 4):  # GET /, the mapping, the first page, the second
            start = len(proxy.requests)
            message = said(endpoint(filled, proxy.url))
            assert "nothing was stored" in message
            assert "<h1>" not in message
            assert len([call for call in proxy.requests[start:] if call.method != "DELETE"]) == spoilt


# ---------------------------------------------------------------- faults on the way


@pytest.mark.parametrize(("call", "status"), [(1, 301), (2, 302), (3, 307), (4, 308)])
def test_a_redirect_is_not_followed_and_credentials_stay_here(filled: Server, call: int, status: int) -> None:
    with (
        FaultyProxy(None, lambda *_: Reply(200, b"{}")) as bystander,
        FaultyProxy(
            filled, lambda n, *_: redirect(f"{bystander.url}/{INDEX}/_search", status) if n == call else None
        ) as proxy,
    ):
        message = said(endpoint(filled, proxy.url))
    assert message == (
        f"answers with a redirect ({status}), which is not followed; enter the real address as source.*.url"
    )
    assert bystander.requests == []


def fail_a_shard(page: JsonObject) -> None:
    page["_shards"] |= {"successful": 1, "failed": 1}


def lose_a_shard(page: JsonObject) -> None:
    page["_shards"] |= {"successful": 1}


def time_out(page: JsonObject) -> None:
    page["timed_out"] = True


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("change", [fail_a_shard, lose_a_shard, time_out])
def test_a_page_that_is_not_whole(filled: Server, number: int, change: Callable[[JsonObject], None]) -> None:
    with FaultyProxy(filled, nth_page(number, Edit(change))) as proxy:
        assert said(endpoint(filled, proxy.url)).startswith("a page came back incomplete (")
    assert pages(proxy) == number


@pytest.mark.parametrize("member", ["_shards", "_scroll_id", "hits", "timed_out"])
def test_a_page_without_what_every_page_has(filled: Server, member: str) -> None:
    with FaultyProxy(filled, nth_page(2, Edit(lambda page: page.pop(member)))) as proxy:
        assert said(endpoint(filled, proxy.url)).startswith("an answer that is not Elasticsearch's (KeyError")


def test_documents_without_source(filled: Server) -> None:
    def strip(page: JsonObject) -> None:
        for hit in page["hits"]["hits"]:
            del hit["_source"]

    with FaultyProxy(filled, nth_page(1, Edit(strip))) as proxy:
        assert said(endpoint(filled, proxy.url)).startswith(
            "an answer that is not Elasticsearch's (KeyError('_source'))"
        )


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (Drop(), "unreachable or cut off ("),
        (Swallow(), "unreachable or cut off ("),
        (Cut(100), "unreachable or cut off ("),
        (Swallow(Reply(503, b"<html>\n503</html>")), "answers 503; nothing was stored"),
        (Swallow(Reply(504, b'{"error":"a\\nb"}')), "answers 504 (a b); nothing was stored"),
        (Reply(429, b'{"error":{"root_cause":[{"reason":"too many"}]}}'), "answers 429 (too many); nothing was stored"),
        (Reply(200, b'{"_scroll_id":"x', {"Content-Type": "application/json"}), "the answer is no whole JSON; "),
    ],
    ids=["dropped", "swallowed", "cut", "503", "504", "429", "half a JSON"],
)
def test_a_lost_page_is_not_asked_for_again(filled: Server, fault: Fault, message: str) -> None:
    with FaultyProxy(filled, nth_page(2, fault)) as proxy:
        assert said(endpoint(filled, proxy.url)).startswith(message)
    assert pages(proxy) == 2


def test_an_answer_that_is_too_late(filled: Server) -> None:
    with FaultyProxy(filled, nth_page(2, Wait(1))) as proxy:
        message = said(replace(endpoint(filled, proxy.url), timeout=0.2))
    assert message == "no answer within 0.2 s; nothing was stored: pull again, or raise source.timeout"
    assert pages(proxy) == 2


def test_an_expired_scroll(filled: Server) -> None:
    where = endpoint(filled)
    with scroll(where) as opened:
        documents = opened.documents()
        next(documents)
        assert filled.call("DELETE", f"{NEXT_PAGE}/_all").status == 200
        with pytest.raises(SourceError) as caught:
            list(documents)
    assert str(caught.value) == (
        f"{where.url}: the scroll has expired on the server (a page took longer than a minute); "
        "nothing was stored: pull again"
    )


def test_a_context_that_cannot_be_freed_hurts_nobody(filled: Server) -> None:
    with FaultyProxy(filled, lambda _, method, __: Swallow() if method == "DELETE" else None) as proxy:
        assert len(read(endpoint(filled, proxy.url))) == COUNT


def test_a_server_that_hides_its_name(filled: Server) -> None:
    hidden = Reply(403, b"<html>403</html>", {"Content-Type": "text/html"})
    with FaultyProxy(filled, lambda n, _, path: hidden if path == "/" else None) as proxy:
        assert len(read(endpoint(filled, proxy.url))) == COUNT
