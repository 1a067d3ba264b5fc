"""Where things stand on a page: the geometry of blocks, automatic layout, what moves with a block.

Plain arithmetic without Qt.
"""
