"""The pages of a month, and the sums of all of them."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from itertools import permutations

import pytest
from bs4 import BeautifulSoup

from generator.pages.changes import months
from generator.pages.changes.change_digest import ChangeCounts, tally
from generator.pages.changes.events import ChangeEvent, ChangeLine
from generator.pages.changes.months import MonthPages, lead_of, month_pages
from generator.pages.listings import facets
from generator.pages.page import Site
from generator.pages.rendering import Renderer
from generator.pages.topics import Effect
from generator.register.history.changes import Cause
from generator.register.model.clock import danish_day
from generator.resources import Theme

SITE = Site("Spejlet", False, "", "", "", has_history=True)
RENDERER = Renderer(Theme())


def line(cause: Cause = Cause.KILDE, effect: Effect = "", after: str = "ny") -> ChangeLine:
    return ChangeLine("navn", cause, "navn", "Navn", "changed", "gl.", after, effect=effect)


def event(offer: str, day: int, *lines: ChangeLine, name: str = "") -> ChangeEvent:
    moment = datetime(2026, 10, day, 9, tzinfo=UTC)
    own = tuple(one for one in lines if one.cause is Cause.KILDE)
    minor = tuple(one for one in lines if one.cause is not Cause.KILDE)
    address = f"tilbud/{offer}.html#version-1"
    aarhus = (facets.municipality("0751", "Aarhus"),)
    return ChangeEvent(
        danish_day(moment), moment, offer, address, address, name or offer, "Aarhus", aarhus, own, minor, 0
    )


def made(events: list[ChangeEvent]) -> MonthPages:
    return month_pages(SITE, (2026, 10), events, [(2026, 9), (2026, 10)], RENDERER.page)


def test_a_month_goes_by_day_and_name() -> None:
    events = [event("1", 2, line(), name="Århus"), event("2", 2, line(), name="Ås"), event("3", 2, line(), name="Zoo")]
    events.append(event("4", 30, line(), name="Ørn"))
    for order in permutations(events):
        ((address, text),) = made(list(order)).pages
        names = [a.get_text() for a in BeautifulSoup(text, "html.parser").select(".log a")]
        assert (address, names) == ("aendringer/2026-10.html", ["Ørn", "Zoo", "Århus", "Ås"])


def test_a_month_that_is_too_long_is_parted_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(months, "LONGEST", 6_000)
    texts = [f"{number * 7919 % 100_003:06}" for number in range(900)]  # of a kind that packs badly
    events = [
        event(text, 1 + number // 300, line(after=text * 2), line(Cause.BERIGELSE)) for number, text in enumerate(texts)
    ]
    pages = made(events)
    assert len(pages.pages) > 3
    found = Counter[tuple[str, str]]()
    for place, (address, text) in enumerate(pages.pages, start=1):
        assert months._packed(text) <= months.LONGEST, address
        assert address == ("aendringer/2026-10.html" if place == 1 else f"aendringer/2026-10-{place}.html")
        html = BeautifulSoup(text, "html.parser")
        found.update((str(li["data-cause"]), li.get_text()) for li in html.select("[data-field]"))
        assert [a.get_text() for a in html.select('[aria-label="Månedens sider"] [aria-current]')] != []
        assert len(html.select('[aria-label="Månedens sider"] a')) == len(pages.pages) - 1
        for shown in html.select(".logday"):
            said = shown.select_one("h2 small")
            own = len(shown.select('[data-cause="kilde"]'))
            assert said is not None and said.get_text().replace("\u00a0", " ").startswith(f"{own} ændring")
    expected = Counter({("kilde", f"Navn: ændret fra gl. til {text * 2}"): 1 for text in texts})
    assert found == expected + Counter({("berigelse", "Navn: ændret fra gl. til ny"): 900})
    for day, address in pages.days.items():
        first = next(a for a, text in pages.pages if f'id="d-{day.isoformat()}"' in text)
        assert address == first


def test_what_the_platform_does_to_all_versions_at_once_is_told_once() -> None:
    events = [replace(event("1", 5, line(Cause.BERIGELSE)), place=place) for place in range(7)]
    ((_, text),) = made(events).pages
    html = BeautifulSoup(text, "html.parser")
    assert [li.get_text() for li in html.select("[data-field]")] == ["Navn: ændret fra gl. til ny (7 gange)"]
    summary = html.select_one(".others summary")
    assert summary is not None and "1\u00a0tilbud opdateret af platformen" in summary.get_text()
    assert "Ingen tilbud eller tilsyn har ændret noget" in text


def test_a_tally_counts_changes_and_each_offer_once() -> None:
    events = [
        event("1", 1, line(effect="given"), line()),
        event("1", 2, line(effect="given"), line(Cause.LOVAENDRING)),
        event("2", 2, line(effect="ended"), line(effect="lifted")),
        event("3", 3, line(effect="lifted")),
        event("4", 3, line(Cause.BERIGELSE)),
    ]
    expected = ChangeCounts(changes=6, offers=3, ended=1, given=1, lifted=1, law=1, enriched=1)
    assert tally(events) == tally(reversed(events)) == expected
    assert expected + ChangeCounts(changes=1, offers=1) == ChangeCounts(7, 4, 0, 1, 1, 1, 1, 1)


def test_the_lead_is_a_sentence() -> None:
    assert lead_of(ChangeCounts(1, 1)).replace("\u00a0", " ") == "1 ændring på 1 tilbud."
    assert lead_of(ChangeCounts(1214, 163, 1, 4, 3, 5)).replace("\u00a0", " ") == (
        "1.214 ændringer på 163 tilbud. 1 er nyt eller genåbnet, 4 er ophørt eller ikke længere i registret, "
        "3 fik en sanktion og 5 fik en sanktion ophævet."
    )


def test_months_without_news_are_named_but_not_centuries_of_them() -> None:
    assert months.without_gaps([]) == []
    assert months.without_gaps([(2024, 1), (2023, 10), (1, 1)]) == [
        (2024, 1),
        (2023, 12),
        (2023, 11),
        (2023, 10),
        (1, 1),
    ]
