"""What README, docs and CONTRIBUTING say: their commands run, their links and paths lead somewhere."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.support.elasticsearch import FaultyProxy, Loader, Server
from tests.support.platform import as_on_the_platform
from tests.support.register import make_demo, real_documents
from tests.support.source_fields import default_types, index_mapping, renamed
from tests.support.tools import missing_tool

ROOT = Path(__file__).parents[1]
README, DOCS = ROOT / "README.md", ROOT / "docs"
PAGES = (README, ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md")))
CHECK_FAILED = 5  # what `source check` ends with as long as a name is wrong
MOST_LINES = 150  # of the README: what a new user needs

# What stands for an editor: the address in one file, the agreement in another, as an operator would fill them in.
EDITOR = """\
import os, re, sys
from pathlib import Path
path = Path(sys.argv[1])
text = path.read_text(encoding="utf-8")
if path.name == "tilbudsspejl.toml":
    text = re.sub(r'url = ""', f'url = "{os.environ["SERVER"]}"', text, count=1)
    text = text.replace("allow_clear_text = false", "allow_clear_text = true", 1)
elif path.name == "agreement.toml":
    text = text.replace('reference = ""', 'reference = "1"').replace('party = ""', 'party = "Spejl"')
    text = text.replace("# valid_from = ", "valid_from = ").replace("# valid_until = ", "valid_until = ")
    text = text.replace("environments = []", 'environments = ["preprod"]').replace("permit = []", 'permit = ["*"]')
path.write_text(text, encoding="utf-8")
"""


def blocks(page: Path) -> Iterator[list[str]]:
    """The lines of each block of commands of a page."""
    for block in re.findall(r"(?:^    .*\n)+", page.read_text(encoding="utf-8"), re.MULTILINE):
        yield [line[4:] for line in block.splitlines()]


def commands(page: Path) -> list[str]:
    """The blocks of a page in which `tilbudsspejl` is called, as scripts."""
    return ["\n".join(lines) for lines in blocks(page) if any(line.startswith("tilbudsspejl ") for line in lines)]


def shell(script: str, folder: Path, environment: Mapping[str, str] | None = None, *, code: int = 0) -> str:
    """Runs a script as a person would, each command must end with `code`; returns what it said on stdout."""
    programs = folder.parent / "programs"
    programs.mkdir(exist_ok=True)
    for name, arguments in (("tilbudsspejl", "-m generator"), ("editor", f"{programs / 'edit.py'}")):
        (programs / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments} "$@"\n', encoding="utf-8")
        (programs / name).chmod(0o755)
    (programs / "edit.py").write_text(EDITOR, encoding="utf-8")
    ours = {
        "PATH": f"{programs}:/usr/bin:/bin",
        "PYTHONPATH": str(ROOT),
        "LANG": "C.UTF-8",
        "EDITOR": str(programs / "editor"),
    }
    lines = [re.sub(r" +# .*", "", line) for line in script.split("\n")]
    ended = f"[ $? = {code} ] || exit 9"
    done = subprocess.run(
        ["sh", "-uc", "\n".join(f"{line}\n{ended}" if line.startswith("tilbudsspejl ") else line for line in lines)],
        cwd=folder,
        env={**ours, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up register with offers in every municipality, pulled and built."""
    folder = make_demo(tmp_path_factory.mktemp("docs") / "register", offers=200)
    shell("tilbudsspejl build", folder)
    return folder


def test_the_readme_holds_what_a_new_user_needs() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def credentials_of(server: Server) -> dict[str, str]:
    """What an operator sets in the environment."""
    assert server.username and server.password
    return {"TILBUDSSPEJL_USERNAME": server.username, "TILBUDSSPEJL_PASSWORD": server.password}


