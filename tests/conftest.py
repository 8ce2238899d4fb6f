"""Fixtures that need another program: a real Elasticsearch, Chromium, Firefox. A test without its own is skipped.

Environment: TILBUDSSPEJL_TEST_ELASTICSEARCH (http://user:password@127.0.0.1:9200, a server to use instead of starting
one) and TILBUDSSPEJL_TEST_ELASTICSEARCH7 (the same for 7.17), TILBUDSSPEJL_CHROMIUM and TILBUDSSPEJL_FIREFOX (the
browsers to use), TILBUDSSPEJL_REQUIRE_ALL=1 (a missing program is a failure), TILBUDSSPEJL_CACHE (where Elasticsearch's
jars are kept).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, Page, Request, sync_playwright
from xdist.scheduler import LoadScopeScheduling

from tests.support import chromium as chromium_support
from tests.support import npm
from tests.support.elasticsearch import VERSION, VERSION_7, Loader, Server, absent_programs, start_server
from tests.support.firefox import Firefox
from tests.support.firefox import program as find_firefox
from tests.support.firefox import started as start_firefox
from tests.support.tools import missing_tool

# A machine that also runs a browser and a server is slow now and then; that is no failure of a law.
settings.register_profile("shared", deadline=None)
settings.load_profile("shared")

# Not ASCII on purpose: the real credentials may not be either.
CREDENTIALS = "spejl:hemmeligt-æøå"


# What takes longest comes first, so that no process is left with it at the end.
LONGEST = ("pull/", "source/", "test_support_elasticsearch", "test_docs", "site/test_accessibility",
           "site/test_lighthouse", "test_times_of_day", "site/", "search/", "demo/")  # fmt: skip
# They share the servers, which take 20 seconds to start and much memory.
OF_THE_SERVERS = LONGEST[:4]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with what it needs, so that `-m "not elasticsearch and not browser"` leaves the quick ones."""
    folder = Path(__file__).parent
    items.sort(key=lambda item: _first_of(LONGEST, item.path.relative_to(folder).as_posix()))
    for item in items:
        needs = set(getattr(item, "fixturenames", ()))
        if needs & {"elasticsearch", "elasticsearch7"}:
            item.add_marker(pytest.mark.elasticsearch)
        if needs & {"chromium", "firefox"}:
            item.add_marker(pytest.mark.browser)


def _first_of(beginnings: Sequence[str], place: str) -> int:
    """Which of them a test's place begins with; their number if with none."""
    return next((at for at, beginning in enumerate(beginnings) if place.startswith(beginning)), len(beginnings))


class _Scheduler(LoadScopeScheduling):  # type: ignore[misc]  # it publishes no types
    """Keeps in one process, in order, the tests of a file, which share what it has made, and those of the servers."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "servers" if file.removeprefix("tests/").startswith(OF_THE_SERVERS) else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _Scheduler:
    """Which tests run side by side (`--numprocesses`)."""
    config.option.loadscopereorder = False
    return _Scheduler(config, log)


@pytest.fixture(scope="module", autouse=True)
def forgotten(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a module's cached functions hold (parsed pages) goes with it: the collector looks through all that stays."""
    yield
    for found in vars(request.module).values():
        if hasattr(found, "cache_clear") and found.__module__ == request.module.__name__:
            found.cache_clear()


@pytest.fixture(autouse=True)
def nothing_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """What another test made secret is none here: "æøå " would take a blank more out of a line than "æøå"."""
    monkeypatch.setattr("generator.secret._hidden", set())
    monkeypatch.setattr("generator.secret._forms", set())
    monkeypatch.setattr("generator.secret._plain", set())
    monkeypatch.setattr("generator.secret._bare", set())
    monkeypatch.setattr("generator.secret._pattern", None)


@pytest.fixture(scope="session")
def elasticsearch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real Elasticsearch 6.8.23 that wants Basic credentials; the same one for the whole run."""
    yield from _server(tmp_path_factory, VERSION, "TILBUDSSPEJL_TEST_ELASTICSEARCH")


@pytest.fixture(scope="session")
def elasticsearch7(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real Elasticsearch 7.17.28 that wants Basic credentials; the same one for the whole run."""
    yield from _server(tmp_path_factory, VERSION_7, "TILBUDSSPEJL_TEST_ELASTICSEARCH7")


def _server(folders: pytest.TempPathFactory, version: str, variable: str) -> Iterator[Server]:
    if address := os.environ.get(variable):
        server = Server.from_address(address)
        found = server.version()
        assert found == version, f"{variable} is version {found}, not {version}"
        yield server
        return
    if absent := absent_programs():
        missing_tool(f"{absent}, or name a server in {variable}")
    with start_server(folders.mktemp("elasticsearch"), basic_auth=CREDENTIALS, version=version) as server:
        yield server


@pytest.fixture
def loader(elasticsearch: Server) -> Iterator[Loader]:
    """Fills indexes on the server; they are deleted after the test."""
    loader = Loader(elasticsearch)
    yield loader
    loader.clear()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A real Chromium, the same one for the whole run; each test opens contexts and pages of its own in it."""
    path = chromium_support.program()
    if path is None:
        missing_tool(chromium_support.ABSENT)
    launcher, needed = chromium_support.lean(path)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=launcher, args=chromium_support.ARGUMENTS, env={**os.environ, **needed}
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    """A real Firefox, the same one for the whole run."""
    path = find_firefox(os.environ.get("TILBUDSSPEJL_FIREFOX"))
    if path is None:
        missing_tool("no Firefox: `apt-get install firefox-esr`, or name one in TILBUDSSPEJL_FIREFOX")
    with start_firefox(path, tmp_path_factory.mktemp("firefox") / "profile") as running:
        yield running


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The checkers from npm: axe-core, the Nu Html Checker and Lighthouse, fetched the first time."""
    try:
        return npm.install("checkers-1", npm.CHECKERS, lambda line: None)
    except npm.NotInstalled as reason:
        missing_tool(str(reason))


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page of its own; the test fails if the browser had anything to say on the console."""
    context = chromium.new_context(locale="da-DK")
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(f"error: {error}"))
    page.on("requestfailed", lambda request: _note_failure(said, request))
    yield page
    context.close()
    assert said == [], "the browser's console is not empty"


def _note_failure(said: list[str], request: Request) -> None:
    # ERR_ABORTED is the test itself going on to another page before this one had everything.
    if request.failure != "net::ERR_ABORTED":
        said.append(f"failed: {request.url} {request.failure}")
