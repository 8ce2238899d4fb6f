"""A real nginx with its own settings in a folder of its own, and its log: the bytes of every answer.

The server counts, not the browser: Pagefind fetches everything but its first script in a worker, which the browser's
protocol reports to another session than the page's (where both see a request, they agree to the byte).
"""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.search.console import stop

DEADLINE = 10.0  # seconds until the server listens
# Debian keeps it where only root's PATH leads.
PROGRAMS = ("nginx", "/usr/sbin/nginx")
CONFIGURATION = """\
{user}
daemon off;
worker_processes 1;
pid nginx.pid;
error_log error.log warn;
events {{ worker_connections 256; }}
http {{
  types {{
    text/html html;
    text/css css;
    application/javascript js;
    application/json json;
    image/svg+xml svg;
  }}
  default_type application/octet-stream;
  log_format bytes '$msec $status $bytes_sent';
  access_log access.log bytes;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  sendfile on;
  etag on;
  gzip on;
  gzip_comp_level 6;
  gzip_types text/css application/javascript application/json image/svg+xml;
  server {{
    listen 127.0.0.1:{port};
    root "{root}";
  }}
}}
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answered request: when it was done (seconds since the epoch), and its bytes with the headers."""

    when: float
    size: int


class Web:
    """The running server."""

    def __init__(self, port: int, log: Path) -> None:
        self.url = f"http://127.0.0.1:{port}/"
        self._log = log
        self._read = 0

    def answers(self) -> list[Answer]:
        """What was answered since this was asked the last time."""
        with self._log.open("rb") as file:
            file.seek(self._read)
            lines = file.read()
        self._read += len(lines)
        answers = []
        for line in lines.decode("ascii").splitlines():
            when, status, size = line.split()
            if status >= "400":
                raise stop(f"the web server answered {status} to a page of an engine")
            answers.append(Answer(float(when), int(size)))
        return answers


def program() -> str:
    """Where nginx is; ends the benchmark where it is not."""
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if found is None:
        raise stop("no nginx: `apt-get install nginx`")
    return found


@contextmanager
def serving(root: Path, home: Path) -> Iterator[Web]:
    """Serve a folder until the end of the block; `home` takes the server's own files."""
    port, nginx = _free_port(), program()
    # Temporary folders are their owner's alone, and root's nginx would give itself another name.
    user = "user root root;" if os.geteuid() == 0 else ""
    (home / "nginx.conf").write_text(CONFIGURATION.format(user=user, port=port, root=root), encoding="utf-8")
    command = [nginx, "-p", f"{home}/", "-c", "nginx.conf", "-e", "error.log"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as server:
        try:
            _await(server, port)
            yield Web(port, home / "access.log")
        finally:
            server.terminate()


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
    return port


def _await(server: "subprocess.Popen[bytes]", port: int) -> None:
    until = time.monotonic() + DEADLINE
    while server.poll() is None and time.monotonic() < until:
        with socket.socket() as connecting:
            if connecting.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    server.terminate()
    said = server.stderr.read().decode(errors="replace") if server.stderr else ""
    raise stop(f"nginx does not answer: {said[-2000:]}")
