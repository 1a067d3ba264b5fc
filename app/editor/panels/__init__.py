"""The docks beside the page: palette, outline, problems, results, log, history, snapshots, step times, manual.

A panel shows what it is given and signals what was clicked; `app.editor.window.panels` connects both. Imports results,
runs' states, values, the settings and widgets; never a controller or the context.
"""
