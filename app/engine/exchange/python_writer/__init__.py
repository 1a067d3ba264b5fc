"""Writes a plan as a Python program that needs TensorFlow only."""
