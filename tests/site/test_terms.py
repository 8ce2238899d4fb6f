"""An agreement beside the data as it is today: nothing is shown because the source calls it something else now."""

import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import pytest

from generator.demo import Layout, dump_lines
from generator.register.mapping.mapping import default_mapping_text
from tests.support.register import real_documents, run, run_ok, write_dump
from tests.support.sites import AGREEMENT, everything, tree

LAYOUTS: tuple[Layout, ...] = ("version", "history", "periods", "current")
PLAIN = AGREEMENT + 'withhold = ["kontakt.leder"]\n'
SECRET = "Hemmelig Hansen"


def everywhere(value: Any, change: Callable[[dict[str, Any]], None]) -> None:
    """Changes every object in a document."""
    if isinstance(value, dict):
        change(value)
        for inner in value.values():
            everywhere(inner, change)
    elif isinstance(value, list):
        for inner in value:
            everywhere(inner, change)


def rename_leader(value: dict[str, Any]) -> None:
    """`leder` is called `lederNavn`, with one secret value, in any layout; a null of the old name stays, as it may."""
    if (leader := value.get("leder")) is not None:
        value["leder"] = None
        value["lederNavn"] = [{**item, "vaerdi": SECRET} for item in leader] if isinstance(leader, list) else SECRET


def pull(folder: Path, documents: list[dict[str, Any]]) -> None:
    write_dump(folder / "dump.ndjson", documents)
    run_ok("pull", "--from", "dump.ndjson", "--environment", "preprod", "--complete", folder=folder)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_withheld_name_does_not_leak_when_the_source_renames_its_field(tmp_path: Path, layout: Layout) -> None:
    """The documents with the old name are in the archive still, so that the pattern matches something of old."""
    run_ok("init", folder=tmp_path)
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(mapping.read_text("utf-8").replace('layout = "version"', f'layout = "{layout}"'), "utf-8")
    (tmp_path / "agreement.toml").write_text(PLAIN, encoding="utf-8")
    documents = real_documents(6, layout=layout)
    pull(tmp_path, documents)
    run_ok("build", folder=tmp_path)
    before = tree(tmp_path / "site")
    everywhere(documents, rename_leader)
    assert SECRET in str(documents)
    pull(tmp_path, documents)
    done = run("build", folder=tmp_path)
    assert done.returncode == 2
    assert done.stderr.strip().splitlines()[-1] == (
        "tilbudsspejl: agreement.toml: audience.internal.withhold: 'kontakt.leder' matches nothing in the data "
        "(did you mean 'tilbud.kontakt.lederNavn'?); correct it, or say that it is meant: absent = ['kontakt.leder']"
    )
    assert tree(tmp_path / "site") == before

    (tmp_path / "agreement.toml").write_text(PLAIN + 'absent = ["kontakt.leder"]\n', encoding="utf-8")
    done = run("build", folder=tmp_path)
    assert done.returncode == 0
    assert "note: held back, for it looks like facts of persons and mapping.toml doesn't name it: " in done.stderr
    assert (
        "'tilbud.kontakt.lederNavn'; add a path to agreement.toml: audience.internal.permit to show it" in done.stderr
    )
    text = everything(tmp_path)
    assert "Hemmelig" not in text and "hemmelig" not in text and "lederNavn" not in text


