"""TensorFlow's session of a page that runs on a cluster: every call has a time limit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import tensorflow as tf
from tensorflow.core.protobuf import config_pb2

from app.document.model.problems import Problem, error
from app.document.model.sentence import say
from app.engine.analysis.cluster_fit import absent_task
from app.engine.compiler.plan import Plan
from app.engine.ipc.requests import ClusterSession
from app.engine.tf.task_server import ops_digest
from app.engine.values.run_fault import ClusterLost, RunFault

_FROM = re.compile(r"\A(?:From /job:\w+/replica:\d+/task:\d+:\n)+")
_ON_THE_WAY = re.compile(r"\n?Additional GRPC error information from remote target .*", re.DOTALL)
_LOST = (tf.errors.UnavailableError, tf.errors.AbortedError, tf.errors.DeadlineExceededError)


class LimitedSession(tf.compat.v1.Session):
    """A session whose calls end, well or not, within a time limit."""

    def __init__(self, cluster: ClusterSession, graph: tf.Graph, config: config_pb2.ConfigProto) -> None:
        """Connect to the master when the first call is made."""
        self._limit = max(1, int(cluster.step_limit * 1000))
        config.operation_timeout_in_ms = self._limit
        super().__init__(cluster.target, graph=graph, config=config)

    def run(self, fetches: Any, feed_dict: Any = None, options: Any = None, run_metadata: Any = None) -> Any:
        """Do a call within the limit."""
        limited = config_pb2.RunOptions()
        if options is not None:
            limited.CopyFrom(options)
        limited.timeout_in_ms = self._limit
        return super().run(fetches, feed_dict, limited, run_metadata)

    def limit(self, options: config_pb2.CallableOptions) -> None:
        """Give a prepared call the limit."""
        options.run_options.timeout_in_ms = self._limit


def devices_for(plan: Plan, session: tf.compat.v1.Session, cluster: ClusterSession) -> tuple[str, ...]:
    """Return the devices that the tasks have.

    Raises RunFault where they have another TensorFlow, or lack a device that the page names.
    """
    problems = _other_versions(cluster)
    if problems:
        raise RunFault(problems)
    try:
        there = [tf.compat.v1.DeviceSpec.from_string(device.name) for device in session.list_devices()]
    except tf.errors.OpError as problem:
        raise lost(problem) or problem from problem
    shown = tuple([_short(spec) for spec in there])
    absent = _absent(plan, there, shown)
    if absent:
        raise RunFault(absent)
    return shown


def _other_versions(cluster: ClusterSession) -> list[Problem]:
    ours, ops = tf.__version__, ops_digest()
    found = []
    for task in cluster.tasks:
        if _release(task.tensorflow) != _release(ours):
            sentence = say("cluster.other-version", task=task.name, theirs=task.tensorflow, ours=ours)
            found.append(error("bad-cluster", sentence))
        elif task.ops != ops:
            found.append(error("bad-cluster", say("cluster.other-ops", task=task.name, version=ours)))
    return found


def _release(version: str) -> tuple[str, ...]:
    return tuple(version.split(".")[:2])


def _absent(plan: Plan, there: Sequence[Any], shown: tuple[str, ...]) -> list[Problem]:
    named: dict[str | None, str] = {b: d for b, d in plan.device_settings.items() if b in plan.all_symbols}
    named[None] = plan.device
    return [
        absent_task(device, shown, block)
        for block, device in named.items()
        if not any(_fits(tf.compat.v1.DeviceSpec.from_string(device), spec) for spec in there)
    ]


def _fits(asked: Any, there: Any) -> bool:
    """Return whether a device is one that a name asks for, as far as the name says."""
    parts = ("job", "task", "device_index")
    if any(getattr(asked, part) not in (None, getattr(there, part)) for part in parts):
        return False
    return asked.device_type in (None, "*") or asked.device_type.upper() == there.device_type.upper()


def _short(spec: Any) -> str:
    return f"/job:{spec.job}/task:{spec.task}/{spec.device_type.lower()}:{spec.device_index}"


def as_at_home(message: str) -> str:
    """Return what TensorFlow says of a failed op, without which task said it and how that came here."""
    return _ON_THE_WAY.sub("", _FROM.sub("", message))


def lost(problem: Exception) -> ClusterLost | None:
    """Return the fault of a call that failed as a task is gone, or too late; None where it is another fault.

    Which task that is, the tasks themselves say, when they are asked.
    """
    if not isinstance(problem, _LOST):
        return None
    late = isinstance(problem, tf.errors.DeadlineExceededError)
    return ClusterLost(error("cluster-fault", say("cluster.lost"), detail=problem.message), late=late)
