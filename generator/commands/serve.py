"""`serve`: the built site on this machine's own address, for a look; not for the public."""

import re
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from generator.errors import UsageError
from generator.output.folder import MARKER, read_marker
from generator.pages import urls

HOST = "127.0.0.1"
_OURS = ("127.0.0.1", "localhost", "[::1]")  # what a browser on this machine calls it
_METHODS = ("GET", "HEAD")
# What is no name of a file of a site's: hidden or empty, or with what leads elsewhere on some system.
_NO_NAME = re.compile(r"\.|$|.*[\x00-\x1f\x7f\\:]", re.DOTALL)


class _Handler(SimpleHTTPRequestHandler):
    """Serves files as a real web server would: the site's own 404 page, no listings, nothing hidden or outside.

    Any page open in a browser can ask for this address: so only a request by this machine's own name is answered (no
    foreign name that leads here), and no other site may use what is answered.
    """

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "tilbudsspejl", ""
    extensions_map = {
        "": "application/octet-stream",
        ".css": "text/css; charset=utf-8",
        ".html": "text/html; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".json": "application/json",
        ".svg": "image/svg+xml",
        ".xml": "application/xml; charset=utf-8",
    }

    def parse_request(self) -> bool:
        """Whether it is a request that is answered at all; an error is sent if it isn't."""
        if not super().parse_request():
            return False
        if self.command not in _METHODS:
            self.send_error(405)
        elif not self._is_for_us():
            self.send_error(421, "Misdirected Request", "Open the site by the address that `serve` printed.")
        elif not self.requestline.split()[1].startswith("/"):
            self.send_error(400, explain="Only a path can be asked for.")
        else:
            return True
        return False

    def _is_for_us(self) -> bool:
        hosts = self.headers.get_all("Host", [])
        port = self.connection.getsockname()[1]
        return len(hosts) == 1 and hosts[0].strip().lower() in {
            name for own in _OURS for name in (own, f"{own}:{port}")
        }

    def send_head(self) -> Any:
        """Answers for a path; what is hidden or leads out of the site is as good as absent."""
        if self._file() is None:
            self.send_error(404)
            return None
        return super().send_head()

    def translate_path(self, path: str) -> str:
        """The file for an address that was found to be the site's."""
        return str(self._file() or "")

    def _file(self) -> Path | None:
        """What is asked for, read once and then as it stands: no name is hidden, nothing lies outside of the site."""
        try:
            address = unquote(re.split("[?#]", self.path)[0], errors="strict")
            names = address.removeprefix("/").removesuffix("/").split("/") if address != "/" else []
            if any(_NO_NAME.match(name) for name in names):
                return None
            root = Path(self.directory).resolve()
            found = root.joinpath(*names)
            if address.endswith("/") and not found.is_dir():
                return None
            file = found / "index.html" if found.is_dir() else found
            inside = file.resolve(strict=True).relative_to(root)  # where a link in the site leads
            is_shown = file.is_file() and not any(name.startswith(".") for name in inside.parts)
            return found if is_shown else None
        except (OSError, ValueError, RuntimeError):  # too long, absent, outside, a circle of links, no UTF-8
            return None

    def end_headers(self) -> None:
        """No other site may use what is sent, or guess its type."""
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def list_directory(self, path: Any) -> None:
        """A folder without an index page has nothing to show."""
        self.send_error(404)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Shows the site's own page for what is not there."""
        page = Path(self.directory) / urls.NOT_FOUND
        if code != 404 or page.is_symlink() or not page.is_file():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: a page's requests are no news."""


class Server(ThreadingHTTPServer):
    """Takes as many connections at once as a browser's tabs open."""

    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing of a browser that went away."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def server(output: Path, port: int) -> Server:
    """A server of the site, bound but not yet serving; `port` 0 takes any free one. Raises UsageError."""
    if not read_marker(output):
        raise UsageError(f"{output}: no site ({MARKER} is not there); run `tilbudsspejl build` first")
    try:
        return Server((HOST, port), partial(_Handler, directory=str(output)))
    except OSError as error:
        raise UsageError(f"port {port}: can't be used ({error.strerror}); give another one by --port") from error
