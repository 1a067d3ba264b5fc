"""Looks at inputs that would end the process, in the step and before their op runs, and leaves the op out then.

Beside an op stands a Python function that sees those of its inputs which are not known to be as they must be, and a
Switch that the op waits for: where the function refuses an input, the op and all that needs it have no value in this
step, and the rest of the step is done and can be shown. Where another path could take the place of a missing value (at
a Merge, in a loop) the function fails instead, which ends the step at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf
from msgspec.structs import replace

from app.document.model.problems import Problem
from app.document.model.topology import reachable
from app.engine.compiler.plan import Fetch, Plan, PlanNode
from app.engine.compiler.plan_walk import node_of
from app.engine.compiler.stage_checks import components_of
from app.engine.compiler.value_guards import RANK_CHECK, positions
from app.engine.diagnostics.failed_op import Array, Given
from app.engine.diagnostics.origins import Argument, Origins, arguments
from app.engine.diagnostics.refused_inputs import first_refused, refused_input, refused_place
from app.engine.diagnostics.refused_relations import may_overrun, unrelated
from app.engine.tf.op_walk import names_of_users, ops_needed
from app.engine.tf.shape_judge import ShapeJudge
from blocks.catalog import load
from blocks.dtypes import DTYPES
from blocks.op_facts.fatal_inputs import (
    DIVISIONS,
    FATAL_RANKS,
    FATAL_VALUES,
    FILLED,
    GUARDED,
    INVERTED,
    PARTS,
    PLACES,
    RELATED,
    SAME_RANKS,
    STAGED,
    TRUSTED_SHAPES,
    TRUSTED_SIZES,
)
from blocks.op_facts.traits import BACK_EDGES, EXITS, FRAMES, MERGES
from blocks.requirement import NotZero, Requirement
from blocks.symbol import OpArg
from blocks.tensor_spec import Shape

_SCOPE = "guard"  # below the name of the block
_TURNING = MERGES | FRAMES | EXITS | BACK_EDGES  # where a missing value would mean something else


class Refused(NamedTuple):
    """An input that an op would not have survived: the op's node, its problem, and what the op was to be given."""

    owner: PlanNode
    problem: Problem
    values: Mapping[int, Array]  # by position


def guarded_by(name: str) -> str:
    """Return the op before which an op looks at inputs; any other op's own name."""
    return name.partition(f"/{_SCOPE}/")[0]


class Look(NamedTuple):
    """What is looked at of an op's inputs: the positions of those whose values, or whose shapes, count."""

    owner: PlanNode
    values: tuple[int, ...]
    shapes: tuple[int, ...]
    is_judged: bool  # by the op's shape function, too


