"""A server that says the credentials back: they are neither in a message, nor in what a pull leaves behind."""

import base64
import json
from collections.abc import Callable

import pytest

from generator.archive.reader import Archive
from generator.commands.pull import DumpOptions
from generator.errors import SourceError, UsageError
from tests.pull.faults import deciding, from_then_on
from tests.pull.mirror import INDEX, Mirror
from tests.support.elasticsearch import Edit, Fault, FaultyProxy, JsonObject, Reply, Server

pytestmark = pytest.mark.usefixtures("credentials")


def forms(server: Server) -> list[str]:
    """What must not be found, as text."""
    assert server.authorization and server.password
    return [
        server.authorization[6:].rstrip("="),
        server.password,
        base64.b64encode(server.password.encode()).decode().rstrip("="),
    ]


def left_behind(mirror: Mirror) -> str:
    """All that the folder holds, and all that the archive knows of its pulls."""
    files = "".join(data.decode(errors="replace") for data in mirror.files().values())
    files += "".join(path.read_text() for path in mirror.folder.glob("*.json"))
    with Archive(mirror.archive) as archive:
        return files + repr(archive.receipts()) + repr(archive.source_mapping())


def test_in_its_version_and_its_mapping(mirror: Mirror, filled: Server) -> None:
    echo = " ".join(forms(filled))

    def spoil_version(page: JsonObject) -> None:
        page["version"]["number"] += f" {echo}\x1b[2J"

    def spoil_mapping(page: JsonObject) -> None:
        for index in page.values():
            index["mappings"]["tilbud"]["properties"] |= {echo: {"type": "text", "null_value": echo}}

    def decide(_: int, method: str, path: str) -> Fault | None:
        return Edit(spoil_version) if path == "/" else Edit(spoil_mapping) if path.endswith("_mapping") else None

    with FaultyProxy(filled, decide) as proxy:
        mirror.configure(proxy.url)
        mirror.pull()
    assert mirror.receipts()[0].details["source"]["server"] == "6.8.23 *** *** ***\\x1b[2J"
    found = left_behind(mirror)
    assert [form for form in forms(filled) if form in found] == []
    assert "***" in found and "\x1b" not in repr(mirror.receipts())


@pytest.mark.parametrize("status", [400, 429, 500])
def test_in_its_reasons(mirror: Mirror, filled: Server, status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.source.retry.FIRST_PAUSE", 0.01)
    # So long that what is cut off would leave half a password.
    said = [f"{'x' * length} {form}\\n\\u001b[2J" for form in forms(filled) for length in (1, 186, 190)]
    for reason in said:
        body = f'{{"error": {{"root_cause": [{{"reason": "{reason}"}}]}}}}'.encode()
        message = _fails(mirror, filled, from_then_on(Reply(status, body), 1))
        told = message + "".join(mirror.said)
        assert [form for form in forms(filled) if form[:8] in told] == []
        assert "\n" not in told and "\x1b" not in told


def test_in_what_is_no_answer(mirror: Mirror, filled: Server) -> None:
    echo = forms(filled)[0]

    def lose_shards(page: JsonObject) -> None:
        page["_shards"]["successful"] = echo

    def miscount(page: JsonObject) -> None:
        page["hits"]["total"] = echo

    for spoil in (lose_shards, miscount):
        message = _fails(mirror, filled, from_then_on(Edit(spoil), 1))
        assert echo not in message and "not Elasticsearch's" in message


def test_in_the_trace_of_a_pull_that_failed(mirror: Mirror, filled: Server) -> None:
    secret = filled.password or ""
    for dump in ("http://u:hunter2xyz@h/dump.ndjson", f"findes-ikke-{secret}\n\x1b[2J", f"{secret}/" * 900):
        with pytest.raises((UsageError, OSError)):
            mirror.pull(DumpOptions(dump, "preprod"))
        trace = mirror.archive.with_name(f"{mirror.archive.name}.attempt.json").read_text(encoding="utf-8")
        assert "***" in trace
        for part in ("hunter2xyz", secret, json.dumps(secret)[1:-1], "\\n", "\\u001b"):
            assert part not in trace.replace("\\\\", "")


def _fails(mirror: Mirror, server: Server, on_page: Callable[[int], Fault | None]) -> str:
    with FaultyProxy(server, deciding(server, on_page)) as proxy:
        mirror.configure(proxy.url, index=INDEX, tries=2)
        with pytest.raises(SourceError) as caught:
            mirror.pull()
    return str(caught.value)
