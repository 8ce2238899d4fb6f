"""What a reader's browser does with an engine's page: first results, keys, first hits; in a real Chromium.

All pages have the same marks (see `pages/page.js`), and `pages/marks.js` watches them from inside: no polling.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as BrowserError

from benchmarks.search.console import stop
from benchmarks.search.web import Web
from tests.support import chromium as tests_chromium

# Nothing is looked for outside this machine.
ARGUMENTS = (*tests_chromium.ARGUMENTS, "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1")
MARKS = Path(__file__).with_name("pages") / "marks.js"
LIMIT = 120_000  # milliseconds for a page; lunr's index of 10,000 offers takes its time
FIRST_HITS = 3


@dataclass(frozen=True, slots=True)
class First:
    """A cold page with a query in its address: until the first hit stands there, and until all is quiet.

    Without any hit the first stands for the answer that there is none.
    """

    query: str
    found: bool
    bytes_first: int
    bytes_settled: int
    ms_first: float
    ms_settled: float


@contextmanager
def chromium() -> Iterator[Browser]:
    """A real Chromium until the end of the block."""
    path = tests_chromium.program()
    if path is None:
        raise stop(tests_chromium.ABSENT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened(browser: Browser, address: str) -> Iterator[Page]:
    """A page in a context of its own, so with nothing in its cache, as soon as it stands by its marks."""
    context = browser.new_context(locale="da-DK")
    context.set_default_timeout(LIMIT)
    context.add_init_script(path=MARKS)
    try:
        page = context.new_page()
        page.goto(address)
        page.wait_for_selector('#resultater[data-search="done"]', state="attached")
        yield page
    except BrowserError as error:
        raise stop(f"{address}: {error.message}") from error
    finally:
        context.close()


def first_results(browser: Browser, web: Web, page: str, queries: Sequence[str]) -> list[First]:
    """What each query costs whoever comes to the page with nothing cached."""
    return [_first_result(browser, web, page, query) for query in queries]


def _first_result(browser: Browser, web: Web, path: str, query: str) -> First:
    web.answers()
    with opened(browser, f"{web.url}{path}?q={quote(query)}") as page:
        page.wait_for_load_state("networkidle")
        origin, hit, done = page.evaluate(
            "() => [performance.timeOrigin, window.benchmark.marks.hit, window.benchmark.marks.done]"
        )
        answers = web.answers()
    first = done if hit is None else hit
    until = (origin + first) / 1000
    return First(
        query,
        found=hit is not None,
        bytes_first=sum(answer.size for answer in answers if answer.when <= until),
        bytes_settled=sum(answer.size for answer in answers),
        ms_first=first,
        ms_settled=done,
    )


def keystrokes(browser: Browser, address: str, queries: Sequence[str]) -> list[float]:
    """Milliseconds from each key's input event until its answer stands; every query typed letter by letter."""
    took: list[float] = []
    with opened(browser, address) as page:
        for query in queries:
            page.evaluate("() => window.benchmark.ask('', 0)")
            page.focus("#q")
            took.extend(_key(page, letter) for letter in query)
    return took


def _key(page: Page, letter: str) -> float:
    before = page.evaluate("() => window.benchmark.marks.keys")
    page.keyboard.type(letter)
    keys, took = page.evaluate("() => window.benchmark.settled().then(({ keys, took }) => [keys, took])")
    if keys != before + 1:
        raise stop(f"{page.url}: {letter!r} was typed, and {keys - before} input events came")
    return float(took)


def first_hits(browser: Browser, address: str, queries: Sequence[str]) -> list[list[str]]:
    """The ids of the first hits of every query."""
    with opened(browser, address) as page:
        return [
            page.evaluate("([text, count]) => window.benchmark.ask(text, count)", [query, FIRST_HITS])
            for query in queries
        ]
