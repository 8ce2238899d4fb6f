"""Which Chromium the tests and benchmarks use, and how it is started."""

import os
import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
# No sandbox: the tests run as root in containers, and load nothing but pages of our own.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LAUNCHER = Path(__file__).with_name("chromium.sh")
ABSENT = "no Chromium: `apt-get install chromium`, or name one in TILBUDSSPEJL_CHROMIUM"


def program() -> str | None:
    """Where Chromium is, or None."""
    return os.environ.get("TILBUDSSPEJL_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def lean(program: str) -> tuple[str, dict[str, str]]:
    """What starts it with half the work for every context, and what that needs in the environment."""
    if os.name != "posix":
        return program, {}
    return str(LAUNCHER), {"CHROMIUM": program}
