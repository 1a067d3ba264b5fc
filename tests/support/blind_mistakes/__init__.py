"""Mistakes that users make, written down by someone who knew TensorFlow's ops and had not read how the program words a problem.

Each module holds the mistakes of some categories of the catalog.
"""
