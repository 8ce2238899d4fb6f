"""The made-up register: the same bytes each time, believable in size, and odd in every way that its table promises."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import orjson
import pytest

from generator.demo import ODDITIES, Stage, documents, dump_lines
from generator.demo.kinds import KINDS, LAW_RENAMES
from generator.demo.oddities import MARKUP, TABLE, oddity_of
from generator.demo.places import MUNICIPALITIES, SOCIALTILSYN
from generator.demo.register import offer_documents, versions_of

SEED = 1
OFFERS = 400
Envelope = dict[str, Any]


def envelopes(tilbuds_id: int, stage: Stage = "now") -> list[Envelope]:
    """Gives one offer's envelopes with their _id beside them."""
    found = offer_documents(tilbuds_id - 10_000, SEED, stage)
    return [{**document["_source"]["TilbudEnvelope"], "_id": document["_id"]} for document in found]


def values(of: Iterable[Envelope], *path: str) -> list[Any]:
    """Follows a path through each envelope's tilbud."""
    found = []
    for envelope in of:
        value = envelope["tilbud"]
        for key in path:
            value = value[key]
        found.append(value)
    return found


def differing_paths(one: Any, other: Any, path: str = "") -> set[str]:
    """Lists the dotted paths at which two values differ, with [] for a list's items."""
    if isinstance(one, dict) and isinstance(other, dict):
        keys = one.keys() | other.keys()
        return {found for key in keys for found in differing_paths(one.get(key), other.get(key), f"{path}.{key}")}
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = zip(one, other, strict=True)
        return {found for a, b in pairs for found in differing_paths(a, b, f"{path}[]")}
    return set() if one == other else {path}


ENRICHED = re.compile(
    r"\.(virksomhed|driftsherre|driftsaftaler\[\]|fasteaftaler\[\]|samarbejdskommuner\[\])\.navn"
    r"|(\.afdelinger\[\])?\.adresse\.vejnavn"
)


# The same bytes


def test_the_same_arguments_give_the_same_bytes() -> None:
    assert list(dump_lines(60, SEED)) == list(dump_lines(60, SEED))
    assert list(dump_lines(60, SEED, "earlier")) == list(dump_lines(60, SEED, "earlier"))


def test_another_seed_gives_other_bytes() -> None:
    assert list(dump_lines(3, 1)) != list(dump_lines(3, 2))


def test_an_offer_is_the_same_however_many_there_are() -> None:
    few = list(dump_lines(45, SEED))
    assert few == list(dump_lines(70, SEED))[: len(few)]


def test_lines_are_the_documents() -> None:
    assert [orjson.loads(line) for line in dump_lines(45, SEED)] == list(documents(45, SEED))
    assert all(line.endswith(b"}\n") and line.count(b"\n") == 1 for line in dump_lines(45, SEED))


def test_a_layout_is_no_matter_of_the_versions() -> None:
    assert [version.number for version in versions_of(29, SEED)] == list(range(1, 20))


def test_no_offers_no_documents() -> None:
    assert list(documents(0, SEED)) == []


# What the register looks like


@pytest.fixture(scope="module")
def register() -> list[dict[str, Any]]:
    """A register that has every kind of offer."""
    return list(documents(OFFERS, SEED))


def test_there_are_ten_versions_an_offer_and_documents_of_a_believable_size(register: list[dict[str, Any]]) -> None:
    sizes = [len(orjson.dumps(document)) for document in register]
    assert len(register) / OFFERS >= 10.1
    assert 5_000 <= sum(sizes) / len(sizes) <= 8_000


def test_ids_are_unique(register: list[dict[str, Any]]) -> None:
    assert len({document["_id"] for document in register}) == len(register)


def test_every_document_says_that_it_is_demo(register: list[dict[str, Any]]) -> None:
    assert all(document["_source"]["TilbudEnvelope"]["demo"] is True for document in register)


def test_danish_letters_are_everywhere(register: list[dict[str, Any]]) -> None:
    names = " ".join(document["_source"]["TilbudEnvelope"]["tilbud"].get("navn") or "" for document in register)
    assert all(letter in names for letter in "æøåÆØÅ")


def test_no_sentence_has_a_gap_left(register: list[dict[str, Any]]) -> None:
    for document in register:
        text = document["_source"]["TilbudEnvelope"]["tilbud"].get("beskrivelse", "").replace(MARKUP, "")
        assert "{" not in text
        assert ".." not in text


