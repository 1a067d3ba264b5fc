"""The forms of what is selected: a block, a monitor, the page, its run settings.

Imports widgets, values and results; changes go out as edits.
"""
