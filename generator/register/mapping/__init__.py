"""Which of the source's fields is which of ours: `mapping.toml`, compiled, beside the source's own `_mapping`."""
