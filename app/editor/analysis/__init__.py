"""Checks, types and fixes of the page while it is edited, off the window's thread.

Imports `app.engine.analysis` and the engine's protocol; the controllers show what it finds.
"""
