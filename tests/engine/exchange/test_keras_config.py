"""A config of Keras may name Keras's own layers, and nothing that runs the file's code or opens another file."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.document.model.sentence import Sentence
from app.engine.exchange.graph import GraphFault, ModelRefused
from app.engine.exchange.keras_config import check_config, read_config
from app.messages import error_text
from tests.support.keras_texts import dense, layer, sequential


def _read(config: Any) -> dict[str, Any]:
    return read_config(json.dumps(config).encode())


def _wrapped(inner: dict[str, Any]) -> dict[str, Any]:
    """Return a model within a model within a wrapper around a layer."""
    wrapper = layer("each", "TimeDistributed", layer=inner)
    return sequential(dense(), sequential(wrapper))


_FUNCTION = {"class_name": "function", "config": "system", "module": "os", "registered_name": "system"}
_TENSOR = {"class_name": "__keras_tensor__", "config": {"shape": [None], "keras_history": ["a", 0, 0]}}

REFUSED = {
    "a Lambda": (layer("evil", "Lambda", function={"class_name": "__lambda__"}), "keras.lambda"),
    "a Lambda of an HDF5 file": (
        layer("evil", "Lambda", None, function=["YWJj", None, None]),
        "keras.lambda",
    ),
    "a pickled function": (dense("evil", activation={"class_name": "__lambda__"}), "keras.lambda"),
    "a layer of pickled PyTorch": (
        layer("evil", "TorchModuleWrapper", module="keras.layers"),
        "keras.pickle-layer",
    ),
    "a layer that loads a SavedModel": (layer("evil", "TFSMLayer", filepath="/tmp/x"), "keras.other-model"),
    "an op by its name": (layer("evil", "TFOpLambda", None), "keras.tensorflow-op"),
    "a type by its name": (dense("evil", x={"class_name": "__typespec__"}), "keras.tensorflow-op"),
    "a function of the system": (dense("evil", activation=_FUNCTION), "keras.module"),
    "a class of another module": (layer("evil", "Popen", "subprocess"), "keras.module"),
    "a module that only begins so": (layer("evil", "Layer", "keras_evil.layers"), "keras.module"),
    "a part of Keras that fetches files": (layer("evil", "get_file", "keras.utils"), "keras.module"),
    "the switch of the safe mode": (
        layer("evil", "enable_unsafe_deserialization", "keras.config"),
        "keras.module",
    ),
    "Keras's loader": (layer("evil", "load_model", "keras.models"), "keras.module"),
    "Keras's own inside": (layer("evil", "func_load", "keras.src.utils.python_utils"), "keras.module"),
    "a module that is no text": (layer("evil", "Dense", ["keras"]), "keras.module"),  # type: ignore[arg-type]
    "a registered class": ({**dense("evil"), "registered_name": "my>Dense"}, "keras.custom"),
    "a class that is no text": ({**dense("evil"), "class_name": ["Dense"]}, "keras.bad-class"),
    "the safe mode switched off": ({**dense("evil"), "safe_mode": False}, "keras.unsafe"),
    "words in a file": (layer("evil", "StringLookup", vocabulary="/etc/passwd"), "keras.filed-words"),
    "weights of words in a file": (layer("evil", "TextVectorization", idf_weights="x"), "keras.filed-words"),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("around", [sequential, _wrapped], ids=["plain", "nested"])
def test_it_is_refused_with_its_layer(name: str, around: Any) -> None:
    inner, key = REFUSED[name]
    config = _read(around(inner))
    with pytest.raises(ModelRefused) as refused:
        check_config(config)
    assert refused.value.sentence.key == key
    assert refused.value.code == "refused-model"
    words = error_text(refused.value)
    assert "'evil'" in words


TAKEN = {
    "plain layers": sequential(dense(activation="relu", kernel_initializer={"class_name": "Zeros", "config": {}})),
    "a model of the older form": {"class_name": "Model", "config": {"layers": [layer("d", "Dense", None)]}},
    "a function of Keras": sequential(
        dense(activation={"class_name": "function", "config": "relu", "module": "builtins", "registered_name": "relu"})
    ),
    "outputs of layers": sequential({**dense(), "inbound_nodes": [{"args": [_TENSOR], "kwargs": {}}]}),
    "a type of numbers": sequential(
        dense(dtype={"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"}})
    ),
    "Functional, where it is": {
        "module": "keras.src.models.functional", "class_name": "Functional", "config": {},
        "registered_name": "Functional",
    },
    "Functional, where it was": {
        "module": "tf_keras.src.engine.functional", "class_name": "Functional", "config": {},
    },
    "words in the model": sequential(layer("l", "StringLookup", vocabulary=["a", "b"])),
    "how it was trained": sequential(
        dense(), compile_config={"loss": {"class_name": "function", "config": "mine", "module": "my.losses"}}
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TAKEN)
def test_it_is_taken(name: str) -> None:
    check_config(_read(TAKEN[name]))


def test_what_was_said_twice_is_given_to_keras_once() -> None:
    """A reader that takes the first of two equal names, and one that takes the last, see the same."""
    text = json.dumps(sequential(dense())).replace('"Dense"', '"Lambda", "class_name": "Dense"').encode()
    config = read_config(text)
    check_config(config)
    assert "Lambda" not in json.dumps(config)


@pytest.mark.parametrize(
    "text",
    [b"", b"[]", b"{}", b'{"config": 3}', b"\xff\xfe", b"[" * 100_000, b'{"config": ' * 100_000, b'{"config": {}'],
)  # fmt: skip
def test_what_is_no_config_is_said(text: bytes) -> None:
    with pytest.raises(GraphFault) as fault:
        read_config(text)
    assert fault.value.sentence == Sentence("keras.bad-config")
    assert fault.value.code == "bad-file"


def _nested(depth: int) -> dict[str, Any]:
    model = dense()
    for _ in range(depth):
        model = sequential(model)
    return model


@pytest.mark.parametrize(
    ("config", "key"),
    [
        (_nested(100), "keras.too-deep"),
        (sequential(*[dense(f"d{n}") for n in range(5_001)]), "keras.too-many-layers"),
    ],
    ids=["deep", "many"],
)
def test_more_than_keras_takes_apart_is_said(config: dict[str, Any], key: str) -> None:
    with pytest.raises(GraphFault) as fault:
        check_config(_read(config))
    assert fault.value.sentence.key == key
