"""Scripts and styles are shortened without a change of what they do, and say where they can be read."""

from pathlib import Path

import pytest

from generator.errors import ConfigurationError
from generator.pages.minify import is_minified, minify


def test_comments_and_blanks_go_and_words_stay(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("\ufeff// Nej\nvar a = 'æ // ja';  /* nej */\nvar b = /[/*]x/.test(a);\n", "utf-8")
    text = minify(tmp_path / "a.js", "a.js", "tilbudsspejl")
    assert text == "/* Kan læses i tilbudsspejl: static/a.js */\nvar a='æ // ja';var b=/[/*]x/.test(a);\n"
    (tmp_path / "a.css").write_text("/* nej */\na { color: red; }\n", "utf-8")
    assert minify(tmp_path / "a.css", "x/a.css", "temaet").splitlines()[1] == "a{color:red}"


def test_what_is_neither_is_left_alone() -> None:
    assert [name for name in ("a.js", "b/a.css", "a.svg", "a.json", "js") if is_minified(name)] == ["a.js", "b/a.css"]


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_bytes(b"var a = '\xe6';")
    with pytest.raises(ConfigurationError, match=r"a\.js: is not UTF-8 text"):
        minify(tmp_path / "a.js", "a.js", "temaet")
