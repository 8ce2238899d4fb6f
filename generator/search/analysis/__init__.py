"""Danish: words, their families, compounds."""