class InputGuards:
    """The guards of a page's graph."""

    def __init__(self, graph: tf.Graph, plan: Plan, *, can_call: bool = True) -> None:
        """Add a guard to each op that needs one; none where the ops ``can_call`` no Python.

        ``plan`` becomes the plan with the results marked that a step may not have by them: those named by
        ``unsure``.
        """
        self._graph, self._refused = graph, list[Refused]()
        guarded = [n for n in plan.nodes if n.op in GUARDED] if can_call else []
        looks = [look for n in guarded if (look := look_at(graph, n)) is not None]
        self.exist = bool(looks)
        self._done = {n.name for n in plan.nodes if n.op in MERGES and n.name.endswith("/done")}
        hard = self._before_turns(plan) if looks else set()
        if looks:
            origins = Origins(plan)
        for look in looks:
            self._add(plan, look, origins, is_hard=look.owner.name in hard)
        soft = [look.owner.name for look in looks if look.owner.name not in hard]
        self.unsure = self._results_behind(plan, soft)
        self.plan = _with_missing(plan, self.unsure) if self.unsure else plan

    def take_refused(self) -> list[Refused]:
        """Return what was refused since the last time."""
        refused, self._refused = self._refused, []
        return refused

    def results_behind(self, refused: Iterable[Refused]) -> set[str]:
        """Return the keys of the results that need an op which was left out."""
        return self._results_behind(self.plan, [one.owner.name for one in refused])

    def _before_turns(self, plan: Plan) -> set[str]:
        """Return the nodes of loops, and those that lead to a Merge."""
        turns = [n.name for n in plan.nodes if n.op in _TURNING and n.name not in self._done]
        return ops_needed(self._graph, turns) | set(plan.looped)

    def _results_behind(self, plan: Plan, names: list[str]) -> set[str]:
        """Return the keys of the results that need one of these ops."""
        if not names:
            return set()

        def users(name: str) -> Iterable[str]:
            return (u for u in names_of_users(self._graph, name) if u not in self._done)

        behind = reachable(names, users)
        return {f.key for f in _fetches(plan) if any(node_of(r) in behind for r in f.refs)}

    def _add(self, plan: Plan, look: Look, origins: Origins, is_hard: bool) -> None:
        """Let an op wait for a look at its inputs."""
        owner = look.owner
        op = self._graph.get_operation_by_name(owner.name)
        inputs = inputs_before_checks(self._graph, owner)
        watch = partial(self._allows, Looking(plan, look, inputs, origins), is_hard)
        with self._graph.as_default(), tf.device("/cpu:0"), tf.name_scope(f"{owner.name}/{_SCOPE}/"):
            with tf.control_dependencies(op.control_inputs):
                seen = [_value_of(inputs[i], owner) for i in look.values]
                seen += [_shape_of(inputs[i]) for i in look.shapes]
                allowed = tf.numpy_function(watch, seen, tf.bool, stateful=False)
            allowed.set_shape([])
            gate = allowed if is_hard else tf.identity(tf.raw_ops.Switch(data=allowed, pred=allowed)[1])
        checks = {t.op for t, plain in zip(op.inputs, inputs, strict=True) if t is not plain}
        for waiting in (op, *checks):
            waiting._add_control_input(gate.op)

    def _allows(self, looking: Looking, is_hard: bool, *seen: Array) -> Any:
        """Return whether an op may run with what is seen of its inputs; a hard guard raises ValueError instead."""
        refused = looking.refused(seen)
        if refused is None:
            return np.bool_(True)
        self._refused.append(refused)
        if is_hard:
            raise ValueError("an input would end the process")
        return np.bool_(False)


class Looking:
    """Judges the inputs of one op."""

    def __init__(
        self,
        plan: Plan,
        look: Look,
        inputs: Sequence[tf.Tensor],
        origins: Origins,
        whole: Plan | None = None,
    ) -> None:
        """Know the inputs as ``plan`` gives them, which is a function of the plan ``whole`` where there is one."""
        self._look, owner = look, look.owner
        self._components = components_of((whole or plan).all_nodes, owner) if owner.op in STAGED else 0
        refs = [r for r in owner.inputs if not r.startswith("^")]
        known = arguments(plan, owner)
        self._given = [Given(a, None, origins.pin(r)) for a, r in zip(known, refs, strict=True)]
        self._shapes = [_known_shape(t) for t in inputs]
        self._judge = ShapeJudge(plan, owner, inputs, origins) if look.is_judged else None

    def refused(self, seen: Sequence[Array]) -> Refused | None:
        """Return what the op would not survive of the values and shapes that are seen."""
        look = self._look
        arrays = [np.asarray(value, object) if isinstance(value, bytes) else value for value in seen]
        values = dict(zip(look.values, arrays, strict=False))
        shapes: list[Shape | None] = list(self._shapes)
        for i, value in values.items():
            shapes[i] = tuple(value.shape)
        for i, sizes in zip(look.shapes, seen[len(look.values) :], strict=True):
            shapes[i] = tuple(sizes.tolist())
        given = [one._replace(value=values.get(i)) for i, one in enumerate(self._given)]
        problem = refused_input(look.owner, given, shapes)
        if problem is None and self._components:
            problem = refused_place(look.owner, given, self._components)
        if problem is None and self._judge is not None:
            problem = self._judge.problem(values, shapes)
        if problem is None:
            return None
        return Refused(look.owner, problem, {i: np.copy(value) for i, value in values.items()})


