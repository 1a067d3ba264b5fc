"""The results that the window shows: the store, those saved with a page, one-line summaries.

Imports `app.editor.values` and the engine's values.
"""
