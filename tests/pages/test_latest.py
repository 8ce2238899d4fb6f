"""The pages of the latest changes in a municipality, under an authority or a paragraph, or of a company."""

import pytest

from generator.pages.changes.feeds import Feed, feeds_of, limit_of
from generator.pages.changes.recent_changes import recent_context
from generator.pages.listings import facets
from generator.pages.listings.facets import Facet
from tests.support.events import AARHUS, FONDEN, SITE, event


def feed(of: Facet, number: int) -> Feed:
    return feeds_of([event(one, of) for one in range(number)])[of.address] if number else Feed(of)


def test_without_news_it_says_so() -> None:
    context = recent_context(SITE, feed(AARHUS, 0))
    assert (context.lead, context.older, context.days) == ("Spejlet kender ingen ændringer her.", None, [])


@pytest.mark.parametrize(
    ("of", "query"), [(AARHUS, "?kommune=0751"), (FONDEN, "")], ids=["a municipality", "a company"]
)
def test_what_it_leaves_out_is_in_the_months(of: Facet, query: str) -> None:
    limit = limit_of(of)
    few, many = (recent_context(SITE, feed(of, number)) for number in (limit, limit + 1))
    assert few.lead.startswith("Alle ") and few.older is None
    assert many.lead.startswith("De seneste ") and many.older is not None
    oldest = many.days[-1].day
    assert many.older.address == f"aendringer/{oldest:%Y-%m}.html{query}"
    assert sum(len(day.own) for day in many.days) == limit
    assert [day.day for day in many.days] == sorted({day.day for day in many.days}, reverse=True)
    assert [choice.name for choice in many.choices] in ([], ["slags"])  # all is in one place, under nobody
    assert few.page.address == f"aendringer/{of.address}" and of.name in few.page.title


def test_a_filter_is_offered_where_it_divides() -> None:
    places = (AARHUS, facets.municipality("0741", "Samsø"), facets.authority("Socialtilsyn Midt"))
    events = [event(24 * one, FONDEN, places[one % 2], places[2]) for one in range(10)]
    company, authority = (recent_context(SITE, feeds_of(events)[of.address]) for of in (FONDEN, places[2]))
    assert [choice.name for choice in company.choices] == ["slags", "kommune"]
    assert [choice.name for choice in authority.choices] == ["slags", "kommune"]
    short = recent_context(SITE, feeds_of(events[:4])[FONDEN.address])
    assert short.choices == ()
