"""Imports TensorFlow once, quietly, in the process from which the workers are forked."""

from __future__ import annotations

import os

# Before the import: TensorFlow's notices would fill the log that is searched for the reason of an abort.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# A folder that cannot hold anything: else Keras, which comes along, would write its settings into the user's home.
os.environ["KERAS_HOME"] = os.devnull

import tensorflow  # noqa: F401
