"""Diagrams of other programs, read as projects; one package for each, entered in `registry`.

Imports the model, literals, storage and resources. A document and the command line open files through `registry`.
"""
