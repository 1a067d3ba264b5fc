"""The prepared calls of one ClientSession: what a step fetches, and how it becomes results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import cached_property, partial
from typing import Any

import numpy as np
from tensorflow.core.protobuf import config_pb2

from app.document.model.problems import Problem
from app.engine.compiler.plan import Fetch, PlanSession
from app.engine.compiler.plan_walk import node_of
from app.engine.tf.cluster_session import LimitedSession
from app.engine.tf.op_walk import ops_needed
from app.engine.tf.packed_fetch import Packing, unpackable
from app.engine.tf.partial_results import is_stateless, rescue
from app.engine.tf.replay import Replay
from app.engine.tf.run_context import CLOSED_GATE, RunContext
from app.engine.tf.sinks import own_copy
from app.engine.tf.staging import Stage
from app.engine.tf.step_errors import in_tensorflow
from app.engine.tf.step_profile import Call
from app.engine.tf.variables import unset_variables
from app.engine.values.results import ListValue, NoValue, TensorValue, Value, as_array, tensor_of
from app.engine.values.run_fault import ClusterLost, EndOfData, RunFault
from app.engine.worker.session import Keys, Shown
from blocks.dtypes import DTYPES

_Prepared = tuple[Packing, Call]  # what a call fetches, and the call

# Dtypes whose numbers NumPy knows itself
_NATIVE = frozenset(
    {"bool", "float16", "float32", "float64"} | {f"{u}int{b}" for u in ("", "u") for b in (8, 16, 32, 64)}
)

Results = dict[str, Value]


class SessionRun:
    """The prepared calls of one ClientSession."""

    def __init__(self, context: RunContext, session: PlanSession) -> None:
        """Prepare nothing yet: where a call is prepared TensorFlow makes the kernels, and some refuse their attrs."""
        self.context, self.session = context, session
        self.feeds = context.feeds(session)
        self.unpackable = unpackable(context.plan, self.feeds, context.graph)
        self.targets = [*session.targets, *self._marks()]
        self.calls: dict[tuple[frozenset[str], Keys], _Prepared] = {}
        self.chosen: dict[Keys, tuple[Fetch, ...]] = {}
        self.unsettable: dict[Keys, bool] = {}
        self.plain: dict[frozenset[str], tuple[Call, list[tuple[str, str, int]]] | None] = {}
        self.checking: dict[tuple[frozenset[str], str], tuple[list[str], Call]] = {}
        self.staged_call: Call | None = None
        self._fed: list[Call] = []  # the calls that feed

    def renew(self, context: RunContext, session: PlanSession) -> None:
        """Begin another run of the same graph and session, which has other values to feed."""
        self.context, self.session = context, session
        self.feeds = context.feeds(session)
        for call in self._fed:
            call.feed(self.feeds)

    @cached_property
    def only_targets(self) -> Call:
        """Return the call that fetches nothing."""
        return self._callable([], [], {gate for gate, _ in self.session.shown_gates})

    def step(self) -> None:
        """Run once, fetch nothing."""
        self.context.stopwatch.run(self.only_targets)

    def _marks(self) -> list[str]:
        """Return the end marks of the blocks that this session runs, and the looks at their inputs."""
        context = self.context
        if not context.marks and not context.looks:
            return []
        names = [*self.session.targets, *(node_of(r) for f in self.session.fetches for r in f.refs)]
        runs = ops_needed(context.graph, names, {node_of(ref) for ref in self.feeds})
        return [m for marks in (context.marks, context.looks) for block, m in marks.items() if block in runs]

    def _callable(self, fetches: list[str], sinks: list[str], closed: set[str]) -> Call:
        """Prepare a run; ``closed`` are gates that are fed beside the session's own feeds."""
        feeds = {**self.feeds, **dict.fromkeys(closed, CLOSED_GATE)}
        options = config_pb2.CallableOptions(
            feed=list(feeds), fetch=fetches, target=dict.fromkeys([*self.targets, *sinks])
        )
        if isinstance(self.context.session, LimitedSession):
            self.context.session.limit(options)
        call = Call(self.context.session, options, list(feeds.values()))
        self._fed.append(call)
        return call

    def watched(self, keys: frozenset[str]) -> dict[str, Any]:
        """Run once and return those of the results ``keys`` that this session shows: Values, or NumPy scalars."""
        if keys not in self.plain:
            self.plain[keys] = self._plain(keys)
        plain = self.plain[keys]
        if plain is None:
            return self.held(keys)(None)
        call, places = plain
        values = self.context.stopwatch.run(call)
        return {key: _number_or_value(values[i], label) for key, label, i in places}

    def _plain(self, keys: frozenset[str]) -> tuple[Call, list[tuple[str, str, int]]] | None:
        """Return the call and where each key's value is in its answer, if all are plain numbers in every step.

        TensorFlow's threads fall asleep while Python works, so each microsecond between steps costs two.
        """
        fetches = self.chosen[keys] = tuple(f for f in self.session.fetches if f.key in keys)
        self.unsettable[keys] = any(f.unset for f in fetches)
        if not fetches or not all(self._is_plain(f) for f in fetches):
            return None
        packing, call = self._fetching(frozenset(), keys)
        if not packing.plain:
            return None
        places = {ref: i for i, ref in enumerate(packing.tensors)}
        return call, [(f.key, DTYPES[f.dtypes[0]].label, places[f.refs[0]]) for f in fetches]

    def _is_plain(self, fetch: Fetch) -> bool:
        is_special = fetch.is_list or fetch.dead or fetch.handle or fetch.unset or fetch.refs[0] in self.feeds
        return not is_special and DTYPES[fetch.dtypes[0]].kind in ("float", "int", "uint", "bool")

    def _choose(self, keys: Keys) -> tuple[Fetch, ...]:
        """Return what is fetched for ``keys``; note whether it may be without a value."""
        fetches = self.chosen.get(keys)
        if fetches is None:
            fetches = tuple(f for f in self.session.fetches if keys is None or f.key in keys)
            self.chosen[keys] = fetches
            self.unsettable[keys] = any(f.unset for f in fetches)
        return fetches

    def first_call(self) -> Callable[[], None] | None:
        """Return what prepares the call of a first ``held`` of all, beside what only reads the graph.

        None where it depends on the start values. Where TensorFlow refuses something ``held`` meets that again.
        """
        self._choose(None)
        if self.unsettable[None]:
            return None
        try:
            packing, prepare = self._preparing(frozenset(), None)
        except Exception:
            return None

        def work() -> None:
            with suppress(Exception):
                self.calls[frozenset(), None] = (packing, prepare())

        return work

    def held(self, keys: Keys) -> Shown:
        """Run once, fetch ``keys`` (None: all that is shown)."""
        fetches = self._choose(keys)
        if not fetches and keys is not None:
            self.step()
            return _Fetched(self, (), dict, set())
        unset = unset_variables(self.context) if self.unsettable[keys] else set()
        packing, call = self._fetching(frozenset(unset), keys)
        sunk: dict[str, Any] = {}
        if self.context.sinks.targets:
            self.context.sinks.clear(self.context.session)
        values = self.context.stopwatch.run(call)
        if self.context.sinks.targets:
            sunk = self.context.sinks.take(self.context.session)
        return _Fetched(self, fetches, lambda: self._with_feeds({**packing.split(values), **sunk}), unset)

    def staged(self, keys: frozenset[str], checks: list[str], stage: Stage) -> tuple[Staged, list[Any]]:
        """Run once, fetch the tensors ``checks``, which are returned, and what is shown only if it is asked for."""
        refs, call = self._checking(keys, checks, stage.put)
        values = self.context.stopwatch.run(call)
        return Staged(self, keys, dict(zip(refs, values, strict=False)), stage), values[len(refs) :]

    def quick(
        self,
        keys: frozenset[str],
        checks: list[str],
        left: Stage | Replay | None,
        inline: bool,
        beside: Callable[[Shown], Shown],
    ) -> Quick | None:
        """Return the shortest way to do steps that read ``keys``; None where these are not always plain numbers.

        ``left`` has what the last one shows. ``beside`` adds to that what was shown before the first one.
        """
        fetches = [f for f in self.session.fetches if f.key in keys]
        if not all(self._is_plain(f) and DTYPES[f.dtypes[0]].label in _NATIVE for f in fetches):
            return None
        self.chosen[keys], self.unsettable[keys] = tuple(fetches), False
        refs, call = list[str](), self.only_targets
        if checks or isinstance(left, Stage):
            refs, call = self._checking(keys, checks, left.put if isinstance(left, Stage) else "")
        elif keys:
            packing, call = self._fetching(frozenset(), keys)
            if not packing.plain:
                return None
            refs = packing.tensors
        columns = {f.key: refs.index(f.refs[0]) for f in fetches}
        return Quick(self, keys, refs, call.inline if inline else call, columns, left, beside)

    def _checking(self, keys: frozenset[str], checks: list[str], put: str) -> tuple[list[str], Call]:
        """Return the tensors of ``keys`` and the call that fetches them and ``checks``, and runs ``put`` if given."""
        if (keys, put) not in self.checking:
            fetches = self.chosen[keys] = tuple(f for f in self.session.fetches if f.key in keys)
            shown = {r: None for f in fetches if not f.handle for r in f.refs if r not in self.feeds}
            call = self._callable([*shown, *checks], [put] if put else [], set())
            self.checking[keys, put] = ([*shown], call)
        return self.checking[keys, put]

    def numbers(self, keys: frozenset[str], got: dict[str, Any]) -> dict[str, Any]:
        """Return watched results of a step that has fetched them: Values, or NumPy scalars."""
        found: dict[str, Any] = {}
        for fetch in self.chosen[keys]:
            value = got.get(fetch.refs[0]) if len(fetch.refs) == 1 else None
            if isinstance(value, np.generic) and not fetch.is_list:
                found[fetch.key] = value
            else:
                found[fetch.key] = self._value(fetch, self._with_feeds(got), set())
        return found

    def fetch_staged(self, stage: Stage) -> dict[str, Any]:
        """Return what the last step has left in the staging area, by tensor."""
        return self._with_feeds(stage.packing.split(in_tensorflow(self.context, self._staged, stage)))

    def _staged(self, stage: Stage) -> list[Any]:
        if self.staged_call is None:
            options = config_pb2.CallableOptions(fetch=stage.left)
            if isinstance(self.context.session, LimitedSession):
                self.context.session.limit(options)
            self.staged_call = Call(self.context.session, options, [])
        values: list[Any] = self.staged_call.run()
        return values

    def _with_feeds(self, got: dict[str, Any]) -> dict[str, Any]:
        for ref, value in self.feeds.items():
            got.setdefault(ref, value)
        return got

    def values(self, fetches: Iterable[Fetch], got: dict[str, Any], unset: set[str]) -> Results:
        """Make results of what was fetched; copies where Variables may share the memory."""
        chosen = list(fetches)
        if self.context.shares:
            got = {r: own_copy(got[r]) for f in chosen for r in f.refs if r in got}
        return {f.key: self._value(f, got, unset) for f in chosen}

    def rescuing(self, results: dict[str, Value], action: Callable[[], Any]) -> Any:
        """Do something with this session; where it fails, the fault bears ``results`` and what can be shown too."""
        try:
            return in_tensorflow(self.context, action)
        except (EndOfData, ClusterLost):
            raise
        except RunFault as fault:
            rescued, problems = self.rescued(fault)
            raise RunFault(problems, {**results, **rescued}, fault.inputs) from fault

    def rescued(self, fault: RunFault) -> tuple[dict[str, Value], list[Problem]]:
        """Return what can be shown although the step failed, and the problems of all blocks that fail."""
        plan, unsure = self.context.plan, self.context.guards.unsure
        if fault.results:  # all that the step has shown beside what was refused
            return fault.results, fault.problems
        if plan.gradients or self.feeds or not is_stateless(plan):
            return {}, fault.problems
        shown = [f for f in self.session.fetches if not f.handle and (not f.dead or f.key in unsure)]
        run = partial(in_tensorflow, self.context, self._computed)
        values, problems = rescue(plan, dict.fromkeys(r for f in shown for r in f.refs), fault, run)
        whole = [f for f in shown if f.refs and all(r in values for r in f.refs)]
        return {f.key: self._value(f, values, set()) for f in whole}, problems

    def _computed(self, refs: list[str]) -> list[Any]:
        """Return the values of some tensors, without a step."""
        packing = self.packing(refs)
        found = packing.split(self.context.session.run(packing.tensors))
        return [found[ref] for ref in refs]

    def packing(self, refs: Sequence[str]) -> Packing:
        """Return how to fetch some of the page's tensors, none of which may be dead."""
        return Packing(self.context.graph, refs, self.unpackable)

    def _fetching(self, unset: frozenset[str], keys: Keys) -> _Prepared:
        """Return the tensors fetched and the call for a state of the Variables; each is prepared once."""
        if (unset, keys) not in self.calls:
            packing, prepare = self._preparing(unset, keys)
            self.calls[unset, keys] = (packing, prepare())
        return self.calls[unset, keys]

    def _preparing(self, unset: frozenset[str], keys: Keys) -> tuple[Packing, Callable[[], Call]]:
        """Return the tensors fetched, for which the graph may get further nodes, and what prepares the call."""
        shown = [f for f in self.chosen[keys] if not f.handle and f.unset not in unset]
        direct = {r: None for f in shown if not f.dead for r in f.refs if r not in self.feeds}
        sinks = [self.context.sinks.targets[r] for r in {r: None for f in shown if f.dead for r in f.refs}]
        closed = {gate for gate, variable in self.session.shown_gates if variable in unset}
        if keys is not None:
            seen = {r.removesuffix("/read:0") for f in shown for r in f.refs}
            afters = any(r.endswith("/after:0") for r in seen)
            closed |= {g for g, v in self.session.shown_gates if v not in seen and not (afters and not v)}
        packing = self.packing(list(direct))
        return packing, partial(self._callable, packing.tensors, sinks, closed)

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
        if label in _NATIVE:
            return TensorValue(label, np.asarray(got[ref]))
        return tensor_of(got[ref], label)


