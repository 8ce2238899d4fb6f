"""What an Elasticsearch says of an index's fields: one GET of `_mapping`, which the platform answers to anybody.

No credentials are ever sent, no redirect is followed, nothing is retried.
"""

import json
from contextlib import closing
from typing import Any, cast

from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    LocationParseError,
    NewConnectionError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
)

from generator.console import printable
from generator.errors import SourceError
from generator.register.mapping.es_fields import document_types, field_types
from generator.source.client import no_way_through
from generator.source.connection import Answer, AnswerTooSlow, connect
from generator.source.endpoint import Endpoint

_NOT_ELASTICSEARCH = "does source.*.url name an Elasticsearch?"


def fetch_mapping(endpoint: Endpoint) -> dict[str, Any]:
    """The answer to `GET /<index>/_mapping`, with fields for the endpoint's type; raises SourceError."""
    response = _get(endpoint)
    where = endpoint.url
    if 300 <= response.status < 400:
        raise SourceError(
            f"{where}: answers with a redirect ({response.status}), which is not followed; "
            "enter the real address as source.*.url"
        )
    if response.status in (401, 403):
        raise SourceError(
            f"{where}: refuses _mapping to a call without credentials ({response.status}), which the platform gives to "
            "anybody; correct source.*.url"
        )
    answer = _parse(response.body)
    if answer == {} or (response.status == 404 and _error_type(answer) == "index_not_found_exception"):
        raise SourceError(f"{where}: there is no index {endpoint.index!r}; correct source.*.index")
    if response.status == 404:
        raise SourceError(f"{where}: answers 404; {_NOT_ELASTICSEARCH}")
    if response.status != 200:
        raise SourceError(f"{where}: answers {response.status}; try again later")
    return _checked(endpoint, answer)


def _get(endpoint: Endpoint) -> Answer:
    where = endpoint.url
    try:
        with closing(connect(endpoint)) as elasticsearch:
            return cast(Answer, elasticsearch.indices.get_mapping(index=endpoint.index))
    except SSLError as error:
        raise SourceError(f"{where}: no trusted TLS connection ({_one_line(error)}); is the address right?") from error
    except ProxyError as error:
        raise SourceError(f"{where}: {no_way_through(endpoint, error)}") from error
    except NewConnectionError as error:  # to urllib3 a ConnectTimeoutError, though nobody waited
        raise SourceError(f"{where}: unreachable ({_one_line(error)}); check source.*.url") from error
    except (ConnectTimeoutError, ReadTimeoutError) as error:
        raise SourceError(
            f"{where}: no answer within {endpoint.timeout:g} s; try again, or raise source.timeout"
        ) from error
    except AnswerTooSlow as error:
        raise SourceError(f"{where}: an answer too slow ({error}); try again, or raise source.timeout") from error
    except LocationParseError as error:
        raise SourceError(f"{where}: no address ({_one_line(error)}); correct source.*.url") from error
    except HTTPError as error:
        raise SourceError(f"{where}: cut off ({_one_line(error)}); try again, or check source.*.url") from error


def _parse(body: bytes) -> Any:
    """The answer's JSON; None if it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _error_type(answer: Any) -> Any:
    error = answer.get("error") if isinstance(answer, dict) else None
    return error.get("type") if isinstance(error, dict) else None


def _checked(endpoint: Endpoint, answer: Any) -> dict[str, Any]:
    """The answer if it has fields of the endpoint's type; raises SourceError."""
    try:
        types, fields = document_types(answer), field_types(answer, endpoint.type)
    except (AttributeError, TypeError) as error:  # no object where a mapping has one
        raise SourceError(
            f"{endpoint.url}: the answer to _mapping is not Elasticsearch's; {_NOT_ELASTICSEARCH}"
        ) from error
    if types and endpoint.type not in types:
        raise SourceError(
            f"{endpoint.url}: index {endpoint.index!r} has no document type {endpoint.type!r}, only {sorted(types)}; "
            "correct source.*.type"
        )
    if not fields:
        raise SourceError(
            f"{endpoint.url}: index {endpoint.index!r} has no fields yet, so there is nothing to compare with; "
            "is it the right index, and does it hold documents?"
        )
    return dict(answer)


def _one_line(error: HTTPError) -> str:
    said = str(error).rpartition("] ")[2].rpartition(": ")[2].strip("')")
    return printable(" ".join(said.split()))[:200] or type(error).__name__
