"""The command line as an operator meets it: one clear line, the right exit code, archive and site as they were."""

import gzip
import hashlib
import shutil
from pathlib import Path

import orjson
import pytest

from generator.commands.init import init
from tests.support.elasticsearch import FaultyProxy, Loader, Reply, Server
from tests.support.register import make_demo, real_documents, run, run_ok, write_dump

CONFIG = """
[source]
environment = "preprod"
[source.preprod]
url = "{url}"
index = "{index}"
type = "{type}"
allow_clear_text = {clear}
"""


def state(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith((".lock", ".attempt.json"))  # the latter tells how a pull failed
    }


def configure(
    folder: Path, url: str, index: str = "tilbud-preprod", type_: str = "tilbud", clear: str = "true"
) -> None:
    text = CONFIG.format(url=url, index=index, type=type_, clear=clear)
    (folder / "tilbudsspejl.toml").write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small demo register, pulled and built, that no command may harm."""
    folder = make_demo(tmp_path_factory.mktemp("cli") / "register", offers=6)
    run_ok("build", folder=folder)
    return folder


def credentials(server: Server) -> dict[str, str]:
    assert server.username and server.password
    return {"TILBUDSSPEJL_USERNAME": server.username, "TILBUDSSPEJL_PASSWORD": server.password}


def fails(folder: Path, *arguments: str, code: int, names: str, env: dict[str, str] | None = None) -> str:
    """Asserts one line on stderr that names the thing, nothing on stdout, and that nothing has changed."""
    before = state(folder)
    done = run(*arguments, folder=folder, env=env)
    lines = [line for line in done.stderr.strip().splitlines() if not line.startswith("note:")]
    assert done.returncode == code, done.stderr
    assert len(lines) == 1 and lines[0].startswith("tilbudsspejl: ") and names in lines[0], done.stderr
    assert done.stdout == ""
    assert state(folder) == before
    return lines[0]


# ---- Dumps ---------------------------------------------------------------------------------


@pytest.mark.parametrize("option", ["--full", "--resume"])
def test_options_that_a_dump_has_no_use_for(built: Path, option: str) -> None:
    fails(built, "pull", option, "--from", "demo.ndjson.zst", code=2, names="a dump is always read whole")


def test_a_dump_that_is_not_there(built: Path) -> None:
    fails(built, "pull", "--from", "findes-ikke.ndjson", code=2, names="findes-ikke.ndjson")


def test_a_truncated_dump(built: Path) -> None:
    whole = b"".join(orjson.dumps(document) + b"\n" for document in real_documents(3))
    (built / "kort.ndjson").write_bytes(whole[:-700])
    (built / "kort.ndjson.gz").write_bytes(gzip.compress(whole)[:-100])
    (built / "kort.ndjson.zst").write_bytes((built / "demo.ndjson.zst").read_bytes()[:-2000])
    for name in ("kort.ndjson", "kort.ndjson.gz", "kort.ndjson.zst"):
        fails(built, "pull", "--from", name, "--environment", "preprod", code=4, names=name)


def test_a_dump_with_a_broken_line(built: Path) -> None:
    lines = (orjson.dumps(document) for document in real_documents(3))
    (built / "brudt.ndjson").write_bytes(b"\n".join([next(lines), b'{"_id": "x", "_sou', *lines, b""]))
    line = fails(built, "pull", "--from", "brudt.ndjson", "--environment", "preprod", code=5, names="brudt.ndjson")
    assert "line 2" in line


def test_a_dump_of_fewer_documents_than_expected(built: Path) -> None:
    fails(built, "pull", "--from", "demo.ndjson.zst", "--expect", "999999", code=4, names="999999")


def test_an_empty_dump(built: Path) -> None:
    (built / "tom.ndjson").write_bytes(b"")
    fails(built, "pull", "--from", "tom.ndjson", "--environment", "preprod", code=4, names="tom.ndjson")


def test_real_data_into_a_demo_archive_and_a_mixture(built: Path) -> None:
    write_dump(built / "rigtig.ndjson", real_documents(3))
    fails(built, "pull", "--from", "rigtig.ndjson", "--environment", "prod", code=2, names="demo")
    fails(built, "pull", "--from", "rigtig.ndjson", code=2, names="--environment")
    mixed = [*real_documents(2), {"_id": "1-1", "_type": "t", "_source": {"TilbudEnvelope": {"demo": True}}}]
    write_dump(built / "blandet.ndjson", mixed)
    fails(built, "pull", "--from", "blandet.ndjson", code=5, names="demo")


def test_a_dump_from_standard_input(tmp_path: Path) -> None:
    import subprocess
    import sys

    init(tmp_path)
    dump = b"".join(orjson.dumps(document) + b"\n" for document in real_documents(3))
    done = subprocess.run(
        [sys.executable, "-m", "generator", "pull", "--from", "-", "--environment", "prod"],
        cwd=tmp_path, input=dump, capture_output=True, check=False,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert b"pull 1: " in done.stdout


# ---- Elasticsearch -------------------------------------------------------------------------


def test_a_closed_port(built: Path) -> None:
    configure(built, "http://127.0.0.1:9")
    fails(built, "pull", code=4, names="127.0.0.1:9")


def test_a_wrong_password_index_and_type(built: Path, elasticsearch: Server, loader: Loader) -> None:
    loader.load("tilbud-preprod", real_documents(2))
    right = credentials(elasticsearch)
    wrong = {**right, "TILBUDSSPEJL_PASSWORD": "forkert"}
    configure(built, elasticsearch.url)
    assert "TILBUDSSPEJL_PASSWORD" in fails(built, "pull", code=4, names="401", env=wrong)
    fails(built, "pull", code=4, names="401")
    configure(built, elasticsearch.url, index="findes-ikke")
    fails(built, "pull", code=4, names="'findes-ikke'", env=right)
    configure(built, elasticsearch.url, type_="forkert")
    fails(built, "pull", code=4, names="'forkert'", env=right)
    configure(built, elasticsearch.url, clear="false")
    fails(built, "pull", code=2, names="allow_clear_text", env=right)


def test_a_redirect_is_not_followed(built: Path, elasticsearch: Server) -> None:
    env = credentials(elasticsearch)
    with FaultyProxy(None, lambda n, method, path: Reply(200, b"{}")) as bystander:
        there = Reply(302, b"", {"Location": f"{bystander.url}/"})
        with FaultyProxy(elasticsearch, lambda n, method, path: there) as proxy:
            configure(built, proxy.url)
            fails(built, "pull", code=4, names="redirect", env=env)
        assert bystander.requests == []


def test_the_main_job_from_a_real_server(tmp_path: Path, elasticsearch: Server, loader: Loader) -> None:
    loader.load("tilbud-preprod", (orjson.loads(line) for line in _demo_lines()))
    env = credentials(elasticsearch)
    configure(tmp_path, elasticsearch.url)
    done = run("pull", folder=tmp_path, env=env)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("clear text") == 1
    run_ok("build", folder=tmp_path)
    assert len(list((tmp_path / "site" / "tilbud").glob("*.html"))) == 10
    assert "0 new" in run_ok("pull", folder=tmp_path, env=env)


def _demo_lines() -> list[bytes]:
    from generator.demo import dump_lines

    return list(dump_lines(10, 3))


# ---- Configuration and usage ---------------------------------------------------------------


def test_an_unknown_key_gets_the_nearest_name(tmp_path: Path) -> None:
    (tmp_path / "tilbudsspejl.toml").write_text('[site]\noutptu = "x"\n', encoding="utf-8")
    line = fails(tmp_path, "build", code=2, names="site.outptu")
    assert "tilbudsspejl.toml" in line and "'output'" in line


def test_an_archive_that_is_missing_or_damaged_or_anothers(tmp_path: Path) -> None:
    init(tmp_path)
    fails(tmp_path, "build", code=2, names="register.sqlite")
    (tmp_path / "register.sqlite").write_bytes(b"dette er ikke en database" * 100)
    fails(tmp_path, "build", code=5, names="register.sqlite")


def test_init_never_overwrites(tmp_path: Path) -> None:
    run_ok("init", "nyt", folder=tmp_path)
    assert {p.name for p in (tmp_path / "nyt").iterdir()} == {
        "tilbudsspejl.toml", "mapping.toml", "agreement.toml", "content",
    }  # fmt: skip
    fails(tmp_path, "init", "nyt", code=2, names="tilbudsspejl.toml")


def test_nothing_is_written_over_or_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine", encoding="utf-8")
    for command, name in (("demo", "demo.ndjson.zst"), ("demo", "demo-earlier.ndjson.zst"), ("init", "mapping.toml")):
        for target in ("../precious", "../nowhere"):
            folder = tmp_path / "new"
            folder.mkdir()
            (folder / name).symlink_to(target)
            fails(tmp_path, command, "new", code=2, names=f"new/{name}: is there already")
            assert (folder / name).is_symlink()
            shutil.rmtree(folder)
    assert (tmp_path / "precious").read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "nowhere").exists()


LONG = "a" * 300


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["init", "file/x"], "file/x: Not a directory: a file stands where a folder is meant"),
        (["demo", "file/x"], "file/x: Not a directory: a file stands where a folder is meant"),
        (["init", LONG], f"{LONG}: File name too long: choose a shorter name"),
        (["demo", LONG], f"{LONG}: File name too long: choose a shorter name"),
        (["build", "--output", LONG], f"{LONG}: File name too long: choose a shorter name"),
        (["build", "--output", "file/x"], "file/x: its folder can't be written to"),
        (["archive", "backup", LONG], f"{LONG}: can't be made (File name too long); choose another name"),
        (["archive", "export", "--as-dump", LONG], f"{LONG}: can't be made (File name too long)"),
        (["archive", "backup", "file/x"], "file/x: can't be made (Not a directory)"),
        (["pull", "--from", ""], "--from: empty; name a dump"),
    ],
)
def test_a_name_that_cannot_be_is_a_wrong_call(built: Path, arguments: list[str], names: str) -> None:
    (built / "file").touch()
    fails(built, *arguments, code=2, names=names)


@pytest.mark.parametrize("arguments", [["pul"], ["pull", "--form", "x"], ["search"], ["build", "--workers", "0"], []])
def test_commands_typed_wrong(tmp_path: Path, arguments: list[str]) -> None:
    done = run(*arguments, folder=tmp_path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr and (done.stderr.strip() or done.stdout.strip())


def test_search_prints_lines_or_json(built: Path) -> None:
    (built / "tilbudsspejl.toml").unlink()
    lines = run_ok("search", "SEL", "§", "104", folder=built).splitlines()
    hits = orjson.loads(run_ok("search", "SEL § 104", "--json", folder=built))
    assert [line.split()[0] for line in lines] == [hit["tilbudsId"] for hit in hits] != []
    assert all((built / "site" / hit["side"]).is_file() for hit in hits)
    assert orjson.loads(run_ok("search", "findesikkexyz", "--json", folder=built)) == []
