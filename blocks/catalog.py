"""The catalog: looks up symbols and ops in the shipped snapshot. Loads in milliseconds, without TensorFlow."""
