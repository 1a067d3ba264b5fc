"""Datasets that store, name, pad and pass on the elements of others, and what is said of their elements."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from app.document.model.diagram import Page
from app.document.resources.function_pages import FunctionPages
from app.engine.host.engine import Engine
from app.messages import actual_text, message_of, requirement_text
from tests.support.dataset_pages import ADD, NUMBERS, SQUARE, elements, expected, function, reading
from tests.support.function_pages import named, planned

KEY = function("key", {"m": ("FloorMod", {"y": "2"})}, "x.output -> m.x \n m.z -> y.input", "x")
NOTHING = function("zero", {"z": ("Const_ex", {"dtype": "DT_INT64", "val": "0"})}, "z.output -> y.input", "k")
ONE = function("one", {"z": ("Const_ex", {"dtype": "DT_INT64", "val": "1"})}, "z.output -> y.input")
SAME = function("same", {}, "x.output -> y.input", "x")
FLAT = function(
    "flat",
    {"f": ("FlatMapDataset", {"f": "same"})},
    "x.output -> f.input_dataset \n f.handle -> y.input",
    "x",
)
REDUCER = {"key_func": "key", "init_func": "zero", "reduce_func": "add", "finalize_func": "same"}


def test_elements_are_summed_by_a_key(engine: Engine) -> None:
    """0 + 2 + 4, and 1 + 3 + 5."""
    main = reading(
        {"a": NUMBERS, "last": ("GroupByReducerDataset", REDUCER)}, "a.handle -> last.input_dataset"
    )
    assert elements(engine, main, KEY, NOTHING, ADD, SAME) == [[6], [9]]


@pytest.mark.parametrize(
    ("symbol", "pins"),
    [
        ("SaveDatasetV2", {"path": "saved", "shard_func": "zero"}),
        ("SnapshotDatasetV2", {"path": "snapshot", "reader_func": "flat", "shard_func": "zero"}),
    ],
)
def test_elements_pass_through_what_stores_them(
    engine: Engine, tmp_path: Path, symbol: str, pins: dict[str, str]
) -> None:
    main = reading({"a": NUMBERS, "last": (symbol, pins)}, "a.handle -> last.input_dataset")
    assert elements(engine, main, NOTHING, FLAT, SAME, folder=tmp_path) == [[n] for n in range(6)]


def test_a_generator_gives_what_its_page_gives(engine: Engine) -> None:
    pins = {"init_func": "one", "next_func": "same", "finalize_func": "same"}
    blocks = {"endless": ("GeneratorDataset", pins), "last": ("TakeDataset", {"count": "3"})}
    main = reading(blocks, "endless.handle -> last.input_dataset")
    assert elements(engine, main, ONE, SAME) == [[1]] * 3


WITHIN = {
    name: function(
        name,
        {"m": (symbol, {"f": "square", **pins})},
        "d.output -> m.input_dataset \n m.handle -> y.input",
        "d",
    )
    for name, symbol, pins in (
        ("one by one", "MapDataset", {}),
        ("two at once", "ParallelMapDatasetV2", {"num_parallel_calls": "2"}),
    )
}


def test_the_fastest_of_several_pages_makes_the_elements(engine: Engine) -> None:
    pins = {
        "ratio_numerator": "1",
        "ratio_denominator": "1",
        "num_elements_per_branch": "2",
        "branches": "one by one, two at once",
        "other_arguments_lengths": "{0,0}",
    }
    blocks = {"a": NUMBERS, "last": ("ChooseFastestBranchDataset", pins)}
    main = reading(blocks, "a.handle -> last.input_dataset")
    assert elements(engine, main, *WITHIN.values(), SQUARE) == [[n * n] for n in range(6)]


def test_elements_are_named_by_their_places_in_others(engine: Engine) -> None:
    """Element i is part i % 2 of what the page makes of element i // 2."""
    index = named(
        "index",
        {
            "i": "Argument",
            "whole": ("FloorDiv", {"y": "2"}),
            "rest": ("FloorMod", {"y": "2"}),
            **dict.fromkeys(("at", "part"), "Result"),
        },
        "i.output -> whole.x \n i.output -> rest.x \n whole.z -> at.input \n rest.z -> part.input",
    )
    both = function(
        "both",
        {"neg": "Neg", "p": "Pack"},
        "x.output -> neg.x \n x.output -> p.values \n neg.y -> p.values \n p.output -> y.input",
        "x",
    )
    pins = {
        "output_cardinality": "12",
        "map_func": "both",
        "index_map_func": "index",
        "output_types": "{DT_INT64}",
        "output_shapes": "{{}}",
    }
    main = reading({"a": NUMBERS, "last": ("IndexFlatMapDataset", pins)}, "a.handle -> last.input_dataset")
    assert elements(engine, main, index, both) == [[n * sign] for n in range(6) for sign in (1, -1)]


def test_what_was_saved_is_read_by_a_page(engine: Engine, tmp_path: Path) -> None:
    saving = reading(
        {"a": NUMBERS, "last": ("SaveDatasetV2", {"path": "saved", "shard_func": "zero"})},
        "a.handle -> last.input_dataset",
    )
    assert len(elements(engine, saving, NOTHING, folder=tmp_path)) == 6
    pins = {"path": "saved", "reader_func": "flat", "output_types": "{DT_INT64}", "output_shapes": "{{}}"}
    main = reading({"last": ("LoadDataset", pins)}, "")
    assert elements(engine, main, FLAT, SAME, folder=tmp_path) == [[n] for n in range(6)]
    types = engine.infer(main, tmp_path, functions=FunctionPages.of([main, FLAT, SAME])).types
    assert str(types["last.handle"]) == "dataset of (int64 [])"


