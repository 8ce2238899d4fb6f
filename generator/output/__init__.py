"""The output folder: which may be replaced, where a site is staged, and how it takes the old one's place."""
