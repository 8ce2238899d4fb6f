"""A real Elasticsearch (6.8.23 or 7.17.28) for the tests, a loader that fills it, and a proxy that spoils its answers.

    with start_server(tmp_path, basic_auth="spejl:hemmeligt") as server:
        Loader(server).load("tilbud-preprod", documents)
        with FaultyProxy(server, lambda n, method, path: Drop() if n == 4 else None) as proxy:
            ...  # pull from proxy.url; look at proxy.requests
        server.stop()
        server.start()  # the same address, the same data

All of it stays on this machine: servers and proxies listen on 127.0.0.1, and nothing else is ever called.
"""

from __future__ import annotations

import base64
import http.client
import http.server
import ipaddress
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import orjson

RUN = Path(__file__).parents[1] / "elasticsearch_server" / "run.sh"
VERSION = "6.8.23"  # what the platform runs
VERSION_7 = "7.17.28"  # the newest of the next line, without document types

JsonObject = dict[str, Any]
Headers = Mapping[str, str]


# ---------------------------------------------------------------- the server


@dataclass(frozen=True)
class Answer:
    """What a server said to one call."""

    status: int
    headers: Headers
    body: bytes

    def json(self) -> JsonObject:
        """The body, which must be a JSON object."""
        value = json.loads(self.body)
        assert isinstance(value, dict), value
        return value


@dataclass(frozen=True)
class Server:
    """An Elasticsearch on this machine, and the credentials that it wants."""

    url: str
    username: str | None = None
    password: str | None = None
    stop: Callable[[], None] = field(default=lambda: None, repr=False, compare=False)
    start: Callable[[], None] = field(default=lambda: None, repr=False, compare=False)

    def __post_init__(self) -> None:
        require_loopback(self.url)

    @classmethod
    def from_address(cls, address: str) -> Server:
        """The server at an address such as http://user:password@127.0.0.1:9200 (percent-encoded where needed)."""
        parts = urlsplit(address)
        if parts.scheme != "http" or parts.hostname is None or parts.path not in ("", "/"):
            raise ValueError(f"{address!r} is no address of the form http://user:password@127.0.0.1:9200")
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        return cls(
            url=f"http://{host}:{parts.port or 9200}",
            username=None if parts.username is None else unquote(parts.username),
            password=None if parts.password is None else unquote(parts.password),
        )

    @property
    def authorization(self) -> str | None:
        """The value of the Authorization header, or None where no credentials are wanted."""
        if self.username is None:
            return None
        return basic(f"{self.username}:{self.password or ''}")

    def version(self) -> str:
        """The number that the server gives itself."""
        answer = self.call("GET", "/")
        if answer.status != 200:
            raise RuntimeError(f"{self.url} answers {answer.status}")
        return str(answer.json()["version"]["number"])

    def call(
        self, method: str, path: str, body: JsonObject | bytes | None = None, *, authorized: bool = True
    ) -> Answer:
        """One call, with the credentials unless told otherwise; any status is an answer."""
        headers: dict[str, str] = {}
        if authorized and self.authorization is not None:
            headers["Authorization"] = self.authorization
        if isinstance(body, dict):
            body = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        elif body is not None:
            headers["Content-Type"] = "application/x-ndjson"
        return send(self.url, method, path, headers, body)


def basic(credentials: str) -> str:
    """`user:password` as a Basic header, in UTF-8 as servers today read it."""
    return "Basic " + base64.b64encode(credentials.encode()).decode()


def require_loopback(url: str) -> None:
    """Refuse any address but this machine's own: tests load and delete whole indexes."""
    host = urlsplit(url).hostname or ""
    with suppress(ValueError):
        if host == "localhost" or ipaddress.ip_address(host).is_loopback:
            return
    raise ValueError(f"{host!r} is not this machine: tests only ever speak to 127.0.0.1, [::1] or localhost")


def send(url: str, method: str, path: str, headers: Headers, body: bytes | None, timeout: float = 60) -> Answer:
    """One HTTP call on a connection of its own: no redirects, no proxy settings, no retries."""
    require_loopback(url)
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=timeout)
    try:
        connection.request(method, path, body, dict(headers))
        response = connection.getresponse()
        said = {name: ", ".join(response.headers.get_all(name, [])) for name in response.headers}
        return Answer(response.status, said, response.read())
    finally:
        connection.close()


