"""Colours as an operator gives them: what is readable on the site's paper (WCAG 2.1, contrast)."""

import re

LEAST = 4.5  # the contrast that WCAG 2.1 AA asks of text
PAPER = {"light": "#fcfcfa", "dark": "#12181a"}  # --paper in static/site.css
_STRONGEST_TINT = 0.12


def contrast(first: str, second: str) -> float:
    """The contrast of two colours written as #rrggbb, from 1 to 21."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def is_colour(text: str) -> bool:
    """Whether it is written as #rrggbb."""
    return re.fullmatch(r"#[0-9a-f]{6}", text, re.IGNORECASE) is not None


def tint(accent: str, paper: str) -> str:
    """The paper with as much of the accent in it as still lets the accent be read upon it."""
    steps = int(_STRONGEST_TINT * 100)
    mixed = (_mix(accent, paper, step / 100) for step in range(steps, -1, -1))
    return next((ground for ground in mixed if contrast(accent, ground) >= LEAST), paper)


def _mix(first: str, second: str, share: float) -> str:
    parts = (round(a * share + b * (1 - share)) for a, b in zip(_parts(first), _parts(second), strict=True))
    return "#" + "".join(f"{part:02x}" for part in parts)


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in _parts(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
