"""The rules of the register: pure, no network, no disk, no HTML."""
