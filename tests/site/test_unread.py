"""A document that is too deep or too large to be read: kept, counted, named, and no reason to say something false."""

import json
from pathlib import Path
from typing import Any

import pytest

from generator.register.model.json_text import DEEPEST
from tests.support.register import real_documents, run, run_ok
from tests.support.sites import AGREEMENT

LEVELS_AROUND = 3  # of an unknown field of the offer: the document, the envelope, the offer


def nested(levels: int) -> str:
    """A text of so many levels, which no encoder writes."""
    return '{"a":' * levels + '"bunden"' + "}" * levels


def line(document: dict[str, Any], field: str = "") -> str:
    """A document as a line of a dump, with a further field of the offer, given as text."""
    text = json.dumps(document, ensure_ascii=False)
    return text.replace('"tilbud": {', f'"tilbud": {{"felt": {field}, ', 1) if field else text


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register of three offers pulled twice, with documents that can't be read the second time."""
    folder = tmp_path_factory.mktemp("ulaest")
    (folder / "agreement.toml").write_text(f"{AGREEMENT}raw_documents = true\n", encoding="utf-8")
    (folder / "tilbudsspejl.toml").write_text("[limits]\ndocument_bytes = 100_000\n", encoding="utf-8")
    documents = real_documents(3)
    (folder / "1.ndjson").write_text("\n".join(map(line, documents)) + "\n", encoding="utf-8")
    lines = [line(document) for document in documents]
    lasts = {document["_source"]["TilbudEnvelope"]["tilbudsId"]: place for place, document in enumerate(documents)}
    first, second, third = lasts.values()
    lines[first] = line(documents[first], nested(2_000))
    lines[second] = line(documents[second], '"' + "x" * 200_000 + '"')
    lines[third] = line(documents[third], nested(DEEPEST - LEVELS_AROUND))
    (folder / "2.ndjson").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "ids.json").write_text(json.dumps([documents[place]["_id"] for place in lasts.values()]))
    for name in ("1.ndjson", "2.ndjson"):
        told = run_ok("pull", "--from", name, "--complete", "--environment", "preprod", folder=folder)
        (folder / f"{name}.told").write_text(told, encoding="utf-8")
    return folder


def ids(folder: Path) -> list[str]:
    found: list[str] = json.loads((folder / "ids.json").read_text(encoding="utf-8"))
    return found


def test_the_pull_takes_all_and_says_what_will_not_be_read(folder: Path) -> None:
    assert "too deep" not in (folder / "1.ndjson.told").read_text(encoding="utf-8")
    told = (folder / "2.ndjson.told").read_text(encoding="utf-8")
    assert " 0 new, 3 changed, 0 back, 0 gone; 3 offers," in told
    assert told.endswith("; 2 too deep or too large to be read\n")
    receipt = json.loads((folder / "register.sqlite.receipt.json").read_text(encoding="utf-8"))
    assert receipt["counts"]["unread"] == 2
    assert receipt["unread"] == sorted(ids(folder)[:2])
    assert "too deep or too large to be read: 2 documents (" in run_ok("status", folder=folder)


def test_the_build_names_them_and_shows_what_was_read_before(folder: Path) -> None:
    done = run("build", folder=folder)
    assert done.returncode == 0, done.stderr
    report = (folder / "register.sqlite.unreadable.txt").read_text(encoding="utf-8")
    deep, large, _ = ids(folder)
    assert f"ulæselig\t{deep}\ter indlejret i {2_000 + LEVELS_AROUND} niveauer; der læses {DEEPEST}\n" in report
    assert f"ulæselig\t{large}\tfylder " in report
    assert report.count("\n") == 2 + report.count("delvist læst")
    for id_ in ids(folder):
        page = (folder / "site" / "tilbud" / f"{id_.rpartition('-')[0]}.html").read_text(encoding="utf-8")
        assert "Ikke længere i registret" not in page
    assert "bunden" in page


def test_the_archive_keeps_them_to_the_letter(folder: Path) -> None:
    run_ok("archive", "verify", folder=folder)
    run_ok("archive", "backup", "kopi.sqlite", folder=folder)
    target = folder / "ud.ndjson"
    run_ok("archive", "export", "--as-dump", target.name, "--audience", "internal", folder=folder)
    assert nested(2_000) in target.read_text(encoding="utf-8")


def test_a_larger_limit_reads_the_large_one(folder: Path) -> None:
    deep, _, _ = ids(folder)
    told = run_ok("build", folder=folder, env={"TILBUDSSPEJL_LIMITS__DOCUMENT_BYTES": "1000000"})
    report = (folder / "register.sqlite.unreadable.txt").read_text(encoding="utf-8")
    assert [row for row in report.splitlines() if row.startswith("ulæselig")] == [
        f"ulæselig\t{deep}\ter indlejret i {2_000 + LEVELS_AROUND} niveauer; der læses {DEEPEST}"
    ]
    assert told
