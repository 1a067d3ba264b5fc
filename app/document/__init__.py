"""What a diagram is: model, texts, files, checks, edits and fixes (no Qt, no TensorFlow).

Imports `blocks` only. Its packages build on each other in this order: model, literals, storage, resources, checks,
formats, editing, fixes.
"""
