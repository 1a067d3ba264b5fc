"""Reads model files in the worker: their protobuf messages and checkpoints, of which nothing is run."""
