"""What the inference of types gives, and what follows from it in plain Python: required types, blocked blocks.

Imports the compiler's plan. It comes after the plan and before a run, or without one: the TensorFlow part is
`app.engine.tf.infer`, inside the worker.
"""
