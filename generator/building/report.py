"""What the operator is told of a build, beside its result: documents that could not be read, and notes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.agreement import listed
from generator.archive_files import UNREADABLE, beside
from generator.config import Configuration
from generator.console import printable
from generator.errors import CheckError, ConfigurationError
from generator.output.swap import Leftover
from generator.pages.listings.catalog import Catalog
from generator.pages.page import Site
from generator.private_files import is_open_to_others, replace_file
from generator.register.mapping.mapping import Mapping
from generator.register.model.documents import Problem

MOST_NOTES = 5  # of one kind


def write_report(archive: Path, problems: Sequence[Problem]) -> Path | None:
    """Names every document that could not be read, whole or in part; removed again when all can be."""
    report = beside(archive, UNREADABLE)
    if not problems:
        report.unlink(missing_ok=True)
        return None
    lines = [f"{_kind(problem)}\t{_in_line(problem.document_id)}\t{_in_line(problem.reason)}" for problem in problems]
    return replace_file(report, ("\n".join(sorted(lines)) + "\n").encode("utf-8", "backslashreplace"))


def _kind(problem: Problem) -> str:
    return "ulæselig" if problem.lost else "modsigelse" if problem.is_contradiction else "delvist læst"


def check_not_empty(archive: Path, problems: Sequence[Problem], *, is_empty: bool) -> None:
    """A mapping of another layout reads nothing: that must not replace a site. Raises CheckError."""
    lost = [problem for problem in problems if problem.lost or problem.hides]
    if lost and is_empty:
        report = write_report(archive, problems)
        raise CheckError(
            f"no offer could be read or shown, so nothing was built; document {_in_line(lost[0].document_id)} "
            f"{_in_line(lost[0].reason)} (all of them in {report})"
        )


MOST_UNREAD = 0.5  # of the documents that are served: beyond, the mapping is not the source's any more


def check_read(archive: Path, problems: Sequence[Problem], *, present: int, unread: int) -> None:
    """What the last reading of the documents told must not stand as today's for most offers. Raises CheckError."""
    if unread and unread > MOST_UNREAD * present:
        first = next(problem for problem in problems if problem.lost)
        raise CheckError(
            f"{unread} of {present} documents that the source serves can't be read, so nothing was built; document "
            f"{_in_line(first.document_id)} {_in_line(first.reason)} (all of them in {write_report(archive, problems)})"
            "; `tilbudsspejl source check` proposes what the source calls things now"
        )


@dataclass(frozen=True, slots=True)
class Flaws:
    """What `--strict` refuses to publish."""

    unreadable: int  # documents that could not be read, whole or in part
    lacking: Sequence[str]  # fields that the mapping names and no document has
    resembling: Sequence[tuple[str, str]]  # fields that are shown, each with the withheld one that it is called much as

    def __bool__(self) -> bool:
        return bool(self.unreadable or self.lacking or self.resembling)


def check_strict(archive: Path, problems: Sequence[Problem], flaws: Flaws) -> None:
    """Raises CheckError for what `--strict` refuses, with the report written and the old site in its place."""
    if not flaws:
        return
    report = write_report(archive, problems)
    if flaws.unreadable:
        raise CheckError(
            f"{flaws.unreadable} documents could not be read in full, and --strict refuses them; nothing was built: "
            f"see {report}"
        )
    if flaws.lacking:
        raise CheckError(
            f"no document has {len(flaws.lacking)} of the fields that the mapping names, and --strict refuses that; "
            f"nothing was built: run `tilbudsspejl source check` and correct the lines, or take them out: "
            f"{listed([f'fields.{name}' for name in flaws.lacking])}"
        )
    name, nearest = flaws.resembling[0]
    raise CheckError(
        f"{name!r} would be shown, and is called much as {nearest!r}, which is withheld; --strict refuses that, so "
        "nothing was built: name it in withhold or permit"
    )


def check_status(mapping: Mapping, unserved: Sequence[str]) -> None:
    """Without a status nobody can say which offers are in operation. Raises ConfigurationError."""
    if "status" in unserved:
        raise ConfigurationError(
            f"{mapping.origin}: fields.status: no document has {mapping.sources['status']!r}, and without it "
            "nobody can say which offers are in operation; correct the path (`tilbudsspejl source check` proposes "
            "one), or take the line out if every offer that the source serves is"
        )


def notes_on_settings(configuration: Configuration, site: Site) -> Iterator[str]:
    if is_open_to_others(configuration.archive):
        yield f"{configuration.archive} holds all that the source ever served, and others may read it: chmod 600"
    missing = [f"site.{name}" for name in ("operator", "contact") if not getattr(site, name)]
    if missing and not site.is_demo:
        is_or_are = "is" if len(missing) == 1 else "are"
        yield f"{' and '.join(missing)} {is_or_are} empty, so the pages can't say who runs the mirror"


def notes_on_mapping(mapping: Mapping, unserved: Sequence[str]) -> Iterator[str]:
    if unserved:
        yield (
            f"no document has what {mapping.origin} names {listed([f'fields.{name}' for name in unserved])}; "
            "`tilbudsspejl source check` proposes where it may stand now; correct the lines, or take them out"
        )


def notes_on_contradictions(problems: Sequence[Problem]) -> Iterator[str]:
    """Where the register says two things that can't both be true; the pages show both."""
    found = [problem for problem in problems if problem.is_contradiction]
    for problem in found[:MOST_NOTES]:
        yield f"the register contradicts itself: {_in_line(problem.document_id)} {_in_line(problem.reason)}"
    if len(found) > MOST_NOTES:
        yield f"{len(found) - MOST_NOTES} other contradictions of the register's are named in the report"


def notes_on_shared_values(catalog: Catalog) -> Iterator[str]:
    """What was taken for no value of anybody's, because so many have it."""
    for value in catalog.shared[:MOST_NOTES]:
        yield f"{_in_line(value.what)} is that of {value.offers} offers, so it was taken for none of theirs"
    if len(catalog.shared) > MOST_NOTES:
        yield f"{len(catalog.shared) - MOST_NOTES} other values are shared in that way"


def note_on_leftover(leftover: Leftover) -> str:
    return f"{leftover.folder}: a former site that can't be removed ({leftover.reason}); the next build tries again"


def _in_line(text: str) -> str:
    """A text of the data's that can't break the report's lines or columns."""
    return printable(" ".join(text.split()))
