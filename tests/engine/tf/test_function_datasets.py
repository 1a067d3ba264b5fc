"""Datasets over pages: the values of tf.data, same bits in parallel, files of several kinds, what a bad line says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from app.document.model.diagram import Page
from app.document.model.sentence import say
from app.document.resources.function_pages import FunctionPages
from app.engine.host.engine import Engine
from app.messages import actual_text, message_of, requirement_text
from tests.support.dataset_pages import ADD, NUMBERS, SQUARE, elements, expected, function, reading
from tests.support.function_pages import named, planned, run_of
from tests.support.pages import plain

EVEN = function(
    "even",
    {"m": ("FloorMod", {"y": "2"}), "e": ("Equal", {"y": "0"})},
    "x.output -> m.x \n m.z -> e.x \n e.z -> y.input",
    "x",
)
BELOW = function("below", {"l": ("Less", {"y": "4"})}, "x.output -> l.x \n l.z -> y.input", "x")
UP_TO = function(
    "up to",
    {"r": ("RangeDataset", {"start": "0", "step": "1"})},
    "x.output -> r.stop \n r.handle -> y.input",
    "x",
)
RUNNING = named(
    "running",
    {"s": "Argument", "x": "Argument", "a": "AddV2", "state": "Result", "y": "Result"},
    "s.output -> a.x \n x.output -> a.y \n a.z -> state.input \n a.z -> y.input",
)
numbers = lambda: tf.data.Dataset.range(6)  # noqa: E731

CASES: dict[str, tuple[str, dict[str, Any], list[Page], Any]] = {
    "map": ("MapDataset", {"f": "square"}, [SQUARE], lambda: numbers().map(tf.square)),
    "parallel map": (
        "ParallelMapDatasetV2",
        {"f": "square", "num_parallel_calls": "3"},
        [SQUARE],
        lambda: numbers().map(tf.square),
    ),
    "map and batch": (
        "MapAndBatchDataset",
        {"f": "square", "batch_size": "4", "num_parallel_calls": "2", "drop_remainder": "false"},
        [SQUARE],
        lambda: numbers().map(tf.square).batch(4),
    ),
    "filter": (
        "FilterDataset",
        {"predicate": "even"},
        [EVEN],
        lambda: numbers().filter(lambda x: x % 2 == 0),
    ),
    "take while": (
        "TakeWhileDataset",
        {"predicate": "below"},
        [BELOW],
        lambda: numbers().take_while(lambda x: x < 4),
    ),
    "flat map": (
        "FlatMapDataset",
        {"f": "up to"},
        [UP_TO],
        lambda: numbers().flat_map(tf.data.Dataset.range),
    ),
    "interleave": (
        "InterleaveDataset",
        {"f": "up to", "cycle_length": "2", "block_length": "2"},
        [UP_TO],
        lambda: numbers().interleave(tf.data.Dataset.range, cycle_length=2, block_length=2),
    ),
    "parallel interleave": (
        "ParallelInterleaveDatasetV2",
        {"f": "up to", "cycle_length": "2", "block_length": "2", "num_parallel_calls": "2"},
        [UP_TO],
        lambda: numbers().interleave(tf.data.Dataset.range, cycle_length=2, block_length=2),
    ),
    "scan": (
        "ScanDataset",
        {"f": "running", "initial_state": "10"},
        [RUNNING],
        lambda: numbers().scan(np.int64(10), lambda s, x: (s + x, s + x)),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_elements_are_those_of_tf_data(engine: Engine, name: str) -> None:
    symbol, pins, pages, dataset = CASES[name]
    blocks = {"state": ("Const_ex", {"dtype": "DT_INT64", "val": "10"})} if symbol == "ScanDataset" else {}
    pins = {k: v for k, v in pins.items() if k != "initial_state"}
    more = "state.output -> last.initial_state" if blocks else ""
    main = reading(
        {**blocks, "a": NUMBERS, "last": (symbol, pins)}, f"a.handle -> last.input_dataset \n {more}"
    )
    assert elements(engine, main, *pages) == expected(dataset())


@pytest.mark.parametrize("name", CASES)
def test_the_wire_of_a_dataset_says_what_its_elements_are(engine: Engine, name: str) -> None:
    symbol, pins, pages, dataset = CASES[name]
    blocks = {"state": ("Const_ex", {"dtype": "DT_INT64", "val": "10"})} if symbol == "ScanDataset" else {}
    pins = {k: v for k, v in pins.items() if k != "initial_state"}
    more = "state.output -> last.initial_state" if blocks else ""
    main = reading(
        {**blocks, "a": NUMBERS, "last": (symbol, pins)}, f"a.handle -> last.input_dataset \n {more}"
    )
    types = engine.infer(main, ".", functions=FunctionPages.of([main, *pages])).types
    spec = dataset().element_spec
    made = spec if isinstance(spec, tuple) else (spec,)
    element = types["last.handle"].element
    assert element is not None
    if name != "scan":  # what is passed on might change its shape
        assert [(one.dtype, one.shape) for one in element] == [
            (found.dtype.name, tuple(found.shape.as_list())) for found in made
        ]
    assert types["iterator.handle"].element == element
    assert str(types["last.handle"]) == f"dataset of ({', '.join(map(str, element))})"


def test_reduce_gives_one_value_in_each_step(engine: Engine) -> None:
    blocks = {
        "a": NUMBERS,
        "zero": ("Const_ex", {"dtype": "DT_INT64", "val": "100"}),
        "sum": ("ReduceDataset", {"f": "add"}),
        "session": "ClientSession",
    }
    wires = """a.handle -> sum.input_dataset
        zero.output -> sum.initial_state
        sum.components -> session.fetch_outputs"""
    result = run_of(engine, named("main", blocks, wires), ADD)
    assert plain(result.results["sum.components"]) == [115]


def test_windows_are_grouped_by_a_key(engine: Engine) -> None:
    """The even numbers in pairs, the odd ones in pairs: as tf.data groups them."""
    key = function("key", {"m": ("FloorMod", {"y": "2"})}, "x.output -> m.x \n m.z -> y.input", "x")
    pair = function(
        "pair",
        {"b": ("BatchDatasetV2", {"batch_size": "2", "drop_remainder": "false"})},
        "window.output -> b.input_dataset \n b.handle -> y.input",
        "k",
        "window",
    )
    size = function(
        "size", {"two": ("Const_ex", {"dtype": "DT_INT64", "val": "2"})}, "two.output -> y.input", "k"
    )
    pins = {"key_func": "key", "reduce_func": "pair", "window_size_func": "size"}
    main = reading({"a": NUMBERS, "last": ("GroupByWindowDataset", pins)}, "a.handle -> last.input_dataset")
    assert elements(engine, main, key, pair, size) == [[[0, 2]], [[1, 3]], [[4]], [[5]]]


def test_an_iterator_that_begins_by_itself(engine: Engine) -> None:
    pipeline = function("pipeline", {"r": NUMBERS}, "r.handle -> y.input")
    blocks = {
        "iterator": ("OneShotIterator", {"dataset_factory": "pipeline"}),
        "next": "IteratorGetNext",
        "session": "ClientSession",
    }
    main = named(
        "main", blocks, "iterator.handle -> next.iterator \n next.components -> session.fetch_outputs"
    )
    assert elements(engine, main, pipeline) == [[n] for n in range(6)]


PARSE = named(
    "parse line",
    {
        "line": "Argument",
        "csv": ("DecodeCSV", {"record_defaults": "0f; 0f; 0f"}),
        "pack": "Pack",
        "x": "Result",
        "y": "Result",
    },
    """line.output -> csv.records
    csv.output[0] -> pack.values
    csv.output[1] -> pack.values
    pack.output -> x.input
    csv.output[2] -> y.input""",
)
POSITIVE = function(
    "positive", {"g": "Greater"}, "y0.output -> g.x \n t.output -> g.y \n g.z -> y.input", "x", "y0", "t"
)


def csv_page(file: str, mapping: str, pins: dict[str, str]) -> Page:
    """Return a page that reads lines, parses them, leaves out those of which y is below a Variable, and batches."""
    blocks = {
        "lines": ("TextLineDataset", {"filenames": file, "compression_type": '""', "buffer_size": "0"}),
        "skip": ("SkipDataset", {"count": "1"}),
        "map": (mapping, {"f": "parse line", **pins}),
        "least": ("Variable", {"initvalues": "-0.5f"}),
        "filter": ("FilterDataset", {"predicate": "positive"}),
        "shuffle": ("ShuffleDataset", {"buffer_size": "16", "seed": "7", "seed2": "9"}),
        "repeat": ("RepeatDataset", {"count": "2"}),
        "batch": ("BatchDatasetV2", {"batch_size": "4", "drop_remainder": "true"}),
        "last": ("PrefetchDataset", {"buffer_size": "2"}),
    }
    wires = """lines.handle -> skip.input_dataset
        skip.handle -> map.input_dataset
        map.handle -> filter.input_dataset
        least.ref -> filter.other_arguments
        filter.handle -> shuffle.input_dataset
        shuffle.handle -> repeat.input_dataset
        repeat.handle -> batch.input_dataset
        batch.handle -> last.input_dataset"""
    return reading(blocks, wires)


def test_dtypes_that_a_page_does_not_give_are_the_fault_of_who_says_them() -> None:
    """And not of the iterator that hands the elements on, or of the block that takes them."""
    said = {"f": "square", "output_types": "{DT_FLOAT}", "output_shapes": "{{}}"}
    main = reading({"numbers": NUMBERS, "last": ("MapDataset", said)}, "numbers.handle -> last.input_dataset")
    (problem,) = planned(main, SQUARE).problems
    assert (problem.code, problem.block, problem.pin) == ("dtype-conflict", "last", "output_types")
    assert "int64" in requirement_text(problem)
    assert "float32" in actual_text(problem)
    right = {**said, "output_types": "{DT_INT64}"}
    main = reading(
        {"numbers": NUMBERS, "last": ("MapDataset", right)}, "numbers.handle -> last.input_dataset"
    )
    assert not planned(main, SQUARE).problems


def test_lines_are_parsed_by_a_page_and_in_parallel_with_the_same_bits(
    engine: Engine, tmp_path: Path
) -> None:
    rng = np.random.default_rng(0)
    rows = rng.standard_normal((40, 3)).astype(np.float32)
    lines = [",".join(repr(float(v)) for v in row) for row in rows]
    (tmp_path / "data.csv").write_text("a,b,y\n" + "\n".join(lines) + "\n")
    found = {}
    for mapping, pins in (("MapDataset", {}), ("ParallelMapDatasetV2", {"num_parallel_calls": "3"})):
        main = csv_page("data.csv", mapping, pins)
        found[mapping] = elements(engine, main, PARSE, POSITIVE, folder=tmp_path)
    assert found["MapDataset"] == found["ParallelMapDatasetV2"]
    passing = {tuple(map(float, row[:2])) for row in rows if row[2] > -0.5}
    seen = [tuple(x) for xs, _ in found["MapDataset"] for x in xs]
    assert set(seen) == passing
    assert len(found["MapDataset"]) == 2 * len(passing) // 4


def test_a_bad_line_names_file_line_and_inner_block(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("a,b,y\n1,2,3\n1,x,3\n4,5,6\n")
    result = run_of(engine, csv_page("data.csv", "MapDataset", {}), PARSE, POSITIVE, folder=tmp_path, steps=3)
    assert not result.ok
    (problem,) = result.problems
    assert (problem.code, problem.block, problem.pin) == ("run-failed", "map/csv", "records")
    assert problem.related[-1] == "page:parse line"
    assert message_of(problem).startswith("data.csv, line 3: ")
    assert '"x"' in message_of(problem)


def test_a_page_that_takes_more_than_an_element_has_says_where_to_wire_it() -> None:
    scale = function(
        "scale", {"m": "Multiply"}, "x.output -> m.x \n by.output -> m.y \n m.z -> y.input", "x", "by"
    )
    main = reading(
        {"numbers": NUMBERS, "last": ("MapDataset", {"f": "scale"})}, "numbers.handle -> last.input_dataset"
    )
    problem = planned(main, scale).problems[0]
    assert (problem.block, problem.pin) == ("last", "f")
    assert problem.hint == say("hint.wire-further", names=("by",), pin="other_arguments")


def test_what_stands_beside_a_fault_inside_bears_its_whole_address(engine: Engine) -> None:
    """Of the words "ab" and "cde" the bytes of the second one are three, and two are added."""
    bytes_of = ("DecodeRaw", {"out_type": "DT_UINT8"})
    more = function(
        "more",
        {"raw": bytes_of, "wide": ("Cast", {"DstT": "DT_INT32"}), "sum": ("Add", {"y": "{1,2}"})},
        "x.output -> raw.bytes \n raw.output -> wide.x \n wide.y -> sum.x \n sum.z -> y.input",
        "x",
    )
    words = ("TensorSliceDataset", {"components": '{"ab","cde"}'})
    main = reading(
        {"words": words, "last": ("MapDataset", {"f": "more"})}, "words.handle -> last.input_dataset"
    )
    (problem,) = run_of(engine, main, more, steps=2).problems
    assert (problem.block, problem.pin, problem.related[0]) == ("last/sum", "y", "last/sum.x")


def test_pictures_and_labels_of_idx_files(engine: Engine, tmp_path: Path) -> None:
    """Three pictures of 4 x 5 bytes behind a header of 16 bytes, three labels behind one of 8."""
    pixels = np.arange(60, dtype=np.uint8).reshape(3, 4, 5)
    (tmp_path / "images.idx").write_bytes(bytes(16) + pixels.tobytes())
    (tmp_path / "labels.idx").write_bytes(bytes(8) + bytes([7, 2, 9]))
    picture = function(
        "picture",
        {
            "raw": ("DecodeRaw", {"out_type": "DT_UINT8"}),
            "square": ("Reshape", {"shape": "{4,5}"}),
            "grey": ("Cast", {"DstT": "DT_FLOAT"}),
        },
        "x.output -> raw.bytes \n raw.output -> square.tensor \n square.output -> grey.x \n grey.y -> y.input",
        "x",
    )
    label = function(
        "label",
        {
            "raw": ("DecodeRaw", {"out_type": "DT_UINT8"}),
            "one": ("Reshape", {"shape": "{}"}),
            "whole": ("Cast", {"DstT": "DT_INT64"}),
        },
        "x.output -> raw.bytes \n raw.output -> one.tensor \n one.output -> whole.x \n whole.y -> y.input",
        "x",
    )
    records = {"footer_bytes": "0", "buffer_size": "0", "compression_type": '""'}
    blocks = {
        "images": (
            "FixedLengthRecordDatasetV2",
            {"filenames": "images.idx", "header_bytes": "16", "record_bytes": "20", **records},
        ),
        "pictures": ("MapDataset", {"f": "picture"}),
        "marks": (
            "FixedLengthRecordDatasetV2",
            {"filenames": "labels.idx", "header_bytes": "8", "record_bytes": "1", **records},
        ),
        "labels": ("MapDataset", {"f": "label"}),
        "last": "ZipDataset",
    }
    wires = """images.handle -> pictures.input_dataset
        marks.handle -> labels.input_dataset
        pictures.handle -> last.input_datasets
        labels.handle -> last.input_datasets"""
    main = reading(blocks, wires)
    found = elements(engine, main, picture, label, folder=tmp_path)
    assert found == [[pixels[i].tolist(), mark] for i, mark in enumerate((7, 2, 9))]
    types = engine.infer(main, tmp_path, functions=FunctionPages.of([main, picture, label])).types
    assert str(types["last.handle"]) == "dataset of (float32 [4, 5], int64 [])"
    assert str(types["next.components[0]"]) == "float32 [4, 5]"


def test_pictures_of_a_folder(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    for i in range(3):
        data = tf.io.encode_png(np.full((2, 3, 1), 10 * i, np.uint8)).numpy()
        (tmp_path / "pictures" / f"{i}.png").write_bytes(data)
    load = function(
        "load",
        {"read": "ReadFile", "decode": ("DecodePng", {"attrs": "channels_ = 1;"})},
        "x.output -> read.filename \n read.contents -> decode.contents \n decode.image -> y.input",
        "x",
    )
    blocks = {
        "files": ("MatchingFilesDataset", {"patterns": "pictures/*.png"}),
        "last": ("MapDataset", {"f": "load"}),
    }
    main = reading(blocks, "files.handle -> last.input_dataset")
    found = elements(engine, main, load, folder=tmp_path)
    assert found == [[np.full((2, 3, 1), 10 * i).tolist()] for i in range(3)]
    types = engine.infer(main, tmp_path, functions=FunctionPages.of([main, load])).types
    assert str(types["last.handle"]) == "dataset of (uint8 [?, ?, 1])"


def test_a_page_of_a_map_may_call_another_page(engine: Engine) -> None:
    inner = function("minus one", {"s": ("Sub", {"y": "1"})}, "x.output -> s.x \n s.z -> y.input", "x")
    outer = function(
        "branching",
        {
            "e": ("FloorMod", {"y": "2"}),
            "is": ("Equal", {"y": "0"}),
            "if": ("If", {"then_branch": "square", "else_branch": "minus one"}),
        },
        """x.output -> e.x
        e.z -> is.x
        is.z -> if.cond
        x.output -> if.input
        if.output[0] -> y.input""",
        "x",
    )
    main = reading(
        {"a": NUMBERS, "last": ("MapDataset", {"f": "branching"})}, "a.handle -> last.input_dataset"
    )
    assert elements(engine, main, outer, inner, SQUARE) == [[0], [0], [4], [2], [16], [4]]


def test_a_page_of_a_map_may_hold_pages_that_stand_as_blocks(engine: Engine) -> None:
    outer = function(
        "with uses",
        {"a": "page:square", "b": ("page:shifted", {"by": "3"})},
        "x.output -> a.x \n a.y -> b.x \n b.y -> y.input",
        "x",
    )
    shifted = function(
        "shifted", {"s": "page:add"}, "x.output -> s.s \n by.output -> s.x \n s.y -> y.input", "x", "by"
    )
    main = reading(
        {"a": NUMBERS, "last": ("MapDataset", {"f": "with uses"})}, "a.handle -> last.input_dataset"
    )
    assert elements(engine, main, outer, shifted, SQUARE, ADD) == [[n * n + 3] for n in range(6)]


def test_elements_that_are_not_known_are_a_problem_at_the_pin() -> None:
    sql = {
        "driver_name": "sqlite",
        "data_source_name": "a.db",
        "query": "select",
        "output_types": "{DT_INT64}",
        "output_shapes": "{{}}",
    }
    for pins, ok in ((sql, True), ({**sql, "output_types": ""}, False)):
        main = reading(
            {"a": ("SqlDataset", pins), "last": ("MapDataset", {"f": "square"})},
            "a.handle -> last.input_dataset",
        )
        assert planned(main, SQUARE).stops is not ok
