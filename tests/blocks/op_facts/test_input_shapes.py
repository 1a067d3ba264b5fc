"""The shapes that ops require of their inputs, against the installed TensorFlow's shape functions and kernels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from blocks.catalog import load
from blocks.op_facts.fatal_inputs import FATAL_RANKS
from blocks.op_facts.input_shapes import BROADCAST, CHIEFS, INPUT_SHAPES
from blocks.op_facts.shape_rules import Given, input_shape, required_shape, required_values
from blocks.requirement import (
    AllDifferent,
    EachOnce,
    IndicesBelow,
    InRange,
    RankOf,
    Requirement,
    ShapeOf,
    SizesFrom,
    SizesMaking,
)
from blocks.symbol import Op
from tests.support.op_trials import OF_THE_CATALOG, REFUSED, OpTrials, open_inputs, usual_attrs

pytestmark = OF_THE_CATALOG

_RANKS = range(6)
_SIZES = tuple(range(6, 60, 4))  # even, so that groups of two are possible
_PICTURES = np.zeros((2, 4, 4, 3), np.float32)
_MATRIX = np.arange(6, dtype=np.float32).reshape(2, 3)
_BOXES = {"boxes": np.zeros((2, 4), np.float32), "box_ind": np.zeros(2, np.int32)}
_GRADS = {"grads": np.zeros((2, 2, 2, 3), np.float32)}
_ROWS = {"data": _MATRIX, "segment_ids": np.int32([0, 1])}
# Ops that refuse some shapes only while they run: values that they take.
_AT_RUN: dict[str, dict[str, Any]] = {
    "MatrixBandPart": {"input": _MATRIX, "num_lower": np.int64(1), "num_upper": np.int64(1)},
    "TopKV2": {"input": _MATRIX, "k": np.int32(1)},
    "OneHot": {"indices": np.int64([0, 1]), "depth": np.int32(3), "on_value": 1.0, "off_value": 0.0},
    "Split": {"split_dim": np.int32(1), "value": _MATRIX},
    "SplitV": {"value": _MATRIX, "size_splits": np.int64([1, 2]), "split_dim": np.int32(1)},
    "Transpose": {"x": _MATRIX, "perm": np.int32([1, 0])},
    "Cumsum": {"x": _MATRIX, "axis": np.int32(0)},
    "Cumprod": {"x": _MATRIX, "axis": np.int32(0)},
    "PadV2": {"input": _MATRIX, "paddings": np.int32([[1, 1], [1, 1]]), "constant_values": 0.0},
    "SparseToDense": {
        "sparse_indices": np.int32([1]), "output_shape": np.int32([3]), "sparse_values": np.float32([1]),
        "default_value": 0.0,
    },
    "Assert": {"condition": np.bool_(True), "data": np.float32(1)},
    "UniqueWithCounts": {"x": np.float32([1, 1, 2])},
    "AdjustHue": {"images": _PICTURES, "delta": 0.0},
    "AdjustSaturation": {"images": _PICTURES, "scale": 0.0},
    "CropAndResizeGradImage": {**_GRADS, **_BOXES, "image_size": np.int32([1, 4, 4, 3])},
    "CropAndResizeGradBoxes": {**_GRADS, **_BOXES, "image": _PICTURES},
    **{f"Inplace{kind}": {"x": _MATRIX, "i": np.int32([1, 0]), "v": _MATRIX} for kind in ("Add", "Sub", "Update")},
    **dict.fromkeys(("SegmentSum", "SegmentMean", "SegmentProd", "SegmentMax", "SegmentMin"), _ROWS),
}  # fmt: skip
_OF_TWO = {"SplitV": {"num_split": 2}}  # one output alone is not looked at
# What cannot be tried: a wrong rank ends the process, or the kernel needs a graph around it.
_UNTRIED = {*FATAL_RANKS, ("Conv2DBackpropFilter", "input"), ("Conv2DBackpropFilter", "out_backprop"),
            ("ApplyFtrlV2", "lr_power")}  # fmt: skip


def test_every_op_and_argument_stands_in_the_registry() -> None:
    for name, texts in INPUT_SHAPES.items():
        op = _op(name)
        arguments = {arg.name for arg in op.inputs}
        assert texts.keys() <= arguments, name
        words = {word for text in texts.values() for word in text.split()}
        assert {word[1:] for word in words if word[0] == "#"} <= arguments, name
        conditions = {
            part.partition(":")[0].strip() for text in texts.values() for part in text.split("|")[1:]
        }
        for attr, _, value in (one.partition("=") for one in conditions):
            known = op.attr(attr)
            assert known is not None, name
            assert (
                value in known.allowed if value and known.allowed else known.type == "bool" and not value
            ), name
    for name, blamed in CHIEFS.items():
        assert set(blamed) <= {arg.name for arg in _op(name).inputs}
    for name in BROADCAST:
        assert len(_op(name).inputs) == 2


def _op(name: str) -> Op:
    op = load().op(name)
    assert op is not None, name
    return op


# --- what TensorFlow refuses ------------------------------------------------------------------------------------


def _words(text: str) -> list[str]:
    """Return the words of a text's usual form."""
    return text.split("|", maxsplit=1)[0].split()


