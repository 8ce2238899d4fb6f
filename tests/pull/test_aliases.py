"""A name that leads to several indices, or to another one meanwhile: the pull is of one state, or says why not."""

from collections.abc import Callable, Iterator

import pytest

from generator.demo import documents
from generator.errors import SourceAmbiguous, SourceError, SourceSwitched
from generator.pulling.extract import PullOptions
from tests.pull.faults import FAULTS, deciding, once
from tests.pull.mirror import Mirror, loaded, without
from tests.support.elasticsearch import Edit, Fault, FaultyProxy, JsonObject, Loader, Server

pytestmark = pytest.mark.usefixtures("credentials", "small_slices")

REGISTER = list(documents(20, 1))
LATER = "2026-11-23T08:00:00+01:00"
ALIAS = "tilbud-alias"


def point(server: Server, *indices: str, instead_of: tuple[str, ...] = ()) -> None:
    """Lets the alias lead to these indices, at one stroke."""
    actions = [{"remove": {"index": index, "alias": ALIAS}} for index in instead_of]
    actions += [{"add": {"index": index, "alias": ALIAS}} for index in indices]
    answer = server.call("POST", "/_aliases", {"actions": actions})
    assert answer.status == 200, answer.body


def at_page(number: int, act: Callable[[], None], server: Server) -> Callable[[int, str, str], Fault | None]:
    """Acts, once, before the page of this number is asked for."""

    def on_page(page: int) -> Fault | None:
        if page == number:
            act()
        return None

    return deciding(server, on_page)


@pytest.fixture
def two(filled: Server, loader: Loader) -> Iterator[None]:
    """Half of the register in each of two indices behind the alias."""
    loader.load("tilbud-1", REGISTER[::2])
    loader.load("tilbud-2", REGISTER[1::2])
    point(filled, "tilbud-1", "tilbud-2")
    yield


def ids(found: list[JsonObject]) -> set[str]:
    """Their `_id`s."""
    return {document["_id"] for document in found}


@pytest.mark.usefixtures("two")
def test_indices_that_share_no_id_are_read_as_one(mirror: Mirror, filled: Server, loader: Loader) -> None:
    mirror.configure(filled.url, index=ALIAS)
    assert mirror.pull().present == len(REGISTER)
    assert set(mirror.served()) == ids(REGISTER)
    loader.remove("tilbud-1", REGISTER[0]["_id"])
    loader.add("tilbud-2", [loaded(REGISTER[1], LATER, navn="Nyt navn")])
    again = mirror.pull()
    assert (again.changed, again.gone, mirror.receipts()[-1].kind) == (1, 1, "incremental")


@pytest.mark.parametrize("is_later", [False, True])
@pytest.mark.usefixtures("two")
def test_one_id_in_two_indices_is_refused_at_once(
    mirror: Mirror, filled: Server, loader: Loader, is_later: bool
) -> None:
    twice = REGISTER[1]["_id"]
    with FaultyProxy(filled, lambda *_: None) as proxy:
        mirror.configure(proxy.url, index=ALIAS)
        if is_later:  # told by the sweep of ids: nothing says that it was loaded since
            mirror.pull()
        loader.add("tilbud-1", [loaded(REGISTER[1], "2020-01-01T08:00:00+01:00")])
        before = mirror.files()
        with pytest.raises(SourceAmbiguous) as caught:
            mirror.pull()
    assert str(caught.value) == (
        f"{proxy.url}: the document {twice!r} came twice, from index tilbud-1 and index tilbud-2 "
        "(source.*.index names all of them): name one index; nothing was stored"
    )
    assert caught.value.exit_code == 4
    assert mirror.archive.exists() == is_later
    assert not [line for line in mirror.said if "again in" in line], "nothing was tried again"
    assert {name: mirror.files()[name] for name in before} == before
    mirror.configure(filled.url, index="tilbud-1")
    assert mirror.pull(options=PullOptions(accept_loss=True)).present == len(REGISTER[::2]) + 1


@pytest.mark.parametrize("number", range(4))
def test_one_id_with_two_routings_is_refused_at_once(
    mirror: Mirror, filled: Server, loader: Loader, number: int
) -> None:
    loader.load("routed", REGISTER, shards=5)
    path = f"/routed/tilbud/{REGISTER[number]['_id']}?refresh=true&routing="
    for routing in range(20):  # in as many shards as there are
        answer = filled.call("PUT", f"{path}{routing}", REGISTER[number]["_source"])
        assert answer.status in (200, 201), answer.body
    with FaultyProxy(filled, lambda *_: None) as proxy:
        mirror.configure(proxy.url, index="routed")
        with pytest.raises(
            SourceAmbiguous, match=r"came \d times in index routed, with the routings .*'\d+' and "
        ) as caught:
            mirror.pull()
    assert str(caught.value).endswith("name an index that has each `_id` once; nothing was stored")
    assert not [line for line in mirror.said if "again in" in line]


def test_a_page_that_came_twice_is_no_double(mirror: Mirror, filled: Server, loader: Loader) -> None:
    loader.load("tilbud-1", REGISTER)
    fault = FAULTS["document twice, another hidden"]
    with FaultyProxy(filled, deciding(filled, once(fault, 2))) as proxy:
        mirror.configure(proxy.url, index="tilbud-1", page_size=20)
        assert mirror.pull().present == len(REGISTER)
    assert any("it lost a page" in line for line in mirror.said)


