"""`source check` as an operator runs it: without credentials, against a server that gives `_mapping` to anybody."""

import json
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import orjson
import pytest

from generator.commands.init import init
from generator.demo import Layout, documents
from generator.register.mapping.mapping import Mapping, default_mapping, read_mapping
from tests.support.elasticsearch import FaultyProxy, JsonObject, Loader, Server
from tests.support.platform import as_on_the_platform
from tests.support.register import run, run_ok
from tests.support.source_fields import WRAPPER, default_types, index_mapping, renamed, renamed_document

INDEX = "tilbud-preprod"
NAMES = {
    WRAPPER: "Konvolut",
    "version": "versionsnummer",
    "tilbudsId": "tilbuddetsId",
    "tilbud.tilbudsId": "tilbud.id",
    "tilbud.navn": "tilbud.tilbudsnavn",
    "tilbud.godkendelse": "tilbud.tilladelse",
    "tilbud.takster": "tilbud.priser",
    "tilbud.takster.beloeb": "tilbud.priser.pris",
    "tilbud.afdelinger": "tilbud.enheder",
    "tilbud.afdelinger.afdelingsId": "tilbud.enheder.enhedsId",
    "tilbud.afdelinger.pladser": "tilbud.enheder.pladserne",
    "tilbud.afdelinger.adresse.wgs84": "tilbud.enheder.adresse.position",
}
DEFAULT = default_mapping()
CONFIG = '[source.preprod]\nurl = "{url}"\nindex = "{index}"\ntype = "{type}"\n'


@pytest.fixture
def platform(elasticsearch: Server) -> Iterator[FaultyProxy]:
    """A real server that gives `_mapping` to anybody; no call may have brought credentials."""
    with FaultyProxy(elasticsearch, as_on_the_platform(elasticsearch)) as proxy:
        yield proxy
    assert {name.lower() for request in proxy.requests for name in request.headers} & {
        "authorization",
        "cookie",
    } == set()
    assert {(request.method, request.path.rpartition("/")[2]) for request in proxy.requests} <= {("GET", "_mapping")}


def configure(folder: Path, url: str, index: str = INDEX, type_: str = "tilbud") -> None:
    (folder / "tilbudsspejl.toml").write_text(CONFIG.format(url=url, index=index, type=type_), encoding="utf-8")


def check(folder: Path, *arguments: str, code: int) -> CompletedProcess[str]:
    """Runs `source check` with credentials in the environment, which it must not use."""
    env = {"TILBUDSSPEJL_USERNAME": "bruger", "TILBUDSSPEJL_PASSWORD": "hemmelig"}
    done = run("source", "check", *arguments, folder=folder, env=env)
    assert done.returncode == code, done.stdout + done.stderr
    return done


def last_line(done: CompletedProcess[str]) -> str:
    return done.stderr.strip().splitlines()[-1]


# ---- Against a real server -----------------------------------------------------------------


def test_a_source_that_has_all_that_the_mapping_names(tmp_path: Path, platform: FaultyProxy, loader: Loader) -> None:
    loader.create(INDEX, mapping=index_mapping(default_types()))
    configure(tmp_path, platform.url)
    done = check(tmp_path, "--write", "ny.toml", code=0)
    lines = done.stdout.splitlines()
    assert lines[:3] == ["covered: 80 of 80", "missing: 0, 0 with a proposal", NO_UNKNOWN]
    assert "nothing to propose" in done.stderr
    assert not (tmp_path / "ny.toml").exists()


NO_UNKNOWN = "unknown to the mapping: 0, not counting what is proposed above"


