"""The Elasticsearch that the platform offers (6.8): one scroll over everything, checked page by page.

A scroll's continuation is not idempotent: repeated, it gives the *next* page, and documents are lost without an error
(measured). So nothing is ever retried here, redirects are not followed, and the caller compares unique ids with
`Scroll.total`.
"""

import base64
import json
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import orjson
from elasticsearch import Elasticsearch, JSONSerializer
from elasticsearch.exceptions import ConnectionError as EsConnectionError
from elasticsearch.exceptions import (
    ElasticsearchException,
    ElasticsearchWarning,
    NotFoundError,
    SerializationError,
    TransportError,
)

from generator import __version__
from generator.errors import SourceError
from generator.register.documents import Document
from generator.source.members import item_texts, member_text

SCROLL = "1m"  # the platform's own limit

# Integers that orjson would turn into floats, and escapes that may be half of a pair.
_LOSSY = re.compile(r"[0-9]{19}|\\u[dD][89a-fA-F]")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where documents are, and who asks for them."""

    url: str
    index: str
    type: str
    username: str = ""
    password: str = ""
    page_size: int = 500
    timeout: float = 60.0
    contact: str = ""


class RawSource(str):
    """A document's `_source` as text, from a page that can't be parsed without loss."""

    __slots__ = ()


class _PageSerializer(JSONSerializer):
    """Reads a page with orjson; a page that orjson would change is sliced instead."""

    def loads(self, text: str) -> Any:
        try:
            return orjson.loads(text) if not _LOSSY.search(text) else _slice(text)
        except ValueError as error:
            raise SerializationError(text[:200], error) from error


def _slice(text: str) -> Any:
    page = json.loads(text)
    if isinstance(page, dict) and "hits" in page:
        hits = item_texts(member_text(member_text(text, "hits"), "hits"))
        for hit, hit_text in zip(page["hits"]["hits"], hits, strict=True):
            hit["_source"] = RawSource(member_text(hit_text, "_source"))
    return page


@contextmanager
def scroll(endpoint: Endpoint) -> Iterator["Scroll"]:
    """A scroll over all documents of an index's type; its context on the server is freed at the end."""
    client = Elasticsearch(
        [endpoint.url],
        timeout=endpoint.timeout,
        max_retries=0,
        retry_on_timeout=False,
        serializer=_PageSerializer(),
        serializers={"application/json": _PageSerializer()},
        headers=_headers(endpoint),
    )
    opened = Scroll(client, endpoint)
    try:
        opened.start()
        yield opened
    finally:
        opened.free()
        client.close()


def _headers(endpoint: Endpoint) -> dict[str, str]:
    contact = f" ({endpoint.contact})" if endpoint.contact else ""
    headers = {"user-agent": f"tilbudsspejl/{__version__}{contact}"}
    if endpoint.username:
        # The client's own http_auth= writes Latin-1, so a password with æøå is refused (measured): UTF-8, RFC 7617.
        pair = f"{endpoint.username}:{endpoint.password}".encode()
        headers["authorization"] = f"Basic {base64.b64encode(pair).decode()}"
    return headers


