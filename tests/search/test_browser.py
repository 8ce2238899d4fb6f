"""The search page in a real browser, as a file and over http."""

import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader, StrictUndefined

from generator.search.shards import write_shards
from generator.search.terms import OfferTerms
from generator.search.whoosh_index import build_index, search

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[2]
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'"
BASE = f"""<!DOCTYPE html>
<html lang="da">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="{POLICY}">
  <title>{{% block title %}}{{% endblock %}}</title>
  <link rel="icon" href="ikon.svg">
</head>
<body>
<main id="indhold" class="in">{{% block content %}}{{% endblock %}}</main>
{{% block scripts %}}{{% endblock %}}
</body>
</html>"""


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def site(offers: list[OfferTerms], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of nothing but its search."""
    site = tmp_path_factory.mktemp("site")
    loader = ChoiceLoader([DictLoader({"base.html": BASE}), FileSystemLoader(ROOT / "templates")])
    templates = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    (site / "soeg.html").write_text(templates.get_template("soeg.html").render(root=""), encoding="utf-8")
    (site / "soeg.js").write_bytes((ROOT / "static" / "soeg.js").read_bytes())
    (site / "ikon.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', encoding="utf-8")
    write_shards(offers, site / "search")
    return site


@pytest.fixture(scope="module")
def index(offers: list[OfferTerms], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whoosh") / "index"
    build_index(offers, folder)
    return folder


@pytest.fixture(scope="module")
def server(site: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(site))) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


@pytest.fixture(params=["file", "http"])
def address(request: pytest.FixtureRequest, site: Path) -> str:
    """The address of the search page, both ways."""
    root = site.as_uri() if request.param == "file" else request.getfixturevalue("server")
    return f"{root}/soeg.html"


@pytest.fixture
def page(chromium: "Browser") -> "Iterator[Page]":
    """A page whose console has to stay empty."""
    page = chromium.new_page()
    page.set_default_timeout(10_000)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    page.close()
    assert said == []


def settled(page: "Page") -> list[str]:
    """Wait for a search to settle and return the offers found, in order."""
    page.wait_for_selector("#resultater[data-search=done]", state="attached")
    ids: list[str] = page.eval_on_selector_all("#resultater > li.hit", "hits => hits.map(hit => hit.dataset.tilbudsid)")
    return ids


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


def test_a_hit_says_what_and_why(page: "Page", address: str, index: Path) -> None:
    page.goto(f"{address}?q=10005")
    assert settled(page)[0] == "10005"
    expected = search(index, "10005", 1)[0]
    hit = page.locator("li.hit").first
    assert hit.locator("h3 a").inner_text() == expected.row.name
    assert hit.locator("h3 a").get_attribute("href") == expected.row.address
    assert hit.locator(".st").inner_text() == expected.row.status
    assert hit.locator(".why").inner_text() == "Fundet i: Nummer"
    assert expected.row.facts[0] in hit.inner_text()
    assert page.inner_text("#antal").startswith("1 tilbud fundet")


def test_more_hits_come_on_request(page: "Page", address: str, index: Path) -> None:
    page.goto(f"{address}?q=fonden")
    assert len(settled(page)) == 50
    page.click("#flere")
    page.wait_for_selector("li.hit:nth-child(100)")
    assert settled(page) == [hit.tilbuds_id for hit in search(index, "fonden", 100)]
    assert page.evaluate("document.activeElement.closest('li') === document.querySelectorAll('li.hit')[50]")


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
    assert "Ingen tilbud indeholder alle ordene i »Læsø findesikke«" in page.inner_text("#antal")


def test_both_indexes_agree_on_the_first_ten(page: "Page", address: str, index: Path, queries: list[str]) -> None:
    page.goto(address)
    found: list[list[list[Any]]] = page.evaluate(
        """async queries => {
            const answers = [];
            for (const query of queries) {
                const { matches } = await tilbudsspejlSoeg.search(query);
                answers.push(matches.slice(0, 10).map(match => [match.document, match.score]));
            }
            return answers;
        }""",
        queries,
    )
    for query, hits in zip(queries, found, strict=True):
        expected = search(index, query, 10)
        assert [str(10000 + document) for document, _ in hits] == [hit.tilbuds_id for hit in expected], query
        assert [score for _, score in hits] == pytest.approx([hit.score for hit in expected])


def test_both_languages_read_a_query_alike(page: "Page", address: str) -> None:
    vectors = json.loads(Path(__file__).with_name("vectors.json").read_text(encoding="utf-8"))
    page.goto(address)
    for text, folded in vectors["fold"]:
        assert page.evaluate("text => tilbudsspejlSoeg.fold(text)", text) == folded
    for query, expected in vectors["query"]:
        words = page.evaluate("query => tilbudsspejlSoeg.queryWords(query)", query)
        assert [[word["form"], *word["parts"]] if word["parts"] else word["form"] for word in words] == expected


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
        assert page.locator("form").is_hidden()
