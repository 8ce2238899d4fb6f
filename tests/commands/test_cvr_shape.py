"""The platform's own public shape, production units of CVR, from an index behind a dated alias to a right site."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from tests.support import cvr_shape
from tests.support.elasticsearch import FaultyProxy, Loader, Server
from tests.support.platform import as_on_the_platform
from tests.support.register import run, run_ok
from tests.support.sites import AGREEMENT

NEXT_INDEX = "cvr-permanent-20260908"

# What an operator writes after what `source check` has said: the layout that it names, the key, and what only who
# knows the register can tell. A field or table that the source doesn't have is taken out.
CORRECTED = {
    "layout": '"periods"',
    "life_cycle": '"livsforloeb"',
    "tilbudsId": '["pNummer"]',
    "navn": '"navne.navn"',
    "status": '"produktionsEnhedMetadata.sammensatStatus"',
}
ADDED = """
"adresse.husbogstav" = "beliggenhedsadresse.bogstavFra"
"adresse.doer" = "beliggenhedsadresse.sidedoer"
"""
NOT_THERE = {"identity": r"version|gyldigFra|gyldigTil", "lists": r".*", "enriched": r'".*|driftsherre'}


def corrected(proposed: str) -> str:
    """The proposed mapping with these lines, and without those for which nothing was proposed."""
    lines, table = [], ""
    for line in proposed.splitlines():
        if head := re.fullmatch(r"\[(\w+)\]", line):
            table = head[1]
        key = line.partition(" = ")[0]
        if table in ("document", "identity", "fields") and key in CORRECTED:
            lines.append(f"{key} = {CORRECTED[key]}")
        elif " = " not in line or line.startswith("#") or not is_not_there(table, key, line):
            lines.append(line)
    return "\n".join(lines).replace("[fields]\n", f"[fields]{ADDED}", 1) + "\n"


def is_not_there(table: str, key: str, line: str) -> bool:
    """Whether a line names what the source doesn't have."""
    if table == "fields":
        return "# proposed" not in line
    return re.fullmatch(NOT_THERE.get(table, ""), key) is not None


def point(server: Server, index: str, *instead_of: str) -> None:
    actions = [{"remove": {"index": old, "alias": cvr_shape.ALIAS}} for old in instead_of]
    answer = server.call(
        "POST", "/_aliases", {"actions": [*actions, {"add": {"index": index, "alias": cvr_shape.ALIAS}}]}
    )
    assert answer.status == 200, answer.body


@pytest.fixture
def platform(elasticsearch: Server, loader: Loader) -> Iterator[FaultyProxy]:
    loader.create(cvr_shape.INDEX, doc_type=cvr_shape.TYPE, mapping=cvr_shape.mapping())
    loader.add(cvr_shape.INDEX, cvr_shape.documents())
    point(elasticsearch, cvr_shape.INDEX)
    with FaultyProxy(elasticsearch, as_on_the_platform(elasticsearch)) as proxy:
        yield proxy


def configured(folder: Path, url: str) -> None:
    run_ok("init", folder=folder)
    toml = folder / "tilbudsspejl.toml"
    text = toml.read_text(encoding="utf-8").replace('url = ""', f'url = "{url}"', 1)
    text = text.replace('index = "tilbud-preprod"', f'index = "{cvr_shape.ALIAS}"', 1)
    text = text.replace('type = "tilbud"', f'type = "{cvr_shape.TYPE}"', 1)
    toml.write_text(text.replace("allow_clear_text = false", "allow_clear_text = true", 1), encoding="utf-8")
    (folder / "agreement.toml").write_text(AGREEMENT, encoding="utf-8")


