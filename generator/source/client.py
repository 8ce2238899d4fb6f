"""Elasticsearch as the platform offers it (6.8; 7 by the same calls): a few fixed calls, each answer checked.

A scroll's continuation is not idempotent: repeated, it gives the *next* page, and documents are lost without an error
(measured). So nothing is ever repeated here and redirects are not followed: what did not come whole is
SourceInterrupted, and the caller redoes the whole slice. Only the fixed paths below are ever called: a misspelt one
would *write* a document into the index.
"""

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import orjson
from urllib3.exceptions import HTTPError, NameResolutionError, ProxyError, ReadTimeoutError, SSLError

from generator.console import printable
from generator.errors import SourceAmbiguous, SourceError, SourceInterrupted, SourceSwitched
from generator.register.mapping.es_fields import document_types, field_types
from generator.register.model.documents import Document
from generator.register.model.json_text import parse_hits
from generator.secret import masked, masked_in
from generator.source.connection import Answer, AnswerTooSlow, connect
from generator.source.endpoint import Endpoint
from generator.source.hits import Hit, documents_of, parse_answer, text_of

SCROLL = "1m"  # the platform's own limit
FREE_SECONDS = 5.0
PAGE_BYTES = 4_000_000  # that a page may have about: several of them are in memory at a time, packed and read
PROBE = 5  # documents that come with a count, by which their size is guessed
SWEEP_PAGE = 3_000  # the platform's own limit; an id is some 80 bytes
RETRY_AFTER_AT_MOST = 600.0  # seconds; a server that wants more is down for tonight

Query = dict[str, Any]
_Method = Callable[..., Any]  # of the official client; makes one call, and returns its Answer


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of an index that can be read, and read again, by itself.

    Elasticsearch cuts by the shard that a document lies in, and then by a hash of its `_id`. Neither ever changes for a
    document, unless the index is made anew: see the number of shards in each slice's proof.
    """

    number: int
    of: int
    query: Query | None = None

    @property
    def body(self) -> Query:
        """The slice as a search's body says it."""
        body: Query = {"query": self.query} if self.query is not None else {}
        return body | ({"slice": {"id": self.number, "max": self.of}} if self.of > 1 else {})


class Turns:
    """At most so many calls a second, whatever the number of connections; 0 for as many as come."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._lock = threading.Lock()
        self._next_call = 0.0  # by the monotonic clock

    def wait(self) -> None:
        """Waits until it is the caller's turn."""
        if not self._rate:
            return
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next_call)
            self._next_call = turn + 1 / self._rate
        time.sleep(turn - now)


