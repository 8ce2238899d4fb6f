"""What a build promises: the same bytes, nothing done twice, and a folder that is not ours left alone."""

import json
import re
import shutil
from pathlib import Path

import pytest

from generator.search.analysis.danish import fold
from tests.support.archives import redate
from tests.support.register import real_documents, run, run_ok, write_dump
from tests.support.sites import AGREEMENT, everything, tree

FORM = re.compile(r"(?<=[ \"])[^\W_]+(?=[=,\"])")  # in a shard of the lexicon, and in the index of the command line


def searchable(folder: Path) -> set[str]:
    """Every word that can be searched for, folded."""
    lexicons = [*(folder / "site" / "search").glob("lexicon-*.js"), folder / "register.sqlite.search" / "lexicon.json"]
    return {form for path in lexicons for form in FORM.findall(path.read_text(encoding="utf-8"))}


def test_the_same_archive_gives_the_same_bytes_for_any_number_of_workers(register: Path) -> None:
    before = tree(register / "site")
    # Another seed gives the members of a set another order.
    run_ok("build", "--workers", "3", "--output", "three", folder=register, env={"PYTHONHASHSEED": "1"})
    run_ok("build", "--workers", "1", "--output", "one", folder=register, env={"PYTHONHASHSEED": "2"})
    assert tree(register / "three") == before == tree(register / "one")


@pytest.mark.parametrize("what", ["tilbud", "soeg.js", "search", "om.html"])
def test_a_site_of_which_something_is_gone_is_built_anew(register: Path, what: str) -> None:
    before = tree(register / "site")
    path = register / "site" / what
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.write_bytes(path.read_bytes()[:-1])
    assert "nothing has changed" not in run_ok("build", folder=register)
    assert tree(register / "site") == before


def test_a_build_with_nothing_new_does_nothing(register: Path) -> None:
    stamp = (register / "site" / "index.html").stat()
    assert "nothing has changed" in run_ok("build", folder=register)
    assert (register / "site" / "index.html").stat() == stamp


def test_a_changed_setting_or_a_new_pull_builds_anew(register: Path) -> None:
    archive, hours = register / "register.sqlite", [f"2026-11-23T0{hour}:00:00+00:00" for hour in (1, 2, 3)]
    redate(archive, *hours[:2])  # of one day: another one has other new offers
    assert "offers" in run_ok("build", folder=register, env={"TILBUDSSPEJL_SITE__TITLE": "Nyt spejl"})
    assert "Nyt spejl" in (register / "site" / "index.html").read_text(encoding="utf-8")
    run_ok("pull", "--from", "demo.ndjson.zst", "--complete", folder=register)
    redate(archive, *hours)
    before = tree(register / "site")
    run_ok("build", folder=register, env={"TILBUDSSPEJL_SITE__TITLE": "Nyt spejl"})
    changed = {name for name, content in tree(register / "site").items() if before.get(name) != content}
    assert changed == {".tilbudsspejl.json", "edition.js", "index.html", "om.html"}


@pytest.mark.parametrize("content", ["file", "folder", "not ours"])
def test_a_folder_that_is_no_site_is_left_alone(register: Path, content: str) -> None:
    output = register / "vigtigt"
    if content == "file":
        output.write_text("min fil", encoding="utf-8")
    else:
        output.mkdir()
        (output / "brev.txt").write_text("kære", encoding="utf-8")
    done = run("build", "--output", "vigtigt", folder=register)
    assert (done.returncode, done.stdout) == (2, "")
    assert str(output) in done.stderr and len(done.stderr.strip().splitlines()) == 1
    assert output.read_text(encoding="utf-8") == "min fil" if content == "file" else (output / "brev.txt").is_file()


def test_an_interrupted_swap_is_repaired(register: Path) -> None:
    site = register / "site"
    before = tree(site)
    site.rename(register / ".site.old")
    (register / ".site.build").mkdir()
    assert "nothing has changed" in run_ok("build", folder=register)
    assert tree(site) == before
    assert not (register / ".site.build").exists() and not (register / ".site.old").exists()


def test_strict_refuses_unreadable_documents(register: Path) -> None:
    """And leaves the site as it was: whatever is copied on from there afterwards is what was published before."""
    before = tree(register / "site")
    done = run("build", "--strict", folder=register)
    assert done.returncode == 5, "also when there is nothing new to build"
    assert "2 documents could not be read in full, and --strict refuses them; nothing was built" in done.stderr
    (register / "tilbudsspejl.toml").write_text('[site]\ntitle = "Et andet navn"\n', encoding="utf-8")
    assert run("build", "--strict", folder=register).returncode == 5
    assert tree(register / "site") == before
    assert run("build", "--strict", "--output", "ny", folder=register).returncode == 5
    assert not (register / "ny").exists()


def test_a_build_makes_the_search_index_its_own_again(register: Path) -> None:
    run_ok("build", "--audience", "andre", "--output", "andre", folder=register)
    assert run("search", "bosted", folder=register).returncode == 3
    run_ok("build", folder=register)
    assert run_ok("search", "bosted", folder=register)


