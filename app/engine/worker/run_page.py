"""The worker's handler that runs a page: builds it, does its steps, holds it until it is to go on, answers."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np

from app.document.model.problems import Problem, error
from app.document.model.sentence import say
from app.document.resources.grants import Bounds
from app.engine.compiler.collector import collect_when_doubled, without_collector
from app.engine.ipc.handlers import RUN_PAGE
from app.engine.ipc.messages import Devices, Going, Holding, HoldReason
from app.engine.ipc.packing import Buffer, pack, unpack
from app.engine.ipc.requests import RunPageReply, RunPageRequest
from app.engine.values.results import ListValue, TensorValue, Value
from app.engine.values.run_fault import ClusterLost, RunFault
from app.engine.worker.bounds_held import hold_bounds
from app.engine.worker.client import Client
from app.engine.worker.main import limit_memory, load, watch_memory
from app.engine.worker.quick_ways import Trials
from app.engine.worker.run_loop import Clock, RunLoop
from app.engine.worker.session import Room, Session, SessionClass
from app.engine.worker.watcher import Watcher

_SHOWN_SHARE = 16  # results may take this part of the memory: as text they take about ten times as much


def run_page(body: bytes, client: Client) -> None:
    """Build a page and run its steps (handler of RUN_PAGE): one reply, then the graph is released."""
    request = RUN_PAGE.read_request(body)
    get_ready(request, client)
    run = OneRun(request, client)
    session: Session | None = None
    buffers: list[Buffer] = []
    try:
        session = built(request, client)
        reply = run.do(session, buffers)
    except RunFault as fault:
        buffers.clear()
        reply = RunPageReply(
            steps=client.progress.done,
            seconds=run.clock.seconds,
            results=pack(fault.results, buffers),
            problems=[*fault.problems, *(_of_others(session.warnings, fault) if session is not None else ())],
            inputs=pack(fault.inputs, buffers),
            lost=isinstance(fault, ClusterLost),
            late=isinstance(fault, ClusterLost) and fault.late,
        )
    run.send_what_waits()
    client.reply(reply, buffers)
    if reply.lost:
        os._exit(0)  # to close a session whose master is gone may wait for ever
    if session is not None:
        session.close()


def get_ready(request: RunPageRequest, client: Client) -> None:
    """Let the process be as a run requires it: where it stands, what it may touch, how much memory it may take."""
    os.chdir(request.folder)
    hold_bounds(Bounds(request.ground, request.grants))
    limit_memory(None if request.is_room_watched else request.memory_limit)
    if request.is_room_watched and request.memory_limit is not None:
        watch_memory(request.memory_limit)
    client.begin(request.pace, request.times)


def built(request: RunPageRequest, client: Client) -> Session:
    """Return the page's session; raises RunFault where it does not build."""
    session_class: SessionClass = load(request.session)
    with without_collector():
        plan = msgspec.msgpack.decode(request.plan, type=session_class.plan_type)
        options = _traced(request, client)
        if request.cluster is not None:
            options["cluster"] = request.cluster
        if _fetches_all_first(request):
            options["fetches_all_first"] = True
        session = session_class(plan, request.folder, room=_room(request), **options)
        collect_when_doubled()
    if session.devices:
        client.send(Devices(session.devices))
    return session


