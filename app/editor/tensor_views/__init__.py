"""Tensors as pictures, curves, histograms and tables, for monitors and the inspector alike.

Painters and widgets of one value at a time that know nothing of pages and runs. Imports `app.editor.values` and the
theme of `app.editor.widgets`, nothing else of the editor.
"""