def test_a_demo_replaces_no_site_of_real_data(real: Path, register: Path) -> None:
    (real / "agreement.toml").write_text(AGREEMENT, encoding="utf-8")
    run_ok("build", folder=real)
    before = tree(real / "site")
    env = {"TILBUDSSPEJL_ARCHIVE__PATH": str(register / "register.sqlite")}
    done = run("build", folder=real, env=env)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{real / 'site'}: holds a site of real data" in done.stderr and len(done.stderr.splitlines()) == 1
    assert tree(real / "site") == before
    # The other way round, as whoever has tried the program goes on.
    env = {"TILBUDSSPEJL_SITE__OUTPUT": str(register / "site")}
    run_ok("build", folder=real, env=env)
    assert json.loads((register / "site" / ".tilbudsspejl.json").read_bytes())["is_demo"] == "False"


def test_real_data_needs_an_agreement(real: Path) -> None:
    done = run("build", folder=real)
    assert done.returncode == 3
    assert (
        done.stderr.strip()
        == "tilbudsspejl: agreement.toml: reference: not filled in; enter it from the signed agreement"
    )
    assert not (real / "site").exists()
    (real / "agreement.toml").unlink()
    assert run("build", folder=real).returncode == 3


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("valid_until = 2099-12-31", "valid_until = 2020-12-31", "valid_until"),
        ("valid_from = 2020-01-01", "valid_from = 2098-01-01", "valid_from"),
        ('["preprod"]', '["prod"]', "environments"),
        ("[audience.internal]", "[audience.public]", "audience.internal"),
    ],
)
def test_an_agreement_that_does_not_cover_it_is_named(real: Path, old: str, new: str, named: str) -> None:
    (real / "agreement.toml").write_text(AGREEMENT.replace(old, new), encoding="utf-8")
    done = run("build", folder=real)
    assert done.returncode == 3 and named in done.stderr and not (real / "site").exists()


def test_what_is_withheld_reaches_no_output(real: Path) -> None:
    """Every leader ever named is searched for in every file, index included; unpacked where it is compressed."""
    terms = AGREEMENT + 'withhold = ["kontakt.leder", "tilbud.driftsherre", "takster[].ydelse"]\n'
    (real / "agreement.toml").write_text(terms, encoding="utf-8")
    run_ok("build", folder=real)
    envelopes = [document["_source"]["TilbudEnvelope"] for document in real_documents()]
    contacts = [envelope["tilbud"].get("kontakt") or {} for envelope in envelopes]
    leaders = {str(contact["leder"]) for contact in contacts if contact.get("leder")}
    assert len(leaders) > 5
    text = everything(real)
    assert [leader for leader in leaders if leader in text] == []
    surnames = {fold(leader.split()[-1]) for leader in leaders}
    assert surnames & searchable(real) == set()
    assert 'data-field="takster"' not in text and 'data-field="driftsherre"' not in text
    assert "Ingen ændringer i viste oplysninger" in text


def test_what_is_permitted_can_be_searched_for(real: Path) -> None:
    (real / "agreement.toml").write_text(AGREEMENT, encoding="utf-8")
    run_ok("build", folder=real)
    envelopes = [document["_source"]["TilbudEnvelope"] for document in real_documents()]
    now = [e["tilbud"] for e in envelopes if e.get("gyldigTil") is None and e["tilbud"].get("kontakt")]
    surnames = {fold(tilbud["kontakt"]["leder"].split()[-1]) for tilbud in now if tilbud["kontakt"].get("leder")}
    assert len(surnames & searchable(real)) > 5


def test_without_history_only_today_is_told(real: Path) -> None:
    (real / "agreement.toml").write_text(AGREEMENT.replace("history = true", "history = false"), encoding="utf-8")
    run_ok("build", folder=real)
    pages = [p.read_text(encoding="utf-8") for p in (real / "site" / "tilbud").glob("*.html")]
    assert pages and all("data-version" not in page and "Hed tidligere" not in page for page in pages)


def test_without_ceased_they_are_nowhere(real: Path) -> None:
    (real / "agreement.toml").write_text(AGREEMENT, encoding="utf-8")
    run_ok("build", folder=real)
    ceased = {p.stem for p in (real / "site" / "tilbud").glob("*.html") if "(ophørt)" in p.read_text(encoding="utf-8")}
    assert ceased
    (real / "agreement.toml").write_text(AGREEMENT.replace("ceased = true", "ceased = false"), encoding="utf-8")
    run_ok("build", folder=real)
    text = everything(real)
    assert [identifier for identifier in ceased if f"tilbud/{identifier}.html" in text] == []


def test_a_pattern_that_matches_nothing_is_an_error(real: Path) -> None:
    (real / "agreement.toml").write_text(AGREEMENT + 'withhold = ["kontakt.lederr"]\n', encoding="utf-8")
    done = run("build", folder=real)
    assert done.returncode == 2 and "kontakt.lederr" in done.stderr and not (real / "site").exists()


