"""`_mapping` as the platform gives it to anybody, and everything else that may answer instead."""

import json
import time
from typing import Any

import pytest

from generator.errors import SourceError
from generator.secret import Secret
from generator.source.endpoint import Endpoint
from generator.source.es_mapping import fetch_mapping
from tests.support.elasticsearch import Drop, Fault, FaultyProxy, Reply, redirect

GOOD: dict[str, Any] = {"tilbud-1": {"mappings": {"tilbud": {"properties": {"navn": {"type": "text"}}}}}}


def said(value: object, status: int = 200) -> Reply:
    return Reply(status, json.dumps(value).encode(), {"Content-Type": "application/json"})


def endpoint(url: str, **more: Any) -> Endpoint:
    return Endpoint(**{"url": url, "index": "tilbud", "type": "tilbud", "timeout": 5.0, **more})


def fails(answer: Fault, **more: Any) -> str:
    with FaultyProxy(None, lambda *_: answer) as proxy, pytest.raises(SourceError) as caught:
        fetch_mapping(endpoint(proxy.url, **more))
    assert len(proxy.requests) == 1, "asked once, whatever came"
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(f"{proxy.url}: ")
    return message.removeprefix(f"{proxy.url}: ")


def test_one_call_without_credentials() -> None:
    with FaultyProxy(None, lambda *_: said(GOOD)) as proxy:
        who = {"username": "u", "password": Secret("p")}
        asked = endpoint(f"{proxy.url}/", index="tilbud-å", contact="drift@kommune.dk", **who)
        assert fetch_mapping(asked) == GOOD
    [request] = proxy.requests
    assert (request.method, request.path, request.body) == ("GET", "/tilbud-%C3%A5/_mapping", b"")
    headers = {name.lower(): value for name, value in request.headers.items()}
    assert "authorization" not in headers
    assert headers["user-agent"].endswith("(drift@kommune.dk)")


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (said({"error": {"type": "index_not_found_exception"}}, 404), "there is no index 'tilbud'; correct source"),
        (said({}), "there is no index 'tilbud'"),
        (Reply(404, b"<html>"), "answers 404; does source.*.url name an Elasticsearch?"),
        (Reply(200, b"<html>\nhello</html>"), "not Elasticsearch's; does source.*.url name an Elasticsearch?"),
        (said([1]), "not Elasticsearch's"),
        (said({"cluster": "ok"}), "not Elasticsearch's"),
        (said({"tilbud": {"mappings": {"tilbud": {"properties": {"navn": 1}}}}}), "not Elasticsearch's"),
        (Reply(200, b"[" * 100_000), "not Elasticsearch's"),
        (said({"tilbud": {"mappings": {"offer": {}, "_doc": {}}}}), "type 'tilbud', only ['_doc', 'offer']; correct"),
        (said({"tilbud": {"mappings": {}}}), "has no fields yet"),
        (said({"tilbud": {"mappings": {"tilbud": {}}}}), "has no fields yet"),
        (Reply(401, b"<html>"), "without credentials (401)"),
        (Reply(403), "without credentials (403)"),
        (Reply(503, b"<html>"), "answers 503; try again later"),
        (Reply(429), "answers 429"),
        (Drop(), "cut off ("),
    ],
)
def test_any_other_answer_is_one_line(answer: Fault, message: str) -> None:
    assert message in fails(answer)


def test_a_late_answer() -> None:
    def late(*_: object) -> Reply:
        time.sleep(1)
        return said(GOOD)

    with FaultyProxy(None, late) as proxy, pytest.raises(SourceError) as caught:
        fetch_mapping(endpoint(proxy.url, timeout=0.2))
    assert str(caught.value) == f"{proxy.url}: no answer within 0.2 s; try again, or raise source.timeout"


def test_a_redirect_is_not_followed() -> None:
    with FaultyProxy(None, lambda *_: said(GOOD)) as bystander:
        assert "redirect (302)" in fails(redirect(f"{bystander.url}/tilbud/_mapping"))
        assert "redirect (301)" in fails(redirect(f"{bystander.url}/tilbud/_mapping", 301))
    assert bystander.requests == []


@pytest.mark.parametrize(
    ("url", "message"),
    [("http://127.0.0.1:9", "unreachable ("), ("http://127.0.0.1:99999", "no address (")],
)
def test_nobody_there(url: str, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        fetch_mapping(endpoint(url))
    assert str(caught.value).startswith(f"{url}: {message}")


def test_plain_http_where_tls_was_expected() -> None:
    with FaultyProxy(None, lambda *_: said(GOOD)) as proxy:
        url = proxy.url.replace("http:", "https:")
        with pytest.raises(SourceError, match="no trusted TLS connection"):
            fetch_mapping(endpoint(url))
