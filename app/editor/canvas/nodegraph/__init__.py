"""NodeGraphQt, and nowhere else: the adapter that holds its private names.

Imports nothing of ours. The canvas shows a page through it; no other package imports NodeGraphQt.
"""
