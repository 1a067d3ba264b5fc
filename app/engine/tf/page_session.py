"""Runs one page inside the worker: builds its graph, starts its Variables, steps its sessions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import tensorflow as tf
from tensorflow.core.protobuf import config_pb2, rewriter_config_pb2

from app.document.model.problems import Problem, error
from app.engine.compiler.errors import RunFault
from app.engine.compiler.plan import Plan
from app.engine.tf.block_trace import add_marks
from app.engine.tf.graph_builder import build_graph
from app.engine.tf.nan_guard import add_check, are_finite, bad_starts, guarded_refs, not_finite
from app.engine.tf.protos import array_of, numpy_type
from app.engine.tf.session_calls import Quick, SessionRun
from app.engine.tf.staging import Stage, can_stage, staged_refs
from app.engine.tf.step_errors import run_fault
from app.engine.tf.step_profile import Call, Stopwatch
from app.engine.values.results import Value
from app.engine.worker.session import Keys, Shown
from blocks.op_facts.traits import VARIABLES

_Array = np.ndarray[Any, Any]


def session_config() -> config_pb2.ConfigProto:
    """Return the sessions' options: every block runs as drawn, so nothing is folded, merged or rewritten."""
    config = config_pb2.ConfigProto(allow_soft_placement=True)
    config.graph_options.rewrite_options.disable_meta_optimizer = True
    config.graph_options.rewrite_options.constant_folding = rewriter_config_pb2.RewriterConfig.OFF
    config.graph_options.optimizer_options.opt_level = config_pb2.OptimizerOptions.L0
    config.gpu_options.allow_growth = True
    return config


