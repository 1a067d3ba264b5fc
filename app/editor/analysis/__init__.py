"""Checks, types and fixes of the page while it is edited, off the window's thread; only the newest state counts.

Imports `app.engine.analysis` and the runner, which lends its engine. The controllers ask, and show what is found.
"""
