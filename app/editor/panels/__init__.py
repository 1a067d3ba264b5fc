"""The docks beside the page: palette, outline, manual, problems, results, log, history, snapshots, step times.

A panel shows what it is given and signals what was clicked.
"""