def test_a_new_field_of_a_person_s_is_held_back_in_every_offer_or_in_none(tmp_path: Path) -> None:
    """Its name says nothing, and only the very last offer's value does: by then all others had let it through."""
    run_ok("init", folder=tmp_path)
    (tmp_path / "agreement.toml").write_text(AGREEMENT, encoding="utf-8")
    documents = real_documents(60)
    for document in documents:
        document["_source"]["TilbudEnvelope"]["tilbud"] |= {"kanal": "brev og lurmusik", "ventetid": "aarhundreder"}
    documents[-1]["_source"]["TilbudEnvelope"]["tilbud"]["kanal"] = "skriv@hemmelig.dk"
    pull(tmp_path, documents)
    done = run("build", "--workers", "2", folder=tmp_path)
    assert done.returncode == 0 and "'tilbud.kanal'; add a path" in done.stderr
    text = everything(tmp_path)
    assert "aarhundreder" in text
    assert re.search("lurmusik|hemmelig|kanal", text) is None
    before = tree(tmp_path / "site")
    run_ok("build", "--workers", "1", "--output", "one", folder=tmp_path)
    assert tree(tmp_path / "one") == before

    named = AGREEMENT.replace('permit = ["*"]', 'permit = ["*", "tilbud.kanal"]')
    (tmp_path / "agreement.toml").write_text(named, encoding="utf-8")
    done = run("build", folder=tmp_path)
    assert (done.returncode, "held back" in done.stderr) == (0, False)
    assert "lurmusik" in (text := everything(tmp_path)) and "skriv@hemmelig.dk" in text


@pytest.mark.parametrize(
    ("status", "is_shown"),
    [("OPHOERT", False), ("ophørt ", False), ("LUKKET", False), (["OPHOERT"], False), ({"kode": "OPHOERT"}, False),
     (None, False), ("Aktiv", True)],
)  # fmt: skip
def test_an_offer_of_which_nobody_can_say_that_it_has_not_ceased_is_kept_back(
    tmp_path: Path, status: Any, is_shown: bool
) -> None:
    run_ok("init", folder=tmp_path)
    (tmp_path / "agreement.toml").write_text(AGREEMENT.replace("ceased = true", "ceased = false"), encoding="utf-8")
    documents = real_documents(12)
    ceased = "10008"

    def change(value: dict[str, Any]) -> None:
        if value.get("status") in ("OPHOERT", "OPHØRT"):
            value["status"] = status

    everywhere(documents, change)
    pull(tmp_path, documents)
    done = run("build", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "site" / "tilbud" / f"{ceased}.html").exists() == is_shown
    assert (f"{ceased}.html" in everything(tmp_path)) == is_shown
    report = tmp_path / "register.sqlite.unreadable.txt"
    said = report.read_text(encoding="utf-8") if report.exists() else ""
    is_told = not is_shown and str(status).strip().casefold() not in ("ophoert", "ophørt", "['ophoert']")
    assert ("tilbuddet vises ikke" in said) == is_told


def test_a_status_that_is_called_something_else_shows_no_offer_at_all(tmp_path: Path) -> None:
    run_ok("init", folder=tmp_path)
    (tmp_path / "agreement.toml").write_text(AGREEMENT.replace("ceased = true", "ceased = false"), encoding="utf-8")
    documents = real_documents(6)

    def change(value: dict[str, Any]) -> None:
        if "tilbudsId" in value:
            value["tilbudsstatus"] = value.pop("status", None)

    everywhere(documents, change)
    pull(tmp_path, documents)
    done = run("build", folder=tmp_path)
    assert done.returncode == 5, done.stderr
    assert "har ingen status" in done.stderr and not (tmp_path / "site").exists()


def test_a_field_of_the_mapping_that_no_document_has_is_told(real: Path) -> None:
    (real / "agreement.toml").write_text(AGREEMENT, encoding="utf-8")
    documents = real_documents()
    for document in documents:
        tilbud = document["_source"]["TilbudEnvelope"]["tilbud"]
        for price in tilbud.get("takster") or []:
            price["pris"] = price.pop("beloeb")
        tilbud["fasteaftaler"] = []
        tilbud["omtale"] = tilbud.pop("beskrivelse", None)
    pull(real, documents)
    done = run("build", folder=real)
    assert done.returncode == 0
    assert (
        "note: no document has what mapping.toml names 'fields.beskrivelse', 'fields.takster[].beloeb'; "
        "`tilbudsspejl source check` proposes" in done.stderr
    )
    for again in ("there is nothing new to build", "a build of its own"):
        output = ("--output", "ny") if again == "a build of its own" else ()
        done = run("build", "--strict", *output, folder=real)
        assert done.returncode == 5, again
        assert "no document has 2 of the fields that the mapping names, and --strict refuses that" in done.stderr


