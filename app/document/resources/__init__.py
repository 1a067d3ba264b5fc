"""The files that texts name: which pins name one, where it is looked for, and which blocks write.

Imports the model and the literals. The checks, the enuSpace reader and the engine ask it.
"""
