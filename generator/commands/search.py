"""`search`: the site's search at the command line, on an index kept beside the archive."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from generator.archive.reader import Archive
from generator.building.policy import open_policy
from generator.building.tasks import index_meta
from generator.config import Configuration
from generator.errors import AgreementError, UsageError
from generator.search.index.facets import Filters, Range, Sort
from generator.search.local import whoosh_index
from generator.search.local.whoosh_index import Found

_RANGE = re.compile(r"(?P<first>\d+)?\s*(?:(?P<dash>[-–])\s*(?P<last>\d+)?)?")


def read_filters(
    choices: Mapping[str, Sequence[str]],
    *,
    alder: int | None,
    pladser: str | None,
    takst: str | None,
    enhed: str,
    siden: date | None,
) -> Filters:
    """The filters that options name; raises UsageError for a range that can't be read, or a price without its unit."""
    if bool(takst) != bool(enhed):
        raise UsageError("--takst and --enhed go together: prices in different units can't be compared")
    return Filters(
        choices=choices,
        alder=alder,
        pladser=_range("--pladser", pladser),
        takst=_range("--takst", takst),
        enhed=enhed,
        aendret=siden,
    )


def _range(option: str, text: str | None) -> Range | None:
    if text is None:
        return None
    match = _RANGE.fullmatch(text.strip())
    if match is None or not text.strip(" -–"):
        raise UsageError(f"{option} {text}: write a range such as 5-20, 5- or -20")
    first, last = match["first"], match["last"] if match["dash"] else match["first"]
    read = Range(float(first) if first else None, float(last) if last else None)
    if read.first is not None and read.last is not None and read.first > read.last:
        raise UsageError(f"{option} {text}: the first number is the smaller one")
    return read


def search(configuration: Configuration, query: str, limit: int, filters: Filters, sort: Sort) -> Found:
    """The best hits, best first; raises UsageError without an index, AgreementError if it may not be seen."""
    with Archive(configuration.archive) as archive:
        environment = archive.environment
    policy = open_policy(configuration, configuration.mapping(), environment, datetime.now(UTC))
    expected = index_meta(environment, configuration.settings.site.audience, policy)
    folder = configuration.search_index
    with whoosh_index.not_replaced(folder):
        if not expected.items() <= whoosh_index.read_meta(folder).items():
            raise AgreementError(
                f"{folder}: made for another audience, mapping or agreement; run `tilbudsspejl build` to make it anew"
            )
        return whoosh_index.search(folder, query, limit, filters, sort)
