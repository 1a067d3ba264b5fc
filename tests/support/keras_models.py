"""Small models made by Keras, and HDF5 files as Keras 1 and 2 wrote them; imports TensorFlow."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np

Array = np.ndarray[Any, Any]
_L = keras.layers


def _cnn() -> Any:
    layers = [
        keras.Input((8, 8, 1)), _L.Conv2D(4, 3, activation="relu", name="see"), _L.BatchNormalization(name="even"),
        _L.MaxPooling2D(), _L.Dropout(0.5), _L.Flatten(), _L.Dense(3, activation="softmax", name="say"),
    ]  # fmt: skip
    return keras.Sequential(layers, name="cnn")


def _two() -> Any:
    a, b = keras.Input((4,), name="a"), keras.Input((3,), name="b")
    both = _L.Concatenate()([_L.Dense(5, name="left")(a), _L.Dense(5, name="right")(b)])
    return keras.Model(
        [a, b], [_L.Dense(2, name="first")(both), _L.Dense(1, name="second")(both)], name="two"
    )


def _lstm() -> Any:
    return keras.Sequential([keras.Input((6, 3)), _L.LSTM(4, name="over"), _L.Dense(1)], name="lstm")


def _nested() -> Any:
    inner = keras.Sequential([keras.Input((4,)), _L.Dense(4, activation="relu", name="turn")], name="inner")
    x = keras.Input((4,))
    return keras.Model(x, _L.Dense(2, name="last")(inner(inner(x))), name="nested")


MODELS: dict[str, Callable[[], Any]] = {"cnn": _cnn, "two": _two, "lstm": _lstm, "nested": _nested}


def filled(name: str) -> Any:
    """Return a model with weights that are all different."""
    keras.utils.set_random_seed(7)
    model = MODELS[name]()
    numbers = np.random.default_rng(3)
    for weight in model.weights:
        weight.assign(numbers.uniform(0.1, 1.0, weight.shape).astype(np.float32))
    return model


def inputs_of(model: Any) -> list[Array]:
    """Return an input of three rows for each of a model's inputs."""
    numbers = np.random.default_rng(5)
    return [numbers.uniform(-1, 1, (3, *of.shape[1:])).astype(np.float32) for of in model.inputs]


def outputs_of(model: Any, given: list[Array]) -> list[Array]:
    """Return what Keras computes of these inputs, without training."""
    found = model(given if len(given) > 1 else given[0], training=False)
    return [np.asarray(one) for one in (found if isinstance(found, (list, tuple)) else [found])]


def save_as_keras_2(model: Any, path: Path) -> Path:
    """Write a model to HDF5 with a config in the words of Keras 2: those of its layers, none of Keras 3."""
    model.save(path)
    with h5py.File(path, "r+") as opened:
        config = json.loads(opened.attrs["model_config"])
        opened.attrs["model_config"] = json.dumps(_old(config))
        opened.attrs["keras_version"] = "2.2.4-tf"
    return path


def _old(value: Any) -> Any:
    """Return a part of a config as Keras 2 writes it."""
    if isinstance(value, list):
        return [_old(item) for item in value]
    if not isinstance(value, dict):
        return value
    value = {
        key: _old(item)
        for key, item in value.items()
        if key not in ("module", "registered_name", "build_config")
    }
    config = value.get("config")
    if "class_name" in value and isinstance(config, dict):
        if value["class_name"] == "DTypePolicy":
            return config["name"]
        _old_arguments(value["class_name"], config)
        if "layers" in config:
            config["layers"] = [_old_calls(layer, config["layers"]) for layer in config["layers"]]
            for key in ("input_layers", "output_layers"):
                if config.get(key) and isinstance(config[key][0], str):
                    config[key] = [config[key]]
    return value


def _old_arguments(kind: str, config: dict[str, Any]) -> None:
    if "batch_shape" in config:
        config["batch_input_shape"] = config.pop("batch_shape")
    for gone in ("quantization_config", "optional", "renorm", "synchronized", "input_axes", "output_axes"):
        config.pop(gone, None)
    if kind in ("GlorotUniform", "Orthogonal", "Zeros", "Ones"):
        config["dtype"] = "float32"
    if kind == "LSTM":
        config["time_major"] = False
    if kind == "BatchNormalization":
        config["axis"] = [3]


def _old_calls(layer: dict[str, Any], layers: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a layer with its calls as lists, where models that stand as layers count their own making as a use."""
    models = {one["config"]["name"] for one in layers if "layers" in one["config"]}

    def old(call: dict[str, Any]) -> list[Any]:
        (given,) = call["args"]
        histories = [
            one["config"]["keras_history"] for one in (given if isinstance(given, list) else [given])
        ]
        return [[name, use + (name in models), output, {}] for name, use, output in histories]

    calls = layer.get("inbound_nodes")
    return layer if calls is None else {**layer, "inbound_nodes": [old(call) for call in calls]}
