"""Any past state, written as a dump and pulled into an empty archive, is the same state."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from generator.archive.export import dump_lines
from generator.archive.frames import Packer
from generator.archive.merge import hashed
from generator.archive.reader import Archive
from generator.archive.writer import KeyOf, regroup, writing
from generator.errors import CheckError
from generator.register.model.receipt import Receipt
from generator.source.dump import read_dump
from tests.archive.mirror import GROUPING, Mirror, SourceDocument, key_of, other_key_of, stage

A1 = ("a-1", {"o": "a", "v": 1})
A2 = ("a-2", {"o": "a", "v": 2})
A1_CHANGED = ("a-1", {"o": "a", "v": 9})
B1 = ("b-1", {"o": "b", "v": 1})
STRANGE = [
    ("nan", b'{"o":"s","v":NaN}'),
    ("twice", b'{"o":"s","v":1,"v":2}'),
    ("long", b'{"o":"s","v":123456789012345678901, "w":1.10}'),
    ("alone", b'{"o":"\\ud800","v":"\\udfff"}'),
    ("broken\nover", b'{\n"o":"s",\r\n"v":NaN}'),
    ("tel\u2028\t\x7f", {"o": "s", "v": "\u2028 \x00 </script>"}),
    ("\udc00", {"o": "s", "v": 1e300}),
    ("none", {"v": 1}),
]


def exported(mirror: Mirror, number: int | None = None) -> tuple[Receipt, list[bytes]]:
    with Archive(mirror.path) as archive:
        receipt = archive.receipts()[-1 if number is None else number - 1]
        return receipt, list(dump_lines(archive, receipt, "tilbud"))


def pulled_from(lines: Iterable[bytes], folder: Path) -> Mirror:
    """An archive of its own, pulled from these lines only."""
    folder.mkdir()
    dump = folder / "dump.ndjson"
    dump.write_bytes(b"".join(lines))
    copy = Mirror(folder)
    with writing(copy.path) as writer:
        stage(writer, list(read_dump(str(dump))))
        writer.publish(
            environment="preprod",
            grouping=GROUPING,
            key_of=key_of,
            presence="staged",
            started=datetime(2026, 11, 23, tzinfo=UTC),
            details={},
        )
    return copy


def state(mirror: Mirror, number: int) -> tuple[str, list[tuple[str, str]], dict[str, str]]:
    """The receipt's digest, every (_id, hash) of the state, and which hash stayed for each _id, if one did."""
    with Archive(mirror.path) as archive:
        documents = [d for batch in archive.batches(9) for _, _, stored in archive.stored(batch) for d in stored]
        digest = archive.receipts()[number - 1].details["digest"]
    pairs, stayed = [], {}
    for document in documents:
        for first, last in document.seen:
            if first <= number and (last is None or last >= number):
                pairs.append(document.content)
                if last is None or last > number:
                    stayed[document.id] = document.sha256
    return digest, sorted(pairs), stayed


EVERY_PULL: list[tuple[list[SourceDocument], bool]] = [
    ([A1, B1, *STRANGE], True),
    ([A1, A2, A1_CHANGED], False),  # one _id twice
    ([A2, *STRANGE[:3]], True),
    ([A1, ("a-2", {"o": "b", "v": 2}), A2], True),  # an _id that moves away and back within a pull
    ([("a-2", {"o": "0", "v": 2}), ("a-1", {"o": "0", "v": 1})], True),
    ([A1_CHANGED, ("a-1", {"o": "0", "v": 1}), *STRANGE], True),
    ([B1], True),
]


@pytest.mark.parametrize("number", range(1, len(EVERY_PULL) + 1))
def test_a_state_goes_round(mirror: Mirror, tmp_path: Path, number: int) -> None:
    for told, is_complete in EVERY_PULL:
        mirror.pull(*told, complete=is_complete)
    _, lines = exported(mirror, number)
    copy = pulled_from(lines, tmp_path / "copy")
    digest, pairs, stayed = state(mirror, number)
    assert len(lines) == len(pairs) > 0
    assert state(copy, 1)[:2] == (digest, pairs)
    assert state(copy, 1)[2].items() >= stayed.items()


def test_lines_are_as_elasticdump_writes_them_and_contents_as_they_came(mirror: Mirror) -> None:
    mirror.pull(A1, STRANGE[1])
    assert exported(mirror)[1] == [
        b'{"_index":"tilbud","_type":"tilbud","_id":"a-1","_source":{"o":"a","v":1}}\n',
        b'{"_index":"tilbud","_type":"tilbud","_id":"twice","_source":{"o":"s","v":1,"v":2}}\n',
    ]


def test_what_stayed_comes_last_also_when_its_offer_comes_first(mirror: Mirror) -> None:
    mirror.pull(("1", {"o": "b", "v": 1}), ("2", {"o": "b", "v": 2}), ("1", {"o": "a", "v": 1}))
    sources = [line.partition(b'"_source":')[2] for line in exported(mirror)[1]]
    assert sources == [b'{"o":"b","v":1}}\n', b'{"o":"b","v":2}}\n', b'{"o":"a","v":1}}\n']


def test_a_regrouped_archive_exports_the_same_states(mirror: Mirror) -> None:
    for told, is_complete in EVERY_PULL:
        mirror.pull(*told, complete=is_complete)
    before = [sorted(exported(mirror, number)[1]) for number in range(1, len(EVERY_PULL) + 1)]
    regroup(mirror.path, "other", other_key_of)
    assert [sorted(exported(mirror, number)[1]) for number in range(1, len(EVERY_PULL) + 1)] == before


def test_a_state_that_is_not_what_its_receipt_says_is_not_exported(mirror: Mirror) -> None:
    mirror.pull(A1, B1)
    mirror.reseal("DELETE FROM offers WHERE key = 'b'")
    with pytest.raises(CheckError, match="pull 1 is not what its receipt says"):
        exported(mirror)


def test_a_content_that_is_not_what_its_hash_is_of_is_not_exported(mirror: Mirror) -> None:
    mirror.pull(A1)
    [(_, _, _, _, frame)] = mirror.frames()
    documents = list(Packer().unpack(frame, "a"))
    documents[0].text = b'{"o":"a","v":7}'
    mirror.reseal(("UPDATE offers SET sha256 = ?, frame = ?", hashed(Packer().pack(documents))))
    with pytest.raises(CheckError, match="offer 'a', _id 'a-1' is damaged"):
        exported(mirror)


@pytest.mark.parametrize("key", [other_key_of, lambda source: "all of them"])
def test_an_export_that_a_regrouping_overtakes_is_told(mirror: Mirror, key: KeyOf) -> None:
    mirror.pull(A1, A2, B1)
    with Archive(mirror.path) as archive:
        lines = dump_lines(archive, archive.receipts()[-1], "tilbud")
        next(lines)
        regroup(mirror.path, "other", key)
        with pytest.raises(CheckError, match="regrouped while it was read; run it again"):
            list(lines)
