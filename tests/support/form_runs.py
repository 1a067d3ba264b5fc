"""Runs a plan as a page and in resource form, the latter by TensorFlow alone, and gives the bits of both."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from app.engine.compiler.plan import Fetch, Plan, PlanSession
from app.engine.compiler.resource_form import resource_form
from app.engine.tf.graph_builder import build_graph
from app.engine.tf.page_session import PageSession, session_config
from app.engine.tf.protos import array_of
from app.engine.values.results import ListValue, NoValue, Value
from app.messages import message_of
from blocks.dtypes import DTYPES

Bits = tuple[Any, ...] | str  # dtype, shape and bytes of a tensor, of each of a list, or why there is none
_NO_PATH = np.zeros((), np.int32)


def bits_of(value: Any) -> Bits:
    """Return what makes two arrays equal to the last bit."""
    array = np.asarray(value, object if isinstance(value, bytes) else None)
    if array.dtype == object:
        return "object", array.shape, tuple(array.ravel().tolist())
    return array.dtype.str, array.shape, array.tobytes()


def page_bits(plan: Plan, folder: Path, steps: int) -> tuple[dict[str, Bits], dict[str, Any]]:
    """Return what the last step of a page shows and its Variables hold, and the values with which these started."""
    os.chdir(folder)
    session = PageSession(plan, str(folder))
    session.initialise()
    start = session.variables()
    for _ in range(steps):
        shown = session.hold()
    results = {key: _value_bits(value) for key, value in shown(None).items()}
    held = {f"{block}'s": bits_of(value) for block, value in session.variables().items()}
    session.close()
    return {**results, **held}, start


def _value_bits(value: Value) -> Bits:
    if isinstance(value, ListValue):
        return tuple(_value_bits(item) for item in value.items)
    return value.reason if isinstance(value, NoValue) else bits_of(value.array)


def form_bits(plan: Plan, folder: Path, steps: int, start: Mapping[str, Any]) -> dict[str, Bits]:
    """Return what the last step shows of the plan in resource form, and what its Variables hold."""
    form = resource_form(plan)
    assert not form.problems, [message_of(p) for p in form.problems]
    return _FormRun(form.plan, folder, start).after(steps)


class _FormRun:
    """A plan in resource form in a session of its own."""

    def __init__(self, plan: Plan, folder: Path, start: Mapping[str, Any]) -> None:
        self.plan, self.folder = plan, folder
        self.graph = build_graph(plan, folder)
        self.sunk: dict[str, Any] = {}
        with self.graph.as_default():
            assigns, feeds = [], {}
            for block, value in start.items():
                handle = self.graph.get_tensor_by_name(f"{block}:0")
                fed = tf.compat.v1.placeholder(handle.op.get_attr("dtype"))
                assigns.append(tf.raw_ops.AssignVariableOp(resource=handle, value=fed))
                feeds[fed] = value
            self.set = {
                v.block: tf.raw_ops.VarIsInitializedOp(resource=self.graph.get_tensor_by_name(f"{v.block}:0"))
                for v in plan.variables
            }
            self.values = {
                v.block: tf.raw_ops.ReadVariableOp(
                    resource=self.graph.get_tensor_by_name(f"{v.block}:0"), dtype=DTYPES[v.dtype].number
                )
                for v in plan.variables
            }
            dead = {r for s in plan.sessions for f in s.fetches if f.dead and not f.handle for r in f.refs}
            self.sinks = {ref: self._sink(ref) for ref in dead}
        self.session = tf.compat.v1.Session(graph=self.graph, config=session_config())
        self.session.run(assigns, feeds)

    def _sink(self, ref: str) -> tf.Operation:
        def take(value: Any) -> None:
            self.sunk[ref] = np.array(value)

        return tf.numpy_function(take, [self.graph.get_tensor_by_name(ref)], [])

    def after(self, steps: int) -> dict[str, Bits]:
        shown: dict[str, Bits] = {}
        for step in range(steps):
            first, rest = (
                [s for s in self.plan.sessions if s.once],
                [s for s in self.plan.sessions if not s.once],
            )
            for one in [*(first if step == 0 else ()), *rest]:
                shown.update(self._run(one))
        is_set = self.session.run(self.set)
        held = self.session.run({block: read for block, read in self.values.items() if is_set[block]})
        self.session.close()
        return {**shown, **{f"{block}'s": bits_of(value) for block, value in held.items()}}

    def _run(self, session: PlanSession) -> dict[str, Bits]:
        feeds = {ref: array_of(value, self.folder) for ref, value in session.feeds}
        feeds |= dict.fromkeys(session.closed_gates, _NO_PATH)
        is_set = self.session.run(self.set)
        unset = {v for v, known in is_set.items() if not known}
        feeds |= {gate: _NO_PATH for gate, variable in session.shown_gates if variable in unset}
        seen = [f for f in session.fetches if not f.handle and f.unset not in unset]
        live = {r: r for f in seen if not f.dead for r in f.refs if r not in feeds}
        sinks = [self.sinks[r] for f in seen if f.dead for r in f.refs]
        self.sunk.clear()
        got = self.session.run([live, list(session.targets), sinks], feeds)[0]
        return {f.key: self._bits(f, {**got, **self.sunk, **feeds}, unset) for f in session.fetches}

    def _bits(self, fetch: Fetch, got: Mapping[str, Any], unset: set[str]) -> Bits:
        if fetch.handle:
            found: list[Bits] = ["handle" for _ in fetch.refs]
        elif fetch.unset in unset:
            found = ["uninitialized" for _ in fetch.refs]
        else:
            found = [bits_of(got[r]) if r in got else "dead" for r in fetch.refs]
        return tuple(found) if fetch.is_list else found[0]
