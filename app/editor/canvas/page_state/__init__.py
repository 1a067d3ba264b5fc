"""What is true of the shown page besides its blocks: selection, marks, dtype tints, what lies where, what may be wired.

Imports items, routing, `app.editor.layout` and the checks, which say what may be wired; asked by the interactions, the
canvas and the find bar.
"""