class OneRun:
    """One run of a built page, with all the times that it is held."""

    def __init__(self, request: RunPageRequest, client: Client, trials: Trials | None = None) -> None:
        """``trials`` is what earlier runs of the session have shown of its ways (None: there were none)."""
        self.clock = Clock()
        self._request, self._client, self._trials = request, client, trials or Trials()
        self._watcher = Watcher(request.watch, request.until, client.send)

    def do(self, session: Session, buffers: list[Buffer]) -> RunPageReply:
        """Start the Variables, do the steps, hold, go on, until the run ends; arrays are added to ``buffers``."""
        session.initialise()
        if self._request.start:
            session.restore(_start_values(self._request))
        if self._request.done:
            self._client.progress.restart(self._request.done)
        loop = RunLoop(session, self._request, self._client, self._watcher, self.clock, self._trials)
        end = loop.run()
        missed = self._watcher.missed(loop.done) if end in ("done", "ended") else []
        while self._request.hold and end != "stopped" and self._hold(session, loop, end, missed):
            end, missed = loop.run(), []
        self._client.progress.set_delivering(True)
        results = loop.results()
        self._check_size(results)
        problems = _found(session, loop, missed)
        short = (
            not self._request.hold
            and end not in ("reached", "guard", "ended")
            and _less(loop.done, self._request.steps)
        )
        return RunPageReply(
            steps=loop.done,
            seconds=self.clock.seconds,
            results=pack(results, buffers),
            problems=problems,
            stopped=end == "stopped",
            short=short,
            variables=loop.variables(buffers) if self._request.variables or self._request.hold else {},
        )

    def _hold(self, session: Session, loop: RunLoop, why: HoldReason, missed: Sequence[Problem]) -> bool:
        """Report that the run is held and wait; returns whether it goes on (else it is to end)."""
        self.clock.hold()
        self._client.progress.set_delivering(True)
        self.send_what_waits()
        results = loop.results()
        problems = _found(session, loop, missed)
        try:
            self._check_size(results)
        except RunFault as fault:  # the state is worth more than what cannot be shown
            results, problems = fault.results, [*problems, *fault.problems]
        buffers: list[Buffer] = []
        packed = pack(results, buffers)
        report = Holding(loop.done, self.clock.seconds, why, packed, loop.variables(buffers), problems)
        self._client.send(report, buffers)
        self._client.progress.set_delivering(False)
        go = self._client.wait_to_go()
        if go is None:
            return False
        loop.target = None if go.steps is None else loop.done + go.steps
        self._client.progress.count_going()
        self._client.send(Going(loop.done, loop.target))
        self.clock.go()
        return True

    def send_what_waits(self) -> None:
        """Send the samples and rows of the steps so far."""
        self._client.sampler.finish()
        self._watcher.finish()

    def _check_size(self, results: dict[str, Value]) -> None:
        """Refuse results that this process could hold, but not the program as well, least of all as text."""
        limit = self._request.memory_limit
        if limit is None:
            return
        sizes = {key: _size(value) for key, value in results.items()}
        if sum(sizes.values()) <= limit // _SHOWN_SHARE:
            return
        key = max(sizes, key=lambda k: sizes[k])
        block, _, pin = key.partition(".")
        sentence = say(
            "memory.results",
            pin=key,
            size=sizes[key] / 1e9,
            total=sum(sizes.values()) / 1e9,
            most=limit / _SHOWN_SHARE / 1e9,
        )
        raise RunFault([error("out-of-memory", sentence, block, pin, hint=say("hint.fetch-small"))])


def _found(session: Session, loop: RunLoop, missed: Sequence[Problem]) -> list[Problem]:
    """Return what is to be said of the steps so far; the last one is done when its results are there."""
    return [*session.warnings, *missed, *([loop.fault] if loop.fault else ())]


def _of_others(warnings: Sequence[Problem], fault: RunFault) -> list[Problem]:
    """Return the warnings at blocks other than those that failed: an error says more of these."""
    blamed = {problem.block for problem in fault.problems}
    return [warned for warned in warnings if warned.block not in blamed]


def _less(done: int, steps: int | None) -> bool:
    return steps is not None and done < steps


def _room(request: RunPageRequest) -> Room | None:
    """Return what may be taken; a held run may show more, as its state is worth more than what cannot be shown.

    What the ops of a cluster make is in the memory of its tasks.
    """
    limit = request.memory_limit
    if limit is None:
        return None
    of_op = limit if request.cluster is None else sys.maxsize
    return Room(of_op, limit // (2 if request.hold else _SHOWN_SHARE))


def _traced(request: RunPageRequest, client: Client) -> dict[str, Any]:
    """Return the session's options that mark the begin and end of blocks on the progress board."""
    if not request.trace:
        return {}
    blocks = None if request.trace_blocks is None else frozenset(request.trace_blocks)
    return {"trace": client.progress.mark, "trace_blocks": blocks}


def _fetches_all_first(request: RunPageRequest) -> bool:
    """Return whether the run's first step is its last one, and not one of those that are probed."""
    return request.steps == 1 and request.until is None and not request.guard


def _start_values(request: RunPageRequest) -> dict[str, np.ndarray[Any, Any]]:
    parts = [np.frombuffer(part, np.uint8) for part in request.start_parts]
    values = unpack(request.start, parts)
    return {block: value.array for block, value in values.items() if isinstance(value, TensorValue)}


def _size(value: Value) -> int:
    """Return a result's size in bytes."""
    if isinstance(value, ListValue):
        return sum(map(_size, value.items))
    return value.array.nbytes if isinstance(value, TensorValue) else 0
