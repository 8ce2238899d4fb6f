"""`archive backup`: a copy of the archive as it is at this moment, whoever writes to it meanwhile."""

import shutil
from pathlib import Path

from generator.archive.reader import Archive
from generator.atomic_file import new_file
from generator.config import Configuration
from generator.errors import CheckError
from generator.output.folder import check_target


def backup(configuration: Configuration, target: Path) -> int:
    """Copies the archive to a new file; returns the number of the last pull in it.

    Raises UsageError if the file is there already, CheckError if the archive is damaged.
    """
    check_target(target, configuration.output, configuration.archive)
    with new_file(target) as part:
        with Archive(configuration.archive) as archive:
            archive.snapshot(part)
        shutil.copymode(configuration.archive, part)  # who may read the archive may read its copy
        with Archive(part, immutable=True) as copy:
            if damage := copy.damage():
                raise CheckError(
                    f"archive {configuration.archive}: damaged ({damage}), so no backup was made; "
                    "run `tilbudsspejl archive verify`, and keep the backups that you have"
                )
            return copy.receipts()[-1].number