def test_the_names_of_another_source(tmp_path: Path, platform: FaultyProxy, loader: Loader) -> None:
    """From a wrong guess to a mapping that reads every document, by one file written."""
    types = renamed(default_types(), NAMES) | {"Konvolut.tilbud.ejerform": "keyword", "Konvolut.tilbud.gruppe": "byte"}
    loader.create(INDEX, mapping=index_mapping(types))
    configure(tmp_path, platform.url)
    done = check(tmp_path, "--write", "ny.toml", code=5)
    lines = [line.strip() for line in done.stdout.splitlines()]
    assert lines[1:3] == [
        "missing: 27, 27 with a proposal, 6 of them unsure",
        "document.wrapper = 'TilbudEnvelope' -> 'Konvolut' (object, 84%, unsure)",
    ]
    assert "fields.navn = 'tilbud.navn' -> 'tilbud.tilbudsnavn' (text, 98%)" in lines
    assert (
        "fields.takster[].beloeb = 'tilbud.takster[].beloeb' -> 'tilbud.priser[].pris' (double, 89%, unsure)" in lines
    )
    assert lines[-5:-1] == [
        NO_UNKNOWN.replace("0", "3"),
        "tilbud.ejerform (keyword)",
        "tilbud.gruppe (byte)",
        "tilbuddetsId (keyword)",
    ]
    assert "mapping.toml" in last_line(done) and repr(INDEX) in last_line(done)

    written = (tmp_path / "ny.toml").read_text(encoding="utf-8")
    assert written.count("# proposed") == len([line for line in lines if " -> '" in line])
    assert 'tilbudsId = ["tilbud.id", "tilbudsId", "tilbud.tilbudsId"]' in written
    assert "# Which offer, which version, and the clocks." in written
    (tmp_path / "mapping.toml").write_text(written, encoding="utf-8")
    assert check(tmp_path, code=0).stdout.startswith("covered: 80 of 80\n")

    assert_reads_the_same(read_mapping(written, "ny.toml"))


def with_names(document: JsonObject) -> JsonObject:
    source = document["_source"]
    moved = {NAMES.get(key, key): renamed_document(inner, NAMES) for key, inner in source.items()}
    return {**document, "_source": moved}


def assert_reads_the_same(mapping: Mapping) -> None:
    """With the new mapping, a document with the new names reads as the same one with the old names did."""
    read = 0
    for document in documents(8, 3):
        new = mapping.envelope(with_names(document)["_source"])
        old = DEFAULT.envelope(document["_source"])
        if old is None:
            assert new is None
            continue
        assert new is not None
        (known, unknown), (known_before, unknown_before) = mapping.split(new), DEFAULT.split(old)
        assert without_nulls(known) == without_nulls(known_before)
        assert len(unknown.keys() - {"tilbuddetsId"}) == len(unknown_before)  # of two ids, one is enough
        assert [mapping.identity(new, name) for name in mapping.identities] == [
            DEFAULT.identity(old, name) for name in mapping.identities
        ]
        read += 1
    assert read > 50


def without_nulls(value: Any) -> Any:
    """The value without nulls: only an object that has our own names is handed over with them."""
    if isinstance(value, dict):
        return {key: without_nulls(inner) for key, inner in value.items() if inner is not None}
    return [without_nulls(inner) for inner in value] if isinstance(value, list) else value


def test_json_for_machines(tmp_path: Path, platform: FaultyProxy, loader: Loader) -> None:
    loader.create(INDEX, mapping=index_mapping(renamed(default_types(), {"tilbud.navn": "tilbud.tilbudsnavn"})))
    configure(tmp_path, platform.url)
    report = orjson.loads(check(tmp_path, "--json", code=5).stdout)
    assert (report["mapping"], report["index"], report["changed"]) == ("mapping.toml", INDEX, None)
    assert report["missing"] == [
        {
            "name": "fields.navn",
            "paths": ["tilbud.navn"],
            "proposal": {
                "path": "tilbud.tilbudsnavn",
                "type": "text",
                "score": 0.975,
                "by_type_only": False,
                "as_likely": [],
                "is_sure": True,
            },
            "stays": "tilbud.navn",
        }
    ]
    assert {line["name"] for line in report["covered"]} >= {"document.wrapper", "identity.version", "fields.pNummer"}
    assert [line["proposed_for"] for line in report["unknown"]] == ["fields.navn"]
    assert report["unlisted"] == [""]
    assert (report["layout"], report["sample"]) == (None, None)


def test_a_type_that_a_field_cannot_have_is_a_warning(tmp_path: Path, platform: FaultyProxy, loader: Loader) -> None:
    types = default_types() | {f"{WRAPPER}.tilbud.takster.beloeb": "boolean"}
    loader.create(INDEX, mapping=index_mapping(types))
    configure(tmp_path, platform.url)
    warning = "  warning: fields.takster[].beloeb = 'tilbud.takster[].beloeb' is boolean in the source; "
    assert f"{warning}a number was expected\n" in check(tmp_path, code=0).stdout


