"""Configs of Keras 1 and 2 become what Keras 3 takes, and stay what they are where that would make another layer."""

from __future__ import annotations

from typing import Any

import pytest

from app.engine.exchange.old_keras import is_old, renew
from tests.support.keras_texts import layer

_ZEROS = {"class_name": "Zeros", "config": {"dtype": "float32"}}


@pytest.mark.parametrize(
    ("version", "old"),
    [(None, True), ("1.2.2", True), ("2.2.4-tf", True), ("2.15.0", True), ("3.0.0", False), ("10.1", False)],
)
def test_which_version_is_old(version: str | None, old: bool) -> None:
    assert is_old(version) is old


def _renewed(made: dict[str, Any]) -> dict[str, Any]:
    renew(made)
    config: dict[str, Any] = made["config"]
    return config


def test_initializers_lose_their_type() -> None:
    config = _renewed(layer("d", "Dense", None, units=2, kernel_initializer=dict(_ZEROS), dtype="float32"))
    assert config["kernel_initializer"]["config"] == {}
    assert config["dtype"] == "float32"


def test_arguments_go_only_where_they_change_nothing() -> None:
    assert "time_major" not in _renewed(layer("l", "LSTM", None, time_major=False))
    assert _renewed(layer("l", "LSTM", None, time_major=True))["time_major"] is True
    assert "groups" not in _renewed(layer("l", "DepthwiseConv2D", None, groups=1))
    assert _renewed(layer("l", "Conv2D", None, groups=2))["groups"] == 2


def test_the_newer_form_of_keras_2_says_shapes_by_their_new_name() -> None:
    assert _renewed(layer("i", "InputLayer", batch_input_shape=[None, 3])) == {
        "name": "i",
        "batch_shape": [None, 3],
    }
    assert _renewed(layer("d", "Dense", batch_input_shape=[None, 3])) == {"name": "d"}


def test_models_have_their_present_place() -> None:
    made = {"module": "tf_keras.src.engine.functional", "class_name": "Functional", "config": {}}
    renew(made)
    assert made["module"] == "keras.src.models.functional"


def _model(*layers: dict[str, Any], out: list[Any]) -> dict[str, Any]:
    inner = {"name": "m", "layers": list(layers), "input_layers": [["i", 0, 0]], "output_layers": [out]}
    return {"class_name": "Functional", "config": inner}


def _called(name: str, kind: str, *calls: list[Any], **config: Any) -> dict[str, Any]:
    return {**layer(name, kind, None, **config), "name": name, "inbound_nodes": list(calls)}


def test_uses_of_a_model_are_counted_from_the_first_one() -> None:
    """Before Keras 3 a model that stood as a layer had use 0 from its own making."""
    twice = _called("inner", "Sequential", [["i", 0, 0, {}]], [["inner", 1, 0, {}]], layers=[])
    last = _called("last", "Dense", [["inner", 2, 0, {}]])
    made = _model(_called("i", "InputLayer"), twice, last, out=["last", 0, 0])
    renew(made)
    layers = made["config"]["layers"]
    assert layers[1]["inbound_nodes"] == [[["i", 0, 0, {}]], [["inner", 0, 0, {}]]]
    assert layers[2]["inbound_nodes"] == [[["inner", 1, 0, {}]]]


def test_uses_that_count_from_the_first_one_stay() -> None:
    once = _called("inner", "Sequential", [["i", 0, 0, {}]], layers=[])
    made = _model(
        _called("i", "InputLayer"), once, _called("d", "Dense", [["inner", 0, 0, {}]]), out=["d", 0, 0]
    )
    renew(made)
    assert made["config"]["layers"][2]["inbound_nodes"] == [[["inner", 0, 0, {}]]]


def test_outputs_of_layers_among_named_arguments_are_found() -> None:
    call = [["q", 0, 0, {"value": ["v", 0, 1], "training": False}]]
    made = _model(_called("att", "MultiHeadAttention", call), out=["att", 0, 0])
    renew(made)
    (found,) = made["config"]["layers"][0]["inbound_nodes"]
    assert [one["config"]["keras_history"] for one in found["args"]] == [["q", 0, 0]]
    assert found["kwargs"]["value"]["config"]["keras_history"] == ["v", 0, 1]
    assert found["kwargs"]["training"] is False
