"""What a Keras file says of its layers, looked through before Keras sees it: nothing may be made but Keras's own.

Keras looks up classes and functions by the names that a file gives. Some of these run code of the file's, or open
other files; its own safe mode has had holes, and does not hold for HDF5 files before 3.11.3.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from app.document.model.sentence import Sentence, say
from app.engine.exchange.graph import GraphFault, ModelRefused

MOST_BYTES = 64 << 20  # of the text
_MOST_VALUES = 5_000_000
_MOST_LAYERS = 5_000
_DEEPEST = 256  # lists and objects within one another; Keras takes them apart by recursion
# Where Keras's own layers and what they are made of are found: below ``keras`` and below ``keras.src``.
_PACKAGES = frozenset(
    (
        "activations", "constraints", "dtype_policies", "initializers", "layers", "ops", "quantizers", "random",
        "regularizers",
    )
)  # fmt: skip
# What is made of ``keras`` itself and of ``keras.models``, which have functions that open files as well.
_AT_THE_TOP = frozenset(
    (
        "DTypePolicy", "DTypePolicyMap", "FloatDTypePolicy", "Functional", "Model", "QuantizedDTypePolicy",
        "QuantizedFloat8DTypePolicy", "Sequential",
    )
)  # fmt: skip
# Classes that Keras 2 calls by where it has them; what is made of them is Keras 3's own.
_OLD_MODELS = {"functional": "Functional", "sequential": "Sequential", "training": "Model"}
OLD_MODULES = {
    f"{top}.engine.{module}": name
    for module, name in _OLD_MODELS.items()
    for top in ("keras", "keras.src", "tf_keras", "tf_keras.src", "tensorflow.python.keras")
}
_CODE = frozenset(("Lambda", "__lambda__"))
_PICKLES = frozenset(("TorchModuleWrapper", "JaxLayer", "FlaxLayer"))
_OTHER_FILES = frozenset(("TFSMLayer", "KerasLayer"))
_TENSORFLOW = frozenset(
    (
        "TFOpLambda", "SlicingOpLambda", "ClassMethod", "InstanceMethod", "InstanceProperty", "TensorFlowOpLayer",
        "__typespec__", "TypeSpec", "CompositeTensor",
    )
)  # fmt: skip
_LOOKUPS = frozenset(("StringLookup", "IntegerLookup", "IndexLookup", "TextVectorization"))
_FILED = ("vocabulary", "idf_weights")  # texts here are names of files, which Keras would open


class _Place(NamedTuple):
    """A value in a config, and the layer that it belongs to."""

    value: Any
    layer: str
    depth: int = 0


def read_config(text: bytes) -> dict[str, Any]:
    """Return the config that a file holds as JSON, without how the model was trained; raises GraphFault.

    What is returned is what is given to Keras, not the file's text, which could say things twice.
    """
    if len(text) > MOST_BYTES:
        raise GraphFault(say("keras.config-too-large", size=len(text) >> 20, most=MOST_BYTES >> 20))
    try:
        config = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise GraphFault(say("keras.bad-config")) from None
    if not isinstance(config, dict) or not isinstance(config.get("config"), dict):
        raise GraphFault(say("keras.bad-config"))
    for place in _places(config):
        if isinstance(place.value, dict):
            place.value.pop("compile_config", None)  # losses and optimizers, often of the user's own
    return config


def check_config(config: dict[str, Any]) -> None:
    """Raise ModelRefused where a config names anything that is not Keras's own, or that reads files."""
    layers = 0
    for value, layer, _ in _places(config):
        if not isinstance(value, dict):
            continue
        layers += bool(_layer_name(value))
        if layers > _MOST_LAYERS:
            raise GraphFault(say("keras.too-many-layers", most=_MOST_LAYERS))
        refused = _refused(value, layer)
        if refused is not None:
            raise ModelRefused(refused)


def _places(config: dict[str, Any]) -> Iterator[_Place]:
    """Return all values in a config, in its order, each with the innermost layer that it is of."""
    rest, count = [_Place(config, "")], 0
    while rest:
        place = rest.pop()
        value, layer, depth = place
        if depth > _DEEPEST:
            raise GraphFault(say("keras.too-deep", most=_DEEPEST))
        if isinstance(value, dict):
            layer = _layer_name(value) or layer
            place = _Place(value, layer, depth)
        yield place
        inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else ()
        count += len(inner)
        if count > _MOST_VALUES:
            raise GraphFault(say("keras.config-too-long", most=_MOST_VALUES))
        rest += [_Place(item, layer, depth + 1) for item in reversed(inner) if isinstance(item, (dict, list))]


def _layer_name(value: dict[str, Any]) -> str:
    """Return the name of the layer that a part of a config describes; "" where it describes none."""
    config = value.get("config")
    name = config.get("name") if isinstance(config, dict) and "class_name" in value else None
    return name if isinstance(name, str) else ""


def _refused(value: dict[str, Any], layer: str) -> Sentence | None:
    """Return why a part of a config is not given to Keras; None where it may be."""
    if value.get("safe_mode") is False:
        return say("keras.unsafe", layer=_said(layer))
    module = value.get("module")
    if "class_name" not in value:
        return None if module is None else _refused_module(module, None, layer)
    name = value["class_name"]
    if not isinstance(name, str):
        return say("keras.bad-class", layer=_said(layer))
    known = _refused_class(name, value, layer)
    if known is not None:
        return known
    if module is not None:
        refused = _refused_module(module, name, layer)
        if refused is not None:
            return refused
    registered = value.get("registered_name")
    own = (None, "", name, value.get("config") if name == "function" else name)
    if registered not in own:
        return say("keras.custom", layer=_said(layer), name=str(registered)[:200])
    return None


def _refused_class(name: str, value: dict[str, Any], layer: str) -> Sentence | None:
    """Return why Keras is to make nothing of this class, also if it has it."""
    if name in _CODE:
        return say("keras.lambda", layer=_said(layer))
    if name in _PICKLES:
        return say("keras.pickle-layer", layer=_said(layer), name=name)
    if name in _OTHER_FILES:
        return say("keras.other-model", layer=_said(layer), name=name)
    if name in _TENSORFLOW:
        return say("keras.tensorflow-op", layer=_said(layer), name=name)
    config = value.get("config")
    if name in _LOOKUPS and isinstance(config, dict):
        for key in _FILED:
            if isinstance(config.get(key), str):
                return say("keras.filed-words", layer=_said(layer), name=config[key][:200])
    return None


def _refused_module(module: object, name: str | None, layer: str) -> Sentence | None:
    """Return why nothing of a module is made; None where it is one of Keras's own that layers are made of."""
    if name == "function" and module == "builtins":  # a plain name that Keras looks up in its own packages
        return None
    if isinstance(module, str):
        first, _, rest = module.partition(".")
        within = rest.removeprefix("src.").partition(".")[0]
        if first == "keras" and (within in _PACKAGES or (within in ("", "models") and name in _AT_THE_TOP)):
            return None
        if OLD_MODULES.get(module) == name is not None:
            return None
    named = str(module) if name is None else f"{module}.{name}"
    return say("keras.module", layer=_said(layer), name=named[:200])


def _said(layer: str) -> Sentence:
    """Return how a message calls a layer; the one without a name is the model as a whole."""
    return say("keras.layer", name=layer[:200]) if layer else say("keras.whole-model")
