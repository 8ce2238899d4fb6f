"""The statistics: figures over the years, spreads, their tables."""
