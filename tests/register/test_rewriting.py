"""The operator's own mapping file with what is proposed in it."""

import difflib

import pytest

from generator.errors import ConfigurationError
from generator.register.mapping.mapping import default_mapping, default_mapping_text, read_mapping
from generator.register.mapping.proposals import compare
from generator.register.mapping.rewriting import proposed_text
from tests.support.source_fields import WRAPPER, default_types, renamed

NAMES = {
    WRAPPER: "Konvolut",
    "version": "versionsnummer",
    "tilbud.navn": "tilbud.tilbudsnavn",
    "tilbud.takster": "tilbud.priser",
    "tilbud.takster.enhed": "tilbud.priser.xyz",
}
MOVED = "not in the source, moved with its list"
TYPES = renamed(default_types(), NAMES)


def test_only_the_lines_with_a_proposal_change_and_comments_stay() -> None:
    mapping = default_mapping()
    text = proposed_text(mapping, compare(mapping, TYPES))
    changes = [line for line in difflib.ndiff(mapping.text.splitlines(), text.splitlines()) if line[0] in "+-"]
    assert [line[2:] for line in changes if line[0] == "+"] == [
        (
            'wrapper = "Konvolut"        # proposed, unsure; was "TilbudEnvelope"; '
            "the object in _source that holds everything"
        ),
        'version = ["versionsnummer", "version"]  # proposed, unsure; was "version"',
        'navn = "tilbud.tilbudsnavn"  # proposed; was "tilbud.navn"',
        '"takster[].ydelse" = "tilbud.priser[].ydelse"  # proposed, unsure; was "tilbud.takster[].ydelse"',
        '"takster[].beloeb" = "tilbud.priser[].beloeb"  # proposed, unsure; was "tilbud.takster[].beloeb"',
        f'"takster[].enhed" = "tilbud.priser[].enhed"  # {MOVED}; was "tilbud.takster[].enhed"',
    ]
    assert len([line for line in changes if line[0] == "-"]) == 6
    again = read_mapping(text, "new.toml")
    assert [missing.name for missing in compare(again, TYPES).missing] == ["fields.takster[].enhed"]


def test_nothing_to_propose_changes_nothing() -> None:
    mapping = default_mapping()
    assert proposed_text(mapping, compare(mapping, default_types())) == mapping.text == default_mapping_text()


@pytest.mark.parametrize(
    "text",
    [
        'identity = {tilbudsId = "tilbudsId"}\nfields = {navn = "tilbud.navn", status = "status"}\n',
        'identity.tilbudsId = "tilbudsId"\nfields.navn = "tilbud.navn"  # mit navn\nfields.status = "status"\n',
        '[identity]\ntilbudsId = ["tilbudsId"]\n[fields]\n"navn" = "tilbud.navn"\nstatus = "status"\n',
        '[identity]\r\ntilbudsId = "tilbudsId"\r\n[fields]\r\nnavn = "tilbud.navn"\r\nstatus = "status"',
    ],
)
def test_however_the_operator_writes_tables(text: str) -> None:
    mapping = read_mapping(text, "mapping.toml")
    new = proposed_text(mapping, compare(mapping, TYPES))
    again = read_mapping(new, "new.toml")
    assert (again.wrapper, again.sources) == ("Konvolut", {"navn": "tilbud.tilbudsnavn", "status": "status"})
    assert ("# mit navn" in text) == ("; mit navn" in new)


def test_a_path_with_quotes_in_it() -> None:
    types = {path.replace("tilbudsnavn", 'tilbuds"navn\\'): kind for path, kind in TYPES.items()}
    mapping = default_mapping()
    again = read_mapping(proposed_text(mapping, compare(mapping, types)), "new.toml")
    assert again.sources["navn"] == 'tilbud.tilbuds"navn\\'


def test_a_file_that_cannot_be_changed_line_by_line_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written is compared with what was meant; here the change gets lost on its way."""
    mapping = default_mapping()
    comparison = compare(mapping, TYPES)
    monkeypatch.setattr("generator.register.mapping.rewriting._set", lambda *_: None)
    with pytest.raises(ConfigurationError, match=r"the proposal for mapping.toml: \[fields\] is not laid out"):
        proposed_text(mapping, comparison)
