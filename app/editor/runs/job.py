"""One run of a page in a thread of its own, from its plan to the end of its session."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from app.editor.monitors.watching import watched_by_curves
from app.editor.runs.state import RunEnd, State, begin_anew

if TYPE_CHECKING:
    from app.document.model.diagram import Page
    from app.document.model.problems import Problem
    from app.engine.compiler.plan import Plan
    from app.engine.values.results import TensorValue
    from app.engine.watch_types import Watched

SAMPLE_RATE = 30.0  # results a second at most while a run goes on; curves are told of more steps, as rows
_STOP_AGAIN = 0.05  # seconds

Tell = Callable[["Job", str, object], None]


@dataclass(eq=False)
class Order:
    """What is to be run: a copy of the page, its folder, so many steps (None: until stopped), from a state.

    ``strict``: a state that does not fit the page is a fault; else what does not fit starts anew. ``rest``: not so
    many steps, but what is left of the page's own number when it goes on.
    """

    page: Page
    folder: Path
    steps: int | None
    start: State
    strict: bool = False
    rest: bool = False


class Job:
    """A run and, once its steps are done, its session at rest. ``phase`` belongs to the window's thread."""

    def __init__(self, order: Order, engine: Callable[[], Any], tell: Tell, times: bool) -> None:
        """``engine`` makes or returns the engine; ``tell(job, what, value)`` is called in the job's thread."""
        self.page = order.page
        self.phase = "starting"
        self.rests = ""  # why, where the session is at rest
        self.start_state = order.start
        self.next: Order | None = None  # steps to make once the session is at rest
        self.changed_page: Order | None = None  # the page as it is now, where that was not compared yet
        self._order, self._engine, self._tell, self._times = order, engine, tell, times
        self._plan: Plan | None = None
        self._untold: list[Problem] = []  # of the plan, until the run first comes to rest
        self._watched: tuple[Watched, ...] = ()
        self._base = order.start.step
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

    def join(self, seconds: float | None = None) -> None:
        """Wait for the end."""
        if self._thread is not None:
            self._thread.join(seconds)

    def call(self, order: str, *values: object) -> None:
        """Give the engine an order that concerns this job."""
        if self._active:
            getattr(self._engine(), order)(*values)

    def pause(self) -> None:
        """Ask for rest after the current step, or the first one."""
        with self._lock:
            self._pause_waits = not self._begun
        if not self._pause_waits:
            self.call("pause")

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
        return begin_anew(self._plan) if self._plan is not None else []

    def compare(self) -> None:
        """Find out whether the changed page is still the one that runs; ``compared`` tells (order, same)."""
        threading.Thread(target=self._compare, args=(self.changed_page,), name="compare", daemon=True).start()

    def _compare(self, changed: Order) -> None:
        from app.engine.compiler.make_plan import make_plan

        try:
            plan = make_plan(changed.page, changed.folder)
            same = self._plan is not None and _core(plan) == _core(self._plan)
            self._tell(self, "compared", (changed, same and changed.folder == self._order.folder))
        except Exception:
            self._tell(self, "logged", traceback.format_exc())
            self._tell(self, "compared", (changed, False))

    # --- in the job's thread
    def _work(self, before: Job | None) -> None:
        if before is not None:
            before.join()
        try:
            told = self._run()
        except Exception:
            told = RunEnd("fault", fault=traceback.format_exc()), None
        self._tell(self, "over", told)

    def _run(self) -> tuple[RunEnd, State | None]:
        from app.engine.compiler.make_plan import make_plan

        order = self._order
        self._plan = plan = make_plan(order.page, order.folder)
        problems = list(plan.problems)
        start, misfits = self._start_values(plan)
        if plan.stops or (order.strict and any(p.severity == "error" for p in misfits)):
            return RunEnd("problems", problems=problems + misfits), None
        if self._stopping.is_set():
            return RunEnd("stopped", problems=problems), None
        self._untold = problems + misfits
        self._tell(self, "planned", plan.used_blocks)
        self._watched = watched_by_curves(order.page, plan)
        # Said before any sample comes: a curve that took later steps from samples would miss the rows before them.
        self._tell_rows(1, [], 1)
        run = order.page.run
        engine = self._engine()
        self._active = True
        try:
            result = engine.run(
                plan,
                order.folder,
                steps=order.steps,
                on_event=self._on_event,
                sample_rate=SAMPLE_RATE,
                variables=True,
                until=plan.until,
                watch=self._watched,
                start=start,
                hold=True,
                pace=run.pace,
                keep_every=run.keep_every,
                times=self._times,
            )
        finally:
            self._active = False
        end = RunEnd(_why(result), False, self._untold, result, plan.used_blocks)
        state = None
        known = result.steps if result.kept_step is None else result.kept_step
        if result.variables or (result.ok and not plan.variables):
            state = State(result.variables, self._base + known)
        end.step = self._base + result.steps
        return end, state

    def _start_values(self, plan: Plan) -> tuple[dict[str, TensorValue], list[Problem]]:
        """Return the values that the Variables start from, and what does not fit."""
        if not self._order.start.values:
            return {}, []
        from app.engine.values.snapshots import fitting

        start, misfits = fitting(plan, self._order.start.values, "the state")
        if self._order.strict:
            return start, misfits
        for problem in misfits:
            if problem.severity == "error":
                self._tell(self, "logged", f"{problem.block} starts anew: {problem.message}")
        return start, []

    def _on_event(self, event: Any) -> None:
        handler = getattr(self, f"_on_{type(event).__name__.lower()}", None)
        if handler is not None:
            handler(event)

    def _on_started(self, event: Any) -> None:
        with self._lock:
            self._begun = True
        if self._pause_waits:
            self._engine().pause()
        self._tell(self, "begun", None)

    def _on_stepped(self, event: Any) -> None:
        self._tell(self, "stepped", (self._base + event.step, event.seconds))

    def _on_sampled(self, event: Any) -> None:
        self._tell(self, "sampled", (self._base + event.step, event.results))

    def _on_rows(self, event: Any) -> None:
        self._tell_rows(event.first, event.rows, event.every)

    def _tell_rows(self, first: int, rows: Sequence[Sequence[float | None]], every: int) -> None:
        pins = [watched.text for watched in self._watched]
        self._tell(self, "watched", (pins, self._base + first, rows, every))

    def _on_log(self, event: Any) -> None:
        self._tell(self, "logged", event.text)

    def _on_going(self, event: Any) -> None:
        self._tell(self, "going", self._base + event.step)

    def _on_pausing(self, event: Any) -> None:
        self._tell(self, "pausing", (self._base + event.step, event.blocks))

    def _on_kept(self, event: Any) -> None:
        self._tell(self, "kept", State(event.variables, self._base + event.step))

    def _on_timed(self, event: Any) -> None:
        self._tell(self, "timed", (event.steps, event.blocks))

    def _on_held(self, event: Any) -> None:
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
        end = RunEnd(event.why, True, self._untold, result, self._plan.used_blocks, step, step)
        self._untold = []
        self._tell(self, "held", (end, State(event.variables, step)))


def _why(result: Any) -> Any:
    """Return how a run ended whose session is over."""
    return "stopped" if result.interrupted else "done" if result.ok else "failed"


def _core(plan: Plan) -> bytes:
    """Return what a session is made from."""
    return msgspec.msgpack.encode(msgspec.structs.replace(plan, page="", problems=[]))
