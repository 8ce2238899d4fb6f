"""Templates and static files: inside the package when it is installed as a wheel, beside it in a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder `templates` or `static`."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def program_files() -> list[Path]:
    """All files that decide what a site looks like: a change of one of them makes every site stale."""
    files = [path for path in _PACKAGE.rglob("*") if path.suffix in (".py", ".toml", ".json")]
    for name in ("templates", "static"):
        files += [path for path in folder(name).rglob("*") if path.is_file()]
    return sorted(set(files))
