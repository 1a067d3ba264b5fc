"""Diagrams of many parts at once (uses, bodies, pipelines) give the bits of TensorFlow called directly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from app.document.model.diagram import Page, Project
from app.document.resources.companion_files import Companions
from app.document.resources.own_blocks import OwnBlocks
from app.engine.compiler.make_plan import make_plan
from app.engine.host.engine import Engine
from app.engine.host.interface import RunRequest
from app.engine.values.results import ListValue, PageResult, TensorValue
from tests.support.function_pages import named, run_of


def array(result: PageResult, key: str, item: int = 0) -> Any:
    """Return the array of an output, or of an element of a list."""
    assert result.ok, str(result.problems)
    value = result.results[key]
    found = value.items[item] if isinstance(value, ListValue) else value
    assert isinstance(found, TensorValue)
    return found.array


def same_bits(ours: Any, theirs: Any) -> bool:
    theirs = np.asarray(theirs)
    return ours.dtype == theirs.dtype and ours.shape == theirs.shape and ours.tobytes() == theirs.tobytes()


def page_of(name: str, blocks: dict[str, Any], wires: str, *arguments: str, results: str = "y") -> Page:
    ends = dict.fromkeys(results.split(), "Result")
    return named(name, {**dict.fromkeys(arguments, "Argument"), **blocks, **ends}, wires)


def taking(blocks: dict[str, Any], wires: str) -> Page:
    """Return a page that takes one element of the dataset ``last`` in each step."""
    more = {
        "iterator": "IteratorV2",
        "make": "MakeIterator",
        "begin": ("ClientSession", {"once": "true"}),
        "next": "IteratorGetNext",
        "session": "ClientSession",
    }
    reading = """last.handle -> make.dataset \n iterator.handle -> make.iterator \n make.operation -> begin.run_outputs
        iterator.handle -> next.iterator \n next.components -> session.fetch_outputs"""
    return named("main", {**blocks, **more}, f"{wires}\n{reading}")


def elements_of(
    engine: Engine, main: Page, *others: Page, folder: Path, count: int, parts: int = 1
) -> list[list[Any]]:
    """Return the first elements of the page's dataset; the run ends behind them."""
    found = []
    for steps in range(1, count + 2):
        result = run_of(engine, main, *others, folder=folder, steps=steps)
        if result.steps < steps:
            assert [p.code for p in result.problems] == ["data-ended"]
            break
        found.append([array(result, "next.components", i) for i in range(parts)])
    return found


def all_same(ours: list[list[Any]], theirs: Any) -> bool:
    expected = [[t.numpy() for t in (one if isinstance(one, tuple) else (one,))] for one in theirs]
    return len(ours) == len(expected) and all(
        same_bits(a, b) if a.dtype != object else a.tolist() == np.asarray(b, object).tolist()
        for one, other in zip(ours, expected, strict=True)
        for a, b in zip(one, other, strict=True)
    )


def test_variables_in_uses_three_deep_that_count_their_steps(engine: Engine) -> None:
    count = page_of(
        "count",
        {"v": ("Variable", {"initvalues": "0.1f"}), "more": "AssignAdd"},
        "v.ref -> more.ref \n by.output -> more.value \n more.output_ref -> y.input",
        "by",
    )
    pair = page_of(
        "pair",
        {"a": ("page:count", {"by": "0.3f"}), "b": "page:count", "sum": "AddV2"},
        "by.output -> b.by \n a.y -> sum.x \n b.y -> sum.y \n sum.z -> y.input",
        "by",
    )
    both = page_of(
        "both",
        {"l": ("page:pair", {"by": "0.7f"}), "r": ("page:pair", {"by": "1.1f"}), "m": "Mul"},
        "l.y -> m.x \n r.y -> m.y \n m.z -> y.input",
    )
    blocks = {"one": "page:both", "two": "page:both", "d": "Sub", "s": "ClientSession"}
    wires = "one.y -> d.x \n two.y -> d.y \n one.y -> s.fetch_outputs \n d.z -> s.fetch_outputs"
    main = named("main", blocks, wires)
    result = run_of(engine, main, both, pair, count, steps=7)
    values = {by: tf.constant(0.1) for by in (0.3, 0.7, 1.1)}
    for _ in range(7):
        values = {by: v + tf.constant(by) for by, v in values.items()}
    theirs = (values[0.3] + values[0.7]) * (values[0.3] + values[1.1])
    assert same_bits(array(result, "one.y"), theirs)
    assert array(result, "d.z") == 0


