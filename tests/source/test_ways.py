"""The ways to a server: TLS with certificates of one's own, a proxy, packed answers, an API key."""

import ssl
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from generator.config import load
from generator.errors import ConfigurationError, SourceError
from generator.pulling.endpoint import make_endpoint
from generator.secret import NO_SECRET, Secret
from generator.source.client import Client, Slice
from generator.source.endpoint import Endpoint, Proxy, TlsFiles
from generator.source.es_mapping import fetch_mapping
from tests.support.elasticsearch import FaultyProxy, Loader, Server
from tests.support.network import forward_proxy, tls_front

INDEX = "way-tests"
COUNT = 25


@pytest.fixture(scope="module")
def filled(elasticsearch: Server) -> Iterator[Server]:
    """The server with 25 documents."""
    loader = Loader(elasticsearch)
    documents = (
        {"_id": str(n), "_type": "tilbud", "_source": {"TilbudEnvelope": {"navn": "Åhøj " * 200, "n": n}}}
        for n in range(COUNT)
    )
    loader.load(INDEX, documents)
    yield elasticsearch
    loader.clear()


def endpoint(server: Server, url: str = "") -> Endpoint:
    return Endpoint(
        url or server.url,
        INDEX,
        "tilbud",
        server.username or "",
        Secret(server.password or ""),
        page_size=10,
        timeout=20,
    )


def read(where: Endpoint) -> int:
    """How many documents come."""
    with closing(Client(where)) as client:
        client.check_version()
        client.mapping()
        with client.scroll(Slice(0, 1)) as scroll:
            found = sum(len(page) for page in scroll.documents())
        with client.sweep() as sweep:
            assert sum(len(page) for page in sweep.ids()) == found
    return found


# TLS


class Certificates:
    """Authorities of our own, what the server shows, and what a client does."""

    def __init__(self, folder: Path) -> None:
        authority = trustme.CA()
        self.authorities, self.pair = folder / "ca.pem", folder / "client.pem"
        self.certificate, self.key = folder / "client.crt", folder / "client.key"
        authority.cert_pem.write_to_path(str(self.authorities))
        client = authority.issue_cert("spejl@kommune.example")
        client.private_key_and_cert_chain_pem.write_to_path(str(self.pair))
        client.cert_chain_pems[0].write_to_path(str(self.certificate))
        client.private_key_pem.write_to_path(str(self.key))
        self.server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(self.server)
        authority.configure_trust(self.server)


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    return Certificates(tmp_path)


def test_a_server_is_trusted_by_authorities_of_one_s_own_and_not_without(
    filled: Server, certificates: Certificates
) -> None:
    with tls_front(filled.url, certificates.server) as url:
        where = endpoint(filled, url)
        with pytest.raises(SourceError, match=r"no trusted TLS connection .*; is the address right\?"):
            read(where)
        trusting = replace(where, tls=TlsFiles(certificates.authorities))
        assert read(trusting) == COUNT
        with pytest.raises(SourceError, match="no trusted TLS connection"):
            read(replace(trusting, url=url.replace("127.0.0.1", "localhost")))  # another name than it vouches for


@pytest.mark.parametrize("apart", [False, True])
def test_a_client_shows_who_it_is(filled: Server, certificates: Certificates, apart: bool) -> None:
    certificates.server.verify_mode = ssl.CERT_REQUIRED
    with tls_front(filled.url, certificates.server) as url:
        known = TlsFiles(certificates.authorities, certificates.pair)
        if apart:
            known = TlsFiles(certificates.authorities, certificates.certificate, certificates.key)
        assert read(replace(endpoint(filled, url), tls=known)) == COUNT
        with pytest.raises(SourceError):
            read(replace(endpoint(filled, url), tls=TlsFiles(certificates.authorities)))


def test_files_that_are_no_certificates_are_named(certificates: Certificates, tmp_path: Path) -> None:
    where = Endpoint("https://127.0.0.1:9", INDEX, "tilbud")
    for files, name in (
        (TlsFiles(tmp_path / "nowhere.pem"), "ca_file"),
        (TlsFiles(certificates.authorities, certificates.certificate), "client_certificate"),  # its key is elsewhere
        (TlsFiles(certificates.authorities, certificates.key, certificates.key), "client_key"),
    ):
        with pytest.raises(
            SourceError, match=rf"source.\*.{name} .*: can't be used for TLS .*; it must be there, in PEM"
        ):
            Client(replace(where, tls=files))


# Proxies


def test_a_tunnel_through_a_proxy(filled: Server, certificates: Certificates) -> None:
    with forward_proxy() as proxy, tls_front(filled.url, certificates.server) as url:
        where = endpoint(filled, url)
        through = Proxy(proxy.url, Secret("Basic cHJveHk6aGVtbWVsaWc="))
        assert read(replace(where, tls=TlsFiles(certificates.authorities), proxy=through)) == COUNT
        ((line, authorization),) = proxy.asked  # one tunnel for all calls
        assert line.startswith(f"CONNECT {url.removeprefix('https://')} ")
        assert authorization == "Basic cHJveHk6aGVtbWVsaWc="


