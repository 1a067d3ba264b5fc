"""The tables that inference leans on, op by op against the installed TensorFlow."""

from __future__ import annotations

import random
import warnings
from typing import Any

import pytest

from app.engine.inference.input_types import STRICT
from blocks.catalog import load
from blocks.dtypes import DTYPES
from blocks.op_facts.shape_functions import VALUES_READ
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
_Input = tuple[Any, str, Any]  # shape (None: unknown), DT_ name, value (None: unknown)
_WHEN_IT_RUNS = (
    "OneHot",
    "Split",
    "Transpose",
)  # these refuse some shapes only then, of inputs unknown before


class _Scratch:
    """One graph for every op of this file; inputs that are alike are made once, which takes most of the time."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import tensorflow
        self._tf = tensorflow
        self._graph = tensorflow.Graph()
        self._made: dict[_Input, Any] = {}

    def shapes(self, op: Op, attrs: dict[str, Any], inputs: list[_Input]) -> list[str] | str:
        """Return the outputs' shapes, or "refused"."""
        from app.engine.tf.protos import set_attr

        protos: dict[str, Any] = {}
        kinds = {a.name: a.type for a in op.attrs}
        for name, one in attrs.items():
            set_attr(protos.setdefault(name, self._tf.compat.v1.AttrValue()), kinds[name], one)
        with self._graph.as_default():
            tensors = [self._input(one) for one in inputs]
            try:
                made = self._graph.create_op(op.name, tensors, [], attrs=protos)
            except (ValueError, TypeError):
                return "refused"
        return [str(t.shape) for t in made.outputs]

    def _input(self, one: _Input) -> Any:
        if one not in self._made:
            shape, dtype, value = one
            kind = self._tf.as_dtype(DTYPES[dtype].number)
            self._made[one] = (
                self._tf.compat.v1.placeholder(kind, shape)
                if value is None
                else self._tf.constant(value, kind, shape=shape)
            )
        return self._made[one]


@pytest.fixture(scope="module")
def scratch() -> _Scratch:
    return _Scratch()


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


def _value(dtype: str, draws: random.Random) -> Any:
    number = draws.choice((0, 1, 2))
    return {"string": "a", "bool": number > 0}.get(DTYPES[dtype].kind, number)


@pytest.mark.parametrize(
    "name", sorted(set(VALUES_READ) - {"SplitV"})
)  # sizes at random end the process there
def test_values_of_inputs_that_are_not_listed_change_no_shape(scratch: _Scratch, name: str) -> None:
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
        shape = scratch.shapes(op, attrs, known)
        assert shape == scratch.shapes(op, attrs, blind), shapes
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


def _strict() -> list[tuple[str, str]]:
    """Return the ops of STRICT that refuse at once, each with its inputs; a reference cannot be made here."""
    found = []
    for name, texts in sorted(STRICT.items()):
        op = load().op(name)
        assert op is not None
        args = [] if name in _WHEN_IT_RUNS or any(arg.is_ref for arg in op.inputs) else op.inputs
        found += [(name, arg.name) for arg in args if arg.name in texts]
    return found


@pytest.mark.parametrize(("name", "argument"), _strict())
def test_op_refuses_every_shape_that_it_is_told_not_to_want(
    scratch: _Scratch, name: str, argument: str
) -> None:
    op = load().op(name)
    assert op is not None
    attrs = _attrs(op)
    inputs = _inputs(op, attrs)
    for shape in _wrong(STRICT[name][argument]):
        given = [(shape if arg.name == argument else None, dtype, None) for arg, dtype in inputs]
        assert scratch.shapes(op, attrs, given) == "refused", shape
