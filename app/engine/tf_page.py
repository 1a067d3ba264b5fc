"""Runs one page inside the worker: builds its graph, starts its Variables, steps its sessions."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow.core.protobuf import config_pb2, rewriter_config_pb2

from app.document.problems import Problem, error
from app.engine.faults import RunFault
from app.engine.op_traits import VARIABLES
from app.engine.plan_types import Fetch, Plan, PlanSession
from app.engine.results import ListValue, NoValue, TensorValue, Value, tensor_of
from app.engine.tf_attrs import array_of, numpy_type
from app.engine.tf_errors import run_problem
from app.engine.tf_graph import build_graph
from app.engine.tf_rescue import keeps_no_state, rescue
from app.engine.tf_trace import add_marks
from blocks.dtypes import DTYPES

_Array = np.ndarray[Any, Any]
_Call = tuple[list[str], Callable[[], Any]]  # the tensors that a call fetches, and the call
_CLOSED = np.zeros((), np.int32)  # what a closed gate is fed with


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
        self.session = tf.compat.v1.Session(graph=self.graph, config=session_config())
        self.runs = self.call(self._prepare)

    def _prepare(self) -> list[_SessionRun]:
        """Prepare each session's calls; TensorFlow makes the kernels here, and some refuse their attrs."""
        return [_SessionRun(self, s) for s in self.plan.sessions]

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
            self.call(run.only_targets)

    def hold(self) -> Callable[[frozenset[str] | None], dict[str, Value]]:
        """Do a step that fetches all; the answer, asked before the next step, gives some results or all (None).

        So a step that only might be the last one costs no copies of what nobody will look at.
        """
        if len(self.runs) == 1:
            return self._rescuing(self.runs[0], {})
        results: dict[str, Value] = {}
        for run in self.runs:  # a later session may write what an earlier one shows
            results.update(self._rescuing(run, results)(None))
        return lambda wanted: {k: v for k, v in results.items() if wanted is None or k in wanted}

    def _rescuing(
        self, run: _SessionRun, results: dict[str, Value]
    ) -> Callable[[frozenset[str] | None], dict[str, Value]]:
        """Run a session; where it fails, the fault bears ``results`` and what can be shown all the same."""
        try:
            return self.call(run.held, None)
        except RunFault as fault:
            rescued, problems = run.rescued(fault)
            raise RunFault(problems, {**results, **rescued}) from fault

    def watch(self, keys: frozenset[str]) -> dict[str, Value]:
        """Run every session once, in order; fetch only the results ``keys``."""
        results: dict[str, Value] = {}
        for run in self.runs:
            results.update(self.call(run.watched, keys))
        return results

    def call(self, action: Callable[..., Any], *args: Any) -> Any:
        """Call into TensorFlow; its exceptions become a RunFault that names block and pin."""
        try:
            return action(*args)
        except tf.errors.OpError as problem:
            name = problem.op.name if problem.op is not None else None
            raise RunFault([run_problem(self.plan, name, problem.message)]) from problem
        except (ValueError, TypeError, MemoryError) as problem:
            raise RunFault([run_problem(self.plan, None, str(problem))]) from problem

    def close(self) -> None:
        """Release the session and the graph."""
        self.session.close()


