"""Where a step spends its time: TensorFlow's own trace of single steps, summed by block."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from tensorflow.core.protobuf import config_pb2

from app.engine.compiler.plan import Plan
from app.engine.compiler.plan_walk import place_behind
from app.engine.tf.cluster_session import LimitedSession

_CALLING_THREAD = -1  # as the number of a pool


class Call:
    """One prepared call of a session. ``run`` does it, in the shortest way that there is."""

    def __init__(self, session: Any, options: config_pb2.CallableOptions, values: list[Any]) -> None:
        """Prepare the call; ``values`` are what its feeds get."""
        self._session, self._options = session, options
        self._call = session._make_callable_from_options(options)
        self._inline: Call | None = None
        self._traced: Any = None  # prepared when it is first measured
        self._bind(values)

    def _bind(self, values: list[Any]) -> None:
        self._values = values
        self.run = partial(self._call, *values)

    def feed(self, values: Mapping[str, Any]) -> None:
        """Let the feeds among these tensors get these values from now on."""
        names = self._options.feed
        self._bind([values.get(name, old) for name, old in zip(names, self._values, strict=True)])
        if self._inline is not None:
            self._inline.feed(values)

    @property
    def inline(self) -> Call:
        """Return the same call, done in the calling thread by itself: short calls take half as long so."""
        if self._inline is None:
            options = config_pb2.CallableOptions()
            options.CopyFrom(self._options)
            options.run_options.inter_op_thread_pool = _CALLING_THREAD
            self._inline = Call(self._session, options, self._values)
        return self._inline

    def measured(self, metadata: config_pb2.RunMetadata) -> Any:
        """Do the call with a full trace, which goes to ``metadata``."""
        if isinstance(self._session, LimitedSession):
            return self._measured_apart(metadata)
        if self._traced is None:
            options = config_pb2.CallableOptions()
            options.CopyFrom(self._options)
            options.run_options.trace_level = config_pb2.RunOptions.FULL_TRACE
            self._traced = self._session._make_callable_from_options(options)
        return self._traced(*self._values, run_metadata=metadata)

    def _measured_apart(self, metadata: config_pb2.RunMetadata) -> Any:
        """Do the call with a full trace on a cluster, where prepared calls have none."""
        known, graph = self._options, self._session.graph
        targets = [graph.get_operation_by_name(name) for name in known.target]
        fed = dict(zip(known.feed, self._values, strict=True))
        full = config_pb2.RunOptions(trace_level=config_pb2.RunOptions.FULL_TRACE)
        return self._session.run([list(known.fetch), targets], fed, full, metadata)[0]


class Stopwatch:
    """Measures the calls of one step at a time and sums the seconds of each block (kernels that wait count too)."""

    def __init__(self, plan: Plan) -> None:
        """Know the plan's blocks; what belongs to none of them is counted under ""."""
        self._blocks = {"": "", **{node.name: node.block for node in plan.nodes}}
        self._known = set(plan.symbols)
        self._seconds: dict[str, float] = {}
        self.running = False  # calls are measured

    def run(self, call: Call) -> Any:
        """Do a call; while this is running, note what it spends."""
        if not self.running:
            return call.run()
        metadata = config_pb2.RunMetadata()
        values = call.measured(metadata)
        for device in metadata.step_stats.dev_stats:
            for node in device.node_stats:
                block = self._block_of(node.node_name)
                spent = node.op_end_rel_nanos - node.op_start_rel_nanos
                self._seconds[block] = self._seconds.get(block, 0.0) + max(0, spent) * 1e-9
        return values

    def take(self) -> dict[str, float]:
        """Return the seconds by block since the last time."""
        taken, self._seconds = self._seconds, {}
        return taken

    def _block_of(self, node: str) -> str:
        block = self._blocks.get(node)
        if block is None:  # such as the nodes of a gradient, which are named below its block
            block = self._blocks[node] = place_behind(self._known, node) or ""
        return block
