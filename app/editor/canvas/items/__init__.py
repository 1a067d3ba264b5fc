"""What is drawn on a page: blocks, wires, notes, monitors, and how each is painted.

Imports routing, the base classes of nodegraph, `app.editor.layout`, the theme, and how an empty monitor looks.
Knows nothing of mice, keys or edits; `PageItems` follows the document's changes.
"""
