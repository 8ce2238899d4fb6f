"""The search page in a real browser, as a file and over http."""

import csv
import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from generator.register.model.search_document import SearchDocument
from generator.search.index.facets import NO_FILTERS, Filters, Range, Sort
from generator.search.local import whoosh_index
from generator.search.local.whoosh_index import Hit
from tests.support.search_pages import settled

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route


def search(folder: Path, query: str, limit: int = 10, filters: Filters = NO_FILTERS) -> list[Hit]:
    return list(whoosh_index.search(folder, query, limit, filters).hits)


def test_hits_stand_in_the_order_of_the_command_line(page: "Page", address: str, index: Path) -> None:
    page.goto(f"{address}?q=botilbuddet+Å-huset")
    assert settled(page)[:10] == [hit.tilbuds_id for hit in search(index, "botilbuddet Å-huset", 10)]


def test_typing_finds_and_keeps_the_address(page: "Page", address: str, index: Path) -> None:
    page.goto(address)
    assert settled(page) == []
    assert "Skriv et navn" in page.inner_text("#raad")
    page.keyboard.press("/")
    page.keyboard.type("Silkeborg § 107", delay=5)
    assert settled(page)[:10] == [hit.tilbuds_id for hit in search(index, "Silkeborg § 107", 10)]
    assert page.url.endswith("?q=Silkeborg+%C2%A7+107")
    page.fill("#q", "")
    assert settled(page) == []
    assert page.url.endswith("soeg.html")


def test_every_key_has_its_results_and_the_last_wins(page: "Page", address: str, index: Path) -> None:
    page.goto(address)
    settled(page)
    for end in range(2, 10):
        page.locator("#q").press_sequentially("silkeborg"[end - 1 if end > 2 else 0 : end])
        expected = [hit.tilbuds_id for hit in search(index, "silkeborg"[:end], 10)]
        assert settled(page)[:10] == expected, "silkeborg"[:end]


@pytest.mark.parametrize("query", ["§", "!!!", " – "])
def test_a_sign_is_no_word(page: "Page", address: str, query: str) -> None:
    page.goto(f"{address}?q={quote(query)}")
    assert settled(page) == []
    assert page.inner_text("#antal") == "200 tilbud i registret"


def test_an_older_search_never_wins(page: "Page", server: str) -> None:
    waiting: list[Route] = []
    page.goto(f"{server}/soeg.html")
    settled(page)
    page.route("**/lexicon-*.js", lambda route: waiting.append(route))
    page.locator("#q").press_sequentially("fonden")
    page.fill("#q", "")
    assert settled(page) == []
    for route in waiting:
        route.continue_()
    page.unroute("**/lexicon-*.js")
    page.wait_for_load_state("networkidle")
    assert waiting
    assert settled(page) == []
    assert page.inner_text("#antal") == "200 tilbud i registret"


def test_a_word_longer_than_the_snippet_is_shown_without_marks(page: "Page", address: str) -> None:
    page.goto(address)
    settled(page)
    pieces = page.evaluate(
        """async () => {
            const word = 'x'.repeat(300);
            const manifest = { fields: ['Beskrivelse'], longFields: [], weights: [1] };
            const found = {
                manifest, columns: { fields: [1] },
                words: [{ form: word, meant: [{ group: word, form: word, kind: 0, lists: '0a' }] }],
            };
            return tilbudsspejlUddrag.reasons(found, 0, { short: [[0, word + ' og mere']] });
        }"""
    )
    assert pieces == [{"label": "Beskrivelse", "pieces": [["x" * 170 + " …", False]]}]


def test_a_hit_says_what_and_why(page: "Page", address: str, index: Path) -> None:
    page.goto(f"{address}?q=10005")
    assert settled(page)[0] == "10005"
    expected = search(index, "10005", 1)[0]
    hit = page.locator("li.hit").first
    assert hit.locator("h3 a").inner_text() == expected.row.name
    assert hit.locator("h3 a").get_attribute("href") == expected.row.address
    assert hit.locator(".st").inner_text() == expected.row.status
    assert hit.locator(".why").inner_text().endswith("Nummer: tilbudsid 10005")
    assert hit.locator("mark").all_inner_texts() == ["10005"]
    assert expected.row.facts[0] in hit.inner_text()
    assert page.inner_text("#antal").startswith("1 tilbud fundet")


