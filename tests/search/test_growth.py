"""What is pasted, linked to or found costs the browser no more than linear time.

Of eighty thousand signs linear work takes some thousandths of a second, with the square of their number many seconds:
a second between them tells one from the other on any machine.
"""

from typing import TYPE_CHECKING

import pytest

from tests.support.search_pages import settled

if TYPE_CHECKING:
    from playwright.sync_api import Page

SIGNS = 80_000
MOST = 1_000  # milliseconds, the best of three

WORK = {
    "a query": "(text) => spejl.readQuery(text)",
    "a query without its age": "(text) => spejl.withoutAge('19-årig ' + text)",
    "a number in the address": "(text) => spejl.number(new URLSearchParams([['alder', text]]), 'alder')",
    "why a hit was found": """(text) => spejl.reasons(
        { manifest: { ...manifest, longFields: [] }, columns: { fields: [1] }, words: [{ form: 'bo', meant: [
          { group: 'bo', form: null, kind: 2, lists: '0' }, { group: 'hus', form: 'hus', kind: 0, lists: '0' }] }] },
        0, { short: [[0, text + ' bohus']] })""",
    "a word that nobody has": "(text) => spejl.search(spejl.readQuery(text).words)",
}
UNITS = ("a", "1", " ", "a-", "1 ", "5 år ", "§ 107 ", "ao\u0301")

MEASURE = """async ([work, text]) => {
  const spejl = { ...tilbudsspejlOrd, ...tilbudsspejlIndeks, ...tilbudsspejlUddrag, ...tilbudsspejlFiltre };
  const manifest = await spejl.loadManifest();
  const use = eval(work);
  let best = Infinity;
  for (let time = 0; time < 3 && best > 100; time += 1) {
    const begun = performance.now();
    await use(text);
    best = Math.min(best, performance.now() - begun);
  }
  return best;
}"""


@pytest.mark.parametrize("what", WORK)
def test_a_long_text_takes_linear_time(page: "Page", site: object, server: str, what: str) -> None:
    page.goto(f"{server}/soeg.html")
    settled(page)
    for unit in UNITS:
        for end in ("", "x", " !"):
            text = "1" * (what == "a number in the address") + unit * (SIGNS // len(unit)) + end
            taken = page.evaluate(MEASURE, [WORK[what], text])
            assert taken < MOST, f"{unit!r} … {end!r}: {taken:.0f} ms"


def test_typing_a_long_word_takes_linear_time(page: "Page", server: str) -> None:
    page.goto(f"{server}/soeg.html")
    settled(page)
    for text in ("a" * SIGNS + " ", "a" * SIGNS):
        taken = page.evaluate(
            """(text) => {
              const input = document.getElementById('q');
              input.value = text;
              const begun = performance.now();
              input.dispatchEvent(new Event('input'));
              return performance.now() - begun;
            }""",
            text,
        )
        assert taken < MOST
        settled(page)
