"""The worker's handler that runs a page: builds it, does its steps, holds it for further orders, answers."""

from __future__ import annotations

import os
from typing import Any

import msgspec
import numpy as np

from app.document.model.problems import Problem, error
from app.engine.compiler.errors import RunFault
from app.engine.ipc.messages import Buffer, Going, Holding, RunOrder, RunReply, Why, pack, unpack
from app.engine.values.results import ListValue, TensorValue, Value
from app.engine.worker.client import Link
from app.engine.worker.main import limit_memory, load
from app.engine.worker.run_loop import Clock, RunLoop
from app.engine.worker.watcher import Watcher

_SHOWN_SHARE = 16  # results may take this part of the memory: as text they take about ten times as much


def run_page(body: bytes, link: Link) -> None:
    """Build a page and run its steps (handler of a RunOrder): one RunReply, then the graph is released."""
    order = msgspec.msgpack.decode(body, type=RunOrder)
    os.chdir(order.folder)
    limit_memory(order.memory_limit)
    link.begin(order.pace, order.times)
    plan = msgspec.msgpack.decode(order.plan, type=load(order.plan_type))
    run = _Run(order, link)
    session = None
    buffers: list[Buffer] = []
    try:
        session = load(order.session)(plan, order.folder, **_traced(order, link))
        session.initialise()
        if order.start:
            session.restore(_start_values(order))
        reply = run.do(session, buffers)
    except RunFault as fault:
        buffers.clear()
        reply = RunReply(
            steps=link.board.done,
            seconds=run.clock.seconds,
            results=pack(fault.results, buffers),
            problems=fault.problems,
            inputs=pack(fault.inputs, buffers),
        )
    run.send_what_waits()
    link.reply(reply, buffers)
    if session is not None:
        session.close()


class _Run:
    """One run of a built page, with all the times that it is held."""

    def __init__(self, order: RunOrder, link: Link) -> None:
        self.clock = Clock()
        self._order, self._link = order, link
        self._watcher = Watcher(order.watch, order.until, link.send)

    def do(self, session: Any, buffers: list[Buffer]) -> RunReply:
        """Do the steps, hold, go on, until the run ends; returns the reply, its arrays are added to ``buffers``."""
        loop = RunLoop(session, self._order, self._link, self._watcher, self.clock)
        end = loop.run()
        problems = self._watcher.missed(loop.done) if end == "done" else []
        problems += [loop.fault] if loop.fault else []
        while self._order.hold and end != "stopped" and self._hold(loop, end, problems):
            end = loop.run()
            problems = [loop.fault] if loop.fault else []
        self._link.board.tell_delivering(True)
        results = loop.results()
        self._check_size(results)
        short = (
            not self._order.hold and end not in ("reached", "guard") and _less(loop.done, self._order.steps)
        )
        return RunReply(
            steps=loop.done,
            seconds=self.clock.seconds,
            results=pack(results, buffers),
            problems=problems,
            stopped=end == "stopped",
            short=short,
            variables=loop.variables(buffers) if self._order.variables or self._order.hold else {},
        )

    def _hold(self, loop: RunLoop, why: Why, problems: list[Problem]) -> bool:
        """Tell that the run is held and wait; tells whether it goes on (else it is to end)."""
        self.clock.hold()
        self._link.board.tell_delivering(True)
        self.send_what_waits()
        results = loop.results()
        try:
            self._check_size(results)
        except RunFault as fault:  # the state is worth more than what cannot be shown
            results, problems = fault.results, [*problems, *fault.problems]
        buffers: list[Buffer] = []
        packed = pack(results, buffers)
        told = Holding(loop.done, self.clock.seconds, why, packed, loop.variables(buffers), problems)
        self._link.send(told, buffers)
        self._link.board.tell_delivering(False)
        go = self._link.wait_to_go()
        if go is None:
            return False
        loop.target = None if go.steps is None else loop.done + go.steps
        self._link.board.tell_going()
        self._link.send(Going(loop.done))
        self.clock.go()
        return True

    def send_what_waits(self) -> None:
        """Send the samples and rows of the steps so far."""
        self._link.sampler.finish()
        self._watcher.finish()

    def _check_size(self, results: dict[str, Value]) -> None:
        """Refuse results that this process could hold, but not the program as well, least of all as text."""
        limit = self._order.memory_limit
        if limit is None:
            return
        sizes = {key: _size(value) for key, value in results.items()}
        if sum(sizes.values()) <= limit // _SHOWN_SHARE:
            return
        key = max(sizes, key=lambda k: sizes[k])
        block, _, pin = key.partition(".")
        message = (
            f"{key} holds {sizes[key] / 1e9:.3g} GB, all results {sum(sizes.values()) / 1e9:.3g} GB; "
            f"a run shows up to {limit / _SHOWN_SHARE / 1e9:.3g} GB here"
        )
        hint = "fetch only outputs that are small enough to look at"
        raise RunFault([error("out-of-memory", message, block, pin, hint=hint)])


def _less(done: int, steps: int | None) -> bool:
    return steps is not None and done < steps


def _traced(order: RunOrder, link: Link) -> dict[str, Any]:
    """Return the session's options that mark the begin and end of blocks on the board."""
    if not order.trace:
        return {}
    blocks = None if order.trace_blocks is None else frozenset(order.trace_blocks)
    return {"trace": link.board.mark, "trace_blocks": blocks}


def _start_values(order: RunOrder) -> dict[str, np.ndarray[Any, Any]]:
    parts = [np.frombuffer(part, np.uint8) for part in order.start_parts]
    values = unpack(order.start, parts)
    return {block: value.array for block, value in values.items() if isinstance(value, TensorValue)}


def _size(value: Value) -> int:
    """Return a result's size in bytes."""
    if isinstance(value, ListValue):
        return sum(map(_size, value.items))
    return value.array.nbytes if isinstance(value, TensorValue) else 0