@pytest.mark.parametrize(
    ("query", "label", "marked"),
    [
        ("udviklingshæmning", "Målgruppe", "udviklingshæmning"),
        ("misbrug", "Målgruppe", "misbrug"),  # in stofmisbrug
        ("§ 107", "Juridisk grundlag", "107"),
        ("aabenraa", "Kommune", "Aabenraa"),
        ("åbenrå", "Kommune", "Aabenraa"),
        ("silkeb", "Kommune", "Silkeb"),
        ("neuropædagogikken", "Beskrivelse", "neuropædagogik"),
        ("silkebrog", "Kommune", "Silkeborg"),
    ],
)
def test_the_words_are_marked_where_they_stand(page: "Page", address: str, query: str, label: str, marked: str) -> None:
    page.goto(f"{address}?q={quote(query)}")
    settled(page)
    why = page.locator("li.hit .why").first
    assert f"{label}: " in why.inner_text()
    assert marked in why.locator("mark").all_inner_texts()


def test_a_former_name_is_said(page: "Page", address: str, documents: list[SearchDocument]) -> None:
    former = next(d for d in documents if "tidligere" in d.fields)
    page.goto(f"{address}?q={quote(former.row.former[0])}")
    settled(page)
    assert f"Hed tidligere: {former.row.former[0]}" in page.inner_text("#resultater")


def test_more_hits_come_on_request(page: "Page", address: str, index: Path) -> None:
    page.goto(f"{address}?q=fonden")
    first = len(settled(page))
    assert 10 <= first < 60
    page.click("#flere")
    page.wait_for_selector(f"li.hit:nth-child({first + 50})")
    assert settled(page) == [hit.tilbuds_id for hit in search(index, "fonden", first + 50)]
    assert page.evaluate(f"document.activeElement.closest('li') === document.querySelectorAll('li.hit')[{first}]")


@pytest.mark.parametrize("query", ["findesikke", "<i>findesikke</i>", "constructor", "__proto__"])
def test_no_hits_are_explained(page: "Page", address: str, query: str) -> None:
    page.goto(address)
    page.fill("#q", query)
    assert settled(page) == []
    assert page.inner_text("#antal") == f"Ingen tilbud fundet på »{query}«"
    assert "Prøv" in page.inner_text("#raad")


def test_some_words_are_better_than_none(page: "Page", address: str, index: Path) -> None:
    page.goto(f"{address}?q=Læsø+findesikke")
    assert settled(page)[:10] == [hit.tilbuds_id for hit in search(index, "Læsø findesikke", 10)]
    assert "Ingen tilbud indeholder alle ordene" in page.inner_text("#antal")
    page.click("#raad a:text-is('læsø')")
    settled(page)
    assert "fundet på »læsø«" in page.inner_text("#antal")


def test_a_misspelt_word_is_mended_by_a_click(page: "Page", address: str) -> None:
    page.goto(f"{address}?q=silkebrog+autisme")
    settled(page)
    assert "fundet på »silkeborg autisme«" in page.inner_text("#antal")
    assert "Ingen tilbud indeholder »silkebrog«; der er søgt på »silkeborg autisme«." in page.inner_text("#raad")
    page.click("#raad a")
    settled(page)
    assert page.input_value("#q") == "silkeborg autisme"
    assert page.inner_text("#raad") == ""
    page.go_back()
    expect(page.locator("#q")).to_have_value("silkebrog autisme")


def test_words_are_suggested(page: "Page", address: str) -> None:
    page.goto(address)
    page.locator("#q").press_sequentially("botilbud i vibo")
    page.click("#forslag button:text-is('viborg')")
    settled(page)
    assert page.input_value("#q").strip() == "botilbud i viborg"


def test_arrows_lead_to_the_hits_and_back(page: "Page", address: str) -> None:
    page.goto(f"{address}?q=fonden")
    ids = settled(page)
    page.focus("#q")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('li').dataset.tilbudsid") == ids[1]
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.id") == "q"


def test_a_screen_reader_hears_the_number(page: "Page", address: str) -> None:
    page.goto(f"{address}?q=silkeborg")
    settled(page)
    expect(page.locator("#status")).to_contain_text("tilbud fundet")
    assert page.get_attribute("#status", "role") == "status"


# ---- Filters -------------------------------------------------------------------------------

