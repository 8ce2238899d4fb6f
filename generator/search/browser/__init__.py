"""The index that the browser reads from files."""
