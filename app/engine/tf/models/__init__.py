"""Model files, read and written by TensorFlow in the worker."""