SCALE = page_of(
    "scale",
    {"c": ("Cast", {"DstT": "DT_FLOAT"}), "d": ("RealDiv", {"y": "255f"})},
    "x.output -> c.x \n c.y -> d.x \n d.z -> y.input",
    "x",
)


def test_idx_files_whose_pictures_a_page_scales_that_is_a_use_on_the_maps_page(
    engine: Engine, tmp_path: Path
) -> None:
    pixels = np.random.default_rng(3).integers(0, 256, (5, 3, 4), np.uint8)
    header = bytes([0, 0, 8, 3]) + b"".join(n.to_bytes(4, "big") for n in pixels.shape)
    (tmp_path / "images.idx").write_bytes(header + pixels.tobytes())
    picture = page_of(
        "picture",
        {
            "raw": ("DecodeRaw", {"out_type": "DT_UINT8"}),
            "shape": ("Reshape", {"shape": "{3,4}"}),
            "s": "page:scale",
            "mean": ("Mean", {"axis": "{0,1}"}),
            "off": "Sub",
        },
        """x.output -> raw.bytes \n raw.output -> shape.tensor \n shape.output -> s.x
        s.y -> mean.input \n s.y -> off.x \n mean.output -> off.y \n off.z -> y.input""",
        "x",
    )
    pins = {"filenames": "images.idx", "header_bytes": "16", "record_bytes": "12", "footer_bytes": "0"}
    blocks = {
        "images": ("FixedLengthRecordDatasetV2", {**pins, "buffer_size": "0", "compression_type": '""'}),
        "map": ("MapDataset", {"f": "picture"}),
        "last": ("BatchDatasetV2", {"batch_size": "2", "drop_remainder": "false"}),
    }
    main = taking(blocks, "images.handle -> map.input_dataset \n map.handle -> last.input_dataset")
    ours = elements_of(engine, main, picture, SCALE, folder=tmp_path, count=3)

    def off(x: Any) -> Any:
        scaled = tf.cast(tf.reshape(tf.io.decode_raw(x, tf.uint8), [3, 4]), tf.float32) / 255.0
        return scaled - tf.reduce_mean(scaled)

    records = tf.data.FixedLengthRecordDataset(str(tmp_path / "images.idx"), 12, 16)
    assert all_same(ours, records.map(off).batch(2))


def test_gradients_through_a_loop_with_a_use_and_a_variable_in_its_body(engine: Engine) -> None:
    wires = "x.output -> m.x \n w.output -> m.y \n m.z -> t.x \n t.y -> y.input"
    bend = page_of("bend", {"m": "Mul", "t": "Tanh"}, wires, "x", "w")
    body = page_of(
        "body",
        {"n": ("AddV2", {"y": "1"}), "b": "page:bend"},
        """i.output -> n.x \n n.z -> i2.input \n x.output -> b.x \n w.output -> b.w
        b.y -> x2.input \n w.output -> w2.input""",
        "i", "x", "w", results="i2 x2 w2",
    )  # fmt: skip
    below = page_of("below", {"l": ("Less", {"y": "6"})}, "i.output -> l.x \n l.z -> y.input", "i", "x", "w")
    blocks = {
        "i": ("Const", {"val": "0"}),
        "x": ("Const", {"val": "{0.5f,-1.5f,2f}"}),
        "w": ("Variable", {"initvalues": "{1.3f,0.7f,-0.9f}"}),
        "loop": ("While", {"cond": "below", "body": "body"}),
        "cost": "L2Loss",
        "g": "AddSymbolicGradients",
        "step": ("ApplyGradientDescent", {"alpha": "0.05f"}),
        "s": "ClientSession",
    }
    wires = """i.output -> loop.input \n x.output -> loop.input \n w.ref -> loop.input \n loop.output[1] -> cost.t
        cost.output -> g.outputs \n w.ref -> g.inputs \n w.ref -> step.var \n g.grad_outputs[0] -> step.delta
        step.out -> s.fetch_outputs \n cost.output -> s.fetch_outputs"""
    result = run_of(engine, named("main", blocks, wires), body, below, bend, steps=4)
    x, w = tf.constant([0.5, -1.5, 2.0]), tf.Variable([1.3, 0.7, -0.9])
    for _ in range(4):
        with tf.GradientTape() as tape:
            y: Any = x
            for _ in range(6):
                y = tf.tanh(y * w)
            cost = tf.nn.l2_loss(y)
        tf.raw_ops.ResourceApplyGradientDescent(var=w.handle, alpha=0.05, delta=tape.gradient(cost, w))
    np.testing.assert_array_max_ulp(array(result, "step.out"), w.numpy(), 4)  # sums in another order
    assert same_bits(array(result, "cost.output"), cost)


