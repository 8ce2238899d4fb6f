"""A secret can't be printed by accident, and is masked in whatever form somebody else repeats it."""

import base64
import copy
import html
import json
import pickle
import re
import secrets
import time
from dataclasses import asdict
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from generator.secret import MASK, NO_SECRET, Secret, hide, masked, masked_in
from generator.source.client import Client
from generator.source.endpoint import Endpoint, basic


def endpoint(password: Secret) -> Endpoint:
    return Endpoint("http://127.0.0.1:9", "tilbud", "tilbud", "spejl", password)


def test_a_secret_is_not_shown_whoever_tries() -> None:
    text = secrets.token_urlsafe()
    secret = Secret(text)
    where = endpoint(secret)
    client = Client(where)
    shown = [
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret:>80}",
        f"{secret!r}",
        f"{[secret]}",
        repr(where),
        str(where),
    ]
    shown += [f"{vars(client)}", "%s" % secret, "{}".format(secret), repr(ValueError(secret))]  # noqa: UP031, UP032
    assert not any(text in line or base64.b64encode(text.encode()).decode() in line for line in shown)
    for copying in (pickle.dumps, copy.copy, copy.deepcopy, lambda one: asdict(endpoint(one)), json.dumps):
        with pytest.raises(TypeError):
            copying(secret)
    assert secret.reveal() == text and secret
    assert not NO_SECRET and repr(NO_SECRET) == "Secret()"


def numbered(text: str, form: str) -> str:
    """The text with its marks and foreign letters as numbers."""
    return re.sub(r"[^a-zA-Z0-9]", lambda mark: form.format(ord(mark[0])), text)


@pytest.mark.parametrize(
    "text", ["hemmeligt-æøå", "a b&c<d>\"e'f", "p@ss:w/rd?#%", "x\ny\\z\tw", "Ünï-kode", "+a=b+c=d"]
)
def test_every_form_is_masked(text: str) -> None:
    header = basic("spejl", Secret(text)).reveal()
    pair = f"spejl:{text}"
    data = text.encode()
    forms = [
        text, text.upper(), quote(text), quote(text, safe=""), quote(text, safe="").lower(), quote_plus(text),
        json.dumps(text), json.dumps(text, ensure_ascii=False), repr(text), ascii(text), repr(data),
        repr({"Authorization": header}), html.escape(text), data.decode("latin-1"), header, quote(header, safe=""),
        base64.b64encode(data).decode(), base64.urlsafe_b64encode(pair.encode()).decode(), header[6:],
        json.dumps(json.dumps({"password": text})), json.dumps({"Authorization": header}).replace("/", "\\/"),
        *(numbered(text, mark) for mark in ("\\u{:04x}", "\\u{:04X}", "\\\\u{:04x}", "&#{};", "&#x{:x};", "&#x{:X};")),
        data.hex(), data.hex().upper(), pair.encode().hex(),
    ]  # fmt: skip
    for form in forms:
        line = masked(f"før {form} efter")
        assert MASK in line and line.startswith("før ") and line.endswith(" efter"), form
        assert not any(
            part in line.lower() for part in (text.lower(), quote(text, safe="").lower(), header[6:].lower())
        )
        assert masked(line) == line


def lossy(text: str, mark: str) -> str:
    return text.encode("ascii", "replace").decode().replace("?", mark)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ('a"b&c<d>-kode', "a&#34;b&amp;c&lt;d&gt;-kode"),
        ('a"b&c<d>-kode', 'a\\"b\\u0026c\\u003cd\\u003e-kode'),
        ('a"b&c<d>-kode', "a\\x22b\\x26c\\x3cd\\x3e-kode"),
        ('a"b&c<d>-kode', "a&amp;quot;b&amp;amp;c&amp;lt;d&amp;gt;-kode"),
        ("blåbærgrød", "bl&aring;b&aelig;rgr&oslash;d"),
        ("blåbærgrød", "bl%E5b%E6rgr%F8d"),
        ("blåbærgrød", "bl%25C3%25A5b%25C3%25A6rgr%25C3%25B8d"),
        ("blåbærgrød", "bla\u030ab\u00e6rgr\u00f8d"),
        ("blåbærgrød", "blå\u200bbærgrød"),
        ("blåbærgrød", lossy("blåbærgrød", "?")),
        ("blåbærgrød", lossy("blåbærgrød", "\ufffd")),
        ("blåbærgrød", lossy("blåbærgrød", "")),
        ("a/b+c&d=e", "a%2fb%2Bc%26d=e"),
        ("a/b+c&d=e", "a%252Fb%252Bc%2526d%253De"),
        ("kodeord", "".join(f"&#{ord(sign)};" for sign in "kodeord")),
        ("kodeord", "".join(f"\\u{ord(sign):04x}" for sign in "kodeord")),
        ("to ord her", "to%20ord%20her"),
        ("to ord her", "to&nbsp;ord&#32;her"),
    ],
)
def test_a_secret_in_escapes_that_a_reader_can_undo_is_masked(text: str, form: str) -> None:
    hide(text)
    line = masked(f"før {form} efter")
    assert MASK in line
    assert masked(line) == line
    for part in re.findall(r"[a-zæøå]{3,}", text):
        assert part not in line


