"""Models in and out, without TensorFlow: a graph as plain data, and the pages that it becomes; pages as Python.

Read in this order: `graph` says what a model file holds, `calls` takes its function calls apart, `roots` says what of
it is to run, `accesses` in which order Variables are read and written, `page_maker` draws a page; `conversion` does
it all. The other way leads through `python_writer` or `model_plan`. TensorFlow's side, which reads and writes model
files, is ``app.engine.tf.models``.
"""