def look_at(graph: tf.Graph, node: PlanNode) -> Look | None:
    """Return what must be looked at before a node runs; None where all is known to be as it must be."""
    op = load().op(node.op)
    if op is None or node.name != node.block:
        return None
    inputs = inputs_before_checks(graph, node)
    places = list(positions(op, node))
    at = {arg.name: i for arg, i in places}
    values: set[int] = set()
    shapes: set[int] = set()
    for arg, i in places:
        rank = FATAL_RANKS.get((node.op, arg.name))
        if rank is not None and inputs[i].shape.rank != rank:
            shapes.add(i)
        other = at.get(SAME_RANKS.get((node.op, arg.name), ""))
        if other is not None and not _same_rank(inputs[i], inputs[other]):
            shapes |= {i, other}
        if _may_be_refused(FATAL_VALUES.get((node.op, arg.name)), inputs[i]):
            values.add(i)
    needed, sized = _related(node, places, inputs)
    values |= needed
    shapes |= sized
    values |= _dividing(node.op, at, inputs)
    values |= {at[name] for name in (*PLACES.get(node.op, ()), *PARTS.get(node.op, ()))[:1]}
    shapes |= {at[name] for name in (*PLACES.get(node.op, ()), *PARTS.get(node.op, ()))[1:2]}
    if node.op in STAGED and _constant(inputs[at[STAGED[node.op]]]) is None:
        values.add(at[STAGED[node.op]])
    if node.op in INVERTED:
        values.add(at[INVERTED[node.op]])
    is_judged = node.op in TRUSTED_SHAPES and any(_is_open(t, node.op in TRUSTED_SIZES) for t in inputs)
    if is_judged:
        values |= {i for i, t in enumerate(inputs) if t.dtype in (tf.int32, tf.int64)}
        shapes |= {i for i, t in enumerate(inputs) if _is_open(t, True)}
    if not values and not shapes:
        return None
    return Look(node, tuple(sorted(values)), tuple(sorted(shapes - values)), is_judged)


def inputs_before_checks(graph: tf.Graph, node: PlanNode) -> list[tf.Tensor]:
    """Return the inputs of a node as they are before the checks of their ranks."""
    found = []
    for tensor in graph.get_operation_by_name(node.name).inputs:
        is_check = tensor.op.name.startswith(f"{node.name}/") and tensor.op.name.endswith(f"/{RANK_CHECK}")
        found.append(tensor.op.inputs[0] if is_check else tensor)
    return found


def _may_be_refused(needs: Requirement | None, tensor: tf.Tensor) -> bool:
    """Return whether an input may hold what its op requires it not to hold."""
    if needs is None:
        return False
    dtype = tensor.dtype.base_dtype
    if isinstance(needs.values, NotZero) and not dtype.is_integer:
        return False
    if dtype.is_integer and _all_accepted(needs, np.array([dtype.min, dtype.max], dtype.as_numpy_dtype)):
        return False
    constant = _constant(tensor)
    return constant is None or not _all_accepted(needs, constant)