def absent_programs() -> str:
    """Which of the programs that `start_server` needs are not here, and what to install; empty if all are."""
    absent = [name for name in ("bash", "java", "javac", "mvn") if shutil.which(name) is None]
    if not absent:
        return ""
    return f"no {', '.join(absent)} to run Elasticsearch: `apt-get install default-jdk-headless maven`"


@contextmanager
def start_server(
    home: Path,
    *,
    basic_auth: str | None,
    settings: Iterable[str] = (),
    version: str = VERSION,
    patience: float = 300,
) -> Iterator[Server]:
    """A server of our own on any free port, its data in `home`; the first start of a version ever fetches it (30 MB).

    `basic_auth` is user:password; `settings` are Elasticsearch's own, as name=value. After `stop()`, `start()` goes on
    with the same port and data. The server stops at the end of the block, and also when this process dies without
    getting there: it watches its standard input.
    """
    running = _Running(home, basic_auth, tuple(settings), version, patience)
    try:
        url = running.start()
        username, _, password = (basic_auth or "").partition(":")
        credentials = {} if basic_auth is None else {"username": username, "password": password}
        server = Server(url, stop=running.stop, start=lambda: _restart(running, server), **credentials)
        _await_data(server)
        yield server
    finally:
        running.stop()


def _some_ports() -> str:
    """A range of which the server takes the first free port, beginning anywhere.

    All of it lies below the ports that systems give to outgoing calls: nobody takes the port while the server is down.
    """
    return f"{random.randrange(21_000, 29_000)}-29999"


def _restart(running: _Running, server: Server) -> None:
    running.start()
    _await_data(server)


def _await_data(server: Server) -> None:
    # It listens before it has found its indexes; a search, and on a busy machine even "/", is told 503 until then.
    health = server.call("GET", "/_cluster/health?wait_for_status=yellow&timeout=50s")
    if health.status != 200:
        raise RuntimeError(f"the server's data did not come back: {health.body.decode(errors='replace')}")


class _Running:
    """The launcher's process; the next one takes the port of the last."""

    def __init__(
        self, home: Path, basic_auth: str | None, settings: tuple[str, ...], version: str, patience: float
    ) -> None:
        self._home = home
        self._settings = settings
        self._port = _some_ports()
        self._patience = patience
        self._process: subprocess.Popen[bytes] | None = None
        self._environment = os.environ | {"ES_STOP_AT_EOF": "1", "ES_VERSION": version}
        self._environment.pop("ES_AUTHORIZATION", None)
        if basic_auth is not None:
            self._environment["ES_AUTHORIZATION"] = basic(basic_auth)

    def start(self) -> str:
        """Start it, and wait until it says its address."""
        if self._process is not None:
            raise RuntimeError("the server is running already")
        self._home.mkdir(parents=True, exist_ok=True)
        log = self._home / "server.log"
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                ["bash", str(RUN), self._port, str(self._home), *self._settings],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=self._environment,
                start_new_session=True,
            )
        url = _started(self._process, log, self._patience)
        self._port = url.rpartition(":")[2]
        return url

    def stop(self) -> None:
        """Stop it if it is running."""
        if self._process is not None:
            _stop(self._process)
            self._process = None


def _started(process: subprocess.Popen[bytes], log: Path, patience: float) -> str:
    """The address that the launcher prints when it answers."""
    address: list[str] = []
    said = threading.Event()

    def listen() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith(b"STARTED "):
                address.append(line.split()[1].decode())
                said.set()
        said.set()

    threading.Thread(target=listen, name="elasticsearch-output", daemon=True).start()
    said.wait(patience)
    if not address:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
        raise RuntimeError(f"Elasticsearch did not start within {patience:.0f} s ({RUN}):\n{tail}")
    return address[0]


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Stop the launcher and whatever it started (Maven, at the first run): they are a process group of their own."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, how)
            with suppress(subprocess.TimeoutExpired):
                process.wait(20)
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()


