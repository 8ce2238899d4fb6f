"""What is read of an operator's folder of texts: files that lie in it, as UTF-8, of a sensible size."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from generator import config
from generator.building.branding import LARGEST, read_branding
from generator.config import Configuration
from generator.errors import ConfigurationError


@pytest.fixture
def configuration(tmp_path: Path) -> Configuration:
    """Settings with a folder of texts beside them."""
    (tmp_path / "tilbudsspejl.toml").write_text("", encoding="utf-8")
    (tmp_path / "content").mkdir()
    return config.load(tmp_path / "tilbudsspejl.toml")


@pytest.mark.parametrize("name", ["vejledning.md", "om.md"])
@pytest.mark.parametrize(
    ("make", "said"),
    [
        (os.mkfifo, "is no file; remove it"),
        (Path.mkdir, "is no file; remove it"),
        (lambda path: path.symlink_to("/etc/passwd"), "a link that leads out of"),
        (lambda path: path.symlink_to("../tilbudsspejl.toml"), "a link that leads out of"),
        (lambda path: path.symlink_to("/dev/zero"), "a link that leads out of"),
        (lambda path: path.symlink_to(path), "can't be read"),
        (lambda path: path.symlink_to("nowhere"), "can't be read"),
        (lambda path: path.write_bytes("# Blåbær".encode("utf-16")), "can't be read as UTF-8 text"),
        (lambda path: path.write_bytes(b"x" * (LARGEST + 1)), "500,001 bytes, and 500,000 are the most"),
    ],
)
def test_a_text_is_a_file_in_its_folder(
    configuration: Configuration, name: str, make: Callable[[Path], object], said: str
) -> None:
    path = configuration.content / name
    make(path)
    with pytest.raises(ConfigurationError) as caught:
        read_branding(configuration)
    assert str(caught.value).startswith(f"{path}: {said}") and "\n" not in str(caught.value)


def test_a_link_inside_of_the_folder_is_followed_and_the_folder_may_be_one(tmp_path: Path) -> None:
    (tmp_path / "tilbudsspejl.toml").write_text("", encoding="utf-8")
    (tmp_path / "tekster").mkdir()
    (tmp_path / "content").symlink_to("tekster")
    (tmp_path / "tekster" / "a.md").write_text("# Blåbær\n", encoding="utf-8")
    (tmp_path / "tekster" / "b.md").symlink_to("a.md")
    branding = read_branding(config.load(tmp_path / "tilbudsspejl.toml"))
    assert [page.title for page in branding.pages][:2] == ["Blåbær", "Blåbær"]


@pytest.mark.parametrize(
    ("content", "make", "said"),
    [
        ("nope", lambda folder: None, "nope is no folder"),
        ("mapping.toml", lambda folder: (folder / "mapping.toml").touch(), "mapping.toml is no folder"),
        ("content", lambda folder: (folder / "content").touch(), "content is no folder"),
        ("content", lambda folder: (folder / "content").symlink_to("nowhere"), "content is no folder"),
    ],
)
def test_a_folder_of_texts_that_is_none_is_told(
    tmp_path: Path, content: str, make: Callable[[Path], object], said: str
) -> None:
    (tmp_path / "tilbudsspejl.toml").write_text(f'[site]\ncontent = "{content}"', encoding="utf-8")
    make(tmp_path)
    with pytest.raises(ConfigurationError) as caught:
        read_branding(config.load(tmp_path / "tilbudsspejl.toml"))
    assert str(caught.value).startswith(f"site.content: {tmp_path / said}; ")


def test_the_folder_of_texts_may_be_missing_where_nobody_has_named_another(tmp_path: Path) -> None:
    (tmp_path / "tilbudsspejl.toml").write_text('[site]\ncontent = "content"', encoding="utf-8")
    assert [page.title for page in read_branding(config.load(tmp_path / "tilbudsspejl.toml")).pages]
