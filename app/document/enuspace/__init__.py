"""Reads pages of enuSpace-Tensorflow: an SVG file of blocks and wires, with a ``.dat`` file of arrays beside it."""

from app.document.enuspace.arrays import Array
from app.document.enuspace.reader import ReadPage, read_page, read_project

__all__ = ["Array", "ReadPage", "read_page", "read_project"]