def test_uses_whose_branches_capture_variables_of_their_own(engine: Engine) -> None:
    up = page_of("up", {"o": "AddV2"}, "x.output -> o.x \n w.output -> o.y \n o.z -> y.input", "x", "w")
    down = page_of("down", {"o": "Mul"}, "x.output -> o.x \n w.output -> o.y \n o.z -> y.input", "x", "w")
    gate = page_of(
        "gate",
        {
            "w": ("Variable", {"initvalues": "0.37f"}),
            "is": ("Greater", {"y": "0f"}),
            "if": ("If", {"then_branch": "up", "else_branch": "down"}),
            "grow": "AssignAdd",
        },
        """x.output -> is.x \n is.z -> if.cond \n x.output -> if.input \n w.ref -> if.input
        w.ref -> grow.ref \n if.output[0] -> grow.value \n grow.output_ref -> y.input""",
        "x",
    )
    blocks = {"a": ("page:gate", {"x": "1.9f"}), "b": "page:gate", "n": "Neg", "s": "ClientSession"}
    main = named(
        "main", blocks, "a.y -> n.x \n n.y -> b.x \n b.y -> s.fetch_outputs \n a.y -> s.fetch_outputs"
    )
    result = run_of(engine, main, gate, up, down, steps=3)
    a = b = tf.constant(0.37)
    for _ in range(3):
        a = a + (tf.constant(1.9) + a)
        x = -a
        b = b + (x * b if x <= 0 else x + b)
    assert same_bits(array(result, "a.y"), a)
    assert same_bits(array(result, "b.y"), b)


def test_a_hundred_uses_of_a_page_with_a_matrix(engine: Engine) -> None:
    layer = page_of(
        "layer",
        {
            "w": ("Variable", {"initvalues": "{{0.9f,-0.3f},{0.2f,1.1f}}"}),
            "m": "MatMul",
            "b": ("Add", {"y": "0.01f"}),
            "t": "Tanh",
        },
        "x.output -> m.a \n w.ref -> m.b \n m.product -> b.x \n b.z -> t.x \n t.y -> y.input",
        "x",
    )
    blocks: dict[str, Any] = {"x": ("Const", {"val": "{{0.3f,-0.8f}}"}), "s": "ClientSession"}
    wires, last = [], "x.output"
    for n in range(100):
        blocks[f"u{n}"] = "page:layer"
        wires.append(f"{last} -> u{n}.x")
        last = f"u{n}.y"
    main = named("main", blocks, "\n".join([*wires, f"{last} -> s.fetch_outputs"]))
    result = run_of(engine, main, layer, fetch=("u99.y", "u49/t.y"))
    y, half = tf.constant([[0.3, -0.8]]), None
    for n in range(100):
        y = tf.tanh(tf.matmul(y, tf.constant([[0.9, -0.3], [0.2, 1.1]])) + 0.01)
        half = y if n == 49 else half
    assert same_bits(array(result, "u99.y"), y)
    assert same_bits(array(result, "u49/t.y"), half)


