"""Where documents come from: dumps, and a real server."""
