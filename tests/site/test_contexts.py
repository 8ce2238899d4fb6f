"""A template asks for what its context has, and a context has what its template asks for."""

from dataclasses import fields

import pytest
from jinja2.meta import find_referenced_templates, find_undeclared_variables
from jinja2.nodes import FromImport

from generator import resources
from generator.pages.rendering import TEMPLATES, make_environment
from generator.resources import Theme


def _asked(template: str) -> set[str]:
    """The names that a template and the ones it extends ask for, without the macros they import."""
    folder = resources.folder("templates")
    environment = make_environment(Theme())
    tree = environment.parse((folder / template).read_text(encoding="utf-8"))
    macros = {n if isinstance(n, str) else n[1] for node in tree.find_all(FromImport) for n in node.names}
    extended = [str(name) for name in find_referenced_templates(tree) if name and not name.startswith("_")]
    return (find_undeclared_variables(tree) - macros).union(*map(_asked, extended))


@pytest.mark.parametrize(("context", "template"), TEMPLATES.items())
def test_template_and_context_agree(context: type, template: str) -> None:
    assert _asked(template) == {field.name for field in fields(context)}
