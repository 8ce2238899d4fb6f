"""Imports point one way: cli → commands → {source, archive, search, pages, output, demo} → register → errors."""

import ast
from pathlib import Path

import pytest

GENERATOR = Path(__file__).parents[1] / "generator"
SUBJECTS = {"source", "archive", "search", "pages", "output", "editions", "demo"}
BESIDE = {
    "agreement", "config", "tables", "progress", "resources", "colours", "foreign", "private_files", "removal",
    "secret", "signals", "console",
}  # fmt: skip
_LEAVES = ("tables", "resources", "colours", "foreign", "private_files", "removal", "secret", "signals")
MAY_IMPORT = {
    "errors": set(),
    **{leaf: {"errors"} for leaf in _LEAVES},
    "console": {"secret"},
    "progress": {"console"},
    "register": {"tables", "errors"},
    "agreement": {"register", "tables", "errors"},
    "config": {"agreement", "register", "tables", "colours", "secret", "errors"},
    **{subject: {"register", *BESIDE, "errors"} for subject in SUBJECTS},
    "commands": {*SUBJECTS, *BESIDE, "register", "errors"},
    "cli": {"commands", *SUBJECTS, *BESIDE, "register", "errors"},
    "__main__": {"cli"},
}


def imported(file: Path) -> set[str]:
    """Which parts of the generator a module imports, wherever in it the import stands."""
    modules = set[str]()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: a relative import"
            modules |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {module.split(".")[1] for module in modules if module.startswith("generator.")} - {"__version__"}


@pytest.mark.parametrize("file", sorted(GENERATOR.rglob("*.py")), ids=lambda file: str(file.relative_to(GENERATOR)))
def test_imports_point_one_way(file: Path) -> None:
    part = file.relative_to(GENERATOR).parts[0].removesuffix(".py")
    assert imported(file) <= {part, *MAY_IMPORT.get(part, set())}
