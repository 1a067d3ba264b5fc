"""What floats above the page: the legend of dtypes, the minimap.

Imports items; the canvas places them.
"""
