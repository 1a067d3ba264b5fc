"""Runs pages on the engine in a thread of its own and tells the window by queued signals."""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from app.document.problems import Problem
from app.editor.run_state import continued, snapshot

if TYPE_CHECKING:
    from app.document.model import Page
    from app.engine.results import PageResult, TensorValue

_LOG = logging.getLogger(__name__)
_STOP_AGAIN = 0.05  # seconds
SAMPLE_RATE = 10_000.0  # results a second at most while a run goes on: curves follow fast runs too
_MOST_UNSEEN = 64 << 20  # bytes of samples that the window has not taken yet; further ones are left out


@dataclass
class RunEnd:
    """How a run ended: the plan's problems, and the engine's result unless the plan stopped the run."""

    problems: list[Problem] = field(default_factory=list)
    result: PageResult | None = None
    used: tuple[str, ...] = ()
    fault: str = ""  # the report of a fault of the program itself


def _real_engine() -> Any:
    from app.engine.process import Engine  # late: it brings NumPy

    return Engine(standby=True)


class Runner(QObject):
    """One window's engine. All signals are emitted in the run's thread and reach QObject slots queued."""

    planned = Signal(str, object)  # page, blocks that run
    begun = Signal(str)
    stepped = Signal(str, int, float)
    sampled = Signal(str, int, object)
    logged = Signal(str)
    ended = Signal(str, object)  # page, RunEnd

    def __init__(self, make_engine: Callable[[], Any] = _real_engine, parent: QObject | None = None) -> None:
        """``make_engine`` gives what runs plans (tests give their own)."""
        super().__init__(parent)
        self._make_engine = make_engine
        self._engine: Any = None
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._inferring = threading.Event()
        self._closed = False
        self.running = False
        self._variables: dict[str, dict[str, TensorValue]] = {}
        self._steps: dict[str, int] = {}
        self._unseen: deque[int] = deque()  # bytes of each sample on its way to the window
        self.sampled.connect(self._on_sample_seen)

    def warm_up(self) -> None:
        """Begin to import TensorFlow in the worker, in the background."""
        threading.Thread(target=self._warm, name="warm-up", daemon=True).start()

    def _warm(self) -> None:
        try:
            self._get_engine().start()
        except Exception:
            _LOG.warning("the engine does not start:\n%s", traceback.format_exc())

    def _get_engine(self) -> Any:
        with self._lock:
            if self._engine is None:
                self._engine = self._make_engine()
            return self._engine

    def run(self, page: Page, folder: Path, steps: int, *, go_on: bool = False) -> None:
        """Run a page for some steps; ``go_on`` starts from the Variables that the page's last run left."""
        if self.running:
            return
        self.running = True
        self._stopping.clear()
        work = (snapshot(page), folder, steps, go_on)
        self._thread = threading.Thread(target=self._work, args=work, name=f"run {page.name}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the run soon, whatever the page does; returns at once."""
        if self.running:
            self._stopping.set()
            threading.Thread(target=self._stop_engine, name="stop", daemon=True).start()

    def _stop_engine(self) -> None:
        run = self._thread
        while (
            self.running and run is self._thread and not self._closed
        ):  # again: it may be just about to begin
            if self._engine is not None:
                self._engine.stop()
            time.sleep(_STOP_AGAIN)

    def infer(self, plan: Any, folder: Path, timeout: float) -> Any:
        """Return the engine's Inference, from any thread; None where a run is under way or came in between."""
        self._inferring.set()
        try:
            if self.running or self._closed:
                return None
            inference = self._get_engine().infer(plan, folder, timeout=timeout)
            return None if self.running or self._closed else inference
        finally:
            self._inferring.clear()

    def forget_state(self, page: str) -> None:
        """Let the next step of the page start anew."""
        self._variables.pop(page, None)
        self._steps.pop(page, None)

    def follow_page_name(self, old: str, new: str) -> None:
        """Keep the state of a page that has another name now."""
        if old in self._variables:
            self._variables[new] = self._variables.pop(old)
            self._steps[new] = self._steps.pop(old, 0)

    def steps_done(self, page: str) -> int:
        """Return how many steps the page's state has behind it."""
        return self._steps.get(page, 0)

    def close(self) -> None:
        """End the run and the worker."""
        self._closed = True
        self._stopping.set()
        if self._engine is not None:
            self._engine.close()
        if self._thread is not None:
            self._thread.join(5.0)

    # --- in the run's thread
    def _work(self, page: Page, folder: Path, steps: int, go_on: bool) -> None:
        try:
            end = self._run(page, folder, steps, go_on)
        except Exception:
            end = RunEnd(fault=traceback.format_exc())
        self.running = False
        self._emit(self.ended, page.name, end)

    def _run(self, page: Page, folder: Path, steps: int, go_on: bool) -> RunEnd:
        from app.engine.plan import make_plan

        plan = make_plan(page, folder)
        if plan.stops or self._stopping.is_set():
            return RunEnd(list(plan.problems))
        if go_on and page.name in self._variables:
            plan = continued(plan, self._variables[page.name])
        self._emit(self.planned, page.name, plan.used_blocks)
        if self._inferring.is_set():  # the user does not wait for what is only shown in passing
            self._get_engine().stop()
        result = self._get_engine().run(
            plan,
            folder,
            steps=steps,
            on_event=lambda event: self._tell(page.name, event),
            sample_rate=SAMPLE_RATE,
            variables=True,
        )
        if result.ok:
            self._variables[page.name] = result.variables
            self._steps[page.name] = result.steps + (self._steps.get(page.name, 0) if go_on else 0)
        return RunEnd(list(plan.problems), result, plan.used_blocks)

    def _tell(self, page: str, event: Any) -> None:
        kind = type(event).__name__
        if kind == "Started":
            self._emit(self.begun, page)
        elif kind == "Stepped":
            self._emit(self.stepped, page, event.step, event.seconds)
        elif kind == "Sampled":
            if not self._unseen or sum(self._unseen) < _MOST_UNSEEN:
                self._unseen.append(_size(event.results))
                self._emit(self.sampled, page, event.step, event.results)
        elif kind == "Log":
            self._emit(self.logged, event.text)

    def _on_sample_seen(self) -> None:
        """Count a sample that has come to the window's thread."""
        if self._unseen:
            self._unseen.popleft()

    def _emit(self, signal: Any, *values: object) -> None:
        if not self._closed:
            try:
                signal.emit(*values)
            except RuntimeError:  # the window was closed in this moment and Qt has taken the object away
                _LOG.debug("an event came after the window had closed")


def _size(results: dict[str, Any]) -> int:
    """Return about how many bytes a step's results take."""
    values = [item for value in results.values() for item in getattr(value, "items", (value,))]
    return 1024 * len(values) + sum(v.array.nbytes for v in values if hasattr(v, "array"))
