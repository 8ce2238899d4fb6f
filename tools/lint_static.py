"""Checks what is sent to browsers: the scripts in static/ by TypeScript and ESLint, the style by stylelint.

    python -m tools.lint_static [--lock]

Their versions, those of what they need included, are locked beside their settings in `tools/linters/`; npm brings them
into the user's cache the first time. Without Node.js and npm nothing is checked and a line says so; with
TILBUDSSPEJL_REQUIRE_ALL=1 (`.ci/run`) they must be there. Exit 1 where one of them finds something. With --lock the
lock is written anew for what package.json names.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.support import npm

ROOT = Path(__file__).parent.parent
LINTERS = ROOT / "tools" / "linters"

# Of each program the file that Node.js runs, and what it is given.
COMMANDS = (
    ("typescript/bin/tsc", "--project", str(LINTERS)),
    ("eslint/bin/eslint.js", "--config", str(LINTERS / "eslint.config.cjs"), "static", "tools/linters"),
    ("stylelint/bin/stylelint.mjs", "--config", str(LINTERS / "stylelint.config.json"), "static/**/*.css"),
)


def main() -> int:
    """Check, or lock; return 1 if something was found or could not be done."""
    try:
        if "--lock" in sys.argv[1:]:
            return lock()
        modules = npm.install_locked("linters", LINTERS, _say)
    except npm.NotInstalled as reason:
        if os.environ.get("TILBUDSSPEJL_REQUIRE_ALL") == "1":
            _say(f"{reason} (TILBUDSSPEJL_REQUIRE_ALL=1)")
            return 1
        _say(f"scripts and style are not checked: {reason}")
        return 0
    # What a command's settings build on lies elsewhere than they do.
    environment = {**os.environ, "NODE_PATH": str(modules)}
    ended = [
        subprocess.run(["node", str(modules / program), *words], cwd=ROOT, env=environment, check=False).returncode
        for program, *words in COMMANDS
    ]
    return int(any(ended))


def _say(line: str) -> None:
    sys.stderr.write(f"lint_static: {line}\n")


def lock() -> int:
    """Write package-lock.json anew, without the addresses of registries and of who asks for money."""
    npm.require()
    file = LINTERS / "package-lock.json"
    file.unlink(missing_ok=True)
    command = ["npm", "install", "--package-lock-only", "--omit-lockfile-registry-resolved", "--no-audit", "--no-fund"]
    if ended := subprocess.run(command, cwd=LINTERS, check=False).returncode:
        return ended
    content = json.loads(file.read_bytes())
    for package in content["packages"].values():
        package.pop("funding", None)
    file.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
