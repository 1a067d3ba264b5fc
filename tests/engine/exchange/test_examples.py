"""A model runs as it was opened: its inputs are fed with examples that its own ops take."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from app.messages import message_of
from tests.support.made_models import numbers
from tests.support.model_runs import converted, run_page

v1 = tf.compat.v1
Array = np.ndarray[Any, Any]


def ran(place: Path, build: Callable[[], Any]) -> Array:
    """Return what the page of a graph shows that has been opened and run, no more."""
    with tf.Graph().as_default() as graph:
        tf.identity(build(), name="y")
        definition = graph.as_graph_def(add_shapes=False)
    (place / "model.pb").write_bytes(definition.SerializeToString())
    made = converted(place / "model.pb", place)
    return run_page(made, place, {}, "model")["y"]


def old_map(decode: Callable[[Any], Any], texts: Any) -> Any:
    """Return a loop of TensorFlow 1 over texts."""
    v1.disable_control_flow_v2()
    try:
        return tf.map_fn(decode, texts, dtype=tf.uint8)
    finally:
        v1.enable_control_flow_v2()


@pytest.mark.parametrize("shape", [None, []])
@pytest.mark.parametrize("decode", ["decode_jpeg", "decode_png", "decode_image"])
def test_a_picture_in_a_text(decode: str, shape: list[int] | None, tmp_path: Path) -> None:
    """The text holds a small picture of the format that is decoded."""
    found = ran(tmp_path, lambda: getattr(tf.image, decode)(v1.placeholder(tf.string, shape, "x"), 3))
    assert found.shape == (32, 32, 3)
    assert set(found.ravel().tolist()) == {128}


@pytest.mark.parametrize("mapped", [old_map, lambda decode, x: tf.map_fn(decode, x, dtype=tf.uint8)])
def test_pictures_that_a_loop_decodes(mapped: Callable[..., Any], tmp_path: Path) -> None:
    """The decoder is found behind lists, in a loop of the graph and in the function of a While."""
    found = ran(
        tmp_path,
        lambda: mapped(lambda text: tf.image.decode_jpeg(text, 3), v1.placeholder(tf.string, [None], "x")),
    )
    assert found.shape == (1, 32, 32, 3)


def test_a_sound(tmp_path: Path) -> None:
    """As many samples as are asked for."""
    found = ran(tmp_path, lambda: tf.audio.decode_wav(v1.placeholder(tf.string, [], "x"), 1, 500).audio)
    assert found.shape == (500, 1)


def _features(parse: Callable[..., Any], shape: list[int | None]) -> Any:
    features = {
        "a": v1.FixedLenFeature([2], tf.float32),
        "k": v1.FixedLenFeature([], tf.int64),
        "t": v1.FixedLenFeature([], tf.string),
        "some": v1.VarLenFeature(tf.string),
    }
    parsed = parse(v1.placeholder(tf.string, shape, "x"), features)
    return tf.concat([tf.reshape(parsed["a"], [-1]), tf.reshape(tf.cast(parsed["k"], tf.float32), [-1])], 0)


@pytest.mark.parametrize("shape", [[None], []])
def test_a_record_of_features(shape: list[int | None], tmp_path: Path) -> None:
    """Each feature that must be there is there."""
    parse = v1.parse_example if shape else v1.parse_single_example
    assert ran(tmp_path, lambda: _features(parse, shape)).tolist() == [0.0, 0.0, 0.0]


def _matmul(x: Any) -> Any:
    return tf.matmul((x - 1.0) / 2.0, numbers(7, 3))


def _timesteps(x: Any) -> Any:
    rows = tf.reshape(x, [tf.shape(x)[0], 4, 5])
    return tf.add_n(tf.unstack(rows, 4, 1))


BODIES: list[tuple[Callable[[Any], Any], tuple[int, ...]]] = [
    (_matmul, (1, 3)),
    (_timesteps, (1, 5)),
    (lambda x: tf.nn.conv2d(x, numbers(3, 3, 2, 4), 2, "SAME"), (1, 64, 64, 4)),
    (lambda x: tf.reshape(x, [-1, 6, 6, 1]), (1, 6, 6, 1)),
    (lambda x: x[:, 2:5], (1, 3)),
    (lambda x: x[:, 1], (1,)),
    (lambda x: tf.reduce_sum(x, [1, 2]), (1,)),
    (lambda x: tf.transpose(x, [0, 2, 1]), (1, 1, 1)),
    (lambda x: tf.exp(x), ()),
]


@pytest.mark.parametrize(("body", "shape"), BODIES)
def test_a_shape_that_the_file_does_not_say(
    body: Callable[[Any], Any], shape: tuple[int, ...], tmp_path: Path
) -> None:
    """It is one that the first ops take."""
    assert ran(tmp_path, lambda: body(v1.placeholder(tf.float32, None, "x"))).shape == shape


def test_pictures_of_any_size_are_large_enough_for_a_network(tmp_path: Path) -> None:
    """Not one pixel, of which strides and pools leave nothing."""

    def net() -> Any:
        y = v1.placeholder(tf.float32, [None, None, None, 3], "x")
        for _ in range(4):
            y = tf.nn.max_pool2d(y, 3, 2, "VALID")
        return y

    assert ran(tmp_path, net).shape == (1, 7, 7, 3)


def test_what_something_is_divided_by_is_one(tmp_path: Path) -> None:
    """Such is the share that dropout lets through."""
    found = ran(tmp_path, lambda: tf.constant([3.0, 4.0]) / v1.placeholder(tf.float32, None, "keep"))
    assert found.tolist() == [3.0, 4.0]


@pytest.mark.parametrize("dtype", [tf.resource, tf.quint8])
def test_an_input_of_which_there_is_no_example(dtype: tf.DType, tmp_path: Path) -> None:
    """The model opens, and it is said which input is to be fed."""
    with tf.Graph().as_default() as graph:
        x = v1.placeholder(dtype, [200], "x")
        is_handle = dtype == tf.resource
        y = tf.raw_ops.VarIsInitializedOp(resource=x) if is_handle else tf.raw_ops.Identity(input=x)
        tf.raw_ops.Shape(input=y, name="y")
        (tmp_path / "model.pb").write_bytes(graph.as_graph_def().SerializeToString())
    (made, *_) = converted(tmp_path / "model.pb", tmp_path).pages
    assert "x_value" not in made.page.blocks
    said = [message_of(p) for p in made.problems if p.severity != "info"]
    assert said == [f"there is no example of DT_{dtype.name.upper()}; feed the block yourself"]


def test_an_end_of_an_op_that_nobody_knows_is_drawn(tmp_path: Path) -> None:
    """With all that it takes; a problem names the op."""
    with tf.Graph().as_default() as graph:
        tf.exp(v1.placeholder(tf.float32, [], "x"), name="e")
        definition = graph.as_graph_def()
    definition.node.add(name="pieces", op="SentencepieceOp", input=["e"])
    (tmp_path / "model.pb").write_bytes(definition.SerializeToString())
    (made,) = converted(tmp_path / "model.pb", tmp_path).pages
    assert {"x", "e", "pieces"} <= set(made.page.blocks)
    said = [message_of(p) for p in made.problems if p.severity != "info"]
    assert said == ["there is no block for TensorFlow's op SentencepieceOp"]


TABLE = numbers(10, 2)


@pytest.mark.parametrize(
    "build",
    [
        lambda rows: tf.reduce_mean(rows, axis=1) @ tf.ones([2, 3]),
        lambda rows: tf.transpose(rows, [1, 0, 2]),
        lambda rows: tf.nn.conv1d(rows, tf.ones([1, 2, 4]), 1, "SAME"),
        lambda rows: tf.reshape(rows, [-1, 6]),
        lambda rows: rows * 2.0,
    ],
)
def test_numbers_of_rows_of_any_shape(build: Callable[[Any], Any], tmp_path: Path) -> None:
    """As many as what is done with the rows requires."""
    found = ran(tmp_path, lambda: build(tf.gather(TABLE, v1.placeholder(tf.int64, None, "ids"))))
    assert found.size


class Ragged(tf.Module):
    """Takes rows of unlike lengths, which a signature takes as values and where they end."""

    @tf.function(autograph=False, input_signature=[tf.RaggedTensorSpec([None, None, None], tf.float32)])
    def sums(self, x: tf.RaggedTensor) -> dict[str, tf.Tensor]:
        """Return the sums of the innermost rows."""
        return {"sums": tf.reduce_sum(x, axis=2).to_tensor(), "all": x.to_tensor()}

    @tf.function(autograph=False, input_signature=[tf.RaggedTensorSpec([3, None], tf.int64)])
    def three(self, x: tf.RaggedTensor) -> dict[str, tf.Tensor]:
        """Return the means of rows of a table, of three lists of their numbers."""
        return {"means": tf.reduce_sum(tf.gather(TABLE, x), axis=1)}


@pytest.mark.parametrize("name", ["sums", "three"])
def test_rows_of_unlike_lengths(name: str, tmp_path: Path) -> None:
    """The example holds one value, in the last row."""
    made = Ragged()
    signature = getattr(made, name).get_concrete_function()
    tf.saved_model.save(made, str(tmp_path / "model"), signatures={"serving_default": signature})
    (tmp_path / "project").mkdir()
    pages = converted(tmp_path / "model", tmp_path / "project")
    found = run_page(pages, tmp_path / "project", {}, "serving_default")
    assert all(array.size for array in found.values())
