"""What can go wrong between a pull and its server, each once or for good: for the tests and for `benchmarks.faults`.

A fault spoils the n-th page (the first page of a slice counts, `_mapping` and the freeing of contexts don't).
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.support.elasticsearch import Cut, Decide, Drop, Edit, Fault, JsonObject, Reply, Server, Swallow, Wait

Make = Callable[[Server], Callable[[JsonObject | None], Fault | None]]


def lose_a_document(page: JsonObject) -> None:
    """A page that hides a document."""
    page["hits"]["hits"] = page["hits"]["hits"][1:]


def repeat_a_document(page: JsonObject) -> None:
    """A page that has a document twice and another one not."""
    page["hits"]["hits"][:1] = page["hits"]["hits"][-1:]


def end_early(page: JsonObject) -> None:
    """An empty page where there should be documents."""
    page["hits"]["hits"] = []


def fail_a_shard(page: JsonObject) -> None:
    """A page without what one shard has."""
    page["_shards"] |= {"successful": page["_shards"]["total"] - 1, "failed": 1}


def lose_a_shard(page: JsonObject) -> None:
    """A page from fewer shards than there are, none of which failed."""
    page["_shards"]["successful"] = page["_shards"]["total"] - 1


def time_out(page: JsonObject) -> None:
    """A page that the server gave up on."""
    page["timed_out"] = True


HTML = {"Content-Type": "text/html"}
LATE = 1.0  # seconds; the tests' timeout is shorter

# Name → the fault.
FAULTS: dict[str, Fault] = {
    "connection dropped before the server heard": Drop(),
    "page lost: answered, then the connection dropped": Swallow(),
    "page lost: answered, then a 503 instead": Swallow(Reply(503, b"<html>503</html>", HTML)),
    "page cut short": Cut(100),
    "page is half a JSON": Swallow(Reply(200, b'{"_scroll_id":"x","hits":', {"Content-Type": "application/json"})),
    "page is a web page, 200": Swallow(Reply(200, b"<html>Vedligehold</html>", HTML)),
    "page too late": Wait(LATE),
    "document hidden": Edit(lose_a_document),
    "document twice, another hidden": Edit(repeat_a_document),
    "empty page in the middle": Edit(end_early),
    "a shard failed": Edit(fail_a_shard),
    "a shard missing": Edit(lose_a_shard),
    "timed out on the server": Edit(time_out),
    "429 with Retry-After": Reply(429, b"{}", {"Retry-After": "1"}),
    "502": Reply(502, b"<html>502</html>", HTML),
    "503": Reply(503, b"", HTML),
    "504": Reply(504, b"<html>504</html>", HTML),
}


@dataclass
class Pages:
    """Counts the pages that are asked for, and says what happens to each."""

    server: Server
    on_page: Callable[[int], Fault | None]
    count: int = 0

    def decide(self, _: int, method: str, path: str) -> Fault | None:
        """A decision for `FaultyProxy`."""
        if method == "DELETE" or "/_search" not in path or ("scroll" not in path):
            return None
        self.count += 1
        return self.on_page(self.count)


def once(fault: Fault, number: int) -> Callable[[int], Fault | None]:
    """Spoils the page of this number only."""
    return lambda page: fault if page == number else None


def from_then_on(fault: Fault, number: int) -> Callable[[int], Fault | None]:
    """Spoils this page and all that follow."""
    return lambda page: fault if page >= number else None


class Replay:
    """Answers a page with the one before it, once: a cache in between that should not be there."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._before: JsonObject = {}

    def __call__(self, page: int) -> Fault | None:
        """Keeps each page until the one after it."""
        return Edit(lambda body: self._keep_or_replay(body, page))

    def _keep_or_replay(self, body: JsonObject, page: int) -> None:
        if page == self._number and self._before:
            body["hits"] = self._before["hits"]
        else:
            self._before = dict(body)


class Expire:
    """Lets the server forget all scroll contexts before a page, once."""

    def __init__(self, server: Server, number: int) -> None:
        self._server = server
        self._number = number

    def __call__(self, page: int) -> Fault | None:
        """Forgets, then lets the call through."""
        if page == self._number:
            assert self._server.call("DELETE", "/_search/scroll/_all").status in (200, 404)  # 404: there is none
        return None


Of = Callable[[Server], Callable[[int], Fault | None]]


def cases(number: int) -> dict[str, Of]:
    """Name → what happens at the page of this number, once."""
    found: dict[str, Of] = {name: lambda _, fault=fault: once(fault, number) for name, fault in FAULTS.items()}  # type: ignore[misc]
    found["page answered twice"] = lambda _: Replay(number)
    found["scroll context expired"] = lambda server: Expire(server, number)
    return found


def deciding(server: Server, on_page: Callable[[int], Fault | None]) -> Decide:
    """The decision for a proxy."""
    return Pages(server, on_page).decide