# ---------------------------------------------------------------- the loader

# Stores whatever it is given and looks at nothing but the load time, so documents that are odd on purpose
# (a number here, a text there) never meet a mapping conflict.
LOOSE_MAPPING: JsonObject = {
    "dynamic": False,
    "properties": {
        "TilbudEnvelope": {
            "dynamic": False,
            "properties": {"sidstIndlaest": {"type": "date", "ignore_malformed": True}},
        }
    },
}

Write = Callable[[Any], bytes]


def with_blanks(source: Any) -> bytes:
    """JSON as Python spells it, with blanks and \\u escapes, and with what orjson refuses: 2**70, "\\ud800", NaN."""
    return json.dumps(source).encode()


class Loader:
    """Makes indexes on a test's own server and fills them; `clear` deletes the ones that it made.

    A document is as elasticdump writes it (`_id`, `_type`, `_source`). Its `_source` is stored as `write` spells it, by
    default as compact UTF-8, as a platform does; one that is given as bytes is stored as it stands. 7.17 has no
    document types: they are left out, and all hits say `_doc`.
    """

    def __init__(self, server: Server, *, batch_bytes: int = 4_000_000) -> None:
        require_loopback(server.url)
        self._server = server
        self._batch_bytes = batch_bytes
        self._made: list[str] = []
        self._has_types = server.version().startswith("6.")

    def load(
        self,
        index: str,
        documents: Iterable[JsonObject],
        *,
        doc_type: str = "tilbud",
        shards: int = 2,
        write: Write = orjson.dumps,
    ) -> int:
        """Make the index and fill it; how many documents were sent."""
        self.create(index, doc_type=doc_type, shards=shards)
        return self.add(index, documents, write=write)

    def create(
        self, index: str, *, doc_type: str = "tilbud", shards: int = 2, mapping: JsonObject = LOOSE_MAPPING
    ) -> None:
        """Make an empty index, with one document type where there are types."""
        self._ok(
            "PUT",
            f"/{quote(index, safe='')}",
            {
                "settings": {"number_of_shards": shards, "number_of_replicas": 0, "refresh_interval": "-1"},
                "mappings": {doc_type: mapping} if self._has_types else mapping,
            },
        )
        self._made.append(index)

    def add(self, index: str, documents: Iterable[JsonObject], *, write: Write = orjson.dumps) -> int:
        """Put documents into an index, in the place of those with the same `_id`; they are visible on return."""
        return self._bulk(index, (self._entry(document, write) for document in documents))

    def change(
        self, index: str, document_id: str, edit: Callable[[JsonObject], None], *, doc_type: str = "tilbud"
    ) -> None:
        """Let `edit` change the `_source` of a document in its place, visible on return."""
        path = f"/{quote(index, safe='')}/{quote(self._type(doc_type), safe='')}/{quote(document_id, safe='')}"
        source = self._ok("GET", path)["_source"]
        edit(source)
        self.add(index, [{"_id": document_id, "_type": doc_type, "_source": source}])

    def remove(self, index: str, *document_ids: str, doc_type: str = "tilbud") -> None:
        """Take documents, which must be there, out of an index; they are gone on return."""
        kind = {"_type": doc_type} if self._has_types else {}
        self._bulk(index, (_action("delete", {"_id": document_id, **kind}) for document_id in document_ids))

    def refresh(self, index: str) -> None:
        """Make everything that was written visible to searches."""
        self._ok("POST", f"/{quote(index, safe='')}/_refresh")

    def delete(self, index: str) -> None:
        """Delete an index that this loader made."""
        self._made.remove(index)
        self._ok("DELETE", f"/{quote(index, safe='')}")

    def clear(self) -> None:
        """Delete every index that this loader made."""
        for index in list(self._made):
            self.delete(index)

    def _type(self, doc_type: str) -> str:
        return doc_type if self._has_types else "_doc"

    def _entry(self, document: JsonObject, write: Write) -> bytes:
        where = {"_id": document["_id"]} | ({"_type": document["_type"]} if self._has_types else {})
        source = document["_source"]
        text = source if isinstance(source, bytes) else write(source)
        if b"\n" in text:
            raise ValueError(f"{document['_id']}: its text has a line break, where the server ends a document")
        return _action("index", where) + text + b"\n"

    def _bulk(self, index: str, entries: Iterable[bytes]) -> int:
        """Send entries in batches, one action each; how many there were."""
        count, batch, size = 0, list[bytes](), 0
        for entry in entries:
            batch.append(entry)
            count += 1
            size += len(entry)
            if size >= self._batch_bytes:
                self._send(index, batch)
                batch, size = [], 0
        if batch:
            self._send(index, batch)
        self.refresh(index)
        return count

    def _send(self, index: str, batch: list[bytes]) -> None:
        answer = self._ok("POST", f"/{quote(index, safe='')}/_bulk", b"".join(batch))
        results = [result for item in answer["items"] for result in item.values()]
        if failed := [result for result in results if result["status"] not in (200, 201)]:
            raise RuntimeError(f"{len(failed)} of {len(results)} changes were not made, the first: {failed[0]}")

    def _ok(self, method: str, path: str, body: JsonObject | bytes | None = None) -> JsonObject:
        answer = self._server.call(method, path, body)
        if answer.status not in (200, 201):
            raise RuntimeError(f"{method} {path}: {answer.status} {answer.body[:500].decode(errors='replace')}")
        return answer.json()