def test_a_mirror_runs_as_the_readme_says(tmp_path: Path, elasticsearch: Server, loader: Loader) -> None:
    loader.create("tilbud-preprod", mapping=index_mapping(default_types()))
    loader.add("tilbud-preprod", real_documents(20))
    first, nightly = commands(README)
    setting_up, _, rest = first.partition("cd ../spejl\n")
    assert setting_up.startswith("make venv"), "the rest is run as it stands"
    folder = tmp_path / "spejl"
    folder.mkdir()
    rest = re.sub(r"^export .*$", "", rest, flags=re.MULTILINE)
    credentials = credentials_of(elasticsearch)
    with FaultyProxy(elasticsearch, as_on_the_platform(elasticsearch)) as platform:
        shell(rest, folder, {"SERVER": platform.url, **credentials})
        assert (folder / "site" / "index.html").exists()
        assert "0 new" in shell(nightly, folder, credentials)


def test_true_names_are_found_as_the_page_on_the_mapping_says(
    tmp_path: Path, elasticsearch: Server, loader: Loader
) -> None:
    loader.create("tilbud-preprod", mapping=index_mapping(renamed(default_types(), {"tilbud.navn": "tilbud.navnet"})))
    loader.add("tilbud-preprod", real_documents(5))
    folder = tmp_path / "spejl"
    folder.mkdir()
    (script,) = commands(DOCS / "mapping.md")
    with FaultyProxy(elasticsearch, as_on_the_platform(elasticsearch)) as platform:
        shell("tilbudsspejl init\n$EDITOR tilbudsspejl.toml", folder, {"SERVER": platform.url})
        shell(script, folder, credentials_of(elasticsearch), code=CHECK_FAILED)
        assert "covered: 80 of 80" in shell("tilbudsspejl source check", folder)


@pytest.mark.parametrize("page", ["search.md", "operating.md", "archive.md"])
def test_what_a_page_shows_can_be_typed(page: str, register: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(register, tmp_path / "register"))
    scripts = commands(DOCS / page)
    assert scripts
    for script in scripts:
        # A day on which there was this archive already.
        shell(re.sub(r"(--as-of) \S+", r"\1 2999-12-31", script), folder)


def test_the_digest_can_be_checked_by_the_lines_shown(register: Path, tmp_path: Path) -> None:
    programs = ("sqlite3", "zstd", "jq", "sha256sum")
    if missing := [program for program in programs if shutil.which(program) is None]:
        missing_tool(f"the lines of docs/archive.md need {', '.join(missing)}")
    folder = Path(shutil.copytree(register, tmp_path / "register"))
    (script,) = ("\n".join(lines) for lines in blocks(DOCS / "archive.md") if "mkdir frames" in lines)
    done = subprocess.run(["sh", "-euc", script], cwd=folder, capture_output=True, text=True, check=True, timeout=60)
    computed, stored = done.stdout.split()[0], done.stdout.split()[-1]
    assert computed == stored and re.fullmatch("[0-9a-f]{64}", stored)


def test_the_commands_are_those_of_the_command_line(tmp_path: Path) -> None:
    made = tmp_path / "commands.md"
    subprocess.run(
        [sys.executable, "-m", "typer", "generator.cli", "utils", "docs", "--name", "tilbudsspejl", "--output", made],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "80"},
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert (DOCS / "commands.md").read_text(encoding="utf-8") == made.read_text(encoding="utf-8"), "make docs"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_paths_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    assert [link for link in links if not (page.parent / link.partition("#")[0]).exists()] == []
    own = re.findall(r"`((?:generator|templates|static|tests|tools|benchmarks|\.github|\.ci)/[^`\s*…]*)`", text)
    assert [path for path in own if not (ROOT / path).exists()] == []


def test_every_page_of_the_docs_is_named_by_the_readme() -> None:
    text = README.read_text(encoding="utf-8")
    assert [page.name for page in DOCS.glob("*.md") if f"](docs/{page.name})" not in text] == []


def test_every_command_is_described() -> None:
    described = (DOCS / "operating.md").read_text(encoding="utf-8")
    named = re.findall(r"^## `tilbudsspejl (\w+)`", (DOCS / "commands.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(named) > 5 and [name for name in named if f"`tilbudsspejl {name}" not in described] == []
