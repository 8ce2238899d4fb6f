"""A theme: what it may hold, and what is said of a mistake in it."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2
import pytest

from generator import resources
from generator.errors import ConfigurationError
from generator.pages import urls
from generator.pages.fixed.contexts import MissingContext
from generator.pages.page import Page, Site
from generator.pages.rendering import Renderer
from generator.pages.theme import check_theme
from generator.resources import Theme


def theme(folder: Path, files: dict[str, str]) -> Theme:
    """A theme of these files."""
    for name, text in files.items():
        path = folder / "tema" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Theme(folder / "tema")


def refused(made: Theme) -> str:
    with pytest.raises(ConfigurationError) as caught:
        check_theme(made)
    assert caught.value.exit_code == 2 and "\n" not in str(caught.value)
    return str(caught.value)


def rendered(made: Theme) -> str:
    site = Site(title="Spejl", is_demo=False, attribution="", operator="", contact="")
    return Renderer(made).page(MissingContext(site, Page(urls.NOT_FOUND, "Siden findes ikke"), "/"))


def test_without_a_theme_all_is_the_programs() -> None:
    check_theme(Theme())
    assert Theme().text("om.md") == resources.folder("templates") / "om.md"
    assert set(Theme().static()) == {path.name for path in resources.folder("static").iterdir()}


def test_a_template_replaces_the_original_and_can_reach_it(tmp_path: Path) -> None:
    made = theme(
        tmp_path,
        {
            "templates/404.html": '{% extends "default/404.html" %}'
            "{% block content %}Vores. {{ super() }}{% endblock %}",
            "templates/base.html": '{% extends "default/base.html" %}'
            '{% block scripts %}<!-- {% include "_bund.html" %} -->{% endblock %}',
            "templates/_bund.html": "Vores bund",
            "README.md": "om temaet",
            ".DS_Store": "",
        },
    )
    check_theme(made)
    page = rendered(made)
    assert "Vores. " in page and "<h1>Siden findes ikke</h1>" in page and "<!-- Vores bund -->" in page


def test_what_a_process_has_compiled_is_compiled_again_only_if_it_is_another_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = theme(tmp_path, {"templates/404.html": "Den første"})
    compiled, compile_ = [], jinja2.Environment.compile

    def compile_and_count(environment: jinja2.Environment, source: str, *of: Any, **how: Any) -> Any:
        compiled.append(source)
        return compile_(environment, source, *of, **how)

    monkeypatch.setattr(jinja2.Environment, "compile", compile_and_count)
    assert rendered(made) == rendered(made) == "Den første"
    (tmp_path / "tema" / "templates" / "404.html").write_text("Den anden", encoding="utf-8")
    assert rendered(made) == "Den anden"
    assert compiled == ["Den første", "Den anden"]


def test_texts_and_static_files_are_replaced_and_added(tmp_path: Path) -> None:
    made = theme(tmp_path, {"templates/om.md": "# Os", "static/site.css": "a{}", "static/fonte/a.woff2": "x"})
    check_theme(made)
    assert made.text("om.md").read_text(encoding="utf-8") == "# Os"
    assert made.text("privatliv.md").parent == resources.folder("templates")
    static = made.static()
    assert static["site.css"].read_text(encoding="utf-8") == "a{}"
    assert static["fonte/a.woff2"].is_file() and static["site.js"].parent == resources.folder("static")


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"templates/ofer.html": ""}, "replaces no template and is used by none (did you mean 'offer.html'?)"),
        ({"templates/om.txt": ""}, "om.txt: replaces no template and is used by none"),
        ({"templates/init/agreement.toml": ""}, "agreement.toml: replaces no template"),
        ({"templates/default/base.html": ""}, "base.html: replaces no template"),
        ({"template/base.html": ""}, "a theme has the folders templates and static (did you mean 'templates'?)"),
        ({"base.html": ""}, "base.html: a theme has the folders templates and static"),
        ({"static/index.html": ""}, "index.html: has the address of something that a build makes"),
        ({"static/edition.js": ""}, "edition.js: has the address of something that a build makes"),
        ({"static/search/a.js": ""}, "a.js: has the address of something that a build makes"),
        ({"templates/list.html": "a\n{% if x %}"}, "list.html, line 2: Unexpected end of template"),
        ({"templates/list.html": "a\n\n{{ x | findesikke }}"}, "list.html, line 3: No filter named 'findesikke'"),
        (
            {"templates/list.html": '{% extends "bse.html" %}'},
            "a template there asks for 'bse.html', which is not there (did you mean 'base.html'?)",
        ),
        (
            {"templates/list.html": '{% extends "default/bas.html" %}'},
            "a template there asks for 'default/bas.html', which is not there",
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_remedy(tmp_path: Path, files: dict[str, str], said: str) -> None:
    assert said in refused(theme(tmp_path, files))


def test_a_theme_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert refused(Theme(tmp_path / "tema")).endswith("tema is no folder; make it, or correct site.theme")


def test_a_template_that_is_no_text_is_named(tmp_path: Path) -> None:
    made = theme(tmp_path, {"templates/list.html": ""})
    (tmp_path / "tema" / "templates" / "list.html").write_bytes(b"\xe6")
    assert "list.html: is not UTF-8 text" in refused(made)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a\n{{ titel }}", "404.html, line 2: 'titel' is undefined; mend the template"),
        ("{{ site.titel }}", "404.html, line 1: "),
        ("\n\n{{ 1 + page }}", "404.html, line 3: unsupported operand"),
        ('{% from "_macros.html" import findesikke %}{{ findesikke() }}', "404.html, line 1: the template"),
    ],
)
def test_what_fails_while_a_page_is_made_is_named_too(tmp_path: Path, text: str, said: str) -> None:
    made = theme(tmp_path, {"templates/404.html": text})
    check_theme(made)
    with pytest.raises(ConfigurationError) as caught:
        rendered(made)
    assert said in str(caught.value) and "\n" not in str(caught.value)


def test_macros_that_lack_what_a_page_needs_are_a_mistake_of_the_theme(tmp_path: Path) -> None:
    made = theme(tmp_path, {"templates/_macros.html": "{# tom #}"})
    check_theme(made)
    with pytest.raises(ConfigurationError, match=r"base\.html, line \d+: .*brand"):
        rendered(made)


@pytest.mark.parametrize("place", ["static/x.txt", "templates/404.html", "templates/om.md", "README"])
@pytest.mark.parametrize(
    ("make", "said"),
    [
        (os.mkfifo, "is no file"),
        (lambda path: path.symlink_to("/etc/passwd"), "a link that leads out of"),
        (lambda path: path.symlink_to("/dev/zero"), "a link that leads out of"),
        (lambda path: path.symlink_to("/etc"), "is a link to a folder"),
        (lambda path: path.symlink_to("../.."), "is a link to a folder"),
        (lambda path: path.symlink_to("nowhere"), "can't be read"),
        (lambda path: os.truncate(path, 5_000_001) if path.write_text("") == 0 else None, "5,000,000 are the most"),
    ],
)
def test_a_file_of_a_theme_lies_in_it(tmp_path: Path, place: str, make: Callable[[Path], object], said: str) -> None:
    made = theme(tmp_path, {"static/a.txt": "x", "templates/_x.html": "", ".git/x": ""})
    path = tmp_path / "tema" / place
    make(path)
    assert f"{path}: " in (told := refused(made)) and said in told


@pytest.mark.parametrize("name", ["templates", "static"])
def test_a_folder_of_a_theme_lies_in_it(tmp_path: Path, name: str) -> None:
    made = theme(tmp_path, {"README": "x"})
    (tmp_path / "tema" / name).symlink_to("/etc")
    assert "is a link to a folder; put the folder itself there" in refused(made)


def test_a_link_inside_of_a_theme_is_followed(tmp_path: Path) -> None:
    made = theme(tmp_path, {"static/a.txt": "x"})
    (tmp_path / "tema" / "static" / "b.txt").symlink_to("a.txt")
    check_theme(made)
    assert made.static()["b.txt"].read_text(encoding="utf-8") == "x"
