"""The functions of Python that stand for ops, held to the installed TensorFlow: what they make, what they take."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest
import tensorflow as tf
from tensorflow.python.util import tf_decorator

from blocks.catalog import load
from blocks.op_facts.python_names import ARGUMENTS, PUBLIC

F, INT, B, S = tf.float32, tf.int32, tf.bool, tf.string
MATRIX, PICTURE = ((2, 3), F), ((1, 8, 8, 3), F)
_POOL = {"ksize": [1, 2, 2, 1], "strides": [1, 2, 2, 1], "padding": "VALID", "data_format": "NHWC"}

# The inputs, and the attrs, of a call of each function that is not TensorFlow's own maker of the op. A list stands for
# a list of tensors; numbers for constants.
CALLS: dict[str, tuple[list[Any], dict[str, Any]]] = {
    "Abs": ([MATRIX], {}),
    "AddN": ([[MATRIX, MATRIX]], {}),
    "AddV2": ([MATRIX, MATRIX], {}),
    "All": ([((2, 3), B), [0]], {"keep_dims": True}),
    "Any": ([((2, 3), B), [0]], {"keep_dims": True}),
    "ArgMax": ([MATRIX, 1], {"output_type": INT}),
    "ArgMin": ([MATRIX, 1], {"output_type": INT}),
    "AvgPool": ([PICTURE], _POOL),
    "BiasAdd": ([MATRIX, ((3,), F)], {}),
    "Cast": ([MATRIX], {"DstT": INT}),
    "Ceil": ([MATRIX], {}),
    "ConcatV2": ([[MATRIX, MATRIX], 1], {}),
    "Conv2D": (
        [PICTURE, ((2, 2, 3, 4), F)],
        {"strides": [1, 2, 2, 1], "padding": "SAME", "data_format": "NHWC", "dilations": [1, 1, 1, 1]},
    ),
    "Cumprod": ([MATRIX, 1], {"exclusive": True, "reverse": True}),
    "Cumsum": ([MATRIX, 1], {"exclusive": True, "reverse": True}),
    "DecodeCSV": (
        [((2,), S), [((1,), F), ((1,), INT)]],
        {"field_delim": ";", "use_quote_delim": False, "na_value": "-", "select_cols": [0, 2]},
    ),
    "Equal": ([MATRIX, MATRIX], {}),
    "Exp": ([MATRIX], {}),
    "ExpandDims": ([MATRIX, 1], {}),
    "Fill": ([((2,), INT), ((), F)], {}),
    "Floor": ([MATRIX], {}),
    "FloorDiv": ([MATRIX, MATRIX], {}),
    "GatherV2": ([MATRIX, ((2, 2), INT), 1], {"batch_dims": 1}),
    "Identity": ([MATRIX], {}),
    "LeakyRelu": ([MATRIX], {"alpha": 0.5}),
    "LogSoftmax": ([MATRIX], {}),
    "MatMul": ([MATRIX, ((2, 4), F)], {"transpose_a": True, "transpose_b": False}),
    "Max": ([MATRIX, [0]], {"keep_dims": True}),
    "MaxPool": ([PICTURE], _POOL),
    "Mean": ([MATRIX, [0]], {"keep_dims": True}),
    "Min": ([MATRIX, [0]], {"keep_dims": True}),
    "Mul": ([MATRIX, MATRIX], {}),
    "NotEqual": ([MATRIX, MATRIX], {}),
    "OneHot": ([((2,), INT), 4, ((), F), ((), F)], {"axis": 0}),
    "Pack": ([[MATRIX, MATRIX]], {"axis": 1}),
    "Pad": ([MATRIX, ((2, 2), INT)], {}),
    "Pow": ([MATRIX, MATRIX], {}),
    "Prod": ([MATRIX, [0]], {"keep_dims": True}),
    "Range": ([((), INT), ((), INT), ((), INT)], {}),
    "ReadFile": ([((), S)], {}),
    "Relu6": ([MATRIX], {}),
    "Reshape": ([MATRIX, ((2,), INT)], {}),
    "Round": ([MATRIX], {}),
    "Rsqrt": ([MATRIX], {}),
    "SelectV2": ([((2, 3), B), MATRIX, MATRIX], {}),
    "Sigmoid": ([MATRIX], {}),
    "Sign": ([MATRIX], {}),
    "Slice": ([MATRIX, ((2,), INT), ((2,), INT)], {}),
    "Softmax": ([MATRIX], {}),
    "Softplus": ([MATRIX], {}),
    "Sqrt": ([MATRIX], {}),
    "Squeeze": ([((1, 3, 1), F)], {"squeeze_dims": [0]}),
    "StopGradient": ([MATRIX], {}),
    "StringJoin": ([[((2,), S), ((2,), S)]], {"separator": "-"}),
    "Sub": ([MATRIX, MATRIX], {}),
    "Sum": ([MATRIX, [0]], {"keep_dims": True}),
    "TopKV2": ([MATRIX, 2], {"sorted": False}),
    "Transpose": ([MATRIX, ((2,), INT)], {}),
    "Unpack": ([MATRIX], {"num": 3, "axis": 1}),
    "Where": ([((2, 3), B)], {}),
}
UNKNOWN_RANK = (
    "Abs",
    "Mul",
    "Mean",
    "Reshape",
    "BiasAdd",
    "Softmax",
    "Sigmoid",
    "Cast",
    "Transpose",
    "Conv2D",
)


def _function(name: str) -> Callable[..., Any]:
    found: Any = tf
    for part in name.split(".")[1:]:
        found = getattr(found, part)
    return found  # type: ignore[no-any-return]


def _maker(function: Any) -> Any:
    """Return the code of the maker of ops behind a function of TensorFlow."""
    _, inner = tf_decorator.unwrap(function)
    while hasattr(inner, "__wrapped__"):
        inner = inner.__wrapped__
    cells = [cell.cell_contents for cell in inner.__closure__ or ()]
    return next((cell for cell in cells if inspect.isfunction(cell)), inner).__code__


@pytest.mark.parametrize("op", [op for op, public in PUBLIC.items() if public.attrs is None])
def test_the_function_is_the_maker_of_the_op(op: str) -> None:
    """It is the very code of `tf.raw_ops`, so that all its attrs are parameters of the same names."""
    assert _maker(_function(PUBLIC[op].function)) is _maker(getattr(tf.raw_ops, op))
    catalog_op = load().op(op)
    assert catalog_op is not None
    parameters = list(inspect.signature(_function(PUBLIC[op].function)).parameters)
    assert parameters[: len(catalog_op.inputs)] == [arg.name for arg in catalog_op.inputs]


def test_every_other_function_is_called_here() -> None:
    """No row of the table goes untried."""
    assert CALLS.keys() == {op for op, public in PUBLIC.items() if public.attrs is not None}


def _made_by(op: str, *, unknown_rank: bool = False) -> tuple[list[Any], Any]:
    """Return the nodes that the public function makes of placeholders, and the raw op's node of the same call."""
    given, attrs = CALLS[op]
    public = PUBLIC[op]
    graph = tf.Graph()

    def tensor(one: Any) -> Any:
        if isinstance(one, tuple):
            return tf.compat.v1.placeholder(one[1], None if unknown_rank else one[0])
        if isinstance(one, list) and one and isinstance(one[0], tuple):
            return [tensor(part) for part in one]
        return tf.constant(one, INT)

    with graph.as_default():
        inputs = [tensor(one) for one in given]
        count = len(graph.get_operations())
        catalog_op = load().op(op)
        assert catalog_op is not None
        assert public.attrs is not None
        named = {public.named[a.name] for a in catalog_op.inputs if a.name in public.named}
        places = [v for a, v in zip(catalog_op.inputs, inputs, strict=True) if a.name not in public.named]
        by_name = [v for a, v in zip(catalog_op.inputs, inputs, strict=True) if a.name in public.named]
        keywords = {public.attrs[name]: value for name, value in attrs.items()}
        _function(public.function)(*places, **dict(zip(sorted(named), by_name, strict=True)), **keywords)
        made = graph.get_operations()[count:]
        names = ARGUMENTS.get(op, {})
        arguments = {names.get(a.name, a.name): v for a, v in zip(catalog_op.inputs, inputs, strict=True)}
        raw = getattr(tf.raw_ops, op)(**arguments, **{names.get(k, k): v for k, v in attrs.items()})
        raw = raw if isinstance(raw, tf.Tensor) else raw[0]
    return made, raw.op


