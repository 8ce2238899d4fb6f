"""No pattern takes more than linear time, whatever it is given: each in the program is found and tried by itself.

A pattern is tried by the very methods that it is used by, on runs of signs that make patterns go back and try again.
Linear, four thousand signs take some tenth of a millisecond; with the square of the length it is a hundred times that.
"""

import ast
import re
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pytest

import generator

SIGNS = 4_000
MOST = 0.006  # seconds of the processor's time, the best of three

METHODS = {"match", "fullmatch", "search", "split", "findall", "finditer", "sub"}
# Not for what the source says: the operator's own files, cleaned first, so that every "<" has its ">".
OWN_FILES = {"generator/pages/editorial.py"}


class Pattern(NamedTuple):
    """A pattern as the program uses it."""

    place: str  # file:line
    text: str
    flags: int
    method: str


def patterns_in(path: Path) -> Iterator[Pattern]:
    """Every pattern of a module, by name or where it is used."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    strings = {
        target.id: node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    compiled = {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and _called(node.value) == ("re", "compile")
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    # In the order of the text: processes that run the tests side by side must find them in the same one.
    called = [use for node in ast.walk(tree) for use in _uses(node)]
    used = list(dict.fromkeys((name, method) for name, method in called if name in compiled))
    calls = [(compiled[name], method) for name, method in used if method in METHODS]
    calls += [
        (node, method)
        for node in ast.walk(tree)
        for name, method in [_called(node)]
        if name == "re" and method in METHODS and isinstance(node, ast.Call)
    ]
    named = {id(node) for node in compiled.values()}  # what isn't named is handed on, to be what all of a text is
    calls += [
        (node, "fullmatch")
        for node in ast.walk(tree)
        if isinstance(node, ast.expr) and _called(node) == ("re", "compile") and id(node) not in named
    ]
    for call, method in calls:
        assert isinstance(call, ast.Call)
        place = f"{path.relative_to(ROOT).as_posix()}:{call.lineno}"
        yield Pattern(place, _text(call.args[0], strings, place), _flags(call), method)
    unused = compiled.keys() - {name for name, method in used if method in METHODS}
    assert not unused, f"{path}: how are {unused} used?"


def _uses(node: ast.AST) -> Iterator[tuple[str, str]]:
    """("_NAME", "match") of `_NAME.match`, called at once or later, and of `self._match(_NAME)`."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        yield node.value.id, node.attr
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr.startswith("_"):
        yield from ((argument.id, node.func.attr[1:]) for argument in node.args if isinstance(argument, ast.Name))


def _called(node: ast.AST) -> tuple[str, str]:
    """("re", "sub") of `re.sub(…)`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
        return node.func.value.id, node.func.attr
    return "", ""


def _text(node: ast.expr, strings: Mapping[str, object], place: str) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(map(partial(_part, strings), node.values))
    if isinstance(node, ast.Call) and ast.unparse(node).startswith("'|'.join(map(re.escape, "):
        return "abcd|a a |1,1,"  # one of several texts: any will do
    assert isinstance(node, ast.Constant), f"{place}: no pattern that can be read"
    return node.value.decode("latin-1") if isinstance(node.value, bytes) else str(node.value)


def _part(strings: Mapping[str, object], node: ast.expr) -> str:
    """A part of an f-string: the text itself, that of a name, or for a number any."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    name = node.value.id if isinstance(node, ast.FormattedValue) and isinstance(node.value, ast.Name) else ""
    return str(strings.get(name, "31"))


def _flags(call: ast.Call) -> int:
    """The flags among the arguments, which are given by name: `re.IGNORECASE`."""
    nodes = [node for part in (*call.args[1:], *(k.value for k in call.keywords)) for node in ast.walk(part)]
    return sum(getattr(re, node.attr) for node in nodes if isinstance(node, ast.Attribute) and node.attr.isupper())


ROOT = Path(generator.__file__).parents[1]
PATTERNS = [
    pattern
    for path in sorted((ROOT / "generator").rglob("*.py"))
    if path.relative_to(ROOT).as_posix() not in OWN_FILES
    for pattern in patterns_in(path)
]

UNITS = (
    " ", "\t ", "\n", ".", ",", "-", "/", "_", ":", "'", '"', "[", "(", "<", "§", "a", "A", "1", "é", "\u0301",
    "a.", "a-", "a ", "1 ", "1,", "1.", "a1", "+1", "oe", "[a", "a@", "sel ", "stk ", "nr ", "url(", "00 45",
)  # fmt: skip
STARTS = ("", "a@", "1", "sel", "url(", "https://a", "www.")
ENDS = ("", "x", " !")


def attacks() -> Iterator[str]:
    """Texts of the same sign or two again and again, with something before and after."""
    for unit, start, end in product(UNITS, STARTS, ENDS):
        yield start + unit * (SIGNS // len(unit)) + end


def seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: f"{pattern.place}.{pattern.method}")
def test_a_pattern_takes_linear_time(pattern: Pattern) -> None:
    compiled = re.compile(pattern.text, pattern.flags)
    work: Callable[[str], object]
    if pattern.method == "sub":
        work = lambda text: compiled.sub("-", text)  # noqa: E731
    elif pattern.method == "finditer":
        work = lambda text: list(compiled.finditer(text))  # noqa: E731
    else:
        work = getattr(compiled, pattern.method)
    for text in attacks():
        # A short one first: with the third power of its length nobody would wait for the whole.
        for tried in (text[: SIGNS // 20] + text[-4:], text):
            taken = seconds(partial(work, tried))
            taken = taken if taken <= MOST else min(seconds(partial(work, tried)) for _ in range(2))
            assert taken <= MOST, f"{text[:20]!r}…{text[-4:]!r}: {taken:.3f} s for {len(tried)} signs"


def test_there_are_patterns() -> None:
    assert len(PATTERNS) > 30
    assert {pattern.method for pattern in PATTERNS} <= METHODS
