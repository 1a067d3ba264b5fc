"""Where things stand on a page: the geometry of blocks, automatic layout, what moves with a block.

Plain arithmetic without Qt. Imports `blocks` only; items, page state and interactions ask it.
"""
