"""A frame gives back what was packed, and says whose it is when it can't."""

import pytest
import zstandard

from generator.archive.frames import Packer, Stored
from generator.errors import CheckError


def some_documents() -> list[Stored]:
    return [
        Stored("1-1", "tilbud", "aa", False, [(1, 3), (5, None)], b'{"a":1}'),
        Stored("1-2", "tilbud", "bb", True, [(2, 2)], b'{"a":NaN}'),
        Stored("æ/ø å\n", "", "cc", False, [(4, None)], '{"å":"\\n"}'.encode()),
    ]


def test_what_was_packed_comes_back() -> None:
    packer = Packer()
    assert list(packer.unpack(packer.pack(some_documents()), "1")) == some_documents()


def test_a_document_knows_whether_it_is_served_and_what_it_says() -> None:
    first, second, _ = some_documents()
    assert (first.is_open, second.is_open) == (True, False)
    assert first.parse() == {"a": 1}
    assert str(second.parse()) == "{'a': nan}"


def test_a_frame_can_be_read_without_this_program() -> None:
    text = zstandard.ZstdDecompressor().decompress(Packer().pack(some_documents()[:1]))
    assert text == b'{"id":"1-1","raw":false,"seen":[[1,3],[5,null]],"sha256":"aa","type":"tilbud"}\n{"a":1}'


def test_damage_anywhere_in_a_frame_names_the_offer() -> None:
    packer = Packer()
    frame = packer.pack(some_documents())
    for place in range(len(frame)):
        damaged = frame[:place] + bytes([frame[place] ^ 0x41]) + frame[place + 1 :]
        try:
            found = list(packer.unpack(damaged, "10007"))
        except CheckError as error:
            assert "the frame of offer '10007' is damaged" in str(error)
            assert "\n" not in str(error)
        else:  # a bit that zstd itself leaves unused
            assert found == some_documents()


@pytest.mark.parametrize("text", [b"", b"{}", b"{}\n{}", b"[]\n{}", b'{"id":"1","seen":[1]}\n{}'])
def test_a_whole_frame_of_something_else_is_damage_too(text: bytes) -> None:
    with pytest.raises(CheckError, match="offer '7' is damaged"):
        list(Packer().unpack(zstandard.ZstdCompressor().compress(text), "7"))


@pytest.mark.parametrize("cut", [0, 1, 10, -1])
def test_a_cut_frame_is_damage(cut: int) -> None:
    with pytest.raises(CheckError, match="offer '7' is damaged"):
        list(Packer().unpack(Packer().pack(some_documents())[:cut], "7"))
