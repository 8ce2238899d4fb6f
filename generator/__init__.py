"""Tilbudsspejl: a static website generator and open mirror for Denmark's register of social offers."""

__version__ = "0.1.0"
