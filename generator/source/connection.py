"""The official client's connection and transport, with an end to what an answer may cost, and no second attempt.

The client repeats what failed, and a scroll that is repeated gives the next page: documents are lost without an error
(measured). It hides an answer's headers, reads any number of bytes, asks for `GET /` of its own accord, which not
everybody may see, and knows no proxies. Its API methods, paths, TLS options and pools are what is used of it.
"""

import functools
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

import orjson
import urllib3
from elasticsearch import Elasticsearch, Transport, Urllib3HttpConnection
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from generator.console import printable
from generator.errors import SourceError
from generator.secret import NO_SECRET, Secret
from generator.source.endpoint import Endpoint, Proxy, TlsFiles

CHUNK = 1 << 20  # bytes that are unpacked at a time
TIMES = 10  # a whole answer may take so many times as long as the server may be silent


class AnswerTooSlow(HTTPError):
    """An answer that came all the time, and still was not whole at the end of its time."""


class Answer(NamedTuple):
    """What a server answered, whatever it means."""

    status: int
    headers: Mapping[str, str]  # by names in small letters
    body: bytes  # unpacked


def connect(endpoint: Endpoint, authorization: Secret = NO_SECRET) -> Elasticsearch:
    """The official client for an endpoint, every method of which makes one call and returns its `Answer`.

    A method raises AnswerTooSlow, another HTTPError of urllib3, or SourceError as soon as the answer is longer than it
    may be, before that takes memory. Raises SourceError for an address that is none.
    """
    parts = urlsplit(full_address(endpoint.url))
    is_tls = parts.scheme.lower() == "https"
    host = {"host": parts.hostname or "", "port": parts.port, "use_ssl": is_tls, "url_prefix": parts.path}
    return Elasticsearch(
        [host],
        transport_class=OneAttemptTransport,
        connection_class=LimitedConnection,
        maxsize=1,
        timeout=endpoint.timeout,
        headers=endpoint.headers,
        http_compress=endpoint.compress,
        ssl_context=_tls_context(endpoint.tls) if is_tls else None,
        address=endpoint.url,
        answer_bytes=endpoint.answer_bytes,
        authorization=authorization,
        proxy=endpoint.proxy,
    )


class OneAttemptTransport(Transport):
    """The way from an API method to the one connection: one attempt, and the whole answer handed on."""

    def perform_request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, Any] | None = None,
        body: Any = None,
    ) -> Answer:
        """One call; see `connect` for what it raises."""
        query = dict(params or {})
        seconds = query.pop("request_timeout", None)
        written = None if body is None else orjson.dumps(body)
        connection = self.get_connection()
        assert isinstance(connection, LimitedConnection)
        return connection.perform_request(method, url, query, written, seconds, headers=headers)


