"""An operator's colour: readable on paper, and on the tint that is made of it."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from generator import resources
from generator.colours import LEAST, PAPER, contrast, tint
from generator.pages.colours import colour_style

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
SOFT = {"light": "#505c5f", "dark": "#a6b2b2"}  # --soft in static/site.css


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),
        ("#0b5563", "#fcfcfa", 8.2),
    ],
)
def test_contrast_is_the_one_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.05) == contrast(other, one)


@given(COLOURS, st.sampled_from(["light", "dark"]))
def test_text_can_be_read_on_the_tint_of_any_colour_that_is_allowed(accent: str, scheme: str) -> None:
    assume(contrast(accent, PAPER[scheme]) >= LEAST)
    ground = tint(accent, PAPER[scheme])
    assert contrast(accent, ground) >= LEAST
    assert contrast(SOFT[scheme], ground) >= LEAST


def test_the_papers_are_those_of_the_style_sheet() -> None:
    style = (resources.folder("static") / "site.css").read_text(encoding="utf-8")
    light, dark = style.split("prefers-color-scheme: dark", 1)
    for part, scheme in ((light, "light"), (dark, "dark")):
        found = dict(re.findall(r"--(paper|soft): (#[0-9a-f]{6})", part.partition("}")[0]))
        assert found == {"paper": PAPER[scheme], "soft": SOFT[scheme]}


def test_only_what_is_set_is_written() -> None:
    both = colour_style("#803050", "#f0a0c0")
    assert "--accent: #803050;" in both and "--accent: #f0a0c0;" in both
    assert "dark" not in colour_style("#803050", "")
    assert "light" not in colour_style("", "#f0a0c0")