def test_persons_addresses_and_numbers_are_made_up(register: list[dict[str, Any]]) -> None:
    for document in register:
        tilbud = document["_source"]["TilbudEnvelope"]["tilbud"]
        contact = tilbud.get("kontakt")
        if contact:
            assert re.fullmatch(r"10\d{6}", contact["telefon"])
            assert contact["email"].endswith(".example")
            assert re.match(r"https://[a-z.]+\.example/|javascript:", contact["hjemmeside"])
        if tilbud:
            assert re.fullmatch(r"1\d{9}", str(tilbud["pNummer"]))
            assert re.fullmatch(r"9\d{7}", str(tilbud["virksomhed"]["cvrNummer"]))


def test_a_version_ends_where_the_next_begins_and_was_loaded_after_it_began(register: list[dict[str, Any]]) -> None:
    rows: dict[int, list[Envelope]] = {}
    for document in register:
        envelope = document["_source"]["TilbudEnvelope"]
        if re.fullmatch(r"\d+-\d+", document["_id"]):
            rows.setdefault(envelope["tilbudsId"], []).append(envelope)
    for row in rows.values():
        for version, after in pairwise(row):
            assert version["gyldigTil"] == after["gyldigFra"]
            assert datetime.fromisoformat(version["gyldigFra"]) < datetime.fromisoformat(after["gyldigFra"])
            # An oddity can hide what changed, such as the leader where the contact is missing.
            assert version["tilbud"] != after["tilbud"] or oddity_of(version["tilbudsId"] - 10_000)
        assert row[-1]["gyldigTil"] is None
        for version in row:
            assert re.search(r"\+0[12]:00$", version["gyldigFra"])
            assert version["sidstIndlaest"] > version["gyldigFra"] or version["gyldigFra"].startswith("2027-01-01")


def test_a_provider_has_several_offers(register: list[dict[str, Any]]) -> None:
    offers: dict[int, set[int]] = {}
    for document in register:
        tilbud = document["_source"]["TilbudEnvelope"]["tilbud"]
        if tilbud.get("tilbudsId"):
            offers.setdefault(tilbud["virksomhed"]["cvrNummer"], set()).add(tilbud["tilbudsId"])
    assert sum(len(ids) > 2 for ids in offers.values()) > 20


def test_all_kinds_municipalities_and_socialtilsyn_occur(register: list[dict[str, Any]]) -> None:
    full = [document["_source"]["TilbudEnvelope"]["tilbud"] for document in register]
    full = [tilbud for tilbud in full if tilbud]
    paragraphs = {row["paragraf"] for tilbud in full for row in tilbud["godkendelse"]["pladser"]}
    assert paragraphs == {kind.paragraf for kind in KINDS} | set(LAW_RENAMES.values())
    assert {tilbud["godkendelse"]["socialtilsyn"] for tilbud in full} == set(SOCIALTILSYN.values())
    assert len(MUNICIPALITIES) == 98
    assert {t["adresse"]["kommunekode"] for t in full if t["adresse"]} == {place.code for place in MUNICIPALITIES}


def test_sanctions_last_at_most_six_months(register: list[dict[str, Any]]) -> None:
    for document in register:
        envelope = document["_source"]["TilbudEnvelope"]
        if envelope["tilbud"] and envelope["tilbud"]["godkendelse"]["status"] in {"Skærpet tilsyn", "Påbud"}:
            end = datetime.fromisoformat(envelope["gyldigTil"] or "2026-11-22T12:00:00+01:00")
            assert end - datetime.fromisoformat(envelope["gyldigFra"]) <= timedelta(days=184)


# The two stages


def by_id(found: Iterable[dict[str, Any]]) -> dict[str, Envelope]:
    """Gives the envelopes under their _id."""
    return {document["_id"]: document["_source"]["TilbudEnvelope"] for document in found}


@pytest.fixture(scope="module")
def earlier() -> dict[str, Envelope]:
    """The first offers of the register as they stood earlier."""
    return by_id(documents(120, SEED, "earlier"))


@pytest.fixture(scope="module")
def now() -> dict[str, Envelope]:
    """The same offers as they stand now."""
    return by_id(documents(120, SEED))