class Scroll:
    """The pages of one scroll; `total` is what the server says there is."""

    def __init__(self, client: Elasticsearch, endpoint: Endpoint) -> None:
        self._client = client
        self._endpoint = endpoint
        self._page: dict[str, Any] = {}
        self.total = 0

    def start(self) -> None:
        """Checks index and type, and fetches the first page; raises SourceError, also for zero hits."""
        endpoint = self._endpoint
        types = self._types()
        if types and endpoint.type not in types:
            raise SourceError(
                f"{endpoint.url}: index {endpoint.index!r} has no document type {endpoint.type!r}, "
                f"only {sorted(types)}; correct source.*.type"
            )
        with _translated(endpoint):
            self._page = self._client.search(
                index=endpoint.index, doc_type=endpoint.type, scroll=SCROLL, size=endpoint.page_size, sort="_doc",
                allow_partial_search_results=False,
            )  # fmt: skip
            total = self._page["hits"]["total"]
            self.total = int(total["value"] if isinstance(total, dict) else total)
        if self.total == 0:
            raise SourceError(
                f"{endpoint.url}: zero documents in {endpoint.index}/{endpoint.type}; a wrong type answers like this: "
                "check source.*.index and source.*.type. Nothing was changed"
            )

    def documents(self) -> Iterator[Document]:
        """Every document; raises SourceError as soon as a page is not whole."""
        while documents := self._documents_of_page():
            yield from documents
            with _translated(self._endpoint):
                self._page = self._client.scroll(scroll_id=self._page["_scroll_id"], scroll=SCROLL)

    def _documents_of_page(self) -> list[Document]:
        with _translated(self._endpoint):
            self._check()
            return [_document(hit) for hit in self._page["hits"]["hits"]]

    def free(self) -> None:
        """Frees the server's context; that it can't be freed (the server is gone, the context too) hurts nobody."""
        if "_scroll_id" in self._page:
            with suppress(ElasticsearchException):
                self._client.clear_scroll(scroll_id=self._page["_scroll_id"])

    def _types(self) -> set[str]:
        with _translated(self._endpoint):
            answer = self._client.indices.get_mapping(index=self._endpoint.index)
            return {name for index in answer.values() for name in index.get("mappings", {})}

    def _check(self) -> None:
        shards = self._page.get("_shards", {})
        if self._page.get("timed_out") or shards.get("failed") or shards.get("successful") != shards.get("total"):
            raise SourceError(
                f"{self._endpoint.url}: a page came back incomplete (shards: {shards}); nothing was stored: pull again"
            )


def _document(hit: dict[str, Any]) -> Document:
    source = hit["_source"]
    text = source.encode("utf-8", "surrogatepass") if isinstance(source, RawSource) else orjson.dumps(source)
    return Document(hit["_id"], hit.get("_type", ""), text)


@contextmanager
def _translated(endpoint: Endpoint) -> Iterator[None]:
    """Turns the client's errors into ours: one line with what to do."""
    where = endpoint.url
    try:
        with warnings.catch_warnings():
            # 6.8 announces the removal of types with every answer; and where the user may not see `GET /`, the client
            # says with each call that it can't tell the product.
            warnings.simplefilter("ignore", ElasticsearchWarning)
            yield
    except EsConnectionError as error:
        raise SourceError(f"{where}: unreachable or cut off ({_cause(error)}); is the address right?") from error
    except NotFoundError as error:
        if error.error == "index_not_found_exception":
            raise SourceError(f"{where}: there is no index {endpoint.index!r}; correct source.*.index") from error
        raise SourceError(f"{where}: the scroll has expired on the server or the path is wrong (404); pull again") from error
    except SerializationError as error:
        raise SourceError(f"{where}: the answer is no whole JSON; is it an Elasticsearch?") from error
    except TransportError as error:
        raise SourceError(f"{where}: {_status(error, endpoint)}") from error
    except ElasticsearchException as error:
        raise SourceError(f"{where}: {error}") from error
    except (KeyError, TypeError) as error:
        raise SourceError(f"{where}: an answer that is not Elasticsearch's ({error!r}); is the address right?") from error


def _status(error: TransportError, endpoint: Endpoint) -> str:
    status = error.status_code
    if status in (401, 403):
        who = f"the user name {endpoint.username!r} or its password" if endpoint.username else "a call without user name"
        return f"refuses {who} ({status}); set TILBUDSSPEJL_USERNAME and TILBUDSSPEJL_PASSWORD (or …_FILE)"
    if isinstance(status, int) and 300 <= status < 400:
        return f"answers with a redirect ({status}), which is not followed; enter the real address as source.*.url"
    return f"answers {status} ({error.error}); nothing was stored: try again later"


def _cause(error: EsConnectionError) -> str:
    text = str(error.info) if len(error.args) > 2 else str(error)
    return text.rpartition(": ")[2].strip("')") or text
