"""Diagrams of other programs, read as projects; one package for each, entered in `registry`.

Imports everything of the document except the fixes. The command line and the window open files through `registry`.
"""
