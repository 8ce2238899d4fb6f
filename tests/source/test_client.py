"""The scroll against a real Elasticsearch 6.8.23: all documents come, or one clear line says why not."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Any

import orjson
import pytest

from generator.archive.canonical import canonical_text
from generator.errors import SourceError, SourceInterrupted
from generator.register.model.documents import Document
from generator.secret import Secret
from generator.source.client import Client, Scroll, Slice, check_type
from generator.source.connection import full_address
from generator.source.endpoint import Endpoint
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
        password=Secret(server.password or ""),
        page_size=10,
        timeout=20,
        contact="drift@kommune.example",
    )


@contextmanager
def scroll(where: Endpoint) -> Iterator[Scroll]:
    """A scroll over everything, after the checks that come before it."""
    with closing(Client(where)) as client:
        client.check_version()
        if problem := check_type(where, client.version, client.mapping()):
            raise SourceError(f"{where.url}: {problem}")
        with client.scroll(Slice(0, 1)) as opened:
            yield opened


def read(where: Endpoint) -> list[Document]:
    """All documents."""
    with scroll(where) as opened:
        return [document for page in opened.documents() for document in page]


def text_of(document: Document) -> bytes:
    """A document's `_source`: as it came, or as it was proved to have come."""
    return orjson.dumps(document.value) if document.text is None else document.text


def said(where: Endpoint) -> str:
    """What reading fails with: one line that names the address."""
    with pytest.raises(SourceError) as caught:
        read(where)
    message = str(caught.value)
    assert message.startswith(f"{where.url}: ")
    assert "\n" not in message
    assert where.password.reveal() not in message
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
        pages = list(opened.documents())
        assert (opened.unique, opened.pages, opened.shards) == (COUNT, 4, 2), "the last page is the empty one"
    assert [len(page) for page in pages] == [10, 10, 5]
    found = {document.id: document for page in pages for document in page}
    assert {document.type for document in found.values()} == {"tilbud"}
    assert {id_: json.loads(text_of(document)) for id_, document in found.items()} == {
        f"{n}-1": source(n) for n in range(COUNT)
    }


@pytest.mark.parametrize("of", [2, 3, 8])
def test_slices_share_the_documents_among_them_and_each_can_be_read_again(filled: Server, of: int) -> None:
    with closing(Client(endpoint(filled))) as client:
        found: list[set[str]] = []
        for number in [*range(of), 0]:
            with client.scroll(Slice(number, of)) as opened:
                found.append({document.id for page in opened.documents() for document in page})
                assert opened.total == len(found[-1])
    assert found[-1] == found[0]
    assert sum(map(len, found[:-1])) == len(set().union(*found)) == COUNT


def test_a_sweep_gives_every_id_and_no_body(filled: Server) -> None:
    with closing(Client(endpoint(filled))) as client, client.sweep() as opened:
        assert {id_ for page in opened.ids() for id_ in page} == {f"{n}-1" for n in range(COUNT)}
        assert opened.total == COUNT


def test_a_sweep_where_the_server_has_no_columns_of_ids(filled: Server) -> None:
    reason = "Fielddata access on the _id field is disallowed"
    refusal = Reply(400, orjson.dumps({"error": {"root_cause": [{"reason": reason}]}, "status": 400}))
    with (
        FaultyProxy(filled, nth_page(1, refusal)) as proxy,
        closing(Client(endpoint(filled, proxy.url))) as client,
        client.sweep() as opened,
    ):
        assert {id_ for page in opened.ids() for id_ in page} == {f"{n}-1" for n in range(COUNT)}
    assert b"docvalue_fields" in proxy.requests[0].body
    assert b"docvalue_fields" not in proxy.requests[1].body


def test_documents_by_id_leave_out_what_has_gone(filled: Server) -> None:
    with closing(Client(endpoint(filled))) as client:
        found = client.documents(["3-1", "nothing", "7-1"])
    assert {document.id: json.loads(text_of(document)) for document in found} == {"3-1": source(3), "7-1": source(7)}