class LimitedConnection(Urllib3HttpConnection):
    """A connection that is opened by its first call and used by one after the other.

    `timeout` is in seconds, and `answer_bytes` are counted unpacked. No redirect is followed.
    """

    def __init__(
        self, *, address: str, answer_bytes: int, authorization: Secret, proxy: Proxy | None, **options: Any
    ) -> None:
        super().__init__(**options)
        self._address = address
        self._seconds: float = options["timeout"]
        self._answer_bytes = answer_bytes
        self._authorization = authorization
        self._deadline = _Deadline()
        self._proxy_headers: dict[str, str] = {}
        if proxy is not None:
            if proxy.authorization:
                self._proxy_headers["proxy-authorization"] = proxy.authorization.reveal()
            self.pool = _pool_through(proxy, self._proxy_headers, self.pool, options["ssl_context"])
        self.pool.ConnectionCls = functools.partial(
            _HTTPSConnection if self.use_ssl else _HTTPConnection, deadline=self._deadline
        )  # type: ignore[assignment]  # it is only called
        # Through a tunnel the server is asked as if there were no proxy; else the proxy must know which one is meant.
        self._is_forwarded = proxy is not None and not self.use_ssl

    def perform_request(  # type: ignore[override]  # an Answer, with its body as it came
        self,
        method: str,
        url: str,
        params: Mapping[str, Any] | None = None,
        body: bytes | None = None,
        timeout: float | None = None,
        ignore: object = (),
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One call; see `connect` for what it raises."""
        seconds = timeout or self._seconds
        target = f"{self.url_prefix}{url}" + (f"?{urlencode(params)}" if params else "")
        sent = {**self.headers, **(headers or {})}
        if self._authorization:
            sent["authorization"] = self._authorization.reveal()
        if self._is_forwarded:
            target = f"{self.host}{target}"
            sent |= self._proxy_headers
        if self.http_compress and body:
            body = self._gzip_compress(body)
            sent["content-encoding"] = "gzip"
        with self._deadline.within(seconds * TIMES):
            response = self.pool.urlopen(
                method,
                target,
                body,
                sent,
                retries=False,
                redirect=False,
                assert_same_host=False,  # a proxy's pool is asked for another one
                timeout=urllib3.Timeout(seconds),
                preload_content=False,
            )
            data = self._read(response)
        return Answer(response.status, {name.lower(): value for name, value in response.headers.items()}, data)

    def _read(self, response: urllib3.BaseHTTPResponse) -> bytes:
        parts, size = [], 0
        try:
            while part := response.read(CHUNK, decode_content=True):
                parts.append(part)
                size += len(part)
                if size > self._answer_bytes:
                    response.close()
                    raise SourceError(
                        f"{self._address}: an answer of more than {self._answer_bytes} bytes (limits.answer_bytes); "
                        "lower source.page_size, or raise the limit if so much is right"
                    )
        finally:
            response.release_conn()
        return b"".join(parts)


def _pool_through(
    proxy: Proxy, headers: dict[str, str], pool: urllib3.HTTPConnectionPool, context: ssl.SSLContext | None
) -> urllib3.HTTPConnectionPool:
    """A pool for the same server whose connections go through a proxy."""
    manager = urllib3.ProxyManager(proxy.url, proxy_headers=headers, maxsize=1, ssl_context=context)
    return manager.connection_from_host(pool.host, pool.port, pool.scheme)


def _tls_context(files: TlsFiles) -> ssl.SSLContext:
    """Trusts the system's authorities, or those of a file; raises SourceError for files that can't be used."""
    try:
        context = ssl.create_default_context(cafile=files.ca_file)
        if files.client_certificate:
            context.load_cert_chain(files.client_certificate, files.client_key, password=_no_password)
    except (OSError, ssl.SSLError) as error:
        what = ", ".join(f"source.*.{name} {path}" for name, path in asdict(files).items() if path)
        raise SourceError(f"{what}: can't be used for TLS ({error}); it must be there, in PEM") from error
    return context


def _no_password() -> str:
    """Asked for where a key is encrypted: without this OpenSSL would wait at the terminal."""
    raise ssl.SSLError("the key is encrypted; write it without a passphrase, readable for its owner alone")


def full_address(url: str) -> str:
    """The address with its port written out; raises SourceError if it is none."""
    parts = urlsplit(url)
    try:
        if parts.port is not None:
            return url
    except ValueError as error:
        raise SourceError(f"{printable(url)}: no address ({error}); correct source.*.url") from error
    return parts._replace(netloc=f"{parts.netloc.rstrip(':')}:{443 if parts.scheme == 'https' else 80}").geturl()


class _Deadline:
    """Shuts a connection down at the end of a call's time, wherever in head or body the answer is.

    A socket's timeout begins anew with every byte, so a server that sends one a second never meets it. (It is for the
    whole of a TLS greeting.)
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._call: object = None
        self._has_passed = False
        self._socket: socket.socket | None = None

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Raises AnswerTooSlow at the end of the block if its time was up before."""
        call = self._call = object()
        self._has_passed = False
        timer = threading.Timer(min(seconds, threading.TIMEOUT_MAX), self._pass, (call,))
        timer.daemon = True
        timer.start()
        try:
            yield
        except HTTPError as error:
            if self._has_passed:
                raise AnswerTooSlow(f"not whole within {seconds:g} s") from error
            raise
        finally:
            timer.cancel()
            with self._lock:
                self._call = None
        if self._has_passed:  # where the body has no length it seems to have ended with the connection
            raise AnswerTooSlow(f"not whole within {seconds:g} s")

    def watch(self, connection: socket.socket) -> None:
        """Follows a new connection."""
        with self._lock:
            self._socket = connection
            if self._has_passed:
                _shut_down(connection)

    def _pass(self, call: object) -> None:
        with self._lock:
            if call is self._call:
                self._has_passed = True
                if self._socket is not None:
                    _shut_down(self._socket)


def _shut_down(connection: socket.socket) -> None:
    with suppress(OSError):  # it is closed already
        # Not SSLSocket's own, which takes away what another thread is reading from.
        socket.socket.shutdown(connection, socket.SHUT_RDWR)


class _HTTPConnection(HTTPConnection):
    def __init__(self, *arguments: Any, deadline: _Deadline, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._deadline = deadline

    def connect(self) -> None:
        super().connect()
        self._deadline.watch(self.sock)


class _HTTPSConnection(HTTPSConnection):
    def __init__(self, *arguments: Any, deadline: _Deadline, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._deadline = deadline

    def connect(self) -> None:
        super().connect()
        self._deadline.watch(self.sock)
