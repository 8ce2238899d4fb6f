"""Whether people find what they mean: the benchmark's queries, at the command line, on a small register."""

from pathlib import Path

import pytest

from benchmarks.relevance import Query, Register, read_queries
from generator.config import load
from generator.search.local.whoosh_index import search
from tests.support.register import make_demo, run_ok

QUERIES = Path(__file__).parents[2] / "benchmarks" / "queries.toml"
OFFERS = 200
ENOUGH = 0.95  # of the queries must have a right answer among their first three hits, as in the benchmark


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demo register, built."""
    folder = make_demo(tmp_path_factory.mktemp("quality") / "register", offers=OFFERS)
    run_ok("build", folder=folder)
    return folder


def test_the_queries_are_of_every_kind() -> None:
    queries = read_queries(QUERIES)
    assert len(queries) >= 150
    kinds = {query.kind for query in queries}
    assert kinds >= {"inflection", "compound", "letters", "paragraph", "number", "former", "typo", "words", "address"}
    assert all(sum(query.kind == kind for query in queries) >= 12 for kind in kinds)


def test_what_is_meant_is_among_the_first_three(register: Path) -> None:
    configuration = load(register / "tilbudsspejl.toml")
    known = Register.read(configuration.archive, configuration.mapping())
    asked: list[tuple[Query, set[str]]] = [(query, known.answers(query)) for query in read_queries(QUERIES)]
    answerable = [(query, right) for query, right in asked if right]
    assert len(answerable) > 100
    missed = [
        query.text
        for query, right in answerable
        if right.isdisjoint(hit.tilbuds_id for hit in search(configuration.search_index, query.text, 3).hits)
    ]
    assert len(missed) <= (1 - ENOUGH) * len(answerable), missed


def test_a_query_nobody_can_read_is_named(tmp_path: Path) -> None:
    file = tmp_path / "queries.toml"
    file.write_text('[[query]]\ntext = "hus"\nkind = "name"\nwant = { farve = "rød" }\n', encoding="utf-8")
    with pytest.raises(ValueError, match="hus"):
        read_queries(file)
