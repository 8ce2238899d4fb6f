"""The archivist's commands as they are run: verify, export, backup; and the archive checked without us."""

import gzip
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest
import zstandard

from generator import config
from generator.archive.reader import Archive
from generator.archive.verify import verify
from generator.atomic_file import new_file
from generator.commands.archive_backup import backup
from generator.commands.archive_export import pull_at, read_moment
from generator.errors import UsageError
from generator.register.model.clock import danish_day
from tests.archive.mirror import Mirror
from tests.support.archives import redate
from tests.support.register import make_demo, real_documents, run, run_ok, write_dump


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small demo register, pulled twice, that no test may change."""
    return make_demo(tmp_path_factory.mktemp("archive") / "register", offers=6)


@pytest.fixture
def register(demo: Path, tmp_path: Path) -> Path:
    """A copy of it that may be changed."""
    return Path(shutil.copytree(demo, tmp_path / "register"))


def digests(archive: Path) -> list[str]:
    """The digest of every pull, from the receipts."""
    with Archive(archive) as opened:
        return [receipt.details["digest"] for receipt in opened.receipts()]


def damage(archive: Path) -> None:
    with closing(sqlite3.connect(archive)) as connection, connection:
        connection.execute(
            "UPDATE offers SET frame = CAST(substr(frame, 1, 99) || x'00ff' || substr(frame, 102) AS BLOB) "
            "WHERE key = '10002'"
        )


def fails(folder: Path, *arguments: str | Path, code: int, names: str) -> str:
    """Asserts the exit code, one line on stderr that names the thing, and no file more or less."""
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    done = run(*arguments, folder=folder)
    assert done.returncode == code, done.stderr
    [line] = done.stderr.splitlines()
    assert line.startswith("tilbudsspejl: ") and names in line
    assert {path: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before
    return done.stdout


# ---------------------------------------------------------------- verify


def test_verify_says_that_an_archive_is_sound(demo: Path) -> None:
    line = run_ok("archive", "verify", folder=demo)
    assert line.startswith("sound: 6 offers, ") and line.endswith(
        "2 pulls with an unbroken chain, 2 digests recomputed\n"
    )
    found = orjson.loads(run_ok("archive", "verify", "--json", folder=demo))
    assert (found["is_sound"], found["problems"], found["pulls"], found["recomputed"]) == (True, [], 2, 2)


def test_verify_names_what_is_damaged(register: Path) -> None:
    damage(register / "register.sqlite")
    told = fails(register, "archive", "verify", code=5, names="register.sqlite: 1 problem found; restore it")
    assert told.startswith("offer '10002': its frame can't be unpacked (") and len(told.splitlines()) == 1
    found = orjson.loads(fails(register, "archive", "verify", "--json", code=5, names="1 problem found"))
    assert (found["is_sound"], [*told.splitlines()]) == (False, found["problems"])


def test_verify_says_what_it_could_not_recompute(tmp_path: Path) -> None:
    shutil.copy(Path(__file__).parents[1] / "archive" / "formats" / "1.sqlite", tmp_path / "register.sqlite")
    assert "2 receipts of format 1 were not recomputed" in run_ok("archive", "verify", folder=tmp_path)


def test_an_archive_that_is_missing_or_none(tmp_path: Path) -> None:
    for command in (["verify"], ["export", "--as-dump", "x"], ["backup", "x"]):
        fails(tmp_path, "archive", *command, code=2, names="register.sqlite: not there; run `tilbudsspejl pull`")
    (tmp_path / "register.sqlite").write_bytes(b"dette er ikke en database" * 100)
    for command in (["verify"], ["export", "--as-dump", "x"], ["backup", "x"]):
        fails(tmp_path, "archive", *command, code=5, names="not an archive, or damaged")


# ---------------------------------------------------------------- export


@pytest.mark.parametrize("name", ["state.ndjson", "state.ndjson.gz", "state.ndjson.zst"])
def test_an_export_that_is_pulled_is_the_same_state(register: Path, name: str) -> None:
    run_ok("archive", "export", "--as-dump", name, folder=register)
    assert {path.name for path in register.glob("state*")} == {name}
    expected = digests(register / "register.sqlite")[1]
    (register / "register.sqlite").unlink()
    run_ok("pull", "--from", name, "--complete", "--first", folder=register)
    assert digests(register / "register.sqlite") == [expected]


def test_every_past_state_can_be_exported(register: Path) -> None:
    archive = register / "register.sqlite"
    redate(archive, "2026-01-01T02:00:00+00:00", "2026-01-02T02:00:00+00:00")  # a pull a night, as it would be
    for number, moment in enumerate(("2026-01-02T02:59:59", "2026-01-02")):  # Danish: a second before the second pull
        run_ok("archive", "export", "--as-dump", f"{number}.ndjson", "--as-of", moment, folder=register)
        other = register / str(number)
        other.mkdir()
        run_ok("pull", "--from", f"../{number}.ndjson", "--complete", folder=other)
        assert digests(other / "register.sqlite") == [digests(archive)[number]]
    assert len(set(digests(archive))) == 2
    fails(register, "archive", "export", "--as-dump", "x", "--as-of", "2025-12-31", code=2, names="2026-01-01 03:00")


def test_times_are_danish_unless_they_say_otherwise() -> None:
    assert read_moment("2026-07-01") == datetime(2026, 7, 1, 21, 59, 59, 999999, tzinfo=UTC)
    assert read_moment("2026-07-01T12:00") == datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert read_moment("2026-07-01T12:00:00-03:00") == datetime(2026, 7, 1, 15, tzinfo=UTC)
    for text in ("i går", "2026-13-01", "", "9999-12-31T23:59:59-12:00"):
        with pytest.raises(UsageError, match="no ISO 8601 date or time; write it as"):
            read_moment(text)


def test_the_last_pull_that_had_finished_counts(demo: Path) -> None:
    with Archive(demo / "register.sqlite") as archive:
        receipts = archive.receipts()
    assert pull_at(receipts, None).number == 2
    assert pull_at(receipts, receipts[1].finished.isoformat()).number == 2
    with pytest.raises(UsageError, match="before the first pull, which finished"):
        pull_at(receipts, (receipts[0].finished - timedelta(seconds=1)).isoformat())


def test_standard_output_holds_the_dump_and_nothing_else(demo: Path, tmp_path: Path) -> None:
    done = run("archive", "export", "--as-dump", "-", folder=demo)
    assert done.returncode == 0 and "documents" in done.stderr
    run_ok("archive", "export", "--as-dump", str(tmp_path / "x.ndjson"), folder=demo)
    assert done.stdout == (tmp_path / "x.ndjson").read_text(encoding="utf-8")
    first = orjson.loads(done.stdout.splitlines()[0])
    assert list(first) == ["_index", "_type", "_id", "_source"] and first["_index"] == "tilbud-demo"
    for suffix, unpack in ((".gz", gzip.decompress), (".zst", unzstd)):
        run_ok("archive", "export", "--as-dump", str(tmp_path / f"x{suffix}"), folder=demo)
        assert unpack((tmp_path / f"x{suffix}").read_bytes()).decode() == done.stdout


def unzstd(packed: bytes) -> bytes:
    return zstandard.ZstdDecompressor().decompressobj().decompress(packed)


def test_a_reader_that_goes_away_is_no_error(demo: Path) -> None:
    command = [sys.executable, "-m", "generator", "archive", "export", "--as-dump", "-"]
    env = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(command, cwd=demo, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout and process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""


def test_nothing_is_ever_overwritten(register: Path) -> None:
    (register / "mine").write_bytes(b"mine")
    (register / "link").symlink_to("nowhere")
    for name in ("mine", "link", "register.sqlite", "content"):
        fails(register, "archive", "export", "--as-dump", name, code=2, names=f"{name}: is there already")
        fails(register, "archive", "backup", name, code=2, names=f"{name}: is there already")
    for command in (["export", "--as-dump"], ["backup"]):
        fails(register, "archive", *command, "no/where", code=2, names="its folder is not there")


def test_no_other_file_is_touched_while_one_is_written(register: Path) -> None:
    def of_file(path: Path) -> tuple[int, int, int]:
        found = path.lstat()
        return found.st_ino, found.st_size, found.st_mtime_ns

    (register / "elsewhere").write_bytes(b"mine")
    for command, name in (["export", "--as-dump"], "a.ndjson"), (["backup"], "b.sqlite"):
        (register / f"{name}.part").symlink_to("elsewhere")
        (register / f"{name}.part-journal").write_bytes(b"mine")
        before = {path: of_file(path) for path in register.iterdir()}
        run_ok("archive", *command, name, folder=register)
        assert {path: of_file(path) for path in before} == before
        assert set(register.iterdir()) - set(before) == {register / name}
    assert (register / "elsewhere").read_bytes() == b"mine"


@pytest.mark.parametrize("name", ["site/copy", "site/tilbud/copy", "link/copy", "site/../site/copy"])
def test_nothing_is_written_into_the_site(register: Path, name: str) -> None:
    run_ok("build", folder=register)
    (register / "link").symlink_to("site")
    for command in (["export", "--as-dump"], ["backup"]):
        fails(register, "archive", *command, name, code=2, names="which is published and replaced")
    assert "nothing has changed" in run_ok("build", folder=register)


def test_what_a_killed_command_has_left_goes_with_the_next(register: Path) -> None:
    command = (
        "import os; from generator.archive.reader import Archive; from generator.cli import main; "
        "Archive.damage = lambda self: os.kill(os.getpid(), 9); main()"
    )
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", command, "archive", "backup", "x.sqlite"],
        cwd=register, env={**os.environ, "PYTHONPATH": root}, check=False,
    )  # fmt: skip
    assert done.returncode == -9
    [left] = register.glob(".tilbudsspejl-*")
    assert (left / "part").stat().st_size > 1000 and left.stat().st_mode & 0o077 == 0
    (register / ".tilbudsspejl-new-mine").mkdir()
    (register / ".tilbudsspejl-new-mine" / "notes.txt").touch()
    run_ok("archive", "backup", "x.sqlite", folder=register)
    assert [path.name for path in register.glob(".tilbudsspejl-*")] == [".tilbudsspejl-new-mine"]


def test_an_export_is_for_the_operator_alone(register: Path) -> None:
    run_ok("archive", "export", "--as-dump", "x.ndjson", folder=register)
    assert (register / "x.ndjson").stat().st_mode & 0o777 == 0o600


def test_of_two_that_write_a_file_at_once_neither_takes_the_others(tmp_path: Path) -> None:
    target = tmp_path / "x"
    with pytest.raises(UsageError, match="is there already"), new_file(target) as part:
        part.write_bytes(b"late")
        target.write_bytes(b"early")
    assert target.read_bytes() == b"early"
    assert list(tmp_path.iterdir()) == [target]


def test_a_damaged_archive_is_neither_exported_nor_backed_up_half(register: Path) -> None:
    archive = register / "register.sqlite"
    damage(archive)
    fails(register, "archive", "export", "--as-dump", "x.ndjson", code=5, names="the frame of offer '10002' is damaged")
    content = bytearray(archive.read_bytes())
    content[4096 * 3 : 4096 * 4] = b"\xa5" * 4096
    archive.write_bytes(content)
    fails(register, "archive", "backup", "x.sqlite", code=5, names="damaged")
    assert list(register.glob("x*")) == []


# ---------------------------------------------------------------- who may export


AGREEMENT = """
reference = "2026-17"
party = "Kommune"
valid_from = 2020-01-01
valid_until = 2099-12-31
environments = ["prod"]
[audience.internal]
permit = ["*"]
unknown = true
withhold = []
history = true
ceased = true
raw_documents = true
"""


def test_verbatim_documents_leave_only_where_the_agreement_lets_all_of_them(tmp_path: Path) -> None:
    write_dump(tmp_path / "dump.ndjson", real_documents(3))
    run_ok("pull", "--from", "dump.ndjson", "--environment", "prod", folder=tmp_path)
    export = ("archive", "export", "--as-dump", "x.ndjson")
    fails(tmp_path, *export, code=3, names="agreement.toml: missing")
    refused = {
        "raw_documents = true": "raw_documents = false",
        "withhold = []": 'withhold = ["kontakt.leder"]',
        'permit = ["*"]': 'permit = ["navn"]',
        "unknown = true": "",
        "history = true": "",
        "ceased = true": "",
    }
    for term, other in refused.items():
        (tmp_path / "agreement.toml").write_text(AGREEMENT.replace(term, other), encoding="utf-8")
        key = term.partition(" ")[0]
        fails(tmp_path, *export, code=3, names=f"agreement.toml: audience.internal.{key}: must be ")
    (tmp_path / "agreement.toml").write_text(AGREEMENT, encoding="utf-8")
    fails(tmp_path, *export, "--audience", "public", code=3, names="audience.public: missing")
    run_ok(*export, folder=tmp_path)
    run_ok("archive", "backup", "b.sqlite", folder=tmp_path)


@pytest.mark.clock
def test_an_agreement_is_held_against_the_danish_day(tmp_path: Path) -> None:
    write_dump(tmp_path / "dump.ndjson", real_documents(3))
    run_ok("pull", "--from", "dump.ndjson", "--environment", "prod", folder=tmp_path)
    today, day = danish_day(datetime.now(UTC)), timedelta(days=1)
    terms = AGREEMENT.replace("2020-01-01", f"{today}")
    # Midnight may pass meanwhile.
    (tmp_path / "agreement.toml").write_text(terms.replace("2099-12-31", f"{today + day}"), encoding="utf-8")
    run_ok("archive", "export", "--as-dump", "x.ndjson", folder=tmp_path)
    for valid_from, valid_until, names in (
        (today - 2 * day, today - day, f"the agreement ended on {today - day}; renew it"),
        (today + 2 * day, today + 3 * day, f"the agreement begins on {today + 2 * day}; today is "),
    ):
        terms = AGREEMENT.replace("2020-01-01", f"{valid_from}").replace("2099-12-31", f"{valid_until}")
        (tmp_path / "agreement.toml").write_text(terms, encoding="utf-8")
        fails(tmp_path, "archive", "export", "--as-dump", "y.ndjson", code=3, names=names)


def test_a_backup_needs_no_agreement(tmp_path: Path) -> None:
    write_dump(tmp_path / "dump.ndjson", real_documents(3))
    run_ok("pull", "--from", "dump.ndjson", "--environment", "prod", folder=tmp_path)
    assert run_ok("archive", "backup", "b.sqlite", folder=tmp_path) == "pull 1 and all before it in b.sqlite\n"
    assert verify(tmp_path / "b.sqlite").is_sound


# ---------------------------------------------------------------- backup


def test_a_backup_is_the_archive(register: Path) -> None:
    archive = register / "register.sqlite"
    archive.chmod(0o640)
    run_ok("archive", "backup", "b.sqlite", folder=register)
    assert {path.name for path in register.glob("b.*")} == {"b.sqlite"}
    with closing(sqlite3.connect(archive)) as one, closing(sqlite3.connect(register / "b.sqlite")) as other:
        assert list(one.iterdump()) == list(other.iterdump())
    if os.name == "posix":
        assert (register / "b.sqlite").stat().st_mode & 0o777 == 0o640


def test_backups_made_while_pulls_publish_are_whole(tmp_path: Path) -> None:
    mirror = Mirror(tmp_path)
    values = [("filler", {"o": "f", "v": "x" * 200_000})]
    mirror.pull(*values)
    (tmp_path / "tilbudsspejl.toml").write_text("", encoding="utf-8")
    configuration = config.load(tmp_path / "tilbudsspejl.toml")
    done = threading.Event()
    failed: list[BaseException] = []

    def publish() -> None:
        try:
            for number in range(10_000):
                mirror.pull(*values, *((f"{n}", {"o": f"{n}", "v": number}) for n in range(40)))
                if done.is_set():
                    return
        except BaseException as error:
            failed.append(error)

    writer = threading.Thread(target=publish)
    writer.start()
    try:
        numbers = list[int]()
        deadline = time.monotonic() + 300
        while len(set(numbers)) < 5 and time.monotonic() < deadline:  # as many pulls as that were published meanwhile
            numbers.append(backup(configuration, tmp_path / f"{len(numbers)}.sqlite"))
    finally:
        done.set()
        writer.join()
    assert failed == []
    assert numbers == sorted(numbers) and len(set(numbers)) == 5
    for count, number in enumerate(numbers):
        found = verify(tmp_path / f"{count}.sqlite")
        assert (found.problems, found.pulls) == ([], number)
