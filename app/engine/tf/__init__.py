"""TensorFlow, and nowhere else: a plan becomes a graph and a session; types, errors and catalog are read off it.

Imported by name inside the worker process only.
"""