@pytest.mark.parametrize("layout", ["history", "periods", "current"])
def test_every_layout_is_compared_as_if_it_were_one_document_a_version(
    tmp_path: Path, platform: FaultyProxy, loader: Loader, layout: Layout
) -> None:
    found = {}
    for name in ("version", layout):
        loader.create(f"layout-{name}", mapping={"dynamic": True})
        loader.add(f"layout-{name}", documents(1, 1, layout=name))
        configure(tmp_path, platform.url, index=f"layout-{name}")
        text = DEFAULT.text.replace('layout = "version"', f'layout = "{name}"')
        (tmp_path / "mapping.toml").write_text(text, encoding="utf-8")
        done = run("source", "check", "--json", folder=tmp_path)
        assert done.returncode in (0, 5), done.stderr
        report = orjson.loads(done.stdout)
        found[name] = {line["name"] for line in report["covered"]}
    lacking = {name.rpartition(".")[2] for name in found["version"] - found[layout]}
    # Numbers and bounds are the layout's own; a floor stood in an older version only.
    assert lacking <= (set() if layout == "history" else {"version", "gyldigFra", "gyldigTil", "etage"})
    assert len(found[layout]) > 50


def test_a_type_that_has_changed_since_the_last_pull(
    tmp_path: Path, platform: FaultyProxy, loader: Loader, elasticsearch: Server
) -> None:
    loader.create("retyped", mapping={"dynamic": True})
    loader.add("retyped", documents(1, 1))
    configure(tmp_path, elasticsearch.url, index="retyped")
    toml = tmp_path / "tilbudsspejl.toml"
    toml.write_text(toml.read_text() + "allow_clear_text = true\n")
    credentials = {
        "TILBUDSSPEJL_USERNAME": elasticsearch.username or "",
        "TILBUDSSPEJL_PASSWORD": elasticsearch.password or "",
    }
    run_ok("pull", folder=tmp_path, env=credentials)
    configure(tmp_path, platform.url, index="retyped")
    assert orjson.loads(run("source", "check", "--json", folder=tmp_path).stdout)["changed"] == []
    loader.delete("retyped")
    kept = {"TilbudEnvelope": {"properties": {"tilbudsId": {"type": "keyword"}}}}
    loader.create("retyped", mapping={"dynamic": True, "properties": kept})
    loader.add("retyped", documents(1, 1))
    [changed] = orjson.loads(run("source", "check", "--json", folder=tmp_path).stdout)["changed"]
    assert (changed["path"], changed["before"], changed["now"]) == ("TilbudEnvelope.tilbudsId", "long", "keyword")


def test_a_wrong_index_or_type_and_an_empty_index(tmp_path: Path, platform: FaultyProxy, loader: Loader) -> None:
    loader.create(INDEX, mapping={})
    for index, type_, message in (
        (INDEX, "tilbud", "no fields yet"),
        (INDEX, "offer", "only ['tilbud']; correct source.*.type"),
        ("findes-ikke", "tilbud", "there is no index 'findes-ikke'; correct source.*.index"),
    ):
        configure(tmp_path, platform.url, index, type_)
        done = check(tmp_path, "--write", "ny.toml", code=4)
        assert message in last_line(done)
        assert (done.stdout, done.stderr.count("\n")) == ("", 1)
        assert not (tmp_path / "ny.toml").exists()


def test_a_server_that_wants_credentials_gets_none(tmp_path: Path, elasticsearch: Server) -> None:
    with FaultyProxy(elasticsearch, lambda *_: None) as proxy:
        configure(tmp_path, proxy.url)
        assert "without credentials (401)" in last_line(check(tmp_path, code=4))
    assert all("authorization" not in {name.lower() for name in request.headers} for request in proxy.requests)


