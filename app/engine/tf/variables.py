"""A page's Variables in its graph: their start values, values of a snapshot, and what they hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import tensorflow as tf

from app.document.model.problems import Problem, error
from app.document.model.sentence import say, why_of
from app.document.resources.companion_files import CompanionFault
from app.document.resources.python_source import fits
from app.engine.compiler.plan import Plan, PlanVariable
from app.engine.compiler.start_runs import StartRun
from app.engine.tf.protos import array_of, numpy_type
from app.engine.tf.run_context import Array, RunContext
from app.engine.tf.step_errors import in_tensorflow
from app.engine.values.run_fault import RunFault
from blocks.dtypes import DTYPES
from blocks.requirement import Actual, Requirement, ShapeOf

Assigns = dict[str, tuple[tf.Tensor, tf.Operation]]  # by block: what is fed, what assigns it


def add_assigns(graph: tf.Graph, plan: Plan) -> Assigns:
    """Add to each Variable an Assign that is fed: large values never become part of the graph.

    A resource variable is assigned by its handle.
    """
    assigns: Assigns = {}
    with graph.as_default():
        for variable in plan.variables:
            ref = graph.get_tensor_by_name(f"{variable.block}:0")
            with tf.device(plan.device_of(variable.block) or None):
                dtype, name = DTYPES[variable.dtype].number, f"{variable.block}/start/assign"
                value = tf.compat.v1.placeholder(dtype, name=f"{variable.block}/start/value")
                if ref.dtype == tf.resource:
                    assign = tf.raw_ops.AssignVariableOp(resource=ref, value=value, name=name)
                else:
                    assign = tf.raw_ops.Assign(ref=ref, value=value, validate_shape=False, name=name).op
            assigns[variable.block] = (value, assign)
    return assigns


def add_unset_checks(graph: tf.Graph, plan: Plan) -> dict[str, tf.Tensor]:
    """Add to each Variable without a start value a bool that is true once it has one; return them by block."""
    checks: dict[str, tf.Tensor] = {}
    with graph.as_default():
        for block in (v.block for v in plan.variables if v.start == "none"):
            ref = graph.get_tensor_by_name(f"{block}:0")
            name = f"{block}/start/is_set"
            with tf.device(plan.device_of(block) or None):
                if ref.dtype == tf.resource:
                    checks[block] = tf.raw_ops.VarIsInitializedOp(resource=ref, name=name)
                else:
                    checks[block] = tf.raw_ops.IsVariableInitialized(ref=ref, name=name)
    return checks


def add_values(graph: tf.Graph, plan: Plan) -> dict[str, tf.Tensor]:
    """Return by block the tensor that is read to look at a Variable; one is added to a resource variable."""
    values: dict[str, tf.Tensor] = {}
    with graph.as_default():
        for variable in plan.variables:
            block = variable.block
            ref = values[block] = graph.get_tensor_by_name(f"{block}:0")
            if ref.dtype == tf.resource:
                with tf.device(plan.device_of(block) or None):
                    values[block] = tf.raw_ops.ReadVariableOp(
                        resource=ref, dtype=DTYPES[variable.dtype].number, name=f"{block}/start/read"
                    )
    return values


def unset_variables(context: RunContext) -> set[str]:
    """Return the Variables that nothing has assigned yet."""
    if not context.unset_checks:
        return set()
    found = in_tensorflow(context, lambda: context.session.run(context.unset_checks))
    return {block for block, is_set in found.items() if not is_set}


def _misfit(variable: PlanVariable, value: Array) -> Problem | None:
    """Return the problem of a wired start value of another shape than the Variable says; None where it fits."""
    own = None if variable.shape is None else tuple(None if n < 0 else n for n in variable.shape)
    shape = tuple(np.shape(value))
    if fits(shape, own):
        return None
    sentence = say("variable.shape", shape=shape, says=own)
    needs, actual = Requirement(shape=ShapeOf(own or ())), Actual(shape=shape)
    return error("bad-shape", sentence, variable.block, "initvalues", requirement=needs, actual=actual)


class Variables:
    """Sets and reads the Variables of a page; raises RunFault where the page is to blame."""

    def __init__(self, context: RunContext, assigns: Assigns, values: Mapping[str, tf.Tensor]) -> None:
        """Use what was added to the graph."""
        self._context, self._assigns, self._values = context, assigns, values

    def initialise(self, runs: Sequence[StartRun]) -> dict[str, Array]:
        """Give every Variable its start value; those that start from a wired tensor follow the others.

        ``runs`` compute the wired ones. Returns the tensors that are shown of these runs.
        """
        context = self._context
        self.assign(
            {v.block: self._start(v) for v in context.plan.variables if v.start in ("value", "zeros")}
        )
        shown: dict[str, Array] = {}
        for one in runs:
            sources = {v.block: v.source or "" for v in one.variables}
            refs = list(dict.fromkeys([*sources.values(), *(r for f in one.fetches for r in f.refs)]))
            run = partial(context.session.run, refs, context.shared)
            found = dict(zip(refs, in_tensorflow(context, run), strict=True))
            misfits = [p for v in one.variables if (p := _misfit(v, found[sources[v.block]])) is not None]
            if misfits:
                raise RunFault(misfits)
            self.assign({block: found[source] for block, source in sources.items()})
            shown.update({r: found[r] for f in one.fetches for r in f.refs})
        return shown

    def _start(self, variable: PlanVariable) -> Array:
        if variable.value is not None:
            try:
                return array_of(variable.value, self._context.folder)
            except CompanionFault as fault:
                problem = error("missing-array", fault.sentence, variable.block, "initvalues")
                raise RunFault([problem]) from fault
        block, shape = variable.block, variable.shape or ()
        try:
            if variable.dtype == "DT_STRING":
                return np.full(shape, b"", object)
            return np.zeros(shape, numpy_type(variable.dtype))
        except (MemoryError, ValueError) as problem:  # ValueError: more elements than an index can count
            sentence = say("variable.too-large", block=block, why=why_of(problem))
            raise RunFault([error("out-of-memory", sentence, block, "shape")]) from problem

    def tensor(self, block: str) -> str:
        """Return the name of the tensor that is read to look at a Variable."""
        return str(self._values[block].name)

    def assign(self, values: dict[str, Array]) -> None:
        """Set Variables by block; raises RunFault where a value does not fit."""
        if values:
            feeds = {self._assigns[block][0]: value for block, value in values.items()}
            targets = [self._assigns[block][1] for block in values]
            in_tensorflow(self._context, lambda: self._context.session.run(targets, feeds))

    def restore(self, values: dict[str, Array]) -> None:
        """Set Variables by block, as a snapshot has them; their dtypes become the Variables' own."""
        dtypes = {v.block: numpy_type(v.dtype) for v in self._context.plan.variables}
        self.assign({block: np.asarray(a).astype(dtypes[block], copy=False) for block, a in values.items()})

    def copies(self) -> dict[str, Array]:
        """Return copies of the values of all Variables that have one, by block: no step changes them."""
        return {block: np.array(value) for block, value in self.values().items()}

    def values(self) -> dict[str, Array]:
        """Return the value of every Variable that has one, by block."""
        context = self._context
        unset = unset_variables(context)
        blocks = [v.block for v in context.plan.variables if v.block not in unset]
        values = in_tensorflow(context, lambda: context.session.run([self._values[b] for b in blocks]))
        return dict(zip(blocks, values, strict=True))
