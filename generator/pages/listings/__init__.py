"""Offers in lists: one offer's row, the lists by municipality, company and the like, maps."""
