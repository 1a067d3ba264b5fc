"""Shows what the last of some short steps has shown by doing these steps again, so that none need leave it behind."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import Any

import numpy as np
from tensorflow.core.protobuf import config_pb2

from app.engine.compiler.plan import Plan
from app.engine.tf.run_context import Array, RunContext
from app.engine.tf.step_errors import in_tensorflow
from app.engine.tf.step_profile import Call
from app.engine.tf.variables import Variables
from app.engine.values.results import Value
from app.engine.worker.session import Keys, Shown
from blocks.catalog import load
from blocks.op_facts.side_effects import NOTHING, effects_of
from blocks.op_facts.traits import CHECKING, VARIABLES

_COPIED = VARIABLES | CHECKING | {"DeepCopy"}  # stateful ops without a state other than that of Variables
_MOST = 1 << 20  # bytes of Variables; to copy more takes a while, and such steps are not that short


class Replay:
    """Does the steps since ``begin`` again, from the Variables as they were then, the last one with all it shows.

    That leaves the Variables as they are, and the steps themselves cost nothing more for it.
    """

    def __init__(
        self, context: RunContext, variables: Variables, probe: Callable[[frozenset[str]], Shown]
    ) -> None:
        """Take a page that ``can_replay``; ``probe`` does a step and returns what it shows, as steps with keys do."""
        self._context, self._variables, self._probe = context, variables, probe
        self._blocks = [variable.block for variable in context.plan.variables]
        options = config_pb2.CallableOptions(fetch=[variables.tensor(block) for block in self._blocks])
        self._read = Call(context.session, options, []).inline
        self._start: dict[str, Array] = {}
        self.begin()

    @property
    def is_short(self) -> bool:
        """Return whether the Variables are so small that to copy them now and then costs nothing."""
        arrays = self._start.values()
        return all(a.dtype.kind != "O" for a in arrays) and sum(a.nbytes for a in arrays) <= _MOST

    def begin(self) -> None:
        """Note the Variables from which the next steps begin."""
        if self._blocks:
            values = in_tensorflow(self._context, self._read.run)
            self._start = {b: np.array(value) for b, value in zip(self._blocks, values, strict=True)}

    def shown(self, steps: int, step: Callable[[], object], keys: frozenset[str]) -> Shown:
        """Return what the last one of so many steps shows; nothing is done before that is asked for."""
        return _Again(partial(self._do, self._start, steps, step, keys))

    def _do(
        self, start: dict[str, Array], steps: int, step: Callable[[], object], keys: frozenset[str]
    ) -> Shown:
        self._variables.assign(start)
        for _ in range(steps - 1):
            in_tensorflow(self._context, step)
        return self._probe(keys)


class _Again:
    """What a step shows that is done again when it is first asked for."""

    def __init__(self, do: Callable[[], Shown]) -> None:
        self._do = do

    @cached_property
    def _shown(self) -> Shown:
        return self._do()

    def __call__(self, keys: Keys) -> dict[str, Value]:
        return self._shown(keys)

    def tensors(self) -> dict[str, Any]:
        return self._shown.tensors()


def can_replay(context: RunContext) -> bool:
    """Return whether the steps of a page are a function of its Variables alone, and do nothing else."""
    plan = context.plan
    if context.cluster is not None or context.marks or context.looks or context.guards.exist:
        return False
    return not any(v.start == "none" for v in plan.variables) and _depends_on_variables_alone(plan)


def _depends_on_variables_alone(plan: Plan) -> bool:
    ops = map(load().op, {node.op for node in plan.all_nodes})
    return all(
        op is not None and (op.name in _COPIED or (not op.stateful and effects_of(op) == NOTHING))
        for op in ops
    )
