"""Runs one page inside the worker: builds its graph, starts its Variables, steps its sessions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import tensorflow as tf
from tensorflow.core.protobuf import config_pb2, rewriter_config_pb2

from app.document.model.problems import Problem
from app.engine.compiler.plan import Plan
from app.engine.compiler.resource_form import as_built
from app.engine.compiler.run_values import RunValues, with_values
from app.engine.compiler.start_runs import start_runs, without_starts
from app.engine.diagnostics.odd_data import record_rests
from app.engine.ipc.requests import ClusterSession
from app.engine.tf.block_trace import add_marks
from app.engine.tf.cluster_session import LimitedSession, devices_for
from app.engine.tf.devices import absent_devices
from app.engine.tf.function_guards import FunctionGuards
from app.engine.tf.graph_builder import build_graph
from app.engine.tf.held_sources import HeldSources
from app.engine.tf.input_guards import InputGuards
from app.engine.tf.input_watch import InputWatch
from app.engine.tf.large_outputs import too_large
from app.engine.tf.nan_guard import add_check, are_finite, bad_starts, guarded_refs, not_finite
from app.engine.tf.python_functions import PythonFunctions
from app.engine.tf.replay import Replay, can_replay
from app.engine.tf.run_context import Array, RunContext
from app.engine.tf.session_calls import Quick, SessionRun
from app.engine.tf.sinks import PythonSinks, Sinks, StagedSinks, sunk_refs
from app.engine.tf.staging import Stage, can_stage, staged_refs
from app.engine.tf.static_types import monitor_warnings
from app.engine.tf.step_errors import in_tensorflow
from app.engine.tf.step_profile import Stopwatch
from app.engine.tf.together import Beginning, Together
from app.engine.tf.variables import Variables, add_assigns, add_unset_checks, add_values
from app.engine.values.results import Value
from app.engine.values.run_fault import EndOfData, RunFault
from app.engine.worker.session import Room, Shown, Trace
from blocks.catalog import load
from blocks.op_facts.datasets import TAKING_DATA
from blocks.op_facts.traits import MAKES_REF, RUNS_AGAIN_UNCHANGED

_LARGE = 25_000  # nodes; below, it saves no quarter of a second to prepare the first call beside other work


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
        trace: Trace | None = None,
        trace_blocks: frozenset[str] | None = None,
        room: Room | None = None,
        cluster: ClusterSession | None = None,
        fetches_all_first: bool = False,
    ) -> None:
        """Build the graph. ``trace(block, "begin" | "end")`` is called around blocks (all, or ``trace_blocks``).

        Where all blocks are traced, the building of each is as well. What is known to need more than ``room``
        is refused before anything runs. On a ``cluster`` nothing that takes Python is put beside the blocks.
        ``fetches_all_first``: of a large page the call of the first ``hold`` is prepared at once.
        """
        can_call = cluster is None
        plan = as_built(plan)
        each = trace if trace_blocks is None else None
        python = PythonFunctions(plan, Path(folder), each)
        inner_guards = FunctionGuards(python.plan, Path(folder), can_call=can_call)
        plan = inner_guards.plan
        graph = build_graph(plan, Path(folder), each, check_shapes=True)
        guards = InputGuards(graph, plan, can_call=can_call)
        self._starts = start_runs(guards.plan)
        self._shown = guards.plan  # with what is shown of the start values, which no step computes
        plan = without_starts(guards.plan, self._starts)
        assigns, unset_checks = add_assigns(graph, plan), add_unset_checks(graph, plan)
        marks = add_marks(graph, plan, trace, trace_blocks) if trace is not None else {}
        self._input_watch = InputWatch(graph, plan, can_call=can_call)
        held = HeldSources(graph, plan, can_hold=can_call)
        self.stopwatch = Stopwatch(plan)
        self._plan, self._assigns, self._room = plan, assigns, room
        self._values = add_values(graph, plan)
        context = RunContext(
            plan=plan,
            folder=Path(folder),
            graph=graph,
            session=_open_session(graph, cluster),
            stopwatch=self.stopwatch,
            guards=guards,
            inner_guards=inner_guards,
            marks=marks,
            looks=self._input_watch.looks,
            sinks=_sinks(graph, plan, cluster),
            cluster=cluster,
            unset_checks=unset_checks,
            shares=any(n.op in MAKES_REF for n in plan.nodes),
            python=python,
            held=held,
        )
        self._absent = absent_devices(plan, context.session) if cluster is None else []
        self._absent += monitor_warnings(self._shown, graph)
        self.devices = devices_for(plan, context.session, cluster) if cluster is not None else ()
        self._can_stage = not guards.exist and can_stage(plan)
        self._staging_area: Stage | None = None  # made when a step is first probed
        self._checks: list[str] = []
        self._guarded: list[str] = []  # tensors
        self._bad_starts: dict[str, Array] = {}  # start values of Variables that are not finite
        self.is_finite = True  # so were the guarded tensors in the step last probed
        self._leaves_state = leaves_state(plan)
        is_large = len(plan.nodes) >= _LARGE
        self._prepares_early = fetches_all_first and is_large and trace is None and can_call
        self._open(context)

    def _open(self, context: RunContext) -> None:
        """Prepare the calls of TensorFlow's session, which has run nothing yet."""
        self.context = context
        self._is_fresh = True
        self._variables = Variables(context, self._assigns, self._values)
        self._all: list[SessionRun] = in_tensorflow(context, self._prepare)
        self._runs = [run for run in self._all if not run.session.once]
        self._beginning = self._begun()
        self._replay_found: Replay | None = None
        self._can_replay = len(self._runs) == 1 and can_replay(context)
        self.may_end = any(run.session.takes_data for run in self._all)
        self._undoes = bool(context.plan.variables) and any(run.session.takes_data for run in self._runs[1:])
        if self._room is not None:
            with self._first_call_prepared():
                problems = too_large(self._shown, context.graph, self._room)
            if problems:
                self._refuse(problems)

    def renew(self, values: RunValues) -> None:
        """Get ready for another run, with values of its own, as if the page had just been built.

        Its Variables are to be started again. What else a run leaves behind (queues, iterators, how far random
        numbers have been drawn) goes with TensorFlow's session, in place of which comes a new one of the same graph.
        """
        context = replace(self.context, plan=with_values(self._plan, values))
        if self._leaves_state and not self._is_fresh:
            context.session.close()
            session = _open_session(context.graph, context.cluster)
            self._open(replace(context, session=session))
            return
        self.context = context
        self._variables = Variables(context, self._assigns, self._values)
        self._beginning = self._begun()
        for run, session in zip(self._all, context.plan.sessions, strict=True):
            run.renew(context, session)

    def _begun(self) -> Beginning:
        order = [fetch.key for session in self._shown.sessions for fetch in session.fetches]
        return Beginning([run for run in self._all if run.session.once], order)

    @property
    def warnings(self) -> list[Problem]:
        """Return what the page asks for and does not get here, and what was odd of its data so far."""
        return [*self._absent, *self._input_watch.found, *record_rests(self.context.plan)]

    def _prepare(self) -> list[SessionRun]:
        runs = [SessionRun(self.context, session) for session in self.context.plan.sessions]
        if len(runs) > 1:  # what cannot run at all is found before the first of them has run
            for run in runs:
                _ = run.only_targets
        return runs

    @contextmanager
    def _first_call_prepared(self) -> Iterator[None]:
        """Let TensorFlow prepare the call of the first step meanwhile, of a large page that fetches all in it.

        It does so without Python, so a thread of its own has a processor of its own.
        """
        is_early = self._prepares_early and len(self._runs) == 1 and not self.may_end
        work = self._runs[0].first_call() if is_early else None
        if work is None:
            yield
            return
        thread = Thread(target=work, name="first call", daemon=True)
        thread.start()
        try:
            yield
        finally:
            thread.join()

    def _refuse(self, problems: list[Problem]) -> None:
        """Raise RunFault for outputs that are known to take too much; it bears the results of all others."""
        fault = RunFault(problems)
        results: dict[str, Value] = {}
        for run in self._all:
            results.update(run.rescued(fault)[0])
        self.close()
        raise RunFault(problems, results)

    def initialise(self) -> None:
        """Give every Variable its start value; those that start from a wired tensor follow the others."""
        self._is_fresh = False
        tensors = self._variables.initialise(self._starts)
        fetches = [fetch for run in self._starts for fetch in run.fetches]
        if fetches:
            self._beginning.start(self._all[0].values(fetches, tensors, set()), tensors)

    def restore(self, values: dict[str, Array]) -> None:
        """Set Variables by block, as a snapshot has them; their dtypes become the Variables' own."""
        self._variables.restore(values)

    def variables(self) -> dict[str, Array]:
        """Return the value of every Variable that has one, by block."""
        return self._variables.values()

    def step(self) -> None:
        """Run every session once, in order; fetches nothing but where a guard may refuse an input."""
        if self.context.guards.exist:
            self.hold()  # so that the others' results of a step that is refused can be shown
            return
        self._beginning.run(with_tensors=False)
        with self._undone():
            for run in self._runs:
                in_tensorflow(self.context, run.step)

    def hold(self) -> Shown:
        """Do a step that fetches all; the answer, asked before the next step, gives some results or all (None).

        So a step that only might be the last one costs no copies of what nobody will look at.
        """
        beginning = self._beginning
        beginning.run(with_tensors=bool(self._guarded))
        if len(self._runs) == 1:
            run = self._runs[0]
            only: Shown = run.rescuing(beginning.results, partial(run.held, None))
            return beginning.beside(only)
        together = Together(beginning)
        with self._undone():
            for run in self._runs:  # a later session may write what an earlier one shows
                shown = run.rescuing(together.results, partial(run.held, None))
                together.add(shown, with_tensors=bool(self._guarded))
        return together

    @contextmanager
    def _undone(self) -> Iterator[None]:
        """Let the Variables go back where a session after the first one finds no element of a dataset."""
        before = self._variables.copies() if self._undoes else {}
        try:
            yield
        except EndOfData:
            self._variables.assign(before)
            raise

    def probe(self, keys: frozenset[str]) -> tuple[Shown, Mapping[str, Any]]:
        """Do a step that might be the last one: as ``hold``, but cheaper where nobody asks for all results.

        Returns the watched results ``keys`` as well (as ``watch`` does) and sets ``is_finite``.
        """
        stage = self._stage()
        if stage is None:
            shown = self.hold()
            self.is_finite = are_finite(shown.tensors(), self._guarded) if self._guarded else True
            return shown, shown(keys) if keys else {}
        beginning, run = self._beginning, self._runs[0]
        beginning.run(with_tensors=bool(self._guarded))
        staged, flags = run.rescuing(beginning.results, partial(run.staged, keys, self._checks, stage))
        self.is_finite = all(flags) and are_finite(beginning.tensors, self._guarded)
        return beginning.beside(staged), {**beginning.some(keys), **staged.watched()} if keys else {}

    def _stage(self) -> Stage | None:
        """Return where the steps that are probed leave what they show; None where that cannot be."""
        if not self._can_stage or self._staging_area is not None:
            return self._staging_area
        graph, plan, run = self.context.graph, self.context.plan, self._runs[0]
        refs = staged_refs(run.session, run.feeds)
        self._can_stage = bool(refs)
        if refs:
            taking = [n.name for n in plan.nodes if n.op in TAKING_DATA] if run.session.takes_data else []
            cluster = self.context.cluster
            container = "" if cluster is None else cluster.container
            self._staging_area = Stage(graph, run.packing(refs), taking, container)
            theirs = {ref for fetch in run.session.fetches for ref in fetch.refs}
            guarded = run.packing([ref for ref in self._guarded if ref in theirs]).tensors
            self._checks = [add_check(graph, guarded)] if guarded else []
        return self._staging_area

    def quick(self, keys: frozenset[str], probe: bool, inline: bool = False) -> Quick | None:
        """Return the shortest way to do steps that read the results ``keys`` (or are probed); None if there is none.

        ``inline``: in the calling thread, which is for ops that neither wait for others nor call functions.
        """
        if len(self._runs) != 1 or self.context.guards.exist:
            return None
        left: Stage | Replay | None = None
        if probe:
            left = self._replay() or self._stage()
            if left is None or (self._guarded and self._stage() is None):
                return None
        if not keys.isdisjoint(self._beginning.results):
            return None
        if inline and (
            self.context.cluster or self.context.plan.may_wait or _calls_functions(self.context.plan)
        ):
            return None
        run = self._runs[0]  # whose calls a cluster prepares in all its tasks
        checks = self._checks if probe else []
        made: Quick | None = in_tensorflow(
            self.context, run.quick, keys, checks, left, inline, self._beginning.beside
        )
        return made

    def _replay(self) -> Replay | None:
        """Return what does short steps again to have what the last of them shows; None where that cannot be."""
        if self._can_replay and self._replay_found is None:
            self._replay_found = Replay(self.context, self._variables, lambda keys: self.probe(keys)[0])
            self._can_replay = self._replay_found.is_short
        return self._replay_found if self._can_replay else None

    def set_guard(self, guard: bool | Sequence[str]) -> None:
        """Let ``probe`` look at the floats among these results, or among all (True), from the first step on."""
        self._guarded = list(guarded_refs(self._shown, guard))
        self._bad_starts = bad_starts(self.variables())

    def find_fault(self, step: int, shown: Shown) -> Problem:
        """Return the problem of a step that was not finite: which block made the first NaN or infinity."""
        starts = self._bad_starts if step == 1 else {}
        return not_finite(self._shown, step, shown.tensors(), starts)

    def watch(self, keys: frozenset[str]) -> dict[str, Any]:
        """Run every session once, in order; fetch only the results ``keys``: Values, or NumPy scalars."""
        if self.context.guards.exist:
            return dict(self.hold()(keys))
        self._beginning.run(with_tensors=False)
        results: dict[str, Any] = self._beginning.some(keys)
        with self._undone():
            for run in self._runs:
                results.update(in_tensorflow(self.context, run.watched, keys))
        return results

    def close(self) -> None:
        """Release the session and the graph."""
        self.context.session.close()
        self.context.python.close()