class _SessionRun:
    """The prepared calls of one ClientSession."""

    def __init__(self, page: PageSession, session: PlanSession) -> None:
        self.page, self.session = page, session
        self.feeds = {ref: array_of(value, page.folder) for ref, value in session.feeds}
        self.feeds.update(dict.fromkeys(session.closed_gates, _CLOSED))
        self.targets = [*session.targets, *self._marks()]
        self.calls: dict[tuple[frozenset[str], frozenset[str] | None], _Call] = {}
        self.chosen: dict[frozenset[str] | None, tuple[Fetch, ...]] = {}
        self.unsettable: dict[frozenset[str] | None, bool] = {}
        self.plain: dict[frozenset[str], tuple[Callable[[], Any], list[tuple[str, str, int]]] | None] = {}
        self.only_targets = self._callable([], [], {gate for gate, _ in session.shown_gates})

    def _marks(self) -> list[str]:
        """Return the end marks of the blocks that this session runs."""
        if not self.page.marks:
            return []
        graph, fed = self.page.graph, {ref.split(":")[0] for ref in self.feeds}
        names = [*self.session.targets, *(r.split(":")[0] for f in self.session.fetches for r in f.refs)]
        todo = [graph.get_operation_by_name(n) for n in names]
        seen: set[str] = set()
        while todo:
            op = todo.pop()
            if op.name not in seen and op.name not in fed:
                seen.add(op.name)
                todo += [*(i.op for i in op.inputs), *op.control_inputs]
        return [mark for block, mark in self.page.marks.items() if block in seen]

    def _callable(self, fetches: list[str], sinks: list[str], closed: set[str]) -> Callable[[], Any]:
        """Prepare a run; ``closed`` are gates that are fed beside the session's own feeds."""
        feeds = {**self.feeds, **dict.fromkeys(closed, _CLOSED)}
        options = config_pb2.CallableOptions(
            feed=list(feeds), fetch=fetches, target=dict.fromkeys([*self.targets, *sinks])
        )
        call = self.page.session._make_callable_from_options(options)
        return partial(call, *feeds.values())

    def watched(self, keys: frozenset[str]) -> dict[str, Value]:
        """Run once and return those of the results ``keys`` that this session shows."""
        if keys not in self.plain:
            self.plain[keys] = self._plain(keys)
        plain = self.plain[keys]
        if plain is None:
            return self.held(keys)(None)
        call, places = plain
        values = call()
        return {key: TensorValue(label, np.array(values[i])) for key, label, i in places}

    def _plain(self, keys: frozenset[str]) -> tuple[Callable[[], Any], list[tuple[str, str, int]]] | None:
        """Return the call and where each key's value is in its answer, if all are plain numbers in every step.

        TensorFlow's threads fall asleep while Python works, so each microsecond between steps costs two.
        """
        fetches = self.chosen[keys] = tuple(f for f in self.session.fetches if f.key in keys)
        self.unsettable[keys] = any(f.unset for f in fetches)
        if not fetches or not all(self._is_plain(f) for f in fetches):
            return None
        refs, call = self._fetching(frozenset(), keys)
        return call, [(f.key, DTYPES[f.dtypes[0]].label, refs.index(f.refs[0])) for f in fetches]

    def _is_plain(self, fetch: Fetch) -> bool:
        is_special = fetch.is_list or fetch.dead or fetch.handle or fetch.unset or fetch.refs[0] in self.feeds
        return not is_special and DTYPES[fetch.dtypes[0]].kind in ("float", "int", "uint", "bool")

    def held(self, keys: frozenset[str] | None) -> Callable[[frozenset[str] | None], dict[str, Value]]:
        """Run once, fetch ``keys`` (None: all that is shown); the answer makes results of some or all of them.

        To be asked before the next run, which may change the memory that the tensors share with Variables.
        """
        fetches = self.chosen.get(keys)
        if fetches is None:
            fetches = tuple(f for f in self.session.fetches if keys is None or f.key in keys)
            self.chosen[keys] = fetches
            self.unsettable[keys] = any(f.unset for f in fetches)
        if not fetches and keys is not None:
            self.only_targets()
            return lambda wanted: {}
        unset = self.page.unset() if self.unsettable[keys] else set()
        refs, call = self._fetching(frozenset(unset), keys)
        if self.page.sinks:
            self.page.sunk.clear()
        values = call()
        got = dict(zip(refs, values, strict=True))
        if self.feeds:
            got.update({ref: value for ref, value in self.feeds.items() if ref not in got})
        got.update(self.page.sunk)

        def results(wanted: frozenset[str] | None) -> dict[str, Value]:
            chosen = [f for f in fetches if wanted is None or f.key in wanted]
            found = got
            if self.page.shares:
                found = {r: np.copy(got[r]) for f in chosen for r in f.refs if r in got}
            return {f.key: self._value(f, found, unset) for f in chosen}

        return results

    def rescued(self, fault: RunFault) -> tuple[dict[str, Value], list[Problem]]:
        """Return what can be shown although the step failed, and the problems of all blocks that fail."""
        plan = self.page.plan
        if plan.gradients or self.feeds or not keeps_no_state(plan):
            return {}, fault.problems
        shown = [f for f in self.session.fetches if not f.handle and not f.dead]
        run = partial(self.page.call, self.page.session.run)
        values, problems = rescue(plan, dict.fromkeys(r for f in shown for r in f.refs), fault, run)
        whole = [f for f in shown if f.refs and all(r in values for r in f.refs)]
        return {f.key: self._value(f, values, set()) for f in whole}, problems

    def _fetching(self, unset: frozenset[str], keys: frozenset[str] | None) -> _Call:
        """Return the tensors fetched and the call for a state of the Variables; each is prepared once."""
        if (unset, keys) not in self.calls:
            shown = [f for f in self.chosen[keys] if not f.handle and f.unset not in unset]
            direct = {r: None for f in shown if not f.dead for r in f.refs if r not in self.feeds}
            sinks = [self.page.sinks[r].name for r in {r: None for f in shown if f.dead for r in f.refs}]
            closed = {gate for gate, variable in self.session.shown_gates if variable in unset}
            if keys is not None:
                seen = {r.removesuffix("/read:0") for f in shown for r in f.refs}
                afters = any(r.endswith("/after:0") for r in seen)
                closed |= {g for g, v in self.session.shown_gates if v not in seen and not (afters and not v)}
            self.calls[unset, keys] = (list(direct), self._callable(list(direct), sinks, closed))
        return self.calls[unset, keys]

    def _value(self, fetch: Fetch, got: dict[str, Any], unset: set[str]) -> Value:
        if fetch.is_list:
            return ListValue(
                tuple(
                    self._one(fetch, r, d, got, unset) for r, d in zip(fetch.refs, fetch.dtypes, strict=True)
                )
            )
        return self._one(fetch, fetch.refs[0], fetch.dtypes[0], got, unset)

    def _one(
        self, fetch: Fetch, ref: str, dtype: str, got: dict[str, Any], unset: set[str]
    ) -> TensorValue | NoValue:
        label = DTYPES[dtype].label
        if fetch.handle:
            return NoValue(label, "handle")
        if fetch.unset in unset:
            return NoValue(label, "uninitialized")
        if ref not in got:
            return NoValue(label, "dead")
        return tensor_of(got[ref], label)