class PageSession:
    """One page, built and ready to step. Not thread-safe; raises RunFault where the page is to blame."""

    plan_type: ClassVar[type[Plan]] = Plan

    def __init__(
        self,
        plan: Plan,
        folder: str,
        trace: Callable[[str, str], None] | None = None,
        trace_blocks: frozenset[str] | None = None,
    ) -> None:
        """Build the graph. ``trace(block, "begin" | "end")`` is called around blocks (all, or ``trace_blocks``).

        Where all blocks are traced, the building of each is as well.
        """
        self.plan, self.folder = plan, Path(folder)
        self.graph = build_graph(plan, self.folder, trace if trace_blocks is None else None)
        self.sunk: dict[str, _Array] = {}
        # What a step returns may share the memory of a Variable, which later writes change in place.
        self.shares = any(n.op in VARIABLES or n.op == "TemporaryVariable" for n in plan.nodes)
        with self.graph.as_default():
            self._add_starts()
            sinks = {r for s in plan.sessions for f in s.fetches if f.dead and not f.handle for r in f.refs}
            self.sinks = {ref: self._add_sink(ref) for ref in sinks}
        self.marks = add_marks(self.graph, plan, trace, trace_blocks) if trace is not None else {}
        self.can_stage = can_stage(plan)
        self.stage: Stage | None = None  # made when a step is first probed
        self.checks: list[str] = []
        self.guarded: list[str] = []  # tensors
        self.bad_starts: dict[str, _Array] = {}  # start values of Variables that are not finite
        self.is_finite = True  # so were the guarded tensors in the step last probed
        self.stopwatch = Stopwatch(plan)
        self.measuring = False  # the time of each block, in the next step
        self.session = tf.compat.v1.Session(graph=self.graph, config=session_config())
        self.runs = self.call(self._prepare)

    def _prepare(self) -> list[SessionRun]:
        """Prepare each session's calls; TensorFlow makes the kernels here, and some refuse their attrs."""
        return [SessionRun(self, s) for s in self.plan.sessions]

    # --- start -----------------------------------------------------------------------------------------------

    def _add_starts(self) -> None:
        """Add to each Variable an Assign that is fed: large values never become part of the graph."""
        self.assigns: dict[str, tuple[tf.Tensor, tf.Operation]] = {}
        self.unset_checks: dict[str, tf.Tensor] = {}
        for variable in self.plan.variables:
            ref = self.graph.get_tensor_by_name(f"{variable.block}:0")
            with tf.device(self.plan.device or None):
                value = tf.compat.v1.placeholder(ref.dtype.base_dtype, name=f"{variable.block}/start/value")
                assign = tf.raw_ops.Assign(
                    ref=ref, value=value, validate_shape=False, name=f"{variable.block}/start/assign"
                )
                self.assigns[variable.block] = (value, assign.op)
                if variable.start == "none":
                    check = tf.raw_ops.IsVariableInitialized(ref=ref, name=f"{variable.block}/start/is_set")
                    self.unset_checks[variable.block] = check

    def _add_sink(self, ref: str) -> tf.Operation:
        """Add a target that keeps a tensor which may be dead: a dead one never calls it."""

        def keep(value: _Array) -> None:
            self.sunk[ref] = np.copy(value)

        return tf.numpy_function(keep, [self.graph.get_tensor_by_name(ref)], [])

    def initialise(self) -> None:
        """Give every Variable its start value; those that start from a wired tensor follow the others."""
        self.assign(
            {v.block: self._start(v.block) for v in self.plan.variables if v.start in ("value", "zeros")}
        )
        for variable in self.plan.variables:
            if variable.start == "wired" and variable.source is not None:
                self.assign({variable.block: self.call(partial(self.session.run, variable.source))})

    def _start(self, block: str) -> _Array:
        variable = next(v for v in self.plan.variables if v.block == block)
        if variable.value is not None:
            return array_of(variable.value, self.folder)
        shape = variable.shape or ()
        try:
            if variable.dtype == "DT_STRING":
                return np.full(shape, b"", object)
            return np.zeros(shape, numpy_type(variable.dtype))
        except (MemoryError, ValueError) as problem:  # ValueError: more elements than an index can count
            raise RunFault([error("out-of-memory", f"{block}: {problem}", block, "shape")]) from problem

    def assign(self, values: dict[str, _Array]) -> None:
        """Set Variables by block; raises RunFault where a value does not fit."""
        if values:
            feeds = {self.assigns[block][0]: value for block, value in values.items()}
            targets = [self.assigns[block][1] for block in values]
            self.call(lambda: self.session.run(targets, feeds))

    def restore(self, values: dict[str, _Array]) -> None:
        """Set Variables by block, as a snapshot has them; their dtypes become the Variables' own."""
        dtypes = {v.block: numpy_type(v.dtype) for v in self.plan.variables}
        self.assign({block: np.asarray(a).astype(dtypes[block], copy=False) for block, a in values.items()})

    def variables(self) -> dict[str, _Array]:
        """Return the value of every Variable that has one, by block."""
        unset = self.unset()
        blocks = [v.block for v in self.plan.variables if v.block not in unset]
        values = self.call(lambda: self.session.run([f"{b}:0" for b in blocks]))
        return dict(zip(blocks, values, strict=True))

    def unset(self) -> set[str]:
        """Return the Variables that nothing has assigned yet."""
        if not self.unset_checks:
            return set()
        found = self.call(lambda: self.session.run(self.unset_checks))
        return {block for block, is_set in found.items() if not is_set}

    # --- steps -----------------------------------------------------------------------------------------------

    def step(self) -> None:
        """Run every session once, in order; fetches nothing."""
        for run in self.runs:
            if self.measuring:
                self.call(self.do, run.only_targets)
            else:
                self.call(run.only_targets.run)

    def hold(self) -> Shown:
        """Do a step that fetches all; the answer, asked before the next step, gives some results or all (None).

        So a step that only might be the last one costs no copies of what nobody will look at.
        """
        if len(self.runs) == 1:
            return self.rescuing(self.runs[0], {}, lambda run: run.held(None))
        together = _Together()
        for run in self.runs:  # a later session may write what an earlier one shows
            shown = self.rescuing(run, together.results, lambda run: run.held(None))
            together.add(shown, with_tensors=bool(self.guarded))
        return together

    def probe(self, keys: frozenset[str]) -> tuple[Shown, Mapping[str, Any]]:
        """Do a step that might be the last one: as ``hold``, but cheaper where nobody asks for all results.

        Returns the watched results ``keys`` as well (as ``watch`` does) and sets ``is_finite``.
        """
        stage = self._stage()
        if stage is None:
            shown = self.hold()
            self.is_finite = are_finite(shown.tensors(), self.guarded)
            return shown, shown(keys) if keys else {}
        checks = self.checks
        staged, flags = self.rescuing(self.runs[0], {}, lambda run: run.staged(keys, checks, stage))
        self.is_finite = all(flags)
        return staged, staged.watched() if keys else {}

    def _stage(self) -> Stage | None:
        """Return where the steps that are probed leave what they show; None where that cannot be."""
        if not self.can_stage or self.stage is not None:
            return self.stage
        refs = staged_refs(self.plan, self.runs[0].feeds)
        self.can_stage = bool(refs)
        if refs:
            self.stage = Stage(self.graph, refs)
            self.checks = [add_check(self.graph, self.guarded)] if self.guarded else []
        return self.stage

    def quick(self, keys: frozenset[str], probe: bool) -> Quick | None:
        """Return the shortest way to do steps that read the results ``keys`` (or are probed); None if there is none."""
        stage = self._stage() if probe else None
        if len(self.runs) != 1 or (probe and stage is None):
            return None
        return self.runs[0].quick(keys, self.checks, stage)

    def set_guard(self, guard: bool | Sequence[str]) -> None:
        """Let ``probe`` look at the floats among these results, or among all (True), from the first step on."""
        self.guarded = list(guarded_refs(self.plan, guard))
        self.bad_starts = bad_starts(self.variables())

    def find_fault(self, step: int, shown: Shown) -> Problem:
        """Return the problem of a step that was not finite: which block made the first NaN or infinity."""
        starts = self.bad_starts if step == 1 else {}
        return not_finite(self.plan, step, shown.tensors(), starts)

    def rescuing(
        self, run: SessionRun, results: dict[str, Value], action: Callable[[SessionRun], Any]
    ) -> Any:
        """Run a session; where it fails, the fault bears ``results`` and what can be shown all the same."""
        try:
            return self.call(action, run)
        except RunFault as fault:
            rescued, problems = run.rescued(fault)
            raise RunFault(problems, {**results, **rescued}, fault.inputs) from fault

    def watch(self, keys: frozenset[str]) -> dict[str, Any]:
        """Run every session once, in order; fetch only the results ``keys``: Values, or NumPy scalars."""
        if len(self.runs) == 1:
            watched: dict[str, Any] = self.call(self.runs[0].watched, keys)
            return watched
        results: dict[str, Any] = {}
        for run in self.runs:
            results.update(self.call(run.watched, keys))
        return results

    def do(self, call: Call) -> Any:
        """Do a prepared call of a session, measured where the step is to be."""
        return self.stopwatch.run(call) if self.measuring else call.run()

    def call(self, action: Callable[..., Any], *args: Any) -> Any:
        """Call into TensorFlow; its exceptions become a RunFault that names block and pin."""
        try:
            return action(*args)
        except tf.errors.OpError as problem:
            name = problem.op.name if problem.op is not None else None
            raise run_fault(self, name, problem.message) from problem
        except (ValueError, TypeError, MemoryError) as problem:
            raise run_fault(self, None, str(problem)) from problem

    def close(self) -> None:
        """Release the session and the graph."""
        self.session.close()


class _Together:
    """What several sessions show in one step, taken from each before the next one runs."""

    def __init__(self) -> None:
        self.results: dict[str, Value] = {}
        self._tensors: dict[str, _Array] = {}

    def add(self, shown: Shown, with_tensors: bool) -> None:
        self.results.update(shown(None))
        if with_tensors:
            self._tensors.update({ref: np.copy(array) for ref, array in shown.tensors().items()})

    def __call__(self, keys: Keys) -> dict[str, Value]:
        return {k: v for k, v in self.results.items() if keys is None or k in keys}

    def tensors(self) -> dict[str, _Array]:
        return self._tensors
