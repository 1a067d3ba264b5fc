"""The texts typed into pins and attrs: read into values, and written back.

Imports the model. The checks and the compiler read texts through it, the editor writes them.
"""
