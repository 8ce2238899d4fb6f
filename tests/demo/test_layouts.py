"""The made-up register in each layout: the same offers, versions and changes, with everything that is odd in them."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from generator.agreement import Audience, compile_policy
from generator.demo import ODDITIES, Layout, Stage, documents, dump_lines
from generator.demo.history import COPENHAGEN, DemoVersion
from generator.demo.layouts import write_periods
from generator.errors import UsageError
from generator.register.history.changes import Cause, Change
from generator.register.history.layouts import RawVersion, read_version, unfold
from generator.register.history.timeline import Offer, Version, read_offers
from generator.register.mapping.mapping import Mapping, default_mapping_text, read_mapping
from generator.register.model.clock import danish_day, end_of_day
from generator.register.model.documents import Observed, Problem, Pull, Pulls

OFFERS = 60
FINISHED: dict[Stage, datetime] = {
    "earlier": datetime(2026, 10, 1, 2, tzinfo=UTC),
    "now": datetime(2026, 11, 23, 2, tzinfo=UTC),
}
LAYOUTS: tuple[Layout, ...] = ("version", "history", "periods", "current")
OTHERS: tuple[Layout, ...] = ("history", "periods", "current")


def mapping_of(layout: Layout) -> Mapping:
    return read_mapping(default_mapping_text(layout), "mapping.toml")


def pulls_of(stages: Iterable[Stage]) -> Pulls:
    return Pulls.of(Pull(number, FINISHED[stage], complete=True) for number, stage in enumerate(stages, start=1))


@cache
def observed(layout: Layout, *stages: Stage) -> tuple[Observed, ...]:
    """The documents as an archive keeps them that pulled these stages."""
    seen: dict[tuple[str, str], tuple[dict[str, Any], list[int]]] = {}
    for number, stage in enumerate(stages, start=1):
        for document in documents(OFFERS, 1, stage, layout):
            key = document["_id"], json.dumps(document["_source"])
            seen.setdefault(key, (document["_source"], []))[1].append(number)
    return tuple(
        Observed(name, "", ((pulls[0], None if pulls[-1] == len(stages) else pulls[-1]),), source)
        for (name, _), (source, pulls) in seen.items()
    )


@cache
def register(layout: Layout, *stages: Stage) -> tuple[dict[str, Offer], list[Problem]]:
    mapping, pulls = mapping_of(layout), pulls_of(stages)
    unfolded, odd = unfold(mapping, observed(layout, *stages), pulls)
    offers, problems = read_offers(mapping, unfolded, pulls)
    return {offer.id: offer for offer in offers}, odd + problems


@pytest.fixture(params=ODDITIES)
def oddity(request: pytest.FixtureRequest) -> str:
    """The tilbudsId of each offer that stands for something odd."""
    return str(ODDITIES[request.param])


def normal(value: Any) -> Any:
    """A value without what is empty, and with lists in an order of their own: neither is a difference."""
    if isinstance(value, dict):
        members = {key: normal(inner) for key, inner in value.items()}
        return {key: members[key] for key in sorted(members) if members[key] not in (None, "", [], {})}
    return sorted((normal(item) for item in value), key=repr) if isinstance(value, list) else value


def told(changes: Iterable[Change]) -> Counter[str]:
    """Changes in any order."""
    return Counter(repr((c.field, c.cause, c.kind, c.before, c.after, c.part, normal(c.item))) for c in changes)


# "history"


def test_history_gives_the_very_same_offers(oddity: str) -> None:
    expected, found = (register(layout, "earlier", "now")[0].get(oddity) for layout in ("version", "history"))
    assert found is not None and expected == found


def test_history_gives_no_other_offers_and_loses_the_same() -> None:
    expected, lost = register("version", "earlier", "now")
    found, problems = register("history", "earlier", "now")
    assert found == expected
    assert [problem.reason.removeprefix("versioner[10] ") for problem in problems] == [p.reason for p in lost]


# "periods"


def rows(layout: Layout, stage: Stage) -> dict[str, list[RawVersion]]:
    """Each offer's versions in order, of one stage."""
    mapping = mapping_of(layout)
    unfolded, _ = unfold(mapping, observed(layout, stage), pulls_of([stage]))
    found: dict[str, list[RawVersion]] = {}
    for document in unfolded:
        envelope = document.envelope["TilbudEnvelope"]
        if "tilbudsId" in envelope and envelope.get("version") != "tre":
            version = read_version(mapping, envelope, document.version)
            found.setdefault(version.offer_id, []).append(version)
    for versions in found.values():
        versions.sort(key=lambda v: (int(v.number) if v.number.isdecimal() else start_of(v), v.loaded or start_of(v)))
    return found