class Quick:
    """Steps of a page's only session that read some plain numbers: the shortest way from one to the next.

    ``run`` does one and returns numbers and arrays: ``columns`` has the place of each key's; what the guard's
    checks say comes last. ``scalars``: they are numbers in every step.
    """

    def __init__(
        self,
        run: SessionRun,
        keys: frozenset[str],
        refs: list[str],
        call: Call,
        columns: dict[str, int],
        left: Stage | Replay | None,
        beside: Callable[[Shown], Shown],
    ) -> None:
        self.columns = columns
        self._run, self._keys, self._refs, self._left = run, keys, refs, left
        self._beside = beside
        self._call = call.run
        graph = run.context.graph
        self.scalars = all(graph.get_tensor_by_name(refs[c]).shape.rank == 0 for c in columns.values())

    def begin(self) -> None:
        """Get ready for the next steps, after which ``shown`` may be asked for."""
        if isinstance(self._left, Replay):
            self._left.begin()

    def run(self) -> list[Any]:
        """Do a step."""
        try:
            values: list[Any] = self._call()
        except Exception as problem:  # caught here, so that a step that goes well takes no longer for it
            values = self._run.rescuing({}, partial(_raise, problem))
        self._values = values
        return values

    def shown(self, steps: int) -> Shown | None:
        """Return what the last one of so many steps since ``begin`` shows, where it was left or can be had again."""
        if self._left is None:
            return None
        if isinstance(self._left, Replay):
            return self._left.shown(steps, self._call, self._keys)
        got = dict(zip(self._refs, self._values, strict=False))
        return self._beside(Staged(self._run, self._keys, got, self._left))


