"""Text that is not ours, made fit to stand in a line of ours: it says what it says, and moves nothing beside it.

What has no sign of its own is taken out or shown as U+FFFD. Letters that are written from the right are kept, and
isolated: else the number that follows a name stands before it, and a name reads as another.
"""

import re

# All but what a page can hold as it stands. Signs beyond the first 65,536 are found as well, and looked at one by one:
# a class that names them takes twenty times as long.
_ODD = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u061b\u061d-\u200d\u2010-\u2029\u202f-\u2065\u2070-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd]"
)
# Marks, embeddings, overrides and isolates that turn the direction: unseen, and of no use in a Danish register.
_DIRECTIONS = frozenset(map(chr, (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x2070))))

_RIGHT_TO_LEFT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
# Words that are written from the right, with what stands between them; written a second time in static/site.js.
_RUN = re.compile(f"[{_RIGHT_TO_LEFT}]+(?:[^\\w<>&{_RIGHT_TO_LEFT}]*[{_RIGHT_TO_LEFT}]+)*")
_TAG_AND_TEXT = re.compile(r"""(<(?:[^"'<>]++|"[^"]*+"|'[^']*+')*+>)([^<]*)""")
_ONLY_TEXT_IN = ("<title", "<option", "<text")  # where no element may stand

# The first bytes of whatever `_ODD` or `_RUN` may find, and of a little more; but two that also begin what is common.
_SUSPECT = bytes([*range(9), 11, 12, *range(14, 32), 0x7F, *range(0xD6, 0xE1), 0xED, 0xEF, *range(0xF0, 0xF5)])
_MORE_CONTROLS = re.compile(rb"\xc2[\x80-\x9f]")
_MORE_DIRECTIONS = re.compile(rb"\xe2(?:\x80[\x8e\x8f\xaa-\xae]|\x81[\xa6-\xaf])")


def without_controls(text: str) -> str:
    """The text without what turns its direction, and with a mark in the place of what HTML forbids in it."""
    return _ODD.sub(_shown, text)


def _shown(found: re.Match[str]) -> str:
    sign = found[0]
    if sign in _DIRECTIONS:
        return ""
    return sign if ord(sign) > 0xFFFF and ord(sign) & 0xFFFE != 0xFFFE else "\ufffd"


def isolated(text: str) -> str:
    """A plain text in which what is written from the right is isolated, by the characters that Unicode has for it."""
    return _RUN.sub("\u2068\\g<0>\u2069", text)


def isolated_page(html: str) -> str:
    """The same for a page, or a feed: by elements where they may stand; attributes stay as they are."""

    def isolate(found: re.Match[str]) -> str:
        tag, text = found.groups()
        return tag + (isolated(text) if tag.startswith(_ONLY_TEXT_IN) else _RUN.sub("<bdi>\\g<0></bdi>", text))

    return _TAG_AND_TEXT.sub(isolate, html)


def isolated_feed(xml: str) -> str:
    """The same for XML, which has no such elements."""
    return _TAG_AND_TEXT.sub(lambda found: found[1] + isolated(found[2]), xml)


def may_be_odd(data: bytes) -> bool:
    """Whether UTF-8 may hold anything that the functions above change: quick, since nearly everything holds nothing."""
    return (
        len(data.translate(None, _SUSPECT)) != len(data)
        or _MORE_CONTROLS.search(data) is not None
        or _MORE_DIRECTIONS.search(data) is not None
    )
