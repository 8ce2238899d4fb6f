"""A new operator's way from an index of other names to a right site, by the words that the program prints."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from bs4 import BeautifulSoup

from generator.pages.danish import date_words
from generator.register.model.clock import parse_time
from tests.support.elasticsearch import FaultyProxy, JsonObject, Loader, Server
from tests.support.platform import as_on_the_platform
from tests.support.register import real_documents, run, run_ok
from tests.support.sites import AGREEMENT

INDEX = "tilbud-preprod"
OFFERS = 6


def as_another_source(document: JsonObject) -> JsonObject:
    """Six fields renamed, two nested, one retyped."""
    envelope = document["_source"]["TilbudEnvelope"]
    offer = envelope["tilbud"]
    envelope["versionNr"] = envelope.pop("version")
    offer["tilbudsnavn"] = offer.pop("navn")
    offer["produktionsenhedsnummer"] = offer.pop("pNummer", None)
    offer["kontakt"]["forstander"] = offer["kontakt"].pop("leder", None)
    offer["adresse"]["postnr"] = offer["adresse"].pop("postnummer", None)
    offer["maalgrupper"] = [
        {"betegnelse": group["navn"], **{key: value for key, value in group.items() if key != "navn"}}
        for group in offer.get("maalgrupper") or []
    ]
    address = offer["adresse"]
    address["kommune"] = {"kommuneKode": int(address.pop("kommunekode")), "kommuneNavn": address.pop("kommunenavn")}
    address["vejkode"] = 615  # a street's number that is also a municipality's
    moment = parse_time((offer.get("godkendelse") or {}).get("dato"))
    if moment is not None:
        offer["godkendelse"]["dato"] = round(moment.timestamp() * 1000)
    return document


@pytest.fixture
def documents() -> list[JsonObject]:
    return [as_another_source(document) for document in real_documents(OFFERS, 3)]


@pytest.fixture
def platform(elasticsearch: Server, loader: Loader, documents: list[JsonObject]) -> Iterator[FaultyProxy]:
    date = {"type": "date", "format": "dateOptionalTime"}
    loader.create(
        INDEX,
        mapping={
            "dynamic": True,
            "properties": {
                "TilbudEnvelope": {
                    "properties": {
                        "sidstIndlaest": date,
                        "tilbud": {"properties": {"godkendelse": {"properties": {"dato": {"type": "date"}}}}},
                    }
                }
            },
        },
    )
    loader.add(INDEX, documents)
    with FaultyProxy(elasticsearch, as_on_the_platform(elasticsearch)) as proxy:
        yield proxy


def test_from_other_names_to_a_right_site_by_what_the_program_prints(
    tmp_path: Path, platform: FaultyProxy, elasticsearch: Server, documents: list[JsonObject]
) -> None:
    env = {
        "TILBUDSSPEJL_USERNAME": elasticsearch.username or "",
        "TILBUDSSPEJL_PASSWORD": elasticsearch.password or "",
    }
    run_ok("init", folder=tmp_path)
    toml = tmp_path / "tilbudsspejl.toml"
    text = toml.read_text(encoding="utf-8").replace('url = ""', f'url = "{platform.url}"', 1)
    toml.write_text(text.replace("allow_clear_text = false", "allow_clear_text = true", 1), encoding="utf-8")
    (tmp_path / "agreement.toml").write_text(AGREEMENT, encoding="utf-8")

    first = run("source", "check", folder=tmp_path)
    assert first.returncode == 5
    assert last_line(first).endswith(
        "--write FILE writes what is proposed, --sample 20 shows what stands in each field"
    )

    second = run("source", "check", "--write", "ny.toml", "--sample", "20", folder=tmp_path, env=env)
    assert second.returncode == 5
    sampled = second.stdout[second.stdout.index("sample: 20 documents") :]
    assert "Adresse: kommunekode (fields.adresse.kommunekode = 'tilbud.adresse.kommune.kommuneKode') in 20: " in sampled
    assert "they are read as milliseconds since 1970" in sampled
    assert not [leader for leader in leaders_of(documents) if leader in second.stdout]
    assert "(Xxxx" in sampled
    assert "put it in the place of mapping.toml" in last_line(second)

    (tmp_path / "ny.toml").replace(tmp_path / "mapping.toml")
    third = run("source", "check", folder=tmp_path)
    assert (third.returncode, third.stdout.splitlines()[0]) == (0, "covered: 80 of 80")
    run_ok("pull", folder=tmp_path, env=env)
    built = run("build", "--strict", folder=tmp_path)
    assert built.returncode == 0, built.stderr
    assert_right(tmp_path / "site", documents)


def last_line(done: CompletedProcess[str]) -> str:
    return done.stderr.strip().splitlines()[-1]


def leaders_of(documents: list[JsonObject]) -> set[str]:
    found = {document["_source"]["TilbudEnvelope"]["tilbud"]["kontakt"]["forstander"] for document in documents}
    return {leader for leader in found if leader}


def assert_right(site: Path, documents: list[JsonObject]) -> None:
    """Each offer has its own name, municipality and date of approval, as its newest document says."""
    newest: dict[int, JsonObject] = {}
    for document in documents:
        envelope = document["_source"]["TilbudEnvelope"]
        if envelope["versionNr"] >= newest.get(envelope["tilbudsId"], envelope)["versionNr"]:
            newest[envelope["tilbudsId"]] = envelope
    assert len(newest) == OFFERS
    for offer_id, envelope in newest.items():
        page = site / f"tilbud/{offer_id}.html"
        text = " ".join(BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").get_text(" ").split())
        offer = envelope["tilbud"]
        assert offer["tilbudsnavn"] in text
        assert offer["maalgrupper"][0]["betegnelse"] in text
        assert date_words(datetime.fromtimestamp(offer["godkendelse"]["dato"] / 1000, UTC)) in text
        code, name = (offer["adresse"]["kommune"][key] for key in ("kommuneKode", "kommuneNavn"))
        listed = (site / f"kommune/{code:04}.html").read_text(encoding="utf-8")
        assert offer["tilbudsnavn"] in listed
        assert name in listed
    assert not (site / "kommune/0615.html").exists() or 615 in {
        envelope["tilbud"]["adresse"]["kommune"]["kommuneKode"] for envelope in newest.values()
    }