def test_the_earlier_stage_knows_only_what_was_loaded_by_then(
    earlier: dict[str, Envelope], now: dict[str, Envelope]
) -> None:
    assert all(envelope["sidstIndlaest"] < "2026-10-01" for envelope in earlier.values())
    assert all(now[name]["sidstIndlaest"] > "2026-10-01" for name in now.keys() - earlier.keys())
    gone = {envelope["tilbudsId"] for name, envelope in earlier.items() if name not in now}
    assert gone == {ODDITIES["vanished"]}
    differing = {"enrichment_between_stages", "correction"}
    for name in earlier.keys() & now.keys():
        oddity = oddity_of(earlier[name].get("tilbudsId", 10_000) - 10_000)
        if oddity is None or oddity.name not in differing:
            assert differing_paths(earlier[name], now[name]) <= {".gyldigTil"}


def test_a_tenth_of_the_offers_have_news_between_the_stages(
    earlier: dict[str, Envelope], now: dict[str, Envelope]
) -> None:
    assert len({name.partition("-")[0] for name in now.keys() - earlier.keys()}) >= 12


# The oddities, each shown on the first offer that has it


def shows_renamed(tilbuds_id: int) -> None:
    names = values(envelopes(tilbuds_id), "navn")
    assert names[-1].endswith(" på Ny")
    assert names[0] != names[-1]


def shows_moved(tilbuds_id: int) -> None:
    addresses = values(envelopes(tilbuds_id), "adresse", "adresseId")
    half = len(addresses) // 2
    assert addresses[half - 1] != addresses[half]


def shows_department_added_and_closed(tilbuds_id: int) -> None:
    departments = values(envelopes(tilbuds_id), "afdelinger")
    there = [any(row["afdelingsId"] == 1_000_199 for row in rows) for rows in departments]
    assert there == [False, *[True] * (len(there) - 2), False]


def shows_late_version(tilbuds_id: int) -> None:
    earlier, now = envelopes(tilbuds_id, "earlier"), envelopes(tilbuds_id)
    (late,) = [envelope for envelope in now if envelope["_id"] not in {other["_id"] for other in earlier}]
    assert 1 < late["version"] < len(now)
    assert late["gyldigFra"] < "2026-01-01"
    assert "2026-10" <= late["sidstIndlaest"] < "2026-12"
    assert [e["gyldigTil"] for e in earlier[:-1]] == [e["gyldigFra"] for e in earlier[1:]]


def shows_enrichment_between_stages(tilbuds_id: int) -> None:
    for before, after in zip(envelopes(tilbuds_id, "earlier"), envelopes(tilbuds_id), strict=True):
        paths = differing_paths(before["tilbud"], after["tilbud"])
        assert {".virksomhed.navn", ".adresse.vejnavn"} <= paths
        assert all(ENRICHED.fullmatch(path) for path in paths)
        assert differing_paths({**before, "tilbud": 0}, {**after, "tilbud": 0}) == set()


def shows_correction(tilbuds_id: int) -> None:
    pairs = list(zip(envelopes(tilbuds_id, "earlier"), envelopes(tilbuds_id), strict=True))
    ((before, after),) = [(before, after) for before, after in pairs if before != after]
    own = {".kontakt.leder", ".godkendelse.pladser[].antal"}
    assert differing_paths(before["tilbud"], after["tilbud"]) == own
    assert before["sidstIndlaest"] < "2026-10" <= after["sidstIndlaest"]


def shows_loaded_twice(tilbuds_id: int) -> None:
    rows = {envelope["_id"]: envelope for envelope in envelopes(tilbuds_id)}
    first, again = rows[f"{tilbuds_id}-3"], rows[f"{tilbuds_id}-3-genindlaest"]
    same = ("tilbudsId", "version", "gyldigFra", "gyldigTil", "status")
    assert [first[key] for key in same] == [again[key] for key in same]
    assert first["sidstIndlaest"] < again["sidstIndlaest"]
    paths = differing_paths(first["tilbud"], again["tilbud"])
    assert paths
    assert all(ENRICHED.fullmatch(path) for path in paths)


def shows_ceased(tilbuds_id: int) -> None:
    *before, last = envelopes(tilbuds_id)
    assert {envelope["status"] for envelope in before} == {"AKTIV"}
    assert (last["status"], last["tilbud"]["godkendelse"]["status"]) == ("OPHOERT", "Ophørt")


