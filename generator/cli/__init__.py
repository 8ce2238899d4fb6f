"""Commands and options, one call each; here errors become exit codes, and nowhere else.

Exit codes: 0 done · 1 anything not foreseen · 2 usage or configuration · 3 the agreement does not permit it ·
4 the source · 5 a check failed. Results go to stdout, everything else to stderr.

Each command imports what it runs when it runs: all of it at once takes two seconds, which `--help` need not wait for.
"""

# In the order in which `--help` lists the commands.
from generator.cli import beginning, reading, site, archive  # isort: skip
from generator.cli.application import app
from generator.cli.main import INTERRUPTED, TERMINATED, main

__all__ = ["INTERRUPTED", "TERMINATED", "app", "archive", "beginning", "main", "reading", "site"]
