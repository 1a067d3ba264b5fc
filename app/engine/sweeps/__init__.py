"""Many runs of one page with other texts in some of its pins: which they are, how they are done, the table they give.

Imports the document and all of the engine but its TensorFlow package. What runs differ in is found in their plans
(`preparing`); runs that differ in numbers alone share a graph (`app.engine.compiler.run_values`).
"""
