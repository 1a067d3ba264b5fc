"""The results that the window shows: the store, those saved with a page, summaries in a line or a row.

A run's presenter fills the store; monitors, inspector and the Results panel follow it. Imports `app.editor.values`
and the engine's values.
"""