FILTERED = [
    ("kommune=Silkeborg&kommune=Viborg", Filters({"kommune": ("Silkeborg", "Viborg")})),
    ("grundlag=SEL+%C2%A7+107&status=Godkendt", Filters({"grundlag": ("SEL § 107",), "status": ("Godkendt",)})),
    ("q=autisme&alder=66", Filters(alder=66)),
    ("maalgruppe=autisme&alder=12", Filters({"maalgruppe": ("autisme",)}, alder=12)),
    ("q=autisme&pladser_fra=5&pladser_til=12", Filters(pladser=Range(5, 12))),
    (
        "q=autisme&takst_fra=1.000&takst_til=2000&enhed=kr.+pr.+dag",
        Filters(takst=Range(1000, 2000), enhed="kr. pr. dag"),
    ),
    ("q=autisme&siden=2023-01-01", Filters(aendret=date(2023, 1, 1))),
]


@pytest.mark.parametrize(("asked", "filters"), FILTERED)
def test_filters_are_those_of_the_command_line(
    page: "Page", address: str, index: Path, asked: str, filters: Filters
) -> None:
    page.goto(f"{address}?{asked}")
    query = "autisme" if "q=" in asked else ""
    found = whoosh_index.search(index, query, 10, filters)
    assert settled(page)[:10] == [hit.tilbuds_id for hit in found.hits]
    assert page.inner_text("#antal").startswith(f"{found.total} tilbud fundet")


def test_an_age_in_the_query_is_a_filter(page: "Page", address: str, index: Path) -> None:
    page.goto(f"{address}?q=autisme+20-årig&maalgruppe=autisme")
    found = whoosh_index.search(index, "autisme 20-årig", 10, Filters({"maalgruppe": ("autisme",)}))
    assert found.age == 20
    assert settled(page)[:10] == [hit.tilbuds_id for hit in found.hits]
    assert page.inner_text("#antal").startswith(f"{found.total} tilbud fundet")
    assert "en målgruppe skal omfatte 20 år" in page.inner_text("#raad")
    page.click("#raad a:text-is('Søg uden alder')")
    assert len(settled(page)) == 10
    assert page.input_value("#q") == "autisme"
    page.goto(f"{address}?q=autisme+20-årig&alder=66")
    assert settled(page)[:10] == [hit.tilbuds_id for hit in search(index, "autisme", 10, Filters(alder=66))]
    assert "Filteret på alder gælder, ikke søgningens 20 år" in page.inner_text("#raad")
    page.goto(f"{address}?q=autisme+20-årig&pladser_fra=1000")
    assert settled(page) == []
    page.click("#raad a:text-is('Fjern alle filtre')")
    assert len(settled(page)) == 10
    assert page.input_value("#q") == "autisme"


def test_a_word_can_be_left_out_beside_an_age(page: "Page", address: str) -> None:
    page.goto(f"{address}?q=Læsø+findesikke+20-årig")
    settled(page)
    page.click("#raad a:text-is('læsø')")
    settled(page)
    assert "alder=20" in page.url
    assert "fundet på »læsø«" in page.inner_text("#antal")


def test_the_filters_stand_while_those_for_an_age_are_on_their_way(chromium: "Browser", site: Path) -> None:
    page = chromium.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    held: dict[str, list[Any]] = {"alder": [], "kommune": []}
    page.route("**/facet-alder-*.js", lambda route: held["alder"].append(route))
    page.route("**/facet-kommune-*.js", lambda route: held["kommune"].append(route))
    page.goto(f"{site.as_uri()}/soeg.html?q=botilbud", wait_until="domcontentloaded")
    settled(page)
    page.focus("#q")
    page.keyboard.press("End")
    page.keyboard.type(" 19-årig")
    held["kommune"][0].continue_()
    page.wait_for_selector("#filtre:not([hidden])")
    assert page.locator("#filtre label.check").count() > 10
    held["alder"][0].continue_()
    expect(page.locator("#raad")).to_contain_text("19 år")
    assert errors == []
    page.close()


def number_beside(page: "Page", choice: str, value: str) -> str:
    """How many offers a value of a filter would give."""
    row = page.locator("#filtre label.check", has=page.locator(f"input[name={choice}][value={value}]"))
    return row.locator(".num").inner_text()


