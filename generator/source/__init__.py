"""Where documents come from: the only package that opens a socket."""