def leaves_state(plan: Plan) -> bool:
    """Return whether a run leaves more behind in TensorFlow's session than Variables that are started again."""
    if any(variable.start == "none" for variable in plan.variables):
        return True
    ops = ((name, load().op(name)) for name in {node.op for node in plan.all_nodes} - RUNS_AGAIN_UNCHANGED)
    return any(op is None or op.stateful for name, op in ops)


def _calls_functions(plan: Plan) -> bool:
    """Return whether an op of the page calls functions, whose ops may wait for each other."""
    ops = map(load().op, {n.op for n in plan.nodes})
    return any(op is None or any(a.type in ("func", "list(func)") for a in op.attrs) for op in ops)


def _open_session(graph: tf.Graph, cluster: ClusterSession | None) -> tf.compat.v1.Session:
    """Return TensorFlow's session of a graph: in this process, or on a cluster."""
    if cluster is None:
        return tf.compat.v1.Session(graph=graph, config=session_config())
    return LimitedSession(cluster, graph, session_config())


def _sinks(graph: tf.Graph, plan: Plan, cluster: ClusterSession | None) -> Sinks:
    """Add what takes the values of tensors that may be dead."""
    refs = sunk_refs(plan)
    return PythonSinks(graph, refs) if cluster is None else StagedSinks(graph, refs, cluster.container)