def shows_reopened(tilbuds_id: int) -> None:
    states = [envelope["status"] for envelope in envelopes(tilbuds_id)]
    assert [state for state, _ in pairwise([*states, ""])].count("OPHOERT") == 2
    assert states[0] == states[-1] == "AKTIV"


def shows_unknown_field(tilbuds_id: int) -> None:
    rows = envelopes(tilbuds_id)
    assert values(rows, "ventetid")[0] != values(rows, "ventetid")[-1]
    assert values(rows, "bilordning", "koeretoejer", "antal")[0] == 1
    assert values(rows, "bilordning", "koeretoejer", "antal")[-1] == 2


def shows_unknown_list(tilbuds_id: int) -> None:
    lists = values(envelopes(tilbuds_id), "praktikpladser")
    assert (len(lists[0]), len(lists[-1])) == (2, 3)


def shows_no_contact(tilbuds_id: int) -> None:
    assert all("kontakt" not in envelope["tilbud"] for envelope in envelopes(tilbuds_id))


def shows_no_approval_date(tilbuds_id: int) -> None:
    assert all("dato" not in approval for approval in values(envelopes(tilbuds_id), "godkendelse"))


def shows_null_address(tilbuds_id: int) -> None:
    addresses = values(envelopes(tilbuds_id), "adresse")
    assert addresses[0] is not None
    assert addresses[-1] is None


def shows_repeated_places(tilbuds_id: int) -> None:
    for rows in values(envelopes(tilbuds_id), "godkendelse", "pladser"):
        names = [row["paragraf"] for row in rows]
        assert len(names) > len(set(names))


def shows_repeated_prices(tilbuds_id: int) -> None:
    for rows in values(envelopes(tilbuds_id), "takster"):
        names = [row["ydelse"] for row in rows]
        assert len(names) > len(set(names))


def shows_markup_in_texts(tilbuds_id: int) -> None:
    text = values(envelopes(tilbuds_id), "beskrivelse")[-1]
    assert all(mark in text for mark in ("<b>", "<script>alert(1)</script>", '"', "'", "&", "</details>", "\\"))


def shows_javascript_address(tilbuds_id: int) -> None:
    assert all(url.startswith("javascript:") for url in values(envelopes(tilbuds_id), "kontakt", "hjemmeside"))


def shows_very_long_word(tilbuds_id: int) -> None:
    assert max(len(word) for word in values(envelopes(tilbuds_id), "beskrivelse")[0].split()) > 200


def shows_emoji(tilbuds_id: int) -> None:
    assert all("🌻" in name for name in values(envelopes(tilbuds_id), "navn"))


def shows_zero_width_space(tilbuds_id: int) -> None:
    assert all("\u200b" in name for name in values(envelopes(tilbuds_id), "navn"))


def shows_empty_history(tilbuds_id: int) -> None:
    (only,) = envelopes(tilbuds_id)
    assert only["tilbud"] == {}
    assert only["version"] == 1


def shows_unreadable_without_id(tilbuds_id: int) -> None:
    (unreadable,) = [envelope for envelope in envelopes(tilbuds_id) if "tilbudsId" not in envelope]
    assert unreadable["_id"] == f"ulaeselig-{tilbuds_id}"
    assert "tilbudsId" not in unreadable["tilbud"]


def shows_unreadable_version(tilbuds_id: int) -> None:
    assert [e["_id"] for e in envelopes(tilbuds_id) if e["version"] == "tre"] == [f"{tilbuds_id}-tre"]


def shows_vanished(tilbuds_id: int) -> None:
    assert len(envelopes(tilbuds_id, "earlier")) >= 9
    assert envelopes(tilbuds_id) == []


def shows_future_version(tilbuds_id: int) -> None:
    last = envelopes(tilbuds_id)[-1]
    assert last["gyldigFra"] == "2027-01-01T00:00:00+01:00"
    assert last["sidstIndlaest"] < "2026-11-22"


def shows_predecessor(tilbuds_id: int) -> None:
    last = envelopes(tilbuds_id)[-1]
    assert last["status"] == "OPHOERT"
    assert last["gyldigFra"].startswith("2021-06-30")