def words(page: Path) -> str:
    return " ".join(BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").get_text(" ").split())


def test_production_units_of_cvr(tmp_path: Path, platform: FaultyProxy, elasticsearch: Server, loader: Loader) -> None:
    env = {
        "TILBUDSSPEJL_USERNAME": elasticsearch.username or "",
        "TILBUDSSPEJL_PASSWORD": elasticsearch.password or "",
    }
    configured(tmp_path, platform.url)
    checked = run("source", "check", "--write", "ny.toml", folder=tmp_path)
    assert checked.returncode == 5
    assert "layout: the source looks like 'periods'" in checked.stdout
    assert "document.wrapper = 'TilbudEnvelope' -> 'VrproduktionsEnhed'" in checked.stdout
    assert "-> 'beliggenhedsadresse.kommune.kommuneKode'" in checked.stdout
    assert "-> 'beliggenhedsadresse.vejkode'" not in checked.stdout
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(corrected((tmp_path / "ny.toml").read_text(encoding="utf-8")), encoding="utf-8")
    assert run("source", "check", folder=tmp_path).stdout.startswith("covered: 18 of 18")

    sampled = run_ok("source", "check", "--sample", "5", folder=tmp_path, env=env)
    assert "sidstIndlaest (identity.sidstIndlaest = 'sidstIndlaest') in 3: " in sampled
    assert "husbogstav (fields.adresse.husbogstav = 'beliggenhedsadresse.bogstavFra') in 2: 'A', 'B'" in sampled

    run_ok("pull", folder=tmp_path, env=env)
    built = run("build", folder=tmp_path)
    assert built.returncode == 0, built.stderr
    assert "1000000002" in built.stderr and "har status 'Aktiv'" in built.stderr, "the contradiction is told"
    assert_right(tmp_path / "site")

    # The platform fills a new index each time, and switches the alias.
    loader.create(NEXT_INDEX, doc_type=cvr_shape.TYPE, mapping=cvr_shape.mapping())
    renamed = cvr_shape.documents()
    names = renamed[2]["_source"][cvr_shape.WRAPPER]["navne"]
    names[-1]["periode"]["gyldigTil"] = "2026-08-31"
    names.append({"navn": "Den nye nabo", **cvr_shape.period("2026-09-01")})
    loader.add(NEXT_INDEX, renamed)
    point(elasticsearch, NEXT_INDEX, cvr_shape.INDEX)
    assert "0 new, 1 changed, 0 back, 0 gone; 3 offers" in run_ok("pull", folder=tmp_path, env=env)
    run_ok("build", folder=tmp_path)
    neighbour = words(tmp_path / "site" / "tilbud" / "1000000003.html")
    assert "Navn: ændret fra Naboen til Den nye nabo" in neighbour


def assert_right(site: Path) -> None:
    """Each unit is filed under the municipality where it lies now, in operation or ended, with its past."""
    ballerup, aarhus = words(site / "kommune" / "0151.html"), words(site / "kommune" / "0751.html")
    assert "Det Nye Prøvehus" in ballerup and "Naboen" in ballerup and "2 tilbud i drift" in ballerup
    assert "Huset der lukkede" in aarhus and "Det Nye Prøvehus" not in aarhus
    assert not (site / "kommune" / "0615.html").exists(), "the number of a street is no municipality"
    ceased = words(site / "ophoerte.html")
    assert re.search(r"Huset der lukkede.*Ophørt 30. september 2020", ceased)
    assert "Naboen" not in ceased

    moved = words(site / "tilbud" / "1000000001.html")
    assert "Hed tidligere Prøvehuset" in moved and "Prøvevej 12A, 2750 Ballerup" in moved
    assert "Adresse: ændret fra Opdigtet Allé 7, 8000 Aarhus C til Prøvevej 12A, 2750 Ballerup" in moved
    assert "Navn: ændret fra Prøvehuset til Det Nye Prøvehus" in moved
    versions = BeautifulSoup((site / "tilbud" / "1000000001.html").read_text(encoding="utf-8"), "html.parser")
    begun = [entry.select_one("time[datetime]") for entry in versions.select("[data-version]")]
    assert [time["datetime"] for time in begun if time] == ["2021-03-01", "2019-06-01", "2015-01-01"]
    assert "Prøvevej 12B, 2. th, 2750 Ballerup" in words(site / "tilbud" / "1000000003.html")
    ended = words(site / "tilbud" / "1000000002.html")
    assert "30. september 2020" in ended and "registret angiver" in ended.casefold()