# ---- Layouts ------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", ["history", "periods"])
def test_another_layout_is_told_before_all_else(
    tmp_path: Path, platform: FaultyProxy, loader: Loader, layout: Layout
) -> None:
    loader.create("another-layout", mapping={"dynamic": True})
    loader.add("another-layout", documents(2, 1, layout=layout))
    configure(tmp_path, platform.url, index="another-layout")
    done = check(tmp_path, code=5)
    lines = done.stdout.splitlines()
    assert lines[0].startswith(f"layout: the source looks like '{layout}': ")
    assert lines[1:3] == [
        "  mapping.toml says 'version'; write under [document], then check again:",
        f'    layout = "{layout}"',
    ]
    assert last_line(done).endswith("correct document.layout first, as said above")
    text = DEFAULT.text.replace('layout = "version"', lines[2].strip())
    (tmp_path / "mapping.toml").write_text(text, encoding="utf-8")
    assert not run("source", "check", folder=tmp_path).stdout.startswith("layout:")


# ---- Documents ----------------------------------------------------------------------------


def sampled(folder: Path, server: Server, index: str, *arguments: str) -> CompletedProcess[str]:
    """Runs `source check --sample` with the credentials that the server wants."""
    configure(folder, server.url, index=index)
    toml = folder / "tilbudsspejl.toml"
    toml.write_text(f"{toml.read_text()}allow_clear_text = true\n")
    env = {"TILBUDSSPEJL_USERNAME": server.username or "", "TILBUDSSPEJL_PASSWORD": server.password or ""}
    with FaultyProxy(server, as_on_the_platform(server)) as proxy:
        toml.write_text(toml.read_text().replace(server.url, proxy.url))
        done = run("source", "check", "--sample", *arguments, folder=folder, env=env)
        searches = [request.path for request in proxy.requests if "_search" in request.path]
    assert len(searches) == 1
    return done


WITH_KOMMUNE = {
    "vejnavn": "Prøvevej", "vejkode": 615, "bynavn": "Landsbyen", "landekode": "DK", "husnummer": "2",
    "postnummer": 2750, "postdistrikt": "Ballerup", "kommune": {"kommuneKode": 151, "kommuneNavn": "Ballerup"},
}  # fmt: skip


def offer(**more: Any) -> JsonObject:
    envelope = {
        "tilbudsId": 1, "version": 1, "status": "AKTIV", "gyldigFra": "2021-03-04", "sidstIndlaest": "2026-11-01",
        "tilbud": {"navn": "Prøvehuset", "adresse": WITH_KOMMUNE, **more},
    }  # fmt: skip
    return {"_id": "1-1", "_type": "tilbud", "_source": {WRAPPER: envelope}}


def test_a_sample_shows_the_values_of_what_is_proposed(tmp_path: Path, elasticsearch: Server, loader: Loader) -> None:
    loader.create("one-deeper", mapping={"dynamic": True})
    loader.add("one-deeper", [offer()])
    done = sampled(tmp_path, elasticsearch, "one-deeper", "5")
    assert done.returncode == 5
    code = "  Adresse: kommunekode (fields.adresse.kommunekode = 'tilbud.adresse.kommune.kommuneKode') in 1: 151\n"
    assert code in done.stdout
    assert "fields.adresse.kommunenavn = 'tilbud.adresse.kommune.kommuneNavn') in 1: 'Ballerup'\n" in done.stdout
    assert "sample: 1 documents, 1 versions" in done.stdout


def test_a_sample_warns_of_a_street_that_is_taken_for_a_municipality(
    tmp_path: Path, elasticsearch: Server, loader: Loader
) -> None:
    loader.create("misread", mapping={"dynamic": True})
    loader.add("misread", [offer()])
    text = DEFAULT.text.replace('= "tilbud.adresse.kommunekode"', '= "tilbud.adresse.vejkode"')
    text = text.replace('= "tilbud.adresse.kommunenavn"', '= "tilbud.adresse.kommune.kommuneNavn"')
    (tmp_path / "mapping.toml").write_text(text, encoding="utf-8")
    done = sampled(tmp_path, elasticsearch, "misread", "5")
    [line] = [line for line in done.stdout.splitlines() if "another municipality's" in line]
    assert line == "    warning: 1 of 1 are another municipality's than the name beside it says"


