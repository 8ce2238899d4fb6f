"""One connection to a server, and what has an end there: the bytes of an answer and the time that it takes."""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from generator.console import printable
from generator.errors import SourceError

CHUNK = 1 << 20  # bytes that are unpacked at a time
TIMES = 10  # a whole answer may take so many times as long as the server may be silent


class AnswerTooSlow(HTTPError):
    """An answer that came all the time, and still was not whole at the end of its time."""


class Connection:
    """A connection that is opened by its first call and used by one after the other.

    `timeout` is in seconds, and `answer_bytes` are counted unpacked.
    """

    def __init__(self, url: str, timeout: float, answer_bytes: int) -> None:
        self._url = url
        self._timeout = timeout
        self._answer_bytes = answer_bytes
        self._deadline = _Deadline()
        address = full_address(url)
        self._prefix = urlsplit(address).path.rstrip("/")
        parts = urllib3.util.parse_url(address)
        pool = _HTTPSPool if parts.scheme == "https" else _HTTPPool
        self._pool = pool(parts.host or "", parts.port, maxsize=1, block=True, deadline=self._deadline)

    def close(self) -> None:
        """Closes the connection."""
        self._pool.close()

    def call(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes | None = None,
        timeout: float | None = None,
    ) -> tuple[urllib3.BaseHTTPResponse, bytes]:
        """The answer's head, and its body unpacked.

        Nothing is tried again and no redirect is followed. Raises AnswerTooSlow, another HTTPError of urllib3, or
        SourceError as soon as the body is longer than it may be, before that takes memory.
        """
        seconds = timeout or self._timeout
        with self._deadline.within(seconds * TIMES):
            response = self._pool.request(
                method,
                f"{self._prefix}{path}",
                body=body,
                headers=headers,
                retries=False,
                redirect=False,
                timeout=urllib3.Timeout(seconds),
                preload_content=False,
            )
            return response, self._read(response)

    def _read(self, response: urllib3.BaseHTTPResponse) -> bytes:
        parts, size = [], 0
        try:
            while part := response.read(CHUNK):
                parts.append(part)
                size += len(part)
                if size > self._answer_bytes:
                    response.close()
                    raise SourceError(
                        f"{self._url}: an answer of more than {self._answer_bytes} bytes (limits.answer_bytes); "
                        "lower source.page_size, or raise the limit if so much is right"
                    )
        finally:
            response.release_conn()
        return b"".join(parts)


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


class _HTTPPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _HTTPConnection


class _HTTPSPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _HTTPSConnection