class Client:
    """The calls that this program makes, one at a time."""

    def __init__(self, endpoint: Endpoint, turns: "Turns | None" = None) -> None:
        self.endpoint = endpoint
        self._turns = turns or Turns(endpoint.rate)
        self.version = ""  # the server's; "" where it doesn't say
        self.indices: frozenset[str] = frozenset()  # those that the name leads to; none while it wasn't asked
        self._origins = set[str]()  # other names of them in hits
        self.clock_ahead = 0.0  # seconds by which our clock is ahead of the server's; 0 where it doesn't say
        self._page_size = endpoint.page_size  # documents that the next scroll asks for at a time
        self._has_answered = False
        self._is_understood = False
        authorization = endpoint.authorization
        self._has_credentials = bool(authorization)
        self._elasticsearch = connect(endpoint, authorization)

    def another(self) -> "Client":
        """One more connection to the same server, which knows what this one has learnt and takes turns with it."""
        client = Client(self.endpoint, self._turns)
        client.version, client.indices, client._origins = self.version, self.indices, set(self._origins)
        client._page_size = self._page_size
        client._has_answered, client._is_understood = self._has_answered, self._is_understood
        return client

    def close(self) -> None:
        """Closes the connection."""
        self._elasticsearch.close()

    def check_version(self) -> None:
        """Raises SourceError for a server that answers in another way than 6.8 and 7 do.

        Not everybody may see `GET /`, and a proxy may have its own page there; then the other answers have to tell.
        """
        try:
            version = parse_hits(self._send(self._elasticsearch.info))["version"]
            number, product = _one_line(str(version["number"])), _one_line(str(version.get("distribution", "")))
        except _Refused as refused:
            if refused.status not in (400, 401, 403, 404, 405):
                raise self._refusal(refused) from refused
            return
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return
        if product or not (number.startswith(("6.8.", "7."))):
            raise SourceError(
                f"{self.endpoint.url}: {product or 'Elasticsearch'} {number}; this program speaks with "
                "Elasticsearch 6.8 and 7: correct source.*.url, or ask for a newer Tilbudsspejl"
            )
        self.version = number

    def mapping(self) -> dict[str, Any]:
        """The answer to `GET /<index>/_mapping`: the fields that the index has, or each that the name leads to.

        Raises SourceSwitched if it leads to others than before.
        """
        data = self._answer(self._elasticsearch.indices.get_mapping, index=self.endpoint.index)
        with self._understood():
            indices = frozenset[str](answer := parse_hits(data))
            answer = masked_in(answer)  # it is archived
            answer = {name: {"mappings": dict(index["mappings"])} for name, index in answer.items()}
            # What is no mapping, or can't be archived, is refused here, where it is known whose fault it is.
            document_types(answer), field_types(answer, self.endpoint.type), orjson.dumps(answer)
        if self.indices and self.indices != indices:
            raise SourceSwitched(
                f"{self.endpoint.url}: {self.endpoint.index!r} led to {_listed(self.indices)}, and now leads to "
                f"{_listed(indices)}; pull again"
            )
        self.indices = indices
        return answer

    def forget_indices(self) -> None:
        """Lets the name lead to other indices from now on."""
        self.indices = frozenset()
        self._origins.clear()

    def check_origin(self, hits: list[Hit]) -> None:
        """Looks where the name leads to now, if hits are of another index; raises SourceSwitched as `mapping` does."""
        origins = {str(hit["_index"]) for hit in hits if "_index" in hit}
        if self.indices and origins - self.indices - self._origins:
            self.mapping()
            self._origins |= origins  # whoever answers in the server's place may call the index something else

    def check_single(self, id_: str) -> None:
        """Raises SourceAmbiguous if the source has several documents with this `_id`; asks it."""
        query: Query = {"size": _COPIES, "query": {"ids": {"values": [id_]}}, "_source": False}
        page = self._search(query)
        with self._understood():
            copies = [(str(hit["_index"]), hit.get("_routing")) for hit in page["hits"]["hits"]]
        if len(copies) < 2:
            return
        where, indices = self.endpoint.url, sorted({index for index, _ in copies})
        document = f"the document {masked(id_)!r} came {_times(len(copies))}"
        if len(indices) > 1:
            raise SourceAmbiguous(
                f"{where}: {document}, from {_listed(indices)} (source.*.index names all of them): name one index"
            )
        routings = " and ".join(sorted("none" if routing is None else repr(routing) for _, routing in copies))
        raise SourceAmbiguous(
            f"{where}: {document} in {_listed(indices)}, with the routings {routings}: name an index that has each "
            "`_id` once"
        )

    def count(self, query: Query | None = None) -> int:
        """How many documents there are, or match the query."""
        data = self._search_answer(
            {"size": PROBE, "track_total_hits": True, **({"query": query} if query is not None else {})}
        )
        with self._understood():
            page = parse_answer(data)
            _check_whole(page, self.endpoint.url)
            self.fit_pages(len(data), len(page["hits"]["hits"]))
            return _total(page)

    def greatest(self, field: str) -> int | None:
        """The greatest value of a date field, in milliseconds since 1970 UTC; None if no document has one."""
        page = self._search({"size": 0, "aggs": {"greatest": {"max": {"field": field}}}})
        with self._understood():
            _check_whole(page, self.endpoint.url)
            value = page["aggregations"]["greatest"]["value"]
            return None if value is None else _within(int(value), -_LATEST, _LATEST)

    @contextmanager
    def scroll(self, part: Slice) -> Iterator["Scroll"]:
        """All documents of a slice; its context on the server is freed at the end."""
        with closing(Scroll(self, {"size": self._page_size, "sort": ["_doc"], **part.body})) as scroll:
            yield scroll

    def fit_pages(self, size: int, documents: int) -> None:
        """Sets how many documents the next scroll asks for at a time, by the bytes of an answer with so many."""
        if documents:
            self._page_size = max(1, min(self.endpoint.page_size, PAGE_BYTES * documents // size))

    @contextmanager
    def sweep(self) -> Iterator["Scroll"]:
        """The ids of all documents, without their bodies."""
        # From columns, which leaves the bodies packed on the server: 0.14 s where 0.5 s for 21,650 ids (measured).
        plain: Query = {"size": SWEEP_PAGE, "sort": ["_doc"], "_source": False}
        columns: Query = {"stored_fields": "_none_", "docvalue_fields": ["_id"]}
        try:
            scroll = self._open_sweep(plain, columns)
        except _PageTooLarge:
            scroll = self._open_sweep(plain | {"size": self.endpoint.page_size}, columns)
        with closing(scroll):
            yield scroll

    def _open_sweep(self, plain: Query, columns: Query) -> "Scroll":
        try:
            return Scroll(self, plain | columns)
        except _NoColumn:
            return Scroll(self, plain)

    def documents(self, ids: list[str]) -> list[Document]:
        """The documents with these ids, at most a page of them; what has gone meanwhile is left out."""
        query = {"size": len(ids), "query": {"ids": {"values": ids}}}
        data = self._search_answer(query)
        with self._understood():
            page = parse_answer(data)
            _check_whole(page, self.endpoint.url)
            hits = page["hits"]["hits"]
            self.check_origin(hits)
            if (total := _total(page)) != len(hits):
                raise SourceInterrupted(
                    f"{self.endpoint.url}: an answer announces {total} documents and holds {len(hits)}; pull again"
                )
            return documents_of(hits)

    def some_documents(self, most: int) -> list[Document]:
        """As many documents as are wanted, or all there are, by one search."""
        data = self._search_answer({"size": most, "sort": ["_doc"]})
        with self._understood():
            page = parse_answer(data)
            _check_whole(page, self.endpoint.url)
            return documents_of(page["hits"]["hits"])

    def _search(self, body: Query) -> Any:
        data = self._search_answer(body)
        with self._understood():
            return parse_hits(data)

    def _search_answer(self, body: Query, **more: Any) -> bytes:
        return self._answer(
            self._elasticsearch.search,
            index=self.endpoint.index,
            doc_type=None if self.version.startswith("7.") else self.endpoint.type,  # 7 has one type an index
            allow_partial_search_results=False,
            **body,
            **more,
        )

    def start_scroll(self, body: Query) -> bytes:
        """A scroll's first page, as it came."""
        return self._search_answer(body, scroll=SCROLL)

    def continue_scroll(self, scroll_id: str) -> bytes:
        """A scroll's next page, as it came; never call it again for a page that did not come whole."""
        return self._answer(self._elasticsearch.scroll, scroll_id=scroll_id, scroll=SCROLL)

    def free_scroll(self, scroll_id: str) -> None:
        """Frees the server's context; that it can't be freed (the server is gone, the context too) hurts nobody."""
        with suppress(SourceError, _Refused):
            self._send(self._elasticsearch.clear_scroll, scroll_id=[scroll_id], request_timeout=FREE_SECONDS)

    def _answer(self, method: _Method, **arguments: Any) -> bytes:
        try:
            return self._send(method, **arguments)
        except _Refused as refused:
            if b"on the _id field" in refused.body:  # a server may have switched its columns off
                raise _NoColumn from refused
            raise self._refusal(refused) from refused

    def _send(self, method: _Method, **arguments: Any) -> bytes:
        """One call; raises _Refused for a status that is no success, SourceInterrupted for a connection that failed."""
        self._turns.wait()
        where = self.endpoint.url
        try:
            answer: Answer = method(**arguments)
        except SSLError as error:
            raise SourceError(f"{where}: no trusted TLS connection ({_cause(error)}); is the address right?") from error
        except ProxyError as error:
            kind = SourceInterrupted if self._has_answered else SourceError
            raise kind(f"{where}: {no_way_through(self.endpoint, error)}") from error
        except NameResolutionError as error:
            raise SourceError(f"{where}: no such host ({_cause(error)}); correct source.*.url") from error
        except ReadTimeoutError as error:
            raise SourceInterrupted(
                f"{where}: no answer within {self.endpoint.timeout:g} s; pull again, or raise source.timeout"
            ) from error
        except AnswerTooSlow as error:
            raise SourceInterrupted(
                f"{where}: an answer too slow ({error}); pull again, or raise source.timeout"
            ) from error
        except HTTPError as error:
            kind = SourceInterrupted if self._has_answered else SourceError  # who never answered: the address is wrong
            raise kind(
                f"{where}: unreachable or cut off ({_cause(error)}); check source.*.url and pull again"
            ) from error
        self._has_answered = True
        self.clock_ahead = _seconds_ahead(answer.headers.get("date", ""))
        if answer.status != 200:
            raise _Refused(answer.status, answer.body, answer.headers.get("retry-after", ""))
        return answer.body

    def _refusal(self, refused: "_Refused") -> SourceError:
        """What a status that is no success means for the operator."""
        where, status = self.endpoint.url, refused.status
        if status == 404:
            return self._not_found(refused)
        if status in (401, 403):
            # Not even the user name is repeated: the two variables are easily mixed up.
            who = "the user name or its password" if self._has_credentials else "a call without user name"
            remedy = "set TILBUDSSPEJL_USERNAME and TILBUDSSPEJL_PASSWORD (or …_FILE)"
            if self.endpoint.api_key:
                who, remedy = "the API key", "set TILBUDSSPEJL_API_KEY (or …_FILE) to one that may read the index"
            return SourceError(f"{where}: refuses {who} ({status}); {remedy}")
        if 300 <= status < 400:
            return SourceError(
                f"{where}: answers with a redirect ({status}), which is not followed; "
                "enter the real address as source.*.url"
            )
        if b"Batch size is too large" in refused.body or b"Result window is too large" in refused.body:
            return _PageTooLarge(f"{where}: gives no page so large ({refused.reason}); lower source.page_size")
        # An error page of some proxy in between says nothing that the status doesn't.
        said = f" ({refused.reason})" if refused.reason else ""
        if status == 429 or status >= 500:
            return SourceInterrupted(f"{where}: answers {status}{said}; try again later", refused.retry_after)
        return SourceError(f"{where}: answers {status}{said}; {_NOT_ELASTICSEARCH}")

    def _not_found(self, refused: "_Refused") -> SourceError:
        where = self.endpoint.url
        if b"search_context_missing_exception" in refused.body:
            return SourceInterrupted(
                f"{where}: the scroll has expired on the server (a page took longer than a minute); pull again"
            )
        if b"index_not_found_exception" in refused.body:
            return SourceError(f"{where}: there is no index {self.endpoint.index!r}; correct source.*.index")
        return SourceError(f"{where}: answers 404; {_NOT_ELASTICSEARCH}")

    @contextmanager
    def _understood(self) -> Iterator[None]:
        """Turns an answer that is not Elasticsearch's into an error of ours.

        From a server that was understood before it is an accident; from another one the address is wrong.
        """
        kind, where = (SourceInterrupted if self._is_understood else SourceError), self.endpoint.url
        try:
            yield
            self._is_understood = True
        except RecursionError as error:
            raise SourceError(f"{where}: an answer nested too deep to be read") from error
        except json.JSONDecodeError as error:
            raise kind(f"{where}: the answer is no whole JSON; {_NOT_ELASTICSEARCH}") from error
        except (KeyError, TypeError, AttributeError, ValueError, OverflowError) as error:
            said = _one_line(repr(error))
            raise kind(f"{where}: an answer that is not Elasticsearch's ({said}); {_NOT_ELASTICSEARCH}") from error


class Scroll:
    """The pages of one scroll, checked: all shards answered, and as many different ids came as were announced."""

    def __init__(self, client: Client, body: Query) -> None:
        self._client = client
        self._where = client.endpoint.url
        self._reader: ThreadPoolExecutor | None = None
        self._id = ""
        self._ids: set[str] = set()
        self.pages = 0
        self.shards = 0
        try:
            self._page, self._size = self._take(client.start_scroll(body))
            with client._understood():
                self.total = _total(self._page)
        except SourceError:
            self.close()
            raise

    @property
    def unique(self) -> int:
        """How many different ids have come."""
        return len(self._ids)

    def proof(self, attempt: int) -> dict[str, Any]:
        """How it is known to be whole, once all has come, at this attempt."""
        return {
            "total": self.total,
            "unique": self.unique,
            "pages": self.pages,
            "shards": self.shards,
            "tries": attempt,
        }

    def documents(self) -> Iterator[list[Document]]:
        """The documents, page by page; raises SourceInterrupted as soon as a page is not whole, and at the end."""
        for hits, size in self._whole_pages():
            self._client.fit_pages(size, len(hits))
            with self._client._understood():
                documents = documents_of(hits)
            yield documents

    def ids(self) -> Iterator[list[str]]:
        """The ids, page by page; the same checks."""
        for hits, _ in self._whole_pages():
            yield [_id_of(hit) for hit in hits]

    def close(self) -> None:
        """Frees the scroll on the server."""
        if self._reader is not None:
            self._reader.shutdown(wait=True, cancel_futures=True)
        if self._id:
            self._client.free_scroll(self._id)

    def _whole_pages(self) -> Iterator[tuple[list[Hit], int]]:
        """The hits of each page, and its bytes."""
        page, size = self._page, self._size
        self._page = None
        # Reads the next page while this one is worked on; never more than one.
        reader = self._reader = ThreadPoolExecutor(1)
        while hits := page["hits"]["hits"]:
            with self._client._understood():
                again = self._take_ids(hits)
            if again is not None:
                # Either there are several, or a page came twice, which the count at the end tells.
                self._client.check_single(again)
            # The page after the last one is asked for too: that it is empty is part of the proof.
            following: Future[bytes] = reader.submit(self._client.continue_scroll, self._id)
            yield hits, size
            del hits, page  # so that this page is gone before the next one comes
            page, size = self._take(following.result())
        if self.unique != self.total:
            raise SourceInterrupted(
                f"{self._where}: incomplete: {self.unique} different documents came, {self.total} were announced; "
                "it lost a page: pull again"
            )

    def _take_ids(self, hits: list[Hit]) -> str | None:
        """Notes the ids of a page; gives the first that came before, None if there is none."""
        self._client.check_origin(hits)
        double = None
        for id_ in map(_id_of, hits):
            if double is None and id_ in self._ids:
                double = id_
            self._ids.add(id_)
        return double

    def _take(self, data: bytes) -> tuple[Any, int]:
        """A page, parsed, and its bytes; raises SourceInterrupted unless all shards have answered."""
        with self._client._understood():
            page = parse_answer(data)
            self._id = str(page["_scroll_id"])  # first of all, so that it can be freed
            self.shards = _check_whole(page, self._where)
            self.pages += 1
            if not isinstance(page["hits"]["hits"], list):
                raise TypeError("hits is no list")
            return page, len(data)


class _PageTooLarge(SourceError):
    """More documents a page than the server gives (`index.max_result_window`)."""


class _NoColumn(Exception):
    """The server has no column of `_id`; `Client.sweep` has another way."""


class _Refused(Exception):
    """A status that is no success; the caller knows what it means."""

    def __init__(self, status: int, body: bytes, retry_after: str) -> None:
        super().__init__(status)
        self.status = status
        self.body = body
        self.retry_after = _seconds(retry_after)

    @property
    def reason(self) -> str:
        """Elasticsearch's own words, "" where it said none."""
        with suppress(ValueError, KeyError, IndexError, TypeError):
            said = orjson.loads(self.body)["error"]["root_cause"][0]["reason"]
            return _one_line(said) if isinstance(said, str) else ""
        return ""


_COPIES = 10  # of one `_id`, as many as are told of
_CENTURY = 100 * 365.25 * 86_400.0  # seconds


def _seconds_ahead(date: str) -> float:
    """By how much our clock is ahead of a Date header; 0 where there is none."""
    try:
        seconds = (datetime.now(UTC) - parsedate_to_datetime(date)).total_seconds()
        return seconds if abs(seconds) < _CENTURY else 0.0  # a clock that tells nothing
    except (ValueError, TypeError, OverflowError):  # the second: a date without its zone
        return 0.0


def _seconds(retry_after: str) -> float | None:
    """The seconds of a Retry-After header; a date there (rare) is left to our own patience."""
    return min(float(retry_after), RETRY_AFTER_AT_MOST) if retry_after.strip().isdecimal() else None


def _check_whole(page: Any, where: str) -> int:
    """How many shards there are; raises SourceInterrupted unless all of them have answered."""
    shards = page["_shards"]
    successful, total = int(shards["successful"]), int(shards["total"])
    if page["timed_out"] or shards["failed"] or successful != total:
        counts = f"{successful} of {total} shards"
        raise SourceInterrupted(f"{where}: a page came back incomplete ({counts}); pull again")
    return total


def _total(page: Any) -> int:
    total = page["hits"]["total"]
    if isinstance(total, dict):  # from 7.0 on
        if total["relation"] != "eq":
            raise ValueError("the total is a guess")
        total = total["value"]
    return _within(int(total), 0, _LATEST)


_LATEST = 2**53  # what a number in JSON can say exactly; as milliseconds, some 285,000 years


def _within(number: int, least: int, most: int) -> int:
    if not least <= number <= most:
        raise ValueError(f"{number} is no number of documents and no time")
    return number


def _id_of(hit: Hit) -> str:
    identity = hit.get("_id")
    return text_of(hit["fields"]["_id"][0] if identity is None else identity)


def no_way_through(endpoint: Endpoint, error: ProxyError) -> str:
    """What to say where the proxy on the way gave no answer."""
    proxy, cause = endpoint.proxy, _cause(error.original_error)
    remedy = "correct source.proxy, or HTTPS_PROXY in the environment"
    return f"the proxy {proxy.url if proxy else ''} leads to no answer ({cause}); {remedy}"


_NOT_ELASTICSEARCH = "does source.*.url name an Elasticsearch?"


def check_type(endpoint: Endpoint, version: str, answer: dict[str, Any]) -> str:
    """Why the index can't hold documents of the configured type; "" if it can. A wrong type answers with zero hits."""
    types = document_types(answer)
    if version.startswith("7.") or endpoint.type in types:
        return ""
    if not types:
        return f"index {endpoint.index!r} has no document type at all, so no document either"
    return f"index {endpoint.index!r} has no document type {endpoint.type!r}, only {sorted(types)}"


def _cause(error: Exception) -> str:
    said = masked(str(error)).rpartition(": ")[2].rpartition("] ")[2].strip("')\"")
    return _one_line(said) or type(error).__name__


def _listed(indices: Iterable[str]) -> str:
    return " and ".join(f"index {_one_line(index)}" for index in sorted(indices))


def _times(number: int) -> str:
    return "twice" if number == 2 else f"{number} times"


def _one_line(text: str) -> str:
    """Foreign words for a message; masked before they are cut short, since half a secret is not known as one."""
    line = printable(" ".join(masked(text[:_LONGEST_SAID]).split()))
    # Of a text that was cut first, what stands at its end may be half a secret.
    return line[:200] if len(text) <= _LONGEST_SAID or len(line) > _LONGEST_SAID // 4 else "a long text"


_LONGEST_SAID = 4_000  # signs of foreign words that are looked through: a page may have millions