def test_a_proxy_in_clear_text(filled: Server) -> None:
    with forward_proxy() as proxy:
        where = replace(endpoint(filled), proxy=Proxy(proxy.url))
        assert read(where) == COUNT
        assert len(proxy.asked) > 5
        assert all(line.split(" ")[1].startswith(f"{filled.url}/") for line, _ in proxy.asked)


def test_a_proxy_that_is_not_there_is_an_error_of_one_line(filled: Server) -> None:
    with pytest.raises(SourceError, match=r"the proxy http://127.0.0.1:9 leads to no answer \(.*refused\)") as caught:
        read(replace(endpoint(filled), proxy=Proxy("http://127.0.0.1:9")))
    assert "\n" not in str(caught.value)
    with pytest.raises(SourceError, match=r"the proxy http://127.0.0.1:9 leads to no answer"):
        fetch_mapping(replace(endpoint(filled), proxy=Proxy("http://127.0.0.1:9")))


@pytest.fixture
def configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration with an address that is not this machine's."""
    for name in ("HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    path = tmp_path / "tilbudsspejl.toml"
    path.write_text('[source.preprod]\nurl = "https://es.example:9200"\nindex = "i"\nca_file = "own.pem"\n')
    return path


def test_the_environment_s_proxy_is_used_and_told(configured: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    assert make_endpoint(load(configured), said.append).proxy is None
    monkeypatch.setenv("HTTPS_PROXY", "http://bruger:hemmeligt@proxy.example:3128/")
    found = make_endpoint(load(configured), said.append)
    assert found.proxy is not None and found.proxy.url == "http://proxy.example:3128"
    assert found.proxy.authorization.reveal() == "Basic YnJ1Z2VyOmhlbW1lbGlndA=="
    assert found.tls.ca_file == configured.parent / "own.pem"
    assert said == [
        "note: https://es.example:9200 is asked through the proxy http://proxy.example:3128, which HTTPS_PROXY names"
    ]
    monkeypatch.setenv("NO_PROXY", "example")
    assert make_endpoint(load(configured), said.append).proxy is None
    monkeypatch.delenv("NO_PROXY")
    monkeypatch.setenv("TILBUDSSPEJL_SOURCE__PROXY", "none")
    assert make_endpoint(load(configured), said.append).proxy is None
    monkeypatch.setenv("TILBUDSSPEJL_SOURCE__PROXY", "http://other.example:8080")
    assert make_endpoint(load(configured), said.append).proxy == Proxy("http://other.example:8080", NO_SECRET)


@pytest.mark.parametrize("proxy", ["http://bruger:hem/meligt@proxy", "http://proxy:port", "socks5://proxy:1080"])
def test_an_environment_s_proxy_that_is_no_address_is_not_repeated(
    configured: Path, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(ConfigurationError, match="HTTPS_PROXY is no address such as") as caught:
        make_endpoint(load(configured), lambda _: None)
    assert proxy not in str(caught.value) and "meligt" not in str(caught.value)


# What is asked


def test_answers_come_packed_where_that_is_set(filled: Server) -> None:
    for compress in (False, True):
        with FaultyProxy(filled, lambda *_: None) as proxy:
            assert read(replace(endpoint(filled, proxy.url), compress=compress)) == COUNT
            accepted = {request.headers.get("accept-encoding", "") for request in proxy.requests}
            assert accepted == ({"gzip,deflate" if compress else ""})


def test_an_api_key_is_sent_and_never_told(filled: Server) -> None:
    for key in ("id:hemmelig", "aWQ6aGVtbWVsaWc="):
        where = replace(endpoint(filled), username="", password=NO_SECRET, api_key=Secret(key))
        assert where.authorization.reveal() == "ApiKey aWQ6aGVtbWVsaWc="
        with pytest.raises(SourceError, match=r"refuses the API key \(401\); set TILBUDSSPEJL_API_KEY"):
            read(where)


def test_a_page_that_is_too_large_for_the_server_names_the_setting(filled: Server) -> None:
    filled.call("PUT", f"/{INDEX}/_settings", {"index.max_result_window": 15})
    try:
        assert read(endpoint(filled)) == COUNT  # also the sweep, whose pages are larger by themselves
        with pytest.raises(SourceError, match=r"gives no page so large \(.*15.*\); lower source.page_size"):
            read(replace(endpoint(filled), page_size=16))
    finally:
        filled.call("PUT", f"/{INDEX}/_settings", {"index.max_result_window": None})
