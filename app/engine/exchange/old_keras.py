"""Configs of Keras 1 and 2 as Keras 3 takes them: the same layers, without what its classes no longer know."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from app.engine.exchange.keras_config import OLD_MODULES

_MODELS = frozenset(("Functional", "Model", "Sequential"))
# Arguments that Keras 3 does not take, with the value at which a layer is the same without them.
_GONE: dict[str, Callable[[Any], bool]] = {
    "time_major": lambda value: not value,
    "input_length": lambda value: True,
    "query_shape": lambda value: True,  # how it was built
    "key_shape": lambda value: True,
    "value_shape": lambda value: True,
    "score_mode": lambda value: value == "dot",  # Keras takes the word for that of a layer
    "softmax_robust_masking": lambda value: not value,
    "rng_type": lambda value: True,  # how numbers are drawn in training
    "vocabulary_size": lambda value: True,  # counted anew
}
_GONE_OF: dict[str, tuple[str, ...]] = {
    "Conv1DTranspose": ("groups",),
    "Conv2DTranspose": ("groups",),
    "Conv3DTranspose": ("groups",),
    "DepthwiseConv1D": ("groups",),
    "DepthwiseConv2D": ("groups",),
    "SeparableConv1D": ("groups", "kernel_initializer", "kernel_regularizer", "kernel_constraint"),
    "SeparableConv2D": ("groups", "kernel_initializer", "kernel_regularizer", "kernel_constraint"),
    "SpatialDropout1D": ("noise_shape",),
    "SpatialDropout2D": ("noise_shape",),
    "SpatialDropout3D": ("noise_shape",),
}


def is_old(version: object) -> bool:
    """Return whether Keras 1 or 2 wrote a file, by the version that it names (None: one that named none)."""
    return version is None or (isinstance(version, str) and version.partition(".")[0] in ("0", "1", "2"))


def renew(config: dict[str, Any]) -> None:
    """Change a config of Keras 1 or 2 in place so that Keras 3 makes the same layers of it."""
    for value in _objects(config):
        inner = value.get("config")
        if isinstance(inner, dict):
            _renew_arguments(str(value["class_name"]), inner, has_module="module" in value)
            if isinstance(inner.get("layers"), list):
                layers = [layer for layer in inner["layers"] if isinstance(layer, dict)]
                _count_from_the_first_use(layers, inner)
                for layer in layers:
                    _renew_calls(layer.get("inbound_nodes"))
        if value["class_name"] not in _MODELS:
            value.pop("build_config", None)  # layers are built by their first call
        name = OLD_MODULES.get(value.get("module") or "")
        if name is not None:
            value["module"] = "keras.src.models.functional" if name == "Functional" else "keras"


def _objects(config: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Return all parts of a config that describe an object."""
    rest: list[Any] = [config]
    while rest:
        value = rest.pop()
        if isinstance(value, dict):
            if "class_name" in value:
                yield value
            rest += value.values()
        elif isinstance(value, list):
            rest += value


def _renew_arguments(name: str, config: dict[str, Any], has_module: bool) -> None:
    """Take arguments away that Keras 3 does not know; one that would make another layer stays, and Keras refuses it."""
    for key, is_without in _GONE.items():
        if key in config and is_without(config[key]):
            del config[key]
    for key in _GONE_OF.get(name, ()):
        config.pop(key, None)
    for key, value in config.items():
        if key.endswith("initializer") and isinstance(value, dict) and isinstance(value.get("config"), dict):
            value["config"].pop("dtype", None)
    if not has_module:
        return  # of the older form, which Keras reads with the words of that time
    shape = config.pop("batch_input_shape", None)
    if name == "InputLayer" and shape is not None:
        config["batch_shape"] = shape
    axis = config.get("axis")
    if name == "BatchNormalization" and isinstance(axis, list) and len(axis) == 1:
        config["axis"] = axis[0]


def _count_from_the_first_use(layers: list[dict[str, Any]], model: dict[str, Any]) -> None:
    """Count the uses of models that stand as layers from 0: before Keras 3 number 0 was the model's own making."""
    uses = [use for layer in layers for use in _uses(layer.get("inbound_nodes"))]
    outputs = list(_uses([model.get("output_layers")]))
    for layer in layers:
        made = layer.get("inbound_nodes")
        if layer.get("class_name") not in _MODELS or not isinstance(made, list):
            continue
        of_it = [use for use in uses if use[0] == layer.get("name")]
        as_output = [use for use in outputs if use[0] == layer.get("name")]
        if max((use[1] for use in (*of_it, *as_output)), default=0) < len(made):
            continue
        # Keras counts outputs of a Functional so by itself.
        for use in (*of_it, *(as_output if layer["class_name"] == "Sequential" else ())):
            use[1] -= 1


def _renew_calls(calls: Any) -> None:
    """Write calls of which named arguments are outputs of other layers as Keras 3 does: of older ones it takes none."""
    for number, call in enumerate(calls if isinstance(calls, list) else ()):
        if not isinstance(call, list) or not call or not all(_is_use(use) for use in call):
            continue
        named = call[0][3] if len(call[0]) > 3 else None
        if isinstance(named, dict) and any(True for _ in _uses(named)):
            first = [_output(use) for use in call]
            others = {key: _outputs(value) for key, value in named.items()}
            calls[number] = {"args": first if len(first) == 1 else [first], "kwargs": others}


def _outputs(value: Any) -> Any:
    """Return an argument of a call with the outputs of layers in Keras 3's form."""
    if _is_use(value):
        return _output(value)
    if isinstance(value, list):
        return [_output(item) if _is_use(item) else item for item in value]
    return value


def _output(use: list[Any]) -> dict[str, Any]:
    """Return the output of a layer as Keras 3 writes it; shape and type are those that the layer makes."""
    of_any = {"shape": [None], "dtype": "float32", "keras_history": use[:3]}
    return {"class_name": "__keras_tensor__", "config": of_any}


def _is_use(value: Any) -> bool:
    return isinstance(value, list) and len(value) >= 3 and isinstance(value[0], str) and type(value[1]) is int


def _uses(nodes: Any) -> Iterator[list[Any]]:
    """Return the lists ``[layer, number of its use, output, ...]`` in what a config says of wires."""
    rest: list[Any] = [nodes]
    while rest:
        value = rest.pop()
        if not isinstance(value, (list, dict)):
            continue
        if isinstance(value, dict):
            rest += value.values()
        elif _is_use(value):
            yield value
            rest += value[3:]
        else:
            rest += value