def test_a_sample_shows_of_persons_the_shape_only_and_no_escape_of_a_terminal(
    tmp_path: Path, elasticsearch: Server, loader: Loader
) -> None:
    contact = {"leder": "Bodil Østergård", "telefon": 12345678, "email": "bodil@prøve.dk"}
    text = "Lederen er Bodil Østergård, og hun svarer gerne på breve og på telefonen hver dag."
    loader.create("persons", mapping={"dynamic": True})
    loader.add("persons", [offer(kontakt=contact, beskrivelse=text, metoder=["a\x1b[2Jb\nc"])])
    for arguments in (("5",), ("5", "--json")):
        done = sampled(tmp_path, elasticsearch, "persons", *arguments)
        assert not [word for word in ("Bodil", "12345678", "bodil", "\x1b") if word in done.stdout + done.stderr]
        assert all(shape in done.stdout for shape in ("(Xxxxx Xxxxxxxxx)", "(99999999)", "(a text of 82 characters)"))


def test_a_sample_without_credentials_says_what_is_missing(
    tmp_path: Path, elasticsearch: Server, loader: Loader
) -> None:
    loader.create("one-deeper", mapping={"dynamic": True})
    loader.add("one-deeper", [offer()])
    with FaultyProxy(elasticsearch, as_on_the_platform(elasticsearch)) as proxy:
        configure(tmp_path, proxy.url, index="one-deeper")
        done = run("source", "check", "--sample", "5", "--write", "ny.toml", folder=tmp_path)
    assert done.returncode == 4
    assert "TILBUDSSPEJL_USERNAME" in last_line(done)
    assert not (tmp_path / "ny.toml").exists()


def test_a_sample_of_a_document_that_is_too_deep_is_one_line(
    tmp_path: Path, elasticsearch: Server, loader: Loader
) -> None:
    loader.create("deep", mapping={"dynamic": False, "properties": {WRAPPER: {"properties": {"a": {"type": "long"}}}}})
    deep: Any = []
    for _ in range(900):
        deep = {"a": deep}
    document = offer()
    document["_source"][WRAPPER]["tilbud"]["dybt"] = deep
    loader.add("deep", [document], write=lambda value: json.dumps(value).encode())
    (tmp_path / "mapping.toml").write_text(
        DEFAULT.text.replace('layout = "version"', 'layout = "periods"'), encoding="utf-8"
    )
    done = sampled(tmp_path, elasticsearch, "deep", "5")
    assert "Traceback" not in done.stderr
    assert (done.returncode, done.stderr.count("\n")) == (4, 2)  # with the note of clear text
    assert "nested too deep to be read" in last_line(done)


@pytest.mark.parametrize("most", ["0", "501", "mange"])
def test_a_sample_has_bounds(tmp_path: Path, most: str) -> None:
    configure(tmp_path, "http://127.0.0.1:9")
    assert run("source", "check", "--sample", most, folder=tmp_path).returncode == 2


# ---- Usage ---------------------------------------------------------------------------------


def test_a_closed_port_names_the_address(tmp_path: Path) -> None:
    configure(tmp_path, "http://127.0.0.1:9")
    assert "http://127.0.0.1:9: unreachable" in last_line(check(tmp_path, code=4))


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    configure(tmp_path, "http://127.0.0.1:9")  # it is not even asked
    (tmp_path / "ny.toml").write_text("mine", encoding="utf-8")
    assert "ny.toml: is there already" in last_line(check(tmp_path, "--write", "ny.toml", code=2))
    assert (tmp_path / "ny.toml").read_text(encoding="utf-8") == "mine"
    assert "its folder is not there" in last_line(check(tmp_path, "--write", "væk/ny.toml", code=2))


def test_a_configuration_without_an_address(tmp_path: Path) -> None:
    init(tmp_path)
    assert "source.preprod.url: empty" in last_line(check(tmp_path, code=2))
    assert "source.prod" in last_line(check(tmp_path, "--profile", "prod", code=2))


@pytest.mark.parametrize("arguments", [["source"], ["source", "chek"], ["source", "check", "--profile", "demo"]])
def test_commands_typed_wrong(tmp_path: Path, arguments: list[str]) -> None:
    done = run(*arguments, folder=tmp_path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "check" in done.stdout + done.stderr


def test_help_says_when_it_exits_with_5(tmp_path: Path) -> None:
    shown = " ".join(run_ok("source", "check", "--help", folder=tmp_path).split())
    assert "Exit 5 if a line of the mapping names what the source doesn't have." in shown
    assert all(option in shown for option in ("--profile", "--json", "--write", "--sample", "--config"))
