"""A made-up register of any size, the same bytes for the same arguments."""

from generator.demo.layouts import Layout, Stage
from generator.demo.oddities import ODDITIES
from generator.demo.register import documents, dump_lines

__all__ = ["ODDITIES", "Layout", "Stage", "documents", "dump_lines"]
