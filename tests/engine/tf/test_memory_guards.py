"""Sizes for which an op takes all memory at once are refused at their pin, typed or computed: they ended the process.

The limits are those at which TensorFlow 2.21, called directly with six gigabytes, was ended by a signal; what it takes
with any size, such as a batch that need not be filled, is left to it.
"""

from __future__ import annotations

from typing import Any

import pytest

from app.messages import actual_text, requirement_text
from tests.support.pages import page, plain, run

HUGE = 2**40
ELEMENTS = {"d": ("TensorSliceDataset", {"components": "{1f,2f,3f}"})}
READING = {
    "it": ("IteratorV2", {"output_types": "DT_FLOAT", "output_shapes": "?"}),
    "begin": "MakeIterator",
    "next": ("IteratorGetNext", {"output_types": "DT_FLOAT", "output_shapes": "?"}),
    "first": ("ClientSession", {"once": "true"}),
    "s": "ClientSession",
}
READING_WIRES = """b.handle -> begin.dataset
it.handle -> begin.iterator
begin.operation -> first.run_outputs
it.handle -> next.iterator
next.components -> s.fetch_outputs
"""
PADDED = {"padded_shapes": "{}", "padding_values": "0f", "output_shapes": "{?}"}
DROPPED = {"drop_remainder": "true"}
SEEDS = {"seed": "1", "seed2": "2"}


def ended(engine: Any, symbol: str, pins: dict[str, str], pin: str, size: int, computed: bool) -> Any:
    """Return the result of a page whose iterator begins with this dataset."""
    typed = {} if computed else {pin: str(size)}
    blocks = {**ELEMENTS, "b": (symbol, {**pins, **typed}), **READING}
    wires = f"d.handle -> b.input_dataset\n{READING_WIRES}"
    if computed:
        blocks |= {"k": ("Const", {"val": f"{float(size)}"}), "n": ("Cast", {"DstT": "DT_INT64"})}
        wires += f"k.output -> n.x\nn.y -> b.{pin}\n"
    return run(engine, page(blocks, wires))


@pytest.mark.parametrize("computed", [True, False])
@pytest.mark.parametrize(
    ("symbol", "pins", "pin"),
    [
        ("BatchDatasetV2", DROPPED, "batch_size"),
        ("PaddedBatchDataset", PADDED, "batch_size"),
        ("ShuffleDataset", SEEDS, "buffer_size"),
        ("ShuffleAndRepeatDataset", {**SEEDS, "count": "1"}, "buffer_size"),
        ("SlidingWindowDataset", {"window_shift": "1", "window_stride": "1"}, "window_size"),
    ],
)
def test_a_dataset_that_would_take_all_memory_is_refused_at_the_pin(
    engine: Any, symbol: str, pins: dict[str, str], pin: str, computed: bool
) -> None:
    found = ended(engine, symbol, pins, pin, HUGE, computed)
    (problem,) = found.problems
    assert (problem.code, problem.block, problem.pin) == ("bad-value", "b", pin)
    assert (requirement_text(problem), actual_text(problem)) == ("up to 100000000", str(HUGE))
    if computed:
        assert plain(found.results["n.y"]) == HUGE  # the rest of the step is shown


@pytest.mark.parametrize(
    ("symbol", "pins", "pin", "size"),
    [
        ("BatchDataset", {}, "batch_size", HUGE),  # all that there is, as one batch
        ("BatchDatasetV2", {"drop_remainder": "false"}, "batch_size", HUGE),
        ("BatchDatasetV2", DROPPED, "batch_size", 3),
        ("PaddedBatchDataset", PADDED, "batch_size", 3),
        ("PrefetchDataset", {}, "buffer_size", HUGE),
        ("ShuffleDataset", SEEDS, "buffer_size", 1_000_000),
    ],
)
def test_sizes_that_tensorflow_survives_are_left_to_it(
    engine: Any, symbol: str, pins: dict[str, str], pin: str, size: int
) -> None:
    found = ended(engine, symbol, pins, pin, size, computed=True)
    assert found.ok, found.problems


def filled(shape: str) -> Any:
    """Return a page that fills the empty rows of a sparse tensor of a computed shape."""
    blocks = {
        "k": ("Const", {"val": shape}),
        "n": ("Cast", {"DstT": "DT_INT64"}),
        "f": ("SparseFillEmptyRows", {"indices": "{{0,0}}", "values": "{1f}", "default_value": "0f"}),
    }
    return page(blocks, "k.output -> n.x\nn.y -> f.dense_shape")


def test_more_rows_than_there_is_memory_for_are_refused(engine: Any) -> None:
    (problem,) = run(engine, filled("{4294967296.0,3.0}")).problems
    assert (problem.code, problem.block, problem.pin) == ("bad-value", "f", "dense_shape")
    assert requirement_text(problem) == "up to 100000000 rows, its first number"
    assert actual_text(problem) == "{4294967296,3}"


def test_columns_may_be_as_many_as_one_likes(engine: Any) -> None:
    found = run(engine, filled("{3.0,1099511627776.0}"))
    assert found.ok
    assert plain(found.results["f.output_values"]) == [1.0, 0.0, 0.0]


def test_a_buffer_for_a_file_is_no_larger_than_a_gigabyte(engine: Any, tmp_path: Any) -> None:
    (tmp_path / "lines.txt").write_text("ab\ncd\n")
    blocks = {
        "k": ("Const", {"val": f"{float(HUGE)}"}),
        "n": ("Cast", {"DstT": "DT_INT64"}),
        "b": ("TextLineDataset", {"filenames": "lines.txt", "compression_type": '""'}),
        **READING,
        "it": ("IteratorV2", {"output_types": "DT_STRING", "output_shapes": "?"}),
        "next": ("IteratorGetNext", {"output_types": "DT_STRING", "output_shapes": "?"}),
    }
    made = page(blocks, f"k.output -> n.x\nn.y -> b.buffer_size\n{READING_WIRES}")
    (problem,) = run(engine, made, tmp_path).problems
    assert (problem.code, problem.block, problem.pin) == ("bad-value", "b", "buffer_size")
    assert requirement_text(problem) == "up to 1073741824"


@pytest.mark.parametrize("shape", ["{-1.0,2.0}", "{2.0,-1.0}"])
def test_a_sparse_matrix_of_negative_size_is_refused_where_it_is_multiplied(engine: Any, shape: str) -> None:
    blocks = {
        "k": ("Const", {"val": shape}),
        "n": ("Cast", {"DstT": "DT_INT64"}),
        "m": ("SparseTensorDenseMatMul", {"a_indices": "{{0,0}}", "a_values": "{1f}", "b": "{{1f},{1f}}"}),
    }
    (problem,) = run(engine, page(blocks, "k.output -> n.x\nn.y -> m.a_shape")).problems
    assert (problem.code, problem.block, problem.pin) == ("bad-value", "m", "a_shape")
    assert requirement_text(problem) == "0 to 1099511627776"