def start_of(version: RawVersion) -> Any:
    assert version.gyldig_fra is not None
    return version.gyldig_fra


def state_on(versions: list[RawVersion], day: date) -> Any:
    begun = [version for version in versions if start_of(version) <= end_of_day(day)]
    return (normal(begun[-1].known), normal(begun[-1].unknown)) if begun else None


@pytest.mark.parametrize("stage", ["earlier", "now"])
def test_periods_give_the_same_state_on_each_day(stage: Stage) -> None:
    expected, found = rows("version", stage), rows("periods", stage)
    assert expected.keys() == found.keys()
    days = 0
    for offer_id, versions in expected.items():
        starts = {danish_day(start_of(version)) for version in versions}
        for day in {start + timedelta(days=d) for start in starts for d in (-1, 0, 1)}:
            assert state_on(found[offer_id], day) == state_on(versions, day), (offer_id, day)
            days += 1
    assert days > 1_000


def tellable(offer: Offer) -> list[Version]:
    """The entries that periods of days can tell, oldest first: the last of each day, if something changed by it."""
    by_day = {danish_day(entry.gyldig_fra): entry for entry in offer.versions if entry.gyldig_fra}
    return [entry for entry in by_day.values() if entry.changes or entry.is_first]


def test_periods_give_the_same_versions_and_changes(oddity: str) -> None:
    expected, found = (register(layout, "earlier", "now")[0][oddity] for layout in ("version", "periods"))
    entries = tellable(expected)
    assert len(expected.newest_first) - len(entries) == (1 if oddity == str(ODDITIES["theme_respelled"]) else 0)
    for before, after in zip(entries, found.versions, strict=True):
        assert before.gyldig_fra and after.gyldig_fra
        assert danish_day(before.gyldig_fra) == danish_day(after.gyldig_fra)
        assert (before.known_from, before.last_seen) == (after.known_from, after.last_seen)
        assert told(before.changes) == told(after.changes)
        if oddity != str(ODDITIES["loaded_twice"]):  # the older of two loads is not seen as such
            assert [(c.cause, told(c.changes)) for c in before.corrections] == [
                (c.cause, told(c.changes)) for c in after.corrections
            ]
    for name in ("is_ceased", "last_seen", "former_names", "unknown", "first_pull"):
        assert getattr(found, name) == getattr(expected, name), name


def test_what_is_odd_in_periods_is_said_and_nothing_else() -> None:
    twice = "har flere perioder, der dækker samme tid fra 2017-10-17; den, der begyndte sidst, gælder"
    _, problems = register("periods", "earlier", "now")
    assert problems == [
        Problem("10007", f"tilbud.virksomhed {twice}", lost=False),
        Problem("10007", f"tilbud.driftsherre {twice}", lost=False),
        Problem("ulaeselig-10023", "har intet tilbudsId", lost=True),
        Problem("10024", "tilbud.navn[2] har gyldigFra 'tre', ikke en dato", lost=False),
    ]


