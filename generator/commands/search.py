"""`search`: the site's search at the command line, on an index kept beside the archive."""

from datetime import UTC, datetime

from generator.archive.reader import Archive
from generator.commands.batches import index_meta
from generator.commands.build import open_door
from generator.config import Configuration
from generator.errors import AgreementError
from generator.search import whoosh_index
from generator.search.whoosh_index import Hit


def search(configuration: Configuration, query: str, limit: int) -> list[Hit]:
    """The best hits, best first; raises UsageError without an index, AgreementError if it may not be seen."""
    with Archive(configuration.archive) as archive:
        environment = archive.environment
    meta = whoosh_index.read_meta(configuration.search_index)
    door = open_door(configuration, configuration.mapping(), environment, datetime.now(UTC))
    if meta != index_meta(environment, configuration.settings.site.audience, door):
        raise AgreementError(
            f"{configuration.search_index}: made for another audience, mapping or agreement; "
            "run `tilbudsspejl build` to make it anew"
        )
    return whoosh_index.search(configuration.search_index, query, limit)
