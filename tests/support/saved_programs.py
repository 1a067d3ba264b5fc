"""Saves exported programs as SavedModels, in a process that has TensorFlow only.

Called with programs and folders in turn: each folder gets the model of the program, whose signature does one step.
"""

from __future__ import annotations

import runpy
import sys
from collections.abc import Iterator
from typing import Any

import tensorflow as tf


def save(program: str, folder: str) -> None:
    """Save the function ``step`` of a program with its Variables."""
    names = runpy.run_path(program, run_name="exported")
    model = tf.Module()
    model.held = [value for value in names.values() if isinstance(value, tf.Variable)]
    fed = [value for name, value in names.items() if name.endswith("_FED")]

    @tf.function
    def serve(*given: tf.Tensor) -> dict[str, tf.Tensor]:
        return dict(_tensors(names["step"](*given)))

    tf.saved_model.save(model, folder, signatures=serve.get_concrete_function(*fed))


def _tensors(results: dict[str, Any]) -> Iterator[tuple[str, tf.Tensor]]:
    """Give the tensors of results: a signature gives no lists."""
    for name, value in results.items():
        if isinstance(value, list):
            yield from ((f"{name}[{i}]", item) for i, item in enumerate(value))
        else:
            yield name, value


if __name__ == "__main__":
    for at in range(1, len(sys.argv), 2):
        save(sys.argv[at], sys.argv[at + 1])
