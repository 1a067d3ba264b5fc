"""Does the runs of a sweep on engines of this machine: those that share a graph together, the others by themselves.

A run that fails, or ends its process, is done again by itself, where it says what a single run says. A process that is
ended from outside is no fault of the run, which is done again.
"""

from __future__ import annotations

import queue
import threading
from collections import Counter, deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from msgspec.structs import replace

from app.document.model.problems import Problem
from app.engine.compiler.plan import Plan
from app.engine.compiler.run_values import RunValues
from app.engine.host.free_memory import default_memory_limit
from app.engine.host.interface import EngineInterface, RunRequest
from app.engine.sweeps.cases import Case
from app.engine.sweeps.preparing import Group, Prepared
from app.engine.sweeps.rows import Row, row_of, stopped_row
from app.engine.values.results import PageResult

_ATTEMPTS = 3  # at a run whose process something ends from outside
_FEWEST = 8  # runs that are worth a graph of their own
_LOOK = 0.05  # seconds


class Plans(Protocol):
    """Where the plans of runs come from that are done by themselves, and the folder in which they run."""

    @property
    def folder(self) -> Path:
        """Return the project's folder."""

    def plan(self, case: Case) -> Plan:
        """Return the plan of a run. Any thread may call."""


class _Runs(NamedTuple):
    """What an engine does next: runs of a group, or one that is done by itself."""

    group: Group | None
    cases: list[tuple[Case, RunValues]]