def test_target_groups_are_counted_with_the_chosen_age(page: "Page", address: str, index: Path) -> None:
    page.goto(f"{address}?alder=7")
    settled(page)
    page.wait_for_selector("#filtre:not([hidden])")
    for group in ("autisme", "stofmisbrug"):
        expected = whoosh_index.search(index, "", 1, Filters({"maalgruppe": (group,)}, alder=7))
        assert number_beside(page, "maalgruppe", group) == str(expected.total)


def test_counts_are_those_of_what_a_choice_would_give(page: "Page", address: str, index: Path) -> None:
    page.goto(f"{address}?q=autisme&status=Godkendt")
    settled(page)
    page.wait_for_selector("#filtre:not([hidden])")
    for town in ("Viborg", "Silkeborg"):
        expected = whoosh_index.search(index, "autisme", 1, Filters({"status": ("Godkendt",), "kommune": (town,)}))
        assert number_beside(page, "kommune", town) == str(expected.total)
    page.check("#filtre input[name=kommune][value=Silkeborg]")
    assert settled(page)[:10] == [hit.tilbuds_id for hit in search(
        index, "autisme", 10, Filters({"status": ("Godkendt",), "kommune": ("Silkeborg",)})
    )]  # fmt: skip
    assert "kommune=Silkeborg" in page.url
    page.click("#valgte .chip:has-text('Silkeborg')")
    settled(page)
    assert "kommune" not in page.url
    page.go_back()
    expect(page.locator("#filtre input[value=Silkeborg]")).to_be_checked()


@pytest.mark.parametrize(("typed", "meant"), [("1.500", 1500), ("1 500 kr.", 1500), ("1500,50", 1500.5)])
def test_amounts_are_read_as_people_write_them(
    page: "Page", address: str, index: Path, typed: str, meant: float
) -> None:
    page.goto(f"{address}?q=autisme&enhed=kr.+pr.+dag&takst_fra={quote(typed)}")
    settled(page)
    expected = whoosh_index.search(index, "autisme", 1, Filters(takst=Range(meant), enhed="kr. pr. dag"))
    assert page.inner_text("#antal").startswith(f"{expected.total} tilbud fundet")


@pytest.mark.parametrize("typed", ["1.5", "0x10", "1e3", "mange"])
def test_what_is_no_number_is_said(page: "Page", address: str, typed: str) -> None:
    page.goto(f"{address}?q=autisme&pladser_fra={typed}")
    assert len(settled(page)) == 10
    assert f"»{typed}« er ikke et tal" in page.inner_text("#raad")
    expect(page.locator("#pladser_fra")).to_have_attribute("aria-invalid", "true")


def test_typing_in_a_filter_is_one_step_back(page: "Page", address: str) -> None:
    page.goto(f"{address}?q=autisme")
    settled(page)
    page.locator("#pladser_fra").press_sequentially("1000")
    assert settled(page) == []
    page.go_back()
    expect(page.locator("#pladser_fra")).to_have_value("")
    assert len(settled(page)) == 10


@pytest.mark.parametrize("form", ["§107", "bl§43nr6", "§85a", "abl§105"])
def test_a_paragraph_is_written_as_it_is_read(page: "Page", address: str, form: str) -> None:
    page.goto(address)
    written = page.evaluate("form => tilbudsspejlIndeks.written(form)", form)
    assert page.evaluate("text => tilbudsspejlOrd.readQuery(text).words.map(word => word.form)", written) == [form]


def test_filters_that_hide_everything_say_so(page: "Page", address: str) -> None:
    page.goto(f"{address}?q=autisme&pladser_fra=1000")
    assert settled(page) == []
    assert "Filtrene skjuler" in page.inner_text("#raad")
    page.click("#raad a")
    assert len(settled(page)) == 10


@pytest.mark.parametrize("sort", ["navn", "aendret", "pladser"])
def test_results_can_be_sorted(page: "Page", address: str, index: Path, sort: Sort) -> None:
    page.goto(f"{address}?q=autisme")
    settled(page)
    page.select_option("#sorter", sort)
    expected = whoosh_index.search(index, "autisme", 10, sort=sort)
    assert settled(page)[:10] == [hit.tilbuds_id for hit in expected.hits]
    assert f"sorter={sort}" in page.url


# ---- Taken along ---------------------------------------------------------------------------


