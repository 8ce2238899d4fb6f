"""What may stand between a client and a server: TLS, and a proxy."""

import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_MOST_SECONDS = 60  # that a connection may stand still


@contextmanager
def tls_front(url: str, context: ssl.SSLContext) -> Iterator[str]:
    """The address of a TLS listener on 127.0.0.1 that hands all bytes on to a server."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with (
                suppress(OSError),
                context.wrap_socket(self.request, server_side=True) as client,
                _connected(url) as server,
            ):
                _join(client, server)

    with _listening(Handler) as port:
        yield f"https://127.0.0.1:{port}"


@dataclass
class ForwardProxy:
    """What a proxy was asked: the first line of each call, and its Proxy-Authorization; "" for none."""

    url: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)


@contextmanager
def forward_proxy() -> Iterator[ForwardProxy]:
    """A proxy on 127.0.0.1: CONNECT for a tunnel, whole addresses for plain HTTP."""
    proxy = ForwardProxy()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            server: socket.socket | None = None
            with ExitStack() as opened:
                while head := self._read_head():
                    names = (line.partition(":") for line in head[1:])
                    headers = {name.lower(): value.strip() for name, _, value in names}
                    proxy.asked.append((head[0], headers.get("proxy-authorization", "")))
                    method, target, version = head[0].split(" ")
                    if method == "CONNECT":
                        server = opened.enter_context(_connected(f"https://{target}"))
                        self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                        _join(self.request, server)
                        return
                    if server is None:
                        server = opened.enter_context(_connected(target))
                        threading.Thread(target=_pump, args=(server, self.request), daemon=True).start()
                    path = target.split("/", 3)[-1]
                    kept = [line for line in head[1:] if not line.lower().startswith("proxy-")]
                    text = "\r\n".join([f"{method} /{path} {version}", *kept, "", ""])
                    server.sendall(text.encode("latin-1") + self.rfile.read(int(headers.get("content-length", 0))))

        def _read_head(self) -> list[str]:
            lines = []
            while (line := self.rfile.readline()) not in (b"\r\n", b""):
                lines.append(line.decode("latin-1").rstrip("\r\n"))
            return lines

    with _listening(Handler) as port:
        proxy.url = f"http://127.0.0.1:{port}"
        yield proxy


@contextmanager
def _listening(handler: type[socketserver.BaseRequestHandler]) -> Iterator[int]:
    class Listener(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

    with Listener(("127.0.0.1", 0), handler) as listener:
        thread = threading.Thread(target=listener.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield listener.server_address[1]
        finally:
            listener.shutdown()
            thread.join()


def _connected(url: str) -> socket.socket:
    parts = urlsplit(url)
    return socket.create_connection((parts.hostname or "", parts.port or 80), _MOST_SECONDS)


def _join(client: socket.socket, server: socket.socket) -> None:
    back = threading.Thread(target=_pump, args=(server, client), daemon=True)
    back.start()
    _pump(client, server)
    back.join(_MOST_SECONDS)


def _pump(source: socket.socket, target: socket.socket) -> None:
    """Hands bytes on until the source has no more, then says so."""
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
