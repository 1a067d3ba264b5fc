"""Plots that are zoomed, read out and exported: curves, bars and pictures, drawn by pyqtgraph.

Only this package imports pyqtgraph, and its modules are imported with the first plot: the window opens without it.
What they share with the figures on the page comes from `app.editor.tensor_views`; what is shown is given as plain data.
"""
