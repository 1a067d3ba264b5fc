"""What is drawn on a page: blocks, wires, notes, monitors, and how each is painted.

Imports widgets and `app.editor.layout`; knows nothing of mice, keys or edits.
"""