def test_the_first_forms_of_datasets_give_what_the_second_ones_give(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "records").write_bytes(bytes(range(12)))
    pins = {"header_bytes": "2", "record_bytes": "5", "footer_bytes": "0", "buffer_size": "0"}
    main = reading({"last": ("FixedLengthRecordDataset", {"filenames": "records", **pins})}, "")
    assert elements(engine, main, folder=tmp_path) == [[bytes(range(2, 7))], [bytes(range(7, 12))]]
    assert elements(engine, padded("{-1}"), folder=tmp_path) == [[[[1, 2, 3], [4, 5, 6]]]]
    batches = reading(
        {"a": NUMBERS, "last": ("BatchDataset", {"batch_size": "4"})}, "a.handle -> last.input_dataset"
    )
    assert elements(engine, batches) == [[[0, 1, 2, 3]], [[4, 5]]]


def padded(sizes: str) -> Page:
    """Return a page of batches of vectors that are padded to some sizes."""
    blocks = {
        "v": ("Const", {"val": "{{1f,2f,3f},{4f,5f,6f}}"}),
        "rows": "TensorSliceDataset",
        "sizes": ("Const_ex", {"dtype": "DT_INT64", "val": sizes}),
        "last": ("PaddedBatchDataset", {"batch_size": "2", "padding_values": "-1f"}),
    }
    wires = """v.output -> rows.components \n rows.handle -> last.input_dataset
        sizes.output -> last.padded_shapes"""
    return reading(blocks, wires)


def test_a_text_to_pad_with_is_read_as_the_elements_are(engine: Engine) -> None:
    blocks = {
        "rows": ("TensorSliceDataset", {"components": "{{1,2},{3,4}}"}),
        "n": ("RangeDataset", {"start": "7", "stop": "9", "step": "1"}),
        "both": "ZipDataset",
        "last": (
            "PaddedBatchDatasetV2",
            {
                "batch_size": "2",
                "padded_shapes": "{3};{}",
                "padding_values": "9;0",
                "drop_remainder": "false",
            },
        ),
    }
    wires = """rows.handle -> both.input_datasets \n n.handle -> both.input_datasets
        both.handle -> last.input_dataset"""
    data = tf.data.Dataset.zip(
        (tf.data.Dataset.from_tensor_slices([[1, 2], [3, 4]]), tf.data.Dataset.range(7, 9))
    ).padded_batch(2, ([3], []), (9, np.int64(0)))
    assert elements(engine, reading(blocks, wires)) == expected(data)


def test_elements_that_a_block_says_wrongly_are_those_that_it_takes(engine: Engine) -> None:
    """TensorFlow does not look at what is said: a warning says it, and the page runs with what the wires bring."""
    blocks = {
        "n": ("RangeDataset", {"start": "0", "stop": "9", "step": "1"}),
        "last": ("TakeDataset", {"count": "2", "output_types": "DT_FLOAT"}),
    }
    main = reading(blocks, "n.handle -> last.input_dataset")
    (found,) = planned(main).problems
    assert (found.severity, found.code, found.block, found.pin) == (
        "warning",
        "dtype-conflict",
        "last",
        "output_types",
    )
    assert elements(engine, main) == [[0], [1]]
    assert message_of(found) == "output_types says [float32], and the elements are [int64]"


def test_a_page_that_gets_a_dataset_is_not_at_fault_for_not_knowing_its_elements() -> None:
    blocks = {
        "key": "Argument",
        "window": "Argument",
        "batch": ("BatchDatasetV2", {"batch_size": "3", "drop_remainder": "false"}),
        "out": "Result",
    }
    plan = planned(named("put", blocks, "window.output -> batch.input_dataset \n batch.handle -> out.input"))
    assert [p for p in plan.problems if p.severity == "error"] == []


def test_datasets_of_unlike_elements_do_not_follow_each_other() -> None:
    blocks = {
        "n": ("RangeDataset", {"start": "0", "stop": "3", "step": "1"}),
        "m": ("TensorSliceDataset", {"components": "{5f,6f}"}),
        "last": "ConcatenateDataset",
    }
    wires = "n.handle -> last.input_dataset \n m.handle -> last.another_dataset"
    (found,) = [p for p in planned(reading(blocks, wires)).problems if p.severity == "error"]
    assert (found.code, found.block, found.pin) == ("dtype-conflict", "last", "another_dataset")
    assert (requirement_text(found), actual_text(found)) == ("(int64)", "(float32)")


def test_a_range_has_the_dtype_that_it_says(engine: Engine) -> None:
    pins = {"start": "0", "stop": "3", "step": "1", "output_types": "DT_FLOAT"}
    assert elements(engine, reading({"last": ("RangeDataset", pins)}, "")) == [[0.0], [1.0], [2.0]]


def test_sizes_that_are_not_as_many_as_those_of_an_element_are_a_problem_at_the_pin() -> None:
    plan = planned(padded("{3,3}"))
    found = next(p for p in plan.problems if p.pin == "padded_shapes")
    assert (found.severity, found.code, found.block) == ("error", "bad-shape", "last")
    assert message_of(found) == "elements [0] are float32 [3]: padded_shapes needs 1 size, and gives 2"


def test_an_iterator_is_not_blamed_for_the_fault_of_its_dataset() -> None:
    main = reading(
        {"a": NUMBERS, "last": ("FilterDataset", {"predicate": "square"})}, "a.handle -> last.input_dataset"
    )
    assert {p.block for p in planned(main, SQUARE).problems if p.severity == "error"} == {"last"}
