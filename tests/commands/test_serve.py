"""`serve` answers this machine's own browser with the site, and nobody with anything else; asked by raw sockets."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from generator.commands.serve import server
from generator.errors import UsageError
from generator.output.folder import write_marker
from tests.support.serving import serving

SECRET = b"hemmeligt"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """A site with all that must not be seen in it and around it."""
    around = tmp_path_factory.mktemp("around")
    site = around / "site"
    for folder in (site / "aendringer", site / ".hidden", site / "tom", around / "secret"):
        folder.mkdir(parents=True)
        (folder / "x.html").write_bytes(SECRET)
    (site / "tom" / "x.html").unlink()
    (around / "secret.html").write_bytes(SECRET)
    write_marker(site, hemmeligt="1")
    for name in ("index.html", "aendringer/index.html", "404.html", "a b.html", "x..html"):
        (site / name).write_text(f"side {name}", encoding="utf-8")
    (site / "ude.html").symlink_to(around / "secret.html")
    (site / "mappe").symlink_to(around / "secret")
    (site / "gemt.html").symlink_to(site / ".hidden" / "x.html")
    (site / "inde.html").symlink_to("index.html")
    (site / "kreds.html").symlink_to("kreds.html")
    (site / "tom" / "index.html").symlink_to(around / "secret.html")
    os.mkfifo(site / "roer.html")
    with serving(site) as url:
        parts = urlsplit(url)
        assert parts.hostname and parts.port
        yield parts.hostname, parts.port


def ask(address: tuple[str, int], target: bytes, *headers: str, method: bytes = b"GET", version: str = "1.1") -> bytes:
    """The whole answer to a request as it stands, on a connection of its own."""
    if not any(header.lower().startswith("host:") for header in headers):
        headers = (f"Host: {address[0]}:{address[1]}", *headers)
    head = "".join(f"{header}\r\n" for header in headers if header != "Host:").encode("latin-1")
    with socket.create_connection(address, timeout=20) as connection:
        connection.sendall(b"%s %s HTTP/%s\r\n%sConnection: close\r\n\r\n" % (method, target, version.encode(), head))
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    return answer


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


@pytest.mark.parametrize(
    ("target", "page"),
    [
        (b"/", b"side index.html"),
        (b"/index.html?q=a/../.b", b"side index.html"),
        (b"/index.html#x", b"side index.html"),
        (b"/aendringer/", b"side aendringer/index.html"),
        (b"/%61endringer/index%2ehtml", b"side aendringer/index.html"),
        (b"/a%20b.html", b"side a b.html"),
        (b"/x..html", b"side x..html"),
        (b"/inde.html", b"side index.html"),
        (b"//index.html", b"side index.html"),
    ],
)
def test_the_site_is_served(address: tuple[str, int], target: bytes, page: bytes) -> None:
    answer = ask(address, target)
    assert status(answer) == 200 and answer.endswith(b"\r\n\r\n" + page)


def test_a_folder_is_asked_for_with_its_slash(address: tuple[str, int]) -> None:
    answer = ask(address, b"/aendringer?q=1")
    assert status(answer) == 301 and b"\r\nLocation: /aendringer/?q=1\r\n" in answer


@pytest.mark.parametrize(
    "target",
    [
        b"/.tilbudsspejl.json",
        b"/%2etilbudsspejl.json",
        b"/%2Etilbudsspejl%2Ejson",
        b"/%252etilbudsspejl.json",
        b"/aendringer/../.tilbudsspejl.json",
        b"/aendringer/%2e%2e/.tilbudsspejl.json",
        b"/.hidden/x.html",
        b"/%2ehidden/x.html",
        b"/%2ehidden%2fx.html",
        b"/aendringer%2f..%2f.hidden%2fx.html",
        b"/aendringer/..%5c.hidden%5cx.html",
        b"/..",
        b"/../secret.html",
        b"/%2e%2e/secret.html",
        b"/..%2fsecret.html",
        b"/%2e%2e%2fsecret.html",
        b"/%252e%252e%252fsecret.html",
        b"/..%c0%afsecret.html",
        b"/..%255csecret.html",
        b"/..\\secret.html",
        b"/..%5csecret.html",
        b"/./index.html",
        b"/ude.html",
        b"/mappe/x.html",
        b"/mappe/",
        b"/gemt.html",
        b"/kreds.html",
        b"/roer.html",
        b"/tom/",
        b"/index.html%00",
        b"/%00",
        b"/index.html%00.txt",
        b"/index.html/",
        b"/index.html/x",
        b"/index.html::$DATA",
        b"/C:%5cwindows",
        b"/%ff",
        b"/%0d%0aX:%20y",
        b"/" + b"a" * 5_000,
        b"/" + b"a/" * 5_000,
        b"/" + b"%2e%2e/" * 3_000 + b"etc/passwd",
        b"/aendringer//index.html",
        b"/nul.html",
    ],
)
@pytest.mark.parametrize("method", [b"GET", b"HEAD"])
def test_what_is_hidden_or_outside_is_as_good_as_absent(address: tuple[str, int], target: bytes, method: bytes) -> None:
    answer = ask(address, target, method=method)
    assert status(answer) == 404 and SECRET not in answer
    assert answer.endswith(b"side 404.html" if method == b"GET" else b"\r\n\r\n")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LocalHost", "[::1]"])
@pytest.mark.parametrize("with_port", [True, False])
def test_this_machine_is_answered_by_all_its_names(address: tuple[str, int], host: str, with_port: bool) -> None:
    assert status(ask(address, b"/", f"Host: {host}:{address[1]}" if with_port else f"Host: {host}")) == 200


@pytest.mark.parametrize(
    "headers",
    [
        ("Host: spejl.example",),
        ("Host: spejl.example:{port}",),
        ("Host: 127.0.0.1.spejl.example:{port}",),
        ("Host: localhost.spejl.example",),
        ("Host: 127.0.0.1:1",),
        ("Host: 127.0.0.1:{port}@spejl.example",),
        ("Host: 127.0.0.1, spejl.example",),
        ("Host: ::1",),
        ("Host: 0.0.0.0:{port}",),
        ("Host: 192.168.1.2:{port}",),
        ("Host: ",),
        ("Host:",),
        ("Host: 127.0.0.1", "Host: spejl.example"),
        ("Host: spejl.example", "Host: 127.0.0.1"),
    ],
)
@pytest.mark.parametrize("version", ["1.1", "1.0"])
def test_a_foreign_name_that_leads_here_is_not_answered(
    address: tuple[str, int], headers: tuple[str, ...], version: str
) -> None:
    answer = ask(address, b"/", *(header.format(port=address[1]) for header in headers), version=version)
    assert status(answer) == 421 and b"side" not in answer


@pytest.mark.parametrize(
    "target", [b"http://spejl.example/", b"http://127.0.0.1/index.html", b"index.html", b"*", b"file:///etc/passwd"]
)
def test_only_a_path_is_asked_for(address: tuple[str, int], target: bytes) -> None:
    answer = ask(address, target)
    assert status(answer) == 400 and b"side" not in answer


@pytest.mark.parametrize(
    "method", [b"POST", b"PUT", b"DELETE", b"OPTIONS", b"TRACE", b"CONNECT", b"PATCH", b"get", b"X"]
)
def test_the_site_is_only_read(address: tuple[str, int], method: bytes) -> None:
    answer = ask(address, b"/index.html", "Content-Length: 0", method=method)
    assert status(answer) == 405 and b"side" not in answer


def test_a_request_line_without_an_end_is_too_long(address: tuple[str, int]) -> None:
    assert status(ask(address, b"/" + b"a" * 70_000)) == 414


def test_no_other_site_may_use_what_is_served(address: tuple[str, int]) -> None:
    for target in (b"/", b"/ikke-her.html"):
        head = ask(address, target, method=b"HEAD")
        assert b"\r\nCross-Origin-Resource-Policy: same-origin\r\n" in head
        assert b"\r\nX-Content-Type-Options: nosniff\r\n" in head
        assert b"Python" not in head


def test_a_head_has_no_body_but_its_length(address: tuple[str, int]) -> None:
    answer = ask(address, b"/", method=b"HEAD")
    assert status(answer) == 200 and answer.endswith(b"\r\n\r\n") and b"\r\nContent-Length: 15\r\n" in answer


def test_a_folder_that_is_no_site_is_not_served(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no site"):
        server(tmp_path, 0)
