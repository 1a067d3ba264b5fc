"""Which block failed, at which pin, and why: TensorFlow's errors become problems.

Imports the compiler, values and inference. The worker calls it where a build or a step fails.
"""
