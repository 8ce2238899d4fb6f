"""Imports point one way, between the packages and, inside the larger ones, between their sub-packages.

cli → commands → {pulling, building} → {source, archive, search, pages, output, demo} → register → errors
"""

import ast
from pathlib import Path

import pytest

GENERATOR = Path(__file__).parents[1] / "generator"
SUBJECTS = {"source", "archive", "search", "pages", "output", "demo"}
BESIDE = {
    "agreement", "archive_files", "atomic_file", "colours", "config", "console", "foreign", "locked_folders",
    "private_files", "progress", "removal", "resources", "secret", "signals", "tables",
}  # fmt: skip
STEPS = {*SUBJECTS, *BESIDE, "register", "errors"}
_LEAVES = (
    "archive_files", "tables", "resources", "colours", "foreign", "private_files", "removal", "secret", "signals",
)  # fmt: skip
MAY_IMPORT = {
    "errors": set(),
    **{leaf: {"errors"} for leaf in _LEAVES},
    "secret": {"register"},  # only its Unicode forms
    "console": {"secret"},
    "progress": {"console"},
    "locked_folders": {"private_files", "removal"},
    "atomic_file": {"locked_folders", "errors"},
    "register": {"tables", "errors"},
    "agreement": {"register", "tables", "errors"},
    "config": {"agreement", "archive_files", "register", "tables", "colours", "secret", "errors"},
    **{subject: {"register", *BESIDE, "errors"} for subject in SUBJECTS},
    "pulling": STEPS,
    "building": STEPS,
    "commands": {"pulling", "building", *STEPS},
    "cli": {"commands", "pulling", "building", *STEPS},
    "__main__": {"cli"},
}
# Inside a package: each part may import those before it. What is not named is a single module that all of them build
# on, and that imports none of them.
ORDER = {
    "register": ("model", "mapping", "history"),
    "pages": ("listings", "changes", "offer", "statistics", "fixed", "rendering", "theme"),
    "search": ("analysis", "index", "browser", "local"),
}


def imported(file: Path) -> set[tuple[str, ...]]:
    """The modules of the generator that a module imports, wherever in it the import stands, in parts."""
    modules = set[str]()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: a relative import"
            modules |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {tuple(module.split(".")[1:]) for module in modules if module.startswith("generator.")}


def part_of(file: Path) -> tuple[str, ...]:
    """Where a module lies in the generator."""
    return file.relative_to(GENERATOR).with_suffix("").parts


MODULES = sorted(GENERATOR.rglob("*.py"))


@pytest.mark.parametrize("file", MODULES, ids=lambda file: "/".join(part_of(file)))
def test_imports_point_one_way(file: Path) -> None:
    part = part_of(file)[0]
    assert {other[0] for other in imported(file)} - {"__version__"} <= {part, *MAY_IMPORT.get(part, set())}


@pytest.mark.parametrize(
    "file", [file for file in MODULES if part_of(file)[0] in ORDER], ids=lambda file: "/".join(part_of(file))
)
def test_imports_inside_a_package_point_one_way(file: Path) -> None:
    package, part = part_of(file)[:2]
    order = ORDER[package]
    before = order[: order.index(part) + 1] if part in order else ()
    inside = {other[1] for other in imported(file) if other[0] == package and len(other) > 1}
    assert inside & set(order) <= set(before)


def test_every_package_with_parts_has_an_order() -> None:
    parts = {file.parent.parent.name for file in MODULES if len(part_of(file)) > 2}
    assert parts == set(ORDER)
    for package, order in ORDER.items():
        found = {path.stem for path in (GENERATOR / package).iterdir() if path.is_dir() and path.name != "__pycache__"}
        assert found <= set(order)


@pytest.mark.parametrize("file", sorted(Path(__file__).parent.rglob("*.py")), ids=lambda file: file.name)
def test_what_tests_share_stands_in_support(file: Path) -> None:
    """No test module imports another: each can be read, moved and run by itself."""
    names = [
        node.module
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module
    ]
    assert not [name for name in names if name.rpartition(".")[2].startswith("test_")]
