"""What the tests of the search in a browser share."""

from playwright.sync_api import Page

from generator.search.index.encoding import LAST, MORE


def decode(text: str) -> list[int]:
    """Read numbers as the browser does."""
    numbers, high = [], 0
    for character in text:
        if character in LAST:
            numbers.append(high * len(LAST) + LAST.index(character))
            high = 0
        else:
            high = high * len(MORE) + MORE.index(character) + 1
    return numbers


def settled(page: Page) -> list[str]:
    """Wait for a search to settle and return the offers found, in order."""
    page.wait_for_selector("#resultater[data-search=done]", state="attached")
    ids: list[str] = page.eval_on_selector_all("#resultater > li.hit", "hits => hits.map(hit => hit.dataset.tilbudsid)")
    return ids
