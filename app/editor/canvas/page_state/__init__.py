"""What is true of the shown page besides its blocks: selection, problem marks, dtype tints, what lies where.

Imports items; asked by the interactions and the canvas.
"""