def test_a_case_in_the_body_of_a_for_with_a_captured_variable(engine: Engine) -> None:
    branches = {
        name: page_of(name, {"o": op}, "x.output -> o.x \n w.output -> o.y \n o.z -> y.input", "x", "w")
        for name, op in (("add", "AddV2"), ("mul", "Mul"), ("sub", "Sub"))
    }
    body = page_of(
        "turn",
        {"m": ("FloorMod", {"y": "3"}), "case": ("Case", {"branches": "add, mul, sub"})},
        """i.output -> m.x \n m.z -> case.branch_index \n x.output -> case.input \n w.output -> case.input
        case.output[0] -> y.input \n w.output -> w2.input""",
        "i", "x", "w", results="y w2",
    )  # fmt: skip
    blocks = {
        "x": ("Const", {"val": "{0.1f,2.5f}"}),
        "w": ("Variable", {"initvalues": "{1.7f,-0.3f}"}),
        "for": ("For", {"start": "0", "limit": "10", "delta": "1", "body": "turn"}),
        "keep": "Assign",
        "s": "ClientSession",
    }
    wires = """x.output -> for.input \n w.ref -> for.input \n w.ref -> keep.ref \n for.output[0] -> keep.value
        for.output[0] -> s.fetch_outputs \n keep.output_ref -> s.run_outputs"""
    result = run_of(engine, named("main", blocks, wires), body, *branches.values(), steps=3)
    w = tf.constant([1.7, -0.3])
    for _ in range(3):
        y = tf.constant([0.1, 2.5])
        for i in range(10):
            y = (y + w, y * w, y - w)[i % 3]
        w = y
    assert same_bits(array(result, "for.output"), y)


def test_a_library_page_within_a_datasets_function(engine: Engine, tmp_path: Path) -> None:
    logits = np.random.default_rng(5).standard_normal((6, 4)).astype(np.float32)
    rows = ",".join("{" + ",".join(f"{v!r}f" for v in map(float, row)) + "}" for row in logits)
    loss = page_of(
        "loss of one",
        {
            "row": ("ExpandDims", {"axis": "0"}),
            "label": ("Const", {"val": "{2}"}),
            "ce": "library:layers/softmax cross entropy",
        },
        "x.output -> row.input \n row.output -> ce.logits \n label.output -> ce.labels \n ce.loss -> y.input",
        "x",
    )
    blocks = {
        "all": ("Const", {"val": "{" + rows + "}"}),
        "slices": "TensorSliceDataset",
        "last": ("MapDataset", {"f": "loss of one"}),
    }
    main = taking(blocks, "all.output -> slices.components \n slices.handle -> last.input_dataset")
    project = Project(pages=[main, loss], libraries={"layers": "tensorblocks:layers"})
    own = OwnBlocks.of([main], project, Companions.of(tmp_path))
    plan = make_plan(main, tmp_path, own=own)
    assert not plan.stops, str(plan.problems)
    found = [
        array(engine.run(plan, str(tmp_path), RunRequest(steps=n)), "next.components") for n in range(1, 7)
    ]
    for ours, row in zip(found, logits, strict=True):
        theirs = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=[2], logits=row[None])
        assert same_bits(ours, tf.reduce_mean(theirs))


