"""The statistics pages of a tally by hand."""

import csv

import pytest

from generator.pages.listings.catalog import Catalog
from generator.pages.page import Site
from generator.pages.statistics.spreads import duration_words
from generator.pages.statistics.statistics_page import StatisticsPage, make_pages
from generator.pages.statistics.tables import to_csv
from generator.register.history.statistics import ALL, Duration, Key, RegisterCounts

SITE = Site("Spejl", is_demo=False, attribution="", operator="", contact="")
NOBODY = Catalog((), (), (), (), (), (), ())


def tally() -> RegisterCounts:
    """One offer of Nord from 2023 with 5 places, another from 2025 whose places aren't told."""
    made = RegisterCounts()
    keys: list[Key] = [ALL, ("grundlag", "SEL/107//"), ("tilsyn", "nord"), ("kommune", "0101"), ("region", "")]
    for key in keys:
        made.steps.update({(key, "offers", 2023): 1, (key, "places", 2023): 5, (key, "known", 2023): 1})
        made.steps.update({(key, "offers", 2025): 1, (key, "lacking", 2025): 1})
        made.now.update({(key, "offers"): 2, (key, "places"): 5, (key, "known"): 1, (key, "lacking"): 1})
    made.begun.update({2023: 1, 2025: 1})
    made.names.update({("tilsyn", "nord", "Nord"): 2, ("grundlag", "SEL/107//", "SEL § 107"): 2})
    return made


def pages(
    made: RegisterCounts, *, history: bool = True, ceased: bool = True, downloads: bool = True
) -> dict[str, StatisticsPage]:
    found = make_pages(SITE, made, NOBODY, 2026, history=history, ceased=ceased, downloads=downloads)
    return {page.context.page.address: page for page in found}


def rows(page: StatisticsPage) -> list[list[str]]:
    assert page.download is not None
    return list(csv.reader(page.download.text.removeprefix("\ufeff").splitlines(), delimiter=";"))


def words(page: StatisticsPage) -> str:
    sections = page.context.sections
    return " ".join((page.context.lead, *(text for section in sections for text in section.texts)))


def test_every_page_has_its_address_and_knows_all_the_others() -> None:
    found = pages(tally())
    assert list(found) == [
        "statistik.html", "statistik/grundlag.html", "statistik/kommuner.html", "statistik/region.html",
        "statistik/socialtilsyn.html", "statistik/ejerform.html", "statistik/takster.html", "statistik/varighed.html",
    ]  # fmt: skip
    assert all([address for address, _ in page.context.pages] == list(found) for page in found.values())


def test_the_years_run_to_the_data_s_own() -> None:
    assert rows(pages(tally())["statistik.html"]) == [
        ["År", "Tilbud", "Pladser", "Nye", "Ophørte", "Tilbud, der mangler pladstal"],
        ["2023", "1", "5", "1", "0", "0"],
        ["2024", "1", "5", "0", "0", "0"],
        ["2025", "2", "5", "1", "0", "1"],
        ["2026", "2", "5", "0", "0", "1"],
    ]


def test_a_sum_that_lacks_a_number_is_told_as_the_least() -> None:
    found = pages(tally())
    page = found["statistik.html"]
    assert "med mindst 5\u00a0godkendte pladser" in page.context.lead and "Står der »mindst«" in words(page)
    (drawn,) = page.context.sections[0].figures
    assert drawn.drawing is not None and "5 pladser ved udgangen af 2023, mindst 5 nu" in drawn.drawing
    assert "Pladser (mindst)" in drawn.drawing
    assert drawn.table is not None
    assert [(row[0].text, row[2].text, row[2].value) for row in drawn.table.rows] == [
        ("2026 til nu", "mindst 5", 5), ("2025", "mindst 5", 5), ("2024", "5", 5), ("2023", "5", 5),
    ]  # fmt: skip
    municipalities = found["statistik/kommuner.html"].context.sections[0].figures[0].table
    assert municipalities is not None
    assert [cell.text for cell in municipalities.rows[0][1:5]] == ["2", "5", "mindst 5", "Ukendt"]


def test_a_sum_that_lacks_nothing_is_told_as_it_is() -> None:
    made = tally()
    for counts in (made.steps, made.now):
        for key in [key for key in counts if key[1] == "lacking"]:
            del counts[key]
    for page in pages(made).values():
        assert "mindst" not in words(page).replace("mindst 5 tilbud i drift", "").replace("tæller som mindst", "")


def test_what_nothing_is_told_of_is_no_page_of_zeros() -> None:
    found = pages(tally())
    for name in ("region", "ejerform", "takster", "varighed"):
        page = found[f"statistik/{name}.html"]
        assert page.context.lead == "Ingen data." and page.context.sections == () and page.download is None


