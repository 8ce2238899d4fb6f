"""`python -m generator` is the same as `tilbudsspejl`."""

import sys

INTERRUPTED = 130  # as a shell has it: 128 and the number of SIGINT


def main() -> None:
    """Run the command line; an interruption while its modules are read, when nothing has begun, has no traceback."""
    try:
        from generator import cli
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    cli.main()


if __name__ == "__main__":
    main()