@pytest.mark.parametrize("op", CALLS)
def test_the_function_makes_one_node_of_the_op(op: str) -> None:
    """And its attrs are those of the raw op that is called with the same."""
    made, raw = _made_by(op)
    assert [node.type for node in made] == [op]
    assert made[0].node_def.attr == raw.node_def.attr
    assert [i.name for i in made[0].inputs] == [i.name for i in raw.inputs]


@pytest.mark.parametrize("op", UNKNOWN_RANK)
def test_it_does_so_where_no_shape_is_known(op: str) -> None:
    """Only those that say so in the table make another op there."""
    made, _ = _made_by(op, unknown_rank=True)
    assert [node.type for node in made] == [op]


def test_functions_that_need_the_rank_are_marked() -> None:
    """A product of matrices becomes another op where the number of axes is not known."""
    for op in CALLS:
        made, _ = _made_by(op, unknown_rank=True)
        assert ([node.type for node in made] == [op]) is not PUBLIC[op].ranked, op


def test_arguments_are_called_as_the_table_says() -> None:
    """Of every op of the catalog."""
    for name in dir(tf.raw_ops):
        op = load().op(name)
        if op is None or name.startswith("_"):
            continue
        parameters = set(inspect.signature(getattr(tf.raw_ops, name)).parameters) - {"name"}
        renamed = ARGUMENTS.get(name, {})
        ours = {renamed.get(known.name, known.name) for known in (*op.inputs, *op.attrs)}
        assert parameters <= ours, name