def test_counts_and_the_greatest_load_time(filled: Server, loader: Loader) -> None:
    times = ["2026-11-22T10:00:00+01:00", "2026-11-22T09:30:00Z", "snart", None]
    loader.create("loads", mapping=LOADS)
    loader.add("loads", [{"_id": f"{n}", "_type": "tilbud", "_source": {"loaded": t}} for n, t in enumerate(times)])
    with closing(Client(replace(endpoint(filled), index="loads"))) as client:
        assert client.greatest("loaded") == 1_795_339_800_000  # 2026-11-22T09:30:00Z
        assert client.count() == 4
        assert client.count({"range": {"loaded": {"gte": 1_795_338_001_000, "format": "epoch_millis"}}}) == 1
    loader.create("no-loads", mapping=LOADS)
    with closing(Client(replace(endpoint(filled), index="no-loads"))) as client:
        assert client.greatest("loaded") is None
        assert client.count() == 0


LOADS: JsonObject = {"properties": {"loaded": {"type": "date", "ignore_malformed": True}}}


def test_calls_keep_the_distance_that_was_asked_for(filled: Server) -> None:
    with closing(Client(replace(endpoint(filled), rate=20))) as client:
        begun = time.monotonic()
        for _ in range(5):
            client.count()
        assert time.monotonic() - begun >= 4 / 20


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
    assert {document.id: canonical_text(document.text) for document in found} == {
        "1": canonical_text(b'{"first":1}'),
        "2": canonical_text(text),
    }


@pytest.mark.parametrize(
    "text",
    [
        b'{ "a" : {"_source": {"a":2} } , "b": "to ord" }',
        b'{"a":\t1.50e0,"b":1.5}',
        b'{"a":"\\u00e6", "b": 10000000000000000000000}',
    ],
)
def test_what_stands_beside_odd_documents_is_not_touched(filled: Server, loader: Loader, text: bytes) -> None:
    loader.create("verbatim", mapping={"enabled": False})
    headers = {"Content-Type": "application/json", "Authorization": filled.authorization or ""}
    stored = {"1": b'{"first": 1.0}', "2": text, "3": b'{"third":"x y"}'}
    for id_, body in stored.items():
        assert send(filled.url, "PUT", f"/verbatim/tilbud/{id_}?refresh=true", headers, body).status == 201
    found = read(replace(endpoint(filled), index="verbatim"))
    contents = {document.id: canonical_text(document.text) for document in found}
    assert contents == {id_: canonical_text(body) for id_, body in stored.items()}