def _sizes(words: list[str], known: dict[str, int]) -> list[int]:
    """Return sizes that fit the words; names get their sizes in ``known``."""
    found: list[int] = []
    for word in (w.lstrip("~") for w in words if w != "~"):
        if word.isdigit():
            found.append(int(word))
        elif word == "vector":
            found.append(2)
        elif word == "...":
            found += [4]
        elif word[0] == "*":
            found += [2, 3]
        elif word != "scalar":
            found.append(known.setdefault(word, _SIZES[len(known)]))
    return found


def _wrong_alone(words: list[str]) -> Iterator[tuple[int, ...]]:
    """Give shapes that the words rule out by their rank or by a number."""
    names = [word for word in words if word != "scalar"]
    if not any(word.lstrip("~")[0] == "*" for word in names):
        fewest = len(names) - ("..." in [word.lstrip("~") for word in names])
        ranks = (
            [r for r in _RANKS if r < fewest] if fewest < len(names) else [r for r in _RANKS if r != fewest]
        )
        yield from ((2,) * rank for rank in ranks)
    if any(word.isdigit() for word in names):
        yield tuple(int(w) + 1 if w.isdigit() else 2 for w in names if w != "...")


def _wrong_beside(words: list[str], shape: list[int], shared: set[str]) -> Iterator[tuple[int, ...]]:
    """Give shapes that the words rule out beside other inputs, of which ``shape`` fits."""
    for at, word in enumerate(words):
        if word not in shared or word[0] == "~" or word in ("scalar", "vector"):
            continue
        if word[0] == "*":
            yield from ((), (1,), (1, 3), (2, 1), (2, 3, 1), (1, 2, 3), (2,), (3,), (2, 4))
        elif word == "...":
            yield from ((*shape[:at], *part, *shape[at + 1 :]) for part in ((1,), (), (3,), (1, 4)))
        else:
            size = shape[at]
            yield from ((*shape[:at], other, *shape[at + 1 :]) for other in (size + 1, 1, 2 * size, 0))


def _required() -> list[tuple[str, str]]:
    """Return the op and the argument of each text that TensorFlow insists on and that can be tried."""
    required = [
        (o, a) for o, texts in sorted(INPUT_SHAPES.items()) for a, t in texts.items() if t[:2] != "~ "
    ]
    return [one for one in required if one not in _UNTRIED]


@pytest.mark.parametrize(("name", "argument"), _required())
def test_tensorflow_refuses_every_shape_that_a_text_rules_out(
    trials: OpTrials, name: str, argument: str
) -> None:
    op = _op(name)
    if trials.is_removed(op):
        pytest.skip("TensorFlow builds no graphs with it any more")
    texts = {a: _words(t) for a, t in INPUT_SHAPES[name].items()}
    known: dict[str, int] = {}
    fitting = {a: _sizes(words, known) for a, words in texts.items() if not any(w[0] == "#" for w in words)}
    others = {word for a, words in texts.items() if a != argument and "~" not in words for word in words}
    wrong = [({}, shape) for shape in _wrong_alone(texts[argument])]
    if argument in fitting:
        wrong += [(fitting, s) for s in _wrong_beside(texts[argument], fitting[argument], others)]
    for word in texts[argument]:
        if word[0] == "#":
            counted = {word[1:]: [2, 3]}
            wrong += [(counted, tuple(n if w[0] == "#" else int(w) for w in texts[argument])) for n in (1, 3)]
    taken = [(beside, shape) for beside, shape in wrong if _takes(trials, op, {**beside, argument: shape})]
    if taken:
        assert _runs(trials, op, _AT_RUN[name])
        for beside, shape in taken:
            values = {**_AT_RUN[name], argument: _of_shape(_AT_RUN[name][argument], shape)}
            assert not _runs(trials, op, values), (beside, shape)


