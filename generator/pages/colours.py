"""The operator's colours as a small style sheet after the site's own."""

from generator.colours import PAPER, tint


def colour_style(accent: str, accent_dark: str) -> str:
    """`farver.css`: each colour that is set, with the tint of the paper that goes with it; "" leaves one as it is."""
    rules = []
    if accent:
        rules.append(f"@media print, (prefers-color-scheme: light) {{ :root {{ --accent: {accent}; }} }}\n")
        rules.append(_tinted("light", accent, ""))
    if accent_dark:
        rules.append(_tinted("dark", accent_dark, f"--accent: {accent_dark}; "))
    return "".join(rules)


def _tinted(scheme: str, accent: str, more: str) -> str:
    """For screens alone: on paper the tint stays grey."""
    rule = f":root {{ {more}--accent-tint: {tint(accent, PAPER[scheme])}; }}"
    return f"@media screen and (prefers-color-scheme: {scheme}) {{ {rule} }}\n"
