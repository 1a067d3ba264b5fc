"""A page that is built and has a session: what its calls need, and what explains their failures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from app.document.model.problems import error
from app.document.resources.companion_files import CompanionFault
from app.engine.compiler.plan import Plan, PlanSession
from app.engine.ipc.requests import ClusterSession
from app.engine.tf.function_guards import FunctionGuards
from app.engine.tf.held_sources import HeldSources
from app.engine.tf.input_guards import InputGuards
from app.engine.tf.protos import array_of
from app.engine.tf.python_functions import PythonFunctions
from app.engine.tf.sinks import Sinks
from app.engine.tf.step_profile import Stopwatch
from app.engine.values.run_fault import RunFault

Array = np.ndarray[Any, Any]
CLOSED_GATE = np.zeros((), np.int32)  # what a closed gate is fed with


@dataclass(frozen=True, kw_only=True, eq=False)
class RunContext:
    """The plan, the graph that was built of it, and TensorFlow's session of that graph."""

    plan: Plan
    folder: Path
    graph: tf.Graph
    session: tf.compat.v1.Session
    stopwatch: Stopwatch
    guards: InputGuards
    inner_guards: FunctionGuards
    marks: Mapping[str, str]  # block -> the node that marks its end, where blocks are traced
    looks: Mapping[str, str]  # block -> the node that looks for what is odd of its inputs
    sinks: Sinks  # for tensors that may be dead
    unset_checks: Mapping[str, tf.Tensor]  # Variable block that may be unset -> whether it is set
    python: PythonFunctions
    held: HeldSources
    cluster: ClusterSession | None  # where it runs; None: in this process
    shares: bool  # what a step returns may share the memory of a Variable, which later writes change in place

    @property
    def shared(self) -> dict[str, Array]:
        """Return what is fed to all that runs, by tensor: the numbers in which runs of one graph differ."""
        return {ref: array_of(value, self.folder) for ref, value in self.plan.shared.items()}

    def feeds(self, session: PlanSession, gates: Iterable[str] = ()) -> dict[str, Array]:
        """Return what a ClientSession feeds, by tensor; ``gates`` are closed beside those that it always closes.

        Raises RunFault where a value's file does not read.
        """
        try:
            feeds = {ref: array_of(value, self.folder) for ref, value in session.feeds}
        except CompanionFault as fault:
            raise RunFault([error("missing-array", fault.sentence)]) from fault
        return feeds | self.shared | dict.fromkeys((*session.closed_gates, *gates), CLOSED_GATE)
