"""`serve`: the built site on this machine's own address, for a look; not for the public."""

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from generator.errors import UsageError
from generator.output.folder import MARKER, read_marker
from generator.pages import urls

HOST = "127.0.0.1"


class _Handler(SimpleHTTPRequestHandler):
    """Serves files as a real web server would: the site's own 404 page, no listings, no dot files."""

    protocol_version = "HTTP/1.1"
    extensions_map = {
        "": "application/octet-stream",
        ".css": "text/css; charset=utf-8",
        ".html": "text/html; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".json": "application/json",
        ".svg": "image/svg+xml",
        ".xml": "application/xml; charset=utf-8",
    }

    def send_head(self) -> Any:
        """Answers for a path; a hidden file is as good as absent."""
        if any(part.startswith(".") for part in self.path.split("/")):
            self.send_error(404)
            return None
        return super().send_head()

    def list_directory(self, path: Any) -> None:
        """A folder without an index page has nothing to show."""
        self.send_error(404)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Shows the site's own page for what is not there."""
        page = Path(self.directory) / urls.NOT_FOUND
        if code != 404 or not page.is_file():
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


def server(output: Path, port: int) -> Server:
    """A server of the site, bound but not yet serving; `port` 0 takes any free one. Raises UsageError."""
    if not read_marker(output):
        raise UsageError(f"{output}: no site ({MARKER} is not there); run `tilbudsspejl build` first")
    try:
        return Server((HOST, port), partial(_Handler, directory=str(output)))
    except OSError as error:
        raise UsageError(f"port {port}: can't be used ({error.strerror}); give another one by --port") from error
