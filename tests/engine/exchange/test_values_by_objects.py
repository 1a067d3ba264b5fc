"""Variables that a SavedModel restores by their objects have their values."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.support.made_models import numbers
from tests.support.model_runs import converted, run_page

_L = keras.layers
MODELS: dict[str, Callable[[], list[Any]]] = {
    "dense": lambda: [keras.Input((6,)), _L.Dense(5, activation="relu"), _L.BatchNormalization(), _L.Dense(2)],
    "conv": lambda: [keras.Input((6, 6, 1)), _L.Conv2D(3, 3), _L.BatchNormalization(), _L.Flatten(), _L.Dense(2)],
    "lstm": lambda: [keras.Input((4, 3)), _L.LSTM(5), _L.Dense(2)],
}  # fmt: skip


@pytest.mark.parametrize("name", MODELS)
def test_keras_models_saved_as_objects_have_their_values(name: str, tmp_path: Path) -> None:
    """The restore op of these fills a second Variable of each one, and that of their optimizer."""
    keras.utils.set_random_seed(7)
    model = keras.Sequential(MODELS[name]())
    model.compile("adam", "mse")
    x = numbers(8, *model.input_shape[1:])
    model.fit(x, numbers(8, 2), verbose=0)
    tf.saved_model.save(model, str(tmp_path / "model"))
    signature = tf.saved_model.load(str(tmp_path / "model")).signatures["serving_default"]
    (argument,) = signature.structured_input_signature[1]
    (expected,) = signature(**{argument: tf.constant(x)}).values()
    (tmp_path / "project").mkdir()
    made = converted(tmp_path / "model", tmp_path / "project")
    (found,) = run_page(made, tmp_path / "project", {argument: x}, "serving_default").values()
    assert np.any(found)
    np.testing.assert_allclose(found, expected.numpy(), rtol=1e-5, atol=1e-6)