def every(text: str, form: str) -> str:
    """All of the text's signs as numbers."""
    return "".join(form.format(ord(sign)) for sign in text)


@pytest.mark.parametrize("text", ["hem/meligt+\"ø<&%41 \\x'", 'K0de&<x> "mél+/ig', "æ=%252F&amp;\\u0041-rest"])
def test_a_secret_that_looks_like_an_escape_is_masked_in_others(text: str) -> None:
    hide(text)
    once, latin = html.escape(text).replace("&quot;", "&#34;").replace("&#x27;", "&#39;"), text.encode("latin-1")
    forms = [
        once, html.escape(once), html.escape(html.escape(once)), html.escape(text).replace("ø", "&oslash;"),
        *(every(text, form) for form in ("&#{};", "&#x{:X};", "&#{:07};", "\\u{:04x}", "\\x{:02x}", "%u{:04X}")),
        json.dumps(text)[1:-1].replace("<", "\\u003c").replace("&", "\\u0026"),
        re.sub("[/<&'\"\\\\]", lambda sign: f"\\x{ord(sign[0]):02x}", text),
        quote(text, safe="/+&"), quote(latin), quote(latin, safe=""), quote(quote(text, safe=""), safe=""),
        quote(quote(quote(text))), quote_plus(html.escape(text)), quote_plus(once), repr(repr(once))[1:-1],
        lossy(text, "?"), lossy(text, "\ufffd"), base64.b64encode(latin).decode(),
    ]  # fmt: skip
    for form in forms:
        line = masked(f"before {form} after")
        assert MASK in line and form not in line, (form, line)
        assert masked(line) == line


def test_a_secret_of_signs_that_are_not_compared_hides_no_other_line() -> None:
    for text in ("\u200b" * 5, "\\" * 5):
        hide(text)
        assert masked("a line & another \\ %") == "a line & another \\ %"
        assert masked(f"a {text} b") == f"a {MASK} b"


def test_a_pair_in_the_header_of_another_encoding_is_masked() -> None:
    secret = Secret("blåbærgrød")
    basic("spejl", secret)
    for encoding in ("latin-1", "utf-8"):
        header = base64.b64encode("spejl:blåbærgrød".encode(encoding)).decode()
        line = masked(f"authorization: Basic {header}")
        assert line.rstrip("=") in ("authorization: Basic ***", "authorization: ***"), encoding


def test_what_only_has_escapes_is_left_alone() -> None:
    hide("et-kodeord")
    for line in ("100 % af 3 & 4", r"C:\users\x", "pris: 5 &euro;", "æøå", r"\u00e6", "%E6%F8"):
        assert masked(line) == line


def test_what_is_masked_in_json_is_its_texts_and_keys() -> None:
    hide("hemmelig-nøgle")
    value = {"a": ["hemmelig-nøgle", 1, None], "hemmelig-nøgle": {"b": ("x hemmelig-nøgle", True)}}
    assert masked_in(value) == {"a": [MASK, 1, None], MASK: {"b": [f"x {MASK}", True]}}


def test_a_user_name_in_any_address_is_masked() -> None:
    assert masked("http://u:p@host/a and ftp://x@y@z:1") == f"http://{MASK}@host/a and ftp://{MASK}@z:1"
    assert masked(f"{Path('http://u:p@host/a')}: not there") == f"http:/{MASK}@host/a: not there"
    assert masked("https://medium.example/@name, drift@kommune.dk") == "https://medium.example/@name, drift@kommune.dk"


def test_a_password_of_a_letter_does_not_spell_itself_by_what_is_hidden() -> None:
    header = basic("spejl", Secret("qq")).reveal()
    assert masked("qqqq") == "qqqq"
    assert masked(header) == MASK


def test_long_lines_cost_in_proportion() -> None:
    """Foreign lines pass here: eight times as long must not cost sixty-four times as much."""

    def seconds(length: int) -> float:
        begun = time.process_time()
        for sign in ("a", "://", "@", "%", "hemmeli", "://a"):
            masked(sign * length)
        return time.process_time() - begun

    hide("hemmeligt-langt-kodeord")
    seconds(100)
    assert seconds(160_000) < 40 * max(seconds(20_000), 0.002)