def test_search_answers_only_for_the_audience_it_was_made_for(real: Path) -> None:
    (real / "agreement.toml").write_text(AGREEMENT, encoding="utf-8")
    run_ok("build", folder=real)
    assert run_ok("search", "bosted", folder=real) is not None
    (real / "agreement.toml").write_text(AGREEMENT + 'withhold = ["kontakt.leder"]\n', encoding="utf-8")
    done = run("search", "bosted", folder=real)
    assert done.returncode == 3 and "build" in done.stderr
    (real / "agreement.toml").unlink()
    assert run("search", "bosted", folder=real).returncode == 3


def test_hostile_values_never_end_a_build(tmp_path: Path) -> None:
    """What once did: a lone surrogate as id, a number beyond floats, a document deeper than is read, which is named."""
    deep: object = "bund"
    for _ in range(600):
        deep = {"a": deep}
    lines = []
    for number, odd in enumerate((10**400, deep, "x\x00\x1b[31my", [[{"a": 1}]])):
        tilbud = {
            "navn": f"Nr. {number}",
            "ukendt": odd,
            "godkendelse": {"pladser": [{"paragraf": "§ 1", "antal": odd}]},
        }
        envelope = {"demo": True, "tilbudsId": f"t{number}", "version": 1, "gyldigFra": "2020-01-01", "tilbud": tilbud}
        envelope["status"] = "AKTIV"
        lines.append(json.dumps({"_id": f"t{number}-1", "_source": {"TilbudEnvelope": envelope}}))
    envelope = {"demo": True, "tilbudsId": "\ud800", "version": 1, "tilbud": {"navn": "x\ny", "alt": "\udfff"}}
    lines.append(json.dumps({"_id": "\ud800\n-1", "_source": {"TilbudEnvelope": envelope}}))
    (tmp_path / "dump.ndjson").write_text("\n".join(lines) + "\n", encoding="ascii")
    run_ok("pull", "--from", "dump.ndjson", folder=tmp_path)
    assert "4 offers, 4 versions" in run_ok("build", folder=tmp_path)
    assert len(list((tmp_path / "site" / "tilbud").glob("*.html"))) == 4
    report = (tmp_path / "register.sqlite.unreadable.txt").read_text(encoding="utf-8").splitlines()
    assert [line.split("\t")[:2] for line in report if "niveauer" in line] == [["ulæselig", "t1-1"]]
    assert not any(b"\x00" in content or b"\x1b" in content for content in tree(tmp_path / "site").values())


def test_a_withheld_field_stays_behind_in_any_shape(tmp_path: Path) -> None:
    """Elasticsearch takes "a.b" for b in a, and one item for a list of one; so does the door."""
    run_ok("init", folder=tmp_path)
    terms = AGREEMENT + 'withhold = ["kontakt.leder", "takster[].ydelse"]\n'
    (tmp_path / "agreement.toml").write_text(terms, encoding="utf-8")
    shapes: tuple[dict[str, object], ...] = (
        {"kontakt.leder": "HEMMELIG"},
        {"kontakt": "HEMMELIG"},
        {"kontakt": {"leder": {"navn": "HEMMELIG"}}},
        {"takster": {"ydelse": "a", "enhed": "HEMMELIG"}},
        {"takster": [{"ydelse": "a", "enhed": "HEMMELIG"}]},
    )
    documents = []
    for number, shape in enumerate(shapes):
        envelope = {"tilbudsId": number, "version": 1, "status": "AKTIV", "tilbud": {"navn": "Åbent", **shape}}
        documents.append({"_id": f"{number}-1", "_source": {"TilbudEnvelope": envelope}})
    write_dump(tmp_path / "dump.ndjson", documents)
    run_ok("pull", "--from", "dump.ndjson", "--environment", "preprod", folder=tmp_path)
    run_ok("build", folder=tmp_path)
    text = everything(tmp_path)
    assert "Åbent" in text and "HEMMELIG" not in text and "hemmelig" not in text


def test_what_a_build_reads_may_not_lie_in_its_output(register: Path) -> None:
    shutil.copy(register / "register.sqlite", register / "site" / "register.sqlite")
    done = run("build", folder=register, env={"TILBUDSSPEJL_ARCHIVE__PATH": "site/register.sqlite"})
    assert done.returncode == 2 and "would delete" in done.stderr
    assert (register / "site" / "register.sqlite").is_file()


def test_a_link_to_a_site_stays_a_link(register: Path) -> None:
    (register / "site").rename(register / "www")
    (register / "site").symlink_to(register / "www")
    for title in ("Et", "To"):
        run_ok("build", folder=register, env={"TILBUDSSPEJL_SITE__TITLE": title})
        assert (register / "site").is_symlink()
        assert f"– {title}</title>" in (register / "www" / "index.html").read_text(encoding="utf-8")