def test_duplicate_keys_come_as_they_stand(filled: Server) -> None:
    body = {
        "_scroll_id": "x", "timed_out": False, "_shards": {"total": 1, "successful": 1, "failed": 0},
        "hits": {"total": 2, "hits": []},
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
    assert [text_of(document) for document in found] == [b'{"a":1,"a":2}', b'{"a":2}']


def test_total_as_an_object(filled: Server) -> None:
    def as_object(page: JsonObject) -> None:
        page["hits"]["total"] = {"value": page["hits"]["total"], "relation": "eq"}

    with FaultyProxy(filled, nth_page(1, Edit(as_object))) as proxy, scroll(endpoint(filled, proxy.url)) as opened:
        assert opened.total == COUNT
        assert sum(map(len, opened.documents())) == COUNT


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
    assert message == f"index '{INDEX}' has no document type 'tilbudd', only ['tilbud']"


def test_a_wrong_index(filled: Server) -> None:
    assert said(replace(endpoint(filled), index="nothing")) == "there is no index 'nothing'; correct source.*.index"


def test_a_version_that_is_not_spoken(filled: Server) -> None:
    for number in ("5.6.16", "6.7.2", "8.15.0"):
        reply = Reply(200, orjson.dumps({"version": {"number": number}}))
        with FaultyProxy(None, lambda *_, reply=reply: reply) as proxy:
            message = said(endpoint(filled, proxy.url))
        assert message.startswith(f"Elasticsearch {number}; this program speaks with Elasticsearch 6.8 and 7")
    reply = Reply(200, orjson.dumps({"version": {"number": "2.11.0", "distribution": "opensearch"}}))
    with FaultyProxy(None, lambda *_: reply) as proxy:
        assert said(endpoint(filled, proxy.url)).startswith("opensearch 2.11.0; this program speaks with")


@pytest.mark.parametrize("password", ["forkert", "hemmeligt-aoa", "hemmeligt-æøå "])
def test_a_wrong_password(filled: Server, password: str) -> None:
    message = said(replace(endpoint(filled), password=Secret(password)))
    assert message.startswith("refuses the user name or its password (401); set TILBUDSSPEJL_USERNAME")


def test_no_credentials(filled: Server) -> None:
    where = Endpoint(url=filled.url, index=INDEX, type="tilbud", password=Secret("-" * 99))
    assert said(where).startswith("refuses a call without user name (401)")


def test_a_closed_port(filled: Server) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        message = said(endpoint(filled, f"http://127.0.0.1:{closed.getsockname()[1]}"))
    assert message == "unreachable or cut off (Connection refused); check source.*.url and pull again"


def test_a_host_that_does_not_exist(filled: Server) -> None:
    assert said(endpoint(filled, "http://nowhere.invalid:9200")).startswith("no such host (")


def test_https_where_plain_http_is_spoken(filled: Server) -> None:
    message = said(endpoint(filled, filled.url.replace("http:", "https:")))
    assert message.startswith(("no trusted TLS connection (", "unreachable or cut off ("))


def test_a_page_that_is_too_large_for_the_server(filled: Server) -> None:
    message = said(replace(endpoint(filled), page_size=10_001))
    assert message.startswith("gives no page so large (Batch size is too large")
    assert message.endswith("; lower source.page_size")


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, b"<html>\n<h1>Velkommen</h1>\n</html>", {"Content-Type": "text/html"}),
        Reply(200, b"Velkommen\n", {"Content-Type": "text/plain"}),
        Reply(200, b"", {"Content-Type": "application/json"}),
        Reply(200, b"[]", {"Content-Type": "application/json"}),
        Reply(200, b'{"hits":[1]}', {"Content-Type": "application/json"}),
        Reply(200, b'"\xff\xfe"', {"Content-Type": "application/json"}),
        Reply(200, b'{"a":' * 100_000 + b"1" + b"}" * 100_000, {"Content-Type": "application/json"}),
        Reply(404, b"<html>\n<h1>404</h1>\n</html>", {"Content-Type": "text/html"}),
        Reply(500, b"[1]", {"Content-Type": "application/json"}),
        Reply(502, b"<html>\n<h1>502</h1>\n</html>", {"Content-Type": "text/html"}),
    ],
    ids=["HTML", "text", "nothing", "a list", "other JSON", "no UTF-8", "nested", "404", "500 with a list", "502"],
)
def test_something_that_is_no_elasticsearch(filled: Server, reply: Reply) -> None:
    with FaultyProxy(filled, lambda n, *_: reply if n - start == spoilt else None) as proxy:
        for spoilt in (2, 3, 4):  # the mapping, the first page, the second; `GET /` may be anything
            start = len(proxy.requests)
            message = said(endpoint(filled, proxy.url))
            assert "<h1>" not in message
            assert len([call for call in proxy.requests[start:] if call.method != "DELETE"]) == spoilt
        spoilt, start = 1, len(proxy.requests)
        if reply.status < 500:
            assert len(read(endpoint(filled, proxy.url))) == COUNT
        else:
            assert said(endpoint(filled, proxy.url)).startswith(f"answers {reply.status}")


@pytest.mark.parametrize(
    "of_type",
    [
        b"5", b"[]", b'{"properties":5}', b'{"properties":{"x":5}}', b'{"properties":{"x":{"type":["a"]}}}',
        b'{"properties":{"x":{"type":5}}}', b'{"properties":{"x":{"type":null}}}',
        b'{"properties":{"x":{"properties":[1]}}}', b'{"properties":{"\\ud800":{"type":"date"}}}',
        b'{"properties":{"x":' * 150 + b"{}" + b"}}" * 150,
    ],
)  # fmt: skip
def test_a_mapping_that_is_not_elasticsearchs(filled: Server, of_type: bytes) -> None:
    answer = Reply(200, b'{"t":{"mappings":{"tilbud":%s}}}' % of_type, {"Content-Type": "application/json"})
    with FaultyProxy(filled, lambda _n, _method, path: answer if path.endswith("/_mapping") else None) as proxy:
        assert said(endpoint(filled, proxy.url)).startswith("an answer that is not Elasticsearch's (")
    assert pages(proxy) == 0