def _takes(trials: OpTrials, op: Op, shapes: dict[str, Any]) -> bool:
    """Return whether the op's shape function takes the shapes; those of the other inputs are unknown."""
    attrs = usual_attrs(op)
    inputs = [
        given._replace(shape=tuple(shapes[arg.name])) if arg.name in shapes else given
        for arg, given in open_inputs(op, attrs)
    ]
    return trials.shapes(op, attrs, inputs) != REFUSED


def _runs(trials: OpTrials, op: Op, values: dict[str, Any]) -> bool:
    """Return whether the op runs with the values, of which it does not know the shapes before."""
    v1 = trials.tf.compat.v1
    attrs = {**usual_attrs(op), **_OF_TWO.get(op.name, {})}
    with trials.tf.Graph().as_default(), v1.Session() as session:
        places = {
            arg.name: v1.placeholder(trials.dtype(given.dtype), None) for arg, given in open_inputs(op, attrs)
        }
        made = trials.build(op, attrs, list(places.values()))
        try:
            session.run(made, {places[a]: v for a, v in values.items()})
        except trials.tf.errors.InvalidArgumentError:
            return False
    return True


def _of_shape(value: Any, shape: tuple[int, ...]) -> Any:
    return np.resize(value, shape) if 0 not in shape else np.zeros(shape, np.asarray(value).dtype)


def test_only_usual_sizes_have_exceptions(trials: OpTrials) -> None:
    """A size or text marked as only usual is taken otherwise, too: no mark is put without a trial."""
    exceptions = {
        ("BatchMatMulV2", "x"): {"x": [1, 2, 3], "y": [4, 3, 5]},
        ("MatrixTriangularSolve", "matrix"): {"matrix": [1, 2, 2], "rhs": [4, 2, 3]},
        ("Conv2D", "filter"): {"input": [1, 8, 8, 4], "filter": [3, 3, 2, 4]},
        ("SoftmaxCrossEntropyWithLogits", "features"): {"features": [1, 5], "labels": [6, 5]},
        ("EncodePng", "image"): {"image": [7, 4, 4, 3]},
        ("Select", "condition"): {"condition": [2], "t": [2, 3], "e": [2, 3]},
        ("FusedBatchNorm", "mean"): {"x": [1, 4, 4, 3], "mean": [0]},
        ("SplitV", "split_dim"): {"split_dim": [1]},
    }
    for (name, argument), shapes in exceptions.items():
        assert "~" in INPUT_SHAPES[name][argument], name
        assert _takes(trials, _op(name), shapes), name


# --- what the evaluator makes of the texts -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("op", "attrs", "argument", "others", "shape"),
    [
        ("MatMul", {}, "b", {"a": (2, 3)}, (3, None)),
        ("MatMul", {"transpose_a": True}, "b", {"a": (2, 3)}, (2, None)),
        ("MatMul", {"transpose_b": True}, "b", {"a": (2, 3)}, (None, 3)),
        ("MatrixSolve", {}, "rhs", {"matrix": (5, 4, 4)}, (5, 4, None)),
        ("MatrixSolve", {}, "rhs", {}, None),  # of any rank from 2 upwards
        ("BatchMatMulV2", {}, "y", {"x": (5, 2, 3)}, None),  # a single batch would do, too
        ("BiasAdd", {}, "bias", {"value": (2, 7, 3)}, (3,)),
        ("BiasAdd", {"data_format": "NCHW"}, "bias", {"value": (2, 7, 3)}, (7,)),
        ("Conv2D", {}, "filter", {"input": (1, 8, 8, 6)}, (None, None, None, None)),  # 6 channels in 2 groups
        ("MaxPool", {"data_format": "NCHW_VECT_C"}, "input", {}, (None, None, None, None, 4)),
        ("Transpose", {}, "perm", {"x": (2, 3, None)}, (3,)),
        ("Transpose", {}, "perm", {}, (None,)),
        ("Pad", {}, "paddings", {"input": (2, 3)}, (2, 2)),
        ("Fill", {}, "value", {}, ()),
        ("AddN", {}, "inputs", {"inputs": (2, None)}, (2, None)),
        ("AddN", {}, "inputs", {}, None),
        ("ApplyMomentum", {}, "grad", {"var": (2, 3)}, (2, 3)),
        ("Assign", {}, "value", {"ref": (2, 3)}, None),  # an attr may switch the check off
        ("CropAndResize", {}, "box_ind", {"boxes": (9, 4)}, (9,)),
        ("Add", {}, "y", {"x": (2, 3)}, None),  # broadcast
        ("NoSuchOp", {}, "x", {}, None),
    ],
)
def test_shape_that_an_input_must_have(
    op: str,
    attrs: dict[str, Any],
    argument: str,
    others: dict[str, Any],
    shape: tuple[int | None, ...] | None,
) -> None:
    assert input_shape(op, attrs, argument, [Given(a, s) for a, s in others.items()]) == shape