@pytest.mark.parametrize("field", ["beskrivelse", "takster"])
def test_a_withheld_field_that_some_documents_have_under_another_name_is_told(real: Path, field: str) -> None:
    """A source that is loaded anew renames document by document: the old name is still there."""
    (real / "agreement.toml").write_text(f'{AGREEMENT}withhold = ["{field}"]\n', encoding="utf-8")
    documents = real_documents()
    for document in documents[::2]:
        tilbud = document["_source"]["TilbudEnvelope"]["tilbud"]
        tilbud["beskrivelseTekst"] = tilbud.pop("beskrivelse", None) or "Et hus."
        tilbud["prisliste"] = [{"beloebIKr": price["beloeb"]} for price in tilbud.pop("takster", None) or []]
    pull(real, documents)
    done = run("build", folder=real)
    new = {"beskrivelse": "tilbud.beskrivelseTekst", "takster": "tilbud.prisliste.beloebIKr"}[field]
    old = {"beskrivelse": "tilbud.beskrivelse", "takster": "tilbud.takster.beloeb"}[field]
    assert done.returncode == 0
    assert f"note: {new!r} is shown, and is called much as {old!r}, which is withheld; add it to" in done.stderr
    shutil.rmtree(real / "site")
    done = run("build", "--strict", folder=real)
    assert (done.returncode, (real / "site").exists()) == (5, False)
    for key in ("withhold", "permit"):
        terms = {"permit": ["*"], "withhold": [field]}
        terms[key] += ["tilbud.beskrivelseTekst", "tilbud.prisliste"]
        text = AGREEMENT.replace('permit = ["*"]', f"permit = {json.dumps(terms['permit'])}")
        (real / "agreement.toml").write_text(f"{text}withhold = {json.dumps(terms['withhold'])}\n", encoding="utf-8")
        assert "is called much as" not in run("build", folder=real).stderr, key


# Demo data


def test_an_archive_that_only_says_that_it_is_demo_is_not_built_without_an_agreement(real: Path) -> None:
    with closing(sqlite3.connect(real / "register.sqlite")) as archive, archive:
        archive.execute("UPDATE meta SET value = 'demo' WHERE key = 'environment'")
    assert run("build", folder=real).returncode == 5
    assert not (real / "site").exists()
    assert run("archive", "export", "--as-dump", "ud.ndjson", folder=real).returncode == 5
    assert list(real.glob("ud.ndjson*")) == []
    assert run("search", "bosted", folder=real).returncode != 0


def test_one_document_that_does_not_say_that_it_is_demo_data_is_enough(tmp_path: Path) -> None:
    """Also one that is served no more."""
    mapping = default_mapping_text()
    (tmp_path / "mapping.toml").write_text(mapping.replace('demo = ["demo"]', 'demo = ["demo", "prøve"]'), "utf-8")
    documents = [orjson.loads(line) for line in dump_lines(6, 7)]
    envelope = documents[20]["_source"]["TilbudEnvelope"]
    envelope["prøve"] = envelope.pop("demo")
    for served in (documents, documents[:20] + documents[21:]):
        write_dump(tmp_path / "dump.ndjson", served)
        run_ok("pull", "--from", "dump.ndjson", "--complete", "--accept-loss", folder=tmp_path)
    run_ok("build", "--output", "one", folder=tmp_path)
    (tmp_path / "mapping.toml").write_text(mapping, encoding="utf-8")
    for command in (("build",), ("archive", "export", "--as-dump", "ud.ndjson")):
        done = run(*command, folder=tmp_path)
        assert done.returncode == 5
        assert f"document '{documents[20]['_id']}': does not say that it is demo data" in done.stderr
    assert not (tmp_path / "site").exists() and list(tmp_path.glob("ud.ndjson*")) == []