def _action(name: str, where: JsonObject) -> bytes:
    return json.dumps({name: where}).encode() + b"\n"


# ---------------------------------------------------------------- the proxy


@dataclass(frozen=True)
class Reply:
    """The server is not asked; this is the answer."""

    status: int
    body: bytes = b""
    headers: Headers = field(default_factory=dict)


def redirect(location: str, status: int = 302) -> Reply:
    """The answer that sends the client elsewhere."""
    return Reply(status, headers={"Location": location})


@dataclass(frozen=True)
class Drop:
    """The connection closes without an answer; the server never hears of the call."""


@dataclass(frozen=True)
class Swallow:
    """The server does what was asked, its answer is lost: the connection closes, or `instead` is said."""

    instead: Reply | None = None


@dataclass(frozen=True)
class Cut:
    """The true answer, announced in full length, ends after `keep` bytes of its body."""

    keep: int


@dataclass(frozen=True)
class Edit:
    """The true answer with its JSON changed, as by a server with a failed shard."""

    change: Callable[[JsonObject], None]


@dataclass(frozen=True)
class Wait:
    """The true answer, late."""

    seconds: float


@dataclass(frozen=True)
class Drip:
    """This answer, head and body as they stand, a byte at a time with a pause in seconds before each."""

    answer: bytes
    pause: float


Fault = Reply | Drop | Swallow | Cut | Edit | Wait | Drip
Decide = Callable[[int, str, str], Fault | None]
LONGEST_WAIT = 10.0


@dataclass(frozen=True)
class Request:
    """One call as the proxy got it."""

    number: int
    method: str
    path: str
    headers: Headers
    body: bytes


