"""One run of a page in a thread of its own, from its plan to the end of its session."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import msgspec

from app.document.model.addresses import by_id
from app.document.model.problems import Problem
from app.document.model.sentence import say
from app.document.model.stored_values import moved_on
from app.document.resources.file_stamps import stamps_of
from app.document.resources.grants import NOTHING_MORE
from app.editor.monitors.watching import watched_by_curves
from app.editor.runs import reports
from app.editor.runs.state import PageRequest, RunEnd, State, Why
from app.messages import message_of, sentence_text

if TYPE_CHECKING:
    from pathlib import Path

    from app.document.model.diagram import Page
    from app.engine.cluster.access import Access
    from app.engine.compiler.plan import Plan, Watched
    from app.engine.host.events import Event, Held
    from app.engine.host.interface import EngineInterface, RunRequest
    from app.engine.ipc.messages import Cell
    from app.engine.values.results import TensorValue

SAMPLE_RATE = 30.0  # results a second at most while a run goes on; curves get more steps, as rows
_STOP_AGAIN = 0.05  # seconds


class Job:
    """A run and, once its steps are done, its session at rest. ``phase`` belongs to the window's thread."""

    def __init__(
        self,
        request: PageRequest,
        engine: Callable[[], EngineInterface],
        plan: Callable[[Page, Path], Plan],
        report: Callable[[Job, reports.Report], None],
        times: bool,
    ) -> None:
        """``engine`` makes or returns the engine; ``plan`` and ``report`` are called in the job's threads."""
        self.page = msgspec.structs.replace(request.page)  # which may be given another name
        self.phase = "starting"
        self.rests = ""  # why, where the session is at rest
        self.pauses_again = False  # after the steps that it makes: they are fewer than its run has left
        self.start_state = request.start
        self.moved: dict[str, str] = {}  # ids that blocks have by now, by those that they run under
        self.next: PageRequest | None = None  # steps to make once the session is at rest
        self.changed_page: PageRequest | None = None  # the page as it is now, where that was not compared yet
        self._asked, self._engine, self._send, self._times = request, engine, report, times
        self._make_plan = plan
        self._plan: Plan | None = None
        self._grants = NOTHING_MORE
        self._unreported: list[Problem] = []  # of the plan, until the run first comes to rest
        self._watched: tuple[Watched, ...] = ()
        self._base = request.start.step
        self._active = False  # the engine may be at it
        self._begun = False  # it has said so
        self._pause_waits = False  # until the engine has begun
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._stopper: threading.Thread | None = None
        self._thread: threading.Thread | None = None

    # --- from the window's thread
    def start(self, before: Job | None) -> None:
        """Begin once the job ``before`` has ended, which is stopped."""
        if before is not None:
            before.stop()
        work = threading.Thread(target=self._work, args=(before,), name=f"run {self.page.name}", daemon=True)
        self._thread = work
        work.start()

    def follow_block_name(self, old: str, new: str) -> None:
        """Remember what a block is called from now on."""
        self.moved = moved_on(self.moved, by_id({old: new}), self.page.blocks)

    def join(self, seconds: float | None = None) -> None:
        """Wait for the end."""
        if self._thread is not None:
            self._thread.join(seconds)

    def steer(self, action: Callable[[EngineInterface], None]) -> None:
        """Have the engine do something that concerns this job, if it is at it."""
        if self._active:
            action(self._engine())

    def pause(self) -> None:
        """Ask for rest after the current step, or the first one."""
        with self._lock:
            self._pause_waits = not self._begun
        if not self._pause_waits:
            self.steer(lambda engine: engine.pause())

    def stop(self) -> None:
        """End soon, whatever the page does; returns at once."""
        self._stopping.set()
        if self._stopper is None:
            self._stopper = threading.Thread(target=self._stop, name="stop", daemon=True)
            self._stopper.start()

    def _stop(self) -> None:
        while self._thread is not None and self._thread.is_alive():
            if self._active:
                self._engine().stop()  # again and again: it may be just about to begin
            time.sleep(_STOP_AGAIN)

    def anew(self) -> list[str]:
        """Return the blocks whose state ends with the session."""
        from app.engine.compiler.session_state import begin_anew

        return begin_anew(self._plan) if self._plan is not None else []

    def compare(self) -> None:
        """Find out whether the changed page is still the one that runs; Compared is reported."""
        threading.Thread(target=self._compare, args=(self.changed_page,), name="compare", daemon=True).start()

    def _compare(self, changed: PageRequest) -> None:
        try:
            plan = self._make_plan(changed.page, changed.folder)
            same = self._plan is not None and _core(plan) == _core(self._plan)
            was, now = self._asked, changed
            there = (was.folder, was.page.run.cluster) == (now.folder, now.page.run.cluster)
            self._report(reports.Compared(changed, same and there))
        except Exception:
            self._report(reports.Logged(traceback.format_exc()))
            self._report(reports.Compared(changed, False))

    # --- in the job's thread
    def _work(self, before: Job | None) -> None:
        if before is not None:
            before.join()
        try:
            over = self._run()
        except Exception:
            over = reports.Over(RunEnd("fault", fault=traceback.format_exc()), None)
        self._report(over)

    def _report(self, report: reports.Report) -> None:
        self._send(self, report)

    def _run(self) -> reports.Over:
        from app.engine.analysis.asks import asks_met
        from app.engine.analysis.page_cluster import cluster_of_page
        from app.engine.analysis.read_files import files_read
        from app.engine.host.outcome import unrun

        request = self._asked
        self._plan = plan = self._make_plan(request.page, request.folder)
        problems = list(plan.problems)
        start, misfits = self._start_values(plan)
        if plan.stops or (request.strict and any(p.severity == "error" for p in misfits)):
            return reports.Over(RunEnd("problems", problems=problems + misfits), None)
        if self._stopping.is_set():
            return reports.Over(RunEnd("stopped", problems=problems), None)
        cluster = cluster_of_page(request.page, request.folder)
        if isinstance(cluster, Problem):
            end = RunEnd("failed", False, problems + misfits, unrun(plan, [cluster]), plan.used_blocks)
            return reports.Over(end, None)
        self._grants, asks = request.permits.decide(plan, cluster)
        if asks:
            return reports.Over(RunEnd("asks", problems=problems + misfits, asks=asks), None)
        self._unreported = problems + misfits
        files = stamps_of(files_read(plan, request.folder, is_here=cluster is None))
        self._report(reports.Planned(plan.used_blocks, files))
        self._watched = watched_by_curves(request.page, plan)
        # Said before any sample comes: a curve that took later steps from samples would miss the rows before them.
        self._report_rows(1, [], 1)
        engine = self._engine()
        self._active = True
        try:
            asked = self._request(plan, start, cluster.access if cluster is not None else None)
            result = engine.run(plan, request.folder, asked, on_event=self._on_event)
        finally:
            self._active = False
        why: Why = "stopped" if result.interrupted else "done" if result.ok else "failed"
        end = RunEnd(why, False, self._unreported, result, plan.used_blocks)
        end.asks = asks_met(plan, result.problems)
        state = None
        known = result.steps if result.variables_step is None else result.variables_step
        if result.variables or (result.ok and not plan.variables):
            state = State(result.variables, self._base + known)
        end.step = self._base + result.steps
        return reports.Over(end, state)

    def _request(self, plan: Plan, start: dict[str, TensorValue], cluster: Access | None) -> RunRequest:
        """Return how the plan is to be run."""
        from app.engine.host.interface import RunRequest

        run = self._asked.page.run
        return RunRequest(
            steps=self._asked.steps,
            sample_rate=SAMPLE_RATE,
            variables=True,
            until=plan.until,
            watch=self._watched,
            start=start,
            hold=True,
            pace=run.pace,
            hand_over_every=run.keep_every,
            times=self._times,
            cluster=cluster,
            grants=self._grants,
            ground=self._asked.permits.ground if self._asked.permits.consents is not None else None,
        )

    def _start_values(self, plan: Plan) -> tuple[dict[str, TensorValue], list[Problem]]:
        """Return the values that the Variables start from, and what does not fit."""
        if not self._asked.start.values:
            return {}, []
        from app.engine.values.snapshots import fitting

        start, misfits = fitting(plan, self._asked.start.values, "the state")
        if self._asked.strict:
            return start, misfits
        for problem in misfits:
            if problem.severity == "error":
                self._report(reports.Logged(f"{problem.block} starts anew: {message_of(problem)}"))
        return start, []

    def _on_event(self, event: Event) -> None:
        """Report what the engine reports, with steps that count from the state's beginning."""
        from app.engine.host import events

        base = self._base
        match event:
            case events.Started():
                self._on_started()
            case events.Stepped(step, seconds):
                self._report(reports.StepsDone(base + step, seconds))
            case events.Sampled(step, results):
                self._report(reports.Sampled(base + step, results))
            case events.Rows(first, _, rows, every):
                self._report_rows(first, rows, every)
            case events.Going(step):
                self._report(reports.GoesOn(base + step))
            case events.Pausing(step, blocks):
                self._report(reports.PauseWaits(base + step, blocks))
            case events.HandedOver(step, variables):
                self._report(reports.HandedOver(State(variables, base + step)))
            case events.Timed(steps, seconds_by_block):
                self._report(reports.Timed(steps, seconds_by_block))
            case events.Devices(names):
                asked = self._asked
                self._report(reports.DevicesSeen(asked.page.run.cluster or "", asked.folder, names))
            case events.Log(text):
                self._report(reports.Logged(text))
            case events.ClusterWaits(why, done, retry, most):
                words = say("cluster.waits", why=why, done=base + done, retry=retry, most=most)
                self._report(reports.ClusterWaits(sentence_text(words)))
            case events.Resumed(step):
                self._report(reports.WentBack(base + step))
            case events.Held():
                self._on_held(event)

    def _on_started(self) -> None:
        with self._lock:
            self._begun = True
        if self._pause_waits:
            self._engine().pause()
        self._report(reports.Begun())

    def _report_rows(self, first: int, rows: Sequence[Sequence[Cell]], every: int) -> None:
        pins = [watched.text for watched in self._watched]
        self._report(reports.RowsRead(pins, self._base + first, rows, every))

    def _on_held(self, event: Held) -> None:
        from app.engine.analysis.asks import asks_met
        from app.engine.values.results import PageResult

        assert self._plan is not None
        wrong = any(p.severity == "error" for p in event.problems)
        result = PageResult(
            ok=not wrong,
            steps=event.step,
            seconds=event.seconds,
            results=event.results,
            problems=list(event.problems),
            variables=event.variables,
        )
        step = self._base + event.step
        end = RunEnd(event.why, True, self._unreported, result, self._plan.used_blocks, step, step)
        end.asks = asks_met(self._plan, event.problems)
        self._unreported = []
        self._report(reports.CameToRest(end, State(event.variables, step)))


def _core(plan: Plan) -> bytes:
    """Return what a session is made from."""
    return msgspec.msgpack.encode(msgspec.structs.replace(plan, page="", problems=[]))
