"""`pull`: everything the source has, staged, checked, and published in the archive as one new state."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from generator import __version__
from generator.archive.writer import Published, Writer, check_binding, check_mixture, writing
from generator.config import Configuration, Profile, credentials
from generator.errors import ConfigurationError, SourceError, UsageError
from generator.register.documents import Document
from generator.register.mapping import Mapping
from generator.source.client import Endpoint, scroll
from generator.source.dump import read_dump

Environment = Literal["preprod", "prod", "demo"]
Progress = Callable[[int, int | None], None]  # documents so far, documents in all if known
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class DumpOptions:
    """What the caller says of a dump."""

    name: str
    environment: Environment | None = None
    is_complete: bool = False
    expected: int | None = None


@dataclass(frozen=True, slots=True)
class _Supply:
    """Documents, how many there should be, and what to note of where they came from."""

    name: str
    documents: Iterable[Document]
    total: int | None
    is_complete: bool
    origin: dict[str, object]


def pull(configuration: Configuration, dump: DumpOptions | None, progress: Progress, say: Say) -> Published:
    """Pulls everything into the archive; raises SourceError, CheckError or UsageError with the archive as it was."""
    mapping = configuration.mapping()
    environment = dump.environment if dump else configuration.settings.source.environment
    started = datetime.now(UTC)
    with writing(configuration.archive) as writer:
        if environment and writer.environment not in (None, "demo"):
            check_binding(writer.environment, environment, configuration.archive)
        with _open(configuration, dump, say) as supply:
            for count in writer.stage(supply.documents, mapping.offer_key, mapping.is_demo):
                progress(count, supply.total)
        _check_complete(writer, supply, dump)
        bound = _environment(writer, environment, configuration.archive)
        return _publish(writer, mapping, bound, supply, started)


@contextmanager
def _open(configuration: Configuration, dump: DumpOptions | None, say: Say) -> Iterator[_Supply]:
    if dump is not None:
        origin: dict[str, object] = {"dump": Path(dump.name).name}
        yield _Supply(dump.name, read_dump(dump.name), dump.expected, dump.is_complete, origin)
        return
    endpoint = _endpoint(configuration, say)
    with scroll(endpoint) as opened:
        origin = {"url": endpoint.url, "index": endpoint.index, "type": endpoint.type, "total": opened.total}
        yield _Supply(endpoint.url, opened.documents(), opened.total, True, origin)


def _endpoint(configuration: Configuration, say: Say) -> Endpoint:
    source, profile = configuration.settings.source, configuration.profile()
    username, password = credentials(source.environment)
    if username:
        _check_transport(configuration, profile, say)
    return Endpoint(
        url=profile.url,
        index=profile.index,
        type=profile.type,
        username=username,
        password=password.get_secret_value(),
        page_size=source.page_size,
        timeout=source.timeout,
        contact=source.contact,
    )


def _check_transport(configuration: Configuration, profile: Profile, say: Say) -> None:
    if urlsplit(profile.url).scheme == "https":
        return
    if not profile.allow_clear_text:
        key = f"source.{configuration.settings.source.environment}.allow_clear_text"
        raise ConfigurationError(
            f"{configuration.origin}: {key}: {profile.url} is plain HTTP, so the password would travel in clear text; "
            "use https, or set it to true if the network may be trusted with it"
        )
    say(
        f"note: {profile.url} is plain HTTP: user name and password travel in clear text (allowed in the configuration)"
    )


def _check_complete(writer: Writer, supply: _Supply, dump: DumpOptions | None) -> None:
    expected = supply.total
    if expected is not None and (unique := writer.unique_ids()) != expected:
        remedy = "check --expect and the dump" if dump else "it changed while being read, or lost a page: pull again"
        counts = f"{unique} different documents came, {expected} were announced"
        raise SourceError(f"{supply.name}: incomplete: {counts}; nothing was stored: {remedy}")


def _environment(writer: Writer, configured: Environment | None, path: Path) -> str:
    environment = "demo" if check_mixture(writer.staged) else configured
    if environment is None:
        raise UsageError("--environment: missing; say preprod or prod, since these documents are no demo data")
    if environment == "demo" and writer.staged.demo == 0:
        raise UsageError("--environment demo: these documents do not say that they are demo data; say preprod or prod")
    check_binding(writer.environment, environment, path)
    return environment


def _publish(writer: Writer, mapping: Mapping, environment: str, supply: _Supply, started: datetime) -> Published:
    return writer.publish(
        environment=environment,
        grouping=mapping.grouping,
        key_of=mapping.offer_key,
        is_complete=supply.is_complete,
        started=started,
        details={"source": supply.origin, "environment": environment, "program": __version__},
    )