def _related(
    node: PlanNode, places: Sequence[tuple[OpArg, int]], inputs: Sequence[tf.Tensor]
) -> tuple[set[int], set[int]]:
    """Return of which inputs the values, and of which the shapes, are yet to say whether they go together."""
    valued, sized = RELATED.get(node.op, ((), ()))
    values = {i for arg, i in places if arg.name in valued}
    shapes = {i for arg, i in places if arg.name in sized}
    if node.op == "ResourceGather" and not node.attrs.get("batch_dims"):
        return set(), set()
    if node.op in FILLED and all(inputs[i].dtype.base_dtype != tf.string for i in values):
        return set(), set()
    known = [_known_shape(t) for t in inputs]
    if node.op == "BatchMatMulV2":
        is_wide = inputs[0].dtype.base_dtype not in (tf.float32, tf.bfloat16)  # oneDNN multiplies no others
        return (
            (set(), set()) if is_wide or not may_overrun(known[0], known[1], node.attrs) else (values, shapes)
        )
    constants = {i: _constant(inputs[i]) for i in values}
    is_open = any(constant is None for constant in constants.values())
    is_open = is_open or any(known[i] is None or None in (known[i] or ()) for i in shapes)
    given = [Given(Argument(arg.name, arg.name), constants.get(i), None) for arg, i in places]
    is_good = not is_open and bool(values or shapes) and unrelated(node, given, known) is None
    return (set(), set()) if is_good else (values, shapes)


def _dividing(op: str, at: Mapping[str, int], inputs: Sequence[tf.Tensor]) -> set[int]:
    """Return the inputs of a division that may be of the least whole number by -1; nothing of any other one."""
    names = DIVISIONS.get(op)
    if names is None:
        return set()
    divisor = inputs[at[names[1]]]
    constant = _constant(divisor)
    dtype = divisor.dtype.base_dtype
    is_signed = dtype.is_integer and not dtype.is_unsigned
    if not is_signed or (constant is not None and not (constant == -1).any()):
        return set()
    return {at[name] for name in names}


def _value_of(tensor: tf.Tensor, owner: PlanNode) -> tf.Tensor:
    """Return what a tensor, a reference or a resource holds."""
    if tensor.dtype == tf.resource:
        dtype = DTYPES[owner.attrs["dtype"]].number
        return tf.raw_ops.ReadVariableOp(resource=tensor, dtype=dtype)
    return tf.identity(tensor)


def _constant(tensor: tf.Tensor) -> Array | None:
    return None if tensor.op.type != "Const" else tf.make_ndarray(tensor.op.get_attr("value"))


def _all_accepted(needs: Requirement, array: Array) -> bool:
    return first_refused(needs, array) is None


def _is_open(tensor: tf.Tensor, with_sizes: bool) -> bool:
    """Return whether TensorFlow does not know a tensor's rank, or not all its sizes, before it is there."""
    if tensor.dtype.base_dtype in (tf.resource, tf.variant):
        return False
    return tensor.shape.rank is None or (with_sizes and not tensor.shape.is_fully_defined())


def _known_shape(tensor: tf.Tensor) -> Shape | None:
    """Return what is known of the shape of a tensor, or of a resource's variable, before it is there."""
    shape = tensor.shape
    if tensor.dtype.base_dtype == tf.resource:
        is_here = tensor.op.type == "VarHandleOp"
        shape = tf.TensorShape(tensor.op.get_attr("shape") if is_here else None)
    return None if shape.rank is None else tuple(shape.as_list())


def _same_rank(one: tf.Tensor, other: tf.Tensor) -> bool:
    """Return whether two inputs are known to have as many dimensions as each other."""
    shapes = _known_shape(one), _known_shape(other)
    return shapes[0] is not None and shapes[1] is not None and len(shapes[0]) == len(shapes[1])


def _shape_of(tensor: tf.Tensor) -> tf.Tensor:
    """Return the shape of a tensor, or of the variable of a resource."""
    if tensor.dtype == tf.resource:
        return tf.raw_ops.VariableShape(input=tensor, out_type=tf.int64)
    return tf.shape(tensor, out_type=tf.int64)


def _fetches(plan: Plan) -> Iterable[Fetch]:
    return (f for session in plan.sessions for f in session.fetches if not f.handle)


def _with_missing(plan: Plan, keys: Collection[str]) -> Plan:
    """Return the plan with these results marked as ones that a step may not have."""
    sessions = [
        replace(s, fetches=tuple([replace(f, dead=True) if f.key in keys else f for f in s.fetches]))
        for s in plan.sessions
    ]
    return replace(plan, sessions=tuple(sessions))
