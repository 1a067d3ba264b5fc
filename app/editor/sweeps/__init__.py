"""The window of a sweep: what is varied, the table as it grows, and its plots.

Imports runs, plots and widgets; `app.editor.controllers.sweeps` opens it and acts on what it asks for.
"""
