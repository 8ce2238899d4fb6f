"""An address that holds a password, or may, is refused by every command, and nothing of it is ever shown.

Whatever way it comes in: the file, a variable, a table written as a whole, a key that is none, a line that is no TOML.
"""

import os
from itertools import cycle
from pathlib import Path

import pytest

from generator.cli import main

# Of the password hunter2øxyz, which a slash or a line break may part.
PARTS = ("hunter", "2øxyz", "2%C3%B8xyz", "2\\xf8xyz", "2\\u00f8xyz")
FORMS = [
    "http://u:{}@h", "http://u:hunter/2øxyz@h", "u:{}@h", "https:u:{}@h", "https:///u:{}@h", "//u:{}@h", "HTTP://u:{}@h",
    "http://h/?password={}", "http://h/p?token={}", "http://h/?{{id}}&pwd={}", "http://h/#{}", "http://h/{{id}}#{}",
    "http://u:{}%40@h", "http://u:{}%40h", "http://u%3A{}%40h", "http://u:{}@h:bad", "http://h:u:{}@x", "http://h:{}",
    "http://u {}:x@h", "http://u:{} @h", " http://u:{}@h", "http://u:{}@h\t", "http://u:{}\n@h", "http://{}@h", "http://:{}@h",
    "http:\\\\u:{}@h", "http://h\\u:{}@x", "http://u:{}＠h", "http://u：{}@h", "http://h/u:{}@x", "http://h/u%253A{}%2540x",
    "http://[u:{}@h", "http://[{}]@h", "ftp://u:{}@h", "http://u:{}\u2028@h", "http://u:{}\x1b[2J@h", "{}", "http://{}:x",
]  # fmt: skip
KEYS = ["source.preprod.url", "site.base_url", "site.official_url"]
COMMANDS = [("pull",), ("source", "check"), ("status",), ("build",), ("search", "x")]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, and an environment without settings of ours."""
    for name in list(os.environ):
        if name.upper().startswith("TILBUDSSPEJL_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def called(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[object, str]:
    """Runs the program here; its exit code, and all that it says."""
    monkeypatch.setattr("sys.argv", ["tilbudsspejl", *arguments])
    with pytest.raises(SystemExit) as done:
        main()
    said = capsys.readouterr()
    return done.value.code, said.out + said.err


def assert_hidden(said: str) -> None:
    assert [part for part in PARTS if part.lower() in said.lower()] == [], said


def quoted(text: str) -> str:
    """As TOML."""
    return '"' + "".join(f"\\U{ord(letter):08x}" for letter in text) + '"'


def written(key: str, address: str) -> str:
    table, _, name = key.rpartition(".")
    index = 'index = "i"\n' if table == "source.preprod" else ""
    return f"[{table}]\n{index}{name} = {quoted(address)}\n"


@pytest.mark.parametrize("debug", [(), ("--debug",)], ids=["plain", "debug"])
@pytest.mark.parametrize("key", KEYS)
def test_no_form_of_address_shows_its_password(
    key: str,
    debug: tuple[str, ...],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    variable = f"TILBUDSSPEJL_{key.replace('.', '__').upper()}"
    for number, (form, command) in enumerate(zip(FORMS, cycle(COMMANDS), strict=False)):
        address, in_file = form.format("hunter2øxyz"), number % 2 == len(debug)
        settings = written(key, address) if in_file else written("source.preprod.url", "")
        (folder / "tilbudsspejl.toml").write_text(settings, encoding="utf-8")
        with monkeypatch.context() as patch:
            if not in_file:
                patch.setenv(variable, address)
            code, said = called(patch, capsys, *debug, *command)
        origin = "tilbudsspejl.toml" if in_file else f"environment {variable}"
        assert code == 2 and f"tilbudsspejl: {origin}: {key}: " in said, (form, said)
        assert_hidden(said)


@pytest.mark.parametrize("debug", [(), ("--debug",)], ids=["plain", "debug"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SOURCE", "http://u:hunter2øxyz@h"),
        ("SOURCE", '"hunter2øxyz"'),
        ("SOURCE", '{"preprod": {"url": "http://u:hunter2øxyz@h", "index": "i"}}'),
        ("SOURCE", '{"preprod": {"url": "http://u:hunter2øxyz@h"'),
        ("SOURCE", '{"preprod": "hunter2øxyz"}'),
        ("SOURCE", '{"http://u:hunter2øxyz@h": 1}'),
        ("SOURCE__PREPROD", "http://u:hunter2øxyz@h"),
        ("SOURCE__PREPROD", '"hunter2øxyz"'),
        ("SOURCE__PREPROD", '["hunter2øxyz"]'),
        ("SOURCE__PREPROD__PASSWORD", "hunter2øxyz"),
        ("SOURCE__PREPROD__CREDENTIALS", "u:hunter2øxyz"),
        ("SOURCE__TIMEOUT", "hunter2øxyz"),
        ("SITE", "hunter2øxyz"),
        ("SITE__COLOURS__ACCENT", "hunter2øxyz"),
        ("SITE__STALE_AFTER", "hunter2øxyz"),
    ],
)
def test_a_variable_of_another_shape_is_not_shown(
    name: str, value: str, debug: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(f"TILBUDSSPEJL_{name}", value)
    code, said = called(monkeypatch, capsys, *debug, "build")
    assert code == 2
    assert_hidden(said)


@pytest.mark.parametrize("debug", [(), ("--debug",)], ids=["plain", "debug"])
@pytest.mark.parametrize(
    "text",
    [
        '[source.preprod]\nindex = "i"\nurl = ""\npassword = "hunter2øxyz"',
        '[source.preprod]\nindex = "i"\nurl = ""\nurl2 = "http://u:hunter2øxyz@h"',
        '[source]\npreprod = "http://u:hunter2øxyz@h"',
        'source = "http://u:hunter2øxyz@h"',
        '[[source]]\nurl = "http://u:hunter2øxyz@h"',
        "[source.preprod]\nurl = http://u:hunter2øxyz@h",
        '[source.preprod]\nurl = "http://u:hunter2øxyz@h',
        '[source.preprod]\n"http://u:hunter2øxyz@h"',
        '[source.preprod]\n"http://u:hunter2øxyz@h" = 1',
        '[source."http://u:hunter2øxyz@h"]\nx = 1',
        '[source.preprod]\nurl = ["http://u:hunter2øxyz@h"]',
        '[source.preprod]\nurl = {a = "hunter2øxyz"}',
        '[source]\ntimeout = "hunter2øxyz"',
        '[site]\nworkers = "hunter2øxyz"\n[site.colours]\naccent = "hunter2øxyz"',
    ],
)
def test_a_file_of_another_shape_is_not_shown(
    text: str,
    debug: tuple[str, ...],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (folder / "tilbudsspejl.toml").write_text(text, encoding="utf-8")
    code, said = called(monkeypatch, capsys, *debug, "pull")
    assert code == 2
    assert_hidden(said)


@pytest.mark.parametrize("debug", [(), ("--debug",)], ids=["plain", "debug"])
@pytest.mark.parametrize("name", ["PASSWORD_FILE", "PREPROD_PASSWORD_FILE"])
def test_a_password_where_its_file_should_be_named_is_not_shown(
    name: str, debug: tuple[str, ...], folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "tilbudsspejl.toml").write_text('[source.preprod]\nindex = "i"\nurl = "https://h"', encoding="utf-8")
    (folder / "latin").write_bytes("hunter2øxyz".encode("latin-1"))
    monkeypatch.setenv("TILBUDSSPEJL_USERNAME", "spejl")
    for value in ("hunter2øxyz", str(folder / "latin"), "hunter2øxyz/", "hunter2øxyz" * 99):
        monkeypatch.setenv(f"TILBUDSSPEJL_{name}", value)
        code, said = called(monkeypatch, capsys, *debug, "pull")
        assert code == 2 and f"TILBUDSSPEJL_{name}: the file that it names can't be read" in said
        assert_hidden(said)
        assert "0xf8" not in said


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9200",
        "https://[::1]:9200/es/",
        "https://dis-api.example.dk",
        "HTTPS://børn.dk/a.b/c-d_e~f",
        "http://a_b:1/%C3%A6",
    ],
)
def test_an_address_without_credentials_is_taken(
    address: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = "".join(written(key, address) for key in KEYS[:1]) + (
        f"[site]\nbase_url = {quoted(address)}\nofficial_url = {quoted(address + '/tilbud?sprog=da&id={id}')}\n"
    )
    (folder / "tilbudsspejl.toml").write_text(settings, encoding="utf-8")
    code, said = called(monkeypatch, capsys, "status")
    assert code == 2 and "register.sqlite" in said and "url" not in said
