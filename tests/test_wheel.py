"""The wheel, built and installed into an empty environment, does the whole job away from the source tree."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import zstandard
from uv import find_uv_bin

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, as `python -m build` makes it."""
    folder = tmp_path_factory.mktemp("wheel")
    run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)])
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installed command, in an environment with nothing but the wheel and what it asks for, as locked."""
    environment = tmp_path_factory.mktemp("installed") / "venv"
    uv = find_uv_bin()
    run([uv, "venv", "--quiet", "--python", sys.executable, str(environment)])
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    lock = ROOT / "requirements.lock"
    run([uv, "pip", "install", "--quiet", "--python", str(python), "--constraint", str(lock), str(wheel)])
    return python.with_name("tilbudsspejl.exe" if os.name == "nt" else "tilbudsspejl")


def test_wheel_holds_every_template_and_static_file(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    for folder in ("templates", "static"):
        files = {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("*") if path.is_file()}
        assert files, f"{folder}/ is empty"
        assert {f"generator/{file}" for file in files} <= packed
    assert "generator/py.typed" in packed
    assert not {name for name in packed if name.split("/")[0] not in ("generator", dist_info(wheel))}


def test_installed_command_does_the_main_job(command: Path, tmp_path: Path) -> None:
    def tilbudsspejl(*arguments: str, folder: Path = tmp_path) -> str:
        return run([str(command), *arguments], folder)

    version = wheel_version(command)
    assert version in tilbudsspejl("--version")

    tilbudsspejl("init", "d")
    made = {path.relative_to(tmp_path / "d").as_posix() for path in (tmp_path / "d").rglob("*") if path.is_file()}
    assert {"tilbudsspejl.toml", "mapping.toml", "agreement.toml", "content/om.md"} <= made

    tilbudsspejl("demo", "d2", "--offers", "20", "--seed", "1")
    demo = tmp_path / "d2"
    tilbudsspejl("pull", "--from", "demo-earlier.ndjson.zst", "--complete", folder=demo)
    tilbudsspejl("pull", "--from", "demo.ndjson.zst", "--complete", folder=demo)
    tilbudsspejl("build", folder=demo)

    offers = offers_in(demo / "demo-earlier.ndjson.zst") | offers_in(demo / "demo.ndjson.zst")
    assert len(offers) >= 20
    assert {page.stem for page in (demo / "site" / "tilbud").glob("*.html")} == offers
    assert (demo / "site" / "index.html").is_file()

    assert json.loads(tilbudsspejl("search", "bosted", "--json", folder=demo))


def run(arguments: list[str], folder: Path | None = None) -> str:
    """Run a command as a person's shell would, nothing of this test run in its environment; its standard output."""
    ours = ("PYTHON", "VIRTUAL_ENV", "TILBUDSSPEJL_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    done = subprocess.run(arguments, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, f"{arguments}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def dist_info(wheel: Path) -> str:
    name, version = wheel.name.split("-")[:2]
    return f"{name}-{version}.dist-info"


def wheel_version(command: Path) -> str:
    """The version that the environment's own metadata tell."""
    python = command.with_name("python.exe" if os.name == "nt" else "python")
    return run([str(python), "-c", "from importlib.metadata import version; print(version('tilbudsspejl'))"]).strip()


def offers_in(dump: Path) -> set[str]:
    """The identities of the offers in a dump; documents without one have no page."""
    found = set[str]()
    with zstandard.open(dump, "rt", encoding="utf-8") as lines:
        for line in lines:
            envelope: dict[str, Any] = json.loads(line)["_source"].get("TilbudEnvelope", {})
            if (identity := envelope.get("tilbudsId")) is not None:
                found.add(str(identity))
    return found
