"""Two registers that differ in one field give the same bytes where it is withheld; every field, every layout."""

import subprocess
import sys
from pathlib import Path

import pytest

from generator.register.mapping.mapping import default_mapping
from tests.site.differences import LAYOUTS, UNMAPPED, another, compared, fields, groups

ROOT = Path(__file__).parents[2]


def differences(*arguments: str) -> subprocess.CompletedProcess[str]:
    """`benchmarks.differences`, in a process of its own: a build with one worker changes the one that it runs in."""
    command = [sys.executable, "-m", "benchmarks.differences", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode in (0, 1) and " pairs differ\n" in done.stdout, done.stderr[-3000:]
    return done


def test_all_but_the_status_can_be_withheld_and_each_field_has_its_turn() -> None:
    sources = default_mapping().sources
    assert {*fields()} == {*sources.values(), *UNMAPPED} - {sources["status"]}
    assert sorted(path for _, paths in groups() for path in paths) == sorted(fields())
    assert {layout for layout, _ in groups()} == {*LAYOUTS}


def test_nothing_tells_what_a_withheld_field_holds() -> None:
    done = differences("--share")
    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith(f"{len(fields())} fields in ") and "; 0 of 8 pairs differ" in done.stdout


def test_a_field_that_is_let_through_is_found() -> None:
    leak = "tilbud.kontakt.leder"
    done = differences("--share", "--field", leak, "--open", leak)
    assert done.returncode == 1 and "; 1 of 1 pairs differ" in done.stdout, done.stdout
    assert f"{leak}\n" in done.stdout and "search/lexicon-" in done.stdout


def test_an_earlier_observation_that_differs_in_withheld_fields_is_none() -> None:
    layout, paths = groups()[-1]
    done = differences("--share", "--layout", layout, "--kind", "seen", *(f"--field={path}" for path in paths))
    assert done.returncode == 0, done.stdout


def test_no_version_begins_where_only_a_withheld_value_changed() -> None:
    done = differences("--layout", "periods", "--kind", "alone", "--field", "tilbud.takster[].beloeb")
    assert done.returncode == 0, done.stdout


def test_any_byte_is_a_difference() -> None:
    one = {"a.html": b"same", "b.html": b"left", "c.html": b""}
    assert compared(one, one) == []
    assert compared(one, {"a.html": b"same", "b.html": b"lost", "d.html": b""}) == [
        "c.html: only in one of the two",
        "d.html: only in one of the two",
        "b.html: 'left' is 'lost'",
    ]


@pytest.mark.parametrize("value", [None, "", "0751", "2026-01-31", "SEL § 107", "Birk", 7, 4.2, True, [1], {"a": "b"}])
def test_another_value_is_another_one_of_the_same_kind(value: object) -> None:
    assert another(value) != value and another(value) == another(value)
    assert value in (None, "") or type(another(value)) is type(value)
