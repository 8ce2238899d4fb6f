"""An operator's theme: checked before a build begins, so that a mistake in it costs a line and no site."""

from collections.abc import Iterable
from pathlib import Path

import jinja2
from jinja2.meta import find_referenced_templates

from generator import resources
from generator.errors import ConfigurationError
from generator.pages import urls
from generator.pages.rendering import ORIGINAL, make_environment
from generator.resources import Theme
from generator.tables import did_you_mean

_FOLDERS = ("templates", "static")
_BESIDE = ("readme", "license", "licence", "changelog")  # what a theme may have lying about


def check_theme(theme: Theme) -> None:
    """Raises ConfigurationError for a file of the theme that changes nothing, can't be used, or is no template."""
    if theme.folder is None:
        return
    if not theme.folder.is_dir():
        raise ConfigurationError(f"site.theme: {theme.folder} is no folder; make it, or correct site.theme")
    _check_files(theme.folder)
    files = theme.files()
    for place in files:
        first = place.partition("/")[0]
        if first not in _FOLDERS and not first.lower().startswith(_BESIDE):
            near = did_you_mean(first, _FOLDERS)
            raise _refused(theme.folder / first, f"a theme has the folders templates and static{near}", "move it there")
    _check_templates(theme)
    _check_static(theme.folder, files)


def _check_files(folder: Path) -> None:
    """A theme may be somebody else's work: a link in it could publish any file of this machine."""
    for path in sorted(folder.rglob("*")):
        place = path.relative_to(folder).as_posix()
        if place.startswith(".") or "/." in place or (path.is_dir() and not path.is_symlink()):
            continue
        if path.is_dir():
            raise _refused(path, "is a link to a folder", "put the folder itself there")
        resources.check_own(path, folder, resources.LARGEST)


def _check_templates(theme: Theme) -> None:
    """Every file replaces one of the program's, or is used by one that does."""
    folder = theme.own_templates
    if folder is None:
        return
    known = [name for name in resources.visible_files(resources.folder("templates")) if not name.startswith("init/")]
    own = resources.visible_files(folder)
    used = _references(theme, folder, [name for name in own if name.endswith(".html")])
    for name, path in own.items():
        if name not in known and name not in used:
            near = did_you_mean(name, known)
            raise _refused(path, f"replaces no template and is used by none{near}", "rename or remove it")
    for name in sorted(used):
        if name not in own and name.removeprefix(f"{ORIGINAL}/") not in known:
            near = did_you_mean(name, [*known, *own])
            raise _refused(folder, f"a template there asks for {name!r}, which is not there{near}", "correct it")


def _references(theme: Theme, folder: Path, names: Iterable[str]) -> set[str]:
    """What the theme's templates extend, include and import; each is compiled on the way."""
    environment = make_environment(theme)
    used: set[str] = set()
    for name in names:
        try:
            source = (folder / name).read_text(encoding="utf-8")
            tree = environment.parse(source, name, str(folder / name))
            environment.compile(source, name, str(folder / name))
        except jinja2.TemplateSyntaxError as error:
            raise ConfigurationError(
                f"{error.filename or folder / name}, line {error.lineno}: {error.message}; "
                "mend the template, or take it out of the theme"
            ) from error
        except UnicodeDecodeError as error:
            raise _refused(folder / name, f"is not UTF-8 text ({error.reason})", "save it as UTF-8") from error
        used |= {reference for reference in find_referenced_templates(tree) if reference is not None}
    return used


def _check_static(folder: Path, files: Iterable[str]) -> None:
    """A static file can't take the place of a page, or of what a build makes of the data."""
    made = {urls.EDITION, urls.COLOURS, urls.SITEMAP, "logo.svg", "logo.png"}
    for place in files:
        kind, _, address = place.partition("/")
        if kind == "static" and (address in made or address.endswith(".html") or address.startswith("search/")):
            remedy = "replace its template instead, or rename it"
            raise _refused(folder / place, "has the address of something that a build makes", remedy)


def _refused(path: Path, problem: str, remedy: str) -> ConfigurationError:
    return ConfigurationError(f"{path}: {problem}; {remedy}")