def attributes(stage: Stage) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for document in documents(OFFERS, 1, stage, "periods"):
        envelope = document["_source"]["TilbudEnvelope"]
        yield "status", envelope["status"]
        yield from ((name, items) for name, items in envelope["tilbud"].items() if name != "tilbudsId")


def test_in_periods_every_attribute_is_a_list_of_periods_of_days() -> None:
    for name, items in attributes("now"):
        for item in items:
            assert item.keys() >= {"periode", "sidstOpdateret"} or item["periode"]["gyldigFra"] == "tre", name
            until = item["periode"]["gyldigTil"]
            assert until is None or date.fromisoformat(item["periode"]["gyldigFra"]) <= date.fromisoformat(until)


def test_in_periods_a_value_that_goes_on_is_one_period() -> None:
    merged = 0
    for name, items in attributes("now"):
        if name in ("navn", "beskrivelse", "adresse", "status"):
            values = [{key: v for key, v in item.items() if key not in ("periode", "sidstOpdateret")} for item in items]
            starts = [item["periode"]["gyldigFra"] for item in items]
            ends = [item["periode"]["gyldigTil"] or "9999" for item in items]
            for (one, other), end, start in zip(pairwise(values), ends, starts[1:], strict=False):
                touching = start != "tre" and date.fromisoformat(end) + timedelta(days=1) == date.fromisoformat(start)
                assert one != other or not touching
                merged += 1
    assert merged > 50


def test_of_two_versions_of_one_day_periods_keep_the_later() -> None:
    def version(number: int, hour: int, name: str) -> DemoVersion:
        start = datetime(2024, 5, 6, hour, tzinfo=COPENHAGEN)
        return DemoVersion(number, start, start, {"tilbudsId": 1, "navn": name})

    (document,) = write_periods(1, [version(1, 8, "A"), version(2, 16, "B")], "now")
    (name,) = document["_source"]["TilbudEnvelope"]["tilbud"]["navn"]
    assert (name["vaerdi"], name["periode"]) == ("B", {"gyldigFra": "2024-05-06", "gyldigTil": None})


# "current"


def undated(document: Observed) -> Observed:
    """The same document without a gyldigFra."""
    envelope = {key: v for key, v in document.envelope["TilbudEnvelope"].items() if key != "gyldigFra"}
    return replace(document, envelope={"TilbudEnvelope": envelope})


@pytest.mark.parametrize("stage", ["earlier", "now"])
@pytest.mark.parametrize("is_dated", [True, False])
def test_current_gives_the_same_current_states(stage: Stage, is_dated: bool) -> None:
    expected, _ = register("version", stage)
    mapping, pulls = mapping_of("current"), pulls_of([stage])
    served = [document if is_dated else undated(document) for document in observed("current", stage)]
    offers, _ = read_offers(mapping, unfold(mapping, served, pulls)[0], pulls)
    assert {o.id: (o.current, o.unknown, o.is_ceased) for o in offers} == {
        o.id: (o.current, o.unknown, o.is_ceased) for o in expected.values()
    }
    if is_dated:
        starts = {o.id: o.current_version.gyldig_fra for o in offers if o.id != str(ODDITIES["unreadable_version"])}
        assert starts.items() <= {o.id: o.current_version.gyldig_fra for o in expected.values()}.items()
    else:
        assert {(o.current_version.gyldig_fra, o.current_version.reported) for o in offers} == {(None, FINISHED[stage])}


