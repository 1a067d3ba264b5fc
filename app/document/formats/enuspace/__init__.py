"""Reads pages of enuSpace-Tensorflow: an SVG file of blocks and wires, with a ``.dat`` file of arrays beside it."""

from app.document.formats.enuspace.arrays import Array
from app.document.formats.enuspace.reader import ReadPage, read_page
from app.document.formats.enuspace.several import pages_in, read_pages, read_project

__all__ = ["Array", "ReadPage", "pages_in", "read_page", "read_pages", "read_project"]