@pytest.mark.parametrize(("member", "value"), [("_id", 5), ("_id", [1]), ("_id", None), ("_type", 5), ("_type", None)])
def test_documents_whose_names_are_no_texts(filled: Server, member: str, value: object) -> None:
    def spoil(page: JsonObject) -> None:
        page["hits"]["hits"][0][member] = value

    with FaultyProxy(filled, nth_page(1, Edit(spoil))) as proxy:
        where = endpoint(filled, proxy.url)
        assert said(where).startswith("an answer that is not Elasticsearch's (")
        proxy.decide = nth_page(1, Edit(spoil))
        with closing(Client(where)) as client, pytest.raises(SourceError, match="that is not Elasticsearch's"):
            client.documents(["3-1"])


@pytest.mark.parametrize("value", [5, [1], None])
def test_a_sweep_of_ids_that_are_no_texts(filled: Server, value: object) -> None:
    def spoil(page: JsonObject) -> None:
        hit = page["hits"]["hits"][0]
        hit.pop("_id", None)
        hit["fields"] = {"_id": [value]}

    with (
        FaultyProxy(filled, nth_page(1, Edit(spoil))) as proxy,
        closing(Client(endpoint(filled, proxy.url))) as client,
        pytest.raises(SourceError, match="that is not Elasticsearch's"),
        client.sweep() as opened,
    ):
        list(opened.ids())


def test_a_reason_that_is_nested_as_deep_as_can_be_read(filled: Server) -> None:
    reason = b"[" * 1_015 + b"]" * 1_015
    refusal = Reply(400, b'{"error":{"root_cause":[{"reason":%s}]}}' % reason)
    with FaultyProxy(filled, nth_page(1, refusal)) as proxy:
        assert said(endpoint(filled, proxy.url)) == "answers 400; does source.*.url name an Elasticsearch?"


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
        (Swallow(Reply(503, b"<html>\n503</html>")), "answers 503; try again later"),
        (Swallow(Reply(504, b'{"error":"a\\nb"}')), "answers 504; try again later"),
        (Reply(429, b'{"error":{"root_cause":[{"reason":"too many"}]}}'), "answers 429 (too many); try again later"),
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
    assert message == "no answer within 0.2 s; pull again, or raise source.timeout"
    assert pages(proxy) == 2


def test_an_expired_scroll(filled: Server) -> None:
    where = endpoint(filled)
    with scroll(where) as opened:
        assert filled.call("DELETE", f"{NEXT_PAGE}/_all").status == 200
        with pytest.raises(SourceInterrupted) as caught:
            list(opened.documents())
    assert str(caught.value) == (
        f"{where.url}: the scroll has expired on the server (a page took longer than a minute); pull again"
    )


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7.0), (" 99999 ", 600.0), ("Mon, 23 Nov 2026", None), ("", None)]
)
def test_how_long_a_busy_server_asks_us_to_wait(filled: Server, header: str, seconds: float | None) -> None:
    with (
        FaultyProxy(filled, nth_page(2, Reply(429, b"", {"Retry-After": header}))) as proxy,
        pytest.raises(SourceInterrupted) as caught,
    ):
        read(endpoint(filled, proxy.url))
    assert caught.value.retry_after == seconds


def lose_a_document(page: JsonObject) -> None:
    page["hits"]["hits"] = page["hits"]["hits"][1:]


def repeat_a_document(page: JsonObject) -> None:
    page["hits"]["hits"][0] = page["hits"]["hits"][1]


def end_early(page: JsonObject) -> None:
    page["hits"]["hits"] = []


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("change", [lose_a_document, repeat_a_document, end_early])
def test_a_page_that_hides_a_document(filled: Server, number: int, change: Callable[[JsonObject], None]) -> None:
    with FaultyProxy(filled, nth_page(number, Edit(change))) as proxy:
        message = said(endpoint(filled, proxy.url))
    assert message.startswith("incomplete: ")
    assert f"{COUNT} were announced" in message


def test_a_context_that_cannot_be_freed_hurts_nobody(filled: Server) -> None:
    with FaultyProxy(filled, lambda _, method, __: Swallow() if method == "DELETE" else None) as proxy:
        assert len(read(endpoint(filled, proxy.url))) == COUNT


def test_a_server_that_hides_its_name(filled: Server) -> None:
    hidden = Reply(403, b"<html>403</html>", {"Content-Type": "text/html"})
    with FaultyProxy(filled, lambda n, _, path: hidden if path == "/" else None) as proxy:
        assert len(read(endpoint(filled, proxy.url))) == COUNT
