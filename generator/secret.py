"""Secrets: a type that can't be printed, and the texts that no line may show.

What is made a `Secret` is known to `masked` from that moment on, in every form in which a server, a library or an
address may repeat it: forms that are written often are looked for as they stand, and what is left is read as a reader
would, with all escapes undone. `console` puts every line of the program through it.
"""

import base64
import html
import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Any, NoReturn
from urllib.parse import quote, quote_plus, unquote

from generator.register.model.text import normalized

MASK = "***"
HIDDEN = f"{MASK} (a text that repeats a password is not shown)"
# What is shorter is masked only with its user name, as the header has it: "a" would be hidden in every word, and told.
SHORTEST = 4
SHORTEST_BARE = 6  # without its foreign letters
# A user name and password in an address, whoever wrote it (as a path it has one slash): it may be one not known to us.
_USERINFO = re.compile(r"(:/{1,3})[^\s/?#]+@")


class Secret:
    """A text that no message, repr, format or pickle shows; empty where there is none."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text
        hide(text)

    def reveal(self) -> str:
        """The text, for the one place that needs it."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return f"Secret({MASK})" if self._text else "Secret()"

    def __format__(self, how: str) -> str:
        return repr(self)

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret is never copied or pickled")


_hidden: set[str] = set()
_forms: set[str] = set()
_pattern: re.Pattern[str] | None = None
_plain: set[str] = set()  # the texts as `_comparable` writes them
_bare: set[str] = set()  # and as `_without_foreign` does
_ESCAPED = re.compile(r"[%&\\?\x80-\U0010ffff]")
_ESCAPE = re.compile(
    r"(?:%(?=u)|(?<!\\)\\++)"
    r"(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|[ux]\{([0-9a-fA-F]{1,6})\}|([\"'/&<>]))"
)
MOST_LAYERS = 8  # of escapes in escapes
ENCODINGS = ("utf-8", "latin-1")  # of what addresses escape
_AMBIGUOUS = str.maketrans({"\\": None, "+": " "})  # a blank in an address is a plus, a backslash may stand for itself


def hide(text: str) -> None:
    """Keeps a text out of every line from now on."""
    global _pattern
    if len(text) < SHORTEST or text in _hidden:
        return
    _hidden.add(text)
    _forms.update(form.lower() for form in _forms_of(text) if len(form) >= SHORTEST)
    # The longest first: "ab" must not be taken out of the middle of "xaby", which leaves x and y to be read.
    longest_first = sorted(_forms, key=len, reverse=True)
    _pattern = re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE)
    # A password may hold what looks like an escape, which is undone in the line too.
    for form in {form for encoding in ENCODINGS for form in _undone(text, encoding)}:
        if len(plain := _comparable(form)) >= SHORTEST:
            _plain.add(plain)
        if len(bare := _without_foreign(plain)) >= SHORTEST_BARE:
            _bare.add(bare)


NO_SECRET = Secret("")


def masked(text: str) -> str:
    """The text without what is hidden, in whatever form it stands there, and without user names in addresses."""
    lower = text.lower()
    if _pattern is not None and any(form in lower for form in _forms):  # twenty times as quick as the pattern alone
        text = _pattern.sub(MASK, text)
    if _repeats_secret(text):
        words = [MASK if _repeats_secret(word) else word for word in re.split(r"(\s+)", text)]
        text = "".join(words) if not _repeats_secret("".join(words)) else HIDDEN
    return _USERINFO.sub(rf"\1{MASK}@", text)


def _repeats_secret(text: str) -> bool:
    """Whether a reader who undoes all escapes finds a secret in a text."""
    if not _ESCAPED.search(text):
        return _holds_secret(_comparable(text))
    forms = (_comparable(form) for encoding in ENCODINGS for form in _undone(text, encoding))
    return any(_holds_secret(form) for form in forms)


def _holds_secret(text: str) -> bool:
    if any(secret in text for secret in _plain):
        return True
    bare = _without_foreign(text)
    return any(secret in bare for secret in _bare)


def _undone(text: str, encoding: str) -> Iterator[str]:
    """The text with one layer of escapes after the other undone: of addresses, HTML, JSON, JavaScript and Python."""
    steps = (
        lambda text: unquote(text, encoding, "replace"),
        html.unescape,
        lambda text: _ESCAPE.sub(_character, text),
    )
    yield text
    for _ in range(MOST_LAYERS):
        before = text
        for step in steps:
            text = step(text)
            yield text  # each for itself: "&amp%3B" is no "&;"
        if text == before:
            return


def _character(escape: re.Match[str]) -> str:
    digits = escape[1] or escape[2] or escape[3] or escape[4]
    if not digits:
        return escape[5]
    number = int(digits, 16)
    return chr(number) if number < 0x11_0000 else ""


def _comparable(text: str) -> str:
    """The text in one Unicode form and in small letters, without what can't be seen or may be part of an escape."""
    text = text.translate(_AMBIGUOUS)
    if text.isascii():
        return text.lower()
    visible = "".join(sign for sign in normalized("NFKC", text) if unicodedata.category(sign) != "Cf")
    return visible.casefold()


def _without_foreign(text: str) -> str:
    """The text without letters that become marks on the way through a server that knows ASCII only, and such marks."""
    return text.encode("ascii", "ignore").decode().replace("?", "")


def masked_in(value: Any) -> Any:
    """A value as JSON has it, masked in all of its texts and keys."""
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, dict):
        return {masked(key): masked_in(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [masked_in(inner) for inner in value]
    return value


def _forms_of(text: str) -> Iterator[str]:
    """The text as it is, and as addresses, JSON, HTML, Python and the Authorization header write it."""
    data = text.encode("utf-8", "surrogateescape")
    yield text
    yield text.strip()
    yield data.decode("latin-1")  # UTF-8 read as Latin-1, as servers read a header
    yield from (quote(data, safe=""), quote(data), quote(data, safe="!$&'()*+,;=:"), quote_plus(data))
    yield from (json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1])
    yield from (repr(text)[1:-1], ascii(text)[1:-1], repr(data)[2:-1])
    yield from (json.dumps(json.dumps(text))[3:-3], json.dumps(text)[1:-1].replace("/", "\\/"))  # JSON in JSON; PHP
    yield from (_escaped(text, "\\u{:04x}"), _escaped(text, "\\\\u{:04x}"))  # Java and .NET escape all marks
    yield from (html.escape(text), html.escape(text).encode("ascii", "xmlcharrefreplace").decode())
    yield from (_escaped(text, "&#{};"), _escaped(text, "&#x{:x};"), _escaped(text, "&#x{:04x};"))
    for coded in {data, text.encode("latin-1", "replace"), text.encode("utf-16-le", "surrogatepass")}:
        yield coded.hex()
        for packed in (base64.b64encode(coded), base64.urlsafe_b64encode(coded)):
            yield packed.decode().rstrip("=")


def _escaped(text: str, form: str) -> str:
    """The text with all that is no ASCII letter or digit written as its number."""
    return "".join(c if c.isascii() and c.isalnum() else form.format(ord(c)) for c in text)
