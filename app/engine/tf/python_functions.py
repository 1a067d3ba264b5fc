"""The functions of a plan's Python blocks, registered with TensorFlow: its PyFunc nodes find them by their tokens."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import tensorflow as tf
from msgspec.structs import replace

from app.document.model.problems import Problem
from app.engine.compiler.plan import Plan, PlanNode, PythonCall
from app.engine.tf.protos import numpy_type
from app.engine.worker.python_calls import PythonCaller, modules_for
from app.engine.worker.python_modules import PythonModules
from app.engine.worker.session import Trace
from blocks.dtypes import BY_LABEL


def _with_tokens(nodes: Iterable[PlanNode], tokens: Mapping[str, bytes]) -> tuple[PlanNode, ...]:
    """Return the nodes with the tokens of the functions behind them, by their names."""
    return tuple(
        [replace(n, attrs={**n.attrs, "token": tokens[n.name]}) if n.name in tokens else n for n in nodes]
    )


class PythonFunctions:
    """Holds the functions for as long as their graph is used."""

    def __init__(self, plan: Plan, folder: Path, trace: Trace | None = None) -> None:
        """Import the functions; raises RunFault where a file fails. ``plan`` has their tokens afterwards.

        ``trace(block, "begin" | "end")`` is called around the import for each block: it may never end.
        """
        self.plan = plan
        self._modules: PythonModules | None = None
        self._callers: dict[str, PythonCaller] = {}
        self._graph = tf.Graph()  # holds the functions
        if plan.python_calls:
            sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # what they print is seen at once
            self._modules = modules_for(plan, folder)
            tokens = {call.block: self._traced(call, trace) for call in plan.python_calls}
            functions = [replace(f, nodes=_with_tokens(f.nodes, tokens)) for f in plan.functions]
            self.plan = replace(plan, nodes=_with_tokens(plan.nodes, tokens), functions=tuple(functions))

    def _traced(self, call: PythonCall, trace: Trace | None) -> bytes:
        if trace is None:
            return self._register(call)
        trace(call.block, "begin")
        token = self._register(call)
        trace(call.block, "end")
        return token

    def _register(self, call: PythonCall) -> bytes:
        assert self._modules is not None
        dtypes = {r.spec.dtype: numpy_type(BY_LABEL[r.spec.dtype].name) for r in call.results}
        caller = self._callers[call.block] = PythonCaller(call, self._modules, dtypes)
        with self._graph.as_default():
            made = tf.numpy_function(caller, [], [tf.float32])[0]
        token: bytes = made.op.get_attr("token")
        return token

    def problem_of(self, block: str) -> Problem | None:
        """Return why a block's function failed in its last call; None where it did not."""
        caller = self._callers.get(block)
        return caller.problem if caller is not None else None

    def close(self) -> None:
        """Forget the modules: the next run imports them anew."""
        if self._modules is not None:
            self._modules.close()
