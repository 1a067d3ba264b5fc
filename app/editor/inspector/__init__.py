"""The tensor inspector: any result in full, as table, picture, histogram, plot, course over the steps and text.

A window of it follows one output while the page runs; what takes time is counted beside the window's thread. Also the
window that compares two states of a page's Variables. Imports `app.editor.results`, `tensor_views`, `values` and
widgets; never the monitors, the canvas or the window.
"""
