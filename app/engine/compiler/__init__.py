"""From a page to its plan: blocks are lowered to TensorFlow nodes, in order, in plain Python.

Imports the document and `blocks`, nothing else of the engine. `make_plan` is the second stage of a run: page in, frozen
`Plan` out.
"""
