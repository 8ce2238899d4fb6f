"""`python -m generator` is the same as `tilbudsspejl`."""

from generator.cli import main

if __name__ == "__main__":
    main()