def shows_successor(tilbuds_id: int) -> None:
    before, first = envelopes(tilbuds_id - 1)[-1], envelopes(tilbuds_id)[0]
    assert first["gyldigFra"].startswith("2021-07-01")
    assert first["tilbud"]["pNummer"] == before["tilbud"]["pNummer"]
    assert first["tilbud"]["adresse"] == before["tilbud"]["adresse"]


def shows_nineteen_versions(tilbuds_id: int) -> None:
    assert [envelope["version"] for envelope in envelopes(tilbuds_id)] == list(range(1, 20))


def shows_trailing_spaces(tilbuds_id: int) -> None:
    assert all(name.endswith("   ") for name in values(envelopes(tilbuds_id), "navn"))


def shows_no_name(tilbuds_id: int) -> None:
    assert all("navn" not in envelope["tilbud"] for envelope in envelopes(tilbuds_id))


def shows_renamed_by_law(tilbuds_id: int) -> None:
    rows = envelopes(tilbuds_id)
    (law,) = [envelope for envelope in rows if envelope["gyldigFra"] == "2024-01-01T00:00:00+01:00"]
    names = [places[0]["paragraf"] for places in values(rows, "godkendelse", "pladser")]
    at = rows.index(law)
    assert set(names[:at]) == {"SEL § 66, stk. 1, nr. 5"}
    assert set(names[at:]) == {"BL § 43, stk. 1, nr. 6"}


def shows_theme_respelled(tilbuds_id: int) -> None:
    themes = [{row["tema"] for row in rows} for rows in values(envelopes(tilbuds_id), "kvalitetsvurdering")]
    assert "Målgrupper, metoder og resultater" in themes[0]
    assert "Målgruppe, metoder og resultater" in themes[-1]


def shows_intensified_supervision(tilbuds_id: int) -> None:
    states = values(envelopes(tilbuds_id), "godkendelse", "status")
    assert states.count("Skærpet tilsyn") == 1
    assert states[-1] == "Godkendt"


def shows_order_given(tilbuds_id: int) -> None:
    states = values(envelopes(tilbuds_id), "godkendelse", "status")
    assert states.count("Påbud") == 1
    assert states[-1] == "Godkendt"


def shows_new_driftsherre(tilbuds_id: int) -> None:
    numbers = values(envelopes(tilbuds_id), "driftsherre", "cvrNummer")
    assert numbers[0] != numbers[-1]


def shows_single_version(tilbuds_id: int) -> None:
    assert len(envelopes(tilbuds_id)) == 1


def shows_foreign_supervisor(tilbuds_id: int) -> None:
    (tilbud, *_) = values(envelopes(tilbuds_id))
    region = next(place.region for place in MUNICIPALITIES if place.code == tilbud["adresse"]["kommunekode"])
    assert tilbud["godkendelse"]["socialtilsyn"] != SOCIALTILSYN[region]


def shows_council_added_and_removed(tilbuds_id: int) -> None:
    lists = [{row["cvrNummer"] for row in rows} for rows in values(envelopes(tilbuds_id), "fasteaftaler")]
    half = len(lists) // 2
    assert lists[half] - lists[half - 1] - lists[half + 1]


CHECKS: dict[str, Callable[[int], None]] = {
    name.removeprefix("shows_"): check for name, check in list(globals().items()) if name.startswith("shows_")
}


@pytest.mark.parametrize("name", ODDITIES)
def test_the_oddity_shows(name: str) -> None:
    CHECKS[name](ODDITIES[name])


def test_every_oddity_is_within_the_first_forty_and_has_a_check() -> None:
    assert CHECKS.keys() == ODDITIES.keys()
    assert sorted(ODDITIES.values()) == list(range(10_001, 10_040))
    assert all(row.every > 40 for row in TABLE)


def test_the_docstring_names_every_oddity_with_its_offer() -> None:
    import generator.demo.oddities as module

    listed = {name: int(number) for number, name in re.findall(r"(\d+)  ([a-z_]+)", module.__doc__ or "")}
    assert listed == {name: tilbuds_id - 10_000 for name, tilbuds_id in ODDITIES.items()}


@pytest.mark.parametrize("seed", [0, 7, 2026])
def test_any_seed_has_every_oddity(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "SEED", seed)
    for name, check in CHECKS.items():
        check(ODDITIES[name])