class FaultyProxy:
    """A proxy on 127.0.0.1 that asks `decide(number, method, path)` how to spoil each answer; None leaves it alone.

    Calls are numbered from 1 in the order in which they arrive, and kept in `requests`. Without a server behind it
    (`upstream=None`) every call must be decided: a bystander that must not be called, or the end of a redirect.
    It answers at most `most_requests` calls in at most `seconds`, and is gone at the end of the block.
    """

    def __init__(
        self, upstream: Server | None, decide: Decide, *, most_requests: int = 20_000, seconds: float = 600
    ) -> None:
        self.requests: list[Request] = []
        self.most_at_once = 0  # calls that were being answered at the same time
        self._at_once = 0
        self.errors: list[str] = []
        self._upstream = upstream
        self.decide = decide
        self._most_requests = most_requests
        self._seconds = seconds
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._open: set[socket.socket] = set()
        self._listener = _Listener(self)
        self.url = f"http://127.0.0.1:{self._listener.server_address[1]}"
        self._thread = threading.Thread(target=self._serve, name="faulty-proxy", daemon=True)

    @property
    def server(self) -> Server:
        """The server behind the proxy, as seen through it: same credentials, the proxy's address."""
        assert self._upstream is not None, "this proxy has no server behind it"
        return Server(self.url, self._upstream.username, self._upstream.password)

    def __enter__(self) -> FaultyProxy:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if error is None and self.errors:
            raise AssertionError("the proxy itself failed: " + "; ".join(self.errors))

    def stop(self) -> None:
        """Stop listening and close what is open."""
        self._stopped.set()
        self._thread.join(10)

    def _serve(self) -> None:
        deadline = time.monotonic() + self._seconds
        while not self._stopped.is_set() and time.monotonic() < deadline:
            self._listener.handle_request()  # waits a tenth of a second at most
        self._stopped.set()
        self._listener.server_close()
        with self._lock:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    # What the handler's threads call.

    def opened(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.add(connection)

    def closed(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.discard(connection)

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Count how many calls are being answered."""
        with self._lock:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            yield
        finally:
            with self._lock:
                self._at_once -= 1

    def failed(self, error: BaseException | None) -> None:
        """Note a fault of the proxy's own; a client that hangs up is none."""
        if error is not None and not isinstance(error, OSError):
            self.errors.append(f"{type(error).__name__}: {error}")

    def fault(self, method: str, path: str, headers: Headers, body: bytes) -> Fault | None:
        """Note the call and ask the test what is to happen to it."""
        with self._lock:
            number = len(self.requests) + 1
            if number > self._most_requests or self._stopped.is_set():
                return Drop()
            self.requests.append(Request(number, method, path, headers, body))
        return self.decide(number, method, path)

    def forward(self, method: str, path: str, headers: Headers, body: bytes) -> Answer:
        """The true answer."""
        assert self._upstream is not None, f"{method} {path}: no server stands behind this proxy"
        passed = {name: value for name, value in headers.items() if name.lower() not in _HOP_BY_HOP}
        return send(self._upstream.url, method, path, passed, body or None)


_HOP_BY_HOP = {"connection", "host", "keep-alive", "content-length", "transfer-encoding"}


class _Listener(http.server.ThreadingHTTPServer):
    timeout = 0.1

    def __init__(self, proxy: FaultyProxy) -> None:
        self.proxy = proxy
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        self.proxy.failed(sys.exc_info()[1])


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    server: _Listener

    def setup(self) -> None:
        super().setup()
        self.server.proxy.opened(self.connection)

    def finish(self) -> None:
        self.server.proxy.closed(self.connection)
        super().finish()

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""

    def _handle(self) -> None:
        proxy, headers = self.server.proxy, dict(self.headers.items())
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        call = (self.command, self.path, headers, body)
        with proxy.answering():
            self._spoil(proxy, call)

    def _spoil(self, proxy: FaultyProxy, call: tuple[str, str, Headers, bytes]) -> None:
        headers, body = call[2:]
        match proxy.fault(*call):
            case None:
                self._answer(proxy.forward(*call))
            case Reply() as reply:
                self._reply(reply)
            case Drop():
                self._hang_up()
            case Swallow(instead):
                proxy.forward(*call)
                if instead is None:
                    self._hang_up()
                else:
                    self._reply(instead)
            case Cut(keep):
                self._answer(proxy.forward(*call), keep=keep)
                self._hang_up()
            case Edit(change):
                answer = proxy.forward(self.command, self.path, {**headers, "Accept-Encoding": "identity"}, body)
                value = answer.json()
                change(value)
                self._answer(Answer(answer.status, answer.headers, json.dumps(value).encode()))
            case Drip(answer, pause):
                self._drip(answer, pause)
            case Wait(seconds):
                time.sleep(min(seconds, LONGEST_WAIT))
                self._answer(proxy.forward(*call))

    # The names that http.server looks for.
    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _handle  # noqa: N815

    def _reply(self, reply: Reply) -> None:
        self._answer(Answer(reply.status, reply.headers, reply.body))

    def _answer(self, answer: Answer, keep: int | None = None) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in _HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body[:keep])

    def _drip(self, answer: bytes, pause: float) -> None:
        for byte in answer:
            time.sleep(pause)
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
        self._hang_up()

    def _hang_up(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)
