"""Tensors as pictures, curves, histograms and tables, for monitors and the inspector alike.

Imports `app.editor.values` and widgets.
"""