def test_the_list_is_saved_as_csv(page: "Page", address: str, index: Path) -> None:
    page.goto(f"{address}?q=fonden")
    settled(page)
    with page.expect_download() as download:
        page.click("#gem")
    text = download.value.path().read_text(encoding="utf-8-sig")
    rows = list(csv.reader(text.splitlines(), delimiter=";"))
    hits = search(index, "fonden", 500)
    assert [row[0] for row in rows[1:]] == [hit.tilbuds_id for hit in hits]
    assert rows[0][:3] == ["Tilbudsid", "Navn", "Status"]
    assert rows[1][1] == hits[0].row.name
    assert rows[1][-1].endswith(hits[0].row.address)


def test_no_cell_becomes_a_formula(page: "Page", address: str) -> None:
    page.goto(address)
    row = ["=1+1", 'a"b;c', "-2", "+45", "@x"]
    text = page.evaluate("row => tilbudsspejlListe.csv([row])", row)
    assert text.splitlines()[1] == "'=1+1;\"a\"\"b;c\";'-2;'+45;'@x"
    text = page.evaluate("row => tilbudsspejlListe.tabbed([row])", [*row, '"åben'])
    assert text.splitlines()[1] == "'=1+1\ta\"b;c\t'-2\t'+45\t'@x\t”åben"


def test_the_whole_list_is_printed(page: "Page", address: str, index: Path) -> None:
    page.add_init_script(
        "window.print = () => { window.printed = document.querySelectorAll('.printed tbody tr').length; }"
    )
    page.goto(f"{address}?q=fonden")
    settled(page)
    page.click("#udskriv")
    expect(page.locator("#status")).to_have_text("Listen er klar til udskrift.")
    assert page.evaluate("window.printed") == len(search(index, "fonden", 500))


# ---- One analysis, two indexes -------------------------------------------------------------


def test_both_indexes_agree_on_the_first_ten(page: "Page", address: str, index: Path, queries: list[str]) -> None:
    assert len(queries) >= 200
    page.goto(address)
    found: list[list[Any]] = page.evaluate(
        """async queries => {
            const answers = [];
            for (const query of queries) {
                const found = await tilbudsspejlIndeks.search(tilbudsspejlOrd.readQuery(query).words);
                const hits = found.columns ? tilbudsspejlIndeks.order(found) : [];
                const first = hits.slice(0, 10).map(document => [document, found.columns.score[document]]);
                answers.push([found.instead, hits.length, found.complete, first]);
            }
            return answers;
        }""",
        queries,
    )
    for query, (instead, total, complete, hits) in zip(queries, found, strict=True):
        expected = whoosh_index.search(index, query, 10)
        assert (total, complete) == (expected.total, expected.is_complete), query
        assert [[str(10000 + document), score] for document, score in hits] == [
            [hit.tilbuds_id, hit.score] for hit in expected.hits
        ], query
        assert [tuple(pair) for pair in instead] == list(expected.instead), query


def test_both_languages_read_a_query_alike(page: "Page", address: str) -> None:
    vectors = json.loads(Path(__file__).with_name("vectors.json").read_text(encoding="utf-8"))
    page.goto(address)
    for text, folded in vectors["fold"]:
        assert page.evaluate("text => tilbudsspejlOrd.fold(text)", text) == folded
    for query, expected in vectors["query"]:
        words = page.evaluate("query => tilbudsspejlOrd.readQuery(query).words", query)
        assert [[word["form"], *word["parts"]] if word["parts"] else word["form"] for word in words] == expected

    for query, age, words, without in vectors["age"]:
        read = page.evaluate("query => tilbudsspejlOrd.readQuery(query)", query)
        assert (read["age"], [word["form"] for word in read["words"]]) == (age, words), query
        assert page.evaluate("query => tilbudsspejlOrd.withoutAge(query)", query) == without


def test_a_missing_shard_is_said(chromium: "Browser", site: Path) -> None:
    page = chromium.new_page()  # its console has the failed request, as it should
    page.route("**/lexicon-*.js", lambda route: route.abort())
    page.goto(f"{site.as_uri()}/soeg.html?q=autisme")
    assert settled(page) == []
    assert "kunne ikke hente" in page.inner_text("#antal")
    page.close()


def test_without_scripts_it_leads_to_lists(chromium: "Browser", site: Path) -> None:
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{site.as_uri()}/soeg.html")
        links = [link.get_attribute("href") for link in page.locator("noscript a").all()]
        assert links == ["index.html#kommuner", "index.html#grundlag", "index.html#maalgrupper"]
        assert page.locator("#soegning").is_hidden()