def test_current_gives_what_the_mirror_saw_from_pull_to_pull() -> None:
    states = [register("version", stage)[0] for stage in ("earlier", "now")]
    found, _ = register("current", "earlier", "now")
    assert found.keys() == states[0].keys() | states[1].keys()
    kinds = Counter[str]()
    for offer_id, offer in found.items():
        before, after = (stage.get(offer_id) for stage in states)
        if after is None:
            assert before is not None and (offer.current, offer.last_seen) == (before.current, FINISHED["earlier"])
            kinds["gone"] += 1
        elif before is None:
            assert [entry.known_from for entry in offer.newest_first] == [FINISHED["now"]]
            kinds["new"] += 1
        elif before.current_version.number == after.current_version.number:
            assert len(offer.newest_first) == 1 and offer.current == after.current
            kinds["same"] += 1
        else:
            newest, oldest = offer.newest_first
            assert (oldest.gyldig_fra, newest.gyldig_fra) == (
                before.current_version.gyldig_fra,
                after.current_version.gyldig_fra,
            )
            assert (oldest.known_from, newest.known_from) == (None, FINISHED["now"])
            assert newest.changes and offer.current == after.current
            kinds["changed"] += 1
    assert kinds["gone"] == 1 and kinds["changed"] > 5 and kinds["same"] > 40


def test_in_current_without_dates_enrichment_is_no_new_version() -> None:
    mapping, pulls = mapping_of("current"), pulls_of(["earlier", "now"])
    served = [undated(document) for document in observed("current", "earlier", "now")]
    offers = {offer.id: offer for offer in read_offers(mapping, unfold(mapping, served, pulls)[0], pulls)[0]}
    (entry,) = offers[str(ODDITIES["enrichment_between_stages"])].newest_first
    assert [(c.cause, c.seen_at) for c in entry.corrections] == [(Cause.BERIGELSE, FINISHED["now"])]
    assert [len(offers[str(ODDITIES[name])].newest_first) for name in ("vanished", "foreign_supervisor")] == [1, 1]
    changed = [offer for offer in offers.values() if len(offer.newest_first) == 2]
    assert changed and all(offer.versions[-1].gyldig_fra == FINISHED["now"] for offer in changed)


# The agreement


def through(layout: Layout, audience: Audience, *stages: Stage) -> dict[str, Offer]:
    """The offers as a build reads them for an audience."""
    mapping, pulls = mapping_of(layout), pulls_of(stages)
    policy = compile_policy(audience, mapping)
    unfolded, _ = unfold(mapping, observed(layout, *stages), pulls)
    admitted = [policy.admit(document, mapping) for document in unfolded]
    offers, _ = read_offers(mapping, admitted, pulls, history=audience.history, ceased=audience.ceased)
    return {offer.id: offer for offer in offers}


def values_of(value: Any, key: str) -> set[str]:
    """Every text below a member of this name, wherever it is."""
    if isinstance(value, dict):
        own = set[str]() if key not in value else texts(value[key])
        return own | {found for inner in value.values() for found in values_of(inner, key)}
    return {found for inner in value for found in values_of(inner, key)} if isinstance(value, list) else set()


def texts(value: Any) -> set[str]:
    if isinstance(value, (dict, list)):
        return {found for inner in (value.values() if isinstance(value, dict) else value) for found in texts(inner)}
    return {value} if isinstance(value, str) else set()


ALL = Audience(permit=("*",), unknown=True, history=True, ceased=True)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_is_withheld_is_in_no_layout_s_offers(layout: Layout) -> None:
    leaders = {text for document in observed(layout, "now") for text in values_of(document.envelope, "leder")}
    assert len(leaders) > 20
    assert any(leader in repr(through(layout, ALL, "now")) for leader in leaders)
    shown = repr(through(layout, ALL.model_copy(update={"withhold": ("kontakt.leder",)}), "now"))
    assert [leader for leader in leaders if leader in shown] == []
    assert "telefon='10" in shown


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_list_whose_identity_is_withheld_is_in_no_layout_s_offers(layout: Layout) -> None:
    offers = through(layout, ALL.model_copy(update={"withhold": ("takster[].ydelse",)}), "earlier", "now")
    assert any(offer.current.takster for offer in through(layout, ALL, "earlier", "now").values())
    assert not any(offer.current.takster for offer in offers.values())
    versions = [version for offer in offers.values() for version in offer.versions]
    assert not any(version.tilbud.takster for version in versions)
    shown = repr([(v.unknown, v.changes, v.corrections, v.initial) for v in versions])
    assert "takster" not in shown and "beloeb" not in shown