def test_ragged_lines_in_padded_batches(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("3 1 2\n5\n8 9\n7 7 7 7\n2 4\n")
    split = page_of(
        "numbers",
        {
            "one": ("ExpandDims", {"axis": "0"}),
            "s": ("StringSplit", {"delimiter": '" "'}),
            "n": ("StringToNumber", {"attrs": "out_type_ = DT_FLOAT;"}),
        },
        "x.output -> one.input \n one.output -> s.input \n s.values -> n.string_tensor \n n.output -> y.input",
        "x",
    )
    lines = {"filenames": "words.txt", "compression_type": '""', "buffer_size": "0"}
    pins = {"batch_size": "2", "padding_values": "-1f", "drop_remainder": "false"}
    blocks = {
        "lines": ("TextLineDataset", lines),
        "map": ("MapDataset", {"f": "numbers"}),
        "shape": ("Const_ex", {"dtype": "DT_INT64", "val": "{-1}"}),
        "last": ("PaddedBatchDatasetV2", pins),
    }
    wires = """lines.handle -> map.input_dataset \n map.handle -> last.input_dataset
        shape.output -> last.padded_shapes"""
    main = taking(blocks, wires)
    ours = elements_of(engine, main, split, folder=tmp_path, count=3)

    def numbers(x: Any) -> Any:
        return tf.strings.to_number(tf.strings.split([x]).values)

    theirs = tf.data.TextLineDataset(str(tmp_path / "words.txt")).map(numbers)
    assert all_same(ours, theirs.padded_batch(2, padding_values=-1.0))


def test_lines_of_several_files_interleaved(engine: Engine, tmp_path: Path) -> None:
    for i in range(3):
        (tmp_path / f"part{i}.txt").write_text("".join(f"{i}{j}\n" for j in range(i + 2)))
    lines = page_of(
        "lines of",
        {"l": ("TextLineDataset", {"compression_type": '""', "buffer_size": "0"})},
        "x.output -> l.filenames \n l.handle -> y.input",
        "x",
    )
    number = page_of(
        "number",
        {"n": ("StringToNumber", {"attrs": "out_type_ = DT_INT64;"}), "t": ("Mul", {"y": "3"})},
        "x.output -> n.string_tensor \n n.output -> t.x \n t.z -> y.input",
        "x",
    )
    blocks = {
        "files": ("Const", {"val": '{"part0.txt","part1.txt","part2.txt"}'}),
        "each": "TensorSliceDataset",
        "mixed": ("InterleaveDataset", {"f": "lines of", "cycle_length": "2", "block_length": "2"}),
        "last": ("ParallelMapDatasetV2", {"f": "number", "num_parallel_calls": "2"}),
    }
    wires = """files.output -> each.components \n each.handle -> mixed.input_dataset
        mixed.handle -> last.input_dataset"""
    ours = elements_of(engine, taking(blocks, wires), lines, number, folder=tmp_path, count=9)
    names = [str(tmp_path / f"part{i}.txt") for i in range(3)]
    mixed = tf.data.Dataset.from_tensor_slices(names).interleave(
        tf.data.TextLineDataset, cycle_length=2, block_length=2
    )
    assert all_same(ours, mixed.map(lambda x: tf.strings.to_number(x, tf.int64) * 3))


def test_pictures_in_folders_decoded_and_resized_with_their_labels(engine: Engine, tmp_path: Path) -> None:
    rng = np.random.default_rng(8)
    for kind in ("cat", "dog"):
        (tmp_path / "images" / kind).mkdir(parents=True)
        for i in range(2):
            data = tf.io.encode_png(rng.integers(0, 256, (5 + i, 7, 3), np.uint8)).numpy()
            (tmp_path / "images" / kind / f"{i}.png").write_bytes(data)
    load = page_of(
        "load",
        {
            "read": "ReadFile",
            "png": ("DecodePng", {"attrs": "channels_ = 3;"}),
            "batch": ("ExpandDims", {"axis": "0"}),
            "size": ("ResizeBilinear", {"size": "{4,6}"}),
            "s": ("RealDiv", {"y": "255f"}),
            "dog": ("StaticRegexFullMatch", {"pattern": ".*/dog/.*"}),
            "label": ("Cast", {"DstT": "DT_INT32"}),
        },
        """x.output -> read.filename \n read.contents -> png.contents \n png.image -> batch.input
        batch.output -> size.images \n size.resized_images -> s.x \n s.z -> y.input
        x.output -> dog.input \n dog.output -> label.x \n label.y -> kind.input""",
        "x",
        results="y kind",
    )
    blocks = {
        "files": ("MatchingFilesDataset", {"patterns": "images/*/*.png"}),
        "last": ("MapDataset", {"f": "load"}),
    }
    main = taking(blocks, "files.handle -> last.input_dataset")
    ours = elements_of(engine, main, load, folder=tmp_path, count=4, parts=2)

    def loaded(name: Any) -> Any:
        image = tf.io.decode_png(tf.io.read_file(name), channels=3)
        small = tf.raw_ops.ResizeBilinear(images=image[None], size=[4, 6]) / 255.0
        return small, tf.cast(tf.strings.regex_full_match(name, ".*/dog/.*"), tf.int32)

    files = sorted(str(p) for p in (tmp_path / "images").glob("*/*.png"))
    assert all_same(ours, tf.data.Dataset.from_tensor_slices(files).map(loaded))


def test_a_run_is_refused_where_a_use_gets_another_shape_than_its_page_declares(engine: Engine) -> None:
    pair = named(
        "pair",
        {"x": ("Argument", {"shape": "[2]"}), "n": "Neg", "y": "Result"},
        "x.output -> n.x \n n.y -> y.input",
    )
    blocks = {"c": ("Const", {"val": "{1f,2f,3f}"}), "u": "page:pair", "s": "ClientSession"}
    main = named("main", blocks, "c.output -> u.x \n u.y -> s.fetch_outputs")
    result = run_of(engine, main, pair)
    assert not result.ok
    assert [(p.code, p.block, p.pin) for p in result.problems] == [("bad-shape", "u", "x")]
    main.blocks["c"].pins["val"] = "{1f,2f}"
    assert array(run_of(engine, main, pair), "u.y").tolist() == [-1, -2]