def test_places_that_are_never_told_are_no_noughts() -> None:
    made = tally()
    made.now.update({(("ejerform", "Fond"), "offers"): 2, (("ejerform", "Fond"), "lacking"): 2})
    made.steps.update({(("ejerform", "Fond"), "offers", 2024): 2, (("ejerform", "Fond"), "lacking", 2024): 2})
    page = pages(made)["statistik/ejerform.html"]
    assert rows(page)[1:] == [
        ["Fond", "2023", "0", "0", "0"], ["Fond", "2024", "2", "", "2"], ["Fond", "2025", "2", "", "2"],
        ["Fond", "2026", "2", "", "2"],
    ]  # fmt: skip
    now = page.context.sections[0].figures[0].table
    assert now is not None and [cell.text for cell in now.rows[0][:3]] == ["Fond", "2", "Ingen data"]


@pytest.mark.parametrize(("history", "ceased"), [(False, True), (True, False), (False, False)])
def test_of_the_past_only_what_may_be_told_is(history: bool, ceased: bool) -> None:
    found = pages(tally(), history=history, ceased=ceased)
    assert ("statistik/varighed.html" in found) == history
    assert rows(found["statistik.html"]) == [
        ["År", "Tilbud", "Pladser", "Tilbud, der mangler pladstal"],
        ["2026", "2", "5", "1"],
    ]
    assert rows(found["statistik/grundlag.html"])[1:] == [["SEL § 107", "2026", "2", "5", "1"]]
    for page in found.values():
        assert not any(section.id in ("aar", "nye") for section in page.context.sections)
    assert ("tidligere versioner" if not history else "ikke ophørte tilbud") in words(found["statistik.html"])


def test_no_file_without_downloads() -> None:
    found = pages(tally(), downloads=False)
    assert all(page.download is None and page.context.download == "" for page in found.values())


def test_older_years_than_are_shown_are_told_of() -> None:
    made = tally()
    made.steps.update({(ALL, "offers", 1901): 3, (ALL, "places", 1901): 30, (ALL, "known", 1901): 3})
    made.begun[1901] += 3
    page = pages(made)["statistik.html"]
    assert rows(page)[1] == ["1997", "3", "30", "0", "0", "0"]
    assert len(rows(page)) == 1 + 30
    assert "3\u00a0tilbud begyndte før 1997" in words(page)


def test_a_median_of_few_is_not_shown() -> None:
    made = tally()
    made.standing.update({Duration("leder", "nord", 12, True): 4, Duration("beskrivelse", "nord", 30, False): 5})
    found = rows(pages(made)["statistik/varighed.html"])[1:]
    assert found == [
        ["Leder", "Nord", "", "4", "0"], ["Leder", "Alle", "", "4", "0"],
        ["Beskrivelse", "Nord", "", "5", "5"], ["Beskrivelse", "Alle", "", "5", "5"],
    ]  # fmt: skip
    sections = {section.id: section for section in pages(made)["statistik/varighed.html"].context.sections}
    assert sections["leder"].figures[0].rows == ()
    assert [row.words for row in sections["beskrivelse"].figures[0].rows] == ["over 2\u00a0år og 6\u00a0måneder"] * 2


def test_prices_of_two_units_stand_in_two_sections() -> None:
    made = tally()
    for unit, name in (("kr. pr. døgn", "kr. pr. døgn"), ("kr. pr. time", "Kr. pr. time"), ("", "")):
        made.prices.update({("botilbud", unit, 100.5 + n): 1 for n in range(5)})
        made.priced["botilbud", unit] = 5
        if unit:
            made.names["enhed", unit, name] += 1
    made.names["ydelse", "botilbud", "Botilbud"] += 1
    page = pages(made)["statistik/takster.html"]
    assert [section.name for section in page.context.sections[:-1]] == [
        "kr. pr. døgn", "Kr. pr. time", "Enhed ikke oplyst",
    ]  # fmt: skip
    assert rows(page)[1] == ["kr. pr. døgn", "Botilbud", "5", "5", "101,5", "102,5", "103,5"]


@pytest.mark.parametrize(
    ("months", "words"),
    [(0, "under 1 måned"), (1, "1 måned"), (12, "1 år"), (27, "2 år og 3 måneder"), (13, "1 år og 1 måned")],
)
def test_durations_in_words(months: int, words: str) -> None:
    assert duration_words(months).replace("\u00a0", " ") == words


def test_a_file_opens_in_a_danish_spreadsheet_and_runs_nothing() -> None:
    text = to_csv(("a", "b"), [("x;y", 1.5), ("=1+1", None), ("-\u00a0nej", 2.0), ("@x", 10)])
    assert text == "\ufeffa;b\r\n\"x;y\";1,5\r\n'=1+1;\r\n'- nej;2\r\n'@x;10\r\n"
