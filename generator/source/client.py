"""The Elasticsearch that the platform offers (6.8): one scroll over everything, checked page by page.

A scroll's continuation is not idempotent: repeated, it gives the *next* page, and documents are lost without an error
(measured). So nothing is ever retried here, redirects are not followed, and the caller compares unique ids with
`Scroll.total`.
"""

import base64
import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import orjson
from elasticsearch import Elasticsearch, JSONSerializer
from elasticsearch.exceptions import ConnectionError as EsConnectionError
from elasticsearch.exceptions import (
    ConnectionTimeout,
    ElasticsearchException,
    ElasticsearchWarning,
    NotFoundError,
    SerializationError,
    SSLError,
    TransportError,
)

from generator import __version__
from generator.errors import SourceError
from generator.register.documents import Document
from generator.source.members import next_source_text

SCROLL = "1m"  # the platform's own limit
FREE_SECONDS = 5.0


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


class _PageSerializer(JSONSerializer):
    """Reads a page with orjson, or what orjson refuses (NaN, a lone surrogate) as Python's lenient parser does."""

    def loads(self, text: str) -> Any:
        try:
            page = _parse(text)
            if isinstance(page, dict) and "hits" in page:
                _keep_texts(page["hits"]["hits"], text)
        except (ValueError, RecursionError) as error:
            raise SerializationError(text[:200], error) from error
        return page


def _parse(text: str) -> Any:
    try:
        return orjson.loads(text)
    except ValueError:
        return json.loads(text)


def _keep_texts(hits: list[dict[str, Any]], text: str) -> None:
    """Puts each `_source` back as the text that it came as: parsing may have lost something."""
    place = 0
    for hit in (hit for hit in hits if "_source" in hit):
        hit["_source"], place = next_source_text(hit["_source"], text, place)


