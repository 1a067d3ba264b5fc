"""What actions and panels ask for is done here: files, edits, runs, tables, monitors, snapshots, views, diagnostics.

A controller knows the window only as an `EditorContext`, and other controllers only where its constructor takes them;
`assembly` makes and connects them all. They start runs and bring what these give to results, canvas and panels.
Imports the context, actions, analysis, the canvas, runs, results, monitors, the inspector and widgets; never a panel or
the window.
"""
