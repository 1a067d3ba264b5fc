"""Runs pages on the engine and holds one session at rest, so that the next step goes on exactly in it."""

from __future__ import annotations

import logging
import threading
import traceback
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QTimer, Signal

from app.editor.runs import reports
from app.editor.runs.consents import Permits
from app.editor.runs.job import Job
from app.editor.runs.page_plans import PagePlans
from app.editor.runs.state import PageRequest, RunEnd, State, steps_left

if TYPE_CHECKING:
    from app.document.model.diagram import Page
    from app.engine.host.interface import EngineInterface
    from app.engine.inference.result import Inference
    from app.engine.ipc.walls import WallsHeld
    from app.engine.values.results import TensorValue, Value

_LOG = logging.getLogger(__name__)
_CLOSED = "the runner is closed"
_MOST_UNSEEN = 64 << 20  # bytes of samples that the window has not taken yet; further ones are left out
_LOOK_MS = 200  # after a change of the page until it is known whether the session at rest still fits it


def _real_engine() -> EngineInterface:
    from app.engine.host.engine import Engine  # late: it brings NumPy

    return Engine(standby=True)


class Runner(QObject):
    """One window's engine. All signals are emitted in the window's thread, and only for the newest run.

    ``state`` is ``idle``, ``starting``, ``running``, ``pausing``, ``held`` (a session is at rest), ``checking``
    (whether it still fits the page, to go on) or ``stopping``. One session is held at a time: a run of another page
    ends it, and its Variables stay.
    """

    planned = Signal(str, object)  # page, tuple[str, ...]: the blocks that run
    files_read = Signal(str, object)  # page, Mapping[ReadFile, Stamp]: what the run is about to read
    begun = Signal(str)
    going = Signal(str, int)  # page, step: goes on in the session that was held
    stepped = Signal(str, int, float)
    sampled = Signal(str, int, object)  # page, step, Mapping[str, Value]
    watched = Signal(str, reports.RowsRead)  # page, what curves show of every step
    pausing = Signal(str, int, object)  # page, the step that still runs, tuple[str, ...]: what may hold it
    cluster_waits = Signal(str, str)  # page, why the run waits for its cluster
    went_back = Signal(str, int)  # page, the step from which the run goes on; later ones are done anew
    handed_over = Signal(str, int)  # page, step of the Variables
    timed = Signal(str, int, object)  # page, traced steps, Mapping[str, float]: seconds by block
    devices_seen = Signal(str, object, object)  # cluster, Path of the project, tuple[str, ...]: what it has
    logged = Signal(str)
    ended = Signal(str, RunEnd)  # page, how: the run has come to rest or to its end
    released = Signal(str, object)  # page, list[str]: blocks that begin anew, as the session at rest is over
    changed = Signal()  # the state
    _reported = Signal(object, object)  # from any thread: job, Report

    def __init__(
        self,
        make_engine: Callable[[], EngineInterface] | None = None,
        parent: QObject | None = None,
    ) -> None:
        """``make_engine`` gives what runs plans and infers types (tests give their own; None: the real one)."""
        super().__init__(parent)
        self.plans = PagePlans()
        self._make_engine = make_engine or _real_engine
        self._engine: EngineInterface | None = None
        self._side: EngineInterface | None = None
        self._part: EngineInterface | None = None
        self._lock = threading.Lock()
        self._closed = False
        self._closing = (
            threading.Lock()
        )  # held for a moment: whether this is closed, and which engines it then ends
        self._to_close: list[EngineInterface] = []
        self._job: Job | None = None
        self._states: dict[str, State] = {}
        self._ending: Job | None = None  # dropped, but perhaps still at it
        self._unseen: deque[int] = deque()  # bytes of each sample on its way to the window
        self.times = False
        self.permits = Permits()  # what the project may touch
        self._look = QTimer(self)
        self._look.setSingleShot(True)
        self._look.setInterval(_LOOK_MS)
        self._look.timeout.connect(self._look_at_page)
        self._reported.connect(self._on_report)

    # --- the engines
    def warm_up(self) -> None:
        """Begin to import TensorFlow in the worker, in the background."""
        threading.Thread(target=self._warm, name="warm-up", daemon=True).start()

    def _warm(self) -> None:
        try:
            self._get_engine().start()
        except Exception:
            if not self._closed:
                _LOG.warning("the engine does not start:\n%s", traceback.format_exc())

    def _get_engine(self) -> EngineInterface:
        with self._lock:
            if self._engine is None:
                self._engine = self._own(self._make_engine)
            return self._engine

    def _own(self, make: Callable[[], EngineInterface]) -> EngineInterface:
        """Return an engine that is made now and ends with this; RuntimeError where this has ended, be it meanwhile."""
        engine = self._made(make)
        with self._closing:
            if not self._closed:
                self._to_close.append(engine)
                return engine
        engine.close()
        raise RuntimeError(_CLOSED)

    def _made(self, make: Callable[[], EngineInterface]) -> EngineInterface:
        if self._closed:  # a thread that began before may come here late: nobody would end its engine
            raise RuntimeError(_CLOSED)
        return make()

    @property
    def walls_held(self) -> WallsHeld | None:
        """Return which of the system's walls held around the last run; None before there was one."""
        return None if self._engine is None else self._engine.walls_held

    def side_engine(self) -> EngineInterface:
        """Return the engine for what must not wait for a run: types, checkpoints. From any thread."""
        engine = self._get_engine()
        with self._lock:
            if self._side is None:
                self._side = self._own(engine.companion)
            return self._side

    def another_engine(self) -> EngineInterface:
        """Return an engine for what may take long, to be closed by who asks. From any thread."""
        return self._made(self._get_engine().companion)

    def part_engine(self) -> EngineInterface:
        """Return the engine for parts of a page that run beside its own session. From any thread."""
        engine = self._get_engine()
        with self._lock:
            if self._part is None:
                self._part = self._own(engine.companion)
            return self._part

    def sweep_engines(self, count: int) -> list[EngineInterface]:
        """Return engines for a sweep beside what else runs, each to be closed by itself. From any thread."""
        engine = self._get_engine()
        return [self._made(engine.companion) for _ in range(count)]

    def is_own(self, engine: EngineInterface) -> bool:
        """Return whether an engine is that of the runs, which goes on."""
        return engine is self._engine

    def infer(self, page: Page, folder: Path, timeout: float) -> Inference | None:
        """Return the types of a copy of a page, from any thread, also while a page runs; None once this is closed."""
        if self._closed:
            return None
        companions, functions = self.plans.files.at(folder), self.plans.functions(page)
        try:
            inference = self.side_engine().infer(
                page, folder, timeout=timeout, is_copy=True, companions=companions, functions=functions
            )
        except RuntimeError:  # what an engine says that is closed
            if not self._closed:
                raise
            return None
        return None if self._closed else inference

    # --- what may be asked
    @property
    def state(self) -> str:
        """Return how the newest run stands."""
        return self._job.phase if self._job is not None else "idle"

    @property
    def running(self) -> bool:
        """Return whether steps are being made."""
        return self.state not in ("idle", "held")

    @property
    def rests(self) -> str:
        """Return why a session is at rest; nothing where none is."""
        return self._job.rests if self._job is not None and self._job.phase == "held" else ""

    @property
    def page(self) -> str:
        """Return the page of the newest run."""
        return self._job.page.name if self._job is not None else ""

    def steps_done(self, page: str) -> int:
        """Return how many steps the page's state has behind it."""
        state = self.state_of(page)
        return state.step if state is not None else 0

    def state_of(self, page: str) -> State | None:
        """Return the Variables that the page's next step goes on from; None: from their initial values."""
        return self._states.get(page)

    def holds(self, page: str) -> bool:
        """Return whether a session of the page is at rest."""
        return self.state == "held" and self.page == page

    # --- what is asked of it
    def run(self, page: Page, folder: Path, steps: int | None, start: State | None = None) -> None:
        """Run a page for some steps (None: until stopped) from its initial values, or from those of ``start``.

        What runs or rests is ended first, whatever it is.
        """
        strict = start is not None
        at = start or State({}, 0)
        self._begin(PageRequest(self.plans.copy(page), folder, steps, at, strict, permits=self.permits))

    def go_on(self, page: Page, folder: Path, steps: int | None) -> None:
        """Make more steps: in the session at rest where it still fits the page, else from the Variables that are left.

        Where a pause still waits for its step, it is taken back.
        """
        at = self.state_of(page.name) or State({}, 0)
        request = PageRequest(self.plans.copy(page), folder, steps, at, permits=self.permits)
        job = self._job
        here = job is not None and job.page.name == page.name
        if job is not None and here and job.phase == "held":
            job.next = request
            self._set_phase(job, "checking")
            if job.changed_page is None:
                self._go(job)
            else:
                self._look_at_page()
        elif job is not None and here and job.phase == "pausing":
            request.rest = True
            job.next = request
            self._set_phase(job, "running")
        elif not self.running:
            self._begin(request)

    def pause(self) -> None:
        """Bring the run to rest after its current step."""
        job = self._job
        if job is not None and job.phase in ("starting", "running"):
            waits = job.next is not None  # for the rest that was asked before
            job.next = None
            self._set_phase(job, "pausing")
            if not waits:
                job.pause()

    def stop(self) -> None:
        """End the run or the session at rest soon, whatever the page does; returns at once."""
        job = self._job
        if job is not None and job.phase not in ("idle", "stopping"):
            self._set_phase(job, "stopping")
            job.stop()

    def set_pace(self, page: str, seconds: float | None) -> None:
        """Let the page's run take so many seconds a step at least, from now on."""
        if self._job is not None and self._job.page.name == page:
            self._job.steer(lambda engine: engine.set_pace(seconds))

    def set_times(self, on: bool) -> None:
        """Measure the time per block, or no longer."""
        self.times = on
        if self._job is not None:
            self._job.steer(lambda engine: engine.set_times(on))

    def forget_state(self, page: str) -> None:
        """Let the next step of the page start anew."""
        self._states.pop(page, None)
        if self.holds(page):
            self._release(announce=False)
        self.changed.emit()

    def forget_all(self) -> None:
        """End what runs or rests, and forget every page's state: another document comes."""
        job, self._job = self._job, None
        self._look.stop()
        self._states.clear()
        if job is not None:
            job.stop()
            self._ending = job
            self.changed.emit()

    def set_state(self, page: str, values: Mapping[str, TensorValue], step: int) -> None:
        """Let the next step of the page go on from these Variables."""
        self._states[page] = State(dict(values), step)
        if self.holds(page):
            self._release()
        self.changed.emit()

    def follow_page_name(self, old: str, new: str) -> None:
        """Follow a page that has another name now."""
        if old in self._states:
            self._states[new] = self._states.pop(old)
        if self._job is not None and self._job.page.name == old:
            self._job.page.name = new  # of its own

    def follow_block_name(self, page: str, old: str, new: str) -> None:
        """Let a block's value go on under its other name."""
        if page in self._states:
            self._states[page] = self._states[page].under({old: new})
        if self._job is not None and self._job.page.name == page:
            self._job.follow_block_name(old, new)

    def follow_page(self, page: Page, folder: Path) -> None:
        """Follow a change of a page: a session at rest that no longer fits it is ended."""
        job = self._job
        if job is not None and job.phase != "idle" and job.page.name == page.name:
            job.changed_page = PageRequest(self.plans.copy(page), folder, None, State({}, 0))
            if job.phase == "held":
                self._look.start()

    def close(self) -> None:
        """End the run and the workers."""
        with self._closing:
            self._closed = True
            engines = list({id(engine): engine for engine in reversed(self._to_close)}.values())
        self._look.stop()
        for engine in engines:
            engine.close()
        for job in (self._job, self._ending):
            if job is not None:
                job.join(5.0)

    # --- beginning, going on, ending
    def _begin(self, request: PageRequest) -> None:
        before, self._ending = self._job or self._ending, None
        if (
            before is self._job
            and before is not None
            and before.phase == "held"
            and before.page.name != request.page.name
        ):
            self._announce_release(before)
        self._look.stop()
        self._job = job = Job(request, self._get_engine, self.plans.plan, self._emit_report, self.times)
        job.start(before)
        self.changed.emit()

    def _go(self, job: Job) -> None:
        """Go on in the session at rest."""
        request, job.next = job.next, None
        assert request is not None
        done = self.steps_done(job.page.name)
        self._set_phase(job, "starting")
        left = steps_left(request.page.run.steps, done)
        steps = left if request.rest else request.steps
        is_part = steps is not None and (left is None or steps < left)
        job.pauses_again = job.rests == "paused" and is_part
        job.steer(lambda engine: engine.go(steps))

    def _release(self, announce: bool = True) -> None:
        """End the session at rest; its Variables stay."""
        job = self._job
        assert job is not None
        self._job, self._ending = None, job
        job.stop()
        if announce:
            self._announce_release(job)
        self.changed.emit()

    def _announce_release(self, job: Job) -> None:
        self.released.emit(job.page.name, job.anew())

    def _look_at_page(self) -> None:
        """Have it found out, in another thread, whether the session at rest fits the changed page."""
        job = self._job
        if job is not None and job.changed_page is not None:
            job.compare()

    def _set_phase(self, job: Job, phase: str) -> None:
        if job.phase != phase:
            job.phase = phase
            self.changed.emit()

    # --- what the job reports, in the window's thread
    def _emit_report(self, job: Job, report: reports.Report) -> None:
        """Pass on what a job reports in its thread."""
        if self._closed:
            return
        if isinstance(report, reports.Sampled):
            if self._unseen and sum(self._unseen) >= _MOST_UNSEEN:
                return
            self._unseen.append(_size(report.results))
        try:
            self._reported.emit(job, report)
        except RuntimeError:  # the window was closed in this moment and Qt has taken the object away
            _LOG.debug("an event came after the window had closed")

    def _on_report(self, job: object, report: object) -> None:
        if isinstance(report, reports.Sampled) and self._unseen:
            self._unseen.popleft()
        if self._job is not None and job is self._job and not self._closed:
            self._take(self._job, cast("reports.Report", report))

    def _take(self, job: Job, report: reports.Report) -> None:
        """Take a report of the newest job."""
        page = job.page.name
        match report:
            case reports.Planned():
                self._on_planned(job, report)
            case reports.Begun():
                self._on_begun(job)
            case reports.GoesOn(step):
                self._on_going(job, step)
            case reports.StepsDone(step, seconds):
                self.stepped.emit(page, step, seconds)
            case reports.Sampled(step, results):
                self.sampled.emit(page, step, results)
            case reports.RowsRead():
                self.watched.emit(page, report)
            case reports.PauseWaits(step, blocks):
                if job.phase == "pausing":
                    self.pausing.emit(page, step, blocks)
            case reports.ClusterWaits(words):
                self.cluster_waits.emit(page, words)
            case reports.WentBack(step):
                self.went_back.emit(page, step)
            case reports.HandedOver(state):
                self._states[page] = state.under(job.moved)
                self.handed_over.emit(page, state.step)
            case reports.Timed(steps, blocks):
                self.timed.emit(page, steps, blocks)
            case reports.Logged(text):
                self.logged.emit(text)
            case reports.DevicesSeen(cluster, folder, names):
                self.devices_seen.emit(cluster, folder, names)
            case reports.CameToRest():
                self._on_rest(job, report)
            case reports.Compared():
                self._on_compared(job, report)
            case reports.Over():
                self._on_over(job, report)

    def _on_planned(self, job: Job, planned: reports.Planned) -> None:
        if job.start_state.values:
            self._states[job.page.name] = job.start_state.under(job.moved)
        else:
            self._states.pop(job.page.name, None)
        self.files_read.emit(job.page.name, planned.files)
        self.planned.emit(job.page.name, planned.used)

    def _on_begun(self, job: Job) -> None:
        if job.phase == "starting":
            self._set_phase(job, "running")
        self.begun.emit(job.page.name)

    def _on_going(self, job: Job, step: int) -> None:
        if job.phase == "starting":
            self._set_phase(job, "running")
        self.going.emit(job.page.name, step)

    def _on_rest(self, job: Job, rest: reports.CameToRest) -> None:
        end = rest.end
        self._states[job.page.name] = rest.state.under(job.moved)
        if job.phase == "stopping":
            return  # the end follows
        if job.next is not None and end.why == "paused":
            self._go(job)  # the pause was taken back meanwhile
            return
        if job.pauses_again and end.why == "done":
            end.why = "paused"  # a step of the run that was paused, which is not over
        job.next, job.rests = None, end.why
        self._set_phase(job, "held")
        self.ended.emit(job.page.name, end)
        if job.changed_page is not None and job.phase == "held":
            self._look.start()

    def _on_compared(self, job: Job, compared: reports.Compared) -> None:
        if job.changed_page is not compared.changed:
            return  # changed again meanwhile
        job.changed_page = None
        if job.phase not in ("held", "checking"):
            return
        request = job.next
        if not compared.same:
            self._release()
            if request is not None:
                self._begin(request)
        elif request is not None:
            self._go(job)

    def _on_over(self, job: Job, over: reports.Over) -> None:
        end, state = over.end, over.state
        was_held = job.phase == "held"
        if job.phase == "stopping" and end.why == "done":
            end.why = "stopped"  # while it was at rest
        if state is not None:
            self._states[job.page.name] = state.under(job.moved)
        elif end.result is not None and end.why not in ("stopped", "failed"):
            self._states.pop(job.page.name, None)
        known = self._states.get(job.page.name)
        end.variables_step = known.step if known is not None and known.values else None
        self._job = None
        self.changed.emit()
        if not was_held:  # a session at rest may lose its worker: the next step starts from the Variables
            self.ended.emit(job.page.name, end)
        else:
            self._announce_release(job)


def _size(results: Mapping[str, Value]) -> int:
    """Return about how many bytes a step's results take."""
    from app.engine.values.results import ListValue, TensorValue  # late: they need NumPy

    items = [i for v in results.values() for i in (v.items if isinstance(v, ListValue) else (v,))]
    return 1024 * len(items) + sum(i.array.nbytes for i in items if isinstance(i, TensorValue))