@contextmanager
def scroll(endpoint: Endpoint) -> Iterator["Scroll"]:
    """A scroll over all documents of an index's type; its context on the server is freed at the end."""
    client = Elasticsearch(
        [full_address(endpoint.url)],
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


def full_address(url: str) -> str:
    """The address with its port written out: where none is, the client takes 9200, everybody else the scheme's."""
    parts = urlsplit(url)
    try:
        if parts.port is not None:
            return url
    except ValueError as error:
        raise SourceError(f"{url}: no address ({error}); correct source.*.url") from error
    return parts._replace(netloc=f"{parts.netloc.rstrip(':')}:{443 if parts.scheme == 'https' else 80}").geturl()


def _headers(endpoint: Endpoint) -> dict[str, str]:
    contact = " ".join(endpoint.contact.encode("ascii", "replace").decode().split())  # all that a header may hold
    headers = {"user-agent": f"tilbudsspejl/{__version__} ({contact})" if contact else f"tilbudsspejl/{__version__}"}
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
        self._id = ""
        self._hits: list[dict[str, Any]] = []
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
            page = self._client.search(
                index=endpoint.index, doc_type=endpoint.type, scroll=SCROLL, size=endpoint.page_size, sort="_doc",
                allow_partial_search_results=False,
            )  # fmt: skip
            self._take(page)
            total = page["hits"]["total"]
            self.total = int(total["value"] if isinstance(total, dict) else total)
        if self.total == 0:
            raise SourceError(
                f"{endpoint.url}: zero documents in {endpoint.index}/{endpoint.type}; a wrong type answers like this: "
                "check source.*.index and source.*.type. Nothing was changed"
            )

    def documents(self) -> Iterator[Document]:
        """Every document; raises SourceError as soon as a page is not whole."""
        while self._hits:
            hits, self._hits = iter(self._hits), []  # so that this page is gone before the next one comes
            for hit in hits:
                yield Document(hit["_id"], hit["_type"], hit["_source"])
            with _translated(self._endpoint):
                self._take(self._client.scroll(scroll_id=self._id, scroll=SCROLL))

    def free(self) -> None:
        """Frees the server's context; that it can't be freed (the server is gone, the context too) hurts nobody."""
        if self._id:
            with suppress(SourceError), _translated(self._endpoint):
                self._client.clear_scroll(scroll_id=self._id, request_timeout=FREE_SECONDS)

    def _types(self) -> set[str]:
        with _translated(self._endpoint):
            answer = self._client.indices.get_mapping(index=self._endpoint.index)
            return {name for index in answer.values() for name in index["mappings"]}

    def _take(self, page: dict[str, Any]) -> None:
        """Takes a page over if it is whole."""
        self._id = page["_scroll_id"]  # first of all, so that it can be freed
        shards = page["_shards"]
        if page["timed_out"] or shards["failed"] or shards["successful"] != shards["total"]:
            counts = f"{shards['successful']} of {shards['total']} shards"
            raise SourceError(
                f"{self._endpoint.url}: a page came back incomplete ({counts}); nothing was stored: pull again"
            )
        self._hits = page["hits"]["hits"]
        for hit in self._hits:
            _ = hit["_id"], hit["_type"], hit["_source"]


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
    except SSLError as error:
        raise SourceError(f"{where}: no trusted TLS connection ({_cause(error)}); is the address right?") from error
    except ConnectionTimeout as error:
        raise SourceError(
            f"{where}: no answer within {endpoint.timeout:g} s; nothing was stored: pull again, or raise source.timeout"
        ) from error
    except EsConnectionError as error:
        raise SourceError(
            f"{where}: unreachable or cut off ({_cause(error)}); nothing was stored: check source.*.url and pull again"
        ) from error
    except NotFoundError as error:
        raise SourceError(f"{where}: {_not_found(error, endpoint)}") from error
    except SerializationError as error:
        raise SourceError(f"{where}: the answer is no whole JSON; {_NOT_ELASTICSEARCH}") from error
    except TransportError as error:
        raise SourceError(f"{where}: {_status(error, endpoint)}") from error
    except ElasticsearchException as error:
        raise SourceError(f"{where}: {_one_line(str(error))}; {_NOT_ELASTICSEARCH}") from error
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise SourceError(
            f"{where}: an answer that is not Elasticsearch's ({_one_line(repr(error))}); {_NOT_ELASTICSEARCH}"
        ) from error


_NOT_ELASTICSEARCH = "nothing was stored: does source.*.url name an Elasticsearch?"


def _not_found(error: NotFoundError, endpoint: Endpoint) -> str:
    if error.error == "index_not_found_exception":
        return f"there is no index {endpoint.index!r}; correct source.*.index"
    if "search_context_missing_exception" in str(error.info):
        return "the scroll has expired on the server (a page took longer than a minute); nothing was stored: pull again"
    return f"answers 404; {_NOT_ELASTICSEARCH}"


def _status(error: TransportError, endpoint: Endpoint) -> str:
    status = error.status_code
    if status in (401, 403):
        who = (
            f"the user name {endpoint.username!r} or its password" if endpoint.username else "a call without user name"
        )
        return f"refuses {who} ({status}); set TILBUDSSPEJL_USERNAME and TILBUDSSPEJL_PASSWORD (or …_FILE)"
    if isinstance(status, int) and 300 <= status < 400:
        return f"answers with a redirect ({status}), which is not followed; enter the real address as source.*.url"
    # An error page of some proxy in between says nothing that the status doesn't.
    said = f" ({_one_line(_reason(error))})" if isinstance(error.info, dict) else ""
    return f"answers {status}{said}; nothing was stored: try again later"


def _reason(error: TransportError) -> str:
    info: Any = error.info
    with suppress(KeyError, IndexError, TypeError):
        return str(info["error"]["root_cause"][0]["reason"])
    return str(error.error)


def _cause(error: EsConnectionError) -> str:
    said = str(error.error).rpartition(": ")[2].rpartition("] ")[2].strip("')")
    return _one_line(said) or type(error.info).__name__


def _one_line(text: str) -> str:
    return " ".join(text.split())[:200]
