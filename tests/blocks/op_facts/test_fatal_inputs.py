"""The facts about fatal inputs, tried against TensorFlow: ops, arguments and attrs are there, shapes are judged."""

from __future__ import annotations

import pytest

from blocks.catalog import load
from blocks.op_facts.fatal_inputs import (
    DIVISIONS,
    FATAL_ATTRS,
    FATAL_RANKS,
    FATAL_VALUES,
    FILLED,
    FRAGILE,
    GUARDED,
    INVERTED,
    PARTS,
    PLACES,
    RELATED,
    SAME_RANKS,
    STAGED,
    TRUSTED_SHAPES,
)
from tests.support.op_trials import OF_THE_CATALOG, REFUSED, open_inputs, usual_attrs

ARGUMENTS = {
    *FATAL_RANKS,
    *FATAL_VALUES,
    *SAME_RANKS,
    *((op, other) for (op, _), other in SAME_RANKS.items()),
    *((op, name) for op, names in DIVISIONS.items() for name in names),
    *((op, name) for op, (*names, _) in PLACES.items() for name in names),
    *((op, name) for op, names in PARTS.items() for name in names),
    *INVERTED.items(),
    *STAGED.items(),
    *((op, name) for op, related in RELATED.items() for names in related for name in names),
}


def op_of(name: str):
    """Return an op of the catalog."""
    op = load().op(name)
    assert op is not None, name
    return op


def test_every_argument_and_attr_is_one_of_its_op():
    assert [
        pair for pair in sorted(ARGUMENTS) if pair[1] not in {a.name for a in op_of(pair[0]).inputs}
    ] == []
    tables = {*PLACES.items(), *FILLED.items()}
    attrs = {*FATAL_ATTRS, *((op, attr) for op, (*_, attr) in tables)}
    attrs |= {(op, attr) for op, attr in FRAGILE.items() if attr is not None}
    assert [pair for pair in sorted(attrs) if op_of(pair[0]).attr(pair[1]) is None] == []
    assert {op for op, _ in ARGUMENTS} | TRUSTED_SHAPES == GUARDED


@OF_THE_CATALOG
@pytest.mark.parametrize("name", sorted(TRUSTED_SHAPES))
def test_the_shape_function_that_a_kernel_trusts_refuses_wrong_ranks(trials, name):
    op = op_of(name)
    attrs = usual_attrs(op)
    inputs = [given for _, given in open_inputs(op, attrs)]
    assert trials.shapes(op, attrs, inputs) != REFUSED
    tried = (
        [one._replace(shape=(2,) * rank if i == at else others) for i, one in enumerate(inputs)]
        for others in (None, (2, 2, 2, 2))
        for at in range(len(inputs))
        for rank in range(6)
    )
    assert any(trials.shapes(op, attrs, one) == REFUSED for one in tried)
