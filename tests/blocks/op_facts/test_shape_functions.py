"""Which values shape functions read, op by op against the installed TensorFlow."""

from __future__ import annotations

import random
from typing import Any

import pytest

from blocks.catalog import load
from blocks.dtypes import DTYPES
from blocks.op_facts.shape_functions import NEVER_RUN_FOR_SHAPES, VALUES_READ
from blocks.op_facts.side_effects import EFFECTS
from tests.support.op_trials import OF_THE_CATALOG, REFUSED, OpTrials, TrialInput, open_inputs, usual_attrs

pytestmark = OF_THE_CATALOG

_SHAPES = (
    (), (1,), (2,), (3,), (2, 3), (3, 3), (3, 2), (2, 2, 3), (1, 4, 4, 3), (2, 2, 3, 3), (3,), (1, 4, 4, 4, 1),
)  # fmt: skip
_FITTING = {  # for the ops that hardly any shapes at random fit
    "Conv3D": [(1, 1, 1, 1, 1)] * 2, "Fill": [(1,), ()], "MirrorPad": [(2, 3), (2, 2)],
    "StridedSlice": [(2, 3), (1,), (1,), (1,)],
    **{f"Resize{kind}": [(1, 4, 4, 3), (2,)] for kind in ("Bicubic", "Bilinear", "NearestNeighbor")},
}  # fmt: skip
_TRIES = 48


def _value(dtype: str, draws: random.Random) -> Any:
    number = draws.choice((0, 1, 2))
    return {"string": "a", "bool": number > 0}.get(DTYPES[dtype].kind, number)


@pytest.mark.parametrize("name", sorted(set(VALUES_READ) - {"SplitV"}))  # its sizes at random end the process
def test_values_of_inputs_that_are_not_listed_change_no_shape(trials: OpTrials, name: str) -> None:
    op = load().op(name)
    assert op is not None
    attrs = usual_attrs(op)
    inputs = [(arg, given.dtype) for arg, given in open_inputs(op, attrs)]
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
        known = [TrialInput(s, d, _value(d, draws)) for s, (_, d) in zip(shapes, inputs, strict=True)]
        blind = [one if i in read else one._replace(value=None) for i, one in enumerate(known)]
        shape = trials.shapes(op, attrs, known)
        assert shape == trials.shapes(op, attrs, blind), shapes
        built += shape != REFUSED
    assert built, "no shapes were found that the op takes"


def test_no_op_that_touches_anything_is_run_for_a_shape() -> None:
    """TensorFlow evaluates constants for shapes only through ops without state that have outputs."""
    ops = {name: load().op(name) for name in EFFECTS}
    run = {name for name, op in ops.items() if op is not None and op.outputs and not op.stateful}
    assert run <= NEVER_RUN_FOR_SHAPES
    assert NEVER_RUN_FOR_SHAPES - run <= {
        "LMDBReader", "ReaderReadUpToV2", "ReaderReadV2", "RecordInput", "Restore", "RestoreSlice", "RestoreV2",
    }  # fmt: skip
