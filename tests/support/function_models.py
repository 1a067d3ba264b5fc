"""SavedModels whose functions, tables and values are found otherwise than by a signature and a restore op."""

from __future__ import annotations

from pathlib import Path

import tensorflow as tf

from tests.support.made_models import Array, numbers

v1 = tf.compat.v1


class Encoder(tf.Module):
    """An object within another one; its Variables bear the same name."""

    def __init__(self) -> None:
        """Make the Variables."""
        super().__init__()
        self.weights = tf.Variable(numbers(3, 4, seed=1))
        self.bias = tf.Variable(numbers(4, seed=2))

    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32, "x")])
    def encode(self, x: tf.Tensor) -> tf.Tensor:
        """Return a layer's output."""
        return tf.nn.relu(x @ self.weights + self.bias)


class Functions(tf.Module):
    """Functions that no signature calls: with forms, without outputs, with tables and files."""

    def __init__(self, file: Path) -> None:
        """Make what they use."""
        super().__init__()
        self.encoder = Encoder()
        self.last = tf.Variable(numbers(4, 2, seed=3))
        self.count = tf.Variable(1.0)
        self.turned = tf.constant(numbers(2, 2, seed=5))
        names = tf.lookup.KeyValueTensorInitializer(["a", "b"], tf.constant([10, 20], tf.int64))
        self.names = tf.lookup.StaticHashTable(names, -1)
        lines = tf.lookup.TextFileInitializer(
            tf.saved_model.Asset(str(file)),
            tf.string, tf.lookup.TextFileIndex.WHOLE_LINE, tf.int64, tf.lookup.TextFileIndex.LINE_NUMBER,
        )  # fmt: skip
        self.lines = tf.lookup.StaticHashTable(lines, -1)
        self.grown = tf.lookup.experimental.MutableHashTable(tf.string, tf.int64, -1)
        self.grown.insert(["k", "l"], [3, 4])
        self.dense = tf.lookup.experimental.DenseHashTable(tf.int64, tf.float32, 0.0, -1, -2)
        self.dense.insert([5, 6], [0.5, 0.25])

    @tf.function(autograph=False)
    def __call__(self, x: tf.Tensor, doubled: bool = False) -> dict[str, object]:
        """Return numbers in a structure."""
        y = self.encoder.encode(x) @ self.last @ self.turned
        y = y * 2.0 if doubled else y
        return {"y": y, "more": (tf.reduce_sum(y), [y[0]])}

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, "words")])
    def look(self, words: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """Return numbers of words."""
        return self.names.lookup(words), self.lines.lookup(words), self.grown.lookup(words)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.int64, "numbers")])
    def dense_look(self, numbers: tf.Tensor) -> tf.Tensor:
        """Return what a dense table has."""
        return self.dense.lookup(numbers)

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32, "by")])
    def add(self, by: tf.Tensor) -> None:
        """Change a Variable, and give nothing."""
        self.count.assign_add(by)


def functions(folder: Path, beside: Path) -> Functions:
    """Save functions without a signature; returns their object."""
    file = beside / "lines.txt"
    file.write_text("a\nk\n")
    made = Functions(file)
    for doubled in (False, True):
        made.__call__.get_concrete_function(tf.TensorSpec([None, 3]), doubled=doubled)
    tf.saved_model.save(made, str(folder), signatures={})
    return made


def hub_module(folder: Path, x: Array) -> Array:
    """Write a module as TensorFlow Hub's first form has it, without a saver and with a Variable in parts."""
    from tensorflow.core.protobuf import saved_model_pb2

    with tf.Graph().as_default(), v1.Session() as session:
        fed = v1.placeholder(tf.float32, [None, 3], "x")
        parts = v1.get_variable(
            "embedding", [6, 2], partitioner=v1.fixed_size_partitioner(2), use_resource=False,
            initializer=v1.random_normal_initializer(seed=1),
        )  # fmt: skip
        weights = v1.get_variable("weights", initializer=numbers(3, 6), use_resource=False)
        y = tf.matmul(tf.matmul(fed, weights), tf.convert_to_tensor(parts))
        session.run(v1.global_variables_initializer())
        signature = v1.saved_model.signature_def_utils.predict_signature_def({"x": fed}, {"y": y})
        builder = v1.saved_model.Builder(str(folder))
        builder.add_meta_graph_and_variables(session, [], {"default": signature})
        builder.save()
        expected: Array = session.run(y, {fed: x})
    file = folder / "saved_model.pb"
    saved = saved_model_pb2.SavedModel.FromString(file.read_bytes())
    meta = saved.meta_graphs[0]
    meta.ClearField("saver_def")
    for node in [node for node in meta.graph_def.node if node.name.startswith("save/")]:
        meta.graph_def.node.remove(node)
    file.write_bytes(saved.SerializeToString())
    return expected
