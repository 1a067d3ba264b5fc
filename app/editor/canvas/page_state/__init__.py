"""What is true of the shown page besides its blocks: selection, marks, dtype tints, what lies where, what may be wired.

Imports items; asked by the interactions and the canvas.
"""
