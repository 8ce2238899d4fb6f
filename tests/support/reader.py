"""Somebody who reads the site in one browser or the other: opens pages, types, clicks, chooses, saves and pastes."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from playwright.sync_api import Page

from tests.support.firefox import Firefox

# A page's scripts may load others, and a form leads to another page: what is waited for is looked for until it is so.
PATIENCE = 90.0
_VISIBLE = """(selector) => {
    const found = Array.from(document.querySelectorAll(selector)).find((one) => one.getClientRects().length);
    return found ? found.textContent.replace(/\\s+/g, ' ').trim() : null;
}"""


_WATCH = """(selector) => {
    const found = document.querySelector(selector);
    found.textsSoFar = [];
    const watching = new MutationObserver(() => { found.textsSoFar.push(found.textContent); });
    watching.observe(found, { childList: true, characterData: true, subtree: true });
}"""
_TEXTS_SO_FAR = "(selector) => document.querySelector(selector).textsSoFar"


class Reader(Protocol):
    """What a person can do in a browser, the same in each."""

    name: str

    def open(self, address: str) -> None:
        """Goes to an address and waits until it has loaded."""

    def run(self, function: str, *arguments: str) -> Any:
        """Calls a function of the page's."""

    def click(self, selector: str) -> None:
        """Clicks the first that is like this."""

    def type(self, text: str) -> None:
        """Presses a key for each letter, wherever the focus is."""

    def press(self, *keys: str) -> None:
        """Presses keys together."""

    def save(self, do: Callable[[], None]) -> str:
        """What stands in the file that comes of doing something."""


class InFirefox:
    """The reader in Firefox."""

    name = "Firefox"

    def __init__(self, firefox: Firefox) -> None:
        self._firefox = firefox
        self.run, self.click, self.type, self.press = firefox.run, firefox.click, firefox.type, firefox.press

    def open(self, address: str) -> None:
        """Goes to an address and waits until it has loaded."""
        # A page that a key or a click has led to may still be loading: Firefox then says nothing of the next one.
        until(lambda: self._firefox.run("() => document.readyState === 'complete'"))
        self._firefox.open(address)

    def save(self, do: Callable[[], None]) -> str:
        """What stands in the file that comes of doing something."""
        before = set(self._firefox.downloads.iterdir())
        do()
        # Of a file beside the page Firefox asks what to do with it; by then it lies there whole, under another name.
        found: Path = until(
            lambda: next((p for p in self._firefox.downloads.iterdir() if p not in before and p.stat().st_size), None)
        )
        return found.read_text(encoding="utf-8-sig")


class InChromium:
    """The reader in Chromium."""

    name = "Chromium"

    def __init__(self, page: Page) -> None:
        self._page = page

    def open(self, address: str) -> None:
        """Goes to an address and waits until it has loaded."""
        self._page.goto(address)

    def run(self, function: str, *arguments: str) -> Any:
        """Calls a function of the page's."""
        return self._page.evaluate(f"async (given) => (await ({function})(...given)) ?? null", list(arguments))

    def click(self, selector: str) -> None:
        """Clicks the first that is like this."""
        self._page.locator(selector).first.click()

    def type(self, text: str) -> None:
        """Presses a key for each letter, wherever the focus is."""
        self._page.keyboard.type(text)

    def press(self, *keys: str) -> None:
        """Presses keys together."""
        self._page.keyboard.press("+".join(keys))

    def save(self, do: Callable[[], None]) -> str:
        """What stands in the file that comes of doing something."""
        with self._page.expect_download() as download:
            do()
        return Path(download.value.path()).read_text(encoding="utf-8-sig")


def until(look: Callable[[], Any]) -> Any:
    """What a look finds, as soon as it finds something; while a page goes away it finds nothing."""
    deadline = time.monotonic() + PATIENCE
    while not (found := _during_navigation(look)):
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)
    return found


def shown(reader: Reader, selector: str, words: str = "") -> str:
    """The text of the first visible element that is like this, as soon as it is there and has the words in it."""
    seen: list[str | None] = [None]

    def look() -> bool:
        seen[0] = reader.run(_VISIBLE, selector)
        return seen[0] is not None and words in seen[0]

    try:
        until(look)
    except AssertionError:
        raise AssertionError(f"{selector} with {words!r} was never shown; last seen: {seen[0]!r}") from None
    return seen[0] or ""


@contextmanager
def shown_for_a_while(reader: Reader, selector: str, words: str) -> Iterator[None]:
    """That an element has had these words when the block has been done, though it may have others again by then."""
    reader.run(_WATCH, selector)
    yield
    until(lambda: any(words in text for text in reader.run(_TEXTS_SO_FAR, selector)))


def _during_navigation(ask: Callable[[], Any]) -> Any:
    """An answer, or None from a page that is just going away."""
    try:
        return ask()
    except Exception as error:
        if any(words in str(error) for words in ("context was destroyed", "no such frame", "aborted", "navigat")):
            return None
        raise
