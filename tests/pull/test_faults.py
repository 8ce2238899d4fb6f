"""Whatever goes wrong on the way: a pull is complete, or it says that it is not and the archive is as before."""

import threading
from collections.abc import Callable

import pytest

from generator.demo import documents
from generator.errors import SourceError
from generator.pulling.extract import PullOptions
from tests.pull.faults import FAULTS, LATE, cases, deciding, from_then_on, once
from tests.pull.mirror import INDEX, OFFERS, Mirror, loaded
from tests.support.elasticsearch import (
    Drop,
    Fault,
    FaultyProxy,
    Loader,
    Reply,
    Server,
    redirect,
    start_server,
)

pytestmark = pytest.mark.usefixtures("credentials", "small_slices")

# The register is read in 5 slices of 2 pages and an empty one, then comes what was loaded meanwhile.
PLACES = {"first page": 1, "second page of a slice": 5, "empty page of a slice": 6, "last slice": 14, "meanwhile": 16}


HIDING = ("empty page in the middle", "document hidden", "document twice, another hidden", "page answered twice")


@pytest.fixture(scope="module")
def undisturbed(filled: Server, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What a pull without a fault gives: every id that there is, with its content."""
    found: dict[str, str] = {}
    mirror = Mirror(tmp_path_factory.mktemp("undisturbed"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TILBUDSSPEJL_USERNAME", filled.username or "")
        patch.setenv("TILBUDSSPEJL_PASSWORD", filled.password or "")
        mirror.configure(filled.url)
        mirror.pull()
        found = mirror.served()
    assert set(found) == {document["_id"] for document in documents(OFFERS, 1)}
    return found


STAYING = ("last slice", "second page of a slice")

# Everywhere for the faults that clients fall for most, at two places for the rest; `benchmarks.faults` tries all.
EVERYWHERE = ("page lost: answered, then the connection dropped", "page cut short", "empty page in the middle")
TRIED = [
    (name, place)
    for name in cases(1)
    for place in PLACES
    if name in EVERYWHERE or place in ("second page of a slice", "meanwhile")
]


@pytest.mark.parametrize(("name", "place"), TRIED)
def test_a_fault_that_passes_is_healed(
    mirror: Mirror, filled: Server, undisturbed: dict[str, str], name: str, place: str
) -> None:
    with FaultyProxy(filled, deciding(filled, cases(PLACES[place])[name](filled))) as proxy:
        mirror.configure(proxy.url, page_size=60, timeout=LATE / 2)
        published = mirror.pull()
    assert mirror.served() == undisturbed
    assert published.present == len(undisturbed)
    tries = [proof["tries"] for proof in mirror.receipts()[0].details["slices"].values()]
    # After the last document nothing can be hidden any more; and a page of one document has no other to hide.
    is_harmless = name in HIDING and place in ("empty page of a slice", "meanwhile")
    is_harmless |= name == "scroll context expired" and place in ("first page", "meanwhile")  # none is open yet
    assert sum(tries) == len(tries) + 1 or (is_harmless and sum(tries) == len(tries))
    assert sum("; again in " in line for line in mirror.said) == sum(tries) - len(tries)


@pytest.mark.parametrize(
    ("name", "place"),
    [(name, place) for name in FAULTS for place in STAYING if name in EVERYWHERE or place == STAYING[0]],
)
def test_a_fault_that_stays_is_told_and_the_rest_can_be_read_later(
    mirror: Mirror,
    filled: Server,
    undisturbed: dict[str, str],
    earlier_archive: bytes,
    name: str,
    place: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("generator.source.retry.RetryPolicy._pause", lambda *_: 0.01)
    number = PLACES[place]
    mirror.archive.write_bytes(earlier_archive)
    state = mirror.state()
    with FaultyProxy(filled, deciding(filled, from_then_on(FAULTS[name], number))) as proxy:
        mirror.configure(proxy.url, page_size=60, timeout=LATE / 2)
        with pytest.raises(
            SourceError, match=r"nothing was published, \d of 5 slices are kept: `pull --resume`"
        ) as caught:
            mirror.pull()
        assert str(caught.value).startswith(f"{proxy.url}: ")
        assert "\n" not in str(caught.value)
        assert caught.value.exit_code == 4
        assert mirror.archive.read_bytes() == earlier_archive
        assert mirror.state() == state
        asked = len(proxy.requests)
        proxy.decide = lambda *_: None  # the server is well again
        published = mirror.pull(options=PullOptions(resume=True))
        begun = [request for request in proxy.requests[asked:] if "scroll=" in request.path]
        first_pages = [request for request in begun if b'"_source":false' not in request.body]  # the sweep is one too
    assert len(first_pages) == {5: 5, 14: 2}[number], "the slices that were there were not read again"
    assert mirror.served() == undisturbed
    told = mirror.receipts()[-1].details
    assert (told["resumed"], published.present) == (True, len(undisturbed))
    assert not mirror.archive.with_name("register.sqlite.staging").exists()


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (Reply(401), "refuses the user name"),
        (Reply(403), "refuses the user name"),
        (Reply(400, b"{}"), "answers 400"),
        (redirect("http://127.0.0.1:9/"), "answers with a redirect"),
        (Reply(404, b'{"error":{"type":"index_not_found_exception"}}'), "there is no index"),
    ],
)
def test_what_waiting_does_not_mend_is_told_at_once(mirror: Mirror, filled: Server, reply: Reply, message: str) -> None:
    with FaultyProxy(filled, deciding(filled, once(reply, 5))) as proxy:
        mirror.configure(proxy.url)
        with pytest.raises(SourceError, match=message):
            mirror.pull()
    assert not any("again in" in line for line in mirror.said)
    assert not mirror.archive.exists()


def test_a_plain_pull_after_a_broken_one_begins_at_the_start(
    mirror: Mirror, filled: Server, undisturbed: dict[str, str]
) -> None:
    with FaultyProxy(filled, deciding(filled, from_then_on(Drop(), 8))) as proxy:
        mirror.configure(proxy.url, page_size=60, tries=1)
        with pytest.raises(SourceError, match="2 of 5 slices are kept"):
            mirror.pull()
    mirror.configure(filled.url)
    mirror.pull()
    assert mirror.served() == undisturbed
    assert mirror.receipts()[0].details["resumed"] is False


def test_what_was_deleted_before_a_pull_is_resumed_is_not_served(
    mirror: Mirror, filled: Server, loader: Loader
) -> None:
    register = list(documents(OFFERS, 1))
    loader.load("shrinking", register)
    with FaultyProxy(filled, deciding(filled, from_then_on(Drop(), 14))) as proxy:
        mirror.configure(proxy.url, index="shrinking", page_size=60, tries=1)
        with pytest.raises(SourceError, match="4 of 5 slices are kept"):
            mirror.pull()
        deleted = {document["_id"] for document in register[::40]}
        loader.remove("shrinking", *deleted)
        proxy.decide = lambda *_: None
        resumed = mirror.pull(options=PullOptions(resume=True))
    assert set(mirror.served()) == {document["_id"] for document in register} - deleted
    assert resumed.present == len(register) - len(deleted)
    assert mirror.receipts()[0].details["sweep"]["ids"] == resumed.present
    assert resumed.new > resumed.present, "what was there when its slice was read has been seen, and is archived"


def test_a_full_pull_does_not_go_on_with_one_of_changes(mirror: Mirror, filled: Server, loader: Loader) -> None:
    loader.load("growing", documents(5, 1))
    with FaultyProxy(filled, lambda *_: None) as proxy:
        mirror.configure(proxy.url, index="growing", tries=1)
        mirror.pull()
        proxy.decide = deciding(filled, from_then_on(Drop(), 3))
        with pytest.raises(SourceError, match="1 of 1 slices are kept"):
            mirror.pull()
        proxy.decide = lambda *_: None
        mirror.pull(options=PullOptions(full=True, resume=True))
    assert (mirror.receipts()[-1].kind, mirror.receipts()[-1].details["resumed"]) == ("full", False)
    assert any("the unfinished pull was of another kind ('incremental')" in line for line in mirror.said)


def test_a_pull_is_not_resumed_where_it_does_not_belong(
    mirror: Mirror, filled: Server, undisturbed: dict[str, str], loader: Loader
) -> None:
    loader.load("elsewhere", documents(3, 1))
    mirror.configure(filled.url)
    mirror.pull(options=PullOptions(resume=True))
    assert "note: there is no unfinished pull to resume; this one begins at the start" in mirror.said
    with FaultyProxy(filled, deciding(filled, from_then_on(Drop(), 8))) as proxy:
        mirror.configure(proxy.url, page_size=60, tries=1)
        with pytest.raises(SourceError, match="2 of 5 slices are kept"):
            mirror.pull(options=PullOptions(full=True))
    mirror.configure(filled.url, index="elsewhere")
    with pytest.raises(SourceError, match="only 3 offers of 44"):
        mirror.pull(options=PullOptions(resume=True))
    assert any("the unfinished pull was of another source" in line for line in mirror.said)
    assert mirror.served() == undisturbed


# ---------------------------------------------------------------- a register that changes while it is read

LATER = "2026-11-23T08:00:00+01:00"


def at_page(number: int, act: Callable[[], None]) -> Callable[[int], Fault | None]:
    """Does something at the server before a page is answered."""

    def on_page(page: int) -> Fault | None:
        if page == number:
            act()
        return None

    return on_page


@pytest.mark.parametrize("number", [1, 14])
def test_documents_added_changed_and_deleted_while_reading(
    mirror: Mirror, filled: Server, loader: Loader, number: int
) -> None:
    register = list(documents(OFFERS, 1))
    loader.load("moving", register)
    other = next(documents(OFFERS + 1, 2))
    added = loaded({**other, "_id": "99999-1"}, LATER)
    changed = loaded(register[7], LATER, navn="Skiftet under læsningen")
    deleted = register[11]["_id"]

    def act() -> None:
        loader.add("moving", [added, changed])
        loader.remove("moving", deleted)

    with FaultyProxy(filled, deciding(filled, at_page(number, act))) as proxy:
        mirror.configure(proxy.url, page_size=60, index="moving")
        first = mirror.pull()
        in_first = mirror.served()
        mirror.pull()
    expected = {d["_id"]: d for d in [*register, changed, added]}
    assert first.present in (len(expected), len(expected) - 1), "what was deleted may have been seen before"
    assert set(in_first) - {deleted} == set(expected) - {deleted}
    del expected[deleted]
    loader.load("still", expected.values())
    (mirror.folder.parent / "still").mkdir()
    mirror_of_the_end = Mirror(mirror.folder.parent / "still")
    mirror_of_the_end.configure(filled.url, index="still")
    mirror_of_the_end.pull()
    assert mirror.served() == mirror_of_the_end.served()
    assert {id_: in_first[id_] for id_ in expected} == mirror.served(), "the first pull had it all but the deletion"


# ---------------------------------------------------------------- the server goes away


def test_the_server_is_restarted_in_the_middle(
    mirror: Mirror, undisturbed: dict[str, str], tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("generator.source.retry.FIRST_PAUSE", 1.0)
    with start_server(tmp_path_factory.mktemp("restarted"), basic_auth="spejl:hemmeligt-æøå") as server:
        Loader(server).load(INDEX, documents(OFFERS, 1))
        restarted = threading.Event()

        def start() -> None:
            server.start()
            restarted.set()

        def stop() -> None:
            server.stop()
            threading.Thread(target=start).start()

        with FaultyProxy(server, deciding(server, at_page(8, stop))) as proxy:
            mirror.configure(proxy.url, page_size=60, tries=12)
            mirror.pull()
        assert restarted.wait(60)
    assert mirror.served() == undisturbed
    assert any("slice 3 of 5: " in line and "again in" in line for line in mirror.said)
    told = mirror.receipts()[0].details["slices"]
    assert [told[str(n)]["tries"] > 1 for n in range(5)] == [False, False, True, False, False]
