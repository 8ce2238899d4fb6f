"""A made-up register of any size, the same bytes for the same arguments."""

from generator.demo.oddities import ODDITIES
from generator.demo.register import Stage, documents, dump_lines

__all__ = ["ODDITIES", "Stage", "documents", "dump_lines"]