# ---------------------------------------------------------------- switched while it is read

NEW = [
    loaded(document, document["_source"]["TilbudEnvelope"]["sidstIndlaest"], navn="I det nye") for document in REGISTER
]


@pytest.fixture
def switched(filled: Server, loader: Loader) -> Callable[[], None]:
    """The alias leads to one index; called, to another one that says the same load times, and lacks three documents."""
    loader.load("tilbud-1", REGISTER)
    loader.load("tilbud-2", NEW[3:])
    point(filled, "tilbud-1")
    return lambda: point(filled, "tilbud-2", instead_of=("tilbud-1",))


def alone(mirror: Mirror, server: Server, index: str) -> dict[str, str]:
    """What a mirror gets that pulls this index alone."""
    folder = mirror.folder.parent / "alone"
    folder.mkdir()
    other = Mirror(folder)
    other.configure(server.url, index=index)
    other.pull()
    return other.served()


@pytest.mark.parametrize("page", [1, 2, 3, 5, 7])
@pytest.mark.parametrize("is_first", [True, False])
def test_an_alias_that_is_switched_gives_the_one_or_the_other(
    mirror: Mirror, filled: Server, switched: Callable[[], None], page: int, is_first: bool
) -> None:
    if not is_first:
        mirror.configure(filled.url, index=ALIAS)
        mirror.pull()
    with FaultyProxy(filled, at_page(page, switched, filled)) as proxy:
        mirror.configure(proxy.url, index=ALIAS, page_size=60)
        mirror.pull(options=PullOptions(full=not is_first))
    assert mirror.served() == alone(mirror, filled, "tilbud-2")
    assert [line for line in mirror.said if "led to index tilbud-1, and now leads to index tilbud-2" in line]
    assert len(mirror.receipts()) == 2 - is_first


def test_an_index_that_goes_with_the_switch(
    mirror: Mirror, filled: Server, loader: Loader, switched: Callable[[], None]
) -> None:
    def switch_and_delete() -> None:
        switched()
        loader.delete("tilbud-1")

    with FaultyProxy(filled, at_page(2, switch_and_delete, filled)) as proxy:
        mirror.configure(proxy.url, index=ALIAS, page_size=20)
        mirror.pull()
    assert mirror.served() == alone(mirror, filled, "tilbud-2")


def test_a_switch_to_an_empty_index_is_no_end_of_the_register(mirror: Mirror, filled: Server, loader: Loader) -> None:
    loader.load("tilbud-1", REGISTER)
    loader.create("empty")
    point(filled, "tilbud-1")
    mirror.configure(filled.url, index=ALIAS)
    mirror.pull()
    before = mirror.state()
    switch = at_page(2, lambda: point(filled, "empty", instead_of=("tilbud-1",)), filled)
    with FaultyProxy(filled, switch) as proxy:
        mirror.configure(proxy.url, index=ALIAS)
        with pytest.raises(SourceError, match="zero documents in"):
            mirror.pull(options=PullOptions(full=True))
    assert mirror.state() == before


def test_a_second_switch_is_told(mirror: Mirror, filled: Server, switched: Callable[[], None]) -> None:
    def switch(page: int) -> Fault | None:
        if page == 2:
            switched()
        elif page == 6:
            point(filled, "tilbud-1", instead_of=("tilbud-2",))
        return None

    with FaultyProxy(filled, deciding(filled, switch)) as proxy:
        mirror.configure(proxy.url, index=ALIAS)
        with pytest.raises(SourceSwitched, match="led to index tilbud-2, and now leads to index tilbud-1; pull again"):
            mirror.pull()
    assert not mirror.archive.exists()


def test_between_two_pulls_everything_is_read(mirror: Mirror, filled: Server, switched: Callable[[], None]) -> None:
    mirror.configure(filled.url, index=ALIAS)
    mirror.pull()
    switched()
    mirror.pull(options=PullOptions(accept_loss=True))
    told = mirror.receipts()[-1].details
    assert (told["kind"], told["why_full"]) == (
        "full", "the name of the index leads to another one than at the last pull",
    )  # fmt: skip
    assert mirror.served() == alone(mirror, filled, "tilbud-2")


def test_what_a_pull_has_kept_of_another_index_is_not_resumed(
    mirror: Mirror, filled: Server, switched: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    mirror.configure(filled.url, index=ALIAS)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("generator.archive.writer.ArchiveWriter.publish", interrupt)
        mirror.pull()
    switched()
    mirror.pull(options=PullOptions(resume=True))
    assert any("the unfinished pull was of another indices" in line for line in mirror.said)
    assert mirror.served() == alone(mirror, filled, "tilbud-2")


def test_hits_that_call_their_index_something_else_are_read(mirror: Mirror, filled: Server, loader: Loader) -> None:
    def rename(page: JsonObject) -> None:
        for hit in page["hits"]["hits"]:
            hit["_index"] = "another"

    loader.load("tilbud-1", REGISTER)
    with FaultyProxy(filled, deciding(filled, lambda _: Edit(rename))) as proxy:
        mirror.configure(proxy.url, index="tilbud-1")
        assert mirror.pull().present == len(REGISTER)
    assert set(mirror.served()) == ids(without(REGISTER))
