"""Datasets without functions, with nothing said of their elements: the values that tf.data gives, and typed wires."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import tensorflow as tf

from app.engine.compiler.make_plan import make_plan
from app.engine.host.engine import Engine
from tests.support.dataset_pages import elements, expected, reading
from tests.support.pages import page

Built = tuple[dict[str, Any], str]


NUMBERS = {"a": ("RangeDataset", {"start": "3", "stop": "12", "step": "2"})}

CASES: dict[str, tuple[dict[str, Any], str, Any, str]] = {
    "range": ({"last": NUMBERS["a"]}, "", lambda: tf.data.Dataset.range(3, 12, 2), "int64 []"),
    "slices": (
        {"last": ("TensorSliceDataset", {"components": "{{1f,2f},{3f,4f},{5f,6f}}; {1,2,3}"})},
        "",
        lambda: tf.data.Dataset.from_tensor_slices(([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], [1, 2, 3])),
        "float32 [2], int32 []",
    ),
    "tensors": (
        {"last": ("TensorDataset", {"components": "{1f,2f}"})},
        "",
        lambda: tf.data.Dataset.from_tensors([1.0, 2.0]),
        "float32 [2]",
    ),
    "batch with a rest": (
        {**NUMBERS, "last": ("BatchDatasetV2", {"batch_size": "2", "drop_remainder": "false"})},
        "a.handle -> last.input_dataset",
        lambda: tf.data.Dataset.range(3, 12, 2).batch(2),
        "int64 [?]",
    ),
    "batches of one size": (
        {**NUMBERS, "last": ("BatchDatasetV2", {"batch_size": "2", "drop_remainder": "true"})},
        "a.handle -> last.input_dataset",
        lambda: tf.data.Dataset.range(3, 12, 2).batch(2, drop_remainder=True),
        "int64 [2]",
    ),
    "zip": (
        {
            **NUMBERS,
            "b": ("TensorSliceDataset", {"components": "{{1f},{2f},{3f}}"}),
            "last": "ZipDataset",
        },
        "a.handle -> last.input_datasets \n b.handle -> last.input_datasets",
        lambda: tf.data.Dataset.zip(
            (tf.data.Dataset.range(3, 12, 2), tf.data.Dataset.from_tensor_slices([[1.0], [2.0], [3.0]]))
        ),
        "int64 [], float32 [1]",
    ),
    "concatenate": (
        {
            "a": ("TensorSliceDataset", {"components": "{{1f,2f},{3f,4f}}"}),
            "b": ("TensorSliceDataset", {"components": "{{5f},{6f}}"}),
            "last": "ConcatenateDataset",
        },
        "a.handle -> last.input_dataset \n b.handle -> last.another_dataset",
        lambda: tf.data.Dataset.from_tensor_slices([[1.0, 2.0], [3.0, 4.0]]).concatenate(
            tf.data.Dataset.from_tensor_slices([[5.0], [6.0]])
        ),
        "float32 [?]",
    ),
    "skip, take, repeat, cache, prefetch": (
        {
            **NUMBERS,
            "skip": ("SkipDataset", {"count": "1"}),
            "take": ("TakeDataset", {"count": "3"}),
            "cache": ("CacheDataset", {"filename": '""'}),
            "repeat": ("RepeatDataset", {"count": "2"}),
            "last": ("PrefetchDataset", {"buffer_size": "2"}),
        },
        """a.handle -> skip.input_dataset
        skip.handle -> take.input_dataset
        take.handle -> cache.input_dataset
        cache.handle -> repeat.input_dataset
        repeat.handle -> last.input_dataset""",
        lambda: tf.data.Dataset.range(3, 12, 2).skip(1).take(3).repeat(2),
        "int64 []",
    ),
    "shard": (
        {**NUMBERS, "last": ("ShardDataset", {"num_shards": "2", "index": "1"})},
        "a.handle -> last.input_dataset",
        lambda: tf.data.Dataset.range(3, 12, 2).shard(2, 1),
        "int64 []",
    ),
    "unbatch": (
        {"a": ("TensorDataset", {"components": "{{1f,2f},{3f,4f}}"}), "last": "UnbatchDataset"},
        "a.handle -> last.input_dataset",
        lambda: tf.data.Dataset.from_tensors([[1.0, 2.0], [3.0, 4.0]]).unbatch(),
        "float32 [2]",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_elements_are_those_of_tf_data(engine: Engine, name: str) -> None:
    blocks, wires, dataset, _ = CASES[name]
    assert elements(engine, reading(blocks, wires)) == expected(dataset())


@pytest.mark.parametrize("name", CASES)
def test_the_wire_of_a_dataset_says_what_its_elements_are(name: str) -> None:
    blocks, wires, dataset, text = CASES[name]
    plan = make_plan(reading(blocks, wires), Path("."))
    (spec,) = [fetch.element for fetch in (plan.outputs["iterator.handle"],)]
    assert spec is not None
    assert ", ".join(map(str, spec)) == text
    made = dataset().element_spec
    made = made if isinstance(made, tuple) else (made,)
    assert [(one.dtype, list(one.shape or ())) for one in spec] == [
        (found.dtype.name, found.shape.as_list()) for found in made
    ]


def test_a_shuffle_with_a_seed_gives_the_order_of_tf_data(engine: Engine) -> None:
    blocks = {
        "a": ("RangeDataset", {"start": "0", "stop": "9", "step": "1"}),
        "last": (
            "ShuffleDataset",
            {"buffer_size": "5", "seed": "7", "seed2": "9", "attrs": "reshuffle_each_iteration_ = false;"},
        ),
    }
    made = reading(blocks, "a.handle -> last.input_dataset")
    order = [one[0] for one in elements(engine, made)]
    tf.random.set_seed(7)
    dataset = tf.raw_ops.ShuffleDataset(
        input_dataset=tf.data.Dataset.range(9)._variant_tensor,
        buffer_size=5,
        seed=7,
        seed2=9,
        output_types=[tf.int64],
        output_shapes=[[]],
        reshuffle_each_iteration=False,
    )
    spec = tf.data.Dataset.range(9).element_spec
    direct = tf.data.experimental.from_variant(dataset, structure=spec)
    assert order == [int(one) for one in direct]
    assert sorted(order) == list(range(9))


def test_lines_records_and_pieces_of_files(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one\ntwo\n")
    (tmp_path / "b.txt").write_text("three\n")
    with tf.io.TFRecordWriter(str(tmp_path / "c.tfrecord")) as writer:
        writer.write(b"x")
        writer.write(b"yy")
    (tmp_path / "d.bin").write_bytes(b"head" + b"abcdef")
    lines = {
        "last": (
            "TextLineDataset",
            {"filenames": "{a.txt,b.txt}", "compression_type": '""', "buffer_size": "0"},
        )
    }
    assert elements(engine, reading(lines, ""), folder=tmp_path) == [[b"one"], [b"two"], [b"three"]]
    records = {
        "last": ("TFRecordDataset", {"filenames": "c.tfrecord", "compression_type": '""', "buffer_size": "0"})
    }
    assert elements(engine, reading(records, ""), folder=tmp_path) == [[b"x"], [b"yy"]]
    pieces = {
        "last": (
            "FixedLengthRecordDatasetV2",
            {
                "filenames": "d.bin",
                "header_bytes": "4",
                "record_bytes": "2",
                "footer_bytes": "0",
                "buffer_size": "0",
                "compression_type": '""',
            },
        )
    }
    assert elements(engine, reading(pieces, ""), folder=tmp_path) == [[b"ab"], [b"cd"], [b"ef"]]


def test_an_iterator_that_nothing_begins_says_what_it_lacks() -> None:
    made = page(
        {"iterator": "IteratorV2", "next": "IteratorGetNext", "session": "ClientSession"},
        "iterator.handle -> next.iterator \n next.components -> session.fetch_outputs",
    )
    plan = make_plan(made, Path("."))
    assert plan.stops
    assert [(p.code, p.block, p.pin) for p in plan.problems] == [("missing-attr", "iterator", "output_types")]
