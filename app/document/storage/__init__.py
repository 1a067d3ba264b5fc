"""The project file: read, written, described by a schema, saved in one piece and locked.

Imports the model. A run begins here: bytes become a `Project`.
"""
