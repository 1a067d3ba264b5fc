"""The desktop program (Qt only here; never imports TensorFlow)."""
