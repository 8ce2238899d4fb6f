"""`archive verify`: whether the archive still holds what its pulls stored."""

from generator.archive.verify import Findings, Progress
from generator.archive.verify import verify as look
from generator.config import Configuration
from generator.errors import CheckError


def verify(configuration: Configuration, progress: Progress) -> Findings:
    """What is wrong with the archive; only reads."""
    return look(configuration.archive, progress, configuration.settings.limits.offer_bytes)


def summary(found: Findings) -> str:
    """What was verified, in a line."""
    left = f"; {found.not_recomputed} receipts of format 1 were not recomputed" if found.not_recomputed else ""
    return (
        f"sound: {found.offers} offers, {found.documents} documents, {found.pulls} pulls with an unbroken chain, "
        f"{found.recomputed} digests recomputed{left}"
    )


def lines(found: Findings) -> list[str]:
    """Every problem, and how many there are besides."""
    return [*found.problems, *([f"and {found.more} more"] if found.more else [])]


def check(configuration: Configuration, found: Findings) -> None:
    """Raises CheckError if anything is wrong."""
    if not found.is_sound:
        count = len(found.problems) + found.more
        raise CheckError(
            f"archive {configuration.archive}: {count} problem{'s' if count > 1 else ''} found; "
            "restore it from a backup that is sound"
        )