class _Fetched:
    """A step that was fetched as a whole, or the part of it that was asked for; ``get`` returns its tensors."""

    def __init__(
        self,
        run: SessionRun,
        fetches: tuple[Fetch, ...],
        get: Callable[[], dict[str, Any]],
        unset: set[str],
    ) -> None:
        self._run, self._fetches, self._get, self._unset = run, fetches, get, unset

    def __call__(self, keys: Keys) -> Results:
        chosen = (f for f in self._fetches if keys is None or f.key in keys)
        return self._run.values(chosen, self.tensors(), self._unset)

    def tensors(self) -> dict[str, Any]:
        return self._get()


class Staged:
    """A step of which only ``keys`` were fetched; the rest is fetched when it is asked for."""

    def __init__(self, run: SessionRun, keys: frozenset[str], got: dict[str, Any], stage: Stage) -> None:
        self._run, self._keys, self._got, self._stage = run, keys, got, stage

    def watched(self) -> dict[str, Any]:
        """Return the results ``keys``: Values, or NumPy scalars."""
        return self._run.numbers(self._keys, self._got)

    def __call__(self, keys: Keys) -> Results:
        fetches = self._run.session.fetches
        chosen = (f for f in fetches if keys is None or f.key in keys)
        return self._run.values(chosen, self.tensors(), set())

    def tensors(self) -> dict[str, Any]:
        return self._run.fetch_staged(self._stage)


def _raise(problem: Exception) -> None:
    raise problem


def _number_or_value(value: Any, label: str) -> Any:
    """Return a scalar as it is (the watcher takes no longer), any other tensor as a Value."""
    return value if isinstance(value, np.generic) else TensorValue(label, as_array(value))
