"""The search beside Pagefind, lunr and MiniSearch: `python -m benchmarks.search`, see `__main__.py`."""
