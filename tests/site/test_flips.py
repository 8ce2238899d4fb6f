"""One flipped bit in an archive: the same pages, or exit 5 with one line; `benchmarks.flips` does it for longer."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.site.flips import ARCHIVE, regions
from tests.support.register import make_demo

ROOT = Path(__file__).parents[2]
FLIPS, OFFERS, BUILDS = "60", "10", "3"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on memory")
def test_no_flipped_bit_is_published_or_goes_unforeseen() -> None:
    # In a process of its own: it may take no more than so much memory, and a build with one worker is changed by it.
    command = [sys.executable, "-m", "benchmarks.flips", "--flips", FLIPS, "--offers", OFFERS, "--builds", BUILDS]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert f"{FLIPS} flips in " in done.stdout
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in done.stdout.splitlines() if line[:1] == "|"]
    hit = {row[0]: int(row[2]) for row in rows[2:-1]}
    assert all(hit[region] for region in ("header", "schema", "meta", "pulls", "offers", "overflow")), hit
    assert f"; {BUILDS} of the sites" in done.stdout


def test_the_regions_are_all_there_is(tmp_path: Path) -> None:
    content = (make_demo(tmp_path / "register", offers=6) / ARCHIVE).read_bytes()
    found = list(regions(content))
    assert {"header", "schema", "meta", "pulls", "offers", "present", "mappings", "overflow"} <= {n for n, _ in found}
    places = [place for _, part in found for place in part]
    assert len(places) == len(set(places)), "a byte in two regions"
    assert max(places) == len(content) - 1
