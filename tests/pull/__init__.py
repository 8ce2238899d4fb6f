"""`pull` from end to end: a real server or a dump, an archive, and nothing changed whenever it fails."""
