"""Pulls from a real server: proved complete, the same as from a dump, and politely."""

import re
from pathlib import Path

import orjson
import pytest

from generator.archive.reader import Archive
from generator.demo import documents
from generator.errors import ConfigurationError, SourceError
from generator.pulling.extract import PullOptions
from tests.pull.mirror import INDEX, OFFERS, Mirror, complete, digest, without
from tests.support.elasticsearch import Edit, FaultyProxy, JsonObject, Loader, Reply, Server, with_blanks

pytestmark = pytest.mark.usefixtures("credentials")


def test_the_server_and_a_dump_give_the_same_archive(
    mirror: Mirror, filled: Server, demo: dict[str, Path], tmp_path: Path
) -> None:
    mirror.configure(filled.url)
    published = mirror.pull()
    (tmp_path / "other").mkdir()
    other = Mirror(tmp_path / "other")
    assert other.pull(complete(demo["now"])).digest == published.digest
    assert mirror.state() == other.state()
    assert mirror.said == [
        f"note: {filled.url} is plain HTTP: user name and password travel in clear text (allowed in the configuration)"
    ]
    assert (filled.password or "").encode() not in mirror.archive.read_bytes()
    frames = mirror.state()
    again = mirror.pull(options=PullOptions(full=True))
    assert (again.new, again.changed, again.gone, again.returned) == (0, 0, 0, 0)
    assert mirror.state() == frames


