"""Says in a run which input a guard has refused in place of the op behind it: the value, or the shape."""

from __future__ import annotations

import numpy as np

from app.document.model.problems import Problem, error
from app.document.model.sentence import say
from app.engine.compiler.plan import PlanNode
from app.engine.compiler.value_guards import refused_value
from app.engine.diagnostics.failed_op import Array, Given
from blocks.op_facts.fatal_inputs import FATAL_RANKS, FATAL_VALUES
from blocks.requirement import Actual, Elementwise, RankOf, Requirement, accepts
from blocks.tensor_spec import Shape


def refused_input(owner: PlanNode, given: Given, message: str) -> Problem | None:
    """Return the problem of the block ``owner``, whose guard failed with ``message`` for what it was given.

    None where the op requires nothing of this input, or the value cannot be had and the message does not say it.
    """
    pair = (owner.op, given.argument.name)
    needs = FATAL_VALUES.get(pair)
    if given.value is not None and given.value.ndim != FATAL_RANKS.get(pair, given.value.ndim):
        return wrong_rank(owner, given, given.value.shape)
    if needs is None:
        return None
    actual = _first_refused(needs, given.value) if given.value is not None else _named(message)
    if actual is None:
        return None
    return refused_value(owner.block, given.argument.pin, given.name, owner.op, needs, actual)


def wrong_rank(owner: PlanNode, given: Given, shape: Shape) -> Problem:
    """Return the problem of an input of another rank than its op survives."""
    needs = Requirement(shape=RankOf((FATAL_RANKS[owner.op, given.argument.name],)))
    sentence = say("pin.wrong-rank", pin=given.name, shape=shape, op=owner.op, needs=needs)
    return error(
        "run-failed", sentence, owner.block, given.argument.pin, requirement=needs, actual=Actual(shape=shape)
    )


def _first_refused(needs: Requirement, value: Array) -> Actual | None:
    """Return the first element that is not as it must be, and where it stands."""
    assert isinstance(needs.values, Elementwise)
    is_numpy = value.dtype.kind in "iuf"  # bfloat16 is none of NumPy's own
    known = value if is_numpy else value.astype(np.float64)
    with np.errstate(invalid="ignore"):
        places = np.argwhere(~np.asarray(accepts(needs.values, known)))
    if not len(places):
        return None
    index = tuple(int(place) for place in places[0])
    return Actual(value=str(value[index]), index=index)


def _named(message: str) -> Actual | None:
    """Return what CheckNumerics says that it has found."""
    found = [word for word in ("nan", "inf") if word in message.lower()]
    return Actual(value=found[0]) if found else None