@pytest.mark.parametrize("layout", LAYOUTS)
def test_unknown_fields_need_leave_in_every_layout(layout: Layout) -> None:
    known = through(layout, ALL.model_copy(update={"unknown": False}), "earlier", "now")
    assert all(offer.unknown == {} for offer in known.values())
    assert not any(name in repr(known) for name in ("ventetid", "bilordning", "praktikpladser", "Ergoterapeut"))
    offers = through(layout, ALL, "earlier", "now")
    assert offers[str(ODDITIES["unknown_field"])].unknown["tilbud.ventetid"] == "over et halvt år"
    assert "Ergoterapeut" in repr(offers)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_only_what_is_permitted_is_in_every_layout_s_offers(layout: Layout) -> None:
    audience = Audience(permit=("navn", "tilbud.metoder"), history=True, ceased=True)
    for offer in through(layout, audience, "earlier", "now").values():
        shown = {name for name, value in offer.current if value and value != type(offer.current)().__dict__.get(name)}
        assert shown <= {"navn", "metoder", "status"}
        assert {change.field for each in offer.versions for change in each.changes} <= {
            "navn",
            "metoder",
            "status",
        }


@pytest.mark.parametrize("layout", LAYOUTS)
def test_without_history_there_is_one_version_and_no_older_name_in_every_layout(layout: Layout) -> None:
    offers = through(layout, ALL.model_copy(update={"history": False}), "earlier", "now")
    assert all(len(offer.newest_first) == 1 and not offer.former_names for offer in offers.values())
    whole = through(layout, ALL, "earlier", "now")
    assert all(offers[key].current == offer.current for key, offer in whole.items())


@pytest.mark.parametrize("layout", LAYOUTS)
def test_versions_are_called_the_same_for_every_audience(layout: Layout) -> None:
    """One of which only withheld fields changed keeps its entry."""
    few = through(layout, Audience(permit=("pNummer",), history=True, ceased=True), "earlier", "now")
    for offer_id, offer in through(layout, ALL, "earlier", "now").items():
        assert [entry.number for entry in few[offer_id].newest_first] == [entry.number for entry in offer.newest_first]


# The dumps


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_same_arguments_give_the_same_bytes(layout: Layout) -> None:
    lines = list(dump_lines(45, 1, "now", layout))
    assert lines == list(dump_lines(45, 1, "now", layout))
    assert [json.loads(line) for line in lines] == list(documents(45, 1, "now", layout))


@pytest.mark.parametrize("layout", OTHERS)
@pytest.mark.parametrize("stage", ["earlier", "now"])
def test_an_offer_is_one_document_and_all_say_that_they_are_demo(layout: Layout, stage: Stage) -> None:
    mapping, found = mapping_of(layout), list(documents(OFFERS, 1, stage, layout))
    assert all(mapping.is_demo(document["_source"]) for document in found)
    keys = [mapping.offer_key(document["_source"]) for document in found]
    assert len(set(keys)) == len(keys) and keys.count(None) == 1
    assert {key for key in keys if key} == register("version", stage)[0].keys()


def test_the_command_writes_the_layout_into_the_mapping_and_refuses_another(tmp_path: Path) -> None:
    from generator.commands.demo import demo

    folder = tmp_path / "spejl"
    assert demo(folder, 3, 1, "periods", lambda *_: None).documents == 3
    assert read_mapping((folder / "mapping.toml").read_text(encoding="utf-8"), "mapping.toml").layout == "periods"
    before = (folder / "demo.ndjson.zst").read_bytes()
    with pytest.raises(UsageError, match=r"mapping.toml: document.layout is 'periods', the demo would be 'history'"):
        demo(folder, 3, 1, "history", lambda *_: None)
    assert (folder / "demo.ndjson.zst").read_bytes() == before