@pytest.mark.parametrize(
    ("op", "attrs", "chief", "others", "shape"),
    [
        ("MatMul", {}, ("b", (4, 2)), {"a": (2, 3)}, ShapeOf((3, "n"))),
        (
            "Conv2D",
            {},
            ("filter", (3, 3, 2, 4)),
            {"input": (1, 8, 8, 6)},
            ShapeOf(("filter_height", "filter_width", 6, "channels")),
        ),
        ("Transpose", {}, ("perm", (2,)), {"x": (2, 3, 4)}, ShapeOf((3,))),
        ("Transpose", {}, ("perm", (2, 2)), {}, ShapeOf(("#x",))),
        ("Fill", {}, ("value", (2,)), {}, ShapeOf(())),
        ("Reshape", {}, ("shape", ()), {}, RankOf((1,), example="{1,2}")),
        ("Reshape", {}, ("shape", (2,)), {}, None),  # it has what is required
        ("Assign", {}, ("value", (2,)), {"ref": (2, None)}, ShapeOf((2, None))),
        ("Assign", {}, ("value", (2,)), {"ref": ()}, ShapeOf(())),
        ("Assign", {}, ("value", (2,)), {}, None),
        ("Cholesky", {}, ("input", (2, 3)), {}, ShapeOf(("...", "n", "n"))),
        ("Sub", {}, ("y", (2,)), {"x": (3, 4)}, ShapeOf((3, 4), broadcast=True)),
    ],
)
def test_shape_that_a_fault_asks_for(
    op: str, attrs: dict[str, Any], chief: tuple[str, Any], others: dict[str, Any], shape: Any
) -> None:
    required = required_shape(op, attrs, Given(*chief), [Given(a, s) for a, s in others.items()])
    assert required == (None if shape is None else Requirement(shape=shape))


@pytest.mark.parametrize(
    ("axis", "shape"),
    [((0,), ShapeOf(("*", 3))), ((-1,), ShapeOf((2, "*"))), (None, RankOf((2,), like=(2, 3)))],
)
def test_tensors_that_are_joined_differ_along_the_axis_alone(axis: Any, shape: Any) -> None:
    others = [Given("values", (2, 3)), Given("axis", (), axis)]
    assert required_shape("ConcatV2", {}, Given("values", (4, 5)), others) == Requirement(shape=shape)


@pytest.mark.parametrize(
    ("op", "chief", "others", "values"),
    [
        ("Sum", Given("reduction_indices", (), (2,)), [Given("input", (2, 3))], InRange(-2, 1)),
        ("ExpandDims", Given("dim", (), (5,)), [Given("input", (2, 3))], InRange(-3, 2)),
        ("ArgMax", Given("dimension", (), (3,)), [Given("input", ())], InRange(-1, 0)),
        ("ReverseV2", Given("axis", (2,), (0, 0)), [Given("tensor", (2, 3))], AllDifferent()),
        ("Reshape", Given("shape", (2,), (2, 2)), [Given("tensor", (2, 3))], SizesMaking(6, (2, 3))),
        ("Reshape", Given("shape", (2,), (-2, 3)), [], SizesFrom(0, one_open=True)),
        ("Transpose", Given("perm", (2,), (1, 2)), [Given("x", (2, 3))], EachOnce(2)),
        ("StridedSlice", Given("begin", (1,), (9,)), [Given("input", (2, 3))], IndicesBelow((2, 3), "input")),
        ("Fill", Given("dims", (2,), (2, -1)), [], InRange(low=0)),
        ("ResizeArea", Given("size", (2,), (-2, 2)), [], SizesFrom(1)),
        ("MatMul", Given("a", (2, 3)), [Given("b", (2, 3))], None),
    ],
)
def test_values_that_a_fault_asks_for(op: str, chief: Given, others: list[Given], values: Any) -> None:
    assert required_values(op, {}, chief, others) == (None if values is None else Requirement(values=values))
