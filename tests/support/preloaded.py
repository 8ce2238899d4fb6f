"""What is there already when a process of `tests.support.commands` begins: the program's modules, its own templates."""

import importlib
import pkgutil

import generator
from generator.pages.rendering import glossary_of, make_environment
from generator.resources import Theme

for module in pkgutil.walk_packages(generator.__path__, "generator."):
    if module.name != "generator.__main__":  # that one is run
        importlib.import_module(module.name)
_environment = make_environment(Theme())
_environment.filters["glossary"] = glossary_of(Theme()).__getitem__
for name in _environment.list_templates(extensions=["html"]):
    _environment.get_template(name)
