"""Markdown of an operator's pages: links, anchors, tables, and nothing that could run."""

import pytest

from generator.pages.editorial import editorial, first_words, heading_of, shortened


@pytest.mark.parametrize(
    ("link", "href"),
    [
        ("[a](10-b.md)", "b.html"),
        ("[a](b.md#afsnit)", "b.html#afsnit"),
        ("[a](ordliste.html)", "ordliste.html"),
        ("[a](https://a.dk/b.md)", "https://a.dk/b.md"),
        ("[a](#x)", "#x"),
        ("[a](mailto:a@b.dk)", "mailto:a@b.dk"),
    ],
)
def test_links_lead_to_pages(link: str, href: str) -> None:
    html = editorial(link, lambda file: file.removeprefix("10-").replace(".md", ".html"))
    assert f'<a href="{href}"' in html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="y">',
        "[a](javascript:b)",
        "<style>p{}</style>",
        '<p style="x" onclick="y">z</p>',
        "<iframe src=x></iframe>",
        "<form><input></form>",
    ],
)
def test_nothing_can_run(text: str) -> None:
    html = editorial(text)
    for word in ("script", "on", "style", "<img", "<iframe", "<form", "<input"):
        assert word not in html.replace("noopener", "")


def test_headings_have_anchors_that_a_person_would_write() -> None:
    html = editorial("# A\n\n## Æbler & pærer\n\n## Indhold\n\n## Æbler, pærer\n\n## ?")
    assert [part.partition('"')[0] for part in html.split('id="')[1:]] == [
        "a",
        "aebler-paerer",
        "indhold-2",
        "aebler-paerer_1",
        "afsnit",
    ]  # "indhold" is the page's own


def test_a_column_to_the_right_needs_no_style() -> None:
    html = editorial("| a | b |\n|---|--:|\n| 1 | 2 |")
    assert '<td class="r">2</td>' in html and "<td>1</td>" in html and "style" not in html


def test_the_title_is_the_first_heading_without_markup() -> None:
    assert heading_of("Først\n\n# Hej *du* & `x`\n\n# Næste") == "Hej du & x"
    assert heading_of("```\n# ingen\n```\n\n## Lille") == ""


def test_a_description_is_the_first_paragraph_cut_at_a_word() -> None:
    assert first_words("# A\n\nHej **du** & jeg.\n\nNæste.") == "Hej du & jeg."
    words = shortened("ord " * 100)
    assert len(words) <= 160 and words.endswith("ord …")
    assert first_words("# A") == ""
