"""Does the runs of a sweep on the workers of a dask.distributed scheduler.

A task is one function of ours with bytes in and bytes out; nothing of a project is pickled. A worker that dies is
replaced by the scheduler's own means, and its task is done again.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from app.document.model.problems import Problem, error
from app.document.model.sentence import Explained, quote, say
from app.engine.compiler.plan import Plan
from app.engine.compiler.run_values import RunValues
from app.engine.host.interface import RunRequest
from app.engine.sweeps.cases import Case
from app.engine.sweeps.pool import Plans
from app.engine.sweeps.preparing import Prepared
from app.engine.sweeps.rows import Row, stopped_row
from app.engine.sweeps.sent_files import TooLarge, files_of
from app.engine.sweeps.task import Task, TaskDone, do_task

_RUNS = 25  # of a task: little is lost with a worker, and a graph is built for many
_RETRIES = 3
_CONNECT = 15.0  # seconds
_LOOK = 0.2  # seconds


class MachinesFault(Explained):
    """There is no way to the scheduler."""


def connected(address: str, *, insecure: bool) -> Any:
    """Return a client of the scheduler; raises MachinesFault. Certificates are those of dask's settings."""
    scheme, _, rest = address.partition("://")
    if scheme not in ("tls", "tcp") or not rest:
        raise MachinesFault(say("sweep.address", address=address))
    if scheme == "tcp" and not insecure:
        raise MachinesFault(say("sweep.insecure", address=address))
    try:
        from distributed import Client
    except ImportError as fault:
        raise MachinesFault(say("sweep.no-dask")) from fault
    try:
        return Client(address, timeout=_CONNECT)
    except Exception as fault:  # of the network, of certificates, of other versions
        raise MachinesFault(say("sweep.unreachable", address=address, why=quote(str(fault)))) from fault


class Machines:
    """The runs that are left, on the workers of a client's scheduler."""

    def __init__(
        self, client: Any, page: Plans, prepared: Prepared, request: RunRequest, done: frozenset[int]
    ) -> None:
        """Do all runs but those with the numbers ``done``; ``request`` is that of each run."""
        self._client, self._page, self._prepared, self._request = client, page, prepared, request
        self._done = done
        self._stopping = False
        self.fatal: list[Problem] = []

    def stop(self, *, patient: bool = False) -> None:
        """End soon; runs under way leave no row."""
        self._stopping = True

    def run(self, on_row: Callable[[Row], object]) -> bool:
        """Do the runs; ``on_row`` is called here with each row as it comes. Returns whether all have been done."""
        for case, problems in self._prepared.stopped:
            if case.number not in self._done:
                on_row(stopped_row(case, problems))
        try:
            tasks = {self._submitted(task): task for task in self._tasks()}
        except TooLarge as fault:
            self.fatal = [error("run-failed", fault.sentence)]
            return False
        ended: queue.SimpleQueue[Any] = queue.SimpleQueue()
        for future in tasks:
            future.add_done_callback(ended.put)
        left = set(tasks)
        try:
            while left and not self._stopping:
                try:
                    future = ended.get(timeout=_LOOK)
                except queue.Empty:
                    continue
                left.discard(future)
                if future.status not in ("finished", "error"):
                    self.fatal = [error("run-failed", say("sweep.lost"))]
                    return False
                for row in _rows_of(future, tasks[future]):
                    on_row(row)
        finally:
            if left:
                self._client.cancel(list(left))
        return not self._stopping

    def _submitted(self, task: Task) -> Any:
        data = msgspec.msgpack.encode(task)
        return self._client.submit(do_task, data, pure=False, retries=_RETRIES)

    def _tasks(self) -> Iterator[Task]:
        for group in self._prepared.groups:
            left = [run for run in group.runs if run[0].number not in self._done]
            for start in range(0, len(left), _RUNS):
                yield self._task(group.first, left[start : start + _RUNS])
        for case in self._prepared.alone:
            if case.number not in self._done:
                yield self._task(self._page.plan(case), [(case, RunValues())])

    def _task(self, first: Plan, runs: list[tuple[Case, RunValues]]) -> Task:
        files: dict[str, bytes] = {}
        arrays = files_of(first, Path(self._page.folder), files)
        request = self._request
        return Task(
            first=first,
            runs=tuple(runs),
            columns=self._prepared.columns,
            files=files,
            arrays=arrays,
            steps=request.steps,
            timeout=request.timeout,
            grants=request.grants,
            sandbox=request.sandbox,
        )


def _rows_of(future: Any, task: Task) -> list[Row]:
    """Return the rows of a task that has ended; where it failed as a whole, each of its runs has."""
    if future.status == "finished":
        return list(msgspec.msgpack.decode(future.result(), type=TaskDone).rows)
    fault = future.exception()
    problem = error("aborted", quote(f"{type(fault).__name__}: {fault}"[:500]))
    return [Row(case.number, case.texts, case.seed, {}, 0, 0.0, "failed", problem) for case, _ in task.runs]
