"""The tables that inference leans on, op by op against the installed TensorFlow."""

from __future__ import annotations

import random
import warnings
from typing import Any

import pytest

from app.engine.shape_traits import VALUES_READ
from app.engine.wanted import STRICT
from blocks.catalog import load
from blocks.dtypes import DTYPES
from blocks.symbol import Op, OpArg

_SHAPES = (
    (),
    (1,),
    (2,),
    (3,),
    (2, 3),
    (3, 3),
    (3, 2),
    (2, 2, 3),
    (1, 4, 4, 3),
    (2, 2, 3, 3),
    (3,),
    (1, 4, 4, 4, 1),
)
_USUAL: dict[str, Any] = {
    "strides": [1, 1, 1, 1], "ksize": [1, 1, 1, 1], "padding": "SAME", "shape": [-1, -1], "message": "", "k": 1,
    "rates": [1, 1, 1, 1], "num": 2, "num_split": 1, "N": 2, "mode": "REFLECT",
}  # fmt: skip
_FITTING = {  # for the ops that hardly any shapes at random fit
    "Conv3D": [(1, 1, 1, 1, 1)] * 2, "Fill": [(1,), ()], "MirrorPad": [(2, 3), (2, 2)],
    "StridedSlice": [(2, 3), (1,), (1,), (1,)],
    **{f"Resize{kind}": [(1, 4, 4, 3), (2,)] for kind in ("Bicubic", "Bilinear", "NearestNeighbor")},
}  # fmt: skip
_TRIES = 48
_WHEN_IT_RUNS = (
    "OneHot",
    "Split",
    "Transpose",
)  # these refuse some shapes only then, of inputs unknown before


@pytest.fixture(scope="module")
def tf() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import tensorflow
    return tensorflow


def _attrs(op: Op) -> dict[str, Any] | None:
    """Return attrs with which the op can be built, or None where a type cannot be chosen."""
    found: dict[str, Any] = {}
    for attr in op.attrs:
        if attr.type == "type" and not attr.has_default:
            allowed = attr.allowed or ("DT_FLOAT",)
            found[attr.name] = next(
                (d for d in ("DT_FLOAT", "DT_COMPLEX64", "DT_INT32", "DT_BOOL") if d in allowed), allowed[0]
            )
        elif attr.name in _USUAL and not attr.has_default:
            found[attr.name] = _USUAL[attr.name]
            if op.name in ("AvgPool3D", "MaxPool3D", "Conv3D") and isinstance(found[attr.name], list):
                found[attr.name] = [1] * 5
    return found


def _inputs(op: Op, attrs: dict[str, Any]) -> list[tuple[OpArg, str]]:
    """Return each input of the op with its DT_ name; a list has two elements."""
    found = []
    for arg in op.inputs:
        known = op.attr(arg.type_attr or "")
        dtype = (
            arg.dtype or attrs.get(arg.type_attr or "") or (known.default if known else None) or "DT_FLOAT"
        )
        found += [(arg, dtype)] * (2 if arg.number_attr else 1)
    return found


def _shapes(tf: Any, op: Op, attrs: dict[str, Any], inputs: list[Any]) -> list[str] | str:
    """Return the outputs' shapes where the ``inputs`` are (shape, DT_ name, value or None), or "refused"."""
    from app.engine.tf_attrs import set_attr

    with tf.Graph().as_default() as graph:
        tensors = []
        for shape, dtype, value in inputs:
            kind = tf.as_dtype(DTYPES[dtype].number)
            if value is None:
                tensors.append(tf.compat.v1.placeholder(kind, shape))
            else:
                tensors.append(tf.constant(value, kind, shape=shape))
        protos: dict[str, Any] = {}
        kinds = {a.name: a.type for a in op.attrs}
        for name, one in attrs.items():
            set_attr(protos.setdefault(name, tf.compat.v1.AttrValue()), kinds[name], one)
        try:
            made = graph.create_op(op.name, tensors, [], attrs=protos)
        except (ValueError, TypeError):
            return "refused"
        return [str(t.shape) for t in made.outputs]


def _value(dtype: str, draws: random.Random) -> Any:
    number = draws.choice((0, 1, 2))
    return {"string": "a", "bool": number > 0}.get(DTYPES[dtype].kind, number)


@pytest.mark.parametrize(
    "name", sorted(set(VALUES_READ) - {"SplitV"})
)  # sizes at random end the process there
def test_values_of_inputs_that_are_not_listed_change_no_shape(tf: Any, name: str) -> None:
    op = load().op(name)
    assert op is not None
    attrs = _attrs(op)
    inputs = _inputs(op, attrs)
    read = {i % len(inputs) for i in VALUES_READ[name]}
    if any(arg.is_ref for arg, _ in inputs) or not op.outputs or any(arg.type_list_attr for arg, _ in inputs):
        assert not read  # a Variable's value is never known before a run, and what gives nothing has no shape
        return
    draws = random.Random(name)
    built = 0
    for number in range(_TRIES):
        alike = draws.choice(_SHAPES)  # every other time: most ops take inputs of one shape
        shapes: list[Any] = [
            alike if number % 2 and i not in read else draws.choice(_SHAPES) for i in range(len(inputs))
        ]
        if number % 4 == 3:
            shapes = _FITTING.get(name, shapes)
        known = [(s, d, _value(d, draws)) for s, (_, d) in zip(shapes, inputs, strict=True)]
        blind = [(s, d, v if i in read else None) for i, (s, d, v) in enumerate(known)]
        shape = _shapes(tf, op, attrs, known)
        assert shape == _shapes(tf, op, attrs, blind), shapes
        built += shape != "refused"
    assert built, "no shapes were found that the op takes"


def _wrong(text: str) -> list[tuple[int, ...]]:
    """Return shapes that a text of STRICT rules out by their rank or by a number."""
    if text.startswith("="):
        return []
    words = [] if text == "scalar" else text.split()
    wrong: list[tuple[int, ...]] = [(2,) * rank for rank in range(6) if rank != len(words)]
    if any(w.isdigit() for w in words):
        wrong.append(tuple(int(w) + 1 if w.isdigit() else 2 for w in words))
    return wrong


@pytest.mark.parametrize(
    ("name", "argument"),
    [(n, a) for n, texts in sorted(STRICT.items()) if n not in _WHEN_IT_RUNS for a in sorted(texts)],
)
def test_op_refuses_every_shape_that_it_is_told_not_to_want(tf: Any, name: str, argument: str) -> None:
    op = load().op(name)
    assert op is not None
    attrs = _attrs(op)
    inputs = _inputs(op, attrs)
    if argument not in {arg.name for arg, _ in inputs} or any(arg.is_ref for arg, _ in inputs):
        pytest.skip("not an input of this op, or one beside a reference")
    for shape in _wrong(STRICT[name][argument]):
        given = [(shape if arg.name == argument else None, dtype, None) for arg, dtype in inputs]
        assert _shapes(tf, op, attrs, given) == "refused", shape
