"""A pull after a complete one asks for what was loaded since, and a sweep of ids tells what has gone."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from generator.demo import documents
from generator.errors import SourceError
from generator.pulling import pull_plan
from generator.pulling.extract import PullOptions
from tests.pull.faults import deciding, once
from tests.pull.mirror import Mirror, complete, loaded
from tests.support.elasticsearch import LOOSE_MAPPING, Drop, Edit, FaultyProxy, JsonObject, Loader, Server

pytestmark = pytest.mark.usefixtures("credentials", "small_slices")

REGISTER = list(documents(20, 1))
LATER = "2026-11-23T08:00:00+01:00"
EARLIER = "2020-01-01T08:00:00+01:00"
MUCH_LATER = "2026-11-24T08:00:00+01:00"


@pytest.fixture
def index(loader: Loader) -> str:
    """An index of the test's own with the whole register."""
    loader.load("growing", REGISTER)
    return "growing"


def of_another(mirror: Mirror, server: Server, index: str) -> dict[str, str]:
    """What a mirror gets that pulls everything, once, now."""
    folder = mirror.folder.parent / "another"
    folder.mkdir(exist_ok=True)
    other = Mirror(folder)
    other.archive.unlink(missing_ok=True)
    other.configure(server.url, index=index)
    other.pull(options=PullOptions(first=True))
    return other.served()


def searches(proxy: FaultyProxy) -> list[bytes]:
    """The bodies of the searches that were made."""
    return [request.body for request in proxy.requests if "/tilbud/_search" in request.path]


def test_new_changed_and_gone_documents_are_found_without_reading_the_rest(
    mirror: Mirror, filled: Server, loader: Loader, index: str
) -> None:
    with FaultyProxy(filled, lambda *_: None) as proxy:
        mirror.configure(proxy.url, index=index)
        first = mirror.pull()
        asked = len(proxy.requests)
        loader.add(index, [loaded(REGISTER[3], LATER, navn="Nyt navn"), loaded({**REGISTER[4], "_id": "9-9"}, LATER)])
        loader.remove(index, REGISTER[5]["_id"], REGISTER[6]["_id"])
        second = mirror.pull()
        bodies = b"".join(request.body for request in proxy.requests[asked:])
    assert (second.new, second.changed, second.gone, second.returned) == (1, 1, 2, 0)
    assert second.present == first.present - 1
    assert second.documents < 20
    assert b'"slice"' not in bodies
    assert mirror.served() == of_another(mirror, filled, index)
    told = mirror.receipts()[-1].details
    assert told["kind"] == "incremental"
    assert told["sweep"] == {"ids": second.present, "unannounced": 0, "came": 0}
    assert told["since"] == mirror.receipts()[0].details["greatest"] - 3_600_000
    assert mirror.receipts()[-1].is_complete


def test_what_was_loaded_within_the_overlap_is_read_again(
    mirror: Mirror, filled: Server, loader: Loader, index: str
) -> None:
    mirror.configure(filled.url, index=index)
    mirror.pull()
    loader.add(index, [loaded(REGISTER[0], LATER)])
    mirror.pull()
    # Became visible late: its load time lies before one that was seen.
    loader.add(index, [loaded(REGISTER[1], "2026-11-23T07:30:00+01:00", navn="Sent synlig")])
    loader.add(index, [loaded(REGISTER[2], "2026-11-23T06:30:00+01:00", navn="Alt for sent")])
    third = mirror.pull()
    assert (third.new, third.changed) == (0, 1)
    assert mirror.served() != of_another(mirror, filled, index), "what says that it is old is found by a full pull only"
    mirror.pull(options=PullOptions(full=True))
    assert mirror.served() == of_another(mirror, filled, index)
    assert mirror.receipts()[-1].kind == "full"


