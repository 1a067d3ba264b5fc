"""What the window's actions do: files, edits, runs, views, monitors, snapshots.

A controller knows the window only as an `EditorContext`; it imports runs, analysis, results, panels and the canvas.
"""
