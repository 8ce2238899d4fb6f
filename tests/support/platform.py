"""A server that behaves as the register's platform does where that differs from a plain Elasticsearch."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.elasticsearch import Fault, Reply, Server


def as_on_the_platform(server: Server) -> Callable[[int, str, str], Fault | None]:
    """The server's own answers, with its credentials added to `GET …/_mapping` only: the platform gives that freely."""

    def decide(number: int, method: str, path: str) -> Fault | None:
        if method != "GET" or not path.endswith("/_mapping"):
            return None
        answer = server.call(method, path)
        return Reply(answer.status, answer.body, answer.headers)

    return decide
