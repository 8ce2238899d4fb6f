"""The archive: what was seen, and when."""