@pytest.mark.usefixtures("small_slices")
def test_the_receipt_proves_that_the_pull_is_complete(mirror: Mirror, filled: Server) -> None:
    mirror.configure(filled.url)
    published = mirror.pull()
    [receipt] = mirror.receipts()
    told = receipt.details
    assert receipt.is_complete
    assert told["kind"] == "full"
    assert told["source"] == {
        "url": filled.url, "index": INDEX, "type": "tilbud", "server": "6.8.23", "total": published.present,
    }  # fmt: skip
    slices = [proof for name, proof in told["slices"].items() if name.isdecimal()]
    assert len(slices) == 5
    assert sum(proof["total"] for proof in slices) == published.unique_ids == published.present
    for proof in told["slices"].values():
        assert (proof["unique"], proof["shards"], proof["tries"]) == (proof["total"], 2, 1)
        assert proof["pages"] == -(-proof["total"] // 100) + 1
    assert told["slices"]["meanwhile"]["total"] > 0, "what has the greatest load time is read again"
    assert told["digest"] == digest(mirror.served().items())
    assert told["counts"]["new"] == told["counts"]["present"] == published.present
    assert orjson.loads((mirror.folder / "register.sqlite.receipt.json").read_bytes()) == told
    assert mirror.progress[-1] == (published.present, published.present)
    with Archive(mirror.archive) as archive:
        assert archive.source_mapping() == filled.call("GET", f"/{INDEX}/_mapping").json()


def test_documents_stored_in_any_spelling_are_the_same(
    mirror: Mirror, filled: Server, loader: Loader, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    other = Mirror(tmp_path / "other")
    loader.load("compact", documents(5, 1))
    loader.load("blanks", documents(5, 1), write=with_blanks)
    mirror.configure(filled.url, index="compact")
    other.configure(filled.url, index="blanks")
    assert mirror.pull().digest == other.pull().digest


@pytest.mark.parametrize("more", [1, 500])
@pytest.mark.usefixtures("small_slices")
def test_what_the_server_counts_and_does_not_give_is_looked_for(mirror: Mirror, filled: Server, more: int) -> None:
    """As one address before two servers does, of which one has more documents than the other."""

    def count_more(answer: JsonObject) -> None:
        if "aggregations" not in answer:
            answer["hits"]["total"] += more

    def decide(_: int, __: str, path: str) -> Edit | None:
        return Edit(count_more) if "/_search?" in path and "scroll" not in path else None

    with FaultyProxy(filled, decide) as proxy:
        mirror.configure(proxy.url)
        if more == 1:  # one may have been removed meanwhile: all ids were compared
            published = mirror.pull()
            assert mirror.receipts()[-1].details["sweep"]["ids"] == published.present
            return
        with pytest.raises(
            SourceError, match=r"documents by the server's own count, and only \d+ were given"
        ) as caught:
            mirror.pull()
    kept, of = map(int, re.findall(r"(\d+) of (\d+) slices are kept", str(caught.value))[0])
    assert kept == of, "what was loaded meanwhile is none of them"
    assert not mirror.archive.exists() or mirror.receipts() == []


def test_credentials_do_not_travel_in_clear_text_unless_allowed(mirror: Mirror, filled: Server) -> None:
    with FaultyProxy(filled, lambda *_: None) as proxy:
        mirror.configure(proxy.url, clear_text=False)
        with pytest.raises(ConfigurationError, match=r"source\.preprod\.allow_clear_text: .* is plain HTTP"):
            mirror.pull()
    assert proxy.requests == []


@pytest.mark.usefixtures("small_slices")
def test_only_these_calls_are_made_and_one_at_a_time(mirror: Mirror, filled: Server) -> None:
    with FaultyProxy(filled, lambda *_: None) as proxy:
        mirror.configure(proxy.url, more='contact = "drift@kommune.example"')
        mirror.pull()
        mirror.pull()
    called = {(request.method, request.path.partition("?")[0]) for request in proxy.requests}
    assert called == {
        ("GET", "/"),
        ("GET", f"/{INDEX}/_mapping"),
        ("POST", f"/{INDEX}/tilbud/_search"),
        ("POST", "/_search/scroll"),
        ("DELETE", "/_search/scroll"),
    }
    assert proxy.most_at_once == 1
    for request in proxy.requests:
        agent = {name.lower(): value for name, value in request.headers.items()}["user-agent"]
        assert agent.startswith("tilbudsspejl/")
        assert agent.endswith("(drift@kommune.example)")


# ---------------------------------------------------------------- the silent zero


def test_a_wrong_type_is_never_taken_for_an_empty_register(
    mirror: Mirror, filled: Server, earlier_archive: bytes
) -> None:
    mirror.archive.write_bytes(earlier_archive)
    mirror.configure(filled.url)
    toml = mirror.folder / "tilbudsspejl.toml"
    toml.write_text(toml.read_text().replace('type = "tilbud"', 'type = "tilbudd"'))
    before = mirror.files()
    with pytest.raises(SourceError, match=r"has no document type 'tilbudd', only \['tilbud'\]; correct source"):
        mirror.pull()
    assert mirror.files() == before


def test_an_empty_index_is_a_failure_unless_the_loss_is_accepted(
    mirror: Mirror, filled: Server, earlier_archive: bytes, loader: Loader
) -> None:
    mirror.archive.write_bytes(earlier_archive)
    loader.create("emptied")
    mirror.configure(filled.url, index="emptied")
    before = mirror.files()
    with pytest.raises(SourceError, match="zero documents in emptied/tilbud"):
        mirror.pull()
    assert mirror.files() == before
    emptied = mirror.pull(options=PullOptions(accept_loss=True))
    assert (emptied.present, emptied.offers, mirror.served()) == (0, 0, {})
    assert mirror.receipts()[-1].details["accepted_loss"]["offers_after"] == 0


def test_too_few_offers_are_a_failure_unless_the_loss_is_accepted(
    mirror: Mirror, loader: Loader, filled: Server
) -> None:
    kept = list(documents(10, 1))
    some = [document for document in kept if int(document["_id"].partition("-")[0]) < 10_008]
    loader.load("shrinking", kept)
    mirror.configure(filled.url, index="shrinking")
    before = mirror.pull()
    gone = [document["_id"] for document in kept if document not in some]
    loader.remove("shrinking", *gone)
    for full in (True, False):
        with pytest.raises(SourceError, match=r"only 8 offers of 10 are there, .* `pull --accept-loss` takes it"):
            mirror.pull(options=PullOptions(full=full))
    assert [receipt.number for receipt in mirror.receipts()] == [1]
    mirror.configure(filled.url, index="shrinking", more="minimum_share = 0.8")
    assert mirror.pull().gone == len(gone)
    assert "accepted_loss" not in mirror.receipts()[-1].details
    loader.remove("shrinking", *{document["_id"] for document in some[3:]})
    accepted = mirror.pull(options=PullOptions(accept_loss=True))
    assert accepted.present == 3
    assert mirror.receipts()[-1].details["accepted_loss"]["offers_before"] == 8
    assert before.present == accepted.gone + accepted.present + len(gone)


# ---------------------------------------------------------------- versions


@pytest.mark.usefixtures("small_slices")
def test_a_7_17_gives_the_same_archive(mirror: Mirror, elasticsearch7: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TILBUDSSPEJL_USERNAME", elasticsearch7.username or "")
    monkeypatch.setenv("TILBUDSSPEJL_PASSWORD", elasticsearch7.password or "")
    loader = Loader(elasticsearch7)
    everything = list(documents(OFFERS, 1))
    loader.load(INDEX, everything)
    try:
        mirror.configure(elasticsearch7.url)
        published = mirror.pull()
        assert published.present == len(everything)
        assert mirror.receipts()[-1].details["source"]["server"] == "7.17.28"
        loader.remove(INDEX, everything[0]["_id"])
        again = mirror.pull()
        assert (again.gone, again.present) == (1, len(everything) - 1)
        assert mirror.receipts()[-1].kind == "incremental"
        assert set(mirror.served()) == {d["_id"] for d in without(everything, everything[0]["_id"])}
    finally:
        loader.clear()


def test_another_version_is_refused_in_a_line(mirror: Mirror) -> None:
    reply = Reply(200, b'{"version":{"number":"8.15.0"},"tagline":"You Know, for Search"}')
    with FaultyProxy(None, lambda *_: reply) as proxy:
        mirror.configure(proxy.url)
        with pytest.raises(SourceError, match=r"Elasticsearch 8\.15\.0; this program speaks with"):
            mirror.pull()
    assert len(proxy.requests) == 1
