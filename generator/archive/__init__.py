"""Every document ever seen: the only package that says SQL."""
