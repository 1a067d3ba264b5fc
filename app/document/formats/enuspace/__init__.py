"""Reads pages of enuSpace-Tensorflow: an SVG file of blocks and wires, with a ``.dat`` file of arrays beside it.

Read in this order: `xml_text` and `xml_tree` give nodes, `elements` symbols with pins and links (the wires as drawn),
`page` blocks, wires, notes and monitors; `reader` adds the saved results. Imports the model, literals, storage and
resources. `registry` and the command line open pages through it.
"""

from app.document.formats.enuspace.arrays import Array
from app.document.formats.enuspace.reader import ReadPage, read_page
from app.document.formats.enuspace.several import pages_in, read_pages, read_project

__all__ = ["Array", "ReadPage", "pages_in", "read_page", "read_pages", "read_project"]
