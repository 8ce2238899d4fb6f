"""What a killed build has left (its swap, its site, its working folder) is put right by whatever command comes next."""

from contextlib import suppress

from generator.building.workspace import remove_leftovers
from generator.config import Configuration
from generator.output.swap import repair


def put_right(configuration: Configuration) -> None:
    """Leaves the site in its place and nothing else behind; a build that is running is left alone."""
    with suppress(OSError):  # where others' rights keep us from it, it is no matter of the command that comes next
        repair(configuration.output)
    remove_leftovers(configuration.archive)
