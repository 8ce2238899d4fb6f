"""The glossary: every word complete, every reference one that leads somewhere, the paragraphs from the vocabulary."""

import re

import pytest

from generator.errors import ConfigurationError
from generator.pages.fixed.glossary import FILE, paragraph_rows, read_glossary
from generator.pages.listings.catalog import make_catalog
from generator.pages.rendering import glossary_of
from generator.register.model.vocabulary import known_paragraphs, paragraph_meaning
from generator.resources import Theme, folder

GLOSSARY = glossary_of(Theme())

# What `domain` has checked; no other reference may stand in the program's own glossary.
CHECKED = {
    "skaerpet-tilsyn": "socialtilsynsloven § 8",
    "markering": "serviceloven § 14 og bekendtgørelse 61/2023 § 17",
}


def written(*terms: str) -> str:
    return "".join(
        f'[[term]]\nkey = "{key}"\nname = "{key}"\nshort = "Kort."\n{more}\n'
        for key, _, more in (term.partition("|") for term in terms)
    )


def test_words_stand_in_danish_order() -> None:
    names = [entry.name for entry in GLOSSARY.entries.values()]
    assert names[0] == "Afdeling" and names[-1] == "Ændret af kilden"
    assert names.index("Tilbud") < names.index("Vilkår")


def test_every_word_is_explained_in_one_sentence_and_then_some() -> None:
    for entry in GLOSSARY.entries.values():
        assert re.fullmatch(r"[A-ZÆØÅ].*\.", entry.short), entry.key
        assert entry.body, entry.key


def test_only_checked_references_to_the_law() -> None:
    assert {entry.key: entry.law for entry in GLOSSARY.entries.values() if entry.law} == CHECKED


def test_every_word_that_the_issue_names_is_there() -> None:
    for key in (
        "juridisk-grundlag",
        "pladser",
        "takst",
        "driftsherre",
        "skaerpet-tilsyn",
        "paabud",
        "markering",
        "socialtilsyn",
        "vilkaar",
        "ophoert",
        "gyldig-fra",
        "kendt-fra",
        "muligvis-fortsat-som",
        "feed",
    ):
        assert GLOSSARY[key].key == key


def test_a_template_that_explains_an_unknown_word_is_told_the_nearest() -> None:
    with pytest.raises(ConfigurationError, match=r"lacks the term 'pladsr'.*did you mean 'pladser'"):
        GLOSSARY["pladsr"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[term]\n", "x.toml: not valid TOML"),
        (written("A b"), "term 'A b': a key is made of"),
        (written("paragraffer"), "term 'paragraffer': a key is made of"),
        (written("a", "a"), "term 'a': stands twice"),
        (written('a|see = ["bb"]', "bbb"), "term 'a': leads to 'bb', which is no term (did you mean 'bbb'?)"),
        (written('a|text = "[x](#y)"'), "term 'a': leads to 'y', which is no term"),
        (written('a|tekst = "x"'), "term.0.tekst: unknown key (did you mean 'text'?)"),
    ],
)
def test_a_mistake_is_named(text: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_glossary(text, "x.toml")
    assert said in str(caught.value) and "\n" not in str(caught.value).partition("TOML")[0]


def test_markup_in_a_text_can_do_nothing() -> None:
    glossary = read_glossary(written('a|text = "<script>x</script>[y](javascript:z) *w*"'), "x.toml")
    assert glossary["a"].body.strip() == '<p><a rel="noopener noreferrer">y</a> <em>w</em></p>'


def test_paragraphs_are_those_of_the_vocabulary_with_their_renames() -> None:
    rows = {row.anchor: row for row in paragraph_rows(make_catalog(()))}
    assert [row.name.replace("\u00a0", " ") for row in rows.values()] == list(known_paragraphs())
    assert all(row.meaning for row in rows.values())
    assert rows["sel-66-1-5"].successor.replace("\u00a0", " ") == "BL § 43, stk. 1, nr. 6 børne- og ungehjem"
    assert [name.replace("\u00a0", " ") for name in rows["bl-43-1-6"].former] == [
        "SEL § 66, stk. 1, nr. 5 opholdssted",
        "SEL § 66, stk. 1, nr. 6 døgninstitution",
    ]
    assert rows["sel-107"].law == "serviceloven" and not rows["sel-107"].address


def test_no_name_of_a_paragraph_is_written_a_second_time() -> None:
    text = (folder("templates") / FILE).read_text(encoding="utf-8")
    assert [name for name in map(paragraph_meaning, known_paragraphs()) if f"§ {name}" in text] == []
    assert re.findall(r"\b(?:SEL|BL|ABL|SUL)\b", text) == []
