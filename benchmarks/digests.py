"""Whether a change of the code changes a byte of what it builds: demo registers of each layout, built and compared.

    python -m benchmarks.digests FOLDER [--offers 200] [--offers 2000] [--layout version]

The first run makes the registers in FOLDER and pulls them, builds their sites and keeps the SHA-256 of each file and of
what the index of `search` holds in FOLDER/digests.json. Each later run builds the sites anew from the same archives and
compares: what is new, gone or different goes to stdout, by register, and ends it with exit 1. `--accept` keeps what is
there now, when a difference is meant.
"""

import hashlib
import json
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from generator.demo import Layout
from tests.site.differences import LAYOUTS, searchable
from tests.support.register import make_demo, run_ok

Digests = dict[str, dict[str, str]]  # by register, by file

MOST_TOLD = 20  # files of a register

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def main(
    folder: Annotated[Path, typer.Argument(help="Where the registers and digests.json lie.")],
    offers: Annotated[list[int] | None, typer.Option(help="Registers of so many offers; 200 and 2,000.")] = None,
    layout: Annotated[list[str] | None, typer.Option(help="Only in this layout.")] = None,
    accept: Annotated[bool, typer.Option("--accept", help="Keep what is there now.")] = False,
) -> None:
    """Build demo registers, and compare every file with the first time."""
    kept = folder / "digests.json"
    before: Digests = json.loads(kept.read_bytes()) if kept.exists() else {}
    after: Digests = {}
    for number in offers or [200, 2000]:
        for name in LAYOUTS:
            if not layout or name in layout:
                register = f"{name}-{number}"
                sys.stderr.write(f"{register}\n")
                after[register] = _built(folder / register, name, number)
    differing = 0
    for register, files in after.items():
        changed = _changed(before.get(register, files), files)
        differing += len(changed)
        sys.stdout.write(f"{register}: {len(files)} files, {len(changed)} differ\n")
        sys.stdout.writelines(f"    {line}\n" for line in changed[:MOST_TOLD])
    if accept or not differing:
        kept.write_text(json.dumps(before | after, indent=1, sort_keys=True), encoding="utf-8")
        return
    raise typer.Exit(1)


def _built(register: Path, layout: Layout, offers: int) -> dict[str, str]:
    """The digest of each file of a site that is built anew."""
    if not register.exists():
        register.parent.mkdir(parents=True, exist_ok=True)
        make_demo(register, offers, layout=layout)
    shutil.rmtree(register / "site", ignore_errors=True)
    run_ok("build", "--workers", "2", folder=register)
    site = register / "site"
    files = {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}
    # Its fingerprint is also one of the program's own files.
    marker = json.loads(files.pop(".tilbudsspejl.json"))
    files[".tilbudsspejl.json"] = json.dumps({**marker, "fingerprint": "-"}).encode()
    for name, content in searchable(register / "register.sqlite.search"):
        if name != "meta.json":
            files[f"search index: {name}"] = content
    return {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def _changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    return [
        f"{'new' if name not in before else 'gone' if name not in after else 'differs'}: {name}"
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    ]


if __name__ == "__main__":
    app()
