"""Files for the operator alone: what may hold more than an audience may see, whatever the umask.

The archive and what lies beside it: a pull's staging file, receipts, the index of `search`, a build's working folder.
Files are 0600 and folders 0700. On Windows the rights of the folder that they lie in hold, as for any other file.
"""

import os
import tempfile
from pathlib import Path

FILE_MODE = 0o600
FOLDER_MODE = 0o700
OTHERS = 0o007  # the rights of whoever is neither the owner nor in the group


def create_file(path: Path) -> None:
    """Makes an empty file; one that is there keeps its content and its rights.

    SQLite gives its journal the rights of the file that it belongs to, so a database is made by this too.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    except FileExistsError:
        return
    os.close(handle)
    path.chmod(FILE_MODE)  # the umask may have taken rights away from ourselves


def replace_file(path: Path, data: bytes) -> Path:
    """Writes a file, in the place of an old one if there is one: it is there whole, or as it was."""
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    try:
        create_file(part)
        part.write_bytes(data)
        return part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def create_folder(path: Path) -> None:
    """Makes a folder; raises FileExistsError if there is one."""
    path.mkdir(FOLDER_MODE)
    path.chmod(FOLDER_MODE)


def new_folder(parent: Path, prefix: str) -> Path:
    """Makes a folder under a name of its own that begins with `prefix`."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
    folder.chmod(FOLDER_MODE)  # the umask may have taken rights away from ourselves
    return folder


def close_to_others(folder: Path) -> None:
    """Takes away what rights others have to a folder and to all that another program has written there."""
    folder.chmod(FOLDER_MODE)
    for path in folder.rglob("*"):
        path.chmod(FOLDER_MODE if path.is_dir() else FILE_MODE)


def is_open_to_others(path: Path) -> bool:
    """Whether somebody who is neither the owner nor in the group may read or write the file."""
    return os.name == "posix" and bool(path.stat().st_mode & OTHERS)