def test_a_document_that_nothing_announced_is_found_by_the_sweep(
    mirror: Mirror, filled: Server, loader: Loader, index: str
) -> None:
    mirror.configure(filled.url, index=index)
    mirror.pull()
    quiet = [loaded({**REGISTER[n], "_id": f"9-{n}"}, "2020-01-01T00:00:00Z") for n in range(130)]
    loader.add(index, quiet)
    second = mirror.pull()
    assert (second.new, second.changed, second.gone) == (130, 0, 0)
    assert mirror.receipts()[-1].details["sweep"]["unannounced"] == 130
    assert mirror.served() == of_another(mirror, filled, index)


def test_a_pull_that_broke_off_after_the_sweep_can_be_resumed(
    mirror: Mirror, filled: Server, loader: Loader, index: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror.configure(filled.url, index=index)
    mirror.pull()
    loader.add(index, [loaded({**REGISTER[0], "_id": "9-1"}, "2020-01-01T00:00:00Z")])
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("generator.archive.writer.ArchiveWriter.publish", interrupt)
        mirror.pull()
    loader.add(index, [loaded({**REGISTER[0], "_id": "9-2"}, "2020-01-01T00:00:00Z")])
    resumed = mirror.pull(options=PullOptions(resume=True))
    assert (resumed.new, resumed.gone) == (2, 0)
    assert mirror.receipts()[-1].details["resumed"] is True
    assert mirror.served() == of_another(mirror, filled, index)


def interrupt(*_: object, **__: object) -> None:
    """Ctrl-C at a bad moment."""
    raise KeyboardInterrupt


def test_seen_gone_seen_between_incremental_pulls(mirror: Mirror, filled: Server, loader: Loader, index: str) -> None:
    mirror.configure(filled.url, index=index)
    mirror.pull()
    loader.remove(index, REGISTER[8]["_id"])
    assert mirror.pull().gone == 1
    loader.add(index, [REGISTER[8]])
    assert (mirror.pull().returned, mirror.receipts()[-1].kind) == (1, "incremental")
    assert mirror.served() == of_another(mirror, filled, index)


def test_a_pull_with_nothing_new_writes_a_receipt_and_no_more(mirror: Mirror, filled: Server, index: str) -> None:
    mirror.configure(filled.url, index=index)
    mirror.pull()
    state = mirror.state()
    second = mirror.pull()
    assert (second.new, second.changed, second.gone, second.returned) == (0, 0, 0, 0)
    assert mirror.state() == state
    assert mirror.receipts()[1].details["digest"] == mirror.receipts()[0].details["digest"]


@pytest.mark.parametrize("number", [1, 2, 3, 5])
def test_a_fault_in_an_incremental_pull_is_healed(
    mirror: Mirror, filled: Server, loader: Loader, index: str, number: int
) -> None:
    with FaultyProxy(filled, lambda *_: None) as proxy:
        mirror.configure(proxy.url, index=index)
        mirror.pull()
        loader.add(index, [loaded(REGISTER[3], LATER, navn="Nyt navn")])
        loader.remove(index, REGISTER[5]["_id"])
        proxy.decide = deciding(filled, once(Drop(), number))
        second = mirror.pull()
    assert any("again in" in line for line in mirror.said)
    assert (second.changed, second.gone) == (1, 1)
    assert mirror.served() == of_another(mirror, filled, index)


# ---------------------------------------------------------------- when everything is read all the same


def why_full(mirror: Mirror) -> str | None:
    """Why the last pull read everything; None if it didn't."""
    found: str | None = mirror.receipts()[-1].details["why_full"]
    return found


def test_a_full_pull_when_one_was_asked_for_or_is_due(
    mirror: Mirror, filled: Server, index: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror.configure(filled.url, index=index)
    mirror.pull()
    assert why_full(mirror) == "there is no complete pull from the server to go by"
    mirror.pull()
    assert why_full(mirror) is None
    mirror.pull(options=PullOptions(full=True))
    assert why_full(mirror) == "it was asked for"
    mirror.configure(filled.url, index=index, more="full_every = 0")
    mirror.pull()
    assert why_full(mirror) == "the last full pull is more than 0 days old"


def test_a_full_pull_from_another_source(mirror: Mirror, filled: Server, loader: Loader, index: str) -> None:
    mirror.configure(filled.url, index=index)
    mirror.pull()
    loader.load("replaced", REGISTER)
    mirror.configure(filled.url, index="replaced")
    mirror.pull()
    assert why_full(mirror) == "the last complete pull was from another source"


def test_a_full_pull_after_a_complete_dump(mirror: Mirror, filled: Server, index: str, demo: dict[str, Any]) -> None:
    mirror.configure(filled.url, index=index)
    mirror.pull()
    mirror.pull(complete(demo["now"]))
    mirror.configure(filled.url, index=index, more="minimum_share = 0.1")
    mirror.pull()
    assert why_full(mirror) == "there is no complete pull from the server to go by"


def typed(kind: JsonObject) -> JsonObject:
    """A mapping in which the load time is of this kind."""
    return {
        "dynamic": False,
        "properties": {"TilbudEnvelope": {"dynamic": False, "properties": {"sidstIndlaest": kind}}},
    }


@pytest.mark.parametrize("kind", [{"type": "keyword"}, {"type": "object"}])
def test_a_full_pull_while_the_load_time_is_not_a_date_in_the_mapping(
    mirror: Mirror, filled: Server, loader: Loader, kind: JsonObject
) -> None:
    indexable = REGISTER if kind["type"] == "keyword" else []
    mapping = typed(kind) if indexable else {"dynamic": False}
    loader.create("untimed", mapping=mapping)
    loader.add("untimed", REGISTER)
    mirror.configure(filled.url, index="untimed")
    for _ in range(2):
        mirror.pull()
        assert why_full(mirror) in (
            "the source's _mapping has no load time to go by",
            "the last complete pull saw no load time",
        )
        told = mirror.receipts()[-1].details
        assert told["sweep"] == {"ids": len(REGISTER), "unannounced": 0, "came": 0}, "ids are what there is to go by"
    assert mirror.served() == of_another(mirror, filled, "untimed")


def test_without_a_load_time_what_is_added_while_reading_is_found_by_its_id(
    mirror: Mirror, filled: Server, loader: Loader
) -> None:
    loader.create("untimed", mapping={"dynamic": False})
    loader.add("untimed", REGISTER)
    pages = 0

    def on_page(_: int) -> None:
        nonlocal pages
        pages += 1
        if pages == 4:
            loader.add("untimed", [{**REGISTER[0], "_id": f"9-{n}"} for n in range(40)])

    with FaultyProxy(filled, deciding(filled, on_page)) as proxy:
        mirror.configure(proxy.url, index="untimed")
        mirror.pull()
    assert mirror.served() == of_another(mirror, filled, "untimed")
    assert len(mirror.served()) == len(REGISTER) + 40


# ---------------------------------------------------------------- the source's fields


def test_a_change_of_the_sources_mapping_is_told_kept_and_makes_a_full_pull(
    mirror: Mirror, filled: Server, loader: Loader, index: str
) -> None:
    mirror.configure(filled.url, index=index)
    mirror.pull()
    assert mirror.receipts()[0].details["mapping_changes"] == {}
    added = {"properties": {"TilbudEnvelope": {"properties": {"pris": {"type": "long"}}}}}
    assert filled.call("PUT", f"/{index}/_mapping/tilbud", added).status == 200
    mirror.pull()
    told = mirror.receipts()[-1].details
    assert told["mapping_changes"] == {"added": ["TilbudEnvelope.pris"]}
    assert told["why_full"] == "the source's _mapping has changed"
    assert any("_mapping has changed: added TilbudEnvelope.pris" in line for line in mirror.said)
    mirror.pull()
    assert mirror.receipts()[-1].details["mapping_changes"] == {}
    assert why_full(mirror) is None
    digests = [receipt.details["source_mapping"] for receipt in mirror.receipts()]
    assert digests[0] != digests[1] == digests[2]


def test_a_load_time_inside_nested_objects_is_left_alone() -> None:
    class Paths:
        load_time_paths = ("TilbudEnvelope.sidstIndlaest",)

    types = {"TilbudEnvelope": "object", "TilbudEnvelope.sidstIndlaest": "date"}
    assert pull_plan.load_time_field(Paths(), types) == "TilbudEnvelope.sidstIndlaest"  # type: ignore[arg-type]
    assert pull_plan.load_time_field(Paths(), types | {"TilbudEnvelope": "nested"}) is None  # type: ignore[arg-type]


def test_times_in_the_receipt_are_the_servers(mirror: Mirror, filled: Server, loader: Loader, index: str) -> None:
    loader.add(index, [loaded(REGISTER[0], MUCH_LATER)])
    mirror.configure(filled.url, index=index)
    mirror.pull()
    greatest = mirror.receipts()[0].details["greatest"]
    assert datetime.fromtimestamp(greatest / 1000, UTC) == datetime.fromisoformat(MUCH_LATER)
    assert LOOSE_MAPPING["properties"]["TilbudEnvelope"]["properties"]["sidstIndlaest"]["type"] == "date"


def now_by(server: Server) -> datetime:
    """What the server's clock says."""
    (node,) = server.call("GET", "/_nodes/stats/os").json()["nodes"].values()
    return datetime.fromtimestamp(node["timestamp"] / 1000, UTC)


@pytest.mark.parametrize("hours", [1, 2, 20])
def test_a_load_time_a_little_ahead_blinds_no_pull(
    mirror: Mirror, filled: Server, loader: Loader, index: str, hours: int
) -> None:
    """Danish time that is called UTC, say."""
    mirror.configure(filled.url, index=index)
    loader.add(index, [loaded(REGISTER[0], (now_by(filled) + timedelta(hours=hours)).isoformat())])
    mirror.pull()
    loader.add(index, [loaded(REGISTER[3], now_by(filled).isoformat(), navn="Nyt navn")])
    assert mirror.pull().changed == 1
    assert [receipt.details["kind"] for receipt in mirror.receipts()] == ["full", "incremental"]
    assert mirror.served() == of_another(mirror, filled, index)


def test_a_load_time_in_the_future_blinds_no_pull(mirror: Mirror, filled: Server, loader: Loader, index: str) -> None:
    mirror.configure(filled.url, index=index)
    loader.add(index, [loaded(REGISTER[0], "9999-12-31T00:00:00+01:00")])
    mirror.pull()
    assert mirror.receipts()[-1].details["greatest"] is None
    loader.add(index, [loaded(REGISTER[3], LATER, navn="Nyt navn")])
    assert mirror.pull().changed == 1
    assert mirror.receipts()[-1].details["why_full"] == "the source has a load time in the future"
    loader.add(index, [loaded(REGISTER[0], LATER), loaded(REGISTER[4], LATER, navn="Andet navn")])
    assert mirror.pull().changed == 2
    loader.add(index, [loaded(REGISTER[5], MUCH_LATER, navn="Tredje navn")])
    assert mirror.pull().changed == 1
    assert [receipt.details["kind"] for receipt in mirror.receipts()] == ["full", "full", "full", "incremental"]
    assert mirror.served() == of_another(mirror, filled, index)


class Spoiler:
    """Changes a server's answers as soon as it is told to."""

    def __init__(self, change: Callable[[JsonObject], None], where: str) -> None:
        self.is_on = False
        self._change, self._where = change, where

    def __call__(self, _: int, __: str, path: str) -> Edit | None:
        return Edit(self._change) if self.is_on and self._where in path else None


def is_sweep(answer: JsonObject) -> bool:
    hits = answer.get("hits", {}).get("hits", [])
    return "_scroll_id" in answer and any("_source" not in hit for hit in hits)


def test_what_the_server_counts_and_the_sweep_lacks_is_asked_for_before_it_is_gone(
    mirror: Mirror, filled: Server, index: str
) -> None:
    """As one address before two servers does, of which one lacks a document: it must not leave the register."""
    lost = REGISTER[7]["_id"]

    def lose(answer: JsonObject) -> None:
        if is_sweep(answer):
            hits = answer["hits"]
            hits["hits"] = [
                hit for hit in hits["hits"] if lost not in (hit.get("_id"), *hit.get("fields", {}).get("_id", ()))
            ]
            hits["total"] -= 1

    spoiler = Spoiler(lose, "scroll")
    with FaultyProxy(filled, spoiler) as proxy:
        mirror.configure(proxy.url, index=index, page_size=1_000)
        first = mirror.pull()
        spoiler.is_on = True
        second = mirror.pull()
    assert mirror.receipts()[-1].details["kind"] == "incremental"
    assert (second.gone, second.present) == (0, first.present)
    assert lost in mirror.served()


def test_less_than_was_loaded_by_the_server_s_own_count_is_no_pull(
    mirror: Mirror, filled: Server, loader: Loader, index: str
) -> None:
    def give_nothing(answer: JsonObject) -> None:
        if "_scroll_id" in answer and not is_sweep(answer):
            answer["hits"].update(total=0, hits=[])

    spoiler = Spoiler(give_nothing, "scroll")
    with FaultyProxy(filled, spoiler) as proxy:
        mirror.configure(proxy.url, index=index, page_size=1_000)
        mirror.pull()
        loader.add(index, [loaded(REGISTER[3], LATER, navn="Nyt navn")])
        spoiler.is_on = True
        with pytest.raises(SourceError, match="documents were loaded by the server's own count, and only 0 were given"):
            mirror.pull()
        spoiler.is_on = False
        assert mirror.pull().changed == 1


def test_an_answer_by_ids_that_contradicts_itself_is_not_taken(
    mirror: Mirror, filled: Server, loader: Loader, index: str
) -> None:
    def keep_one(answer: JsonObject) -> None:
        if "_scroll_id" not in answer and answer["hits"]["hits"]:
            del answer["hits"]["hits"][1:]

    spoiler = Spoiler(keep_one, "/_search?")
    with FaultyProxy(filled, spoiler) as proxy:
        mirror.configure(proxy.url, index=index)
        mirror.pull()
        new = [loaded({**REGISTER[4], "_id": f"9-{number}"}, EARLIER) for number in (1, 2, 3)]
        loader.add(index, new)
        spoiler.is_on = True
        with pytest.raises(SourceError, match="announces 3 documents and holds 1"):
            mirror.pull()


def test_a_load_time_that_no_document_has_is_no_pull(
    mirror: Mirror, filled: Server, loader: Loader, index: str
) -> None:
    """The greatest load time comes from one server, and the documents from another that lags behind it."""

    def tell_a_later_one(answer: JsonObject) -> None:
        if "aggregations" in answer:
            answer["aggregations"]["greatest"]["value"] += 3_600_000

    spoiler = Spoiler(tell_a_later_one, "/_search?")
    with FaultyProxy(filled, spoiler) as proxy:
        mirror.configure(proxy.url, index=index)
        mirror.pull()
        spoiler.is_on = True
        with pytest.raises(SourceError, match="tells of a load time that none of its documents has"):
            mirror.pull()
        spoiler.is_on = False
        assert mirror.pull().changed == 0


def test_after_a_dump_everything_is_read(mirror: Mirror, filled: Server, index: str, tmp_path: Path) -> None:
    """What a dump has may be older than what the server had given, and no load time would tell."""
    mirror.configure(filled.url, index=index)
    mirror.pull()
    served = mirror.served()
    mirror.pull_dump(orjson.dumps(loaded(REGISTER[3], LATER, navn="Et ældre navn")), environment="preprod")
    assert mirror.served() != served
    mirror.pull()
    assert mirror.receipts()[-1].details["kind"] == "full"
    assert mirror.served() == served
