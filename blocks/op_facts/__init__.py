"""Facts about TensorFlow's ops: traits, input shapes, shape functions, window sizes, side effects.

The only place for them; imports nothing but `blocks`. The checks, the compiler and the diagnostics ask it.
"""
