"""What a build reads: checked, copied, and made into what every page needs to know of the site."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from generator.agreement import AccessPolicy
from generator.archive.reader import Archive
from generator.building import tasks
from generator.building.branding import Branding
from generator.config import INTERNAL, Configuration
from generator.errors import OutputRefused
from generator.pages.page import Site


def check_inputs_outside(configuration: Configuration) -> None:
    """A build replaces the output folder as a whole: nothing that it reads may lie in there."""
    output = configuration.output
    inputs = (
        configuration.archive,
        configuration.content,
        configuration.folder,
        configuration.theme,
        configuration.logo,
        configuration.folder / configuration.settings.agreement.file,
        configuration.folder / configuration.settings.mapping.file,
    )
    for path in inputs:
        if path and Path(os.path.realpath(path)).is_relative_to(output):
            raise OutputRefused(f"{output}: holds {path}, which a build would delete; choose another site.output")


@contextmanager
def snapshot_of(configuration: Configuration, workspace: Path) -> Iterator[Archive]:
    """The archive as it is now, copied: a pull may publish while we build, and workers read without locks."""
    copy = workspace / tasks.SNAPSHOT
    with Archive(configuration.archive) as archive:
        archive.snapshot(copy)
    with Archive(copy, immutable=True) as snapshot:
        yield snapshot


def make_site(configuration: Configuration, environment: str, policy: AccessPolicy, branding: Branding) -> Site:
    settings = configuration.settings.site
    agreement = configuration.agreement() if environment != "demo" else None
    return Site(
        title=settings.title,
        is_demo=environment == "demo",
        attribution=agreement.attribution if agreement else "",
        operator=settings.operator,
        contact=settings.contact,
        pages=branding.menu,
        base_url=settings.base_url,
        is_indexed=bool(settings.base_url) and environment != "demo" and settings.audience != INTERNAL,
        official_url=settings.official_url,
        has_colours=settings.colours.are_set,
        logo=branding.logo,
        has_history=policy.terms.history,
        has_ceased=policy.terms.ceased,
        has_everything=policy.terms.shows_everything,
    )
