"""What can be said of an array without Qt: parts of it, its statistics, its texts, its course, files of it.

Arithmetic on results that a run has brought, in pieces that can be called off. Imports the engine's values, nothing
else of the editor. What needs NumPy imports it late or is imported late: a window opens without it.
"""
