"""What the inference of types gives, and what follows from it in plain Python: input types, blocked blocks.

Imports the compiler. The TensorFlow part is `app.engine.tf.infer`, inside the worker.
"""