class Pool:
    """The engines of a sweep, and the runs that are left. Any thread may stop it."""

    def __init__(
        self,
        page: Plans,
        prepared: Prepared,
        request: RunRequest,
        engines: Sequence[EngineInterface],
        done: frozenset[int] = frozenset(),
    ) -> None:
        """Do all runs but those with the numbers ``done``; ``request`` is that of each run."""
        self._page, self._engines = page, engines
        self._columns = prepared.columns
        share = default_memory_limit()
        if share is not None and len(engines) > 1:
            request = replace(request, memory_limit=share // len(engines))
        self._request = request
        self._groups = deque(
            (group, left)
            for group in prepared.groups
            if (left := [run for run in group.runs if run[0].number not in done])
        )
        self._alone = deque(case for case in prepared.alone if case.number not in done)
        self._rows: queue.SimpleQueue[Row] = queue.SimpleQueue()
        for case, problems in prepared.stopped:
            if case.number not in done:
                self._rows.put(stopped_row(case, problems))
        self._ended: Counter[int] = Counter()  # by number: how often the process was ended from outside
        self._busy = 0
        self._changed = threading.Condition()
        self._stopping = False
        self._patient = False
        self._fault: BaseException | None = None  # something unforeseen in a thread
        self.fatal: list[Problem] = []  # why no run can be done at all

    def stop(self, *, patient: bool = False) -> None:
        """End soon; runs under way leave no row."""
        self._patient = patient
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._stop_engines()

    def run(self, on_row: Callable[[Row], object]) -> bool:
        """Do the runs; ``on_row`` is called here with each row as it comes. Returns whether all have been done."""
        threads = [
            threading.Thread(target=self._work, args=(engine,), name=f"sweep {i}", daemon=True)
            for i, engine in enumerate(self._engines)
        ]
        for thread in threads:
            thread.start()
        try:
            while any(thread.is_alive() for thread in threads):
                self._take_rows(on_row, _LOOK)
                if self._stopping:
                    self._stop_engines()  # again: one may be just about to begin
            self._take_rows(on_row, 0.0)
        except BaseException:
            self.stop()
            raise
        if self._fault is not None:
            raise self._fault
        return not self._stopping

    def _take_rows(self, on_row: Callable[[Row], object], seconds: float) -> None:
        try:
            while True:
                on_row(self._rows.get(timeout=seconds) if seconds else self._rows.get_nowait())
        except queue.Empty:
            return

    def _stop_engines(self) -> None:
        for engine in self._engines:
            engine.stop(patient=self._patient)

    # --- in the threads of the engines

    def _work(self, engine: EngineInterface) -> None:
        while (runs := self._next()) is not None:
            try:
                if runs.group is None:
                    self._do_alone(engine, runs.cases[0][0])
                else:
                    self._do_together(engine, runs.group, runs.cases)
            except Exception as fault:
                self._fault = fault
                self.stop()
            finally:
                with self._changed:
                    self._busy -= 1
                    self._changed.notify_all()

    def _next(self) -> _Runs | None:
        """Return what is to be done next; waits where another engine may give something back."""
        with self._changed:
            while not self._stopping:
                if self._groups:
                    self._busy += 1
                    return self._part_of_group()
                if self._alone:
                    self._busy += 1
                    return _Runs(None, [(self._alone.popleft(), RunValues())])
                if not self._busy:
                    break
                self._changed.wait()
        return None

    def _part_of_group(self) -> _Runs:
        """Take some of a group's runs: all for one engine, else ever fewer, so that all engines end together."""
        group, left = self._groups.popleft()
        most = len(left)
        if len(self._engines) > 1:
            most = max(_FEWEST, -(-most // (2 * len(self._engines))))
        if left[most:]:
            self._groups.appendleft((group, left[most:]))
        return _Runs(group, left[:most])

    def _give_back(self, group: Group, runs: list[tuple[Case, RunValues]]) -> None:
        if runs:
            with self._changed:
                self._groups.appendleft((group, runs))
                self._changed.notify_all()

    def _give_back_alone(self, cases: Sequence[Case]) -> None:
        with self._changed:
            self._alone.extend(cases)
            self._changed.notify_all()

    def _do_together(self, engine: EngineInterface, group: Group, runs: list[tuple[Case, RunValues]]) -> None:
        count = 0

        def on_over(index: int, result: PageResult) -> None:
            nonlocal count
            count += 1
            self._put(runs[index][0], result)

        request = replace(self._request, until=group.plan.until)
        values = [values for _, values in runs]
        end = engine.run_many(group.plan, self._page.folder, request, values, on_over)
        left = runs[count:]
        if not left or end.how == "over":
            return
        first = left[0][0]
        match end.how:
            case "unbuilt":
                self._give_back_alone([case for case, _ in left])
            case "alone":
                self._give_back_alone([first])
                self._give_back(group, left[1:])
            case "killed":
                assert end.result is not None
                again = self._is_tried_again(first, end.result)
                self._give_back(group, left if again else left[1:])
            case "cut":
                assert end.result is not None
                self._put(first, end.result)
                self._give_back(group, left[1:])
            case "unready":
                self._give_up(end.result)
            case _:
                self._give_back(group, left)  # it was stopped

    def _do_alone(self, engine: EngineInterface, case: Case) -> None:
        plan = self._page.plan(case)
        request = replace(self._request, until=plan.until)
        result = engine.run(plan, self._page.folder, request)
        if result.killed:  # it may have been while it started, which is no lack of TensorFlow
            if self._is_tried_again(case, result):
                self._give_back_alone([case])
        elif any(problem.code == "no-tensorflow" for problem in result.problems):
            self._give_up(result)
        elif not (result.interrupted and self._stopping):
            self._put(case, result)

    def _is_tried_again(self, case: Case, result: PageResult) -> bool:
        """Count that a run's process was ended from outside; where that was too often, what came of it is its row."""
        with self._changed:
            self._ended[case.number] += 1
            again = self._ended[case.number] < _ATTEMPTS
        if not again:
            self._put(case, result)
        return again

    def _give_up(self, result: PageResult | None) -> None:
        self.fatal = result.problems if result is not None else []
        self.stop()

    def _put(self, case: Case, result: PageResult) -> None:
        self._rows.put(row_of(case, result, self._columns))
